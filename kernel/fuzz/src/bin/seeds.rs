//! Writes the first corpus: a good input of every kind.

use std::fs;
use std::path::Path;

use leftfold_fuzz::seeds;

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let targets = [
        ("record_batch", seeds::record_batches()),
        ("frame", seeds::frames()),
        ("hot_requests", seeds::hot_requests()),
    ];
    for (target, seeds) in targets {
        fs::create_dir_all(corpus.join(target))?;
        for (name, bytes) in seeds {
            fs::write(corpus.join(target).join(name), bytes)?;
        }
    }
    Ok(())
}

//! Disk: what it gives without any broker.

use std::fs::{File, OpenOptions, remove_file};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::options::Options;
use crate::poller::now;
use crate::report::{Latencies, Object};

const BLOCK: usize = 4096;
const SYNCS: u64 = 500;
const STRETCH: usize = 1 << 20;

pub fn run(options: &Options) -> Result<String, String> {
    let path = Path::new(options.text("folder")?).join("load-disk");
    let outcome = measure(&path, options.number("count", 512)?);
    remove_file(&path).map_err(|why| format!("{}: {why}", path.display()))?;
    outcome.map_err(|why| format!("{}: {why}", path.display()))
}

/// fdatasync after 4 KiB into space that is written already, as into a recycled journal file, and after 4 KiB that make the file
/// grow; then megabytes in a row with one fdatasync at the end.
fn measure(path: &Path, megabytes: usize) -> io::Result<String> {
    let mut file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(path)?;
    let mut object = Object::default();
    let growing = syncs(&file)?;
    let written = syncs(&file)?;
    object.raw("fdatasync_growing_us", &growing.json());
    object.raw("fdatasync_written_us", &written.json());
    file.set_len(0)?;
    file.sync_all()?;
    let stretch = vec![0xa5; STRETCH];
    let start = now();
    for _ in 0..megabytes {
        file.write_all(&stretch)?;
    }
    file.sync_data()?;
    object.number("sequential_bytes_per_s", (megabytes * STRETCH) as f64 / ((now() - start) as f64 / 1e9));
    Ok(object.finish())
}

fn syncs(file: &File) -> io::Result<Latencies> {
    let block = [0x5a; BLOCK];
    let mut latencies = Latencies::default();
    for number in 0..SYNCS {
        let start = now();
        file.write_all_at(&block, number * BLOCK as u64)?;
        file.sync_data()?;
        latencies.add(now() - start);
    }
    Ok(latencies)
}

//! How long a start takes that must replay a journal.
//!
//! `cargo run --release -p leftfold-log --example replay_speed [MEBIBYTES] [BATCH_BYTES] [PARTITIONS]`: by default a journal of
//! 1,024 MiB, none of it filled into segments, in batches of 16 KiB over 16 partitions.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use leftfold_batch::{EncodeOptions, NewRecord, check, encode};
use leftfold_log::{Log, LogSettings, PartitionId, Progress, TopicConfig};
use leftfold_ports::{Clock, Disk, OsClock, OsDisk};

const RECORD_BYTES: usize = 100;
/// So many batches are one round of the journal.
const ROUND_BYTES: usize = 1 << 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = |place, default| std::env::args().nth(place).map_or(Ok(default), |text| text.parse::<usize>());
    let (mebibytes, batch_bytes, partitions) = (argument(1, 1024)?, argument(2, 16 << 10)?, argument(3, 16)?);
    let folder = std::env::temp_dir().join(format!("leftfold-replay-speed-{}", std::process::id()));
    let disk: Arc<dyn Disk> = Arc::new(OsDisk::lock(&folder)?);
    let clock: Arc<dyn Clock> = Arc::new(OsClock::default());
    let open = |progress: &Progress| {
        Log::open(disk.clone(), clock.clone(), LogSettings::default(), progress).map_err(|error| error.to_string())
    };
    write(&*open(&Progress::default())?, mebibytes << 20, batch_bytes, partitions)?;
    let (progress, started) = (Progress::default(), Instant::now());
    let log = open(&progress)?;
    let seconds = started.elapsed().as_secs_f64();
    let gibibytes = progress.total.load(Ordering::Relaxed) as f64 / f64::from(1 << 30);
    let records: i64 = log.partitions().iter().map(|partition| partition.offsets().high_watermark).sum();
    println!("{records} records, {gibibytes:.2} GiB of journal: {seconds:.2} s, {:.2} s/GiB", seconds / gibibytes);
    drop(log);
    Ok(std::fs::remove_dir_all(folder)?)
}

/// Append and commit, and fill nothing: as a crash would leave it at worst.
fn write(log: &Log, bytes: usize, batch_bytes: usize, partitions: usize) -> std::io::Result<()> {
    let value = [b'x'; RECORD_BYTES];
    let records = vec![NewRecord { value: Some(&value), ..NewRecord::default() }; (batch_bytes / RECORD_BYTES).max(1)];
    let batch = encode(&records, &EncodeOptions::default()).map_err(std::io::Error::other)?;
    let all: Result<Vec<_>, _> = (0..partitions as i32)
        .map(|index| log.create(PartitionId { topic: [1; 16], index }, TopicConfig::default()))
        .collect();
    let all = all?;
    let (mut written, mut waiting) = (0, 0);
    for partition in all.iter().cycle() {
        let checked = check(&batch, &partition.config().rules(0)).map_err(|why| std::io::Error::other(why.message))?;
        let appended = partition.append(batch.as_slice().into(), &checked, 0);
        appended.map_err(|error| std::io::Error::other(format!("{error:?}")))?;
        (written, waiting) = (written + batch.len(), waiting + batch.len());
        if waiting >= ROUND_BYTES || written >= bytes {
            log.commit_once();
            waiting = 0;
        }
        if written >= bytes {
            break;
        }
    }
    Ok(())
}

//! How long a clean stop takes after records to many fresh partitions.
//!
//! `cargo run --release -p leftfold-log --example stop_speed [PARTITIONS]`: by default 1,100, with one record each.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use leftfold_batch::{EncodeOptions, NewRecord, check, encode};
use leftfold_log::{Log, LogSettings, PartitionId, Progress, TopicConfig};
use leftfold_ports::{Clock, Disk, OsClock, OsDisk};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: i32 = std::env::args().nth(1).map_or(Ok(1100), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("leftfold-stop-speed-{}", std::process::id()));
    let disk: Arc<dyn Disk> = Arc::new(OsDisk::lock(&folder)?);
    let clock: Arc<dyn Clock> = Arc::new(OsClock::default());
    let log = Log::open(disk.clone(), clock.clone(), LogSettings::default(), &Progress::default())
        .map_err(|error| error.to_string())?;
    let started = Instant::now();
    let stopping = thread::scope(|scope| -> std::io::Result<Instant> {
        scope.spawn(|| log.commit_loop());
        scope.spawn(|| log.fill_loop());
        scope.spawn(|| log.clean_loop(Duration::from_secs(300), |_| {}));
        let appended = append_to_each(&log, count);
        println!("{count} partitions made and written in {:.3} s", started.elapsed().as_secs_f64());
        let stopping = Instant::now();
        log.close();
        appended.map(|()| stopping)
    })?;
    log.finish()?;
    println!("stopped in {:.3} s", stopping.elapsed().as_secs_f64());
    drop(log);
    let started = Instant::now();
    Log::open(disk, clock, LogSettings::default(), &Progress::default()).map_err(|error| error.to_string())?;
    println!("opened in {:.3} s", started.elapsed().as_secs_f64());
    Ok(std::fs::remove_dir_all(folder)?)
}

fn append_to_each(log: &Log, count: i32) -> std::io::Result<()> {
    let record = NewRecord { value: Some(b"once"), ..NewRecord::default() };
    let batch = encode(&[record], &EncodeOptions::default()).map_err(std::io::Error::other)?;
    for index in 0..count {
        let partition = log.create(PartitionId { topic: [1; 16], index }, TopicConfig::default())?;
        let checked = check(&batch, &partition.config().rules(0)).map_err(|why| std::io::Error::other(why.message))?;
        let appended = partition.append(batch.as_slice().into(), &checked, 0);
        appended.map_err(|error| std::io::Error::other(format!("{error:?}")))?;
    }
    Ok(())
}

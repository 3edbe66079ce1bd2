//! Appends a second, durable and cached, by 1, 16 and 64.
//!
//! `cargo run --release -p leftfold-log --example append_speed [FOLDER]`: closed loop, one record of 100 bytes an append; the
//! folder (by default a new one in the temporary folder) stays for a look at its segments.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use leftfold_batch::{EncodeOptions, NewRecord, check, encode};
use leftfold_log::{Log, LogSettings, Partition, PartitionId, Progress, TopicConfig};
use leftfold_ports::{Clock, Disk, OsClock, OsDisk};

const RUN: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map_or_else(
        || std::env::temp_dir().join(format!("leftfold-append-speed-{}", std::process::id())),
        PathBuf::from,
    );
    let disk: Arc<dyn Disk> = Arc::new(OsDisk::lock(&folder)?);
    let clock: Arc<dyn Clock> = Arc::new(OsClock::default());
    let log =
        Log::open(disk, clock, LogSettings::default(), &Progress::default()).map_err(|error| error.to_string())?;
    println!("{}", folder.display());
    thread::scope(|scope| {
        scope.spawn(|| log.commit_loop());
        scope.spawn(|| log.fill_loop());
        scope.spawn(|| log.clean_loop(Duration::from_secs(300), |_| {}));
        let done = run_all(&log);
        log.close();
        done
    })?;
    Ok(log.finish()?)
}

fn run_all(log: &Log) -> std::io::Result<()> {
    for (number, write_caching) in [(1, false), (2, true)] {
        let id = PartitionId { topic: [number; 16], index: 0 };
        let partition = log.create(id, TopicConfig { write_caching, ..TopicConfig::default() })?;
        for appenders in [1, 16, 64] {
            run(log, &partition, appenders);
        }
    }
    Ok(())
}

fn run(log: &Log, partition: &Arc<Partition>, appenders: usize) {
    let (stop, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let (rounds, _, sync_us) = log.journal_counters();
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..appenders {
            scope.spawn(|| append_until(&stop, &count, partition));
        }
        thread::sleep(RUN);
        stop.store(true, Ordering::Relaxed);
    });
    let seconds = started.elapsed().as_secs_f64();
    let (rounds_after, _, sync_us_after) = log.journal_counters();
    let rounds = rounds_after - rounds;
    println!(
        "{:8} {appenders:3} appenders: {:9.0} appends/s, {:6.0} rounds/s, {:5.0} us a sync",
        if partition.config().write_caching { "cached" } else { "durable" },
        count.load(Ordering::Relaxed) as f64 / seconds,
        rounds as f64 / seconds,
        (sync_us_after - sync_us) as f64 / rounds.max(1) as f64,
    );
}

fn append_until(stop: &AtomicBool, count: &AtomicU64, partition: &Arc<Partition>) {
    let value = [b'v'; 100];
    let record = NewRecord { timestamp: 1_700_000_000_000, value: Some(&value), ..NewRecord::default() };
    let batch = encode(&[record], &EncodeOptions::default()).expect("a record makes a batch");
    let rules = TopicConfig { timestamp_after_max_ms: i64::MAX, ..TopicConfig::default() }.rules(1_700_000_000_000);
    while !stop.load(Ordering::Relaxed) {
        block_on(std::future::poll_fn(|context| partition.poll_room(context)));
        let checked = check(&batch, &rules).expect("a valid batch");
        let appended = partition.append(BytesMut::from(&batch[..]), &checked, 0).expect("an append");
        if let Some(ticket) = appended.ticket {
            block_on(ticket).expect("a durable append");
        }
        count.fetch_add(1, Ordering::Relaxed);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

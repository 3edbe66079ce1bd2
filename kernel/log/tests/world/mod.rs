//! A log on a disk in memory, driven by hand.

#![allow(dead_code)] // Each test program uses its own part of it.

pub mod committed;
pub mod histories;
pub mod keyed;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use leftfold_batch::{EncodeOptions, EndMarker, HEADER_BYTES, NewRecord, batches, check, encode, records};
use leftfold_log::{
    AppendError, Appended, Log, LogSettings, OpenError, Partition, PartitionId, Progress, ReadError, Ticket,
    TopicConfig,
};
use leftfold_ports::sim::{SimClock, SimDisk};
use leftfold_ports::{Clock, Disk};

pub const NOW_MS: i64 = 1_700_000_000_000;

/// Small files, so that a short run meets every roll and every recycling.
pub fn settings() -> LogSettings {
    LogSettings { journal_file_bytes: 8 << 10, free_bytes_min: 0, ..LogSettings::default() }
}

/// Small segments, for the same reason.
pub fn config() -> TopicConfig {
    TopicConfig { segment_bytes: 4 << 10, index_interval_bytes: 256, retention_ms: -1, ..TopicConfig::default() }
}

pub fn id(number: u8) -> PartitionId {
    PartitionId { topic: [number; 16], index: 0 }
}

pub struct World {
    pub disk: SimDisk,
    pub clock: Arc<SimClock>,
    pub log: Arc<Log>,
}

impl World {
    pub fn new() -> Self {
        Self::open(&SimDisk::new()).unwrap_or_else(|error| panic!("an empty disk opens: {error}"))
    }

    pub fn open(disk: &SimDisk) -> Result<Self, OpenError> {
        Self::open_with(disk, settings())
    }

    pub fn open_with(disk: &SimDisk, settings: LogSettings) -> Result<Self, OpenError> {
        let clock = Arc::new(SimClock::at(NOW_MS));
        let (shared_disk, shared_clock): (Arc<dyn Disk>, Arc<dyn Clock>) = (Arc::new(disk.clone()), clock.clone());
        let log = Log::open(shared_disk, shared_clock, settings, &Progress::default())?;
        Ok(Self { disk: disk.clone(), clock, log })
    }

    pub fn partition(&self, number: u8) -> Arc<Partition> {
        self.log.partition(id(number)).unwrap_or_else(|| self.create(number, config()))
    }

    pub fn create(&self, number: u8, config: TopicConfig) -> Arc<Partition> {
        self.log.create(id(number), config).expect("a partition can be made")
    }

    /// Commit what is waiting.
    pub fn commit(&self) {
        while self.log.commit_once() {}
    }

    /// Fill what is committed.
    pub fn fill(&self) {
        while self.log.fill_once().expect("segments can be filled") {}
        self.log.settle_once().expect("a checkpoint can be written");
    }

    pub fn settle(&self) {
        self.commit();
        self.fill();
    }

    /// Commit on another thread while something blocks on its ticket here.
    pub fn while_committing<T>(&self, work: impl FnOnce() -> T) -> T {
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(std::sync::atomic::Ordering::Acquire) {
                    self.log.commit_once();
                    std::thread::yield_now();
                }
            });
            let result = work();
            done.store(true, std::sync::atomic::Ordering::Release);
            result
        })
    }

    /// Stop as a process does that was asked to.
    pub fn stop(self) -> SimDisk {
        self.settle();
        self.log.close();
        self.log.commit_once();
        self.fill();
        self.log.finish().expect("a clean stop");
        self.disk
    }
}

/// A batch of these values, a millisecond apart.
pub fn batch(values: &[String], producer: Option<(i64, i32)>) -> Vec<u8> {
    batch_at(values, producer, NOW_MS)
}

pub fn batch_at(values: &[String], producer: Option<(i64, i32)>, timestamp: i64) -> Vec<u8> {
    let new: Vec<NewRecord<'_>> = values
        .iter()
        .zip(timestamp..)
        .map(|(value, timestamp)| NewRecord { timestamp, value: Some(value.as_bytes()), ..NewRecord::default() })
        .collect();
    let mut options = EncodeOptions::default();
    if let Some((id, sequence)) = producer {
        (options.producer_id, options.producer_epoch, options.base_sequence) = (id, 0, sequence);
    }
    encode(&new, &options).expect("records make a batch")
}

pub fn append(partition: &Arc<Partition>, batch: Vec<u8>) -> Result<Appended, AppendError> {
    append_in(partition, batch, 0)
}

pub fn append_in(partition: &Arc<Partition>, batch: Vec<u8>, epoch: i32) -> Result<Appended, AppendError> {
    let checked = check(&batch, &partition.config().rules(NOW_MS)).expect("a valid batch");
    partition.append(BytesMut::from(&batch[..]), &checked, epoch)
}

/// (producer id, epoch, sequence)
pub type Writer = (i64, i16, i32);

/// A batch of a transaction.
pub fn transactional(values: &[String], (producer_id, producer_epoch, base_sequence): Writer) -> Vec<u8> {
    let record = |value: &'_ String| value.clone().into_bytes();
    let bytes: Vec<_> = values.iter().map(record).collect();
    let new = bytes.iter().map(|value| NewRecord { timestamp: NOW_MS, value: Some(value), ..NewRecord::default() });
    let new: Vec<_> = new.collect();
    let options =
        EncodeOptions { producer_id, producer_epoch, base_sequence, transactional: true, ..EncodeOptions::default() };
    encode(&new, &options).expect("records make a batch")
}

/// Append a batch of a transaction whose coordinator says yes.
pub fn append_transactional(
    partition: &Arc<Partition>,
    values: &[String],
    writer: Writer,
) -> Result<Appended, AppendError> {
    let batch = transactional(values, writer);
    let checked = check(&batch, &partition.config().rules(NOW_MS)).expect("a valid batch");
    let verification = partition.verification(&checked.header, false);
    partition.append_verified(BytesMut::from(&batch[..]), &checked, 0, verification.as_ref())
}

/// End a transaction as transaction version 2 does: the marker has the next epoch.
pub fn end(
    partition: &Arc<Partition>,
    producer_id: i64,
    next_epoch: i16,
    commit: bool,
) -> Result<Appended, AppendError> {
    partition.append_marker((producer_id, next_epoch), EndMarker { commit, coordinator_epoch: 0 }, 2, 0)
}

/// The value of a marker's record as text.
pub const MARKER: &str = "\0\0\0\0\0\0";

/// (producer, first offset, last offset) of what was aborted from `from` on and began before `end`.
pub fn aborted(partition: &Partition, from: i64, end: i64) -> Vec<(i64, i64, i64)> {
    let rows = partition.aborted(from, end).expect("an index can be read");
    assert!(partition.aborted_cached(from, end).is_none_or(|cached| cached == rows), "read in another way");
    rows.iter().map(|row| (row.producer_id, row.first_offset, row.last_offset)).collect()
}

pub fn values(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// None while it is not known yet.
pub fn outcome(ticket: &mut Ticket) -> Option<Result<(), String>> {
    match Pin::new(ticket).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done.map_err(|failed| failed.to_string())),
        Poll::Pending => None,
    }
}

/// Everything that can be read from `from` on, by offset; where reading fails, why.
pub fn read_from(partition: &Partition, from: i64) -> Result<BTreeMap<i64, String>, ReadError> {
    let mut found = BTreeMap::new();
    let mut offset = from;
    loop {
        let chunks = partition.read(offset, 1000)?;
        if chunks.is_empty() {
            return Ok(found);
        }
        for chunk in &chunks {
            offset = decode(chunk, from, &mut found).max(offset + 1);
        }
    }
}

pub fn read_all(partition: &Partition) -> BTreeMap<i64, String> {
    read_from(partition, partition.offsets().log_start).expect("a whole log can be read")
}

fn decode(chunk: &Bytes, from: i64, found: &mut BTreeMap<i64, String>) -> i64 {
    let mut next = 0;
    for batch in batches(chunk) {
        let (header, bytes) = batch.expect("whole batches are served");
        header.check_crc(bytes).expect("only what its checksum covers is served");
        for record in records(&header, &bytes[HEADER_BYTES..]) {
            let record = record.expect("a record");
            let value = String::from_utf8(record.value.expect("a value").to_vec()).expect("text");
            if record.offset >= from {
                assert!(found.insert(record.offset, value).is_none(), "offset {} came twice", record.offset);
            }
        }
        next = header.last_offset() + 1;
    }
    next
}

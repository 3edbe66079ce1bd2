//! What compaction did, and what it could not do.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use super::Trouble;
use crate::partition::{Partition, PartitionId};

/// What fails in every round is told again after so long.
const AGAIN: Duration = Duration::from_secs(600);
/// No more is told after one round; the others have their turn after the next.
const NEWS_MAX: usize = 10;

/// Counted since the start.
#[derive(Default)]
pub struct Compactions {
    pub passes: AtomicU64,
    pub read_bytes: AtomicU64,
    pub written_bytes: AtomicU64,
    pub kept_records: AtomicU64,
    pub removed_records: AtomicU64,
    /// Bytes that the pass under way takes for its keys; 0 between passes.
    pub map_bytes: AtomicU64,
    /// Passes that ended early, and the partitions that the newest round could not compact.
    pub failures: AtomicU64,
    pub failing: AtomicU64,
    newest: Mutex<BTreeMap<PartitionId, Told>>,
}

/// A pass that ended early; it is tried again in the next round, and until then the partition stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompactionFailure {
    pub partition: PartitionId,
    pub cause: Cause,
    pub why: String,
}

/// What is to be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Bytes of the log are not what they were.
    Damage,
    NoSpace,
    Disk,
}

struct Told {
    failure: CompactionFailure,
    /// When somebody was told of it, by the monotonic clock.
    at_us: Option<u64>,
}

impl Compactions {
    /// A pass ended early.
    pub(crate) fn note(&self, partition: &Partition, trouble: Trouble) {
        let (cause, why) = match trouble {
            Trouble::Overtaken => return,
            Trouble::Batch(error) => (Cause::Damage, format!("a batch cannot be decoded: {error}")),
            Trouble::Io(error) if error.kind() == io::ErrorKind::StorageFull => (Cause::NoSpace, error.to_string()),
            Trouble::Io(error) => (Cause::Disk, error.to_string()),
            Trouble::Damaged(damage) => {
                partition.inner.lock().note_damage(damage.clone());
                (Cause::Damage, damage.reason)
            }
        };
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.keep(CompactionFailure { partition: partition.id, cause, why });
    }

    /// A partition fails for that reason until another round says otherwise.
    pub(crate) fn keep(&self, failure: CompactionFailure) {
        let mut newest = self.newest.lock();
        let before = newest.remove(&failure.partition).filter(|told| told.failure == failure);
        newest.insert(failure.partition, Told { failure, at_us: before.and_then(|told| told.at_us) });
    }

    /// A round is over in which these partitions failed.
    pub(crate) fn end_round(&self, failing: &BTreeSet<PartitionId>) {
        self.failing.store(failing.len() as u64, Ordering::Relaxed);
        self.newest.lock().retain(|id, _| failing.contains(id));
    }

    /// What failed in the newest round.
    #[must_use]
    pub fn now_failing(&self) -> Vec<CompactionFailure> {
        self.newest.lock().values().map(|told| told.failure.clone()).collect()
    }

    /// The same, of what nobody has been told lately.
    pub(crate) fn news(&self, now_us: u64) -> Vec<CompactionFailure> {
        let again_us = AGAIN.as_micros() as u64;
        let mut newest = self.newest.lock();
        let fresh = newest
            .values_mut()
            .filter(|told| told.at_us.is_none_or(|at_us| now_us.saturating_sub(at_us) >= again_us))
            .take(NEWS_MAX);
        let tell = |told: &mut Told| {
            told.at_us = Some(now_us);
            told.failure.clone()
        };
        fresh.map(tell).collect()
    }
}

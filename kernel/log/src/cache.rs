//! Recent batches in memory, for those who read the end.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::partition::{Inner, Partition};

/// What the node's partitions keep in their tails, together. Over its bound the oldest of all goes first, whoever has it; what
/// is not in a segment yet stays.
pub(crate) struct Cache {
    bytes: AtomicUsize,
    bytes_max: usize,
    /// (partition, up to which offset it was filled), in the order of filling.
    filled: Mutex<VecDeque<(Weak<Partition>, i64)>>,
}

impl Cache {
    pub fn new(bytes_max: usize) -> Self {
        Self { bytes: AtomicUsize::new(0), bytes_max, filled: Mutex::default() }
    }

    pub fn taken(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub fn released(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > self.bytes_max
    }

    /// What a partition holds up to the offset `end` is in segments now. Called without the partition's lock.
    pub fn note_filled(&self, partition: &Arc<Partition>, end: i64) {
        let mut filled = self.filled.lock();
        match filled.back_mut() {
            Some(last) if std::ptr::eq(last.0.as_ptr(), Arc::as_ptr(partition)) => last.1 = end,
            _ => filled.push_back((Arc::downgrade(partition), end)),
        }
    }

    /// Let go of the oldest while there is too much. Called without a partition's lock.
    pub fn evict(&self) {
        while self.is_over() {
            let Some((partition, end)) = self.filled.lock().pop_front() else { return };
            let Some(partition) = partition.upgrade() else { continue };
            if !self.evict_from(&mut partition.inner.lock(), end) {
                self.filled.lock().push_front((Arc::downgrade(&partition), end));
            }
        }
    }

    /// Compaction wrote what lies before `end` anew: from now on the segments tell, not what was once appended. Without that, who
    /// reads what was aborted might no longer find the row that says so.
    pub fn forget(&self, inner: &mut Inner, end: i64) {
        let count = inner.tail.partition_point(|batch| batch.header.last_offset() < end);
        self.released(inner.tail.drain(..count).map(|batch| batch.cost()).sum());
    }

    /// Batches before `end`, oldest first; true when all of them are gone.
    fn evict_from(&self, inner: &mut Inner, end: i64) -> bool {
        while inner.tail.front().is_some_and(|batch| batch.header.last_offset() < end) {
            if !self.is_over() {
                return false;
            }
            if let Some(batch) = inner.tail.pop_front() {
                self.released(batch.cost());
            }
        }
        true
    }
}

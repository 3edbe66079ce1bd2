//! One partition's transactions: markers, the stable offset.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::BytesMut;
use leftfold_batch::producers::EndedTransaction;
use leftfold_batch::{Checked, EndMarker, Header, Rejected, code};

use crate::aborted::AbortedTransaction;
use crate::partition::{Appended, Inner, Partition, Put};
use crate::waiters::{Waiters, Woken};
use crate::{AppendError, PartitionId};

/// Producers whose first batch is awaited; beyond it all are forgotten, and who comes is believed as if it were the first.
const FIRSTS_MAX: usize = 1000;

/// What a reader of committed records goes by, besides the producers.
#[derive(Default)]
pub(crate) struct Transactions {
    /// Below it everything is decided, and durably so. Invariant: it never goes back.
    stable: i64,
    /// (first offset, marker's offset) of those whose marker is not committed: until then they are undecided.
    ended: VecDeque<(i64, i64)>,
    /// Aborted, and their markers not in a segment yet.
    pub aborted: VecDeque<AbortedTransaction>,
    pub waiters: Waiters,
    /// (producer, number) of those who ask whether it may begin a transaction here.
    asking: BTreeSet<(i64, u64)>,
    last_number: u64,
    /// By producers of whom nothing is known here: the epoch and the lowest sequence of those batches that asked to begin. It
    /// is to come first: those behind it were perhaps said yes to, when it was told to come again.
    firsts: BTreeMap<i64, (i16, i32)>,
}

impl Transactions {
    /// A marker was appended.
    pub fn note_end(&mut self, ended: &EndedTransaction) {
        self.ended.push_back((ended.first_offset, ended.last_offset));
        self.aborted.extend(AbortedTransaction::of(ended));
    }

    /// Markers before `end` are in segments.
    pub fn note_filled(&mut self, end: i64) {
        while self.aborted.front().is_some_and(|row| row.last_offset < end) {
            self.aborted.pop_front();
        }
    }

    /// Markers from `end` on were never appended.
    pub fn take_back(&mut self, end: i64) {
        self.ended.retain(|ended| ended.1 < end);
        self.aborted.retain(|row| row.last_offset < end);
    }

    fn note_first(&mut self, header: &Header) {
        if self.firsts.len() >= FIRSTS_MAX && !self.firsts.contains_key(&header.producer_id) {
            self.firsts.clear();
        }
        let asked = (header.producer_epoch, header.base_sequence);
        let first = self.firsts.entry(header.producer_id).or_insert(asked);
        if first.0 < asked.0 || (first.0 == asked.0 && first.1 > asked.1) {
            *first = asked;
        }
    }

    /// Its first batch is here, or is not to come any more.
    pub fn forget_first(&mut self, producer_id: i64) {
        self.firsts.remove(&producer_id);
    }

    /// Whoever asked about this producer must ask again.
    fn forget_asking(&mut self, producer_id: i64) {
        self.forget_first(producer_id);
        let later = self.asking.split_off(&(producer_id, 0));
        self.asking.extend(later.into_iter().filter(|asking| asking.0 != producer_id));
    }
}

/// The oldest open transaction of a partition: what holds its last stable offset back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OldestTransaction {
    pub partition: PartitionId,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub first_offset: i64,
    /// By the broker's clock; a start counts as its beginning.
    pub since_ms: i64,
}

/// A question whether a producer may begin a transaction in a partition. The answer counts as long as no marker of that
/// producer came in between (KIP-890): a batch that comes late would else open a transaction that nobody ends.
pub struct Verification {
    partition: Arc<Partition>,
    producer_id: i64,
    number: u64,
    /// The transaction has an epoch of its own, whose sequences begin at 0.
    from_zero: bool,
}

impl Verification {
    /// Whether a yes would count now.
    #[must_use]
    pub fn counts(&self) -> bool {
        let inner = self.partition.inner.lock();
        inner.transactions.asking.contains(&(self.producer_id, self.number))
    }
}

impl Drop for Verification {
    fn drop(&mut self) {
        self.partition.inner.lock().transactions.asking.remove(&(self.producer_id, self.number));
    }
}

impl Inner {
    /// Everything before it is decided; at most the high watermark (KIP-98).
    pub fn last_stable(&self) -> i64 {
        self.transactions.stable.max(self.log_start)
    }

    /// After the high watermark or the log's start has moved.
    pub fn raise_stable(&mut self) -> Woken {
        let transactions = &mut self.transactions;
        let high_watermark = self.high_watermark;
        transactions.ended.retain(|ended| ended.1 >= high_watermark);
        let undecided = transactions.ended.iter().map(|ended| ended.0).chain(self.producers.first_open());
        transactions.stable = undecided.fold(high_watermark, i64::min).max(transactions.stable);
        let stable = self.last_stable();
        self.transactions.waiters.take_below(stable)
    }

    /// May this batch enter, as far as transactions go?
    pub(crate) fn check_begin(&self, header: &Header, verified: Option<&Verification>) -> Result<(), AppendError> {
        if !self.producers.begins_transaction(header) {
            return Ok(());
        }
        let asked = verified.filter(|verified| {
            verified.producer_id == header.producer_id
                && self.transactions.asking.contains(&(verified.producer_id, verified.number))
        });
        let Some(asked) = asked else {
            let message = format!("producer {}: this partition is not part of its transaction", header.producer_id);
            return Err(AppendError::Rejected(Rejected::new(code::INVALID_TXN_STATE, message)));
        };
        let first = match self.transactions.firsts.get(&header.producer_id) {
            _ if self.producers.knows(header.producer_id) => return Ok(()), // its sequences are, too
            _ if asked.from_zero => 0,
            Some((epoch, lowest)) if *epoch == header.producer_epoch => *lowest,
            _ => return Ok(()),
        };
        if header.base_sequence <= first {
            return Ok(());
        }
        let (producer, sequence) = (header.producer_id, header.base_sequence);
        let message = format!("producer {producer}: sequence {sequence} where {first} is the first of a transaction");
        Err(AppendError::Rejected(Rejected::new(code::OUT_OF_ORDER_SEQUENCE_NUMBER, message)))
    }
}

impl Partition {
    /// What must be asked before this batch may be appended: whether its producer may begin a transaction here. None where
    /// nothing is to be asked. `from_zero`: its transaction has an epoch of its own (version 2).
    #[must_use]
    pub fn verification(self: &Arc<Self>, header: &Header, from_zero: bool) -> Option<Verification> {
        let mut inner = self.inner.lock();
        if !inner.producers.begins_transaction(header) {
            return None;
        }
        if !inner.producers.knows(header.producer_id) {
            inner.transactions.note_first(header);
        }
        inner.transactions.last_number += 1;
        let number = inner.transactions.last_number;
        inner.transactions.asking.insert((header.producer_id, number));
        Some(Verification { partition: self.clone(), producer_id: header.producer_id, number, from_zero })
    }

    /// End a producer's transaction here, and raise its epoch to the given one. It is always waited for, also where
    /// acknowledged records may be lost: a marker that its coordinator believes written must not be.
    pub fn append_marker(
        self: &Arc<Self>,
        (producer_id, producer_epoch): (i64, i16),
        marker: EndMarker,
        transaction_version: i16,
        leader_epoch: i32,
    ) -> Result<Appended, AppendError> {
        let now = self.may_append()?;
        let batch = marker.encode(producer_id, producer_epoch, now).ok().and_then(|batch| {
            let header = Header::parse(&batch).ok()?;
            Some((batch, Checked { header, max_timestamp: now, offset_delta_of_max_timestamp: 0 }))
        });
        let Some((batch, checked)) = batch else {
            let rejected = Rejected::new(code::INVALID_RECORD, "a marker that cannot be encoded");
            return Err(AppendError::Rejected(rejected));
        };
        let mut inner = self.inner.lock();
        if inner.gone {
            return Err(AppendError::Gone);
        }
        let allowed = inner.producers.check_marker(producer_id, producer_epoch, marker, transaction_version);
        allowed.map_err(AppendError::Rejected)?;
        let put = Put { leader_epoch, now, may_cache: false, wakes: false };
        let appended = self.put(&mut inner, BytesMut::from(&batch[..]), &checked, put)?;
        inner.transactions.forget_asking(producer_id);
        Ok(appended)
    }

    /// Whether it has an open transaction, and the oldest.
    #[must_use]
    pub fn oldest_transaction(&self) -> Option<OldestTransaction> {
        let inner = self.inner.lock();
        let (first_offset, open, producer) = inner.producers.oldest_open()?;
        Some(OldestTransaction {
            partition: self.id,
            producer_id: open.producer_id,
            producer_epoch: producer.epoch,
            first_offset,
            since_ms: open.since_ms,
        })
    }
}

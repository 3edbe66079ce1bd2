//! Sequences and open transactions of a partition's producers.
//!
//! At most one copy per (producer id, epoch, sequence), for the last five batches of each producer (KIP-98, KIP-360). The
//! snapshot is Kafka's own producer snapshot file, version 1; where Kafka writes a producer's last batch only, this writes an
//! entry for each of its five, oldest first: a reader that keeps the last entry reads the same as from Kafka.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::error::code;
use crate::{EndMarker, Header, Rejected, crc32c};

/// Batches of one producer that can be recognised when they come again.
pub const WINDOW_BATCHES: usize = 5;
const SNAPSHOT_VERSION: i16 = 1;
const SNAPSHOT_HEADER_BYTES: usize = 10;
const ENTRY_BYTES: usize = 46;
const NO_TRANSACTION: i64 = -1;
/// From this transaction version on each end of a transaction raises the epoch (KIP-890).
const EPOCH_PER_TRANSACTION: i16 = 2;

#[must_use]
pub fn add_sequence(sequence: i32, count: i32) -> i32 {
    (i64::from(sequence) + i64::from(count)).rem_euclid(1 << 31) as i32
}

/// One batch that was appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenBatch {
    pub last_sequence: i32,
    pub last_offset: i64,
    pub offset_delta: i32,
    pub timestamp: i64,
}

impl SeenBatch {
    #[must_use]
    pub fn first_sequence(&self) -> i32 {
        add_sequence(self.last_sequence, -self.offset_delta)
    }

    #[must_use]
    pub fn base_offset(&self) -> i64 {
        self.last_offset - i64::from(self.offset_delta)
    }
}

/// One producer. Invariant: `batches` all belong to `epoch`, oldest first, at most `WINDOW_BATCHES`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Producer {
    pub epoch: i16,
    pub batches: VecDeque<SeenBatch>,
    pub last_timestamp: i64,
    /// By the broker's own clock, when its newest batch was appended; a start counts as an append. Records may bear any
    /// time, so expiry does not go by theirs.
    pub heard_ms: i64,
    pub coordinator_epoch: i32,
    pub transaction_first_offset: i64,
}

impl Producer {
    #[must_use]
    pub fn last_sequence(&self) -> i32 {
        self.batches.back().map_or(-1, |batch| batch.last_sequence)
    }

    fn last_offset(&self) -> i64 {
        self.batches.back().map_or(-1, |batch| batch.last_offset)
    }

    #[must_use]
    pub fn has_transaction(&self) -> bool {
        self.transaction_first_offset != NO_TRANSACTION
    }

    /// The batch, if it is one of the newest of this epoch.
    fn seen(&self, header: &Header) -> Option<SeenBatch> {
        if header.producer_epoch != self.epoch || !header.has_sequence() {
            return None;
        }
        let (first, last) = (header.base_sequence, header.last_sequence());
        self.batches.iter().find(|batch| batch.first_sequence() == first && batch.last_sequence == last).copied()
    }

    fn check_epoch(&self, id: i64, epoch: i16) -> Result<(), Rejected> {
        if epoch >= self.epoch {
            return Ok(());
        }
        let message = format!("producer {id} has epoch {}, not {epoch}", self.epoch);
        Err(Rejected::new(code::INVALID_PRODUCER_EPOCH, message))
    }

    fn check_sequence(&self, header: &Header) -> Result<(), Rejected> {
        let new_epoch = header.producer_epoch > self.epoch || self.batches.is_empty();
        let expected = if new_epoch { 0 } else { add_sequence(self.last_sequence(), 1) };
        if header.base_sequence == expected {
            return Ok(());
        }
        let message =
            format!("producer {}: sequence {} where {expected} follows", header.producer_id, header.base_sequence);
        Err(Rejected::new(code::OUT_OF_ORDER_SEQUENCE_NUMBER, message))
    }

    fn push(&mut self, seen: SeenBatch) {
        if self.batches.len() == WINDOW_BATCHES {
            self.batches.pop_front();
        }
        self.batches.push_back(seen);
    }
}

/// A transaction that has records here and no end yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenTransaction {
    pub producer_id: i64,
    /// By the broker's own clock, when its first batch was appended; a start counts as that.
    pub since_ms: i64,
}

/// A transaction that had records here, and the marker that ended it at `last_offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedTransaction {
    pub producer_id: i64,
    pub first_offset: i64,
    pub last_offset: i64,
    pub commit: bool,
    /// The first offset that is still undecided once this is decided.
    pub last_stable_offset: i64,
}

/// What a batch with a producer id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    New,
    /// It was appended before; the answer is the first one's.
    Duplicate(SeenBatch),
}

/// All producers of one partition. One takes about 300 bytes.
///
/// Invariant: `open` has one row for each producer with a `transaction_first_offset`, under that offset.
#[derive(Debug, Clone)]
pub struct Producers {
    by_id: HashMap<i64, Producer>,
    open: BTreeMap<i64, OpenTransaction>,
    count_max: usize,
}

impl Default for Producers {
    fn default() -> Self {
        Self { by_id: HashMap::new(), open: BTreeMap::new(), count_max: usize::MAX }
    }
}

impl Producers {
    /// Keep at most so many from now on: beyond it, who has been silent longest is forgotten.
    #[must_use]
    pub fn bounded(mut self, count_max: usize) -> Self {
        self.count_max = count_max.max(1);
        self.forget_the_silent();
        self
    }

    /// Before the append: is it new, a duplicate, or out of order? `header.has_producer()` must hold.
    pub fn check(&self, header: &Header) -> Result<Verdict, Rejected> {
        let Some(known) = self.by_id.get(&header.producer_id) else { return Ok(Verdict::New) };
        if let Some(seen) = known.seen(header) {
            return Ok(Verdict::Duplicate(seen));
        }
        known.check_epoch(header.producer_id, header.producer_epoch)?;
        if header.has_sequence() {
            known.check_sequence(header)?;
        }
        if !header.is_transactional() && known.has_transaction() {
            let message = format!("producer {}: a batch outside of its open transaction", header.producer_id);
            return Err(Rejected::new(code::INVALID_TXN_STATE, message));
        }
        Ok(Verdict::New)
    }

    /// Whether anything of this producer is known here: what it wrote long ago is forgotten.
    #[must_use]
    pub fn knows(&self, producer_id: i64) -> bool {
        self.by_id.contains_key(&producer_id)
    }

    /// Whether a batch would begin a transaction here: who says that it may must be asked first (KIP-890).
    #[must_use]
    pub fn begins_transaction(&self, header: &Header) -> bool {
        let goes_on = |known: &Producer| {
            (known.has_transaction() && known.epoch == header.producer_epoch) || known.seen(header).is_some()
        };
        header.is_transactional() && !self.by_id.get(&header.producer_id).is_some_and(goes_on)
    }

    /// After the append, and on replay: `base_offset` is where the batch came to stand, `now_ms` the broker's clock.
    pub fn record(&mut self, header: &Header, base_offset: i64, now_ms: i64) {
        let seen = SeenBatch {
            last_sequence: header.last_sequence(),
            last_offset: base_offset + i64::from(header.last_offset_delta),
            offset_delta: header.last_offset_delta,
            timestamp: header.max_timestamp,
        };
        let producer = self.entry(header.producer_id, header.producer_epoch);
        producer.push(seen);
        producer.last_timestamp = producer.last_timestamp.max(seen.timestamp);
        producer.heard_ms = now_ms;
        if header.is_transactional() && !producer.has_transaction() {
            producer.transaction_first_offset = base_offset;
            self.open.insert(base_offset, OpenTransaction { producer_id: header.producer_id, since_ms: now_ms });
        }
        self.forget_the_silent();
    }

    /// Before the append of a marker: may this coordinator end that producer's transaction? From transaction version 2 on each
    /// end raises the epoch, so that a late marker is told from the next transaction's own; one that is written again after
    /// its answer was lost finds nothing open and changes nothing (KIP-890, KIP-1228).
    pub fn check_marker(
        &self,
        producer_id: i64,
        producer_epoch: i16,
        marker: EndMarker,
        transaction_version: i16,
    ) -> Result<(), Rejected> {
        let Some(known) = self.by_id.get(&producer_id) else { return Ok(()) };
        known.check_epoch(producer_id, producer_epoch)?;
        if transaction_version >= EPOCH_PER_TRANSACTION && producer_epoch == known.epoch && known.has_transaction() {
            let message = format!("producer {producer_id}: epoch {producer_epoch} has gone on to its next transaction");
            return Err(Rejected::new(code::INVALID_PRODUCER_EPOCH, message));
        }
        if marker.coordinator_epoch < known.coordinator_epoch {
            let (known, given) = (known.coordinator_epoch, marker.coordinator_epoch);
            let message = format!("producer {producer_id}: its coordinator has epoch {known}, not {given}");
            return Err(Rejected::new(code::TRANSACTION_COORDINATOR_FENCED, message));
        }
        Ok(())
    }

    /// After the append of a marker, and on replay; None where its transaction has no records here.
    pub fn end(
        &mut self,
        header: &Header,
        marker: EndMarker,
        base_offset: i64,
        now_ms: i64,
    ) -> Option<EndedTransaction> {
        let producer = self.entry(header.producer_id, header.producer_epoch);
        producer.coordinator_epoch = marker.coordinator_epoch;
        producer.last_timestamp = header.max_timestamp;
        producer.heard_ms = now_ms;
        let first_offset = std::mem::replace(&mut producer.transaction_first_offset, NO_TRANSACTION);
        self.forget_the_silent();
        if first_offset == NO_TRANSACTION {
            return None;
        }
        self.open.remove(&first_offset);
        Some(EndedTransaction {
            producer_id: header.producer_id,
            first_offset,
            last_offset: base_offset,
            commit: marker.commit,
            last_stable_offset: self.first_open().unwrap_or(base_offset + 1),
        })
    }

    /// A batch of the log, whatever it is, as it is folded again.
    pub fn replay(&mut self, header: &Header, batch: &[u8], now_ms: i64) -> Option<EndedTransaction> {
        if !header.has_producer() {
            return None;
        }
        if !header.is_control() {
            self.record(header, header.base_offset, now_ms);
            return None;
        }
        self.end(header, EndMarker::parse(header, batch)?, header.base_offset, now_ms)
    }

    /// The first offset of the oldest open transaction.
    #[must_use]
    pub fn first_open(&self) -> Option<i64> {
        self.open.first_key_value().map(|(offset, _)| *offset)
    }

    /// The oldest open transaction, with its first offset and its producer.
    #[must_use]
    pub fn oldest_open(&self) -> Option<(i64, OpenTransaction, &Producer)> {
        let (offset, open) = self.open.first_key_value()?;
        Some((*offset, *open, self.by_id.get(&open.producer_id)?))
    }

    /// Each time it is over the bound an eighth goes, so that to find them costs little for each append.
    fn forget_the_silent(&mut self) {
        if self.by_id.len() <= self.count_max {
            return;
        }
        let excess = self.by_id.len() - (self.count_max - self.count_max / 8);
        let idle = self.by_id.iter().filter(|(_, producer)| !producer.has_transaction());
        let mut silent: Vec<(i64, i64, i64)> =
            idle.map(|(id, producer)| (producer.heard_ms, producer.last_offset(), *id)).collect();
        silent.sort_unstable();
        silent.iter().take(excess).for_each(|(_, _, id)| drop(self.by_id.remove(id)));
    }

    /// The producer in that epoch; what it did in an earlier one is forgotten, but not its open transaction.
    fn entry(&mut self, id: i64, epoch: i16) -> &mut Producer {
        let producer = self.by_id.entry(id).or_insert_with(|| Producer {
            epoch,
            batches: VecDeque::with_capacity(WINDOW_BATCHES),
            last_timestamp: -1,
            heard_ms: 0,
            coordinator_epoch: -1,
            transaction_first_offset: NO_TRANSACTION,
        });
        if producer.epoch != epoch {
            producer.batches.clear();
            producer.epoch = epoch;
        }
        producer
    }

    /// Forget who has been silent since before `horizon_ms` by the broker's clock (`producer.id.expiration.ms`).
    pub fn expire(&mut self, horizon_ms: i64) {
        self.by_id.retain(|_, producer| producer.heard_ms >= horizon_ms || producer.has_transaction());
    }

    pub fn iter(&self) -> impl Iterator<Item = (i64, &Producer)> {
        self.by_id.iter().map(|(id, producer)| (*id, producer))
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// The bytes of a `.snapshot` file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut ids: Vec<_> = self.by_id.keys().copied().collect();
        ids.sort_unstable();
        let count: usize = self.by_id.values().map(|producer| producer.batches.len().max(1)).sum();
        let mut bytes = Vec::with_capacity(SNAPSHOT_HEADER_BYTES + count * ENTRY_BYTES);
        bytes.extend_from_slice(&SNAPSHOT_VERSION.to_be_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&(count as i32).to_be_bytes());
        for id in ids {
            let producer = &self.by_id[&id];
            // A marker may have raised the epoch, and nothing come since.
            let none =
                SeenBatch { last_sequence: -1, last_offset: -1, offset_delta: 0, timestamp: producer.last_timestamp };
            for batch in producer.batches.iter().chain(producer.batches.is_empty().then_some(&none)) {
                bytes.extend_from_slice(&id.to_be_bytes());
                bytes.extend_from_slice(&producer.epoch.to_be_bytes());
                bytes.extend_from_slice(&batch.last_sequence.to_be_bytes());
                bytes.extend_from_slice(&batch.last_offset.to_be_bytes());
                bytes.extend_from_slice(&batch.offset_delta.to_be_bytes());
                bytes.extend_from_slice(&batch.timestamp.to_be_bytes());
                bytes.extend_from_slice(&producer.coordinator_epoch.to_be_bytes());
                bytes.extend_from_slice(&producer.transaction_first_offset.to_be_bytes());
            }
        }
        let crc = crc32c(&bytes[6..]);
        bytes[2..6].copy_from_slice(&crc.to_be_bytes());
        bytes
    }

    /// None where the bytes are not a whole, unharmed snapshot: then the state is folded anew from the log. All of them were
    /// heard of at `now_ms`: the file does not say when.
    #[must_use]
    pub fn decode(bytes: &[u8], now_ms: i64) -> Option<Self> {
        if bytes.len() < SNAPSHOT_HEADER_BYTES || bytes[0..2] != SNAPSHOT_VERSION.to_be_bytes() {
            return None;
        }
        let stored = u32::from_be_bytes(bytes[2..6].try_into().ok()?);
        let count = i32::from_be_bytes(bytes[6..10].try_into().ok()?);
        let entries = &bytes[SNAPSHOT_HEADER_BYTES..];
        if stored != crc32c(&bytes[6..]) || count < 0 || entries.len() != count as usize * ENTRY_BYTES {
            return None;
        }
        let mut producers = Self::default();
        for entry in entries.chunks_exact(ENTRY_BYTES) {
            let i64_at = |at: usize| i64::from_be_bytes(entry[at..at + 8].try_into().unwrap_or_default());
            let i32_at = |at: usize| i32::from_be_bytes(entry[at..at + 4].try_into().unwrap_or_default());
            let seen = SeenBatch {
                last_sequence: i32_at(10),
                last_offset: i64_at(14),
                offset_delta: i32_at(22),
                timestamp: i64_at(26),
            };
            let (id, epoch) = (i64_at(0), i16::from_be_bytes([entry[8], entry[9]]));
            let producer = producers.entry(id, epoch);
            if seen.last_offset >= 0 {
                producer.push(seen);
            }
            producer.last_timestamp = producer.last_timestamp.max(seen.timestamp);
            producer.heard_ms = now_ms;
            producer.coordinator_epoch = i32_at(34);
            producer.transaction_first_offset = i64_at(38);
            if producer.has_transaction() {
                let first_offset = producer.transaction_first_offset;
                producers.open.insert(first_offset, OpenTransaction { producer_id: id, since_ms: now_ms });
            }
        }
        Some(producers)
    }
}

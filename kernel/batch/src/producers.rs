//! Which sequences of which producers a partition has seen.
//!
//! At most one copy per (producer id, epoch, sequence), for the last five batches of each producer (KIP-98, KIP-360). The
//! snapshot is Kafka's own producer snapshot file, version 1; where Kafka writes a producer's last batch only, this writes an
//! entry for each of its five, oldest first: a reader that keeps the last entry reads the same as from Kafka.

use std::collections::{HashMap, VecDeque};

use crate::error::code;
use crate::{Header, Rejected, crc32c};

/// Batches of one producer that can be recognised when they come again.
pub const WINDOW_BATCHES: usize = 5;
const SNAPSHOT_VERSION: i16 = 1;
const SNAPSHOT_HEADER_BYTES: usize = 10;
const ENTRY_BYTES: usize = 46;
const NO_TRANSACTION: i64 = -1;

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
}

/// What a batch with a producer id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    New,
    /// It was appended before; the answer is the first one's.
    Duplicate(SeenBatch),
}

/// All producers of one partition. One takes about 300 bytes.
#[derive(Debug, Clone)]
pub struct Producers {
    by_id: HashMap<i64, Producer>,
    count_max: usize,
}

impl Default for Producers {
    fn default() -> Self {
        Self { by_id: HashMap::new(), count_max: usize::MAX }
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
        if header.producer_epoch == known.epoch {
            let (first, last) = (header.base_sequence, header.last_sequence());
            if let Some(seen) = known.batches.iter().find(|b| b.first_sequence() == first && b.last_sequence == last) {
                return Ok(Verdict::Duplicate(*seen));
            }
        }
        if header.producer_epoch < known.epoch {
            let message =
                format!("producer {} has epoch {}, not {}", header.producer_id, known.epoch, header.producer_epoch);
            return Err(Rejected::new(code::INVALID_PRODUCER_EPOCH, message));
        }
        let new_epoch = header.producer_epoch > known.epoch;
        let expected = if new_epoch { 0 } else { add_sequence(known.last_sequence(), 1) };
        if header.base_sequence == expected {
            return Ok(Verdict::New);
        }
        let message =
            format!("producer {}: sequence {} where {expected} follows", header.producer_id, header.base_sequence);
        Err(Rejected::new(code::OUT_OF_ORDER_SEQUENCE_NUMBER, message))
    }

    /// After the append, and on replay: `base_offset` is where the batch came to stand, `now_ms` the broker's clock.
    pub fn record(&mut self, header: &Header, base_offset: i64, now_ms: i64) {
        let seen = SeenBatch {
            last_sequence: header.last_sequence(),
            last_offset: base_offset + i64::from(header.last_offset_delta),
            offset_delta: header.last_offset_delta,
            timestamp: header.max_timestamp,
        };
        let producer = self.insert(header.producer_id, header.producer_epoch, seen, -1, NO_TRANSACTION);
        producer.heard_ms = now_ms;
        self.forget_the_silent();
    }

    /// Each time it is over the bound an eighth goes, so that to find them costs little for each append.
    fn forget_the_silent(&mut self) {
        if self.by_id.len() <= self.count_max {
            return;
        }
        let excess = self.by_id.len() - (self.count_max - self.count_max / 8);
        let idle = self.by_id.iter().filter(|(_, producer)| producer.transaction_first_offset == NO_TRANSACTION);
        let mut silent: Vec<(i64, i64, i64)> =
            idle.map(|(id, producer)| (producer.heard_ms, producer.last_offset(), *id)).collect();
        silent.sort_unstable();
        silent.iter().take(excess).for_each(|(_, _, id)| drop(self.by_id.remove(id)));
    }

    fn insert(
        &mut self,
        id: i64,
        epoch: i16,
        seen: SeenBatch,
        coordinator_epoch: i32,
        transaction: i64,
    ) -> &mut Producer {
        let producer = self.by_id.entry(id).or_insert_with(|| Producer {
            epoch,
            batches: VecDeque::with_capacity(WINDOW_BATCHES),
            last_timestamp: seen.timestamp,
            heard_ms: 0,
            coordinator_epoch,
            transaction_first_offset: transaction,
        });
        if producer.epoch != epoch {
            producer.batches.clear();
            producer.epoch = epoch;
        }
        if producer.batches.len() == WINDOW_BATCHES {
            producer.batches.pop_front();
        }
        producer.last_timestamp = producer.last_timestamp.max(seen.timestamp);
        producer.batches.push_back(seen);
        producer
    }

    /// Forget who has been silent since before `horizon_ms` by the broker's clock (`producer.id.expiration.ms`).
    pub fn expire(&mut self, horizon_ms: i64) {
        self.by_id.retain(|_, producer| {
            producer.heard_ms >= horizon_ms || producer.transaction_first_offset != NO_TRANSACTION
        });
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
        let count: usize = self.by_id.values().map(|producer| producer.batches.len()).sum();
        let mut bytes = Vec::with_capacity(SNAPSHOT_HEADER_BYTES + count * ENTRY_BYTES);
        bytes.extend_from_slice(&SNAPSHOT_VERSION.to_be_bytes());
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&(count as i32).to_be_bytes());
        for id in ids {
            let producer = &self.by_id[&id];
            for batch in &producer.batches {
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
            let epoch = i16::from_be_bytes([entry[8], entry[9]]);
            producers.insert(i64_at(0), epoch, seen, i32_at(34), i64_at(38)).heard_ms = now_ms;
        }
        Some(producers)
    }
}

//! Random lives of a compacted log with transactions, and the model that judges them.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::BytesMut;
use leftfold_batch::{Codec, EncodeOptions, EndMarker, check};
use leftfold_log::{LogSettings, Partition, TopicConfig};
use leftfold_ports::Clock;
use leftfold_ports::sim::{Chance, SimDisk};

use super::committed::committed;
use super::keyed::{Record, encoded, encoded_with, everything, record, table};
use super::{NOW_MS, World, append, config, settings};

pub const RETENTION_MS: i64 = 1000;
pub const EXPIRATION_MS: i64 = 50_000;
/// Writes without transactions, but with sequences.
const IDEMPOTENT: i64 = 7;

pub fn compacted() -> TopicConfig {
    TopicConfig {
        compact: true,
        delete: false,
        min_cleanable_dirty_ratio: 0.0,
        delete_retention_ms: RETENTION_MS,
        ..config()
    }
}

pub fn own_settings() -> LogSettings {
    LogSettings { producer_expiration_ms: EXPIRATION_MS, ..settings() }
}

#[derive(Debug, Clone)]
struct Transaction {
    first_offset: i64,
    /// Its offset, and whether it commits.
    marker: Option<(i64, bool)>,
}

/// Everything that was ever appended.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// With the number of their transaction, if they have one.
    records: BTreeMap<i64, (Record, Option<usize>)>,
    transactions: Vec<Transaction>,
}

impl Model {
    /// The last stable offset of a log that ends at `end`.
    pub fn stable(&self, end: i64) -> i64 {
        let open = self.transactions.iter().filter(|transaction| {
            transaction.first_offset < end && transaction.marker.is_none_or(|marker| marker.0 >= end)
        });
        open.map(|transaction| transaction.first_offset).min().unwrap_or(end).min(end)
    }

    /// What a reader of committed records gets of a log from `start` to `end` that was never compacted.
    fn committed(&self, start: i64, end: i64) -> BTreeMap<i64, Record> {
        let is_committed =
            |number: &usize| self.transactions[*number].marker.is_some_and(|marker| marker.0 < end && marker.1);
        let below = self.records.range(start..self.stable(end).max(start));
        let counts = below.filter(|(_, (_, transaction))| transaction.as_ref().is_none_or(is_committed));
        counts.map(|(offset, (record, _))| (*offset, record.clone())).collect()
    }

    /// A log is what it should be, up to what compaction may have taken out.
    pub fn judge(&self, partition: &Partition, chance: &mut Chance, what: &str) {
        let offsets = partition.offsets();
        let (start, end) = (offsets.log_start, offsets.log_end);
        let stable = self.stable(end).max(start);
        assert_eq!(offsets.last_stable, stable, "{what}: the last stable offset");
        assert_eq!(partition.damage(), [], "{what}");
        let (should, found) =
            (self.committed(start, end), committed(partition, start, 1 + chance.below(3000) as usize));
        assert_eq!(table(&found), table(&should), "{what}: read committed");
        assert!(found.iter().all(|(offset, record)| should.get(offset) == Some(record)), "{what}: read committed");
        let from = start + chance.below((end - start) as u64 + 1) as i64;
        let behind: BTreeMap<_, _> = found.range(from..).map(|(offset, record)| (*offset, record.clone())).collect();
        if from <= stable {
            assert_eq!(committed(partition, from, 1000), behind, "{what}: read committed from {from}");
        }
        let raw = everything(partition, start).1;
        for (offset, record) in &raw {
            assert_eq!(self.records.get(offset).map(|known| &known.0), Some(record), "{what}: offset {offset}");
        }
        assert!(found.keys().all(|offset| raw.contains_key(offset)), "{what}: what is committed is there");
        let undecided = self.records.range(stable..end).map(|(offset, _)| offset);
        assert!(undecided.into_iter().all(|offset| raw.contains_key(offset)), "{what}: what is undecided is there");
        for transaction in &self.transactions {
            let is_open = transaction.marker.is_none_or(|marker| marker.0 >= end) && transaction.first_offset < end;
            let open = partition.producers().iter().any(|p| p.transaction_first_offset == transaction.first_offset);
            assert_eq!(open, is_open, "{what}: {transaction:?}");
        }
    }
}

struct Producer {
    id: i64,
    epoch: i16,
    sequence: i32,
    open: Option<usize>,
    /// Whether each end raises its epoch (KIP-890).
    raises: bool,
}

/// A log that is written to, compacted and opened again.
pub struct Life {
    pub world: World,
    pub partition: Arc<Partition>,
    pub model: Model,
    pub chance: Chance,
    producers: Vec<Producer>,
    idempotent_sequence: i32,
    turn: u32,
    /// (steps of the disk, how far the log was acknowledged by then)
    pub promised: Vec<(usize, i64)>,
}

impl Life {
    pub fn new(seed: u64) -> Self {
        let world = World::open_with(&SimDisk::new(), own_settings()).unwrap_or_else(|error| panic!("{error}"));
        let producer = |id| Producer { id, epoch: 0, sequence: 0, open: None, raises: id % 2 == 0 };
        Self {
            partition: world.create(1, compacted()),
            world,
            model: Model::default(),
            chance: Chance::new(seed),
            producers: (100..104).map(producer).collect(),
            idempotent_sequence: 0,
            turn: 0,
            promised: Vec::new(),
        }
    }

    fn records(&mut self) -> Vec<Record> {
        self.turn += 1;
        let (turn, count) = (self.turn, 1 + self.chance.below(3));
        let one = |at| {
            let value = (self.chance.below(6) > 0).then(|| format!("{turn}-{at}-{}", "x".repeat(80)));
            record(self.chance.below(10), value)
        };
        (0..count).map(one).collect()
    }

    fn codec(&mut self) -> Codec {
        if self.chance.below(2) == 0 { Codec::None } else { Codec::Lz4 }
    }

    fn note(&mut self, base_offset: i64, records: Vec<Record>, transaction: Option<usize>) {
        for (offset, record) in (base_offset..).zip(records) {
            self.model.records.insert(offset, (record, transaction));
        }
        self.world.commit();
        self.promised.push((self.world.disk.steps(), self.partition.offsets().log_end));
    }

    pub fn plain(&mut self) {
        let (made, codec) = (self.records(), self.codec());
        let producer = (self.chance.below(3) == 0).then_some((IDEMPOTENT, self.idempotent_sequence));
        self.idempotent_sequence += producer.map_or(0, |_| made.len() as i32);
        let appended = append(&self.partition, encoded(&made, codec, producer)).unwrap_or_else(|e| panic!("{e:?}"));
        self.note(appended.base_offset, made, None);
    }

    pub fn write(&mut self, which: usize) {
        let (made, codec) = (self.records(), self.codec());
        let producer = &mut self.producers[which];
        let options = EncodeOptions {
            codec,
            producer_id: producer.id,
            producer_epoch: producer.epoch,
            base_sequence: producer.sequence,
            transactional: true,
            ..EncodeOptions::default()
        };
        producer.sequence += made.len() as i32;
        let batch = encoded_with(&made, &options);
        let checked = check(&batch, &self.partition.config().rules(NOW_MS)).expect("a valid batch");
        let verified = self.partition.verification(&checked.header, false);
        let appended = self.partition.append_verified(BytesMut::from(&batch[..]), &checked, 0, verified.as_ref());
        let base_offset = appended.unwrap_or_else(|error| panic!("{error:?}")).base_offset;
        let transaction = *producer.open.get_or_insert_with(|| {
            self.model.transactions.push(Transaction { first_offset: base_offset, marker: None });
            self.model.transactions.len() - 1
        });
        self.note(base_offset, made, Some(transaction));
    }

    pub fn end(&mut self, which: usize, commit: bool) {
        let producer = &mut self.producers[which];
        let Some(transaction) = producer.open.take() else { return };
        let version = if producer.raises { 2 } else { 1 };
        if producer.raises {
            (producer.epoch, producer.sequence) = (producer.epoch + 1, 0);
        }
        let marker = EndMarker { commit, coordinator_epoch: 0 };
        let appended = self.partition.append_marker((producer.id, producer.epoch), marker, version, 0);
        let offset = appended.unwrap_or_else(|error| panic!("{error:?}")).base_offset;
        self.model.transactions[transaction].marker = Some((offset, commit));
        self.note(offset, Vec::new(), None);
    }

    /// Something is appended.
    pub fn step(&mut self) {
        let which = self.chance.below(self.producers.len() as u64) as usize;
        match self.chance.below(6) {
            0 | 1 => self.plain(),
            2..=4 => self.write(which),
            _ => {
                let commit = self.chance.below(2) == 0;
                self.end(which, commit);
            }
        }
    }

    pub fn compact(&self) -> bool {
        self.world.log.compact_once(&mut || Ok(())).expect("a compaction")
    }

    /// The same log after a clean stop or a kill; now and then nothing is left but the log itself.
    pub fn reopen(mut self) -> Self {
        let now = self.world.clock.wall_ms();
        let disk = if self.chance.below(2) == 0 { self.world.stop() } else { self.world.disk.copy() };
        if self.chance.below(3) == 0 {
            for file in disk.files().iter().filter(|file| file.extension().is_some_and(|kind| kind == "snapshot")) {
                disk.flip(file, 12, 0);
            }
        }
        self.world = World::open_with(&disk, own_settings()).unwrap_or_else(|error| panic!("{error}"));
        self.world.clock.advance(now - NOW_MS);
        self.partition = self.world.create(1, compacted());
        self
    }

    pub fn judge(&mut self, what: &str) {
        self.model.judge(&self.partition, &mut self.chance, what);
    }

    /// End whatever is open.
    pub fn end_all(&mut self) {
        for which in 0..self.producers.len() {
            self.end(which, which % 2 == 0);
        }
    }

    /// A turn of a long life: appends, and what goes on beside them.
    pub fn turn(&mut self) {
        for _ in 0..1 + self.chance.below(6) {
            self.step();
        }
        if self.chance.below(2) == 0 {
            self.world.fill();
        }
        if self.chance.below(4) == 0 {
            self.world.clock.advance(RETENTION_MS / 2);
            self.compact();
        }
        if self.chance.below(15) == 0 {
            self.world.clock.advance(EXPIRATION_MS / 2);
            self.world.log.clean_once().expect("a cleaning");
        }
    }
}

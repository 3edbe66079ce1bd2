//! What becomes of a batch in compaction.

use std::collections::{HashMap, HashSet};

use leftfold_batch::producers::Producers;
use leftfold_batch::{Entries, Entry, Header, delete_horizon_ms, emptied};

use super::Trouble;
use super::map::OffsetMap;
use super::outcomes::Outcomes;
use super::reader::Batch;
use crate::aborted::AbortedTransaction;

pub(crate) enum Fate {
    Stays,
    Becomes(Vec<u8>),
    Goes,
}

/// The newest that a live producer left: it stays, so that sequences and epochs survive a start that has the log alone.
enum Newest {
    /// Its newest batch ends there; it stays without records, if need be.
    Batch(i64),
    /// Nothing came in its epoch but the marker that began it.
    Marker(i16),
}

/// Invariant: it is asked about each batch of the log from the first one on, in their order.
pub(crate) struct Filter<'a> {
    map: &'a OffsetMap,
    /// The map knows all keys before this offset.
    end: i64,
    now_ms: i64,
    delete_retention_ms: i64,
    newest: HashMap<i64, Newest>,
    outcomes: Outcomes<'a>,
    /// Producers of which a batch of a transaction was met and its marker not yet.
    unended: HashSet<i64>,
    /// Of the records of one batch: which ones stay.
    kept: Vec<bool>,
    pub kept_records: u64,
    pub removed_records: u64,
}

impl<'a> Filter<'a> {
    pub fn new(
        map: &'a OffsetMap,
        end: i64,
        now_ms: i64,
        delete_retention_ms: i64,
        producers: &Producers,
        outcomes: Outcomes<'a>,
    ) -> Self {
        let newest = producers.iter().map(|(id, producer)| {
            let batch = producer.batches.back().map(|batch| Newest::Batch(batch.last_offset));
            (id, batch.unwrap_or(Newest::Marker(producer.epoch)))
        });
        Self {
            map,
            end,
            now_ms,
            delete_retention_ms,
            newest: newest.collect(),
            outcomes,
            unended: HashSet::new(),
            kept: Vec::new(),
            kept_records: 0,
            removed_records: 0,
        }
    }

    pub fn fate(&mut self, batch: &Batch<'_>) -> Result<Fate, Trouble> {
        let header = &batch.header;
        let fate = if header.is_control() { self.fate_of_marker(batch)? } else { self.fate_of_records(batch)? };
        let after = match &fate {
            Fate::Stays => header.record_count,
            Fate::Becomes(bytes) => Header::parse(bytes)?.record_count,
            Fate::Goes => 0,
        };
        self.kept_records += after.max(0) as u64;
        self.removed_records += header.record_count.saturating_sub(after).max(0) as u64;
        Ok(fate)
    }

    /// The row of an abort marker; as long as the marker stays, so does its row.
    pub fn row_of(&mut self, header: &Header) -> Result<Option<AbortedTransaction>, Trouble> {
        Ok(self.outcomes.aborted(header)?.filter(|row| row.last_offset == header.last_offset()))
    }

    /// A marker stays as long as a batch of its transaction was met, and then for as long as a tombstone (KIP-534): who reads
    /// slowly may have read the batch, and must still come to know how it ended.
    fn fate_of_marker(&mut self, batch: &Batch<'_>) -> Result<Fate, Trouble> {
        let header = &batch.header;
        let ends_something = self.unended.remove(&header.producer_id);
        let is_newest = matches!(
            self.newest.get(&header.producer_id),
            Some(Newest::Marker(epoch)) if *epoch == header.producer_epoch
        );
        if ends_something || is_newest {
            return Ok(Fate::Stays);
        }
        Ok(match delete_horizon_ms(header) {
            Some(horizon_ms) if horizon_ms <= self.now_ms => Fate::Goes,
            Some(_) => Fate::Stays,
            None => batch.entries()?.retain(|_| true, Some(self.horizon_ms()))?.map_or(Fate::Goes, Fate::Becomes),
        })
    }

    fn horizon_ms(&self) -> i64 {
        self.now_ms.saturating_add(self.delete_retention_ms)
    }

    fn fate_of_records(&mut self, batch: &Batch<'_>) -> Result<Fate, Trouble> {
        let header = &batch.header;
        let is_newest = header.has_producer()
            && matches!(self.newest.get(&header.producer_id), Some(Newest::Batch(last)) if *last == header.last_offset());
        let mut is_aborted = false;
        if header.is_transactional() {
            self.unended.insert(header.producer_id);
            is_aborted = self.outcomes.aborted(header)?.is_some();
        }
        Ok(match (header.record_count, is_newest) {
            (0, true) => Fate::Stays,
            (0, false) => Fate::Goes,
            (_, true) if is_aborted => Fate::Becomes(emptied(header)),
            (_, false) if is_aborted => Fate::Goes,
            _ => self.sift(header, &batch.entries()?, is_newest)?,
        })
    }

    /// Keep the records that stay.
    fn sift(&mut self, header: &Header, entries: &Entries<'_>, is_newest: bool) -> Result<Fate, Trouble> {
        let horizon_ms = delete_horizon_ms(header);
        let tombstones_go = horizon_ms.is_some_and(|horizon_ms| horizon_ms <= self.now_ms);
        let (mut kept, mut tombstones) = (std::mem::take(&mut self.kept), 0);
        kept.clear();
        entries.each(|entry| {
            let stays = self.stays(entry, tombstones_go);
            tombstones += u32::from(stays && !entry.has_value && entry.offset < self.end);
            kept.push(stays);
        })?;
        let new_horizon_ms = (tombstones > 0 && horizon_ms.is_none()).then(|| self.horizon_ms());
        let fate = if kept.iter().all(|stays| *stays) && new_horizon_ms.is_none() {
            Fate::Stays
        } else {
            let mut stay = kept.iter();
            match entries.retain(|_| stay.next() == Some(&true), new_horizon_ms)? {
                Some(bytes) => Fate::Becomes(bytes),
                None if is_newest => Fate::Becomes(emptied(header)),
                None => Fate::Goes,
            }
        };
        self.kept = kept;
        Ok(fate)
    }

    /// Whether a record is the newest of its key, as far as is known. One without a key has no place in a compacted topic.
    fn stays(&self, entry: &Entry<'_>, tombstones_go: bool) -> bool {
        if entry.offset >= self.end {
            return true;
        }
        let Some(key) = entry.key else { return false };
        let is_newest = self.map.get(key).is_none_or(|newest| newest <= entry.offset);
        is_newest && (entry.has_value || !tombstones_go)
    }
}

//! What becomes of a batch in compaction.

use std::collections::HashMap;

use leftfold_batch::producers::Producers;
use leftfold_batch::{BatchError, Entry, delete_horizon_ms, emptied};

use super::map::OffsetMap;
use super::reader::Batch;

pub(crate) enum Fate {
    Stays,
    Becomes(Vec<u8>),
    Goes,
}

pub(crate) struct Filter<'a> {
    map: &'a OffsetMap,
    /// The map knows all keys before this offset.
    end: i64,
    now_ms: i64,
    delete_retention_ms: i64,
    /// Where the newest batch of each live producer ends: it stays, if need be without records, so that sequences survive.
    last_offsets: HashMap<i64, i64>,
    /// Of the records of one batch: which ones stay.
    kept: Vec<bool>,
}

impl<'a> Filter<'a> {
    pub fn new(map: &'a OffsetMap, end: i64, now_ms: i64, delete_retention_ms: i64, producers: &Producers) -> Self {
        let newest = producers.iter().filter_map(|(id, producer)| Some((id, producer.batches.back()?.last_offset)));
        Self { map, end, now_ms, delete_retention_ms, last_offsets: newest.collect(), kept: Vec::new() }
    }

    pub fn fate(&mut self, batch: &Batch<'_>) -> Result<Fate, BatchError> {
        let header = &batch.header;
        let last_of_producer =
            header.has_producer() && self.last_offsets.get(&header.producer_id) == Some(&header.last_offset());
        if header.record_count == 0 {
            return Ok(if last_of_producer { Fate::Stays } else { Fate::Goes });
        }
        let entries = batch.entries()?;
        let horizon_ms = delete_horizon_ms(header);
        let tombstones_go = horizon_ms.is_some_and(|horizon_ms| horizon_ms <= self.now_ms);
        let (mut kept, mut tombstones) = (std::mem::take(&mut self.kept), 0);
        kept.clear();
        entries.each(|entry| {
            let stays = self.stays(entry, tombstones_go);
            tombstones += u32::from(stays && !entry.has_value && entry.offset < self.end);
            kept.push(stays);
        })?;
        let new_horizon_ms =
            (tombstones > 0 && horizon_ms.is_none()).then(|| self.now_ms.saturating_add(self.delete_retention_ms));
        let fate = if kept.iter().all(|stays| *stays) && new_horizon_ms.is_none() {
            Fate::Stays
        } else {
            let mut stay = kept.iter();
            match entries.retain(|_| stay.next() == Some(&true), new_horizon_ms)? {
                Some(bytes) => Fate::Becomes(bytes),
                None if last_of_producer => Fate::Becomes(emptied(header)),
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

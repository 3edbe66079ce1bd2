//! Which segments of a partition are to be compacted.

use std::io;
use std::sync::Arc;

use leftfold_batch::{HEADER_BYTES, Header};

use crate::TopicConfig;
use crate::partition::{Damage, Inner, Partition};
use crate::read::place_at;
use crate::segment::Place;

pub(crate) struct Plan {
    pub config: Arc<TopicConfig>,
    /// Closed segments from the first one on, up to one that is damaged, too young or not wholly decided.
    pub places: Vec<Place>,
    pub clean_end: i64,
    /// Where the last of them ends.
    pub end: i64,
    pub dirty_ratio: f64,
}

/// What there is to compact; None where there is nothing, or too little (Kafka's rules).
pub(crate) fn look(partition: &Partition, now: i64) -> Option<Plan> {
    let plan = gather(&partition.inner.lock(), now)?;
    if !knows_what_was_aborted(partition) {
        return None;
    }
    let enough = plan.dirty_ratio > plan.config.min_cleanable_dirty_ratio || is_overdue(&plan, now).unwrap_or(false);
    enough.then_some(plan)
}

/// An index of aborted transactions that could not be made anew would let their records pass for committed ones.
fn knows_what_was_aborted(partition: &Partition) -> bool {
    let indexes: Vec<_> = partition.inner.lock().segments.iter().map(|segment| segment.aborted.clone()).collect();
    indexes.iter().all(|index| !index.lock().damaged)
}

fn gather(inner: &Inner, now: i64) -> Option<Plan> {
    let config = inner.config.clone();
    if !config.compact || inner.gone {
        return None;
    }
    let decided_end = inner.last_stable().min(inner.filled_end);
    let youngest = now.saturating_sub(config.min_compaction_lag_ms);
    let (mut places, mut dirty_bytes, mut bytes) = (Vec::new(), 0, 0);
    for (at, segment) in inner.segments.iter().enumerate().take(inner.segments.len().saturating_sub(1)) {
        let place = place_at(inner, at)?;
        let is_dirty = place.end > inner.clean_end;
        let too_young = is_dirty && config.min_compaction_lag_ms > 0 && segment.marks.max_timestamp > youngest;
        if too_young || place.end > decided_end || is_damaged(inner, place.base, place.end) {
            break;
        }
        bytes += place.bytes;
        dirty_bytes += if is_dirty { place.bytes } else { 0 };
        places.push(place);
    }
    let end = places.last()?.end;
    let clean_end = inner.clean_end.max(places[0].base);
    (dirty_bytes > 0 && end > clean_end).then(|| Plan {
        config,
        places,
        clean_end,
        end,
        dirty_ratio: dirty_bytes as f64 / bytes.max(1) as f64,
    })
}

/// Whether a record waits for compaction since longer than `max.compaction.lag.ms` (KIP-354).
fn is_overdue(plan: &Plan, now: i64) -> io::Result<bool> {
    let Some(first) = plan.places.iter().find(|place| place.end > plan.clean_end && place.bytes > 0) else {
        return Ok(false);
    };
    let mut head = [0; HEADER_BYTES];
    first.log.read_at(&mut head, 0)?;
    let oldest = Header::parse(&head).map_err(io::Error::other)?.max_timestamp;
    Ok(oldest >= 0 && oldest < now.saturating_sub(plan.config.max_compaction_lag_ms))
}

/// Whether a quarantined range lies in [`base`, `end`): its segment is left as it is, and so is what comes after it.
pub(crate) fn is_damaged(inner: &Inner, base: i64, end: i64) -> bool {
    inner.damage.iter().any(|damage| damage.first < end && base <= damage.last)
}

/// The damage that keeps a compacted topic from being compacted.
pub(crate) fn blocked_by(inner: &Inner) -> Option<&Damage> {
    let active = inner.segments.last()?.base;
    let blocks = |damage: &&Damage| inner.config.compact && !inner.gone && damage.first < active;
    inner.damage.iter().find(blocks)
}

/// Neighbours that fit into one segment together.
pub(crate) fn groups<'a, 'b>(places: &'b [&'a Place], config: &TopicConfig) -> Vec<&'b [&'a Place]> {
    let rows_max = (config.segment_index_bytes / crate::index::TIME_ROW_BYTES).max(1);
    let mut groups = Vec::new();
    let mut from = 0;
    while from < places.len() {
        let (mut to, mut bytes) = (from + 1, places[from].bytes);
        while to < places.len()
            && bytes + places[to].bytes <= config.segment_bytes
            && places[to].end - places[from].base <= i64::from(i32::MAX)
            && (bytes + places[to].bytes) / config.index_interval_bytes.max(1) < rows_max
        {
            bytes += places[to].bytes;
            to += 1;
        }
        groups.push(&places[from..to]);
        from = to;
    }
    groups
}

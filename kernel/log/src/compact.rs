//! Compaction: only the newest record of each key stays.
//!
//! One pass reads the part that no pass has gone over yet, notes the newest offset of each key in a map of a fixed size, and
//! then writes all closed segments anew without what is older. What does not fit into the map is for the next pass. Offsets
//! stay, so what was taken out leaves holes. Nobody waits for it: appends, readers and retention go on between its steps.
//!
//! It goes no further than the last stable offset: there each transaction is decided. What was aborted is taken out; its
//! marker, and the marker's row in the index of aborted transactions, go once nothing of it is left to read.

pub(crate) mod filter;
pub(crate) mod map;
pub(crate) mod outcomes;
pub(crate) mod output;
pub(crate) mod plan;
pub(crate) mod reader;
pub(crate) mod report;
pub(crate) mod swap;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use leftfold_batch::{BatchError, Header, recode};

use crate::TopicConfig;
use crate::aborted;
use crate::log::Log;
use crate::partition::{Damage, Inner, Partition, PartitionId};
use crate::segment::{Place, Segment, path_of};
use filter::{Fate, Filter};
use map::OffsetMap;
use outcomes::Outcomes;
use output::Output;
use plan::{Plan, groups};
use reader::Reader;
use report::{Cause, CompactionFailure};

/// After so many bytes the others get their turn.
const BREATH_BYTES: u64 = 1 << 20;

/// Called between two steps; an error ends the compaction, and the old segments stay.
pub type Breath<'a> = &'a mut dyn FnMut() -> io::Result<()>;

/// Why a partition is left as it is.
pub(crate) enum Trouble {
    Damaged(Damage),
    /// Its checksum holds, and yet it is none.
    Batch(BatchError),
    Io(io::Error),
    /// Retention or a drop took away what was being compacted: there is nothing left to do.
    Overtaken,
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<BatchError> for Trouble {
    fn from(error: BatchError) -> Self {
        Self::Batch(error)
    }
}

impl Log {
    /// Compact every partition that needs it, the dirtiest first; true when something was done. An error is one of `breathe`,
    /// or of a swap that is only half done: the log must then be opened anew.
    pub fn compact_once(&self, breathe: Breath<'_>) -> io::Result<bool> {
        let now = self.shared.clock.wall_ms();
        if let Err(error) = self.close_what_waits(now)
            && !self.is_for_want_of_space(&error)
        {
            self.journal().fail(&format!("a segment cannot be closed: {error}"));
            return Err(error);
        }
        let mut dirty: Vec<(f64, Arc<Partition>)> = self
            .partitions()
            .into_iter()
            .filter_map(|partition| Some((plan::look(&partition, now)?.dirty_ratio, partition)))
            .collect();
        dirty.sort_by(|one, other| other.0.total_cmp(&one.0));
        let (mut done, mut failing) = (false, BTreeSet::new());
        for (_, partition) in dirty {
            while let Some(plan) = plan::look(&partition, now) {
                let passed = self.pass(&partition, &plan, now, breathe);
                self.compactions.map_bytes.store(0, Ordering::Relaxed);
                match passed {
                    Ok(true) => done = true,
                    Ok(false) | Err(Trouble::Overtaken) => break,
                    Err(Trouble::Io(error)) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                    Err(Trouble::Io(error)) if self.failure().is_some() => return Err(error),
                    Err(Trouble::Io(_)) if partition.inner.lock().gone => break,
                    Err(trouble) => {
                        self.compactions.note(&partition, trouble);
                        failing.insert(partition.id);
                        break;
                    }
                }
            }
        }
        self.note_blocked(&mut failing);
        self.compactions.end_round(&failing);
        Ok(done)
    }

    /// Damage ends compaction before it, also where nothing is tried any more.
    fn note_blocked(&self, failing: &mut BTreeSet<PartitionId>) {
        for partition in self.partitions() {
            if let Some(damage) = plan::blocked_by(&partition.inner.lock()) {
                failing.insert(partition.id);
                self.compactions.keep(CompactionFailure {
                    partition: partition.id,
                    cause: Cause::Damage,
                    why: damage.reason.clone(),
                });
            }
        }
    }

    /// Go over as many dirty records as the map has room for; true where there were some.
    fn pass(&self, partition: &Partition, plan: &Plan, now: i64, breathe: Breath<'_>) -> Result<bool, Trouble> {
        let mut map = OffsetMap::new(self.settings.compaction_map_bytes, plan.clean_end, plan.end);
        self.compactions.map_bytes.store(map.bytes() as u64, Ordering::Relaxed);
        let end = self.note_keys(partition, plan, &mut map, breathe)?;
        if end <= plan.clean_end {
            return Ok(false);
        }
        let kept: Vec<&Place> = plan.places.iter().filter(|place| place.base < end).collect();
        let holes_end = kept.last().map_or(end, |place| place.end);
        let retention_ms = plan.config.delete_retention_ms;
        let mut filter = {
            let outcomes = Outcomes::of(partition);
            Filter::new(&map, end, now, retention_ms, &partition.inner.lock().producers, outcomes)
        };
        let result = groups(&kept, &plan.config).into_iter().try_for_each(|group| {
            let Some(rewritten) = self.rewrite(partition, group, plan, &mut filter, breathe)? else { return Ok(()) };
            self.allow_holes(partition, holes_end)?;
            self.swap_in(partition, group, rewritten)
        });
        self.compactions.kept_records.fetch_add(filter.kept_records, Ordering::Relaxed);
        self.compactions.removed_records.fetch_add(filter.removed_records, Ordering::Relaxed);
        let folder = partition.id.folder();
        {
            let _files = self.folders.lock();
            if !partition.inner.lock().gone {
                swap::drop_half_done(&*self.shared.disk, &folder)?;
            }
        }
        result?;
        partition.inner.lock().clean_end = end;
        self.compactions.passes.fetch_add(1, Ordering::Relaxed);
        Ok(true)
    }

    /// Fill the map; returns up to where it knows all keys. What was aborted never replaces anything.
    fn note_keys(
        &self,
        partition: &Partition,
        plan: &Plan,
        map: &mut OffsetMap,
        breathe: Breath<'_>,
    ) -> Result<i64, Trouble> {
        let mut outcomes = Outcomes::of(partition);
        for place in plan.places.iter().filter(|place| place.end > plan.clean_end) {
            let mut reader = Reader::new(place);
            while let Some(batch) = reader.next(&mut self.stepper(breathe))? {
                if batch.header.last_offset() < plan.clean_end || batch.header.is_control() {
                    continue;
                }
                if batch.header.is_transactional() && outcomes.aborted(&batch.header)?.is_some() {
                    continue;
                }
                let mut full_at = None;
                batch.entries()?.each(|entry| {
                    if let Some(key) = entry.key
                        && full_at.is_none()
                        && entry.offset >= plan.clean_end
                        && !map.put(key, entry.offset)
                    {
                        full_at = Some(entry.offset);
                    }
                })?;
                if let Some(offset) = full_at {
                    return Ok(offset);
                }
            }
        }
        Ok(plan.end)
    }

    fn stepper<'a>(&'a self, breathe: Breath<'a>) -> impl FnMut(u64) -> io::Result<()> + 'a {
        move |bytes| {
            self.compactions.read_bytes.fetch_add(bytes, Ordering::Relaxed);
            breathe()
        }
    }

    /// Write a group of segments into one without what `filter` drops; None where nothing would change.
    fn rewrite(
        &self,
        partition: &Partition,
        group: &[&Place],
        plan: &Plan,
        filter: &mut Filter<'_>,
        breathe: Breath<'_>,
    ) -> Result<Option<Rewritten>, Trouble> {
        self.find_room(group)?;
        let (disk, folder) = (&*self.shared.disk, partition.id.folder());
        let (mut output, replaces_aborted) = {
            let _files = self.folders.lock();
            if partition.inner.lock().gone {
                return Err(Trouble::Overtaken);
            }
            swap::drop_half_done(disk, &folder)?;
            let names = disk.list(&folder)?;
            let has_aborted = |place: &&Place| names.iter().any(|name| is_aborted_index(name, place.base));
            let output = Output::create(disk, folder, group[0].base, plan.config.index_interval_bytes)?;
            (output, group.iter().any(has_aborted))
        };
        let (mut changed, mut last_marker_gone) = (group.len() > 1, None);
        for place in group {
            let mut reader = Reader::new(place);
            while let Some(batch) = reader.next(&mut self.stepper(breathe))? {
                let (header, fate) = (&batch.header, filter.fate(&batch)?);
                let fate = in_topics_codec(fate, batch.bytes, &plan.config)?;
                changed |= !matches!(fate, Fate::Stays);
                match fate {
                    Fate::Stays => output.put(header, batch.bytes)?,
                    Fate::Becomes(bytes) => output.put_anew(&bytes)?,
                    Fate::Goes => {
                        last_marker_gone = header.is_control().then(|| header.last_offset()).or(last_marker_gone);
                        continue;
                    }
                }
                if header.is_control() {
                    filter.row_of(header)?.into_iter().for_each(|row| output.note_aborted(row));
                }
            }
            changed |= reader.left_out;
        }
        if !changed {
            return Ok(None);
        }
        let segment = output.finish(replaces_aborted)?;
        self.compactions.written_bytes.fetch_add(segment.bytes, Ordering::Relaxed);
        Ok(Some(Rewritten { segment, last_marker_gone }))
    }

    /// What replaces these segments is written beside them.
    fn find_room(&self, group: &[&Place]) -> Result<(), Trouble> {
        let bytes: u64 = group.iter().map(|place| place.bytes).sum();
        let (free, wanted) = (self.space()?.0, self.settings.free_bytes_min + bytes);
        if free < wanted {
            let message = format!("{wanted} bytes must be free to write it anew, and {free} are");
            return Err(io::Error::new(io::ErrorKind::StorageFull, message).into());
        }
        Ok(())
    }

    /// Before the first record goes, a checkpoint must say that it may: else the next start would take a hole for damage.
    fn allow_holes(&self, partition: &Partition, end: i64) -> io::Result<()> {
        {
            let mut inner = partition.inner.lock();
            if inner.holes_end >= end {
                return Ok(());
            }
            inner.holes_end = end;
        }
        self.checkpoint().inspect_err(|error| {
            if !self.is_for_want_of_space(error) {
                self.journal().fail(&format!("a segment cannot be synced: {error}"));
            }
        })
    }

    /// Put the new segment in the place of those it was made from, unless one of them went meanwhile.
    fn swap_in(&self, partition: &Partition, group: &[&Place], rewritten: Rewritten) -> Result<(), Trouble> {
        let Rewritten { segment, last_marker_gone } = rewritten;
        let _files = self.folders.lock();
        let (base, end) = (group[0].base, group[group.len() - 1].end);
        if !still_there(&partition.inner.lock(), group) {
            return Err(Trouble::Overtaken);
        }
        let (disk, folder) = (&*self.shared.disk, partition.id.folder());
        if let Some(offset) = last_marker_gone {
            swap::drop_snapshots(disk, &folder, offset)?;
        }
        if let Err(error) = swap::swap(disk, &folder, base, end) {
            self.journal().fail(&format!("a compacted segment cannot be put in its place: {error}"));
            return Err(error.into());
        }
        let mut inner = partition.inner.lock();
        let at = inner.segments.partition_point(|segment| segment.base < base);
        inner.segments.splice(at..at + group.len(), [segment]);
        self.shared.cache.forget(&mut inner, end);
        Ok(())
    }
}

/// What stays is stored in the codec that the topic asks for (`compression.type`); in its own where it would be too large.
fn in_topics_codec(fate: Fate, batch: &[u8], config: &TopicConfig) -> Result<Fate, Trouble> {
    let Some(compression) = config.compression else { return Ok(fate) };
    let stays = match &fate {
        Fate::Stays => batch,
        Fate::Becomes(bytes) => bytes,
        Fate::Goes => return Ok(fate),
    };
    if Header::parse(stays)?.is_control() {
        return Ok(fate);
    }
    match recode(stays, compression, &config.caps(), config.max_message_bytes) {
        Ok(Some(bytes)) => Ok(Fate::Becomes(bytes)),
        Ok(None) | Err(BatchError::Grown) => Ok(fate),
        Err(error) => Err(error.into()),
    }
}

/// A segment to be swapped in.
struct Rewritten {
    segment: Segment,
    /// The last one of the markers that were taken out.
    last_marker_gone: Option<i64>,
}

fn is_aborted_index(name: &str, base: i64) -> bool {
    [aborted::KIND, aborted::SUM_KIND].iter().any(|kind| path_of(Path::new(""), base, kind) == Path::new(name))
}

fn still_there(inner: &Inner, group: &[&Place]) -> bool {
    let at = inner.segments.partition_point(|segment| segment.base < group[0].base);
    let Some(found) = inner.segments.get(at..at + group.len()) else { return false };
    let same = found.iter().zip(group).all(|(segment, place)| Arc::ptr_eq(&segment.log, &place.log));
    same && at + group.len() < inner.segments.len()
        && !inner.gone
        && !plan::is_damaged(inner, group[0].base, group[group.len() - 1].end)
}

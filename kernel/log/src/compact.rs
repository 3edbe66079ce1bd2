//! Compaction: only the newest record of each key stays.
//!
//! One pass reads the part that no pass has gone over yet, notes the newest offset of each key in a map of a fixed size, and
//! then writes all closed segments anew without what is older. What does not fit into the map is for the next pass. Offsets
//! stay, so what was taken out leaves holes. Nobody waits for it: appends, readers and retention go on between its steps.

pub(crate) mod filter;
pub(crate) mod map;
pub(crate) mod output;
pub(crate) mod plan;
pub(crate) mod reader;
pub(crate) mod swap;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::log::Log;
use crate::partition::{Damage, Inner, Partition};
use crate::segment::{Place, Segment};
use filter::{Fate, Filter};
use map::OffsetMap;
use output::Output;
use plan::{Plan, groups};
use reader::Reader;

/// After so many bytes the others get their turn.
const BREATH_BYTES: u64 = 1 << 20;

/// Called between two steps; an error ends the compaction, and the old segments stay.
pub type Breath<'a> = &'a mut dyn FnMut() -> io::Result<()>;

/// What compaction did since the start.
#[derive(Default)]
pub struct Compactions {
    pub passes: AtomicU64,
    pub read_bytes: AtomicU64,
    pub written_bytes: AtomicU64,
    /// Why the newest one that failed did.
    pub trouble: Mutex<Option<String>>,
}

/// Why a partition is left as it is.
pub(crate) enum Trouble {
    Damaged(Damage),
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<leftfold_batch::BatchError> for Trouble {
    fn from(error: leftfold_batch::BatchError) -> Self {
        Self::Io(io::Error::other(format!("a batch cannot be compacted: {error}")))
    }
}

impl Log {
    /// Compact every partition that needs it, the dirtiest first; true when something was done. An error is one of `breathe`,
    /// or of a swap that is only half done: the log must then be opened anew.
    pub fn compact_once(&self, breathe: Breath<'_>) -> io::Result<bool> {
        let now = self.shared.clock.wall_ms();
        let mut dirty: Vec<(f64, Arc<Partition>)> = self
            .partitions()
            .into_iter()
            .filter_map(|partition| Some((plan::look(&partition, now)?.dirty_ratio, partition)))
            .collect();
        dirty.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut done = false;
        for (_, partition) in dirty {
            while let Some(plan) = plan::look(&partition, now) {
                match self.pass(&partition, &plan, now, breathe) {
                    Ok(true) => done = true,
                    Ok(false) => break,
                    Err(Trouble::Damaged(damage)) => {
                        partition.inner.lock().note_damage(damage);
                        break;
                    }
                    Err(Trouble::Io(error)) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                    Err(Trouble::Io(error)) if self.failure().is_some() => return Err(error),
                    Err(Trouble::Io(error)) => {
                        *self.compactions.trouble.lock() = Some(format!("{}: {error}", partition.path()));
                        break;
                    }
                }
            }
        }
        Ok(done)
    }

    /// Go over as many dirty records as the map has room for; true where there were some.
    fn pass(&self, partition: &Partition, plan: &Plan, now: i64, breathe: Breath<'_>) -> Result<bool, Trouble> {
        let mut map = OffsetMap::new(self.settings.compaction_map_bytes, plan.clean_end);
        let end = self.note_keys(plan, &mut map, breathe)?;
        if end <= plan.clean_end {
            return Ok(false);
        }
        let kept: Vec<&Place> = plan.places.iter().filter(|place| place.base < end).collect();
        let holes_end = kept.last().map_or(end, |place| place.end);
        let mut filter =
            Filter::new(&map, end, now, plan.config.delete_retention_ms, &partition.inner.lock().producers);
        let result = groups(&kept, &plan.config).into_iter().try_for_each(|group| {
            let Some(segment) = self.rewrite(partition, group, plan, &mut filter, breathe)? else { return Ok(()) };
            self.allow_holes(partition, holes_end)?;
            self.swap_in(partition, group, segment)
        });
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

    /// Fill the map; returns up to where it knows all keys.
    fn note_keys(&self, plan: &Plan, map: &mut OffsetMap, breathe: Breath<'_>) -> Result<i64, Trouble> {
        for place in plan.places.iter().filter(|place| place.end > plan.clean_end) {
            let mut reader = Reader::new(place);
            while let Some(batch) = reader.next(&mut self.stepper(breathe))? {
                if batch.header.last_offset() < plan.clean_end {
                    continue;
                }
                if batch.is_undecided() {
                    return Ok(place.base);
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
    ) -> Result<Option<Segment>, Trouble> {
        let bytes: u64 = group.iter().map(|place| place.bytes).sum();
        if self.space()?.0 < self.settings.free_bytes_min + bytes {
            return Err(io::Error::from(io::ErrorKind::StorageFull).into());
        }
        let mut output = {
            let _files = self.folders.lock();
            if partition.inner.lock().gone {
                return Err(io::Error::other("the partition was dropped").into());
            }
            let (disk, folder) = (&*self.shared.disk, partition.id.folder());
            swap::drop_half_done(disk, &folder)?;
            Output::create(disk, &folder, group[0].base, plan.config.index_interval_bytes)?
        };
        let mut changed = group.len() > 1;
        for place in group {
            let mut reader = Reader::new(place);
            while let Some(batch) = reader.next(&mut self.stepper(breathe))? {
                if batch.is_undecided() {
                    return Ok(None);
                }
                match filter.fate(&batch)? {
                    Fate::Stays => output.put(&batch.header, batch.bytes)?,
                    Fate::Becomes(bytes) => {
                        changed = true;
                        output.put_anew(&bytes)?;
                    }
                    Fate::Goes => changed = true,
                }
            }
            changed |= reader.left_out;
        }
        if !changed {
            return Ok(None);
        }
        let segment = output.finish()?;
        self.compactions.written_bytes.fetch_add(segment.bytes, Ordering::Relaxed);
        Ok(Some(segment))
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
        self.checkpoint()
    }

    /// Put the new segment in the place of those it was made from, unless one of them went meanwhile.
    fn swap_in(&self, partition: &Partition, group: &[&Place], segment: Segment) -> Result<(), Trouble> {
        let _files = self.folders.lock();
        let (base, end) = (group[0].base, group[group.len() - 1].end);
        if !still_there(&partition.inner.lock(), group) {
            return Err(io::Error::other("the segments went while they were compacted").into());
        }
        if let Err(error) = swap::swap(&*self.shared.disk, &partition.id.folder(), base, end) {
            self.journal().fail(&format!("a compacted segment cannot be put in its place: {error}"));
            return Err(error.into());
        }
        let mut inner = partition.inner.lock();
        let at = inner.segments.partition_point(|segment| segment.base < base);
        inner.segments.splice(at..at + group.len(), [segment]);
        Ok(())
    }
}

fn still_there(inner: &Inner, group: &[&Place]) -> bool {
    let at = inner.segments.partition_point(|segment| segment.base < group[0].base);
    let Some(found) = inner.segments.get(at..at + group.len()) else { return false };
    let same = found.iter().zip(group).all(|(segment, place)| Arc::ptr_eq(&segment.log, &place.log));
    same && at + group.len() < inner.segments.len()
        && !inner.gone
        && !plan::is_damaged(inner, group[0].base, group[group.len() - 1].end)
}

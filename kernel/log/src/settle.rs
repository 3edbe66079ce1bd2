//! Checkpoints: sync what was filled, free the journal.
//!
//! It works beside the filler, so that nobody waits for the sync of a large segment: what a checkpoint says is taken down
//! first, under the lock that keeps the filler out, and becomes durable afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use leftfold_ports::{Disk, File, write_file};

use crate::aborted::AbortedIndex;
use crate::checkpoint::{self, Checkpoint, Row};
use crate::epochs;
use crate::index::Index;
use crate::log::Log;
use crate::partition::{Inner, Partition, PartitionId};
use crate::segment::path_of;

/// Filled bytes are synced at the latest when there are so many, so that a checkpoint finds little left to do.
const UNSYNCED_BYTES_MAX: usize = 16 << 20;
/// Of more partitions than these the whole disk is synced at once: a thousand files one by one take seconds.
const SYNCED_APART_MAX: usize = 32;

/// What must be durable before a checkpoint may speak of a partition.
struct Settling {
    partition: Arc<Partition>,
    log: Arc<dyn File>,
    indexes: [Arc<parking_lot::Mutex<Index>>; 2],
    aborted: Arc<parking_lot::Mutex<AbortedIndex>>,
    /// Of the segment.
    base: i64,
    end: i64,
    snapshot: Vec<u8>,
    /// What `leader-epoch-checkpoint` is to say, if it says something else.
    epochs: Option<String>,
    bases: BTreeSet<i64>,
}

impl Log {
    /// Write a checkpoint if journal files wait for one, and let them go; true when there was something to do.
    pub fn settle_once(&self) -> io::Result<bool> {
        let _one = self.settling.lock();
        let waiting: Vec<u64> = self.retiring.lock().iter().copied().collect();
        if waiting.is_empty() {
            return Ok(false);
        }
        self.write_checkpoint()?;
        for number in waiting {
            self.journal().recycle(number)?;
            self.retiring.lock().pop_front();
        }
        Ok(true)
    }

    /// Sync every segment that was written since the last checkpoint, and write one.
    pub fn checkpoint(&self) -> io::Result<()> {
        let _one = self.settling.lock();
        self.write_checkpoint()
    }

    /// Sync what was filled, if it is much.
    pub(crate) fn sync_ahead(&self) -> io::Result<()> {
        if self.unsynced_bytes.load(Ordering::Relaxed) < UNSYNCED_BYTES_MAX {
            return Ok(());
        }
        self.unsynced_bytes.store(0, Ordering::Relaxed);
        let dirty: Vec<PartitionId> = self.dirty.lock().iter().copied().collect();
        for partition in dirty.into_iter().filter_map(|id| self.partition(id)) {
            let log = partition.inner.lock().segments.last().map(|segment| segment.log.clone());
            log.map_or(Ok(()), |log| log.sync())?;
        }
        Ok(())
    }

    /// Under `settling`.
    pub(crate) fn write_checkpoint(&self) -> io::Result<()> {
        let (checkpoint, settling, dirty) = self.take_down();
        if let Err(error) = self.settle(&settling) {
            self.dirty.lock().extend(dirty);
            settling.iter().for_each(|one| one.partition.inner.lock().epochs_written.clear());
            return Err(error);
        }
        let disk = &*self.shared.disk;
        // Recovery folds the producers from the snapshot that its checkpoint speaks of: it goes only after the next one.
        let written = checkpoint::write(disk, &checkpoint).and_then(|()| {
            let mut settled = settling.iter();
            settled.try_for_each(|one| self.unless_gone(one, |folder| one.remove_old_snapshots(disk, folder)))
        });
        if written.is_err() {
            self.dirty.lock().extend(dirty);
        }
        written
    }

    /// Everything that the checkpoint says, at one moment between two batches of the filler.
    fn take_down(&self) -> (Checkpoint, Vec<Settling>, BTreeSet<PartitionId>) {
        let mut dirty = self.dirty.lock();
        let sequence = self.filled_sequence.load(Ordering::Acquire);
        let (mut rows, mut settling) = (BTreeMap::new(), Vec::new());
        for partition in self.partitions() {
            let mut inner = partition.inner.lock();
            rows.insert(partition.id, row(&inner));
            if dirty.contains(&partition.id) && !inner.gone {
                settling.extend(settling_of(&partition, &mut inner));
            }
        }
        (Checkpoint { sequence, rows }, settling, std::mem::take(&mut *dirty))
    }

    fn settle(&self, settling: &[Settling]) -> io::Result<()> {
        let disk = &*self.shared.disk;
        if settling.len() <= SYNCED_APART_MAX {
            return self.settle_apart(settling);
        }
        for one in settling {
            self.unless_gone(one, |folder| {
                one.aborted.lock().settle(disk, folder, one.base)?;
                one.files(folder).try_for_each(|(path, bytes)| put(disk, &path, bytes))
            })?;
        }
        if disk.sync_all()? { Ok(()) } else { self.settle_apart(settling) }
    }

    /// Sync file by file: of few partitions that is faster, and waits for nobody else's bytes.
    fn settle_apart(&self, settling: &[Settling]) -> io::Result<()> {
        let disk = &*self.shared.disk;
        let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
        for one in settling {
            one.log.sync()?;
            for index in &one.indexes {
                let file = index.lock().file.clone();
                file.sync()?;
            }
            self.unless_gone(one, |folder| {
                one.aborted.lock().settle(disk, folder, one.base)?;
                one.files(folder).try_for_each(|(path, bytes)| write_file(disk, &path, bytes))?;
                folders.extend(folder.ancestors().skip(1).map(PathBuf::from));
                Ok(())
            })?;
        }
        for folder in folders.iter().rev() {
            match disk.sync_folder(folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {} // The folders may be as young as what is in them; one that was dropped needs no sync.
            }
        }
        Ok(())
    }

    /// Work in a partition's folder, unless the partition was dropped meanwhile.
    fn unless_gone(&self, one: &Settling, work: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let _files = self.folders.lock();
        if one.partition.inner.lock().gone { Ok(()) } else { work(&one.partition.id.folder()) }
    }
}

/// Replace a small file as a whole, without a sync: whoever reads it after a crash must be able to tell.
fn put(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let file = disk.create(&beside)?;
    file.truncate(0)?;
    file.write_at(&[IoSlice::new(bytes)], 0)?;
    disk.rename(&beside, path)
}

impl Settling {
    /// The small files that tell what the segments do not.
    fn files(&self, folder: &Path) -> impl Iterator<Item = (PathBuf, &[u8])> {
        let snapshot = (path_of(folder, self.end, "snapshot"), &self.snapshot[..]);
        let epochs = self.epochs.as_ref().map(|text| (folder.join(epochs::FILE), text.as_bytes()));
        [Some(snapshot), epochs].into_iter().flatten()
    }

    /// Those of rolled segments and the newest stay.
    fn remove_old_snapshots(&self, disk: &dyn Disk, folder: &Path) -> io::Result<()> {
        for name in disk.list(folder)? {
            let offset = name.strip_suffix(".snapshot").and_then(|stem| stem.parse::<i64>().ok());
            if offset.is_some_and(|offset| offset < self.end && !self.bases.contains(&offset)) {
                disk.remove(&folder.join(&name))?;
            }
        }
        Ok(())
    }
}

fn row(inner: &Inner) -> Row {
    let damaged = inner.damage.iter().map(|damage| (damage.first, damage.last)).collect();
    let epochs = inner.epochs.iter().filter(|epoch| epoch.1 < inner.filled_end).copied().collect();
    Row {
        start: inner.log_start,
        end: inner.filled_end,
        given_up: inner.given_up.clone(),
        damaged,
        epochs,
        clean_end: inner.clean_end,
        holes_end: inner.holes_end,
    }
}

fn settling_of(partition: &Arc<Partition>, inner: &mut Inner) -> Option<Settling> {
    let active = inner.segments.last()?;
    Some(Settling {
        partition: partition.clone(),
        log: active.log.clone(),
        indexes: [active.offsets.clone(), active.times.clone()],
        aborted: active.aborted.clone(),
        base: active.base,
        end: inner.filled_end,
        snapshot: inner.filled_producers.encode(),
        epochs: epochs::to_write(inner),
        bases: inner.segments.iter().map(|segment| segment.base).collect(),
    })
}

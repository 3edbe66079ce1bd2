//! From a folder after a crash to a log that serves.
//!
//! Frames of the journal whose batches are not in the segments yet are filled into them. What is damaged below the durable
//! mark is quarantined with its range, or, where no range can be named, the folder is not opened.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use leftfold_batch::Header;
use leftfold_ports::{Clock, Disk, write_file};

use crate::aborted::AbortedTransaction;
use crate::checkpoint::{self, Checkpoint, Row};
use crate::damage::lost_path;
use crate::filler::load_producers;
use crate::frame::Kind;
use crate::inspect::{Known, load_partition, quarantine};
use crate::journal::Journal;
use crate::log::{Progress, SET_ASIDE, TOPICS, folders, new_shared};
use crate::partition::{Inner, Partition, PartitionId, Shared};
use crate::refill::{Refill, partition_of};
use crate::replay::{Lost, Replay, read_journal};
use crate::scan::Found;
use crate::segment::Place;
use crate::{LogSettings, OpenError, version};

pub(crate) struct Recovered {
    pub shared: Arc<Shared>,
    pub partitions: BTreeMap<PartitionId, Arc<Partition>>,
    /// Journal files that may go once a checkpoint speaks for them.
    pub replayed: Vec<PathBuf>,
    pub notes: Vec<String>,
    /// Whose segments were written and must be synced before the journal files go.
    pub dirty: BTreeSet<PartitionId>,
    pub sequence: u64,
    pub folder_id: [u8; 16],
}

pub(crate) fn recover(
    disk: &Arc<dyn Disk>,
    clock: &Arc<dyn Clock>,
    settings: &LogSettings,
    progress: &Progress,
) -> Result<Recovered, OpenError> {
    let folder_id = version::check(&**disk, settings.new_folder_id)?;
    for folder in folders() {
        disk.create_folder(&folder)?;
    }
    disk.sync_folder(Path::new(""))?;
    let mut notes = Vec::new();
    let (checkpoint, damaged) = checkpoint::load(&**disk)?;
    if damaged {
        notes.push("the checkpoint is damaged: its copy is used".to_owned());
    }
    let replay = read_journal(&**disk, checkpoint.sequence, progress, &mut notes)?;
    let journal = Journal::new(disk.clone(), settings.clone(), replay.sequence, replay.number + 1, replay.checksum);
    let shared = new_shared(disk, clock, settings, journal);
    let mut recovered = Recovered {
        shared: shared.clone(),
        partitions: BTreeMap::new(),
        replayed: replay.files.clone(),
        notes,
        dirty: BTreeSet::new(),
        sequence: replay.sequence,
        folder_id,
    };
    load_partitions(&shared, &checkpoint, &replay, &mut recovered)?;
    apply(&shared, &replay, checkpoint.sequence, &mut recovered)?;
    for partition in recovered.partitions.values() {
        finish(partition, checkpoint.rows.get(&partition.id), &mut recovered.notes);
    }
    progress.done.store(progress.total.load(Ordering::Relaxed), Ordering::Relaxed);
    Ok(recovered)
}

pub(crate) fn topic_of(name: &str) -> Option<[u8; 16]> {
    if name.len() != 32 || !name.is_ascii() {
        return None;
    }
    let mut topic = [0; 16];
    for (at, byte) in topic.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&name[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(topic)
}

fn load_partitions(
    shared: &Arc<Shared>,
    checkpoint: &Checkpoint,
    replay: &Replay,
    recovered: &mut Recovered,
) -> Result<(), OpenError> {
    let disk = &*shared.disk;
    let first_offsets = replay.first_offsets();
    for name in disk.list(Path::new(TOPICS))? {
        let Some(topic) = topic_of(&name) else { continue };
        for index in disk.list(&Path::new(TOPICS).join(&name))? {
            let Ok(index) = index.parse::<i32>() else { continue };
            let id = PartitionId { topic, index };
            let known = Known { row: checkpoint.rows.get(&id), journal_first: first_offsets.get(&id).copied() };
            let mut inner = load_partition(shared, id, &known, &mut recovered.notes)?;
            if let Err(error) = fold(shared, id, &mut inner, known.row) {
                let place = disk.show(&id.folder());
                recovered.notes.push(format!("{place}: its producers could not be read: {error}"));
            }
            recovered.partitions.insert(id, Arc::new(Partition::new(id, shared.clone(), inner)));
        }
    }
    Ok(())
}

/// Put the journal's frames where they belong; batches up to the sequence `filled` are in durable segments.
fn apply(shared: &Arc<Shared>, replay: &Replay, filled: u64, recovered: &mut Recovered) -> Result<(), OpenError> {
    let mut drops: BTreeMap<PartitionId, u64> = BTreeMap::new();
    for replayed in &replay.frames {
        if replayed.decoded.frame.kind == Kind::Drop {
            drops.insert(replayed.decoded.frame.partition, replayed.decoded.frame.sequence);
        }
    }
    let mut refill = Refill::default();
    let mut lost = replay.lost.iter().peekable();
    for (at, replayed) in replay.frames.iter().enumerate() {
        while let Some(lost) = lost.next_if(|lost| lost.before <= at) {
            refill.finish()?;
            lose(recovered, replay, lost)?;
        }
        let frame = &replayed.decoded.frame;
        let dropped = drops.get(&frame.partition).is_some_and(|sequence| frame.sequence < *sequence);
        if dropped {
            continue;
        }
        match frame.kind {
            Kind::FileStart | Kind::Stop => {}
            Kind::Drop => {
                recovered.partitions.remove(&frame.partition);
                shared
                    .disk
                    .remove_folder(&frame.partition.folder())
                    .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
            }
            Kind::Trim => {
                if let Some(partition) = recovered.partitions.get(&frame.partition) {
                    let mut inner = partition.inner.lock();
                    inner.log_start = inner.log_start.max(frame.base_offset);
                }
            }
            Kind::Data if frame.sequence <= filled => {} // The checkpoint vouches for it.
            Kind::Data => refill.take(replayed, recovered)?,
        }
    }
    refill.finish()?;
    for lost in lost {
        lose(recovered, replay, lost)?;
    }
    Ok(())
}

/// A frame of the journal is gone: whole in the segments already, or a range to be named, or a folder not to be opened.
fn lose(recovered: &mut Recovered, replay: &Replay, lost: &Lost) -> Result<(), OpenError> {
    let disk = recovered.shared.disk.clone();
    if let Some((id, ..)) = lost.hint
        && replay.is_dropped(id, lost.before)
    {
        return Ok(());
    }
    let Some((partition, first, last)) = named(recovered, replay, lost)? else {
        if !recovered.shared.journal_give_up {
            return Err(OpenError::Journal(format!(
                "{}, and whose records stood there cannot be told. Restore the folder from a copy, or give up those {} bytes: \
                 see leftfold doctor",
                lost.text,
                lost.bytes.len()
            )));
        }
        let path = Path::new(SET_ASIDE).join(format!("{}.lost", lost.place));
        disk.create_folder(Path::new(SET_ASIDE))?;
        disk.sync_folder(Path::new(""))?;
        write_file(&*disk, &path, &lost.bytes)?;
        recovered.notes.push(format!("{}: given up by order, the bytes are kept in {}", lost.text, disk.show(&path)));
        return Ok(());
    };
    recovered.dirty.insert(partition.id);
    let mut inner = partition.inner.lock();
    if last < inner.filled_end {
        return Ok(());
    }
    quarantine(&mut inner, first, last, &lost.text);
    inner.filled_end = last + 1;
    write_file(&*disk, &lost_path(&partition.id.folder(), first, last), &lost.bytes)?;
    recovered.notes.push(format!("{}: offsets {first} to {last} of {} are quarantined", lost.text, partition.path()));
    Ok(())
}

/// Whose records a lost frame held, and which, if what its header says fits what stands around it.
fn named(recovered: &mut Recovered, replay: &Replay, lost: &Lost) -> io::Result<Option<(Arc<Partition>, i64, i64)>> {
    let Some((id, first, mut last)) = lost.hint else { return Ok(None) };
    if first > 0 && !recovered.partitions.contains_key(&id) {
        return Ok(None);
    }
    let partition = partition_of(recovered, id, first)?;
    let later = replay.frames[lost.before..].iter().map(|replayed| &replayed.decoded.frame);
    let next = later.into_iter().find(|frame| frame.kind == Kind::Data && frame.partition == id);
    if let Some(next) = next {
        last = last.min(next.base_offset - 1); // That one is whole: this one ended before it.
    }
    let filled_end = partition.inner.lock().filled_end;
    let fits = first <= last && (first == filled_end || last < filled_end);
    Ok(fits.then_some((partition, first, last)))
}

/// Everything that is in the segments now was durable: offsets, epochs and producers follow from it.
fn finish(partition: &Partition, row: Option<&Row>, notes: &mut Vec<String>) {
    let vouched = row.map_or(0, |row| row.end);
    let end = partition.inner.lock().filled_end;
    if end < vouched {
        quarantine(&mut partition.inner.lock(), end, vouched - 1, "the end of the last segment is missing");
        notes.push(format!("{}: offsets {end} to {} are missing", partition.path(), vouched - 1));
    }
    let mut inner = partition.inner.lock();
    // An offset below the log start was used once, whatever became of its record.
    inner.filled_end = end.max(vouched).max(inner.log_start);
    inner.log_end = inner.filled_end;
    inner.high_watermark = inner.filled_end;
    inner.producers = inner.filled_producers.clone();
    inner.raise_stable().wake();
}

/// Fold the producers from the checkpoint's snapshot on, and the epochs and aborted transactions from the checkpoint on; up
/// to where the segments go by themselves: what the journal adds is folded as it is filled.
fn fold(shared: &Shared, id: PartitionId, inner: &mut Inner, row: Option<&Row>) -> io::Result<()> {
    let (disk, now) = (&*shared.disk, shared.clock.wall_ms());
    let vouched = row.map_or(0, |row| row.end);
    // An index of aborted transactions that does not hold is made anew, from the front of its segment.
    let damaged = inner.segments.iter().find(|segment| segment.aborted.lock().damaged).map(|segment| segment.base);
    let snapshot_max = vouched.min(inner.filled_end).min(damaged.unwrap_or(i64::MAX));
    let (loaded, from) = load_producers(disk, id, snapshot_max, now)?;
    let mut producers = loaded.bounded(shared.producers_max);
    let mut epochs = row.map_or_else(Vec::new, |row| row.epochs.clone());
    for (at, segment) in inner.segments.iter().enumerate() {
        let end = inner.segments.get(at + 1).map_or(inner.filled_end, |next| next.base);
        if end <= from {
            continue;
        }
        let place = Place::of(segment, end, inner.gaps());
        let start = if from > segment.base { place.position_before(from)? } else { 0 };
        let mut scan = place.scan(start);
        let mut aborted = Vec::new();
        let rows_from = if segment.aborted.lock().damaged { segment.base } else { vouched };
        loop {
            let (header, at) = match scan.next()? {
                Found::Batch(header, at) => (header, at),
                Found::Damage(_) => match scan.resync(segment.base, i64::MAX)? {
                    Some(found) => found,
                    None => break,
                },
                Found::End => break,
            };
            if header.base_offset >= vouched {
                note_epoch(&mut epochs, &header);
            }
            if header.base_offset >= from {
                let batch = if header.is_control() { scan.last_batch(&header, at)? } else { Vec::new() };
                let ended = producers.replay(&header, &batch, now);
                let ended = ended.filter(|ended| ended.last_offset >= rows_from);
                aborted.extend(ended.as_ref().and_then(AbortedTransaction::of));
            }
        }
        let mut index = segment.aborted.lock();
        index.note(aborted);
        index.settle(disk, &id.folder(), segment.base)?;
    }
    inner.epochs = Arc::new(epochs);
    inner.filled_producers = producers;
    Ok(())
}

pub(crate) fn note_epoch(epochs: &mut Vec<(i32, i64)>, header: &Header) {
    if epochs.last().is_none_or(|last| last.0 < header.leader_epoch) {
        epochs.push((header.leader_epoch, header.base_offset));
    }
}

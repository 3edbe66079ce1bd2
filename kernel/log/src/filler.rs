//! Fills segments behind the journal, on one thread.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use leftfold_batch::Header;
use leftfold_batch::producers::Producers;
use leftfold_ports::{Disk, File, write_file};
use parking_lot::Mutex;

use crate::aborted::{AbortedIndex, AbortedTransaction};
use crate::fill_queue::FillItem;
use crate::frame::Kind;
use crate::index::{Index, OffsetRow, TimeRow};
use crate::journal::Entry;
use crate::log::Log;
use crate::partition::{Inner, Partition, PartitionId};
use crate::segment::{self, Marks, Segment, path_of};

/// One write carries about so much: its batches come into sight together.
const WRITE_BYTES_MAX: usize = 2 << 20;

/// A stretch of batches that go to one segment in one write.
struct Stretch {
    pieces: Vec<Bytes>,
    headers: Vec<Header>,
    bytes: usize,
}

impl Log {
    /// Fill whatever has been committed; true when there was something.
    pub fn fill_once(&self) -> io::Result<bool> {
        let mut items = self.fill_queue.take();
        if items.is_empty() {
            return Ok(false);
        }
        while let Some(item) = items.pop_front() {
            let done = match &item {
                FillItem::Entries(entries) => self.fill_entries(entries),
                FillItem::FileEnd(number) => self.retire(*number),
            };
            if let Err(error) = done {
                // What was not filled stays in the journal and in memory, and is tried again in the same order.
                items.push_front(item);
                self.fill_queue.put_back(items);
                return Err(error);
            }
        }
        Ok(true)
    }

    fn fill_entries(&self, entries: &[Entry]) -> io::Result<()> {
        let mut order: Vec<&Arc<Partition>> = Vec::new();
        let mut groups: HashMap<PartitionId, Vec<&Entry>> = HashMap::new();
        for entry in entries {
            let group = groups.entry(entry.partition.id).or_insert_with(|| {
                order.push(&entry.partition);
                Vec::new()
            });
            group.push(entry);
        }
        let bytes = entries.iter().map(|entry| entry.bytes.len()).sum();
        let mut dirty = self.dirty.lock();
        for partition in order {
            let group = &groups[&partition.id];
            let _files = self.folders.lock();
            if partition.inner.lock().gone {
                continue;
            }
            dirty.insert(partition.id);
            fill(partition, group)?;
            let end = partition.inner.lock().filled_end;
            self.shared.cache.note_filled(partition, end);
            self.shared.cache.evict();
        }
        if let Some(last) = entries.last() {
            self.filled_sequence.store(last.sequence, Ordering::Release);
        }
        self.unsynced_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.journal().filled(bytes);
        Ok(())
    }

    /// All that a journal file held is in segments: it may go after the next checkpoint. Where those who write checkpoints
    /// are far behind, the filler waits for them here, and so do appends.
    fn retire(&self, number: u64) -> io::Result<()> {
        let waiting = {
            let mut retiring = self.retiring.lock();
            if retiring.back() != Some(&number) {
                retiring.push_back(number);
            }
            retiring.len()
        };
        if waiting >= RETIRING_MAX {
            self.settle_once()?;
        }
        Ok(())
    }
}

/// Journal files that wait for a checkpoint.
const RETIRING_MAX: usize = 4;

/// Append committed entries to a partition's segments.
pub(crate) fn fill(partition: &Partition, entries: &[&Entry]) -> io::Result<()> {
    let mut rest: VecDeque<(&Header, &Bytes)> = entries
        .iter()
        .filter(|entry| entry.kind == Kind::Data)
        .filter_map(|entry| Some((entry.header.as_ref()?, &entry.bytes)))
        .collect();
    let end = partition.inner.lock().filled_end;
    while rest.front().is_some_and(|(header, _)| header.base_offset < end) {
        rest.pop_front(); // A second try after an error: these went in the first time.
    }
    while let Some((first, _)) = rest.front() {
        let target = target(partition, first)?;
        let stretch = take_stretch(&mut rest, &target);
        write_stretch(partition, &target, &stretch)?;
    }
    Ok(())
}

/// The active segment as the filler sees it.
struct Target {
    base: i64,
    bytes: u64,
    marks: Marks,
    log: Arc<dyn File>,
    offsets: Arc<Mutex<Index>>,
    times: Arc<Mutex<Index>>,
    aborted: Arc<Mutex<AbortedIndex>>,
    limits: Limits,
}

#[derive(Clone, Copy)]
struct Limits {
    segment_bytes: u64,
    segment_ms: i64,
    interval: u64,
    index_rows_max: u64,
}

impl Target {
    /// Whether a batch still belongs into a segment that has grown to `bytes` (Kafka's rule: size, age, offsets, index).
    fn takes(&self, header: &Header, bytes: u64, first_timestamp: Option<i64>) -> bool {
        if bytes == 0 {
            return true;
        }
        let total = header.total_bytes() as u64;
        let old = first_timestamp
            .is_some_and(|first| first >= 0 && header.max_timestamp.saturating_sub(first) > self.limits.segment_ms);
        let rows = bytes / self.limits.interval.max(1);
        bytes + total <= self.limits.segment_bytes
            && !old
            && header.last_offset() - self.base <= i64::from(i32::MAX)
            && rows < self.limits.index_rows_max
    }
}

fn target(partition: &Partition, next: &Header) -> io::Result<Target> {
    let found = active(&partition.inner.lock());
    if let Some(target) = found
        && target.takes(next, target.bytes, target.marks.first_timestamp)
    {
        return Ok(target);
    }
    roll(partition, next.base_offset)?;
    active(&partition.inner.lock()).ok_or_else(|| io::Error::other("a new segment went missing"))
}

fn active(inner: &Inner) -> Option<Target> {
    let segment = inner.segments.last()?;
    let config = &inner.config;
    let limits = Limits {
        segment_bytes: config.segment_bytes,
        // What must be compacted in time must leave the active segment in time (KIP-354).
        segment_ms: if config.compact {
            config.segment_ms.min(config.max_compaction_lag_ms)
        } else {
            config.segment_ms
        },
        interval: config.index_interval_bytes,
        index_rows_max: (config.segment_index_bytes / crate::index::TIME_ROW_BYTES).max(1),
    };
    Some(Target {
        base: segment.base,
        bytes: segment.bytes,
        marks: segment.marks,
        log: segment.log.clone(),
        offsets: segment.offsets.clone(),
        times: segment.times.clone(),
        aborted: segment.aborted.clone(),
        limits,
    })
}

/// Close the active segment and begin one at `base`.
pub(crate) fn roll(partition: &Partition, base: i64) -> io::Result<()> {
    let (disk, folder) = (&*partition.shared.disk, partition.id.folder());
    let (snapshot, closing) = {
        let inner = partition.inner.lock();
        let files = |s: &Segment| (s.base, s.log.clone(), [s.offsets.clone(), s.times.clone()], s.aborted.clone());
        let closing = inner.segments.last().map(files);
        if let Some(segment) = inner.segments.last() {
            segment.seal()?;
        }
        (inner.filled_producers.encode(), closing)
    };
    if let Some((closed, log, indexes, aborted)) = closing {
        log.sync()?;
        indexes.iter().try_for_each(|index| index.lock().file.sync())?;
        aborted.lock().settle(disk, &folder, closed)?;
        write_file(disk, &path_of(&folder, base, "snapshot"), &snapshot)?;
    }
    let segment = Segment::open(disk, &folder, base)?;
    disk.sync_folder(&folder)?;
    partition.inner.lock().segments.push(segment);
    Ok(())
}

fn take_stretch(rest: &mut VecDeque<(&Header, &Bytes)>, target: &Target) -> Stretch {
    let mut stretch = Stretch { pieces: Vec::new(), headers: Vec::new(), bytes: 0 };
    let mut first_timestamp = target.marks.first_timestamp;
    while let Some((header, bytes)) = rest.front() {
        let grown = target.bytes + stretch.bytes as u64;
        if stretch.bytes >= WRITE_BYTES_MAX || !target.takes(header, grown, first_timestamp) {
            break;
        }
        first_timestamp.get_or_insert(header.max_timestamp);
        stretch.bytes += bytes.len();
        stretch.headers.push(**header);
        stretch.pieces.push((*bytes).clone());
        rest.pop_front();
    }
    stretch
}

fn write_stretch(partition: &Partition, target: &Target, stretch: &Stretch) -> io::Result<()> {
    segment::write(&*target.log, &stretch.pieces, target.bytes)?;
    let mut marks = target.marks;
    let (mut offset_rows, mut time_rows) = (Vec::new(), Vec::new());
    let mut position = target.bytes;
    for header in &stretch.headers {
        let (offset_row, time_row) = marks.note(header, target.base, position, target.limits.interval);
        offset_rows.extend(offset_row);
        time_rows.extend(time_row);
        position += header.total_bytes() as u64;
    }
    append_rows(target, &offset_rows, time_rows)?;
    let now = partition.shared.clock.wall_ms();
    let mut inner = partition.inner.lock();
    let Some(segment) = inner.segments.last_mut() else { return Ok(()) };
    segment.bytes = position;
    segment.marks = marks;
    let mut aborted = Vec::new();
    for (header, batch) in stretch.headers.iter().zip(&stretch.pieces) {
        let ended = inner.filled_producers.replay(header, batch, now);
        aborted.extend(ended.as_ref().and_then(AbortedTransaction::of));
    }
    if let Some(last) = stretch.headers.last() {
        inner.filled_end = last.last_offset() + 1;
    }
    drop(inner);
    if aborted.is_empty() { Ok(()) } else { write_aborted(partition, target, aborted) }
}

/// Rows of markers that are in the segment now. They leave memory last, so that readers always find them; an index that could
/// not be written is written with the next rows, or before the next checkpoint.
fn write_aborted(partition: &Partition, target: &Target, rows: Vec<AbortedTransaction>) -> io::Result<()> {
    let mut index = target.aborted.lock();
    index.note(rows);
    let written = index.write(&*partition.shared.disk, &partition.id.folder(), target.base);
    drop(index);
    let mut inner = partition.inner.lock();
    let end = inner.filled_end;
    inner.transactions.note_filled(end);
    written
}

/// Written without the partition's lock: nobody looks for what the new rows speak of before the segment has grown.
fn append_rows(target: &Target, offset_rows: &[OffsetRow], mut time_rows: Vec<TimeRow>) -> io::Result<()> {
    let mut offsets = target.offsets.lock();
    let offset_bytes = offsets.bytes;
    offsets.append_offsets(offset_rows)?;
    if time_rows.is_empty() {
        return Ok(());
    }
    let mut times = target.times.lock();
    let mut last = times.last_time_row()?;
    time_rows.retain(|row| {
        let grows = last.is_none_or(|last| row.0 > last.0);
        last = if grows { Some(*row) } else { last };
        grows
    });
    let appended = times.append_times(&time_rows);
    if appended.is_err() {
        offsets.bytes = offset_bytes; // The whole stretch is tried again.
    }
    appended
}

/// The newest whole snapshot at or before `end`, and its offset; damaged ones are passed over.
pub(crate) fn load_producers(disk: &dyn Disk, id: PartitionId, end: i64, now_ms: i64) -> io::Result<(Producers, i64)> {
    let folder = id.folder();
    let mut offsets: Vec<i64> = disk
        .list(&folder)?
        .iter()
        .filter_map(|name| name.strip_suffix(".snapshot")?.parse().ok())
        .filter(|offset| *offset <= end)
        .collect();
    offsets.sort_unstable();
    for offset in offsets.into_iter().rev() {
        let bytes = leftfold_ports::read_file(disk, &path_of(&folder, offset, "snapshot"))?;
        if let Some(producers) = bytes.and_then(|bytes| Producers::decode(&bytes, now_ms)) {
            return Ok((producers, offset));
        }
    }
    Ok((Producers::default(), 0))
}

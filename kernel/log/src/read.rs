//! Reading: memory at the end, segments before it.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use leftfold_batch::{Caps, HEADER_BYTES, Header, offset_of_max_timestamp, offset_of_timestamp};
use leftfold_ports::File;

use crate::ReadError;
use crate::damage::{Way, find_damage};
use crate::index::Index;
use crate::partition::{Inner, Partition};
use crate::pool;
use crate::scan::{Found, epoch_holds};
use crate::segment::{Place, Segment};

/// A first read takes so much more than was asked, for the batches between an index row and the offset.
const SLACK_BYTES: usize = 8 * 1024;
const READ_BYTES_MAX: usize = 16 << 20;
/// What most reads of the past want: consumers ask for a mebibyte.
pub(crate) const CHUNK_BYTES: usize = (1 << 20) + SLACK_BYTES;

impl Partition {
    /// Whole committed batches from the one that holds `offset` on: at most `bytes_max`, but always the first one.
    pub fn read(&self, offset: i64, bytes_max: usize) -> Result<Vec<Bytes>, ReadError> {
        self.read_before(offset, i64::MAX, bytes_max)
    }

    /// The same, of batches before `end` only; it must be where a batch begins.
    pub fn read_before(&self, offset: i64, end: i64, bytes_max: usize) -> Result<Vec<Bytes>, ReadError> {
        let mut wanted = offset;
        loop {
            let place = {
                let inner = self.inner.lock();
                if let Some(found) = read_memory(&inner, offset, end, &mut wanted, bytes_max)? {
                    return Ok(found);
                }
                place_of(&inner, wanted)
            };
            let Some(place) = place else { return Ok(Vec::new()) };
            let found = self.read_segment(&place, wanted, end, bytes_max.min(READ_BYTES_MAX))?;
            if !found.is_empty() {
                return Ok(found);
            }
            wanted = place.end;
        }
    }

    /// As `read_before`, for those who may not wait for the disk: None where a file would have to be read that is not in the page
    /// cache, or something about it is not as it should be. `copied_bytes_max` bounds what is copied from the page cache, and
    /// is less by that afterwards; what memory has is not copied.
    pub fn read_cached(
        &self,
        offset: i64,
        end: i64,
        bytes_max: usize,
        copied_bytes_max: &mut usize,
    ) -> Option<Result<Vec<Bytes>, ReadError>> {
        let mut wanted = offset;
        let place = {
            let inner = self.inner.lock();
            match read_memory(&inner, offset, end, &mut wanted, bytes_max).transpose() {
                Some(found) => return Some(found),
                None if *copied_bytes_max == 0 => return None,
                None => place_of(&inner, wanted)?,
            }
        };
        let place = place.now()?;
        let bytes_max = bytes_max.min(*copied_bytes_max);
        let start = place.position_before(wanted).ok()?;
        let chunk = read_chunk(&*place.log, start.min(place.bytes), place.bytes, bytes_max + SLACK_BYTES).ok()?;
        match cut(&chunk, (wanted, end), bytes_max, (start == 0).then_some(place.base), &place) {
            Cut::Batches(from, to) if from < to => {
                *copied_bytes_max = copied_bytes_max.saturating_sub(to - from);
                Some(Ok(vec![chunk.slice(from..to)]))
            }
            _ => None,
        }
    }

    fn read_segment(&self, place: &Place, offset: i64, end: i64, bytes_max: usize) -> Result<Vec<Bytes>, ReadError> {
        let mut start = place.position_before(offset)?;
        let mut wanted = bytes_max + SLACK_BYTES;
        let mut searched = false;
        loop {
            let chunk = read_chunk(&*place.log, start.min(place.bytes), place.bytes, wanted)?;
            let expected = (start == 0 && !searched).then_some(place.base);
            match cut(&chunk, (offset, end), bytes_max, expected, place) {
                Cut::Batches(from, to) => return Ok(if from == to { Vec::new() } else { vec![chunk.slice(from..to)] }),
                Cut::Needs(more) if start + (chunk.len() as u64) < place.bytes => wanted = more.max(wanted * 2),
                Cut::Needs(_) | Cut::Damage if searched => {
                    return Err(ReadError::Io(io::Error::other("a batch held its checksum once and then failed")));
                }
                Cut::Needs(_) | Cut::Damage => {
                    start = self.way_past_damage(place, offset)?;
                    searched = true;
                }
            }
        }
    }

    /// Damage was met on the way to `offset`: the position behind it, or the damaged range, kept from now on.
    fn way_past_damage(&self, place: &Place, offset: i64) -> Result<u64, ReadError> {
        match find_damage(place, offset)? {
            Way::To(position) => Ok(position),
            Way::Damaged(damage) => {
                self.inner.lock().note_damage(damage.clone());
                Err(ReadError::Damaged(damage.reason))
            }
        }
    }

    /// (offset, timestamp) of the first committed record at or after `timestamp`.
    pub fn offset_for_timestamp(&self, timestamp: i64) -> Result<Option<(i64, i64)>, ReadError> {
        let (start, places) = {
            let inner = self.inner.lock();
            (inner.log_start, places(&inner))
        };
        let caps = Caps::default();
        for Timed { place, max_timestamp, times } in places {
            if max_timestamp < timestamp {
                continue;
            }
            let row = times.lock().row_before_time(timestamp)?;
            let position = match row {
                Some(row) if place.time_row_holds(row)? => place.position_before(place.base + i64::from(row.1))?,
                _ => 0, // Without a row that can be believed the segment itself tells.
            };
            let mut scan = place.scan(position);
            while let Found::Batch(header, at) = scan.next()? {
                if header.max_timestamp < timestamp || header.last_offset() < start {
                    continue;
                }
                let batch = scan.last_batch(&header, at)?;
                let found = offset_of_timestamp(&header, &batch, &caps, timestamp, start).map_err(io::Error::other)?;
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        let inner = self.inner.lock();
        for batch in inner.tail.iter().filter(|batch| batch.header.base_offset >= inner.filled_end) {
            if batch.header.last_offset() >= inner.high_watermark {
                break;
            }
            let found = offset_of_timestamp(&batch.header, &batch.bytes, &caps, timestamp, start);
            if let Some(found) = found.map_err(io::Error::other)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// (offset, timestamp) of the first committed record that has the largest timestamp (KIP-734).
    pub fn max_timestamp(&self) -> Result<Option<(i64, i64)>, ReadError> {
        let (largest, start) = {
            let inner = self.inner.lock();
            let filled = inner.segments.iter().map(|segment| segment.marks.max_timestamp).max().unwrap_or(-1);
            let unfilled = inner.tail.iter().filter(|batch| {
                batch.header.base_offset >= inner.filled_end && batch.header.last_offset() < inner.high_watermark
            });
            let unfilled = unfilled.map(|batch| batch.header.max_timestamp).max().unwrap_or(-1);
            (filled.max(unfilled), inner.log_start)
        };
        if largest < 0 {
            return Ok(None);
        }
        match self.offset_for_timestamp(largest)? {
            Some(found) if found.0 >= start => Ok(Some(found)),
            _ => self.max_of_what_is_left(),
        }
    }

    /// The record with the largest timestamp was trimmed: look at all batches that are left.
    fn max_of_what_is_left(&self) -> Result<Option<(i64, i64)>, ReadError> {
        let start = self.offsets().log_start;
        let mut offset = start;
        let mut best: Option<(i64, i64)> = None;
        loop {
            let chunks = self.read(offset, 1 << 20)?;
            if chunks.is_empty() {
                return Ok(best);
            }
            for chunk in chunks {
                for batch in leftfold_batch::batches(&chunk) {
                    let (header, bytes) = batch.map_err(io::Error::other)?;
                    offset = header.last_offset() + 1;
                    if best.is_none_or(|best| header.max_timestamp > best.1) {
                        let found = offset_of_max_timestamp(&header, bytes, &Caps::default(), start);
                        let found = found.map_err(io::Error::other)?;
                        best = found.filter(|found| best.is_none_or(|best| found.1 > best.1)).or(best);
                    }
                }
            }
        }
    }
}

/// What memory says of an offset; None where the segments must be asked, for `wanted`: the first offset that was not given up.
fn read_memory(
    inner: &Inner,
    offset: i64,
    end: i64,
    wanted: &mut i64,
    bytes_max: usize,
) -> Result<Option<Vec<Bytes>>, ReadError> {
    if inner.gone {
        return Err(ReadError::Gone);
    }
    if offset < inner.log_start || offset > inner.log_end {
        return Err(ReadError::OutOfRange);
    }
    while let Some(gap) = inner.given_up.iter().find(|gap| gap.0 <= *wanted && *wanted <= gap.1) {
        *wanted = gap.1 + 1;
    }
    if *wanted >= inner.high_watermark.min(end) {
        return Ok(Some(Vec::new()));
    }
    if let Some(damage) = inner.damage.iter().find(|d| d.first <= *wanted && *wanted <= d.last) {
        return Err(ReadError::Damaged(damage.reason.clone()));
    }
    let in_tail = inner.tail.front().is_some_and(|first| first.header.base_offset <= *wanted);
    Ok(in_tail.then(|| read_tail(inner, *wanted, end, bytes_max)))
}

fn read_tail(inner: &Inner, offset: i64, end: i64, bytes_max: usize) -> Vec<Bytes> {
    let end = end.min(inner.high_watermark);
    let first = inner.tail.partition_point(|batch| batch.header.last_offset() < offset);
    let mut found = Vec::new();
    let mut bytes = 0;
    for batch in inner.tail.range(first..) {
        if batch.header.last_offset() >= end || (bytes > 0 && bytes + batch.bytes.len() > bytes_max) {
            break;
        }
        bytes += batch.bytes.len();
        found.push(batch.bytes.clone());
    }
    found
}

fn place_of(inner: &Inner, offset: i64) -> Option<Place> {
    let after = inner.segments.partition_point(|segment| segment.base <= offset);
    let at = after.saturating_sub(1);
    let segment = inner.segments.get(at)?;
    let end = inner.segments.get(at + 1).map_or(inner.filled_end, |next| next.base);
    Some(place(inner, segment, end.max(offset + 1)))
}

fn place(inner: &Inner, segment: &Segment, end: i64) -> Place {
    let epochs = inner.epochs.clone();
    Place { epochs, ..Place::of(segment, end, inner.gaps()) }
}

/// A segment to be searched by time, and its largest timestamp.
pub(crate) struct Timed {
    pub place: Place,
    max_timestamp: i64,
    times: Arc<parking_lot::Mutex<Index>>,
}

/// The segment with that number.
pub(crate) fn place_at(inner: &Inner, at: usize) -> Option<Place> {
    let end = inner.segments.get(at + 1).map_or(inner.filled_end, |next| next.base);
    Some(place(inner, inner.segments.get(at)?, end))
}

pub(crate) fn places(inner: &Inner) -> Vec<Timed> {
    let make = |(at, segment): (usize, &crate::segment::Segment)| {
        let end = inner.segments.get(at + 1).map_or(inner.filled_end, |next| next.base);
        let place = place(inner, segment, end);
        Timed { place, max_timestamp: segment.marks.max_timestamp, times: segment.times.clone() }
    };
    inner.segments.iter().enumerate().map(make).collect()
}

fn read_chunk(log: &dyn File, start: u64, end: u64, wanted: usize) -> io::Result<Bytes> {
    let wanted = wanted.min((end - start) as usize);
    if (CHUNK_BYTES / 4..=CHUNK_BYTES).contains(&wanted) {
        return pool::filled(wanted, |chunk| log.read_at(chunk, start));
    }
    let mut chunk = vec![0; wanted];
    let count = log.read_at(&mut chunk, start)?;
    chunk.truncate(count);
    Ok(Bytes::from(chunk))
}

enum Cut {
    Batches(usize, usize),
    /// The batch that holds the offset needs so many bytes.
    Needs(usize),
    Damage,
}

/// The part of a chunk to answer with, of the offsets asked for: checksums hold, first batch whole, not more than `bytes_max`
/// otherwise.
fn cut(chunk: &[u8], (offset, stop): (i64, i64), bytes_max: usize, mut expected: Option<i64>, place: &Place) -> Cut {
    let mut at = 0;
    let mut from = None;
    while at < chunk.len() {
        if chunk.len() - at < HEADER_BYTES {
            return from.map_or(Cut::Needs(at + HEADER_BYTES), |from| Cut::Batches(from, at));
        }
        let Ok(header) = Header::parse(&chunk[at..]) else { return damage_at(from, at) };
        let end = at + header.total_bytes();
        let holds = header.last_offset() >= offset;
        if let Some(from) = from
            && end - from > bytes_max
        {
            return Cut::Batches(from, at);
        }
        if end > chunk.len() {
            return from.map_or(Cut::Needs(end), |from| Cut::Batches(from, at));
        }
        let follows = expected.is_none_or(|expected| {
            let hole_end = place.gaps.compacted_end.max(expected);
            (expected..=hole_end).contains(&header.base_offset)
        });
        if !follows || !epoch_holds(&place.epochs, &header) || header.check_crc(&chunk[at..end]).is_err() {
            return damage_at(from, at);
        }
        if header.base_offset >= stop {
            break;
        }
        expected = Some(header.last_offset() + 1);
        if holds && from.is_none() {
            from = Some(at);
        }
        at = end;
    }
    from.map_or(Cut::Batches(0, 0), |from| Cut::Batches(from, at))
}

/// What came before the damage is good; the damage itself is met by the next read.
fn damage_at(from: Option<usize>, at: usize) -> Cut {
    from.map_or(Cut::Damage, |from| Cut::Batches(from, at))
}

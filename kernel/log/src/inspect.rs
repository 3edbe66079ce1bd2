//! Opens a partition's segments and judges them.
//!
//! A checkpoint vouches for everything before its end: harm there is damage, kept and quarantined. What lies behind it is
//! in the journal too: harm there is a torn write, cut and filled again. Bytes that a checkpoint vouches for are not read
//! here, only from the last index row on; their checksums are verified whenever they are read.

use std::io;
use std::sync::Arc;

use leftfold_batch::{HEADER_BYTES, Header};

use crate::TopicConfig;
use crate::aborted::AbortedIndex;
use crate::checkpoint::Row;
use crate::compact::swap;
use crate::index::{OffsetRow, TimeRow};
use crate::partition::{Damage, Inner, PartitionId, Shared};
use crate::scan::{Found, Gaps, Scan};
use crate::segment::{Marks, Segment};

/// What is known of a partition before its files are opened.
pub(crate) struct Known<'a> {
    pub row: Option<&'a Row>,
    /// The first offset that the journal can fill again.
    pub journal_first: Option<i64>,
}

impl Known<'_> {
    fn vouched(&self) -> i64 {
        self.row.map_or(0, |row| row.end)
    }

    /// Whether everything from `offset` on may be cut, because the journal has it.
    fn may_cut(&self, offset: i64) -> bool {
        offset >= self.vouched() && self.journal_first.is_some_and(|first| first <= offset)
    }
}

/// Open the segments, cut what was torn, keep what is damaged, mend the indexes.
pub(crate) fn load_partition(
    shared: &Arc<Shared>,
    id: PartitionId,
    known: &Known<'_>,
    notes: &mut Vec<String>,
) -> io::Result<Inner> {
    let (disk, folder) = (&*shared.disk, id.folder());
    swap::complete(disk, &folder, notes)?;
    let mut bases: Vec<i64> =
        disk.list(&folder)?.iter().filter_map(|name| name.strip_suffix(".log")?.parse().ok()).collect();
    bases.sort_unstable();
    let mut inner = Inner::empty(TopicConfig::default(), Vec::new());
    let start = known.row.map_or(0, |row| row.start);
    (inner.clean_end, inner.holes_end) = known.row.map_or((0, 0), |row| (row.clean_end, row.holes_end));
    // Before the walk: harm that was given up is not to be quarantined anew.
    inner.given_up = known.row.map_or_else(Vec::new, |row| row.given_up.clone());
    for (first, last) in known.row.map_or(&[][..], |row| &row.damaged[..]) {
        quarantine(&mut inner, *first, *last, "it was found damaged before");
    }
    for (at, base) in bases.iter().enumerate() {
        let mut segment = Segment::open(disk, &folder, *base)?;
        *segment.aborted.lock() = AbortedIndex::load(disk, &folder, *base, known.vouched())?;
        inner.filled_end = inner.filled_end.max(*base);
        let next_base = bases.get(at + 1).copied();
        let torn = match next_base.filter(|next| *next <= known.vouched()) {
            Some(next) => {
                check_closed(&mut segment, &mut inner, known, next)?;
                None
            }
            None => check_open(&mut segment, &mut inner, known)?,
        };
        inner.segments.push(segment);
        if let Some(bytes) = torn {
            notes.push(format!("{bytes} bytes at the end of {} were torn and are cut", disk.show(&folder)));
            for later in &bases[at + 1..] {
                Segment::remove(disk, &folder, *later)?;
            }
            break;
        }
    }
    if inner.segments.is_empty() {
        inner.segments.push(Segment::open(disk, &folder, start)?);
        inner.filled_end = start;
    }
    inner.log_start = start.max(inner.segments[0].base);
    Ok(inner)
}

/// A segment before the last: its time index tells its largest timestamp, if it can be believed.
fn check_closed(segment: &mut Segment, inner: &mut Inner, known: &Known<'_>, next: i64) -> io::Result<()> {
    let believed = segment.has_whole_indexes() && segment.last_time_row_holds(&inner.gaps())?;
    if believed || segment.bytes == 0 {
        let last = segment.times.lock().last_time_row()?;
        segment.marks.max_timestamp = last.map_or(-1, |row| row.0);
        segment.marks.max_timestamp_offset = last.map_or(-1, |row| segment.base + i64::from(row.1));
        inner.filled_end = next;
        return Ok(());
    }
    walk(segment, inner, known, Some(next))?;
    segment.seal()?;
    segment.sync()?;
    inner.filled_end = next;
    Ok(())
}

/// The last segment, or one that was closed after the checkpoint. Returns how many bytes were cut.
fn check_open(segment: &mut Segment, inner: &mut Inner, known: &Known<'_>) -> io::Result<Option<u64>> {
    walk(segment, inner, known, None)
}

/// Walk the batches from the last place that can be vouched for, and make the rest of the indexes anew.
fn walk(
    segment: &mut Segment,
    inner: &mut Inner,
    known: &Known<'_>,
    next_base: Option<i64>,
) -> io::Result<Option<u64>> {
    let interval = inner.config.index_interval_bytes;
    let vouched_end = next_base.unwrap_or(known.vouched());
    let mut scan_from =
        if next_base.is_none() { vouched_place(segment, known.vouched(), &inner.gaps())? } else { None };
    let (mut position, mut end) = (0, segment.base);
    match scan_from {
        Some((row, at)) => (position, end) = (u64::from(row.1), at),
        None => {
            segment.offsets.lock().clear()?;
            segment.times.lock().clear()?;
        }
    }
    let (mut offset_rows, mut time_rows): (Vec<OffsetRow>, Vec<TimeRow>) = (Vec::new(), Vec::new());
    let mut last_time = segment.times.lock().last_time_row()?.map(|row| row.0);
    let log = segment.log.clone();
    let mut scan = Scan::new(&*log, position, segment.bytes, Some(end), inner.gaps());
    let mut cut = None;
    let mut note = |marks: &mut Marks, header: &Header, at: u64| {
        let (offset_row, time_row) = marks.note(header, segment.base, at, interval);
        offset_rows.extend(offset_row);
        if let Some(row) = time_row
            && last_time.is_none_or(|last| row.0 > last)
        {
            last_time = Some(row.0);
            time_rows.push(row);
        }
    };
    loop {
        match scan.next()? {
            Found::Batch(header, at) => {
                // The first batch of a walk that begins at an index row has its row already.
                if scan_from.take().is_some() {
                    segment.marks.unindexed = 0;
                }
                note(&mut segment.marks, &header, at);
                end = header.last_offset() + 1;
            }
            Found::End => break,
            Found::Damage(at) if known.may_cut(end) => {
                log.truncate(at)?;
                cut = Some(segment.bytes - at);
                segment.bytes = at;
                break;
            }
            Found::Damage(at) => {
                let after = scan.resync(end, i64::MAX)?;
                let next = after.map_or(vouched_end.max(end + 1), |(header, _)| header.base_offset);
                quarantine(inner, end, next - 1, &format!("damaged at byte {at} of {:020}.log", segment.base));
                end = next;
                let Some((header, at)) = after else { break };
                note(&mut segment.marks, &header, at);
                end = header.last_offset() + 1;
            }
        }
    }
    segment.offsets.lock().append_offsets(&offset_rows)?;
    segment.times.lock().append_times(&time_rows)?;
    inner.filled_end = inner.filled_end.max(end);
    Ok(cut)
}

/// The last index row below `vouched` whose batch stands where it says, and that batch's base offset. Rows behind it are
/// dropped, and the marks are set to what they were before it.
fn vouched_place(segment: &mut Segment, vouched: i64, gaps: &Gaps) -> io::Result<Option<(OffsetRow, i64)>> {
    let Ok(below) = u32::try_from(vouched - segment.base - 1) else { return Ok(None) };
    if !segment.has_whole_indexes() {
        return Ok(None);
    }
    let Some((number, row)) = segment.offsets.lock().row_at_most(below)? else { return Ok(None) };
    let mut head = [0; HEADER_BYTES];
    let first = {
        segment.log.read_at(&mut head, 0)?;
        Header::parse(&head).ok().filter(|header| header.base_offset >= segment.base)
    };
    let Some(header) = segment.batch_at(row)? else { return Ok(None) };
    let Some(first) = first else { return Ok(None) };
    let mut times = segment.times.lock();
    let time_rows = times.rows_up_to_offset(row.0)?;
    let last = if time_rows == 0 { None } else { Some(times.time_row(time_rows - 1)?) };
    if let Some(last) = last
        && !segment.time_row_holds(last, gaps)?
    {
        return Ok(None);
    }
    times.cut_rows(time_rows * crate::index::TIME_ROW_BYTES)?;
    drop(times);
    segment.offsets.lock().cut_rows((number + 1) * crate::index::OFFSET_ROW_BYTES)?;
    segment.marks = Marks {
        unindexed: 0,
        max_timestamp: last.map_or(-1, |row| row.0),
        max_timestamp_offset: last.map_or(-1, |row| segment.base + i64::from(row.1)),
        first_timestamp: Some(first.max_timestamp),
    };
    Ok(Some((row, header.base_offset)))
}

/// Keep a range that is damaged: it is answered with an error until an operator gives it up.
pub(crate) fn quarantine(inner: &mut Inner, first: i64, last: i64, why: &str) {
    if !inner.given_up.iter().any(|gap| gap.0 <= first && last <= gap.1) {
        let reason = format!("offsets {first} to {last}: {why}; see leftfold doctor");
        inner.note_damage(Damage { first, last, reason });
    }
}

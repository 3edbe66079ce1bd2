//! One segment: a log file and its two indexes.

use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leftfold_batch::{HEADER_BYTES, Header};
use leftfold_ports::{Disk, File, NowFile};

use crate::aborted::{self, AbortedIndex};
use crate::index::{Index, OFFSET_ROW_BYTES, OffsetRow, TIME_ROW_BYTES, TimeRow};
use crate::scan::{Epochs, Found, Gaps, Scan};

/// Invariant: `bytes` is what readers may see; the file may be longer while the filler works.
pub(crate) struct Segment {
    pub base: i64,
    pub log: Arc<dyn File>,
    pub bytes: u64,
    pub offsets: Arc<parking_lot::Mutex<Index>>,
    pub times: Arc<parking_lot::Mutex<Index>>,
    pub aborted: Arc<parking_lot::Mutex<AbortedIndex>>,
    pub marks: Marks,
}

/// What the sparse indexes are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marks {
    /// Bytes since the last index row.
    pub unindexed: u64,
    pub max_timestamp: i64,
    /// The last offset of the first batch that has it.
    pub max_timestamp_offset: i64,
    /// The largest timestamp of the first batch: `segment.ms` counts from it.
    pub first_timestamp: Option<i64>,
}

impl Marks {
    pub fn new() -> Self {
        Self { unindexed: 0, max_timestamp: -1, max_timestamp_offset: -1, first_timestamp: None }
    }

    /// Take note of one batch at `position`; returns the rows that it adds, by Kafka's own rule.
    pub fn note(
        &mut self,
        header: &Header,
        base: i64,
        position: u64,
        interval: u64,
    ) -> (Option<OffsetRow>, Option<TimeRow>) {
        if header.max_timestamp > self.max_timestamp {
            self.max_timestamp = header.max_timestamp;
            self.max_timestamp_offset = header.last_offset();
        }
        self.first_timestamp.get_or_insert(header.max_timestamp);
        let mut rows = (None, None);
        if self.unindexed > interval {
            rows.0 = Some(((header.last_offset() - base) as u32, position as u32));
            rows.1 = self.time_row(base);
            self.unindexed = 0;
        }
        self.unindexed += header.total_bytes() as u64;
        rows
    }

    pub fn time_row(&self, base: i64) -> Option<TimeRow> {
        (self.max_timestamp >= 0).then(|| (self.max_timestamp, (self.max_timestamp_offset - base) as u32))
    }
}

pub(crate) fn path_of(folder: &Path, base: i64, kind: &str) -> PathBuf {
    folder.join(format!("{base:020}.{kind}"))
}

impl Segment {
    pub fn open(disk: &dyn Disk, folder: &Path, base: i64) -> io::Result<Self> {
        let log = disk.create(&path_of(folder, base, "log"))?;
        let bytes = log.bytes()?;
        let index = |kind: &str| -> io::Result<_> {
            let index = Index::open(disk.create(&path_of(folder, base, kind))?)?;
            Ok(Arc::new(parking_lot::Mutex::new(index)))
        };
        let aborted = Arc::default();
        Ok(Self {
            base,
            log,
            bytes,
            offsets: index("index")?,
            times: index("timeindex")?,
            aborted,
            marks: Marks::new(),
        })
    }

    /// Whether the index files are there and hold whole rows; what the rows say is verified where they are used.
    pub fn has_whole_indexes(&self) -> bool {
        let (offsets, times) = (self.offsets.lock().bytes, self.times.lock().bytes);
        offsets % OFFSET_ROW_BYTES == 0 && times % TIME_ROW_BYTES == 0 && (times > 0 || self.bytes == 0)
    }

    /// The header of the batch that an index row points to, if one ends there with that offset.
    pub fn batch_at(&self, row: OffsetRow) -> io::Result<Option<Header>> {
        batch_at(&*self.log, self.base, row)
    }

    /// Whether a batch ends with the row's offset and has the row's timestamp.
    pub fn time_row_holds(&self, row: TimeRow, gaps: &Gaps) -> io::Result<bool> {
        Place::of(self, i64::MAX, gaps.clone()).time_row_holds(row)
    }

    pub fn last_time_row_holds(&self, gaps: &Gaps) -> io::Result<bool> {
        let last = self.times.lock().last_time_row()?;
        last.map_or(Ok(true), |row| self.time_row_holds(row, gaps))
    }

    /// Add the final time row, so that a closed segment tells its largest timestamp.
    pub fn seal(&self) -> io::Result<()> {
        let mut times = self.times.lock();
        if let Some(row) = self.marks.time_row(self.base)
            && times.last_time_row()?.is_none_or(|last| last.0 < row.0)
        {
            times.append_times(&[row])?;
        }
        Ok(())
    }

    pub fn sync(&self) -> io::Result<()> {
        self.log.sync()?;
        self.offsets.lock().file.sync()?;
        self.times.lock().file.sync()
    }

    pub fn remove(disk: &dyn Disk, folder: &Path, base: i64) -> io::Result<()> {
        for kind in ["log", "index", "timeindex", "snapshot", aborted::KIND, aborted::SUM_KIND] {
            match disk.remove(&path_of(folder, base, kind)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

fn batch_at(log: &dyn File, base: i64, row: OffsetRow) -> io::Result<Option<Header>> {
    let mut head = [0; HEADER_BYTES];
    log.read_at(&mut head, u64::from(row.1))?;
    let header = Header::parse(&head).ok();
    Ok(header.filter(|header| header.base_offset >= base && header.last_offset() - base == i64::from(row.0)))
}

/// A segment as a reader takes it along, to be used without the partition's lock.
pub(crate) struct Place {
    pub log: Arc<dyn File>,
    pub offsets: Arc<parking_lot::Mutex<Index>>,
    pub base: i64,
    pub bytes: u64,
    /// Where the next segment begins, or what is not filled yet.
    pub end: i64,
    pub gaps: Gaps,
    pub epochs: Epochs,
}

impl Place {
    pub fn of(segment: &Segment, end: i64, gaps: Gaps) -> Self {
        let (log, offsets) = (segment.log.clone(), segment.offsets.clone());
        Self { log, offsets, base: segment.base, bytes: segment.bytes, end, gaps, epochs: Epochs::default() }
    }

    /// The same place for those who may not wait for the disk; None while somebody works on its index, who may be waiting for
    /// the disk with the index's lock in hand.
    pub fn now(self) -> Option<Self> {
        let Index { file, bytes } = self.offsets.try_lock()?.clone();
        let offsets = Arc::new(parking_lot::Mutex::new(Index { file: Arc::new(NowFile(file)), bytes }));
        Some(Self { log: Arc::new(NowFile(self.log)), offsets, ..self })
    }

    /// From a position that `position_before` gave.
    pub fn scan(&self, position: u64) -> Scan<'_> {
        let expected = (position == 0).then_some(self.base);
        let mut scan = Scan::new(&*self.log, position, self.bytes, expected, self.gaps.clone());
        scan.epochs = self.epochs.clone();
        scan
    }

    /// Where a search for `offset` may begin. A row that does not point at its batch is not believed: the search then
    /// begins at the front.
    pub fn position_before(&self, offset: i64) -> io::Result<u64> {
        let relative = u32::try_from(offset - self.base).unwrap_or(u32::MAX);
        // Rows that are there stay as they are: they are looked up without the lock, which the filler needs.
        let index = self.offsets.lock().clone();
        let Some((_, row)) = index.row_at_most(relative)? else { return Ok(0) };
        let holds = batch_at(&*self.log, self.base, row)?.is_some();
        Ok(if holds { u64::from(row.1) } else { 0 })
    }

    /// Whether a batch ends with the row's offset and has the row's timestamp.
    pub fn time_row_holds(&self, row: TimeRow) -> io::Result<bool> {
        let wanted = self.base + i64::from(row.1);
        let mut scan = self.scan(self.position_before(wanted)?);
        while let Found::Batch(header, _) = scan.next()? {
            if header.last_offset() >= wanted {
                return Ok(header.last_offset() == wanted && header.max_timestamp == row.0);
            }
        }
        Ok(false)
    }
}

/// Write `pieces` one after the other; the filler's only way to touch a log file.
pub(crate) fn write(log: &dyn File, pieces: &[bytes::Bytes], position: u64) -> io::Result<()> {
    let slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
    log.write_behind(&slices, position)
}

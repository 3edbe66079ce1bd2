//! A segment that compaction writes.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use leftfold_batch::Header;
use leftfold_ports::{Disk, File};

use super::swap::cleaned_path;
use crate::aborted::{self, AbortedIndex, AbortedTransaction};
use crate::index::{Index, OffsetRow, TimeRow};
use crate::segment::{self, Marks, Segment};

/// One write carries about so much.
const WRITE_BYTES: usize = 1 << 20;

pub(crate) struct Output<'a> {
    disk: &'a dyn Disk,
    folder: PathBuf,
    base: i64,
    log: Arc<dyn File>,
    offsets: Index,
    times: Index,
    interval: u64,
    marks: Marks,
    /// Not written yet; `bytes` are.
    buffer: Vec<u8>,
    bytes: u64,
    offset_rows: Vec<OffsetRow>,
    time_rows: Vec<TimeRow>,
    last_time: i64,
    aborted: AbortedIndex,
}

impl<'a> Output<'a> {
    pub fn create(disk: &'a dyn Disk, folder: PathBuf, base: i64, interval: u64) -> io::Result<Self> {
        let create = |kind| disk.create(&cleaned_path(&folder, base, kind));
        Ok(Self {
            disk,
            base,
            log: create("log")?,
            offsets: Index::open(create("index")?)?,
            times: Index::open(create("timeindex")?)?,
            interval,
            marks: Marks::new(),
            buffer: Vec::new(),
            bytes: 0,
            offset_rows: Vec::new(),
            time_rows: Vec::new(),
            last_time: -1,
            aborted: AbortedIndex::default(),
            folder,
        })
    }

    pub fn note_aborted(&mut self, row: AbortedTransaction) {
        self.aborted.note(vec![row]);
    }

    pub fn put(&mut self, header: &Header, bytes: &[u8]) -> io::Result<()> {
        let position = self.bytes + self.buffer.len() as u64;
        let (offset_row, time_row) = self.marks.note(header, self.base, position, self.interval);
        self.offset_rows.extend(offset_row);
        if let Some(row) = time_row.filter(|row| row.0 > self.last_time) {
            self.last_time = row.0;
            self.time_rows.push(row);
        }
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= WRITE_BYTES { self.flush() } else { Ok(()) }
    }

    pub fn put_anew(&mut self, bytes: &[u8]) -> io::Result<()> {
        let header = Header::parse(bytes).map_err(io::Error::other)?;
        self.put(&header, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(WRITE_BYTES)));
        if !piece.is_empty() {
            segment::write(&*self.log, std::slice::from_ref(&piece), self.bytes)?;
            self.bytes += piece.len() as u64;
        }
        self.offsets.append_offsets(&std::mem::take(&mut self.offset_rows))?;
        self.times.append_times(&std::mem::take(&mut self.time_rows))?;
        self.aborted.write_to(self.disk, &cleaned_path(&self.folder, self.base, aborted::KIND))
    }

    /// All of it is durable under its `.cleaned` names when this returns. `replaces_aborted`: see the invariant of the swap.
    pub fn finish(mut self, replaces_aborted: bool) -> io::Result<Segment> {
        self.flush()?;
        let [rows, sum] = [aborted::KIND, aborted::SUM_KIND].map(|kind| cleaned_path(&self.folder, self.base, kind));
        self.aborted.finish(self.disk, &rows, &sum, replaces_aborted)?;
        let share = |index| Arc::new(parking_lot::Mutex::new(index));
        let segment = Segment {
            base: self.base,
            log: self.log,
            bytes: self.bytes,
            offsets: share(self.offsets),
            times: share(self.times),
            aborted: Arc::new(parking_lot::Mutex::new(self.aborted)),
            marks: self.marks,
        };
        segment.seal()?;
        segment.sync()?;
        Ok(segment)
    }
}

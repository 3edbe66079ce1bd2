//! Kafka's `.txnindex`: the aborted transactions of a segment.
//!
//! Big-endian rows of 34 bytes, one for each abort marker in the segment, in their order: version 0 (int16), producer id,
//! first offset, last offset (the marker's), last stable offset (the first one still undecided behind the marker). Without an
//! abort there is no file. Rows have no checksum of their own, and a missing one would let aborted records pass for committed:
//! a small file beside them, `.txnsum`, has their number and their checksum as of the last checkpoint. Where it does not hold,
//! the rows are made anew from the segment.

use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::Arc;

use leftfold_batch::producers::EndedTransaction;
use leftfold_batch::{crc32c, crc32c_join};
use leftfold_ports::{Disk, File, NowFile, read_file, write_file};
use parking_lot::Mutex;

use crate::partition::{Inner, Partition};
use crate::segment::path_of;

pub(crate) const ROW_BYTES: usize = 34;
pub(crate) const KIND: &str = "txnindex";
pub(crate) const SUM_KIND: &str = "txnsum";
const VERSION: [u8; 2] = [0, 0];
/// Rows that are read at once.
const BLOCK_ROWS: u64 = 64;

/// A reader of committed records must leave out what this producer wrote from `first_offset` to `last_offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbortedTransaction {
    pub producer_id: i64,
    pub first_offset: i64,
    /// The abort marker's.
    pub last_offset: i64,
    /// No transaction that ends later begins before it.
    pub last_stable_offset: i64,
}

impl AbortedTransaction {
    pub(crate) fn of(ended: &EndedTransaction) -> Option<Self> {
        let EndedTransaction { producer_id, first_offset, last_offset, commit, last_stable_offset } = *ended;
        (!commit).then_some(Self { producer_id, first_offset, last_offset, last_stable_offset })
    }

    fn encode(&self) -> [u8; ROW_BYTES] {
        let mut row = [0; ROW_BYTES];
        row[..2].copy_from_slice(&VERSION);
        let fields = [self.producer_id, self.first_offset, self.last_offset, self.last_stable_offset];
        for (field, place) in fields.iter().zip(row[2..].chunks_exact_mut(8)) {
            place.copy_from_slice(&field.to_be_bytes());
        }
        row
    }

    /// None where the row contradicts itself.
    fn decode(row: &[u8]) -> Option<Self> {
        let at = |at: usize| Some(i64::from_be_bytes(row.get(at..at + 8)?.try_into().ok()?));
        let (producer_id, first_offset) = (at(2)?, at(10)?);
        let (last_offset, last_stable_offset) = (at(18)?, at(26)?);
        let holds = row[..2] == VERSION && producer_id >= 0 && 0 <= first_offset && first_offset < last_offset;
        let row = Self { producer_id, first_offset, last_offset, last_stable_offset };
        (holds && 0 <= last_stable_offset && last_stable_offset <= last_offset + 1).then_some(row)
    }
}

fn damaged() -> io::Error {
    io::Error::other("a row of a transaction index contradicts itself")
}

/// The rows of one segment. Invariant: `last_offset` rises from row to row, those in the file first.
#[derive(Default)]
pub(crate) struct AbortedIndex {
    file: Option<Arc<dyn File>>,
    rows: u64,
    /// Of all rows in the file.
    checksum: u32,
    /// So many rows the sum file speaks of; None where it must be written anew.
    summed: Option<u64>,
    /// Not in the file yet.
    fresh: Vec<AbortedTransaction>,
    /// The rows did not hold and are to be made anew.
    pub damaged: bool,
}

impl AbortedIndex {
    /// The index of a segment that a checkpoint vouches for up to the offset `end`: later rows are dropped, since they come
    /// back from the batches themselves.
    pub fn load(disk: &dyn Disk, folder: &Path, base: i64, end: i64) -> io::Result<Self> {
        let path = path_of(folder, base, KIND);
        let bytes = read_file(disk, &path)?;
        let sum = read_file(disk, &path_of(folder, base, SUM_KIND))?;
        if bytes.is_none() && sum.is_none() {
            return Ok(Self::default());
        }
        let bytes = bytes.unwrap_or_default();
        let decoded = bytes.chunks_exact(ROW_BYTES).map_while(AbortedTransaction::decode);
        let rows = decoded.take_while(|row| row.last_offset < end).count();
        let summed = sum.as_ref().and_then(|sum| summed_rows(&bytes, sum));
        // Rows behind the sum are younger than the checkpoint; so are all of them before there is a sum.
        let holds = match sum {
            Some(_) => summed.is_some_and(|summed| rows <= summed),
            None => {
                let first = bytes.first_chunk::<ROW_BYTES>().map(|row| AbortedTransaction::decode(row));
                first.is_none_or(|row| row.is_some_and(|row| row.last_offset >= end))
            }
        };
        let kept = if holds { rows * ROW_BYTES } else { 0 };
        let file = disk.create(&path)?;
        if bytes.len() > kept {
            file.truncate(kept as u64)?;
        }
        Ok(Self {
            file: Some(file),
            rows: (kept / ROW_BYTES) as u64,
            checksum: crc32c(&bytes[..kept]),
            summed: summed.filter(|summed| holds && *summed == rows).map(|rows| rows as u64),
            damaged: !holds,
            ..Self::default()
        })
    }

    pub fn note(&mut self, rows: Vec<AbortedTransaction>) {
        self.fresh.extend(rows);
    }

    /// Write what is not in the file yet. After an error it is tried again with the next rows.
    pub fn write(&mut self, disk: &dyn Disk, folder: &Path, base: i64) -> io::Result<()> {
        self.write_to(disk, &path_of(folder, base, KIND))
    }

    /// The same into a file of that name, if it has none yet.
    pub fn write_to(&mut self, disk: &dyn Disk, path: &Path) -> io::Result<()> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let file = match &self.file {
            Some(file) => file.clone(),
            None => disk.create(path)?,
        };
        self.file = Some(file.clone());
        let bytes: Vec<u8> = self.fresh.iter().flat_map(AbortedTransaction::encode).collect();
        file.write_at(&[IoSlice::new(&bytes)], self.rows * ROW_BYTES as u64)?;
        self.rows += self.fresh.len() as u64;
        self.checksum = crc32c_join(self.checksum, crc32c(&bytes), bytes.len());
        self.fresh.clear();
        Ok(())
    }

    /// Write and sync, before a checkpoint vouches for the rows. Makes new names in the folder durable.
    pub fn settle(&mut self, disk: &dyn Disk, folder: &Path, base: i64) -> io::Result<()> {
        self.write(disk, folder, base)?;
        let Some(file) = self.file.as_ref().filter(|_| self.summed != Some(self.rows)) else { return Ok(()) };
        file.sync()?;
        write_file(disk, &path_of(folder, base, SUM_KIND), &self.sum())?;
        (self.summed, self.damaged) = (Some(self.rows), false);
        Ok(())
    }

    fn sum(&self) -> Vec<u8> {
        [&self.rows.to_be_bytes()[..], &self.checksum.to_be_bytes()].concat()
    }

    /// The index of a segment that takes the place of others: written and synced as a whole, under names that nobody reads
    /// yet. Without a row it is made only where `replaces` says that there is one to be replaced.
    pub fn finish(&mut self, disk: &dyn Disk, path: &Path, sum_path: &Path, replaces: bool) -> io::Result<()> {
        self.write_to(disk, path)?;
        if self.file.is_none() && !replaces {
            return Ok(());
        }
        let file = self.file.take().map_or_else(|| disk.create(path), Ok)?;
        file.sync()?;
        let sum = disk.create(sum_path)?;
        sum.write_at(&[IoSlice::new(&self.sum())], 0)?;
        sum.sync()?;
        (self.file, self.summed) = (Some(file), Some(self.rows));
        Ok(())
    }

    fn rows(&self) -> Rows {
        let file = self.file.clone().filter(|_| self.rows > 0);
        Rows { file, count: self.rows, fresh: self.fresh.clone() }
    }
}

/// How many rows a sum speaks of, if they are there and hold.
fn summed_rows(bytes: &[u8], sum: &[u8]) -> Option<usize> {
    let (rows, checksum) = sum.split_first_chunk()?;
    let rows = usize::try_from(u64::from_be_bytes(*rows)).ok()?;
    let rows_bytes = bytes.get(..rows.checked_mul(ROW_BYTES)?)?;
    (*checksum == crc32c(rows_bytes).to_be_bytes()).then_some(rows)
}

fn row_at(file: &dyn File, row: u64) -> io::Result<Option<AbortedTransaction>> {
    let mut bytes = [0; ROW_BYTES];
    file.read_at(&mut bytes, row * ROW_BYTES as u64)?;
    Ok(AbortedTransaction::decode(&bytes))
}

/// What is asked: the transactions with records or a marker from `from` on that begin before `end`.
struct Search {
    from: i64,
    end: i64,
    /// The last row that was looked at.
    last_offset: i64,
    found: Vec<AbortedTransaction>,
}

impl Search {
    /// Look at the next row; false where no later one can belong to it.
    fn see(&mut self, row: &AbortedTransaction) -> bool {
        if row.last_offset <= self.last_offset {
            return true; // It was in memory and in the index at once.
        }
        self.last_offset = row.last_offset;
        if row.last_offset >= self.from && row.first_offset < self.end {
            self.found.push(*row);
        }
        row.last_stable_offset < self.end
    }

    fn see_file(&mut self, file: &dyn File, rows: u64) -> io::Result<bool> {
        let mut row = self.first_row(file, rows)?;
        while row < rows {
            let count = (rows - row).min(BLOCK_ROWS);
            let mut block = vec![0; count as usize * ROW_BYTES];
            file.read_at(&mut block, row * ROW_BYTES as u64)?;
            for bytes in block.chunks_exact(ROW_BYTES) {
                if !self.see(&AbortedTransaction::decode(bytes).ok_or_else(damaged)?) {
                    return Ok(false);
                }
            }
            row += count;
        }
        Ok(true)
    }

    /// The first of `rows` whose marker is not before `from`.
    fn first_row(&self, file: &dyn File, rows: u64) -> io::Result<u64> {
        let (mut low, mut high) = (0, rows);
        while low < high {
            let middle = (low + high) / 2;
            let row = row_at(file, middle)?.ok_or_else(damaged)?;
            if row.last_offset < self.from { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }
}

/// One segment's rows, as a reader takes them along.
struct Rows {
    file: Option<Arc<dyn File>>,
    count: u64,
    fresh: Vec<AbortedTransaction>,
}

impl Partition {
    /// The aborted transactions that a reader of the offsets from `from` to before `end` must know, by their markers.
    pub fn aborted(&self, from: i64, end: i64) -> io::Result<Vec<AbortedTransaction>> {
        self.search_aborted(from, end, |index| Ok(index.lock().rows()))
    }

    /// The same for those who may not wait for the disk: None where a file would have to be read that is not in memory, or is
    /// just being written.
    pub fn aborted_cached(&self, from: i64, end: i64) -> Option<Vec<AbortedTransaction>> {
        let take = |index: &Mutex<AbortedIndex>| {
            let rows = index.try_lock().ok_or(io::ErrorKind::WouldBlock)?.rows();
            let file = rows.file.map(|file| Arc::new(NowFile(file)) as Arc<dyn File>);
            Ok(Rows { file, ..rows })
        };
        self.search_aborted(from, end, take).ok()
    }

    fn search_aborted(
        &self,
        from: i64,
        end: i64,
        take: impl Fn(&Mutex<AbortedIndex>) -> io::Result<Rows>,
    ) -> io::Result<Vec<AbortedTransaction>> {
        // What is in memory first: on its way into an index a row is in both.
        let (indexes, unfilled) = {
            let inner = self.inner.lock();
            (indexes_from(&inner, from), inner.transactions.aborted.iter().copied().collect::<Vec<_>>())
        };
        let mut search = Search { from, end, last_offset: -1, found: Vec::new() };
        for index in &indexes {
            let rows = take(index)?;
            let goes_on = rows.file.map_or(Ok(true), |file| search.see_file(&*file, rows.count))?;
            if !goes_on || !rows.fresh.iter().all(|row| search.see(row)) {
                return Ok(search.found);
            }
        }
        let _ = unfilled.iter().all(|row| search.see(row)); // The last ones there are.
        Ok(search.found)
    }
}

/// Of the segment that holds `from` and of those behind it.
fn indexes_from(inner: &Inner, from: i64) -> Vec<Arc<Mutex<AbortedIndex>>> {
    let first = inner.segments.partition_point(|segment| segment.base <= from).saturating_sub(1);
    inner.segments[first..].iter().map(|segment| segment.aborted.clone()).collect()
}

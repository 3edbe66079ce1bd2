//! Kafka's sparse indexes: `.index` and `.timeindex`.
//!
//! Big-endian rows of 8 bytes (offset - base, position of the batch that ends there) and of 12 bytes (timestamp, offset -
//! base of the batch that first had it). They can always be made anew from the segment.

use std::io::{self, IoSlice};
use std::sync::Arc;

use leftfold_ports::File;

pub(crate) const OFFSET_ROW_BYTES: u64 = 8;
pub(crate) const TIME_ROW_BYTES: u64 = 12;

/// (relative offset, position)
pub(crate) type OffsetRow = (u32, u32);
/// (timestamp, relative offset)
pub(crate) type TimeRow = (i64, u32);

/// Rows that grow in a file; looked up by reading single rows, so that a closed segment keeps nothing in memory.
#[derive(Clone)]
pub(crate) struct Index {
    pub file: Arc<dyn File>,
    pub bytes: u64,
}

impl Index {
    pub fn open(file: Arc<dyn File>) -> io::Result<Self> {
        let bytes = file.bytes()?;
        Ok(Self { file, bytes })
    }

    pub fn append_offsets(&mut self, rows: &[OffsetRow]) -> io::Result<()> {
        let packed: Vec<u8> = rows
            .iter()
            .flat_map(|(offset, position)| (u64::from(*offset) << 32 | u64::from(*position)).to_be_bytes())
            .collect();
        self.append(&packed)
    }

    pub fn append_times(&mut self, rows: &[TimeRow]) -> io::Result<()> {
        let mut packed = Vec::with_capacity(rows.len() * TIME_ROW_BYTES as usize);
        for (timestamp, offset) in rows {
            packed.extend_from_slice(&timestamp.to_be_bytes());
            packed.extend_from_slice(&offset.to_be_bytes());
        }
        self.append(&packed)
    }

    fn append(&mut self, packed: &[u8]) -> io::Result<()> {
        if packed.is_empty() {
            return Ok(());
        }
        self.file.write_at(&[IoSlice::new(packed)], self.bytes)?;
        self.bytes += packed.len() as u64;
        Ok(())
    }

    pub fn clear(&mut self) -> io::Result<()> {
        self.bytes = 0;
        self.file.truncate(0)
    }

    fn offset_row(&self, row: u64) -> io::Result<OffsetRow> {
        let mut bytes = [0; 8];
        self.file.read_at(&mut bytes, row * OFFSET_ROW_BYTES)?;
        let packed = u64::from_be_bytes(bytes);
        Ok(((packed >> 32) as u32, packed as u32))
    }

    pub fn time_row(&self, row: u64) -> io::Result<TimeRow> {
        let mut bytes = [0; 12];
        self.file.read_at(&mut bytes, row * TIME_ROW_BYTES)?;
        let (timestamp, offset) = bytes.split_at(8);
        let timestamp = i64::from_be_bytes(timestamp.try_into().unwrap_or_default());
        Ok((timestamp, u32::from_be_bytes(offset.try_into().unwrap_or_default())))
    }

    /// The last row whose offset is at most `relative`, and its number: where a search in the segment may begin.
    pub fn row_at_most(&self, relative: u32) -> io::Result<Option<(u64, OffsetRow)>> {
        let found = last_where(self.bytes / OFFSET_ROW_BYTES, |row| Ok(self.offset_row(row)?.0 <= relative))?;
        found.map(|row| Ok((row, self.offset_row(row)?))).transpose()
    }

    /// How many time rows speak of offsets up to `relative`.
    pub fn rows_up_to_offset(&self, relative: u32) -> io::Result<u64> {
        let found = last_where(self.bytes / TIME_ROW_BYTES, |row| Ok(self.time_row(row)?.1 <= relative))?;
        Ok(found.map_or(0, |row| row + 1))
    }

    /// Keep the first `bytes`.
    pub fn cut_rows(&mut self, bytes: u64) -> io::Result<()> {
        if bytes < self.bytes {
            self.bytes = bytes;
            self.file.truncate(bytes)?;
        }
        Ok(())
    }

    pub fn last_time_row(&self) -> io::Result<Option<TimeRow>> {
        let rows = self.bytes / TIME_ROW_BYTES;
        if rows == 0 { Ok(None) } else { self.time_row(rows - 1).map(Some) }
    }

    /// The last row before `timestamp`: everything up to its offset is older.
    pub fn row_before_time(&self, timestamp: i64) -> io::Result<Option<TimeRow>> {
        let found = last_where(self.bytes / TIME_ROW_BYTES, |row| Ok(self.time_row(row)?.0 < timestamp))?;
        found.map(|row| self.time_row(row)).transpose()
    }
}

/// The last of `rows` rows for which `holds`, which is true for a first part and false for the rest.
fn last_where(rows: u64, holds: impl Fn(u64) -> io::Result<bool>) -> io::Result<Option<u64>> {
    let (mut low, mut high) = (0, rows);
    while low < high {
        let middle = (low + high) / 2;
        if holds(middle)? { low = middle + 1 } else { high = middle }
    }
    Ok(low.checked_sub(1))
}

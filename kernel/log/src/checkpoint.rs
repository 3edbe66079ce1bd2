//! What is known of partitions without their files.
//!
//! Written as a whole after the segments it speaks of were synced and before their journal file is recycled, and then once
//! more, so that harm to one copy loses nothing.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use leftfold_batch::crc32c;
use leftfold_ports::{Disk, read_file, write_file};

use crate::PartitionId;

const FILE: &str = "checkpoint";
const COPY: &str = "checkpoint-copy";
const MAGIC: &[u8; 8] = b"LFCHECK2";
const ROW_BYTES: usize = 64;
/// Before there was compaction.
const MAGIC_1: &[u8; 8] = b"LFCHECK1";
const ROW_BYTES_1: usize = 48;
const RANGE_BYTES: usize = 16;

/// Of one partition: where it starts, up to where its segments are durable, and what cannot be told from the segments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub start: i64,
    pub end: i64,
    pub given_up: Vec<(i64, i64)>,
    /// Quarantined, and not given up.
    pub damaged: Vec<(i64, i64)>,
    /// (leader epoch, first offset), ascending.
    pub epochs: Vec<(i32, i64)>,
    /// Compaction went over all before it, and may have taken out records before it.
    pub clean_end: i64,
    pub holes_end: i64,
}

/// Of the whole folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// All frames of the journal up to this one are in durable segments.
    pub sequence: u64,
    pub rows: BTreeMap<PartitionId, Row>,
}

pub(crate) fn write(disk: &dyn Disk, checkpoint: &Checkpoint) -> io::Result<()> {
    let mut body = Vec::with_capacity(checkpoint.rows.len() * ROW_BYTES + 8);
    body.extend_from_slice(&checkpoint.sequence.to_le_bytes());
    for (id, row) in &checkpoint.rows {
        body.extend_from_slice(&id.topic);
        body.extend_from_slice(&id.index.to_le_bytes());
        body.extend_from_slice(&row.start.to_le_bytes());
        body.extend_from_slice(&row.end.to_le_bytes());
        body.extend_from_slice(&(row.given_up.len() as u32).to_le_bytes());
        body.extend_from_slice(&(row.damaged.len() as u32).to_le_bytes());
        body.extend_from_slice(&(row.epochs.len() as u32).to_le_bytes());
        body.extend_from_slice(&row.clean_end.to_le_bytes());
        body.extend_from_slice(&row.holes_end.to_le_bytes());
        let epochs = row.epochs.iter().map(|(epoch, first)| (i64::from(*epoch), *first));
        for (first, last) in row.given_up.iter().chain(&row.damaged).copied().chain(epochs) {
            body.extend_from_slice(&first.to_le_bytes());
            body.extend_from_slice(&last.to_le_bytes());
        }
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&crc32c(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    write_file(disk, Path::new(FILE), &bytes)?;
    write_file(disk, Path::new(COPY), &bytes)
}

/// The newest whole one, and whether the first copy was damaged.
pub(crate) fn load(disk: &dyn Disk) -> io::Result<(Checkpoint, bool)> {
    if let Some(checkpoint) = read(disk, FILE)? {
        return Ok((checkpoint, false));
    }
    let damaged = read_file(disk, Path::new(FILE))?.is_some();
    Ok((read(disk, COPY)?.unwrap_or_default(), damaged))
}

fn read(disk: &dyn Disk, name: &str) -> io::Result<Option<Checkpoint>> {
    Ok(read_file(disk, Path::new(name))?.and_then(|bytes| decode(&bytes)))
}

fn decode(bytes: &[u8]) -> Option<Checkpoint> {
    let (head, body) = bytes.split_at_checked(12)?;
    let row_bytes = match head[..8].try_into().ok()? {
        MAGIC => ROW_BYTES,
        MAGIC_1 => ROW_BYTES_1,
        _ => return None,
    };
    if head[8..] != crc32c(body).to_le_bytes() {
        return None;
    }
    let i64_at = |at: usize| Some(i64::from_le_bytes(body.get(at..at + 8)?.try_into().ok()?));
    let sequence = u64::from_le_bytes(body.get(..8)?.try_into().ok()?);
    let mut rows = BTreeMap::new();
    let mut at = 8;
    while at < body.len() {
        let row = body.get(at..at + row_bytes)?;
        let id =
            PartitionId { topic: row[..16].try_into().ok()?, index: i32::from_le_bytes(row[16..20].try_into().ok()?) };
        let count = |at: usize| Some(u32::from_le_bytes(row[at..at + 4].try_into().ok()?) as usize);
        let (given_up, damaged, epochs) = (count(36)?, count(40)?, count(44)?);
        let (start, end) = (i64_at(at + 20)?, i64_at(at + 28)?);
        let (clean_end, holes_end) = if row_bytes == ROW_BYTES { (i64_at(at + 48)?, i64_at(at + 56)?) } else { (0, 0) };
        at += row_bytes;
        let mut pairs = |count: usize| -> Option<Vec<(i64, i64)>> {
            let from = at;
            at = at.checked_add(count.checked_mul(RANGE_BYTES)?).filter(|end| *end <= body.len())?;
            (from..at).step_by(RANGE_BYTES).map(|at| Some((i64_at(at)?, i64_at(at + 8)?))).collect()
        };
        let (given_up, damaged) = (pairs(given_up)?, pairs(damaged)?);
        let epochs = pairs(epochs)?.into_iter().map(|(epoch, first)| (epoch as i32, first)).collect();
        rows.insert(id, Row { start, end, given_up, damaged, epochs, clean_end, holes_end });
    }
    Some(Checkpoint { sequence, rows })
}

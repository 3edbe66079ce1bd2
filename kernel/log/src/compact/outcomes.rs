//! How the transactions ended that compaction meets.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use leftfold_batch::Header;

use crate::aborted::AbortedTransaction;
use crate::partition::Partition;

/// So many offsets are asked about at once: what is aborted among them fits into a few mebibytes.
const WINDOW_OFFSETS: i64 = 1 << 16;

/// Invariant: everything that is asked about is decided (it lies below the last stable offset), so what was not aborted was
/// committed.
pub(crate) struct Outcomes<'a> {
    partition: &'a Partition,
    /// Every aborted transaction with a batch or a marker in these offsets is in `aborted`.
    known: Range<i64>,
    /// By producer, in the order of their markers.
    aborted: HashMap<i64, Vec<AbortedTransaction>>,
}

impl<'a> Outcomes<'a> {
    pub fn of(partition: &'a Partition) -> Self {
        Self { partition, known: 0..0, aborted: HashMap::new() }
    }

    /// The aborted transaction that a batch or its marker belongs to.
    pub fn aborted(&mut self, header: &Header) -> io::Result<Option<AbortedTransaction>> {
        if !self.known.contains(&header.base_offset) || !self.known.contains(&header.last_offset()) {
            self.look_up(header.base_offset, header.last_offset().saturating_add(WINDOW_OFFSETS))?;
        }
        let Some(rows) = self.aborted.get(&header.producer_id) else { return Ok(None) };
        let at = rows.partition_point(|row| row.last_offset < header.last_offset());
        Ok(rows.get(at).filter(|row| row.first_offset <= header.base_offset).copied())
    }

    fn look_up(&mut self, from: i64, end: i64) -> io::Result<()> {
        self.aborted.clear();
        for row in self.partition.aborted(from, end)? {
            self.aborted.entry(row.producer_id).or_default().push(row);
        }
        self.known = from..end;
        Ok(())
    }
}

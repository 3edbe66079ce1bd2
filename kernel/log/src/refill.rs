//! Puts the journal's batches into segments again.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use leftfold_batch::Header;

use crate::OpenError;
use crate::filler::fill;
use crate::frame::Kind;
use crate::inspect::{Known, load_partition, quarantine};
use crate::journal::Entry;
use crate::partition::{Partition, PartitionId};
use crate::recovery::{Recovered, note_epoch};
use crate::replay::Replayed;

/// So much is gathered before it is written: a journal of single records would be a write for each of them.
const GATHERED_BYTES_MAX: usize = 4 << 20;

/// Batches on their way into segments. Invariant: those of a partition follow each other without a gap.
#[derive(Default)]
pub(crate) struct Refill {
    gathered: BTreeMap<PartitionId, Vec<Entry>>,
    bytes: usize,
}

impl Refill {
    pub fn take(&mut self, replayed: &Replayed, recovered: &mut Recovered) -> Result<(), OpenError> {
        let frame = &replayed.decoded.frame;
        let partition = partition_of(recovered, frame.partition, frame.base_offset)?;
        recovered.dirty.insert(frame.partition);
        let Ok(header) = Header::parse(&replayed.payload) else {
            return Err(OpenError::Journal("a whole frame holds no batch".to_owned()));
        };
        note_epoch_of(&partition, &header);
        let gathered = self.gathered.entry(frame.partition).or_default();
        let last = gathered.last().and_then(|entry| entry.header);
        if last.is_none_or(|last| header.base_offset != last.last_offset() + 1) {
            fill(&partition, &std::mem::take(gathered).iter().collect::<Vec<_>>())?;
            quarantine_gap(&partition, &header);
        }
        self.bytes += replayed.payload.len();
        gathered.push(Entry {
            kind: Kind::Data,
            number: 0,
            sequence: frame.sequence,
            partition,
            term: frame.term,
            base_offset: frame.base_offset,
            count: frame.count,
            bytes: replayed.payload.clone(),
            header: Some(header),
        });
        if self.bytes >= GATHERED_BYTES_MAX {
            self.finish()?;
        }
        Ok(())
    }

    /// Write what was gathered.
    pub fn finish(&mut self) -> io::Result<()> {
        self.bytes = 0;
        for entries in std::mem::take(&mut self.gathered).into_values() {
            let Some(first) = entries.first() else { continue };
            fill(&first.partition, &entries.iter().collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

/// Of a batch that the segments do not have yet.
fn note_epoch_of(partition: &Partition, header: &Header) {
    let mut inner = partition.inner.lock();
    if header.base_offset >= inner.filled_end {
        note_epoch(Arc::make_mut(&mut inner.epochs), header);
    }
}

/// What should stand between the segments and this batch is in no file any more.
fn quarantine_gap(partition: &Partition, header: &Header) {
    let mut inner = partition.inner.lock();
    if header.base_offset > inner.filled_end && header.last_offset() >= inner.filled_end {
        let (first, last) = (inner.filled_end, header.base_offset - 1);
        if first > 0 || !inner.segments.iter().all(|segment| segment.bytes == 0) {
            quarantine(&mut inner, first, last, "missing from the journal");
        }
        inner.filled_end = header.base_offset;
    }
}

/// The partition, made anew where a crash took its folder.
pub(crate) fn partition_of(recovered: &mut Recovered, id: PartitionId, first: i64) -> io::Result<Arc<Partition>> {
    if let Some(partition) = recovered.partitions.get(&id) {
        return Ok(partition.clone());
    }
    let shared = &recovered.shared;
    shared.disk.create_folder(&id.folder())?;
    let known = Known { row: None, journal_first: Some(first) };
    let inner = load_partition(shared, id, &known, &mut recovered.notes)?;
    let partition = Arc::new(Partition::new(id, shared.clone(), inner));
    recovered.partitions.insert(id, partition.clone());
    Ok(partition)
}

//! A reader of committed records, as Kafka's consumer is one.

use std::collections::{BTreeMap, BTreeSet};

use leftfold_batch::{EndMarker, Header, batches};
use leftfold_log::Partition;

use super::keyed::{Record, records_of};

/// What one fetch gets.
struct Answer {
    /// Each with the whole of its bytes.
    batches: Vec<(Header, Vec<u8>)>,
    /// (first offset, producer), as a fetch names them.
    aborted: Vec<(i64, i64)>,
}

/// Every batch from `from` on and before `end`, in answers of about `bytes_max`.
fn answers(partition: &Partition, from: i64, end: i64, bytes_max: usize) -> Vec<Answer> {
    let (mut found, mut offset) = (Vec::new(), from);
    loop {
        let chunks = partition.read_before(offset, end, bytes_max).expect("it can be read");
        if chunks.is_empty() {
            return found;
        }
        let bytes = chunks.concat();
        let read = batches(&bytes).map(|batch| batch.expect("whole batches"));
        let batches: Vec<_> = read.map(|(header, bytes)| (header, bytes.to_vec())).collect();
        let next = batches.last().expect("a batch").0.last_offset() + 1;
        assert!(next > offset, "readers go forward");
        let mut aborted: Vec<(i64, i64)> = partition
            .aborted(offset, next)
            .expect("an index can be read")
            .iter()
            .map(|row| (row.first_offset, row.producer_id))
            .collect();
        aborted.sort_unstable();
        found.push(Answer { batches, aborted });
        offset = next;
    }
}

/// What the Java consumer gives its application with isolation.level=read_committed.
pub fn committed(partition: &Partition, from: i64, bytes_max: usize) -> BTreeMap<i64, Record> {
    let mut found = BTreeMap::new();
    for answer in answers(partition, from, partition.offsets().last_stable, bytes_max) {
        let (mut rows, mut hidden) = (answer.aborted.into_iter().peekable(), BTreeSet::new());
        for (header, bytes) in &answer.batches {
            while let Some((_, producer)) = rows.next_if(|row| row.0 <= header.last_offset()) {
                hidden.insert(producer);
            }
            if header.is_control() {
                if EndMarker::parse(header, bytes).is_some_and(|marker| !marker.commit) {
                    hidden.remove(&header.producer_id);
                }
            } else if !(header.is_transactional() && hidden.contains(&header.producer_id)) {
                found.extend(records_of(header, bytes).into_iter().filter(|(offset, _)| *offset >= from));
            }
        }
    }
    found
}

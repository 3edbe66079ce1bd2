//! Whether a producer may begin a transaction in a partition.
//!
//! The first batch of a transaction in a partition waits until its coordinator, in Python, has said yes (KIP-890): before
//! transaction version 2 it looks whether the producer has added the partition, from then on it adds it.

use leftfold_batch::Header;
use leftfold_log::Verification;

use crate::calls::{Calls, Verify};
use crate::codes;
use crate::tables::PartitionRow;

/// From this version of Produce on the partition is added, not only looked for.
const ADDS_FROM: i16 = 12;
/// From this version on a client knows TRANSACTION_ABORTABLE.
const ABORTABLE_FROM: i16 = 11;
/// What is said with the code of a refusal.
pub const REFUSED: &str = "the coordinator of this transactional id does not let its producer write here now";

/// On whose behalf is asked.
pub struct Asker {
    transactional_id: String,
    add: bool,
    abortable: bool,
}

/// For each batch of a request: what its append needs to show, if anything, or the code that refuses it.
pub type Verdicts = Vec<Result<Option<Verification>, i16>>;

impl Asker {
    pub fn new(transactional_id: &str, version: i16) -> Self {
        let (add, abortable) = (version >= ADDS_FROM, version >= ABORTABLE_FROM);
        Self { transactional_id: transactional_id.to_owned(), add, abortable }
    }

    /// Ask for those of the batches that begin a transaction, all at once; the others may be appended as they are. The answer may
    /// have waited for the end of the transaction before: its marker makes a yes worthless, and it is asked once more. Before
    /// version 2 the epoch does not tell the two transactions apart, so a batch of the first could come into the second.
    pub async fn ask(&self, batches: &[(&PartitionRow, &Header)], calls: &Calls) -> Verdicts {
        let verdicts = self.ask_once(batches, calls).await;
        let holds = |verdict: &Result<Option<Verification>, i16>| match verdict {
            Ok(Some(open)) => open.counts(),
            Ok(None) | Err(_) => true,
        };
        if self.add && !verdicts.iter().all(holds) { self.ask_once(batches, calls).await } else { verdicts }
    }

    async fn ask_once(&self, batches: &[(&PartitionRow, &Header)], calls: &Calls) -> Verdicts {
        let transactional = || batches.iter().filter(|(_, header)| header.is_transactional());
        let producer = |header: &Header| (header.producer_id, header.producer_epoch);
        let Some((_, first)) = transactional().next() else { return batches.iter().map(|_| Ok(None)).collect() };
        if transactional().any(|(_, header)| producer(header) != producer(first)) {
            return batches.iter().map(|_| Err(codes::INVALID_PRODUCER_ID_MAPPING)).collect();
        }
        let open: Vec<_> =
            batches.iter().map(|(partition, header)| partition.log.verification(header, self.add)).collect();
        let asked = batches.iter().zip(&open).filter(|(_, open)| open.is_some());
        let partitions: Vec<_> = asked.map(|((partition, _), _)| (partition.log.id.topic, partition.index)).collect();
        if partitions.is_empty() {
            return open.into_iter().map(Ok).collect();
        }
        let (producer_id, producer_epoch) = producer(first);
        let transactional_id = self.transactional_id.clone();
        let Self { add, abortable, .. } = *self;
        let verify = Verify { id: 0, transactional_id, producer_id, producer_epoch, add, abortable, partitions };
        let mut errors = calls.verify(verify).await.unwrap_or_default().into_iter();
        let verdict = |open: Option<Verification>| {
            // An answer that is missing is one that may be asked for again, in the words that all clients understand.
            let error = open.is_some().then(|| errors.next().unwrap_or(codes::NOT_ENOUGH_REPLICAS));
            match error {
                None | Some(codes::NONE) => Ok(open),
                Some(error) => Err(error),
            }
        };
        open.into_iter().map(verdict).collect()
    }
}

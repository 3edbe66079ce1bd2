//! One pass over the partitions that a fetch wants.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use leftfold_batch::batches;
use leftfold_log::{Offsets, ReadError, WaitPast};
use leftfold_wire::generated::fetch_request::FetchPartition;
use leftfold_wire::generated::fetch_response::{AbortedTransaction, EpochEndOffset, LeaderIdAndEpoch};

use crate::codes;
use crate::sessions::{Named, Plan, Want};
use crate::tables::{PartitionRow, Tables, TopicRow};

const NO_EPOCH: EpochEndOffset = EpochEndOffset { epoch: -1, end_offset: -1 };
pub const NO_LEADER: LeaderIdAndEpoch = LeaderIdAndEpoch { leader_id: -1, leader_epoch: -1 };

/// One partition's part of an answer.
pub struct Row {
    pub partition: i32,
    pub error_code: i16,
    pub offsets: Option<Offsets>,
    pub diverging: EpochEndOffset,
    /// With an error that another leader would not have (KIP-951).
    pub leader: LeaderIdAndEpoch,
    pub records: Vec<Bytes>,
    /// What a reader of committed records must leave out of them.
    pub aborted: Vec<AbortedTransaction>,
    /// What the reader may see ends here.
    end: i64,
    /// Where its records will come from, to wait there.
    pub wait: Option<WaitPast>,
    /// Whether the room of the whole answer was its limit, and not its own.
    by_room: bool,
}

/// The rows so far. Invariant: rows stand as the plan's wants do, and are at most as many.
pub struct Round {
    pub rows: Vec<Row>,
    pub bytes: usize,
    /// Something is wrong, or nothing is asked: the answer does not wait.
    pub urgent: bool,
    /// How many bytes of records the answer may still take.
    pub room: usize,
    node_id: i32,
    /// Whether only what is decided may be read.
    committed: bool,
    /// A follower's id, or a negative number.
    replica: i32,
    /// How many bytes may still be copied from the page cache on the thread that serves all others too.
    copied_bytes_max: usize,
}

/// What one round copies at most before it goes to another thread: about a third of a millisecond.
const COPIED_BYTES_MAX: usize = 1 << 20;

/// Whether a read may wait for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum From {
    Memory,
    Anywhere,
}

impl Round {
    pub fn new(plan: &Plan, room: usize, node_id: i32, committed: bool, replica: i32) -> Self {
        let urgent = plan.wants.is_empty();
        Self {
            rows: Vec::with_capacity(plan.wants.len()),
            bytes: 0,
            urgent,
            room,
            node_id,
            committed,
            replica,
            copied_bytes_max: COPIED_BYTES_MAX,
        }
    }

    /// Read on; false where the next partition's records are not in memory.
    pub fn read(&mut self, tables: &Tables, plan: &Plan, from: From) -> bool {
        for want in &plan.wants[self.rows.len()..] {
            let found = find(tables, want);
            let Some(row) = self.read_one(&found, &want.asked, from) else { return false };
            let bytes: usize = row.records.iter().map(Bytes::len).sum();
            self.room = self.room.saturating_sub(bytes);
            self.bytes += bytes;
            self.urgent |= row.error_code != codes::NONE || row.diverging.epoch >= 0;
            self.rows.push(row);
        }
        true
    }

    /// None where a file would have to be read from and must not.
    fn read_one(&mut self, found: &Result<Arc<TopicRow>, i16>, asked: &FetchPartition, from: From) -> Option<Row> {
        let row = match found.as_ref().map_err(|code| *code).and_then(|topic| topic.partition(asked.partition)) {
            Ok(row) => row,
            Err(code) => return Some(Row::failed(asked, code)),
        };
        if let Err(code) = self.check_role(row, asked) {
            let leader = LeaderIdAndEpoch { leader_id: row.leader, leader_epoch: row.leader_epoch };
            let leader = if codes::wants_another_leader(code) { leader } else { NO_LEADER };
            return Some(Row { leader, ..Row::failed(asked, code) });
        }
        let offsets = row.log.offsets();
        match diverging(row, asked) {
            Ok(None) => {}
            Ok(Some(diverging)) => return Some(Row { diverging, ..Row::empty(asked, offsets) }),
            Err(code) => return Some(Row::failed(asked, code)),
        }
        if asked.fetch_offset < offsets.log_start || asked.fetch_offset > offsets.log_end {
            return Some(Row::failed(asked, codes::OFFSET_OUT_OF_RANGE));
        }
        self.read_log(row, asked, offsets, from)
    }

    /// May this node answer, and this client ask?
    fn check_role(&self, row: &PartitionRow, asked: &FetchPartition) -> Result<(), i16> {
        row.led_by(self.node_id, asked.current_leader_epoch.max(-1))?;
        // A client that says it is a follower is one of no partition here: it moves no high watermark.
        if self.replica >= 0 { Err(codes::NOT_LEADER_OR_FOLLOWER) } else { Ok(()) }
    }

    fn read_log(&mut self, row: &PartitionRow, asked: &FetchPartition, offsets: Offsets, from: From) -> Option<Row> {
        let own_max = usize::try_from(asked.partition_max_bytes).unwrap_or(0);
        let here_max = own_max.min(self.room);
        // One whole batch may exceed the room, if nothing else has been read.
        let first = self.bytes == 0;
        let end = if self.committed { offsets.last_stable } else { offsets.high_watermark };
        let past = end.max(asked.fetch_offset);
        let wait = if self.committed { row.log.wait_past_stable(past) } else { row.log.wait_past(past) };
        let nothing_yet = Row { wait: Some(wait), by_room: self.room < own_max, end, ..Row::empty(asked, offsets) };
        if asked.fetch_offset >= end || (here_max == 0 && !first) {
            return Some(nothing_yet);
        }
        let read = match from {
            From::Memory => {
                // Where something was copied already, a rest that is too small for this one would only cut it short.
                let fits = self.copied_bytes_max == COPIED_BYTES_MAX || here_max <= self.copied_bytes_max;
                let (copied, none) = (&mut self.copied_bytes_max, &mut 0);
                row.log.read_cached(asked.fetch_offset, end, here_max, if fits { copied } else { none })?
            }
            From::Anywhere => row.log.read_before(asked.fetch_offset, end, here_max),
        };
        Some(match read {
            Ok(records) if !first && records.iter().map(Bytes::len).sum::<usize>() > here_max => nothing_yet,
            Ok(records) if self.committed => match aborted(row, asked.fetch_offset, &records, from)? {
                Ok(aborted) => Row { records, aborted, ..nothing_yet },
                Err(_) => Row::failed(asked, codes::STORAGE_ERROR),
            },
            Ok(records) => Row { records, ..nothing_yet },
            Err(ReadError::OutOfRange) => Row::failed(asked, codes::OFFSET_OUT_OF_RANGE),
            Err(ReadError::Gone) => Row::failed(asked, codes::UNKNOWN_TOPIC_OR_PARTITION),
            // Clients raise this one and name the offset; on a storage error they would ask again for ever and say nothing.
            Err(ReadError::Damaged(_)) => Row::failed(asked, codes::CORRUPT_MESSAGE),
            Err(ReadError::Io(_)) => Row::failed(asked, codes::STORAGE_ERROR),
        })
    }

    /// Whether the answer has become as full as it may: to wait for more would be in vain.
    pub fn is_full(&self, plan: &Plan) -> bool {
        let mut limited = self.rows.iter().zip(&plan.wants).map(|(row, want)| (row.has_more(want), row.by_room));
        self.room == 0 || limited.clone().any(|(more, by_room)| more && by_room) || limited.all(|(more, _)| more)
    }
}

impl Row {
    fn failed(asked: &FetchPartition, error_code: i16) -> Self {
        Self {
            partition: asked.partition,
            error_code,
            offsets: None,
            diverging: NO_EPOCH,
            leader: NO_LEADER,
            records: Vec::new(),
            aborted: Vec::new(),
            end: -1,
            wait: None,
            by_room: false,
        }
    }

    fn empty(asked: &FetchPartition, offsets: Offsets) -> Self {
        Self { offsets: Some(offsets), end: offsets.high_watermark, ..Self::failed(asked, codes::NONE) }
    }

    /// Forget what was read, not where more will come from.
    pub fn let_go(&mut self) {
        self.records.clear();
        self.aborted.clear();
    }

    /// Whether records that the reader may see lie behind those that were read.
    fn has_more(&self, want: &Want) -> bool {
        self.offsets.is_some() && end_of(&self.records).unwrap_or(want.asked.fetch_offset) < self.end
    }
}

/// The offset behind the last batch, if there is one.
fn end_of(records: &[Bytes]) -> Option<i64> {
    let last = records.last().and_then(|piece| batches(piece).filter_map(Result::ok).last());
    last.map(|(header, _)| header.last_offset() + 1)
}

/// What must be left out of these records; None where a file would have to be read from and must not.
fn aborted(
    row: &PartitionRow,
    start: i64,
    records: &[Bytes],
    from: From,
) -> Option<io::Result<Vec<AbortedTransaction>>> {
    let Some(end) = end_of(records) else { return Some(Ok(Vec::new())) };
    let found = match from {
        From::Memory => Ok(row.log.aborted_cached(start, end)?),
        From::Anywhere => row.log.aborted(start, end),
    };
    let told = |row: leftfold_log::AbortedTransaction| AbortedTransaction {
        producer_id: row.producer_id,
        first_offset: row.first_offset,
    };
    Some(found.map(|rows| rows.into_iter().map(told).collect()))
}

/// The topic, or the code that says why there is none: one that a session knew by id and name may have been made anew.
pub fn find(tables: &Tables, want: &Want) -> Result<Arc<TopicRow>, i16> {
    match (&want.topic, &want.known_as) {
        (Named::Name(name), _) => tables.by_name(name).ok_or(codes::UNKNOWN_TOPIC_OR_PARTITION),
        (Named::Id(id), None) => tables.by_id(id).ok_or(codes::UNKNOWN_TOPIC_ID),
        (Named::Id(id), Some(name)) => tables.by_id(id).ok_or_else(|| match tables.by_name(name) {
            Some(_) => codes::INCONSISTENT_TOPIC_ID,
            None => codes::UNKNOWN_TOPIC_OR_PARTITION,
        }),
    }
}

/// Whether the client's log parted from ours before its offset (KIP-595); an epoch that never was is out of range.
fn diverging(row: &PartitionRow, asked: &FetchPartition) -> Result<Option<EpochEndOffset>, i16> {
    if asked.last_fetched_epoch < 0 {
        return Ok(None);
    }
    let (epoch, end_offset) = row.log.epoch_end(asked.last_fetched_epoch);
    if epoch < 0 {
        return Err(codes::OFFSET_OUT_OF_RANGE);
    }
    let parted = epoch < asked.last_fetched_epoch || end_offset < asked.fetch_offset;
    Ok(parted.then_some(EpochEndOffset { epoch, end_offset }))
}

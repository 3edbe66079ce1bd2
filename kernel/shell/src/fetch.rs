//! Fetch: committed bytes, or wait for them.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use leftfold_log::{Offsets, ReadError, WaitPast};
use leftfold_wire::generated::fetch_request::FetchPartition;
use leftfold_wire::generated::fetch_response::{
    EpochEndOffset, FetchableTopicResponse, LeaderIdAndEpoch, PartitionData, SnapshotId,
};
use leftfold_wire::generated::{FetchRequest, FetchResponse};
use leftfold_wire::{Array, Element, Records, Writer};
use tokio::time::{Instant, timeout_at};

use crate::answer_budget::AnswerMemory;
use crate::codes;
use crate::connection::Shared;
use crate::counters::Held;
use crate::sessions::{News, Plan, Want};
use crate::tables::{PartitionRow, Tables, TopicRow};

const IDS_FROM: i16 = 13;
const READ_COMMITTED: i8 = 1;
/// Longer waits than any client asks for are cut to this.
const WAIT_MS_MAX: i32 = 300_000;
const NO_EPOCH: EpochEndOffset = EpochEndOffset { epoch: -1, end_offset: -1 };

/// One partition's part of an answer.
struct Row {
    partition: i32,
    error_code: i16,
    offsets: Option<Offsets>,
    diverging: EpochEndOffset,
    records: Vec<Bytes>,
    /// Where its records will come from, to wait there.
    wait: Option<WaitPast>,
}

/// Invariant: rows stand as the plan's wants do.
struct Round {
    rows: Vec<Row>,
    bytes: usize,
    urgent: bool,
}

/// Answers a fetch: at once if there is enough or something is wrong, else when there is, or when the wait is over.
///
/// Returns the memory that the answer holds until it is written; None when the node stops.
pub async fn answer(
    shared: &Shared,
    request: &FetchRequest<'_>,
    version: i16,
    writer: &mut Writer,
) -> Option<AnswerMemory> {
    let by_id = version >= IDS_FROM;
    let plan = match shared.sessions.plan(request, by_id, shared.clock.mono_us()) {
        Ok(plan) => plan,
        Err(error_code) => {
            FetchResponse { error_code, ..Default::default() }.encode(writer);
            return shared.answer_budget.begin().await;
        }
    };
    let mut stop = shared.stop.clone();
    let wait = Duration::from_millis(request.max_wait_ms.clamp(0, WAIT_MS_MAX) as u64);
    let deadline = Instant::now() + wait;
    let bytes_min = usize::try_from(request.min_bytes).unwrap_or(0);
    let mut memory = Some(shared.answer_budget.begin().await?);
    let mut round = read(shared, &plan, request, by_id);
    let waiting = Held::new(&shared.counters.fetch_waiting);
    while round.bytes < bytes_min && !round.urgent && Instant::now() < deadline && !*stop.borrow() {
        // Who waits holds no memory: what was read is too little, and is read again.
        round.rows.iter_mut().for_each(|row| row.records.clear());
        drop(memory.take());
        let over = tokio::select! {
            result = timeout_at(deadline, any(&mut round)) => result.is_err(),
            _ = stop.changed() => true,
        };
        memory = Some(shared.answer_budget.begin().await?);
        round = read(shared, &plan, request, by_id);
        if over {
            break;
        }
    }
    drop(waiting);
    encode(&shared.tables, &plan, &round, request.isolation_level, by_id, writer);
    memory.map(|memory| shared.answer_budget.settle(memory, round.bytes))
}

/// Ready when any partition of the round has moved.
fn any(round: &mut Round) -> impl Future<Output = ()> + '_ {
    poll_fn(move |context| {
        // Each is polled, so that each wakes us.
        let waits = round.rows.iter_mut().filter_map(|row| row.wait.as_mut());
        let ready = waits.fold(false, |ready, wait| {
            let moved = Pin::new(wait).poll(context).is_ready();
            ready || moved
        });
        if ready { Poll::Ready(()) } else { Poll::Pending }
    })
}

fn read(shared: &Shared, plan: &Plan, request: &FetchRequest<'_>, by_id: bool) -> Round {
    let asked_max = usize::try_from(request.max_bytes).unwrap_or(0);
    let mut room = asked_max.min(shared.settings.fetch_bytes_max).min(shared.answer_budget.share());
    let mut round = Round { rows: Vec::with_capacity(plan.wants.len()), bytes: 0, urgent: plan.wants.is_empty() };
    for want in &plan.wants {
        let found = shared.tables.find(by_id, &want.id, &want.name);
        let row = read_one(&found, &want.asked, room, round.bytes == 0);
        let bytes: usize = row.records.iter().map(Bytes::len).sum();
        room = room.saturating_sub(bytes);
        round.bytes += bytes;
        round.urgent |= row.error_code != codes::NONE || row.diverging.epoch >= 0;
        round.rows.push(row);
    }
    round
}

/// `first`: nothing has been read yet, so that one whole batch may exceed the room.
fn read_one(found: &Result<Arc<TopicRow>, i16>, asked: &FetchPartition, room: usize, first: bool) -> Row {
    let nothing = |error_code| Row {
        partition: asked.partition,
        error_code,
        offsets: None,
        diverging: NO_EPOCH,
        records: Vec::new(),
        wait: None,
    };
    let row = found.as_ref().map_err(|code| *code).and_then(|topic| topic.partition(asked.partition));
    let row = match row.and_then(|row| row.check_epoch(asked.current_leader_epoch.max(-1)).map(|()| row)) {
        Ok(row) => row,
        Err(code) => return nothing(code),
    };
    let offsets = row.log.offsets();
    match diverging(row, asked) {
        Ok(None) => {}
        Ok(Some(diverging)) => return Row { offsets: Some(offsets), diverging, ..nothing(codes::NONE) },
        Err(code) => return nothing(code),
    }
    if asked.fetch_offset < offsets.log_start || asked.fetch_offset > offsets.log_end {
        return nothing(codes::OFFSET_OUT_OF_RANGE);
    }
    let wait = Some(row.log.wait_past(offsets.high_watermark.max(asked.fetch_offset)));
    let here_max = usize::try_from(asked.partition_max_bytes).unwrap_or(0).min(room);
    let nothing_yet = || Row { offsets: Some(offsets), wait: None, ..nothing(codes::NONE) };
    if asked.fetch_offset >= offsets.high_watermark || (here_max == 0 && !first) {
        return Row { wait, ..nothing_yet() };
    }
    match row.log.read(asked.fetch_offset, here_max) {
        Ok(records) => {
            let bytes: usize = records.iter().map(Bytes::len).sum();
            if bytes > here_max && !first {
                return Row { wait, ..nothing_yet() };
            }
            Row { records, wait, ..nothing_yet() }
        }
        Err(ReadError::OutOfRange) => nothing(codes::OFFSET_OUT_OF_RANGE),
        Err(ReadError::Gone) => nothing(codes::UNKNOWN_TOPIC_OR_PARTITION),
        // Clients raise this one and name the offset; on a storage error they would ask again for ever and say nothing.
        Err(ReadError::Damaged(_)) => nothing(codes::CORRUPT_MESSAGE),
        Err(ReadError::Io(_)) => nothing(codes::STORAGE_ERROR),
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

fn encode(tables: &Tables, plan: &Plan, round: &Round, isolation: i8, by_id: bool, writer: &mut Writer) {
    let told = plan.tell(round.rows.iter().map(news));
    let mut topics: Vec<(&Want, Vec<PartitionData<'_>>)> = Vec::new();
    for ((want, row), _) in plan.wants.iter().zip(&round.rows).zip(told).filter(|(_, told)| *told) {
        let data = partition_data(row, isolation);
        match topics.last_mut() {
            Some((last, rows)) if last.id == want.id && last.name == want.name => rows.push(data),
            _ => topics.push((want, vec![data])),
        }
        if !row.records.is_empty()
            && let Ok(topic) = tables.find(by_id, &want.id, &want.name)
            && let Ok(partition) = topic.partition(row.partition)
        {
            partition.traffic.count_fetched(row.records.iter().map(Bytes::len).sum());
        }
    }
    let responses: Vec<_> = topics
        .iter()
        .map(|(want, rows)| FetchableTopicResponse {
            topic: &want.name,
            topic_id: want.id,
            partitions: Array::of(rows),
        })
        .collect();
    FetchResponse { session_id: plan.session_id, responses: Array::of(&responses), ..Default::default() }
        .encode(writer);
}

fn news(row: &Row) -> News {
    News {
        failed: row.error_code != codes::NONE || row.diverging.epoch >= 0,
        has_records: !row.records.is_empty(),
        high_watermark: row.offsets.map_or(-1, |offsets| offsets.high_watermark),
        log_start: row.offsets.map_or(-1, |offsets| offsets.log_start),
    }
}

fn partition_data(row: &Row, isolation: i8) -> PartitionData<'_> {
    let of = |pick: fn(&Offsets) -> i64| row.offsets.as_ref().map_or(-1, pick);
    PartitionData {
        partition_index: row.partition,
        error_code: row.error_code,
        high_watermark: of(|offsets| offsets.high_watermark),
        last_stable_offset: of(|offsets| offsets.last_stable),
        log_start_offset: of(|offsets| offsets.log_start),
        diverging_epoch: row.diverging,
        current_leader: LeaderIdAndEpoch { leader_id: -1, leader_epoch: -1 },
        snapshot_id: SnapshotId { end_offset: -1, epoch: -1 },
        aborted_transactions: (isolation == READ_COMMITTED).then_some(Array::EMPTY),
        preferred_read_replica: -1,
        records: Some(Records::Pieces(&row.records)),
    }
}

//! Fetch: committed bytes, or wait for them.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use leftfold_log::Offsets;
use leftfold_wire::generated::fetch_response::{FetchableTopicResponse, NodeEndpoint, PartitionData, SnapshotId};
use leftfold_wire::generated::{FetchRequest, FetchResponse};
use leftfold_wire::{Array, Element, Records, Writer};
use tokio::time::{Instant, timeout_at};

use crate::answer_budget::AnswerMemory;
use crate::aside::aside;
use crate::codes;
use crate::connection::{Peer, Shared};
use crate::counters::Held;
use crate::reading::{From, NO_LEADER, Round, Row, find};
use crate::sessions::{Named, News, Plan};

const IDS_FROM: i16 = 13;
/// From here on the replica that asks stands among the tagged fields (KIP-903).
const REPLICA_STATE_FROM: i16 = 15;
/// From here on an answer says who leads, where that is why it failed (KIP-951).
const LEADERS_FROM: i16 = 16;
const READ_COMMITTED: i8 = 1;
/// Longer waits than any client asks for are cut to this.
const WAIT_MS_MAX: i32 = 300_000;

/// What a partition costs that is waited for, about, and how many of them are not counted.
const WANT_BYTES: usize = 400;
const WANTS_FREE: usize = 100;

/// Who asks, and how.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    pub version: i16,
    pub peer: &'a Peer,
}

/// Answers a fetch: at once if there is enough or something is wrong, else when there is, or when the wait is over.
///
/// Returns the memory that the answer holds until it is written; None when the node stops.
pub async fn answer(
    shared: &Arc<Shared>,
    request: &FetchRequest<'_>,
    asker: Asker<'_>,
    writer: &mut Writer,
) -> Option<AnswerMemory> {
    let by_id = asker.version >= IDS_FROM;
    let plan = match shared.sessions.plan(request, by_id, &shared.tables, shared.clock.mono_us()) {
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
    let replica = replica_of(request, asker.version);
    let mut pass = read(shared, plan, request, replica).await?;
    let waiting = Held::new(&shared.counters.fetch_waiting);
    // Who asks for very many partitions waits as long as there is memory to remember them, else not at all.
    let many = pass.plan.wants.len() > WANTS_FREE;
    let kept = if many { shared.answer_budget.hold(pass.plan.wants.len() * WANT_BYTES) } else { None };
    let may_wait = kept.is_some() || !many;
    while may_wait
        && pass.round.bytes < bytes_min
        && !pass.round.urgent
        && Instant::now() < deadline
        && !*stop.borrow()
        && !pass.round.is_full(&pass.plan)
    {
        pass.forget();
        let over = tokio::select! {
            result = timeout_at(deadline, any(&mut pass.round)) => result.is_err(),
            _ = stop.changed() => true,
        };
        pass = read(shared, pass.plan, request, replica).await?;
        if over {
            break;
        }
    }
    drop((waiting, kept));
    encode(shared, &pass.plan, &pass.round, request, asker, writer);
    let bytes = pass.round.bytes;
    pass.memory.map(|memory| shared.answer_budget.settle(memory, bytes))
}

/// What was read in one go, and the memory that holds it.
struct Pass {
    plan: Plan,
    round: Round,
    memory: Option<AnswerMemory>,
}

impl Pass {
    /// Who waits holds no memory: what was read is too little, and is read again.
    fn forget(&mut self) {
        self.round.rows.iter_mut().for_each(Row::let_go);
        self.memory = None;
    }
}

/// Which follower asks; a consumer is none.
fn replica_of(request: &FetchRequest<'_>, version: i16) -> i32 {
    if version >= REPLICA_STATE_FROM { request.replica_state.replica_id } else { request.replica_id }
}

/// Read what there is: from memory here, from files on a thread that may wait for them. None when the node stops.
async fn read(shared: &Arc<Shared>, plan: Plan, request: &FetchRequest<'_>, replica: i32) -> Option<Pass> {
    let mut memory = shared.answer_budget.begin().await?;
    let asked_max = usize::try_from(request.max_bytes).unwrap_or(0);
    let room = asked_max.min(shared.settings.fetch_bytes_max).min(shared.answer_budget.share());
    let committed = request.isolation_level == READ_COMMITTED;
    let mut round = Round::new(&plan, room, shared.tables.node().node_id, committed, replica);
    if round.read(&shared.tables, &plan, From::Memory) {
        return Some(Pass { plan, round, memory: Some(memory) });
    }
    // Many may be read from files at the same time: none of them counts on what another is given.
    round.room = shared.answer_budget.reserve(&mut memory, round.room);
    let shared = shared.clone();
    aside(move || {
        round.read(&shared.tables, &plan, From::Anywhere);
        Pass { plan, round, memory: Some(memory) }
    })
    .await
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

fn encode(
    shared: &Shared,
    plan: &Plan,
    round: &Round,
    request: &FetchRequest<'_>,
    asker: Asker<'_>,
    writer: &mut Writer,
) {
    let told = plan.tell(round.rows.iter().map(news));
    let mut topics: Vec<(&Named, Vec<PartitionData<'_>>)> = Vec::new();
    for ((want, row), _) in plan.wants.iter().zip(&round.rows).zip(told).filter(|(_, told)| *told) {
        let data = partition_data(row, request.isolation_level, asker.version);
        match topics.last_mut() {
            Some((last, rows)) if **last == want.topic => rows.push(data),
            _ => topics.push((&want.topic, vec![data])),
        }
        if !row.records.is_empty()
            && let Ok(topic) = find(&shared.tables, want)
            && let Ok(partition) = topic.partition(row.partition)
        {
            partition.traffic.count_fetched(row.records.iter().map(Bytes::len).sum());
        }
    }
    let leaders: BTreeSet<i32> =
        topics.iter().flat_map(|(_, rows)| rows).map(|data| data.current_leader.leader_id).collect();
    // A follower knows where its leader is.
    let told_where = leaders.last().is_some_and(|id| *id >= 0) && replica_of(request, asker.version) < 0;
    let places = if told_where { shared.tables.node().places(&leaders, asker.peer) } else { Vec::new() };
    let node_endpoints: Vec<_> = places
        .iter()
        .map(|place| NodeEndpoint {
            node_id: place.id,
            host: &place.host,
            port: place.port,
            rack: place.rack.as_deref(),
        })
        .collect();
    let responses: Vec<_> = topics
        .iter()
        .map(|(topic, rows)| {
            let (topic, topic_id) = match topic {
                Named::Name(name) => (&**name, [0; 16]),
                Named::Id(id) => ("", *id),
            };
            FetchableTopicResponse { topic, topic_id, partitions: Array::of(rows) }
        })
        .collect();
    FetchResponse {
        session_id: plan.session_id,
        responses: Array::of(&responses),
        node_endpoints: Array::of(&node_endpoints),
        ..Default::default()
    }
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

/// Whether the answer has a list of aborted transactions, if an empty one: as in Kafka, with what was read as committed, and
/// with what is not there at all.
fn has_transactions(row: &Row, isolation: i8) -> bool {
    match row.error_code {
        codes::NONE => isolation == READ_COMMITTED,
        code => matches!(code, codes::UNKNOWN_TOPIC_OR_PARTITION | codes::UNKNOWN_TOPIC_ID),
    }
}

fn partition_data(row: &Row, isolation: i8, version: i16) -> PartitionData<'_> {
    let of = |pick: fn(&Offsets) -> i64| row.offsets.as_ref().map_or(-1, pick);
    PartitionData {
        partition_index: row.partition,
        error_code: row.error_code,
        high_watermark: of(|offsets| offsets.high_watermark),
        last_stable_offset: of(|offsets| offsets.last_stable),
        log_start_offset: of(|offsets| offsets.log_start),
        diverging_epoch: row.diverging,
        current_leader: if version >= LEADERS_FROM { row.leader } else { NO_LEADER },
        snapshot_id: SnapshotId { end_offset: -1, epoch: -1 },
        aborted_transactions: has_transactions(row, isolation).then_some(Array::of(&row.aborted)),
        preferred_read_replica: -1,
        records: Some(Records::Pieces(&row.records)),
    }
}

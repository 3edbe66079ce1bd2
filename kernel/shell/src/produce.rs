//! Produce: check, append, wait until it is durable, answer.

use std::collections::BTreeSet;
use std::future::{Future, poll_fn};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::BytesMut;
use leftfold_batch::{Checked, Codec, Header, Rejected, check, code};
use leftfold_log::{AppendError, Failed, Stopped, Ticket, Verification};
use leftfold_ports::Clock;
use leftfold_wire::generated::produce_response::{
    BatchIndexAndErrorMessage, LeaderIdAndEpoch, NodeEndpoint, PartitionProduceResponse, TopicProduceResponse,
};
use leftfold_wire::generated::{ProduceRequest, ProduceResponse};
use leftfold_wire::{Array, Element, Records, Rows, Writer};

use crate::codes;
use crate::connection::{Peer, Shared};
use crate::counters::Counters;
use crate::frame_bytes::{Batches, FrameBytes, range_in};
use crate::recoding::recoded;
use crate::tables::{NodeTable, PartitionRow, Place, Tables, TopicRow};
use crate::verifying::{self, Asker, Verdicts};

const ALL: i16 = -1;
/// Producers do not say which epoch they know of.
const ANY_EPOCH: i32 = -1;
const IDS_FROM: i16 = 13;
const ZSTD_FROM: i16 = 7;
/// Where it is served, somebody coordinates transactions.
const END_TXN: i16 = 26;
/// From here on an answer says who leads, where that is why it failed (KIP-951).
const LEADERS_FROM: i16 = 10;
const NO_LEADER: LeaderIdAndEpoch = LeaderIdAndEpoch { leader_id: -1, leader_epoch: -1 };

/// One partition's answer as far as it is known; with a ticket it waits for the disk.
struct Row {
    index: i32,
    error_code: i16,
    base_offset: i64,
    append_time: i64,
    log_start: i64,
    message: Option<String>,
    record_errors: Vec<(i32, String)>,
    leader: LeaderIdAndEpoch,
    ticket: Option<Ticket>,
}

struct TopicRows {
    name: String,
    id: [u8; 16],
    rows: Vec<Row>,
}

/// A batch that passed all checks, and the row that waits for its offsets.
struct Step {
    place: (usize, usize),
    topic: Arc<TopicRow>,
    checked: Checked,
    batch: Range<usize>,
}

/// A request whose batches have been looked at and not yet been appended. Invariant: steps stand in the order of the
/// request, and so do their ranges of the frame.
pub struct Plan {
    topics: Vec<TopicRows>,
    steps: Vec<Step>,
    acks: i16,
    /// Who asks whether a transaction may begin; None for producers without.
    asker: Option<Asker>,
    /// Where the leaders are that the rows name.
    places: Vec<Place>,
}

/// A request that has been appended and not yet answered.
pub struct Pending {
    topics: Vec<TopicRows>,
    acks: i16,
    places: Vec<Place>,
    /// The row whose ticket is waited for, once there is one.
    waiting: Option<(usize, usize)>,
    counters: Arc<Counters>,
}

/// What an append can end in besides an answer.
pub enum End {
    /// acks=0: nothing is sent.
    Silent,
    /// acks=0 and something failed, or nobody knows the outcome: only closing says so.
    Close,
}

impl Row {
    fn failed(index: i32, error_code: i16, message: Option<String>) -> Self {
        let nothing = -1;
        Self {
            index,
            error_code,
            base_offset: nothing,
            append_time: nothing,
            log_start: nothing,
            message,
            record_errors: Vec::new(),
            leader: NO_LEADER,
            ticket: None,
        }
    }

    /// Before its bytes were looked at; where another node leads, it says which.
    fn refused(found: &Found, index: i32, code: i16, version: i16) -> Self {
        let partition = found.as_ref().ok().and_then(|topic| topic.partition(index).ok());
        let leader = match partition {
            Some(row) if version >= LEADERS_FROM && codes::wants_another_leader(code) => {
                LeaderIdAndEpoch { leader_id: row.leader, leader_epoch: row.leader_epoch }
            }
            _ => NO_LEADER,
        };
        Self { leader, ..Self::failed(index, code, None) }
    }

    fn disk_full(index: i32) -> Self {
        Self::failed(index, codes::STORAGE_ERROR, Some("the disk is full, nothing was appended".to_owned()))
    }

    fn rejected(partition: &PartitionRow, rejected: Rejected) -> Self {
        // Kafka tells the log's start only with what it looked into.
        let looked_into = matches!(
            rejected.code,
            code::INVALID_RECORD
                | code::INVALID_TIMESTAMP
                | code::OUT_OF_ORDER_SEQUENCE_NUMBER
                | code::INVALID_PRODUCER_EPOCH
        );
        let log_start = if looked_into { partition.log.offsets().log_start } else { -1 };
        let failed = Self::failed(partition.index, rejected.code, Some(rejected.message));
        Self { record_errors: rejected.records, log_start, ..failed }
    }
}

/// Look at every batch of a request, as soon as there is memory to decode them; `frame` holds the bytes that the request was
/// read from.
pub async fn plan(shared: &Shared, frame: &[u8], request: &ProduceRequest<'_>, version: i16, peer: &Peer) -> Plan {
    let decoding = shared.intake.decoding(decoding_bytes_max(request)).await;
    let plan = plan_now(&shared.tables, &*shared.clock, frame, request, version, peer);
    drop(decoding);
    plan
}

/// What the batches of a request need to be decoded, one after the other.
fn decoding_bytes_max(request: &ProduceRequest<'_>) -> usize {
    let partitions = request.topic_data.iter().flat_map(|topic| topic.partition_data);
    let batches = partitions.filter_map(|data| data.records?.as_bytes());
    let codecs = batches.filter_map(|batch| Header::parse(batch).ok()?.codec());
    codecs.map(Codec::decoding_bytes_max).max().unwrap_or(0)
}

fn plan_now(
    tables: &Tables,
    clock: &dyn Clock,
    frame: &[u8],
    request: &ProduceRequest<'_>,
    version: i16,
    peer: &Peer,
) -> Plan {
    let node = tables.node();
    let transactions = Transactions::of(request, &node);
    let mut topics = Vec::with_capacity(request.topic_data.len());
    let mut steps = Vec::with_capacity(1);
    for asked in request.topic_data {
        let found = tables.find(version >= IDS_FROM, &asked.topic_id, asked.name);
        let mut rows = Vec::with_capacity(asked.partition_data.len());
        for data in asked.partition_data {
            let looked_at = refuse(&found, data.index, request, node.node_id)
                .map_err(|code| Row::refused(&found, data.index, code, version))
                .and_then(|(topic, partition)| {
                    let (checked, batch) = look_at(partition, data.records, version, transactions, clock)?;
                    let batch = range_in(frame, batch);
                    Ok(Step { place: (topics.len(), rows.len()), topic: topic.clone(), checked, batch })
                });
            match looked_at {
                Ok(step) => {
                    steps.push(step);
                    rows.push(Row::failed(data.index, codes::NONE, None));
                }
                Err(row) => rows.push(row),
            }
        }
        topics.push(TopicRows { name: asked.name.to_owned(), id: asked.topic_id, rows });
    }
    let rows = topics.iter().flat_map(|topic: &TopicRows| &topic.rows);
    let leaders: BTreeSet<i32> = rows.map(|row| row.leader.leader_id).filter(|id| *id >= 0).collect();
    let places = if leaders.is_empty() { Vec::new() } else { node.places(&leaders, peer) };
    let asker = request.transactional_id.map(|transactional_id| Asker::new(transactional_id, version));
    Plan { topics, steps, acks: request.acks, asker, places }
}

impl Plan {
    /// Append every batch, in order. Err: the log has stopped, the outcome is unknown.
    pub async fn append(mut self, frame: FrameBytes<'_>, shared: &Shared) -> Result<Pending, Stopped> {
        let mut batches = Batches::of(frame);
        let mut verdicts = match &self.asker {
            Some(asker) => self.verify(asker, shared).await.into_iter(),
            None => Verdicts::new().into_iter(),
        };
        for step in std::mem::take(&mut self.steps) {
            let row = &mut self.topics[step.place.0].rows[step.place.1];
            let Ok(partition) = step.topic.partition(row.index) else { continue };
            poll_fn(|context| partition.log.poll_room(context)).await;
            let batch = batches.take(step.batch);
            let verified = match verdicts.next().unwrap_or(Ok(None)) {
                Ok(verified) => verified,
                Err(code) => {
                    *row = Row::failed(row.index, code, Some(verifying::REFUSED.to_owned()));
                    continue;
                }
            };
            *row = match recoded(batch, &step.checked, &partition.log.config(), &shared.intake).await {
                Ok((batch, checked)) => append(partition, batch, &checked, verified.as_ref())?,
                Err(rejected) => Row::rejected(partition, rejected),
            };
        }
        let Self { topics, acks, places, .. } = self;
        Ok(Pending { topics, acks, places, waiting: None, counters: shared.counters.clone() })
    }

    /// For each step, in order.
    async fn verify(&self, asker: &Asker, shared: &Shared) -> Verdicts {
        let row = |step: &Step| self.topics[step.place.0].rows[step.place.1].index;
        let partitions = self.steps.iter().filter_map(|step| step.topic.partition(row(step)).ok());
        let batches: Vec<_> = partitions.zip(self.steps.iter().map(|step| &step.checked.header)).collect();
        asker.ask(&batches, &shared.calls).await
    }
}

type Found = Result<Arc<TopicRow>, i16>;

/// What may not be written at all, before its bytes are looked at.
fn refuse<'t>(
    found: &'t Found,
    index: i32,
    request: &ProduceRequest<'_>,
    node_id: i32,
) -> Result<(&'t Arc<TopicRow>, &'t PartitionRow), i16> {
    let topic = found.as_ref().map_err(|code| *code)?;
    let partition = topic.partition(index)?;
    if !(ALL..=1).contains(&request.acks) {
        return Err(codes::INVALID_REQUIRED_ACKS);
    }
    if topic.internal {
        return Err(codes::INVALID_TOPIC);
    }
    partition.led_by(node_id, ANY_EPOCH)?;
    // A topic is not asked for more replicas than it has, as in Kafka since KIP-966.
    let needed = topic.config.min_insync_replicas.min(partition.replicas.len() as i64);
    if request.acks == ALL && needed > partition.isr.len() as i64 {
        return Err(codes::NOT_ENOUGH_REPLICAS);
    }
    Ok((topic, partition))
}

/// Check one partition's batch; Err: the row that says what is wrong with it.
fn look_at<'a>(
    partition: &PartitionRow,
    records: Option<Records<'a>>,
    version: i16,
    transactions: Transactions,
    clock: &dyn Clock,
) -> Result<(Checked, &'a [u8]), Row> {
    let batch = match records.and_then(|records| records.as_bytes()) {
        Some(batch) if !batch.is_empty() => batch,
        _ => {
            let why = "a partition without a record batch".to_owned();
            return Err(Row::failed(partition.index, codes::INVALID_RECORD, Some(why)));
        }
    };
    if let Some(rejected) = refuse_batch(batch, version, transactions) {
        return Err(Row::rejected(partition, rejected));
    }
    match check(batch, &partition.log.config().rules(clock.wall_ms())) {
        Ok(checked) => Ok((checked, batch)),
        Err(rejected) => Err(Row::rejected(partition, rejected)),
    }
}

fn append(
    partition: &PartitionRow,
    batch: BytesMut,
    checked: &Checked,
    verified: Option<&Verification>,
) -> Result<Row, Stopped> {
    let (index, bytes) = (partition.index, batch.len());
    match partition.log.append_verified(batch, checked, partition.leader_epoch, verified) {
        Ok(appended) => {
            partition.traffic.count_produced(bytes);
            Ok(Row {
                index,
                error_code: codes::NONE,
                base_offset: appended.base_offset,
                append_time: appended.append_time.unwrap_or(-1),
                log_start: appended.log_start_offset,
                message: None,
                record_errors: Vec::new(),
                leader: NO_LEADER,
                ticket: appended.ticket,
            })
        }
        Err(AppendError::Rejected(rejected)) => {
            let log_start = partition.log.offsets().log_start;
            Ok(Row { log_start, ..Row::rejected(partition, rejected) })
        }
        Err(AppendError::Full) => Ok(Row::disk_full(index)),
        Err(AppendError::Gone) => Ok(Row::failed(index, codes::UNKNOWN_TOPIC_OR_PARTITION, None)),
        Err(AppendError::Stopped(stopped)) => Err(stopped),
    }
}

/// What a request may write of transactions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transactions {
    /// Nothing: it names no transactional id.
    Unnamed,
    /// Nothing: nobody coordinates them here.
    Unserved,
    Served,
}

impl Transactions {
    fn of(request: &ProduceRequest<'_>, node: &NodeTable) -> Self {
        match request.transactional_id {
            None => Self::Unnamed,
            Some(_) if node.api(END_TXN).is_none() => Self::Unserved,
            Some(_) => Self::Served,
        }
    }
}

/// What this version of the request, or this version of the broker, does not take of a producer.
fn refuse_batch(batch: &[u8], version: i16, transactions: Transactions) -> Option<Rejected> {
    let header = Header::parse(batch).ok()?;
    let (code, why) = if header.is_transactional() && transactions == Transactions::Unnamed {
        (codes::TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "a transactional batch in a request without a transactional id")
    } else if header.is_transactional() && transactions == Transactions::Unserved {
        (codes::INVALID_TXN_STATE, "this version has no transactions")
    } else if header.codec() == Some(Codec::Zstd) && version < ZSTD_FROM {
        (codes::UNSUPPORTED_COMPRESSION_TYPE, "zstd needs Produce v7 or newer")
    } else if header.base_offset != 0 {
        (codes::INVALID_RECORD, "a base offset other than 0: offsets are the broker's to give")
    } else {
        return None;
    };
    Some(Rejected::new(code, why))
}

impl Pending {
    /// Ready when all of it is durable, or nothing is to be waited for; then `encode` writes the answer.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), End>> {
        if self.acks == 0 {
            let failed = self.topics.iter().flat_map(|topic| &topic.rows).any(|row| row.error_code != codes::NONE);
            return Poll::Ready(Err(if failed { End::Close } else { End::Silent }));
        }
        let (mut topic, mut place) = self.waiting.unwrap_or((0, 0));
        while let Some(rows) = self.topics.get_mut(topic).map(|topic| &mut topic.rows) {
            let Some(row) = rows.get_mut(place) else {
                (topic, place) = (topic + 1, 0);
                continue;
            };
            match row.poll(context) {
                Poll::Ready(Ok(())) => place += 1,
                Poll::Ready(Err(_)) => return Poll::Ready(Err(End::Close)),
                Poll::Pending => {
                    if self.waiting.replace((topic, place)).is_none() {
                        self.counters.produce_waits(true);
                    }
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Write the answer behind the header in `writer`.
    pub fn encode(&self, writer: &mut Writer) {
        let places = self.places.iter();
        let node_endpoints: Vec<_> = places
            .map(|place| NodeEndpoint {
                node_id: place.id,
                host: &place.host,
                port: place.port,
                rack: place.rack.as_deref(),
            })
            .collect();
        let node_endpoints = Array::of(&node_endpoints);
        ProduceResponse { responses: Array::rows(self), node_endpoints, ..Default::default() }.encode(writer);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.waiting.is_some() {
            self.counters.produce_waits(false);
        }
    }
}

impl Row {
    /// Ready when its batch is durable or was refused, which it then says.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Stopped>> {
        let Some(ticket) = &mut self.ticket else { return Poll::Ready(Ok(())) };
        let outcome = ready!(Pin::new(ticket).poll(context));
        self.ticket = None;
        match outcome {
            Ok(()) => {}
            Err(Failed::Full) => *self = Self::disk_full(self.index),
            Err(Failed::Stopped(stopped)) => return Poll::Ready(Err(stopped)),
        }
        Poll::Ready(Ok(()))
    }
}

impl<'a> Rows<'a, TopicProduceResponse<'a>> for Pending {
    fn count(&self) -> usize {
        self.topics.len()
    }

    fn row(&'a self, index: usize) -> TopicProduceResponse<'a> {
        let topic = &self.topics[index];
        TopicProduceResponse { name: &topic.name, topic_id: topic.id, partition_responses: Array::rows(topic) }
    }
}

impl<'a> Rows<'a, PartitionProduceResponse<'a>> for TopicRows {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn row(&'a self, index: usize) -> PartitionProduceResponse<'a> {
        let row = &self.rows[index];
        PartitionProduceResponse {
            index: row.index,
            error_code: row.error_code,
            base_offset: row.base_offset,
            log_append_time_ms: row.append_time,
            log_start_offset: row.log_start,
            record_errors: Array::rows(row),
            error_message: row.message.as_deref(),
            current_leader: row.leader,
        }
    }
}

impl<'a> Rows<'a, BatchIndexAndErrorMessage<'a>> for Row {
    fn count(&self) -> usize {
        self.record_errors.len()
    }

    fn row(&'a self, index: usize) -> BatchIndexAndErrorMessage<'a> {
        let (batch_index, text) = &self.record_errors[index];
        BatchIndexAndErrorMessage { batch_index: *batch_index, batch_index_error_message: Some(text) }
    }
}

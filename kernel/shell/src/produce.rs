//! Produce: check, append, wait until it is durable, answer.

use std::future::poll_fn;

use leftfold_batch::{Codec, Header, Rejected, check, code};
use leftfold_log::{AppendError, Failed, Stopped, Ticket};
use leftfold_ports::Clock;
use leftfold_wire::generated::produce_response::{
    BatchIndexAndErrorMessage, LeaderIdAndEpoch, PartitionProduceResponse, TopicProduceResponse,
};
use leftfold_wire::generated::{ProduceRequest, ProduceResponse};
use leftfold_wire::{Array, Element, Records, Writer};

use crate::codes;
use crate::counters::{Counters, Held};
use crate::tables::{PartitionRow, Tables, TopicRow};

const ALL: i16 = -1;
const IDS_FROM: i16 = 13;
const ZSTD_FROM: i16 = 7;

/// One partition's answer as far as it is known; with a ticket it waits for the disk.
struct Row {
    index: i32,
    error_code: i16,
    base_offset: i64,
    append_time: i64,
    log_start: i64,
    message: Option<String>,
    record_errors: Vec<(i32, String)>,
    ticket: Option<Ticket>,
}

struct TopicRows {
    name: String,
    id: [u8; 16],
    rows: Vec<Row>,
}

/// A request that has been appended and not yet answered.
pub struct Pending {
    topics: Vec<TopicRows>,
    acks: i16,
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
            ticket: None,
        }
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

/// Append every batch of a request, in order. Err: the log has stopped, the outcome is unknown.
pub async fn begin(
    tables: &Tables,
    clock: &dyn Clock,
    request: &ProduceRequest<'_>,
    version: i16,
) -> Result<Pending, Stopped> {
    let mut topics = Vec::with_capacity(request.topic_data.len());
    for asked in request.topic_data {
        let found = tables.find(version >= IDS_FROM, &asked.topic_id, asked.name);
        let mut rows = Vec::with_capacity(asked.partition_data.len());
        for data in asked.partition_data {
            let row = match refuse(&found, data.index, request) {
                Err(code) => Row::failed(data.index, code, None),
                Ok((topic, partition)) => {
                    poll_fn(|context| partition.log.poll_room(context)).await;
                    append(topic, partition, data.records, version, request.transactional_id.is_some(), clock)?
                }
            };
            rows.push(row);
        }
        topics.push(TopicRows { name: asked.name.to_owned(), id: asked.topic_id, rows });
    }
    Ok(Pending { topics, acks: request.acks })
}

type Found = Result<std::sync::Arc<TopicRow>, i16>;

/// What may not be written at all, before its bytes are looked at.
fn refuse<'t>(
    found: &'t Found,
    index: i32,
    request: &ProduceRequest<'_>,
) -> Result<(&'t TopicRow, &'t PartitionRow), i16> {
    if !(ALL..=1).contains(&request.acks) {
        return Err(codes::INVALID_REQUIRED_ACKS);
    }
    let topic = found.as_deref().map_err(|code| *code)?;
    let partition = topic.partition(index)?;
    if topic.internal {
        return Err(codes::INVALID_TOPIC);
    }
    // A topic is not asked for more replicas than it has, as in Kafka since KIP-966.
    let needed = topic.config.min_insync_replicas.min(partition.replicas.len() as i64);
    if request.acks == ALL && needed > partition.isr.len() as i64 {
        return Err(codes::NOT_ENOUGH_REPLICAS);
    }
    Ok((topic, partition))
}

fn append(
    topic: &TopicRow,
    partition: &PartitionRow,
    records: Option<Records<'_>>,
    version: i16,
    has_transactional_id: bool,
    clock: &dyn Clock,
) -> Result<Row, Stopped> {
    let index = partition.index;
    let batch = match records.and_then(|records| records.as_bytes()) {
        Some(batch) if !batch.is_empty() => batch,
        _ => {
            return Ok(Row::failed(
                index,
                codes::INVALID_RECORD,
                Some("a partition without a record batch".to_owned()),
            ));
        }
    };
    if let Some(rejected) = refuse_batch(batch, version, has_transactional_id) {
        return Ok(Row::rejected(partition, rejected));
    }
    let checked = match check(batch, &partition.log.config().rules(clock.wall_ms())) {
        Ok(checked) => checked,
        Err(rejected) => return Ok(Row::rejected(partition, rejected)),
    };
    debug_assert!(!topic.internal);
    match partition.log.append(batch.to_vec(), &checked, partition.leader_epoch) {
        Ok(appended) => {
            partition.traffic.count_produced(batch.len());
            Ok(Row {
                index,
                error_code: codes::NONE,
                base_offset: appended.base_offset,
                append_time: appended.append_time.unwrap_or(-1),
                log_start: appended.log_start_offset,
                message: None,
                record_errors: Vec::new(),
                ticket: appended.ticket,
            })
        }
        Err(AppendError::Rejected(rejected)) => Ok(Row::rejected(partition, rejected)),
        Err(AppendError::Full) => Ok(Row::disk_full(index)),
        Err(AppendError::Gone) => Ok(Row::failed(index, codes::UNKNOWN_TOPIC_OR_PARTITION, None)),
        Err(AppendError::Stopped(stopped)) => Err(stopped),
    }
}

/// What this version of the request, or this version of the broker, does not take of a producer.
fn refuse_batch(batch: &[u8], version: i16, has_transactional_id: bool) -> Option<Rejected> {
    let header = Header::parse(batch).ok()?;
    let (code, why) = if header.is_transactional() && !has_transactional_id {
        (codes::TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "a transactional batch in a request without a transactional id")
    } else if header.is_transactional() {
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
    /// Wait until all of it is durable, then write the answer behind the header in `writer`.
    pub async fn finish(mut self, counters: &Counters, writer: &mut Writer) -> Result<(), End> {
        if self.acks == 0 {
            let failed = self.topics.iter().flat_map(|topic| &topic.rows).any(|row| row.error_code != codes::NONE);
            return Err(if failed { End::Close } else { End::Silent });
        }
        let waiting = Held::new(&counters.produce_waiting);
        for row in self.topics.iter_mut().flat_map(|topic| &mut topic.rows) {
            match row.ticket.take() {
                None => {}
                Some(ticket) => match ticket.await {
                    Ok(()) => {}
                    Err(Failed::Full) => *row = Row::disk_full(row.index),
                    Err(Failed::Stopped(_)) => return Err(End::Close),
                },
            }
        }
        drop(waiting);
        self.encode(writer);
        Ok(())
    }

    fn encode(&self, writer: &mut Writer) {
        let errors: Vec<Vec<BatchIndexAndErrorMessage<'_>>> = self
            .topics
            .iter()
            .flat_map(|topic| &topic.rows)
            .map(|row| {
                let errors = row.record_errors.iter();
                errors
                    .map(|(batch_index, text)| BatchIndexAndErrorMessage {
                        batch_index: *batch_index,
                        batch_index_error_message: Some(text),
                    })
                    .collect()
            })
            .collect();
        let mut errors = errors.iter();
        let partitions: Vec<Vec<PartitionProduceResponse<'_>>> = self
            .topics
            .iter()
            .map(|topic| {
                let rows = topic.rows.iter().zip(errors.by_ref());
                rows.map(|(row, errors)| PartitionProduceResponse {
                    index: row.index,
                    error_code: row.error_code,
                    base_offset: row.base_offset,
                    log_append_time_ms: row.append_time,
                    log_start_offset: row.log_start,
                    record_errors: Array::of(errors),
                    error_message: row.message.as_deref(),
                    current_leader: LeaderIdAndEpoch { leader_id: -1, leader_epoch: -1 },
                })
                .collect()
            })
            .collect();
        let responses: Vec<_> = self
            .topics
            .iter()
            .zip(&partitions)
            .map(|(topic, rows)| TopicProduceResponse {
                name: &topic.name,
                topic_id: topic.id,
                partition_responses: Array::of(rows),
            })
            .collect();
        ProduceResponse { responses: Array::of(&responses), ..Default::default() }.encode(writer);
    }
}

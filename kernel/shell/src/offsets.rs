//! ListOffsets and OffsetForLeaderEpoch.

use std::collections::HashSet;

use leftfold_log::ReadError;
use leftfold_wire::generated::list_offsets_request::ListOffsetsPartition;
use leftfold_wire::generated::list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
use leftfold_wire::generated::offset_for_leader_epoch_response::{EpochEndOffset, OffsetForLeaderTopicResult};
use leftfold_wire::generated::{
    ListOffsetsRequest, ListOffsetsResponse, OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse,
};
use leftfold_wire::{Array, Element, Writer};

use crate::codes;
use crate::tables::{PartitionRow, Tables};

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;
const READ_COMMITTED: i8 = 1;

/// Offset, timestamp and leader epoch; -1 where there is none.
type Answer = (i64, i64, i32);
const NOTHING: Answer = (-1, -1, -1);

pub fn list_offsets(tables: &Tables, request: &ListOffsetsRequest<'_>, version: i16, writer: &mut Writer) {
    let mut seen = HashSet::new();
    let rows: Vec<Vec<_>> = request
        .topics
        .iter()
        .map(|topic| {
            let found = tables.by_name(topic.name);
            let one = |asked: ListOffsetsPartition| {
                let answer = if seen.insert((topic.name, asked.partition_index)) {
                    match &found {
                        None => Err(codes::UNKNOWN_TOPIC_OR_PARTITION),
                        Some(topic) => topic
                            .partition(asked.partition_index)
                            .and_then(|row| offset_of(row, &asked, request.isolation_level, version)),
                    }
                } else {
                    Err(codes::INVALID_REQUEST)
                };
                let (offset, timestamp, leader_epoch) = answer.unwrap_or(NOTHING);
                let error_code = answer.err().unwrap_or(codes::NONE);
                let partition_index = asked.partition_index;
                ListOffsetsPartitionResponse { partition_index, error_code, timestamp, offset, leader_epoch }
            };
            topic.partitions.iter().map(one).collect()
        })
        .collect();
    let topics: Vec<_> = request
        .topics
        .iter()
        .zip(&rows)
        .map(|(topic, rows)| ListOffsetsTopicResponse { name: topic.name, partitions: Array::of(rows) })
        .collect();
    ListOffsetsResponse { topics: Array::of(&topics), ..Default::default() }.encode(writer);
}

fn offset_of(row: &PartitionRow, asked: &ListOffsetsPartition, isolation: i8, version: i16) -> Result<Answer, i16> {
    row.check_epoch(asked.current_leader_epoch)?;
    let offsets = row.log.offsets();
    let epoch = row.leader_epoch;
    match asked.timestamp {
        LATEST if isolation == READ_COMMITTED => Ok((offsets.last_stable, -1, epoch)),
        LATEST => Ok((offsets.high_watermark, -1, epoch)),
        EARLIEST => Ok((offsets.log_start, -1, epoch)),
        MAX_TIMESTAMP if version >= 7 => found(row.log.max_timestamp(), epoch),
        EARLIEST_LOCAL if version >= 8 => Ok((offsets.log_start, -1, epoch)),
        LATEST_TIERED if version >= 9 => Ok(NOTHING),
        EARLIEST_PENDING_UPLOAD if version >= 11 => Ok(NOTHING),
        timestamp if timestamp >= 0 => found(row.log.offset_for_timestamp(timestamp), epoch),
        _ => Err(codes::UNSUPPORTED_VERSION),
    }
}

fn found(answer: Result<Option<(i64, i64)>, ReadError>, epoch: i32) -> Result<Answer, i16> {
    match answer {
        Ok(Some((offset, timestamp))) => Ok((offset, timestamp, epoch)),
        Ok(None) => Ok(NOTHING),
        Err(ReadError::Gone) => Err(codes::UNKNOWN_TOPIC_OR_PARTITION),
        Err(_) => Err(codes::STORAGE_ERROR),
    }
}

pub fn for_leader_epoch(tables: &Tables, request: &OffsetForLeaderEpochRequest<'_>, writer: &mut Writer) {
    let rows: Vec<Vec<EpochEndOffset>> = request
        .topics
        .iter()
        .map(|topic| {
            let found = tables.by_name(topic.topic);
            topic
                .partitions
                .iter()
                .map(|asked| {
                    let row = found
                        .as_ref()
                        .ok_or(codes::UNKNOWN_TOPIC_OR_PARTITION)
                        .and_then(|topic| topic.partition(asked.partition))
                        .and_then(|row| row.check_epoch(asked.current_leader_epoch).map(|()| row));
                    let (leader_epoch, end_offset) = row.map_or((-1, -1), |row| row.log.epoch_end(asked.leader_epoch));
                    let error_code = row.err().unwrap_or(codes::NONE);
                    EpochEndOffset { error_code, partition: asked.partition, leader_epoch, end_offset }
                })
                .collect()
        })
        .collect();
    let topics: Vec<_> = request
        .topics
        .iter()
        .zip(&rows)
        .map(|(topic, rows)| OffsetForLeaderTopicResult { topic: topic.topic, partitions: Array::of(rows) })
        .collect();
    OffsetForLeaderEpochResponse { topics: Array::of(&topics), ..Default::default() }.encode(writer);
}

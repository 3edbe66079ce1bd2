//! ListOffsets and OffsetForLeaderEpoch.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use leftfold_batch::Codec;
use leftfold_log::{Partition, ReadError};
use leftfold_wire::generated::list_offsets_request::ListOffsetsPartition;
use leftfold_wire::generated::list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
use leftfold_wire::generated::offset_for_leader_epoch_response::{EpochEndOffset, OffsetForLeaderTopicResult};
use leftfold_wire::generated::{
    ListOffsetsRequest, ListOffsetsResponse, OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse,
};
use leftfold_wire::{Array, Element, Writer};

use crate::aside::aside;
use crate::codes;
use crate::connection::Shared;
use crate::tables::{Tables, TopicRow};

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;
const READ_COMMITTED: i8 = 1;

/// Offset, timestamp and leader epoch; -1 where there is none.
#[derive(Clone, Copy)]
struct Place {
    offset: i64,
    timestamp: i64,
    leader_epoch: i32,
}

const NOWHERE: Place = Place { offset: -1, timestamp: -1, leader_epoch: -1 };

type Answer = Result<Place, i16>;

/// A question that the offsets in memory do not answer.
struct Search {
    log: Arc<Partition>,
    leader_epoch: i32,
    /// What the client may see ends here.
    end: i64,
    /// None: of the largest timestamp.
    timestamp: Option<i64>,
}

enum Known {
    Now(Answer),
    Later(Search),
}

/// Answer from memory what can be; searches by time go to a thread that may wait for the disk. None when the node stops.
pub async fn list_offsets(
    shared: &Shared,
    request: &ListOffsetsRequest<'_>,
    version: i16,
    writer: &mut Writer,
) -> Option<()> {
    let tables = &shared.tables;
    let (topics, node_id) = (merge(request), tables.node().node_id);
    let mut answers: Vec<Answer> = Vec::new();
    let mut searches: Vec<(usize, Search)> = Vec::new();
    for (name, partitions) in &topics {
        let found = tables.by_name(name);
        for mention in partitions {
            let known = match &found {
                _ if mention.again => Known::Now(Err(codes::INVALID_REQUEST)),
                None => Known::Now(Err(codes::UNKNOWN_TOPIC_OR_PARTITION)),
                Some(topic) => offset_of(node_id, topic, &mention.asked, request.isolation_level, version),
            };
            match known {
                Known::Now(answer) => answers.push(answer),
                Known::Later(search) => {
                    searches.push((answers.len(), search));
                    answers.push(Ok(NOWHERE));
                }
            }
        }
    }
    if !searches.is_empty() {
        let decoding = shared.intake.decoding(Codec::DECODING_BYTES_MAX).await;
        let all = move || {
            let found: Vec<_> = searches.into_iter().map(|(place, search)| (place, search.run())).collect();
            drop(decoding);
            found
        };
        for (place, answer) in aside(all).await? {
            answers[place] = answer;
        }
    }
    encode(&topics, &answers, writer);
    Some(())
}

/// A partition as a request names it first, and whether it does so again.
struct Mention {
    asked: ListOffsetsPartition,
    again: bool,
}

/// Each topic and partition once, as Kafka answers them.
fn merge<'a>(request: &ListOffsetsRequest<'a>) -> Vec<(&'a str, Vec<Mention>)> {
    let mut topics: Vec<(&str, Vec<Mention>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut seen: HashMap<(usize, i32), usize> = HashMap::new();
    for topic in request.topics {
        let place = *places.entry(topic.name).or_insert_with(|| {
            topics.push((topic.name, Vec::new()));
            topics.len() - 1
        });
        let mentions = &mut topics[place].1;
        for asked in topic.partitions {
            match seen.entry((place, asked.partition_index)) {
                Entry::Occupied(first) => mentions[*first.get()].again = true,
                Entry::Vacant(none) => {
                    none.insert(mentions.len());
                    mentions.push(Mention { asked, again: false });
                }
            }
        }
    }
    topics
}

fn encode(topics: &[(&str, Vec<Mention>)], answers: &[Answer], writer: &mut Writer) {
    let mut answers = answers.iter();
    let rows: Vec<Vec<_>> = topics
        .iter()
        .map(|(_, partitions)| {
            let pairs = partitions.iter().zip(answers.by_ref());
            pairs
                .map(|(mention, answer)| {
                    let Place { offset, timestamp, leader_epoch } = answer.unwrap_or(NOWHERE);
                    let (partition_index, error_code) =
                        (mention.asked.partition_index, answer.err().unwrap_or(codes::NONE));
                    ListOffsetsPartitionResponse { partition_index, error_code, timestamp, offset, leader_epoch }
                })
                .collect()
        })
        .collect();
    let topics: Vec<_> = topics
        .iter()
        .zip(&rows)
        .map(|((name, _), rows)| ListOffsetsTopicResponse { name, partitions: Array::of(rows) })
        .collect();
    ListOffsetsResponse { topics: Array::of(&topics), ..Default::default() }.encode(writer);
}

fn offset_of(node_id: i32, topic: &TopicRow, asked: &ListOffsetsPartition, isolation: i8, version: i16) -> Known {
    let row =
        match topic.partition(asked.partition_index).and_then(|row| row.led_by(node_id, asked.current_leader_epoch)) {
            Ok(row) => row,
            Err(code) => return Known::Now(Err(code)),
        };
    let offsets = row.log.offsets();
    let epoch = row.leader_epoch;
    let at = |offset, leader_epoch| Known::Now(Ok(Place { offset, timestamp: -1, leader_epoch }));
    let end = if isolation == READ_COMMITTED { offsets.last_stable } else { i64::MAX };
    let search = |timestamp| Known::Later(Search { log: row.log.clone(), leader_epoch: epoch, end, timestamp });
    let earliest = || at(offsets.log_start, row.log.epoch_at(offsets.log_start).unwrap_or(epoch));
    match asked.timestamp {
        LATEST if isolation == READ_COMMITTED => at(offsets.last_stable, epoch),
        LATEST => at(offsets.high_watermark, epoch),
        EARLIEST => earliest(),
        MAX_TIMESTAMP if version >= 7 => search(None),
        EARLIEST_LOCAL if version >= 8 => earliest(),
        LATEST_TIERED if version >= 9 => Known::Now(Ok(NOWHERE)),
        EARLIEST_PENDING_UPLOAD if version >= 11 => Known::Now(Ok(NOWHERE)),
        timestamp if timestamp >= 0 => search(Some(timestamp)),
        _ => Known::Now(Err(codes::UNSUPPORTED_VERSION)),
    }
}

impl Search {
    fn run(&self) -> Answer {
        let found = match self.timestamp {
            Some(timestamp) => self.log.offset_for_timestamp(timestamp),
            None => self.log.max_timestamp(),
        };
        match found {
            Ok(Some((offset, timestamp))) if offset < self.end => {
                let leader_epoch = self.log.epoch_at(offset).unwrap_or(self.leader_epoch);
                Ok(Place { offset, timestamp, leader_epoch })
            }
            Ok(Some(_) | None) => Ok(NOWHERE),
            Err(ReadError::Gone) => Err(codes::UNKNOWN_TOPIC_OR_PARTITION),
            Err(_) => Err(codes::STORAGE_ERROR),
        }
    }
}

pub fn for_leader_epoch(tables: &Tables, request: &OffsetForLeaderEpochRequest<'_>, writer: &mut Writer) {
    let node_id = tables.node().node_id;
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
                        .and_then(|row| row.led_by(node_id, asked.current_leader_epoch));
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

//! Metadata: topics, partitions, and where their leaders are.

use std::sync::Arc;

use leftfold_wire::generated::metadata_request::MetadataRequestTopic;
use leftfold_wire::generated::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use leftfold_wire::generated::{MetadataRequest, MetadataResponse};
use leftfold_wire::{Array, Element, Writer};

use crate::codes;
use crate::connection::Peer;
use crate::tables::{Tables, TopicRow, is_legal_name};

/// Without an authorizer everybody may do everything (KIP-430): a bit for each operation.
const ALL_OF_TOPIC: i32 = 3576;
const ALL_OF_CLUSTER: i32 = 8096;
const NOT_ASKED: i32 = i32::MIN;
const IDS_FROM: i16 = 12;
const NO_ID: [u8; 16] = [0; 16];

/// Whether Python has to make a topic first.
pub fn needs_python(tables: &Tables, request: &MetadataRequest<'_>, version: i16) -> bool {
    if has_early_ids(request, version) || !request.allow_auto_topic_creation || !tables.node().auto_create_topics {
        return false;
    }
    let names = request.topics.iter().flatten().filter(|topic| topic.topic_id == NO_ID).filter_map(|topic| topic.name);
    names.into_iter().any(|name| is_legal_name(name) && tables.by_name(name).is_none())
}

/// Versions 10 and 11 have a field for ids, and no broker that looks topics up by them (KAFKA-10551).
fn has_early_ids(request: &MetadataRequest<'_>, version: i16) -> bool {
    let mut topics = request.topics.iter().flatten();
    version < IDS_FROM && topics.any(|topic| topic.topic_id != NO_ID || topic.name.is_none())
}

/// All that was asked is refused: who speaks of one topic so has no other way to say it of the rest.
fn refuse_early_ids(request: &MetadataRequest<'_>, writer: &mut Writer) {
    fn refused(topic: MetadataRequestTopic<'_>) -> Found<'_> {
        Found::Missing { error: codes::INVALID_REQUEST, name: Some(topic.name.unwrap_or("")), id: topic.topic_id }
    }
    let found: Vec<_> = request.topics.iter().flatten().map(refused).collect();
    let topics: Vec<_> = found.iter().map(|found| topic(found, Array::EMPTY, false)).collect();
    MetadataResponse { topics: Array::of(&topics), ..Default::default() }.encode(writer);
}

enum Found<'a> {
    Topic(Arc<TopicRow>),
    Missing { error: i16, name: Option<&'a str>, id: [u8; 16] },
}

pub fn answer(tables: &Tables, request: &MetadataRequest<'_>, version: i16, peer: &Peer, writer: &mut Writer) {
    if has_early_ids(request, version) {
        return refuse_early_ids(request, writer);
    }
    let node = tables.node();
    let found = find(tables, request, version);
    let partitions: Vec<Vec<MetadataResponsePartition<'_>>> = found.iter().map(rows).collect();
    let include = request.include_topic_authorized_operations;
    let topics: Vec<_> =
        found.iter().zip(&partitions).map(|(found, rows)| topic(found, Array::of(rows), include)).collect();
    let addresses: Vec<_> =
        node.brokers.iter().map(|broker| node.address_of(broker, &peer.listener, &peer.local)).collect();
    let brokers: Vec<_> = node
        .brokers
        .iter()
        .zip(&addresses)
        .map(|(broker, (host, port))| MetadataResponseBroker {
            node_id: broker.id,
            host,
            port: *port,
            rack: broker.rack.as_deref(),
        })
        .collect();
    let cluster_asked = request.include_cluster_authorized_operations && (8..=10).contains(&version);
    MetadataResponse {
        brokers: Array::of(&brokers),
        cluster_id: Some(&node.cluster_id),
        controller_id: node.controller_id,
        topics: Array::of(&topics),
        cluster_authorized_operations: if cluster_asked { ALL_OF_CLUSTER } else { NOT_ASKED },
        ..Default::default()
    }
    .encode(writer);
}

fn find<'a>(tables: &Tables, request: &MetadataRequest<'a>, version: i16) -> Vec<Found<'a>> {
    // Version 0 has no null: an empty list asks for all.
    let all = request.topics.is_none_or(|topics| version == 0 && topics.is_empty());
    if all {
        return tables.all().into_iter().map(Found::Topic).collect();
    }
    let asked = request.topics.iter().flatten();
    asked
        .map(|topic| {
            if topic.topic_id != NO_ID {
                let missing = Found::Missing { error: codes::UNKNOWN_TOPIC_ID, name: None, id: topic.topic_id };
                return tables.by_id(&topic.topic_id).map_or(missing, Found::Topic);
            }
            let name = topic.name.unwrap_or("");
            let error = if is_legal_name(name) { codes::UNKNOWN_TOPIC_OR_PARTITION } else { codes::INVALID_TOPIC };
            tables.by_name(name).map_or(Found::Missing { error, name: Some(name), id: NO_ID }, Found::Topic)
        })
        .collect()
}

fn rows<'a>(found: &'a Found<'_>) -> Vec<MetadataResponsePartition<'a>> {
    let Found::Topic(topic) = found else { return Vec::new() };
    topic
        .partitions
        .iter()
        .map(|row| MetadataResponsePartition {
            error_code: codes::NONE,
            partition_index: row.index,
            leader_id: row.leader,
            leader_epoch: row.leader_epoch,
            replica_nodes: Array::of(&row.replicas),
            isr_nodes: Array::of(&row.isr),
            offline_replicas: Array::EMPTY,
        })
        .collect()
}

fn topic<'a>(
    found: &'a Found<'_>,
    partitions: Array<'a, MetadataResponsePartition<'a>>,
    include_operations: bool,
) -> MetadataResponseTopic<'a> {
    match found {
        Found::Topic(topic) => MetadataResponseTopic {
            error_code: codes::NONE,
            name: Some(&topic.name),
            topic_id: topic.id,
            is_internal: topic.internal,
            partitions,
            topic_authorized_operations: if include_operations { ALL_OF_TOPIC } else { NOT_ASKED },
        },
        Found::Missing { error, name, id } => MetadataResponseTopic {
            error_code: *error,
            name: *name,
            topic_id: *id,
            is_internal: false,
            partitions,
            topic_authorized_operations: NOT_ASKED,
        },
    }
}

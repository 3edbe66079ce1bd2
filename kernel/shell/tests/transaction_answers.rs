//! Transactions as clients see them: who may write, who reads what.

mod world;

use std::sync::Arc;

use bytes::BytesMut;
use leftfold_batch::{EncodeOptions, check};
use leftfold_log::Partition;
use leftfold_wire::generated::fetch_request::{FetchPartition, FetchTopic};
use leftfold_wire::generated::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use leftfold_wire::generated::produce_request::{PartitionProduceData, TopicProduceData};
use leftfold_wire::generated::{
    FetchRequest, FetchResponse, ListOffsetsRequest, ListOffsetsResponse, ProduceRequest, ProduceResponse,
};
use leftfold_wire::{Array, Message, Records};
use world::{Client, NOW_MS, World, batch, batch_with, id};

const PRODUCER: i64 = 4000;
const READ_COMMITTED: i8 = 1;
const INVALID_TXN_STATE: i16 = 48;

fn of(producer_id: i64, producer_epoch: i16, base_sequence: i32) -> EncodeOptions {
    EncodeOptions { producer_id, producer_epoch, base_sequence, transactional: true, ..EncodeOptions::default() }
}

fn transactional(epoch: i16, sequence: i32) -> Vec<u8> {
    batch_with(&["in a transaction"], NOW_MS, &of(PRODUCER, epoch, sequence))
}

/// A batch for partition 0 of each topic.
fn produce(topics: Vec<(&'static str, Vec<u8>)>) -> ProduceRequest<'static> {
    let topic = |(name, batch): (&'static str, Vec<u8>)| {
        let records = Some(Records::Bytes(batch.leak()));
        let parts = vec![PartitionProduceData { index: 0, records }].leak();
        TopicProduceData { name, partition_data: Array::of(parts), ..Default::default() }
    };
    let topics: Vec<_> = topics.into_iter().map(topic).collect();
    let topic_data = Array::of(topics.leak());
    ProduceRequest { transactional_id: Some("payments"), acks: -1, timeout_ms: 1000, topic_data }
}

/// (error, base offset) of each partition.
fn rows(body: &[u8], version: i16) -> Vec<(i16, i64)> {
    let answer = ProduceResponse::parse(body, version).expect("an answer");
    let parts = answer.responses.iter().flat_map(|topic| topic.partition_responses.iter());
    parts.map(|part| (part.error_code, part.base_offset)).collect()
}

/// Ask, and let the coordinator answer so.
fn ask_verified(world: &World, client: &mut Client, request: &ProduceRequest<'_>, errors: &[i16]) -> Vec<(i16, i64)> {
    client.send(request, 12);
    world.shell.verified(world.next_verify().id, errors.to_vec());
    rows(&client.receive(ProduceRequest::KEY, 12), 12)
}

/// Append a batch of a transaction whose coordinator says yes, and wait until it is committed.
fn append(partition: &Arc<Partition>, producer: i64, epoch: i16, sequence: i32) {
    let bytes = batch_with(&["in a transaction"], NOW_MS, &of(producer, epoch, sequence));
    let checked = check(&bytes, &partition.config().rules(NOW_MS)).expect("a batch");
    let verified = partition.verification(&checked.header, false);
    let appended = partition.append_verified(BytesMut::from(&bytes[..]), &checked, 0, verified.as_ref());
    let last_offset = appended.expect("there is room").last_offset;
    while partition.offsets().high_watermark <= last_offset {
        std::thread::yield_now();
    }
}

fn fetch(fetch_offset: i64, min_bytes: i32) -> FetchRequest<'static> {
    let part = FetchPartition { fetch_offset, partition_max_bytes: 1 << 20, ..Default::default() };
    let topic = FetchTopic { topic_id: id(1), partitions: Array::of(vec![part].leak()), ..Default::default() };
    FetchRequest {
        isolation_level: READ_COMMITTED,
        max_bytes: 1 << 20,
        max_wait_ms: 300_000,
        min_bytes,
        session_epoch: -1,
        topics: Array::of(vec![topic].leak()),
        ..Default::default()
    }
}

/// What a reader of committed records is told.
#[derive(Debug, PartialEq)]
struct Told {
    last_stable: i64,
    /// The base offsets of the batches.
    batches: Vec<i64>,
    /// (producer, first offset)
    aborted: Vec<(i64, i64)>,
}

fn told(body: &[u8]) -> Told {
    let answer = FetchResponse::parse(body, 17).expect("an answer");
    let part = answer.responses.iter().flat_map(|topic| topic.partitions.iter()).next().expect("a partition");
    assert_eq!(part.error_code, 0);
    let bytes = part.records.and_then(|records| records.as_bytes()).unwrap_or_default();
    let aborted = part.aborted_transactions.expect("a list, if an empty one");
    Told {
        last_stable: part.last_stable_offset,
        batches: leftfold_batch::batches(bytes).map(|batch| batch.expect("a batch").0.base_offset).collect(),
        aborted: aborted.iter().map(|one| (one.producer_id, one.first_offset)).collect(),
    }
}

// -- who may write -----------------------------------------------------------------------------------------------------

#[test]
fn before_somebody_coordinates_transactions_they_are_refused_and_nobody_is_asked() {
    let world = World::new();
    let log = world.topic(1, 0);
    let body = world.client().ask(&produce(vec![("topic-1", transactional(0, 0))]), 12);
    assert_eq!(rows(&body, 12), [(INVALID_TXN_STATE, -1)]);
    assert!(world.shell.drain(10).is_empty());
    assert_eq!(log.offsets().log_end, 0);
}

#[test]
fn the_first_batch_of_a_transaction_is_asked_about_and_the_next_is_not() {
    let world = World::new();
    world.serve_transactions();
    world.topic(1, 0);
    world.topic(2, 0);
    let mut client = world.client();
    client.send(&produce(vec![("topic-1", transactional(0, 0)), ("topic-2", transactional(0, 0))]), 12);
    let verify = world.next_verify();
    assert_eq!((&*verify.transactional_id, verify.producer_id, verify.producer_epoch), ("payments", PRODUCER, 0));
    assert!(verify.add && verify.abortable, "Produce v12 adds the partitions");
    assert_eq!(verify.partitions, [(id(1), 0), (id(2), 0)]);
    world.shell.verified(verify.id, vec![0, 0]);
    assert_eq!(rows(&client.receive(ProduceRequest::KEY, 12), 12), [(0, 0), (0, 0)]);
    let body = client.ask(&produce(vec![("topic-1", transactional(0, 1))]), 12);
    assert_eq!(rows(&body, 12), [(0, 1)]);
    let body = client.ask(&produce(vec![("topic-1", transactional(0, 0))]), 12);
    assert_eq!(rows(&body, 12), [(0, 0)], "a batch that comes again");
    assert!(world.shell.drain(10).is_empty());
}

#[test]
fn an_older_client_must_have_added_its_partitions_itself() {
    let world = World::new();
    world.serve_transactions();
    let logs = [world.topic(1, 0), world.topic(2, 0)];
    let mut client = world.client();
    client.send(&produce(vec![("topic-1", transactional(0, 0)), ("topic-2", transactional(0, 0))]), 11);
    let verify = world.next_verify();
    assert!(!verify.add && verify.abortable);
    world.shell.verified(verify.id, vec![INVALID_TXN_STATE, 0]);
    let found = rows(&client.receive(ProduceRequest::KEY, 11), 11);
    assert_eq!(found, [(INVALID_TXN_STATE, -1), (0, 0)], "each partition has its own answer");
    assert_eq!(logs.map(|log| log.offsets().log_end), [0, 1]);
}

#[test]
fn a_coordinator_that_does_not_answer_is_asked_again_by_the_client() {
    let world = World::new();
    world.serve_transactions();
    let log = world.topic(1, 0);
    let request = produce(vec![("topic-1", transactional(0, 0))]);
    assert_eq!(ask_verified(&world, &mut world.client(), &request, &[]), [(19, -1)], "not enough replicas: try again");
    assert_eq!(log.offsets().log_end, 0);
}

#[test]
fn a_marker_that_comes_before_the_verified_batch_keeps_it_out() {
    let world = World::new();
    world.serve_transactions();
    let log = world.topic(1, 0);
    let mut client = world.client();
    client.send(&produce(vec![("topic-1", transactional(0, 0))]), 11);
    let verify = world.next_verify();
    world.end(&log, PRODUCER, 0, false);
    world.shell.verified(verify.id, vec![0]);
    let found = rows(&client.receive(ProduceRequest::KEY, 11), 11);
    assert_eq!(found, [(INVALID_TXN_STATE, -1)], "else it would open a transaction that nobody ends");
    assert_eq!(log.offsets().last_stable, 1);
}

#[test]
fn who_tells_transactions_apart_is_asked_again_after_the_marker_of_the_one_before() {
    let world = World::new();
    world.serve_transactions();
    let log = world.topic(1, 0);
    let mut client = world.client();
    client.send(&produce(vec![("topic-1", transactional(1, 0))]), 12);
    let verify = world.next_verify();
    world.end(&log, PRODUCER, 1, true);
    world.shell.verified(verify.id, vec![0]);
    let again = world.next_verify();
    assert_eq!(again.partitions, verify.partitions);
    world.shell.verified(again.id, vec![0]);
    assert_eq!(rows(&client.receive(ProduceRequest::KEY, 12), 12), [(0, 1)]);
    client.send(&produce(vec![("topic-1", transactional(2, 0))]), 12);
    for _ in 0..2 {
        let verify = world.next_verify();
        world.end(&log, PRODUCER, 2, true);
        world.shell.verified(verify.id, vec![0]);
    }
    let found = rows(&client.receive(ProduceRequest::KEY, 12), 12);
    assert_eq!(found, [(INVALID_TXN_STATE, -1)], "twice is enough");
}

#[test]
fn one_request_writes_for_one_producer() {
    let world = World::new();
    world.serve_transactions();
    let logs = [world.topic(1, 0), world.topic(2, 0)];
    let other = batch_with(&["of another"], NOW_MS, &of(PRODUCER + 1, 0, 0));
    let body = world.client().ask(&produce(vec![("topic-1", transactional(0, 0)), ("topic-2", other)]), 12);
    assert_eq!(rows(&body, 12), [(49, -1), (49, -1)]);
    assert_eq!(logs.map(|log| log.offsets().log_end), [0, 0]);
}

// -- who reads what ----------------------------------------------------------------------------------------------------

#[test]
fn a_reader_of_committed_records_is_woken_by_the_marker() {
    let world = World::new();
    let log = world.topic(1, 0);
    append(&log, PRODUCER, 0, 0);
    let mut client = world.client();
    client.send(&fetch(0, 1), 17);
    world.wait_for_waiting(1);
    world.append(&log, batch(&["behind it"]), 0);
    assert_eq!(log.waiting(), 1, "records alone do not wake it");
    world.end(&log, PRODUCER, 1, true);
    let found = told(&client.receive(FetchRequest::KEY, 17));
    assert_eq!(found, Told { last_stable: 3, batches: vec![0, 1, 2], aborted: vec![] });
}

#[test]
fn aborted_transactions_are_told_with_the_records_that_they_touch() {
    let world = World::new();
    let log = world.topic(1, 0);
    append(&log, PRODUCER, 0, 0);
    append(&log, PRODUCER + 1, 0, 0);
    world.append(&log, batch(&["outside"]), 0);
    world.end(&log, PRODUCER, 1, false);
    append(&log, PRODUCER, 1, 0);
    world.end(&log, PRODUCER, 2, true);
    let mut client = world.client();
    for _ in 0..2 {
        let found = told(&client.ask(&fetch(0, 1), 17));
        assert_eq!(found, Told { last_stable: 1, batches: vec![0], aborted: vec![(PRODUCER, 0)] }, "one is undecided");
        world.fill(); // The second time around from files.
    }
    world.end(&log, PRODUCER + 1, 1, false);
    world.fill(); // A read goes on to where its file ends.
    let found = told(&client.ask(&fetch(0, 1), 17));
    let aborted = vec![(PRODUCER, 0), (PRODUCER + 1, 1)];
    assert_eq!(found, Told { last_stable: 7, batches: (0..7).collect(), aborted });
    let found = told(&client.ask(&fetch(4, 1), 17));
    let aborted = vec![(PRODUCER + 1, 1)];
    assert_eq!(found, Told { last_stable: 7, batches: vec![4, 5, 6], aborted }, "the first had ended before");
}

#[test]
fn offsets_of_committed_records_end_at_the_last_stable_one() {
    let world = World::new();
    let log = world.topic(1, 0);
    world.append(&log, batch(&["decided"]), 0);
    append(&log, PRODUCER, 0, 0);
    let mut client = world.client();
    let mut ask = |timestamp, isolation_level| {
        let part = ListOffsetsPartition { partition_index: 0, current_leader_epoch: -1, timestamp };
        let topic = ListOffsetsTopic { name: "topic-1", partitions: Array::of(vec![part].leak()) };
        let topics = Array::of(vec![topic].leak());
        let request = ListOffsetsRequest { replica_id: -1, isolation_level, topics, ..Default::default() };
        let body = client.ask(&request, 9);
        let answer = ListOffsetsResponse::parse(&body, 9).expect("an answer");
        answer.topics.iter().flat_map(|topic| topic.partitions.iter()).map(|part| part.offset).next()
    };
    assert_eq!((ask(-1, 0), ask(-1, READ_COMMITTED)), (Some(2), Some(1)), "the latest");
    world.fill();
    assert_eq!((ask(NOW_MS, 0), ask(NOW_MS, READ_COMMITTED)), (Some(0), Some(0)));
    log.trim(1).expect("it has that offset");
    assert_eq!((ask(NOW_MS, 0), ask(NOW_MS, READ_COMMITTED)), (Some(1), Some(-1)), "what is undecided is not told");
}

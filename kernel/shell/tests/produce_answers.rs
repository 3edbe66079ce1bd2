//! Produce: what is refused, and what the answer says then.

mod world;

use leftfold_batch::{Codec, Compression, EncodeOptions, HEADER_BYTES, batches, decompress, records};
use leftfold_log::TopicConfig;
use leftfold_wire::generated::produce_request::{PartitionProduceData, TopicProduceData};
use leftfold_wire::generated::produce_response::{LeaderIdAndEpoch, PartitionProduceResponse};
use leftfold_wire::generated::{ProduceRequest, ProduceResponse};
use leftfold_wire::{Array, Message, Records};
use world::{NODE, NOW_MS, World, batch, batch_with};

/// One batch for partition 0 of a topic.
fn about(name: &'static str, acks: i16, batch: Vec<u8>) -> ProduceRequest<'static> {
    let records = Some(Records::Bytes(batch.leak()));
    let part = vec![PartitionProduceData { index: 0, records }].leak();
    let topic = vec![TopicProduceData { name, partition_data: Array::of(part), ..Default::default() }].leak();
    ProduceRequest { acks, timeout_ms: 1000, topic_data: Array::of(topic), ..Default::default() }
}

fn only<'a>(answer: &ProduceResponse<'a>) -> PartitionProduceResponse<'a> {
    let mut parts = answer.responses.iter().flat_map(|topic| topic.partition_responses.iter());
    parts.next().expect("a partition was asked")
}

#[test]
fn what_is_not_there_is_said_before_what_acks_may_be() {
    let world = World::new();
    world.topic(1, 0);
    let mut client = world.client();
    for acks in [2, -2] {
        for (name, code) in [("topic-1", 21), ("unknown", 3)] {
            let body = client.ask(&about(name, acks, batch(&["a"])), 12);
            assert_eq!(only(&ProduceResponse::parse(&body, 12).expect("an answer")).error_code, code);
        }
    }
}

#[test]
fn a_producer_of_a_partition_that_another_node_leads_is_sent_there() {
    let world = World::new();
    let log = world.publish(1, NODE + 1, 5, TopicConfig::default());
    let mut client = world.client();
    let request = about("topic-1", -1, batch(&["a"]));
    let body = client.ask(&request, 12);
    let answer = ProduceResponse::parse(&body, 12).expect("an answer");
    assert_eq!(only(&answer).error_code, 6);
    assert_eq!(only(&answer).current_leader, LeaderIdAndEpoch { leader_id: NODE + 1, leader_epoch: 5 });
    assert!(answer.node_endpoints.is_empty(), "nobody knows yet where that node is");
    world.meet(NODE + 1, "elsewhere", 9092);
    let body = client.ask(&request, 12);
    let answer = ProduceResponse::parse(&body, 12).expect("an answer");
    let places: Vec<_> = answer.node_endpoints.iter().map(|one| (one.node_id, one.host, one.port)).collect();
    assert_eq!(places, [(NODE + 1, "elsewhere", 9092)]);
    let body = client.ask(&request, 9);
    assert_eq!(only(&ProduceResponse::parse(&body, 9).expect("an answer")).error_code, 6);
    assert_eq!(log.offsets().log_end, 0, "nothing was written");
}

#[test]
fn a_record_may_be_as_large_as_its_topic_allows_once_decompressed() {
    let world = World::new();
    let config = TopicConfig { max_decompressed_message_bytes: 1000, ..TopicConfig::default() };
    let log = world.topic_with(1, 0, config);
    let mut client = world.client();
    let text = "x".repeat(2000);
    let packed = batch_with(&[&text], NOW_MS, &EncodeOptions { codec: Codec::Gzip, ..Default::default() });
    let body = client.ask(&about("topic-1", -1, packed), 12);
    let answer = ProduceResponse::parse(&body, 12).expect("an answer");
    assert_eq!((only(&answer).error_code, only(&answer).log_start_offset), (87, 0));
    assert!(only(&answer).error_message.is_some_and(|text| text.contains("max.decompressed.message.bytes")));
    let body = client.ask(&about("topic-1", -1, batch(&[&text])), 12);
    assert_eq!(only(&ProduceResponse::parse(&body, 12).expect("an answer")).error_code, 0);
    assert_eq!(log.offsets().log_end, 1);
}

#[test]
fn a_batch_is_stored_in_the_codec_that_its_topic_asks_for() {
    for to in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let world = World::new();
        let compression = Some(Compression { codec: to, level: None });
        let log = world.topic_with(1, 0, TopicConfig { compression, ..TopicConfig::default() });
        let mut client = world.client();
        // Small ones are encoded where they are read, large ones elsewhere: they stay in order.
        let texts: Vec<String> =
            (0..12).map(|at| format!("{at}-{}", "x".repeat(if at % 3 == 0 { 9000 } else { 9 }))).collect();
        for (text, codec) in texts.iter().zip([Codec::None, Codec::Zstd].into_iter().cycle()) {
            let sent = batch_with(&[text], NOW_MS, &EncodeOptions { codec, ..Default::default() });
            client.send(&about("topic-1", -1, sent), 12);
        }
        for _ in &texts {
            let body = client.next(0, 12).1;
            assert_eq!(only(&ProduceResponse::parse(&body, 12).expect("an answer")).error_code, 0);
        }
        let bytes = log.read(0, 1 << 20).expect("a read").concat();
        let stored = batches(&bytes).map(|batch| batch.expect("a batch")).map(|(header, batch)| {
            header.check_crc(batch).expect("a checksum");
            assert_eq!(header.codec(), Some(to));
            let plain = decompress(to, &batch[HEADER_BYTES..], &Default::default()).expect("records");
            let record = records(&header, &plain).next().expect("a record").expect("a record");
            String::from_utf8(record.value.expect("a value").to_vec()).expect("text")
        });
        assert_eq!(stored.collect::<Vec<_>>(), texts);
    }
}

#[test]
fn a_batch_that_its_topics_codec_makes_too_large_is_refused() {
    let world = World::new();
    let compression = Some(Compression { codec: Codec::None, level: None });
    let config = TopicConfig { compression, max_message_bytes: 1000, ..TopicConfig::default() };
    let log = world.topic_with(1, 0, config);
    let mut client = world.client();
    let packed = batch_with(&[&"x".repeat(2000)], NOW_MS, &EncodeOptions { codec: Codec::Gzip, ..Default::default() });
    let body = client.ask(&about("topic-1", -1, packed), 12);
    let answer = ProduceResponse::parse(&body, 12).expect("an answer");
    assert_eq!((only(&answer).error_code, only(&answer).base_offset), (10, -1));
    assert!(only(&answer).error_message.is_some_and(|text| text.contains("compression.type")));
    assert_eq!(log.offsets().log_end, 0);
}

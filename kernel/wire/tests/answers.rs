//! Answers straight from tables, records passed through uncopied.

use bytes::Bytes;
use leftfold_wire::generated::fetch_response::{FetchableTopicResponse, PartitionData};
use leftfold_wire::generated::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use leftfold_wire::generated::{ApiVersionsResponse, FetchResponse, MetadataResponse, ProduceResponse};
use leftfold_wire::{Array, Element, Mapped, Message, Records, Rows, header};

struct Topic {
    name: String,
    leaders: Vec<i32>,
    replicas: Vec<i32>,
}

impl<'a> Rows<'a, MetadataResponsePartition<'a>> for Topic {
    fn count(&self) -> usize {
        self.leaders.len()
    }

    fn row(&'a self, index: usize) -> MetadataResponsePartition<'a> {
        MetadataResponsePartition {
            partition_index: index as i32,
            leader_id: self.leaders[index],
            replica_nodes: Array::of(&self.replicas),
            isr_nodes: Array::of(&self.replicas),
            ..Default::default()
        }
    }
}

fn topics() -> Vec<Topic> {
    let topic = |name: &str, count| Topic { name: name.into(), leaders: (0..count).collect(), replicas: vec![1, 2, 3] };
    vec![topic("orders", 1000), topic("empty", 0)]
}

#[test]
fn metadata_is_written_straight_from_a_table() {
    let table = topics();
    let brokers =
        Mapped::new(&["one", "two"], |host| MetadataResponseBroker { host, port: 9092, ..Default::default() });
    let rows = Mapped::new(&table, |topic| MetadataResponseTopic {
        name: Some(&topic.name),
        partitions: Array::rows(topic),
        ..Default::default()
    });
    let answer = MetadataResponse { brokers: Array::rows(&brokers), topics: Array::rows(&rows), ..Default::default() };
    for version in 0..=13 {
        let body = answer.body(version).concat();
        let read = MetadataResponse::parse(&body, version).unwrap();
        assert_eq!(format!("{:?}", read.brokers), format!("{:?}", answer.brokers));
        assert_eq!(read.topics.iter().map(|topic| topic.partitions.len()).collect::<Vec<_>>(), [1000, 0]);
        let orders = read.topics.iter().next().unwrap();
        assert_eq!(orders.name, Some("orders"));
        let last = orders.partitions.iter().nth(999).unwrap();
        assert_eq!((last.partition_index, last.leader_id), (999, 999));
        assert_eq!(last.isr_nodes.iter().collect::<Vec<_>>(), [1, 2, 3]);
    }
}

fn fetched<'a>(partitions: &'a [PartitionData<'a>]) -> FetchableTopicResponse<'a> {
    FetchableTopicResponse { topic: "orders", partitions: Array::of(partitions), ..Default::default() }
}

#[test]
fn records_pass_through_without_a_copy() {
    let pieces = [Bytes::from(vec![1_u8; 5000]), Bytes::new(), Bytes::from(vec![2_u8; 300])];
    let partitions = [
        PartitionData { partition_index: 0, records: Some(Records::Pieces(&pieces)), ..Default::default() },
        PartitionData { partition_index: 1, records: Some(Records::EMPTY), ..Default::default() },
        PartitionData { partition_index: 2, records: None, ..Default::default() },
        PartitionData { partition_index: 3, records: Some(Records::Pieces(&pieces[2..])), ..Default::default() },
    ];
    let topics = [fetched(&partitions)];
    let answer = FetchResponse { responses: Array::of(&topics), ..Default::default() };
    for version in 4..=18 {
        let body = answer.body(version);
        for piece in [&pieces[0], &pieces[2]] {
            assert!(body.iter().any(|part| part.as_ptr() == piece.as_ptr()), "the very bytes, not a copy");
        }
        let whole = body.concat();
        let read = FetchResponse::parse(&whole, version).unwrap();
        let records: Vec<_> =
            read.responses.iter().next().unwrap().partitions.iter().map(|part| part.records).collect();
        let joined = pieces.concat();
        assert_eq!(
            records,
            [Some(Records::Bytes(&joined)), Some(Records::EMPTY), None, Some(Records::Bytes(&pieces[2]))]
        );
    }
}

#[test]
fn a_frame_says_its_own_length() {
    let pieces = [Bytes::from(vec![7_u8; 1 << 16])];
    let partitions = [PartitionData { records: Some(Records::Pieces(&pieces)), ..Default::default() }];
    let topics = [fetched(&partitions)];
    let answer = FetchResponse { responses: Array::of(&topics), ..Default::default() };
    let mut writer = header::response(header::key(1).unwrap(), 12, 77);
    answer.encode(&mut writer);
    let frame = writer.finish().concat();
    let (length, rest) = frame.split_at(4);
    assert_eq!(u32::from_be_bytes(length.try_into().unwrap()) as usize, rest.len());
    assert_eq!(rest[..5], [0, 0, 0, 77, 0], "correlation id, then no tags");
    assert_eq!(rest[5..], answer.body(12).concat());
}

#[test]
fn an_answer_to_api_versions_has_the_oldest_header() {
    let mut writer = header::response(header::key(18).unwrap(), 3, 77);
    ApiVersionsResponse { error_code: 35, ..Default::default() }.encode(&mut writer);
    let frame = writer.finish().concat();
    assert_eq!(frame[4..10], [0, 0, 0, 77, 0, 35]);
}

#[test]
fn a_null_is_empty_where_a_version_knows_none() {
    let topics = [MetadataResponseTopic { name: None, ..Default::default() }];
    let answer = MetadataResponse { topics: Array::of(&topics), ..Default::default() };
    let name = |version| {
        let body = answer.body(version).concat();
        MetadataResponse::parse(&body, version).unwrap().topics.iter().next().unwrap().name.map(str::to_owned)
    };
    assert_eq!((name(11), name(12)), (Some(String::new()), None));
}

#[test]
fn a_text_that_is_too_long_is_cut_between_characters() {
    use leftfold_wire::generated::produce_response::{PartitionProduceResponse, TopicProduceResponse};
    let long = "é".repeat(20_000);
    let partitions = [PartitionProduceResponse { error_message: Some(&long), ..Default::default() }];
    let topics = [TopicProduceResponse { partition_responses: Array::of(&partitions), ..Default::default() }];
    let answer = ProduceResponse { responses: Array::of(&topics), ..Default::default() };
    for version in [8, 9] {
        let body = answer.body(version).concat();
        let read = ProduceResponse::parse(&body, version).unwrap();
        let partition = read.responses.iter().next().unwrap().partition_responses.iter().next().unwrap();
        assert_eq!(partition.error_message.map(str::len), Some(32_766));
    }
}

#[test]
fn frames_stand_behind_each_other_in_one_buffer() {
    let key = header::key(header::API_VERSIONS).expect("it is known");
    let answer = |mut writer: leftfold_wire::Writer, text: &[u8]| {
        writer.raw(text);
        writer
    };
    let alone = [7, 8].map(|id| answer(header::response(key, 0, id), &[id as u8; 9]).finish().concat());
    let first = answer(header::response_on(Vec::new(), key, 0, 7), &[7; 9]).into_buffer();
    let both = answer(header::response_on(first, key, 0, 8), &[8; 9]).into_buffer();
    assert_eq!(both, alone.concat());
}

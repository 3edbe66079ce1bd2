//! Metadata: whose answer goes out, and what is refused.

mod world;

use leftfold_wire::generated::metadata_request::MetadataRequestTopic;
use leftfold_wire::generated::{MetadataRequest, MetadataResponse};
use leftfold_wire::{Array, Element, Message, Writer};
use world::{World, id};

fn about(topics: &[MetadataRequestTopic<'static>]) -> MetadataRequest<'static> {
    let topics = topics.to_vec().leak();
    MetadataRequest { topics: Some(Array::of(topics)), allow_auto_topic_creation: true, ..Default::default() }
}

#[test]
fn an_answer_of_pythons_own_is_all_that_is_sent() {
    let world = World::new();
    let mut client = world.client();
    let unknown = [MetadataRequestTopic { name: Some("unknown"), ..Default::default() }];
    client.send(&about(&unknown), 12);
    let call = world.next_call();
    let mut writer = Writer::new(12, true);
    MetadataResponse { throttle_time_ms: 4711, ..Default::default() }.encode(&mut writer);
    let body = writer.finish().concat();
    world.shell.answer(call.id, body.clone());
    assert_eq!(client.receive(MetadataRequest::KEY, 12), body);
}

#[test]
fn a_topic_that_python_made_is_answered_by_the_kernel() {
    let world = World::new();
    let mut client = world.client();
    let soon = [MetadataRequestTopic { name: Some("topic-7"), ..Default::default() }];
    client.send(&about(&soon), 12);
    let call = world.next_call();
    world.topic(7, 0);
    world.shell.redo(call.id);
    let answer = client.receive(MetadataRequest::KEY, 12);
    let answer = MetadataResponse::parse(&answer, 12).expect("an answer");
    assert_eq!(answer.topics.iter().map(|topic| (topic.error_code, topic.topic_id)).collect::<Vec<_>>(), [(0, id(7))]);
}

#[test]
fn ids_are_refused_in_the_versions_whose_brokers_could_not_look_them_up() {
    let world = World::new();
    world.topic(1, 0);
    let mut client = world.client();
    let by_name = MetadataRequestTopic { name: Some("topic-1"), ..Default::default() };
    let by_id = MetadataRequestTopic { topic_id: id(1), name: None };
    for version in [10, 11] {
        let answer = client.ask(&about(&[by_id, by_name]), version);
        let answer = MetadataResponse::parse(&answer, version).expect("an answer");
        let topics: Vec<_> = answer.topics.iter().map(|topic| (topic.error_code, topic.name, topic.topic_id)).collect();
        assert_eq!(topics, [(42, Some(""), id(1)), (42, Some("topic-1"), [0; 16])]);
        assert!(answer.brokers.is_empty() && answer.cluster_id.is_none());
        assert_eq!(answer.controller_id, -1);
    }
    let answer = client.ask(&about(&[by_id]), 12);
    let answer = MetadataResponse::parse(&answer, 12).expect("an answer");
    assert_eq!(answer.topics.iter().map(|topic| topic.name).collect::<Vec<_>>(), [Some("topic-1")]);
}

//! Fetch: when it is answered, from where, and what it says.

mod world;

use leftfold_log::TopicConfig;
use leftfold_shell::ShellSettings;
use leftfold_wire::generated::fetch_request::{FetchPartition, FetchTopic, ForgottenTopic, ReplicaState};
use leftfold_wire::generated::fetch_response::{LeaderIdAndEpoch, PartitionData};
use leftfold_wire::generated::{ApiVersionsRequest, FetchRequest, FetchResponse};
use leftfold_wire::{Array, Message};
use world::{Client, NODE, World, batch, id};

const FOREVER_MS: i32 = 300_000;
const NOBODY: LeaderIdAndEpoch = LeaderIdAndEpoch { leader_id: -1, leader_epoch: -1 };

fn part(fetch_offset: i64) -> FetchPartition {
    FetchPartition { fetch_offset, partition_max_bytes: 1 << 20, ..Default::default() }
}

/// An array of one, kept for good: it is a test.
fn alone<T>(element: T) -> Array<'static, T> {
    Array::of(vec![element].leak())
}

/// Partition 0 of topics, by id; everything at once and at most a mebibyte.
fn about(topics: &[(u8, FetchPartition)]) -> FetchRequest<'static> {
    let topic = |&(number, part): &(u8, FetchPartition)| FetchTopic {
        topic_id: id(number),
        partitions: alone(part),
        ..Default::default()
    };
    let topics: Vec<_> = topics.iter().map(topic).collect();
    FetchRequest { max_bytes: 1 << 20, session_epoch: -1, topics: Array::of(topics.leak()), ..Default::default() }
}

/// (topic, its one partition's answer) of each topic.
fn answered<'a>(answer: &FetchResponse<'a>) -> Vec<(u8, PartitionData<'a>)> {
    let topics = answer.responses.iter();
    topics.flat_map(|topic| topic.partitions.iter().map(move |part| (topic.topic_id[0], part))).collect()
}

fn codes(answer: &FetchResponse<'_>) -> Vec<(u8, i16)> {
    answered(answer).iter().map(|(topic, part)| (*topic, part.error_code)).collect()
}

fn bytes_of(part: &PartitionData<'_>) -> usize {
    part.records.map_or(0, |records| records.len())
}

/// Ask at the newest version and give the answer to `look`.
fn ask<T>(client: &mut Client, request: &FetchRequest<'_>, look: impl FnOnce(&FetchResponse<'_>) -> T) -> T {
    let body = client.ask(request, 17);
    look(&FetchResponse::parse(&body, 17).expect("an answer"))
}

// -- when --------------------------------------------------------------------------------------------------------------

#[test]
fn a_fetch_waits_for_its_least_bytes_and_is_woken_by_them() {
    let world = World::new();
    let log = world.topic(1, 0);
    let mut client = world.client();
    let one = batch(&["a record"]);
    let request = FetchRequest { min_bytes: one.len() as i32 + 1, max_wait_ms: FOREVER_MS, ..about(&[(1, part(0))]) };
    client.send(&request, 17);
    world.wait_for_waiting(1);
    world.append(&log, one.clone(), 0);
    world.append(&log, one.clone(), 0);
    let body = client.receive(FetchRequest::KEY, 17);
    let answer = FetchResponse::parse(&body, 17).expect("an answer");
    assert_eq!(bytes_of(&answered(&answer)[0].1), 2 * one.len());
}

#[test]
fn more_bytes_than_the_answer_may_hold_are_not_waited_for() {
    let world = World::new();
    let log = world.topic(1, 0);
    let one = batch(&["a record"]);
    let size = one.len() as i32;
    world.append(&log, one.clone(), 0);
    world.append(&log, one, 0);
    let mut client = world.client();
    let asked = FetchRequest { min_bytes: 10 * size, max_wait_ms: FOREVER_MS, ..about(&[(1, part(0))]) };
    // One fits, and the next one does not.
    let request = FetchRequest { max_bytes: size + 10, ..asked };
    assert_eq!(ask(&mut client, &request, |answer| bytes_of(&answered(answer)[0].1)), size as usize);
    // Nothing more would be allowed, whatever came.
    let request = FetchRequest { max_bytes: 2 * size, ..asked };
    assert_eq!(ask(&mut client, &request, |answer| bytes_of(&answered(answer)[0].1)), 2 * size as usize);
    // The one partition that is asked may give no more.
    let few = FetchPartition { partition_max_bytes: size, ..part(0) };
    let request = FetchRequest { min_bytes: 10 * size, max_wait_ms: FOREVER_MS, ..about(&[(1, few)]) };
    assert_eq!(ask(&mut client, &request, |answer| bytes_of(&answered(answer)[0].1)), size as usize);
    // Nothing is allowed at all.
    let request = FetchRequest { max_bytes: 0, ..asked };
    ask(&mut client, &request, |answer| assert_eq!(codes(answer), [(1, 0)]));
}

#[test]
fn the_servers_own_limit_ends_the_wait_too() {
    let one = batch(&["a record"]);
    let settings = ShellSettings { workers: 1, fetch_bytes_max: one.len() + 10, ..ShellSettings::default() };
    let world = World::with(settings);
    let log = world.topic(1, 0);
    world.append(&log, one.clone(), 0);
    world.append(&log, one.clone(), 0);
    let request = FetchRequest { min_bytes: 1 << 20, max_wait_ms: FOREVER_MS, ..about(&[(1, part(0))]) };
    assert_eq!(ask(&mut world.client(), &request, |answer| bytes_of(&answered(answer)[0].1)), one.len());
}

#[test]
fn very_many_partitions_are_waited_for_only_while_there_is_memory_for_them() {
    let settings = ShellSettings { workers: 1, answer_bytes_max: 1 << 20, ..ShellSettings::default() };
    let world = World::with(settings);
    world.topic(1, 0);
    let (few, many) = (vec![(1, part(0)); 100], vec![(1, part(0)); 10_000]);
    let waits = |parts: &[(u8, FetchPartition)]| FetchRequest { min_bytes: 1, max_wait_ms: FOREVER_MS, ..about(parts) };
    ask(&mut world.client(), &waits(&many), |answer| assert_eq!(answered(answer).len(), 10_000));
    let mut client = world.client();
    client.send(&waits(&few), 17);
    world.wait_for_waiting(1);
}

#[test]
fn ten_thousand_polls_that_end_unmet_leave_nobody_waiting() {
    let world = World::new();
    let log = world.topic(1, 0);
    let mut clients: Vec<_> = (0..200).map(|_| world.client()).collect();
    let request = FetchRequest { min_bytes: 1, max_wait_ms: 1, ..about(&[(1, part(0))]) };
    for _ in 0..50 {
        clients.iter_mut().for_each(|client| client.send(&request, 17));
        clients.iter_mut().for_each(|client| drop(client.receive(FetchRequest::KEY, 17)));
    }
    assert_eq!(log.waiting(), 0);
}

// -- from where --------------------------------------------------------------------------------------------------------

#[test]
fn a_slow_disk_holds_up_only_who_reads_from_it() {
    let world = World::new();
    let (cold, hot) = (world.topic(1, 0), world.topic(2, 0));
    world.append(&cold, batch(&["long ago"]), 0);
    world.fill();
    world.append(&hot, batch(&["just now"]), 0);
    world.gate.shut();
    let (mut patient, mut other) = (world.client(), world.client());
    patient.send(&about(&[(1, part(0)), (2, part(0))]), 17);
    world.gate.wait_for(1);
    // There is one worker: it would hang here.
    ask(&mut other, &about(&[(2, part(0))]), |answer| assert!(bytes_of(&answered(answer)[0].1) > 0));
    other.ask(&ApiVersionsRequest { client_software_name: "a", client_software_version: "1", ..Default::default() }, 3);
    // Behind a request that waits for the disk, answers keep the order of their questions.
    world.gate.open();
    let body = patient.receive(FetchRequest::KEY, 17);
    let answer = FetchResponse::parse(&body, 17).expect("an answer");
    assert!(answered(&answer).iter().all(|(_, part)| bytes_of(part) > 0));
}

#[test]
fn who_waits_for_the_disk_with_an_index_in_hand_holds_up_nobody() {
    let world = World::new();
    let config = TopicConfig { index_interval_bytes: 1, ..TopicConfig::default() };
    let (cold, hot) = (world.topic_with(1, 0, config), world.topic(2, 0));
    (0..5).for_each(|_| world.append(&cold, batch(&["long ago"]), 0));
    world.fill();
    world.append(&hot, batch(&["just now"]), 0);
    world.gate.shut();
    let mut patient = [world.client(), world.client()];
    for (index, client) in patient.iter_mut().enumerate() {
        client.send(&about(&[(1, part(4))]), 17);
        world.gate.wait_for(index + 1);
    }
    ask(&mut world.client(), &about(&[(2, part(0))]), |answer| assert!(bytes_of(&answered(answer)[0].1) > 0));
    world.gate.open();
    patient.iter_mut().for_each(|client| drop(client.receive(FetchRequest::KEY, 17)));
}

#[test]
fn the_page_cache_is_read_at_once_but_not_without_end() {
    let world = World::new();
    let large = "x".repeat(700_000);
    for number in 1..=3 {
        let log = world.topic(number, 0);
        world.append(&log, batch(&[&large]), 0);
    }
    world.fill();
    world.gate.cache();
    world.gate.shut();
    let mut client = world.client();
    let one = FetchRequest { max_bytes: 10 << 20, ..about(&[(1, part(0))]) };
    ask(&mut client, &one, |answer| assert!(bytes_of(&answered(answer)[0].1) > 700_000));
    // Three are too much for the thread that serves all others too: the rest of them goes to another one.
    client.send(&FetchRequest { max_bytes: 10 << 20, ..about(&[(1, part(0)), (2, part(0)), (3, part(0))]) }, 17);
    world.gate.wait_for(1);
    world.gate.open();
    let body = client.receive(FetchRequest::KEY, 17);
    let answer = FetchResponse::parse(&body, 17).expect("an answer");
    assert!(answered(&answer).iter().all(|(_, part)| bytes_of(part) > 700_000));
}

#[test]
fn a_slow_disk_does_not_turn_the_order_of_a_connection() {
    let world = World::new();
    let cold = world.topic(1, 0);
    world.append(&cold, batch(&["long ago"]), 0);
    world.fill();
    world.gate.shut();
    let mut client = world.client();
    client.send(&about(&[(1, part(0))]), 17);
    world.gate.wait_for(1);
    client.send(&about(&[(9, part(0))]), 17);
    world.gate.open();
    let (first, second) = (client.next(FetchRequest::KEY, 17), client.next(FetchRequest::KEY, 17));
    assert!(first.0 < second.0);
    assert!(first.1.len() > second.1.len(), "the one with records came first");
}

// -- what --------------------------------------------------------------------------------------------------------------

#[test]
fn a_fenced_consumer_is_told_who_leads_and_where() {
    let world = World::new();
    world.topic(1, 2);
    let mut client = world.client();
    let stale = about(&[(1, FetchPartition { current_leader_epoch: 1, ..part(0) })]);
    ask(&mut client, &stale, |answer| {
        assert_eq!(codes(answer), [(1, 74)]);
        assert_eq!(answered(answer)[0].1.current_leader, LeaderIdAndEpoch { leader_id: NODE, leader_epoch: 2 });
        let places: Vec<_> =
            answer.node_endpoints.iter().map(|one| (one.node_id, one.host, one.port, one.rack)).collect();
        assert_eq!(places, [(NODE, "127.0.0.1", i32::from(world.port), Some("r1"))]);
    });
    let body = client.ask(&stale, 15);
    let answer = FetchResponse::parse(&body, 15).expect("an answer");
    assert_eq!(answered(&answer)[0].1.current_leader, NOBODY, "version 15 has no word for it");
    let ahead = about(&[(1, FetchPartition { current_leader_epoch: 3, ..part(0) })]);
    ask(&mut client, &ahead, |answer| {
        assert_eq!(codes(answer), [(1, 75)]);
        assert_eq!(answered(answer)[0].1.current_leader, NOBODY);
        assert!(answer.node_endpoints.is_empty());
    });
}

#[test]
fn a_consumer_of_a_partition_that_another_node_leads_is_sent_there() {
    let world = World::new();
    world.publish(1, NODE + 1, 5, TopicConfig::default());
    ask(&mut world.client(), &about(&[(1, part(0))]), |answer| {
        assert_eq!(codes(answer), [(1, 6)]);
        assert_eq!(answered(answer)[0].1.current_leader, LeaderIdAndEpoch { leader_id: NODE + 1, leader_epoch: 5 });
    });
}

/// Reliability scenario I7, in the form that Kafka gives it without an authorizer.
#[test]
fn who_says_it_is_a_follower_gets_nothing_and_moves_nothing() {
    let world = World::new();
    let log = world.topic(1, 0);
    world.append(&log, batch(&["a record"]), 0);
    let before = log.offsets();
    let mut client = world.client();
    for replica_id in [0, NODE, 5] {
        let replica_state = ReplicaState { replica_id, replica_epoch: 1 };
        let request = FetchRequest { replica_state, ..about(&[(1, part(1)), (9, part(0))]) };
        ask(&mut client, &request, |answer| {
            assert_eq!(codes(answer), [(1, 6), (9, 100)]);
            assert_eq!(answered(answer)[0].1.current_leader, LeaderIdAndEpoch { leader_id: NODE, leader_epoch: 0 });
            assert!(answer.node_endpoints.is_empty(), "a follower knows where its leader is");
        });
        let body = client.ask(&FetchRequest { replica_id, ..about(&[(1, part(0))]) }, 14);
        assert_eq!(codes(&FetchResponse::parse(&body, 14).expect("an answer")), [(1, 6)]);
    }
    ask(
        &mut client,
        &FetchRequest { replica_state: ReplicaState { replica_id: -2, replica_epoch: -1 }, ..about(&[(1, part(0))]) },
        |answer| {
            assert_eq!(codes(answer), [(1, 0)], "a debugging client reads as any other");
        },
    );
    assert_eq!(log.offsets(), before);
}

#[test]
fn a_topic_that_was_deleted_or_made_anew_under_a_session_is_told_apart() {
    let world = World::new();
    world.topic(1, 0);
    let mut client = world.client();
    let begin = FetchRequest { session_epoch: 0, ..about(&[(1, part(0)), (9, part(0))]) };
    let session_id = ask(&mut client, &begin, |answer| {
        assert_eq!(codes(answer), [(1, 0), (9, 100)]);
        answer.session_id
    });
    assert!(session_id > 0);
    let go_on = |session_epoch| FetchRequest { session_id, session_epoch, ..about(&[]) };
    world.shell.withdraw_topic(&id(1));
    ask(&mut client, &go_on(1), |answer| assert_eq!(codes(answer), [(1, 3), (9, 100)], "its name is remembered"));
    world.publish_as(2, "topic-1");
    ask(&mut client, &go_on(2), |answer| assert_eq!(codes(answer), [(1, 103), (9, 100)], "the name has another id"));
    let replaced = FetchRequest {
        forgotten_topics_data: alone(ForgottenTopic { topic_id: id(1), partitions: alone(0), ..Default::default() }),
        ..FetchRequest { session_id, session_epoch: 3, ..about(&[(2, part(0))]) }
    };
    ask(&mut client, &replaced, |answer| assert_eq!(codes(answer), [(9, 100), (2, 0)]));
}

#[test]
fn a_session_outlives_its_connection_and_is_found_from_another() {
    let world = World::new();
    world.topic(1, 0);
    let begin = FetchRequest { session_epoch: 0, ..about(&[(1, part(0))]) };
    let session_id = ask(&mut world.client(), &begin, |answer| answer.session_id);
    let go_on = FetchRequest { session_id, session_epoch: 1, ..about(&[]) };
    ask(&mut world.client(), &go_on, |answer| assert_eq!((answer.error_code, answer.session_id), (0, session_id)));
    ask(&mut world.client(), &go_on, |answer| assert_eq!((answer.error_code, answer.session_id), (71, 0)));
}

#[test]
fn a_session_by_names_is_not_gone_on_with_by_ids() {
    let world = World::new();
    world.topic(1, 0);
    let mut client = world.client();
    let topics = alone(FetchTopic { topic: "topic-1", partitions: alone(part(0)), ..Default::default() });
    let begin = FetchRequest { session_epoch: 0, topics, ..about(&[]) };
    let body = client.ask(&begin, 12);
    let session_id = FetchResponse::parse(&body, 12).expect("an answer").session_id;
    let go_on = FetchRequest { session_id, session_epoch: 1, ..about(&[]) };
    ask(&mut client, &go_on, |answer| assert_eq!(answer.error_code, 106));
    let wrong = FetchRequest { session_epoch: 7, ..go_on };
    ask(&mut client, &wrong, |answer| assert_eq!(answer.error_code, 71, "the epoch is looked at first"));
    let body = client.ask(&go_on, 12);
    assert_eq!(FetchResponse::parse(&body, 12).expect("an answer").error_code, 0, "it goes on as it began");
}

//! ListOffsets: from where it is answered, and with which epoch.

mod world;

use leftfold_wire::generated::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use leftfold_wire::generated::{ApiVersionsRequest, ListOffsetsRequest, ListOffsetsResponse};
use leftfold_wire::{Array, Message};
use world::{Client, NOW_MS, World, batch, batch_with};

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const LARGEST: i64 = -3;
const LOCAL: i64 = -4;

fn part(timestamp: i64) -> ListOffsetsPartition {
    ListOffsetsPartition { partition_index: 0, current_leader_epoch: -1, timestamp }
}

fn about(topics: &[(&'static str, &[ListOffsetsPartition])]) -> ListOffsetsRequest<'static> {
    let topic = |(name, parts): &(&'static str, &[ListOffsetsPartition])| ListOffsetsTopic {
        name,
        partitions: Array::of(parts.to_vec().leak()),
    };
    let topics: Vec<_> = topics.iter().map(topic).collect();
    ListOffsetsRequest { replica_id: -1, topics: Array::of(topics.leak()), ..Default::default() }
}

/// (topic, partition, error, offset, leader epoch) of each partition of the answer.
fn rows(body: &[u8]) -> Vec<(String, i32, i16, i64, i32)> {
    let answer = ListOffsetsResponse::parse(body, 9).expect("an answer");
    let row = |name: &str, part: leftfold_wire::generated::list_offsets_response::ListOffsetsPartitionResponse| {
        (name.to_owned(), part.partition_index, part.error_code, part.offset, part.leader_epoch)
    };
    answer.topics.iter().flat_map(|topic| topic.partitions.iter().map(move |part| row(topic.name, part))).collect()
}

/// Offset and leader epoch for a time.
fn at(client: &mut Client, timestamp: i64) -> (i64, i32) {
    let found = rows(&client.ask(&about(&[("topic-1", &[part(timestamp)])]), 9));
    assert_eq!((found.len(), found[0].2), (1, 0), "{found:?}");
    (found[0].3, found[0].4)
}

#[test]
fn an_offset_comes_with_the_epoch_that_it_was_written_in() {
    let world = World::new();
    let log = world.topic(1, 5);
    let mut client = world.client();
    assert_eq!((at(&mut client, EARLIEST), at(&mut client, LATEST)), ((0, 5), (0, 5)), "nothing was written yet");
    assert_eq!((at(&mut client, LARGEST), at(&mut client, NOW_MS)), ((-1, -1), (-1, -1)));
    world.append(&log, batch(&["a", "b"]), 0);
    world.append(&log, batch_with(&["c", "d"], NOW_MS + 10, &Default::default()), 2);
    assert_eq!((at(&mut client, EARLIEST), at(&mut client, LOCAL)), ((0, 0), (0, 0)));
    assert_eq!((at(&mut client, NOW_MS + 1), at(&mut client, NOW_MS + 2)), ((1, 0), (2, 2)));
    assert_eq!((at(&mut client, LARGEST), at(&mut client, LATEST)), ((3, 2), (4, 5)));
    log.trim(3).expect("it has that offset");
    assert_eq!((at(&mut client, EARLIEST), at(&mut client, NOW_MS)), ((3, 2), (3, 2)));
    log.trim(4).expect("it has that offset");
    assert_eq!(at(&mut client, EARLIEST), (4, 5), "what comes next is written in the present epoch");
}

#[test]
fn who_is_named_twice_is_answered_once_that_it_was() {
    let world = World::new();
    world.topic(1, 0);
    let other = ListOffsetsPartition { partition_index: 1, ..part(LATEST) };
    let twice =
        about(&[("topic-1", &[part(LATEST), other]), ("unknown", &[part(LATEST)]), ("topic-1", &[part(EARLIEST)])]);
    let found = rows(&world.client().ask(&twice, 9));
    let row = |name: &str, index, code| (name.to_owned(), index, code, -1, -1);
    assert_eq!(found, [row("topic-1", 0, 42), row("topic-1", 1, 3), row("unknown", 0, 3)]);
}

#[test]
fn a_search_by_time_waits_for_the_disk_alone() {
    let world = World::new();
    let log = world.topic(1, 0);
    world.append(&log, batch(&["long ago"]), 0);
    world.fill();
    world.gate.shut();
    let (mut patient, mut other) = (world.client(), world.client());
    patient.send(&about(&[("topic-1", &[part(NOW_MS)])]), 9);
    world.gate.wait_for(1);
    // There is one worker: it would hang here.
    other.ask(&ApiVersionsRequest { client_software_name: "a", client_software_version: "1", ..Default::default() }, 3);
    assert_eq!(at(&mut other, LATEST), (1, 0));
    world.gate.open();
    assert_eq!(rows(&patient.receive(ListOffsetsRequest::KEY, 9)), [("topic-1".to_owned(), 0, 0, 0, 0)]);
}

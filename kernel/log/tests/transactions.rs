//! Transactions: what is stable, what was aborted, and both after a crash.

mod world;

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use leftfold_batch::{EndMarker, batches, check, code};
use leftfold_log::{AppendError, Partition, TopicConfig};
use leftfold_ports::sim::Fault;
use world::{
    MARKER, NOW_MS, World, aborted, append, append_transactional, batch, config, end, outcome, read_all, transactional,
    values,
};

fn put(partition: &Arc<Partition>, producer: i64, epoch: i16, sequence: i32) -> i64 {
    let text = values(&[&"x".repeat(100)]);
    append_transactional(partition, &text, (producer, epoch, sequence))
        .unwrap_or_else(|why| panic!("{why:?}"))
        .base_offset
}

fn finish(partition: &Arc<Partition>, producer: i64, next_epoch: i16, commit: bool) -> i64 {
    end(partition, producer, next_epoch, commit).unwrap_or_else(|why| panic!("{why:?}")).base_offset
}

fn plain(partition: &Arc<Partition>) {
    append(partition, batch(&values(&["plain"]), None)).unwrap_or_else(|why| panic!("{why:?}"));
}

fn stable(partition: &Partition) -> (i64, i64) {
    let offsets = partition.offsets();
    (offsets.last_stable, offsets.high_watermark)
}

fn rejected<T>(outcome: Result<T, AppendError>) -> i16 {
    match outcome {
        Err(AppendError::Rejected(rejected)) => rejected.code,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was appended"),
    }
}

/// The process is killed: nothing more is written, and the folder is opened again.
fn kill(world: World) -> World {
    World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn what_is_undecided_is_not_stable_until_its_marker_is_durable() {
    let world = World::new();
    let partition = world.partition(1);
    plain(&partition);
    put(&partition, 7, 0, 0);
    plain(&partition);
    put(&partition, 8, 0, 0);
    assert_eq!(stable(&partition), (0, 0), "nothing is durable yet");
    world.settle();
    assert_eq!(stable(&partition), (1, 4));
    finish(&partition, 7, 1, true);
    assert_eq!(stable(&partition), (1, 4), "the marker is not durable yet");
    world.settle();
    assert_eq!(stable(&partition), (3, 5));
    finish(&partition, 8, 1, false);
    world.settle();
    assert_eq!(stable(&partition), (6, 6));
    assert_eq!(aborted(&partition, 0, 6), [(8, 3, 5)]);
}

#[test]
fn a_reader_of_committed_records_gets_none_from_the_first_undecided_on() {
    let world = World::new();
    let partition = world.partition(1);
    plain(&partition);
    plain(&partition);
    put(&partition, 7, 0, 0);
    plain(&partition);
    for _ in 0..2 {
        world.commit();
        let ends = |offset| {
            let chunks = partition.read_before(offset, partition.offsets().last_stable, 1 << 20).expect("a read");
            let all = chunks.concat();
            batches(&all).map(|batch| batch.expect("a batch").0.last_offset()).collect::<Vec<_>>()
        };
        assert_eq!((ends(0), ends(1), ends(2), ends(3)), (vec![0, 1], vec![1], vec![], vec![]));
        world.fill(); // The second time around from segments, if memory lets go; the answer is the same.
    }
}

#[test]
fn a_wait_for_stable_records_ends_with_the_marker_and_not_with_records() {
    let world = World::new();
    let partition = world.partition(1);
    put(&partition, 7, 0, 0);
    world.settle();
    let mut wait = Box::pin(partition.wait_past_stable(0));
    let mut poll = || wait.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll().is_pending());
    plain(&partition);
    world.settle();
    assert!(poll().is_pending());
    assert_eq!(partition.waiting(), 1);
    finish(&partition, 7, 1, true);
    assert!(poll().is_pending());
    world.settle();
    assert_eq!(partition.waiting(), 0, "it was woken");
    assert_eq!(poll(), Poll::Ready(()));
}

#[test]
fn only_who_was_verified_begins_a_transaction() {
    let world = World::new();
    let partition = world.partition(1);
    let bytes = transactional(&values(&["a"]), (7, 0, 0));
    let checked = check(&bytes, &partition.config().rules(NOW_MS)).expect("a batch");
    let try_with = |verified| partition.append_verified(BytesMut::from(&bytes[..]), &checked, 0, verified);
    assert_eq!(rejected(try_with(None)), code::INVALID_TXN_STATE);
    let late = partition.verification(&checked.header, false).expect("it would begin a transaction");
    finish(&partition, 7, 0, false);
    assert_eq!(rejected(try_with(Some(&late))), code::INVALID_TXN_STATE, "a marker came in between");
    let again = partition.verification(&checked.header, false).expect("it would begin a transaction");
    assert!(try_with(Some(&again)).is_ok());
    assert!(partition.verification(&checked.header, false).is_none(), "it goes on now, or comes again");
    put(&partition, 7, 0, 1);
    let other = transactional(&values(&["a"]), (8, 0, 0));
    let other = check(&other, &partition.config().rules(NOW_MS)).expect("a batch");
    let of_another = partition.verification(&other.header, false).expect("it would begin a transaction");
    finish(&partition, 7, 1, true);
    let next = transactional(&values(&["a"]), (7, 1, 0));
    let checked = check(&next, &partition.config().rules(NOW_MS)).expect("a batch");
    let next = partition.append_verified(BytesMut::from(&next[..]), &checked, 0, Some(&of_another));
    assert_eq!(rejected(next), code::INVALID_TXN_STATE, "somebody else was verified");
}

#[test]
fn a_batch_does_not_begin_before_the_one_that_it_follows() {
    let world = World::new();
    let partition = world.partition(1);
    let asked = |producer: (i64, i16, i32), from_zero| {
        let bytes = transactional(&values(&["a"]), producer);
        let checked = check(&bytes, &partition.config().rules(NOW_MS)).expect("a batch");
        let verified = partition.verification(&checked.header, from_zero).expect("it would begin a transaction");
        (BytesMut::from(&bytes[..]), checked, verified)
    };
    let put = |(bytes, checked, verified): (BytesMut, _, _)| {
        partition.append_verified(bytes, &checked, 0, Some(&verified)).map(|appended| appended.base_offset)
    };
    assert_eq!(rejected(put(asked((7, 0, 3), true))), code::OUT_OF_ORDER_SEQUENCE_NUMBER, "its epoch begins at 0");
    let refused = asked((8, 0, 5), false);
    drop(refused);
    assert_eq!(rejected(put(asked((8, 0, 6), false))), code::OUT_OF_ORDER_SEQUENCE_NUMBER, "5 was told to come again");
    assert!(matches!(put(asked((8, 0, 5), false)), Ok(0)));
    assert!(matches!(put(asked((9, 0, 44), false)), Ok(1)), "what it wrote before may have been forgotten");
    drop(asked((10, 0, 5), false));
    assert!(matches!(put(asked((10, 1, 6), false)), Ok(2)), "in its next epoch nothing is awaited");
    drop(asked((11, 0, 5), false));
    finish(&partition, 11, 0, false);
    assert_eq!(rejected(put(asked((11, 0, 6), false))), code::OUT_OF_ORDER_SEQUENCE_NUMBER, "behind a marker 0 comes");
}

#[test]
fn markers_obey_epochs_and_coordinators() {
    let world = World::new();
    let partition = world.partition(1);
    put(&partition, 7, 4, 0);
    assert_eq!(rejected(end(&partition, 7, 4, true)), code::INVALID_PRODUCER_EPOCH);
    finish(&partition, 7, 5, true);
    finish(&partition, 7, 5, true); // Its answer was lost.
    put(&partition, 7, 5, 0);
    assert_eq!(rejected(end(&partition, 7, 5, false)), code::INVALID_PRODUCER_EPOCH, "a late one");
    let of_an_older = EndMarker { commit: true, coordinator_epoch: -1 };
    let fenced = partition.append_marker((7, 6), of_an_older, 2, 0);
    assert_eq!(rejected(fenced), code::TRANSACTION_COORDINATOR_FENCED);
    world.settle();
    assert_eq!(partition.offsets().last_stable, 3);
}

#[test]
fn aborted_transactions_are_found_in_memory_in_segments_and_after_a_crash() {
    let mut world = World::new();
    let mut expected = Vec::new();
    let mut partition = world.partition(1);
    let mut long_since = 0;
    for turn in 0..40 {
        if turn % 10 == 0 {
            long_since = put(&partition, 1, turn / 10, 0); // Open for ten turns.
        }
        let first = put(&partition, 100, turn, 0);
        put(&partition, 100, turn, 1);
        let last = finish(&partition, 100, turn + 1, turn % 3 == 0);
        if turn % 3 != 0 {
            expected.push((100, first, last));
        }
        if turn % 10 == 9 {
            expected.push((1, long_since, finish(&partition, 1, turn / 10 + 1, false)));
        }
        if turn % 4 == 1 {
            world.commit();
        }
        if turn % 8 == 5 {
            world.fill();
        }
        if turn == 25 {
            world.commit();
            drop(partition);
            world = kill(world);
            partition = world.partition(1);
        }
    }
    world.commit();
    let end = partition.offsets().high_watermark;
    let judge = |partition: &Partition| {
        for from in 0..=end {
            for until in [from + 1, from + 7, end] {
                let wanted: Vec<_> = expected.iter().filter(|row| row.2 >= from && row.1 < until).copied().collect();
                let found = aborted(partition, from, until);
                assert_eq!(found, wanted, "from {from} to {until}");
            }
        }
    };
    judge(&partition);
    world.fill();
    judge(&partition);
    assert!(partition.size().1 > 2, "there are several segments");
    drop(partition);
    let world = kill(world);
    judge(&world.partition(1));
    let disk = world.stop();
    let world = World::open(&disk).unwrap_or_else(|error| panic!("{error}"));
    judge(&world.partition(1));
    assert_eq!(stable(&world.partition(1)), (end, end));
}

#[test]
fn a_transaction_stays_open_through_crashes_whatever_was_filled_since() {
    let mut world = World::new();
    let partition = world.partition(1);
    put(&partition, 7, 3, 0);
    world.settle();
    world.log.checkpoint().expect("a checkpoint");
    // Segments are rolled while the journal is replayed: what their snapshots say must begin before the journal does.
    for _ in 0..60 {
        append(&partition, batch(&values(&[&"y".repeat(200)]), None)).unwrap_or_else(|why| panic!("{why:?}"));
    }
    world.commit();
    drop(partition);
    for _ in 0..3 {
        world = kill(world);
        let partition = world.partition(1);
        assert_eq!(stable(&partition), (0, 61));
        let oldest = partition.oldest_transaction().expect("it is open");
        assert_eq!((oldest.producer_id, oldest.producer_epoch, oldest.first_offset), (7, 3, 0));
        assert_eq!((oldest.partition, oldest.since_ms), (partition.id, NOW_MS));
        let again = append_transactional(&partition, &values(&[&"x".repeat(100)]), (7, 3, 0));
        assert_eq!(again.unwrap_or_else(|why| panic!("{why:?}")).base_offset, 0, "its batch is known");
    }
    let partition = world.partition(1);
    finish(&partition, 7, 4, false);
    world.settle();
    drop(partition);
    let world = kill(world);
    assert_eq!(stable(&world.partition(1)), (62, 62));
    assert_eq!(aborted(&world.partition(1), 5, 6), [(7, 0, 61)]);
    assert!(world.partition(1).oldest_transaction().is_none());
    assert_eq!(read_all(&world.partition(1))[&61], MARKER);
}

#[test]
fn a_marker_that_found_no_room_ends_nothing() {
    let world = World::new();
    let partition = world.partition(1);
    put(&partition, 7, 0, 0);
    world.settle();
    world.disk.set_fault(Some(Fault::Full));
    // Until the journal has no room left in its file either.
    let refused = |ticket: &mut leftfold_log::Ticket| outcome(ticket).expect("an outcome").is_err();
    let marker_of = |producer| end(&partition, producer, 1, false).unwrap_or_else(|why| panic!("{why:?}"));
    loop {
        let mut ticket = marker_of(8).ticket.expect("a ticket");
        world.log.commit_once();
        if refused(&mut ticket) {
            break;
        }
    }
    world.disk.set_fault(None);
    world.log.look_for_space();
    world.disk.set_fault(Some(Fault::Full));
    let mut ticket = marker_of(7).ticket.expect("a ticket");
    world.log.commit_once();
    assert!(refused(&mut ticket));
    assert_eq!(partition.oldest_transaction().map(|open| (open.first_offset, open.producer_epoch)), Some((0, 0)));
    assert_eq!(partition.offsets().last_stable, 0);
    world.disk.set_fault(None);
    world.log.look_for_space();
    let marker = finish(&partition, 7, 1, false);
    world.settle();
    assert_eq!(stable(&partition), (marker + 1, marker + 1));
    assert_eq!(aborted(&partition, 0, marker), [(7, 0, marker)]);
}

#[test]
fn a_marker_is_waited_for_even_where_records_are_not() {
    let world = World::new();
    let partition = world.create(1, TopicConfig { write_caching: true, ..config() });
    let appended = append_transactional(&partition, &values(&["a"]), (7, 0, 0)).unwrap_or_else(|why| panic!("{why:?}"));
    assert!(appended.ticket.is_none());
    let mut ticket = end(&partition, 7, 1, true).unwrap_or_else(|why| panic!("{why:?}")).ticket.expect("a ticket");
    assert_eq!((outcome(&mut ticket), stable(&partition)), (None, (0, 1)));
    world.commit();
    assert_eq!((outcome(&mut ticket), stable(&partition)), (Some(Ok(())), (2, 2)));
}

#[test]
fn what_is_trimmed_is_decided() {
    let world = World::new();
    let partition = world.partition(1);
    put(&partition, 7, 0, 0);
    plain(&partition);
    plain(&partition);
    world.settle();
    assert_eq!(stable(&partition), (0, 3));
    let _ticket = partition.trim(2).unwrap_or_else(|why| panic!("{why:?}"));
    assert_eq!(stable(&partition), (2, 3));
}

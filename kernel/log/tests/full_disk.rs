//! A full disk: nothing acknowledged is lost, nothing waits, service returns with space.

mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use leftfold_log::{AppendError, Partition, Ticket, TopicConfig};
use leftfold_ports::sim::Fault;
use world::{World, append, append_in, batch, config, id, outcome, read_all};

fn some(number: usize) -> Vec<u8> {
    batch(&[format!("{number}-{}", "z".repeat(200))], None)
}

fn take(partition: &Arc<Partition>, number: usize) -> Ticket {
    append(partition, some(number)).unwrap_or_else(|error| panic!("{error:?}")).ticket.expect("a ticket")
}

fn is_refused(ticket: &mut Ticket) -> bool {
    matches!(outcome(ticket), Some(Err(why)) if why.contains("disk is full"))
}

/// A log with one record, on a disk that has just become full and whose journal has no room left in its file.
fn full() -> (World, Arc<Partition>) {
    let world = World::new();
    let partition = world.partition(1);
    take(&partition, 0);
    world.settle();
    world.disk.set_fault(Some(Fault::Full));
    for number in 1.. {
        let mut ticket = take(&partition, number);
        world.log.commit_once();
        if is_refused(&mut ticket) {
            break;
        }
    }
    world.disk.set_fault(None);
    world.log.look_for_space();
    world.disk.set_fault(Some(Fault::Full));
    (world, partition)
}

fn make_room(world: &World) {
    world.disk.set_fault(None);
    world.log.look_for_space();
}

#[test]
fn what_was_taken_before_the_disk_was_found_full_is_refused() {
    let (world, partition) = full();
    let before = read_all(&partition);
    let ends = partition.offsets();
    let mut tickets: Vec<_> = (0..5).map(|number| take(&partition, 100 + number)).collect();
    assert!(tickets.iter_mut().all(|ticket| outcome(ticket).is_none()));
    world.log.commit_once();
    assert!(tickets.iter_mut().all(is_refused), "each is told so");
    assert_eq!(partition.offsets(), ends, "nothing of them is left");
    assert_eq!(read_all(&partition), before, "fetch goes on");
    assert_eq!(world.log.failure(), None, "a full disk is no failure");
    assert!(matches!(append(&partition, some(9)), Err(AppendError::Full)), "the next is refused at once");
}

#[test]
fn service_returns_with_space() {
    let (world, partition) = full();
    let before = read_all(&partition);
    let mut refused = take(&partition, 100);
    world.log.commit_once();
    make_room(&world);
    let mut ticket = take(&partition, 101);
    world.settle();
    assert_eq!(outcome(&mut ticket), Some(Ok(())));
    assert!(is_refused(&mut refused), "an answer does not change");
    let mut expected = before.clone();
    expected.insert(before.len() as i64, format!("101-{}", "z".repeat(200)));
    assert_eq!(read_all(&partition), expected);
    drop(partition);
    let world = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read_all(&world.partition(1)), expected, "offsets were given anew, and once");
}

#[test]
fn an_idempotent_producer_may_send_again_what_was_refused() {
    let (world, partition) = full();
    let send = |sequence: i32| append(&partition, batch(&[format!("p{sequence}")], Some((7, sequence))));
    make_room(&world);
    send(0).unwrap_or_else(|error| panic!("{error:?}"));
    world.settle();
    send(1).unwrap_or_else(|error| panic!("{error:?}"));
    world.commit();
    world.disk.set_fault(Some(Fault::Full));
    let mut refused = Vec::new();
    let mut next = 2;
    while refused.is_empty() {
        let mut tickets: Vec<_> = (next..next + 3)
            .map(|sequence| send(sequence).unwrap_or_else(|error| panic!("{error:?}")).ticket.expect("a ticket"))
            .collect();
        world.log.commit_once();
        if tickets.iter_mut().any(is_refused) {
            refused.extend(next..next + 3);
        } else {
            next += 3;
        }
    }
    make_room(&world);
    let base = partition.offsets().log_end;
    for (sequence, offset) in refused.into_iter().zip(base..) {
        let again = send(sequence).unwrap_or_else(|error| panic!("sequence {sequence}: {error:?}"));
        assert_eq!(again.base_offset, offset, "no duplicate of what was never appended");
    }
}

#[test]
fn an_epoch_that_began_with_what_was_refused_never_began() {
    let (world, partition) = full();
    append_in(&partition, some(100), 7).unwrap_or_else(|error| panic!("{error:?}"));
    world.log.commit_once();
    assert_eq!(partition.epoch_end(7), (-1, -1));
    assert_eq!(partition.epoch_end(0), (0, partition.offsets().log_end));
}

#[test]
fn what_write_caching_acknowledged_waits_for_room() {
    let (world, partition) = full();
    make_room(&world);
    let cached = world.create(2, TopicConfig { write_caching: true, ..config() });
    world.disk.set_fault(Some(Fault::Full));
    append(&cached, some(1)).unwrap_or_else(|error| panic!("{error:?}"));
    let mut refused = take(&partition, 100);
    append(&cached, some(2)).unwrap_or_else(|error| panic!("{error:?}"));
    world.log.commit_once();
    assert!(is_refused(&mut refused));
    assert_eq!(read_all(&cached).len(), 2, "it was promised");
    make_room(&world);
    world.settle();
    let world = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read_all(&world.partition(2)).len(), 2);
}

#[test]
fn topics_can_be_deleted_and_trimmed_on_a_full_disk() {
    let (world, partition) = full();
    let mut refused = take(&partition, 100);
    let (start, mut trimmed) = partition.trim(1).unwrap_or_else(|error| panic!("{error:?}"));
    world.log.commit_once(); // No room for the batch: it is taken back ...
    world.log.commit_once(); // ... and the trim goes alone.
    assert!(is_refused(&mut refused));
    assert_eq!((start, outcome(&mut trimmed)), (1, Some(Ok(()))));
    world.while_committing(|| world.log.drop_partition(id(1))).expect("a drop");
    assert_eq!(world.log.topics_on_disk().expect("a listing"), Vec::<[u8; 16]>::new());
    world.disk.set_fault(None);
    let world = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"));
    assert!(world.log.partition(id(1)).is_none());
}

#[test]
fn who_waits_for_segments_to_catch_up_is_refused_too() {
    use std::future::poll_fn;
    use std::task::{Context, Waker};
    let (world, partition) = full();
    let mut room = std::pin::pin!(poll_fn(|context| partition.poll_room(context)));
    world.log.commit_once();
    assert!(room.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

#[test]
fn a_clean_stop_on_a_full_disk_is_one() {
    let (world, partition) = full();
    let mut refused = take(&partition, 100);
    world.log.commit_once();
    assert!(is_refused(&mut refused));
    let before = read_all(&partition);
    world.log.close();
    world.log.finish().expect("a stop");
    world.disk.set_fault(None);
    let world = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read_all(&world.partition(1)), before);
}

#[test]
fn a_disk_that_fills_up_at_any_call_loses_nothing_and_stops_nothing() {
    let mut from = 0;
    loop {
        let world = World::new();
        let (first, second) = (world.partition(1), world.partition(2));
        let start = world.disk.calls();
        world.disk.set_outage(start + from.., Fault::Full);
        let mut acknowledged: BTreeMap<(u8, i64), String> = BTreeMap::new();
        for turn in 0..30 {
            let mut waiting = Vec::new();
            for (number, partition) in [(1, &first), (2, &second)] {
                let value = format!("{turn}-{}", "z".repeat(200));
                match append(partition, batch(std::slice::from_ref(&value), None)) {
                    Ok(appended) => waiting.push((number, appended.base_offset, value, appended.ticket.expect("one"))),
                    Err(AppendError::Full) => {}
                    Err(error) => panic!("call {from}: {error:?}"),
                }
            }
            world.log.commit_once();
            for (number, offset, value, mut ticket) in waiting {
                match outcome(&mut ticket) {
                    Some(Ok(())) => assert!(acknowledged.insert((number, offset), value).is_none()),
                    _ => assert!(is_refused(&mut ticket), "call {from}: {:?}", outcome(&mut ticket)),
                }
            }
            if turn % 4 == 0 {
                let filled = world.log.fill_once().and_then(|_| world.log.settle_once());
                let full = |error: &std::io::Error| error.kind() == std::io::ErrorKind::StorageFull;
                assert!(filled.as_ref().err().is_none_or(full), "call {from}: {filled:?}");
            }
        }
        let reached = world.disk.calls() > start + from;
        let judge = |world: &World, when: &str| {
            for ((number, offset), value) in &acknowledged {
                let found = read_all(&world.partition(*number));
                assert_eq!(found.get(offset), Some(value), "call {from}, {when}: partition {number}");
            }
        };
        assert_eq!(world.log.failure(), None, "call {from}");
        judge(&world, "on the full disk");
        make_room(&world);
        let mut last = take(&first, 1000);
        world.settle();
        assert_eq!(outcome(&mut last), Some(Ok(())), "call {from}: service returns");
        judge(&world, "with room again");
        let again = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("call {from}: {error}"));
        judge(&again, "after a start");
        if !reached {
            break;
        }
        from += 1;
    }
    assert!(from > 100, "{from} calls");
}

//! Who waits for what, who is told, and what they leave behind.

mod world;

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use leftfold_log::{Failed, WaitPast};
use leftfold_ports::sim::Fault;
use world::{World, append, batch, values};

/// A poll that counts how often it was woken. Whoever holds its waker holds one more reference.
#[derive(Default)]
struct Sleeper {
    woken: AtomicUsize,
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.woken.fetch_add(1, Ordering::SeqCst);
    }
}

fn poll(wait: &mut WaitPast, sleeper: &Arc<Sleeper>) -> Poll<()> {
    let waker = Waker::from(sleeper.clone());
    Pin::new(wait).poll(&mut Context::from_waker(&waker))
}

fn woken(sleeper: &Sleeper) -> usize {
    sleeper.woken.load(Ordering::SeqCst)
}

fn append_one(world: &World) {
    append(&world.partition(1), batch(&values(&["a"]), None)).unwrap_or_else(|error| panic!("{error:?}"));
    world.settle();
}

#[test]
fn a_poll_is_woken_by_what_passes_its_offset_and_by_nothing_else() {
    let world = World::new();
    let partition = world.partition(1);
    let sleepers: Vec<_> = (0..3).map(|_| Arc::new(Sleeper::default())).collect();
    let mut waits: Vec<_> = (0..3).map(|offset| partition.wait_past(offset)).collect();
    for (wait, sleeper) in waits.iter_mut().zip(&sleepers) {
        assert!(poll(wait, sleeper).is_pending());
    }
    append_one(&world);
    assert_eq!(sleepers.iter().map(|sleeper| woken(sleeper)).collect::<Vec<_>>(), [1, 0, 0]);
    append_one(&world);
    assert_eq!(sleepers.iter().map(|sleeper| woken(sleeper)).collect::<Vec<_>>(), [1, 1, 0]);
    assert!(poll(&mut waits[0], &sleepers[0]).is_ready());
    assert!(poll(&mut waits[2], &sleepers[2]).is_pending());
}

#[test]
fn a_poll_that_ended_leaves_nothing_behind() {
    let world = World::new();
    let partition = world.partition(1);
    let sleeper = Arc::new(Sleeper::default());
    for _ in 0..100 {
        let mut wait = partition.wait_past(0);
        assert!(poll(&mut wait, &sleeper).is_pending());
        assert!(poll(&mut wait, &sleeper).is_pending(), "to ask twice is to wait once");
    }
    assert_eq!(Arc::strong_count(&sleeper), 1, "wakers of ended polls are kept");
    append_one(&world);
    assert_eq!(woken(&sleeper), 0);
}

#[test]
fn a_poll_that_moved_to_another_task_wakes_that_one() {
    let world = World::new();
    let mut wait = world.partition(1).wait_past(0);
    let (first, second) = (Arc::new(Sleeper::default()), Arc::new(Sleeper::default()));
    assert!(poll(&mut wait, &first).is_pending());
    assert!(poll(&mut wait, &second).is_pending());
    append_one(&world);
    assert_eq!((woken(&first), woken(&second)), (0, 1));
}

#[test]
fn ten_thousand_idle_polls_are_each_woken_once() {
    let world = World::new();
    let partition = world.partition(1);
    let sleeper = Arc::new(Sleeper::default());
    let mut waits: Vec<_> = (0..10_000).map(|_| partition.wait_past(0)).collect();
    for wait in &mut waits {
        assert!(poll(wait, &sleeper).is_pending());
    }
    assert_eq!(Arc::strong_count(&sleeper), 10_001);
    drop(waits.split_off(5_000));
    assert_eq!(Arc::strong_count(&sleeper), 5_001);
    append_one(&world);
    assert_eq!(woken(&sleeper), 5_000);
    assert!(waits.iter_mut().all(|wait| poll(wait, &sleeper).is_ready()));
    append_one(&world);
    assert_eq!(woken(&sleeper), 5_000);
    assert_eq!(Arc::strong_count(&sleeper), 1);
}

#[test]
fn a_dropped_partition_wakes_everybody() {
    let world = World::new();
    let sleeper = Arc::new(Sleeper::default());
    let mut waits: Vec<_> = (0..10).map(|offset| world.partition(1).wait_past(offset)).collect();
    for wait in &mut waits {
        assert!(poll(wait, &sleeper).is_pending());
    }
    world.while_committing(|| world.log.drop_partition(world::id(1))).expect("a drop");
    assert_eq!(woken(&sleeper), 10);
    assert!(waits.iter_mut().all(|wait| poll(wait, &sleeper).is_ready()));
}

/// Append one batch; what its end told, each time it did.
fn told(world: &World) -> Arc<Mutex<Vec<Result<(), Failed>>>> {
    let appended =
        append(&world.partition(1), batch(&values(&["a"]), None)).unwrap_or_else(|error| panic!("{error:?}"));
    let ends = Arc::new(Mutex::new(Vec::new()));
    let told = ends.clone();
    appended.ticket.expect("it is not durable yet").when_ready(move |end| told.lock().unwrap().push(end));
    ends
}

#[test]
fn who_is_no_task_is_told_once_when_its_append_is_durable() {
    let world = World::new();
    let (first, second) = (told(&world), told(&world));
    assert_eq!((first.lock().unwrap().len(), second.lock().unwrap().len()), (0, 0), "nothing is durable");
    world.commit();
    let third = told(&world);
    assert_eq!(*first.lock().unwrap(), [Ok(())]);
    assert_eq!(*second.lock().unwrap(), [Ok(())]);
    assert_eq!(*third.lock().unwrap(), []);
    assert_eq!((Arc::strong_count(&first), Arc::strong_count(&third)), (1, 2), "who was told is forgotten");
    world.commit();
    assert_eq!(*third.lock().unwrap(), [Ok(())]);
    assert_eq!(*first.lock().unwrap(), [Ok(())], "and is not told again");
}

#[test]
fn who_is_no_task_is_told_that_the_log_has_stopped() {
    let world = World::new();
    let ends = told(&world);
    world.disk.set_fault(Some(Fault::SyncFails));
    world.log.commit_once();
    assert!(matches!(&ends.lock().unwrap()[..], [Err(Failed::Stopped(_))]));
}

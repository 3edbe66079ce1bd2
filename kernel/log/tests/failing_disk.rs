//! A disk that fails at any one call: no wrong answer, nothing acknowledged lost.

mod world;

use std::collections::BTreeMap;
use std::io;

use leftfold_log::{LogSettings, OpenError, Partition, ReadError};
use leftfold_ports::sim::{Fault, SimDisk};
use world::{World, append, batch, outcome, read_all};

type Records = BTreeMap<i64, String>;

/// Whatever is filled is read from the disk.
fn without_cache() -> World {
    let settings = LogSettings { cache_bytes_max: 0, ..world::settings() };
    World::open_with(&SimDisk::new(), settings).unwrap_or_else(|error| panic!("{error}"))
}

/// Everything from the start on; a read that fails is asked again once.
fn read_stubbornly(partition: &Partition, failed: &mut usize) -> Records {
    let from = partition.offsets().log_start;
    world::read_from(partition, from).unwrap_or_else(|error| {
        assert!(matches!(error, ReadError::Io(_)), "a disk that cannot be read is no damage: {error:?}");
        *failed += 1;
        world::read_from(partition, from).expect("the next reader is served")
    })
}

/// What a run came to: what it acknowledged, why it stopped, and how many reads failed.
struct Run {
    acknowledged: Records,
    stopped: Option<String>,
    failed_reads: usize,
}

/// Appends, rounds, fills, reads and cleanings, until the disk's failure stops it as it stops a node.
fn live(world: &World) -> Run {
    let mut run = Run { acknowledged: Records::new(), stopped: None, failed_reads: 0 };
    let partition = world.partition(1);
    let stops = |done: io::Result<bool>| done.err().map(|error| error.to_string());
    for turn in 0..24 {
        let value = format!("{turn}-{}", "z".repeat(300));
        let Ok(appended) = append(&partition, batch(std::slice::from_ref(&value), None)) else { break };
        world.log.commit_once();
        match outcome(&mut appended.ticket.expect("a ticket")) {
            Some(Ok(())) => assert!(run.acknowledged.insert(appended.base_offset, value).is_none()),
            Some(Err(why)) => run.stopped = Some(why),
            None => panic!("a round leaves nobody waiting"),
        }
        if turn % 3 == 0 {
            run.stopped = run.stopped.or_else(|| stops(world.log.fill_once()));
            run.stopped = run.stopped.or_else(|| stops(world.log.settle_once()));
        }
        if turn % 5 == 0 {
            run.stopped = run.stopped.or_else(|| stops(world.log.clean_once().map(|()| true)));
            let found = read_stubbornly(&partition, &mut run.failed_reads);
            assert_eq!(found, run.acknowledged, "what is read is what was acknowledged");
        }
        if run.stopped.is_some() {
            break;
        }
    }
    run
}

fn judge(disk: &SimDisk, acknowledged: &Records, what: &str) {
    let world = World::open(disk).unwrap_or_else(|error| panic!("{what}: {error}"));
    let Some(partition) = world.log.partition(world::id(1)) else {
        assert!(acknowledged.is_empty(), "{what}: the partition is gone");
        return;
    };
    assert_eq!(partition.damage(), [], "{what}");
    let found = read_all(&partition);
    for (offset, value) in acknowledged {
        assert_eq!(found.get(offset), Some(value), "{what}: offset {offset}");
    }
}

/// One call of a life fails, each in turn.
fn each_call_fails(fault: Fault) -> (usize, usize, usize) {
    let (mut stops, mut failed_reads) = (0, 0);
    for call in 0.. {
        let what = format!("{fault:?} at call {call}");
        let world = without_cache();
        world.partition(1);
        let start = world.disk.calls();
        world.disk.set_outage(start + call..=start + call, fault);
        let run = live(&world);
        if world.disk.calls() <= start + call {
            return (call, stops, failed_reads);
        }
        stops += usize::from(run.stopped.is_some());
        failed_reads += run.failed_reads;
        world.disk.set_fault(None);
        judge(&world.disk.copy(), &run.acknowledged, &what);
        let mut chance = leftfold_ports::sim::Chance::new(call as u64);
        judge(&world.disk.after_power_cut(world.disk.steps(), &mut chance), &run.acknowledged, &what);
    }
    unreachable!("a life ends")
}

#[test]
fn a_call_that_fails_is_an_error_and_no_loss() {
    let (calls, stops, failed_reads) = each_call_fails(Fault::Fails);
    println!("{calls} calls: {stops} stopped the node, {failed_reads} reads failed for one reader");
    assert!(calls > 100 && stops > 50 && failed_reads > 5, "{calls} {stops} {failed_reads}");
}

#[test]
fn a_sync_that_fails_is_final_wherever_it_is() {
    let (calls, stops, failed_reads) = each_call_fails(Fault::SyncFails);
    assert!(calls > 100 && stops > 20 && failed_reads == 0, "{calls} {stops} {failed_reads}");
}

#[test]
fn a_write_that_goes_half_way_is_no_loss() {
    let (calls, stops, failed_reads) = each_call_fails(Fault::WriteFails);
    assert!(calls > 100 && stops > 20 && failed_reads == 0, "{calls} {stops} {failed_reads}");
}

#[test]
fn a_start_on_a_failing_disk_is_refused_and_harms_nothing() {
    let world = World::new();
    let run = live(&world);
    assert_eq!(run.stopped, None);
    let folder = world.disk.copy();
    let mut refused = 0;
    for call in 0.. {
        let disk = folder.copy();
        disk.set_outage(call..=call, Fault::Fails);
        match World::open(&disk) {
            Ok(_) if disk.calls() <= call => break,
            Ok(_) => {}
            Err(OpenError::Io(_)) => refused += 1,
            Err(error) => panic!("call {call}: {error}"),
        }
        disk.set_fault(None);
        judge(&disk, &run.acknowledged, &format!("a start that failed at call {call}"));
    }
    assert!(refused > 30, "{refused}");
}

//! What goes on during a pass of compaction: failing disks, drops, retention, readers and writers.

mod world;

use std::sync::atomic::Ordering;

use leftfold_log::{Cause, Log};
use leftfold_ports::Clock;
use leftfold_ports::sim::{Chance, Fault, SimDisk};
use world::histories::{Life, RETENTION_MS, compacted, own_settings};
use world::{NOW_MS, World, id};

/// A log with transactions of all kinds, a tombstone or two, and closed segments to be compacted.
fn prepared(seed: u64, turns: u32) -> Life {
    let mut life = Life::new(seed);
    for turn in 0..turns {
        for _ in 0..5 {
            life.step();
        }
        life.world.fill();
        if turn == turns / 2 || turn + 3 == turns {
            life.end_all();
        }
        if turn == turns / 2 {
            life.compact();
            life.world.clock.advance(RETENTION_MS + 1);
        }
    }
    life
}

fn open(disk: &SimDisk, life: &Life) -> World {
    let world = World::open_with(disk, own_settings()).unwrap_or_else(|error| panic!("{error}"));
    world.clock.advance(life.world.clock.wall_ms() - NOW_MS);
    world
}

fn failures(log: &Log) -> u64 {
    log.compactions().failures.load(Ordering::Relaxed)
}

/// One call of a pass fails, each in turn. Returns how many there are, and how many failures stopped the log.
fn each_call_fails(fault: Fault) -> (usize, usize) {
    let (life, mut stops) = (prepared(20, 7), 0);
    let before = life.world.disk.copy();
    for call in 0.. {
        let what = format!("{fault:?} at call {call}");
        let world = open(&before.copy(), &life);
        let partition = world.create(1, compacted());
        let start = world.disk.calls();
        world.disk.set_outage(start + call..=start + call, fault);
        let passed = world.log.compact_once(&mut || Ok(()));
        if world.disk.calls() <= start + call {
            assert!(passed.is_ok_and(|done| done) && failures(&world.log) == 0);
            return (call, stops);
        }
        world.disk.set_fault(None);
        let mut chance = Chance::new(call as u64);
        let stopped = world.log.failure().is_some();
        assert_eq!(passed.is_err(), stopped, "{what}");
        stops += usize::from(stopped);
        life.model.judge(&partition, &mut chance, &what);
        if !stopped && failures(&world.log) == 0 {
            assert!(!world.log.compact_once(&mut || Ok(())).expect("a pass"), "{what}: it was done");
            continue;
        }
        for image in [world.disk.copy(), world.disk.after_power_cut(world.disk.steps(), &mut chance)] {
            let world = open(&image, &life);
            let partition = world.create(1, compacted());
            life.model.judge(&partition, &mut chance, &format!("{what}, after a start"));
            world.log.compact_once(&mut || Ok(())).expect("a pass");
            life.model.judge(&partition, &mut chance, &format!("{what}, after a start and a pass"));
        }
        if !stopped {
            assert!(
                world.log.compact_once(&mut || Ok(())).expect("a pass"),
                "{what}: it was told that it was not done"
            );
            life.model.judge(&partition, &mut chance, &format!("{what}, tried again"));
        }
    }
    unreachable!("a pass ends")
}

#[test]
fn a_call_that_fails_ends_the_pass_and_nothing_else() {
    let (calls, stops) = each_call_fails(Fault::Fails);
    assert!(calls > 60 && 0 < stops && stops < calls / 2, "{calls} {stops}");
}

#[test]
fn a_sync_that_fails_loses_nothing() {
    let (calls, stops) = each_call_fails(Fault::SyncFails);
    assert!(calls > 60 && 0 < stops && stops < calls / 2, "{calls} {stops}");
}

#[test]
fn a_write_that_goes_half_way_loses_nothing() {
    let (calls, stops) = each_call_fails(Fault::WriteFails);
    assert!(calls > 60 && stops < calls / 2, "{calls} {stops}");
}

#[test]
fn a_full_disk_leaves_all_as_it_is_until_there_is_room() {
    let mut life = prepared(21, 10);
    life.world.disk.set_fault(Some(Fault::Full));
    life.compact();
    assert_eq!(failures(&life.world.log), 1);
    let failing = life.world.log.compactions().now_failing();
    assert_eq!(failing.iter().map(|one| (one.partition, one.cause)).collect::<Vec<_>>(), [(id(1), Cause::NoSpace)]);
    assert_eq!(life.world.log.compactions().failing.load(Ordering::Relaxed), 1);
    life.judge("while the disk is full");
    assert_eq!(life.world.log.failure().map(|stopped| stopped.0), None);
    life.world.disk.set_fault(None);
    life.world.log.look_for_space();
    assert!(life.compact());
    assert_eq!(failures(&life.world.log), 1);
    assert_eq!(life.world.log.compactions().now_failing(), [], "it is over");
    life.judge("when there is room again");
    life.plain();
    life.judge("and appends go on");
}

/// How often a pass breathes.
fn breaths(life: &Life) -> u32 {
    let world = open(&life.world.disk.copy(), life);
    world.create(1, compacted());
    let mut count = 0;
    let done = world.log.compact_once(&mut || {
        count += 1;
        Ok(())
    });
    assert!(done.expect("a pass") && count > 5, "{count}");
    count
}

#[test]
fn a_partition_that_is_dropped_during_a_pass_is_gone() {
    let life = prepared(22, 40);
    let before = life.world.disk.copy();
    for moment in 1..=breaths(&life) {
        let world = open(&before.copy(), &life);
        world.create(1, compacted());
        let mut breath = 0;
        let passed = world.log.compact_once(&mut || {
            breath += 1;
            if breath == moment {
                world.while_committing(|| world.log.drop_partition(id(1))).expect("a drop");
            }
            Ok(())
        });
        assert!(passed.is_ok() && world.log.failure().is_none(), "at breath {moment}");
        assert_eq!(failures(&world.log), 0, "at breath {moment}: it is no failure");
        let folder = id(1).folder();
        assert!(world.disk.files().iter().all(|file| !file.starts_with(&folder)), "at breath {moment}");
        assert!(open(&world.stop(), &life).log.partition(id(1)).is_none(), "at breath {moment}");
    }
}

#[test]
fn retention_during_a_pass_takes_what_it_would_have_taken() {
    let mut life = prepared(23, 40);
    let before = life.world.disk.copy();
    for moment in 1..=breaths(&life) {
        let world = open(&before.copy(), &life);
        let partition = world.create(1, compacted());
        let start = 1 + life.chance.below(partition.offsets().last_stable as u64) as i64;
        let mut breath = 0;
        let passed = world.log.compact_once(&mut || {
            breath += 1;
            if breath == moment {
                drop(partition.trim(start).unwrap_or_else(|error| panic!("{error:?}")));
                world.log.clean_once()?;
            }
            Ok(())
        });
        assert!(passed.is_ok() && world.log.failure().is_none(), "at breath {moment}");
        assert_eq!(failures(&world.log), 0, "at breath {moment}: it is no failure");
        life.model.judge(&partition, &mut life.chance, &format!("at breath {moment}"));
        world.log.compact_once(&mut || Ok(())).expect("a pass");
        life.model.judge(&partition, &mut life.chance, &format!("at breath {moment}, after another pass"));
    }
}

#[test]
fn readers_and_writers_go_on_during_a_pass() {
    let mut life = prepared(24, 10);
    for turn in 0..6 {
        let log = life.world.log.clone();
        let mut breath = 0;
        log.compact_once(&mut || {
            breath += 1;
            life.step();
            if breath % 3 == 0 {
                life.world.fill();
            }
            life.judge(&format!("turn {turn}, breath {breath}"));
            Ok(())
        })
        .expect("a pass");
        life = life.reopen();
        life.judge(&format!("turn {turn}, after a start"));
    }
}

#[test]
fn a_stop_during_a_pass_is_no_failure() {
    let life = prepared(25, 40);
    for moment in 1..=breaths(&life) {
        let world = open(&life.world.disk.copy(), &life);
        let partition = world.create(1, compacted());
        let mut breath = 0;
        let passed = world.log.compact_once(&mut || {
            breath += 1;
            if breath == moment { Err(std::io::ErrorKind::Interrupted.into()) } else { Ok(()) }
        });
        assert!(passed.is_err_and(|error| error.kind() == std::io::ErrorKind::Interrupted));
        assert_eq!(failures(&world.log), 0);
        drop(partition);
        let world = open(&world.stop(), &life);
        let partition = world.create(1, compacted());
        life.model.judge(&partition, &mut Chance::new(u64::from(moment)), &format!("stopped at breath {moment}"));
    }
}

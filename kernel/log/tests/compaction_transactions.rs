//! Compaction of transactions: what was aborted goes, what is committed is read as before.

mod world;

use std::collections::BTreeMap;

use leftfold_batch::delete_horizon_ms;
use leftfold_log::{Partition, TopicConfig};
use leftfold_ports::sim::{Chance, SimDisk};
use world::histories::{EXPIRATION_MS, Life, RETENTION_MS, compacted, own_settings};
use world::keyed::everything;
use world::{NOW_MS, World, aborted, id};

/// Enough for what came before to leave the active segment.
fn more(life: &mut Life) {
    for _ in 0..30 {
        life.plain();
    }
    life.world.fill();
}

/// The offsets of the markers that are left, each with its time to go.
fn markers(partition: &Partition) -> BTreeMap<i64, Option<i64>> {
    let headers = everything(partition, 0).0.into_iter().filter(|header| header.is_control());
    headers.map(|header| (header.base_offset, delete_horizon_ms(&header))).collect()
}

fn active_base(disk: &SimDisk) -> i64 {
    let logs = disk.files().into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "log"));
    logs.filter_map(|file| file.file_stem()?.to_str()?.parse().ok()).max().expect("a segment")
}

#[test]
fn what_was_aborted_goes_and_its_marker_after_it() {
    let mut life = Life::new(1);
    life.write(1);
    life.end(1, false);
    let marker = life.partition.offsets().log_end - 1;
    life.write(1); // The producer lives on in the same epoch.
    life.end(1, true);
    more(&mut life);
    let rows = aborted(&life.partition, 0, marker + 1);
    assert_eq!(rows, [(101, 0, marker)]);
    assert!(life.compact());
    let raw = everything(&life.partition, 0).1;
    assert!(raw.keys().all(|offset| *offset > marker), "its records are gone");
    assert_eq!(markers(&life.partition).get(&marker), Some(&None), "its marker stays");
    assert_eq!(aborted(&life.partition, 0, marker + 1), rows, "and its row");
    more(&mut life);
    life.compact();
    assert_eq!(markers(&life.partition).get(&marker), Some(&Some(NOW_MS + RETENTION_MS)), "it may go, but later");
    assert_eq!(aborted(&life.partition, 0, marker + 1), rows, "and its row with it");
    life = life.reopen();
    assert_eq!(aborted(&life.partition, 0, marker + 1), rows);
    life.world.clock.advance(RETENTION_MS);
    more(&mut life);
    life.compact();
    assert!(!markers(&life.partition).contains_key(&marker), "its time has come");
    assert_eq!(aborted(&life.partition, 0, marker + 1), []);
    for _ in 0..4 {
        life = life.reopen();
        life.judge("after another start");
        assert_eq!(aborted(&life.partition, 0, marker + 1), [], "no file brings it back");
    }
}

#[test]
fn a_snapshot_that_calls_a_transaction_open_goes_before_its_marker() {
    let mut life = Life::new(4);
    life.write(1);
    more(&mut life);
    assert!(life.partition.size().1 > 1, "a snapshot was taken while it was open");
    life.end(1, false);
    let marker = life.partition.offsets().log_end - 1;
    life.world.clock.advance(EXPIRATION_MS + 1);
    life.world.log.clean_once().expect("a cleaning"); // It is no live producer any more.
    life.partition.set_config(TopicConfig { segment_bytes: 1, ..compacted() }); // No segment is joined to its neighbour.
    for _ in 0..3 {
        (0..3).for_each(|_| life.plain());
        life.world.fill();
        life.compact();
        life.world.clock.advance(RETENTION_MS);
    }
    assert!(!markers(&life.partition).contains_key(&marker));
    let disk = life.world.disk.copy();
    for file in disk.files().iter().filter(|file| file.extension().is_some_and(|kind| kind == "snapshot")) {
        let offset: i64 = file.file_stem().and_then(|stem| stem.to_str()?.parse().ok()).expect("an offset");
        if offset > marker {
            disk.flip(file, 12, 0);
        }
    }
    let world = World::open_with(&disk, own_settings()).unwrap_or_else(|error| panic!("{error}"));
    life.model.judge(&world.create(1, compacted()), &mut life.chance, "with the oldest snapshots alone");
}

#[test]
fn sequences_and_epochs_of_live_producers_survive_with_the_log_alone() {
    let mut life = Life::new(5);
    for which in [0, 1] {
        life.write(which);
        life.end(which, false);
    }
    for _ in 0..4 {
        more(&mut life);
        life.compact();
        life.world.clock.advance(RETENTION_MS);
    }
    let state = |partition: &Partition| {
        let all = partition.producers().into_iter().filter(|producer| producer.id >= 100);
        all.map(|producer| (producer.id, producer.epoch, producer.last_sequence)).collect::<Vec<_>>()
    };
    let before = state(&life.partition);
    assert_eq!(before.len(), 2);
    assert!(everything(&life.partition, 0).0[0].base_offset > 0, "there was something to take out");
    let disk = life.world.disk.copy();
    for file in disk.files().iter().filter(|file| file.extension().is_some_and(|kind| kind == "snapshot")) {
        disk.flip(file, 12, 0);
    }
    let world = World::open_with(&disk, own_settings()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(state(&world.create(1, compacted())), before);
}

#[test]
fn nothing_undecided_is_touched() {
    let mut life = Life::new(2);
    more(&mut life);
    life.write(0);
    let first = life.partition.offsets().log_end - 1;
    for _ in 0..4 {
        more(&mut life);
    }
    life.compact();
    let before = everything(&life.partition, first).1;
    assert!(before.len() > 120, "all of it is there");
    life.judge("while it is open");
    let gone = everything(&life.partition, 0).1.len();
    life.end(0, false);
    more(&mut life);
    life.compact();
    assert!(everything(&life.partition, 0).1.len() < gone, "then it is decided, and goes");
    life.judge("once it is aborted");
}

#[test]
fn in_the_end_one_record_of_each_key_is_left_and_no_transaction() {
    let mut life = Life::new(3);
    for _ in 0..60 {
        life.turn();
    }
    life.end_all();
    for _ in 0..4 {
        life.world.clock.advance(RETENTION_MS.max(EXPIRATION_MS) + 1);
        life.world.log.clean_once().expect("a cleaning"); // Nobody is a live producer any more.
        more(&mut life);
        life.compact();
        life.judge("on the way");
    }
    let active = active_base(&life.world.disk);
    let (headers, raw) = everything(&life.partition, 0);
    let closed = headers.iter().filter(|header| header.base_offset < active);
    assert_eq!(closed.filter(|header| header.is_control() || header.record_count == 0).count(), 0);
    let mut of_key: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, record) in raw.range(..active) {
        *of_key.entry(&record.key).or_default() += 1;
    }
    assert!(of_key.values().all(|count| *count == 1), "{of_key:?}");
    assert_eq!(aborted(&life.partition, 0, active), []);
    life = life.reopen();
    life.judge("after a start");
}

#[test]
fn readers_of_both_kinds_get_what_the_model_says() {
    for seed in 10..16 {
        let mut life = Life::new(seed);
        for turn in 0..90 {
            life.turn();
            if life.chance.below(12) == 0 {
                life = life.reopen();
            }
            life.judge(&format!("seed {seed}, turn {turn}"));
        }
    }
}

#[test]
fn a_power_cut_during_a_pass_aborts_commits_and_loses_nothing() {
    let draws: Option<usize> = std::env::var("LEFTFOLD_IMAGES").ok().and_then(|text| text.parse().ok());
    let (stride, draws) = draws.map_or((67, 1), |draws| (1, draws));
    let mut life = Life::new(100);
    for _ in 0..90 {
        life.turn();
    }
    let disk = life.world.disk.clone();
    for step in (0..=disk.steps()).step_by(stride) {
        for draw in 0..draws {
            let what = format!("step {step}, draw {draw}");
            let mut chance = Chance::new((step as u64) << 8 ^ draw as u64);
            let image = disk.after_power_cut(step, &mut chance);
            let world = World::open_with(&image, own_settings()).unwrap_or_else(|error| panic!("{what}: {error}"));
            let Some(partition) = world.log.partition(id(1)) else { continue };
            let acknowledged = life.promised.iter().rev().find(|(at, _)| *at <= step).map_or(0, |(_, end)| *end);
            assert!(partition.offsets().log_end >= acknowledged, "{what}");
            let left: Vec<_> = image.files().into_iter().map(|file| file.display().to_string()).collect();
            assert!(left.iter().all(|file| !file.ends_with(".cleaned") && !file.ends_with(".swap")), "{what}");
            life.model.judge(&partition, &mut chance, &what);
            world.create(1, compacted());
            world.log.compact_once(&mut || Ok(())).expect("a compaction of what came back");
            life.model.judge(&partition, &mut chance, &format!("{what}, compacted again"));
        }
    }
}

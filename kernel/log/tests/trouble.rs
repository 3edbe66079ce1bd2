//! Full and failing disks, drops, retention, stops.

mod world;

use std::collections::BTreeMap;
use std::path::Path;

use leftfold_batch::TimestampType;
use leftfold_log::{AppendError, LogSettings, ReadError, TopicConfig};
use leftfold_ports::sim::{Chance, Fault, SimDisk};
use world::{NOW_MS, World, append, append_in, batch, batch_at, config, id, outcome, read_all, values};

fn some(number: usize) -> Vec<u8> {
    batch(&[format!("{number}-{}", "z".repeat(200))], None)
}

#[test]
fn an_append_is_visible_when_it_is_durable() {
    let world = World::new();
    let partition = world.partition(1);
    let mut ticket = append(&partition, batch(&values(&["a", "b"]), None))
        .unwrap_or_else(|error| panic!("{error:?}"))
        .ticket
        .expect("a ticket");
    assert_eq!(outcome(&mut ticket), None);
    assert_eq!(read_all(&partition).len(), 0);
    world.commit();
    assert_eq!(outcome(&mut ticket), Some(Ok(())));
    assert_eq!(read_all(&partition), BTreeMap::from([(0, "a".to_owned()), (1, "b".to_owned())]));
}

#[test]
fn write_caching_acknowledges_at_once() {
    let world = World::new();
    let partition = world.create(1, TopicConfig { write_caching: true, ..config() });
    let appended = append(&partition, batch(&values(&["a"]), None)).unwrap_or_else(|error| panic!("{error:?}"));
    assert!(appended.ticket.is_none());
    assert_eq!(read_all(&partition).len(), 1);
}

#[test]
fn the_brokers_time_is_found_in_memory_and_in_segments_alike() {
    let world = World::new();
    let stamped = TopicConfig { timestamp_type: TimestampType::LogAppendTime, ..config() };
    let partition = world.create(1, stamped);
    append(&partition, batch_at(&values(&["a", "b"]), None, 1)).unwrap_or_else(|error| panic!("{error:?}"));
    world.commit();
    let find = |time| partition.offset_for_timestamp(time).unwrap_or_else(|error| panic!("{error:?}"));
    for place in ["memory", "segments"] {
        assert_eq!((find(1), find(NOW_MS + 1)), (Some((0, NOW_MS)), None), "in {place}");
        world.fill();
    }
}

#[test]
fn segments_that_find_the_disk_full_are_filled_later() {
    let world = World::new();
    let partition = world.partition(1);
    for number in 0..8 {
        append(&partition, some(number)).unwrap_or_else(|error| panic!("{error:?}"));
    }
    world.commit();
    world.disk.set_fault(Some(Fault::Full));
    assert!(world.log.fill_once().is_err());
    assert_eq!(read_all(&partition).len(), 8, "reads come from memory meanwhile");
    world.disk.set_fault(None);
    world.settle();
    drop(partition);
    let world = World::open(&world.stop()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read_all(&world.partition(1)).len(), 8);
}

#[test]
fn a_failed_sync_is_final() {
    let world = World::new();
    let partition = world.partition(1);
    append(&partition, some(0)).unwrap_or_else(|error| panic!("{error:?}"));
    world.settle();
    let mut ticket = append(&partition, some(1)).unwrap_or_else(|error| panic!("{error:?}")).ticket.expect("a ticket");
    world.disk.set_fault(Some(Fault::SyncFails));
    world.log.commit_once();
    world.disk.set_fault(None);
    assert!(matches!(outcome(&mut ticket), Some(Err(_))), "who waits is told");
    assert!(world.log.failure().is_some());
    assert!(matches!(append(&partition, some(2)), Err(AppendError::Stopped(_))));
    world.log.commit_once();
    assert_eq!(read_all(&partition).len(), 1, "what was not acknowledged is not shown");
    let world = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"));
    assert!(read_all(&world.partition(1)).contains_key(&0));
}

#[test]
fn a_write_that_fails_half_way_is_final_and_leaves_no_half() {
    let world = World::new();
    let partition = world.partition(1);
    append(&partition, some(0)).unwrap_or_else(|error| panic!("{error:?}"));
    world.settle();
    append(&partition, some(1)).unwrap_or_else(|error| panic!("{error:?}"));
    world.disk.set_fault(Some(Fault::WriteFails));
    world.log.commit_once();
    assert!(world.log.failure().is_some());
    world.disk.set_fault(None);
    let world = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read_all(&world.partition(1)).len(), 1);
}

#[test]
fn a_dropped_partition_does_not_come_back() {
    let world = World::new();
    for number in [1, 2] {
        append(&world.partition(number), some(0)).unwrap_or_else(|error| panic!("{error:?}"));
    }
    world.commit();
    let dropped = world.partition(1);
    world.while_committing(|| world.log.drop_partition(id(1))).expect("a drop");
    assert!(matches!(dropped.read(0, 1), Err(ReadError::Gone)));
    assert!(matches!(append(&dropped, some(1)), Err(AppendError::Gone)));
    world.fill();
    let world = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"));
    assert!(world.log.partition(id(1)).is_none());
    assert_eq!(read_all(&world.partition(2)).len(), 1);
    assert_eq!(world.log.topics_on_disk().expect("a listing"), [[2; 16]]);
}

#[test]
fn a_topic_set_aside_keeps_its_files_and_does_not_come_back() {
    let world = World::new();
    append(&world.partition(1), some(0)).unwrap_or_else(|error| panic!("{error:?}"));
    world.settle();
    let place = world.log.set_aside([1; 16]).expect("a move");
    assert!(world.disk.files().iter().any(|path| path.starts_with(Path::new(&place))), "nothing is removed");
    world.commit();
    world.fill();
    let world = World::open(&world.disk.copy()).unwrap_or_else(|error| panic!("{error}"));
    assert!(world.log.partition(id(1)).is_none());
}

#[test]
fn retention_by_size_removes_the_oldest_segments() {
    let world = World::new();
    let partition = world.create(1, TopicConfig { retention_bytes: 9000, ..config() });
    for number in 0..100 {
        append(&partition, some(number)).unwrap_or_else(|error| panic!("{error:?}"));
        world.settle();
    }
    world.log.clean_once().expect("a cleaning");
    let (bytes, segments) = partition.size();
    assert!((9000..9000 + 4096).contains(&bytes), "{bytes} bytes in {segments} segments");
    let start = partition.offsets().log_start;
    assert_eq!(read_all(&partition).len() as i64, 100 - start);
    assert!(matches!(partition.read(0, 1), Err(ReadError::OutOfRange)));
    drop(partition);
    let world = World::open(&world.stop()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(world.partition(1).offsets().log_start, start);
}

#[test]
fn retention_by_time_counts_the_records_own_time() {
    let world = World::new();
    let partition = world.create(1, TopicConfig { retention_ms: 10_000, ..config() });
    for turn in 0..40 {
        let values = [format!("{turn}-{}", "w".repeat(300))];
        append(&partition, batch_at(&values, None, NOW_MS - 30_000 + turn * 1000))
            .unwrap_or_else(|error| panic!("{error:?}"));
    }
    world.settle();
    world.log.clean_once().expect("a cleaning");
    let start = partition.offsets().log_start;
    assert!(start > 0 && start <= 20, "the log starts at {start}");
    world.clock.advance(3_600_000);
    world.log.clean_once().expect("a cleaning");
    assert_eq!(partition.offsets().log_start, 40, "the active segment goes too");
    assert_eq!(append(&partition, some(1)).unwrap_or_else(|error| panic!("{error:?}")).base_offset, 40);
    world.settle();
    drop(partition);
    let world = World::open(&world.stop()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(world.partition(1).offsets().log_end, 41, "offsets are used once");
}

#[test]
fn an_epoch_ends_where_the_next_begins() {
    let world = World::new();
    let partition = world.partition(1);
    for (epoch, count) in [(2, 3), (5, 2), (6, 4)] {
        for number in 0..count {
            append_in(&partition, some(number), epoch).unwrap_or_else(|error| panic!("{error:?}"));
        }
    }
    world.settle();
    let judge = |partition: &leftfold_log::Partition| {
        assert_eq!(partition.epoch_end(2), (2, 3));
        assert_eq!(partition.epoch_end(3), (2, 3));
        assert_eq!(partition.epoch_end(5), (5, 5));
        assert_eq!(partition.epoch_end(6), (6, 9));
        assert_eq!(partition.epoch_end(7), (-1, -1));
    };
    judge(&partition);
    drop(partition);
    let world = World::open(&world.stop()).unwrap_or_else(|error| panic!("{error}"));
    judge(&world.partition(1));
}

#[test]
fn a_clean_stop_says_nothing_at_the_next_start() {
    let world = World::new();
    for number in 0..50 {
        append(&world.partition(1), some(number)).unwrap_or_else(|error| panic!("{error:?}"));
        world.settle();
    }
    let before = read_all(&world.partition(1));
    let world = World::open(&world.stop()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(world.log.notes, [""; 0]);
    assert_eq!(read_all(&world.partition(1)), before);
}

#[test]
fn a_checkpoint_of_many_partitions_is_one_sync_and_survives_a_power_cut() {
    let world = World::new();
    let numbers = 0..40_u8;
    for number in numbers.clone() {
        append(&world.partition(number), batch(&[format!("of {number}")], Some((i64::from(number), 0))))
            .unwrap_or_else(|error| panic!("{error:?}"));
    }
    world.settle();
    let before = world.disk.steps();
    let disk = world.stop();
    for step in (before..=disk.steps()).step_by(5) {
        let image = disk.after_power_cut(step, &mut Chance::new(step as u64));
        let world = World::open(&image).unwrap_or_else(|error| panic!("step {step}: {error}"));
        for number in numbers.clone() {
            let partition = world.log.partition(id(number)).unwrap_or_else(|| panic!("step {step}: {number} is gone"));
            assert_eq!(read_all(&partition), BTreeMap::from([(0, format!("of {number}"))]), "step {step}");
            assert_eq!(partition.producers().len(), 1, "step {step}: partition {number} forgot its producer");
        }
    }
}

#[test]
fn epochs_are_written_for_kafkas_tools() {
    let world = World::new();
    let partition = world.partition(1);
    for (epoch, count) in [(0, 4), (3, 2), (4, 1)] {
        for number in 0..count {
            append_in(&partition, some(number), epoch).unwrap_or_else(|error| panic!("{error:?}"));
        }
    }
    world.settle();
    world.log.checkpoint().expect("a checkpoint");
    let path = id(1).folder().join("leader-epoch-checkpoint");
    let says = |disk: &SimDisk| {
        let bytes = leftfold_ports::read_file(disk, &path).expect("a readable disk").expect("the file");
        String::from_utf8(bytes).expect("text")
    };
    assert_eq!(says(&world.disk), "0\n3\n0 0\n3 4\n4 6\n");
    partition.trim(5).unwrap_or_else(|error| panic!("{error:?}"));
    append_in(&partition, some(9), 8).unwrap_or_else(|error| panic!("{error:?}"));
    drop(partition);
    assert_eq!(says(&world.stop()), "0\n3\n3 5\n4 6\n8 7\n", "the epoch that holds the start begins there");
}

#[test]
fn producers_are_bounded_and_expire_by_the_clock() {
    let settings = LogSettings { producers_max: 8, producer_expiration_ms: 1000, ..world::settings() };
    let world = World::open_with(&SimDisk::new(), settings.clone()).unwrap_or_else(|error| panic!("{error}"));
    let partition = world.partition(1);
    for producer in 0..20 {
        // Records of long ago: their producer is alive all the same.
        append(&partition, batch_at(&values(&["a"]), Some((producer, 0)), 1))
            .unwrap_or_else(|error| panic!("{error:?}"));
        world.clock.advance(10);
        world.settle();
    }
    world.log.clean_once().expect("a cleaning");
    let ids = |partition: &leftfold_log::Partition| partition.producers().iter().map(|p| p.id).collect::<Vec<_>>();
    assert_eq!(ids(&partition), (12..20).collect::<Vec<_>>());
    drop(partition);
    let world = World::open_with(&world.stop(), settings).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(ids(&world.partition(1)), (12..20).collect::<Vec<_>>());
    world.clock.advance(1001);
    world.log.clean_once().expect("a cleaning");
    assert_eq!(ids(&world.partition(1)), Vec::<i64>::new());
}

#[test]
fn a_folder_keeps_the_id_that_it_was_given_once() {
    let new = |byte| LogSettings { new_folder_id: [byte; 16], ..world::settings() };
    let open = |disk: &SimDisk, byte| World::open_with(disk, new(byte)).unwrap_or_else(|error| panic!("{error}"));
    let disk = SimDisk::new();
    let world = open(&disk, 7);
    append(&world.partition(1), some(0)).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(world.log.folder_id, [7; 16]);
    let disk = world.stop();
    assert_eq!(open(&disk, 8).log.folder_id, [7; 16]);
    let says = leftfold_ports::read_file(&disk, Path::new("VERSION")).expect("a readable disk").expect("the file");
    let says = String::from_utf8(says).expect("text");
    assert!(says.starts_with("leftfold data, format 1\nfolder 07070707-0707-0707-0707-070707070707 "), "{says}");
}

#[test]
fn a_folder_of_the_time_before_ids_gets_one() {
    let world = World::new();
    append(&world.partition(1), some(0)).unwrap_or_else(|error| panic!("{error:?}"));
    let disk = world.stop();
    leftfold_ports::write_file(&disk, Path::new("VERSION"), b"leftfold data, format 1\n").expect("a write");
    let new = LogSettings { new_folder_id: [9; 16], ..world::settings() };
    let world = World::open_with(&disk, new).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read_all(&world.partition(1)).len(), 1);
    let world = World::open(&world.stop()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(world.log.folder_id, [9; 16]);
}

#[test]
fn the_oldest_of_the_node_leaves_the_cache_first() {
    let settings = LogSettings { cache_bytes_max: 8_000, ..world::settings() };
    let world = World::open_with(&SimDisk::new(), settings).unwrap_or_else(|error| panic!("{error}"));
    let one = |number: u8| {
        append(&world.partition(number), some(0)).unwrap_or_else(|error| panic!("{error:?}"));
        world.settle();
    };
    (1..=3).for_each(one);
    let cached = |number: u8, offset| world.partition(number).read_cached(offset, i64::MAX, 1, &mut 0).is_some();
    assert!((1..=3).all(|number| cached(number, 0)));
    (0..40).for_each(|_| one(4)); // One busy partition, and three that are idle.
    assert!((1..=3).all(|number| !cached(number, 0)), "idle partitions keep nothing that is older");
    assert!(!cached(4, 0) && cached(4, 39));
    assert_eq!(read_all(&world.partition(1)).len(), 1, "it is read from its segment");
    assert_eq!(read_all(&world.partition(4)).len(), 40);
}

//! Compaction: the table stays, the log shrinks.

mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use leftfold_batch::{Codec, Compression};
use leftfold_log::{Cause, LogSettings, Partition, TopicConfig};
use leftfold_ports::Clock;
use leftfold_ports::sim::{Chance, SimDisk};
use world::keyed::{Record, encoded, everything, record, table};
use world::{NOW_MS, World, append, config, id, outcome, settings};

const PRODUCER: i64 = 7;
const RETENTION_MS: i64 = 1000;

fn compacted() -> TopicConfig {
    TopicConfig {
        compact: true,
        delete: false,
        min_cleanable_dirty_ratio: 0.0,
        delete_retention_ms: RETENTION_MS,
        ..config()
    }
}

fn compact(world: &World) -> bool {
    world.log.compact_once(&mut || Ok(())).expect("a compaction")
}

fn put(world: &World, partition: &Arc<Partition>, records: &[Record]) {
    append(partition, encoded(records, Codec::None, None)).unwrap_or_else(|error| panic!("{error:?}"));
    world.settle();
}

/// Old batches leave the memory for the end of the log: reads come from segments.
fn reopened(world: World) -> (World, Arc<Partition>) {
    let disk = world.stop();
    let world = World::open(&disk).unwrap_or_else(|error| panic!("{error}"));
    let partition = world.create(1, compacted());
    assert_eq!(partition.damage(), []);
    (world, partition)
}

/// `count` batches of one record each, over `keys` keys, and then enough for the last of them to leave the active segment.
fn filled(keys: u64, count: u64) -> (World, Arc<Partition>) {
    let world = World::new();
    let partition = world.create(1, compacted());
    for at in 0..count {
        put(&world, &partition, &[record(at % keys, Some(format!("{at}-{}", "x".repeat(60))))]);
    }
    (world, partition)
}

/// How many records of each key lie before `end`.
fn counts(log: &BTreeMap<i64, Record>, end: i64) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (_, record) in log.range(..end) {
        *counts.entry(record.key.clone()).or_default() += 1;
    }
    counts
}

#[test]
fn one_record_of_each_key_stays() {
    let (world, partition) = filled(5, 300);
    let before = everything(&partition, 0).1;
    let (bytes, segments) = partition.size();
    assert!(segments > 5);
    assert!(compact(&world));
    let at_once = everything(&partition, 0).1;
    let (world, partition) = reopened(world);
    let after = everything(&partition, 0).1;
    assert_eq!(at_once, after, "memory has nothing that segments have not");
    assert_eq!(table(&after), table(&before));
    assert!(after.iter().all(|(offset, record)| before.get(offset) == Some(record)), "offsets and timestamps stay");
    let bases = world.disk.files().into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "log"));
    let active = bases.filter_map(|file| file.file_stem()?.to_str()?.parse::<i64>().ok()).max().expect("a segment");
    assert!(active > 200 && partition.size().0 < bytes / 2);
    assert_eq!(counts(&after, active), counts(&before, 5), "one of each key is left in the closed segments");
    assert!(!compact(&world), "nothing is dirty but the active segment");
}

#[test]
fn a_map_that_is_too_small_takes_several_passes() {
    let disk = SimDisk::new();
    let small = LogSettings { compaction_map_bytes: 10 * 12, ..settings() };
    let world = World::open_with(&disk, small).unwrap_or_else(|error| panic!("{error}"));
    let partition = world.create(1, compacted());
    for at in 0..400_u64 {
        put(&world, &partition, &[record(at % 50, Some(format!("{at}-{}", "x".repeat(60))))]);
    }
    let before = everything(&partition, 0).1;
    assert!(compact(&world));
    assert!(world.log.compactions().passes.load(std::sync::atomic::Ordering::Relaxed) > 10);
    let (_world, partition) = reopened(world);
    let after = everything(&partition, 0).1;
    assert_eq!(table(&after), table(&before));
    assert!(after.len() <= 50 + 40, "{} records are left", after.len());
}

#[test]
fn a_reader_at_a_removed_offset_gets_the_next() {
    let (world, _) = filled(5, 300);
    compact(&world);
    let (_world, partition) = reopened(world);
    let all = everything(&partition, 0).1;
    for from in 0..300 {
        let expected: Vec<_> = all.range(from..).map(|(offset, _)| *offset).collect();
        assert_eq!(everything(&partition, from).1.into_keys().collect::<Vec<_>>(), expected, "from {from}");
        let cached = partition.read_cached(from, i64::MAX, 1000, &mut usize::MAX.clone());
        assert!(cached.is_none_or(|found| found.is_ok()));
    }
}

#[test]
fn a_tombstone_stays_as_long_as_asked_and_then_goes() {
    let (world, partition) = filled(5, 60);
    put(&world, &partition, &[record(1, None), record(2, Some("last".to_owned()))]);
    for at in 0..80 {
        put(&world, &partition, &[record(4, Some(format!("{at}-{}", "y".repeat(60))))]);
    }
    let before = everything(&partition, 0).1;
    compact(&world);
    let (world, partition) = reopened(world);
    let (headers, after) = everything(&partition, 0);
    assert_eq!(table(&after), table(&before));
    let (offset, tombstone) = after.iter().find(|(_, record)| record.value.is_none()).expect("the tombstone is there");
    assert_eq!(before.get(offset), Some(tombstone), "its timestamp stays");
    let batch = headers.iter().find(|header| header.has_delete_horizon()).expect("a horizon");
    assert_eq!(leftfold_batch::delete_horizon_ms(batch), Some(NOW_MS + RETENTION_MS));
    let more = |world: &World, partition: &Arc<Partition>| {
        for at in 0..80 {
            put(world, partition, &[record(4, Some(format!("{at}-{}", "z".repeat(60))))]);
        }
        compact(world);
    };
    more(&world, &partition);
    assert!(everything(&partition, 0).1.values().any(|record| record.value.is_none()), "it is not old enough");
    world.clock.advance(RETENTION_MS);
    more(&world, &partition);
    let (_world, partition) = reopened(world);
    let after = everything(&partition, 0).1;
    assert!(after.values().all(|record| record.value.is_some()), "nothing is left of it");
    assert!(!table(&after).contains_key("key-1"));
    assert_eq!(table(&after).get("key-2").map(String::as_str), Some("last"));
}

#[test]
fn the_last_batch_of_a_live_producer_stays_without_records() {
    let world = World::new();
    let partition = world.create(1, compacted());
    let old = [record(1, Some("old".to_owned())), record(2, Some("old".to_owned()))];
    append(&partition, encoded(&old, Codec::Zstd, Some((PRODUCER, 0)))).unwrap_or_else(|error| panic!("{error:?}"));
    world.settle();
    for at in 0..120 {
        put(&world, &partition, &[record(at % 3, Some(format!("{at}-{}", "x".repeat(60))))]);
    }
    assert!(compact(&world));
    let disk = world.stop();
    for file in disk.files().iter().filter(|file| file.extension().is_some_and(|kind| kind == "snapshot")) {
        disk.flip(file, 12, 0); // The log alone must tell.
    }
    let world = World::open(&disk).unwrap_or_else(|error| panic!("{error}"));
    let partition = world.create(1, compacted());
    let (headers, after) = everything(&partition, 0);
    assert_eq!((headers[0].producer_id, headers[0].record_count, headers[0].last_offset()), (PRODUCER, 0, 1));
    assert!(!after.contains_key(&0) && !after.contains_key(&1));
    let again = append(&partition, encoded(&old, Codec::Zstd, Some((PRODUCER, 0)))).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(again.base_offset, 0, "it is known again");
    append(&partition, encoded(&old, Codec::None, Some((PRODUCER, 2)))).unwrap_or_else(|error| panic!("{error:?}"));
    assert!(append(&partition, encoded(&old, Codec::None, Some((PRODUCER, 9)))).is_err());
}

#[test]
fn a_batch_that_loses_records_keeps_its_codec() {
    for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let world = World::new();
        let partition = world.create(1, compacted());
        let both = [record(1, Some("a".repeat(200))), record(9, Some("stays".to_owned()))];
        append(&partition, encoded(&both, codec, None)).unwrap_or_else(|error| panic!("{error:?}"));
        for at in 0..120 {
            put(&world, &partition, &[record(at % 3, Some(format!("{at}-{}", "x".repeat(60))))]);
        }
        compact(&world);
        let (_world, partition) = reopened(world);
        let (headers, after) = everything(&partition, 0);
        assert_eq!((headers[0].codec(), headers[0].record_count, headers[0].last_offset_delta), (Some(codec), 1, 1));
        assert_eq!(after.get(&1), Some(&both[1]));
        assert!(!after.contains_key(&0));
    }
}

#[test]
fn what_stays_is_stored_in_the_codec_that_the_topic_asks_for() {
    for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let (world, partition) = filled(5, 200);
        let mut config = TopicConfig { compression: Some(Compression { codec, level: None }), ..compacted() };
        let packed = [record(77, Some("a".repeat(200))), record(78, Some("b".repeat(200)))];
        append(&partition, encoded(&packed, Codec::Zstd, None)).unwrap_or_else(|error| panic!("{error:?}"));
        for at in 0..80 {
            put(&world, &partition, &[record(at % 5, Some(format!("{at}-{}", "y".repeat(60))))]);
        }
        let before = table(&everything(&partition, 0).1);
        partition.set_config(config.clone());
        assert!(compact(&world));
        let active = |partition: &Partition| partition.offsets().log_end - 40;
        let (world, partition) = reopened(world);
        let (headers, after) = everything(&partition, 0);
        assert_eq!(table(&after), before);
        assert!(headers.iter().any(|header| header.record_count == 2));
        let closed: Vec<_> = headers.iter().filter(|header| header.last_offset() < active(&partition)).collect();
        assert!(!closed.is_empty() && closed.iter().all(|header| header.codec() == Some(codec)), "{codec:?}");
        // Where it would be larger than the topic takes, it stays as it is.
        config.compression = Some(Compression { codec: Codec::None, level: None });
        partition.set_config(TopicConfig { max_message_bytes: 300, ..config });
        for at in 0..80 {
            put(&world, &partition, &[record(at % 5, Some(format!("{at}-{}", "z".repeat(60))))]);
        }
        compact(&world);
        let two = everything(&partition, 0).0.into_iter().find(|header| header.record_count == 2).expect("it stays");
        assert_eq!(two.codec(), Some(codec));
    }
}

#[test]
fn what_is_too_young_too_clean_or_not_to_be_compacted_stays() {
    let (world, partition) = filled(5, 200);
    let segments = partition.size().1;
    for config in [
        TopicConfig { compact: false, ..compacted() },
        TopicConfig { min_compaction_lag_ms: 10, ..compacted() },
        TopicConfig { min_cleanable_dirty_ratio: 1.0, ..compacted() },
    ] {
        partition.set_config(config);
        assert!(!compact(&world));
        assert_eq!(partition.size().1, segments);
    }
    partition.set_config(TopicConfig { max_compaction_lag_ms: 10, min_cleanable_dirty_ratio: 1.0, ..compacted() });
    assert!(!compact(&world));
    world.clock.advance(11);
    assert!(compact(&world), "it waits for too long");
}

#[test]
fn an_idle_active_segment_is_closed_when_its_records_must_be_compacted() {
    let world = World::new();
    let partition = world.create(1, TopicConfig { max_compaction_lag_ms: 10_000, ..compacted() });
    for at in 0..6 {
        put(&world, &partition, &[record(at % 2, Some(format!("{at}")))]);
    }
    world.clock.advance(10_000);
    assert!(!compact(&world), "they may wait for so long");
    assert_eq!(partition.size().1, 1);
    world.clock.advance(1);
    assert!(compact(&world));
    assert_eq!(partition.size().1, 2, "nothing was appended, and yet it is closed");
    let (world, partition) = reopened(world);
    assert_eq!(everything(&partition, 0).1.into_keys().collect::<Vec<_>>(), [4, 5]);
    put(&world, &partition, &[record(1, Some("next".to_owned()))]);
    assert_eq!(partition.offsets().log_end, 7);
}

#[test]
fn both_policies_hold_at_once() {
    let config = TopicConfig { delete: true, retention_ms: 5000, ..compacted() };
    let (world, partition) = filled(5, 200);
    partition.set_config(config);
    assert!(compact(&world));
    let before = everything(&partition, 0).1;
    world.clock.advance(5001);
    for at in 0..60 {
        let young = Record { timestamp: NOW_MS + 5001, ..record(at % 3, Some(format!("{at}-{}", "y".repeat(60)))) };
        put(&world, &partition, &[young]);
    }
    compact(&world);
    world.log.clean_once().expect("a cleaning");
    let start = partition.offsets().log_start;
    assert!(start > 100, "what is too old is gone, the newest of its key or not");
    let (_world, partition) = reopened(world);
    let after = everything(&partition, start).1;
    assert!(after.values().any(|record| record.timestamp > NOW_MS) && before.len() > 5);
    assert_eq!(table(&after).keys().filter(|key| *key < &"key-3".to_owned()).count(), 3);
}

#[test]
fn damage_ends_the_compaction_and_stays_as_it_is() {
    let (world, _) = filled(5, 200);
    let disk = world.stop();
    let harmed = disk.files().into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "log")).nth(2);
    let harmed = harmed.expect("a third segment");
    disk.flip(&harmed, 70, 3);
    let world = World::open(&disk).unwrap_or_else(|error| panic!("{error}"));
    let partition = world.create(1, compacted());
    let before = disk.copy();
    compact(&world);
    assert_eq!(partition.damage().len(), 1, "it is quarantined");
    let same = |disk: &SimDisk| leftfold_ports::read_file(disk, &harmed).expect("a read");
    compact(&world);
    assert_eq!(same(&disk), same(&before), "its segment stays as it is");
    let failing = world.log.compactions().now_failing();
    assert_eq!(failing.iter().map(|one| one.cause).collect::<Vec<_>>(), [Cause::Damage], "nobody forgets it");
    assert_eq!(partition.damage().len(), 1);
}

/// (step of the disk, everything that was acknowledged by then)
type Promise = (usize, BTreeMap<i64, Record>);

/// A log that is compacted again and again, cut off and opened again: what a power cut leaves is judged by the model.
fn live(seed: u64) -> (SimDisk, Vec<Promise>) {
    let mut chance = Chance::new(seed);
    let mut world = World::new();
    let mut partition = world.create(1, compacted());
    let mut model = BTreeMap::new();
    let mut promised = Vec::new();
    let mut sequence = 0;
    for turn in 0..120 {
        for _ in 0..1 + chance.below(6) {
            let made: Vec<Record> = (0..=chance.below(4))
                .map(|at| {
                    let value = (chance.below(5) > 0).then(|| format!("{turn}-{at}-{}", "x".repeat(80)));
                    record(chance.below(12), value)
                })
                .collect();
            let codec = if chance.below(2) == 0 { Codec::None } else { Codec::Lz4 };
            let producer = (chance.below(3) == 0).then_some((PRODUCER, sequence));
            sequence += if producer.is_some() { made.len() as i32 } else { 0 };
            let appended = append(&partition, encoded(&made, codec, producer)).unwrap_or_else(|e| panic!("{e:?}"));
            for (offset, record) in (appended.base_offset..).zip(made) {
                model.insert(offset, record);
            }
            world.commit();
            assert!(appended.ticket.is_none_or(|mut ticket| outcome(&mut ticket).is_some()));
            promised.push((world.disk.steps(), model.clone()));
        }
        if chance.below(2) == 0 {
            world.fill();
        }
        if chance.below(5) == 0 {
            world.clock.advance(RETENTION_MS / 2);
            compact(&world);
        }
        if chance.below(25) == 0 {
            let now = world.clock.wall_ms();
            (world, partition) = reopened(world);
            world.clock.advance(now - NOW_MS);
        }
        let found = everything(&partition, 0).1;
        assert_eq!(table(&found), table(&model), "seed {seed}, turn {turn}");
        assert!(found.iter().all(|(offset, record)| model.get(offset) == Some(record)), "seed {seed}, turn {turn}");
    }
    (world.disk, promised)
}

#[test]
fn the_table_is_the_same_before_and_after() {
    for seed in 0..4 {
        live(seed);
    }
}

#[test]
fn a_power_cut_loses_no_last_value() {
    let draws: Option<usize> = std::env::var("LEFTFOLD_IMAGES").ok().and_then(|text| text.parse().ok());
    let (stride, draws) = draws.map_or((61, 1), |draws| (1, draws));
    let (disk, promised) = live(100);
    for step in (0..=disk.steps()).step_by(stride) {
        for draw in 0..draws {
            let mut chance = Chance::new((step as u64) << 8 ^ draw as u64);
            let image = disk.after_power_cut(step, &mut chance);
            let world = World::open(&image).unwrap_or_else(|error| panic!("step {step}: {error}"));
            let Some(partition) = world.log.partition(id(1)) else { continue };
            assert_eq!(partition.damage(), [], "step {step}: a power cut is no damage");
            let left: Vec<_> = image.files().into_iter().map(|file| file.display().to_string()).collect();
            assert!(left.iter().all(|file| !file.ends_with(".cleaned") && !file.ends_with(".swap")), "step {step}");
            let found = everything(&partition, 0).1;
            let end = partition.offsets().log_end;
            let acknowledged = promised.iter().rev().find(|(at, _)| *at <= step).map(|(_, model)| model);
            let acknowledged_end = acknowledged.and_then(|model| model.keys().next_back()).map_or(0, |last| last + 1);
            assert!(
                end >= acknowledged_end,
                "step {step}: acknowledged up to {acknowledged_end}, the log ends at {end}"
            );
            let whole = &promised.last().expect("a model").1;
            let model: BTreeMap<_, _> = whole.range(..end).map(|(offset, record)| (*offset, record.clone())).collect();
            assert_eq!(table(&found), table(&model), "step {step}, draw {draw}");
            world.create(1, compacted());
            world.log.compact_once(&mut || Ok(())).expect("a compaction of what came back");
            assert_eq!(table(&everything(&partition, 0).1), table(&model), "step {step}, draw {draw}: compacted again");
        }
    }
}

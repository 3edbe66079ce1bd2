//! Flipped bits in every kind of file: none is served.

mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;

use leftfold_log::{OpenError, ReadError};
use leftfold_ports::sim::{Chance, SimDisk};
use world::{NOW_MS, World, append_in, batch_at, outcome, read_all, read_from};

type Records = BTreeMap<i64, String>;

/// A folder with closed and active segments and, unless it stopped cleanly, a journal; and what may be read from it.
fn folder(clean: bool) -> (SimDisk, Records) {
    let world = World::new();
    let partition = world.partition(1);
    for turn in 0..40 {
        let values: Vec<_> = (0..4).map(|at| format!("{turn}-{at}-{}", "y".repeat(60))).collect();
        let batch = batch_at(&values, Some((9, turn * 4)), NOW_MS + i64::from(turn) * 1000);
        let appended = append_in(&partition, batch, turn / 10).unwrap_or_else(|error| panic!("{error:?}"));
        world.commit();
        assert_eq!(outcome(&mut appended.ticket.expect("a ticket")), Some(Ok(())));
        if turn % 3 == 0 {
            world.fill();
        }
        if turn == 20 {
            let (start, _) = partition.trim(6).unwrap_or_else(|error| panic!("{error:?}"));
            assert_eq!(start, 6);
        }
    }
    world.settle();
    let records = read_all(&partition);
    assert_eq!(records.len(), 154);
    drop(partition);
    (if clean { world.stop() } else { world.disk.copy() }, records)
}

/// Everything that can be read, over the ranges that cannot.
fn read_what_is_left(world: &World) -> Records {
    let mut found = Records::new();
    let Some(partition) = world.log.partition(world::id(1)) else { return found };
    let mut offset = partition.offsets().log_start;
    while offset < partition.offsets().high_watermark {
        match read_from(&partition, offset) {
            Ok(records) => {
                found.extend(records);
                break;
            }
            Err(ReadError::Damaged(_)) => {
                // Record by record up to the damage, then over it.
                let damage = partition.damage();
                while let Ok(chunks) = partition.read(offset, 1) {
                    let Some(header) = chunks.first().and_then(|chunk| leftfold_batch::Header::parse(chunk).ok())
                    else {
                        break;
                    };
                    found.extend(one(&chunks[0], offset));
                    offset = header.last_offset() + 1;
                }
                let over = damage
                    .iter()
                    .chain(&partition.damage())
                    .filter(|d| d.first <= offset && offset <= d.last)
                    .map(|d| d.last)
                    .max();
                offset = over.expect("what is not served is listed") + 1;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    found
}

fn one(chunk: &bytes::Bytes, from: i64) -> Records {
    let header = leftfold_batch::Header::parse(chunk).expect("a whole batch");
    let records = leftfold_batch::records(&header, &chunk[leftfold_batch::HEADER_BYTES..]);
    let records = records.map(|record| record.expect("a record"));
    records
        .filter(|record| record.offset >= from)
        .map(|record| (record.offset, String::from_utf8(record.value.expect("a value").to_vec()).expect("text")))
        .collect()
}

/// Flip every `every`th bit of the files that `kind` names, one at a time, and look at what is served.
fn flip(clean: bool, kind: &str, every: usize, judge: impl Fn(&str, &Records, &Records, &World)) -> usize {
    let (disk, records) = folder(clean);
    let files: Vec<PathBuf> = disk.files().into_iter().filter(|path| path.to_string_lossy().contains(kind)).collect();
    assert!(!files.is_empty(), "there are files of the kind {kind}");
    let (mut flips, mut refused) = (0, 0);
    let mut chance = Chance::new(5);
    for path in files {
        let bytes = leftfold_ports::read_file(&disk, &path).expect("a file").unwrap_or_default().len();
        let mut bit = chance.below(every as u64) as usize;
        while bit < bytes * 8 {
            let image = disk.copy();
            image.flip(&path, bit / 8, (bit % 8) as u8);
            let what = format!("{} bit {bit}", path.display());
            flips += 1;
            match World::open(&image) {
                Ok(world) => {
                    let found = read_what_is_left(&world);
                    judge_epochs(&what, &world);
                    for (offset, value) in &found {
                        assert_eq!(records.get(offset), Some(value), "{what}: another record is served at {offset}");
                    }
                    judge(&what, &records, &found, &world);
                }
                Err(OpenError::Io(error)) => panic!("{what}: {error}"),
                Err(_) => refused += 1,
            }
            bit += every;
        }
    }
    assert!(refused < flips || kind == "VERSION", "{kind}: no folder with a flipped bit opened");
    flips
}

/// The leader epoch of a batch stands outside its checksum, and is served all the same.
fn judge_epochs(what: &str, world: &World) {
    let Some(partition) = world.log.partition(world::id(1)) else { return };
    let mut offset = partition.offsets().log_start;
    while let Ok(chunks) = partition.read(offset, 1) {
        let Some(chunk) = chunks.first() else { return };
        let header = leftfold_batch::Header::parse(chunk).expect("a whole batch");
        assert_eq!(i64::from(header.leader_epoch), header.base_offset / 40, "{what}: another epoch is served");
        offset = header.last_offset() + 1;
    }
}

fn nothing_missing(what: &str, records: &Records, found: &Records, _: &World) {
    assert_eq!(found.len(), records.len(), "{what}: records are missing");
}

/// What is missing is listed.
fn missing_is_listed(what: &str, records: &Records, found: &Records, world: &World) {
    let partition = world.log.partition(world::id(1)).unwrap_or_else(|| panic!("{what}: the partition is gone"));
    let damage = partition.damage();
    for offset in records.keys().filter(|offset| !found.contains_key(offset)) {
        let listed = damage.iter().any(|range| range.first <= *offset && *offset <= range.last);
        assert!(listed, "{what}: offset {offset} is missing and not listed: {damage:?}");
    }
}

#[test]
fn a_flipped_bit_in_a_segment_is_quarantined() {
    assert!(flip(true, ".log", 61, missing_is_listed) > 1000);
}

#[test]
fn a_flipped_bit_in_an_index_changes_no_answer() {
    flip(true, ".index", 1, nothing_missing);
}

#[test]
fn a_flipped_bit_in_a_time_index_changes_no_answer() {
    flip(true, ".timeindex", 1, |what, records, found, world| {
        nothing_missing(what, records, found, world);
        let partition = world.log.partition(world::id(1)).expect("the partition");
        for turn in [2, 7, 20, 39] {
            let asked = NOW_MS + turn * 1000;
            let found = partition.offset_for_timestamp(asked).unwrap_or_else(|error| panic!("{what}: {error:?}"));
            assert_eq!(found, Some((turn * 4, asked)), "{what}");
        }
        let largest = partition.max_timestamp().unwrap_or_else(|error| panic!("{what}: {error:?}"));
        assert_eq!(largest, Some((159, NOW_MS + 39_003)), "{what}");
    });
}

#[test]
fn a_flipped_bit_in_a_snapshot_forgets_no_producer() {
    flip(true, ".snapshot", 3, |what, records, found, world| {
        nothing_missing(what, records, found, world);
        let partition = world.log.partition(world::id(1)).expect("the partition");
        let views = partition.producers();
        assert_eq!(views.iter().map(|view| (view.id, view.last_sequence)).collect::<Vec<_>>(), [(9, 159)], "{what}");
    });
}

#[test]
fn a_flipped_bit_in_a_checkpoint_loses_nothing() {
    flip(true, "checkpoint", 1, |what, records, found, world| {
        nothing_missing(what, records, found, world);
        assert_eq!(world.log.partition(world::id(1)).expect("the partition").offsets().log_start, 6, "{what}");
    });
}

#[test]
fn a_flipped_bit_in_the_version_refuses_the_folder() {
    let flips = flip(true, "VERSION", 1, |what, _, _, _| panic!("{what}: the folder was opened"));
    assert!(flips > 100);
}

/// The one exception is stated in ARCHITECTURE.md: in the last round after an unclean stop, harm cannot be told from a
/// torn write.
#[test]
fn a_flipped_bit_in_the_journal_is_found() {
    let last_round = 156..160;
    flip(false, ".journal", 61, |what, records, found, world| {
        let damage =
            world.log.partition(world::id(1)).unwrap_or_else(|| panic!("{what}: the partition is gone")).damage();
        for offset in records.keys().filter(|offset| !found.contains_key(offset)) {
            let listed = damage.iter().any(|range| range.first <= *offset && *offset <= range.last);
            assert!(listed || last_round.contains(offset), "{what}: offset {offset} is missing: {damage:?}");
        }
    });
}

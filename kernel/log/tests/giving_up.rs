//! Damaged ranges that an operator gives up.

mod world;

use std::path::{Path, PathBuf};

use leftfold_log::{Damage, GiveUpError, Partition, ReadError};
use leftfold_ports::read_file;
use leftfold_ports::sim::{Chance, Fault, SimDisk};
use world::{World, append, batch, id, outcome, read_all, read_from};

const FIRST_SEGMENT: &str = "00000000000000000000.log";

/// A stopped folder of one partition: 60 records, one a batch, in several segments.
fn folder() -> SimDisk {
    let world = World::new();
    for number in 0..60 {
        append(&world.partition(1), batch(&[format!("{number}-{}", "y".repeat(200))], None))
            .unwrap_or_else(|error| panic!("{error:?}"));
    }
    world.settle();
    world.stop()
}

fn segment() -> PathBuf {
    id(1).folder().join(FIRST_SEGMENT)
}

fn bytes_of(disk: &SimDisk, path: &Path) -> Vec<u8> {
    read_file(disk, path).expect("a readable disk").unwrap_or_else(|| panic!("{} is missing", path.display()))
}

/// The folder with one bit of its first segment flipped, opened and verified: the log and what it found.
fn damaged() -> (World, Damage) {
    let disk = folder();
    disk.flip(&segment(), 1000, 3);
    let world = World::open(&disk).unwrap_or_else(|error| panic!("{error}"));
    let found = world.partition(1).verify().expect("a readable disk");
    assert_eq!(found, world.partition(1).damage());
    assert_eq!(found.len(), 1, "{found:?}");
    (world, found[0].clone())
}

fn is_gap(partition: &Partition, damage: &Damage) -> bool {
    let found = read_all(partition);
    (damage.first..=damage.last).all(|offset| !found.contains_key(&offset))
        && found.len() as i64 == 60 - (damage.last - damage.first + 1)
}

#[test]
fn verifying_finds_what_nobody_has_read_yet() {
    let disk = folder();
    let logs: Vec<_> = disk.files().into_iter().filter(|path| path.to_string_lossy().ends_with(".log")).collect();
    assert!(logs.len() > 2, "several segments");
    for log in &logs {
        disk.flip(log, 700, 1);
    }
    let world = World::open(&disk).unwrap_or_else(|error| panic!("{error}"));
    let found = world.partition(1).verify().expect("a readable disk");
    assert_eq!(found.len(), logs.len(), "{found:?}");
    for damage in &found {
        assert!(matches!(world.partition(1).read(damage.first, 1), Err(ReadError::Damaged(_))), "{damage:?}");
    }
    assert_eq!(world.partition(1).verify().expect("a readable disk"), found, "what is known is not found twice");
}

#[test]
fn a_whole_log_verifies_as_whole() {
    let world = World::open(&folder()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(world.partition(1).verify().expect("a readable disk"), []);
}

#[test]
fn a_range_that_was_given_up_is_a_gap_for_good() {
    let (world, damage) = damaged();
    world.log.give_up(id(1), damage.first, damage.last).unwrap_or_else(|error| panic!("{error}"));
    let given_up = world.disk.steps();
    assert_eq!(world.partition(1).damage(), []);
    assert!(is_gap(&world.partition(1), &damage), "a reader goes over the gap");
    for draw in 0..20 {
        let image = world.disk.after_power_cut(given_up, &mut Chance::new(draw));
        let again = World::open(&image).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again.partition(1).damage(), [], "it was durable when the call returned");
        assert!(is_gap(&again.partition(1), &damage));
        assert_eq!(again.partition(1).verify().expect("a readable disk"), [], "what was given up is damage no more");
    }
}

#[test]
fn the_bytes_that_are_given_up_are_kept_beside_the_segment() {
    let (world, damage) = damaged();
    let whole = bytes_of(&world.disk, &segment());
    let given_up = world.log.give_up(id(1), damage.first, damage.last).unwrap_or_else(|error| panic!("{error}"));
    let path = id(1).folder().join(format!("{:020}-{}.given-up", damage.first, damage.last));
    assert_eq!(given_up.path, path.display().to_string());
    let image = world.disk.after_power_cut(world.disk.steps(), &mut Chance::new(4));
    let kept = bytes_of(&image, &path);
    assert_eq!(given_up.bytes, kept.len() as u64);
    let at = whole.windows(kept.len()).position(|window| window == kept).expect("the segment's own bytes");
    assert!(at <= 1000 && 1000 < at + kept.len(), "the flipped byte is among them");
}

#[test]
fn what_is_not_quarantined_is_not_given_up() {
    let (world, damage) = damaged();
    let (first, last) = (damage.first, damage.last);
    for (first, last) in [(first, last + 1), (first - 1, last), (50, 55), (last + 1, first), (-1, i64::MAX)] {
        let Err(GiveUpError::NotDamaged(why)) = world.log.give_up(id(1), first, last) else {
            panic!("{first} to {last} were given up");
        };
        assert!(why.contains(&format!("{} to {}", damage.first, damage.last)), "it names what is quarantined: {why}");
    }
    assert_eq!(world.partition(1).damage(), [damage]);
    assert!(matches!(world.log.give_up(id(7), 0, 0), Err(GiveUpError::Unknown)));
}

#[test]
fn harm_that_grows_takes_in_what_was_known() {
    let (world, before) = damaged();
    let next = before.last + 1;
    let position = bytes_of(&world.disk, &segment())
        .windows(8)
        .position(|window| window == next.to_be_bytes())
        .expect("the next batch");
    world.disk.flip(&segment(), position + 100, 2);
    let found = world.partition(1).verify().expect("a readable disk");
    assert_eq!(found.iter().map(|damage| (damage.first, damage.last)).collect::<Vec<_>>(), [(before.first, next)]);
    world.log.give_up(id(1), before.first, next).unwrap_or_else(|error| panic!("{error}"));
    assert!(is_gap(&world.partition(1), &Damage { last: next, ..before }));
}

#[test]
fn what_cannot_be_made_durable_stays_quarantined() {
    for fault in [Fault::Full, Fault::WriteFails, Fault::SyncFails] {
        let (world, damage) = damaged();
        world.disk.set_fault(Some(fault));
        assert!(matches!(world.log.give_up(id(1), damage.first, damage.last), Err(GiveUpError::Io(_))), "{fault:?}");
        assert_eq!(world.partition(1).damage(), std::slice::from_ref(&damage), "{fault:?}");
        assert!(matches!(world.partition(1).read(damage.first, 1), Err(ReadError::Damaged(_))));
        world.disk.set_fault(None);
        world.log.give_up(id(1), damage.first, damage.last).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Four records in the journal only, with a bit flipped in each of those that are named; what stands there then.
fn journal_without(lost: &[i64]) -> (SimDisk, Vec<Vec<u8>>) {
    let world = World::new();
    for number in 0..4 {
        let value = format!("{number}-{}", "y".repeat(200));
        let appended = append(&world.partition(1), batch(&[value], None)).unwrap_or_else(|error| panic!("{error:?}"));
        world.commit();
        assert_eq!(outcome(&mut appended.ticket.expect("a ticket")), Some(Ok(())));
    }
    let disk = world.disk.copy();
    let journal = disk.files().into_iter().find(|path| path.extension().is_some_and(|kind| kind == "journal"));
    let journal = journal.expect("a journal file");
    let mut harmed = Vec::new();
    for number in lost {
        let value = format!("{number}-y");
        let found = bytes_of(&disk, &journal).windows(3).position(|window| window == value.as_bytes());
        let at = found.expect("the record");
        disk.flip(&journal, at + 50, 0);
        harmed.push(bytes_of(&disk, &journal)[at..at + 200].to_vec());
    }
    (disk, harmed)
}

fn ranges(partition: &Partition) -> Vec<(i64, i64)> {
    partition.damage().iter().map(|damage| (damage.first, damage.last)).collect()
}

#[test]
fn a_frame_that_the_journal_lost_is_kept_too() {
    let (disk, harmed) = journal_without(&[1]);
    let world = World::open(&disk).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(ranges(&world.partition(1)), [(1, 1)]);
    let given_up = world.log.give_up(id(1), 1, 1).unwrap_or_else(|error| panic!("{error}"));
    let kept = bytes_of(&world.disk, Path::new(&given_up.path));
    assert!(kept.windows(200).any(|window| window == harmed[0]), "the frame as it was found");
    assert_eq!(read_from(&world.partition(1), 0).expect("a gap").keys().copied().collect::<Vec<_>>(), [0, 2, 3]);
}

#[test]
fn neighbouring_ranges_may_be_given_up_at_once() {
    let (disk, harmed) = journal_without(&[1, 2]);
    let world = World::open(&disk).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(ranges(&world.partition(1)), [(1, 1), (2, 2)]);
    let given_up = world.log.give_up(id(1), 1, 2).unwrap_or_else(|error| panic!("{error}"));
    let kept = bytes_of(&world.disk, Path::new(&given_up.path));
    assert!(harmed.iter().all(|frame| kept.windows(200).any(|window| window == frame)));
    assert_eq!(world.partition(1).damage(), []);
    assert_eq!(read_from(&world.partition(1), 0).expect("a gap").keys().copied().collect::<Vec<_>>(), [0, 3]);
}

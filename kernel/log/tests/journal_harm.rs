//! Harm to the journal: mended, quarantined, or refused by name.

mod world;

use std::io::IoSlice;
use std::path::PathBuf;

use leftfold_log::{LogSettings, OpenError};
use leftfold_ports::sim::SimDisk;
use leftfold_ports::{Disk, read_file};
use world::{World, append, batch, id, read_all, read_from, settings};

const FRAME_BYTES: usize = 80;

/// Eight records in frames of their own, by turns of two partitions, in the journal only; and one more that is filled.
/// Returns the journal file, and where the frame of each record begins.
fn folder() -> (SimDisk, PathBuf, Vec<usize>) {
    let world = World::new();
    for number in 0..9 {
        let value = format!("{number}-{}", "y".repeat(100));
        append(&world.partition(1 + number % 2), batch(&[value], None)).unwrap_or_else(|error| panic!("{error:?}"));
        world.commit();
    }
    let disk = world.disk.copy();
    let journal = disk.files().into_iter().find(|path| path.extension().is_some_and(|kind| kind == "journal"));
    let journal = journal.expect("a journal file");
    let bytes = read_file(&disk, &journal).expect("a readable disk").unwrap_or_default();
    let starts = bytes.windows(4).enumerate().filter(|(_, four)| *four == b"LFJ1").map(|(at, _)| at);
    (disk, journal, starts.skip(1).collect())
}

fn open(disk: &SimDisk) -> World {
    World::open(disk).unwrap_or_else(|error| panic!("{error}"))
}

fn counts(world: &World) -> [usize; 2] {
    [1, 2].map(|number| read_all(&world.partition(number)).len())
}

fn ranges(world: &World, number: u8) -> Vec<(i64, i64)> {
    world.partition(number).damage().iter().map(|damage| (damage.first, damage.last)).collect()
}

/// Harm that no single bit explains.
fn garble(disk: &SimDisk, path: &std::path::Path, from: usize, bytes: usize) {
    (from..from + bytes).for_each(|byte| [0, 3, 6].into_iter().for_each(|bit| disk.flip(path, byte, bit)));
}

#[test]
fn any_flipped_bit_of_a_frames_header_is_mended() {
    let (disk, journal, frames) = folder();
    for bit in 0..FRAME_BYTES * 8 {
        let image = disk.copy();
        image.flip(&journal, frames[3] + bit / 8, (bit % 8) as u8);
        let world = open(&image);
        assert_eq!(counts(&world), [5, 4], "bit {bit}");
        assert_eq!((ranges(&world, 1), ranges(&world, 2)), (vec![], vec![]), "bit {bit}");
        let note = format!("byte {} of {} was mended", frames[3], journal.display());
        assert!(world.log.notes.iter().any(|line| line.contains(&note)), "bit {bit}: {:?}", world.log.notes);
    }
}

#[test]
fn a_harmed_payload_is_quarantined_with_its_range() {
    let (disk, journal, frames) = folder();
    garble(&disk, &journal, frames[3] + FRAME_BYTES + 90, 20);
    let world = open(&disk);
    assert_eq!((ranges(&world, 1), ranges(&world, 2)), (vec![], vec![(1, 1)]));
    let left = read_from(&world.partition(2), 2).expect("what stands behind it");
    assert_eq!(left.keys().copied().collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn two_harmed_frames_in_a_row_are_both_named() {
    let (disk, journal, frames) = folder();
    // The last of partition 2, which no later frame tells of, and the one before it.
    garble(&disk, &journal, frames[6] + FRAME_BYTES + 90, 20);
    garble(&disk, &journal, frames[7] + FRAME_BYTES + 90, 20);
    let world = open(&disk);
    assert_eq!((ranges(&world, 1), ranges(&world, 2)), (vec![(3, 3)], vec![(3, 3)]));
    assert_eq!(world.partition(2).offsets().log_end, 4, "no offset is used twice");
}

#[test]
fn a_range_ends_where_the_next_whole_frame_begins() {
    let (disk, journal, frames) = folder();
    garble(&disk, &journal, frames[3] + 72, 1); // The count of records ...
    garble(&disk, &journal, frames[3] + FRAME_BYTES + 90, 20); // ... and the payload.
    assert_eq!(ranges(&open(&disk), 2), [(1, 1)]);
}

#[test]
fn a_frame_that_cannot_be_named_refuses_the_folder_by_name() {
    let (disk, journal, frames) = folder();
    garble(&disk, &journal, frames[3] + 32, 24); // Topic, partition, term.
    let Err(OpenError::Journal(why)) = World::open(&disk).map(|_| ()) else { panic!("the folder was opened") };
    assert!(why.contains(&format!("{} is damaged at byte {}", journal.display(), frames[3])), "{why}");
    assert!(why.contains("leftfold doctor"), "{why}");
    assert_eq!(why.lines().count(), 1);
    // It stays refused, and nothing is lost by having tried.
    assert!(matches!(World::open(&disk), Err(OpenError::Journal(_))));
}

#[test]
fn an_operator_may_open_it_without_that_frame() {
    let (disk, journal, frames) = folder();
    garble(&disk, &journal, frames[7] + 32, 24);
    let harmed =
        read_file(&disk, &journal).expect("a readable disk").unwrap_or_default()[frames[7]..frames[8]].to_vec();
    let given_up = LogSettings { journal_give_up: true, ..settings() };
    let world = World::open_with(&disk, given_up).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(counts(&world), [5, 3]);
    let kept = disk.files().into_iter().find(|path| path.starts_with("set-aside")).expect("a file set aside");
    assert_eq!(read_file(&disk, &kept).expect("a readable disk"), Some(harmed));
    assert!(world.log.notes.iter().any(|line| line.contains(&kept.display().to_string())), "{:?}", world.log.notes);
    let world = open(&world.stop());
    assert_eq!(counts(&world), [5, 3], "an ordinary start goes well then");
}

#[test]
fn a_harmed_frame_of_a_dropped_partition_is_no_loss() {
    let world = open(&folder().0);
    append(&world.partition(2), batch(&["gone".to_owned()], None)).unwrap_or_else(|error| panic!("{error:?}"));
    world.commit();
    world.while_committing(|| world.log.drop_partition(id(2))).expect("a drop");
    append(&world.partition(1), batch(&["after".to_owned()], None)).unwrap_or_else(|error| panic!("{error:?}"));
    world.commit();
    let disk = world.disk.copy();
    let harmed = disk.files().into_iter().rfind(|path| path.extension().is_some_and(|kind| kind == "journal"));
    let harmed = harmed.expect("a journal file");
    let bytes = read_file(&disk, &harmed).expect("a readable disk").unwrap_or_default();
    let at = bytes.windows(4).position(|four| four == b"gone").expect("the record");
    garble(&disk, &harmed, at, 4);
    let world = open(&disk);
    assert!(world.log.partition(id(2)).is_none());
    assert_eq!((read_all(&world.partition(1)).len(), ranges(&world, 1)), (6, vec![]));
}

/// P3: the last write is half on the disk.
#[test]
fn a_torn_tail_is_cut_with_one_line_and_touches_nothing_else() {
    let (disk, journal, frames) = folder();
    let end = frames[8] + FRAME_BYTES + (frames[8] - frames[7] - FRAME_BYTES);
    for cut in frames[8]..end - 1 {
        // The very last byte is a zero anyway.
        let image = disk.copy();
        let file = image.open(&journal).expect("the journal");
        file.write_at(&[IoSlice::new(&vec![0; end - cut])], cut as u64).expect("a write");
        let world = open(&image);
        assert_eq!(counts(&world), [4, 4], "cut at byte {cut}");
        assert_eq!((ranges(&world, 1), ranges(&world, 2)), (vec![], vec![]), "cut at byte {cut}");
        // Less than a header cannot be told from what a file held before.
        let lines = usize::from(cut >= frames[8] + FRAME_BYTES - 4);
        assert!(world.log.notes.len() <= 1 && world.log.notes.len() >= lines, "{cut}: {:?}", world.log.notes);
        let named = |line: &String| line.contains("torn tail") && line.contains(&format!("byte {}", frames[8]));
        assert!(world.log.notes.iter().all(named), "cut at byte {cut}: {:?}", world.log.notes);
    }
}

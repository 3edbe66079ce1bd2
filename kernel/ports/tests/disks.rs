//! What both disks promise, and what a power cut leaves.

use std::io::{ErrorKind, IoSlice};
use std::path::Path;

use leftfold_ports::sim::{Chance, Fault, PIECE_BYTES, SimDisk};
use leftfold_ports::{Disk, File, NowFile, OsDisk, OverlayDisk, read_file, write_file};

fn keeps_files(disk: &dyn Disk) {
    let (folder, path) = (Path::new("a/b"), Path::new("a/b/file"));
    disk.create_folder(folder).expect("a folder");
    let file = disk.create(path).expect("a file");
    file.write_at(&[IoSlice::new(b"one"), IoSlice::new(b""), IoSlice::new(b"two")], 2).expect("a write");
    file.sync().expect("a sync");
    disk.sync_folder(folder).expect("a sync");
    assert_eq!(read_file(disk, path).expect("a read"), Some(b"\0\0onetwo".to_vec()));
    let mut few = [0; 10];
    assert_eq!(file.read_at(&mut few, 5).expect("a read"), 3, "fewer bytes only at the end");
    file.truncate(3).expect("a cut");
    assert_eq!(file.bytes().expect("a size"), 3);
    write_file(disk, path, b"new").expect("a replacement");
    assert_eq!(disk.list(folder).expect("a listing"), ["file"]);
    disk.rename(folder, Path::new("a/c")).expect("a move");
    assert_eq!(read_file(disk, Path::new("a/c/file")).expect("a read"), Some(b"new".to_vec()));
    assert_eq!(read_file(disk, path).expect("a read"), None);
    disk.remove_folder(Path::new("a/c")).expect("a removal");
    assert_eq!(disk.list(Path::new("a")).expect("a listing"), Vec::<String>::new());
    assert_eq!(disk.list(Path::new("nowhere")).expect("a listing"), Vec::<String>::new());
    assert_eq!(disk.remove(path).map_err(|error| error.kind()), Err(ErrorKind::NotFound));
}

#[test]
fn the_disk_in_memory_keeps_files() {
    keeps_files(&SimDisk::new());
}

#[test]
fn the_disk_of_the_machine_keeps_files() {
    let folder = tempfile::tempdir().expect("a folder");
    keeps_files(&OsDisk::lock(folder.path()).expect("a lock"));
}

/// Small writes and large ones, which may go past the page cache, at every alignment, each read back before the next, some
/// of them synced first.
fn reads_what_was_written_behind(disk: &dyn Disk) {
    let path = Path::new("behind");
    let file = disk.create(path).expect("a file");
    let source: Vec<u8> = (0..3_000_000u32).map(|number| (number % 251) as u8).collect();
    let mut position = 0;
    let sizes = [100, 4096, 200_000, 1, 131_072, 5000, 1_200_000, 131_073, 8191, 700_000];
    for (number, bytes) in sizes.into_iter().enumerate() {
        let whole = &source[position..position + bytes];
        let (one, rest) = whole.split_at(bytes / 3);
        let pieces = [IoSlice::new(one), IoSlice::new(b""), IoSlice::new(rest)];
        file.write_behind(&pieces, position as u64).expect("a write");
        if number % 3 == 2 {
            file.sync().expect("a sync");
        }
        let mut found = vec![0; bytes];
        assert_eq!(file.read_at(&mut found, position as u64).expect("a read"), bytes);
        assert!(found == whole, "{bytes} bytes at {position}");
        position += bytes;
    }
    file.sync().expect("a sync");
    assert!(read_file(disk, path).expect("a read").expect("a file") == source[..position]);
}

#[test]
fn what_is_written_behind_is_read_at_once() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on a disk");
    reads_what_was_written_behind(&OsDisk::lock(folder.path()).expect("a lock"));
    reads_what_was_written_behind(&SimDisk::new());
}

#[test]
fn a_folder_that_is_only_looked_at_seems_to_keep_files() {
    let folder = tempfile::tempdir().expect("a folder");
    keeps_files(&OverlayDisk::new(folder.path(), &[]));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a listing").count(), 0, "nothing was written");
}

#[test]
fn what_is_done_to_an_overlay_does_not_happen() {
    let folder = tempfile::tempdir().expect("a folder");
    let before: Vec<u8> = (0..10_000u32).map(|number| number as u8).collect();
    for name in ["kept", "removed", "moved", "hidden/file", "gone/deep/file", "carried/file"] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, &before).expect("a file");
    }
    let disk = OverlayDisk::new(folder.path(), &["hidden"]);
    let file = disk.open(Path::new("kept")).expect("a file");
    file.write_at(&[IoSlice::new(&[9; 3])], 4095).expect("a write over a page's edge");
    file.truncate(5000).expect("a cut");
    file.write_at(&[IoSlice::new(b"end")], 6000).expect("a write behind the end");
    let mut expected = before.clone();
    expected[4095..4098].fill(9);
    expected.truncate(5000);
    expected.resize(6000, 0);
    expected.extend_from_slice(b"end");
    let read = |path: &str| read_file(&disk, Path::new(path)).expect("a read");
    assert_eq!(read("kept"), Some(expected));
    disk.remove(Path::new("removed")).expect("a removal");
    disk.rename(Path::new("moved"), Path::new("new/moved")).expect("a move");
    disk.rename(Path::new("carried"), Path::new("new/carried")).expect("a move of a folder");
    disk.remove_folder(Path::new("gone")).expect("a removal");
    disk.create(Path::new("gone/young")).expect("a file where a folder was");
    assert_eq!(read("removed"), None);
    assert_eq!(read("moved"), None);
    assert_eq!(read("gone/deep/file"), None);
    assert_eq!(read("new/moved"), Some(before.clone()));
    assert_eq!(read("new/carried/file"), Some(before.clone()));
    assert_eq!(disk.list(Path::new("")).expect("a listing"), ["gone", "kept", "new"]);
    assert_eq!(disk.list(Path::new("gone")).expect("a listing"), ["young"]);
    assert_eq!(disk.list(Path::new("hidden")).expect("a listing"), Vec::<String>::new());
    assert_eq!(
        disk.rename(Path::new("nowhere"), Path::new("x")).map_err(|error| error.kind()),
        Err(ErrorKind::NotFound)
    );
    for name in ["kept", "removed", "moved", "hidden/file", "gone/deep/file", "carried/file"] {
        assert_eq!(std::fs::read(folder.path().join(name)).expect("a file"), before, "{name}");
    }
}

#[test]
fn many_pieces_go_in_one_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = OsDisk::lock(folder.path()).expect("a lock");
    let file = disk.create(Path::new("file")).expect("a file");
    let pieces: Vec<Vec<u8>> = (0..5000u32).map(|number| number.to_be_bytes().to_vec()).collect();
    let slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece)).collect();
    file.write_at(&slices, 0).expect("a write");
    assert_eq!(read_file(&disk, Path::new("file")).expect("a read"), Some(pieces.concat()));
}

#[test]
fn a_folder_in_use_names_its_holder() {
    let folder = tempfile::tempdir().expect("a folder");
    let held = OsDisk::lock(folder.path()).expect("a lock");
    let error = OsDisk::lock(folder.path()).map(|_| ()).expect_err("one holder");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    assert_eq!(error.to_string(), std::process::id().to_string());
    drop(held);
    OsDisk::lock(folder.path()).expect("a free folder");
}

/// A file of four pieces, the first two synced.
fn half_synced() -> SimDisk {
    let disk = SimDisk::new();
    let file = disk.create(Path::new("file")).expect("a file");
    file.write_at(&[IoSlice::new(&[1; 2 * PIECE_BYTES])], 0).expect("a write");
    file.sync().expect("a sync");
    disk.sync_folder(Path::new("")).expect("a sync");
    file.write_at(&[IoSlice::new(&[2; 2 * PIECE_BYTES])], 2 * PIECE_BYTES as u64).expect("a write");
    disk
}

#[test]
fn a_power_cut_keeps_what_was_synced_and_any_part_of_the_rest() {
    let disk = half_synced();
    let mut lengths = std::collections::BTreeSet::new();
    for seed in 0..64 {
        let image = disk.after_power_cut(disk.steps(), &mut Chance::new(seed));
        let bytes = read_file(&image, Path::new("file")).expect("a read").expect("the file");
        assert_eq!(bytes[..2 * PIECE_BYTES], [1; 2 * PIECE_BYTES], "seed {seed}");
        let pieces = bytes[2 * PIECE_BYTES..].chunks(PIECE_BYTES);
        lengths.insert(pieces.map(|piece| piece[0]).collect::<Vec<_>>());
    }
    assert_eq!(lengths.len(), 4, "none, the first, the second behind a hole, both: {lengths:?}");
}

#[test]
fn a_name_whose_folder_was_not_synced_may_vanish() {
    let disk = SimDisk::new();
    let file = disk.create(Path::new("file")).expect("a file");
    file.write_at(&[IoSlice::new(b"x")], 0).expect("a write");
    file.sync().expect("a sync");
    let survives = |seed| !disk.after_power_cut(disk.steps(), &mut Chance::new(seed)).files().is_empty();
    let survivors = (0..64).filter(|seed| survives(*seed)).count();
    assert!(survivors > 0 && survivors < 64, "{survivors} of 64");
}

#[test]
fn the_same_seed_leaves_the_same_disk() {
    let disk = half_synced();
    let image = |seed| read_file(&disk.after_power_cut(4, &mut Chance::new(seed)), Path::new("file")).expect("a read");
    assert_eq!(image(3), image(3));
}

#[test]
fn a_fault_begins_when_it_was_told_to() {
    let disk = SimDisk::new();
    let file = disk.create(Path::new("file")).expect("a file");
    disk.set_fault_after(disk.steps() + 1, Fault::Full);
    file.write_at(&[IoSlice::new(b"x")], 0).expect("the last write that fits");
    let full = file.write_at(&[IoSlice::new(b"y")], 1).map_err(|error| error.kind());
    assert_eq!(full, Err(ErrorKind::StorageFull));
    file.write_at(&[IoSlice::new(b"z")], 0).expect("room that is there already");
    disk.set_fault(Some(Fault::SyncFails));
    assert!(file.sync().is_err());
}

#[test]
fn what_is_in_memory_is_read_without_waiting() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on a disk");
    let disk = OsDisk::lock(folder.path()).expect("a lock");
    let file = disk.create(Path::new("now")).expect("a file");
    file.write_at(&[IoSlice::new(b"just written")], 0).expect("a write");
    let mut found = [0; 4];
    let now = NowFile(file.clone());
    match now.read_at(&mut found, 5) {
        Ok(count) => assert_eq!((count, &found), (4, b"writ")),
        Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "a file system without such reads"),
    }
    let beyond = now.read_at(&mut found, 10).expect_err("less than was asked for is no answer");
    assert_eq!(beyond.kind(), ErrorKind::WouldBlock);
}

//! How a compacted segment takes the place of others.
//!
//! Its files are written beside them with `.cleaned` behind their names and synced. The indexes become `.swap`, and then the
//! log file `BASE-END.log.swap`: with that name the swap has happened, and whatever begins in [BASE, END) is replaced. A
//! crash before it leaves the old segments, one after it is completed at the next start.
//!
//! Invariant: where a segment that is replaced has an index of aborted transactions, the new one has one too, if need be
//! without a row. So a file is replaced or never was there, and what a crash interrupted can be done again from its front.

use std::io;
use std::path::{Path, PathBuf};

use leftfold_ports::Disk;

use crate::aborted;
use crate::segment::path_of;

const CLEANED: &str = ".cleaned";
const SWAP: &str = ".swap";
const INDEXES: [&str; 4] = ["index", "timeindex", aborted::KIND, aborted::SUM_KIND];

pub(crate) fn cleaned_path(folder: &Path, base: i64, kind: &str) -> PathBuf {
    path_of(folder, base, &format!("{kind}{CLEANED}"))
}

fn swap_path(folder: &Path, base: i64, kind: &str) -> PathBuf {
    path_of(folder, base, &format!("{kind}{SWAP}"))
}

fn commit_path(folder: &Path, base: i64, end: i64) -> PathBuf {
    folder.join(format!("{base:020}-{end:020}.log{SWAP}"))
}

/// The range that a swap file's own name says.
fn range_of(name: &str) -> Option<(i64, i64)> {
    let (base, end) = name.strip_suffix(SWAP)?.strip_suffix(".log")?.split_once('-')?;
    Some((base.parse().ok()?, end.parse().ok()?))
}

/// Let the synced `.cleaned` files of `base` replace all segments that begin in [`base`, `end`).
pub(crate) fn swap(disk: &dyn Disk, folder: &Path, base: i64, end: i64) -> io::Result<()> {
    let names = disk.list(folder)?;
    for kind in INDEXES {
        let path = cleaned_path(folder, base, kind);
        if names.iter().any(|name| path.ends_with(name)) {
            disk.rename(&path, &swap_path(folder, base, kind))?;
        }
    }
    disk.sync_folder(folder)?;
    disk.rename(&cleaned_path(folder, base, "log"), &commit_path(folder, base, end))?;
    disk.sync_folder(folder)?;
    replace(disk, folder, base, end)
}

/// After the swap has happened: remove what is replaced, and give the new files their names, the log file last.
fn replace(disk: &dyn Disk, folder: &Path, base: i64, end: i64) -> io::Result<()> {
    let names = disk.list(folder)?;
    for name in &names {
        let replaced = name.split_once('.').and_then(|(stem, _)| stem.parse::<i64>().ok());
        if replaced.is_some_and(|replaced| base < replaced && replaced < end) {
            disk.remove(&folder.join(name))?;
        }
    }
    for kind in INDEXES {
        let path = swap_path(folder, base, kind);
        if names.iter().any(|name| path.ends_with(name)) {
            disk.rename(&path, &path_of(folder, base, kind))?;
        }
    }
    disk.sync_folder(folder)?;
    disk.rename(&commit_path(folder, base, end), &path_of(folder, base, "log"))?;
    disk.sync_folder(folder)
}

/// After a crash: complete what was swapped, drop what was not.
pub(crate) fn complete(disk: &dyn Disk, folder: &Path, notes: &mut Vec<String>) -> io::Result<()> {
    let names = disk.list(folder)?;
    for (base, end) in names.iter().filter_map(|name| range_of(name)) {
        replace(disk, folder, base, end)?;
        notes.push(format!("{}: the compaction of offsets {base} to {} is completed", disk.show(folder), end - 1));
    }
    drop_half_done(disk, folder)
}

/// Remove files of a compaction that has not been swapped in.
pub(crate) fn drop_half_done(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    for name in disk.list(folder)? {
        if name.ends_with(CLEANED) || name.ends_with(SWAP) && range_of(&name).is_none() {
            disk.remove(&folder.join(&name))?;
        }
    }
    Ok(())
}

/// Remove the snapshots of producers up to the offset of a marker that goes: they may call its transaction open, and who
/// folds on from one of them would never meet its end. Later ones, which a checkpoint made durable, know of it.
pub(crate) fn drop_snapshots(disk: &dyn Disk, folder: &Path, marker: i64) -> io::Result<()> {
    for name in disk.list(folder)? {
        let offset = name.strip_suffix(".snapshot").and_then(|stem| stem.parse::<i64>().ok());
        if offset.is_some_and(|offset| offset <= marker) {
            disk.remove(&folder.join(&name))?;
        }
    }
    Ok(())
}

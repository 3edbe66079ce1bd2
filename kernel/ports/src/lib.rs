//! What the kernel needs of the world, as traits.
//!
//! Everything above takes these from outside, so that the shipped code also runs on a clock, a disk and a chance that a
//! test made (`sim`).

mod chance;
mod direct;
mod now;
mod os;
mod overlay;
mod power_cut;
pub mod sim;

use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::Arc;

pub use now::NowFile;
pub use os::{OsClock, OsDisk, OsRandom, give_way};
pub use overlay::OverlayDisk;

/// Time: one clock that people read and one that only goes forward.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970.
    fn wall_ms(&self) -> i64;
    /// Microseconds since some moment in the past.
    fn mono_us(&self) -> u64;
}

/// Chance: numbers that nobody outside can foretell.
pub trait Random: Send + Sync {
    fn draw(&self) -> u64;
}

/// An open file. Writes are visible to readers at once and durable after `sync`.
pub trait File: Send + Sync {
    /// Read at a position; fewer bytes than asked only at the end of the file.
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize>;
    /// The same without waiting for the disk: false where some of it is not in memory.
    fn read_now(&self, _target: &mut [u8], _position: u64) -> io::Result<bool> {
        Ok(false)
    }
    /// Write all pieces one after the other; `ErrorKind::StorageFull` where the disk is full.
    fn write_at(&self, pieces: &[IoSlice<'_>], position: u64) -> io::Result<()>;
    /// The same for bytes that are read back late or never: large ones may go past the page cache.
    fn write_behind(&self, pieces: &[IoSlice<'_>], position: u64) -> io::Result<()> {
        self.write_at(pieces, position)
    }
    /// Make the contents durable. An error is final: it must not be tried again (fsyncgate).
    fn sync(&self) -> io::Result<()>;
    /// Reserve room up to `bytes`, so that a later write does not find the disk full.
    fn reserve(&self, bytes: u64) -> io::Result<()>;
    fn truncate(&self, bytes: u64) -> io::Result<()>;
    fn bytes(&self) -> io::Result<u64>;
}

/// One folder and what is below it; paths are relative to it.
pub trait Disk: Send + Sync {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>>;
    /// Open for reading and writing; made where it is missing.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>>;
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Names in a folder, sorted; empty where it does not exist.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Make the names in a folder durable: after create, rename and remove.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Make everything that was written so far durable, contents and names: one call in place of thousands. False where
    /// that cannot be done, or not so that an error would be told. An error is final, as of `File::sync`.
    fn sync_all(&self) -> io::Result<bool>;
    /// (free bytes, total bytes) of the disk.
    fn space(&self) -> io::Result<(u64, u64)>;
    /// The path as people know it, for messages.
    fn show(&self, path: &Path) -> String;
}

/// The whole contents of a file; None where there is none.
pub fn read_file(disk: &dyn Disk, path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match disk.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = vec![0; file.bytes()? as usize];
    let count = file.read_at(&mut bytes, 0)?;
    bytes.truncate(count);
    Ok(Some(bytes))
}

/// Replace a file as a whole: after a crash it is the old one or the new one.
pub fn write_file(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let file = disk.create(&beside)?;
    file.truncate(0)?;
    file.write_at(&[IoSlice::new(bytes)], 0)?;
    file.sync()?;
    disk.rename(&beside, path)?;
    disk.sync_folder(path.parent().unwrap_or(Path::new("")))
}

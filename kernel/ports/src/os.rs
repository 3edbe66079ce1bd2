//! The real clock, the real disk, real chance.

use std::fs;
use std::io::{self, IoSlice};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
use rustix::fs::{FallocateFlags, FlockOperation};

use crate::direct::{DirectFile, Seams, back, front};
use crate::{Clock, Disk, File, Random};

/// The machine's clocks.
pub struct OsClock {
    started: Instant,
}

impl Default for OsClock {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for OsClock {
    fn wall_ms(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
    }

    fn mono_us(&self) -> u64 {
        self.started.elapsed().as_micros() as u64
    }
}

/// Let the calling thread give way to those that somebody waits for.
pub fn give_way() {
    // Only Linux has a niceness of single threads; elsewhere all of them would give way.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS);
}

/// A third of the weight of other threads, where there is not enough for all: less, and a thread that is put off while it
/// holds a lock would hold up the others.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// The operating system's own source of chance.
#[derive(Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn draw(&self) -> u64 {
        getrandom::u64().expect("the operating system has random numbers")
    }
}

/// A folder of the machine. Holding it holds the folder's lock.
pub struct OsDisk {
    root: PathBuf,
    lock: fs::File,
}

const LOCK: &str = "LOCK";

impl OsDisk {
    /// Make the folder where it is missing and take its lock. `ErrorKind::WouldBlock` carries the holder's process id, as it
    /// wrote it into the lock file.
    pub fn lock(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        let lock = fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).open(root.join(LOCK))?;
        if let Err(error) = rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            let error = io::Error::from(error);
            if error.kind() != io::ErrorKind::WouldBlock {
                return Err(error);
            }
            let holder = fs::read_to_string(root.join(LOCK)).unwrap_or_default();
            return Err(io::Error::new(io::ErrorKind::WouldBlock, holder.trim().to_owned()));
        }
        lock.set_len(0)?;
        lock.write_all_at(format!("{}\n", std::process::id()).as_bytes(), 0)?;
        Ok(Self { root: root.to_owned(), lock })
    }
}

impl Disk for OsDisk {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let file = fs::OpenOptions::new().read(true).write(true).open(self.root.join(path))?;
        Ok(Arc::new(OsFile::of(file)))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let mut options = fs::OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(false).open(self.root.join(path))?;
        Ok(Arc::new(OsFile::of(file)))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(self.root.join(path))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(self.root.join(from), self.root.join(to))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(self.root.join(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(self.root.join(path))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.root.join(path)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        fs::File::open(self.root.join(path))?.sync_all()
    }

    #[cfg(target_os = "linux")]
    fn sync_all(&self) -> io::Result<bool> {
        if !tells_of_failed_syncs() {
            return Ok(false);
        }
        rustix::fs::syncfs(&self.lock)?;
        Ok(true)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_all(&self) -> io::Result<bool> {
        Ok(false)
    }

    fn space(&self) -> io::Result<(u64, u64)> {
        let stat = rustix::fs::statvfs(&self.root)?;
        Ok((stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize))
    }

    fn show(&self, path: &Path) -> String {
        self.root.join(path).display().to_string()
    }
}

/// syncfs(2) tells of failed writes since Linux 5.8.
#[cfg(target_os = "linux")]
fn tells_of_failed_syncs() -> bool {
    let system = rustix::system::uname();
    let mut numbers = system.release().to_str().unwrap_or_default().split('.').map(|number| number.parse::<u32>());
    let version = (numbers.next().and_then(Result::ok), numbers.next().and_then(Result::ok));
    version >= (Some(5), Some(8))
}

struct OsFile {
    file: fs::File,
    /// Opened with the first large write behind; None inside where it cannot be.
    direct: OnceLock<Option<DirectFile>>,
    /// What large writes behind have left in the page cache.
    seams: Mutex<Seams>,
}

/// Linux takes at most so many pieces in one call (UIO_MAXIOV).
const PIECES_MAX: usize = 1024;
/// One call writes about so much: larger ones make the page cache take folios of megabytes, which a virtual machine must
/// first get from its host (2 ms a megabyte against 0.2).
const WRITE_BYTES_MAX: usize = 512 << 10;
/// From so much on it pays to go past the page cache.
const DIRECT_BYTES_MIN: usize = 128 << 10;

impl OsFile {
    fn of(file: fs::File) -> Self {
        Self { file, direct: OnceLock::new(), seams: Mutex::default() }
    }

    fn write_group(&self, group: &[IoSlice<'_>], position: u64) -> io::Result<()> {
        let mut written = rustix::io::pwritev(&self.file, group, position)?;
        let mut skip = written;
        for piece in group {
            if skip >= piece.len() {
                skip -= piece.len();
                continue;
            }
            self.file.write_all_at(&piece[skip..], position + written as u64)?;
            written += piece.len() - skip;
            skip = 0;
        }
        Ok(())
    }
}

impl File for OsFile {
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize> {
        let mut done = 0;
        while done < target.len() {
            match self.file.read_at(&mut target[done..], position + done as u64) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    #[cfg(target_os = "linux")]
    fn read_now(&self, target: &mut [u8], position: u64) -> io::Result<bool> {
        use std::io::IoSliceMut;

        use rustix::io::{Errno, ReadWriteFlags, preadv2};

        let wanted = target.len();
        match preadv2(&self.file, &mut [IoSliceMut::new(target)], position, ReadWriteFlags::NOWAIT) {
            Ok(count) => Ok(count == wanted),
            // The page is not there, or the file system has no such reads.
            Err(Errno::AGAIN | Errno::OPNOTSUPP | Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn write_at(&self, pieces: &[IoSlice<'_>], mut position: u64) -> io::Result<()> {
        let (mut group, mut bytes) = (Vec::with_capacity(pieces.len().min(PIECES_MAX)), 0);
        for piece in pieces {
            let mut rest: &[u8] = piece;
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(WRITE_BYTES_MAX - bytes));
                group.push(IoSlice::new(now));
                (bytes, rest) = (bytes + now.len(), later);
                if bytes == WRITE_BYTES_MAX || group.len() == PIECES_MAX {
                    self.write_group(&group, position)?;
                    position += bytes as u64;
                    group.clear();
                    bytes = 0;
                }
            }
        }
        if group.is_empty() { Ok(()) } else { self.write_group(&group, position) }
    }

    fn write_behind(&self, pieces: &[IoSlice<'_>], position: u64) -> io::Result<()> {
        let total: usize = pieces.iter().map(|piece| piece.len()).sum();
        if total < DIRECT_BYTES_MIN {
            return self.write_at(pieces, position);
        }
        let Some(direct) = self.direct.get_or_init(|| DirectFile::of(&self.file)) else {
            return self.write_at(pieces, position);
        };
        let (before, after) = match direct.write_blocks(pieces, position) {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return self.write_at(pieces, position),
            written => written?,
        };
        if before > 0 {
            self.write_at(&front(pieces, before), position)?;
            self.seams.lock().add(position);
        }
        if after > 0 {
            self.write_at(&back(pieces, after), position + (total - after) as u64)?;
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let written = std::mem::take(&mut *self.seams.lock());
        self.file.sync_data()?;
        written.forget(&self.file);
        Ok(())
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        match rustix::fs::fallocate(&self.file, FallocateFlags::empty(), 0, bytes) {
            Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
            other => Ok(other?),
        }
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        self.file.set_len(bytes)
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

//! A folder that is only looked at: writes stay in memory.
//!
//! What a start would do to a folder can so be done for real and looked at, and nothing has happened. It takes no lock and
//! asks for no more than the right to read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, IoSlice};
use std::ops::Bound;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::{Disk, File};

/// The folder as it was, under what has been written since.
pub struct OverlayDisk {
    root: PathBuf,
    names: Mutex<Names>,
}

/// Invariant: a path in `files` exists, whatever `hidden` says; any other exists if it is in the folder and neither it nor a
/// folder above it is in `hidden`.
#[derive(Default)]
struct Names {
    files: BTreeMap<PathBuf, Arc<OverlayFile>>,
    hidden: BTreeSet<PathBuf>,
}

impl Names {
    fn hides(&self, path: &Path) -> bool {
        path.ancestors().any(|above| self.hidden.contains(above))
    }

    /// The files at or below a path. Paths are ordered by their parts, so these stand together.
    fn under(&self, path: &Path) -> impl Iterator<Item = &PathBuf> {
        let from = (Bound::Included(path), Bound::Unbounded);
        self.files.range::<Path, _>(from).map(|(file, _)| file).take_while(move |file| file.starts_with(path))
    }
}

impl OverlayDisk {
    /// `hidden`: folders that are to look empty.
    #[must_use]
    pub fn new(root: &Path, hidden: &[&str]) -> Self {
        let hidden = hidden.iter().map(PathBuf::from).collect();
        Self { root: root.to_owned(), names: Mutex::new(Names { files: BTreeMap::new(), hidden }) }
    }

    /// The files below a folder, or the one file of that name.
    fn below(&self, names: &Names, path: &Path) -> io::Result<Vec<PathBuf>> {
        let mut found: BTreeSet<PathBuf> = names.under(path).cloned().collect();
        let mut ahead = vec![path.to_owned()];
        while let Some(path) = ahead.pop() {
            match fs::metadata(self.root.join(&path)) {
                Ok(facts) if names.hides(&path) || !facts.is_dir() && !facts.is_file() => {}
                Ok(facts) if facts.is_dir() => {
                    for entry in fs::read_dir(self.root.join(&path))? {
                        ahead.push(path.join(entry?.file_name()));
                    }
                }
                Ok(_) => drop(found.insert(path)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The file as it is now, which stays in `files` from the first look on.
    fn known(&self, names: &mut Names, path: &Path) -> io::Result<Arc<OverlayFile>> {
        if let Some(file) = names.files.get(path) {
            return Ok(file.clone());
        }
        if names.hides(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let file = Arc::new(OverlayFile::over(Some(fs::File::open(self.root.join(path))?))?);
        names.files.insert(path.to_owned(), file.clone());
        Ok(file)
    }
}

impl Disk for OverlayDisk {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(self.known(&mut self.names.lock(), path)?)
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let mut names = self.names.lock();
        match self.known(&mut names, path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let file = Arc::new(OverlayFile::over(None)?);
                names.files.insert(path.to_owned(), file.clone());
                Ok(file)
            }
            known => Ok(known?),
        }
    }

    fn create_folder(&self, _: &Path) -> io::Result<()> {
        Ok(()) // A folder is there as soon as something is in it.
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut names = self.names.lock();
        let moving = self.below(&names, from)?;
        if moving.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        for old in moving {
            let file = self.known(&mut names, &old)?;
            names.files.remove(&old);
            let rest = old.strip_prefix(from).unwrap_or(Path::new(""));
            names.files.insert(if rest.as_os_str().is_empty() { to.to_owned() } else { to.join(rest) }, file);
        }
        names.hidden.insert(from.to_owned());
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut names = self.names.lock();
        self.known(&mut names, path)?;
        names.files.remove(path);
        names.hidden.insert(path.to_owned());
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let mut names = self.names.lock();
        names.files.retain(|file, _| !file.starts_with(path));
        names.hidden.insert(path.to_owned());
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let names = self.names.lock();
        let mut found = BTreeSet::new();
        match fs::read_dir(self.root.join(path)) {
            Ok(entries) => {
                for entry in entries {
                    let name = entry?.file_name();
                    if !names.hides(&path.join(&name)) {
                        found.extend(name.into_string());
                    }
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let below = names.under(path).filter_map(|file| file.strip_prefix(path).ok()?.components().next());
        found.extend(below.map(|name| name.as_os_str().to_string_lossy().into_owned()));
        Ok(found.into_iter().collect())
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_all(&self) -> io::Result<bool> {
        Ok(true)
    }

    fn space(&self) -> io::Result<(u64, u64)> {
        let stat = rustix::fs::statvfs(&self.root)?;
        Ok((stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize))
    }

    fn show(&self, path: &Path) -> String {
        self.root.join(path).display().to_string()
    }
}

const PAGE_BYTES: u64 = 4096;
type Page = Box<[u8; PAGE_BYTES as usize]>;

/// One file: pages that were written, above the bytes that were there.
struct OverlayFile {
    below: Option<fs::File>,
    above: Mutex<Above>,
}

/// Invariant: what lies behind `below_bytes` and was not written reads as zeros; no page holds anything else behind `bytes`.
struct Above {
    bytes: u64,
    /// So much of the file below still counts.
    below_bytes: u64,
    pages: BTreeMap<u64, Page>,
}

impl OverlayFile {
    fn over(below: Option<fs::File>) -> io::Result<Self> {
        let bytes = below.as_ref().map_or(Ok(0), |file| file.metadata().map(|facts| facts.len()))?;
        Ok(Self { below, above: Mutex::new(Above { bytes, below_bytes: bytes, pages: BTreeMap::new() }) })
    }

    /// What is below a stretch of the file, zeros where nothing is.
    fn read_below(&self, below_bytes: u64, target: &mut [u8], position: u64) -> io::Result<()> {
        let there = usize::try_from(below_bytes.saturating_sub(position)).unwrap_or(usize::MAX).min(target.len());
        let (known, rest) = target.split_at_mut(there);
        rest.fill(0);
        match &self.below {
            Some(file) if !known.is_empty() => file.read_exact_at(known, position),
            _ => Ok(()),
        }
    }

    fn write(&self, above: &mut Above, mut piece: &[u8], mut position: u64) -> io::Result<()> {
        while !piece.is_empty() {
            let (number, within) = (position / PAGE_BYTES, (position % PAGE_BYTES) as usize);
            let count = piece.len().min(PAGE_BYTES as usize - within);
            if !above.pages.contains_key(&number) {
                let mut page: Page = Box::new([0; PAGE_BYTES as usize]);
                self.read_below(above.below_bytes, &mut page[..], number * PAGE_BYTES)?;
                above.pages.insert(number, page);
            }
            if let Some(page) = above.pages.get_mut(&number) {
                page[within..within + count].copy_from_slice(&piece[..count]);
            }
            piece = &piece[count..];
            position += count as u64;
        }
        above.bytes = above.bytes.max(position);
        Ok(())
    }
}

impl File for OverlayFile {
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize> {
        let above = self.above.lock();
        let count = usize::try_from(above.bytes.saturating_sub(position)).unwrap_or(usize::MAX).min(target.len());
        let target = &mut target[..count];
        self.read_below(above.below_bytes, target, position)?;
        let end = position + count as u64;
        for (number, page) in above.pages.range(position / PAGE_BYTES..end.div_ceil(PAGE_BYTES)) {
            let start = number * PAGE_BYTES;
            let (from, to) = (position.max(start), end.min(start + PAGE_BYTES));
            let written = &page[(from - start) as usize..(to - start) as usize];
            target[(from - position) as usize..(to - position) as usize].copy_from_slice(written);
        }
        Ok(count)
    }

    fn write_at(&self, pieces: &[IoSlice<'_>], mut position: u64) -> io::Result<()> {
        let mut above = self.above.lock();
        for piece in pieces {
            self.write(&mut above, piece, position)?;
            position += piece.len() as u64;
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        let mut above = self.above.lock();
        above.bytes = above.bytes.max(bytes);
        Ok(())
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        let mut above = self.above.lock();
        above.bytes = bytes;
        above.below_bytes = above.below_bytes.min(bytes);
        above.pages.split_off(&bytes.div_ceil(PAGE_BYTES));
        if let Some(page) = above.pages.get_mut(&(bytes / PAGE_BYTES)) {
            page[(bytes % PAGE_BYTES) as usize..].fill(0);
        }
        Ok(())
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.above.lock().bytes)
    }
}

//! A disk in memory that forgets what was not synced.
//!
//! It keeps what was written apart from what is durable, records every operation, and can build the disk as a power cut
//! after any of them would leave it: unsynced 512-byte pieces survive, vanish or tear by a seeded draw, and so do names
//! whose folder was not synced.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IoSlice};
use std::ops::{Bound, RangeBounds};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::power_cut::{Node, Step, Tree, apply, in_folder};
use crate::{Clock, Disk, File};

pub use crate::chance::{Chance, SimRandom};
pub use crate::power_cut::PIECE_BYTES;

/// A clock that stands still until it is told.
#[derive(Default)]
pub struct SimClock {
    now_ms: AtomicI64,
}

impl SimClock {
    #[must_use]
    pub fn at(now_ms: i64) -> Self {
        Self { now_ms: AtomicI64::new(now_ms) }
    }

    pub fn advance(&self, by_ms: i64) {
        self.now_ms.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn wall_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    fn mono_us(&self) -> u64 {
        self.wall_ms().unsigned_abs() * 1000
    }
}

/// What the next call of a kind meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Every write and reservation that makes a file longer, and every new name, finds the disk full.
    Full,
    /// Every call fails.
    Fails,
    /// Every write fails, after half of it went to the disk.
    WriteFails,
    /// Every sync fails.
    SyncFails,
    /// Every read fails.
    ReadFails,
}

#[derive(Default)]
struct State {
    names: BTreeMap<PathBuf, Node>,
    folders: BTreeSet<PathBuf>,
    contents: BTreeMap<Node, Vec<u8>>,
    next_node: Node,
    trace: Vec<Step>,
    base_names: BTreeMap<PathBuf, Node>,
    base_contents: BTreeMap<Node, Vec<u8>>,
    base_folders: BTreeSet<PathBuf>,
    fault: Option<Fault>,
    /// (how many operations are still well, what then happens)
    fault_later: Option<(usize, Fault)>,
    calls: usize,
    /// Calls that meet a fault of their own.
    outage: Option<(usize, usize, Fault)>,
}

impl State {
    /// A call begins.
    fn enter(&mut self) -> io::Result<()> {
        self.calls += 1;
        if self.meets(Fault::Fails) { Err(io::Error::other("the disk failed")) } else { Ok(()) }
    }

    /// Take note of an operation; the fault that waits for it takes hold after it.
    fn record(&mut self, step: Step) {
        self.trace.push(step);
        if let Some((at, fault)) = self.fault_later
            && self.trace.len() >= at
        {
            (self.fault, self.fault_later) = (Some(fault), None);
        }
    }

    fn needs_room(&self) -> io::Result<()> {
        if self.meets(Fault::Full) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn meets(&self, fault: Fault) -> bool {
        let outage = self.outage.filter(|(from, to, _)| (*from..*to).contains(&(self.calls - 1)));
        self.fault == Some(fault) || outage.is_some_and(|outage| outage.2 == fault)
    }
}

/// See the module's own words. Cloning shares the disk.
#[derive(Clone, Default)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
}

fn missing(path: &Path) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, path.display().to_string())
}

impl SimDisk {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_fault(&self, fault: Option<Fault>) {
        let mut state = self.state();
        (state.fault, state.fault_later, state.outage) = (fault, None, None);
    }

    /// Let the calls with these numbers meet a fault (the first call of a disk has number 0); `set_fault` ends it.
    pub fn set_outage(&self, calls: impl RangeBounds<usize>, fault: Fault) {
        let from = match calls.start_bound() {
            Bound::Included(from) => *from,
            Bound::Excluded(from) => from + 1,
            Bound::Unbounded => 0,
        };
        let to = match calls.end_bound() {
            Bound::Included(to) => to + 1,
            Bound::Excluded(to) => *to,
            Bound::Unbounded => usize::MAX,
        };
        self.state().outage = Some((from, to, fault));
    }

    /// How many calls there have been since the disk was made, reads among them.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// Let a fault take hold once there have been `steps` operations in all.
    pub fn set_fault_after(&self, steps: usize, fault: Fault) {
        self.state().fault_later = Some((steps, fault));
    }

    /// How many operations there have been since the disk was made.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.state().trace.len()
    }

    /// Every file's path.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        self.state().names.keys().cloned().collect()
    }

    /// Flip one bit of a file.
    pub fn flip(&self, path: &Path, byte: usize, bit: u8) {
        let mut state = self.state();
        let node = state.names[path];
        if let Some(byte) = state.contents.get_mut(&node).and_then(|bytes| bytes.get_mut(byte)) {
            *byte ^= 1 << bit;
        }
    }

    /// The disk as it is now, on its own and with an empty trace.
    #[must_use]
    pub fn copy(&self) -> Self {
        let state = self.state();
        Self::from_parts(state.names.clone(), state.contents.clone(), state.folders.clone())
    }

    fn from_parts(
        names: BTreeMap<PathBuf, Node>,
        contents: BTreeMap<Node, Vec<u8>>,
        folders: BTreeSet<PathBuf>,
    ) -> Self {
        let next_node = contents.keys().next_back().map_or(0, |last| last + 1);
        let (base_names, base_contents, base_folders) = (names.clone(), contents.clone(), folders.clone());
        let state =
            State { names, folders, contents, next_node, base_names, base_contents, base_folders, ..State::default() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// The disk that a power cut leaves after the first `steps` operations: what was synced, and of the rest whatever
    /// pieces and names the draw keeps.
    #[must_use]
    pub fn after_power_cut(&self, steps: usize, chance: &mut Chance) -> Self {
        let state = self.state();
        let mut durable = state.base_contents.clone();
        let mut loose: BTreeMap<Node, Vec<Step>> = BTreeMap::new();
        let mut tree = Tree { names: state.base_names.clone(), folders: state.base_folders.clone() };
        let mut loose_names: Vec<Step> = Vec::new();
        for step in &state.trace[..steps.min(state.trace.len())] {
            match step {
                Step::Write(node, ..) | Step::Truncate(node, _) => loose.entry(*node).or_default().push(step.clone()),
                Step::Sync(node) => {
                    for earlier in loose.remove(node).unwrap_or_default() {
                        apply(&mut durable, &earlier, None);
                    }
                }
                Step::SyncFolder(folder) => {
                    let (now, later) = loose_names.into_iter().partition(|change| in_folder(change, folder));
                    loose_names = later;
                    now.iter().for_each(|change| tree.apply(change));
                }
                Step::SyncAll => {
                    for earlier in std::mem::take(&mut loose).into_values().flatten() {
                        apply(&mut durable, &earlier, None);
                    }
                    std::mem::take(&mut loose_names).iter().for_each(|change| tree.apply(change));
                }
                change => loose_names.push(change.clone()),
            }
        }
        // Names become durable in order (a journaling file system), up to a drawn point.
        let kept = chance.below(loose_names.len() as u64 + 1) as usize;
        loose_names[..kept].iter().for_each(|change| tree.apply(change));
        tree.forget_the_unreachable();
        for steps in loose.values() {
            for step in steps {
                apply(&mut durable, step, Some(chance));
            }
        }
        for node in tree.names.values() {
            durable.entry(*node).or_default();
        }
        Self::from_parts(tree.names, durable, tree.folders)
    }
}

impl Disk for SimDisk {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let mut state = self.state();
        state.enter()?;
        let node = *state.names.get(path).ok_or_else(|| missing(path))?;
        Ok(Arc::new(SimFile { disk: self.clone(), node }))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let mut state = self.state();
        state.enter()?;
        let folder = path.parent().unwrap_or(Path::new(""));
        if !folder.as_os_str().is_empty() && !state.folders.contains(folder) {
            return Err(missing(folder));
        }
        let node = match state.names.get(path) {
            Some(node) => *node,
            None => {
                state.needs_room()?;
                let node = state.next_node;
                state.next_node += 1;
                state.contents.insert(node, Vec::new());
                state.names.insert(path.to_owned(), node);
                state.record(Step::Link(path.to_owned(), node));
                node
            }
        };
        Ok(Arc::new(SimFile { disk: self.clone(), node }))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.enter()?;
        let mut above: Vec<_> = path.ancestors().filter(|above| !above.as_os_str().is_empty()).collect();
        above.reverse();
        for folder in above {
            if !state.folders.contains(folder) {
                state.needs_room()?;
                state.folders.insert(folder.to_owned());
                state.record(Step::MakeFolder(folder.to_owned()));
            }
        }
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.enter()?;
        if !state.names.contains_key(from) && !state.folders.contains(from) {
            return Err(missing(from));
        }
        let (names, folders) = (std::mem::take(&mut state.names), std::mem::take(&mut state.folders));
        let mut tree = Tree { names, folders };
        tree.rename(from, to);
        (state.names, state.folders) = (tree.names, tree.folders);
        state.record(Step::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.enter()?;
        state.names.remove(path).ok_or_else(|| missing(path))?;
        state.record(Step::Unlink(path.to_owned()));
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.enter()?;
        if !state.folders.contains(path) {
            return Err(missing(path));
        }
        state.names.retain(|name, _| !name.starts_with(path));
        state.folders.retain(|folder| !folder.starts_with(path));
        state.record(Step::RemoveFolder(path.to_owned()));
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let mut state = self.state();
        state.enter()?;
        let below = state.names.keys().chain(state.folders.iter());
        let names: BTreeSet<String> = below
            .filter_map(|name| name.strip_prefix(path).ok()?.components().next())
            .filter_map(|part| part.as_os_str().to_str().map(str::to_owned))
            .collect();
        Ok(names.into_iter().collect())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        state.enter()?;
        if state.meets(Fault::SyncFails) {
            return Err(io::Error::other("the sync failed"));
        }
        state.record(Step::SyncFolder(path.to_owned()));
        Ok(())
    }

    fn sync_all(&self) -> io::Result<bool> {
        let mut state = self.state();
        state.enter()?;
        if state.meets(Fault::SyncFails) {
            return Err(io::Error::other("the sync failed"));
        }
        state.record(Step::SyncAll);
        Ok(true)
    }

    fn space(&self) -> io::Result<(u64, u64)> {
        let mut state = self.state();
        state.enter()?;
        let full = state.meets(Fault::Full);
        Ok((if full { 0 } else { 1 << 40 }, 1 << 40))
    }

    fn show(&self, path: &Path) -> String {
        path.display().to_string()
    }
}

struct SimFile {
    disk: SimDisk,
    node: Node,
}

impl File for SimFile {
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize> {
        let mut state = self.disk.state();
        state.enter()?;
        if state.meets(Fault::ReadFails) {
            return Err(io::Error::other("the read failed"));
        }
        let bytes = &state.contents[&self.node];
        let start = bytes.len().min(position as usize);
        let count = target.len().min(bytes.len() - start);
        target[..count].copy_from_slice(&bytes[start..start + count]);
        Ok(count)
    }

    fn write_at(&self, pieces: &[IoSlice<'_>], position: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.enter()?;
        let total: usize = pieces.iter().map(|piece| piece.len()).sum();
        if state.contents[&self.node].len() < position as usize + total {
            state.needs_room()?;
        }
        let mut written: Vec<u8> = pieces.iter().flat_map(|piece| piece.iter().copied()).collect();
        let failed = state.meets(Fault::WriteFails);
        if failed {
            written.truncate(written.len() / 2);
        }
        let step = Step::Write(self.node, position, written);
        apply(&mut state.contents, &step, None);
        state.record(step);
        if failed { Err(io::Error::other("the write failed")) } else { Ok(()) }
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        state.enter()?;
        if state.meets(Fault::SyncFails) {
            return Err(io::Error::other("the sync failed"));
        }
        state.record(Step::Sync(self.node));
        Ok(())
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.enter()?;
        state.needs_room()?;
        if (state.contents[&self.node].len() as u64) < bytes {
            let step = Step::Truncate(self.node, bytes);
            apply(&mut state.contents, &step, None);
            state.record(step);
        }
        Ok(())
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        state.enter()?;
        let step = Step::Truncate(self.node, bytes);
        apply(&mut state.contents, &step, None);
        state.record(step);
        Ok(())
    }

    fn bytes(&self) -> io::Result<u64> {
        let mut state = self.disk.state();
        state.enter()?;
        Ok(state.contents[&self.node].len() as u64)
    }
}

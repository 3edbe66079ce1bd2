//! A disk whose reads wait at a gate.

use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

use leftfold_ports::sim::SimDisk;
use leftfold_ports::{Disk, File};

/// Open at first. Closed, whoever reads a segment or its index waits here.
#[derive(Default)]
pub struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    closed: bool,
    cached: bool,
    waiting: usize,
}

impl Gate {
    pub fn shut(&self) {
        self.state.lock().expect("nobody panics inside").closed = true;
    }

    pub fn open(&self) {
        self.state.lock().expect("nobody panics inside").closed = false;
        self.changed.notify_all();
    }

    /// From now on the page cache has everything.
    pub fn cache(&self) {
        self.state.lock().expect("nobody panics inside").cached = true;
    }

    /// Wait until so many readers stand at the gate.
    pub fn wait_for(&self, count: usize) {
        let mut state = self.state.lock().expect("nobody panics inside");
        while state.waiting < count {
            state = self.changed.wait(state).expect("nobody panics inside");
        }
    }

    fn pass(&self) {
        let mut state = self.state.lock().expect("nobody panics inside");
        state.waiting += 1;
        self.changed.notify_all();
        while state.closed {
            state = self.changed.wait(state).expect("nobody panics inside");
        }
        state.waiting -= 1;
    }
}

pub struct GatedDisk {
    disk: SimDisk,
    gate: Arc<Gate>,
}

impl GatedDisk {
    pub fn new(disk: SimDisk, gate: Arc<Gate>) -> Self {
        Self { disk, gate }
    }

    fn gated(&self, path: &Path, file: Arc<dyn File>) -> Arc<dyn File> {
        let is_segment = path.extension().is_some_and(|extension| extension == "log" || extension == "index");
        if is_segment { Arc::new(GatedFile { file, gate: self.gate.clone() }) } else { file }
    }
}

impl Disk for GatedDisk {
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(self.gated(path, self.disk.open(path)?))
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(self.gated(path, self.disk.create(path)?))
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.disk.create_folder(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.disk.remove_folder(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.disk.list(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.disk.sync_folder(path)
    }

    fn sync_all(&self) -> io::Result<bool> {
        self.disk.sync_all()
    }

    fn space(&self) -> io::Result<(u64, u64)> {
        self.disk.space()
    }

    fn show(&self, path: &Path) -> String {
        self.disk.show(path)
    }
}

struct GatedFile {
    file: Arc<dyn File>,
    gate: Arc<Gate>,
}

impl File for GatedFile {
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize> {
        self.gate.pass();
        self.file.read_at(target, position)
    }

    fn read_now(&self, target: &mut [u8], position: u64) -> io::Result<bool> {
        let cached = self.gate.state.lock().expect("nobody panics inside").cached;
        Ok(cached && self.file.read_at(target, position)? == target.len())
    }

    fn write_at(&self, pieces: &[IoSlice<'_>], position: u64) -> io::Result<()> {
        self.file.write_at(pieces, position)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        self.file.reserve(bytes)
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        self.file.truncate(bytes)
    }

    fn bytes(&self) -> io::Result<u64> {
        self.file.bytes()
    }
}

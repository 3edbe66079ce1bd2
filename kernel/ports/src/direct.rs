//! Writing past the page cache.
//!
//! What a log writes is read at once from memory, or much later. To pass it through the page cache costs a copy and fresh
//! pages for every byte (0.2 ms of processor time a megabyte, and 2 ms where a virtual machine must get the pages from its
//! host), pushes out what others read, and leaves dirty pages that any later sync of the file system has to wait for.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs;
use std::io::{self, IoSlice};
use std::os::unix::fs::FileExt;

/// Position, length and memory of a direct write are multiples of this on every disk that we know.
const BLOCK: usize = 4096;
const SCRATCH_BYTES: usize = 2 << 20;

thread_local! {
    /// Only threads that write segments ever touch it.
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
}

/// Where bytes are lined up: a huge page where the system has one, so that the disk's driver is handed one stretch of memory
/// instead of 512 pages.
struct Scratch {
    memory: Vec<u8>,
    start: usize,
}

impl Scratch {
    fn new() -> Self {
        let memory = vec![0; 2 * SCRATCH_BYTES]; // Zeros from the system: what is not used takes no memory.
        let start = memory.as_ptr().align_offset(SCRATCH_BYTES);
        ask_for_a_huge_page(&memory[start..start + SCRATCH_BYTES]);
        Self { memory, start }
    }

    fn bytes(&mut self) -> &mut [u8] {
        &mut self.memory[self.start..self.start + SCRATCH_BYTES]
    }
}

/// It is a wish: what comes of it changes no byte.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn ask_for_a_huge_page(memory: &[u8]) {
    use rustix::mm::{Advice, madvise};

    // SAFETY: the range is memory of ours, and this advice leaves its contents and its protection as they are.
    let _ = unsafe { madvise(memory.as_ptr().cast_mut().cast(), memory.len(), Advice::LinuxHugepage) };
}

#[cfg(not(target_os = "linux"))]
fn ask_for_a_huge_page(_memory: &[u8]) {}

/// A second descriptor of a file, for writes that the page cache does not see.
pub(crate) struct DirectFile(fs::File);

impl DirectFile {
    /// None where the file system or the platform knows no such writes.
    #[cfg(not(target_os = "linux"))]
    pub fn of(_file: &fs::File) -> Option<Self> {
        None
    }

    #[cfg(target_os = "linux")]
    pub fn of(file: &fs::File) -> Option<Self> {
        use std::os::fd::AsRawFd;
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;

        let flag = i32::try_from(OFlags::DIRECT.bits()).ok()?;
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        fs::OpenOptions::new().write(true).custom_flags(flag).open(path).ok().map(Self)
    }

    /// Write the whole blocks among `pieces`; how many bytes at the front and at the back are left for a plain write.
    /// Readers see the bytes when it returns: blocks that a plain write has touched are none of these.
    pub fn write_blocks(&self, pieces: &[IoSlice<'_>], position: u64) -> io::Result<(usize, usize)> {
        let total: usize = pieces.iter().map(|piece| piece.len()).sum();
        let front = (BLOCK - position as usize % BLOCK) % BLOCK;
        let blocks = total.saturating_sub(front) / BLOCK * BLOCK;
        if blocks == 0 {
            return Ok((total, 0));
        }
        SCRATCH.with_borrow_mut(|scratch| {
            let aligned = scratch.bytes();
            let mut source = Source { pieces, first: 0, skip: 0 };
            source.skip(front);
            let mut done = 0;
            while done < blocks {
                let step = SCRATCH_BYTES.min(blocks - done);
                source.fill(&mut aligned[..step]);
                self.0.write_all_at(&aligned[..step], position + (front + done) as u64)?;
                done += step;
            }
            Ok((front, total - front - blocks))
        })
    }
}

/// Blocks in which one write behind ended and the next began: they went through the page cache and are there still, a page in
/// every few megabytes. Who reads the file later would get small pages around them: the system's readahead takes no large
/// ones where it meets a page, and to copy out of small pages costs three times as much (33 us a megabyte against 95).
#[derive(Default)]
pub(crate) struct Seams(VecDeque<u64>);

/// Beyond it the oldest are forgotten.
const SEAMS_MAX: usize = 64;

impl Seams {
    /// The block at `position` is whole now.
    pub fn add(&mut self, position: u64) {
        if self.0.len() == SEAMS_MAX {
            self.0.pop_front();
        }
        self.0.push_back(position / BLOCK as u64 * BLOCK as u64);
    }

    /// Take them out of the page cache, once they are on the disk. It is a wish: it changes no byte.
    #[cfg(target_os = "linux")]
    pub fn forget(self, file: &fs::File) {
        use std::num::NonZeroU64;

        use rustix::fs::{Advice, fadvise};

        for position in self.0 {
            let _ = fadvise(file, position, NonZeroU64::new(BLOCK as u64), Advice::DontNeed);
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub fn forget(self, _file: &fs::File) {}
}

/// Pieces read as one.
struct Source<'a> {
    pieces: &'a [IoSlice<'a>],
    first: usize,
    skip: usize,
}

impl Source<'_> {
    fn skip(&mut self, mut bytes: usize) {
        while bytes > 0 {
            let step = bytes.min(self.pieces[self.first].len() - self.skip);
            self.step(step);
            bytes -= step;
        }
    }

    fn fill(&mut self, mut target: &mut [u8]) {
        while !target.is_empty() {
            let rest = &self.pieces[self.first][self.skip..];
            let step = rest.len().min(target.len());
            let (now, later) = target.split_at_mut(step);
            now.copy_from_slice(&rest[..step]);
            target = later;
            self.step(step);
        }
    }

    fn step(&mut self, bytes: usize) {
        self.skip += bytes;
        while self.first < self.pieces.len() && self.skip == self.pieces[self.first].len() {
            (self.first, self.skip) = (self.first + 1, 0);
        }
    }
}

/// The first or the last `bytes` of pieces.
pub(crate) fn front<'a>(pieces: &'a [IoSlice<'a>], mut bytes: usize) -> Vec<IoSlice<'a>> {
    let mut found = Vec::new();
    for piece in pieces {
        let step = bytes.min(piece.len());
        found.push(IoSlice::new(&piece[..step]));
        bytes -= step;
        if bytes == 0 {
            break;
        }
    }
    found
}

pub(crate) fn back<'a>(pieces: &'a [IoSlice<'a>], mut bytes: usize) -> Vec<IoSlice<'a>> {
    let mut found = Vec::new();
    for piece in pieces.iter().rev() {
        let step = bytes.min(piece.len());
        found.push(IoSlice::new(&piece[piece.len() - step..]));
        bytes -= step;
        if bytes == 0 {
            break;
        }
    }
    found.reverse();
    found
}

//! Files as those see them who may not wait for the disk.

use std::io::{self, IoSlice};
use std::sync::Arc;

use crate::File;

/// Reads only what is in memory: `ErrorKind::WouldBlock` where some of it is not. All else it passes on.
pub struct NowFile(pub Arc<dyn File>);

impl File for NowFile {
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize> {
        if self.0.read_now(target, position)? { Ok(target.len()) } else { Err(io::ErrorKind::WouldBlock.into()) }
    }

    fn read_now(&self, target: &mut [u8], position: u64) -> io::Result<bool> {
        self.0.read_now(target, position)
    }

    fn write_at(&self, pieces: &[IoSlice<'_>], position: u64) -> io::Result<()> {
        self.0.write_at(pieces, position)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync()
    }

    fn reserve(&self, bytes: u64) -> io::Result<()> {
        self.0.reserve(bytes)
    }

    fn truncate(&self, bytes: u64) -> io::Result<()> {
        self.0.truncate(bytes)
    }

    fn bytes(&self) -> io::Result<u64> {
        self.0.bytes()
    }
}

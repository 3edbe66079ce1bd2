//! Buffers for reading segments, used again and again.

use std::cell::RefCell;
use std::io;

use bytes::Bytes;

use crate::read::CHUNK_BYTES;

/// A thread keeps so many for its next reads; more than that are under way only when clients read slowly.
const KEPT_MAX: usize = 8;

thread_local! {
    /// Of the threads that let go of what was read: those of the network.
    static KEPT: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer of `CHUNK_BYTES`, of which the first `used` were read. A fresh one would have to be zeroed each time, which costs
/// as much as reading into it.
struct Chunk {
    buffer: Vec<u8>,
    used: usize,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.used]
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        // A thread that ends has no more use for it.
        let _ = KEPT.try_with(|kept| {
            let mut kept = kept.borrow_mut();
            if kept.len() < KEPT_MAX {
                kept.push(buffer);
            }
        });
    }
}

/// Bytes that `read` fills the front of; it says how many. At most `CHUNK_BYTES` are wanted.
pub(crate) fn filled(wanted: usize, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<Bytes> {
    let kept = KEPT.with_borrow_mut(Vec::pop);
    let mut chunk = Chunk { buffer: kept.unwrap_or_else(|| vec![0; CHUNK_BYTES]), used: 0 };
    chunk.used = read(&mut chunk.buffer[..wanted])?;
    Ok(Bytes::from_owner(chunk))
}

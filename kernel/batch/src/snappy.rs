//! Snappy in both of its framings.
//!
//! As the JVM's xerial library frames it, or one bare block as C libraries write it.

use crate::BatchError;
use crate::decode::Decode;
use crate::snappy_block::Block;

const MAGIC: &[u8; 8] = b"\x82SNAPPY\0";
/// The magic, then two version numbers of four bytes.
const HEADER_BYTES: usize = 16;
const BLOCK_BYTES: usize = 32 * 1024;
/// A copy of three bytes yields at most 64: no honest block grows more than 22 times.
const GROWTH_MAX: usize = 22;

/// A block that decodes to more is decoded piece by piece: it could be as large as a request, and 22 times that.
const WHOLE_BYTES_MAX: usize = 1 << 20;

pub(crate) struct Snappy<'a> {
    rest: &'a [u8],
    framed: bool,
    /// The block that is being decoded piece by piece.
    large: Option<Block<'a>>,
}

impl<'a> Snappy<'a> {
    pub fn new(encoded: &'a [u8]) -> Self {
        let framed = encoded.len() >= HEADER_BYTES && encoded.starts_with(MAGIC);
        let rest = if framed { &encoded[HEADER_BYTES..] } else { encoded };
        Self { rest, framed, large: None }
    }

    fn block(&mut self) -> Result<Option<&'a [u8]>, BatchError> {
        const ENDS_EARLY: BatchError = BatchError::Codec("the snappy stream ends early");
        if self.rest.is_empty() {
            return Ok(None);
        }
        if !self.framed {
            return Ok(Some(std::mem::take(&mut self.rest)));
        }
        let (length, rest) = self.rest.split_first_chunk().ok_or(ENDS_EARLY)?;
        let (block, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or(ENDS_EARLY)?;
        self.rest = rest;
        Ok(Some(block))
    }
}

impl Decode for Snappy<'_> {
    fn fill(&mut self, window: &mut Vec<u8>, room: u64) -> Result<usize, BatchError> {
        const BROKEN: BatchError = BatchError::Codec("a snappy block is broken");
        if let Some(large) = &mut self.large {
            let bytes = large.next()?;
            if !bytes.is_empty() {
                put(window, bytes);
                return Ok(bytes.len());
            }
            self.large = None;
        }
        while let Some(block) = self.block()? {
            let size = snap::raw::decompress_len(block).map_err(|_| BROKEN)?;
            if size > block.len().saturating_mul(GROWTH_MAX) + 64 {
                return Err(BatchError::Codec("a snappy block announces more than it can hold"));
            }
            if size as u64 > room {
                return Err(BatchError::TooLarge);
            }
            if size > WHOLE_BYTES_MAX {
                let large = self.large.insert(Block::new(block, size as u64)?);
                let bytes = large.next()?;
                put(window, bytes);
                return Ok(bytes.len());
            }
            if window.len() < size {
                window.resize(size, 0);
            }
            let count = snap::raw::Decoder::new().decompress(block, &mut window[..size]).map_err(|_| BROKEN)?;
            if count > 0 {
                return Ok(count);
            }
        }
        Ok(0)
    }
}

fn put(window: &mut Vec<u8>, bytes: &[u8]) {
    if window.len() < bytes.len() {
        window.resize(bytes.len(), 0);
    }
    window[..bytes.len()].copy_from_slice(bytes);
}

/// In the xerial framing: every client reads it, and the JVM's writes it.
pub(crate) fn compress(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoded = Vec::with_capacity(plain.len() / 2 + HEADER_BYTES);
    encoded.extend_from_slice(MAGIC);
    encoded.extend_from_slice(&[0, 0, 0, 1, 0, 0, 0, 1]);
    let mut encoder = snap::raw::Encoder::new();
    for block in plain.chunks(BLOCK_BYTES) {
        let packed = encoder.compress_vec(block)?;
        encoded.extend_from_slice(&(packed.len() as u32).to_be_bytes());
        encoded.extend_from_slice(&packed);
    }
    Ok(encoded)
}

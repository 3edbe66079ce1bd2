//! Snappy in both of its framings.
//!
//! As the JVM's xerial library frames it, or one bare block as C libraries write it.

use std::io::{self, Write};

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

/// Writes the xerial framing: every client reads it, and the JVM's writes it.
pub(crate) struct SnappyEncoder<W: Write> {
    target: W,
    encoder: snap::raw::Encoder,
    /// Less than a block.
    rest: Vec<u8>,
}

impl<W: Write> SnappyEncoder<W> {
    pub fn new(mut target: W) -> io::Result<Self> {
        target.write_all(MAGIC)?;
        target.write_all(&[0, 0, 0, 1, 0, 0, 0, 1])?;
        Ok(Self { target, encoder: snap::raw::Encoder::new(), rest: Vec::new() })
    }

    pub fn write_all(&mut self, mut plain: &[u8]) -> io::Result<()> {
        while self.rest.len() + plain.len() >= BLOCK_BYTES {
            let (block, later) = plain.split_at(BLOCK_BYTES - self.rest.len());
            self.rest.extend_from_slice(block);
            self.block()?;
            plain = later;
        }
        self.rest.extend_from_slice(plain);
        Ok(())
    }

    fn block(&mut self) -> io::Result<()> {
        let packed = self.encoder.compress_vec(&self.rest)?;
        self.rest.clear();
        self.target.write_all(&(packed.len() as u32).to_be_bytes())?;
        self.target.write_all(&packed)
    }

    pub fn finish(mut self) -> io::Result<W> {
        if !self.rest.is_empty() {
            self.block()?;
        }
        Ok(self.target)
    }
}

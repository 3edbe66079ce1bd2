//! LZ4 frames, as every Kafka client can read them.
//!
//! The frame format 1.6 with independent blocks, one frame a batch. Kafka's own reader, in the broker and in each Java
//! consumer, takes neither linked blocks nor a wrong header checksum in format 2 batches, and overlooks what follows the
//! frame: such a batch would be poison in the log, so it is refused here.

use std::hash::Hasher;

use lz4_flex::block::decompress_into;
use twox_hash::XxHash32;

use crate::BatchError;
use crate::decode::Decode;

const MAGIC: [u8; 4] = 0x184D_2204_u32.to_le_bytes();
const VERSION: u8 = 0b01 << 6;
const VERSION_MASK: u8 = 0b11 << 6;
const INDEPENDENT: u8 = 1 << 5;
const BLOCK_CHECKSUM: u8 = 1 << 4;
const CONTENT_SIZE: u8 = 1 << 3;
const CONTENT_CHECKSUM: u8 = 1 << 2;
const RESERVED: u8 = 1 << 1;
const DICTIONARY: u8 = 1;
const STORED: u32 = 1 << 31;
/// One byte of a block stands for at most 255 bytes of a match; a few more come with the first.
const GROWTH_MAX: usize = 255;

const ENDS_EARLY: BatchError = BatchError::Codec("the lz4 frame ends early");

pub(crate) struct Lz4<'a> {
    rest: &'a [u8],
    flags: u8,
    block_bytes_max: usize,
    /// What the frame says it decodes to.
    announced: Option<u64>,
    decoded: u64,
    content: XxHash32,
    ended: bool,
}

impl<'a> Lz4<'a> {
    pub fn new(encoded: &'a [u8]) -> Result<Self, BatchError> {
        let Some(rest) = encoded.strip_prefix(&MAGIC) else { return Err(BatchError::Codec("not an lz4 frame")) };
        let &[flags, sizes, ..] = rest else { return Err(ENDS_EARLY) };
        if flags & VERSION_MASK != VERSION || flags & (RESERVED | DICTIONARY) != 0 {
            return Err(BatchError::Codec("an lz4 frame of an unknown kind"));
        }
        if flags & INDEPENDENT == 0 {
            return Err(BatchError::Codec("the lz4 frame has linked blocks, which Kafka's consumers cannot read"));
        }
        let block_bytes_max = match sizes {
            0x40 => 64 << 10,
            0x50 => 256 << 10,
            0x60 => 1 << 20,
            0x70 => 4 << 20,
            _ => return Err(BatchError::Codec("an lz4 block size that does not exist")),
        };
        let mut frame = Self {
            rest,
            flags,
            block_bytes_max,
            announced: None,
            decoded: 0,
            content: XxHash32::with_seed(0),
            ended: false,
        };
        let descriptor_bytes = if frame.has(CONTENT_SIZE) { 10 } else { 2 };
        let descriptor = frame.take(descriptor_bytes)?;
        frame.announced = descriptor[2..].try_into().ok().map(u64::from_le_bytes);
        let &[stored] = frame.take(1)? else { return Err(ENDS_EARLY) };
        if stored != (XxHash32::oneshot(0, descriptor) >> 8) as u8 {
            return Err(BatchError::Codec("the checksum of the lz4 frame's header is wrong"));
        }
        Ok(frame)
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], BatchError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ENDS_EARLY)?;
        self.rest = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, BatchError> {
        let bytes = self.take(4)?;
        Ok(bytes.try_into().map_or(0, u32::from_le_bytes))
    }

    fn end(&mut self) -> Result<(), BatchError> {
        self.ended = true;
        if self.has(CONTENT_CHECKSUM) && self.number()? != self.content.finish() as u32 {
            return Err(BatchError::Codec("the checksum of the lz4 frame's content is wrong"));
        }
        if self.announced.is_some_and(|announced| announced != self.decoded) {
            return Err(BatchError::Codec("the lz4 frame does not decode to the size that it says"));
        }
        if self.rest.is_empty() { Ok(()) } else { Err(BatchError::Codec("bytes follow the lz4 frame")) }
    }

    fn unpack(&self, block: &[u8], stored: bool, window: &mut Vec<u8>, room: u64) -> Result<usize, BatchError> {
        if stored {
            grow(window, block.len());
            window[..block.len()].copy_from_slice(block);
            return Ok(block.len());
        }
        let bytes_max = block.len().saturating_mul(GROWTH_MAX).saturating_add(64).min(self.block_bytes_max);
        // One byte more than there is room for: then the caps say no, not the decoder.
        let bytes_max = bytes_max.min(usize::try_from(room.saturating_add(1)).unwrap_or(usize::MAX));
        grow(window, bytes_max);
        decompress_into(block, &mut window[..bytes_max]).map_err(|_| {
            if (bytes_max as u64) > room { BatchError::TooLarge } else { BatchError::Codec("an lz4 block is broken") }
        })
    }
}

fn grow(window: &mut Vec<u8>, bytes: usize) {
    if window.len() < bytes {
        window.resize(bytes, 0);
    }
}

impl Decode for Lz4<'_> {
    fn fill(&mut self, window: &mut Vec<u8>, room: u64) -> Result<usize, BatchError> {
        while !self.ended {
            let size = self.number()?;
            if size == 0 {
                self.end()?;
                break;
            }
            let (stored, bytes) = (size & STORED != 0, (size & !STORED) as usize);
            if bytes > self.block_bytes_max {
                return Err(BatchError::Codec("an lz4 block is larger than the frame allows"));
            }
            let block = self.take(bytes)?;
            if self.has(BLOCK_CHECKSUM) && self.number()? != XxHash32::oneshot(0, block) {
                return Err(BatchError::Codec("the checksum of an lz4 block is wrong"));
            }
            let count = self.unpack(block, stored, window, room)?;
            if self.has(CONTENT_CHECKSUM) {
                self.content.write(&window[..count]);
            }
            self.decoded += count as u64;
            if count > 0 {
                return Ok(count);
            }
        }
        Ok(0)
    }
}

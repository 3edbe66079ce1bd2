//! Record bytes from a slice or from a decoder.

use crate::BatchError;
use crate::decode::Decode;

const ENDS_EARLY: BatchError = BatchError::Invalid("the records end in the middle of one");
const TOO_LONG: BatchError = BatchError::Invalid("a variable-length number is too long");

fn zigzag32(value: u32) -> i32 {
    (value >> 1) as i32 ^ -((value & 1) as i32)
}

fn zigzag64(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Record bytes in order. Nothing is allocated from an announced length: what is skipped is only counted.
/// Its small steps are inlined whatever the compiler thinks: a call and a result in memory for each of them cost half as much again
/// as the rest of checking a record of 100 bytes.
pub(crate) trait Source {
    fn byte(&mut self) -> Result<u8, BatchError>;
    fn skip(&mut self, count: usize) -> Result<(), BatchError>;
    /// The next `count` bytes, consumed, if they are all in hand.
    fn take_if_whole(&mut self, count: usize) -> Option<&[u8]>;
    /// Bytes handed out so far.
    fn position(&self) -> u64;
    /// Whether nothing follows.
    fn at_end(&mut self) -> Result<bool, BatchError>;

    #[inline(always)]
    fn varint(&mut self) -> Result<i32, BatchError> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(zigzag32(u32::from(first)));
        }
        let mut value = u32::from(first & 0x7f);
        for shift in (7..35).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(zigzag32(value));
            }
        }
        Err(TOO_LONG)
    }

    #[inline(always)]
    fn varlong(&mut self) -> Result<i64, BatchError> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(zigzag64(u64::from(first)));
        }
        let mut value = u64::from(first & 0x7f);
        for shift in (7..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(zigzag64(value));
            }
        }
        Err(TOO_LONG)
    }
}

/// Bytes that are all there.
#[derive(Clone, Copy)]
pub(crate) struct SliceSource<'a> {
    rest: &'a [u8],
    total: usize,
}

impl<'a> SliceSource<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, total: bytes.len() }
    }

    #[inline(always)]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], BatchError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ENDS_EARLY)?;
        self.rest = rest;
        Ok(taken)
    }
}

impl Source for SliceSource<'_> {
    #[inline(always)]
    fn byte(&mut self) -> Result<u8, BatchError> {
        let (byte, rest) = self.rest.split_first().ok_or(ENDS_EARLY)?;
        self.rest = rest;
        Ok(*byte)
    }

    #[inline(always)]
    fn skip(&mut self, count: usize) -> Result<(), BatchError> {
        self.rest = self.rest.get(count..).ok_or(ENDS_EARLY)?;
        Ok(())
    }

    #[inline(always)]
    fn take_if_whole(&mut self, count: usize) -> Option<&[u8]> {
        self.take(count).ok()
    }

    fn position(&self) -> u64 {
        (self.total - self.rest.len()) as u64
    }

    fn at_end(&mut self) -> Result<bool, BatchError> {
        Ok(self.rest.is_empty())
    }
}

/// Decodes through one window. Invariant: `start <= end <= window.len()`; `decoded` never exceeds `decoded_bytes_max`.
pub(crate) struct StreamSource<'a> {
    decoder: Box<dyn Decode + 'a>,
    window: Vec<u8>,
    start: usize,
    end: usize,
    decoded: u64,
    decoded_bytes_max: u64,
}

impl<'a> StreamSource<'a> {
    pub fn new(decoder: Box<dyn Decode + 'a>, decoded_bytes_max: u64) -> Self {
        Self { decoder, window: Vec::new(), start: 0, end: 0, decoded: 0, decoded_bytes_max }
    }

    fn fill(&mut self) -> Result<bool, BatchError> {
        let room = self.decoded_bytes_max - self.decoded;
        (self.start, self.end) = (0, 0);
        self.end = self.decoder.fill(&mut self.window, room)?;
        self.decoded += self.end as u64;
        Ok(self.end > 0)
    }
}

impl Source for StreamSource<'_> {
    #[inline(always)]
    fn byte(&mut self) -> Result<u8, BatchError> {
        if self.start == self.end && !self.fill()? {
            return Err(ENDS_EARLY);
        }
        let byte = self.window[self.start];
        self.start += 1;
        Ok(byte)
    }

    fn skip(&mut self, mut count: usize) -> Result<(), BatchError> {
        while count > self.end - self.start {
            count -= self.end - self.start;
            if !self.fill()? {
                return Err(ENDS_EARLY);
            }
        }
        self.start += count;
        Ok(())
    }

    #[inline(always)]
    fn take_if_whole(&mut self, count: usize) -> Option<&[u8]> {
        if count > self.end - self.start {
            return None;
        }
        let taken = &self.window[self.start..self.start + count];
        self.start += count;
        Some(taken)
    }

    fn position(&self) -> u64 {
        self.decoded - (self.end - self.start) as u64
    }

    fn at_end(&mut self) -> Result<bool, BatchError> {
        Ok(self.start == self.end && !self.fill()?)
    }
}

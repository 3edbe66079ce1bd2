//! Where the bytes of records come from: a slice, or a decoder.

use std::io::Read;

use crate::{BatchError, Caps};

/// Record bytes in order. Nothing is allocated from an announced length: what is skipped is only counted.
pub(crate) trait Source {
    fn byte(&mut self) -> Result<u8, BatchError>;
    fn skip(&mut self, count: usize) -> Result<(), BatchError>;
    /// Bytes handed out so far.
    fn position(&self) -> usize;
    /// Whether nothing follows.
    fn at_end(&mut self) -> Result<bool, BatchError>;

    fn varint(&mut self) -> Result<i32, BatchError> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok((value >> 1) as i32 ^ -((value & 1) as i32));
            }
        }
        Err(BatchError::Invalid("a variable-length number of more than five bytes"))
    }

    fn varlong(&mut self) -> Result<i64, BatchError> {
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok((value >> 1) as i64 ^ -((value & 1) as i64));
            }
        }
        Err(BatchError::Invalid("a variable-length number of more than ten bytes"))
    }
}

const ENDS_EARLY: BatchError = BatchError::Invalid("the records end in the middle of one");

pub(crate) struct SliceSource<'a> {
    pub bytes: &'a [u8],
    pub position: usize,
}

impl Source for SliceSource<'_> {
    #[inline]
    fn byte(&mut self) -> Result<u8, BatchError> {
        let byte = *self.bytes.get(self.position).ok_or(ENDS_EARLY)?;
        self.position += 1;
        Ok(byte)
    }

    #[inline]
    fn skip(&mut self, count: usize) -> Result<(), BatchError> {
        if count > self.bytes.len() - self.position {
            return Err(ENDS_EARLY);
        }
        self.position += count;
        Ok(())
    }

    fn position(&self) -> usize {
        self.position
    }

    fn at_end(&mut self) -> Result<bool, BatchError> {
        Ok(self.position == self.bytes.len())
    }
}

const WINDOW_BYTES: usize = 16 * 1024;

/// Decodes through one small window; counts against the caps as it goes.
pub(crate) struct StreamSource<R: Read> {
    decoder: R,
    window: Box<[u8; WINDOW_BYTES]>,
    start: usize,
    end: usize,
    decoded: u64,
    caps: Caps,
    input_bytes: u64,
}

impl<R: Read> StreamSource<R> {
    pub fn new(decoder: R, caps: Caps, input_bytes: usize) -> Self {
        let window = Box::new([0; WINDOW_BYTES]);
        Self { decoder, window, start: 0, end: 0, decoded: 0, caps, input_bytes: input_bytes as u64 }
    }

    fn fill(&mut self) -> Result<bool, BatchError> {
        let count = self.decoder.read(&mut self.window[..]).map_err(|error| BatchError::Codec(error.to_string()))?;
        self.start = 0;
        self.end = count;
        self.decoded += count as u64;
        self.caps.allow(self.input_bytes, self.decoded)?;
        Ok(count > 0)
    }
}

impl<R: Read> Source for StreamSource<R> {
    #[inline]
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

    fn position(&self) -> usize {
        (self.decoded - (self.end - self.start) as u64) as usize
    }

    fn at_end(&mut self) -> Result<bool, BatchError> {
        Ok(self.start == self.end && !self.fill()?)
    }
}

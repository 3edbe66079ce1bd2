//! A request's bytes, and the batches in them.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

/// A batch from this size on stays where it was read, and keeps its frame; a smaller one is copied out of it.
const KEPT_BYTES_MIN: usize = 8 << 10;

/// Where a request's bytes are.
pub enum FrameBytes<'a> {
    /// In a buffer of its own, which large batches keep.
    Own(Bytes),
    /// In a buffer that others need.
    Borrowed(&'a [u8]),
}

/// Takes batches out of a frame, front to back.
pub struct Batches<'a> {
    own: BytesMut,
    borrowed: &'a [u8],
    /// How much of the frame is before `own`.
    passed: usize,
}

impl<'a> Batches<'a> {
    pub fn of(frame: FrameBytes<'a>) -> Self {
        match frame {
            // Nobody else has the bytes any more, so that this is no copy.
            FrameBytes::Own(bytes) => Self { own: BytesMut::from(bytes), borrowed: &[], passed: 0 },
            FrameBytes::Borrowed(borrowed) => Self { own: BytesMut::new(), borrowed, passed: 0 },
        }
    }

    pub fn take(&mut self, batch: Range<usize>) -> BytesMut {
        if !self.borrowed.is_empty() {
            return BytesMut::from(&self.borrowed[batch]);
        }
        let mut taken = self.own.split_to(batch.end - self.passed);
        let front = batch.start - self.passed;
        self.passed = batch.end;
        if batch.len() < KEPT_BYTES_MIN { BytesMut::from(&taken[front..]) } else { taken.split_off(front) }
    }
}

/// Where `part` is in `whole`, of which it is a part.
pub fn range_in(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr() - whole.as_ptr().addr();
    start..start + part.len()
}

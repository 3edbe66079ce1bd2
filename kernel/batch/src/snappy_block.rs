//! One snappy block, decoded in constant memory.
//!
//! The format is described in <https://github.com/google/snappy/blob/main/format_description.txt>. A copy may look back over
//! all that was decoded; every encoder works on stretches of 64 KiB, so none looks back farther than that.

use crate::BatchError;

const HISTORY_BYTES: usize = 64 << 10;
/// What is decoded at a time.
const STRETCH_BYTES: usize = 64 << 10;

const BROKEN: BatchError = BatchError::Codec("a snappy block is broken");

/// What an element still has to give.
#[derive(Clone, Copy)]
enum Left {
    Literal(usize),
    Copy { offset: usize, count: usize },
}

/// Invariant: the last `end` bytes of the block so far, or all of them, stand at the front of `buffer`.
pub(crate) struct Block<'a> {
    rest: &'a [u8],
    /// Bytes that the block announced and has not given yet.
    announced: u64,
    left: Left,
    buffer: Box<[u8]>,
    end: usize,
}

impl<'a> Block<'a> {
    /// `block` is the whole of it, and begins with the `size` that it decodes to.
    pub fn new(block: &'a [u8], size: u64) -> Result<Self, BatchError> {
        let size_bytes = block.iter().position(|byte| byte & 0x80 == 0).ok_or(BROKEN)? + 1;
        let buffer = vec![0; HISTORY_BYTES + STRETCH_BYTES].into_boxed_slice();
        Ok(Self { rest: &block[size_bytes..], announced: size, left: Left::Literal(0), buffer, end: 0 })
    }

    /// The next bytes; none at the end.
    pub fn next(&mut self) -> Result<&[u8], BatchError> {
        let kept = self.end.min(HISTORY_BYTES);
        self.buffer.copy_within(self.end - kept..self.end, 0);
        self.end = kept;
        let until = kept + STRETCH_BYTES;
        while self.end < until && self.announced > 0 {
            self.step(until - self.end)?;
        }
        if self.announced == 0 && !self.rest.is_empty() {
            return Err(BROKEN);
        }
        Ok(&self.buffer[kept..self.end])
    }

    /// Give what the current element has, as far as there is room, or begin the next one.
    fn step(&mut self, room: usize) -> Result<(), BatchError> {
        let given = match self.left {
            Left::Literal(0) | Left::Copy { count: 0, .. } => {
                self.left = self.element()?;
                return Ok(());
            }
            Left::Literal(count) => {
                let now = count.min(room);
                let (literal, rest) = self.rest.split_at_checked(now).ok_or(BROKEN)?;
                self.buffer[self.end..self.end + now].copy_from_slice(literal);
                self.rest = rest;
                self.left = Left::Literal(count - now);
                now
            }
            Left::Copy { offset, count } => {
                let from = self.end.checked_sub(offset).ok_or(BROKEN)?;
                // What a copy gives may be what it copies next: then a stretch of `offset` bytes at a time.
                let now = count.min(room).min(offset);
                self.buffer.copy_within(from..from + now, self.end);
                self.left = Left::Copy { offset, count: count - now };
                now
            }
        };
        self.end += given;
        self.announced = self.announced.checked_sub(given as u64).ok_or(BROKEN)?;
        Ok(())
    }

    fn element(&mut self) -> Result<Left, BatchError> {
        let tag = self.number(1)?;
        let high = tag >> 2;
        let copy = |offset, count| {
            if offset == 0 { Err(BROKEN) } else { Ok(Left::Copy { offset, count }) }
        };
        match tag & 0b11 {
            0b00 if high < 60 => Ok(Left::Literal(high + 1)),
            0b00 => Ok(Left::Literal(self.number(high - 59)? + 1)),
            0b01 => copy((tag >> 5) << 8 | self.number(1)?, (high & 0b111) + 4),
            0b10 => copy(self.number(2)?, high + 1),
            _ => copy(self.number(4)?, high + 1),
        }
    }

    /// A little-endian number of one to four bytes.
    fn number(&mut self, bytes: usize) -> Result<usize, BatchError> {
        let (number, rest) = self.rest.split_at_checked(bytes).ok_or(BROKEN)?;
        self.rest = rest;
        Ok(number.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unpacked(block: &[u8]) -> Result<Vec<u8>, BatchError> {
        let size = snap::raw::decompress_len(block).map_err(|_| BROKEN)?;
        let mut block = Block::new(block, size as u64)?;
        let mut all = Vec::new();
        loop {
            let next = block.next()?;
            if next.is_empty() {
                return Ok(all);
            }
            assert!(next.len() <= STRETCH_BYTES);
            all.extend_from_slice(next);
        }
    }

    /// Bytes that repeat themselves near and far, and some that do not.
    fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
        let piece = (proptest::collection::vec(any::<u8>(), 1..400), 1..300usize);
        proptest::collection::vec(piece, 1..20)
            .prop_map(|pieces| pieces.into_iter().flat_map(|(bytes, times)| bytes.repeat(times)).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn it_gives_what_was_packed(bytes in any_bytes()) {
            let block = snap::raw::Encoder::new().compress_vec(&bytes).unwrap();
            prop_assert_eq!(unpacked(&block).unwrap(), bytes);
        }

        #[test]
        fn broken_blocks_are_judged_as_the_whole_decoder_judges_them(
            bytes in proptest::collection::vec(0..4u8, 1..5000), at in any::<prop::sample::Index>(), to in any::<u8>(),
        ) {
            let mut block = snap::raw::Encoder::new().compress_vec(&bytes).unwrap();
            let at = at.index(block.len());
            block[at] = to;
            prop_assume!(snap::raw::decompress_len(&block).is_ok_and(|size| size < 1 << 20));
            prop_assert_eq!(unpacked(&block).ok(), snap::raw::Decoder::new().decompress_vec(&block).ok());
        }
    }

    #[test]
    fn a_block_that_ends_early_or_late_is_broken() {
        let block = snap::raw::Encoder::new().compress_vec(&b"abc".repeat(100_000)).unwrap();
        assert_eq!(unpacked(&block[..block.len() - 1]), Err(BROKEN));
        assert_eq!(unpacked(&[&block[..], &[0, b'x']].concat()), Err(BROKEN));
    }
}

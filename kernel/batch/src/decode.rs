//! Decoded bytes, one window after another.

use std::borrow::Cow;
use std::io::Read;

use crate::lz4::Lz4;
use crate::snappy::Snappy;
use crate::{BatchError, Caps, Codec};

/// What gzip and zstd decode at a time; snappy and lz4 decode one block.
const WINDOW_BYTES: usize = 16 * 1024;
/// zstd keeps at most 8 MiB of history: what its standard says every reader must support (RFC 8878, 3.1.1.1.2).
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// A decoder that never holds more than its window and its own state.
pub(crate) trait Decode {
    /// Decode the next bytes to the front of `window` and say how many they are: 0 at the end, `TooLarge` beyond `room`.
    fn fill(&mut self, window: &mut Vec<u8>, room: u64) -> Result<usize, BatchError>;
}

pub(crate) fn decoder<'a>(codec: Codec, encoded: &'a [u8]) -> Result<Box<dyn Decode + 'a>, BatchError> {
    Ok(match codec {
        Codec::None => Box::new(Stream(encoded)),
        Codec::Gzip => Box::new(Stream(flate2::bufread::MultiGzDecoder::new(encoded))),
        Codec::Snappy => Box::new(Snappy::new(encoded)),
        Codec::Lz4 => Box::new(Lz4::new(encoded)?),
        Codec::Zstd => {
            const NO_STATE: BatchError = BatchError::Codec("no memory for zstd");
            let mut decoder = zstd::stream::read::Decoder::with_buffer(encoded).map_err(|_| NO_STATE)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(|_| NO_STATE)?;
            Box::new(Stream(decoder))
        }
    })
}

struct Stream<R>(R);

impl<R: Read> Decode for Stream<R> {
    fn fill(&mut self, window: &mut Vec<u8>, room: u64) -> Result<usize, BatchError> {
        if window.is_empty() {
            window.resize(WINDOW_BYTES, 0);
        }
        let count = self.0.read(window).map_err(|_| BatchError::Codec("the stream is broken or ends early"))?;
        if count as u64 > room { Err(BatchError::TooLarge) } else { Ok(count) }
    }
}

/// All decoded bytes at once, within the caps.
pub fn decompress<'a>(codec: Codec, encoded: &'a [u8], caps: &Caps) -> Result<Cow<'a, [u8]>, BatchError> {
    if codec == Codec::None {
        return Ok(Cow::Borrowed(encoded));
    }
    let mut decoder = decoder(codec, encoded)?;
    let bytes_max = caps.decoded_bytes_max_of(encoded.len());
    let (mut decoded, mut window) = (Vec::new(), Vec::new());
    loop {
        let count = decoder.fill(&mut window, bytes_max - decoded.len() as u64)?;
        if count == 0 {
            return Ok(Cow::Owned(decoded));
        }
        decoded.extend_from_slice(&window[..count]);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zstd::zstd_safe::{DCtx, DParameter, InBuffer, OutBuffer};

    use super::*;

    /// The library's memory is not counted by an allocator of ours (what the others hold, the fuzz targets measure).
    #[test]
    fn zstd_holds_no_more_than_is_said_with_the_largest_window_that_is_read() {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(ZSTD_WINDOW_LOG_MAX).unwrap();
        encoder.write_all(&vec![7; 9 << 20]).unwrap();
        let encoded = encoder.finish().unwrap();
        let mut context = DCtx::create();
        context.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG_MAX)).unwrap();
        let (mut input, mut window) = (InBuffer::around(&encoded), vec![0; WINDOW_BYTES]);
        while context.decompress_stream(&mut OutBuffer::around(&mut window[..]), &mut input).unwrap() > 0 {}
        let held = context.sizeof() + WINDOW_BYTES;
        assert!(held > 8 << 20, "the frame has a window of 8 MiB");
        assert!(held <= Codec::Zstd.decoding_bytes_max(), "{held} bytes");
    }
}

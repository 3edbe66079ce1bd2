//! The five codecs, in every framing that clients write.

use std::borrow::Cow;
use std::io::{self, Read, Write};

use crate::BatchError;

/// A compression codec by its number in the batch attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Codec {
    #[default]
    None = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,
    Zstd = 4,
}

impl Codec {
    #[must_use]
    pub fn from_id(id: i16) -> Option<Self> {
        [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd].into_iter().find(|codec| *codec as i16 == id)
    }

    /// Kafka's name, as in `compression.type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd].into_iter().find(|codec| codec.name() == name)
    }
}

/// What decoding one batch may cost.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// No batch decodes to more, whatever its size.
    pub decoded_bytes_max: u64,
    /// Beyond `ratio_free_bytes`, decoded / encoded may not exceed this.
    pub ratio_max: u64,
    pub ratio_free_bytes: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self { decoded_bytes_max: 1 << 30, ratio_max: 1000, ratio_free_bytes: 64 << 20 }
    }
}

impl Caps {
    pub(crate) fn allow(&self, encoded: u64, decoded: u64) -> Result<(), BatchError> {
        let bomb = decoded > self.ratio_free_bytes && decoded / encoded.max(1) > self.ratio_max;
        if bomb || decoded > self.decoded_bytes_max { Err(BatchError::TooLarge) } else { Ok(()) }
    }
}

/// Decoders keep at most this much history (KIP-110 names none; clients use far less).
const ZSTD_WINDOW_LOG_MAX: u32 = 23;
const XERIAL_MAGIC: &[u8; 8] = b"\x82SNAPPY\0";
const XERIAL_HEADER_BYTES: usize = 16;
const XERIAL_BLOCK_BYTES: usize = 32 * 1024;

/// A reader of the decoded bytes of `encoded`.
pub(crate) fn decoder<'a>(codec: Codec, encoded: &'a [u8]) -> Result<Box<dyn Read + 'a>, BatchError> {
    Ok(match codec {
        Codec::None => Box::new(encoded),
        Codec::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(encoded)),
        Codec::Snappy => Box::new(SnappyDecoder::new(encoded)),
        Codec::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(encoded)),
        Codec::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(encoded).map_err(broken)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX).map_err(broken)?;
            Box::new(decoder)
        }
    })
}

fn broken(error: io::Error) -> BatchError {
    BatchError::Codec(error.to_string())
}

/// All decoded bytes at once, within the caps.
pub fn decompress<'a>(codec: Codec, encoded: &'a [u8], caps: &Caps) -> Result<Cow<'a, [u8]>, BatchError> {
    if codec == Codec::None {
        return Ok(Cow::Borrowed(encoded));
    }
    let mut reader = decoder(codec, encoded)?;
    let mut decoded = Vec::new();
    let mut window = [0; 16 * 1024];
    loop {
        let count = reader.read(&mut window).map_err(broken)?;
        if count == 0 {
            return Ok(Cow::Owned(decoded));
        }
        decoded.extend_from_slice(&window[..count]);
        caps.allow(encoded.len() as u64, decoded.len() as u64)?;
    }
}

/// Snappy as the JVM's xerial library frames it, or one bare block as C libraries write it.
struct SnappyDecoder<'a> {
    rest: &'a [u8],
    framed: bool,
    block: Vec<u8>,
    position: usize,
}

impl<'a> SnappyDecoder<'a> {
    fn new(encoded: &'a [u8]) -> Self {
        let framed = encoded.len() >= XERIAL_HEADER_BYTES && encoded.starts_with(XERIAL_MAGIC);
        let rest = if framed { &encoded[XERIAL_HEADER_BYTES..] } else { encoded };
        Self { rest, framed, block: Vec::new(), position: 0 }
    }

    fn next_block(&mut self) -> io::Result<Option<&'a [u8]>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        if !self.framed {
            return Ok(Some(std::mem::take(&mut self.rest)));
        }
        let (length, rest) = self.rest.split_first_chunk::<4>().ok_or(io::ErrorKind::UnexpectedEof)?;
        let length = u32::from_be_bytes(*length) as usize;
        if length > rest.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let (block, rest) = rest.split_at(length);
        self.rest = rest;
        Ok(Some(block))
    }
}

impl Read for SnappyDecoder<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        while self.position == self.block.len() {
            let Some(block) = self.next_block()? else { return Ok(0) };
            let size = snap::raw::decompress_len(block)?;
            // A copy of three bytes yields at most 64: no honest block grows more than 22 times.
            if size > block.len().saturating_mul(22) + 64 {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a snappy block announces too much"));
            }
            self.block.resize(size, 0);
            let written = snap::raw::Decoder::new().decompress(block, &mut self.block)?;
            self.block.truncate(written);
            self.position = 0;
        }
        let count = target.len().min(self.block.len() - self.position);
        target[..count].copy_from_slice(&self.block[self.position..self.position + count]);
        self.position += count;
        Ok(count)
    }
}

/// Encode `plain` as clients expect to find it: gzip, xerial snappy, an lz4 frame, a zstd frame.
pub(crate) fn compress(codec: Codec, plain: &[u8]) -> io::Result<Vec<u8>> {
    match codec {
        Codec::None => Ok(plain.to_vec()),
        Codec::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(plain)?;
            encoder.finish()
        }
        Codec::Snappy => {
            let mut encoded = Vec::with_capacity(plain.len() / 2 + XERIAL_HEADER_BYTES);
            encoded.extend_from_slice(XERIAL_MAGIC);
            encoded.extend_from_slice(&[0, 0, 0, 1, 0, 0, 0, 1]);
            for block in plain.chunks(XERIAL_BLOCK_BYTES) {
                let packed = snap::raw::Encoder::new().compress_vec(block)?;
                encoded.extend_from_slice(&(packed.len() as u32).to_be_bytes());
                encoded.extend_from_slice(&packed);
            }
            Ok(encoded)
        }
        Codec::Lz4 => {
            let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
            encoder.write_all(plain)?;
            encoder.finish().map_err(io::Error::other)
        }
        Codec::Zstd => zstd::bulk::compress(plain, 0),
    }
}

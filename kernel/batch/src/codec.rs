//! The five codecs, in every framing that clients write.

use std::io::{self, Write};

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

    /// What decoding holds at most besides its input, whatever the bytes say.
    #[must_use]
    pub const fn decoding_bytes_max(self) -> usize {
        match self {
            Self::None => 0,
            Self::Gzip => 128 << 10,
            // One block that is decoded whole, or the history of one that is not.
            Self::Snappy => (1 << 20) + (256 << 10),
            Self::Lz4 => (4 << 20) + (64 << 10),
            // The history, two blocks of the library's and its tables.
            Self::Zstd => (8 << 20) + (512 << 10),
        }
    }

    /// The same of any codec.
    pub const DECODING_BYTES_MAX: usize = Self::Zstd.decoding_bytes_max();

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
    /// No record of a compressed batch may be larger once decoded (`max.decompressed.message.bytes`).
    pub record_bytes_max: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { decoded_bytes_max: 1 << 30, ratio_max: 1000, ratio_free_bytes: 64 << 20, record_bytes_max: usize::MAX }
    }
}

impl Caps {
    /// How much a batch of `encoded_bytes` may decode to.
    #[must_use]
    pub fn decoded_bytes_max_of(&self, encoded_bytes: usize) -> u64 {
        let by_ratio = (encoded_bytes as u64).saturating_mul(self.ratio_max);
        self.decoded_bytes_max.min(by_ratio.max(self.ratio_free_bytes))
    }
}

/// A codec and its effort: -1 or 1 to 9 for gzip, -131072 to 22 for zstd, where more than 19 is 19. Snappy and lz4 have one effort here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compression {
    pub codec: Codec,
    /// None: the codec's own.
    pub level: Option<i32>,
}

impl Compression {
    /// What encoding holds at most besides what it writes.
    #[must_use]
    pub fn encoding_bytes_max(self) -> usize {
        match self.codec {
            Codec::None => 0,
            Codec::Gzip | Codec::Snappy => 384 << 10,
            Codec::Lz4 => 4 << 20,
            // Its history and its tables, which grow with the level.
            Codec::Zstd => match self.level.unwrap_or(zstd::DEFAULT_COMPRESSION_LEVEL) {
                ..=5 => 8 << 20,
                6..=12 => 64 << 20,
                13.. => 96 << 20,
            },
        }
    }
}

/// Beyond it zstd takes hundreds of megabytes, and a larger window than every reader must support (RFC 8878, 3.1.1.1.2).
const ZSTD_LEVEL_MAX: i32 = 19;

/// Encodes as clients expect to find it: gzip, xerial snappy, an lz4 frame, a zstd frame.
pub(crate) enum Encoder<W: Write> {
    Plain(W),
    Gzip(flate2::write::GzEncoder<W>),
    Snappy(Box<crate::snappy::SnappyEncoder<W>>),
    Lz4(Box<lz4_flex::frame::FrameEncoder<W>>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Encoder<W> {
    /// `plain_bytes` is what will be written, where that is known: zstd then takes no more memory than that needs.
    pub fn new(Compression { codec, level }: Compression, plain_bytes: Option<usize>, target: W) -> io::Result<Self> {
        Ok(match codec {
            Codec::None => Self::Plain(target),
            Codec::Gzip => {
                let level = level.and_then(|level| u32::try_from(level).ok());
                let effort = level.map_or_else(flate2::Compression::default, flate2::Compression::new);
                Self::Gzip(flate2::write::GzEncoder::new(target, effort))
            }
            Codec::Snappy => Self::Snappy(Box::new(crate::snappy::SnappyEncoder::new(target)?)),
            Codec::Lz4 => Self::Lz4(Box::new(lz4_flex::frame::FrameEncoder::new(target))),
            Codec::Zstd => {
                let level = level.unwrap_or(zstd::DEFAULT_COMPRESSION_LEVEL).min(ZSTD_LEVEL_MAX);
                let mut encoder = zstd::stream::write::Encoder::new(target, level)?;
                encoder.set_pledged_src_size(plain_bytes.map(|bytes| bytes as u64))?;
                Self::Zstd(encoder)
            }
        })
    }

    pub fn write_all(&mut self, plain: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(target) => target.write_all(plain),
            Self::Gzip(encoder) => encoder.write_all(plain),
            Self::Snappy(encoder) => encoder.write_all(plain),
            Self::Lz4(encoder) => encoder.write_all(plain),
            Self::Zstd(encoder) => encoder.write_all(plain),
        }
    }

    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(target) => Ok(target),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Snappy(encoder) => encoder.finish(),
            Self::Lz4(encoder) => encoder.finish().map_err(io::Error::from),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

/// All at once, with the codec's own effort.
pub(crate) fn compress(codec: Codec, plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = Encoder::new(Compression { codec, level: None }, Some(plain.len()), Vec::new())?;
    encoder.write_all(plain)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use zstd::zstd_safe::{CCtx, CParameter, InBuffer, OutBuffer};

    use super::*;

    #[test]
    fn zstd_holds_no_more_than_is_said_at_any_level() {
        let plain = vec![7; 64 << 10];
        for level in [-131_072, -5, 1, 3, 5, 6, 9, 12, 13, 16, ZSTD_LEVEL_MAX] {
            let mut context = CCtx::create();
            context.set_parameter(CParameter::CompressionLevel(level)).unwrap();
            let mut target = vec![0; 128 << 10];
            let (mut input, mut output) = (InBuffer::around(&plain), OutBuffer::around(&mut target[..]));
            context.compress_stream(&mut output, &mut input).unwrap();
            let said = Compression { codec: Codec::Zstd, level: Some(level) }.encoding_bytes_max();
            assert!(context.sizeof() <= said, "level {level}: {} of {said}", context.sizeof());
        }
    }
}

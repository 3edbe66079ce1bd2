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

/// Encode `plain` as clients expect to find it: gzip, xerial snappy, an lz4 frame, a zstd frame.
pub(crate) fn compress(codec: Codec, plain: &[u8]) -> io::Result<Vec<u8>> {
    match codec {
        Codec::None => Ok(plain.to_vec()),
        Codec::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(plain)?;
            encoder.finish()
        }
        Codec::Snappy => crate::snappy::compress(plain),
        Codec::Lz4 => {
            let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
            encoder.write_all(plain)?;
            encoder.finish().map_err(io::Error::other)
        }
        Codec::Zstd => zstd::bulk::compress(plain, 0),
    }
}

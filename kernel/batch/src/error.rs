//! What can be wrong with a batch, and its Kafka code.

use std::fmt;

/// The Kafka error codes that a batch can be answered with.
pub mod code {
    pub const CORRUPT_MESSAGE: i16 = 2;
    pub const MESSAGE_TOO_LARGE: i16 = 10;
    pub const INVALID_TIMESTAMP: i16 = 32;
    pub const OUT_OF_ORDER_SEQUENCE_NUMBER: i16 = 45;
    pub const INVALID_PRODUCER_EPOCH: i16 = 47;
    pub const INVALID_TXN_STATE: i16 = 48;
    pub const TRANSACTION_COORDINATOR_FENCED: i16 = 52;
    pub const INVALID_RECORD: i16 = 87;
    pub const UNSUPPORTED_COMPRESSION_TYPE: i16 = 76;
}

/// Bytes that are not a whole, well-formed record batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchError {
    /// The bytes end before the batch does; the number says how many are missing at least.
    Truncated(usize),
    /// Bytes follow the batch that are no batch.
    Trailing(usize),
    /// The length field cannot be true.
    Length(i32),
    /// A message format other than 2.
    Magic(i8),
    /// The checksum in the header, and the one of the bytes.
    Crc { stored: u32, computed: u32 },
    /// A field inside the batch contradicts another one.
    Invalid(&'static str),
    /// The compressed part cannot be decoded.
    Codec(&'static str),
    /// Decoding would exceed its caps.
    TooLarge,
    /// In its topic's codec it is larger than it may be.
    Grown,
    /// A record of a compressed batch is larger than its topic allows.
    Record { bytes: usize, bytes_max: usize },
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated(missing) => write!(f, "the batch ends {missing} bytes too early"),
            Self::Trailing(count) => write!(f, "{count} bytes follow the batch that are no batch"),
            Self::Length(length) => write!(f, "a batch length of {length} cannot be"),
            Self::Magic(magic) => write!(f, "message format {magic} is not spoken here, only format 2"),
            Self::Crc { stored, computed } => {
                write!(f, "the checksum is {computed:#010x}, the header says {stored:#010x}")
            }
            Self::Invalid(what) => f.write_str(what),
            Self::Codec(what) => write!(f, "the compressed records cannot be decoded: {what}"),
            Self::Record { bytes, bytes_max } => write!(
                f,
                "a record of {bytes} bytes once decompressed, the topic takes {bytes_max}: see max.decompressed.message.bytes"
            ),
            Self::TooLarge => f.write_str("the records decode to more than is allowed"),
            Self::Grown => f.write_str(
                "in the topic's own codec the batch is larger than the topic takes: see compression.type and max.message.bytes",
            ),
        }
    }
}

impl std::error::Error for BatchError {}

impl BatchError {
    /// The code a producer is answered with (reliability scenario I4).
    #[must_use]
    pub fn code(&self) -> i16 {
        match self {
            Self::Magic(0 | 1) | Self::Invalid(_) | Self::Codec(_) | Self::Record { .. } => code::INVALID_RECORD,
            Self::Truncated(_) | Self::Trailing(_) | Self::Length(_) | Self::Magic(_) | Self::Crc { .. } => {
                code::CORRUPT_MESSAGE
            }
            Self::TooLarge | Self::Grown => code::MESSAGE_TOO_LARGE,
        }
    }
}

/// Why a produced batch is not appended; `records` are (index, message) of single records at fault (KIP-467).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub code: i16,
    pub message: String,
    pub records: Vec<(i32, String)>,
}

impl Rejected {
    pub fn new(code: i16, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), records: Vec::new() }
    }
}

impl From<BatchError> for Rejected {
    fn from(error: BatchError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

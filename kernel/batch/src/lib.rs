//! Record batch v2: parse, check, codecs, sequences.
//!
//! Pure functions over bytes; nobody here knows a clock, a socket or a disk. The format is that of Kafka's message format
//! version 2 (<https://kafka.apache.org/documentation/#recordbatch>, KIP-98).

mod check;
mod codec;
mod crc;
mod decode;
mod encode;
mod error;
mod header;
mod lz4;
mod marker;
pub mod producers;
mod recode;
mod records;
mod retain;
mod snappy;
mod snappy_block;
mod source;

pub use check::{Checked, Rules, TimestampType, check, check_own};
pub use codec::{Caps, Codec, Compression};
pub use crc::{crc32c, crc32c_join, crc32c_of};
pub use decode::decompress;
pub use encode::{EncodeOptions, NewRecord, encode};
pub use error::{BatchError, Rejected, code};
pub(crate) use header::LENGTH_END;
pub use header::{Batches, CRC_FROM, HEADER_BYTES, Header, batches, stamp};
pub use marker::EndMarker;
pub use recode::recode;
pub use records::{Record, Records, offset_of_max_timestamp, offset_of_timestamp, records};
pub use retain::{Entries, Entry, delete_horizon_ms, emptied};

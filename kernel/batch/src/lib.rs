//! Record batch v2: parse, check, codecs, sequences.
//!
//! Pure functions over bytes; nobody here knows a clock, a socket or a disk. The format is that of Kafka's message format
//! version 2 (<https://kafka.apache.org/documentation/#recordbatch>, KIP-98).

mod check;
mod codec;
mod decode;
mod encode;
mod error;
mod header;
mod lz4;
mod marker;
pub mod producers;
mod records;
mod retain;
mod snappy;
mod snappy_block;
mod source;

pub use check::{Checked, Rules, TimestampType, check, check_own};
pub use codec::{Caps, Codec};
pub use decode::decompress;
pub use encode::{EncodeOptions, NewRecord, encode};
pub use error::{BatchError, Rejected, code};
pub(crate) use header::LENGTH_END;
pub use header::{Batches, CRC_FROM, HEADER_BYTES, Header, batches, stamp};
pub use marker::EndMarker;
pub use records::{Record, Records, offset_of_max_timestamp, offset_of_timestamp, records};
pub use retain::{Entries, Entry, delete_horizon_ms, emptied};

/// CRC-32C (Castagnoli), as record batches, snapshots and our own frames use it.
#[must_use]
pub fn crc32c(bytes: &[u8]) -> u32 {
    crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32Iscsi, bytes) as u32
}

/// CRC-32C over several pieces, as if they were one.
#[must_use]
pub fn crc32c_of(pieces: &[&[u8]]) -> u32 {
    let mut digest = crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc32Iscsi);
    for piece in pieces {
        digest.update(piece);
    }
    digest.finalize() as u32
}

/// CRC-32C of `first` and then `second`, from the checksums of both; `second_bytes` is the length of what is second.
#[must_use]
pub fn crc32c_join(first: u32, second: u32, second_bytes: usize) -> u32 {
    let algorithm = crc_fast::CrcAlgorithm::Crc32Iscsi;
    crc_fast::checksum_combine(algorithm, u64::from(first), u64::from(second), second_bytes as u64) as u32
}

//! The 61 bytes in front of every batch.

use crate::{BatchError, Codec, crc32c};

/// From the base offset to the record count.
pub const HEADER_BYTES: usize = 61;
/// Base offset and length: what the length field does not count.
pub(crate) const LENGTH_END: usize = 12;
const LEADER_EPOCH: usize = 12;
const MAGIC: usize = 16;
/// What the length of a message of format 0 or 1 says at least.
const OLD_LENGTH_MIN: i32 = 14;
const CRC: usize = 17;
/// Where the bytes begin that the checksum covers.
pub const CRC_FROM: usize = 21;
pub(crate) const MAX_TIMESTAMP: usize = 35;

const TIMESTAMP_TYPE_BIT: i16 = 0x08;
const TRANSACTIONAL_BIT: i16 = 0x10;
const CONTROL_BIT: i16 = 0x20;
const DELETE_HORIZON_BIT: i16 = 0x40;

/// A parsed header. Invariant: `batch_length` has been compared with nothing yet but its own least value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub base_offset: i64,
    pub batch_length: i32,
    pub leader_epoch: i32,
    pub magic: i8,
    pub crc: u32,
    pub attributes: i16,
    pub last_offset_delta: i32,
    pub base_timestamp: i64,
    pub max_timestamp: i64,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base_sequence: i32,
    pub record_count: i32,
}

fn i16_at(bytes: &[u8], at: usize) -> i16 {
    i16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn i32_at(bytes: &[u8], at: usize) -> i32 {
    i32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn i64_at(bytes: &[u8], at: usize) -> i64 {
    i64::from(i32_at(bytes, at)) << 32 | i64::from(i32_at(bytes, at + 4) as u32)
}

impl Header {
    /// Read the header at the front of `bytes`; the batch itself may be longer than `bytes`.
    pub fn parse(bytes: &[u8]) -> Result<Self, BatchError> {
        if bytes.len() > MAGIC && bytes[MAGIC] != 2 {
            let (length, magic) = (i32_at(bytes, 8), bytes[MAGIC] as i8);
            return Err(if length < OLD_LENGTH_MIN { BatchError::Length(length) } else { BatchError::Magic(magic) });
        }
        if bytes.len() < HEADER_BYTES {
            return Err(BatchError::Truncated(HEADER_BYTES - bytes.len()));
        }
        let batch_length = i32_at(bytes, 8);
        if batch_length < (HEADER_BYTES - LENGTH_END) as i32 {
            return Err(BatchError::Length(batch_length));
        }
        Ok(Self {
            base_offset: i64_at(bytes, 0),
            batch_length,
            leader_epoch: i32_at(bytes, LEADER_EPOCH),
            magic: 2,
            crc: i32_at(bytes, CRC) as u32,
            attributes: i16_at(bytes, CRC_FROM),
            last_offset_delta: i32_at(bytes, 23),
            base_timestamp: i64_at(bytes, 27),
            max_timestamp: i64_at(bytes, MAX_TIMESTAMP),
            producer_id: i64_at(bytes, 43),
            producer_epoch: i16_at(bytes, 51),
            base_sequence: i32_at(bytes, 53),
            record_count: i32_at(bytes, 57),
        })
    }

    /// Bytes of the whole batch, header included.
    #[must_use]
    pub fn total_bytes(&self) -> usize {
        LENGTH_END + self.batch_length as usize
    }

    #[must_use]
    pub fn last_offset(&self) -> i64 {
        self.base_offset.saturating_add(i64::from(self.last_offset_delta))
    }

    /// None for a number that names no codec.
    #[must_use]
    pub fn codec(&self) -> Option<Codec> {
        Codec::from_id(self.attributes & 0x07)
    }

    #[must_use]
    pub fn is_log_append_time(&self) -> bool {
        self.attributes & TIMESTAMP_TYPE_BIT != 0
    }

    #[must_use]
    pub fn is_transactional(&self) -> bool {
        self.attributes & TRANSACTIONAL_BIT != 0
    }

    #[must_use]
    pub fn is_control(&self) -> bool {
        self.attributes & CONTROL_BIT != 0
    }

    #[must_use]
    pub fn has_delete_horizon(&self) -> bool {
        self.attributes & DELETE_HORIZON_BIT != 0
    }

    #[must_use]
    pub fn has_producer(&self) -> bool {
        self.producer_id >= 0
    }

    /// Whether its producer counts its records; a coordinator that writes for a transaction does not.
    #[must_use]
    pub fn has_sequence(&self) -> bool {
        self.base_sequence >= 0
    }

    /// The sequence of the batch's last record; sequences wrap from 2^31-1 to 0 (KIP-98). -1 where there is none.
    #[must_use]
    pub fn last_sequence(&self) -> i32 {
        if !self.has_sequence() {
            return -1;
        }
        crate::producers::add_sequence(self.base_sequence, self.last_offset_delta)
    }

    /// Compare the checksum with the bytes of the whole batch.
    pub fn check_crc(&self, batch: &[u8]) -> Result<(), BatchError> {
        let computed = crc32c(&batch[CRC_FROM..self.total_bytes()]);
        if computed == self.crc { Ok(()) } else { Err(BatchError::Crc { stored: self.crc, computed }) }
    }
}

/// Give a checked batch its place in the log, and return its header as it stands now.
///
/// Offset and leader epoch stand outside the checksum. The timestamp type and the largest timestamp stand inside: they are
/// written, and the checksum with them, only where they differ from what the producer sent.
pub fn stamp(
    batch: &mut [u8],
    header: Header,
    base_offset: i64,
    leader_epoch: i32,
    append_time: Option<i64>,
    max_timestamp: i64,
) -> Header {
    batch[0..8].copy_from_slice(&base_offset.to_be_bytes());
    batch[LEADER_EPOCH..LEADER_EPOCH + 4].copy_from_slice(&leader_epoch.to_be_bytes());
    let attributes = match append_time {
        Some(_) => header.attributes | TIMESTAMP_TYPE_BIT,
        None => header.attributes & !TIMESTAMP_TYPE_BIT,
    };
    let max_timestamp = append_time.unwrap_or(max_timestamp);
    let mut crc = header.crc;
    if attributes != header.attributes || max_timestamp != header.max_timestamp {
        batch[CRC_FROM..CRC_FROM + 2].copy_from_slice(&attributes.to_be_bytes());
        batch[MAX_TIMESTAMP..MAX_TIMESTAMP + 8].copy_from_slice(&max_timestamp.to_be_bytes());
        crc = crc32c(&batch[CRC_FROM..]);
        batch[CRC..CRC + 4].copy_from_slice(&crc.to_be_bytes());
    }
    Header { base_offset, leader_epoch, attributes, max_timestamp, crc, ..header }
}

/// The whole batches at the front of `bytes`, one after the other, undecoded and without checksum.
#[must_use]
pub fn batches(bytes: &[u8]) -> Batches<'_> {
    Batches { rest: bytes }
}

/// See [`batches`]. A part of a batch at the end is `BatchError::Truncated`; after an error it ends.
pub struct Batches<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Batches<'a> {
    type Item = Result<(Header, &'a [u8]), BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let header = match Header::parse(self.rest) {
            Ok(header) => header,
            Err(error) => {
                self.rest = &[];
                return Some(Err(error));
            }
        };
        let total = header.total_bytes();
        if total > self.rest.len() {
            let missing = total - self.rest.len();
            self.rest = &[];
            return Some(Err(BatchError::Truncated(missing)));
        }
        let (batch, rest) = self.rest.split_at(total);
        self.rest = rest;
        Some(Ok((header, batch)))
    }
}

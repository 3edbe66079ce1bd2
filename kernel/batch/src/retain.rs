//! A batch without some of its records, for compaction.
//!
//! What stays keeps its offset, timestamp, headers, producer and codec. The batch keeps its first and last offset, so that a
//! producer's sequences can still be told from it.

use std::borrow::Cow;

use crate::codec::compress;
use crate::decode::decompress;
use crate::encode::put_varint;
use crate::header::{CRC_FROM, MAX_TIMESTAMP};
use crate::source::{SliceSource, Source};
use crate::{BatchError, Caps, HEADER_BYTES, Header, LENGTH_END, crc32c};

pub(crate) const CODEC_MASK: i16 = 0x07;
const DELETE_HORIZON_BIT: i16 = 0x40;
const NO_TIMESTAMP: i64 = -1;

/// What compaction asks a record.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub offset: i64,
    pub timestamp: i64,
    pub key: Option<&'a [u8]>,
    pub has_value: bool,
    /// The record behind its timestamp.
    rest: &'a [u8],
    /// The whole record, its length in front.
    whole: &'a [u8],
    attributes: u8,
}

/// The decoded records of a batch.
pub struct Entries<'a> {
    header: Header,
    plain: Cow<'a, [u8]>,
}

impl<'a> Entries<'a> {
    /// Decode a batch whose checksum holds.
    pub fn decode(header: &Header, batch: &'a [u8], caps: &Caps) -> Result<Self, BatchError> {
        let codec = header.codec().ok_or(BatchError::Invalid("an unknown codec"))?;
        let payload = batch.get(HEADER_BYTES..header.total_bytes()).ok_or(BatchError::Truncated(1))?;
        let plain = if header.record_count == 0 { Cow::Borrowed(&[][..]) } else { decompress(codec, payload, caps)? };
        Ok(Self { header: *header, plain })
    }

    /// Tell `see` of each record, in order.
    pub fn each(&self, mut see: impl FnMut(&Entry<'_>)) -> Result<(), BatchError> {
        let mut source = SliceSource::new(&self.plain);
        for _ in 0..self.header.record_count {
            see(&entry(&self.header, &self.plain, &mut source)?);
        }
        Ok(())
    }

    /// The batch with the records that `keep` wants; None where it wants none. With `horizon_ms` the batch says when its
    /// tombstones may go (KIP-534): the base timestamp is then that time, and the records count theirs from there.
    pub fn retain(
        &self,
        mut keep: impl FnMut(&Entry<'_>) -> bool,
        horizon_ms: Option<i64>,
    ) -> Result<Option<Vec<u8>>, BatchError> {
        let (mut kept, mut count, mut largest) = (Vec::with_capacity(self.plain.len()), 0, NO_TIMESTAMP);
        let mut body = Vec::new();
        self.each(|entry| {
            if !keep(entry) {
                return;
            }
            count += 1;
            largest = largest.max(entry.timestamp);
            match horizon_ms {
                None => kept.extend_from_slice(entry.whole),
                Some(horizon_ms) => entry.put(&mut kept, &mut body, horizon_ms),
            }
        })?;
        if count == 0 {
            return Ok(None);
        }
        let codec = self.header.codec().ok_or(BatchError::Invalid("an unknown codec"))?;
        let payload = compress(codec, &kept).map_err(|_| BatchError::Codec("the records cannot be encoded"))?;
        let mut header = Header { record_count: count, ..self.header };
        if let Some(horizon_ms) = horizon_ms {
            header.attributes |= DELETE_HORIZON_BIT;
            header.base_timestamp = horizon_ms;
        }
        if !header.is_log_append_time() {
            header.max_timestamp = largest;
        }
        assemble(&header, &payload).map(Some)
    }
}

impl Entry<'_> {
    fn put(&self, target: &mut Vec<u8>, body: &mut Vec<u8>, base_timestamp: i64) {
        body.clear();
        body.push(self.attributes);
        put_varint(body, self.timestamp.wrapping_sub(base_timestamp));
        body.extend_from_slice(self.rest);
        put_varint(target, body.len() as i64);
        target.extend_from_slice(body);
    }
}

/// A batch of which no record is left: it still says up to where its producer came.
#[must_use]
pub fn emptied(header: &Header) -> Vec<u8> {
    let attributes = header.attributes & !(CODEC_MASK | DELETE_HORIZON_BIT);
    let empty = Header { attributes, base_timestamp: NO_TIMESTAMP, record_count: 0, ..*header };
    assemble(&empty, &[]).unwrap_or_default() // A header alone is never too long.
}

/// When the tombstones of a batch may go (KIP-534), if it says so.
#[must_use]
pub fn delete_horizon_ms(header: &Header) -> Option<i64> {
    header.has_delete_horizon().then_some(header.base_timestamp)
}

pub(crate) fn assemble(header: &Header, payload: &[u8]) -> Result<Vec<u8>, BatchError> {
    let length = i32::try_from(HEADER_BYTES - LENGTH_END + payload.len()).map_err(|_| BatchError::TooLarge)?;
    let mut batch = Vec::with_capacity(HEADER_BYTES + payload.len());
    batch.extend_from_slice(&header.base_offset.to_be_bytes());
    batch.extend_from_slice(&length.to_be_bytes());
    batch.extend_from_slice(&header.leader_epoch.to_be_bytes());
    batch.push(2);
    batch.extend_from_slice(&[0; 4]);
    batch.extend_from_slice(&header.attributes.to_be_bytes());
    batch.extend_from_slice(&header.last_offset_delta.to_be_bytes());
    batch.extend_from_slice(&header.base_timestamp.to_be_bytes());
    debug_assert_eq!(batch.len(), MAX_TIMESTAMP);
    batch.extend_from_slice(&header.max_timestamp.to_be_bytes());
    batch.extend_from_slice(&header.producer_id.to_be_bytes());
    batch.extend_from_slice(&header.producer_epoch.to_be_bytes());
    batch.extend_from_slice(&header.base_sequence.to_be_bytes());
    batch.extend_from_slice(&header.record_count.to_be_bytes());
    batch.extend_from_slice(payload);
    let crc = crc32c(&batch[CRC_FROM..]);
    batch[17..CRC_FROM].copy_from_slice(&crc.to_be_bytes());
    Ok(batch)
}

fn entry<'a>(header: &Header, plain: &'a [u8], source: &mut SliceSource<'a>) -> Result<Entry<'a>, BatchError> {
    let start = source.position() as usize;
    let length = usize::try_from(source.varint()?).map_err(|_| BatchError::Invalid("a record of negative length"))?;
    let body = source.take(length)?;
    let whole = &plain[start..source.position() as usize];
    let mut fields = SliceSource::new(body);
    let attributes = fields.byte()?;
    let timestamp_delta = fields.varlong()?;
    let rest = &body[fields.position() as usize..];
    let offset_delta = fields.varint()?;
    let key = match fields.varint()? {
        length @ 0.. => Some(fields.take(length as usize)?),
        _ => None,
    };
    let has_value = fields.varint()? >= 0;
    Ok(Entry {
        offset: header.base_offset.wrapping_add(i64::from(offset_delta)),
        timestamp: header.base_timestamp.wrapping_add(timestamp_delta),
        key,
        has_value,
        rest,
        whole,
        attributes,
    })
}

//! Build one batch from records.

use std::io;

use crate::codec::compress;
use crate::header::CRC_FROM;
use crate::{Codec, HEADER_BYTES, crc32c};

/// A record to be written; its offset comes from its place.
#[derive(Debug, Clone, Default)]
pub struct NewRecord<'a> {
    pub timestamp: i64,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    pub headers: Vec<(&'a [u8], Option<&'a [u8]>)>,
}

/// What a batch says of itself; the default has no producer.
#[derive(Debug, Clone, Copy)]
pub struct EncodeOptions {
    pub codec: Codec,
    pub producer_id: i64,
    pub producer_epoch: i16,
    pub base_sequence: i32,
    pub control: bool,
    pub transactional: bool,
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self {
            codec: Codec::None,
            producer_id: -1,
            producer_epoch: -1,
            base_sequence: -1,
            control: false,
            transactional: false,
        }
    }
}

/// One batch with base offset 0; `records` must not be empty.
pub fn encode(records: &[NewRecord<'_>], options: &EncodeOptions) -> io::Result<Vec<u8>> {
    let first = records.first().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a batch needs a record"))?;
    let base_timestamp = first.timestamp;
    let max_timestamp = records.iter().map(|record| record.timestamp).max().unwrap_or(base_timestamp);
    let mut plain = Vec::new();
    let mut body = Vec::new();
    for (index, record) in records.iter().enumerate() {
        body.clear();
        put_body(&mut body, record, base_timestamp, index);
        put_varint(&mut plain, body.len() as i64);
        plain.extend_from_slice(&body);
    }
    let payload = compress(options.codec, &plain)?;
    let mut batch = Vec::with_capacity(HEADER_BYTES + payload.len());
    let attributes = options.codec as i16 | i16::from(options.transactional) << 4 | i16::from(options.control) << 5;
    batch.extend_from_slice(&0i64.to_be_bytes());
    batch.extend_from_slice(&((HEADER_BYTES - 12 + payload.len()) as i32).to_be_bytes());
    batch.extend_from_slice(&(-1i32).to_be_bytes());
    batch.push(2);
    batch.extend_from_slice(&[0; 4]);
    batch.extend_from_slice(&attributes.to_be_bytes());
    batch.extend_from_slice(&(records.len() as i32 - 1).to_be_bytes());
    batch.extend_from_slice(&base_timestamp.to_be_bytes());
    batch.extend_from_slice(&max_timestamp.to_be_bytes());
    batch.extend_from_slice(&options.producer_id.to_be_bytes());
    batch.extend_from_slice(&options.producer_epoch.to_be_bytes());
    batch.extend_from_slice(&options.base_sequence.to_be_bytes());
    batch.extend_from_slice(&(records.len() as i32).to_be_bytes());
    batch.extend_from_slice(&payload);
    let crc = crc32c(&batch[CRC_FROM..]);
    batch[17..21].copy_from_slice(&crc.to_be_bytes());
    Ok(batch)
}

fn put_body(body: &mut Vec<u8>, record: &NewRecord<'_>, base_timestamp: i64, index: usize) {
    body.push(0);
    put_varint(body, record.timestamp.wrapping_sub(base_timestamp));
    put_varint(body, index as i64);
    put_field(body, record.key);
    put_field(body, record.value);
    put_varint(body, record.headers.len() as i64);
    for (key, value) in &record.headers {
        put_field(body, Some(key));
        put_field(body, *value);
    }
}

fn put_field(body: &mut Vec<u8>, field: Option<&[u8]>) {
    match field {
        None => put_varint(body, -1),
        Some(bytes) => {
            put_varint(body, bytes.len() as i64);
            body.extend_from_slice(bytes);
        }
    }
}

pub(crate) fn put_varint(target: &mut Vec<u8>, value: i64) {
    let mut rest = (value << 1 ^ value >> 63) as u64;
    while rest > 0x7f {
        target.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    target.push(rest as u8);
}

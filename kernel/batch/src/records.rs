//! The records inside a batch.

use crate::decode::decoder;
use crate::source::{SliceSource, Source, StreamSource};
use crate::{BatchError, Caps, Codec, HEADER_BYTES, Header};

/// A header's key and its value, which may be null.
pub type RecordHeader<'a> = (&'a [u8], Option<&'a [u8]>);

/// One record; key and value may be null, which is not the same as empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    pub offset: i64,
    pub timestamp: i64,
    pub key: Option<&'a [u8]>,
    pub value: Option<&'a [u8]>,
    pub headers: Vec<RecordHeader<'a>>,
}

/// What `walk` tells about each record.
pub(crate) struct Seen {
    pub timestamp_delta: i64,
    pub offset_delta: i32,
    pub has_key: bool,
}

/// Walk over `count` records and past the last nothing; `see` is told of each, in order.
pub(crate) fn walk<S: Source>(
    source: &mut S,
    count: i32,
    record_bytes_max: usize,
    mut see: impl FnMut(i32, Seen) -> Result<(), BatchError>,
) -> Result<(), BatchError> {
    for index in 0..count {
        let seen = one(source, record_bytes_max)?;
        see(index, seen)?;
    }
    if source.at_end()? { Ok(()) } else { Err(BatchError::Invalid("bytes follow the last record")) }
}

#[inline(always)]
fn one<S: Source>(source: &mut S, bytes_max: usize) -> Result<Seen, BatchError> {
    const LENGTH: BatchError = BatchError::Invalid("a record is not as long as it says");
    let length = source.varint()?;
    let length = usize::try_from(length).map_err(|_| BatchError::Invalid("a record of negative length"))?;
    if length > bytes_max {
        return Err(BatchError::Record { bytes: length, bytes_max });
    }
    if let Some(bytes) = source.take_if_whole(length) {
        let mut record = SliceSource::new(bytes);
        let seen = fields(&mut record)?;
        return if record.at_end()? { Ok(seen) } else { Err(LENGTH) };
    }
    let start = source.position();
    let seen = fields(source)?;
    if source.position() - start == length as u64 { Ok(seen) } else { Err(LENGTH) }
}

#[inline(always)]
fn fields<S: Source>(source: &mut S) -> Result<Seen, BatchError> {
    source.byte()?; // attributes: none is defined for a record
    let timestamp_delta = source.varlong()?;
    let offset_delta = source.varint()?;
    let key = source.varint()?;
    skip_field(source, key)?;
    let value = source.varint()?;
    skip_field(source, value)?;
    let headers = source.varint()?;
    if headers < 0 {
        return Err(BatchError::Invalid("a negative number of headers"));
    }
    for _ in 0..headers {
        let header_key = source.varint()?;
        if header_key < 0 {
            return Err(BatchError::Invalid("a header without a key"));
        }
        source.skip(header_key as usize)?;
        let header_value = source.varint()?;
        skip_field(source, header_value)?;
    }
    Ok(Seen { timestamp_delta, offset_delta, has_key: key >= 0 })
}

#[inline(always)]
fn skip_field<S: Source>(source: &mut S, length: i32) -> Result<(), BatchError> {
    match length {
        -1 => Ok(()),
        0.. => source.skip(length as usize),
        _ => Err(BatchError::Invalid("a key or value of negative length")),
    }
}

/// Walk over a whole batch, whatever its codec, in constant memory.
pub(crate) fn walk_batch(
    header: &Header,
    batch: &[u8],
    caps: &Caps,
    see: impl FnMut(i32, Seen) -> Result<(), BatchError>,
) -> Result<(), BatchError> {
    let payload = &batch[HEADER_BYTES..header.total_bytes()];
    match header.codec().ok_or(BatchError::Invalid("an unknown codec"))? {
        Codec::None => walk(&mut SliceSource::new(payload), header.record_count, usize::MAX, see),
        codec => {
            let decoded_bytes_max = caps.decoded_bytes_max_of(payload.len());
            let mut source = StreamSource::new(decoder(codec, payload)?, decoded_bytes_max);
            walk(&mut source, header.record_count, caps.record_bytes_max, see)
        }
    }
}

/// The records of `plain`, the decoded bytes after the header (see [`crate::decompress`]).
#[must_use]
pub fn records<'a>(header: &Header, plain: &'a [u8]) -> Records<'a> {
    Records { source: SliceSource::new(plain), header: *header, left: header.record_count }
}

fn field<'a>(source: &mut SliceSource<'a>) -> Result<Option<&'a [u8]>, BatchError> {
    match source.varint()? {
        -1 => Ok(None),
        length @ 0.. => source.take(length as usize).map(Some),
        _ => Err(BatchError::Invalid("a key or value of negative length")),
    }
}

/// See [`records`]; after an error it ends.
pub struct Records<'a> {
    source: SliceSource<'a>,
    header: Header,
    left: i32,
}

impl<'a> Records<'a> {
    fn record(&mut self) -> Result<Record<'a>, BatchError> {
        let length = self.source.varint()?;
        let length = usize::try_from(length).map_err(|_| BatchError::Invalid("a record of negative length"))?;
        let mut source = SliceSource::new(self.source.take(length)?);
        source.byte()?;
        let timestamp_delta = source.varlong()?;
        let offset_delta = source.varint()?;
        let (key, value) = (field(&mut source)?, field(&mut source)?);
        let mut headers = Vec::new();
        for _ in 0..source.varint()? {
            let key = field(&mut source)?.ok_or(BatchError::Invalid("a header without a key"))?;
            headers.push((key, field(&mut source)?));
        }
        if !source.at_end()? {
            return Err(BatchError::Invalid("a record is not as long as it says"));
        }
        let timestamp = if self.header.is_log_append_time() {
            self.header.max_timestamp
        } else {
            self.header.base_timestamp.wrapping_add(timestamp_delta)
        };
        let offset = self.header.base_offset.wrapping_add(i64::from(offset_delta));
        Ok(Record { offset, timestamp, key, value, headers })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, BatchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left <= 0 {
            return None;
        }
        let record = self.record();
        self.left = if record.is_ok() { self.left - 1 } else { 0 };
        Some(record)
    }
}

/// (offset, timestamp) of the first record at or after `timestamp`, and not before the offset `from`, if the batch has one.
pub fn offset_of_timestamp(
    header: &Header,
    batch: &[u8],
    caps: &Caps,
    timestamp: i64,
    from: i64,
) -> Result<Option<(i64, i64)>, BatchError> {
    if header.max_timestamp < timestamp || header.last_offset() < from || header.record_count == 0 {
        return Ok(None);
    }
    if header.is_log_append_time() {
        return Ok(Some((header.base_offset.max(from), header.max_timestamp)));
    }
    let mut found = None;
    each_time(header, batch, caps, |offset, at| {
        if found.is_none() && at >= timestamp && offset >= from {
            found = Some((offset, at));
        }
    })?;
    Ok(found)
}

/// (offset, timestamp) of the first record that has the largest timestamp, of those not before the offset `from`.
pub fn offset_of_max_timestamp(
    header: &Header,
    batch: &[u8],
    caps: &Caps,
    from: i64,
) -> Result<Option<(i64, i64)>, BatchError> {
    if header.last_offset() < from || header.record_count == 0 {
        return Ok(None);
    }
    if header.is_log_append_time() {
        return Ok(Some((header.base_offset.max(from), header.max_timestamp)));
    }
    let mut found: Option<(i64, i64)> = None;
    each_time(header, batch, caps, |offset, at| {
        if offset >= from && found.is_none_or(|(_, largest)| at > largest) {
            found = Some((offset, at));
        }
    })?;
    Ok(found)
}

fn each_time(header: &Header, batch: &[u8], caps: &Caps, mut visit: impl FnMut(i64, i64)) -> Result<(), BatchError> {
    walk_batch(header, batch, caps, |_, seen| {
        let timestamp = header.base_timestamp.wrapping_add(seen.timestamp_delta);
        visit(header.base_offset + i64::from(seen.offset_delta), timestamp);
        Ok(())
    })
    .map(|_| ())
}

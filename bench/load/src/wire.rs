//! The few Kafka requests that load needs, by hand.

// Versions are those that a client of 2026 uses: topic ids, flexible encoding, record batch v2 without compression.

use crc_fast::{CrcAlgorithm, checksum};

pub const PRODUCE: (i16, i16) = (0, 13);
pub const FETCH: (i16, i16) = (1, 16);
pub const LIST_OFFSETS: (i16, i16) = (2, 7);
pub const METADATA: (i16, i16) = (3, 12);
pub const FIND_COORDINATOR: (i16, i16) = (10, 6);
pub const CREATE_TOPICS: (i16, i16) = (19, 7);
pub const DELETE_TOPICS: (i16, i16) = (20, 6);

pub const INIT_PRODUCER_ID: (i16, i16) = (22, 5);
pub const END_TXN: (i16, i16) = (26, 5);

pub type TopicId = [u8; 16];

/// What a coordinator is asked for.
pub const GROUP: i8 = 0;
pub const TRANSACTION: i8 = 1;

/// A request frame that grows; its length is filled in at the end.
pub struct Request(Vec<u8>);

impl Request {
    /// Request header version 2. The correlation id is always the same: answers of a connection come in order.
    pub fn new((key, version): (i16, i16)) -> Self {
        let mut request = Self(vec![0; 4]);
        request.i16(key);
        request.i16(version);
        request.i32(1);
        request.i16(4);
        request.bytes(b"load");
        request.tags();
        request
    }

    pub fn finish(mut self) -> Vec<u8> {
        let length = u32::try_from(self.0.len() - 4).expect("a request of more than 4 GiB");
        self.0[..4].copy_from_slice(&length.to_be_bytes());
        self.0
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub fn i8(&mut self, value: i8) {
        self.bytes(&value.to_be_bytes());
    }

    pub fn i16(&mut self, value: i16) {
        self.bytes(&value.to_be_bytes());
    }

    pub fn i32(&mut self, value: i32) {
        self.bytes(&value.to_be_bytes());
    }

    pub fn i64(&mut self, value: i64) {
        self.bytes(&value.to_be_bytes());
    }

    /// The number of elements, or of bytes, that follow.
    pub fn compact(&mut self, count: usize) {
        uvarint(&mut self.0, count as u64 + 1);
    }

    pub fn null(&mut self) {
        self.0.push(0);
    }

    pub fn string(&mut self, text: &str) {
        self.compact(text.len());
        self.bytes(text.as_bytes());
    }

    /// No tagged fields.
    pub fn tags(&mut self) {
        self.0.push(0);
    }
}

/// A produce request with one batch for one partition; with a transactional id it is part of a transaction.
pub fn produce(transaction: Option<&str>, topic: &TopicId, partition: i32, acks: i16, batch: &[u8]) -> Vec<u8> {
    let mut request = Request::new(PRODUCE);
    match transaction {
        None => request.null(),
        Some(id) => request.string(id),
    }
    request.i16(acks);
    request.i32(30_000);
    request.compact(1);
    request.bytes(topic);
    request.compact(1);
    request.i32(partition);
    request.compact(batch.len());
    request.bytes(batch);
    request.tags();
    request.tags();
    request.tags();
    request.finish()
}

/// Whose batch it is in a transaction.
#[derive(Clone, Copy)]
pub struct Writer {
    pub producer_id: i64,
    pub epoch: i16,
}

/// The commit of a transaction.
pub fn end_transaction(id: &str, writer: Writer) -> Vec<u8> {
    let mut request = Request::new(END_TXN);
    request.string(id);
    request.i64(writer.producer_id);
    request.i16(writer.epoch);
    request.i8(1);
    request.tags();
    request.finish()
}

/// With which id and epoch the next transaction is written.
pub fn ended_transaction(frame: &[u8]) -> Result<Writer, String> {
    let mut answer = Answer::new(frame)?;
    answer.i32()?;
    match answer.i16()? {
        0 => Ok(Writer { producer_id: answer.i64()?, epoch: answer.i16()? }),
        error => Err(format!("EndTxn was answered with error {error}")),
    }
}

/// A fetch of one partition, without a session, that waits up to half a second for the first byte.
pub fn fetch(topic: &TopicId, partition: i32, offset: i64, bytes_max: i32) -> Vec<u8> {
    let mut request = Request::new(FETCH);
    request.i32(500);
    request.i32(1);
    request.i32(i32::MAX);
    request.i8(0);
    request.i32(0);
    request.i32(-1);
    request.compact(1);
    request.bytes(topic);
    request.compact(1);
    request.i32(partition);
    request.i32(-1);
    request.i64(offset);
    request.i32(-1);
    request.i64(-1);
    request.i32(bytes_max);
    request.tags();
    request.tags();
    request.compact(0); // nothing forgotten
    request.string(""); // rack
    request.tags();
    request.finish()
}

/// An answer, read from its front; every length is checked.
pub struct Answer<'a>(&'a [u8]);

impl<'a> Answer<'a> {
    /// The bytes of something inside an answer.
    pub fn part(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Behind a response header of version 1.
    pub fn new(frame: &'a [u8]) -> Result<Self, String> {
        let mut answer = Self(frame);
        answer.take(4)?;
        answer.tags()?;
        Ok(answer)
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or("the broker's answer is too short")?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        Ok(self.take(N)?.try_into().expect("as many as were asked for"))
    }

    pub fn i8(&mut self) -> Result<i8, String> {
        self.array().map(i8::from_be_bytes)
    }

    pub fn i16(&mut self) -> Result<i16, String> {
        self.array().map(i16::from_be_bytes)
    }

    pub fn i32(&mut self) -> Result<i32, String> {
        self.array().map(i32::from_be_bytes)
    }

    pub fn i64(&mut self) -> Result<i64, String> {
        self.array().map(i64::from_be_bytes)
    }

    pub fn topic_id(&mut self) -> Result<TopicId, String> {
        self.array()
    }

    fn uvarint(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a varint of the broker's answer does not end".into())
    }

    /// The number of elements, or of bytes, that follow; null counts as none.
    pub fn compact(&mut self) -> Result<usize, String> {
        Ok(usize::try_from(self.uvarint()?).map_err(|why| why.to_string())?.saturating_sub(1))
    }

    pub fn string(&mut self) -> Result<&'a str, String> {
        let length = self.compact()?;
        std::str::from_utf8(self.take(length)?).map_err(|why| why.to_string())
    }

    pub fn tags(&mut self) -> Result<(), String> {
        for _ in 0..self.uvarint()? {
            self.uvarint()?;
            let length = self.uvarint()?;
            self.take(usize::try_from(length).map_err(|why| why.to_string())?)?;
        }
        Ok(())
    }
}

/// The error code of a produce answer with one partition.
pub fn produced(frame: &[u8]) -> Result<i16, String> {
    let mut answer = Answer::new(frame)?;
    answer.compact()?;
    answer.topic_id()?;
    answer.compact()?;
    answer.i32()?;
    answer.i16()
}

/// The error code and the record bytes of a fetch answer with one partition.
pub fn fetched(frame: &[u8]) -> Result<(i16, &[u8]), String> {
    let mut answer = Answer::new(frame)?;
    answer.i32()?;
    let error = answer.i16()?;
    answer.i32()?;
    if error != 0 || answer.compact()? == 0 {
        return Ok((error, &[]));
    }
    answer.topic_id()?;
    answer.compact()?;
    answer.i32()?;
    let error = answer.i16()?;
    answer.take(24)?; // high watermark, last stable offset, log start offset
    for _ in 0..answer.compact()? {
        answer.take(16)?;
        answer.tags()?;
    }
    answer.i32()?;
    let length = answer.compact()?;
    Ok((error, answer.take(length)?))
}

// -- record batches (magic 2) ------------------------------------------------------------------------------------------------

pub const BATCH_HEADER_BYTES: usize = 61;
const TRANSACTIONAL: u8 = 1 << 4;

/// One batch of records without keys, all with the same timestamp.
pub fn batch<'a>(values: impl ExactSizeIterator<Item = &'a [u8]>, timestamp_ms: i64) -> Vec<u8> {
    batch_of(values, timestamp_ms, None)
}

/// The same; of a writer it is the first batch of a transaction.
pub fn batch_of<'a>(
    values: impl ExactSizeIterator<Item = &'a [u8]>,
    timestamp_ms: i64,
    writer: Option<Writer>,
) -> Vec<u8> {
    let mut assembly = Assembly::new(values.len());
    values.for_each(|value| assembly.put(None, value));
    assembly.finish(timestamp_ms, writer)
}

/// A batch under construction.
pub struct Assembly {
    out: Vec<u8>,
    body: Vec<u8>,
    put: i64,
    count: i32,
}

impl Assembly {
    /// For so many records.
    pub fn new(count: usize) -> Self {
        let count = i32::try_from(count).expect("a batch of more records than fit");
        Self { out: vec![0; BATCH_HEADER_BYTES], body: Vec::new(), put: 0, count }
    }

    pub fn put(&mut self, key: Option<&[u8]>, value: &[u8]) {
        let Self { out, body, put, .. } = self;
        body.clear();
        body.push(0); // attributes
        varint(body, 0); // timestamp delta
        varint(body, *put);
        varint(body, key.map_or(-1, |key| key.len() as i64));
        body.extend_from_slice(key.unwrap_or_default());
        varint(body, value.len() as i64);
        body.extend_from_slice(value);
        varint(body, 0); // no headers
        varint(out, body.len() as i64);
        out.extend_from_slice(body);
        *put += 1;
    }

    /// All with the same timestamp.
    pub fn finish(self, timestamp_ms: i64, writer: Option<Writer>) -> Vec<u8> {
        let Self { mut out, count, .. } = self;
        let length = u32::try_from(out.len() - 12).expect("a batch of more than 4 GiB");
        out[8..12].copy_from_slice(&length.to_be_bytes());
        out[12..16].copy_from_slice(&(-1_i32).to_be_bytes()); // leader epoch
        out[16] = 2; // magic
        out[23..27].copy_from_slice(&(count - 1).to_be_bytes());
        out[27..35].copy_from_slice(&timestamp_ms.to_be_bytes());
        out[35..43].copy_from_slice(&timestamp_ms.to_be_bytes());
        let (producer_id, epoch, sequence) = writer.map_or((-1, -1, -1), |one| (one.producer_id, one.epoch, 0));
        out[22] = if writer.is_some() { TRANSACTIONAL } else { 0 };
        out[43..51].copy_from_slice(&producer_id.to_be_bytes());
        out[51..53].copy_from_slice(&epoch.to_be_bytes());
        out[53..57].copy_from_slice(&i32::to_be_bytes(sequence));
        out[57..61].copy_from_slice(&count.to_be_bytes());
        let crc = u32::try_from(checksum(CrcAlgorithm::Crc32Iscsi, &out[21..])).expect("32 bits");
        out[17..21].copy_from_slice(&crc.to_be_bytes());
        out
    }
}

/// What the whole batches of some record bytes hold: `(records, next offset)`; `None` without a whole batch.
pub fn batches(mut bytes: &[u8], mut each: impl FnMut(&[u8])) -> Option<(u64, i64)> {
    let mut found = None;
    while let Some(header) = bytes.first_chunk::<BATCH_HEADER_BYTES>() {
        let base = i64::from_be_bytes(header[..8].try_into().ok()?);
        let length = usize::try_from(u32::from_be_bytes(header[8..12].try_into().ok()?)).ok()? + 12;
        let Some((batch, rest)) = bytes.split_at_checked(length) else {
            break;
        };
        let last = i64::from(i32::from_be_bytes(header[23..27].try_into().ok()?));
        let count = u64::from(u32::from_be_bytes(header[57..61].try_into().ok()?));
        each(batch);
        found = Some((found.map_or(0, |(records, _)| records) + count, base + last + 1));
        bytes = rest;
    }
    found
}

/// The value of each record of one batch that `batch` made.
pub fn values(batch: &[u8], mut each: impl FnMut(&[u8])) -> Option<()> {
    let mut rest = batch.get(BATCH_HEADER_BYTES..)?;
    while !rest.is_empty() {
        let length = usize::try_from(read_varint(&mut rest)?).ok()?;
        let (mut record, after) = rest.split_at_checked(length)?;
        record = record.get(1..)?;
        read_varint(&mut record)?;
        read_varint(&mut record)?;
        let key = usize::try_from(read_varint(&mut record)?.max(0)).ok()?;
        record = record.get(key..)?;
        let length = usize::try_from(read_varint(&mut record)?).ok()?;
        each(record.get(..length)?);
        rest = after;
    }
    Some(())
}

fn uvarint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn varint(out: &mut Vec<u8>, value: i64) {
    uvarint(out, ((value << 1) ^ (value >> 63)) as u64);
}

fn read_varint(bytes: &mut &[u8]) -> Option<i64> {
    let mut value = 0_u64;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((value >> 1) as i64 ^ -((value & 1) as i64));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_a_batch_come_back() {
        let sent: [&[u8]; 3] = [b"a", b"", &[7; 300]];
        let mut log = batch(sent.into_iter(), 1_700_000_000_000);
        log.extend_from_slice(&batch(sent.into_iter(), 1_700_000_000_000));
        let mut received: Vec<Vec<u8>> = Vec::new();
        let found = batches(&log, |one| values(one, |value| received.push(value.to_vec())).expect("whole"));
        assert_eq!(found, Some((6, 3)));
        assert_eq!(received, [sent, sent].concat());
    }

    #[test]
    fn a_part_of_a_batch_is_no_batch() {
        let whole = batch(std::iter::once(b"value".as_slice()), 0);
        assert_eq!(batches(&whole[..whole.len() - 1], |_| panic!("there is none")), None);
        assert_eq!(batches(&[whole.as_slice(), &whole[..30]].concat(), |_| {}), Some((1, 1)));
    }

    #[test]
    fn the_checksum_is_castagnoli_over_everything_behind_it() {
        assert_eq!(checksum(CrcAlgorithm::Crc32Iscsi, b"123456789"), 0xe306_9283);
        let one = batch(std::iter::once(b"value".as_slice()), 0);
        let stored = u32::from_be_bytes(one[17..21].try_into().expect("four bytes"));
        assert_eq!(u64::from(stored), checksum(CrcAlgorithm::Crc32Iscsi, &one[21..]));
    }
}

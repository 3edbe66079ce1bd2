//! A frame of the journal: a batch or a decision.
//!
//! Little endian: magic 4, payload bytes 4, checksum 4, previous checksum 4, sequence 8, durable mark 8, topic id 16,
//! partition 4, term 4, index 8, base offset 8, count 4, kind 1, zeros 3. The checksum covers all that follows it, payload
//! included; the previous checksum chains the frames, so that a stale frame of a recycled file is told from a new one.

use leftfold_batch::{CRC_FROM, crc32c_join, crc32c_of};

use crate::PartitionId;

pub(crate) const FRAME_BYTES: usize = 80;
const MAGIC: u32 = 0x314a_464c; // "LFJ1"
/// No frame is longer: the largest batch a topic may ask for, and then some.
const PAYLOAD_BYTES_MAX: u32 = 1 << 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The first frame of a file; it chains to the last one of the file before.
    FileStart = 1,
    /// A record batch.
    Data = 2,
    /// DeleteRecords: the log starts at `base_offset`.
    Trim = 3,
    /// The partition was dropped: nothing before this frame counts.
    Drop = 4,
    /// A clean stop: nothing follows.
    Stop = 5,
}

impl Kind {
    fn from_byte(byte: u8) -> Option<Self> {
        [Self::FileStart, Self::Data, Self::Trim, Self::Drop, Self::Stop].into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// All of a frame but its payload and its checksums.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub kind: Kind,
    pub sequence: u64,
    /// Every frame up to this sequence was durable when this one was written.
    pub durable: u64,
    pub partition: PartitionId,
    pub term: i32,
    pub index: u64,
    pub base_offset: i64,
    pub count: u32,
}

/// The header's bytes and its checksum, which the next frame carries.
pub(crate) fn encode(frame: &Frame, payload: &[u8], previous: u32) -> ([u8; FRAME_BYTES], u32) {
    seal(frame, payload.len(), previous, |head| crc32c_of(&[head[0], head[1], payload]))
}

/// The same for a record batch whose own checksum, that of all behind its first 21 bytes, was verified: a large one is not
/// read once more.
pub(crate) fn encode_batch(frame: &Frame, batch: &[u8], batch_crc: u32, previous: u32) -> ([u8; FRAME_BYTES], u32) {
    if batch.len() < JOINED_BYTES_MIN {
        return encode(frame, batch, previous);
    }
    let (front, rest) = batch.split_at(CRC_FROM);
    seal(frame, batch.len(), previous, |head| crc32c_join(crc32c_of(&[head[0], head[1], front]), batch_crc, rest.len()))
}

/// To join two checksums costs about as much as to compute one of so many bytes.
const JOINED_BYTES_MIN: usize = 16 << 10;

fn seal(
    frame: &Frame,
    payload_bytes: usize,
    previous: u32,
    checksum: impl FnOnce([&[u8]; 2]) -> u32,
) -> ([u8; FRAME_BYTES], u32) {
    let mut bytes = [0; FRAME_BYTES];
    bytes[0..4].copy_from_slice(&MAGIC.to_le_bytes());
    bytes[4..8].copy_from_slice(&(payload_bytes as u32).to_le_bytes());
    bytes[12..16].copy_from_slice(&previous.to_le_bytes());
    bytes[16..24].copy_from_slice(&frame.sequence.to_le_bytes());
    bytes[24..32].copy_from_slice(&frame.durable.to_le_bytes());
    bytes[32..48].copy_from_slice(&frame.partition.topic);
    bytes[48..52].copy_from_slice(&frame.partition.index.to_le_bytes());
    bytes[52..56].copy_from_slice(&frame.term.to_le_bytes());
    bytes[56..64].copy_from_slice(&frame.index.to_le_bytes());
    bytes[64..72].copy_from_slice(&frame.base_offset.to_le_bytes());
    bytes[72..76].copy_from_slice(&frame.count.to_le_bytes());
    bytes[76] = frame.kind as u8;
    let checksum = checksum([&bytes[4..8], &bytes[12..]]);
    bytes[8..12].copy_from_slice(&checksum.to_le_bytes());
    (bytes, checksum)
}

/// A frame read back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decoded {
    pub frame: Frame,
    pub checksum: u32,
    pub previous: u32,
    /// Header and payload.
    pub total_bytes: usize,
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// The whole, unharmed frame at the front of `bytes`, if there is one.
pub(crate) fn decode(bytes: &[u8]) -> Option<Decoded> {
    let (head, after) = bytes.split_first_chunk()?;
    decode_head(head, after)
}

/// The same, where the header stands apart from the bytes behind it.
fn decode_head(bytes: &[u8; FRAME_BYTES], after: &[u8]) -> Option<Decoded> {
    let claim = Claim::read(bytes)?;
    let checksum = u32_at(bytes, 8);
    let payload = after.get(..claim.total_bytes - FRAME_BYTES)?;
    if bytes[77..FRAME_BYTES] != [0; 3] || checksum != crc32c_of(&[&bytes[4..8], &bytes[12..], payload]) {
        return None;
    }
    Some(Decoded { frame: claim.frame()?, checksum, previous: u32_at(bytes, 12), total_bytes: claim.total_bytes })
}

/// What a header says of itself, be it true or not.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'a> {
    bytes: &'a [u8; FRAME_BYTES],
    pub total_bytes: usize,
}

impl<'a> Claim<'a> {
    /// Of bytes that begin like a frame.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let bytes: &[u8; FRAME_BYTES] = bytes.first_chunk()?;
        let length = u32_at(bytes, 4);
        let total_bytes = FRAME_BYTES + length as usize;
        (u32_at(bytes, 0) == MAGIC && length <= PAYLOAD_BYTES_MAX).then_some(Self { bytes, total_bytes })
    }

    pub fn sequence(&self) -> u64 {
        u64_at(self.bytes, 16)
    }

    pub fn frame(&self) -> Option<Frame> {
        frame_of(self.bytes)
    }
}

/// What the fields of a header say, whatever stands in its magic, length and checksums.
pub(crate) fn frame_of(bytes: &[u8; FRAME_BYTES]) -> Option<Frame> {
    let mut topic = [0; 16];
    topic.copy_from_slice(&bytes[32..48]);
    Some(Frame {
        kind: Kind::from_byte(bytes[76])?,
        sequence: u64_at(bytes, 16),
        durable: u64_at(bytes, 24),
        partition: PartitionId { topic, index: u32_at(bytes, 48) as i32 },
        term: u32_at(bytes, 52) as i32,
        index: u64_at(bytes, 56),
        base_offset: u64_at(bytes, 64) as i64,
        count: u32_at(bytes, 72),
    })
}

/// What a frame must say to stand between its two neighbours in the chain.
#[derive(Clone, Copy)]
pub(crate) struct Between {
    pub sequence: u64,
    /// The checksum of the frame before it, and its own as the frame behind it repeats it.
    pub previous: u32,
    pub checksum: u32,
}

/// The frame at the front of `bytes`, if one flipped bit of its header is all that is wrong with it: the checksum says so,
/// of which the next frame holds a copy.
pub(crate) fn mend(bytes: &[u8], between: Between) -> Option<Decoded> {
    let (head, after) = bytes.split_first_chunk::<FRAME_BYTES>()?;
    (0..FRAME_BYTES * 8).find_map(|bit| {
        let mut head = *head;
        head[bit / 8] ^= 1 << (bit % 8);
        let fits = u64_at(&head, 16) == between.sequence
            && u32_at(&head, 12) == between.previous
            && u32_at(&head, 8) == between.checksum;
        if fits { decode_head(&head, after) } else { None }
    })
}

/// Where the next frame that is whole begins, at or after `from`.
pub(crate) fn find(bytes: &[u8], from: usize) -> Option<(usize, Decoded)> {
    let magic = MAGIC.to_le_bytes();
    let mut at = from;
    while at + FRAME_BYTES <= bytes.len() {
        if bytes[at..at + 4] == magic
            && let Some(decoded) = decode(&bytes[at..])
        {
            return Some((at, decoded));
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use leftfold_batch::crc32c;

    use super::*;

    #[test]
    fn a_joined_checksum_is_the_one_of_all_bytes() {
        let partition = PartitionId { topic: [7; 16], index: 3 };
        let frame =
            Frame { kind: Kind::Data, sequence: 9, durable: 8, partition, term: 1, index: 0, base_offset: 5, count: 2 };
        for bytes in [61, JOINED_BYTES_MIN - 1, JOINED_BYTES_MIN, 200_003] {
            let batch: Vec<u8> = (0..bytes).map(|place| (place * 31 % 251) as u8).collect();
            let crc = crc32c(&batch[CRC_FROM..]);
            assert_eq!(encode_batch(&frame, &batch, crc, 77), encode(&frame, &batch, 77), "{bytes} bytes");
        }
    }
}

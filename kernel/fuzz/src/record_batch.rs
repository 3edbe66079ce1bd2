//! Any bytes as a produced batch.
//!
//! As they come, and with length and checksum made right so that they get further.

use leftfold_batch::producers::{Producers, Verdict};
use leftfold_batch::{
    Caps, Checked, Codec, EncodeOptions, HEADER_BYTES, Header, NewRecord, Record, Rules, TimestampType, batches, check,
    crc32c, decompress, encode, offset_of_max_timestamp, records, stamp,
};

use crate::{allowance, within};

const CAPS: Caps =
    Caps { decoded_bytes_max: 8 << 20, ratio_max: 1000, ratio_free_bytes: 1 << 20, record_bytes_max: usize::MAX };

const RULES: Rules = Rules {
    now_ms: 1_700_000_000_000,
    timestamp_type: TimestampType::CreateTime,
    before_max_ms: i64::MAX,
    after_max_ms: 3_600_000,
    needs_keys: false,
    batch_bytes_max: 1 << 20,
    caps: CAPS,
};

fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut batch = bytes.to_vec();
    let length = (batch.len() - 12) as i32;
    batch[8..12].copy_from_slice(&length.to_be_bytes());
    batch[16] = 2;
    let crc = crc32c(&batch[21..]);
    batch[17..21].copy_from_slice(&crc.to_be_bytes());
    batch
}

/// Check, and whatever passed must read back as what was promised.
fn judge(bytes: &[u8]) {
    // What the memory permit of a codec is for; zstd's own state is the C library's and is not counted here.
    let state = Header::parse(bytes).ok().and_then(|header| header.codec()).map_or(0, Codec::decoding_bytes_max);
    let Ok(checked) = within(allowance(bytes) + state, || check(bytes, &RULES)) else { return };
    let plain = decompress(checked.header.codec().unwrap(), &bytes[HEADER_BYTES..], &CAPS).unwrap();
    let decoded: Vec<Record<'_>> = records(&checked.header, &plain).collect::<Result<_, _>>().unwrap();
    hold_to_its_word(&checked, bytes, &decoded);
    write_again(&checked, &decoded);
    sequence(&checked.header);
}

fn hold_to_its_word(checked: &Checked, bytes: &[u8], decoded: &[Record<'_>]) {
    assert_eq!(decoded.len(), checked.header.record_count as usize);
    for (index, record) in decoded.iter().enumerate() {
        assert_eq!(record.offset, checked.header.base_offset.wrapping_add(index as i64));
    }
    let mut stamped = bytes.to_vec();
    let header = stamp(&mut stamped, checked.header, 7, 3, None, checked.max_timestamp);
    assert_eq!(Header::parse(&stamped).unwrap(), header);
    header.check_crc(&stamped).unwrap();
    let found = offset_of_max_timestamp(&header, &stamped, &CAPS, 0).unwrap();
    if checked.max_timestamp >= 0 {
        assert_eq!(found, Some((7 + i64::from(checked.offset_delta_of_max_timestamp), checked.max_timestamp)));
    }
}

fn write_again(checked: &Checked, decoded: &[Record<'_>]) {
    let new: Vec<NewRecord<'_>> = decoded
        .iter()
        .map(|record| NewRecord {
            timestamp: record.timestamp,
            key: record.key,
            value: record.value,
            headers: record.headers.clone(),
        })
        .collect();
    let batch = encode(&new, &EncodeOptions::default()).unwrap();
    let caps = Caps { decoded_bytes_max: u64::MAX, ..CAPS };
    if checked.header.is_log_append_time() {
        return;
    }
    let again = check(&batch, &Rules { batch_bytes_max: usize::MAX, caps, ..RULES }).unwrap();
    assert_eq!(again.max_timestamp, checked.max_timestamp);
}

fn sequence(header: &Header) {
    if !header.has_producer() {
        return;
    }
    let mut producers = Producers::default();
    assert_eq!(producers.check(header), Ok(Verdict::New));
    producers.record(header, 100, 0);
    let again = Producers::decode(&producers.encode(), 0).unwrap();
    for producers in [&producers, &again] {
        let Ok(Verdict::Duplicate(seen)) = producers.check(header) else { panic!("a copy passed as new") };
        assert_eq!(seen.base_offset(), 100);
    }
}

/// Check it, read it back, write it again, and remember its producer.
pub fn run(bytes: &[u8]) {
    within(allowance(bytes), || {
        batches(bytes).for_each(|batch| drop(batch.map(|(header, batch)| header.check_crc(batch))));
        let _ = Producers::decode(bytes, 0);
    });
    judge(bytes);
    if bytes.len() >= HEADER_BYTES {
        judge(&sealed(bytes));
    }
}

//! What must hold for any batch and any bytes.

use leftfold_batch::producers::{Producers, Verdict};
use leftfold_batch::{
    Caps, Codec, EncodeOptions, Header, NewRecord, Record, Rules, TimestampType, check, code, crc32c, decompress,
    encode, offset_of_max_timestamp, offset_of_timestamp, records, stamp,
};
use proptest::prelude::*;

fn rules() -> Rules {
    Rules {
        now_ms: 1_000_000,
        timestamp_type: TimestampType::CreateTime,
        before_max_ms: i64::MAX,
        after_max_ms: i64::MAX,
        needs_keys: false,
        batch_bytes_max: 1 << 20,
        caps: Caps::default(),
    }
}

fn record(timestamp: i64, value: &[u8]) -> NewRecord<'_> {
    NewRecord { timestamp, key: None, value: Some(value), headers: Vec::new() }
}

const CODECS: [Codec; 5] = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];

/// Recompute the checksum after a change that must be met by another check.
fn reseal(batch: &mut [u8]) {
    let crc = crc32c(&batch[21..]);
    batch[17..21].copy_from_slice(&crc.to_be_bytes());
}

type Owned = (Option<Vec<u8>>, Option<Vec<u8>>, Vec<(Vec<u8>, Option<Vec<u8>>)>, i64);

fn any_record() -> impl Strategy<Value = Owned> {
    let bytes = || proptest::option::of(proptest::collection::vec(any::<u8>(), 0..200));
    let header = (proptest::collection::vec(any::<u8>(), 0..10), bytes());
    (bytes(), bytes(), proptest::collection::vec(header, 0..3), 0..1_000_000i64)
}

proptest! {
    #[test]
    fn what_was_encoded_is_checked_and_decoded_to_the_same(
        owned in proptest::collection::vec(any_record(), 1..30), codec in 0..5usize,
    ) {
        let new: Vec<NewRecord<'_>> = owned.iter().map(|(key, value, headers, timestamp)| NewRecord {
            timestamp: *timestamp,
            key: key.as_deref(),
            value: value.as_deref(),
            headers: headers.iter().map(|(key, value)| (&key[..], value.as_deref())).collect(),
        }).collect();
        let options = EncodeOptions { codec: CODECS[codec], ..EncodeOptions::default() };
        let batch = encode(&new, &options).unwrap();
        let checked = check(&batch, &rules()).unwrap();
        prop_assert_eq!(checked.max_timestamp, new.iter().map(|record| record.timestamp).max().unwrap());
        let plain = decompress(CODECS[codec], &batch[leftfold_batch::HEADER_BYTES..], &Caps::default()).unwrap();
        let decoded: Vec<Record<'_>> = records(&checked.header, &plain).collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(decoded.len(), new.len());
        for (index, (decoded, new)) in decoded.iter().zip(&new).enumerate() {
            prop_assert_eq!(decoded.offset, index as i64);
            prop_assert_eq!((decoded.timestamp, decoded.key, decoded.value), (new.timestamp, new.key, new.value));
            prop_assert_eq!(&decoded.headers, &new.headers);
        }
    }

    #[test]
    fn one_flipped_bit_is_refused_or_stands_outside_the_checksum(byte in 0..200usize, bit in 0..8u8, codec in 0..5usize) {
        let value = [7; 120];
        let options = EncodeOptions { codec: CODECS[codec], ..EncodeOptions::default() };
        let mut batch = encode(&[record(1, &value), record(2, &value)], &options).unwrap();
        let byte = byte % batch.len();
        batch[byte] ^= 1 << bit;
        let outside = byte < 8 || (12..16).contains(&byte);
        prop_assert_eq!(check(&batch, &rules()).is_ok(), outside);
    }

    #[test]
    fn a_cut_batch_is_corrupt(cut in 1..100usize) {
        let batch = encode(&[record(1, &[1; 50])], &EncodeOptions::default()).unwrap();
        let cut = cut.min(batch.len());
        let rejected = check(&batch[..batch.len() - cut], &rules()).unwrap_err();
        prop_assert_eq!(rejected.code, code::CORRUPT_MESSAGE);
    }

    #[test]
    fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 61..400)) {
        let length = (bytes.len() - 12) as i32;
        bytes[8..12].copy_from_slice(&length.to_be_bytes());
        bytes[16] = 2;
        bytes[22] &= 0x07;
        let count = i32::from(bytes[60]) % 20 + 1;
        bytes[57..61].copy_from_slice(&count.to_be_bytes());
        let last = count - 1;
        bytes[23..27].copy_from_slice(&last.to_be_bytes());
        reseal(&mut bytes);
        let _ = check(&bytes, &rules());
        let header = Header::parse(&bytes).unwrap();
        records(&header, &bytes[61..]).for_each(drop);
        let _ = Producers::decode(&bytes, 0);
    }
}

#[test]
fn old_message_formats_are_refused() {
    let mut batch = encode(&[record(1, b"v")], &EncodeOptions::default()).unwrap();
    batch[16] = 1;
    assert_eq!(check(&batch, &rules()).unwrap_err().code, code::INVALID_RECORD);
}

#[test]
fn a_liar_about_its_records_is_refused() {
    for (at, value) in [(57, 3i32), (57, 0), (57, -1), (23, 5)] {
        let mut batch = encode(&[record(1, b"a"), record(2, b"b")], &EncodeOptions::default()).unwrap();
        batch[at..at + 4].copy_from_slice(&value.to_be_bytes());
        reseal(&mut batch);
        assert_eq!(check(&batch, &rules()).unwrap_err().code, code::INVALID_RECORD, "{value} at {at}");
    }
}

#[test]
fn clients_may_not_write_control_batches() {
    let options = EncodeOptions { control: true, ..EncodeOptions::default() };
    let batch = encode(&[record(1, b"v")], &options).unwrap();
    assert_eq!(check(&batch, &rules()).unwrap_err().code, code::INVALID_RECORD);
}

#[test]
fn a_zip_bomb_ends_at_its_cap_in_every_codec() {
    let zeros = vec![0; 3 << 20];
    for codec in [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let options = EncodeOptions { codec, ..EncodeOptions::default() };
        let batch = encode(&[record(1, &zeros)], &options).unwrap();
        let caps = Caps { decoded_bytes_max: 1 << 20, ..Caps::default() };
        let rejected = check(&batch, &Rules { caps, ..rules() }).unwrap_err();
        assert_eq!(rejected.code, code::MESSAGE_TOO_LARGE, "{codec:?}");
    }
}

#[test]
fn a_record_of_a_compressed_batch_may_be_so_large_once_decompressed() {
    // Six bytes stand around a value of this length, the record's own length not counted.
    let value = vec![b'x'; 993];
    for codec in CODECS {
        let batch = encode(&[record(1, b"small"), record(1, &value)], &EncodeOptions { codec, ..Default::default() });
        let batch = batch.unwrap();
        let verdict = |record_bytes_max| {
            let caps = Caps { record_bytes_max, ..Caps::default() };
            check(&batch, &Rules { caps, ..rules() }).map(|_| ()).map_err(|rejected| rejected.code)
        };
        assert_eq!(verdict(1000), Ok(()), "{codec:?}");
        let smaller = if codec == Codec::None { Ok(()) } else { Err(code::INVALID_RECORD) };
        assert_eq!(verdict(999), smaller, "{codec:?}: Kafka looks at what it decompresses, and at nothing else");
    }
}

#[test]
fn a_bare_snappy_block_as_large_as_a_request_is_checked_piece_by_piece() {
    let large = b"It repeats itself, as logs do. ".repeat(100_000);
    let plain = encode(&[record(1, &large), record(2, b"and a small one")], &EncodeOptions::default()).unwrap();
    let payload = snap::raw::Encoder::new().compress_vec(&plain[61..]).unwrap();
    let batch = around(Codec::Snappy, &payload, &plain);
    assert_eq!(check(&batch, &rules()).unwrap().max_timestamp, 2);
    assert_eq!(decompress(Codec::Snappy, &payload, &Caps::default()).unwrap(), &plain[61..]);
}

#[test]
fn records_outside_the_time_window_are_named() {
    let batch = encode(&[record(10, b"old"), record(999_000, b"new")], &EncodeOptions::default()).unwrap();
    let rejected = check(&batch, &Rules { before_max_ms: 5000, ..rules() }).unwrap_err();
    assert_eq!(rejected.code, code::INVALID_TIMESTAMP);
    assert_eq!(rejected.records.iter().map(|record| record.0).collect::<Vec<_>>(), [0]);
}

#[test]
fn a_compacted_topic_takes_no_record_without_a_key() {
    let batch = encode(&[record(1, b"v")], &EncodeOptions::default()).unwrap();
    let rejected = check(&batch, &Rules { needs_keys: true, ..rules() }).unwrap_err();
    assert_eq!((rejected.code, rejected.records.len()), (code::INVALID_RECORD, 1));
}

#[test]
fn a_stamped_batch_keeps_its_checksum_whole() {
    for append_time in [None, Some(77)] {
        let mut batch = encode(&[record(5, b"v"), record(3, b"w")], &EncodeOptions::default()).unwrap();
        let sent = Header::parse(&batch).unwrap();
        let header = stamp(&mut batch, sent, 42, 7, append_time, 5);
        assert_eq!(Header::parse(&batch).unwrap(), header);
        header.check_crc(&batch).unwrap();
        assert_eq!((header.base_offset, header.leader_epoch, header.last_offset()), (42, 7, 43));
        assert_eq!(header.is_log_append_time(), append_time.is_some());
        assert_eq!(header.max_timestamp, append_time.unwrap_or(5));
    }
}

#[test]
fn the_first_record_at_or_after_a_time_is_found() {
    let batch = encode(&[record(10, b"a"), record(30, b"b"), record(20, b"c")], &EncodeOptions::default()).unwrap();
    let header = Header::parse(&batch).unwrap();
    let find = |timestamp, from| offset_of_timestamp(&header, &batch, &Caps::default(), timestamp, from).unwrap();
    assert_eq!(
        (find(5, 0), find(15, 0), find(30, 0), find(31, 0)),
        (Some((0, 10)), Some((1, 30)), Some((1, 30)), None)
    );
    assert_eq!((find(5, 1), find(15, 2), find(30, 2), find(5, 3)), (Some((1, 30)), Some((2, 20)), None, None));
    let largest = |from| offset_of_max_timestamp(&header, &batch, &Caps::default(), from).unwrap();
    assert_eq!((largest(0), largest(1), largest(2), largest(3)), (Some((1, 30)), Some((1, 30)), Some((2, 20)), None));
}

fn sequence(epoch: i16, base: i32, count: usize) -> Header {
    let options =
        EncodeOptions { producer_id: 9, producer_epoch: epoch, base_sequence: base, ..EncodeOptions::default() };
    let new: Vec<NewRecord<'_>> = (0..count).map(|_| record(1, b"v")).collect();
    Header::parse(&encode(&new, &options).unwrap()).unwrap()
}

#[test]
fn a_batch_that_comes_again_gets_its_old_offset_for_five_batches() {
    let mut producers = Producers::default();
    for index in 0..6 {
        let header = sequence(0, index * 2, 2);
        assert_eq!(producers.check(&header).unwrap(), Verdict::New);
        producers.record(&header, 100 + i64::from(index) * 2, 0);
    }
    let mut reloaded = Producers::decode(&producers.encode(), 0).unwrap();
    for producers in [&mut producers, &mut reloaded] {
        for index in 1..6 {
            let Verdict::Duplicate(seen) = producers.check(&sequence(0, index * 2, 2)).unwrap() else { panic!("new") };
            assert_eq!(seen.base_offset(), 100 + i64::from(index) * 2);
        }
        let forgotten = producers.check(&sequence(0, 0, 2)).unwrap_err();
        assert_eq!(forgotten.code, code::OUT_OF_ORDER_SEQUENCE_NUMBER);
    }
}

#[test]
fn gaps_and_old_epochs_are_refused_and_a_new_epoch_starts_at_zero() {
    let mut producers = Producers::default();
    producers.record(&sequence(3, 0, 1), 0, 0);
    let code_of = |epoch, base| producers.check(&sequence(epoch, base, 1)).map_err(|rejected| rejected.code);
    assert_eq!(code_of(3, 2), Err(code::OUT_OF_ORDER_SEQUENCE_NUMBER));
    assert_eq!(code_of(2, 1), Err(code::INVALID_PRODUCER_EPOCH));
    assert_eq!(code_of(4, 1), Err(code::OUT_OF_ORDER_SEQUENCE_NUMBER));
    assert_eq!(code_of(4, 0), Ok(Verdict::New));
    assert_eq!(code_of(3, 1), Ok(Verdict::New));
}

#[test]
fn sequences_wrap_at_the_largest_number() {
    let mut producers = Producers::default();
    producers.record(&sequence(0, i32::MAX - 1, 2), 0, 0);
    assert_eq!(producers.check(&sequence(0, 0, 1)).unwrap(), Verdict::New);
}

fn of_producer(id: i64) -> Header {
    Header { producer_id: id, ..sequence(0, 0, 1) }
}

fn ids(producers: &Producers) -> Vec<i64> {
    let mut ids: Vec<_> = producers.iter().map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn producers_expire_by_the_brokers_clock_and_not_by_the_time_of_their_records() {
    let mut producers = Producers::default();
    for id in 0..4 {
        producers.record(&of_producer(id), id, 1_000 + id); // Their records bear the time 1.
    }
    producers.expire(1_002);
    assert_eq!(ids(&producers), [2, 3]);
    let mut reloaded = Producers::decode(&producers.encode(), 5_000).unwrap();
    reloaded.expire(5_000);
    assert_eq!(ids(&reloaded), [2, 3], "a start counts as an append");
    reloaded.expire(5_001);
    assert!(reloaded.is_empty());
}

#[test]
fn beyond_the_bound_who_was_silent_longest_is_forgotten() {
    let mut producers = Producers::default().bounded(64);
    for id in 0..1_000 {
        producers.record(&of_producer(0), id * 2, 10 + id); // This one goes on all the time ...
        producers.record(&of_producer(1 + id), id * 2 + 1, 10 + id);
        assert!(producers.len() <= 64);
    }
    let left = ids(&producers);
    assert!(left.contains(&0), "... and is remembered");
    assert!(left.contains(&1_000) && !left.contains(&900), "{left:?}");
    assert!(left.len() >= 56, "no more go than must");
    assert_eq!(ids(&producers.bounded(1)), [1_000]);
}

#[test]
fn a_damaged_snapshot_is_no_snapshot() {
    let mut producers = Producers::default();
    producers.record(&sequence(0, 0, 1), 5, 0);
    let bytes = producers.encode();
    for byte in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[byte] ^= 4;
        assert!(Producers::decode(&flipped, 0).is_none(), "byte {byte}");
    }
}

/// A batch around a payload that somebody else compressed.
fn around(codec: Codec, payload: &[u8], like: &[u8]) -> Vec<u8> {
    let mut batch = like[..61].to_vec();
    batch.extend_from_slice(payload);
    let length = (batch.len() - 12) as i32;
    batch[8..12].copy_from_slice(&length.to_be_bytes());
    batch[22] = codec as u8;
    reseal(&mut batch);
    batch
}

#[test]
fn lz4_that_consumers_cannot_read_is_refused() {
    let options = EncodeOptions { codec: Codec::Lz4, ..EncodeOptions::default() };
    let like = encode(&[record(1, &[3; 500])], &options).unwrap();
    let frame = &like[61..];
    assert!(check(&around(Codec::Lz4, frame, &like), &rules()).is_ok());
    let changed = |at: usize, mask: u8| {
        let mut frame = frame.to_vec();
        frame[at] ^= mask;
        around(Codec::Lz4, &frame, &like)
    };
    let twice = around(Codec::Lz4, &[frame, frame].concat(), &like);
    let liars = [changed(0, 0x20), changed(4, 0x20), changed(6, 1), changed(4, 2), twice];
    for (index, liar) in liars.iter().enumerate() {
        assert_eq!(check(liar, &rules()).unwrap_err().code, code::INVALID_RECORD, "{index}");
    }
}

#[test]
fn snappy_is_read_bare_and_framed() {
    let options = EncodeOptions { codec: Codec::Snappy, ..EncodeOptions::default() };
    let like = encode(&[record(1, &[3; 100_000])], &options).unwrap();
    let plain = decompress(Codec::Snappy, &like[61..], &Caps::default()).unwrap();
    let bare = snap::raw::Encoder::new().compress_vec(&plain).unwrap();
    for payload in [&like[61..], &bare] {
        assert_eq!(check(&around(Codec::Snappy, payload, &like), &rules()).unwrap().max_timestamp, 1);
    }
}

#[test]
fn a_length_that_lies_is_corrupt_and_a_second_batch_is_invalid() {
    let batch = encode(&[record(1, &[1; 50])], &EncodeOptions::default()).unwrap();
    for longer in [-30i32, -1, 1, 30] {
        let mut liar = batch.clone();
        let length = (batch.len() - 12) as i32 + longer;
        liar[8..12].copy_from_slice(&length.to_be_bytes());
        assert_eq!(check(&liar, &rules()).unwrap_err().code, code::CORRUPT_MESSAGE, "{longer}");
    }
    let two = [&batch[..], &batch].concat();
    assert_eq!(check(&two, &rules()).unwrap_err().code, code::INVALID_RECORD);
}

#[test]
fn only_the_broker_says_log_append_time() {
    let mut batch = encode(&[record(5, b"v")], &EncodeOptions::default()).unwrap();
    let sent = Header::parse(&batch).unwrap();
    stamp(&mut batch, sent, 0, 0, Some(5), 5);
    let append_time = Rules { timestamp_type: TimestampType::LogAppendTime, ..rules() };
    let rejected = check(&batch, &append_time).unwrap_err();
    assert_eq!((rejected.code, rejected.records.len()), (code::INVALID_TIMESTAMP, 1));
    assert!(check(&batch, &rules()).is_ok());
}

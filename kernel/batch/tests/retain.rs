//! What is left of a batch keeps all that it was.

use leftfold_batch::{
    BatchError, Caps, Codec, Compression, EncodeOptions, Entries, HEADER_BYTES, Header, NewRecord, decompress,
    delete_horizon_ms, emptied, encode, recode, records,
};

const CODECS: [Codec; 5] = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];

fn batch(codec: Codec) -> Vec<u8> {
    let record = |timestamp, key: &'static [u8], value: Option<&'static [u8]>| NewRecord {
        timestamp,
        key: Some(key),
        value,
        headers: vec![(b"h", None)],
    };
    let new = [record(50, b"a", Some(b"1")), record(90, b"b", None), record(70, b"c", Some(b"3"))];
    let options = EncodeOptions { codec, producer_id: 5, producer_epoch: 2, base_sequence: 9, ..Default::default() };
    let mut batch = encode(&new, &options).unwrap();
    batch[..8].copy_from_slice(&100_i64.to_be_bytes());
    batch
}

/// (offset, timestamp, key, whether there is a value)
type Told = (i64, i64, Vec<u8>, bool);

/// The header, whose checksum holds, and each record.
fn told(batch: &[u8]) -> (Header, Vec<Told>) {
    let header = Header::parse(batch).unwrap();
    assert_eq!(header.total_bytes(), batch.len());
    header.check_crc(batch).unwrap();
    let plain = decompress(header.codec().unwrap(), &batch[HEADER_BYTES..], &Caps::default()).unwrap();
    let each = records(&header, &plain).map(|record| {
        let record = record.unwrap();
        assert_eq!(record.headers, [(&b"h"[..], None)]);
        (record.offset, record.timestamp, record.key.unwrap().to_vec(), record.value.is_some())
    });
    let each = each.collect();
    (header, each)
}

#[test]
fn records_that_stay_are_the_same_in_every_codec() {
    for codec in CODECS {
        let whole = batch(codec);
        let before = Header::parse(&whole).unwrap();
        let entries = Entries::decode(&before, &whole, &Caps::default()).unwrap();
        let left = entries.retain(|entry| entry.offset != 101, None).unwrap().unwrap();
        let (header, found) = told(&left);
        assert_eq!(found, [(100, 50, b"a".to_vec(), true), (102, 70, b"c".to_vec(), true)]);
        let expected =
            Header { record_count: 2, max_timestamp: 70, crc: header.crc, batch_length: header.batch_length, ..before };
        assert_eq!(header, expected, "{codec:?}");
    }
}

#[test]
fn a_horizon_moves_no_timestamp() {
    for codec in CODECS {
        let whole = batch(codec);
        let entries = Entries::decode(&Header::parse(&whole).unwrap(), &whole, &Caps::default()).unwrap();
        let left = entries.retain(|_| true, Some(1_000_000)).unwrap().unwrap();
        let (header, found) = told(&left);
        assert_eq!(delete_horizon_ms(&header), Some(1_000_000));
        assert_eq!(found, told(&whole).1);
        let again = Entries::decode(&header, &left, &Caps::default()).unwrap();
        let last = again.retain(|entry| entry.has_value, None).unwrap().unwrap();
        assert_eq!(delete_horizon_ms(&Header::parse(&last).unwrap()), Some(1_000_000), "it stays");
        assert_eq!(told(&last).1.len(), 2);
    }
}

#[test]
fn a_batch_without_records_still_tells_its_sequences() {
    let whole = batch(Codec::Gzip);
    let before = Header::parse(&whole).unwrap();
    let entries = Entries::decode(&before, &whole, &Caps::default()).unwrap();
    assert_eq!(entries.retain(|_| false, None).unwrap(), None);
    let empty = emptied(&before);
    let (header, found) = told(&empty);
    assert!(found.is_empty() && header.codec() == Some(Codec::None) && empty.len() == HEADER_BYTES);
    assert_eq!((header.base_offset, header.last_offset(), header.last_sequence()), (100, 102, before.last_sequence()));
    assert_eq!((header.producer_id, header.producer_epoch, header.max_timestamp), (5, 2, 90));
}

#[test]
fn another_codec_changes_nothing_else() {
    for (from, to) in CODECS.into_iter().flat_map(|from| CODECS.map(|to| (from, to))) {
        for level in [None, Some(1), Some(9)] {
            let whole = batch(from);
            let compression = Compression { codec: to, level };
            match recode(&whole, compression, &Caps::default(), usize::MAX).unwrap() {
                None => assert_eq!(from, to),
                Some(other) => {
                    let ((before, records), (after, same)) = (told(&whole), told(&other));
                    assert_eq!((after.codec(), records), (Some(to), same));
                    assert_eq!((after.base_sequence, after.producer_id), (before.base_sequence, before.producer_id));
                    let limit = other.len();
                    assert!(recode(&whole, compression, &Caps::default(), limit).unwrap().is_some());
                    let grown = recode(&whole, compression, &Caps::default(), limit - 1);
                    assert_eq!(grown.unwrap_err(), BatchError::Grown);
                }
            }
        }
    }
}

#[test]
fn large_batches_of_every_level_are_read_again() {
    let value: Vec<u8> = (0..300_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 27) as u8).collect();
    let record = |timestamp| NewRecord { timestamp, key: Some(b"k"), value: Some(&value), ..NewRecord::default() };
    let new: Vec<_> = (0..40).map(record).collect();
    let whole = encode(&new, &EncodeOptions::default()).unwrap();
    for (codec, level) in [(Codec::Gzip, 1), (Codec::Snappy, 0), (Codec::Lz4, 17), (Codec::Zstd, -7), (Codec::Zstd, 22)]
    {
        let compression = Compression { codec, level: Some(level) };
        let packed = recode(&whole, compression, &Caps::default(), usize::MAX).unwrap().unwrap();
        assert!(packed.len() < whole.len(), "{codec:?}");
        let plain = Compression { codec: Codec::None, level: None };
        assert_eq!(recode(&packed, plain, &Caps::default(), usize::MAX).unwrap().unwrap(), whole, "{codec:?} {level}");
    }
}

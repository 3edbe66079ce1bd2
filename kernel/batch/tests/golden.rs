//! Batches that Apache Kafka 4.4.0's own classes wrote.
//!
//! `golden/GoldenBatches.java` made them and says how it is run.

use std::fs;
use std::path::PathBuf;

use leftfold_batch::producers::Producers;
use leftfold_batch::{
    BatchError, Caps, Checked, EncodeOptions, HEADER_BYTES, Header, NewRecord, Record, Rejected, Rules, TimestampType,
    check, code, decompress, encode, records,
};

const NOW: i64 = 1_700_000_000_000;
const BASE_OFFSET: i64 = 1000;
const CODECS: [&str; 5] = ["none", "gzip", "snappy", "lz4", "zstd"];

fn golden(name: &str) -> Vec<u8> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn checked(batch: &[u8], timestamp_type: TimestampType) -> Result<Checked, Rejected> {
    let rules = Rules {
        now_ms: NOW,
        timestamp_type,
        before_max_ms: i64::MAX,
        after_max_ms: 3_600_000,
        needs_keys: false,
        batch_bytes_max: 1 << 20,
        caps: Caps::default(),
    };
    check(batch, &rules)
}

/// The records of a batch as owned values: offset, timestamp, key, value, headers.
fn read<T>(batch: &[u8], see: impl Fn(&[Record<'_>]) -> T) -> T {
    let header = Header::parse(batch).unwrap();
    let plain = decompress(header.codec().unwrap(), &batch[HEADER_BYTES..], &Caps::default()).unwrap();
    let decoded: Vec<Record<'_>> = records(&header, &plain).collect::<Result<_, BatchError>>().unwrap();
    see(&decoded)
}

fn few(timestamps: [i64; 3]) -> Vec<Record<'static>> {
    let record = |index: usize, key, value, headers| Record {
        offset: BASE_OFFSET + index as i64,
        timestamp: timestamps[index],
        key,
        value,
        headers,
    };
    let headers: Vec<(&[u8], Option<&[u8]>)> = vec![(b"trace", Some(b"1")), (b"trace", None), (b"", Some(b""))];
    vec![
        record(0, Some(&b"key"[..]), Some(&b"value"[..]), headers),
        record(1, None, Some(&b""[..]), Vec::new()),
        record(2, Some(&b""[..]), None, Vec::new()),
    ]
}

#[test]
fn a_few_records_of_every_codec_are_read_as_kafka_wrote_them() {
    for codec in CODECS {
        let batch = golden(&format!("few-{codec}.batch"));
        let checked = checked(&batch, TimestampType::CreateTime).unwrap();
        assert_eq!(checked.header.codec().unwrap().name(), codec);
        assert_eq!((checked.header.base_offset, checked.header.leader_epoch), (BASE_OFFSET, 7));
        assert_eq!((checked.max_timestamp, checked.offset_delta_of_max_timestamp), (NOW + 100_000, 2));
        read(&batch, |decoded| assert_eq!(decoded, few([NOW, NOW - 5, NOW + 100_000]), "{codec}"));
    }
}

#[test]
fn many_records_through_several_blocks_and_windows_are_read_as_kafka_wrote_them() {
    for codec in &CODECS[1..] {
        let batch = golden(&format!("many-{codec}.batch"));
        let checked = checked(&batch, TimestampType::CreateTime).unwrap();
        assert_eq!((checked.max_timestamp, checked.offset_delta_of_max_timestamp), (NOW + 9, 9), "{codec}");
        read(&batch, |decoded| {
            assert_eq!(decoded.len(), 2000);
            for (index, record) in decoded.iter().enumerate() {
                let value = format!("{index} is followed by {}; ", index + 1).repeat(4);
                assert_eq!(record.offset, BASE_OFFSET + index as i64);
                assert_eq!(record.timestamp, NOW + index as i64 % 10);
                assert_eq!(record.key, Some(index.to_string().as_bytes()));
                assert_eq!(record.value, Some(value.as_bytes()));
            }
        });
    }
}

#[test]
fn append_time_is_every_records_time_and_the_brokers_to_give() {
    let batch = golden("append-time.batch");
    assert!(Header::parse(&batch).unwrap().is_log_append_time());
    read(&batch, |decoded| assert_eq!(decoded, few([NOW; 3])));
    assert_eq!(checked(&batch, TimestampType::LogAppendTime).unwrap_err().code, code::INVALID_TIMESTAMP);
}

#[test]
fn what_we_write_is_what_kafka_writes() {
    let timestamps = [NOW, NOW - 5, NOW + 100_000];
    let records = few(timestamps);
    let new: Vec<NewRecord<'_>> = records
        .iter()
        .map(|record| NewRecord {
            timestamp: record.timestamp,
            key: record.key,
            value: record.value,
            headers: record.headers.clone(),
        })
        .collect();
    let sequenced = EncodeOptions {
        producer_id: 4711,
        producer_epoch: 3,
        base_sequence: i32::MAX - 1,
        transactional: true,
        ..EncodeOptions::default()
    };
    for (name, options) in [("few-none", EncodeOptions::default()), ("transactional", sequenced)] {
        let mut batch = encode(&new, &options).unwrap();
        let header = Header::parse(&batch).unwrap();
        leftfold_batch::stamp(&mut batch, header, BASE_OFFSET, 7, None, NOW + 100_000);
        assert_eq!(batch, golden(&format!("{name}.batch")), "{name}");
    }
}

#[test]
fn a_transactions_marker_is_read_and_not_taken_from_a_client() {
    let batch = golden("marker.batch");
    let header = Header::parse(&batch).unwrap();
    header.check_crc(&batch).unwrap();
    assert!(header.is_control() && header.is_transactional());
    assert_eq!((header.producer_id, header.producer_epoch, header.base_sequence), (4711, 3, -1));
    read(&batch, |decoded| assert_eq!(decoded[0].key, Some(&[0, 0, 0, 1][..])));
    assert_eq!(checked(&batch, TimestampType::CreateTime).unwrap_err().code, code::INVALID_RECORD);
}

#[test]
fn the_formats_before_are_refused() {
    for name in ["format-0.batch", "format-1.batch"] {
        assert_eq!(checked(&golden(name), TimestampType::CreateTime).unwrap_err().code, code::INVALID_RECORD, "{name}");
    }
}

#[test]
fn sequences_wrap_within_a_batch_as_in_kafka() {
    let header = Header::parse(&golden("transactional.batch")).unwrap();
    assert_eq!((header.base_sequence, header.last_sequence()), (i32::MAX - 1, 0));
}

#[test]
fn a_snapshot_of_kafkas_producers_is_read_and_written_alike() {
    let bytes = golden("00000000000000001004.snapshot");
    let producers = Producers::decode(&bytes, 0).unwrap();
    let (_, known) = producers.iter().find(|(id, _)| *id == 4711).unwrap();
    assert_eq!((known.epoch, known.last_sequence(), known.coordinator_epoch), (3, i32::MAX, 77));
    let (_, open) = producers.iter().find(|(id, _)| *id == 4712).unwrap();
    assert_eq!((open.transaction_first_offset, open.last_timestamp), (1003, NOW));
    assert_eq!(producers.encode(), bytes);
}

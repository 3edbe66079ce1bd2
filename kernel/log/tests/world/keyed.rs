//! Keyed records, as compaction sees them.

use std::collections::BTreeMap;

use leftfold_batch::{
    Caps, Codec, EncodeOptions, HEADER_BYTES, Header, NewRecord, batches, decompress, encode, records,
};
use leftfold_log::Partition;

use super::NOW_MS;

/// A record as the model knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub key: String,
    pub value: Option<String>,
    pub timestamp: i64,
}

pub fn record(key: u64, value: Option<String>) -> Record {
    Record { key: format!("key-{key}"), value, timestamp: NOW_MS }
}

pub fn encoded(records: &[Record], codec: Codec, producer: Option<(i64, i32)>) -> Vec<u8> {
    let (producer_id, base_sequence) = producer.unwrap_or((-1, -1));
    let producer_epoch = if producer.is_some() { 0 } else { -1 };
    encoded_with(
        records,
        &EncodeOptions { codec, producer_id, producer_epoch, base_sequence, ..EncodeOptions::default() },
    )
}

pub fn encoded_with(records: &[Record], options: &EncodeOptions) -> Vec<u8> {
    let new: Vec<NewRecord<'_>> = records
        .iter()
        .map(|record| NewRecord {
            timestamp: record.timestamp,
            key: Some(record.key.as_bytes()),
            value: record.value.as_deref().map(str::as_bytes),
            headers: vec![(b"h", Some(b"v"))],
        })
        .collect();
    encode(&new, options).expect("a batch")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The records of a batch that a client is shown, by offset.
pub fn records_of(header: &Header, bytes: &[u8]) -> BTreeMap<i64, Record> {
    header.check_crc(bytes).expect("a checksum");
    if header.is_control() || header.record_count == 0 {
        return BTreeMap::new();
    }
    let codec = header.codec().expect("a codec");
    let plain = decompress(codec, &bytes[HEADER_BYTES..], &Caps::default()).expect("records");
    let of = |record: leftfold_batch::Record<'_>| {
        assert_eq!(record.headers, [(&b"h"[..], Some(&b"v"[..]))]);
        let (key, value) = (text(record.key.expect("a key")), record.value.map(text));
        (record.offset, Record { key, value, timestamp: record.timestamp })
    };
    records(header, &plain).map(|record| of(record.expect("a record"))).collect()
}

/// Every batch and every record that a reader from `from` on gets.
pub fn everything(partition: &Partition, from: i64) -> (Vec<Header>, BTreeMap<i64, Record>) {
    let (mut headers, mut found, mut offset) = (Vec::new(), BTreeMap::new(), from);
    loop {
        let chunks = partition.read(offset, 1000).expect("it can be read");
        if chunks.is_empty() {
            return (headers, found);
        }
        for (header, bytes) in chunks.iter().flat_map(|chunk| batches(chunk)).map(|batch| batch.expect("whole batches"))
        {
            found.extend(records_of(&header, bytes).into_iter().filter(|(offset, _)| *offset >= from));
            assert!(header.last_offset() >= offset, "readers go forward");
            offset = header.last_offset() + 1;
            headers.push(header);
        }
    }
}

/// The left fold: what each key is in the end.
pub fn table(log: &BTreeMap<i64, Record>) -> BTreeMap<String, String> {
    let mut table = BTreeMap::new();
    for record in log.values() {
        match &record.value {
            Some(value) => table.insert(record.key.clone(), value.clone()),
            None => table.remove(&record.key),
        };
    }
    table
}

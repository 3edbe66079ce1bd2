//! What checking costs: nanoseconds a record, every codec.
//!
//! `cargo run --release --example check_speed -p leftfold-batch`

use std::time::Instant;

use leftfold_batch::{Caps, Codec, EncodeOptions, NewRecord, Rules, TimestampType, check, crc32c, encode};

const CODECS: [Codec; 5] = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
/// Record bytes of one batch, as a producer with `batch.size=262144` sends them.
const BATCH_BYTES: usize = 256 * 1024;
const ROUNDS: usize = 9;

const RULES: Rules = Rules {
    now_ms: 1_700_000_000_000,
    timestamp_type: TimestampType::CreateTime,
    before_max_ms: i64::MAX,
    after_max_ms: 3_600_000,
    needs_keys: false,
    batch_bytes_max: 1 << 20,
    caps: Caps {
        decoded_bytes_max: 1 << 30,
        ratio_max: 1000,
        ratio_free_bytes: 64 << 20,
        record_bytes_max: usize::MAX,
    },
};

/// Values that compress about as well as JSON does.
fn value(index: usize, bytes: usize) -> Vec<u8> {
    let text = format!("{{\"id\":{index},\"carrier\":\"UA\",\"delay\":{},\"origin\":\"EWR\"}}", index * 7919 % 251);
    text.bytes().cycle().take(bytes).collect()
}

/// The best of some rounds, in nanoseconds per call: what else runs here only ever adds.
fn nanoseconds(calls: usize, mut work: impl FnMut()) -> f64 {
    let round = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        (0..calls).for_each(|_| work());
        start.elapsed().as_nanos() as f64 / calls as f64
    };
    (0..ROUNDS).map(|_| round(&mut work)).fold(f64::INFINITY, f64::min)
}

fn main() {
    println!(
        "{:>7} {:>7} {:>7} {:>8} {:>10} {:>10} {:>10}",
        "record", "codec", "records", "bytes", "ns/record", "crc part", "MB/s"
    );
    for bytes in [100, 1024] {
        for codec in CODECS {
            let values: Vec<Vec<u8>> = (0..BATCH_BYTES / bytes).map(|index| value(index, bytes)).collect();
            let new: Vec<NewRecord<'_>> = values
                .iter()
                .enumerate()
                .map(|(index, value)| NewRecord {
                    timestamp: 1_600_000_000_000 + index as i64 / 10,
                    value: Some(value),
                    ..NewRecord::default()
                })
                .collect();
            let batch =
                encode(&new, &EncodeOptions { codec, ..EncodeOptions::default() }).expect("the records fit a batch");
            let count = new.len() as f64;
            let whole = nanoseconds(50, || assert!(check(&batch, &RULES).is_ok()));
            let crc = nanoseconds(50, || assert_ne!(crc32c(&batch[21..]), 0));
            println!(
                "{bytes:>7} {:>7} {:>7} {:>8} {:>10.1} {:>10.1} {:>10.0}",
                codec.name(),
                new.len(),
                batch.len(),
                whole / count,
                crc / count,
                BATCH_BYTES as f64 / whole * 1000.0
            );
        }
    }
}

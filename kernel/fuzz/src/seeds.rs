//! A good input of every kind: where fuzzing starts.

use leftfold_batch::{Codec, EncodeOptions, NewRecord, encode};
use leftfold_wire::header::request;

const CODECS: [Codec; 5] = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];

fn batch(codec: Codec, producer_id: i64) -> Vec<u8> {
    let sequence = if producer_id < 0 { -1 } else { 5 };
    let options = EncodeOptions {
        codec,
        producer_id,
        producer_epoch: producer_id.min(1) as i16,
        base_sequence: sequence,
        ..EncodeOptions::default()
    };
    let header: (&[u8], Option<&[u8]>) = (b"trace", Some(b"1"));
    let new = [
        NewRecord {
            timestamp: 1000,
            key: Some(b"key"),
            value: Some(b"a value a value a value"),
            headers: vec![header],
        },
        NewRecord { timestamp: 999, key: None, value: Some(b""), headers: vec![(b"", None)] },
        NewRecord { timestamp: 1001, key: Some(b""), value: None, headers: Vec::new() },
    ];
    encode(&new, &options).expect("three records fit a batch")
}

/// Every hot API at every version with a body of zeros: empty strings and arrays, in both encodings.
fn all_frames() -> impl Iterator<Item = (String, Vec<u8>)> {
    let versions = [(0i16, 13i16), (1, 18), (2, 11), (3, 13), (18, 5), (23, 4)];
    versions.into_iter().flat_map(|(key, last)| {
        (0..=last).map(move |version| {
            let mut frame = Vec::new();
            frame.extend_from_slice(&key.to_be_bytes());
            frame.extend_from_slice(&version.to_be_bytes());
            frame.extend_from_slice(&7i32.to_be_bytes());
            frame.extend_from_slice(&[0, 3]);
            frame.extend_from_slice(b"me!");
            frame.extend_from_slice(&[0; 96]);
            (format!("{key}-{version}"), frame)
        })
    })
}

/// A name and bytes.
pub type Seed = (String, Vec<u8>);

/// A batch of every codec, idempotent and not.
#[must_use]
pub fn record_batches() -> Vec<Seed> {
    let plain = CODECS.map(|codec| (codec.name().to_owned(), batch(codec, -1)));
    let idempotent = CODECS.map(|codec| (format!("{}-idempotent", codec.name()), batch(codec, 9)));
    [plain, idempotent].concat()
}

/// Requests without their length.
#[must_use]
pub fn hot_requests() -> Vec<Seed> {
    all_frames().collect()
}

/// What a connection may begin with: requests, and the words of strangers.
#[must_use]
pub fn frames() -> Vec<Seed> {
    let framed = |frame: &[u8]| [&(frame.len() as i32).to_be_bytes()[..], frame].concat();
    let good = all_frames().filter(|(_, frame)| request(frame).is_ok()).map(|(name, frame)| (name, framed(&frame)));
    let http = ("http".to_owned(), b"GET / HTTP/1.1\r\n\r\n".to_vec());
    let tls = ("tls".to_owned(), vec![0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3]);
    good.chain([http, tls]).collect()
}

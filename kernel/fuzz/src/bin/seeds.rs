//! Writes the first corpus: a good input of every kind.

use std::fs;
use std::path::Path;

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
fn frames() -> impl Iterator<Item = (String, Vec<u8>)> {
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

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in ["record_batch", "frame", "hot_requests"] {
        fs::create_dir_all(corpus.join(target))?;
    }
    for codec in CODECS {
        fs::write(corpus.join("record_batch").join(codec.name()), batch(codec, -1))?;
        fs::write(corpus.join("record_batch").join(format!("{}-idempotent", codec.name())), batch(codec, 9))?;
    }
    for (name, frame) in frames() {
        let framed = [&(frame.len() as i32).to_be_bytes()[..], &frame[..]].concat();
        if request(&frame).is_ok() {
            fs::write(corpus.join("frame").join(&name), framed)?;
        }
        fs::write(corpus.join("hot_requests").join(&name), frame)?;
    }
    fs::write(corpus.join("frame").join("http"), b"GET / HTTP/1.1\r\n\r\n")?;
    fs::write(corpus.join("frame").join("tls"), [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3])
}

//! The control record that ends a transaction (KIP-98).
//!
//! Key: version 0 (int16), type (int16: 0 abort, 1 commit). Value: version 0 (int16), coordinator epoch (int32). It stands
//! alone in a control batch of its producer and has no sequence.

use std::io;

use crate::{Codec, EncodeOptions, HEADER_BYTES, Header, NewRecord, encode, records};

const VERSION: [u8; 2] = [0, 0];
const ABORT: [u8; 2] = [0, 0];
const COMMIT: [u8; 2] = [0, 1];

/// How a transaction ended, by the word of its coordinator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndMarker {
    pub commit: bool,
    pub coordinator_epoch: i32,
}

impl EndMarker {
    /// The whole control batch; its offset is given on append.
    pub fn encode(&self, producer_id: i64, producer_epoch: i16, timestamp: i64) -> io::Result<Vec<u8>> {
        let key = [VERSION, if self.commit { COMMIT } else { ABORT }].concat();
        let value = [&VERSION[..], &self.coordinator_epoch.to_be_bytes()].concat();
        let record = NewRecord { timestamp, key: Some(&key), value: Some(&value), headers: Vec::new() };
        let options = EncodeOptions {
            producer_id,
            producer_epoch,
            control: true,
            transactional: true,
            ..EncodeOptions::default()
        };
        encode(&[record], &options)
    }

    /// What a batch says of the end of a transaction; None for every other batch. Later versions of key and value begin as
    /// version 0 does.
    #[must_use]
    pub fn parse(header: &Header, batch: &[u8]) -> Option<Self> {
        if !header.is_control() || !header.is_transactional() || header.codec() != Some(Codec::None) {
            return None;
        }
        let record = records(header, batch.get(HEADER_BYTES..header.total_bytes())?).next()?.ok()?;
        let commit = match record.key?.get(2..4)? {
            kind if kind == ABORT => false,
            kind if kind == COMMIT => true,
            _ => return None,
        };
        let epoch = record.value?.get(2..6)?;
        Some(Self { commit, coordinator_epoch: i32::from_be_bytes(epoch.try_into().ok()?) })
    }
}

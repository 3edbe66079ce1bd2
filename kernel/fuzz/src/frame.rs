//! Any bytes as the stream of one connection.

use leftfold_wire::{frame, header};

use crate::{allowance, within};

/// The limit before authentication.
const FRAME_BYTES_MAX: usize = 64 * 1024;

fn read_all(mut stream: &[u8]) {
    while let Some((prefix, rest)) = stream.split_first_chunk::<{ frame::PREFIX_BYTES }>() {
        let length = frame::length(*prefix, FRAME_BYTES_MAX);
        if let Some(stranger) = frame::stranger(*prefix) {
            assert!(length.is_err(), "a stranger's first bytes are no legal length");
            assert!(!stranger.answer(None).is_empty());
            return;
        }
        let Ok(length) = length else { return };
        let Some((body, rest)) = rest.split_at_checked(length) else { return };
        if let Ok(head) = header::request(body) {
            assert!(head.body.len() <= body.len());
        }
        stream = rest;
    }
}

/// Read a stream frame by frame, within what its length allows.
pub fn run(stream: &[u8]) {
    within(allowance(stream), || read_all(stream));
}

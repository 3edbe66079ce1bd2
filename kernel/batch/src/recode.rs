//! A batch in another codec (`compression.type`).

use std::io::{self, Write};

use crate::codec::Encoder;
use crate::decode::decoder;
use crate::retain::{CODEC_MASK, assemble};
use crate::{BatchError, Caps, Codec, Compression, HEADER_BYTES, Header};

/// The batch with its records encoded as asked, everything else as it was; None where it has that codec already, whatever the
/// level. `batch` must have been checked. No more is held of it than what is written, which is at most `bytes_max`, and a
/// window of the decoder: beyond it the answer is `BatchError::Grown`.
pub fn recode(
    batch: &[u8],
    compression: Compression,
    caps: &Caps,
    bytes_max: usize,
) -> Result<Option<Vec<u8>>, BatchError> {
    let header = Header::parse(batch)?;
    let codec = header.codec().ok_or(BatchError::Invalid("an unknown codec"))?;
    if codec == compression.codec || header.record_count == 0 {
        return Ok(None);
    }
    let payload = batch.get(HEADER_BYTES..header.total_bytes()).ok_or(BatchError::Truncated(1))?;
    let room = bytes_max.saturating_sub(HEADER_BYTES);
    let plain_bytes = (codec == Codec::None).then_some(payload.len());
    let encoder = Encoder::new(compression, plain_bytes, Bounded { bytes: Vec::new(), room }).map_err(|_| BROKEN)?;
    let encoded = convert(codec, payload, caps, encoder)?;
    let attributes = header.attributes & !CODEC_MASK | compression.codec as i16;
    assemble(&Header { attributes, ..header }, &encoded).map(Some)
}

const BROKEN: BatchError = BatchError::Codec("the records cannot be encoded");

fn convert(codec: Codec, payload: &[u8], caps: &Caps, mut encoder: Encoder<Bounded>) -> Result<Vec<u8>, BatchError> {
    if codec == Codec::None {
        encoder.write_all(payload).map_err(told)?;
    } else {
        let (mut decoder, mut window) = (decoder(codec, payload)?, Vec::new());
        let mut room = caps.decoded_bytes_max_of(payload.len());
        loop {
            let count = decoder.fill(&mut window, room)?;
            if count == 0 {
                break;
            }
            room -= count as u64;
            encoder.write_all(&window[..count]).map_err(told)?;
        }
    }
    Ok(encoder.finish().map_err(told)?.bytes)
}

fn told(error: io::Error) -> BatchError {
    if error.kind() == io::ErrorKind::FileTooLarge { BatchError::Grown } else { BROKEN }
}

/// Takes so many bytes and no more.
struct Bounded {
    bytes: Vec<u8>,
    room: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room = self.room.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! The codec that a topic asks for, whatever comes in.

use bytes::BytesMut;
use leftfold_batch::{BatchError, Checked, Codec, Header, Rejected, recode};
use leftfold_log::TopicConfig;

use crate::aside::aside;
use crate::intake::Intake;

/// What is encoded where it was read; more, and whatever must be decoded first, would hold up who shares the thread.
const INLINE_BYTES_MAX: usize = 4 << 10;

/// A checked batch as its topic stores it (`compression.type`), and what is known of it then; as soon as there is memory to
/// make it.
pub async fn recoded(
    batch: BytesMut,
    checked: &Checked,
    config: &TopicConfig,
    intake: &Intake,
) -> Result<(BytesMut, Checked), Rejected> {
    let codec = checked.header.codec().unwrap_or_default();
    let Some(compression) = config.compression.filter(|asked| codec != asked.codec) else {
        return Ok((batch, *checked));
    };
    let (caps, bytes_max) = (config.caps(), config.max_message_bytes);
    let memory = intake.decoding(codec.decoding_bytes_max() + compression.encoding_bytes_max() + bytes_max).await;
    let other = if codec == Codec::None && batch.len() <= INLINE_BYTES_MAX {
        recode(&batch, compression, &caps, bytes_max)?
    } else {
        let work = move || {
            let _memory = memory;
            recode(&batch, compression, &caps, bytes_max)
        };
        aside(work).await.unwrap_or(Err(BatchError::Codec("the node stops")))?
    };
    let other = other.ok_or(BatchError::Invalid("a batch of another codec than its header says"))?;
    let header = Header::parse(&other)?;
    Ok((BytesMut::from(&other[..]), Checked { header, ..*checked }))
}

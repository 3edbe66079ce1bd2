//! May this batch, as a producer sent it, enter the log?

use crate::error::code;
use crate::records::walk_batch;
use crate::{BatchError, Caps, Header, Rejected};

/// Whose clock a topic's timestamps come from (`message.timestamp.type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimestampType {
    #[default]
    CreateTime,
    LogAppendTime,
}

/// What a topic asks of a batch; times in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub now_ms: i64,
    pub timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms` and `message.timestamp.after.max.ms` (KIP-937).
    pub before_max_ms: i64,
    pub after_max_ms: i64,
    /// A compacted topic takes no record without a key.
    pub needs_keys: bool,
    pub batch_bytes_max: usize,
    pub caps: Caps,
}

/// What an append needs to know of a batch that passed.
#[derive(Debug, Clone, Copy)]
pub struct Checked {
    pub header: Header,
    /// The largest timestamp of the records themselves, whatever the header says.
    pub max_timestamp: i64,
    /// The first record that has it.
    pub offset_delta_of_max_timestamp: i32,
}

/// Errors of single records that one answer carries at most.
const RECORD_ERRORS_MAX: usize = 100;

/// Check one produced batch to its last byte; `batch` must hold this batch and nothing else.
pub fn check(batch: &[u8], rules: &Rules) -> Result<Checked, Rejected> {
    let header = Header::parse(batch)?;
    let total = header.total_bytes();
    if total > batch.len() {
        return Err(BatchError::Truncated(total - batch.len()).into());
    }
    if total < batch.len() {
        return Err(BatchError::Invalid("more than one batch for a partition").into());
    }
    if total > rules.batch_bytes_max {
        let message =
            format!("a batch of {total} bytes, the topic takes {}: see max.message.bytes", rules.batch_bytes_max);
        return Err(Rejected::new(code::MESSAGE_TOO_LARGE, message));
    }
    header.check_crc(batch)?;
    check_header(&header)?;
    check_records(&header, batch, rules)
}

fn check_header(header: &Header) -> Result<(), Rejected> {
    let fault = if header.codec().is_none() {
        "an unknown codec"
    } else if header.is_control() {
        "clients may not write control batches"
    } else if header.record_count <= 0 {
        "a batch without records"
    } else if header.last_offset_delta != header.record_count - 1 {
        "the last offset delta does not fit the number of records"
    } else if header.has_producer() && (header.base_sequence < 0 || header.producer_epoch < 0) {
        "a producer id without a valid epoch and sequence"
    } else if header.is_transactional() && !header.has_producer() {
        "a transactional batch without a producer id"
    } else {
        return Ok(());
    };
    Err(BatchError::Invalid(fault).into())
}

fn check_records(header: &Header, batch: &[u8], rules: &Rules) -> Result<Checked, Rejected> {
    let mut errors: Vec<(i32, String)> = Vec::new();
    let mut keyless = false;
    let (mut largest, mut largest_at) = (-1i64, 0i32);
    let create_time = rules.timestamp_type == TimestampType::CreateTime;
    let oldest = rules.now_ms.saturating_sub(rules.before_max_ms);
    let newest = rules.now_ms.saturating_add(rules.after_max_ms);
    walk_batch(header, batch, &rules.caps, |index, seen| {
        if seen.offset_delta != index {
            return Err(BatchError::Invalid("offset deltas do not count up from 0"));
        }
        let timestamp = header.base_timestamp.wrapping_add(seen.timestamp_delta);
        if timestamp > largest {
            (largest, largest_at) = (timestamp, index);
        }
        if rules.needs_keys && !seen.has_key {
            keyless = true;
            note(&mut errors, index, || "a compacted topic takes no record without a key".to_owned());
        } else if create_time && timestamp >= 0 && (timestamp < oldest || timestamp > newest) {
            note(&mut errors, index, || format!("timestamp {timestamp} is not within [{oldest}, {newest}]"));
        }
        Ok(())
    })?;
    if errors.is_empty() {
        return Ok(Checked { header: *header, max_timestamp: largest, offset_delta_of_max_timestamp: largest_at });
    }
    let (code, message) = if keyless {
        (code::INVALID_RECORD, "One or more records have been rejected")
    } else {
        (code::INVALID_TIMESTAMP, "One or more records have been rejected due to invalid timestamp")
    };
    Err(Rejected { code, message: message.to_owned(), records: errors })
}

fn note(errors: &mut Vec<(i32, String)>, index: i32, text: impl FnOnce() -> String) {
    if errors.len() < RECORD_ERRORS_MAX {
        errors.push((index, text()));
    }
}

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

/// What a record without a timestamp says.
const NO_TIMESTAMP: i64 = -1;
/// Errors of single records that one answer carries at most.
const RECORD_ERRORS_MAX: usize = 100;

/// Check one produced batch to its last byte; `batch` must hold this batch and nothing else.
pub fn check(batch: &[u8], rules: &Rules) -> Result<Checked, Rejected> {
    check_from(batch, rules, Writer::Client)
}

/// The same for a batch of the broker's own: for a transaction it may write without a sequence.
pub fn check_own(batch: &[u8], rules: &Rules) -> Result<Checked, Rejected> {
    check_from(batch, rules, Writer::Broker)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Writer {
    Client,
    Broker,
}

fn check_from(batch: &[u8], rules: &Rules, writer: Writer) -> Result<Checked, Rejected> {
    let header = Header::parse(batch)?;
    let total = header.total_bytes();
    if total > batch.len() {
        return Err(BatchError::Truncated(total - batch.len()).into());
    }
    if total < batch.len() {
        return Err(what_follows(&batch[total..]).into());
    }
    if total > rules.batch_bytes_max {
        let message =
            format!("a batch of {total} bytes, the topic takes {}: see max.message.bytes", rules.batch_bytes_max);
        return Err(Rejected::new(code::MESSAGE_TOO_LARGE, message));
    }
    header.check_crc(batch)?;
    check_header(&header, writer)?;
    check_records(&header, batch, rules)
}

/// A second whole batch is a client that misunderstood; anything else is a length that lies.
fn what_follows(rest: &[u8]) -> BatchError {
    match Header::parse(rest) {
        Ok(next) if next.total_bytes() <= rest.len() => BatchError::Invalid("more than one batch for a partition"),
        _ => BatchError::Trailing(rest.len()),
    }
}

fn check_header(header: &Header, writer: Writer) -> Result<(), Rejected> {
    let fault = if header.codec().is_none() {
        "an unknown codec"
    } else if header.is_control() {
        "clients may not write control batches"
    } else if header.record_count <= 0 {
        "a batch without records"
    } else if header.last_offset_delta != header.record_count - 1 {
        "the last offset delta does not fit the number of records"
    } else if header.has_producer() && (header.producer_epoch < 0 || !sequence_holds(header, writer)) {
        "a producer id without a valid epoch and sequence"
    } else if header.is_transactional() && !header.has_producer() {
        "a transactional batch without a producer id"
    } else {
        return Ok(());
    };
    Err(BatchError::Invalid(fault).into())
}

fn sequence_holds(header: &Header, writer: Writer) -> bool {
    header.has_sequence() || (writer == Writer::Broker && header.is_transactional())
}

fn check_records(header: &Header, batch: &[u8], rules: &Rules) -> Result<Checked, Rejected> {
    let mut faults = Faults::default();
    let (mut largest, mut largest_at) = (NO_TIMESTAMP, 0i32);
    let oldest = rules.now_ms.saturating_sub(rules.before_max_ms);
    let newest = rules.now_ms.saturating_add(rules.after_max_ms);
    let create_time = rules.timestamp_type == TimestampType::CreateTime;
    walk_batch(header, batch, &rules.caps, |index, seen| {
        if seen.offset_delta != index {
            return Err(BatchError::Invalid("offset deltas do not count up from 0"));
        }
        let timestamp = header.base_timestamp.wrapping_add(seen.timestamp_delta);
        if timestamp > largest {
            (largest, largest_at) = (timestamp, index);
        }
        if rules.needs_keys && !seen.has_key {
            faults.keyless(index);
        } else if create_time && timestamp != NO_TIMESTAMP {
            if timestamp < oldest || timestamp > newest {
                faults.untimely(index, || format!("timestamp {timestamp} is not within [{oldest}, {newest}]"));
            }
        } else if header.is_log_append_time() {
            faults.untimely(index, || "only the broker sets the timestamp type to LogAppendTime".to_owned());
        }
        Ok(())
    })?;
    faults.verdict()?;
    Ok(Checked { header: *header, max_timestamp: largest, offset_delta_of_max_timestamp: largest_at })
}

/// Single records at fault (KIP-467).
#[derive(Default)]
struct Faults {
    records: Vec<(i32, String)>,
    untimely: bool,
}

impl Faults {
    fn keyless(&mut self, index: i32) {
        self.note(index, || "a compacted topic takes no record without a key".to_owned());
    }

    fn untimely(&mut self, index: i32, text: impl FnOnce() -> String) {
        self.untimely = true;
        self.note(index, text);
    }

    fn note(&mut self, index: i32, text: impl FnOnce() -> String) {
        if self.records.len() < RECORD_ERRORS_MAX {
            self.records.push((index, text()));
        }
    }

    /// One untimely record makes the whole batch untimely, as in Kafka.
    fn verdict(self) -> Result<(), Rejected> {
        let (code, reason) = match (self.records.first(), self.untimely) {
            (None, _) => return Ok(()),
            (_, true) => (code::INVALID_TIMESTAMP, " due to invalid timestamp"),
            (Some((_, first)), false) => (code::INVALID_RECORD, &*format!(": {first}")),
        };
        let message = format!("One or more records have been rejected{reason}");
        Err(Rejected { code, message, records: self.records })
    }
}

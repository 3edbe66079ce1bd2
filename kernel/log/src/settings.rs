//! What the log is told about itself and about a topic.

use leftfold_batch::{Caps, Compression, Rules, TimestampType};

/// Of the whole log; sizes in bytes, times in milliseconds.
#[derive(Debug, Clone)]
pub struct LogSettings {
    pub journal_file_bytes: u64,
    /// Appended but not yet in a segment: beyond it appends wait.
    pub unfilled_bytes_max: usize,
    /// Recent batches kept for tail readers, node-wide.
    pub cache_bytes_max: usize,
    /// With `write.caching=true`: acknowledged batches go to the disk after so long, or as soon as they are so many bytes.
    pub caching_delay_ms: u64,
    pub caching_bytes_max: usize,
    /// What a crash can take of them was acknowledged within this time and is no larger than this, however slow the disk is.
    pub at_risk_ms_max: u64,
    pub at_risk_bytes_max: usize,
    /// With less free space appends are refused before anything is written.
    pub free_bytes_min: u64,
    pub producer_expiration_ms: i64,
    /// Idempotent producers that one partition remembers, at about 600 bytes each.
    pub producers_max: usize,
    /// Whether the clean loop compacts.
    pub compacts: bool,
    /// Memory for the keys of one pass of compaction, at 12 bytes each and a little room.
    pub compaction_map_bytes: usize,
    pub compact_every_ms: u64,
    /// The id that a folder gets which has none yet: random bytes.
    pub new_folder_id: [u8; 16],
    /// An operator's word for one start: frames of the journal that are damaged and of which nobody can tell whose they were
    /// are set aside, and the folder is opened without them.
    pub journal_give_up: bool,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            journal_file_bytes: 64 << 20,
            unfilled_bytes_max: 64 << 20,
            cache_bytes_max: 32 << 20,
            caching_delay_ms: 20,
            caching_bytes_max: 2 << 20,
            at_risk_ms_max: 100,
            at_risk_bytes_max: 64 << 20,
            free_bytes_min: 96 << 20,
            producer_expiration_ms: 86_400_000,
            producers_max: 10_000,
            compacts: true,
            compaction_map_bytes: 40 << 20,
            compact_every_ms: 15_000,
            new_folder_id: [0; 16],
            journal_give_up: false,
        }
    }
}

/// Of one topic, under Kafka's names; -1 is "no limit" where Kafka has it so.
#[derive(Debug, Clone)]
pub struct TopicConfig {
    pub retention_ms: i64,
    pub retention_bytes: i64,
    pub segment_bytes: u64,
    pub segment_ms: i64,
    pub segment_index_bytes: u64,
    pub index_interval_bytes: u64,
    pub max_message_bytes: usize,
    /// What batches are stored in; None: in what their producers sent.
    pub compression: Option<Compression>,
    /// Of a single record in a compressed batch.
    pub max_decompressed_message_bytes: usize,
    pub timestamp_type: TimestampType,
    pub timestamp_before_max_ms: i64,
    pub timestamp_after_max_ms: i64,
    pub delete: bool,
    pub compact: bool,
    pub min_compaction_lag_ms: i64,
    pub max_compaction_lag_ms: i64,
    pub min_cleanable_dirty_ratio: f64,
    /// How long tombstones stay once they were met.
    pub delete_retention_ms: i64,
    pub write_caching: bool,
}

impl Default for TopicConfig {
    fn default() -> Self {
        Self {
            retention_ms: 604_800_000,
            retention_bytes: -1,
            segment_bytes: 1 << 30,
            segment_ms: 604_800_000,
            segment_index_bytes: 10 << 20,
            index_interval_bytes: 4096,
            max_message_bytes: 1_048_588,
            compression: None,
            max_decompressed_message_bytes: 2_147_483_639,
            timestamp_type: TimestampType::CreateTime,
            timestamp_before_max_ms: i64::MAX,
            timestamp_after_max_ms: 3_600_000,
            delete: true,
            compact: false,
            min_compaction_lag_ms: 0,
            max_compaction_lag_ms: i64::MAX,
            min_cleanable_dirty_ratio: 0.5,
            delete_retention_ms: 86_400_000,
            write_caching: false,
        }
    }
}

impl TopicConfig {
    /// What a produced batch is checked against at this moment.
    #[must_use]
    pub fn rules(&self, now_ms: i64) -> Rules {
        Rules {
            now_ms,
            timestamp_type: self.timestamp_type,
            before_max_ms: self.timestamp_before_max_ms,
            after_max_ms: self.timestamp_after_max_ms,
            needs_keys: self.compact,
            batch_bytes_max: self.max_message_bytes,
            caps: self.caps(),
        }
    }

    /// What decoding a batch of the topic may cost.
    #[must_use]
    pub fn caps(&self) -> Caps {
        Caps { record_bytes_max: self.max_decompressed_message_bytes, ..Caps::default() }
    }
}

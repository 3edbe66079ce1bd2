//! Python's settings and configs, as the kernel's own.

use std::collections::HashMap;
use std::time::Duration;

use leftfold_batch::{Codec, Compression, TimestampType};
use leftfold_log::{LogSettings, TopicConfig};
use leftfold_shell::{ListenerSettings, ShellSettings, TopicConfigTable};
use pyo3::prelude::*;

/// A value of a setting; booleans come before numbers, since Python's are both.
#[derive(FromPyObject, Debug, Clone)]
pub enum Value {
    Flag(bool),
    Number(i64),
    Text(String),
}

/// Named values; what is absent or of another kind takes the default.
pub struct Values(pub HashMap<String, Value>);

impl Values {
    pub fn number(&self, name: &str, default: i64) -> i64 {
        match self.0.get(name) {
            Some(Value::Number(number)) => *number,
            _ => default,
        }
    }

    fn size(&self, name: &str, default: u64) -> u64 {
        u64::try_from(self.number(name, i64::try_from(default).unwrap_or(i64::MAX))).unwrap_or(default)
    }

    fn count(&self, name: &str, default: usize) -> usize {
        usize::try_from(self.size(name, default as u64)).unwrap_or(default)
    }

    pub fn flag(&self, name: &str, default: bool) -> bool {
        match self.0.get(name) {
            Some(Value::Flag(flag)) => *flag,
            _ => default,
        }
    }

    fn decimal(&self, name: &str, default: f64) -> f64 {
        match self.0.get(name) {
            Some(Value::Number(number)) => *number as f64,
            _ => self.text(name).parse().unwrap_or(default),
        }
    }

    fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    pub fn log_settings(&self) -> LogSettings {
        let default = LogSettings::default();
        LogSettings {
            journal_file_bytes: self.size("journal_file_bytes", default.journal_file_bytes),
            producer_expiration_ms: self.number("producer_id_expiration_ms", default.producer_expiration_ms),
            producers_max: self.count("producers_per_partition_max", default.producers_max),
            compacts: self.flag("log_cleaner_enable", default.compacts),
            compaction_map_bytes: self.count("log_cleaner_dedupe_buffer_size", default.compaction_map_bytes),
            compact_every_ms: self.size("log_cleaner_backoff_ms", default.compact_every_ms),
            journal_give_up: self.flag("journal_give_up", default.journal_give_up),
            ..default
        }
    }

    pub fn clean_every(&self) -> Duration {
        Duration::from_millis(self.size("log_retention_check_interval_ms", 300_000))
    }

    pub fn shell_settings(&self) -> ShellSettings {
        let default = ShellSettings::default();
        let idle_ms = self.number("connections_max_idle_ms", 600_000);
        ShellSettings {
            frame_bytes_max: self.count("socket_request_max_bytes", default.frame_bytes_max),
            frame_bytes_before_authentication_max: self
                .count("sasl_server_max_receive_size", default.frame_bytes_before_authentication_max),
            connections_max: self.count("max_connections", default.connections_max),
            connections_per_address_max: self.count("max_connections_per_ip", default.connections_per_address_max),
            connections_per_second_max: self.size("max_connection_creation_rate", default.connections_per_second_max),
            listeners: self.listeners(),
            idle_max: u64::try_from(idle_ms).ok().map(Duration::from_millis),
            calls_max: self.count("queued_max_requests", default.calls_max),
            request_bytes_max: self.size("queued_max_request_bytes", default.request_bytes_max),
            fetch_sessions_max: self.count("max_incremental_fetch_session_cache_slots", default.fetch_sessions_max),
            fetch_bytes_max: self.count("fetch_max_bytes", default.fetch_bytes_max),
            backlog: i32::try_from(self.number("socket_listen_backlog_size", 512)).unwrap_or(512),
            ..default
        }
    }

    /// Settings that begin with a listener's name, as Kafka has them: listener.name.internal.max.connection.creation.rate.
    fn listeners(&self) -> HashMap<String, ListenerSettings> {
        let own = |name: &String| {
            let listener = name.strip_prefix("listener_name_")?.strip_suffix("_max_connection_creation_rate")?;
            let default = ListenerSettings::default();
            let connections_per_second_max = self.size(name, default.connections_per_second_max);
            Some((listener.to_uppercase(), ListenerSettings { connections_per_second_max, ..default }))
        };
        self.0.keys().filter_map(own).collect()
    }

    pub fn topic_config(&self) -> TopicConfig {
        let default = TopicConfig::default();
        let policy: Vec<&str> = self.text("cleanup_policy").split(',').collect();
        let named = self.0.contains_key("cleanup_policy");
        TopicConfig {
            retention_ms: self.number("retention_ms", default.retention_ms),
            retention_bytes: self.number("retention_bytes", default.retention_bytes),
            segment_bytes: self.size("segment_bytes", default.segment_bytes),
            segment_ms: self.number("segment_ms", default.segment_ms),
            segment_index_bytes: self.size("segment_index_bytes", default.segment_index_bytes),
            index_interval_bytes: self.size("index_interval_bytes", default.index_interval_bytes),
            max_message_bytes: self.count("max_message_bytes", default.max_message_bytes),
            compression: self.compression(),
            max_decompressed_message_bytes: self
                .count("max_decompressed_message_bytes", default.max_decompressed_message_bytes),
            timestamp_type: match self.text("message_timestamp_type") {
                "LogAppendTime" => TimestampType::LogAppendTime,
                _ => TimestampType::CreateTime,
            },
            timestamp_before_max_ms: self.number("message_timestamp_before_max_ms", default.timestamp_before_max_ms),
            timestamp_after_max_ms: self.number("message_timestamp_after_max_ms", default.timestamp_after_max_ms),
            delete: if named { policy.contains(&"delete") } else { default.delete },
            compact: policy.contains(&"compact"),
            min_compaction_lag_ms: self.number("min_compaction_lag_ms", default.min_compaction_lag_ms),
            max_compaction_lag_ms: self.number("max_compaction_lag_ms", default.max_compaction_lag_ms),
            min_cleanable_dirty_ratio: self.decimal("min_cleanable_dirty_ratio", default.min_cleanable_dirty_ratio),
            delete_retention_ms: self.number("delete_retention_ms", default.delete_retention_ms),
            write_caching: self.flag("write_caching", default.write_caching),
        }
    }

    fn compression(&self) -> Option<Compression> {
        let (codec, level) = match self.text("compression_type") {
            "uncompressed" => (Codec::None, None),
            "gzip" => (Codec::Gzip, Some("compression_gzip_level")),
            "snappy" => (Codec::Snappy, None),
            "lz4" => (Codec::Lz4, None),
            "zstd" => (Codec::Zstd, Some("compression_zstd_level")),
            _ => return None,
        };
        let level = level.filter(|name| self.0.contains_key(*name)).map(|name| self.number(name, 0));
        Some(Compression { codec, level: level.and_then(|level| i32::try_from(level).ok()) })
    }

    pub fn topic_table(&self) -> TopicConfigTable {
        TopicConfigTable { min_insync_replicas: self.number("min_insync_replicas", 1) }
    }
}

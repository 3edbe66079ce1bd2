//! What the shell is told at its start.

use std::time::Duration;

/// Limits of sockets and queues; Kafka's defaults where they are safe.
#[derive(Debug, Clone)]
pub struct ShellSettings {
    pub workers: usize,
    pub frame_bytes_max: usize,
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    pub connections_per_second_max: u64,
    pub idle_max: Option<Duration>,
    /// Calls that wait for Python at once; past that their connections are not read.
    pub calls_max: usize,
    /// Memory for request bodies at once; taken before a body is read.
    pub request_bytes_max: u64,
    pub fetch_bytes_max: usize,
    pub backlog: i32,
    pub fetch_sessions_max: usize,
    /// Memory for answers to fetches at once, until they are written: slow readers share it.
    pub answer_bytes_max: u64,
}

impl Default for ShellSettings {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(2, |count| count.get().clamp(1, 8)),
            frame_bytes_max: 100 << 20,
            connections_max: usize::MAX,
            connections_per_address_max: usize::MAX,
            connections_per_second_max: u64::MAX,
            idle_max: Some(Duration::from_secs(600)),
            calls_max: 500,
            request_bytes_max: 256 << 20,
            fetch_bytes_max: 55 << 20,
            backlog: 512,
            fetch_sessions_max: 1000,
            answer_bytes_max: 256 << 20,
        }
    }
}

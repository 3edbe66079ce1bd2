//! What the shell is told at its start.

use std::collections::HashMap;
use std::time::Duration;

use crate::pace::PaceMin;

/// Limits of sockets and queues; Kafka's defaults where they are safe.
#[derive(Debug, Clone)]
pub struct ShellSettings {
    /// Network threads. Half of the cores: the other half is the journal's, the segments' and Python's. On two cores one
    /// thread serves more requests than two, which wake each other and take turns.
    pub workers: usize,
    pub frame_bytes_max: usize,
    /// The same while nobody knows who the client is.
    pub frame_bytes_before_authentication_max: usize,
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    /// On all listeners together.
    pub connections_per_second_max: u64,
    /// What differs by listener, under its name.
    pub listeners: HashMap<String, ListenerSettings>,
    pub idle_max: Option<Duration>,
    /// Calls that wait for Python at once; past that their connections are not read.
    pub calls_max: usize,
    /// Memory for request bodies at once; taken as they arrive.
    pub request_bytes_max: u64,
    /// The same for one connection; past it, it is not read.
    pub connection_bytes_max: usize,
    /// How fast a request must arrive once it has begun, and an answer be taken.
    pub request_pace: PaceMin,
    pub answer_pace: PaceMin,
    /// How long answers are still worked on after their client has gone.
    pub grace: Duration,
    pub fetch_bytes_max: usize,
    pub backlog: i32,
    pub fetch_sessions_max: usize,
    /// Memory for answers to fetches at once, until they are written: slow readers share it.
    pub answer_bytes_max: u64,
}

/// Of one listener.
#[derive(Debug, Clone)]
pub struct ListenerSettings {
    pub connections_per_second_max: u64,
    /// It asks nobody who they are: everybody has the rights of somebody who is known.
    pub is_open: bool,
}

impl Default for ListenerSettings {
    fn default() -> Self {
        Self { connections_per_second_max: u64::MAX, is_open: true }
    }
}

impl Default for ShellSettings {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, |count| (count.get() / 2).clamp(1, 8)),
            frame_bytes_max: 100 << 20,
            frame_bytes_before_authentication_max: 512 << 10,
            connections_max: usize::MAX,
            connections_per_address_max: usize::MAX,
            connections_per_second_max: u64::MAX,
            listeners: HashMap::new(),
            idle_max: Some(Duration::from_secs(600)),
            calls_max: 500,
            request_bytes_max: 256 << 20,
            connection_bytes_max: 16 << 20,
            request_pace: PaceMin { window: Duration::from_secs(10), whole: Duration::from_secs(120) },
            answer_pace: PaceMin { window: Duration::from_secs(30), whole: Duration::from_secs(300) },
            grace: Duration::from_secs(5),
            fetch_bytes_max: 55 << 20,
            backlog: 512,
            fetch_sessions_max: 1000,
            answer_bytes_max: 256 << 20,
        }
    }
}

impl ShellSettings {
    pub(crate) fn frame_bytes_max(&self, authenticated: bool) -> usize {
        if authenticated {
            self.frame_bytes_max
        } else {
            self.frame_bytes_max.min(self.frame_bytes_before_authentication_max)
        }
    }
}

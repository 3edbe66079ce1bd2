//! What is going on, counted where it happens.

use std::sync::atomic::{AtomicU64, Ordering};

use leftfold_wire::frame::Stranger;

/// Upper bounds of the latency buckets, in microseconds: those that published dashboards expect, and two finer ones.
pub const LATENCY_BOUNDS_US: [u64; 20] = [
    63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535, 131071, 262143, 524287, 1048575, 2097151, 4194303,
    8388607, 16777215, 33554431,
];
const BUCKETS: usize = LATENCY_BOUNDS_US.len() + 1;
const KEYS: usize = 128;

#[derive(Default)]
struct ApiCounters {
    count: AtomicU64,
    errors: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    latency_us: AtomicU64,
    buckets: [AtomicU64; BUCKETS],
}

/// What one API has seen.
#[derive(Debug, Clone)]
pub struct RequestCounts {
    pub count: u64,
    pub errors: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
    pub buckets: Vec<u64>,
    pub latency_us: u64,
}

/// Shared by all workers; every number only grows but for those that say how much there is now.
pub struct Counters {
    apis: Vec<ApiCounters>,
    pub connections_open: AtomicU64,
    pub connections_total: AtomicU64,
    pub connections_refused: AtomicU64,
    pub frames_refused: AtomicU64,
    pub strangers_tls: AtomicU64,
    pub strangers_http: AtomicU64,
    pub transfers_stalled: AtomicU64,
    pub fetch_waiting: AtomicU64,
    pub produce_waiting: AtomicU64,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            apis: (0..KEYS).map(|_| ApiCounters::default()).collect(),
            connections_open: AtomicU64::new(0),
            connections_total: AtomicU64::new(0),
            connections_refused: AtomicU64::new(0),
            frames_refused: AtomicU64::new(0),
            strangers_tls: AtomicU64::new(0),
            strangers_http: AtomicU64::new(0),
            transfers_stalled: AtomicU64::new(0),
            fetch_waiting: AtomicU64::new(0),
            produce_waiting: AtomicU64::new(0),
        }
    }
}

impl Counters {
    fn api(&self, key: i16) -> Option<&ApiCounters> {
        self.apis.get(usize::try_from(key).ok()?)
    }

    /// One request that was answered.
    pub fn answered(&self, key: i16, bytes_in: usize, bytes_out: usize, latency_us: u64) {
        let Some(api) = self.api(key) else { return };
        api.count.fetch_add(1, Ordering::Relaxed);
        api.bytes_in.fetch_add(bytes_in as u64, Ordering::Relaxed);
        api.bytes_out.fetch_add(bytes_out as u64, Ordering::Relaxed);
        api.latency_us.fetch_add(latency_us, Ordering::Relaxed);
        let bucket = LATENCY_BOUNDS_US.partition_point(|bound| *bound < latency_us);
        api.buckets[bucket].fetch_add(1, Ordering::Relaxed);
    }

    /// One request whose connection was closed instead of an answer.
    pub fn failed(&self, key: i16) {
        if let Some(api) = self.api(key) {
            api.count.fetch_add(1, Ordering::Relaxed);
            api.errors.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Bytes that are no request that is served here; their connection is closed.
    pub fn frame_refused(&self) {
        self.frames_refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody who took the port for another one.
    pub fn stranger(&self, stranger: Stranger) {
        let counter = match stranger {
            Stranger::Tls => &self.strangers_tls,
            Stranger::Http => &self.strangers_http,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// A request that came, or an answer that was taken, so slowly that its connection is closed.
    pub fn transfer_stalled(&self) {
        self.transfers_stalled.fetch_add(1, Ordering::Relaxed);
    }

    /// One more produce request that waits for the disk, or one less.
    pub fn produce_waits(&self, begins: bool) {
        if begins {
            self.produce_waiting.fetch_add(1, Ordering::Relaxed);
        } else {
            self.produce_waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }

    pub fn requests(&self) -> Vec<(i16, RequestCounts)> {
        let seen = self.apis.iter().enumerate().filter(|(_, api)| api.count.load(Ordering::Relaxed) > 0);
        seen.map(|(key, api)| (key as i16, api.counts())).collect()
    }
}

impl ApiCounters {
    fn counts(&self) -> RequestCounts {
        RequestCounts {
            count: self.count.load(Ordering::Relaxed),
            errors: self.errors.load(Ordering::Relaxed),
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            bytes_out: self.bytes_out.load(Ordering::Relaxed),
            buckets: self.buckets.iter().map(|bucket| bucket.load(Ordering::Relaxed)).collect(),
            latency_us: self.latency_us.load(Ordering::Relaxed),
        }
    }
}

/// Counts one up while it lives.
pub struct Held<'a>(&'a AtomicU64);

impl<'a> Held<'a> {
    pub fn new(counter: &'a AtomicU64) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

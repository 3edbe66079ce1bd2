//! Transfers must go on: who stands still is let go.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// So many bytes must pass in each window; a slow line does it, who only keeps a connection busy does not.
const WINDOW_BYTES: usize = 16 << 10;

/// How fast a body must arrive, or an answer be taken.
#[derive(Debug, Clone, Copy)]
pub struct PaceMin {
    pub window: Duration,
    /// For the whole transfer, however fast.
    pub whole: Duration,
}

/// One transfer, measured.
pub struct Pace {
    window: Duration,
    window_end: Instant,
    window_bytes: usize,
    end: Instant,
}

impl Pace {
    pub fn new(least: PaceMin) -> Self {
        let now = Instant::now();
        Self { window: least.window, window_end: now + least.window, window_bytes: 0, end: now + least.whole }
    }

    /// One read or write that passes some bytes; `TimedOut` if the transfer has become too slow.
    pub async fn step(&mut self, work: impl Future<Output = io::Result<usize>>) -> io::Result<usize> {
        let mut work = pin!(work);
        // What goes at once needs no timer.
        let first = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
        let bytes = match first {
            Poll::Ready(bytes) => bytes?,
            Poll::Pending => match timeout_at(self.window_end.min(self.end), work).await {
                Ok(bytes) => bytes?,
                Err(_) => return Err(io::ErrorKind::TimedOut.into()),
            },
        };
        self.window_bytes += bytes;
        if self.window_bytes >= WINDOW_BYTES {
            self.window_bytes = 0;
            self.window_end = Instant::now() + self.window;
        }
        Ok(bytes)
    }
}

//! The clean loop: checkpoints, retention, compaction.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::compact::report::{CompactionFailure, Compactions};
use crate::log::Log;
use crate::partition::{Inner, Partition};
use crate::segment::Segment;

/// How often the clean loop looks around.
const STEP: Duration = Duration::from_millis(50);

/// Where the clean loop is in its round.
struct Turn {
    /// How often retention looks.
    every: Duration,
    since: Duration,
    last_us: u64,
}

impl Log {
    /// Checkpoints, retention, expiry, compaction and a journal file prepared ahead, until the log is closed; run it on a
    /// thread of its own. `failed` is told what could not be compacted.
    pub fn clean_loop(&self, every: Duration, failed: impl Fn(CompactionFailure)) {
        let mut turn = Turn { every, since: Duration::ZERO, last_us: self.shared.clock.mono_us() };
        let compact_every = Duration::from_millis(self.settings.compact_every_ms);
        let mut uncompacted = Duration::ZERO;
        while !self.closing.load(Ordering::Acquire) {
            std::thread::sleep(STEP);
            if self.tend(&mut turn).is_err() {
                return;
            }
            uncompacted += STEP;
            if self.settings.compacts && uncompacted >= compact_every {
                uncompacted = Duration::ZERO;
                // An error is a stop: what is half done is dropped or completed by the next start.
                let _ = self.compact_once(&mut || self.tend(&mut turn));
                self.compactions.news(self.shared.clock.mono_us()).into_iter().for_each(&failed);
            }
        }
    }

    /// What the clean loop does every 50 ms, between two steps of a compaction too.
    fn tend(&self, turn: &mut Turn) -> io::Result<()> {
        let now_us = self.shared.clock.mono_us();
        let passed = Duration::from_micros(now_us.saturating_sub(turn.last_us));
        if passed < STEP {
            return Ok(());
        }
        turn.last_us = now_us;
        if self.closing.load(Ordering::Acquire) || self.failure().is_some() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if let Err(error) = self.sync_ahead().and_then(|()| self.settle_once()).map(|_| ())
            && !self.is_for_want_of_space(&error)
        {
            self.journal().fail(&format!("a segment cannot be synced: {error}"));
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.journal().prepare().is_err() || turn.since.as_secs() != (turn.since + passed).as_secs() {
            self.look_for_space();
        }
        turn.since += passed;
        if turn.since >= turn.every {
            turn.since = Duration::ZERO;
            if let Err(error) = self.clean_once() {
                self.journal().fail(&format!("old segments cannot be removed: {error}"));
            }
        }
        Ok(())
    }

    /// What compaction did since the start.
    #[must_use]
    pub fn compactions(&self) -> &Compactions {
        &self.compactions
    }

    /// Close active segments whose records must be compacted by now (KIP-354); only closed ones are.
    pub(crate) fn close_what_waits(&self, now: i64) -> io::Result<()> {
        for partition in self.partitions() {
            let _files = self.folders.lock();
            if !partition.inner.lock().gone && partition.waits_for_compaction(now) {
                partition.roll_idle()?;
            }
        }
        Ok(())
    }

    /// Apply retention by time, size and log start, once.
    pub fn clean_once(&self) -> io::Result<()> {
        let now = self.shared.clock.wall_ms();
        for partition in self.partitions() {
            partition.expire_producers(now.saturating_sub(self.settings.producer_expiration_ms));
            let _files = self.folders.lock();
            if partition.inner.lock().gone {
                continue;
            }
            if partition.is_wholly_expired(now) {
                partition.roll_idle()?;
            }
            for base in partition.take_expired(now) {
                Segment::remove(&*self.shared.disk, &partition.id.folder(), base)?;
            }
        }
        Ok(())
    }
}

impl Inner {
    /// The active segment, if it has records and everything that was appended is in it.
    fn idle(&self) -> Option<&Segment> {
        self.segments.last().filter(|active| active.bytes > 0 && self.filled_end == self.log_end)
    }
}

impl Partition {
    fn expire_producers(&self, horizon_ms: i64) {
        let mut inner = self.inner.lock();
        inner.producers.expire(horizon_ms);
        inner.filled_producers.expire(horizon_ms);
    }

    /// Whether even the active segment is older than retention allows: it is closed then, so that it can go.
    fn is_wholly_expired(&self, now: i64) -> bool {
        let inner = self.inner.lock();
        let (config, Some(active)) = (&inner.config, inner.idle()) else { return false };
        let newest = active.marks.max_timestamp;
        config.delete && config.retention_ms >= 0 && newest >= 0 && newest < now.saturating_sub(config.retention_ms)
    }

    /// Whether the active segment holds a record that must be compacted by now, and nothing comes that would close it.
    fn waits_for_compaction(&self, now: i64) -> bool {
        let inner = self.inner.lock();
        let (config, Some(active)) = (&inner.config, inner.idle()) else { return false };
        let oldest = active.marks.first_timestamp.unwrap_or(-1);
        config.compact && oldest >= 0 && oldest < now.saturating_sub(config.max_compaction_lag_ms)
    }

    /// Close the active segment. The caller holds the lock of the folders.
    fn roll_idle(&self) -> io::Result<()> {
        let end = self.inner.lock().filled_end;
        crate::filler::roll(self, end)
    }

    /// Take the segments that retention no longer keeps out of sight; their files are then removed. The active one stays.
    fn take_expired(&self, now: i64) -> Vec<i64> {
        let mut inner = self.inner.lock();
        let config = inner.config.clone();
        let mut total: u64 = inner.segments.iter().map(|segment| segment.bytes).sum();
        let mut expired = Vec::new();
        while inner.segments.len() > 1 {
            let (first, next_base) = (&inner.segments[0], inner.segments[1].base);
            let old = config.retention_ms >= 0
                && first.marks.max_timestamp >= 0
                && first.marks.max_timestamp < now.saturating_sub(config.retention_ms);
            let large = config.retention_bytes >= 0 && total - first.bytes >= config.retention_bytes as u64;
            let trimmed = next_base <= inner.log_start;
            if !(trimmed || config.delete && (old || large)) {
                break;
            }
            total -= first.bytes;
            expired.push(inner.segments.remove(0).base);
            inner.log_start = inner.log_start.max(next_base);
        }
        inner.raise_stable().wake();
        expired
    }
}

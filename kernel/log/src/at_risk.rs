//! What was acknowledged before it is durable (write.caching).

/// Entries that wait for one round of the journal.
#[derive(Clone, Copy)]
struct Share {
    /// By the clock that only goes forward: when the first of them was acknowledged.
    since_us: u64,
    bytes: usize,
}

/// Invariant: all that a crash can take of what was acknowledged was acknowledged within one window of time, and is no more
/// than so many bytes. Where the disk is too slow for that, acknowledgements wait for it.
pub(crate) struct AtRisk {
    window_us: u64,
    bytes_max: usize,
    waiting: Option<Share>,
    writing: Option<Share>,
}

impl AtRisk {
    pub fn new(window_ms: u64, bytes_max: usize) -> Self {
        Self { window_us: window_ms * 1000, bytes_max, waiting: None, writing: None }
    }

    /// Whether so many bytes may be acknowledged now, before they are durable; if so they are counted.
    pub fn take(&mut self, bytes: usize, now_us: u64) -> bool {
        let shares = || self.writing.iter().chain(&self.waiting);
        let recent = shares().all(|share| now_us.saturating_sub(share.since_us) < self.window_us);
        let few = shares().map(|share| share.bytes).sum::<usize>() + bytes <= self.bytes_max;
        if recent && few {
            let share = self.waiting.get_or_insert(Share { since_us: now_us, bytes: 0 });
            share.bytes += bytes;
        }
        recent && few
    }

    /// When the first of what waits was acknowledged.
    pub fn waiting_since_us(&self) -> Option<u64> {
        self.waiting.map(|share| share.since_us)
    }

    /// What waits is being written.
    pub fn begin_round(&mut self) {
        self.writing = self.waiting.take();
    }

    /// What was being written is durable.
    pub fn end_round(&mut self) {
        self.writing = None;
    }

    /// What was being written was not, and waits again.
    pub fn undo_round(&mut self) {
        let later = self.waiting.take();
        self.waiting = match (self.writing.take(), later) {
            (Some(first), Some(later)) => Some(Share { bytes: first.bytes + later.bytes, ..first }),
            (first, later) => first.or(later),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::AtRisk;

    #[test]
    fn what_is_being_written_is_at_risk_until_it_is_durable() {
        let mut at_risk = AtRisk::new(100, 10);
        assert!(at_risk.take(4, 0));
        at_risk.begin_round();
        assert!(at_risk.take(6, 99_999), "within the window and the bytes");
        assert!(!at_risk.take(1, 99_999), "too many bytes, the ones being written among them");
        assert_eq!(at_risk.waiting_since_us(), Some(99_999));
        at_risk.end_round();
        assert!(at_risk.take(4, 100_000), "the first ones are durable");
        assert!(!at_risk.take(0, 199_999), "the window of those that wait is over");
    }

    #[test]
    fn a_round_that_was_not_written_is_as_if_it_had_never_begun() {
        let mut at_risk = AtRisk::new(100, 10);
        assert!(at_risk.take(4, 0));
        at_risk.begin_round();
        assert!(at_risk.take(4, 50_000));
        at_risk.undo_round();
        assert_eq!(at_risk.waiting_since_us(), Some(0));
        assert!(at_risk.take(2, 60_000) && !at_risk.take(1, 60_000));
        at_risk.begin_round();
        at_risk.end_round();
        assert!(at_risk.take(10, 200_000));
    }
}

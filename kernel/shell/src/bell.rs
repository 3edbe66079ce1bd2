//! How soon Python is rung again when it is rung all the time.

// To ring costs a system call, two switches between threads and a turn of Python's loop: some 25 us, as much as Python needs for a
// commit of an offset. Below a few thousand items a second nothing waits, and a lone call finds the bell free. Above, a ring
// keeps some distance from the last one, and what comes meanwhile is drained together.

use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_millis(10);
/// Items a second (calls, ends of appends) from which on rings keep their distance.
const BUSY: f64 = 8_000.0;
const DISTANCE: Duration = Duration::from_micros(400);

pub struct Bell {
    drained: Instant,
    window: Instant,
    items: usize,
    busy: bool,
}

impl Bell {
    pub fn new(now: Instant) -> Self {
        Self { drained: now, window: now, items: 0, busy: false }
    }

    /// So many items were drained.
    pub fn drained(&mut self, count: usize, now: Instant) {
        self.drained = now;
        self.items += count;
        let elapsed = now.saturating_duration_since(self.window);
        if elapsed >= WINDOW {
            self.busy = self.items as f64 >= BUSY * elapsed.as_secs_f64();
            (self.window, self.items) = (now, 0);
        }
    }

    /// How long to wait before the next ring.
    pub fn wait(&self, now: Instant) -> Duration {
        if !self.busy {
            return Duration::ZERO;
        }
        DISTANCE.saturating_sub(now.saturating_duration_since(self.drained))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bell after so many drains, each of one item, this far from each other.
    fn after(drains: u32, apart: Duration) -> (Bell, Instant) {
        let start = Instant::now();
        let mut bell = Bell::new(start);
        (1..=drains).for_each(|number| bell.drained(1, start + apart * number));
        (bell, start + apart * drains)
    }

    #[test]
    fn a_lone_call_is_rung_for_at_once() {
        let (bell, now) = after(100, Duration::from_millis(1));
        assert_eq!(bell.wait(now), Duration::ZERO);
    }

    #[test]
    fn under_load_rings_keep_their_distance() {
        let (bell, now) = after(1000, Duration::from_micros(50));
        assert_eq!(bell.wait(now), DISTANCE);
        assert_eq!(bell.wait(now + DISTANCE / 4), DISTANCE * 3 / 4);
        assert_eq!(bell.wait(now + DISTANCE * 2), Duration::ZERO);
    }

    #[test]
    fn after_a_silence_the_first_is_rung_for_at_once() {
        let (mut bell, now) = after(1000, Duration::from_micros(50));
        let later = now + Duration::from_secs(1);
        assert_eq!(bell.wait(later), Duration::ZERO);
        bell.drained(1, later);
        assert_eq!(bell.wait(later), Duration::ZERO, "and so is the second");
    }
}

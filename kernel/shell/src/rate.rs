//! So many a second, evenly, after a burst of one second.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// What was not used for so long may come at once.
const BURST: Duration = Duration::from_secs(1);
/// What a rate of zero waits for.
const NEVER: Duration = Duration::from_secs(365 * 86_400);

/// Gives each who comes the moment when it may go on.
pub struct Rate {
    every: Duration,
    /// When the next one may come that finds no burst left.
    next: Mutex<Option<Instant>>,
}

impl Rate {
    pub fn new(per_second: u64) -> Self {
        let every =
            if per_second == 0 { NEVER } else { Duration::from_secs(1) / per_second.min(u32::MAX.into()) as u32 };
        Self { every, next: Mutex::new(None) }
    }

    /// The moment of one who has come now; it counts, whether it waits or not.
    pub fn take(&self, now: Instant) -> Instant {
        let mut next = self.next.lock();
        let earliest = match self.every {
            every if every > BURST => now + every,
            every => (now + every).checked_sub(BURST).unwrap_or(now),
        };
        let moment = next.map_or(earliest, |next| next.max(earliest));
        *next = Some(moment + self.every);
        moment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long each of so many who come at once has to wait, in milliseconds.
    fn waits(rate: &Rate, now: Instant, count: usize) -> Vec<u128> {
        (0..count).map(|_| rate.take(now).saturating_duration_since(now).as_millis()).collect()
    }

    #[test]
    fn a_burst_of_a_second_goes_at_once_and_the_rest_evenly() {
        let (rate, now) = (Rate::new(4), Instant::now());
        assert_eq!(waits(&rate, now, 7), [0, 0, 0, 0, 250, 500, 750]);
        assert_eq!(waits(&rate, now + Duration::from_secs(1), 2), [0, 250], "those before have taken this second");
        assert_eq!(waits(&rate, now + Duration::from_secs(60), 5), [0, 0, 0, 0, 250], "a pause is one burst, not many");
    }

    #[test]
    fn zero_lets_nobody_in_and_the_largest_everybody() {
        let now = Instant::now();
        assert!(waits(&Rate::new(0), now, 1)[0] > 1_000_000);
        assert_eq!(waits(&Rate::new(u64::MAX), now, 3), [0, 0, 0]);
    }
}

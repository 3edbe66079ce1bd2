//! Who waits for a number to be passed.

use std::collections::BTreeMap;
use std::task::Waker;

/// Wakers in the order of the offsets they wait for: to register, to leave and to find who is ready cost a few comparisons,
/// however many others wait on.
#[derive(Default)]
pub(crate) struct Waiters {
    /// By (offset, key): keys tell apart who waits for the same offset.
    waiting: BTreeMap<(i64, u64), Waker>,
    last_key: u64,
}

impl Waiters {
    /// Wait for an offset below some `end`; under the key of an earlier call the waker is replaced. Returns the key.
    pub fn register(&mut self, offset: i64, key: Option<u64>, waker: &Waker) -> u64 {
        let key = key.unwrap_or_else(|| {
            self.last_key += 1;
            self.last_key
        });
        self.waiting.entry((offset, key)).or_insert_with(|| waker.clone()).clone_from(waker);
        key
    }

    pub fn leave(&mut self, offset: i64, key: u64) {
        self.waiting.remove(&(offset, key));
    }

    /// Take out whoever waits for an offset below `end`; to be woken once no lock is held.
    pub fn take_below(&mut self, end: i64) -> Woken {
        if self.waiting.first_key_value().is_none_or(|(first, _)| first.0 >= end) {
            return Woken::default();
        }
        let later = self.waiting.split_off(&(end, 0));
        Woken([std::mem::replace(&mut self.waiting, later), BTreeMap::new()])
    }

    pub fn count(&self) -> usize {
        self.waiting.len()
    }

    pub fn take_all(&mut self) -> Woken {
        Woken([std::mem::take(&mut self.waiting), BTreeMap::new()])
    }
}

/// Wakers whose wait is over, out of one or two sets of waiters.
#[derive(Default)]
#[must_use]
pub(crate) struct Woken([BTreeMap<(i64, u64), Waker>; 2]);

impl Woken {
    /// With those of another set, of which there is only one.
    pub fn and(self, other: Self) -> Self {
        let ([first, _], [second, _]) = (self.0, other.0);
        Self([first, second])
    }

    pub fn wake(self) {
        self.0.into_iter().flat_map(BTreeMap::into_values).for_each(Waker::wake);
    }
}

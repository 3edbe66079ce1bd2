//! Chance that comes out alike each time.

use std::sync::{Mutex, PoisonError};

use crate::Random;

/// A seeded source of chance (SplitMix64, Steele et al. 2014).
pub struct Chance(u64);

impl Chance {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound.max(1)
    }
}

/// Chance that comes out alike each time, behind the port.
pub struct SimRandom {
    chance: Mutex<Chance>,
}

impl SimRandom {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { chance: Mutex::new(Chance::new(seed)) }
    }
}

impl Random for SimRandom {
    fn draw(&self) -> u64 {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).draw()
    }
}

//! The newest offset of each key, in memory of a fixed size.
//!
//! An open-addressed table as Kafka's `SkimpyOffsetMap`: it knows a key by its hash alone. Two keyed SipHashes tell keys apart
//! that nobody can choose to collide: one is stored, the other chooses where the search begins. Even in a table as full as it
//! gets, a search takes one key for another with a probability of about 10^-18. A slot is 12 bytes, because offsets are counted
//! from the first one of the pass.

use std::hash::{BuildHasher, RandomState};

const SLOT_BYTES: usize = 12;
/// Beyond so much of it searches become long.
const FULL_PERCENT: usize = 85;
const EMPTY: u32 = 0;

pub(crate) struct OffsetMap {
    slots: Vec<Slot>,
    count: usize,
    count_max: usize,
    base: i64,
    hashers: [RandomState; 2],
}

/// Invariant: `offset` is one more than the offset counted from the map's base; 0 is a free slot.
#[derive(Clone, Copy, Default)]
struct Slot {
    hash: [u32; 2],
    offset: u32,
}

impl OffsetMap {
    /// For offsets from `base` to before `end`, in at most `bytes_max`: no more is taken than so many keys need.
    pub fn new(bytes_max: usize, base: i64, end: i64) -> Self {
        let keys_max = usize::try_from(end.saturating_sub(base)).unwrap_or(0);
        let wanted = (keys_max / FULL_PERCENT).saturating_add(1).saturating_mul(100);
        let count = (bytes_max / SLOT_BYTES).min(wanted).max(2);
        let count_max = (count * FULL_PERCENT / 100).max(1);
        let hashers = [RandomState::new(), RandomState::new()];
        Self { slots: vec![Slot::default(); count], count: 0, count_max, base, hashers }
    }

    pub fn bytes(&self) -> usize {
        self.slots.len() * SLOT_BYTES
    }

    /// Take note of a record; false where there is no room for another key or offset.
    pub fn put(&mut self, key: &[u8], offset: i64) -> bool {
        let Some(relative) = offset.checked_sub(self.base).and_then(|from| u32::try_from(from).ok()?.checked_add(1))
        else {
            return false;
        };
        let (at, hash) = self.find(key);
        if self.slots[at].offset == EMPTY {
            if self.count == self.count_max {
                return false;
            }
            self.count += 1;
        }
        self.slots[at] = Slot { hash, offset: relative };
        true
    }

    /// The newest offset of the key, if it was noted.
    pub fn get(&self, key: &[u8]) -> Option<i64> {
        let slot = self.slots[self.find(key).0];
        (slot.offset != EMPTY).then(|| self.base + i64::from(slot.offset) - 1)
    }

    /// The key's slot, or the free one that it would take. There is always a free one: the map is never wholly full.
    fn find(&self, key: &[u8]) -> (usize, [u32; 2]) {
        let [first, second] = [0, 1].map(|at| self.hashers[at].hash_one(key));
        let hash = [second as u32, (second >> 32) as u32];
        let mut at = ((u128::from(first) * self.slots.len() as u128) >> 64) as usize;
        while self.slots[at].offset != EMPTY && self.slots[at].hash != hash {
            at = if at + 1 == self.slots.len() { 0 } else { at + 1 };
        }
        (at, hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_offset_of_each_key_is_known() {
        let mut map = OffsetMap::new(64 << 10, 1000, 8000);
        for offset in 1000..8000_i64 {
            assert!(map.put(&(offset % 3000).to_be_bytes(), offset));
        }
        for key in 0..3000_i64 {
            let newest = (1000..8000).rev().find(|offset| offset % 3000 == key);
            assert_eq!(map.get(&key.to_be_bytes()), newest);
        }
        assert_eq!(map.get(b"another"), None);
    }

    #[test]
    fn a_map_is_no_larger_than_its_keys_need() {
        let mut map = OffsetMap::new(40 << 20, 0, 1000);
        assert!(map.bytes() < 32 << 10);
        assert!((0..1000_i64).all(|offset| map.put(&offset.to_be_bytes(), offset)));
    }

    #[test]
    fn a_full_map_takes_known_keys_only() {
        let mut map = OffsetMap::new(10 * SLOT_BYTES, 0, 1000);
        let taken = (0..10_i64).take_while(|key| map.put(&key.to_be_bytes(), *key)).count();
        assert_eq!(taken, 8);
        assert!(map.put(&3_i64.to_be_bytes(), 20));
        assert_eq!(map.get(&3_i64.to_be_bytes()), Some(20));
        assert!(!map.put(b"new", 21));
        assert_eq!(map.get(b"new"), None);
    }

    #[test]
    fn an_offset_too_far_from_the_first_waits_for_another_pass() {
        let mut map = OffsetMap::new(1 << 10, 5, i64::MAX);
        assert!(!map.put(b"key", 5 + i64::from(u32::MAX)));
        assert!(!map.put(b"key", 4));
        assert!(map.put(b"key", 4 + i64::from(u32::MAX)));
    }
}

//! Memory for answers, held until clients have taken them.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::intake::{PERMIT_BYTES, semaphore, units};

/// Every answer may have so much; it waits for it if need be.
const FIRST_BYTES: usize = 64 << 10;
/// Of what is free, one answer gets such a part at most.
const SHARE_OF_FREE: usize = 4;
/// Of all memory, such a part is only for first bytes.
const RESERVE_PART: u64 = 4;

/// All of it. A part is kept for small answers, so that slow readers of large ones leave room for everybody else.
pub struct AnswerBudget {
    first: Arc<Semaphore>,
    more: Arc<Semaphore>,
}

/// The memory of one answer; dropping it gives it back.
pub struct AnswerMemory {
    _first: OwnedSemaphorePermit,
    more: Option<OwnedSemaphorePermit>,
}

impl AnswerBudget {
    pub fn new(bytes_max: u64) -> Self {
        let reserve = bytes_max / RESERVE_PART;
        // Whoever waits for first bytes must be able to get them.
        Self { first: semaphore(reserve.max(FIRST_BYTES as u64)), more: semaphore(bytes_max - reserve) }
    }

    /// Wait for the memory of a small answer; None when the node stops.
    pub async fn begin(&self) -> Option<AnswerMemory> {
        let first = self.first.clone().acquire_many_owned(units(FIRST_BYTES) as u32).await.ok()?;
        Some(AnswerMemory { _first: first, more: None })
    }

    /// Memory for somebody who waits and holds so much meanwhile; None where there is too little.
    pub fn hold(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.more.clone().try_acquire_many_owned(units(bytes) as u32).ok()
    }

    /// How large an answer may be now. Nobody gets more than a part of what is left.
    pub fn share(&self) -> usize {
        (self.more.available_permits() * PERMIT_BYTES / SHARE_OF_FREE).max(FIRST_BYTES)
    }

    /// Set memory aside for an answer of at most `bytes` that is read while others are read too. Returns how large it may be.
    pub fn reserve(&self, memory: &mut AnswerMemory, bytes: usize) -> usize {
        let bytes = bytes.min(self.share());
        let beyond = units(bytes.saturating_sub(FIRST_BYTES)) as u32;
        memory.more = self.more.clone().try_acquire_many_owned(beyond).ok();
        if memory.more.is_some() { bytes } else { bytes.min(FIRST_BYTES) }
    }

    /// Count an answer of so many bytes. Where there is too little, it goes without: to wait here with a part in the hand
    /// could be for ever, and what it holds was read as a part of what was free a moment ago.
    pub fn settle(&self, memory: AnswerMemory, bytes: usize) -> AnswerMemory {
        let beyond = bytes.saturating_sub(FIRST_BYTES);
        let wanted = if beyond > 0 { units(beyond) } else { 0 };
        let more = match memory.more {
            Some(mut held) if held.num_permits() >= wanted => {
                drop(held.split(held.num_permits() - wanted));
                Some(held)
            }
            _ => self.more.clone().try_acquire_many_owned(wanted as u32).ok(),
        };
        AnswerMemory { more, ..memory }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_holds_large_answers_leaves_room_for_small_ones() {
        let budget = AnswerBudget::new(16 << 20);
        let mut slow = Vec::new();
        for _ in 0..64 {
            let memory = budget.begin().await.unwrap();
            slow.push(budget.settle(memory, budget.share()));
        }
        assert_eq!(budget.share(), FIRST_BYTES, "there is nothing left to share");
        drop(slow.pop());
        assert!(budget.begin().await.is_some());
        slow.clear();
        assert_eq!(budget.share(), (12 << 20) / SHARE_OF_FREE);
    }

    #[tokio::test]
    async fn who_reads_at_the_same_time_shares_what_there_is() {
        let budget = AnswerBudget::new(16 << 20);
        let (mut reading, mut granted) = (Vec::new(), 0);
        for _ in 0..64 {
            let mut memory = budget.begin().await.unwrap();
            granted += budget.reserve(&mut memory, 12 << 20);
            reading.push(memory);
        }
        assert!(granted <= 16 << 20, "{granted} bytes would be read");
        let small: Vec<_> = reading.drain(..).map(|memory| budget.settle(memory, 100)).collect();
        assert_eq!(budget.share(), (12 << 20) / SHARE_OF_FREE, "what was not needed is given back");
        drop(small);
    }

    #[tokio::test]
    async fn the_smallest_budget_lets_one_after_the_other_through() {
        let budget = AnswerBudget::new(0);
        for _ in 0..3 {
            assert!(budget.begin().await.is_some());
        }
    }
}

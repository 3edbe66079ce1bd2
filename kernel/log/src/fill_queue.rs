//! What was committed and is not in segments yet.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::journal::Entry;

/// The filler lets a little gather before it writes: with many partitions each of them then takes one write instead of one
/// a round. Nobody waits for it: what is not filled is durable in the journal and is read from memory.
const GATHER: Duration = Duration::from_millis(100);
/// So much is filled in one go; appends that wait for room go on after each.
const GATHERED_BYTES_MAX: usize = 8 << 20;

/// What the committer hands on, in order.
pub(crate) enum FillItem {
    Entries(Vec<Entry>),
    /// All entries of this journal file came before.
    FileEnd(u64),
}

#[derive(Default)]
struct State {
    items: VecDeque<FillItem>,
    bytes: usize,
    /// Of the last item.
    last_bytes: usize,
    closed: bool,
}

impl State {
    fn is_enough(&self) -> bool {
        self.bytes >= GATHERED_BYTES_MAX || self.closed
    }
}

/// From the committer to the filler.
#[derive(Default)]
pub(crate) struct FillQueue {
    state: Mutex<State>,
    ready: Condvar,
}

impl FillQueue {
    /// Hand on a committed round; `file_end`: the journal file that ended before it.
    pub fn push(&self, file_end: Option<u64>, entries: Vec<Entry>) {
        let mut state = self.state.lock();
        let (was_empty, was_enough) = (state.items.is_empty(), state.is_enough());
        state.items.extend(file_end.map(FillItem::FileEnd));
        let bytes = bytes_of(&entries);
        state.bytes += bytes;
        let fits = state.last_bytes + bytes <= GATHERED_BYTES_MAX;
        match state.items.back_mut() {
            Some(FillItem::Entries(gathered)) if fits => {
                gathered.extend(entries);
                state.last_bytes += bytes;
            }
            _ => {
                state.items.push_back(FillItem::Entries(entries));
                state.last_bytes = bytes;
            }
        }
        let wake = was_empty || (state.is_enough() && !was_enough);
        drop(state);
        if wake {
            self.ready.notify_one();
        }
    }

    /// Block until there is enough to fill, or something and it has waited a moment; false when nothing comes any more.
    pub fn wait(&self) -> bool {
        let mut state = self.state.lock();
        while state.items.is_empty() && !state.closed {
            self.ready.wait(&mut state);
        }
        while !state.is_enough() {
            if self.ready.wait_for(&mut state, GATHER).timed_out() {
                break;
            }
        }
        !state.items.is_empty()
    }

    pub fn take(&self) -> VecDeque<FillItem> {
        let mut state = self.state.lock();
        state.bytes = 0;
        std::mem::take(&mut state.items)
    }

    /// What could not be filled comes first again, in the same order.
    pub fn put_back(&self, mut items: VecDeque<FillItem>) {
        let mut state = self.state.lock();
        state.bytes += items.iter().map(FillItem::bytes).sum::<usize>();
        items.append(&mut state.items);
        state.items = items;
    }

    /// No more rounds come.
    pub fn close(&self) {
        self.state.lock().closed = true;
        self.ready.notify_all();
    }
}

impl FillItem {
    fn bytes(&self) -> usize {
        match self {
            Self::Entries(entries) => bytes_of(entries),
            Self::FileEnd(_) => 0,
        }
    }
}

fn bytes_of(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| entry.bytes.len()).sum()
}

//! The queue to Python: requests over, answers back.

use std::collections::{HashMap, VecDeque};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use bytes::Bytes;
use parking_lot::Mutex;
use rustix::event::{EventfdFlags, eventfd};
use tokio::sync::{Semaphore, oneshot};

/// A request that is Python's to answer.
#[derive(Debug, Clone)]
pub struct Call {
    pub id: u64,
    pub api_key: i16,
    pub api_version: i16,
    pub correlation_id: i32,
    pub client_id: Option<String>,
    pub listener: String,
    pub local: (String, i32),
    pub peer: (String, i32),
    pub connection: u64,
    pub arrived_ms: i64,
    pub arrived_us: u64,
    pub body: Bytes,
}

/// What Python drains.
#[derive(Debug)]
pub enum Item {
    Call(Call),
    /// An append or trim has ended.
    Done {
        ticket: u64,
        base_offset: i64,
        error: Option<String>,
    },
    /// The log stopped for good.
    Fatal(String),
}

/// What Python says to a call.
#[derive(Debug)]
pub enum Reply {
    Body(Vec<u8>),
    Redo,
    HangUp,
}

#[derive(Default)]
struct Inner {
    queue: VecDeque<Item>,
    waiting: HashMap<u64, oneshot::Sender<Reply>>,
    next: u64,
}

/// Invariant: the eventfd is readable whenever the queue is not empty.
pub struct Calls {
    inner: Mutex<Inner>,
    room: Semaphore,
    signal: OwnedFd,
}

impl Calls {
    pub fn new(calls_max: usize) -> std::io::Result<Self> {
        let signal = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
        let room = Semaphore::new(calls_max.min(Semaphore::MAX_PERMITS));
        Ok(Self { inner: Mutex::new(Inner::default()), room, signal })
    }

    pub fn descriptor(&self) -> RawFd {
        self.signal.as_raw_fd()
    }

    /// Hand a call over and wait for what Python says; None when nobody will answer any more.
    pub async fn ask(&self, mut call: Call) -> Option<Reply> {
        let _room = self.room.acquire().await.ok()?;
        let (sender, receiver) = oneshot::channel();
        let first = {
            let mut inner = self.inner.lock();
            inner.next += 1;
            call.id = inner.next;
            inner.waiting.insert(call.id, sender);
            Self::push(&mut inner, Item::Call(call))
        };
        self.signal_if(first);
        receiver.await.ok()
    }

    /// Tell Python something that it does not answer.
    pub fn tell(&self, item: Item) {
        let first = Self::push(&mut self.inner.lock(), item);
        self.signal_if(first);
    }

    fn push(inner: &mut Inner, item: Item) -> bool {
        inner.queue.push_back(item);
        inner.queue.len() == 1
    }

    fn signal_if(&self, first: bool) {
        if first {
            // A full counter (2^64 - 2 signals) cannot be; the reader is signalled all the same.
            let _ = rustix::io::write(&self.signal, &1u64.to_ne_bytes());
        }
    }

    pub fn drain(&self, count_max: usize) -> Vec<Item> {
        let mut inner = self.inner.lock();
        let count = inner.queue.len().min(count_max);
        let items = inner.queue.drain(..count).collect();
        if inner.queue.is_empty() {
            let _ = rustix::io::read(&self.signal, &mut [0u8; 8]);
        }
        items
    }

    pub fn answer(&self, id: u64, reply: Reply) {
        let sender = self.inner.lock().waiting.remove(&id);
        if let Some(sender) = sender {
            let _ = sender.send(reply); // the connection may be gone
        }
    }

    pub fn ticket(&self) -> u64 {
        let mut inner = self.inner.lock();
        inner.next += 1;
        inner.next
    }

    pub fn queued(&self) -> usize {
        self.inner.lock().queue.len()
    }

    /// Nobody will answer any more: who waits is told.
    pub fn close(&self) {
        self.room.close();
        self.inner.lock().waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(calls: &Calls) -> bool {
        // Read and write back: the counter stays as it was.
        let mut count = [0; 8];
        let found = rustix::io::read(&calls.signal, &mut count).is_ok();
        if found {
            rustix::io::write(&calls.signal, &count).unwrap();
        }
        found
    }

    #[test]
    fn the_signal_is_there_exactly_while_the_queue_is_not_empty() {
        let calls = Calls::new(10).unwrap();
        assert!(!readable(&calls));
        calls.tell(Item::Fatal("one".to_owned()));
        calls.tell(Item::Fatal("two".to_owned()));
        assert!(readable(&calls));
        assert_eq!(calls.drain(1).len(), 1);
        assert!(readable(&calls), "one is left");
        assert_eq!(calls.drain(10).len(), 1);
        assert!(!readable(&calls));
    }

    #[test]
    fn an_answer_for_nobody_is_dropped() {
        let calls = Calls::new(10).unwrap();
        calls.answer(4711, Reply::HangUp);
        assert_eq!(calls.queued(), 0);
    }
}

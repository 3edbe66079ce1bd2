//! The queue to Python: requests over, answers back.

use std::collections::{HashMap, VecDeque};
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use leftfold_log::CompactionFailure;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::bell::Bell;
use crate::intake::RequestMemory;
use crate::waker::Waker;

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

/// A question to the coordinator of a producer's transaction: may these partitions be written to?
#[derive(Debug, Clone)]
pub struct Verify {
    pub id: u64,
    pub transactional_id: String,
    pub producer_id: i64,
    pub producer_epoch: i16,
    /// Whether to add the partitions first; else only those that were added may be written to.
    pub add: bool,
    /// Whether its client knows TRANSACTION_ABORTABLE.
    pub abortable: bool,
    pub partitions: Vec<([u8; 16], i32)>,
}

/// What Python drains.
#[derive(Debug)]
pub enum Item {
    Call(Call),
    Verify(Verify),
    /// An append or trim has ended.
    Done {
        ticket: u64,
        base_offset: i64,
        error: Option<String>,
    },
    /// A partition stays as it is until what is wrong is mended.
    CompactionFailed(CompactionFailure),
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

/// A call that Python has not answered yet. It keeps its memory and its slot even when its client is gone: Python has both.
struct Open {
    reply: oneshot::Sender<Reply>,
    _held: RequestMemory,
    /// None once Python has a call that may wait: nobody else has to wait for those.
    slot: Option<OwnedSemaphorePermit>,
    patient: bool,
}

struct Inner {
    queue: VecDeque<Item>,
    open: HashMap<u64, Open>,
    /// Who waits for the answer to a `Verify`: one code for each partition.
    verifying: HashMap<u64, oneshot::Sender<Vec<i16>>>,
    next: u64,
    bell: Bell,
}

/// Invariant: the waker is signalled whenever the queue is not empty; every call in the queue is open.
pub struct Calls {
    inner: Mutex<Inner>,
    slots: Arc<Semaphore>,
    waker: Waker,
}

/// Somebody waits for a reply; a call that Python has not seen goes with who asked.
struct Asking<'a> {
    calls: &'a Calls,
    id: Option<u64>,
}

impl Calls {
    pub fn new(calls_max: usize) -> std::io::Result<Self> {
        let slots = Arc::new(Semaphore::new(calls_max.min(Semaphore::MAX_PERMITS)));
        let (queue, open, verifying) = (VecDeque::new(), HashMap::new(), HashMap::new());
        let inner = Mutex::new(Inner { queue, open, verifying, next: 0, bell: Bell::new(Instant::now()) });
        Ok(Self { inner, slots, waker: Waker::new()? })
    }

    pub fn descriptor(&self) -> RawFd {
        self.waker.descriptor()
    }

    /// Hand a call over and wait for what Python says; None when nobody will answer any more.
    pub async fn ask(&self, call: Call, held: RequestMemory) -> Option<Reply> {
        self.ask_for(call, held, false).await
    }

    /// The same for a call whose answer may take minutes: it gives its slot back when Python has it.
    pub async fn ask_patiently(&self, call: Call, held: RequestMemory) -> Option<Reply> {
        self.ask_for(call, held, true).await
    }

    async fn ask_for(&self, mut call: Call, held: RequestMemory, patient: bool) -> Option<Reply> {
        let slot = Some(self.slots.clone().acquire_owned().await.ok()?);
        let (reply, receiver) = oneshot::channel();
        let (id, first) = {
            let mut inner = self.inner.lock();
            inner.next += 1;
            call.id = inner.next;
            inner.open.insert(call.id, Open { reply, _held: held, slot, patient });
            (call.id, Self::push(&mut inner, Item::Call(call)))
        };
        self.signal_if(first);
        let mut asking = Asking { calls: self, id: Some(id) };
        let reply = receiver.await.ok();
        asking.id = None;
        reply
    }

    /// Ask and wait; None when nobody will answer any more.
    pub async fn verify(&self, mut verify: Verify) -> Option<Vec<i16>> {
        let _slot = self.slots.acquire().await.ok()?;
        let (sender, receiver) = oneshot::channel();
        let (id, first) = {
            let mut inner = self.inner.lock();
            inner.next += 1;
            verify.id = inner.next;
            inner.verifying.insert(verify.id, sender);
            (verify.id, Self::push(&mut inner, Item::Verify(verify)))
        };
        self.signal_if(first);
        let mut asking = Asking { calls: self, id: Some(id) };
        let errors = receiver.await.ok();
        asking.id = None;
        errors
    }

    pub fn verified(&self, id: u64, errors: Vec<i16>) {
        let waiting = self.inner.lock().verifying.remove(&id);
        if let Some(waiting) = waiting {
            let _ = waiting.send(errors); // the connection may be gone
        }
    }

    /// Tell Python something that it does not answer.
    pub fn tell(&self, item: Item) {
        let first = Self::push(&mut self.inner.lock(), item);
        self.signal_if(first);
    }

    /// How long Python need not be rung, if it must be.
    fn push(inner: &mut Inner, item: Item) -> Option<Duration> {
        inner.queue.push_back(item);
        (inner.queue.len() == 1).then(|| inner.bell.wait(Instant::now()))
    }

    fn signal_if(&self, first: Option<Duration>) {
        if let Some(wait) = first {
            self.waker.signal(wait);
        }
    }

    pub fn drain(&self, count_max: usize) -> Vec<Item> {
        let mut inner = self.inner.lock();
        let Inner { queue, open, bell, .. } = &mut *inner;
        let count = queue.len().min(count_max);
        bell.drained(count, Instant::now());
        let items: Vec<_> = queue.drain(..count).collect();
        for item in &items {
            if let Item::Call(call) = item
                && let Some(call) = open.get_mut(&call.id)
                && call.patient
            {
                call.slot = None;
            }
        }
        if queue.is_empty() {
            self.waker.clear();
        }
        items
    }

    pub fn answer(&self, id: u64, reply: Reply) {
        let open = self.inner.lock().open.remove(&id);
        if let Some(open) = open {
            let _ = open.reply.send(reply); // the connection may be gone
        }
    }

    /// Nobody waits for this call any more.
    fn forget(&self, id: u64) {
        let mut inner = self.inner.lock();
        inner.verifying.remove(&id);
        let place = inner.queue.iter().position(|item| match item {
            Item::Call(call) => call.id == id,
            Item::Verify(verify) => verify.id == id,
            Item::Done { .. } | Item::CompactionFailed(_) | Item::Fatal(_) => false,
        });
        if let Some(place) = place {
            inner.queue.remove(place);
            inner.open.remove(&id);
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
        self.slots.close();
        let mut inner = self.inner.lock();
        inner.queue.retain(|item| !matches!(item, Item::Call(_) | Item::Verify(_)));
        inner.open.clear();
        inner.verifying.clear();
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.calls.forget(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::BorrowedFd;
    use std::pin::pin;
    use std::task::{Context, Poll};
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::*;
    use crate::intake::Intake;
    use crate::pace::PaceMin;

    #[allow(unsafe_code)]
    fn readable(calls: &Calls) -> bool {
        // SAFETY: the descriptor lives as long as `calls`.
        let descriptor = unsafe { BorrowedFd::borrow_raw(calls.descriptor()) };
        let mut asked = [PollFd::new(&descriptor, PollFlags::IN)];
        poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() == 1
    }

    fn intake() -> Intake {
        Intake::new(1 << 20, PaceMin { window: Duration::MAX, whole: Duration::MAX })
    }

    fn call(body: &[u8]) -> Call {
        Call {
            id: 0,
            api_key: 60,
            api_version: 0,
            correlation_id: 0,
            client_id: None,
            listener: String::new(),
            local: (String::new(), 0),
            peer: (String::new(), 0),
            connection: 0,
            arrived_ms: 0,
            arrived_us: 0,
            body: Bytes::copy_from_slice(body),
        }
    }

    fn bodies(items: Vec<Item>) -> Vec<(u64, Vec<u8>)> {
        let calls = items.into_iter().map(|item| match item {
            Item::Call(call) => (call.id, call.body.to_vec()),
            other => panic!("no call: {other:?}"),
        });
        calls.collect()
    }

    /// Polls a future once, with nobody to wake.
    fn once<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        future.poll(&mut Context::from_waker(std::task::Waker::noop()))
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

    #[test]
    fn a_call_that_python_has_not_seen_goes_with_its_client() {
        let (calls, intake) = (Calls::new(10).unwrap(), intake());
        {
            let mut gone = pin!(calls.ask(call(b"gone"), intake.take_now(1000)));
            assert!(once(gone.as_mut()).is_pending());
            assert_eq!((calls.queued(), intake.bytes_used()), (1, 1024));
        }
        assert_eq!((calls.queued(), intake.bytes_used()), (0, 0));
        let mut stays = pin!(calls.ask(call(b"stays"), intake.take_now(1000)));
        assert!(once(stays.as_mut()).is_pending());
        let [(id, body)] = &bodies(calls.drain(10))[..] else { panic!("one call is there") };
        assert_eq!(body, b"stays");
        calls.answer(*id, Reply::Redo);
        assert!(matches!(once(stays.as_mut()), Poll::Ready(Some(Reply::Redo))));
    }

    #[test]
    fn a_call_that_python_has_keeps_its_memory_and_its_slot_when_its_client_is_gone() {
        let (calls, intake) = (Calls::new(1).unwrap(), intake());
        let id = {
            let mut gone = pin!(calls.ask(call(b"gone"), intake.take_now(1000)));
            assert!(once(gone.as_mut()).is_pending());
            bodies(calls.drain(10))[0].0
        };
        assert_eq!(intake.bytes_used(), 1024, "Python has a copy of its body");
        let mut next = pin!(calls.ask(call(b"next"), intake.take_now(1000)));
        assert!(once(next.as_mut()).is_pending());
        assert_eq!(calls.queued(), 0, "the only slot is taken");
        calls.answer(id, Reply::HangUp);
        assert!(once(next.as_mut()).is_pending());
        assert_eq!((calls.queued(), intake.bytes_used()), (1, 1024));
    }

    #[test]
    fn a_call_that_may_wait_gives_its_slot_back_when_python_has_it() {
        let (calls, intake) = (Calls::new(1).unwrap(), intake());
        let mut patient = pin!(calls.ask_patiently(call(b"patient"), intake.park(intake.take_now(1000))));
        assert!(once(patient.as_mut()).is_pending());
        let mut next = pin!(calls.ask(call(b"next"), intake.take_now(1000)));
        assert!(once(next.as_mut()).is_pending());
        assert_eq!(calls.queued(), 1);
        let (waits, _) = bodies(calls.drain(10)).remove(0);
        assert!(once(next.as_mut()).is_pending());
        assert_eq!(calls.queued(), 1, "the second came through while the first waits");
        assert_eq!(intake.bytes_used(), 2048);
        calls.answer(waits, Reply::Redo);
        assert!(once(patient.as_mut()).is_ready());
        assert_eq!(intake.bytes_used(), 1024);
    }

    #[test]
    fn a_question_is_answered_once_and_goes_with_who_asked() {
        let calls = Calls::new(1).unwrap();
        let verify = || Verify {
            id: 0,
            transactional_id: "t".to_owned(),
            producer_id: 1,
            producer_epoch: 0,
            add: true,
            abortable: true,
            partitions: vec![([7; 16], 3)],
        };
        {
            let mut gone = pin!(calls.verify(verify()));
            assert!(once(gone.as_mut()).is_pending());
            assert_eq!(calls.queued(), 1);
        }
        assert_eq!((calls.queued(), calls.inner.lock().verifying.len()), (0, 0));
        let mut asked = pin!(calls.verify(verify()));
        assert!(once(asked.as_mut()).is_pending());
        let [Item::Verify(question)] = &calls.drain(10)[..] else { panic!("one question is there") };
        assert_eq!(question.partitions, [([7; 16], 3)]);
        calls.verified(question.id, vec![51]);
        assert!(matches!(once(asked.as_mut()), Poll::Ready(Some(errors)) if errors == [51]));
        calls.verified(question.id, vec![0]); // for nobody
        let mut asked = pin!(calls.verify(verify()));
        assert!(once(asked.as_mut()).is_pending());
        calls.close();
        assert!(matches!(once(asked.as_mut()), Poll::Ready(None)));
        assert_eq!(calls.queued(), 0);
    }

    #[test]
    fn after_the_close_nothing_is_open() {
        let (calls, intake) = (Calls::new(1).unwrap(), intake());
        let mut asked = pin!(calls.ask(call(b"asked"), intake.take_now(1000)));
        assert!(once(asked.as_mut()).is_pending());
        calls.tell(Item::Fatal("stays".to_owned()));
        calls.close();
        assert!(matches!(once(asked.as_mut()), Poll::Ready(None)));
        assert!(matches!(calls.drain(10)[..], [Item::Fatal(_)]));
        assert_eq!(intake.bytes_used(), 0);
    }
}

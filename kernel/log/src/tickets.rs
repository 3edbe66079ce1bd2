//! Who waits for an entry of the journal to become durable.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use parking_lot::Mutex;

use crate::{Failed, Stopped};

/// Entries are numbered as they were submitted. Invariant: an entry up to `durable` is durable, unless it was refused; what is
/// refused is noted before a later entry is told to be durable.
pub(crate) struct Tickets {
    durable: AtomicU64,
    /// The largest number that was refused.
    refused_last: AtomicU64,
    stopped: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// (number, waker), ascending by number.
    waiting: VecDeque<(u64, Waker)>,
    /// Numbers that were refused, as ranges with both ends included, ascending.
    refused: Vec<(u64, u64)>,
    failure: Option<Stopped>,
}

impl Tickets {
    pub fn new(durable: u64) -> Self {
        Self {
            durable: AtomicU64::new(durable),
            refused_last: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            inner: Mutex::default(),
        }
    }

    /// Everything up to `number` is durable; who waits is told.
    pub fn acknowledge(&self, number: u64) {
        self.durable.store(number, Ordering::Release);
        let mut inner = self.inner.lock();
        let ready = inner.waiting.partition_point(|waiting| waiting.0 <= number);
        let woken: Vec<_> = inner.waiting.drain(..ready).collect();
        drop(inner);
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// Entries that found no room on the disk and have been taken back: ascending numbers.
    pub fn refuse(&self, numbers: &[u64]) {
        let Some(last) = numbers.last() else { return };
        let mut inner = self.inner.lock();
        for number in numbers {
            match inner.refused.last_mut() {
                Some(range) if range.1 + 1 == *number => range.1 = *number,
                _ => inner.refused.push((*number, *number)),
            }
        }
        self.refused_last.store(*last, Ordering::Release);
        let waiting = std::mem::take(&mut inner.waiting);
        let (woken, waiting) = waiting.into_iter().partition(|waiting| inner.is_refused(waiting.0));
        inner.waiting = waiting;
        drop(inner);
        let woken: VecDeque<(u64, Waker)> = woken;
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// Nothing more becomes durable.
    pub fn stop(&self, why: Stopped) {
        let mut inner = self.inner.lock();
        inner.failure.get_or_insert(why);
        self.stopped.store(true, Ordering::Release);
        let woken = std::mem::take(&mut inner.waiting);
        drop(inner);
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    pub fn failure(&self) -> Option<Stopped> {
        if self.stopped.load(Ordering::Acquire) { self.inner.lock().failure.clone() } else { None }
    }

    fn poll(&self, number: u64, waker: &Waker) -> Poll<Result<(), Failed>> {
        // In this order: who sees a later entry durable also sees what was refused before it.
        let durable = self.durable.load(Ordering::Acquire) >= number;
        if durable && self.refused_last.load(Ordering::Acquire) < number {
            return Poll::Ready(Ok(()));
        }
        let mut inner = self.inner.lock();
        if inner.is_refused(number) {
            return Poll::Ready(Err(Failed::Full));
        }
        if self.durable.load(Ordering::Acquire) >= number {
            return Poll::Ready(Ok(()));
        }
        if let Some(stopped) = &inner.failure {
            return Poll::Ready(Err(Failed::Stopped(stopped.clone())));
        }
        inner.wait(number, waker);
        Poll::Pending
    }
}

impl Inner {
    fn is_refused(&self, number: u64) -> bool {
        let at = self.refused.partition_point(|range| range.1 < number);
        self.refused.get(at).is_some_and(|range| range.0 <= number)
    }

    fn wait(&mut self, number: u64, waker: &Waker) {
        let at = self.waiting.partition_point(|waiting| waiting.0 <= number);
        let known = at.checked_sub(1).and_then(|at| self.waiting.get(at));
        if !known.is_some_and(|known| known.0 == number && known.1.will_wake(waker)) {
            self.waiting.insert(at, (number, waker.clone()));
        }
    }
}

/// Ready when what it stands for is durable, or never will be.
pub struct Ticket {
    pub(crate) tickets: Arc<Tickets>,
    pub(crate) number: u64,
}

impl Future for Ticket {
    type Output = Result<(), Failed>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.tickets.poll(self.number, context.waker())
    }
}

impl Ticket {
    /// For who is no task: `told` is called once, on the thread that knows it first, and must not wait for anything.
    pub fn when_ready(self, told: impl FnOnce(Result<(), Failed>) + Send + 'static) {
        Arc::new(Telling { ticket: self, told: Mutex::new(Some(told)) }).wake();
    }
}

struct Telling<F> {
    ticket: Ticket,
    told: Mutex<Option<F>>,
}

impl<F: FnOnce(Result<(), Failed>) + Send + 'static> Wake for Telling<F> {
    fn wake(self: Arc<Self>) {
        let Ticket { tickets, number } = &self.ticket;
        if let Poll::Ready(end) = tickets.poll(*number, &Waker::from(self.clone())) {
            let told = self.told.lock().take();
            if let Some(told) = told {
                told(end);
            }
        }
    }
}

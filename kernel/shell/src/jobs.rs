//! One connection's requests until they are answered.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use leftfold_wire::header::{Head, Key};

use crate::answers::Answer;
use crate::produce::{End, Pending};
use crate::under_way;

/// What an answer begins with.
#[derive(Clone, Copy)]
pub struct Opening {
    pub key: &'static Key,
    pub version: i16,
    pub correlation_id: i32,
}

impl Opening {
    pub fn of(head: &Head<'_>) -> Self {
        Self { key: head.key, version: head.version, correlation_id: head.correlation_id }
    }
}

/// An answer that is there, or will be.
pub enum Promise {
    Now(Answer),
    /// Appended: the answer is written when it is durable.
    Appended(Option<Pending>, Opening),
    Later(Pin<Box<dyn Future<Output = Answer>>>),
}

/// A request in the order of its connection.
pub struct Job {
    pub key: i16,
    pub bytes_in: usize,
    pub arrived_us: u64,
    pub promise: Promise,
    /// None for who is no client.
    pub under_way: Option<under_way::Request>,
}

impl Promise {
    pub fn later(answer: impl Future<Output = Answer> + 'static) -> Self {
        Self::Later(Box::pin(answer))
    }

    /// Not to be polled again once it was ready.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Answer> {
        match self {
            Self::Now(answer) => Poll::Ready(std::mem::replace(answer, Answer::Nothing)),
            Self::Later(answer) => answer.as_mut().poll(context),
            Self::Appended(appended, opening) => {
                let Some(pending) = appended else { return Poll::Ready(Answer::Nothing) };
                let outcome = ready!(pending.poll(context));
                Poll::Ready(match (outcome, appended.take()) {
                    (Ok(()), Some(durable)) => Answer::Produced(durable, *opening),
                    (Ok(()), None) | (Err(End::Silent), _) => Answer::Nothing,
                    (Err(End::Close), _) => Answer::Close,
                })
            }
        }
    }
}

/// A queue between the two halves of one connection. Invariant: both are polled by one task, first who puts in and then who
/// takes out, so that putting in need wake nobody.
pub struct Jobs {
    waiting: RefCell<VecDeque<Job>>,
    count_max: usize,
    closed: Cell<bool>,
    /// Who waits for room.
    putting: Cell<Option<Waker>>,
}

impl Jobs {
    pub fn new(count_max: usize) -> Self {
        Self { waiting: RefCell::default(), count_max, closed: Cell::new(false), putting: Cell::new(None) }
    }

    pub async fn put(&self, job: Job) {
        poll_fn(|context| {
            if self.waiting.borrow().len() < self.count_max {
                return Poll::Ready(());
            }
            self.putting.set(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
        self.waiting.borrow_mut().push_back(job);
    }

    /// No more come.
    pub fn close(&self) {
        self.closed.set(true);
    }

    /// The next one; None when there are no more.
    pub async fn take(&self) -> Option<Job> {
        poll_fn(|_| match self.take_now() {
            None if !self.closed.get() => Poll::Pending,
            next => Poll::Ready(next),
        })
        .await
    }

    pub fn take_now(&self) -> Option<Job> {
        let job = self.waiting.borrow_mut().pop_front();
        if job.is_some()
            && let Some(putting) = self.putting.take()
        {
            putting.wake();
        }
        job
    }
}

//! One connection's answers, in the order of its requests.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::Poll;

use bytes::{Buf, Bytes};
use leftfold_wire::header;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;

use crate::answer_budget::AnswerMemory;
use crate::connection::Shared;
use crate::jobs::{Job, Jobs, Opening};
use crate::pace::Pace;
use crate::produce::Pending;
use crate::under_way;

const PIECES_MAX: usize = 64;
/// Answers that are ready together leave together, until they have so many bytes: what is gathered is held until the client
/// takes it, so a connection never holds more than this and one answer.
const GATHERED_BYTES_MAX: usize = 256 << 10;
/// No API has this key: after its answer the connection is closed.
pub const STRANGER: i16 = -1;

pub enum Answer {
    Send(Vec<Bytes>),
    /// Bytes of the log: their memory is given back when they are written.
    SendHeld(Vec<Bytes>, AnswerMemory),
    /// What was appended, to be told behind its opening.
    Produced(Pending, Opening),
    Nothing,
    Close,
}

/// Why nothing more is written.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    /// All requests are answered, or one of them was answered by closing.
    Done,
    /// The client is gone, or takes too long to read.
    Lost,
}

/// What leaves next, together.
#[derive(Default)]
struct Gathered {
    /// Small answers, written here one behind the other. Invariant: they come after the pieces.
    own: Vec<u8>,
    pieces: Vec<Bytes>,
    bytes: usize,
    held: Vec<AnswerMemory>,
    sent: Vec<Sent>,
    closes: bool,
}

struct Sent {
    key: i16,
    bytes_in: usize,
    bytes_out: usize,
    arrived_us: u64,
    _under_way: Option<under_way::Request>,
}

/// Write until there are no more jobs.
pub async fn write(write: &mut OwnedWriteHalf, jobs: &Jobs, shared: &Arc<Shared>) -> Ended {
    let mut carried: Option<Job> = None;
    let mut gathered = Gathered::default();
    loop {
        let next = match carried.take() {
            Some(job) => Some(job),
            None => jobs.take().await,
        };
        let Some(mut job) = next else { return Ended::Done };
        let answer = poll_fn(|context| job.promise.poll(context)).await;
        gathered.add(answer, job);
        while !gathered.is_full()
            && let Some(mut later) = jobs.take_now()
        {
            match poll_fn(|context| Poll::Ready(later.promise.poll(context))).await {
                Poll::Ready(answer) => gathered.add(answer, later),
                Poll::Pending => {
                    carried = Some(later);
                    break;
                }
            }
        }
        if let Err(error) = gathered.write(write, shared).await {
            if error.kind() == io::ErrorKind::TimedOut {
                shared.counters.transfer_stalled();
            }
            return Ended::Lost;
        }
        gathered.held.clear();
        gathered.bytes = 0;
        let now_us = shared.clock.mono_us();
        for sent in gathered.sent.drain(..) {
            let latency_us = now_us.saturating_sub(sent.arrived_us);
            shared.counters.answered(sent.key, sent.bytes_in, sent.bytes_out, latency_us);
        }
        if gathered.closes {
            return Ended::Done;
        }
    }
}

impl Gathered {
    fn add(&mut self, answer: Answer, job: Job) {
        let bytes_out = match answer {
            Answer::Close => {
                self.closes = true;
                return;
            }
            Answer::Nothing => 0,
            Answer::Produced(pending, opening) => self.tell(&pending, opening),
            Answer::Send(bytes) => self.put(bytes),
            Answer::SendHeld(bytes, memory) => {
                self.held.push(memory);
                self.put(bytes)
            }
        };
        self.closes = job.key == STRANGER;
        let Job { key, bytes_in, arrived_us, under_way, .. } = job;
        self.sent.push(Sent { key, bytes_in, bytes_out, arrived_us, _under_way: under_way });
    }

    fn tell(&mut self, pending: &Pending, opening: Opening) -> usize {
        let before = self.own.len();
        let Opening { key, version, correlation_id } = opening;
        let mut writer = header::response_on(std::mem::take(&mut self.own), key, version, correlation_id);
        pending.encode(&mut writer);
        self.own = writer.into_buffer();
        self.bytes += self.own.len() - before;
        self.own.len() - before
    }

    fn put(&mut self, mut bytes: Vec<Bytes>) -> usize {
        let count = bytes.iter().map(Bytes::len).sum();
        self.close_own();
        self.pieces.append(&mut bytes);
        self.bytes += count;
        count
    }

    /// What comes next stands behind what was written so far.
    fn close_own(&mut self) {
        if !self.own.is_empty() {
            self.pieces.push(Bytes::from(std::mem::take(&mut self.own)));
        }
    }

    /// Send everything; the buffer of small answers is used again.
    async fn write(&mut self, write: &mut OwnedWriteHalf, shared: &Shared) -> io::Result<()> {
        if !self.pieces.is_empty() {
            self.close_own();
            return write_all(write, &mut self.pieces, shared).await;
        }
        let mut pace = Pace::new(shared.settings.answer_pace);
        let mut rest = &self.own[..];
        while !rest.is_empty() {
            match pace.step(write.write(rest)).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                written => rest = &rest[written..],
            }
        }
        self.own.clear();
        self.own.shrink_to(GATHERED_BYTES_MAX);
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.closes || self.bytes >= GATHERED_BYTES_MAX
    }
}

/// Write all pieces and leave none behind.
async fn write_all(write: &mut OwnedWriteHalf, pieces: &mut Vec<Bytes>, shared: &Shared) -> io::Result<()> {
    pieces.retain(|piece| !piece.is_empty());
    if pieces.is_empty() {
        return Ok(());
    }
    let mut pace = Pace::new(shared.settings.answer_pace);
    let mut first = 0;
    while first < pieces.len() {
        let mut written = if let [piece] = &pieces[first..] {
            pace.step(write.write(piece)).await?
        } else {
            let slices: Vec<_> = pieces[first..].iter().take(PIECES_MAX).map(|piece| IoSlice::new(piece)).collect();
            pace.step(write.write_vectored(&slices)).await?
        };
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        while written > 0 {
            let step = written.min(pieces[first].len());
            pieces[first].advance(step);
            written -= step;
            first += usize::from(pieces[first].is_empty());
        }
    }
    pieces.clear();
    Ok(())
}

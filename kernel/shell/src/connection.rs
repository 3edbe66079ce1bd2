//! One connection: frames in, answers out, in order.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, Bytes};
use leftfold_ports::Clock;
use leftfold_wire::header::{self, Head};
use leftfold_wire::{Request, Writer, frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};

use crate::calls::{Call, Calls, Reply};
use crate::counters::Counters;
use crate::produce::End;
use crate::sessions::Sessions;
use crate::settings::ShellSettings;
use crate::tables::Tables;
use crate::{api_versions, fetch, metadata, offsets, produce};

/// Requests of one connection that may be under way at once; past that it is not read.
const PIPELINE_MAX: usize = 64;
const READ_BUFFER_BYTES: usize = 4096;
const PIECES_MAX: usize = 64;
/// Permits are counted in units of this many bytes, so that they fit the semaphore's counter.
pub const PERMIT_BYTES: u64 = 1024;
/// How long the body of a frame may take after its length, and an answer to be taken by its reader.
const BODY_MAX: Duration = Duration::from_secs(120);
const WRITE_MAX: Duration = Duration::from_secs(60);
/// How long answers are still worked on after the client has gone.
const GRACE: Duration = Duration::from_secs(5);

/// What all connections share.
pub struct Shared {
    pub tables: Tables,
    pub counters: Arc<Counters>,
    pub calls: Calls,
    pub settings: Arc<ShellSettings>,
    pub clock: Arc<dyn Clock>,
    pub permits: Arc<Semaphore>,
    pub stop: watch::Receiver<bool>,
    pub sessions: Sessions,
    pub answer_permits: Arc<Semaphore>,
}

/// Who is at the other end, and where it reached us.
#[derive(Debug, Clone)]
pub struct Peer {
    pub listener: String,
    pub local: (String, i32),
    pub address: (String, i32),
    pub connection: u64,
}

enum Answer {
    Send(Vec<Bytes>),
    /// Bytes of the log: their memory is given back when they are written.
    SendHeld(Vec<Bytes>, OwnedSemaphorePermit),
    Nothing,
    Close,
}

/// A request in the order of its connection.
struct Job {
    key: i16,
    bytes_in: usize,
    arrived_us: u64,
    answer: Pin<Box<dyn Future<Output = Answer>>>,
}

/// Serve a connection until either side ends it.
pub async fn serve(stream: TcpStream, peer: Peer, shared: Arc<Shared>) {
    let (read, write) = stream.into_split();
    let (sender, receiver) = mpsc::channel(PIPELINE_MAX);
    let mut writer = Box::pin(write_answers(write, receiver, shared.clone()));
    let reader = Box::pin(read_requests(read, peer, sender, shared));
    tokio::select! {
        () = &mut writer => {}
        () = reader => {
            let _ = tokio::time::timeout(GRACE, writer).await;
        }
    }
}

// -- in --------------------------------------------------------------------------------------------------------------

async fn read_requests(read: OwnedReadHalf, peer: Peer, jobs: mpsc::Sender<Job>, shared: Arc<Shared>) {
    let mut read = BufReader::with_capacity(READ_BUFFER_BYTES, read);
    let mut stop = shared.stop.clone();
    let peer = Rc::new(peer);
    let waiting = Rc::new(Cell::new(0usize));
    while !*stop.borrow() {
        let next = tokio::select! {
            next = next_frame(&mut read, &shared) => next,
            _ = stop.changed() => return,
        };
        let job = match next {
            Next::Frame(frame, permit) => accept(frame, permit, &peer, &waiting, &shared).await,
            Next::Stranger(stranger) => Some(tell_stranger(stranger)),
            Next::End => return,
        };
        let Some(job) = job else { return };
        if jobs.send(job).await.is_err() {
            return;
        }
    }
}

enum Next {
    Frame(Bytes, OwnedSemaphorePermit),
    Stranger(frame::Stranger),
    End,
}

/// The next frame; its memory is taken from the permits before its body is read.
async fn next_frame(read: &mut BufReader<OwnedReadHalf>, shared: &Shared) -> Next {
    let mut prefix = [0; frame::PREFIX_BYTES];
    let arrived = async { read.read_exact(&mut prefix).await.is_ok() };
    let arrived = match shared.settings.idle_max {
        Some(idle) => tokio::time::timeout(idle, arrived).await.unwrap_or(false),
        None => arrived.await,
    };
    if !arrived {
        return Next::End;
    }
    if let Some(stranger) = frame::stranger(prefix) {
        return Next::Stranger(stranger);
    }
    let Ok(length) = frame::length(prefix, shared.settings.frame_bytes_max) else { return Next::End };
    let all = shared.settings.request_bytes_max / PERMIT_BYTES;
    let wanted = (length as u64).div_ceil(PERMIT_BYTES).clamp(1, all.max(1)) as u32;
    let Ok(permit) = shared.permits.clone().acquire_many_owned(wanted).await else { return Next::End };
    let mut body = vec![0; length];
    // A body that does not come must not hold its memory for ever.
    match tokio::time::timeout(BODY_MAX, read.read_exact(&mut body)).await {
        Ok(Ok(_)) => Next::Frame(Bytes::from(body), permit),
        _ => Next::End,
    }
}

fn tell_stranger(stranger: frame::Stranger) -> Job {
    let bytes = Bytes::from_static(stranger.answer());
    let answer = Box::pin(async move { Answer::Send(vec![bytes, Bytes::new()]) });
    Job { key: STRANGER, bytes_in: 0, arrived_us: 0, answer }
}

/// No API has this key: after its answer the connection is closed.
const STRANGER: i16 = -1;

/// Turn a frame into a job; None closes the connection. Produce is appended here and now, so that it need not wait for the
/// answers before it, unless one of those must happen first.
async fn accept(
    frame: Bytes,
    permit: OwnedSemaphorePermit,
    peer: &Rc<Peer>,
    waiting: &Rc<Cell<usize>>,
    shared: &Arc<Shared>,
) -> Option<Job> {
    let arrived_us = shared.clock.mono_us();
    let bytes_in = frame.len() + frame::PREFIX_BYTES;
    let (key, version, correlation_id) = {
        let head = header::request(&frame).ok()?;
        (head.key, head.version, head.correlation_id)
    };
    let job = |answer| Some(Job { key: key.key, bytes_in, arrived_us, answer });
    if key.key == header::API_VERSIONS && !api_versions::is_served(version) {
        let mut writer = header::response(key, 0, correlation_id);
        api_versions::answer_unsupported(&mut writer);
        return job(Box::pin(async move { Answer::Send(writer.finish()) }));
    }
    let served = shared.tables.node().api(key.key).map(|api| (api.versions, api.in_kernel));
    let ((first, last), in_kernel) = served?;
    if !(first..=last).contains(&version) {
        shared.counters.failed(key.key);
        return None;
    }
    if key.key == PRODUCE && waiting.get() == 0 {
        let writer = header::response(key, version, correlation_id);
        let pending = {
            let head = header::request(&frame).ok()?;
            let Ok(Request::Produce(request)) = Request::parse(key.key, version, head.body) else {
                shared.counters.failed(key.key);
                return None;
            };
            produce::begin(&shared.tables, &*shared.clock, &request, version).await.ok()?
        };
        drop(permit);
        let counters = shared.counters.clone();
        return job(Box::pin(async move { finish_produce(pending, &counters, writer).await }));
    }
    waiting.set(waiting.get() + 1);
    let (peer, waiting, shared) = (peer.clone(), waiting.clone(), shared.clone());
    job(Box::pin(async move {
        let answer = if in_kernel {
            answer_here(&frame, arrived_us, &peer, &shared).await
        } else {
            answer_there(&frame, arrived_us, &peer, &shared).await
        };
        waiting.set(waiting.get() - 1);
        drop(permit);
        answer
    }))
}

const PRODUCE: i16 = 0;

async fn finish_produce(pending: produce::Pending, counters: &Counters, mut writer: Writer) -> Answer {
    match pending.finish(counters, &mut writer).await {
        Ok(()) => Answer::Send(writer.finish()),
        Err(End::Silent) => Answer::Nothing,
        Err(End::Close) => Answer::Close,
    }
}

/// Answer a hot request from the tables and the log.
async fn answer_here(frame: &Bytes, arrived_us: u64, peer: &Peer, shared: &Shared) -> Answer {
    let Ok(head) = header::request(frame) else { return Answer::Close };
    let Ok(request) = Request::parse(head.key.key, head.version, head.body) else {
        shared.counters.failed(head.key.key);
        return Answer::Close;
    };
    let version = head.version;
    let mut writer = header::response(head.key, version, head.correlation_id);
    match request {
        Request::Produce(request) => {
            return match produce::begin(&shared.tables, &*shared.clock, &request, version).await {
                Ok(pending) => finish_produce(pending, &shared.counters, writer).await,
                Err(_) => Answer::Close,
            };
        }
        Request::Fetch(request) => {
            let held = fetch::answer(shared, &request, version, &mut writer).await;
            return match held {
                Some(permit) => Answer::SendHeld(writer.finish(), permit),
                None => Answer::Close,
            };
        }
        Request::ListOffsets(request) => offsets::list_offsets(&shared.tables, &request, version, &mut writer),
        Request::OffsetForLeaderEpoch(request) => offsets::for_leader_epoch(&shared.tables, &request, &mut writer),
        Request::ApiVersions(request) => {
            api_versions::answer(&shared.tables.node(), &request, version, &mut writer);
        }
        Request::Metadata(request) => {
            if metadata::needs_python(&shared.tables, &request) {
                match shared.calls.ask(call(frame, &head, arrived_us, peer, shared)).await {
                    Some(Reply::Redo) => {}
                    Some(Reply::Body(body)) => writer.raw(&body),
                    Some(Reply::HangUp) | None => return Answer::Close,
                }
            }
            metadata::answer(&shared.tables, &request, version, peer, &mut writer);
        }
    }
    Answer::Send(writer.finish())
}

/// Let Python answer.
async fn answer_there(frame: &Bytes, arrived_us: u64, peer: &Peer, shared: &Shared) -> Answer {
    let Ok(head) = header::request(frame) else { return Answer::Close };
    match shared.calls.ask(call(frame, &head, arrived_us, peer, shared)).await {
        Some(Reply::Body(body)) => {
            let mut writer = header::response(head.key, head.version, head.correlation_id);
            writer.raw(&body);
            Answer::Send(writer.finish())
        }
        Some(Reply::Redo | Reply::HangUp) | None => {
            shared.counters.failed(head.key.key);
            Answer::Close
        }
    }
}

fn call(frame: &Bytes, head: &Head<'_>, arrived_us: u64, peer: &Peer, shared: &Shared) -> Call {
    Call {
        id: 0,
        api_key: head.key.key,
        api_version: head.version,
        correlation_id: head.correlation_id,
        client_id: head.client_id.map(str::to_owned),
        listener: peer.listener.clone(),
        local: peer.local.clone(),
        peer: peer.address.clone(),
        connection: peer.connection,
        arrived_ms: shared.clock.wall_ms(),
        arrived_us,
        body: frame.slice_ref(head.body),
    }
}

// -- out -------------------------------------------------------------------------------------------------------------

/// Write answers in the order of their requests; those that are ready together leave together.
async fn write_answers(mut write: OwnedWriteHalf, mut jobs: mpsc::Receiver<Job>, shared: Arc<Shared>) {
    let mut carried: Option<Job> = None;
    loop {
        let next = match carried.take() {
            Some(job) => Some(job),
            None => jobs.recv().await,
        };
        let Some(mut job) = next else { return };
        let mut sent = Vec::new();
        let mut held = Vec::new();
        let mut pieces = Vec::new();
        let answer = job.answer.as_mut().await;
        let mut open = gather(answer, &job, &mut pieces, &mut held, &mut sent);
        while open && let Ok(mut later) = jobs.try_recv() {
            match poll_fn(|context| Poll::Ready(later.answer.as_mut().poll(context))).await {
                Poll::Ready(answer) => open = gather(answer, &later, &mut pieces, &mut held, &mut sent),
                Poll::Pending => {
                    carried = Some(later);
                    break;
                }
            }
        }
        if write_all(&mut write, pieces).await.is_err() {
            return;
        }
        drop(held);
        let now_us = shared.clock.mono_us();
        for (key, bytes_in, bytes_out, arrived_us) in sent {
            shared.counters.answered(key, bytes_in, bytes_out, now_us.saturating_sub(arrived_us));
        }
        if !open {
            let _ = write.shutdown().await;
            return;
        }
    }
}

type Sent = (i16, usize, usize, u64);

/// Add an answer to what is written next; false closes the connection after it.
fn gather(
    answer: Answer,
    job: &Job,
    pieces: &mut Vec<Bytes>,
    held: &mut Vec<OwnedSemaphorePermit>,
    sent: &mut Vec<Sent>,
) -> bool {
    match answer {
        Answer::SendHeld(bytes, permit) => {
            held.push(permit);
            gather(Answer::Send(bytes), job, pieces, held, sent)
        }
        Answer::Send(mut bytes) => {
            let bytes_out = bytes.iter().map(Bytes::len).sum();
            pieces.append(&mut bytes);
            sent.push((job.key, job.bytes_in, bytes_out, job.arrived_us));
            job.key != STRANGER
        }
        Answer::Nothing => {
            sent.push((job.key, job.bytes_in, 0, job.arrived_us));
            true
        }
        Answer::Close => false,
    }
}

async fn write_all(write: &mut OwnedWriteHalf, mut pieces: Vec<Bytes>) -> io::Result<()> {
    pieces.retain(|piece| !piece.is_empty());
    let mut first = 0;
    while first < pieces.len() {
        let slices: Vec<IoSlice<'_>> =
            pieces[first..].iter().take(PIECES_MAX).map(|piece| IoSlice::new(piece)).collect();
        let mut written = match tokio::time::timeout(WRITE_MAX, write.write_vectored(&slices)).await {
            Ok(written) => written?,
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
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
    Ok(())
}

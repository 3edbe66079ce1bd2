//! One connection: frames in, and what answers them.

use std::future::{pending, poll_fn};
use std::io;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use leftfold_ports::Clock;
use leftfold_wire::header::{self, Head};
use leftfold_wire::{Request, frame};
use socket2::SockRef;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::answer_budget::AnswerBudget;
use crate::answers::{self, Answer, Ended, STRANGER};
use crate::calls::{Call, Calls, Reply};
use crate::counters::Counters;
use crate::frame_bytes::FrameBytes;
use crate::intake::{Intake, RequestMemory};
use crate::jobs::{Job, Jobs, Opening, Promise};
use crate::produce::Plan;
use crate::sessions::Sessions;
use crate::settings::ShellSettings;
use crate::tables::Tables;
use crate::under_way::{Room, UnderWay};
use crate::{api_versions, fetch, mentions, metadata, offsets, produce};

/// Requests of one connection that may be under way at once; past that it is not read.
const PIPELINE_MAX: usize = 64;
/// Pages of it that no frame has reached take no memory.
const READ_BUFFER_BYTES: usize = 16 << 10;
/// How long the rest of what a client sends is taken after our last byte.
const LINGER: Duration = Duration::from_millis(250);
const PRODUCE: i16 = 0;

/// What all connections share.
pub struct Shared {
    pub tables: Tables,
    pub counters: Arc<Counters>,
    pub calls: Calls,
    pub settings: Arc<ShellSettings>,
    pub clock: Arc<dyn Clock>,
    pub intake: Intake,
    pub stop: watch::Receiver<bool>,
    pub sessions: Sessions,
    pub answer_budget: AnswerBudget,
}

/// Who is at the other end, and where it reached us.
#[derive(Debug, Clone)]
pub struct Peer {
    pub listener: String,
    /// Whether we know who it is, or the listener asks nobody: its frames may be large.
    pub authenticated: bool,
    pub local: (String, i32),
    pub address: (String, i32),
    pub connection: u64,
}

/// Serve a connection until either side ends it.
pub async fn serve(stream: TcpStream, peer: Peer, shared: Arc<Shared>) {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::with_capacity(READ_BUFFER_BYTES, read);
    let under_way = UnderWay::new(shared.settings.connection_bytes_max);
    let jobs = Jobs::new(PIPELINE_MAX);
    // Whether the client may still send, or has not read everything yet.
    let mut busy = true;
    let ended = {
        let mut writer = pin!(answers::write(&mut write, &jobs, &shared));
        let mut stop = shared.stop.clone();
        let after_the_client = shared.settings.grace;
        let reader = async {
            let grace = tokio::select! {
                biased;
                () = read_requests(&mut read, peer, &jobs, &under_way, &shared) => after_the_client,
                () = silence(&under_way, shared.settings.idle_max) => after_the_client,
                _ = stop.changed() => Duration::MAX, // who stops the shell says how long it waits
            };
            jobs.close();
            grace
        };
        tokio::select! {
            biased; // the reader first, as `Jobs` asks for
            grace = reader => {
                busy = !under_way.is_idle();
                timeout(grace, writer).await.unwrap_or(Ended::Lost)
            }
            ended = &mut writer => ended,
        }
    };
    match ended {
        // What the client has not taken goes with it, instead of staying in the system for minutes.
        Ended::Lost => drop(SockRef::from(write.as_ref()).set_linger(Some(Duration::ZERO))),
        Ended::Done if busy => part(&mut read, &mut write).await,
        Ended::Done => {}
    }
}

/// Ready when no request has come for so long, or up to twice as long; who waits for an answer is not silent. One look in
/// all that time, instead of a timer for each request.
async fn silence(under_way: &UnderWay, idle_max: Option<Duration>) {
    let Some(idle) = idle_max else { return pending().await };
    let mut seen = None;
    while !under_way.is_idle() || seen != Some(under_way.begun()) {
        seen = Some(under_way.begun());
        tokio::time::sleep(idle).await;
    }
}

/// Say that nothing more comes, then take for a moment what the client has sent meanwhile: to close a connection with unread
/// bytes resets it, and the last answers would be lost on the way.
async fn part(read: &mut BufReader<OwnedReadHalf>, write: &mut OwnedWriteHalf) {
    if write.shutdown().await.is_err() {
        return;
    }
    let rest = async {
        while let Ok(bytes @ 1..) = read.fill_buf().await.map(<[u8]>::len) {
            read.consume(bytes);
        }
    };
    let _ = timeout(LINGER, rest).await;
}

// -- in --------------------------------------------------------------------------------------------------------------

async fn read_requests(
    read: &mut BufReader<OwnedReadHalf>,
    peer: Peer,
    jobs: &Jobs,
    under_way: &Rc<UnderWay>,
    shared: &Arc<Shared>,
) {
    let peer = Rc::new(peer);
    loop {
        let next = next_frame(read, &peer, under_way, shared).await;
        let job = match next {
            Next::Frame(frame) => accept(frame, &peer, under_way, shared).await,
            Next::InBuffer(length) => accept_in_buffer(read, length, &peer, under_way, shared).await,
            Next::Stranger(stranger) => {
                shared.counters.stranger(stranger);
                jobs.put(tell_stranger(stranger, shared)).await;
                return pending().await; // what it says besides is nothing to us
            }
            Next::Refused => None,
            Next::End => return,
        };
        let Some(job) = job else {
            shared.counters.frame_refused();
            return;
        };
        jobs.put(job).await;
    }
}

/// A request's bytes with all that they take.
struct Frame {
    bytes: Bytes,
    held: RequestMemory,
    room: Room,
}

enum Next {
    Frame(Frame),
    /// It is wholly in the reader's buffer, and so long.
    InBuffer(usize),
    Stranger(frame::Stranger),
    /// It cannot be read, or is larger than may be.
    Refused,
    /// The client has gone, or says nothing any more.
    End,
}

async fn next_frame(
    read: &mut BufReader<OwnedReadHalf>,
    peer: &Peer,
    under_way: &Rc<UnderWay>,
    shared: &Shared,
) -> Next {
    let mut prefix = [0; frame::PREFIX_BYTES];
    if read.read_exact(&mut prefix).await.is_err() {
        return Next::End;
    }
    if let Some(stranger) = frame::stranger(prefix) {
        return Next::Stranger(stranger);
    }
    let Ok(length) = frame::length(prefix, shared.settings.frame_bytes_max(peer.authenticated)) else {
        return Next::Refused;
    };
    if read.buffer().len() >= length {
        return Next::InBuffer(length);
    }
    let room = under_way.room(length).await;
    match shared.intake.body(read, length).await {
        Ok((bytes, held)) => Next::Frame(Frame { bytes, held, room }),
        Err(error) => {
            if error.kind() == io::ErrorKind::TimedOut {
                shared.counters.transfer_stalled();
            }
            Next::End
        }
    }
}

fn tell_stranger(stranger: frame::Stranger, shared: &Shared) -> Job {
    let bytes = Bytes::from(stranger.answer(shared.tables.node().admin.as_deref()));
    let promise = Promise::Now(Answer::Send(vec![bytes]));
    Job { key: STRANGER, bytes_in: 0, arrived_us: 0, promise, under_way: None }
}

/// What a request's header comes to.
enum Admitted {
    /// Its batches have been looked at, and are to be appended here and now: it need not wait for the answers before it.
    Produce(Plan, Opening),
    /// Its turn is when those before it are answered.
    InTurn { in_kernel: bool, may_wait: bool },
    /// It is answered without being looked at.
    Answered(Answer),
}

/// The key of a request, and what is to be done with it; None closes the connection.
async fn admit(frame: &[u8], peer: &Peer, under_way: &UnderWay, shared: &Shared) -> Option<(i16, Admitted)> {
    let head = header::request(frame).ok()?;
    let Head { key, version, correlation_id, body, .. } = head;
    if key.key == header::API_VERSIONS && !api_versions::is_served(version) {
        let mut writer = header::response(key, 0, correlation_id);
        api_versions::answer_unsupported(&mut writer);
        return Some((key.key, Admitted::Answered(Answer::Send(writer.finish()))));
    }
    let served = shared.tables.node().api(key.key).map(|api| (api.versions, api.in_kernel, api.may_wait));
    let ((first, last), in_kernel, may_wait) = served?;
    if !(first..=last).contains(&version) {
        shared.counters.failed(key.key);
        return None;
    }
    if key.key != PRODUCE || under_way.has_ordered() {
        return Some((key.key, Admitted::InTurn { in_kernel, may_wait }));
    }
    let Some(Request::Produce(request)) = mentions::parse(key.key, version, body) else {
        shared.counters.failed(key.key);
        return None;
    };
    let plan = produce::plan(shared, frame, &request, version, peer).await;
    Some((key.key, Admitted::Produce(plan, Opening::of(&head))))
}

/// A frame that lies in the reader's buffer: a produce request is taken from there, others get bytes of their own.
async fn accept_in_buffer(
    read: &mut BufReader<OwnedReadHalf>,
    length: usize,
    peer: &Rc<Peer>,
    under_way: &Rc<UnderWay>,
    shared: &Arc<Shared>,
) -> Option<Job> {
    let arrived_us = shared.clock.mono_us();
    let frame = &read.buffer()[..length];
    let (key, admitted) = admit(frame, peer, under_way, shared).await?;
    let promise = match admitted {
        Admitted::Answered(answer) => Promise::Now(answer),
        Admitted::Produce(plan, opening) => {
            let pending = plan.append(FrameBytes::Borrowed(frame), shared).await.ok()?;
            Promise::Appended(Some(pending), opening)
        }
        Admitted::InTurn { in_kernel, may_wait } => {
            let room = under_way.room(length).await;
            let (bytes, held) = shared.intake.body(read, length).await.ok()?;
            let turn = Turn { in_kernel, may_wait, arrived_us };
            return Some(job(
                key,
                length,
                arrived_us,
                turn.promise(Frame { bytes, held, room }, peer, under_way, shared),
                under_way,
            ));
        }
    };
    read.consume(length);
    Some(job(key, length, arrived_us, promise, under_way))
}

/// A frame in a buffer of its own; None closes the connection.
async fn accept(frame: Frame, peer: &Rc<Peer>, under_way: &Rc<UnderWay>, shared: &Arc<Shared>) -> Option<Job> {
    let arrived_us = shared.clock.mono_us();
    let length = frame.bytes.len();
    let (key, admitted) = admit(&frame.bytes, peer, under_way, shared).await?;
    let promise = match admitted {
        Admitted::Answered(answer) => Promise::Now(answer),
        Admitted::Produce(plan, opening) => {
            let Frame { bytes, held, room } = frame;
            let pending = plan.append(FrameBytes::Own(bytes), shared).await.ok()?;
            drop((held, room));
            Promise::Appended(Some(pending), opening)
        }
        Admitted::InTurn { in_kernel, may_wait } => {
            Turn { in_kernel, may_wait, arrived_us }.promise(frame, peer, under_way, shared)
        }
    };
    Some(job(key, length, arrived_us, promise, under_way))
}

fn job(key: i16, length: usize, arrived_us: u64, promise: Promise, under_way: &Rc<UnderWay>) -> Job {
    let bytes_in = length + frame::PREFIX_BYTES;
    Job { key, bytes_in, arrived_us, promise, under_way: Some(under_way.request()) }
}

/// A request that is answered when its turn has come.
struct Turn {
    in_kernel: bool,
    may_wait: bool,
    arrived_us: u64,
}

impl Turn {
    fn promise(self, frame: Frame, peer: &Rc<Peer>, under_way: &Rc<UnderWay>, shared: &Arc<Shared>) -> Promise {
        let ordered = under_way.ordered();
        let (peer, shared) = (peer.clone(), shared.clone());
        Promise::later(async move {
            let Frame { bytes, held, room } = frame;
            let answer = if self.in_kernel {
                answer_here(&bytes, held, self.arrived_us, &peer, &shared).await
            } else {
                answer_there(&bytes, held, self.may_wait, self.arrived_us, &peer, &shared).await
            };
            drop((room, ordered));
            answer
        })
    }
}

/// Answer a hot request from the tables and the log.
async fn answer_here(frame: &Bytes, held: RequestMemory, arrived_us: u64, peer: &Peer, shared: &Arc<Shared>) -> Answer {
    let Ok(head) = header::request(frame) else { return Answer::Close };
    let Some(request) = mentions::parse(head.key.key, head.version, head.body) else {
        shared.counters.failed(head.key.key);
        shared.counters.frame_refused();
        return Answer::Close;
    };
    let version = head.version;
    let mut writer = header::response(head.key, version, head.correlation_id);
    match request {
        Request::Produce(request) => {
            let plan = produce::plan(shared, frame, &request, version, peer).await;
            let Ok(pending) = plan.append(FrameBytes::Borrowed(frame), shared).await else {
                return Answer::Close;
            };
            let mut promise = Promise::Appended(Some(pending), Opening::of(&head));
            return poll_fn(|context| promise.poll(context)).await;
        }
        Request::Fetch(request) => {
            return match fetch::answer(shared, &request, fetch::Asker { version, peer }, &mut writer).await {
                Some(memory) => Answer::SendHeld(writer.finish(), memory),
                None => Answer::Close,
            };
        }
        Request::ListOffsets(request) => {
            if offsets::list_offsets(shared, &request, version, &mut writer).await.is_none() {
                return Answer::Close;
            }
        }
        Request::OffsetForLeaderEpoch(request) => offsets::for_leader_epoch(&shared.tables, &request, &mut writer),
        Request::ApiVersions(request) => {
            api_versions::answer(&shared.tables.node(), &request, version, &mut writer);
        }
        Request::Metadata(request) => {
            if metadata::needs_python(&shared.tables, &request, version) {
                match shared.calls.ask(call(frame, &head, arrived_us, peer, shared), held).await {
                    Some(Reply::Redo) => {}
                    Some(Reply::Body(body)) => {
                        writer.raw(&body);
                        return Answer::Send(writer.finish());
                    }
                    Some(Reply::HangUp) | None => return Answer::Close,
                }
            }
            metadata::answer(&shared.tables, &request, version, peer, &mut writer);
        }
    }
    Answer::Send(writer.finish())
}

/// Let Python answer.
async fn answer_there(
    frame: &Bytes,
    held: RequestMemory,
    may_wait: bool,
    arrived_us: u64,
    peer: &Peer,
    shared: &Shared,
) -> Answer {
    let Ok(head) = header::request(frame) else { return Answer::Close };
    let call = call(frame, &head, arrived_us, peer, shared);
    let reply = if may_wait {
        let mut stop = shared.stop.clone();
        tokio::select! {
            biased;
            reply = shared.calls.ask_patiently(call, shared.intake.park(held)) => reply,
            _ = stop.changed() => None,
        }
    } else {
        shared.calls.ask(call, held).await
    };
    match reply {
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

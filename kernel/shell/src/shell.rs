//! The shell as one object: threads, tables, listeners, stop.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use leftfold_log::{CompactionFailure, Failed, PartitionId, Ticket};
use leftfold_ports::{Clock, Random};
use parking_lot::Mutex;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, watch};
use tokio::task::LocalSet;

use crate::answer_budget::AnswerBudget;
use crate::calls::{Calls, Item, Reply};
use crate::connection::{self, Shared};
use crate::counters::{Counters, RequestCounts};
use crate::gate::Gate;
use crate::intake::Intake;
use crate::listen::{self, Accepted, Acceptor, Workers};
use crate::rate::Rate;
use crate::sessions::Sessions;
use crate::settings::ShellSettings;
use crate::tables::{NodeTable, TopicRow, Traffic};

/// Why a listener could not be opened.
#[derive(Debug)]
pub enum ListenError {
    PortTaken,
    Unusable(io::Error),
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PortTaken => f.write_str("another process listens there"),
            Self::Unusable(error) => write!(f, "{error}"),
        }
    }
}

impl From<io::Error> for ListenError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::AddrInUse { Self::PortTaken } else { Self::Unusable(error) }
    }
}

/// What the shell counts, at one moment.
pub struct ShellCounts {
    pub requests: Vec<(i16, RequestCounts)>,
    pub connections_open: u64,
    pub connections_total: u64,
    pub connections_refused: u64,
    pub frames_refused: u64,
    pub strangers_tls: u64,
    pub strangers_http: u64,
    pub transfers_stalled: u64,
    pub permit_bytes_max: u64,
    pub permit_bytes_used: u64,
    pub fetch_waiting: u64,
    pub produce_waiting: u64,
    pub calls_queued: u64,
}

struct Threads {
    workers: Vec<JoinHandle<()>>,
    /// One for each listener: it hangs up when the listener is closed.
    listeners: Vec<Receiver<()>>,
    /// Dropped to let the workers end.
    senders: Option<Workers>,
}

pub struct Shell {
    shared: Arc<Shared>,
    gate: Arc<Gate>,
    handles: Vec<Handle>,
    threads: Mutex<Threads>,
    stop_accepting: watch::Sender<bool>,
    stop: watch::Sender<bool>,
    next_connection: Arc<AtomicU64>,
    next_worker: Arc<AtomicUsize>,
    /// Of new connections, on all listeners together.
    rate: Arc<Rate>,
}

impl Shell {
    /// Start the workers; no listener is open yet.
    pub fn start(settings: ShellSettings, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> io::Result<Self> {
        let settings = Arc::new(settings);
        let counters = Arc::new(Counters::default());
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            tables: Default::default(),
            counters: counters.clone(),
            calls: Calls::new(settings.calls_max)?,
            settings: settings.clone(),
            clock,
            intake: Intake::new(settings.request_bytes_max, settings.request_pace),
            stop: stopped,
            answer_budget: AnswerBudget::new(settings.answer_bytes_max),
            sessions: Sessions::new(settings.fetch_sessions_max, random),
        });
        let (mut workers, mut senders, mut handles) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..settings.workers.max(1) {
            let runtime =
                Builder::new_current_thread().enable_io().enable_time().max_blocking_threads(READERS_MAX).build()?;
            let (sender, receiver) = mpsc::unbounded_channel();
            handles.push(runtime.handle().clone());
            senders.push(sender);
            let shared = shared.clone();
            let thread = std::thread::Builder::new().name(format!("leftfold-net-{number}"));
            workers.push(thread.spawn(move || {
                let local = LocalSet::new();
                runtime.block_on(local.run_until(work(receiver, shared)));
                drop(local);
                runtime.shutdown_background(); // A read that hangs must not hold up the stop.
            })?);
        }
        Ok(Self {
            rate: Arc::new(Rate::new(settings.connections_per_second_max)),
            gate: Arc::new(Gate::new(settings, counters)),
            shared,
            handles,
            threads: Mutex::new(Threads { workers, listeners: Vec::new(), senders: Some(Arc::new(senders)) }),
            stop_accepting: watch::Sender::new(false),
            stop,
            next_connection: Arc::new(AtomicU64::new(0)),
            next_worker: Arc::new(AtomicUsize::new(0)),
        })
    }

    // -- tables ----------------------------------------------------------------------------------------------------------

    pub fn publish_node(&self, node: NodeTable) {
        self.shared.tables.set_node(node);
    }

    pub fn publish_topic(&self, topic: TopicRow) {
        self.shared.tables.put(topic);
    }

    /// The partition's traffic so far, so that a topic that is published again goes on counting.
    #[must_use]
    pub fn traffic(&self, id: PartitionId) -> Arc<Traffic> {
        let topic = self.shared.tables.by_id(&id.topic);
        topic.and_then(|topic| topic.partition(id.index).ok().map(|row| row.traffic.clone())).unwrap_or_default()
    }

    pub fn withdraw_topic(&self, id: &[u8; 16]) {
        self.shared.tables.remove(id);
    }

    // -- listeners ---------------------------------------------------------------------------------------------------------

    /// Open a listener; the port that it got.
    pub fn listen(&self, name: &str, host: &str, port: u16) -> Result<u16, ListenError> {
        let listener = listen::bind(host, port, self.shared.settings.backlog)?;
        let port = listener.local_addr()?.port();
        let mut threads = self.threads.lock();
        let Some(workers) = threads.senders.clone() else {
            return Err(io::Error::other("the shell has stopped").into());
        };
        let own = self.shared.settings.listeners.get(name).cloned().unwrap_or_default();
        let acceptor = Acceptor {
            name: name.to_owned(),
            is_open: own.is_open,
            gate: self.gate.clone(),
            workers,
            next_connection: self.next_connection.clone(),
            next_worker: self.next_worker.clone(),
            rates: [self.rate.clone(), Arc::new(Rate::new(own.connections_per_second_max))],
        };
        let (open, closed) = std::sync::mpsc::channel();
        threads.listeners.push(closed);
        let accepting = acceptor.run(listener, self.stop_accepting.subscribe());
        self.handles[0].spawn(async move {
            accepting.await;
            drop(open);
        });
        Ok(port)
    }

    /// Close the listeners, write the answers that are under way, at most until the deadline, and close the connections whose
    /// answers are written. Python is asked and told as before, and the log goes on.
    pub fn close_connections(&self, deadline: Duration) {
        let until = Instant::now() + deadline;
        self.stop_accepting.send_replace(true);
        for listener in std::mem::take(&mut self.threads.lock().listeners) {
            let _ = listener.recv_timeout(until.saturating_duration_since(Instant::now()));
        }
        self.stop.send_replace(true);
        while self.shared.counters.connections_open.load(Ordering::Relaxed) > 0 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The same, then close what is left and end all threads.
    pub fn close(&self, deadline: Duration) {
        self.close_connections(deadline);
        self.shared.calls.close();
        let workers = {
            let mut threads = self.threads.lock();
            threads.senders = None;
            std::mem::take(&mut threads.workers)
        };
        for worker in workers {
            let _ = worker.join();
        }
        self.shared.tables.clear();
    }

    // -- Python ------------------------------------------------------------------------------------------------------------

    #[must_use]
    pub fn descriptor(&self) -> i32 {
        self.shared.calls.descriptor()
    }

    #[must_use]
    pub fn drain(&self, count_max: usize) -> Vec<Item> {
        self.shared.calls.drain(count_max)
    }

    pub fn answer(&self, id: u64, body: Vec<u8>) {
        self.shared.calls.answer(id, Reply::Body(body));
    }

    /// The answer to a `Verify`: a code for each of its partitions, in their order.
    pub fn verified(&self, id: u64, errors: Vec<i16>) {
        self.shared.calls.verified(id, errors);
    }

    pub fn redo(&self, id: u64) {
        self.shared.calls.answer(id, Reply::Redo);
    }

    pub fn hang_up(&self, id: u64) {
        self.shared.calls.answer(id, Reply::HangUp);
    }

    pub fn fatal(&self, reason: String) {
        self.shared.calls.tell(Item::Fatal(reason));
    }

    pub fn compaction_failed(&self, failure: CompactionFailure) {
        self.shared.calls.tell(Item::CompactionFailed(failure));
    }

    /// Report the end of an append or trim to Python when it is durable; the number that the report will carry.
    pub fn report(&self, base_offset: i64, ticket: Option<Ticket>) -> u64 {
        let number = self.shared.calls.ticket();
        let shared = self.shared.clone();
        let done = move |error| Item::Done { ticket: number, base_offset, error };
        match ticket {
            None => shared.calls.tell(done(None)),
            // On the committer's thread: by a task of the network it would be two more wake-ups for each append.
            Some(ticket) => ticket.when_ready(move |end| {
                let error = end.err().map(|failed| match failed {
                    Failed::Full => "disk_full".to_owned(),
                    Failed::Stopped(_) => "fsync_failed".to_owned(),
                });
                shared.calls.tell(done(error));
            }),
        }
        number
    }

    #[must_use]
    pub fn counts(&self) -> ShellCounts {
        let counters = &self.shared.counters;
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ShellCounts {
            requests: counters.requests(),
            connections_open: of(&counters.connections_open),
            connections_total: of(&counters.connections_total),
            connections_refused: of(&counters.connections_refused),
            frames_refused: of(&counters.frames_refused),
            strangers_tls: of(&counters.strangers_tls),
            strangers_http: of(&counters.strangers_http),
            transfers_stalled: of(&counters.transfers_stalled),
            permit_bytes_max: self.shared.intake.bytes_max() as u64,
            permit_bytes_used: self.shared.intake.bytes_used() as u64,
            fetch_waiting: of(&counters.fetch_waiting),
            produce_waiting: of(&counters.produce_waiting),
            calls_queued: self.shared.calls.queued() as u64,
        }
    }
}

/// Threads of each worker that may wait for the disk at once: for reads behind the cache, and searches by time.
const READERS_MAX: usize = 8;

/// A worker's life: take connections, serve each; when no more can come, let those that are left end.
async fn work(mut connections: mpsc::UnboundedReceiver<Accepted>, shared: Arc<Shared>) {
    let mut stop = shared.stop.clone();
    loop {
        let accepted = tokio::select! {
            accepted = connections.recv() => accepted,
            _ = stop.changed() => None,
        };
        let Some(Accepted { stream, peer, admitted }) = accepted else { break };
        let Ok(stream) = tokio::net::TcpStream::from_std(stream) else { continue };
        let shared = shared.clone();
        tokio::task::spawn_local(async move {
            connection::serve(stream, peer, shared).await;
            drop(admitted);
        });
    }
    // The acceptors hold senders too: until they have ended, connections are only dropped.
    while connections.recv().await.is_some() {}
}

//! The one journal of a node: group commit with no window.
//!
//! What was submitted while the last round was being synced is the next round: one write, one sync. A failed sync is final.

mod files;

use std::io::{self, IoSlice};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use leftfold_batch::Header;
use leftfold_ports::{Disk, File};
use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::at_risk::AtRisk;
use crate::frame::{self, FRAME_BYTES, Frame, Kind};
use crate::partition::Partition;
use crate::tickets::{Ticket, Tickets};
use crate::{LogSettings, Stopped};

pub use files::FOLDER;

/// Something that waits to become durable.
pub(crate) struct Entry {
    pub kind: Kind,
    /// Its place among all that were submitted.
    pub number: u64,
    /// Of its frame, once it is written.
    pub sequence: u64,
    pub partition: Arc<Partition>,
    pub term: i32,
    pub base_offset: i64,
    pub count: u32,
    pub bytes: Bytes,
    /// Of a data entry.
    pub header: Option<Header>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sleep {
    Awake,
    UntilSubmit,
    UntilUrgent,
}

struct Queue {
    entries: Vec<Entry>,
    bytes: usize,
    next_number: u64,
    /// While what found no room is taken back: nothing may be appended behind it.
    refusing: bool,
    urgent: bool,
    sleep: Sleep,
    closed: bool,
    at_risk: AtRisk,
}

impl Queue {
    fn due_us(&self, now_us: u64, delay_us: u64) -> Option<u64> {
        if self.entries.is_empty() {
            return None;
        }
        let since_us = self.at_risk.waiting_since_us().filter(|_| !self.urgent);
        Some(since_us.map_or(0, |since_us| (since_us + delay_us).saturating_sub(now_us)))
    }
}

/// What a round came to.
pub(crate) enum Round {
    Committed(Vec<Entry>),
    Nothing,
    /// No room for these: nothing of them was written, and the queue is empty. Data is refused until `put_back`.
    Full(Vec<Entry>),
    Closed,
}

pub(crate) struct Journal {
    disk: Arc<dyn Disk>,
    settings: LogSettings,
    queue: Mutex<Queue>,
    submitted: Condvar,
    tickets: Arc<Tickets>,
    full: AtomicBool,
    unfilled: AtomicUsize,
    room_waiters: Mutex<Vec<Waker>>,
    writer: Mutex<Writer>,
    pub rounds: AtomicU64,
    pub written_bytes: AtomicU64,
    pub sync_us: AtomicU64,
}

/// Where the next round goes. Invariant: `sequence` and `previous` are the last frame's, and it is durable.
struct Writer {
    sequence: u64,
    file: Option<Arc<dyn File>>,
    number: u64,
    position: u64,
    reserved: u64,
    /// Whether it was not prepared: its rounds cost six times as much.
    grows: bool,
    previous: u32,
    spares: Vec<PathBuf>,
    spare_number: u64,
}

impl Journal {
    /// Continue after recovery: frames up to `sequence` are durable and filled; new ones go to file `number`.
    pub fn new(disk: Arc<dyn Disk>, settings: LogSettings, sequence: u64, number: u64, previous: u32) -> Self {
        let queue = Queue {
            entries: Vec::new(),
            bytes: 0,
            next_number: 1,
            refusing: false,
            urgent: false,
            sleep: Sleep::Awake,
            closed: false,
            at_risk: AtRisk::new(settings.at_risk_ms_max, settings.at_risk_bytes_max),
        };
        let writer = Writer {
            sequence,
            file: None,
            number,
            position: 0,
            reserved: 0,
            grows: false,
            previous,
            spares: Vec::new(),
            spare_number: 0,
        };
        Self {
            disk,
            settings,
            queue: Mutex::new(queue),
            submitted: Condvar::new(),
            tickets: Arc::new(Tickets::new(0)),
            full: AtomicBool::new(false),
            unfilled: AtomicUsize::new(0),
            room_waiters: Mutex::default(),
            writer: Mutex::new(writer),
            rounds: AtomicU64::new(0),
            written_bytes: AtomicU64::new(0),
            sync_us: AtomicU64::new(0),
        }
    }

    /// Hand over a batch; its place in the order is the order of calls. Called under the partition's lock. With `caching`
    /// (the time in microseconds) it may be acknowledged at once: whether it may is the second value. None: the disk is full,
    /// nothing was taken. Who does not wake the committer calls `wake` behind the last of several.
    pub fn submit_data(&self, entry: Entry, caching: Option<u64>, wakes: bool) -> Option<(Ticket, bool)> {
        let mut queue = self.queue.lock();
        if queue.refusing || self.is_full() {
            return None;
        }
        let acknowledged = caching.is_some_and(|now_us| queue.at_risk.take(entry.bytes.len(), now_us));
        let number = self.push(&mut queue, entry, !acknowledged);
        if wakes {
            self.wake_from(queue);
        }
        Some((self.ticket(number), acknowledged))
    }

    /// Hand over a trim or a drop, for which there is room on a full disk too.
    pub fn submit_control(&self, entry: Entry) -> Ticket {
        let mut queue = self.queue.lock();
        let number = self.push(&mut queue, entry, true);
        self.wake_from(queue);
        self.ticket(number)
    }

    fn push(&self, queue: &mut Queue, mut entry: Entry, urgent: bool) -> u64 {
        self.unfilled.fetch_add(entry.bytes.len(), Ordering::Relaxed);
        let number = queue.next_number;
        queue.next_number += 1;
        entry.number = number;
        queue.bytes += entry.bytes.len();
        queue.entries.push(entry);
        queue.urgent |= urgent || queue.bytes >= self.settings.caching_bytes_max;
        number
    }

    /// Let what was submitted be written, if the committer sleeps.
    pub fn wake(&self) {
        self.wake_from(self.queue.lock());
    }

    fn wake_from(&self, mut queue: MutexGuard<'_, Queue>) {
        let wake = match queue.sleep {
            Sleep::Awake => false,
            Sleep::UntilSubmit => !queue.entries.is_empty(),
            Sleep::UntilUrgent => queue.urgent,
        };
        if wake {
            queue.sleep = Sleep::Awake;
            drop(queue);
            self.submitted.notify_one();
        }
    }

    /// The ticket of an entry that was submitted before.
    pub fn ticket(&self, number: u64) -> Ticket {
        Ticket { tickets: self.tickets.clone(), number }
    }

    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }

    /// Refuse data from now on, or take it again. Who waits for segments to catch up is told, to be refused as well.
    pub fn set_full(&self, full: bool) {
        self.full.store(full, Ordering::Relaxed);
        if full {
            self.room_waiters.lock().drain(..).for_each(Waker::wake);
        }
    }

    /// How long the next round may still wait; None where there is nothing to write.
    pub fn due_us(&self, now_us: u64) -> Option<u64> {
        self.queue.lock().due_us(now_us, self.settings.caching_delay_ms * 1000)
    }

    /// Wait until there is a round to write; false when the journal is closed and empty.
    pub fn wait(&self, now_us: impl Fn() -> u64) -> bool {
        let mut queue = self.queue.lock();
        loop {
            if queue.closed {
                return !queue.entries.is_empty();
            }
            match queue.due_us(now_us(), self.settings.caching_delay_ms * 1000) {
                Some(0) => return true,
                Some(due_us) => {
                    queue.sleep = Sleep::UntilUrgent;
                    self.submitted.wait_for(&mut queue, Duration::from_micros(due_us));
                }
                None => {
                    queue.sleep = Sleep::UntilSubmit;
                    self.submitted.wait(&mut queue);
                }
            }
            queue.sleep = Sleep::Awake;
        }
    }

    /// Write and sync whatever is waiting.
    pub fn round(&self, now_us: impl Fn() -> u64) -> Round {
        let mut entries = {
            let mut queue = self.queue.lock();
            if queue.entries.is_empty() {
                return if queue.closed { Round::Closed } else { Round::Nothing };
            }
            queue.urgent = false;
            queue.bytes = 0;
            queue.at_risk.begin_round();
            std::mem::take(&mut queue.entries)
        };
        let mut writer = self.writer.lock();
        match self.write(&mut writer, &mut entries, &now_us) {
            Ok(()) => {}
            Err(Trouble::Full) => return self.out_of_room(entries),
            Err(Trouble::Failed(error)) => {
                self.fail(&format!("the journal cannot be written: {error}; what it holds is unknown until a restart"));
                return Round::Closed;
            }
        }
        self.full.store(false, Ordering::Relaxed);
        self.rounds.fetch_add(1, Ordering::Relaxed);
        Round::Committed(entries)
    }

    fn out_of_room(&self, mut entries: Vec<Entry>) -> Round {
        self.set_full(true);
        let mut queue = self.queue.lock();
        if queue.closed {
            drop(queue);
            self.fail("the disk is full: what is not in the journal yet cannot be kept, make room and start again");
            return Round::Closed;
        }
        queue.refusing = true;
        queue.bytes = 0;
        queue.at_risk.undo_round();
        entries.append(&mut queue.entries);
        Round::Full(entries)
    }

    /// After a round without room: `kept` is tried again; the `refused` are told, now that their partitions know nothing of
    /// them any more.
    pub fn put_back(&self, mut kept: Vec<Entry>, refused: &[Entry]) {
        self.filled(refused.iter().map(|entry| entry.bytes.len()).sum());
        self.tickets.refuse(&refused.iter().map(|entry| entry.number).collect::<Vec<_>>());
        let mut queue = self.queue.lock();
        queue.refusing = false;
        queue.bytes += kept.iter().map(|entry| entry.bytes.len()).sum::<usize>();
        kept.append(&mut queue.entries);
        queue.urgent = !kept.is_empty();
        queue.entries = kept;
    }

    /// After the partitions have been told, so that who is acknowledged can read it: everything up to `number` is durable.
    pub fn acknowledge(&self, number: u64) {
        self.queue.lock().at_risk.end_round();
        self.tickets.acknowledge(number);
    }

    fn write(&self, writer: &mut Writer, entries: &mut [Entry], now_us: &impl Fn() -> u64) -> Result<(), Trouble> {
        let need: u64 = entries.iter().map(|entry| (FRAME_BYTES + entry.bytes.len()) as u64).sum();
        // Data leaves room behind it: a topic must be deletable on a full disk, and that is a frame too.
        let room = need + if entries.iter().any(|entry| entry.kind == Kind::Data) { self.control_bytes() } else { 0 };
        let better = writer.grows && !writer.spares.is_empty();
        let fits = writer.position + room <= self.settings.journal_file_bytes.max(writer.reserved);
        if writer.file.is_none() || better || !fits {
            self.next_file(writer, room)?;
        }
        self.reserve(writer, room)?;
        let file = writer.file.clone().ok_or_else(|| Trouble::Failed(io::ErrorKind::NotFound.into()))?;
        let durable = writer.sequence;
        let mut headers = Vec::with_capacity(entries.len());
        for (entry, sequence) in entries.iter_mut().zip(durable + 1..) {
            entry.sequence = sequence;
            let frame = Frame {
                kind: entry.kind,
                sequence,
                durable,
                partition: entry.partition.id,
                term: entry.term,
                index: 0,
                base_offset: entry.base_offset,
                count: entry.count,
            };
            let (header, checksum) = match &entry.header {
                Some(batch) => frame::encode_batch(&frame, &entry.bytes, batch.crc, writer.previous),
                None => frame::encode(&frame, &entry.bytes, writer.previous),
            };
            writer.previous = checksum;
            headers.push(header);
        }
        let mut pieces = Vec::with_capacity(entries.len() * 2);
        for (header, entry) in headers.iter().zip(&*entries) {
            pieces.push(IoSlice::new(header));
            pieces.push(IoSlice::new(&entry.bytes));
        }
        file.write_at(&pieces, writer.position).map_err(Trouble::Failed)?;
        let started = now_us();
        file.sync().map_err(Trouble::Failed)?;
        self.sync_us.fetch_add(now_us() - started, Ordering::Relaxed);
        writer.position += need;
        writer.sequence += entries.len() as u64;
        self.written_bytes.fetch_add(need, Ordering::Relaxed);
        Ok(())
    }

    pub fn close(&self) {
        self.queue.lock().closed = true;
        self.submitted.notify_all();
    }

    pub fn fail(&self, why: &str) {
        self.tickets.stop(Stopped(why.to_owned()));
        self.queue.lock().closed = true;
        self.submitted.notify_all();
        self.room_waiters.lock().drain(..).for_each(Waker::wake);
    }

    pub fn failure(&self) -> Option<Stopped> {
        self.tickets.failure()
    }

    /// The segments caught up by so much.
    pub fn filled(&self, bytes: usize) {
        let before = self.unfilled.fetch_sub(bytes, Ordering::Relaxed);
        if before >= self.settings.unfilled_bytes_max && before - bytes < self.settings.unfilled_bytes_max {
            self.room_waiters.lock().drain(..).for_each(Waker::wake);
        }
    }

    /// Whether an append may be submitted now, if only to be refused; otherwise the waker is called when it may.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        if self.has_room() || self.failure().is_some() {
            return Poll::Ready(());
        }
        self.room_waiters.lock().push(context.waker().clone());
        if self.has_room() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn has_room(&self) -> bool {
        self.unfilled.load(Ordering::Relaxed) < self.settings.unfilled_bytes_max || self.is_full()
    }
}

enum Trouble {
    Full,
    Failed(io::Error),
}

impl Trouble {
    /// Of a call that came before the write itself: a full disk is no failure yet.
    fn of(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::StorageFull { Self::Full } else { Self::Failed(error) }
    }
}

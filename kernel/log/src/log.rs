//! The log of one data folder, and its loops.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use leftfold_batch::producers::Producers;
use leftfold_ports::{Clock, Disk};
use parking_lot::{Condvar, Mutex, RwLock};

use crate::cache::Cache;
use crate::compact::report::Compactions;
use crate::fill_queue::FillQueue;
use crate::frame::Kind;
use crate::journal::{Entry, Journal, Round};
use crate::partition::{Inner, Partition, PartitionId, Shared};
use crate::recovery;
use crate::segment::Segment;
use crate::{LogSettings, OpenError, Stopped, Ticket, TopicConfig};

/// How far recovery is, in bytes of journal.
#[derive(Default)]
pub struct Progress {
    pub done: AtomicU64,
    pub total: AtomicU64,
}

pub struct Log {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: LogSettings,
    partitions: RwLock<BTreeMap<PartitionId, Arc<Partition>>>,
    pub(crate) fill_queue: FillQueue,
    /// All frames up to this one are in segments.
    pub(crate) filled_sequence: AtomicU64,
    /// Filled journal files that the next checkpoint lets go.
    pub(crate) retiring: Mutex<std::collections::VecDeque<u64>>,
    /// One writes checkpoints at a time. Taken before all others.
    pub(crate) settling: Mutex<()>,
    pub(crate) unsynced_bytes: AtomicUsize,
    /// Held by who adds or removes files of partitions: filler, retention, drop.
    /// Taken after `dirty`, before a partition.
    pub(crate) folders: Mutex<()>,
    pub(crate) dirty: Mutex<BTreeSet<PartitionId>>,
    pub(crate) compactions: Compactions,
    pub(crate) closing: AtomicBool,
    committed_all: AtomicBool,
    filled_all: AtomicBool,
    /// What recovery had to say: one line each.
    pub notes: Vec<String>,
    /// Of this very folder, wherever it is moved to; drawn when it was made.
    pub folder_id: [u8; 16],
}

pub(crate) const TOPICS: &str = "topics";
pub(crate) const SET_ASIDE: &str = "set-aside";
/// After a full disk the loops look again this often.
const RETRY: Duration = Duration::from_millis(200);

impl Log {
    /// Recover the folder: replay the journal into the segments, cut what was torn, keep what is damaged.
    pub fn open(
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        settings: LogSettings,
        progress: &Progress,
    ) -> Result<Arc<Self>, OpenError> {
        let recovered = recovery::recover(&disk, &clock, &settings, progress)?;
        let log = Self {
            shared: recovered.shared,
            settings,
            partitions: RwLock::new(recovered.partitions),
            fill_queue: FillQueue::default(),
            filled_sequence: AtomicU64::new(recovered.sequence),
            retiring: Mutex::default(),
            settling: Mutex::default(),
            unsynced_bytes: AtomicUsize::new(0),
            folders: Mutex::default(),
            dirty: Mutex::new(recovered.dirty),
            compactions: Compactions::default(),
            closing: AtomicBool::new(false),
            committed_all: AtomicBool::new(false),
            filled_all: AtomicBool::new(false),
            notes: recovered.notes,
            folder_id: recovered.folder_id,
        };
        log.checkpoint()?;
        for path in recovered.replayed {
            disk.remove(&path)?;
        }
        disk.sync_folder(Path::new(crate::journal::FOLDER))?;
        Ok(Arc::new(log))
    }

    pub(crate) fn journal(&self) -> &Arc<Journal> {
        &self.shared.journal
    }

    #[must_use]
    pub fn partition(&self, id: PartitionId) -> Option<Arc<Partition>> {
        self.partitions.read().get(&id).cloned()
    }

    /// Every partition, by id.
    #[must_use]
    pub fn partitions(&self) -> Vec<Arc<Partition>> {
        let mut all: Vec<_> = self.partitions.read().values().cloned().collect();
        all.sort_by_key(|partition| partition.id);
        all
    }

    /// The partition with its folder; made where it is missing, given the config where it is not.
    pub fn create(&self, id: PartitionId, config: TopicConfig) -> io::Result<Arc<Partition>> {
        if let Some(known) = self.partition(id) {
            known.set_config(config);
            return Ok(known);
        }
        let mut partitions = self.partitions.write();
        let folder = id.folder();
        self.shared.disk.create_folder(&folder)?;
        let segment = Segment::open(&*self.shared.disk, &folder, 0)?;
        let partition = Arc::new(Partition::new(id, self.shared.clone(), Inner::empty(config, vec![segment])));
        partitions.insert(id, partition.clone());
        Ok(partition)
    }

    /// Journal the drop, then remove the folder: a crash between the two is finished at the next start.
    pub fn drop_partition(&self, id: PartitionId) -> io::Result<()> {
        let Some(partition) = self.partitions.write().remove(&id) else { return Ok(()) };
        self.wait(partition.drop_now())?;
        let _files = self.folders.lock();
        self.shared.disk.remove_folder(&id.folder())?;
        let topic = id.folder().parent().map(Path::to_owned).unwrap_or_default();
        if self.shared.disk.list(&topic)?.is_empty() {
            self.shared.disk.remove_folder(&topic)?;
            return self.shared.disk.sync_folder(Path::new(TOPICS));
        }
        self.shared.disk.sync_folder(&topic)
    }

    /// Block until a ticket is ready; for callers that are no network thread.
    fn wait(&self, ticket: Ticket) -> io::Result<()> {
        let thread = Arc::new(Parked { ready: Mutex::new(false), changed: Condvar::new() });
        let waker = std::task::Waker::from(thread.clone());
        let mut context = std::task::Context::from_waker(&waker);
        let mut ticket = std::pin::pin!(ticket);
        loop {
            match Future::poll(ticket.as_mut(), &mut context) {
                std::task::Poll::Ready(done) => return done.map_err(|failed| io::Error::other(failed.to_string())),
                std::task::Poll::Pending => {
                    let mut ready = thread.ready.lock();
                    while !*ready {
                        thread.changed.wait(&mut ready);
                    }
                    *ready = false;
                }
            }
        }
    }

    /// Ids of the topics that have a folder.
    pub fn topics_on_disk(&self) -> io::Result<Vec<[u8; 16]>> {
        let names = self.shared.disk.list(Path::new(TOPICS))?;
        Ok(names.iter().filter_map(|name| recovery::topic_of(name)).collect())
    }

    /// Move a topic's folder out of the way; nothing is removed. Returns where it is now. The drop is journaled after the
    /// move, so that a replay makes no new folder; a crash between the two ends in one more folder set aside.
    pub fn set_aside(&self, topic: [u8; 16]) -> io::Result<String> {
        let (disk, mut gone) = (&self.shared.disk, Vec::new());
        self.partitions.write().retain(|id, partition| {
            if id.topic == topic {
                gone.push(partition.clone());
            }
            id.topic != topic
        });
        let name: String = topic.iter().map(|byte| format!("{byte:02x}")).collect();
        let target = Path::new(SET_ASIDE).join(format!("{name}-{}", self.shared.clock.wall_ms()));
        let _files = self.folders.lock();
        disk.create_folder(Path::new(SET_ASIDE))?;
        disk.sync_folder(Path::new(""))?;
        disk.rename(&Path::new(TOPICS).join(name), &target)?;
        disk.sync_folder(Path::new(SET_ASIDE))?;
        disk.sync_folder(Path::new(TOPICS))?;
        for partition in gone {
            drop(partition.drop_now()); // Nobody waits for it.
        }
        Ok(disk.show(&target))
    }

    /// Why the log stopped, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<Stopped> {
        self.journal().failure()
    }

    /// Stop for good: appends are refused, who waits is told, and the loops end.
    pub fn fail(&self, why: &str) {
        self.journal().fail(why);
        self.committed_all.store(true, Ordering::Release);
        self.fill_queue.close();
    }

    /// (free bytes, total bytes) of the disk.
    pub fn space(&self) -> io::Result<(u64, u64)> {
        self.shared.disk.space()
    }

    /// (rounds, bytes, microseconds in fdatasync) of the journal since start.
    #[must_use]
    pub fn journal_counters(&self) -> (u64, u64, u64) {
        let journal = self.journal();
        (
            journal.rounds.load(Ordering::Relaxed),
            journal.written_bytes.load(Ordering::Relaxed),
            journal.sync_us.load(Ordering::Relaxed),
        )
    }

    /// How many microseconds the next round may still wait: none for what somebody waits for, a little for what was
    /// acknowledged already. None: there is nothing to write.
    #[must_use]
    pub fn commit_due_us(&self) -> Option<u64> {
        self.journal().due_us(self.shared.clock.mono_us())
    }

    /// Let the broker's own appends become durable: behind the last of several that are to be one round.
    pub fn commit_soon(&self) {
        self.journal().wake();
    }

    /// One round of the journal. The loop below calls it; a simulation calls it by hand.
    pub fn commit_once(&self) -> bool {
        let before = self.journal().current_file();
        let clock = &self.shared.clock;
        match self.journal().round(|| clock.mono_us()) {
            Round::Committed(entries) => {
                let mut last: Option<(&Arc<Partition>, i64)> = None;
                for entry in &entries {
                    let Some(header) = &entry.header else { continue };
                    if let Some((partition, end)) = last
                        && !Arc::ptr_eq(partition, &entry.partition)
                    {
                        partition.commit(end);
                    }
                    last = Some((&entry.partition, header.last_offset() + 1));
                }
                if let Some((partition, end)) = last {
                    partition.commit(end);
                }
                self.journal().acknowledge(entries.last().map_or(0, |entry| entry.number));
                let after = self.journal().current_file();
                self.fill_queue.push((after != before).then_some(before), entries);
                true
            }
            Round::Nothing => false,
            Round::Full(entries) => {
                self.take_back(entries);
                false
            }
            Round::Closed => {
                self.committed_all.store(true, Ordering::Release);
                self.fill_queue.close();
                false
            }
        }
    }

    /// There was no room for these entries. Data that nobody was told is durable is taken back and refused; what was
    /// acknowledged already (write.caching), trims and drops wait for room.
    fn take_back(&self, entries: Vec<Entry>) {
        let mut ends: BTreeMap<PartitionId, i64> = BTreeMap::new();
        let (refused, kept): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| {
            let mut end = || *ends.entry(entry.partition.id).or_insert_with(|| entry.partition.take_back());
            entry.kind == Kind::Data && entry.base_offset >= end()
        });
        self.journal().put_back(kept, &refused);
    }

    /// Commits rounds until the log is closed; run it on a thread of its own.
    pub fn commit_loop(&self) {
        while self.journal().wait(|| self.shared.clock.mono_us()) {
            let committed = self.commit_once();
            if self.committed_all.load(Ordering::Acquire) {
                return;
            }
            if !committed && self.journal().is_full() {
                std::thread::sleep(RETRY);
            }
        }
        self.committed_all.store(true, Ordering::Release);
        self.fill_queue.close();
    }

    /// Fills segments until the log is closed and everything committed is filled; run it on a thread of its own.
    pub fn fill_loop(&self) {
        while self.fill_queue.wait() {
            match self.fill_once() {
                Ok(_) => {}
                Err(error) if self.is_for_want_of_space(&error) => {
                    if self.closing.load(Ordering::Acquire) {
                        break; // What is not filled is in the journal.
                    }
                    std::thread::sleep(RETRY);
                }
                Err(error) => {
                    self.journal().fail(&format!("a segment cannot be written: {error}"));
                    break;
                }
            }
        }
        self.filled_all.store(true, Ordering::Release);
    }

    /// If so, appends are refused until there is room.
    pub(crate) fn is_for_want_of_space(&self, error: &io::Error) -> bool {
        let full = error.kind() == io::ErrorKind::StorageFull;
        if full {
            self.journal().set_full(true);
        }
        full
    }

    /// Refuse appends before the disk is full, and take them again when there is room.
    pub fn look_for_space(&self) {
        if let Ok((free, _)) = self.shared.disk.space() {
            self.journal().set_full(free < self.settings.free_bytes_min);
        }
    }

    /// No more appends; the loops finish what was submitted and return.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Release);
        self.journal().close();
    }

    /// After the loops have returned: the last checkpoint and the final mark.
    pub fn finish(&self) -> io::Result<()> {
        if let Some(stopped) = self.failure() {
            return Err(io::Error::other(stopped.0));
        }
        // On a full disk neither is needed: the journal has everything, and the next start reads it.
        let unless_full = |done: io::Result<()>| match done {
            Err(error) if error.kind() == io::ErrorKind::StorageFull => Ok(()),
            done => done,
        };
        unless_full(self.checkpoint())?;
        unless_full(self.journal().write_stop())
    }
}

struct Parked {
    ready: Mutex<bool>,
    changed: Condvar,
}

impl std::task::Wake for Parked {
    fn wake(self: Arc<Self>) {
        *self.ready.lock() = true;
        self.changed.notify_all();
    }
}

impl Inner {
    pub(crate) fn empty(config: TopicConfig, segments: Vec<Segment>) -> Self {
        Self {
            config: Arc::new(config),
            segments,
            tail: std::collections::VecDeque::new(),
            log_start: 0,
            filled_end: 0,
            high_watermark: 0,
            log_end: 0,
            last_number: 0,
            producers: Producers::default(),
            filled_producers: Producers::default(),
            epochs: Arc::default(),
            epochs_written: Vec::new(),
            damage: Vec::new(),
            given_up: Vec::new(),
            clean_end: 0,
            holes_end: 0,
            waiters: crate::waiters::Waiters::default(),
            transactions: crate::transactions::Transactions::default(),
            gone: false,
        }
    }
}

impl Partition {
    pub(crate) fn new(id: PartitionId, shared: Arc<Shared>, mut inner: Inner) -> Self {
        inner.producers = inner.producers.bounded(shared.producers_max);
        inner.filled_producers = inner.filled_producers.bounded(shared.producers_max);
        Self { id, shared, inner: Mutex::new(inner) }
    }
}

/// Folders that every data folder has.
pub(crate) fn folders() -> [PathBuf; 2] {
    [PathBuf::from(crate::journal::FOLDER), PathBuf::from(TOPICS)]
}

pub(crate) fn new_shared(
    disk: &Arc<dyn Disk>,
    clock: &Arc<dyn Clock>,
    settings: &LogSettings,
    journal: Journal,
) -> Arc<Shared> {
    Arc::new(Shared {
        disk: disk.clone(),
        clock: clock.clone(),
        journal: Arc::new(journal),
        cache: Cache::new(settings.cache_bytes_max),
        journal_give_up: settings.journal_give_up,
        producers_max: settings.producers_max,
    })
}

//! One partition: append, offsets, who waits.

use std::collections::VecDeque;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use leftfold_batch::producers::{Producers, Verdict};
use leftfold_batch::{Checked, Header, TimestampType, stamp};
use leftfold_ports::{Clock, Disk};
use parking_lot::Mutex;

use crate::cache::Cache;
use crate::frame::Kind;
use crate::journal::{Entry, Journal};
use crate::scan::Gaps;
use crate::segment::Segment;
use crate::transactions::{Transactions, Verification};
use crate::waiters::{Waiters, Woken};
use crate::{AppendError, ReadError, Ticket, TopicConfig};

/// The name of a partition everywhere in the kernel; topic names come and go, ids do not (KIP-516).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartitionId {
    pub topic: [u8; 16],
    pub index: i32,
}

impl PartitionId {
    /// Its folder; made of the id, never of a name.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let topic: String = self.topic.iter().map(|byte| format!("{byte:02x}")).collect();
        PathBuf::from("topics").join(topic).join(self.index.to_string())
    }
}

/// Where a partition starts and ends. Invariant: log_start <= last_stable <= high_watermark <= log_end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offsets {
    pub log_start: i64,
    pub high_watermark: i64,
    pub last_stable: i64,
    pub log_end: i64,
}

/// A quarantined range of offsets, both ends included: never served, never cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    pub first: i64,
    pub last: i64,
    pub reason: String,
}

/// One live producer, as DescribeProducers shows it (KIP-664).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProducerView {
    pub id: i64,
    pub epoch: i16,
    pub last_sequence: i32,
    pub last_timestamp: i64,
    pub coordinator_epoch: i32,
    pub transaction_first_offset: i64,
}

/// What an append came to. Without a ticket it is acknowledged already.
pub struct Appended {
    pub base_offset: i64,
    pub last_offset: i64,
    pub append_time: Option<i64>,
    pub log_start_offset: i64,
    pub ticket: Option<Ticket>,
}

/// How a batch is to be appended.
#[derive(Clone, Copy)]
pub(crate) struct Put {
    pub leader_epoch: i32,
    /// By the broker's clock.
    pub now: i64,
    /// Whether it may be acknowledged before it is durable, where the topic has it so.
    pub may_cache: bool,
    /// Whether the committer is told at once.
    pub wakes: bool,
}

/// A batch kept in memory for those who read the end.
pub(crate) struct TailBatch {
    pub header: Header,
    pub bytes: Bytes,
}

impl TailBatch {
    /// Bytes of memory: a batch of one small record costs much more than itself.
    pub fn cost(&self) -> usize {
        self.bytes.len() + size_of::<Self>() + ALLOCATION_BYTES
    }
}

/// What an allocation of its own costs beside its bytes, about.
const ALLOCATION_BYTES: usize = 64;

/// Invariant: segments hold what is before `filled_end`, the tail at least what is from there to `log_end`.
pub(crate) struct Inner {
    pub config: Arc<TopicConfig>,
    pub segments: Vec<Segment>,
    pub tail: VecDeque<TailBatch>,
    pub log_start: i64,
    pub filled_end: i64,
    pub high_watermark: i64,
    pub log_end: i64,
    /// Of its newest entry in the journal, to wait for.
    pub last_number: u64,
    pub producers: Producers,
    /// The producers as of `filled_end`: what a snapshot may say.
    pub filled_producers: Producers,
    /// (epoch, first offset), ascending.
    pub epochs: Arc<Vec<(i32, i64)>>,
    /// What `leader-epoch-checkpoint` says of them.
    pub epochs_written: Vec<(i32, i64)>,
    pub damage: Vec<Damage>,
    pub given_up: Vec<(i64, i64)>,
    /// Compaction has gone over everything before it.
    pub clean_end: i64,
    /// Compaction may have taken records out before it. Durable in a checkpoint before the first of them is.
    pub holes_end: i64,
    pub waiters: Waiters,
    pub transactions: Transactions,
    pub gone: bool,
}

impl Inner {
    /// The offsets that are known not to be readable.
    pub fn gaps(&self) -> Gaps {
        let damaged = self.damage.iter().map(|damage| (damage.first, damage.last));
        Gaps { known: damaged.chain(self.given_up.iter().copied()).collect(), compacted_end: self.holes_end }
    }

    fn waiters_of(&mut self, stable: bool) -> &mut Waiters {
        if stable { &mut self.transactions.waiters } else { &mut self.waiters }
    }

    /// Quarantine a range; what was known within it is taken in.
    pub fn note_damage(&mut self, damage: Damage) {
        if !self.damage.iter().any(|known| known.first <= damage.first && damage.last <= known.last) {
            self.damage.retain(|known| known.first < damage.first || damage.last < known.last);
            self.damage.push(damage);
        }
    }
}

/// What all partitions share.
pub(crate) struct Shared {
    pub disk: Arc<dyn Disk>,
    pub clock: Arc<dyn Clock>,
    pub journal: Arc<Journal>,
    pub cache: Cache,
    pub journal_give_up: bool,
    pub producers_max: usize,
}

pub struct Partition {
    pub id: PartitionId,
    pub(crate) shared: Arc<Shared>,
    pub(crate) inner: Mutex<Inner>,
}

impl Partition {
    #[must_use]
    pub fn config(&self) -> Arc<TopicConfig> {
        self.inner.lock().config.clone()
    }

    pub fn set_config(&self, config: TopicConfig) {
        self.inner.lock().config = Arc::new(config);
    }

    #[must_use]
    pub fn offsets(&self) -> Offsets {
        let inner = self.inner.lock();
        Offsets {
            log_start: inner.log_start,
            high_watermark: inner.high_watermark,
            last_stable: inner.last_stable(),
            log_end: inner.log_end,
        }
    }

    /// Ready when an append would not have to wait for the segments to catch up.
    pub fn poll_room(&self, context: &Context<'_>) -> Poll<()> {
        self.shared.journal.poll_room(context)
    }

    /// Append one checked batch of the broker's own. It becomes durable after the next [`crate::Log::commit_soon`], so that
    /// several are one round.
    pub fn append(
        self: &Arc<Self>,
        batch: BytesMut,
        checked: &Checked,
        leader_epoch: i32,
    ) -> Result<Appended, AppendError> {
        let put = Put { leader_epoch, now: self.may_append()?, may_cache: true, wakes: false };
        self.append_with(batch, checked, None, put)
    }

    /// Append one checked batch of a client's: it gets the next offsets, at once and in the order of calls. Its bytes are kept
    /// as they are, for the journal, the segment and those who read the end: no copy is made. One that begins a transaction is
    /// appended if `verified` was answered with yes.
    pub fn append_verified(
        self: &Arc<Self>,
        batch: BytesMut,
        checked: &Checked,
        leader_epoch: i32,
        verified: Option<&Verification>,
    ) -> Result<Appended, AppendError> {
        let put = Put { leader_epoch, now: self.may_append()?, may_cache: true, wakes: true };
        self.append_with(batch, checked, verified, put)
    }

    fn append_with(
        self: &Arc<Self>,
        batch: BytesMut,
        checked: &Checked,
        verified: Option<&Verification>,
        put: Put,
    ) -> Result<Appended, AppendError> {
        let mut inner = self.inner.lock();
        if inner.gone {
            return Err(AppendError::Gone);
        }
        if checked.header.has_producer() {
            if let Verdict::Duplicate(seen) = inner.producers.check(&checked.header).map_err(AppendError::Rejected)? {
                return Ok(self.duplicate(&inner, &seen));
            }
            // Without a sequence it is the broker's own, which knows what it does.
            if checked.header.has_sequence() {
                inner.check_begin(&checked.header, verified)?;
            }
        }
        let appended = self.put(&mut inner, batch, checked, put)?;
        inner.transactions.forget_first(checked.header.producer_id);
        Ok(appended)
    }

    /// The broker's clock, if anything can be appended.
    pub(crate) fn may_append(&self) -> Result<i64, AppendError> {
        let journal = &self.shared.journal;
        if let Some(stopped) = journal.failure() {
            return Err(AppendError::Stopped(stopped));
        }
        if journal.is_full() { Err(AppendError::Full) } else { Ok(self.shared.clock.wall_ms()) }
    }

    /// Give a batch the next offsets and hand it to the journal.
    pub(crate) fn put(
        self: &Arc<Self>,
        inner: &mut Inner,
        mut batch: BytesMut,
        checked: &Checked,
        Put { leader_epoch, now, may_cache, wakes }: Put,
    ) -> Result<Appended, AppendError> {
        let append_time = (inner.config.timestamp_type == TimestampType::LogAppendTime).then_some(now);
        let base_offset = inner.log_end;
        // Epochs never go back in a log: readers are told apart by them (KIP-101).
        let leader_epoch = inner.epochs.last().map_or(leader_epoch, |last| last.0.max(leader_epoch));
        let header = stamp(&mut batch, checked.header, base_offset, leader_epoch, append_time, checked.max_timestamp);
        // Acknowledged before it is durable, if so little is at risk that it may be.
        let caching = (may_cache && inner.config.write_caching).then(|| self.shared.clock.mono_us());
        let bytes = batch.freeze();
        let entry = self.entry(Kind::Data, leader_epoch, base_offset, bytes.clone(), Some(header));
        let (ticket, acknowledged) = self.shared.journal.submit_data(entry, caching, wakes).ok_or(AppendError::Full)?;
        if let Some(ended) = inner.producers.replay(&header, &bytes, now) {
            inner.transactions.note_end(&ended);
        }
        if inner.epochs.last().is_none_or(|last| last.0 < leader_epoch) {
            Arc::make_mut(&mut inner.epochs).push((leader_epoch, base_offset));
        }
        inner.log_end = header.last_offset() + 1;
        let batch = TailBatch { header, bytes };
        self.shared.cache.taken(batch.cost());
        inner.tail.push_back(batch);
        inner.last_number = ticket.number;
        let appended = Appended {
            base_offset,
            last_offset: header.last_offset(),
            append_time,
            log_start_offset: inner.log_start,
            ticket: (!acknowledged).then_some(ticket),
        };
        if acknowledged {
            Self::raise(inner, header.last_offset() + 1).wake();
        }
        Ok(appended)
    }

    /// A batch that was appended before: its own offsets, and the wait for them if they are not durable yet.
    fn duplicate(&self, inner: &Inner, seen: &leftfold_batch::producers::SeenBatch) -> Appended {
        let pending = seen.last_offset >= inner.high_watermark;
        let ticket = self.shared.journal.ticket(inner.last_number);
        Appended {
            base_offset: seen.base_offset(),
            last_offset: seen.last_offset,
            append_time: (inner.config.timestamp_type == TimestampType::LogAppendTime).then_some(seen.timestamp),
            log_start_offset: inner.log_start,
            ticket: pending.then_some(ticket),
        }
    }

    fn entry(self: &Arc<Self>, kind: Kind, term: i32, base_offset: i64, bytes: Bytes, header: Option<Header>) -> Entry {
        let count = header.map_or(0, |header| header.record_count as u32);
        Entry { kind, number: 0, sequence: 0, partition: self.clone(), term, base_offset, count, bytes, header }
    }

    /// DeleteRecords: the log starts at `offset` from now on (-1: at the high watermark). Durable when the ticket is ready.
    pub fn trim(self: &Arc<Self>, offset: i64) -> Result<(i64, Ticket), ReadError> {
        let mut inner = self.inner.lock();
        if inner.gone {
            return Err(ReadError::Gone);
        }
        let wanted = if offset == -1 { inner.high_watermark } else { offset };
        if wanted < 0 || wanted > inner.high_watermark {
            return Err(ReadError::OutOfRange);
        }
        let start = wanted.max(inner.log_start);
        inner.log_start = start;
        let woken = inner.raise_stable();
        let ticket = self.shared.journal.submit_control(self.entry(Kind::Trim, 0, start, Bytes::new(), None));
        drop(inner);
        woken.wake();
        Ok((start, ticket))
    }

    /// Nobody reads or writes it any more; returns the ticket of the drop's own frame.
    pub(crate) fn drop_now(self: &Arc<Self>) -> Ticket {
        let mut inner = self.inner.lock();
        inner.gone = true;
        let woken = inner.waiters.take_all().and(inner.transactions.waiters.take_all());
        self.shared.cache.released(inner.tail.drain(..).map(|batch| batch.cost()).sum());
        let ticket = self.shared.journal.submit_control(self.entry(Kind::Drop, 0, 0, Bytes::new(), None));
        drop(inner);
        woken.wake();
        ticket
    }

    /// The disk had no room for what is not committed: it was never appended. Returns where the log ends now; whatever
    /// was acknowledged lies before that.
    pub(crate) fn take_back(&self) -> i64 {
        let now = self.shared.clock.wall_ms();
        let mut inner = self.inner.lock();
        let end = inner.high_watermark;
        let kept = inner.tail.partition_point(|batch| batch.header.base_offset < end);
        self.shared.cache.released(inner.tail.drain(kept..).map(|batch| batch.cost()).sum());
        inner.log_end = end;
        if inner.epochs.last().is_some_and(|epoch| epoch.1 >= end) {
            Arc::make_mut(&mut inner.epochs).retain(|epoch| epoch.1 < end);
        }
        let mut producers = inner.filled_producers.clone();
        for batch in inner.tail.iter().filter(|batch| batch.header.base_offset >= inner.filled_end) {
            producers.replay(&batch.header, &batch.bytes, now);
        }
        inner.producers = producers;
        inner.transactions.take_back(end);
        end
    }

    /// Everything before `end` is durable.
    pub(crate) fn commit(&self, end: i64) {
        let woken = Self::raise(&mut self.inner.lock(), end);
        woken.wake();
    }

    fn raise(inner: &mut Inner, end: i64) -> Woken {
        if end <= inner.high_watermark {
            return Woken::default();
        }
        inner.high_watermark = end;
        inner.waiters.take_below(end).and(inner.raise_stable())
    }

    /// Ready when the high watermark is past `offset`, or the partition is gone.
    pub fn wait_past(self: &Arc<Self>, offset: i64) -> WaitPast {
        WaitPast { partition: self.clone(), offset, stable: false, key: None }
    }

    /// Ready when the last stable offset is past `offset`, or the partition is gone.
    pub fn wait_past_stable(self: &Arc<Self>, offset: i64) -> WaitPast {
        WaitPast { partition: self.clone(), offset, stable: true, key: None }
    }

    /// How many wait for records that are not there yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let inner = self.inner.lock();
        inner.waiters.count() + inner.transactions.waiters.count()
    }

    /// The leader epoch under which the record at `offset` was written; None at the log's end and behind it.
    #[must_use]
    pub fn epoch_at(&self, offset: i64) -> Option<i32> {
        let inner = self.inner.lock();
        let after = inner.epochs.partition_point(|row| row.1 <= offset);
        (offset < inner.log_end).then(|| inner.epochs[..after].last().map(|row| row.0)).flatten()
    }

    /// (epoch, end offset): the largest epoch not above `epoch`, and where the next one begins (KIP-101, KIP-279).
    #[must_use]
    pub fn epoch_end(&self, epoch: i32) -> (i32, i64) {
        let inner = self.inner.lock();
        match inner.epochs.last() {
            _ if epoch == -1 => return (-1, -1),
            Some(last) if last.0 == epoch => return (epoch, inner.high_watermark),
            Some(last) if epoch > last.0 => return (-1, -1),
            None => return (-1, -1),
            _ => {}
        }
        let next = inner.epochs.partition_point(|row| row.0 <= epoch);
        if next == 0 { (epoch, inner.epochs[0].1) } else { (inner.epochs[next - 1].0, inner.epochs[next].1) }
    }

    #[must_use]
    pub fn producers(&self) -> Vec<ProducerView> {
        let inner = self.inner.lock();
        let views = inner.producers.iter().map(|(id, producer)| ProducerView {
            id,
            epoch: producer.epoch,
            last_sequence: producer.last_sequence(),
            last_timestamp: producer.last_timestamp,
            coordinator_epoch: producer.coordinator_epoch,
            transaction_first_offset: producer.transaction_first_offset,
        });
        let mut views: Vec<_> = views.collect();
        views.sort_by_key(|view| view.id);
        views
    }

    /// (bytes in segments and not yet in segments, number of segments)
    #[must_use]
    pub fn size(&self) -> (u64, usize) {
        let inner = self.inner.lock();
        let filled: u64 = inner.segments.iter().map(|segment| segment.bytes).sum();
        let unfilled: usize = inner
            .tail
            .iter()
            .rev()
            .take_while(|b| b.header.base_offset >= inner.filled_end)
            .map(|b| b.bytes.len())
            .sum();
        (filled + unfilled as u64, inner.segments.len())
    }

    #[must_use]
    pub fn path(&self) -> String {
        self.shared.disk.show(&self.id.folder())
    }

    #[must_use]
    pub fn damage(&self) -> Vec<Damage> {
        self.inner.lock().damage.clone()
    }
}

/// See [`Partition::wait_past`]. One that is dropped leaves no waker behind.
pub struct WaitPast {
    partition: Arc<Partition>,
    offset: i64,
    /// Whether for records that are decided as well as committed.
    stable: bool,
    /// Under which its waker is registered.
    key: Option<u64>,
}

impl Future for WaitPast {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let wait = &mut *self;
        let mut inner = wait.partition.inner.lock();
        let end = if wait.stable { inner.last_stable() } else { inner.high_watermark };
        if end > wait.offset || inner.gone {
            return Poll::Ready(());
        }
        wait.key = Some(inner.waiters_of(wait.stable).register(wait.offset, wait.key, context.waker()));
        Poll::Pending
    }
}

impl Drop for WaitPast {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.partition.inner.lock().waiters_of(self.stable).leave(self.offset, key);
        }
    }
}

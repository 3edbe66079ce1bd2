//! Memory for requests: it is taken as their bytes arrive.
//!
//! A length prefix is only a claim. The buffer of a body grows with what has arrived, at most to four times as much, and
//! each growth takes its permit first. Small frames have memory of their own, so that no large one can keep them out, and so
//! have codecs: who waits for theirs has a body already.

use std::io;
use std::sync::Arc;

use bytes::{BufMut, Bytes};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::pace::{Pace, PaceMin};

/// Permits are counted in units of this many bytes, so that they fit the semaphore's counter.
pub const PERMIT_BYTES: usize = 1024;
/// Frames up to this size take the memory that larger ones cannot have.
const SMALL_BYTES_MAX: usize = 64 << 10;
/// A body's buffer is at most so many times what has arrived of it.
const GROWTH: usize = 4;

/// All memory for requests, in four parts.
pub struct Intake {
    small: Pool,
    large: Pool,
    /// Of requests that wait by their nature: they may stay for minutes.
    parked: Pool,
    /// Of what is decoded to be looked at.
    codecs: Pool,
    pace: PaceMin,
}

/// One part. Invariant: it is exceeded by one frame at most, the one that has the turn. Without the turn, bodies that wait
/// for each other's memory would wait for ever.
struct Pool {
    free: Arc<Semaphore>,
    turn: Arc<Semaphore>,
    units: usize,
}

/// The memory of one request; dropping it gives it back.
pub struct RequestMemory {
    permit: OwnedSemaphorePermit,
    /// It may have more than its permit says, since it alone has this.
    turn: Option<OwnedSemaphorePermit>,
}

#[derive(PartialEq, Eq)]
enum Waited {
    Yes,
    No,
}

/// How many permits so many bytes take.
pub fn units(bytes: usize) -> usize {
    bytes.div_ceil(PERMIT_BYTES).max(1)
}

/// A semaphore for so much memory.
pub fn semaphore(bytes: u64) -> Arc<Semaphore> {
    Arc::new(Semaphore::new((bytes / PERMIT_BYTES as u64).clamp(1, u64::from(u32::MAX)) as usize))
}

impl Intake {
    pub fn new(bytes_max: u64, pace: PaceMin) -> Self {
        let part = |of: u64| Pool::new(bytes_max / of);
        Self { small: part(4), large: part(2), parked: part(8), codecs: part(8), pace }
    }

    /// Read a body of so many bytes, however slowly it comes, but not more slowly than is allowed.
    pub async fn body<R>(&self, read: &mut BufReader<R>, length: usize) -> io::Result<(Bytes, RequestMemory)>
    where
        R: AsyncRead + Unpin,
    {
        let pool = if length <= SMALL_BYTES_MAX { &self.small } else { &self.large };
        if read.buffer().len() < length {
            return self.growing(read, length, pool).await;
        }
        let held = pool.take(length).await;
        let body = Bytes::copy_from_slice(&read.buffer()[..length]);
        read.consume(length);
        Ok((body, held))
    }

    async fn growing<R>(
        &self,
        read: &mut BufReader<R>,
        length: usize,
        pool: &Pool,
    ) -> io::Result<(Bytes, RequestMemory)>
    where
        R: AsyncRead + Unpin,
    {
        let mut pace = Pace::new(self.pace);
        // What is in the reader's own buffer has its memory: until there is something, nothing is taken.
        pace.step(async { read.fill_buf().await.map(<[u8]>::len) }).await?;
        let mut body = Vec::new();
        let mut held: Option<RequestMemory> = None;
        while body.len() < length {
            let capacity = (body.len() + read.buffer().len()).saturating_mul(GROWTH).clamp(1, length);
            match &mut held {
                Some(held) => {
                    if pool.grow(held, capacity).await == Waited::Yes {
                        pace = Pace::new(self.pace); // it was not the client that was slow
                    }
                }
                None => {
                    held = Some(pool.take(capacity).await);
                    pace = Pace::new(self.pace);
                }
            }
            body.reserve_exact(capacity - body.len());
            while body.len() < capacity {
                let room = capacity - body.len();
                if pace.step(read.read_buf(&mut (&mut body).limit(room))).await? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
        let held = held.ok_or(io::ErrorKind::UnexpectedEof)?; // a body has at least one byte
        Ok((Bytes::from(body), held))
    }

    /// Count a request among those that wait by their nature, if there is room among them.
    pub fn park(&self, held: RequestMemory) -> RequestMemory {
        let units = held.permit.num_permits() as u32;
        match self.parked.free.clone().try_acquire_many_owned(units) {
            Ok(permit) => RequestMemory { permit, turn: None },
            Err(_) => held,
        }
    }

    /// Memory to decode with; whoever decodes holds it until the decoder is gone.
    pub async fn decoding(&self, bytes: usize) -> Option<RequestMemory> {
        if bytes == 0 { None } else { Some(self.codecs.take(bytes).await) }
    }

    /// All memory for codecs, and the turn to do without.
    #[cfg(test)]
    pub fn take_all_of_the_codecs(&self) -> RequestMemory {
        let Pool { free, turn, units } = &self.codecs;
        let permit = free.clone().try_acquire_many_owned(*units as u32).expect("nobody decodes");
        RequestMemory { permit, turn: Some(turn.clone().try_acquire_owned().expect("nobody waits")) }
    }

    /// Memory that is there, without a frame.
    #[cfg(test)]
    pub fn take_now(&self, bytes: usize) -> RequestMemory {
        let permit = self.small.free.clone().try_acquire_many_owned(units(bytes) as u32).expect("there is memory");
        RequestMemory { permit, turn: None }
    }

    pub fn bytes_max(&self) -> usize {
        self.pools().map(|pool| pool.units * PERMIT_BYTES).sum()
    }

    pub fn bytes_used(&self) -> usize {
        self.pools().map(|pool| (pool.units - pool.free.available_permits()) * PERMIT_BYTES).sum()
    }

    fn pools(&self) -> impl Iterator<Item = &Pool> {
        [&self.small, &self.large, &self.parked, &self.codecs].into_iter()
    }
}

impl Pool {
    fn new(bytes: u64) -> Self {
        let free = semaphore(bytes);
        Self { units: free.available_permits(), free, turn: Arc::new(Semaphore::new(1)) }
    }

    async fn take(&self, bytes: usize) -> RequestMemory {
        let units = units(bytes);
        match self.free.clone().try_acquire_many_owned(units as u32) {
            Ok(permit) => RequestMemory { permit, turn: None },
            Err(_) => self.wait(units).await,
        }
    }

    /// Let a request hold so many bytes in all.
    async fn grow(&self, held: &mut RequestMemory, bytes: usize) -> Waited {
        let missing = units(bytes).saturating_sub(held.permit.num_permits());
        if missing == 0 || held.turn.is_some() {
            return Waited::No;
        }
        if let Ok(permit) = self.free.clone().try_acquire_many_owned(missing as u32) {
            held.permit.merge(permit);
            return Waited::No;
        }
        let more = self.wait(missing).await;
        held.permit.merge(more.permit);
        held.turn = more.turn;
        Waited::Yes
    }

    /// Wait for memory or for the turn to do without, whichever comes first.
    async fn wait(&self, units: usize) -> RequestMemory {
        const NEVER_CLOSED: &str = "nobody closes a pool";
        tokio::select! {
            biased;
            permit = self.free.clone().acquire_many_owned(units as u32) => {
                RequestMemory { permit: permit.expect(NEVER_CLOSED), turn: None }
            }
            turn = self.turn.clone().acquire_owned() => {
                let permit = self.free.clone().try_acquire_many_owned(0).expect(NEVER_CLOSED);
                RequestMemory { permit, turn: Some(turn.expect(NEVER_CLOSED)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use leftfold_batch::{Codec, EncodeOptions, NewRecord, encode};
    use leftfold_ports::{OsClock, OsRandom};
    use leftfold_wire::generated::ProduceRequest;
    use leftfold_wire::generated::produce_request::{PartitionProduceData, TopicProduceData};
    use leftfold_wire::{Array, Records};
    use tokio::sync::watch;

    use super::*;
    use crate::answer_budget::AnswerBudget;
    use crate::calls::Calls;
    use crate::connection::{Peer, Shared};
    use crate::produce;
    use crate::sessions::Sessions;

    fn shared() -> Shared {
        let pace = PaceMin { window: Duration::MAX, whole: Duration::MAX };
        Shared {
            tables: Default::default(),
            counters: Default::default(),
            calls: Calls::new(1).unwrap(),
            settings: Default::default(),
            clock: Arc::new(OsClock::default()),
            intake: Intake::new(256 << 20, pace),
            stop: watch::channel(false).1,
            sessions: Sessions::new(1, Arc::new(OsRandom)),
            answer_budget: AnswerBudget::new(1 << 20),
        }
    }

    /// Whether a batch in this codec is looked at, asked once, while the memory of codecs is as `shared` has it.
    fn is_looked_at(shared: &Shared, codec: Codec) -> bool {
        let records = [NewRecord { value: Some(b"value"), ..NewRecord::default() }];
        let batch = encode(&records, &EncodeOptions { codec, ..EncodeOptions::default() }).unwrap();
        let data = [PartitionProduceData { index: 0, records: Some(Records::Bytes(&batch)) }];
        let topics = [TopicProduceData { name: "t", topic_id: [0; 16], partition_data: Array::of(&data) }];
        let request = ProduceRequest { topic_data: Array::of(&topics), ..Default::default() };
        let (local, address) = ((String::new(), 0), (String::new(), 0));
        let peer = Peer { listener: String::new(), authenticated: true, local, address, connection: 1 };
        let plan = pin!(produce::plan(shared, &batch, &request, 9, &peer));
        matches!(plan.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(_))
    }

    #[test]
    fn a_batch_is_decoded_when_there_is_memory_for_its_codec_and_others_do_not_wait_for_that() {
        const COMPRESSED: [Codec; 4] = [Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
        let shared = shared();
        let taken = shared.intake.take_all_of_the_codecs();
        assert!(is_looked_at(&shared, Codec::None));
        assert!(COMPRESSED.into_iter().all(|codec| !is_looked_at(&shared, codec)));
        drop(taken);
        assert!(COMPRESSED.into_iter().all(|codec| is_looked_at(&shared, codec)));
        assert_eq!(shared.intake.bytes_used(), 0, "it is given back at once");
    }

    #[test]
    fn a_codec_that_needs_more_than_all_its_memory_takes_its_turn() {
        let intake = Intake::new(1 << 20, PaceMin { window: Duration::MAX, whole: Duration::MAX });
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(first) = pin!(intake.decoding(Codec::DECODING_BYTES_MAX)).poll(&mut context) else {
            panic!("it would wait for ever")
        };
        assert!(pin!(intake.decoding(Codec::DECODING_BYTES_MAX)).poll(&mut context).is_pending(), "one at a time");
        drop(first);
        assert!(pin!(intake.decoding(Codec::DECODING_BYTES_MAX)).poll(&mut context).is_ready());
    }
}

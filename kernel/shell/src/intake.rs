//! Memory for requests: it is taken as their bytes arrive.
//!
//! A length prefix is only a claim. The buffer of a body grows with what has arrived, at most to four times as much, and
//! each growth takes its permit first. Small frames have memory of their own, so that no large one can keep them out.

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

/// All memory for requests, in three parts.
pub struct Intake {
    small: Pool,
    large: Pool,
    /// Of requests that wait by their nature: they may stay for minutes.
    parked: Pool,
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
        Self { small: part(4), large: part(2), parked: part(4), pace }
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
        [&self.small, &self.large, &self.parked].into_iter()
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

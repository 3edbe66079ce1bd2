//! Waiting for sockets, to the microsecond.

use std::num::NonZeroU64;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{Timespec, epoll};
use rustix::time::{ClockId, clock_gettime};

const EVENTS_MAX: usize = 256;

/// Nanoseconds of the monotonic clock, the same in every process of the machine.
pub fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// An epoll whose events are numbers of connections.
pub struct Poller {
    epoll: OwnedFd,
    events: Vec<epoll::Event>,
}

/// What a connection may do now.
pub struct Ready {
    pub number: usize,
    pub readable: bool,
    pub writable: bool,
}

impl Poller {
    pub fn new() -> Result<Self, String> {
        // A sleeping thread is woken 50 us late by default: that is what is to be measured here.
        rustix::thread::set_current_timer_slack(NonZeroU64::new(1)).map_err(|why| format!("timer slack: {why}"))?;
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(|why| format!("epoll: {why}"))?;
        Ok(Self { epoll, events: Vec::with_capacity(EVENTS_MAX) })
    }

    /// Watch a socket: tell when there is something to read.
    pub fn watch(&self, number: usize, socket: impl AsFd) -> Result<(), String> {
        let data = epoll::EventData::new_u64(number as u64);
        epoll::add(&self.epoll, socket, data, epoll::EventFlags::IN).map_err(|why| format!("epoll: {why}"))
    }

    /// Tell also when it takes bytes again, or no longer.
    pub fn rewatch(&self, number: usize, socket: impl AsFd, writes: bool) -> Result<(), String> {
        let flags = if writes { epoll::EventFlags::IN | epoll::EventFlags::OUT } else { epoll::EventFlags::IN };
        let data = epoll::EventData::new_u64(number as u64);
        epoll::modify(&self.epoll, socket, data, flags).map_err(|why| format!("epoll: {why}"))
    }

    /// Sleep until a socket is ready or the monotonic clock shows `until`.
    pub fn wait(&mut self, until: u64) -> Result<Vec<Ready>, String> {
        let left = until.saturating_sub(now());
        let timeout = Timespec { tv_sec: (left / 1_000_000_000) as i64, tv_nsec: (left % 1_000_000_000) as _ };
        self.events.clear();
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut self.events), Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(why) => return Err(format!("epoll: {why}")),
        }
        let broken = epoll::EventFlags::ERR | epoll::EventFlags::HUP;
        let ready = self.events.iter().map(|&epoll::Event { flags, data }| Ready {
            number: usize::try_from(data.u64()).unwrap_or(usize::MAX),
            readable: flags.intersects(epoll::EventFlags::IN | broken),
            writable: flags.contains(epoll::EventFlags::OUT),
        });
        Ok(ready.collect())
    }
}

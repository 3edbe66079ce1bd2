//! A descriptor that wakes another thread's event loop.

use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use others as system;

/// Readable some time after `signal` until `clear`.
pub struct Waker(system::Pair);

impl Waker {
    pub fn new() -> io::Result<Self> {
        system::Pair::new().map(Self)
    }

    /// What the other thread watches.
    pub fn descriptor(&self) -> RawFd {
        self.0.reader().as_raw_fd()
    }

    /// Make it readable after this time, as exactly as the system can; at once where it has no such timer.
    pub fn signal(&self, wait: Duration) {
        self.0.signal(wait);
    }

    pub fn clear(&self) {
        self.0.clear();
    }
}

/// A counter for at once and a timer for later, watched as one.
#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use rustix::event::{EventfdFlags, epoll, eventfd};
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };

    pub struct Pair {
        counter: OwnedFd,
        timer: OwnedFd,
        both: OwnedFd,
    }

    impl Pair {
        pub fn new() -> io::Result<Self> {
            let counter = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?;
            let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
            let both = epoll::create(epoll::CreateFlags::CLOEXEC)?;
            for one in [&counter, &timer] {
                epoll::add(&both, one, epoll::EventData::new_u64(0), epoll::EventFlags::IN)?;
            }
            Ok(Self { counter, timer, both })
        }

        pub fn reader(&self) -> &OwnedFd {
            &self.both
        }

        pub fn signal(&self, wait: Duration) {
            let once = Itimerspec {
                it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
                it_value: Timespec { tv_sec: wait.as_secs() as _, tv_nsec: wait.subsec_nanos().into() },
            };
            if wait.is_zero() || timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &once).is_err() {
                // A full counter (2^64 - 2 signals) cannot be; the reader is signalled all the same.
                let _ = rustix::io::write(&self.counter, &1u64.to_ne_bytes());
            }
        }

        /// Both, whichever it was: who signals may have set the timer only after the reader had come for another reason.
        pub fn clear(&self) {
            for one in [&self.counter, &self.timer] {
                let _ = rustix::io::read(one, &mut [0u8; 8]);
            }
        }
    }
}

/// Two connected sockets: where there is no eventfd. Compiled in tests too, so that it cannot rot.
#[cfg(any(test, not(target_os = "linux")))]
mod others {
    use std::io::{self, Read, Write};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    pub struct Pair {
        reader: UnixStream,
        writer: UnixStream,
    }

    impl Pair {
        pub fn new() -> io::Result<Self> {
            let (reader, writer) = UnixStream::pair()?;
            reader.set_nonblocking(true)?;
            writer.set_nonblocking(true)?;
            Ok(Self { reader, writer })
        }

        pub fn reader(&self) -> &UnixStream {
            &self.reader
        }

        pub fn signal(&self, _: Duration) {
            // A full buffer is readable already.
            let _ = (&self.writer).write(&[1]);
        }

        pub fn clear(&self) {
            let mut many = [0; 64];
            while matches!((&self.reader).read(&mut many), Ok(count) if count == many.len()) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::*;

    fn readable(descriptor: &impl AsFd) -> bool {
        let mut asked = [PollFd::new(descriptor, PollFlags::IN)];
        poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() == 1
    }

    macro_rules! signals_until_it_is_cleared {
        ($name:ident, $system:ident) => {
            #[test]
            fn $name() {
                let pair = $system::Pair::new().unwrap();
                assert!(!readable(pair.reader()));
                (0..100).for_each(|_| pair.signal(Duration::ZERO));
                assert!(readable(pair.reader()));
                pair.clear();
                assert!(!readable(pair.reader()));
                pair.signal(Duration::ZERO);
                assert!(readable(pair.reader()));
            }
        };
    }

    #[cfg(target_os = "linux")]
    signals_until_it_is_cleared!(an_eventfd_signals_until_it_is_cleared, linux);
    signals_until_it_is_cleared!(a_socket_pair_signals_until_it_is_cleared, others);

    #[cfg(target_os = "linux")]
    #[test]
    fn a_later_signal_comes_later_and_does_come() {
        let pair = linux::Pair::new().unwrap();
        let (begun, wait) = (std::time::Instant::now(), Duration::from_millis(20));
        pair.signal(wait);
        let mut asked = [PollFd::new(pair.reader(), PollFlags::IN)];
        assert_eq!(poll(&mut asked, Some(&Timespec { tv_sec: 60, tv_nsec: 0 })).unwrap(), 1);
        assert!(begun.elapsed() >= wait);
        pair.clear();
        assert!(!readable(pair.reader()));
    }
}

//! A descriptor that wakes another thread's event loop.

use std::io;
use std::os::fd::{AsRawFd, RawFd};

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use others as system;

/// Readable after `signal` until `clear`.
pub struct Waker(system::Pair);

impl Waker {
    pub fn new() -> io::Result<Self> {
        system::Pair::new().map(Self)
    }

    /// What the other thread watches.
    pub fn descriptor(&self) -> RawFd {
        self.0.reader().as_raw_fd()
    }

    pub fn signal(&self) {
        self.0.signal();
    }

    pub fn clear(&self) {
        self.0.clear();
    }
}

/// One descriptor with a counter behind it.
#[cfg(target_os = "linux")]
mod linux {
    use std::io;
    use std::os::fd::OwnedFd;

    use rustix::event::{EventfdFlags, eventfd};

    pub struct Pair(OwnedFd);

    impl Pair {
        pub fn new() -> io::Result<Self> {
            Ok(Self(eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?))
        }

        pub fn reader(&self) -> &OwnedFd {
            &self.0
        }

        pub fn signal(&self) {
            // A full counter (2^64 - 2 signals) cannot be; the reader is signalled all the same.
            let _ = rustix::io::write(&self.0, &1u64.to_ne_bytes());
        }

        pub fn clear(&self) {
            let _ = rustix::io::read(&self.0, &mut [0u8; 8]);
        }
    }
}

/// Two connected sockets: where there is no eventfd. Compiled in tests too, so that it cannot rot.
#[cfg(any(test, not(target_os = "linux")))]
mod others {
    use std::io::{self, Read, Write};
    use std::os::unix::net::UnixStream;

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

        pub fn signal(&self) {
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
                (0..100).for_each(|_| pair.signal());
                assert!(readable(pair.reader()));
                pair.clear();
                assert!(!readable(pair.reader()));
                pair.signal();
                assert!(readable(pair.reader()));
            }
        };
    }

    #[cfg(target_os = "linux")]
    signals_until_it_is_cleared!(an_eventfd_signals_until_it_is_cleared, linux);
    signals_until_it_is_cleared!(a_socket_pair_signals_until_it_is_cleared, others);
}

//! One connection that never blocks: frames out, frames in.

use std::collections::VecDeque;
use std::io::{self, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;

const SLICES_MAX: usize = 64;
const READ_AHEAD: usize = 64 * 1024;
const FRAME_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Frames are shared, not copied: a closed loop sends the same prepared request over and over.
pub struct Connection {
    stream: TcpStream,
    outgoing: VecDeque<Rc<[u8]>>,
    sent: usize,
    incoming: Vec<u8>,
    filled: usize,
    /// Whether the poller was asked to tell when more can be written.
    pub watched_for_writing: bool,
}

impl Connection {
    pub fn connect(address: SocketAddr) -> Result<Self, String> {
        let open = || -> io::Result<TcpStream> {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            Ok(stream)
        };
        let stream = open().map_err(|why| format!("{address}: {why}"))?;
        Ok(Self {
            stream,
            outgoing: VecDeque::new(),
            sent: 0,
            incoming: vec![0; READ_AHEAD],
            filled: 0,
            watched_for_writing: false,
        })
    }

    pub fn socket(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// Send a whole frame, length included, as soon as it goes.
    pub fn queue(&mut self, frame: Rc<[u8]>) {
        self.outgoing.push_back(frame);
    }

    /// Write what goes; true when nothing is left.
    pub fn flush(&mut self) -> Result<bool, String> {
        while !self.outgoing.is_empty() {
            let mut slices = Vec::with_capacity(self.outgoing.len().min(SLICES_MAX));
            for (place, frame) in self.outgoing.iter().take(SLICES_MAX).enumerate() {
                slices.push(IoSlice::new(if place == 0 { &frame[self.sent..] } else { frame }));
            }
            match self.stream.write_vectored(&slices) {
                Ok(0) => return Err("the broker closed a connection".into()),
                Ok(count) => self.advance(count),
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                Err(why) => return Err(format!("writing to the broker: {why}")),
            }
        }
        Ok(true)
    }

    fn advance(&mut self, mut count: usize) {
        while let Some(first) = self.outgoing.front() {
            let left = first.len() - self.sent;
            if count < left {
                self.sent += count;
                return;
            }
            count -= left;
            self.sent = 0;
            self.outgoing.pop_front();
        }
    }

    /// Read what there is and hand over every whole frame, without its length.
    pub fn read(&mut self, mut each: impl FnMut(&[u8]) -> Result<(), String>) -> Result<(), String> {
        loop {
            if self.filled == self.incoming.len() {
                self.incoming.resize(self.incoming.len() * 2, 0);
            }
            let room = self.incoming.len() - self.filled;
            let count = match self.stream.read(&mut self.incoming[self.filled..]) {
                Ok(0) => return Err("the broker closed a connection".into()),
                Ok(count) => count,
                Err(why) if why.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
                Err(why) => return Err(format!("reading from the broker: {why}")),
            };
            self.filled += count;
            self.hand_over(&mut each)?;
            if count < room {
                return Ok(()); // the socket is empty: no second call to be told so
            }
        }
    }

    fn hand_over(&mut self, each: &mut impl FnMut(&[u8]) -> Result<(), String>) -> Result<(), String> {
        let mut at = 0;
        while let Some(length) = self.incoming[at..self.filled].first_chunk::<4>() {
            let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
            if length > FRAME_BYTES_MAX {
                return Err(format!("the broker sent a frame of {length} bytes"));
            }
            if self.filled - at - 4 < length {
                if self.incoming.len() < length + 4 {
                    self.incoming.resize(length + 4 + READ_AHEAD, 0);
                }
                break;
            }
            each(&self.incoming[at + 4..at + 4 + length])?;
            at += 4 + length;
        }
        self.incoming.copy_within(at..self.filled, 0);
        self.filled -= at;
        Ok(())
    }
}

//! Many connections, one request in flight on each.

use std::net::SocketAddr;
use std::rc::Rc;

use crate::connection::Connection;
use crate::poller::Poller;

pub struct Lanes {
    connections: Vec<Connection>,
    poller: Poller,
}

impl Lanes {
    pub fn open(address: SocketAddr, count: usize) -> Result<Self, String> {
        let poller = Poller::new()?;
        let mut connections = Vec::with_capacity(count);
        for number in 0..count {
            let connection = Connection::connect(address)?;
            poller.watch(number, connection.socket())?;
            connections.push(connection);
        }
        Ok(Self { connections, poller })
    }

    pub fn send(&mut self, number: usize, frame: Vec<u8>) -> Result<(), String> {
        self.connections[number].queue(Rc::from(frame));
        self.flush(number)
    }

    /// The answers that come until then, and whose they are; returns as soon as there is one.
    pub fn receive(&mut self, until: u64) -> Result<Vec<(usize, Vec<u8>)>, String> {
        let mut answers = Vec::new();
        for ready in self.poller.wait(until)? {
            if ready.readable {
                self.connections[ready.number].read(|frame| {
                    answers.push((ready.number, frame.to_vec()));
                    Ok(())
                })?;
            }
            if ready.writable {
                self.flush(ready.number)?;
            }
        }
        Ok(answers)
    }

    fn flush(&mut self, number: usize) -> Result<(), String> {
        let connection = &mut self.connections[number];
        let blocked = !connection.flush()?;
        if blocked != connection.watched_for_writing {
            connection.watched_for_writing = blocked;
            self.poller.rewatch(number, connection.socket(), blocked)?;
        }
        Ok(())
    }
}

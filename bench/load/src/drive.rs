//! Requests made beforehand, sent in turn: closed or open loop.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use crate::connection::Connection;
use crate::options::Options;
use crate::poller::{Poller, now};
use crate::report::{Latencies, Meter, Object};

const ERRORS_MAX: u64 = 100;
const PATIENCE: Duration = Duration::from_secs(10);

/// The error code of an answer.
pub type Check = fn(&[u8]) -> Result<i16, String>;

/// One connection, the requests that it sends in turn, and those that it waits for.
struct Lane {
    connection: Connection,
    frames: Vec<Rc<[u8]>>,
    pushed: usize,
    /// When each request in flight was sent, or should have been (open loop).
    started: VecDeque<u64>,
}

struct Load {
    lanes: Vec<Lane>,
    poller: Poller,
    check: Check,
    /// Nanoseconds between two requests of all lanes together; `None`: closed loop.
    interval: Option<f64>,
    inflight: usize,
    /// Stop sending after so many requests.
    count_max: u64,
}

/// What was seen within the window.
#[derive(Default)]
struct Seen {
    sent: u64,
    answered: u64,
    counted: u64,
    errors: u64,
    latencies: Latencies,
}

/// Send each lane's frames over a connection of its own, for as long or as often as the options say. `sizes` names what one
/// request holds, and how much of it.
pub fn run(
    options: &Options,
    frames: Vec<Vec<Vec<u8>>>,
    check: Check,
    sizes: &[(&str, usize)],
) -> Result<Object, String> {
    let pid = options.optional("pid").map(|text| text.parse::<u32>().map_err(|why| why.to_string())).transpose()?;
    let count = options.number("count", 0)? as u64;
    let mut load = Load::open(options, frames, check, if count == 0 { u64::MAX } else { count })?;

    let warmup = if count == 0 { options.seconds("warmup", 1.0)? } else { Duration::ZERO };
    let seconds = if count == 0 { options.seconds("seconds", 5.0)? } else { Duration::from_secs(3600) };
    let start = now();
    let from = start + warmup.as_nanos() as u64;
    let until = from + seconds.as_nanos() as u64;
    let mut seen = Seen::default();
    load.drive(start, from, from, &mut seen)?;
    let meter = Meter::start(pid)?;
    let measured_from = now();
    load.drive(start, from, until, &mut seen)?;
    let measured = (now() - measured_from) as f64 / 1e9;

    let mut object = Object::default();
    meter.stop(&mut object)?;
    let counted = seen.counted;
    load.settle(from, until, &mut seen)?;
    object.number("seconds", measured);
    object.count("requests", counted);
    object.count("errors", seen.errors);
    object.count("unanswered", seen.sent - seen.answered);
    for (name, each) in [("requests", 1)].iter().chain(sizes) {
        object.number(&format!("{name}_per_s"), (counted * *each as u64) as f64 / measured);
    }
    object.raw("latency_us", &seen.latencies.json());
    Ok(object)
}

impl Load {
    fn open(options: &Options, frames: Vec<Vec<Vec<u8>>>, check: Check, count_max: u64) -> Result<Self, String> {
        let poller = Poller::new()?;
        let mut lanes = Vec::new();
        for (number, frames) in frames.into_iter().enumerate() {
            let connection = Connection::connect(options.bootstrap()?)?;
            poller.watch(number, connection.socket())?;
            let frames = frames.into_iter().map(Rc::from).collect();
            lanes.push(Lane { connection, frames, pushed: 0, started: VecDeque::new() });
        }
        let rate = options.number("rate", 0)?;
        let interval = (rate > 0).then(|| 1e9 / rate as f64);
        Ok(Self { lanes, poller, check, interval, inflight: options.number("inflight", 1)?, count_max })
    }

    /// Send and receive until the clock shows `until` or everything was sent and answered.
    fn drive(&mut self, start: u64, from: u64, until: u64, seen: &mut Seen) -> Result<(), String> {
        loop {
            let time = now();
            if time >= until || seen.answered >= self.count_max {
                return Ok(());
            }
            let due = self.send(start, time, seen)?;
            self.receive(due.min(until), from, until, seen)?;
        }
    }

    /// Send what is due; returns when the next request is.
    fn send(&mut self, start: u64, time: u64, seen: &mut Seen) -> Result<u64, String> {
        if let Some(interval) = self.interval {
            let mut due = start + (seen.sent as f64 * interval) as u64;
            let mut touched = Vec::new();
            while due <= time && seen.sent < self.count_max {
                let number = seen.sent as usize % self.lanes.len();
                self.lanes[number].push(due);
                touched.push(number);
                seen.sent += 1;
                due = start + (seen.sent as f64 * interval) as u64;
            }
            touched.sort_unstable();
            touched.dedup();
            for number in touched {
                self.flush(number)?;
            }
            return Ok(due);
        }
        for number in 0..self.lanes.len() {
            let room = self.inflight.saturating_sub(self.lanes[number].started.len());
            let room = room.min(usize::try_from(self.count_max - seen.sent).unwrap_or(usize::MAX));
            for _ in 0..room {
                self.lanes[number].push(now());
            }
            seen.sent += room as u64;
            if room > 0 {
                self.flush(number)?;
            }
        }
        Ok(u64::MAX)
    }

    fn receive(&mut self, due: u64, from: u64, until: u64, seen: &mut Seen) -> Result<(), String> {
        for ready in self.poller.wait(due)? {
            let lane = &mut self.lanes[ready.number];
            if ready.readable {
                let (started, closed, check) = (&mut lane.started, self.interval.is_none(), self.check);
                lane.connection.read(|frame| {
                    let time = now();
                    let begun = started.pop_front().ok_or("an answer that nobody waits for")?;
                    seen.answered += 1;
                    let error = check(frame)?;
                    if error != 0 {
                        seen.errors += 1;
                        return if seen.errors > ERRORS_MAX {
                            Err(format!("too many errors: {error}"))
                        } else {
                            Ok(())
                        };
                    }
                    let counts = if closed { time } else { begun };
                    seen.counted += u64::from(time >= from && time < until);
                    if counts >= from && counts < until {
                        seen.latencies.add(time - begun);
                    }
                    Ok(())
                })?;
            }
            if ready.writable {
                self.flush(ready.number)?;
            }
        }
        Ok(())
    }

    /// Wait for what is still in flight when the window has closed: in an open loop it belongs to the figures.
    fn settle(&mut self, from: u64, until: u64, seen: &mut Seen) -> Result<(), String> {
        let patience = now() + PATIENCE.as_nanos() as u64;
        while seen.answered < seen.sent && now() < patience {
            self.receive(patience, from, until, seen)?;
        }
        Ok(())
    }

    fn flush(&mut self, number: usize) -> Result<(), String> {
        let connection = &mut self.lanes[number].connection;
        let blocked = !connection.flush()?;
        if blocked != connection.watched_for_writing {
            connection.watched_for_writing = blocked;
            self.poller.rewatch(number, connection.socket(), blocked)?;
        }
        Ok(())
    }
}

impl Lane {
    fn push(&mut self, started: u64) {
        self.connection.queue(Rc::clone(&self.frames[self.pushed % self.frames.len()]));
        self.pushed += 1;
        self.started.push_back(started);
    }
}

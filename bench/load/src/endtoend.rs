//! End to end: from the moment a record is due until a consumer has it.

// Open loop: record n is due at start + n / rate, whatever the broker does, and its latency counts from then (no coordinated
// omission). Producers do what Kafka's own do with linger.ms=0: they send at once while fewer than F requests are in flight, and
// what waits meanwhile goes together, up to batch.size. Each value begins with the nanosecond at which it was due.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::client::{Topic, prepare};
use crate::connection::Connection;
use crate::options::Options;
use crate::poller::{Poller, now};
use crate::report::{Latencies, Meter, Object};
use crate::wire;

const BATCH_BYTES_MAX: usize = 16_384;
const FETCH_BYTES_MAX: i32 = 1 << 20;
const PATIENCE_NS: u64 = 10_000_000_000;

struct Producer {
    connection: Connection,
    partition: i32,
    waiting: VecDeque<u64>,
    /// For each request in flight: when its first record was due.
    inflight: VecDeque<u64>,
}

struct Consumer {
    connection: Connection,
    partition: i32,
    offset: i64,
}

struct Run<'a> {
    topic: &'a Topic,
    poller: Poller,
    producers: Vec<Producer>,
    consumers: Vec<Consumer>,
    inflight_max: usize,
    record_bytes: usize,
    wall_less_mono_ms: i64,
}

#[derive(Default)]
struct Seen {
    due: u64,
    received: u64,
    requests: u64,
    delivery: Latencies,
    acknowledgement: Latencies,
}

pub fn run(options: &Options) -> Result<String, String> {
    let topic = prepare(options)?;
    let rate = options.number("rate", 1000)? as f64;
    let pid = options.optional("pid").map(|text| text.parse::<u32>().map_err(|why| why.to_string())).transpose()?;
    let mut run = Run::open(options, &topic)?;
    let start = now();
    let from = start + options.seconds("warmup", 1.0)?.as_nanos() as u64;
    let until = from + options.seconds("seconds", 5.0)?.as_nanos() as u64;
    let window = from..until;
    let mut seen = Seen::default();
    run.drive(start, rate, from, &window, &mut seen)?;
    let meter = Meter::start(pid)?;
    run.drive(start, rate, until, &window, &mut seen)?;
    let mut object = Object::default();
    meter.stop(&mut object)?;
    let patience = now() + PATIENCE_NS;
    while seen.received < seen.due && now() < patience {
        run.turn(patience, &window, &mut seen)?;
    }
    object.number("seconds", (until - from) as f64 / 1e9);
    object.count("records", seen.delivery.count() as u64);
    object.number("records_per_s", seen.delivery.count() as f64 / ((until - from) as f64 / 1e9));
    object.count("requests", seen.requests);
    object.count("missing", seen.due - seen.received);
    object.raw("latency_us", &seen.delivery.json());
    object.raw("acknowledgement_us", &seen.acknowledgement.json());
    Ok(object.finish())
}

impl<'a> Run<'a> {
    /// Producers are numbered first, then consumers; both go round the partitions.
    fn open(options: &Options, topic: &'a Topic) -> Result<Self, String> {
        let poller = Poller::new()?;
        let count = options.number("connections", topic.partitions.max(1) as usize)?;
        let (mut producers, mut consumers) = (Vec::new(), Vec::new());
        for number in 0..count {
            let connection = Connection::connect(options.bootstrap()?)?;
            poller.watch(number, connection.socket())?;
            let partition = (number % topic.partitions.max(1) as usize) as i32;
            producers.push(Producer { connection, partition, waiting: VecDeque::new(), inflight: VecDeque::new() });
        }
        for partition in 0..topic.partitions {
            let connection = Connection::connect(options.bootstrap()?)?;
            poller.watch(count + partition as usize, connection.socket())?;
            let mut consumer = Consumer { connection, partition, offset: 0 };
            consumer.ask(topic)?;
            consumers.push(consumer);
        }
        let wall = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            topic,
            poller,
            producers,
            consumers,
            inflight_max: options.number("inflight", 5)?,
            record_bytes: options.number("record-bytes", 100)?.max(8),
            wall_less_mono_ms: wall.as_millis() as i64 - (now() / 1_000_000) as i64,
        })
    }

    fn drive(
        &mut self,
        start: u64,
        rate: f64,
        until: u64,
        window: &std::ops::Range<u64>,
        seen: &mut Seen,
    ) -> Result<(), String> {
        loop {
            let time = now();
            let mut due = start + (seen.due as f64 * 1e9 / rate) as u64;
            while due <= time && due < until {
                let number = seen.due as usize % self.producers.len();
                self.producers[number].waiting.push_back(due);
                seen.due += 1;
                due = start + (seen.due as f64 * 1e9 / rate) as u64;
            }
            for number in 0..self.producers.len() {
                self.send(number, seen)?;
            }
            if time >= until {
                return Ok(());
            }
            self.turn(due.min(until), window, seen)?;
        }
    }

    /// Send what waits, as far as requests may be in flight.
    fn send(&mut self, number: usize, seen: &mut Seen) -> Result<(), String> {
        let producer = &mut self.producers[number];
        while !producer.waiting.is_empty() && producer.inflight.len() < self.inflight_max {
            let count = producer.waiting.len().min((BATCH_BYTES_MAX / (self.record_bytes + 8)).max(1));
            let due: Vec<u64> = producer.waiting.drain(..count).collect();
            let values: Vec<Vec<u8>> = due.iter().map(|due| value(*due, self.record_bytes)).collect();
            let timestamp = self.wall_less_mono_ms + (due[0] / 1_000_000) as i64;
            let batch = wire::batch(values.iter().map(Vec::as_slice), timestamp);
            producer.connection.queue(Rc::from(wire::produce(None, &self.topic.id, producer.partition, -1, &batch)));
            producer.inflight.push_back(due[0]);
            seen.requests += 1;
        }
        let blocked = !producer.connection.flush()?;
        if blocked != producer.connection.watched_for_writing {
            producer.connection.watched_for_writing = blocked;
            self.poller.rewatch(number, producer.connection.socket(), blocked)?;
        }
        Ok(())
    }

    /// Take what has come until then.
    fn turn(&mut self, until: u64, window: &std::ops::Range<u64>, seen: &mut Seen) -> Result<(), String> {
        for ready in self.poller.wait(until)? {
            if ready.number < self.producers.len() {
                if ready.readable {
                    self.producers[ready.number].acknowledged(window, seen)?;
                }
                self.send(ready.number, seen)?;
            } else {
                let consumer = &mut self.consumers[ready.number - self.producers.len()];
                if consumer.received(window, seen)? {
                    consumer.ask(self.topic)?;
                }
            }
        }
        Ok(())
    }
}

impl Producer {
    fn acknowledged(&mut self, window: &std::ops::Range<u64>, seen: &mut Seen) -> Result<(), String> {
        let inflight = &mut self.inflight;
        self.connection.read(|frame| {
            let due = inflight.pop_front().ok_or("an answer that nobody waits for")?;
            if window.contains(&due) {
                seen.acknowledgement.add(now() - due);
            }
            match wire::produced(frame)? {
                0 => Ok(()),
                error => Err(format!("a produce was answered with error {error}")),
            }
        })
    }
}

impl Consumer {
    fn ask(&mut self, topic: &Topic) -> Result<(), String> {
        self.connection.queue(Rc::from(wire::fetch(&topic.id, self.partition, self.offset, FETCH_BYTES_MAX)));
        if self.connection.flush()? {
            Ok(())
        } else {
            Err("a request of 100 bytes does not fit into the socket".into())
        }
    }

    /// Whether an answer has come.
    fn received(&mut self, window: &std::ops::Range<u64>, seen: &mut Seen) -> Result<bool, String> {
        let (offset, mut answered) = (&mut self.offset, false);
        self.connection.read(|frame| {
            answered = true;
            let time = now();
            let (error, bytes) = wire::fetched(frame)?;
            if error != 0 {
                return Err(format!("a fetch was answered with error {error}"));
            }
            let mut understood = true;
            let found = wire::batches(bytes, |batch| {
                let each = wire::values(batch, |value| {
                    let due = value.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
                    seen.received += 1;
                    if window.contains(&due) {
                        seen.delivery.add(time - due);
                    }
                });
                understood &= each.is_some();
            });
            if let Some((_, next)) = found {
                *offset = next;
            }
            if understood { Ok(()) } else { Err("a batch came back that was not sent".into()) }
        })?;
        Ok(answered)
    }
}

fn value(due: u64, bytes: usize) -> Vec<u8> {
    let mut value = vec![b'v'; bytes];
    value[..8].copy_from_slice(&due.to_be_bytes());
    value
}

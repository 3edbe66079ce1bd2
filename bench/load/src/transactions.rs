//! Transactions: produce some records, commit, begin anew.

// As a client of transaction version 2 (KIP-890): the first Produce adds its partition, EndTxn tells the next epoch. While the
// last transaction's markers are still being written the broker says CONCURRENT_TRANSACTIONS; the batch is sent again soon.

use crate::client::{Client, Topic, prepare};
use crate::lanes::Lanes;
use crate::options::Options;
use crate::poller::now;
use crate::report::{Latencies, Meter, Object};
use crate::wire::{self, TRANSACTION, Writer};

const CONCURRENT_TRANSACTIONS: i16 = 51;
const PAUSE_NS: u64 = 1_000_000;

struct Producer {
    id: String,
    writer: Writer,
    begun: u64,
    ending: bool,
    /// When a batch is sent again.
    again: Option<u64>,
}

#[derive(Default)]
struct Seen {
    transactions: u64,
    again: u64,
    latencies: Latencies,
}

struct Run {
    topic: Topic,
    value: Vec<u8>,
    records: usize,
    lanes: Lanes,
    producers: Vec<Producer>,
}

pub fn run(options: &Options) -> Result<String, String> {
    let pid = options.optional("pid").map(|text| text.parse::<u32>().map_err(|why| why.to_string())).transpose()?;
    let mut run = Run::open(options)?;
    let from = now() + options.seconds("warmup", 1.0)?.as_nanos() as u64;
    let until = from + options.seconds("seconds", 5.0)?.as_nanos() as u64;
    for number in 0..run.producers.len() {
        run.begin(number)?;
    }
    run.drive(from, &mut Seen::default())?;
    let (meter, measured_from, mut seen) = (Meter::start(pid)?, now(), Seen::default());
    run.drive(until, &mut seen)?;
    let measured = (now() - measured_from) as f64 / 1e9;
    let mut object = Object::default();
    meter.stop(&mut object)?;
    object.number("seconds", measured);
    object.count("transactions", seen.transactions);
    object.count("sent_again", seen.again);
    object.number("transactions_per_s", seen.transactions as f64 / measured);
    object.number("records_per_s", (seen.transactions * run.records as u64) as f64 / measured);
    object.raw("latency_us", &seen.latencies.json());
    Ok(object.finish())
}

impl Run {
    fn open(options: &Options) -> Result<Self, String> {
        let topic = prepare(options)?;
        let name = options.text("topic")?;
        let count = options.number("connections", 1)?;
        let mut client = Client::connect(options)?;
        let mut producers = Vec::new();
        for number in 0..count {
            let id = format!("{name}-{number}");
            client.coordinator(TRANSACTION, &id)?;
            let writer = client.init_producer(&id)?;
            producers.push(Producer { id, writer, begun: 0, ending: false, again: None });
        }
        let value = vec![b'v'; options.number("record-bytes", 100)?];
        let lanes = Lanes::open(options.bootstrap()?, count)?;
        Ok(Self { topic, value, records: options.number("records", 1)?, lanes, producers })
    }

    fn drive(&mut self, until: u64, seen: &mut Seen) -> Result<(), String> {
        loop {
            let time = now();
            if time >= until {
                return Ok(());
            }
            let mut next = until;
            for number in 0..self.producers.len() {
                match self.producers[number].again {
                    Some(due) if due <= time => self.produce(number)?,
                    Some(due) => next = next.min(due),
                    None => {}
                }
            }
            for (number, frame) in self.lanes.receive(next)? {
                self.answered(number, &frame, seen)?;
            }
        }
    }

    fn begin(&mut self, number: usize) -> Result<(), String> {
        self.producers[number].begun = now();
        self.produce(number)
    }

    fn produce(&mut self, number: usize) -> Result<(), String> {
        let producer = &mut self.producers[number];
        (producer.again, producer.ending) = (None, false);
        let values = (0..self.records).map(|_| self.value.as_slice());
        let batch = wire::batch_of(values, 1_700_000_000_000, Some(producer.writer));
        let partition = (number % self.topic.partitions.max(1) as usize) as i32;
        self.lanes.send(number, wire::produce(Some(&producer.id), &self.topic.id, partition, -1, &batch))
    }

    fn answered(&mut self, number: usize, frame: &[u8], seen: &mut Seen) -> Result<(), String> {
        let producer = &mut self.producers[number];
        if !producer.ending {
            return match wire::produced(frame)? {
                0 => {
                    producer.ending = true;
                    self.lanes.send(number, wire::end_transaction(&producer.id, producer.writer))
                }
                CONCURRENT_TRANSACTIONS => {
                    producer.again = Some(now() + PAUSE_NS);
                    seen.again += 1;
                    Ok(())
                }
                error => Err(format!("a produce in a transaction was answered with error {error}")),
            };
        }
        producer.writer = wire::ended_transaction(frame)?;
        seen.transactions += 1;
        seen.latencies.add(now() - producer.begun);
        self.begin(number)
    }
}

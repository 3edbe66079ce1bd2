//! Fetch: read what a topic holds, from its beginning, over and over.

use std::rc::Rc;
use std::time::Duration;

use crate::client::{Topic, prepare};
use crate::connection::Connection;
use crate::options::Options;
use crate::poller::{Poller, now};
use crate::report::{Latencies, Meter, Object};
use crate::wire;

/// One connection that reads one partition, one fetch in flight, as a consumer does.
struct Reader {
    connection: Connection,
    partition: i32,
    offset: i64,
    sent: u64,
}

#[derive(Default)]
struct Seen {
    fetches: u64,
    records: u64,
    bytes: u64,
    latencies: Latencies,
}

pub fn run(options: &Options) -> Result<String, String> {
    let topic = prepare(options)?;
    let bytes_max = i32::try_from(options.number("partition-bytes", 1 << 20)?).map_err(|why| why.to_string())?;
    let pid = options.optional("pid").map(|text| text.parse::<u32>().map_err(|why| why.to_string())).transpose()?;
    if topic.ends.contains(&0) {
        return Err("a partition is empty: there is nothing to read".into());
    }
    let mut poller = Poller::new()?;
    let mut readers = Vec::new();
    for number in 0..options.number("connections", 1)? {
        let connection = Connection::connect(options.bootstrap()?)?;
        poller.watch(number, connection.socket())?;
        let partition = (number % topic.partitions.max(1) as usize) as i32;
        readers.push(Reader { connection, partition, offset: 0, sent: 0 });
    }
    for reader in &mut readers {
        reader.ask(&topic, bytes_max)?;
    }

    let from = now() + options.seconds("warmup", 1.0)?.as_nanos() as u64;
    drive(&mut poller, &mut readers, &topic, bytes_max, from, &mut Seen::default())?;
    let mut seen = Seen::default();
    let meter = Meter::start(pid)?;
    let begun = now();
    let until = begun + options.seconds("seconds", 5.0)?.as_nanos() as u64;
    drive(&mut poller, &mut readers, &topic, bytes_max, until, &mut seen)?;
    let seconds = Duration::from_nanos(now() - begun).as_secs_f64();

    let mut object = Object::default();
    meter.stop(&mut object)?;
    object.number("seconds", seconds);
    for (name, count) in [("requests", seen.fetches), ("records", seen.records), ("bytes", seen.bytes)] {
        object.count(name, count);
        object.number(&format!("{name}_per_s"), count as f64 / seconds);
    }
    object.raw("latency_us", &seen.latencies.json());
    Ok(object.finish())
}

fn drive(
    poller: &mut Poller,
    readers: &mut [Reader],
    topic: &Topic,
    bytes_max: i32,
    until: u64,
    seen: &mut Seen,
) -> Result<(), String> {
    while now() < until {
        for ready in poller.wait(until)? {
            let reader = &mut readers[ready.number];
            let (mut next, sent, end) = (None, reader.sent, topic.ends[reader.partition as usize]);
            reader.connection.read(|frame| {
                let (error, bytes) = wire::fetched(frame)?;
                if error != 0 {
                    return Err(format!("a fetch was answered with error {error}"));
                }
                seen.fetches += 1;
                seen.latencies.add(now() - sent);
                let found = wire::batches(bytes, |_| {});
                let (records, offset) = found.ok_or("a fetch below the end came back empty")?;
                seen.records += records;
                seen.bytes += bytes.len() as u64;
                next = Some(if offset < end { offset } else { 0 });
                Ok(())
            })?;
            if let Some(offset) = next {
                reader.offset = offset;
                reader.ask(topic, bytes_max)?;
            }
        }
    }
    Ok(())
}

impl Reader {
    fn ask(&mut self, topic: &Topic, bytes_max: i32) -> Result<(), String> {
        self.connection.queue(Rc::from(wire::fetch(&topic.id, self.partition, self.offset, bytes_max)));
        self.sent = now();
        if self.connection.flush()? {
            Ok(())
        } else {
            Err("a request of 100 bytes does not fit into the socket".into())
        }
    }
}

//! Partitions: create many, write one record to each.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::client::{Client, prepare};
use crate::connection::Connection;
use crate::options::Options;
use crate::poller::{Poller, now};
use crate::report::{Meter, Object};
use crate::wire;

const NOT_YET: [i16; 5] = [3, 5, 6, 100, 103]; // the broker has not heard of the partition, or does not lead it yet

pub fn run(options: &Options) -> Result<String, String> {
    let pid = options.optional("pid").map(|text| text.parse::<u32>().map_err(|why| why.to_string())).transpose()?;
    Client::connect(options)?.brokers()?; // the broker answers before the clock starts
    let meter = Meter::start(pid)?;
    let start = now();
    let topic = prepare(options)?;
    let created = now();
    let retries = write_each(options, &topic)?;
    let written = now();

    let mut object = Object::default();
    meter.stop(&mut object)?;
    object.count("partitions", topic.partitions as u64);
    object.count("retries", retries);
    object.number("create_s", (created - start) as f64 / 1e9);
    object.number("produce_s", (written - created) as f64 / 1e9);
    object.number("total_s", (written - start) as f64 / 1e9);
    Ok(object.finish())
}

/// One request for each partition, some in flight; those that come too early are sent again.
fn write_each(options: &Options, topic: &crate::client::Topic) -> Result<u64, String> {
    let mut connection = Connection::connect(options.bootstrap()?)?;
    let mut poller = Poller::new()?;
    poller.watch(0, connection.socket())?;
    let wall = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let value = [b'v'; 100];
    let batch = wire::batch(std::iter::once(value.as_slice()), wall.as_millis() as i64);
    let inflight_max = options.number("inflight", 5)?;
    let mut waiting: VecDeque<i32> = (0..topic.partitions).collect();
    let mut inflight: VecDeque<i32> = VecDeque::new();
    let mut retries = 0;
    while !waiting.is_empty() || !inflight.is_empty() {
        while inflight.len() < inflight_max
            && let Some(partition) = waiting.pop_front()
        {
            connection.queue(Rc::from(wire::produce(None, &topic.id, partition, -1, &batch)));
            inflight.push_back(partition);
        }
        connection.flush()?;
        for ready in poller.wait(now() + 1_000_000_000)? {
            if !ready.readable {
                continue;
            }
            connection.read(|frame| {
                let partition = inflight.pop_front().ok_or("an answer that nobody waits for")?;
                match wire::produced(frame)? {
                    0 => {}
                    error if NOT_YET.contains(&error) => {
                        retries += 1;
                        waiting.push_back(partition);
                    }
                    error => {
                        return Err(format!("partition {partition} was answered with error {error}"));
                    }
                }
                Ok(())
            })?;
        }
    }
    Ok(retries)
}

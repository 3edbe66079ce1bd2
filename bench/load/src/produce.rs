//! Produce: closed loop (F in flight) or open loop (a fixed rate).

use crate::client::prepare;
use crate::drive;
use crate::options::Options;
use crate::wire;

pub fn run(options: &Options) -> Result<String, String> {
    let records = options.number("records", 1)?;
    let record_bytes = options.number("record-bytes", 100)?;
    let topic = prepare(options)?;
    let batch = batch_of(records, record_bytes);
    let acks = options.optional("acks").map_or(Ok(-1), |text| text.parse().map_err(|_| "--acks: -1 or 1"))?;
    let frames = (0..options.number("connections", 1)?).map(|number| {
        let partition = (number % topic.partitions.max(1) as usize) as i32;
        vec![wire::produce(None, &topic.id, partition, acks, &batch)]
    });
    let sizes = [("records", records), ("bytes", batch.len())];
    let mut object = drive::run(options, frames.collect(), wire::produced, &sizes)?;
    object.count("batch_bytes", batch.len() as u64);
    Ok(object.finish())
}

/// A batch of records of random-looking bytes; without compression their content does not matter.
fn batch_of(records: usize, record_bytes: usize) -> Vec<u8> {
    let value: Vec<u8> = (0..record_bytes).map(|place| b'a' + (place * 7 % 26) as u8).collect();
    let wall = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    wire::batch((0..records).map(|_| value.as_slice()), i64::try_from(wall.as_millis()).unwrap_or(0))
}

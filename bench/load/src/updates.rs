//! Updates: every key in turn, in another order each time around.

use std::time::SystemTime;

use crate::client::{Client, prepare};
use crate::options::Options;
use crate::poller::now;
use crate::report::{Meter, Object};
use crate::wire::{self, Assembly};

/// Primes: modulo a number of keys that they do not divide, their multiples meet each key once.
const STEPS: [u64; 3] = [2_654_435_761, 2_246_822_519, 3_266_489_917];

/// Write `count` updates over `keys` keys to partition 0, one request at a time.
pub fn run(options: &Options) -> Result<String, String> {
    let pid = options.optional("pid").map(|text| text.parse::<u32>().map_err(|why| why.to_string())).transpose()?;
    let (keys, records) = (options.number("keys", 200_000)? as u64, options.number("records", 2000)? as u64);
    let count = options.number("count", 0)? as u64;
    if keys == 0 || STEPS.iter().any(|step| step % keys == 0) {
        return Err(format!("--keys {keys}: another number"));
    }
    let mut value = vec![b'v'; options.number("record-bytes", 32)?.max(8)];
    let topic = prepare(options)?;
    let mut client = Client::connect(options)?;
    let meter = Meter::start(pid)?;
    let (start, mut done, mut bytes) = (now(), 0, 0);
    while done < count {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let end = count.min(done + records);
        let mut assembly = Assembly::new((end - done) as usize);
        for update in done..end {
            value[..8].copy_from_slice(&update.to_be_bytes());
            assembly.put(Some(&key(update, keys).to_be_bytes()), &value);
        }
        let batch = assembly.finish(i64::try_from(wall.as_millis()).unwrap_or(0), None);
        let answer = client.ask(wire::produce(None, &topic.id, 0, -1, &batch))?;
        let error = wire::produced(&answer)?;
        if error != 0 {
            return Err(format!("update {done} was answered with error {error}"));
        }
        (done, bytes) = (end, bytes + batch.len() as u64);
    }
    let seconds = (now() - start) as f64 / 1e9;
    let mut object = Object::default();
    meter.stop(&mut object)?;
    object.number("seconds", seconds);
    object.count("updates", count);
    object.count("bytes", bytes);
    object.number("updates_per_s", count as f64 / seconds);
    Ok(object.finish())
}

/// Which key an update is of.
fn key(update: u64, keys: u64) -> u64 {
    let step = STEPS[(update / keys) as usize % STEPS.len()];
    (u128::from(update % keys) * u128::from(step) % u128::from(keys)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_comes_once_each_time_around() {
        for keys in [1_u64, 7, 1000, 20_000] {
            for around in 0..4 {
                let mut met: Vec<u64> = (around * keys..(around + 1) * keys).map(|update| key(update, keys)).collect();
                met.sort_unstable();
                assert_eq!(met, (0..keys).collect::<Vec<_>>());
            }
        }
    }
}

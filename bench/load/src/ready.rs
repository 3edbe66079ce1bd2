//! Ready: ask until the broker's first answer.

use std::thread::sleep;
use std::time::Duration;

use crate::client::Client;
use crate::options::Options;
use crate::poller::now;
use crate::report::Object;

const PAUSE: Duration = Duration::from_millis(2);

/// The monotonic clock at the first Metadata answer that names a broker; who started the broker knows when that was.
pub fn run(options: &Options) -> Result<String, String> {
    let address = options.bootstrap()?;
    let patience = now() + options.seconds("seconds", 60.0)?.as_nanos() as u64;
    loop {
        if let Ok(1..) = Client::open(address).and_then(|mut client| client.brokers()) {
            let mut object = Object::default();
            object.count("answered_at_ns", now());
            return Ok(object.finish());
        }
        if now() > patience {
            return Err(format!("{address} did not answer in time"));
        }
        sleep(PAUSE);
    }
}

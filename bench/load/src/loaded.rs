//! Loaded: ask until a coordinator that has just started knows how far groups have read.

use std::thread::sleep;
use std::time::Duration;

use crate::client::Client;
use crate::group_wire as wire;
use crate::options::Options;
use crate::poller::now;
use crate::report::Object;

const PAUSE: Duration = Duration::from_millis(5);

/// The monotonic clock when every one of `--groups` was told all offsets of the topic that `commits` wrote.
pub fn run(options: &Options) -> Result<String, String> {
    let (name, address) = (options.text("topic")?, options.bootstrap()?);
    let offsets = options.number("records", 1)?;
    let patience = now() + options.seconds("seconds", 60.0)?.as_nanos() as u64;
    let mut client = None;
    for number in 0..options.number("groups", 1)? {
        let group = format!("{name}-{number}");
        while fetched(&mut client, address, &group) != Some(offsets) {
            if now() > patience {
                return Err(format!("group {group} does not know its {offsets} offsets in time"));
            }
            sleep(PAUSE);
        }
    }
    let mut object = Object::default();
    object.count("answered_at_ns", now());
    Ok(object.finish())
}

/// How many offsets a group has, if the broker says so; a connection that does not serve is opened anew.
fn fetched(client: &mut Option<Client>, address: std::net::SocketAddr, group: &str) -> Option<usize> {
    let mut open = client.take().or_else(|| Client::open(address).ok())?;
    let answer = open.ask(wire::fetch_offsets(group)).ok()?;
    *client = Some(open);
    wire::fetched_offsets(&answer).ok()
}

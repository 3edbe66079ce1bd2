//! OffsetCommit: groups of one member each, which commit in turn.

// With --members 0 nobody is in the groups, as when a tool commits for them. The members speak the newer protocol (KIP-848): they are in their group at once, and the few seconds of a measurement are
// shorter than their session.

use std::time::{Duration, Instant};

use crate::client::{Client, Topic, prepare};
use crate::drive;
use crate::group_wire::{self as wire, Beat};
use crate::options::Options;
use crate::wire::GROUP;

const WAIT_MAX: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

pub fn run(options: &Options) -> Result<String, String> {
    let topic = prepare(options)?;
    let name = options.text("topic")?;
    let connections = options.number("connections", 1)?;
    let joins = options.number("members", 1)? > 0;
    let mut client = Client::connect(options)?;
    let mut frames = vec![Vec::new(); connections];
    for number in 0..options.number("groups", connections)? {
        let group = format!("{name}-{number}");
        let (member, epoch) = if joins {
            (member_of(&group), join(&mut client, &topic, name, &group)?)
        } else {
            client.coordinator(GROUP, &group)?;
            (String::new(), -1)
        };
        frames[number % connections].push(wire::commit(&group, &member, epoch, &topic.id, topic.partitions));
    }
    let sizes = [("offsets", topic.partitions.max(1) as usize)];
    let figures = drive::run(options, frames, wire::committed, &sizes)?;
    for number in 0..if joins { options.number("groups", connections)? } else { 0 } {
        let group = format!("{name}-{number}");
        client.ask(wire::beat(&Beat {
            group: &group,
            member: &member_of(&group),
            epoch: -1,
            topic: name,
            owned: None,
        }))?;
    }
    Ok(figures.finish())
}

fn member_of(group: &str) -> String {
    format!("{group}-member")
}

/// Join a group alone and beat until every partition is assigned; returns the epoch.
fn join(client: &mut Client, topic: &Topic, name: &str, group: &str) -> Result<i32, String> {
    client.coordinator(GROUP, group)?;
    let (started, mut epoch) = (Instant::now(), 0);
    loop {
        let member = member_of(group);
        let beat = Beat { group, member: &member, epoch, topic: name, owned: (epoch == 0).then_some((&topic.id, &[])) };
        let beaten = wire::beaten(&client.ask(wire::beat(&beat))?)?;
        epoch = if beaten.error == 0 { beaten.epoch } else { epoch };
        if beaten.assigned.is_some_and(|partitions| partitions.len() == topic.partitions as usize) {
            return Ok(epoch);
        }
        if started.elapsed() > WAIT_MAX {
            return Err(format!("group {group} is not stable: error {}", beaten.error));
        }
        std::thread::sleep(PAUSE);
    }
}

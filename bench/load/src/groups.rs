//! A group that is never left in peace: how soon it has it again.

// The last member leaves and comes back, over and over. Each time the clock runs until every member is in the same generation
// (epoch) and all partitions are assigned. Members beat often, so that it is the broker that is measured.

use std::rc::Rc;
use std::time::Duration;

use crate::client::prepare;
use crate::lanes::Lanes;
use crate::members::{Classic, Consumer, Group, Member, Next};
use crate::options::Options;
use crate::poller::now;
use crate::report::{Latencies, Meter, Object};
use crate::wire;

const WAIT_MAX: Duration = Duration::from_secs(60);

struct Place {
    member: Box<dyn Member>,
    /// When it beats next; None while it waits for an answer, or is away.
    due: Option<u64>,
    away: bool,
    /// When what it has last changed.
    changed: u64,
}

struct Run {
    lanes: Lanes,
    places: Vec<Place>,
    partitions: usize,
    interval: u64,
}

pub fn run(options: &Options) -> Result<String, String> {
    let pid = options.optional("pid").map(|text| text.parse::<u32>().map_err(|why| why.to_string())).transpose()?;
    let (rounds, mut run) = (options.number("rounds", 10)?, Run::open(options)?);
    let begun = now();
    for number in 0..run.places.len() {
        run.join(number)?;
    }
    run.until_settled(0)?;
    let first = now() - begun;
    let last = run.places.len() - 1;
    let (meter, measured_from) = (Meter::start(pid)?, now());
    let (mut whole, mut each) = (Latencies::default(), Latencies::default());
    for _ in 0..rounds {
        for joins in [false, true] {
            let (trigger, before) = (now(), run.generation());
            if joins {
                run.join(last)?
            } else {
                run.leave(last)?
            };
            run.until_settled(before)?;
            whole.add(now() - trigger);
            run.places.iter().filter(|one| one.changed > trigger).for_each(|one| each.add(one.changed - trigger));
            run.rest()?;
        }
    }
    let measured = (now() - measured_from) as f64 / 1e9;
    let mut object = Object::default();
    meter.stop(&mut object)?;
    object.number("seconds", measured);
    object.number("first_ms", first as f64 / 1e6);
    object.count("rebalances", 2 * rounds as u64);
    object.number("rebalances_per_s", 2.0 * rounds as f64 / measured);
    object.raw("settled_us", &whole.json());
    object.raw("latency_us", &each.json());
    Ok(object.finish())
}

impl Run {
    fn open(options: &Options) -> Result<Self, String> {
        let topic = prepare(options)?;
        let name = options.text("topic")?;
        let count = options.number("members", 100)?;
        let group = Rc::new(Group {
            name: format!("{name}-group"),
            topic: name.to_owned(),
            topic_id: topic.id,
            partitions: topic.partitions,
        });
        crate::client::Client::connect(options)?.coordinator(wire::GROUP, &group.name)?;
        let places = (0..count).map(|number| {
            let member: Box<dyn Member> = match options.optional("protocol").unwrap_or("consumer") {
                "classic" => Box::new(Classic::new(Rc::clone(&group))),
                "consumer" => Box::new(Consumer::new(Rc::clone(&group), number)),
                other => return Err(format!("--protocol {other}: classic or consumer")),
            };
            Ok(Place { member, due: None, away: true, changed: 0 })
        });
        Ok(Self {
            places: places.collect::<Result<_, _>>()?,
            lanes: Lanes::open(options.bootstrap()?, count)?,
            partitions: topic.partitions as usize,
            interval: options.number("beat-ms", 100)? as u64 * 1_000_000,
        })
    }

    fn join(&mut self, number: usize) -> Result<(), String> {
        let place = &mut self.places[number];
        (place.away, place.due) = (false, None);
        self.lanes.send(number, place.member.join())
    }

    /// A member that waits for an answer leaves when it has it.
    fn leave(&mut self, number: usize) -> Result<(), String> {
        while self.places[number].due.is_none() {
            self.turn(now() + self.interval)?;
        }
        let place = &mut self.places[number];
        (place.away, place.due) = (true, None);
        self.lanes.send(number, place.member.leave())
    }

    fn generation(&self) -> i32 {
        self.places.iter().filter_map(|one| one.member.place()).map(|(generation, _)| generation).max().unwrap_or(0)
    }

    /// Go on until everybody who is there is in one generation after that, and all partitions have somebody.
    fn until_settled(&mut self, before: i32) -> Result<(), String> {
        let patience = now() + WAIT_MAX.as_nanos() as u64;
        while !self.settled(before) {
            if now() > patience {
                return Err(format!("the group did not settle after generation {before}"));
            }
            self.turn(patience)?;
        }
        Ok(())
    }

    fn settled(&self, before: i32) -> bool {
        let (mut generation, mut assigned) = (None, 0);
        for place in self.places.iter().filter(|one| !one.away) {
            let Some((is_in, partitions)) = place.member.place() else { return false };
            if is_in <= before || *generation.get_or_insert(is_in) != is_in {
                return false;
            }
            assigned += partitions;
        }
        assigned == self.partitions
    }

    /// Two intervals of peace: who left is answered, all beat at their own time again.
    fn rest(&mut self) -> Result<(), String> {
        let until = now() + 2 * self.interval;
        while now() < until {
            self.turn(until)?;
        }
        Ok(())
    }

    fn turn(&mut self, until: u64) -> Result<(), String> {
        let (time, mut next) = (now(), until);
        for (number, place) in self.places.iter_mut().enumerate() {
            match place.due {
                Some(due) if due <= time => {
                    place.due = None;
                    self.lanes.send(number, place.member.beat())?;
                }
                Some(due) => next = next.min(due),
                None => {}
            }
        }
        for (number, frame) in self.lanes.receive(next)? {
            let place = &mut self.places[number];
            let before = place.member.place();
            let follows = place.member.answered(&frame)?;
            let time = now();
            if place.member.place() != before {
                place.changed = time;
            }
            match follows {
                Next::Send(frame) => self.lanes.send(number, frame)?,
                Next::Rest => place.due = Some(time + self.interval),
                Next::Gone => {}
            }
        }
        Ok(())
    }
}

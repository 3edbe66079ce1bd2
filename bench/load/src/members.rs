//! Members of a group: what they say next, in either protocol.

use std::rc::Rc;

use crate::group_wire::{self as wire, Assigning, Beat, Membership};
use crate::wire::TopicId;

const MEMBER_ID_REQUIRED: i16 = 79;
const REBALANCE_IN_PROGRESS: i16 = 27;
const UNKNOWN_MEMBER_ID: i16 = 25;
const ILLEGAL_GENERATION: i16 = 22;
const FENCED_MEMBER_EPOCH: i16 = 110;

/// What all members of a group read.
pub struct Group {
    pub name: String,
    pub topic: String,
    pub topic_id: TopicId,
    pub partitions: i32,
}

/// What follows from an answer.
pub enum Next {
    Send(Vec<u8>),
    /// Nothing until its next heartbeat is due.
    Rest,
    /// It has left.
    Gone,
}

pub trait Member {
    fn join(&mut self) -> Vec<u8>;
    fn beat(&mut self) -> Vec<u8>;
    fn leave(&mut self) -> Vec<u8>;
    fn answered(&mut self, frame: &[u8]) -> Result<Next, String>;
    /// The generation or epoch that it is in, and how many partitions it has; None while it is on its way.
    fn place(&self) -> Option<(i32, usize)>;
}

#[derive(PartialEq)]
enum Waits {
    Join,
    Sync,
    Beat,
    Leave,
}

/// A member of the classic protocol; whoever leads deals the partitions out in turn.
pub struct Classic {
    group: Rc<Group>,
    id: String,
    generation: i32,
    assigned: Option<usize>,
    waits: Waits,
}

impl Classic {
    pub fn new(group: Rc<Group>) -> Self {
        Self { group, id: String::new(), generation: -1, assigned: None, waits: Waits::Join }
    }

    fn membership(&self) -> Membership<'_> {
        Membership { group: &self.group.name, member: &self.id, generation: self.generation }
    }

    fn joined(&mut self, frame: &[u8]) -> Result<Next, String> {
        let joined = wire::joined(frame)?;
        match joined.error {
            0 => {}
            MEMBER_ID_REQUIRED => {
                self.id = joined.member;
                return Ok(Next::Send(self.join()));
            }
            UNKNOWN_MEMBER_ID => {
                self.id.clear();
                return Ok(Next::Send(self.join()));
            }
            error => return Err(format!("a JoinGroup was answered with error {error}")),
        }
        (self.id, self.generation, self.waits) = (joined.member, joined.generation, Waits::Sync);
        let dealt: Vec<Assigning> = joined
            .members
            .iter()
            .enumerate()
            .map(|(place, member)| self.deal(place, member, &joined.members))
            .collect();
        Ok(Next::Send(wire::sync(&self.membership(), &self.group.topic, &dealt)))
    }

    fn deal(&self, place: usize, member: &str, everybody: &[String]) -> Assigning {
        let partitions = (place as i32..self.group.partitions).step_by(everybody.len()).collect();
        Assigning { member: member.to_owned(), partitions }
    }

    fn rejoin(&mut self, error: i16) -> Result<Next, String> {
        match error {
            UNKNOWN_MEMBER_ID => self.id.clear(),
            REBALANCE_IN_PROGRESS | ILLEGAL_GENERATION => {}
            error => return Err(format!("a member was answered with error {error}")),
        }
        Ok(Next::Send(self.join()))
    }
}

impl Member for Classic {
    fn join(&mut self) -> Vec<u8> {
        (self.waits, self.assigned) = (Waits::Join, None);
        wire::join(&self.membership(), &self.group.topic)
    }

    fn beat(&mut self) -> Vec<u8> {
        self.waits = Waits::Beat;
        wire::heartbeat(&self.membership())
    }

    fn leave(&mut self) -> Vec<u8> {
        (self.waits, self.assigned) = (Waits::Leave, None);
        wire::leave(&self.membership())
    }

    fn answered(&mut self, frame: &[u8]) -> Result<Next, String> {
        match self.waits {
            Waits::Join => self.joined(frame),
            Waits::Sync => match wire::synced(frame)? {
                (0, partitions) => {
                    self.assigned = Some(partitions);
                    Ok(Next::Rest)
                }
                (error, _) => self.rejoin(error),
            },
            Waits::Beat => match wire::first_error(frame)? {
                0 => Ok(Next::Rest),
                error => self.rejoin(error),
            },
            Waits::Leave => {
                self.id.clear();
                Ok(Next::Gone)
            }
        }
    }

    fn place(&self) -> Option<(i32, usize)> {
        self.assigned.map(|partitions| (self.generation, partitions))
    }
}

/// A member of a consumer group (KIP-848), which gives back and takes at once what it is told to.
pub struct Consumer {
    group: Rc<Group>,
    id: String,
    epoch: i32,
    owned: Vec<i32>,
    /// What it has, it has not said yet.
    untold: bool,
}

impl Consumer {
    pub fn new(group: Rc<Group>, number: usize) -> Self {
        let id = format!("{}-member-{number}", group.name);
        Self { group, id, epoch: 0, owned: Vec::new(), untold: true }
    }

    fn say(&mut self) -> Vec<u8> {
        let owned = self.untold.then_some((&self.group.topic_id, self.owned.as_slice()));
        let (group, topic) = (self.group.name.as_str(), self.group.topic.as_str());
        let frame = wire::beat(&Beat { group, member: &self.id, epoch: self.epoch, topic, owned });
        self.untold = false;
        frame
    }
}

impl Member for Consumer {
    fn join(&mut self) -> Vec<u8> {
        (self.epoch, self.untold) = (0, true);
        self.owned.clear();
        self.say()
    }

    fn beat(&mut self) -> Vec<u8> {
        self.say()
    }

    fn leave(&mut self) -> Vec<u8> {
        (self.epoch, self.untold) = (-1, false);
        self.say()
    }

    fn answered(&mut self, frame: &[u8]) -> Result<Next, String> {
        if self.epoch == -1 {
            return Ok(Next::Gone);
        }
        let beaten = wire::beaten(frame)?;
        match beaten.error {
            0 => {}
            UNKNOWN_MEMBER_ID | FENCED_MEMBER_EPOCH => return Ok(Next::Send(self.join())),
            error => return Err(format!("a heartbeat was answered with error {error}")),
        }
        self.epoch = beaten.epoch;
        match beaten.assigned {
            Some(partitions) => {
                (self.owned, self.untold) = (partitions, true);
                Ok(Next::Send(self.say()))
            }
            None => Ok(Next::Rest),
        }
    }

    fn place(&self) -> Option<(i32, usize)> {
        (self.epoch > 0).then_some((self.epoch, self.owned.len()))
    }
}

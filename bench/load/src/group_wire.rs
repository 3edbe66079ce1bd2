//! What groups say: both protocols of membership, and commits.

use crate::wire::{Answer, Request, TopicId};

const OFFSET_COMMIT: (i16, i16) = (8, 10);
const OFFSET_FETCH: (i16, i16) = (9, 10);
const JOIN_GROUP: (i16, i16) = (11, 9);
const HEARTBEAT: (i16, i16) = (12, 4);
const LEAVE_GROUP: (i16, i16) = (13, 5);
const SYNC_GROUP: (i16, i16) = (14, 5);
const CONSUMER_GROUP_HEARTBEAT: (i16, i16) = (68, 1);

// -- the classic protocol of groups --------------------------------------------------------------------------------------------

const SESSION_MS: i32 = 45_000;
const REBALANCE_MS: i32 = 60_000;
const PROTOCOL_TYPE: &str = "consumer";
const PROTOCOL: &str = "in-turn";

/// A member in a generation of its group.
pub struct Membership<'a> {
    pub group: &'a str,
    pub member: &'a str,
    pub generation: i32,
}

/// What the leader gives a member.
pub struct Assigning {
    pub member: String,
    pub partitions: Vec<i32>,
}

pub fn join(of: &Membership<'_>, topic: &str) -> Vec<u8> {
    let mut subscription = vec![0, 0, 0, 0, 0, 1]; // version 0, one topic
    put_short_text(&mut subscription, topic);
    subscription.extend_from_slice(&(-1_i32).to_be_bytes()); // no user data
    let mut request = Request::new(JOIN_GROUP);
    request.string(of.group);
    request.i32(SESSION_MS);
    request.i32(REBALANCE_MS);
    request.string(of.member);
    request.null(); // instance
    request.string(PROTOCOL_TYPE);
    request.compact(1);
    request.string(PROTOCOL);
    request.compact(subscription.len());
    request.bytes(&subscription);
    request.tags();
    request.null(); // reason
    request.tags();
    request.finish()
}

pub fn sync(of: &Membership<'_>, topic: &str, dealt: &[Assigning]) -> Vec<u8> {
    let mut request = Request::new(SYNC_GROUP);
    request.string(of.group);
    request.i32(of.generation);
    request.string(of.member);
    request.null(); // instance
    request.string(PROTOCOL_TYPE);
    request.string(PROTOCOL);
    request.compact(dealt.len());
    for one in dealt {
        let mut assignment = vec![0, 0, 0, 0, 0, 1];
        put_short_text(&mut assignment, topic);
        assignment.extend_from_slice(&(one.partitions.len() as i32).to_be_bytes());
        one.partitions.iter().for_each(|partition| assignment.extend_from_slice(&partition.to_be_bytes()));
        assignment.extend_from_slice(&(-1_i32).to_be_bytes());
        request.string(&one.member);
        request.compact(assignment.len());
        request.bytes(&assignment);
        request.tags();
    }
    request.tags();
    request.finish()
}

pub fn heartbeat(of: &Membership<'_>) -> Vec<u8> {
    let mut request = Request::new(HEARTBEAT);
    request.string(of.group);
    request.i32(of.generation);
    request.string(of.member);
    request.null(); // instance
    request.tags();
    request.finish()
}

pub fn leave(of: &Membership<'_>) -> Vec<u8> {
    let mut request = Request::new(LEAVE_GROUP);
    request.string(of.group);
    request.compact(1);
    request.string(of.member);
    request.null(); // instance
    request.null(); // reason
    request.tags();
    request.tags();
    request.finish()
}

fn put_short_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as i16).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// What a JoinGroup was answered; the leader is told everybody's id.
pub struct Joined {
    pub error: i16,
    pub generation: i32,
    pub member: String,
    pub members: Vec<String>,
}

pub fn joined(frame: &[u8]) -> Result<Joined, String> {
    let mut answer = Answer::new(frame)?;
    answer.i32()?;
    let (error, generation) = (answer.i16()?, answer.i32()?);
    answer.string()?;
    answer.string()?;
    answer.string()?;
    answer.i8()?;
    let member = answer.string()?.to_owned();
    let mut members = Vec::new();
    for _ in 0..answer.compact()? {
        members.push(answer.string()?.to_owned());
        answer.string()?;
        let length = answer.compact()?;
        answer.take(length)?;
        answer.tags()?;
    }
    Ok(Joined { error, generation, member, members })
}

/// The error code of a SyncGroup answer, and how many partitions of its one topic a member has.
pub fn synced(frame: &[u8]) -> Result<(i16, usize), String> {
    let mut answer = Answer::new(frame)?;
    answer.i32()?;
    let error = answer.i16()?;
    answer.string()?;
    answer.string()?;
    let length = answer.compact()?;
    let mut assignment = Answer::part(answer.take(length)?);
    if error != 0 || length == 0 {
        return Ok((error, 0));
    }
    assignment.take(6)?;
    let name = assignment.i16()?;
    assignment.take(usize::try_from(name).map_err(|why| why.to_string())?)?;
    Ok((error, usize::try_from(assignment.i32()?).map_err(|why| why.to_string())?))
}

/// The error code that stands first in an answer.
pub fn first_error(frame: &[u8]) -> Result<i16, String> {
    let mut answer = Answer::new(frame)?;
    answer.i32()?;
    answer.i16()
}

// -- the newer one --------------------------------------------------------------------------------------------------------------

/// What a member of a consumer group (KIP-848) says: it reads one topic. `owned` None: as it said last.
pub struct Beat<'a> {
    pub group: &'a str,
    pub member: &'a str,
    pub epoch: i32,
    pub topic: &'a str,
    pub owned: Option<(&'a TopicId, &'a [i32])>,
}

/// A heartbeat of such a member.
pub fn beat(beat: &Beat<'_>) -> Vec<u8> {
    let mut request = Request::new(CONSUMER_GROUP_HEARTBEAT);
    request.string(beat.group);
    request.string(beat.member);
    request.i32(beat.epoch);
    request.null(); // instance
    request.null(); // rack
    request.i32(if beat.epoch == 0 { 300_000 } else { -1 });
    if beat.epoch == 0 {
        request.compact(1);
        request.string(beat.topic);
    } else {
        request.null();
    }
    request.null(); // pattern
    request.null(); // assignor
    match beat.owned {
        None => request.null(),
        Some((_, [])) => request.compact(0),
        Some((topic, partitions)) => {
            request.compact(1);
            request.bytes(topic);
            request.compact(partitions.len());
            for partition in partitions {
                request.i32(*partition);
            }
            request.tags();
        }
    }
    request.tags();
    request.finish()
}

/// An OffsetCommit of every partition of a topic by a member.
pub fn commit(group: &str, member: &str, epoch: i32, topic: &TopicId, partitions: i32) -> Vec<u8> {
    let mut request = Request::new(OFFSET_COMMIT);
    request.string(group);
    request.i32(epoch);
    request.string(member);
    request.null(); // instance
    request.compact(1);
    request.bytes(topic);
    request.compact(partitions as usize);
    for partition in 0..partitions {
        request.i32(partition);
        request.i64(1_000_000 + i64::from(partition));
        request.i32(0); // leader epoch
        request.string("");
        request.tags();
    }
    request.tags();
    request.tags();
    request.finish()
}

/// What a heartbeat of a member of a consumer group was answered.
pub struct Beaten {
    pub error: i16,
    pub epoch: i32,
    /// The partitions of its one topic, where they are told.
    pub assigned: Option<Vec<i32>>,
}

pub fn beaten(frame: &[u8]) -> Result<Beaten, String> {
    let mut answer = Answer::new(frame)?;
    answer.i32()?;
    let error = answer.i16()?;
    answer.string()?;
    answer.string()?;
    let epoch = answer.i32()?;
    answer.i32()?;
    let mut assigned = (answer.i8()? >= 0).then(Vec::new);
    if let Some(partitions) = &mut assigned {
        for _ in 0..answer.compact()? {
            answer.topic_id()?;
            for _ in 0..answer.compact()? {
                partitions.push(answer.i32()?);
            }
            answer.tags()?;
        }
    }
    Ok(Beaten { error, epoch, assigned })
}

/// A question for everything that a group has committed.
pub fn fetch_offsets(group: &str) -> Vec<u8> {
    let mut request = Request::new(OFFSET_FETCH);
    request.compact(1);
    request.string(group);
    request.null(); // member
    request.i32(-1);
    request.null(); // all topics
    request.tags();
    request.i8(0);
    request.tags();
    request.finish()
}

/// How many offsets an OffsetFetch of one group was answered with.
pub fn fetched_offsets(frame: &[u8]) -> Result<usize, String> {
    let mut answer = Answer::new(frame)?;
    answer.i32()?;
    answer.compact()?;
    answer.string()?;
    let mut count = 0;
    for _ in 0..answer.compact()? {
        answer.topic_id()?;
        for _ in 0..answer.compact()? {
            answer.take(16)?; // partition, offset, leader epoch
            answer.string()?;
            answer.i16()?;
            answer.tags()?;
            count += 1;
        }
        answer.tags()?;
    }
    match answer.i16()? {
        0 => Ok(count),
        error => Err(format!("an OffsetFetch was answered with error {error}")),
    }
}

/// The first error code of an OffsetCommit answer, or 0.
pub fn committed(frame: &[u8]) -> Result<i16, String> {
    let mut answer = Answer::new(frame)?;
    answer.i32()?;
    for _ in 0..answer.compact()? {
        answer.topic_id()?;
        for _ in 0..answer.compact()? {
            answer.i32()?;
            let error = answer.i16()?;
            if error != 0 {
                return Ok(error);
            }
            answer.tags()?;
        }
        answer.tags()?;
    }
    Ok(0)
}

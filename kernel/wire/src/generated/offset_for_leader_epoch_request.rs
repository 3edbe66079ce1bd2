//! OffsetForLeaderEpochRequest, versions 2-4 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 23;
pub const VERSIONS: (i16, i16) = (2, 4);
pub const FLEXIBLE_FROM: i16 = 4;

#[derive(Clone, Debug, PartialEq)]
pub struct OffsetForLeaderPartition {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub leader_epoch: i32,
}

impl Default for OffsetForLeaderPartition {
    fn default() -> Self {
        Self {
            partition: 0,
            current_leader_epoch: -1,
            leader_epoch: 0,
        }
    }
}

impl OffsetForLeaderPartition {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.partition = reader.i32()?;
        value.current_leader_epoch = reader.i32()?;
        value.leader_epoch = reader.i32()?;
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    _ => reader.skip_rest(),
                }
                Ok(())
            })?;
        }
        Ok(value)
    }

    pub fn encode(&self, writer: &mut Writer, version: i16) {
        let flexible = version >= FLEXIBLE_FROM;
        writer.i32(self.partition);
        writer.i32(self.current_leader_epoch);
        writer.i32(self.leader_epoch);
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct OffsetForLeaderTopic<'a> {
    pub topic: &'a str,
    pub partitions: Vec<OffsetForLeaderPartition>,
}

impl<'a> Default for OffsetForLeaderTopic<'a> {
    fn default() -> Self {
        Self {
            topic: "",
            partitions: Vec::new(),
        }
    }
}

impl<'a> OffsetForLeaderTopic<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.topic = reader.string(flexible, false)?.unwrap_or_default();
        value.partitions = reader.array(flexible, false, 12, |reader| OffsetForLeaderPartition::decode(reader, version))?.unwrap_or_default();
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    _ => reader.skip_rest(),
                }
                Ok(())
            })?;
        }
        Ok(value)
    }

    pub fn encode(&self, writer: &mut Writer, version: i16) {
        let flexible = version >= FLEXIBLE_FROM;
        writer.string(flexible, Some(self.topic));
        writer.array(flexible, Some(&self.partitions[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct OffsetForLeaderEpochRequest<'a> {
    pub replica_id: i32,
    pub topics: Vec<OffsetForLeaderTopic<'a>>,
}

impl<'a> Default for OffsetForLeaderEpochRequest<'a> {
    fn default() -> Self {
        Self {
            replica_id: -2,
            topics: Vec::new(),
        }
    }
}

impl<'a> OffsetForLeaderEpochRequest<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 3 {
            value.replica_id = reader.i32()?;
        }
        value.topics = reader.array(flexible, false, 2, |reader| OffsetForLeaderTopic::decode(reader, version))?.unwrap_or_default();
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    _ => reader.skip_rest(),
                }
                Ok(())
            })?;
        }
        Ok(value)
    }

    pub fn encode(&self, writer: &mut Writer, version: i16) {
        let flexible = version >= FLEXIBLE_FROM;
        if version >= 3 {
            writer.i32(self.replica_id);
        }
        writer.array(flexible, Some(&self.topics[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

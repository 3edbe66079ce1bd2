//! OffsetForLeaderEpochRequest, versions 2-4 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
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

impl<'a> Element<'a> for OffsetForLeaderPartition {
    const BYTES_MIN: usize = 12;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.partition = reader.i32()?;
        value.current_leader_epoch = reader.i32()?;
        value.leader_epoch = reader.i32()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i32(self.partition);
        writer.i32(self.current_leader_epoch);
        writer.i32(self.leader_epoch);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffsetForLeaderTopic<'a> {
    pub topic: &'a str,
    pub partitions: Array<'a, OffsetForLeaderPartition>,
}

impl Default for OffsetForLeaderTopic<'_> {
    fn default() -> Self {
        Self {
            topic: "",
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for OffsetForLeaderTopic<'a> {
    const BYTES_MIN: usize = 2;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.topic = reader.string()?;
        value.partitions = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.string(self.topic);
        writer.array(self.partitions);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffsetForLeaderEpochRequest<'a> {
    pub replica_id: i32,
    pub topics: Array<'a, OffsetForLeaderTopic<'a>>,
}

impl Default for OffsetForLeaderEpochRequest<'_> {
    fn default() -> Self {
        Self {
            replica_id: -2,
            topics: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for OffsetForLeaderEpochRequest<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 3 {
            value.replica_id = reader.i32()?;
        }
        value.topics = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 3 {
            writer.i32(self.replica_id);
        }
        writer.array(self.topics);
        writer.no_tags();
    }
}

impl<'a> Message<'a> for OffsetForLeaderEpochRequest<'a> {
    const NAME: &'static str = "OffsetForLeaderEpochRequest";
    const KEY: i16 = 23;
    const VERSIONS: (i16, i16) = (2, 4);
    const FLEXIBLE_FROM: i16 = 4;
}

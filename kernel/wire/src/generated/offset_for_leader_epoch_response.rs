//! OffsetForLeaderEpochResponse, versions 2-4 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EpochEndOffset {
    pub error_code: i16,
    pub partition: i32,
    pub leader_epoch: i32,
    pub end_offset: i64,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self {
            error_code: 0,
            partition: 0,
            leader_epoch: -1,
            end_offset: -1,
        }
    }
}

impl<'a> Element<'a> for EpochEndOffset {
    const BYTES_MIN: usize = 18;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.error_code = reader.i16()?;
        value.partition = reader.i32()?;
        value.leader_epoch = reader.i32()?;
        value.end_offset = reader.i64()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i16(self.error_code);
        writer.i32(self.partition);
        writer.i32(self.leader_epoch);
        writer.i64(self.end_offset);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffsetForLeaderTopicResult<'a> {
    pub topic: &'a str,
    pub partitions: Array<'a, EpochEndOffset>,
}

impl Default for OffsetForLeaderTopicResult<'_> {
    fn default() -> Self {
        Self {
            topic: "",
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for OffsetForLeaderTopicResult<'a> {
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
pub struct OffsetForLeaderEpochResponse<'a> {
    pub throttle_time_ms: i32,
    pub topics: Array<'a, OffsetForLeaderTopicResult<'a>>,
}

impl Default for OffsetForLeaderEpochResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            topics: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for OffsetForLeaderEpochResponse<'a> {
    const BYTES_MIN: usize = 5;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.throttle_time_ms = reader.i32()?;
        value.topics = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i32(self.throttle_time_ms);
        writer.array(self.topics);
        writer.no_tags();
    }
}

impl<'a> Message<'a> for OffsetForLeaderEpochResponse<'a> {
    const NAME: &'static str = "OffsetForLeaderEpochResponse";
    const KEY: i16 = 23;
    const VERSIONS: (i16, i16) = (2, 4);
    const FLEXIBLE_FROM: i16 = 4;
}

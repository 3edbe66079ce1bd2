//! OffsetCommitResponse, versions 2-10 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message, Uuid};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffsetCommitResponsePartition {
    pub partition_index: i32,
    pub error_code: i16,
}

impl Default for OffsetCommitResponsePartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: 0,
        }
    }
}

impl<'a> Element<'a> for OffsetCommitResponsePartition {
    const BYTES_MIN: usize = 6;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.partition_index = reader.i32()?;
        value.error_code = reader.i16()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i32(self.partition_index);
        writer.i16(self.error_code);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffsetCommitResponseTopic<'a> {
    pub name: &'a str,
    pub topic_id: Uuid,
    pub partitions: Array<'a, OffsetCommitResponsePartition>,
}

impl Default for OffsetCommitResponseTopic<'_> {
    fn default() -> Self {
        Self {
            name: "",
            topic_id: [0; 16],
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for OffsetCommitResponseTopic<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version <= 9 {
            value.name = reader.string()?;
        }
        if version >= 10 {
            value.topic_id = reader.uuid()?;
        }
        value.partitions = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version <= 9 {
            writer.string(self.name);
        }
        if version >= 10 {
            writer.uuid(self.topic_id);
        }
        writer.array(self.partitions);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffsetCommitResponse<'a> {
    pub throttle_time_ms: i32,
    pub topics: Array<'a, OffsetCommitResponseTopic<'a>>,
}

impl Default for OffsetCommitResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            topics: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for OffsetCommitResponse<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 3 {
            value.throttle_time_ms = reader.i32()?;
        }
        value.topics = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 3 {
            writer.i32(self.throttle_time_ms);
        }
        writer.array(self.topics);
        writer.no_tags();
    }
}

impl<'a> Message<'a> for OffsetCommitResponse<'a> {
    const NAME: &'static str = "OffsetCommitResponse";
    const KEY: i16 = 8;
    const VERSIONS: (i16, i16) = (2, 10);
    const FLEXIBLE_FROM: i16 = 8;
}

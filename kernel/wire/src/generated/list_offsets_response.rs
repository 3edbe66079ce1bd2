//! ListOffsetsResponse, versions 1-11 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListOffsetsPartitionResponse {
    pub partition_index: i32,
    pub error_code: i16,
    pub timestamp: i64,
    pub offset: i64,
    pub leader_epoch: i32,
}

impl Default for ListOffsetsPartitionResponse {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: 0,
            timestamp: -1,
            offset: -1,
            leader_epoch: -1,
        }
    }
}

impl<'a> Element<'a> for ListOffsetsPartitionResponse {
    const BYTES_MIN: usize = 22;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.partition_index = reader.i32()?;
        value.error_code = reader.i16()?;
        value.timestamp = reader.i64()?;
        value.offset = reader.i64()?;
        if version >= 4 {
            value.leader_epoch = reader.i32()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.partition_index);
        writer.i16(self.error_code);
        writer.i64(self.timestamp);
        writer.i64(self.offset);
        if version >= 4 {
            writer.i32(self.leader_epoch);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListOffsetsTopicResponse<'a> {
    pub name: &'a str,
    pub partitions: Array<'a, ListOffsetsPartitionResponse>,
}

impl Default for ListOffsetsTopicResponse<'_> {
    fn default() -> Self {
        Self {
            name: "",
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for ListOffsetsTopicResponse<'a> {
    const BYTES_MIN: usize = 2;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.name = reader.string()?;
        value.partitions = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.string(self.name);
        writer.array(self.partitions);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListOffsetsResponse<'a> {
    pub throttle_time_ms: i32,
    pub topics: Array<'a, ListOffsetsTopicResponse<'a>>,
}

impl Default for ListOffsetsResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            topics: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for ListOffsetsResponse<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 2 {
            value.throttle_time_ms = reader.i32()?;
        }
        value.topics = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 2 {
            writer.i32(self.throttle_time_ms);
        }
        writer.array(self.topics);
        writer.no_tags();
    }
}

impl<'a> Message<'a> for ListOffsetsResponse<'a> {
    const NAME: &'static str = "ListOffsetsResponse";
    const KEY: i16 = 2;
    const VERSIONS: (i16, i16) = (1, 11);
    const FLEXIBLE_FROM: i16 = 6;
}

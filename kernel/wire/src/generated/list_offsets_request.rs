//! ListOffsetsRequest, versions 1-11 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListOffsetsPartition {
    pub partition_index: i32,
    pub current_leader_epoch: i32,
    pub timestamp: i64,
}

impl Default for ListOffsetsPartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            current_leader_epoch: -1,
            timestamp: 0,
        }
    }
}

impl<'a> Element<'a> for ListOffsetsPartition {
    const BYTES_MIN: usize = 12;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.partition_index = reader.i32()?;
        if version >= 4 {
            value.current_leader_epoch = reader.i32()?;
        }
        value.timestamp = reader.i64()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.partition_index);
        if version >= 4 {
            writer.i32(self.current_leader_epoch);
        }
        writer.i64(self.timestamp);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListOffsetsTopic<'a> {
    pub name: &'a str,
    pub partitions: Array<'a, ListOffsetsPartition>,
}

impl Default for ListOffsetsTopic<'_> {
    fn default() -> Self {
        Self {
            name: "",
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for ListOffsetsTopic<'a> {
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
pub struct ListOffsetsRequest<'a> {
    pub replica_id: i32,
    pub isolation_level: i8,
    pub topics: Array<'a, ListOffsetsTopic<'a>>,
    pub timeout_ms: i32,
}

impl Default for ListOffsetsRequest<'_> {
    fn default() -> Self {
        Self {
            replica_id: 0,
            isolation_level: 0,
            topics: Array::EMPTY,
            timeout_ms: 0,
        }
    }
}

impl<'a> Element<'a> for ListOffsetsRequest<'a> {
    const BYTES_MIN: usize = 5;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.replica_id = reader.i32()?;
        if version >= 2 {
            value.isolation_level = reader.i8()?;
        }
        value.topics = reader.array()?;
        if version >= 10 {
            value.timeout_ms = reader.i32()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.replica_id);
        if version >= 2 {
            writer.i8(self.isolation_level);
        }
        writer.array(self.topics);
        if version >= 10 {
            writer.i32(self.timeout_ms);
        }
        writer.no_tags();
    }
}

impl<'a> Message<'a> for ListOffsetsRequest<'a> {
    const NAME: &'static str = "ListOffsetsRequest";
    const KEY: i16 = 2;
    const VERSIONS: (i16, i16) = (1, 11);
    const FLEXIBLE_FROM: i16 = 6;
}

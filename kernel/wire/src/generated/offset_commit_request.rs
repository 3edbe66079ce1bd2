//! OffsetCommitRequest, versions 2-10 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message, Uuid};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffsetCommitRequestPartition<'a> {
    pub partition_index: i32,
    pub committed_offset: i64,
    pub committed_leader_epoch: i32,
    pub committed_metadata: Option<&'a str>,
}

impl Default for OffsetCommitRequestPartition<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            committed_metadata: Some(""),
        }
    }
}

impl<'a> Element<'a> for OffsetCommitRequestPartition<'a> {
    const BYTES_MIN: usize = 13;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.partition_index = reader.i32()?;
        value.committed_offset = reader.i64()?;
        if version >= 6 {
            value.committed_leader_epoch = reader.i32()?;
        }
        value.committed_metadata = reader.nullable_string(true)?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.partition_index);
        writer.i64(self.committed_offset);
        if version >= 6 {
            writer.i32(self.committed_leader_epoch);
        }
        writer.nullable_string(self.committed_metadata, true);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffsetCommitRequestTopic<'a> {
    pub name: &'a str,
    pub topic_id: Uuid,
    pub partitions: Array<'a, OffsetCommitRequestPartition<'a>>,
}

impl Default for OffsetCommitRequestTopic<'_> {
    fn default() -> Self {
        Self {
            name: "",
            topic_id: [0; 16],
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for OffsetCommitRequestTopic<'a> {
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
pub struct OffsetCommitRequest<'a> {
    pub group_id: &'a str,
    pub generation_id_or_member_epoch: i32,
    pub member_id: &'a str,
    pub group_instance_id: Option<&'a str>,
    pub retention_time_ms: i64,
    pub topics: Array<'a, OffsetCommitRequestTopic<'a>>,
}

impl Default for OffsetCommitRequest<'_> {
    fn default() -> Self {
        Self {
            group_id: "",
            generation_id_or_member_epoch: -1,
            member_id: "",
            group_instance_id: None,
            retention_time_ms: -1,
            topics: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for OffsetCommitRequest<'a> {
    const BYTES_MIN: usize = 7;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.group_id = reader.string()?;
        value.generation_id_or_member_epoch = reader.i32()?;
        value.member_id = reader.string()?;
        if version >= 7 {
            value.group_instance_id = reader.nullable_string(version >= 7)?;
        }
        if version <= 4 {
            value.retention_time_ms = reader.i64()?;
        }
        value.topics = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.string(self.group_id);
        writer.i32(self.generation_id_or_member_epoch);
        writer.string(self.member_id);
        if version >= 7 {
            writer.nullable_string(self.group_instance_id, version >= 7);
        }
        if version <= 4 {
            writer.i64(self.retention_time_ms);
        }
        writer.array(self.topics);
        writer.no_tags();
    }
}

impl<'a> Message<'a> for OffsetCommitRequest<'a> {
    const NAME: &'static str = "OffsetCommitRequest";
    const KEY: i16 = 8;
    const VERSIONS: (i16, i16) = (2, 10);
    const FLEXIBLE_FROM: i16 = 8;
}

//! FetchRequest, versions 4-18 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message, Uuid};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplicaState {
    pub replica_id: i32,
    pub replica_epoch: i64,
}

impl Default for ReplicaState {
    fn default() -> Self {
        Self {
            replica_id: -1,
            replica_epoch: -1,
        }
    }
}

impl<'a> Element<'a> for ReplicaState {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 15 {
            value.replica_id = reader.i32()?;
        }
        if version >= 15 {
            value.replica_epoch = reader.i64()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 15 {
            writer.i32(self.replica_id);
        }
        if version >= 15 {
            writer.i64(self.replica_epoch);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FetchPartition {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub fetch_offset: i64,
    pub last_fetched_epoch: i32,
    pub log_start_offset: i64,
    pub partition_max_bytes: i32,
    pub replica_directory_id: Uuid,
    pub high_watermark: i64,
}

impl Default for FetchPartition {
    fn default() -> Self {
        Self {
            partition: 0,
            current_leader_epoch: -1,
            fetch_offset: 0,
            last_fetched_epoch: -1,
            log_start_offset: -1,
            partition_max_bytes: 0,
            replica_directory_id: [0; 16],
            high_watermark: 9223372036854775807,
        }
    }
}

impl<'a> Element<'a> for FetchPartition {
    const BYTES_MIN: usize = 16;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.partition = reader.i32()?;
        if version >= 9 {
            value.current_leader_epoch = reader.i32()?;
        }
        value.fetch_offset = reader.i64()?;
        if version >= 12 {
            value.last_fetched_epoch = reader.i32()?;
        }
        if version >= 5 {
            value.log_start_offset = reader.i64()?;
        }
        value.partition_max_bytes = reader.i32()?;
        reader.tags(|tag, reader| {
            match tag {
                0 if version >= 17 => value.replica_directory_id = reader.uuid()?,
                1 if version >= 18 => value.high_watermark = reader.i64()?,
                _ => reader.skip_rest(),
            }
            Ok(())
        })?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.partition);
        if version >= 9 {
            writer.i32(self.current_leader_epoch);
        }
        writer.i64(self.fetch_offset);
        if version >= 12 {
            writer.i32(self.last_fetched_epoch);
        }
        if version >= 5 {
            writer.i64(self.log_start_offset);
        }
        writer.i32(self.partition_max_bytes);
        if writer.is_flexible() {
            let mut tags = writer.tags();
            if version >= 17 && self.replica_directory_id != [0; 16] {
                tags.add(0, |writer| writer.uuid(self.replica_directory_id));
            }
            if version >= 18 && self.high_watermark != 9223372036854775807 {
                tags.add(1, |writer| writer.i64(self.high_watermark));
            }
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FetchTopic<'a> {
    pub topic: &'a str,
    pub topic_id: Uuid,
    pub partitions: Array<'a, FetchPartition>,
}

impl Default for FetchTopic<'_> {
    fn default() -> Self {
        Self {
            topic: "",
            topic_id: [0; 16],
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for FetchTopic<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version <= 12 {
            value.topic = reader.string()?;
        }
        if version >= 13 {
            value.topic_id = reader.uuid()?;
        }
        value.partitions = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version <= 12 {
            writer.string(self.topic);
        }
        if version >= 13 {
            writer.uuid(self.topic_id);
        }
        writer.array(self.partitions);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForgottenTopic<'a> {
    pub topic: &'a str,
    pub topic_id: Uuid,
    pub partitions: Array<'a, i32>,
}

impl Default for ForgottenTopic<'_> {
    fn default() -> Self {
        Self {
            topic: "",
            topic_id: [0; 16],
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for ForgottenTopic<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if (7..=12).contains(&version) {
            value.topic = reader.string()?;
        }
        if version >= 13 {
            value.topic_id = reader.uuid()?;
        }
        if version >= 7 {
            value.partitions = reader.array()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if (7..=12).contains(&version) {
            writer.string(self.topic);
        }
        if version >= 13 {
            writer.uuid(self.topic_id);
        }
        if version >= 7 {
            writer.array(self.partitions);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FetchRequest<'a> {
    pub cluster_id: Option<&'a str>,
    pub replica_id: i32,
    pub replica_state: ReplicaState,
    pub max_wait_ms: i32,
    pub min_bytes: i32,
    pub max_bytes: i32,
    pub isolation_level: i8,
    pub session_id: i32,
    pub session_epoch: i32,
    pub topics: Array<'a, FetchTopic<'a>>,
    pub forgotten_topics_data: Array<'a, ForgottenTopic<'a>>,
    pub rack_id: &'a str,
}

impl Default for FetchRequest<'_> {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            replica_state: ReplicaState::default(),
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: 2147483647,
            isolation_level: 0,
            session_id: 0,
            session_epoch: -1,
            topics: Array::EMPTY,
            forgotten_topics_data: Array::EMPTY,
            rack_id: "",
        }
    }
}

impl<'a> Element<'a> for FetchRequest<'a> {
    const BYTES_MIN: usize = 14;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version <= 14 {
            value.replica_id = reader.i32()?;
        }
        value.max_wait_ms = reader.i32()?;
        value.min_bytes = reader.i32()?;
        value.max_bytes = reader.i32()?;
        value.isolation_level = reader.i8()?;
        if version >= 7 {
            value.session_id = reader.i32()?;
        }
        if version >= 7 {
            value.session_epoch = reader.i32()?;
        }
        value.topics = reader.array()?;
        if version >= 7 {
            value.forgotten_topics_data = reader.array()?;
        }
        if version >= 11 {
            value.rack_id = reader.string()?;
        }
        reader.tags(|tag, reader| {
            match tag {
                0 => value.cluster_id = reader.nullable_string(version >= 12)?,
                1 if version >= 15 => value.replica_state = ReplicaState::decode(reader)?,
                _ => reader.skip_rest(),
            }
            Ok(())
        })?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version <= 14 {
            writer.i32(self.replica_id);
        }
        writer.i32(self.max_wait_ms);
        writer.i32(self.min_bytes);
        writer.i32(self.max_bytes);
        writer.i8(self.isolation_level);
        if version >= 7 {
            writer.i32(self.session_id);
        }
        if version >= 7 {
            writer.i32(self.session_epoch);
        }
        writer.array(self.topics);
        if version >= 7 {
            writer.array(self.forgotten_topics_data);
        }
        if version >= 11 {
            writer.string(self.rack_id);
        }
        if writer.is_flexible() {
            let mut tags = writer.tags();
            if self.cluster_id.is_some() {
                tags.add(0, |writer| writer.nullable_string(self.cluster_id, version >= 12));
            }
            if version >= 15 && self.replica_state != ReplicaState::default() {
                tags.add(1, |writer| self.replica_state.encode(writer));
            }
            tags.finish(writer);
        }
    }
}

impl<'a> Message<'a> for FetchRequest<'a> {
    const NAME: &'static str = "FetchRequest";
    const KEY: i16 = 1;
    const VERSIONS: (i16, i16) = (4, 18);
    const FLEXIBLE_FROM: i16 = 12;
}

//! FetchRequest, versions 4-18 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 1;
pub const VERSIONS: (i16, i16) = (4, 18);
pub const FLEXIBLE_FROM: i16 = 12;

#[derive(Clone, Debug, PartialEq)]
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

impl ReplicaState {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 15 {
            value.replica_id = reader.i32()?;
        }
        if version >= 15 {
            value.replica_epoch = reader.i64()?;
        }
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
        if version >= 15 {
            writer.i32(self.replica_id);
        }
        if version >= 15 {
            writer.i64(self.replica_epoch);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct FetchPartition {
    pub partition: i32,
    pub current_leader_epoch: i32,
    pub fetch_offset: i64,
    pub last_fetched_epoch: i32,
    pub log_start_offset: i64,
    pub partition_max_bytes: i32,
    pub replica_directory_id: [u8; 16],
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

impl FetchPartition {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
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
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    0 if version >= 17 => value.replica_directory_id = reader.uuid()?,
                    1 if version >= 18 => value.high_watermark = reader.i64()?,
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
        if flexible {
            let mut tags = writer.tags();
            if version >= 17 && self.replica_directory_id != [0; 16] {
                tags.add(0, |writer| { writer.uuid(&self.replica_directory_id); });
            }
            if version >= 18 && self.high_watermark != 9223372036854775807 {
                tags.add(1, |writer| { writer.i64(self.high_watermark); });
            }
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct FetchTopic<'a> {
    pub topic: &'a str,
    pub topic_id: [u8; 16],
    pub partitions: Vec<FetchPartition>,
}

impl<'a> Default for FetchTopic<'a> {
    fn default() -> Self {
        Self {
            topic: "",
            topic_id: [0; 16],
            partitions: Vec::new(),
        }
    }
}

impl<'a> FetchTopic<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version <= 12 {
            value.topic = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 13 {
            value.topic_id = reader.uuid()?;
        }
        value.partitions = reader.array(flexible, false, 16, |reader| FetchPartition::decode(reader, version))?.unwrap_or_default();
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
        if version <= 12 {
            writer.string(flexible, Some(self.topic));
        }
        if version >= 13 {
            writer.uuid(&self.topic_id);
        }
        writer.array(flexible, Some(&self.partitions[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ForgottenTopic<'a> {
    pub topic: &'a str,
    pub topic_id: [u8; 16],
    pub partitions: Vec<i32>,
}

impl<'a> Default for ForgottenTopic<'a> {
    fn default() -> Self {
        Self {
            topic: "",
            topic_id: [0; 16],
            partitions: Vec::new(),
        }
    }
}

impl<'a> ForgottenTopic<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 7 && version <= 12 {
            value.topic = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 13 {
            value.topic_id = reader.uuid()?;
        }
        if version >= 7 {
            value.partitions = reader.array(flexible, false, 4, |reader| reader.i32())?.unwrap_or_default();
        }
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
        if version >= 7 && version <= 12 {
            writer.string(flexible, Some(self.topic));
        }
        if version >= 13 {
            writer.uuid(&self.topic_id);
        }
        if version >= 7 {
            writer.array(flexible, Some(&self.partitions[..]), |writer, item| writer.i32(*item));
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
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
    pub topics: Vec<FetchTopic<'a>>,
    pub forgotten_topics_data: Vec<ForgottenTopic<'a>>,
    pub rack_id: &'a str,
}

impl<'a> Default for FetchRequest<'a> {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            replica_state: Default::default(),
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: 2147483647,
            isolation_level: 0,
            session_id: 0,
            session_epoch: -1,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
            rack_id: "",
        }
    }
}

impl<'a> FetchRequest<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
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
        value.topics = reader.array(flexible, false, 1, |reader| FetchTopic::decode(reader, version))?.unwrap_or_default();
        if version >= 7 {
            value.forgotten_topics_data = reader.array(flexible, false, 1, |reader| ForgottenTopic::decode(reader, version))?.unwrap_or_default();
        }
        if version >= 11 {
            value.rack_id = reader.string(flexible, false)?.unwrap_or_default();
        }
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    0 if version >= 12 => value.cluster_id = reader.string(flexible, version >= 12)?,
                    1 if version >= 15 => value.replica_state = ReplicaState::decode(reader, version)?,
                    _ => reader.skip_rest(),
                }
                Ok(())
            })?;
        }
        Ok(value)
    }

    pub fn encode(&self, writer: &mut Writer, version: i16) {
        let flexible = version >= FLEXIBLE_FROM;
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
        writer.array(flexible, Some(&self.topics[..]), |writer, item| item.encode(writer, version));
        if version >= 7 {
            writer.array(flexible, Some(&self.forgotten_topics_data[..]), |writer, item| item.encode(writer, version));
        }
        if version >= 11 {
            writer.string(flexible, Some(self.rack_id));
        }
        if flexible {
            let mut tags = writer.tags();
            if version >= 12 && self.cluster_id != None {
                tags.add(0, |writer| { writer.string(flexible, self.cluster_id); });
            }
            if version >= 15 && self.replica_state != ReplicaState::default() {
                tags.add(1, |writer| { self.replica_state.encode(writer, version); });
            }
            tags.finish(writer);
        }
    }
}

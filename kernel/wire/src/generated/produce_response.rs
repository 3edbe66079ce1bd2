//! ProduceResponse, versions 3-13 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 0;
pub const VERSIONS: (i16, i16) = (3, 13);
pub const FLEXIBLE_FROM: i16 = 9;

#[derive(Clone, Debug, PartialEq)]
pub struct BatchIndexAndErrorMessage<'a> {
    pub batch_index: i32,
    pub batch_index_error_message: Option<&'a str>,
}

impl<'a> Default for BatchIndexAndErrorMessage<'a> {
    fn default() -> Self {
        Self {
            batch_index: 0,
            batch_index_error_message: None,
        }
    }
}

impl<'a> BatchIndexAndErrorMessage<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 8 {
            value.batch_index = reader.i32()?;
        }
        if version >= 8 {
            value.batch_index_error_message = reader.string(flexible, version >= 8)?;
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
        if version >= 8 {
            writer.i32(self.batch_index);
        }
        if version >= 8 {
            writer.string(flexible, self.batch_index_error_message);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct LeaderIdAndEpoch {
    pub leader_id: i32,
    pub leader_epoch: i32,
}

impl Default for LeaderIdAndEpoch {
    fn default() -> Self {
        Self {
            leader_id: -1,
            leader_epoch: -1,
        }
    }
}

impl LeaderIdAndEpoch {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 10 {
            value.leader_id = reader.i32()?;
        }
        if version >= 10 {
            value.leader_epoch = reader.i32()?;
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
        if version >= 10 {
            writer.i32(self.leader_id);
        }
        if version >= 10 {
            writer.i32(self.leader_epoch);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct PartitionProduceResponse<'a> {
    pub index: i32,
    pub error_code: i16,
    pub base_offset: i64,
    pub log_append_time_ms: i64,
    pub log_start_offset: i64,
    pub record_errors: Vec<BatchIndexAndErrorMessage<'a>>,
    pub error_message: Option<&'a str>,
    pub current_leader: LeaderIdAndEpoch,
}

impl<'a> Default for PartitionProduceResponse<'a> {
    fn default() -> Self {
        Self {
            index: 0,
            error_code: 0,
            base_offset: 0,
            log_append_time_ms: -1,
            log_start_offset: -1,
            record_errors: Vec::new(),
            error_message: None,
            current_leader: Default::default(),
        }
    }
}

impl<'a> PartitionProduceResponse<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.index = reader.i32()?;
        value.error_code = reader.i16()?;
        value.base_offset = reader.i64()?;
        value.log_append_time_ms = reader.i64()?;
        if version >= 5 {
            value.log_start_offset = reader.i64()?;
        }
        if version >= 8 {
            value.record_errors = reader.array(flexible, false, 1, |reader| BatchIndexAndErrorMessage::decode(reader, version))?.unwrap_or_default();
        }
        if version >= 8 {
            value.error_message = reader.string(flexible, version >= 8)?;
        }
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    0 if version >= 10 => value.current_leader = LeaderIdAndEpoch::decode(reader, version)?,
                    _ => reader.skip_rest(),
                }
                Ok(())
            })?;
        }
        Ok(value)
    }

    pub fn encode(&self, writer: &mut Writer, version: i16) {
        let flexible = version >= FLEXIBLE_FROM;
        writer.i32(self.index);
        writer.i16(self.error_code);
        writer.i64(self.base_offset);
        writer.i64(self.log_append_time_ms);
        if version >= 5 {
            writer.i64(self.log_start_offset);
        }
        if version >= 8 {
            writer.array(flexible, Some(&self.record_errors[..]), |writer, item| item.encode(writer, version));
        }
        if version >= 8 {
            writer.string(flexible, self.error_message);
        }
        if flexible {
            let mut tags = writer.tags();
            if version >= 10 && self.current_leader != LeaderIdAndEpoch::default() {
                tags.add(0, |writer| { self.current_leader.encode(writer, version); });
            }
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct TopicProduceResponse<'a> {
    pub name: &'a str,
    pub topic_id: [u8; 16],
    pub partition_responses: Vec<PartitionProduceResponse<'a>>,
}

impl<'a> Default for TopicProduceResponse<'a> {
    fn default() -> Self {
        Self {
            name: "",
            topic_id: [0; 16],
            partition_responses: Vec::new(),
        }
    }
}

impl<'a> TopicProduceResponse<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version <= 12 {
            value.name = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 13 {
            value.topic_id = reader.uuid()?;
        }
        value.partition_responses = reader.array(flexible, false, 22, |reader| PartitionProduceResponse::decode(reader, version))?.unwrap_or_default();
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
            writer.string(flexible, Some(self.name));
        }
        if version >= 13 {
            writer.uuid(&self.topic_id);
        }
        writer.array(flexible, Some(&self.partition_responses[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct NodeEndpoint<'a> {
    pub node_id: i32,
    pub host: &'a str,
    pub port: i32,
    pub rack: Option<&'a str>,
}

impl<'a> Default for NodeEndpoint<'a> {
    fn default() -> Self {
        Self {
            node_id: 0,
            host: "",
            port: 0,
            rack: None,
        }
    }
}

impl<'a> NodeEndpoint<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 10 {
            value.node_id = reader.i32()?;
        }
        if version >= 10 {
            value.host = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 10 {
            value.port = reader.i32()?;
        }
        if version >= 10 {
            value.rack = reader.string(flexible, version >= 10)?;
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
        if version >= 10 {
            writer.i32(self.node_id);
        }
        if version >= 10 {
            writer.string(flexible, Some(self.host));
        }
        if version >= 10 {
            writer.i32(self.port);
        }
        if version >= 10 {
            writer.string(flexible, self.rack);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ProduceResponse<'a> {
    pub responses: Vec<TopicProduceResponse<'a>>,
    pub throttle_time_ms: i32,
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

impl<'a> Default for ProduceResponse<'a> {
    fn default() -> Self {
        Self {
            responses: Vec::new(),
            throttle_time_ms: 0,
            node_endpoints: Vec::new(),
        }
    }
}

impl<'a> ProduceResponse<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.responses = reader.array(flexible, false, 1, |reader| TopicProduceResponse::decode(reader, version))?.unwrap_or_default();
        value.throttle_time_ms = reader.i32()?;
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    0 if version >= 10 => value.node_endpoints = reader.array(flexible, false, 1, |reader| NodeEndpoint::decode(reader, version))?.unwrap_or_default(),
                    _ => reader.skip_rest(),
                }
                Ok(())
            })?;
        }
        Ok(value)
    }

    pub fn encode(&self, writer: &mut Writer, version: i16) {
        let flexible = version >= FLEXIBLE_FROM;
        writer.array(flexible, Some(&self.responses[..]), |writer, item| item.encode(writer, version));
        writer.i32(self.throttle_time_ms);
        if flexible {
            let mut tags = writer.tags();
            if version >= 10 && !self.node_endpoints.is_empty() {
                tags.add(0, |writer| { writer.array(flexible, Some(&self.node_endpoints[..]), |writer, item| item.encode(writer, version)); });
            }
            tags.finish(writer);
        }
    }
}

//! ProduceResponse, versions 3-13 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message, Uuid};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchIndexAndErrorMessage<'a> {
    pub batch_index: i32,
    pub batch_index_error_message: Option<&'a str>,
}

impl Default for BatchIndexAndErrorMessage<'_> {
    fn default() -> Self {
        Self {
            batch_index: 0,
            batch_index_error_message: None,
        }
    }
}

impl<'a> Element<'a> for BatchIndexAndErrorMessage<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 8 {
            value.batch_index = reader.i32()?;
        }
        if version >= 8 {
            value.batch_index_error_message = reader.nullable_string(version >= 8)?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 8 {
            writer.i32(self.batch_index);
        }
        if version >= 8 {
            writer.nullable_string(self.batch_index_error_message, version >= 8);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
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

impl<'a> Element<'a> for LeaderIdAndEpoch {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 10 {
            value.leader_id = reader.i32()?;
        }
        if version >= 10 {
            value.leader_epoch = reader.i32()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 10 {
            writer.i32(self.leader_id);
        }
        if version >= 10 {
            writer.i32(self.leader_epoch);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartitionProduceResponse<'a> {
    pub index: i32,
    pub error_code: i16,
    pub base_offset: i64,
    pub log_append_time_ms: i64,
    pub log_start_offset: i64,
    pub record_errors: Array<'a, BatchIndexAndErrorMessage<'a>>,
    pub error_message: Option<&'a str>,
    pub current_leader: LeaderIdAndEpoch,
}

impl Default for PartitionProduceResponse<'_> {
    fn default() -> Self {
        Self {
            index: 0,
            error_code: 0,
            base_offset: 0,
            log_append_time_ms: -1,
            log_start_offset: -1,
            record_errors: Array::EMPTY,
            error_message: None,
            current_leader: LeaderIdAndEpoch::default(),
        }
    }
}

impl<'a> Element<'a> for PartitionProduceResponse<'a> {
    const BYTES_MIN: usize = 22;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.index = reader.i32()?;
        value.error_code = reader.i16()?;
        value.base_offset = reader.i64()?;
        value.log_append_time_ms = reader.i64()?;
        if version >= 5 {
            value.log_start_offset = reader.i64()?;
        }
        if version >= 8 {
            value.record_errors = reader.array()?;
        }
        if version >= 8 {
            value.error_message = reader.nullable_string(version >= 8)?;
        }
        reader.tags(|tag, reader| {
            match tag {
                0 if version >= 10 => value.current_leader = LeaderIdAndEpoch::decode(reader)?,
                _ => reader.skip_rest(),
            }
            Ok(())
        })?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.index);
        writer.i16(self.error_code);
        writer.i64(self.base_offset);
        writer.i64(self.log_append_time_ms);
        if version >= 5 {
            writer.i64(self.log_start_offset);
        }
        if version >= 8 {
            writer.array(self.record_errors);
        }
        if version >= 8 {
            writer.nullable_string(self.error_message, version >= 8);
        }
        if writer.is_flexible() {
            let mut tags = writer.tags();
            if version >= 10 && self.current_leader != LeaderIdAndEpoch::default() {
                tags.add(0, |writer| self.current_leader.encode(writer));
            }
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopicProduceResponse<'a> {
    pub name: &'a str,
    pub topic_id: Uuid,
    pub partition_responses: Array<'a, PartitionProduceResponse<'a>>,
}

impl Default for TopicProduceResponse<'_> {
    fn default() -> Self {
        Self {
            name: "",
            topic_id: [0; 16],
            partition_responses: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for TopicProduceResponse<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version <= 12 {
            value.name = reader.string()?;
        }
        if version >= 13 {
            value.topic_id = reader.uuid()?;
        }
        value.partition_responses = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version <= 12 {
            writer.string(self.name);
        }
        if version >= 13 {
            writer.uuid(self.topic_id);
        }
        writer.array(self.partition_responses);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeEndpoint<'a> {
    pub node_id: i32,
    pub host: &'a str,
    pub port: i32,
    pub rack: Option<&'a str>,
}

impl Default for NodeEndpoint<'_> {
    fn default() -> Self {
        Self {
            node_id: 0,
            host: "",
            port: 0,
            rack: None,
        }
    }
}

impl<'a> Element<'a> for NodeEndpoint<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 10 {
            value.node_id = reader.i32()?;
        }
        if version >= 10 {
            value.host = reader.string()?;
        }
        if version >= 10 {
            value.port = reader.i32()?;
        }
        if version >= 10 {
            value.rack = reader.nullable_string(version >= 10)?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 10 {
            writer.i32(self.node_id);
        }
        if version >= 10 {
            writer.string(self.host);
        }
        if version >= 10 {
            writer.i32(self.port);
        }
        if version >= 10 {
            writer.nullable_string(self.rack, version >= 10);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProduceResponse<'a> {
    pub responses: Array<'a, TopicProduceResponse<'a>>,
    pub throttle_time_ms: i32,
    pub node_endpoints: Array<'a, NodeEndpoint<'a>>,
}

impl Default for ProduceResponse<'_> {
    fn default() -> Self {
        Self {
            responses: Array::EMPTY,
            throttle_time_ms: 0,
            node_endpoints: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for ProduceResponse<'a> {
    const BYTES_MIN: usize = 5;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.responses = reader.array()?;
        value.throttle_time_ms = reader.i32()?;
        reader.tags(|tag, reader| {
            match tag {
                0 if version >= 10 => value.node_endpoints = reader.array()?,
                _ => reader.skip_rest(),
            }
            Ok(())
        })?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.array(self.responses);
        writer.i32(self.throttle_time_ms);
        if writer.is_flexible() {
            let mut tags = writer.tags();
            if version >= 10 && !self.node_endpoints.is_empty() {
                tags.add(0, |writer| writer.array(self.node_endpoints));
            }
            tags.finish(writer);
        }
    }
}

impl<'a> Message<'a> for ProduceResponse<'a> {
    const NAME: &'static str = "ProduceResponse";
    const KEY: i16 = 0;
    const VERSIONS: (i16, i16) = (3, 13);
    const FLEXIBLE_FROM: i16 = 9;
}

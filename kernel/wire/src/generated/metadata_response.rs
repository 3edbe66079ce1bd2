//! MetadataResponse, versions 0-13 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message, Uuid};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetadataResponseBroker<'a> {
    pub node_id: i32,
    pub host: &'a str,
    pub port: i32,
    pub rack: Option<&'a str>,
}

impl Default for MetadataResponseBroker<'_> {
    fn default() -> Self {
        Self {
            node_id: 0,
            host: "",
            port: 0,
            rack: None,
        }
    }
}

impl<'a> Element<'a> for MetadataResponseBroker<'a> {
    const BYTES_MIN: usize = 9;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.node_id = reader.i32()?;
        value.host = reader.string()?;
        value.port = reader.i32()?;
        if version >= 1 {
            value.rack = reader.nullable_string(version >= 1)?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.node_id);
        writer.string(self.host);
        writer.i32(self.port);
        if version >= 1 {
            writer.nullable_string(self.rack, version >= 1);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetadataResponsePartition<'a> {
    pub error_code: i16,
    pub partition_index: i32,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub replica_nodes: Array<'a, i32>,
    pub isr_nodes: Array<'a, i32>,
    pub offline_replicas: Array<'a, i32>,
}

impl Default for MetadataResponsePartition<'_> {
    fn default() -> Self {
        Self {
            error_code: 0,
            partition_index: 0,
            leader_id: 0,
            leader_epoch: -1,
            replica_nodes: Array::EMPTY,
            isr_nodes: Array::EMPTY,
            offline_replicas: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for MetadataResponsePartition<'a> {
    const BYTES_MIN: usize = 12;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.error_code = reader.i16()?;
        value.partition_index = reader.i32()?;
        value.leader_id = reader.i32()?;
        if version >= 7 {
            value.leader_epoch = reader.i32()?;
        }
        value.replica_nodes = reader.array()?;
        value.isr_nodes = reader.array()?;
        if version >= 5 {
            value.offline_replicas = reader.array()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i16(self.error_code);
        writer.i32(self.partition_index);
        writer.i32(self.leader_id);
        if version >= 7 {
            writer.i32(self.leader_epoch);
        }
        writer.array(self.replica_nodes);
        writer.array(self.isr_nodes);
        if version >= 5 {
            writer.array(self.offline_replicas);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetadataResponseTopic<'a> {
    pub error_code: i16,
    pub name: Option<&'a str>,
    pub topic_id: Uuid,
    pub is_internal: bool,
    pub partitions: Array<'a, MetadataResponsePartition<'a>>,
    pub topic_authorized_operations: i32,
}

impl Default for MetadataResponseTopic<'_> {
    fn default() -> Self {
        Self {
            error_code: 0,
            name: Some(""),
            topic_id: [0; 16],
            is_internal: false,
            partitions: Array::EMPTY,
            topic_authorized_operations: -2147483648,
        }
    }
}

impl<'a> Element<'a> for MetadataResponseTopic<'a> {
    const BYTES_MIN: usize = 4;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.error_code = reader.i16()?;
        value.name = reader.nullable_string(version >= 12)?;
        if version >= 10 {
            value.topic_id = reader.uuid()?;
        }
        if version >= 1 {
            value.is_internal = reader.bool()?;
        }
        value.partitions = reader.array()?;
        if version >= 8 {
            value.topic_authorized_operations = reader.i32()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i16(self.error_code);
        writer.nullable_string(self.name, version >= 12);
        if version >= 10 {
            writer.uuid(self.topic_id);
        }
        if version >= 1 {
            writer.bool(self.is_internal);
        }
        writer.array(self.partitions);
        if version >= 8 {
            writer.i32(self.topic_authorized_operations);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetadataResponse<'a> {
    pub throttle_time_ms: i32,
    pub brokers: Array<'a, MetadataResponseBroker<'a>>,
    pub cluster_id: Option<&'a str>,
    pub controller_id: i32,
    pub topics: Array<'a, MetadataResponseTopic<'a>>,
    pub cluster_authorized_operations: i32,
    pub error_code: i16,
}

impl Default for MetadataResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            brokers: Array::EMPTY,
            cluster_id: None,
            controller_id: -1,
            topics: Array::EMPTY,
            cluster_authorized_operations: -2147483648,
            error_code: 0,
        }
    }
}

impl<'a> Element<'a> for MetadataResponse<'a> {
    const BYTES_MIN: usize = 2;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 3 {
            value.throttle_time_ms = reader.i32()?;
        }
        value.brokers = reader.array()?;
        if version >= 2 {
            value.cluster_id = reader.nullable_string(version >= 2)?;
        }
        if version >= 1 {
            value.controller_id = reader.i32()?;
        }
        value.topics = reader.array()?;
        if (8..=10).contains(&version) {
            value.cluster_authorized_operations = reader.i32()?;
        }
        if version >= 13 {
            value.error_code = reader.i16()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 3 {
            writer.i32(self.throttle_time_ms);
        }
        writer.array(self.brokers);
        if version >= 2 {
            writer.nullable_string(self.cluster_id, version >= 2);
        }
        if version >= 1 {
            writer.i32(self.controller_id);
        }
        writer.array(self.topics);
        if (8..=10).contains(&version) {
            writer.i32(self.cluster_authorized_operations);
        }
        if version >= 13 {
            writer.i16(self.error_code);
        }
        writer.no_tags();
    }
}

impl<'a> Message<'a> for MetadataResponse<'a> {
    const NAME: &'static str = "MetadataResponse";
    const KEY: i16 = 3;
    const VERSIONS: (i16, i16) = (0, 13);
    const FLEXIBLE_FROM: i16 = 9;
}

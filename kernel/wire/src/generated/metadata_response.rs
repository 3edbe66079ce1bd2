//! MetadataResponse, versions 0-13 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 3;
pub const VERSIONS: (i16, i16) = (0, 13);
pub const FLEXIBLE_FROM: i16 = 9;

#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponseBroker<'a> {
    pub node_id: i32,
    pub host: &'a str,
    pub port: i32,
    pub rack: Option<&'a str>,
}

impl<'a> Default for MetadataResponseBroker<'a> {
    fn default() -> Self {
        Self {
            node_id: 0,
            host: "",
            port: 0,
            rack: None,
        }
    }
}

impl<'a> MetadataResponseBroker<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.node_id = reader.i32()?;
        value.host = reader.string(flexible, false)?.unwrap_or_default();
        value.port = reader.i32()?;
        if version >= 1 {
            value.rack = reader.string(flexible, version >= 1)?;
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
        writer.i32(self.node_id);
        writer.string(flexible, Some(self.host));
        writer.i32(self.port);
        if version >= 1 {
            writer.string(flexible, self.rack);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponsePartition {
    pub error_code: i16,
    pub partition_index: i32,
    pub leader_id: i32,
    pub leader_epoch: i32,
    pub replica_nodes: Vec<i32>,
    pub isr_nodes: Vec<i32>,
    pub offline_replicas: Vec<i32>,
}

impl Default for MetadataResponsePartition {
    fn default() -> Self {
        Self {
            error_code: 0,
            partition_index: 0,
            leader_id: 0,
            leader_epoch: -1,
            replica_nodes: Vec::new(),
            isr_nodes: Vec::new(),
            offline_replicas: Vec::new(),
        }
    }
}

impl MetadataResponsePartition {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.error_code = reader.i16()?;
        value.partition_index = reader.i32()?;
        value.leader_id = reader.i32()?;
        if version >= 7 {
            value.leader_epoch = reader.i32()?;
        }
        value.replica_nodes = reader.array(flexible, false, 4, |reader| reader.i32())?.unwrap_or_default();
        value.isr_nodes = reader.array(flexible, false, 4, |reader| reader.i32())?.unwrap_or_default();
        if version >= 5 {
            value.offline_replicas = reader.array(flexible, false, 4, |reader| reader.i32())?.unwrap_or_default();
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
        writer.i16(self.error_code);
        writer.i32(self.partition_index);
        writer.i32(self.leader_id);
        if version >= 7 {
            writer.i32(self.leader_epoch);
        }
        writer.array(flexible, Some(&self.replica_nodes[..]), |writer, item| writer.i32(*item));
        writer.array(flexible, Some(&self.isr_nodes[..]), |writer, item| writer.i32(*item));
        if version >= 5 {
            writer.array(flexible, Some(&self.offline_replicas[..]), |writer, item| writer.i32(*item));
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponseTopic<'a> {
    pub error_code: i16,
    pub name: Option<&'a str>,
    pub topic_id: [u8; 16],
    pub is_internal: bool,
    pub partitions: Vec<MetadataResponsePartition>,
    pub topic_authorized_operations: i32,
}

impl<'a> Default for MetadataResponseTopic<'a> {
    fn default() -> Self {
        Self {
            error_code: 0,
            name: Some(""),
            topic_id: [0; 16],
            is_internal: false,
            partitions: Vec::new(),
            topic_authorized_operations: -2147483648,
        }
    }
}

impl<'a> MetadataResponseTopic<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.error_code = reader.i16()?;
        value.name = reader.string(flexible, version >= 12)?;
        if version >= 10 {
            value.topic_id = reader.uuid()?;
        }
        if version >= 1 {
            value.is_internal = reader.bool()?;
        }
        value.partitions = reader.array(flexible, false, 12, |reader| MetadataResponsePartition::decode(reader, version))?.unwrap_or_default();
        if version >= 8 {
            value.topic_authorized_operations = reader.i32()?;
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
        writer.i16(self.error_code);
        writer.string(flexible, self.name);
        if version >= 10 {
            writer.uuid(&self.topic_id);
        }
        if version >= 1 {
            writer.bool(self.is_internal);
        }
        writer.array(flexible, Some(&self.partitions[..]), |writer, item| item.encode(writer, version));
        if version >= 8 {
            writer.i32(self.topic_authorized_operations);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponse<'a> {
    pub throttle_time_ms: i32,
    pub brokers: Vec<MetadataResponseBroker<'a>>,
    pub cluster_id: Option<&'a str>,
    pub controller_id: i32,
    pub topics: Vec<MetadataResponseTopic<'a>>,
    pub cluster_authorized_operations: i32,
    pub error_code: i16,
}

impl<'a> Default for MetadataResponse<'a> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            brokers: Vec::new(),
            cluster_id: None,
            controller_id: -1,
            topics: Vec::new(),
            cluster_authorized_operations: -2147483648,
            error_code: 0,
        }
    }
}

impl<'a> MetadataResponse<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 3 {
            value.throttle_time_ms = reader.i32()?;
        }
        value.brokers = reader.array(flexible, false, 9, |reader| MetadataResponseBroker::decode(reader, version))?.unwrap_or_default();
        if version >= 2 {
            value.cluster_id = reader.string(flexible, version >= 2)?;
        }
        if version >= 1 {
            value.controller_id = reader.i32()?;
        }
        value.topics = reader.array(flexible, false, 4, |reader| MetadataResponseTopic::decode(reader, version))?.unwrap_or_default();
        if version >= 8 && version <= 10 {
            value.cluster_authorized_operations = reader.i32()?;
        }
        if version >= 13 {
            value.error_code = reader.i16()?;
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
        if version >= 3 {
            writer.i32(self.throttle_time_ms);
        }
        writer.array(flexible, Some(&self.brokers[..]), |writer, item| item.encode(writer, version));
        if version >= 2 {
            writer.string(flexible, self.cluster_id);
        }
        if version >= 1 {
            writer.i32(self.controller_id);
        }
        writer.array(flexible, Some(&self.topics[..]), |writer, item| item.encode(writer, version));
        if version >= 8 && version <= 10 {
            writer.i32(self.cluster_authorized_operations);
        }
        if version >= 13 {
            writer.i16(self.error_code);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

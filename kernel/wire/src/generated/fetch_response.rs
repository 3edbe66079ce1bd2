//! FetchResponse, versions 4-18 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 1;
pub const VERSIONS: (i16, i16) = (4, 18);
pub const FLEXIBLE_FROM: i16 = 12;

#[derive(Clone, Debug, PartialEq)]
pub struct EpochEndOffset {
    pub epoch: i32,
    pub end_offset: i64,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self {
            epoch: -1,
            end_offset: -1,
        }
    }
}

impl EpochEndOffset {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 12 {
            value.epoch = reader.i32()?;
        }
        if version >= 12 {
            value.end_offset = reader.i64()?;
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
        if version >= 12 {
            writer.i32(self.epoch);
        }
        if version >= 12 {
            writer.i64(self.end_offset);
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
        if version >= 12 {
            value.leader_id = reader.i32()?;
        }
        if version >= 12 {
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
        if version >= 12 {
            writer.i32(self.leader_id);
        }
        if version >= 12 {
            writer.i32(self.leader_epoch);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotId {
    pub end_offset: i64,
    pub epoch: i32,
}

impl Default for SnapshotId {
    fn default() -> Self {
        Self {
            end_offset: -1,
            epoch: -1,
        }
    }
}

impl SnapshotId {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.end_offset = reader.i64()?;
        value.epoch = reader.i32()?;
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
        writer.i64(self.end_offset);
        writer.i32(self.epoch);
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct AbortedTransaction {
    pub producer_id: i64,
    pub first_offset: i64,
}

impl Default for AbortedTransaction {
    fn default() -> Self {
        Self {
            producer_id: 0,
            first_offset: 0,
        }
    }
}

impl AbortedTransaction {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.producer_id = reader.i64()?;
        value.first_offset = reader.i64()?;
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
        writer.i64(self.producer_id);
        writer.i64(self.first_offset);
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct PartitionData<'a> {
    pub partition_index: i32,
    pub error_code: i16,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_start_offset: i64,
    pub diverging_epoch: EpochEndOffset,
    pub current_leader: LeaderIdAndEpoch,
    pub snapshot_id: SnapshotId,
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    pub preferred_read_replica: i32,
    pub records: Option<Records<'a>>,
}

impl<'a> Default for PartitionData<'a> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: 0,
            high_watermark: 0,
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: Default::default(),
            current_leader: Default::default(),
            snapshot_id: Default::default(),
            aborted_transactions: Some(Vec::new()),
            preferred_read_replica: -1,
            records: None,
        }
    }
}

impl<'a> PartitionData<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.partition_index = reader.i32()?;
        value.error_code = reader.i16()?;
        value.high_watermark = reader.i64()?;
        value.last_stable_offset = reader.i64()?;
        if version >= 5 {
            value.log_start_offset = reader.i64()?;
        }
        value.aborted_transactions = reader.array(flexible, true, 16, |reader| AbortedTransaction::decode(reader, version))?;
        if version >= 11 {
            value.preferred_read_replica = reader.i32()?;
        }
        value.records = reader.records(flexible, true)?;
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    0 if version >= 12 => value.diverging_epoch = EpochEndOffset::decode(reader, version)?,
                    1 if version >= 12 => value.current_leader = LeaderIdAndEpoch::decode(reader, version)?,
                    2 if version >= 12 => value.snapshot_id = SnapshotId::decode(reader, version)?,
                    _ => reader.skip_rest(),
                }
                Ok(())
            })?;
        }
        Ok(value)
    }

    pub fn encode(&self, writer: &mut Writer, version: i16) {
        let flexible = version >= FLEXIBLE_FROM;
        writer.i32(self.partition_index);
        writer.i16(self.error_code);
        writer.i64(self.high_watermark);
        writer.i64(self.last_stable_offset);
        if version >= 5 {
            writer.i64(self.log_start_offset);
        }
        writer.array(flexible, self.aborted_transactions.as_deref(), |writer, item| item.encode(writer, version));
        if version >= 11 {
            writer.i32(self.preferred_read_replica);
        }
        writer.records(flexible, self.records.as_ref());
        if flexible {
            let mut tags = writer.tags();
            if version >= 12 && self.diverging_epoch != EpochEndOffset::default() {
                tags.add(0, |writer| { self.diverging_epoch.encode(writer, version); });
            }
            if version >= 12 && self.current_leader != LeaderIdAndEpoch::default() {
                tags.add(1, |writer| { self.current_leader.encode(writer, version); });
            }
            if version >= 12 && self.snapshot_id != SnapshotId::default() {
                tags.add(2, |writer| { self.snapshot_id.encode(writer, version); });
            }
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct FetchableTopicResponse<'a> {
    pub topic: &'a str,
    pub topic_id: [u8; 16],
    pub partitions: Vec<PartitionData<'a>>,
}

impl<'a> Default for FetchableTopicResponse<'a> {
    fn default() -> Self {
        Self {
            topic: "",
            topic_id: [0; 16],
            partitions: Vec::new(),
        }
    }
}

impl<'a> FetchableTopicResponse<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version <= 12 {
            value.topic = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 13 {
            value.topic_id = reader.uuid()?;
        }
        value.partitions = reader.array(flexible, false, 24, |reader| PartitionData::decode(reader, version))?.unwrap_or_default();
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
        if version >= 16 {
            value.node_id = reader.i32()?;
        }
        if version >= 16 {
            value.host = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 16 {
            value.port = reader.i32()?;
        }
        if version >= 16 {
            value.rack = reader.string(flexible, version >= 16)?;
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
        if version >= 16 {
            writer.i32(self.node_id);
        }
        if version >= 16 {
            writer.string(flexible, Some(self.host));
        }
        if version >= 16 {
            writer.i32(self.port);
        }
        if version >= 16 {
            writer.string(flexible, self.rack);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct FetchResponse<'a> {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub session_id: i32,
    pub responses: Vec<FetchableTopicResponse<'a>>,
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

impl<'a> Default for FetchResponse<'a> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            session_id: 0,
            responses: Vec::new(),
            node_endpoints: Vec::new(),
        }
    }
}

impl<'a> FetchResponse<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.throttle_time_ms = reader.i32()?;
        if version >= 7 {
            value.error_code = reader.i16()?;
        }
        if version >= 7 {
            value.session_id = reader.i32()?;
        }
        value.responses = reader.array(flexible, false, 1, |reader| FetchableTopicResponse::decode(reader, version))?.unwrap_or_default();
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    0 if version >= 16 => value.node_endpoints = reader.array(flexible, false, 1, |reader| NodeEndpoint::decode(reader, version))?.unwrap_or_default(),
                    _ => reader.skip_rest(),
                }
                Ok(())
            })?;
        }
        Ok(value)
    }

    pub fn encode(&self, writer: &mut Writer, version: i16) {
        let flexible = version >= FLEXIBLE_FROM;
        writer.i32(self.throttle_time_ms);
        if version >= 7 {
            writer.i16(self.error_code);
        }
        if version >= 7 {
            writer.i32(self.session_id);
        }
        writer.array(flexible, Some(&self.responses[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            if version >= 16 && !self.node_endpoints.is_empty() {
                tags.add(0, |writer| { writer.array(flexible, Some(&self.node_endpoints[..]), |writer, item| item.encode(writer, version)); });
            }
            tags.finish(writer);
        }
    }
}

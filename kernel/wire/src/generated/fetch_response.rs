//! FetchResponse, versions 4-18 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message, Records, Uuid};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
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

impl<'a> Element<'a> for EpochEndOffset {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 12 {
            value.epoch = reader.i32()?;
        }
        if version >= 12 {
            value.end_offset = reader.i64()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 12 {
            writer.i32(self.epoch);
        }
        if version >= 12 {
            writer.i64(self.end_offset);
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
        if version >= 12 {
            value.leader_id = reader.i32()?;
        }
        if version >= 12 {
            value.leader_epoch = reader.i32()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 12 {
            writer.i32(self.leader_id);
        }
        if version >= 12 {
            writer.i32(self.leader_epoch);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
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

impl<'a> Element<'a> for SnapshotId {
    const BYTES_MIN: usize = 12;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.end_offset = reader.i64()?;
        value.epoch = reader.i32()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i64(self.end_offset);
        writer.i32(self.epoch);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
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

impl<'a> Element<'a> for AbortedTransaction {
    const BYTES_MIN: usize = 16;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.producer_id = reader.i64()?;
        value.first_offset = reader.i64()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i64(self.producer_id);
        writer.i64(self.first_offset);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartitionData<'a> {
    pub partition_index: i32,
    pub error_code: i16,
    pub high_watermark: i64,
    pub last_stable_offset: i64,
    pub log_start_offset: i64,
    pub diverging_epoch: EpochEndOffset,
    pub current_leader: LeaderIdAndEpoch,
    pub snapshot_id: SnapshotId,
    pub aborted_transactions: Option<Array<'a, AbortedTransaction>>,
    pub preferred_read_replica: i32,
    pub records: Option<Records<'a>>,
}

impl Default for PartitionData<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: 0,
            high_watermark: 0,
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: EpochEndOffset::default(),
            current_leader: LeaderIdAndEpoch::default(),
            snapshot_id: SnapshotId::default(),
            aborted_transactions: Some(Array::EMPTY),
            preferred_read_replica: -1,
            records: None,
        }
    }
}

impl<'a> Element<'a> for PartitionData<'a> {
    const BYTES_MIN: usize = 24;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.partition_index = reader.i32()?;
        value.error_code = reader.i16()?;
        value.high_watermark = reader.i64()?;
        value.last_stable_offset = reader.i64()?;
        if version >= 5 {
            value.log_start_offset = reader.i64()?;
        }
        value.aborted_transactions = reader.nullable_array(true)?;
        if version >= 11 {
            value.preferred_read_replica = reader.i32()?;
        }
        value.records = reader.nullable_records(true)?;
        reader.tags(|tag, reader| {
            match tag {
                0 => value.diverging_epoch = EpochEndOffset::decode(reader)?,
                1 => value.current_leader = LeaderIdAndEpoch::decode(reader)?,
                2 => value.snapshot_id = SnapshotId::decode(reader)?,
                _ => reader.skip_rest(),
            }
            Ok(())
        })?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.partition_index);
        writer.i16(self.error_code);
        writer.i64(self.high_watermark);
        writer.i64(self.last_stable_offset);
        if version >= 5 {
            writer.i64(self.log_start_offset);
        }
        writer.nullable_array(self.aborted_transactions, true);
        if version >= 11 {
            writer.i32(self.preferred_read_replica);
        }
        writer.nullable_records(self.records, true);
        if writer.is_flexible() {
            let mut tags = writer.tags();
            if self.diverging_epoch != EpochEndOffset::default() {
                tags.add(0, |writer| self.diverging_epoch.encode(writer));
            }
            if self.current_leader != LeaderIdAndEpoch::default() {
                tags.add(1, |writer| self.current_leader.encode(writer));
            }
            if self.snapshot_id != SnapshotId::default() {
                tags.add(2, |writer| self.snapshot_id.encode(writer));
            }
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FetchableTopicResponse<'a> {
    pub topic: &'a str,
    pub topic_id: Uuid,
    pub partitions: Array<'a, PartitionData<'a>>,
}

impl Default for FetchableTopicResponse<'_> {
    fn default() -> Self {
        Self {
            topic: "",
            topic_id: [0; 16],
            partitions: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for FetchableTopicResponse<'a> {
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
        if version >= 16 {
            value.node_id = reader.i32()?;
        }
        if version >= 16 {
            value.host = reader.string()?;
        }
        if version >= 16 {
            value.port = reader.i32()?;
        }
        if version >= 16 {
            value.rack = reader.nullable_string(version >= 16)?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 16 {
            writer.i32(self.node_id);
        }
        if version >= 16 {
            writer.string(self.host);
        }
        if version >= 16 {
            writer.i32(self.port);
        }
        if version >= 16 {
            writer.nullable_string(self.rack, version >= 16);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FetchResponse<'a> {
    pub throttle_time_ms: i32,
    pub error_code: i16,
    pub session_id: i32,
    pub responses: Array<'a, FetchableTopicResponse<'a>>,
    pub node_endpoints: Array<'a, NodeEndpoint<'a>>,
}

impl Default for FetchResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: 0,
            session_id: 0,
            responses: Array::EMPTY,
            node_endpoints: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for FetchResponse<'a> {
    const BYTES_MIN: usize = 5;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.throttle_time_ms = reader.i32()?;
        if version >= 7 {
            value.error_code = reader.i16()?;
        }
        if version >= 7 {
            value.session_id = reader.i32()?;
        }
        value.responses = reader.array()?;
        reader.tags(|tag, reader| {
            match tag {
                0 if version >= 16 => value.node_endpoints = reader.array()?,
                _ => reader.skip_rest(),
            }
            Ok(())
        })?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i32(self.throttle_time_ms);
        if version >= 7 {
            writer.i16(self.error_code);
        }
        if version >= 7 {
            writer.i32(self.session_id);
        }
        writer.array(self.responses);
        if writer.is_flexible() {
            let mut tags = writer.tags();
            if version >= 16 && !self.node_endpoints.is_empty() {
                tags.add(0, |writer| writer.array(self.node_endpoints));
            }
            tags.finish(writer);
        }
    }
}

impl<'a> Message<'a> for FetchResponse<'a> {
    const NAME: &'static str = "FetchResponse";
    const KEY: i16 = 1;
    const VERSIONS: (i16, i16) = (4, 18);
    const FLEXIBLE_FROM: i16 = 12;
}

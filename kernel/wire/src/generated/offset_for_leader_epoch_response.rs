//! OffsetForLeaderEpochResponse, versions 2-4 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 23;
pub const VERSIONS: (i16, i16) = (2, 4);
pub const FLEXIBLE_FROM: i16 = 4;

#[derive(Clone, Debug, PartialEq)]
pub struct EpochEndOffset {
    pub error_code: i16,
    pub partition: i32,
    pub leader_epoch: i32,
    pub end_offset: i64,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self {
            error_code: 0,
            partition: 0,
            leader_epoch: -1,
            end_offset: -1,
        }
    }
}

impl EpochEndOffset {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.error_code = reader.i16()?;
        value.partition = reader.i32()?;
        value.leader_epoch = reader.i32()?;
        value.end_offset = reader.i64()?;
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
        writer.i32(self.partition);
        writer.i32(self.leader_epoch);
        writer.i64(self.end_offset);
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct OffsetForLeaderTopicResult<'a> {
    pub topic: &'a str,
    pub partitions: Vec<EpochEndOffset>,
}

impl<'a> Default for OffsetForLeaderTopicResult<'a> {
    fn default() -> Self {
        Self {
            topic: "",
            partitions: Vec::new(),
        }
    }
}

impl<'a> OffsetForLeaderTopicResult<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.topic = reader.string(flexible, false)?.unwrap_or_default();
        value.partitions = reader.array(flexible, false, 18, |reader| EpochEndOffset::decode(reader, version))?.unwrap_or_default();
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
        writer.string(flexible, Some(self.topic));
        writer.array(flexible, Some(&self.partitions[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct OffsetForLeaderEpochResponse<'a> {
    pub throttle_time_ms: i32,
    pub topics: Vec<OffsetForLeaderTopicResult<'a>>,
}

impl<'a> Default for OffsetForLeaderEpochResponse<'a> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            topics: Vec::new(),
        }
    }
}

impl<'a> OffsetForLeaderEpochResponse<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.throttle_time_ms = reader.i32()?;
        value.topics = reader.array(flexible, false, 2, |reader| OffsetForLeaderTopicResult::decode(reader, version))?.unwrap_or_default();
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
        writer.i32(self.throttle_time_ms);
        writer.array(flexible, Some(&self.topics[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

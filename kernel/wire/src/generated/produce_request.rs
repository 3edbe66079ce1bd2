//! ProduceRequest, versions 3-13 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 0;
pub const VERSIONS: (i16, i16) = (3, 13);
pub const FLEXIBLE_FROM: i16 = 9;

#[derive(Clone, Debug, PartialEq)]
pub struct PartitionProduceData<'a> {
    pub index: i32,
    pub records: Option<Records<'a>>,
}

impl<'a> Default for PartitionProduceData<'a> {
    fn default() -> Self {
        Self {
            index: 0,
            records: None,
        }
    }
}

impl<'a> PartitionProduceData<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.index = reader.i32()?;
        value.records = reader.records(flexible, true)?;
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
        writer.i32(self.index);
        writer.records(flexible, self.records.as_ref());
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct TopicProduceData<'a> {
    pub name: &'a str,
    pub topic_id: [u8; 16],
    pub partition_data: Vec<PartitionProduceData<'a>>,
}

impl<'a> Default for TopicProduceData<'a> {
    fn default() -> Self {
        Self {
            name: "",
            topic_id: [0; 16],
            partition_data: Vec::new(),
        }
    }
}

impl<'a> TopicProduceData<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version <= 12 {
            value.name = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 13 {
            value.topic_id = reader.uuid()?;
        }
        value.partition_data = reader.array(flexible, false, 5, |reader| PartitionProduceData::decode(reader, version))?.unwrap_or_default();
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
        writer.array(flexible, Some(&self.partition_data[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ProduceRequest<'a> {
    pub transactional_id: Option<&'a str>,
    pub acks: i16,
    pub timeout_ms: i32,
    pub topic_data: Vec<TopicProduceData<'a>>,
}

impl<'a> Default for ProduceRequest<'a> {
    fn default() -> Self {
        Self {
            transactional_id: None,
            acks: 0,
            timeout_ms: 0,
            topic_data: Vec::new(),
        }
    }
}

impl<'a> ProduceRequest<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.transactional_id = reader.string(flexible, true)?;
        value.acks = reader.i16()?;
        value.timeout_ms = reader.i32()?;
        value.topic_data = reader.array(flexible, false, 1, |reader| TopicProduceData::decode(reader, version))?.unwrap_or_default();
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
        writer.string(flexible, self.transactional_id);
        writer.i16(self.acks);
        writer.i32(self.timeout_ms);
        writer.array(flexible, Some(&self.topic_data[..]), |writer, item| item.encode(writer, version));
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

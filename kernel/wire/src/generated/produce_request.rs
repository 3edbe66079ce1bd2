//! ProduceRequest, versions 3-13 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message, Records, Uuid};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartitionProduceData<'a> {
    pub index: i32,
    pub records: Option<Records<'a>>,
}

impl Default for PartitionProduceData<'_> {
    fn default() -> Self {
        Self {
            index: 0,
            records: None,
        }
    }
}

impl<'a> Element<'a> for PartitionProduceData<'a> {
    const BYTES_MIN: usize = 5;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.index = reader.i32()?;
        value.records = reader.nullable_records(true)?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i32(self.index);
        writer.nullable_records(self.records, true);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopicProduceData<'a> {
    pub name: &'a str,
    pub topic_id: Uuid,
    pub partition_data: Array<'a, PartitionProduceData<'a>>,
}

impl Default for TopicProduceData<'_> {
    fn default() -> Self {
        Self {
            name: "",
            topic_id: [0; 16],
            partition_data: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for TopicProduceData<'a> {
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
        value.partition_data = reader.array()?;
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
        writer.array(self.partition_data);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProduceRequest<'a> {
    pub transactional_id: Option<&'a str>,
    pub acks: i16,
    pub timeout_ms: i32,
    pub topic_data: Array<'a, TopicProduceData<'a>>,
}

impl Default for ProduceRequest<'_> {
    fn default() -> Self {
        Self {
            transactional_id: None,
            acks: 0,
            timeout_ms: 0,
            topic_data: Array::EMPTY,
        }
    }
}

impl<'a> Element<'a> for ProduceRequest<'a> {
    const BYTES_MIN: usize = 8;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.transactional_id = reader.nullable_string(true)?;
        value.acks = reader.i16()?;
        value.timeout_ms = reader.i32()?;
        value.topic_data = reader.array()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.nullable_string(self.transactional_id, true);
        writer.i16(self.acks);
        writer.i32(self.timeout_ms);
        writer.array(self.topic_data);
        writer.no_tags();
    }
}

impl<'a> Message<'a> for ProduceRequest<'a> {
    const NAME: &'static str = "ProduceRequest";
    const KEY: i16 = 0;
    const VERSIONS: (i16, i16) = (3, 13);
    const FLEXIBLE_FROM: i16 = 9;
}

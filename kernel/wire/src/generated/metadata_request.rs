//! MetadataRequest, versions 0-13 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message, Uuid};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetadataRequestTopic<'a> {
    pub topic_id: Uuid,
    pub name: Option<&'a str>,
}

impl Default for MetadataRequestTopic<'_> {
    fn default() -> Self {
        Self {
            topic_id: [0; 16],
            name: Some(""),
        }
    }
}

impl<'a> Element<'a> for MetadataRequestTopic<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 10 {
            value.topic_id = reader.uuid()?;
        }
        value.name = reader.nullable_string(version >= 10)?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 10 {
            writer.uuid(self.topic_id);
        }
        writer.nullable_string(self.name, version >= 10);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetadataRequest<'a> {
    pub topics: Option<Array<'a, MetadataRequestTopic<'a>>>,
    pub allow_auto_topic_creation: bool,
    pub include_cluster_authorized_operations: bool,
    pub include_topic_authorized_operations: bool,
}

impl Default for MetadataRequest<'_> {
    fn default() -> Self {
        Self {
            topics: Some(Array::EMPTY),
            allow_auto_topic_creation: true,
            include_cluster_authorized_operations: false,
            include_topic_authorized_operations: false,
        }
    }
}

impl<'a> Element<'a> for MetadataRequest<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.topics = reader.nullable_array(version >= 1)?;
        if version >= 4 {
            value.allow_auto_topic_creation = reader.bool()?;
        }
        if (8..=10).contains(&version) {
            value.include_cluster_authorized_operations = reader.bool()?;
        }
        if version >= 8 {
            value.include_topic_authorized_operations = reader.bool()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.nullable_array(self.topics, version >= 1);
        if version >= 4 {
            writer.bool(self.allow_auto_topic_creation);
        }
        if (8..=10).contains(&version) {
            writer.bool(self.include_cluster_authorized_operations);
        }
        if version >= 8 {
            writer.bool(self.include_topic_authorized_operations);
        }
        writer.no_tags();
    }
}

impl<'a> Message<'a> for MetadataRequest<'a> {
    const NAME: &'static str = "MetadataRequest";
    const KEY: i16 = 3;
    const VERSIONS: (i16, i16) = (0, 13);
    const FLEXIBLE_FROM: i16 = 9;
}

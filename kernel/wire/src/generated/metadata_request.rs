//! MetadataRequest, versions 0-13 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 3;
pub const VERSIONS: (i16, i16) = (0, 13);
pub const FLEXIBLE_FROM: i16 = 9;

#[derive(Clone, Debug, PartialEq)]
pub struct MetadataRequestTopic<'a> {
    pub topic_id: [u8; 16],
    pub name: Option<&'a str>,
}

impl<'a> Default for MetadataRequestTopic<'a> {
    fn default() -> Self {
        Self {
            topic_id: [0; 16],
            name: Some(""),
        }
    }
}

impl<'a> MetadataRequestTopic<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 10 {
            value.topic_id = reader.uuid()?;
        }
        value.name = reader.string(flexible, version >= 10)?;
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
            writer.uuid(&self.topic_id);
        }
        writer.string(flexible, self.name);
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct MetadataRequest<'a> {
    pub topics: Option<Vec<MetadataRequestTopic<'a>>>,
    pub allow_auto_topic_creation: bool,
    pub include_cluster_authorized_operations: bool,
    pub include_topic_authorized_operations: bool,
}

impl<'a> Default for MetadataRequest<'a> {
    fn default() -> Self {
        Self {
            topics: Some(Vec::new()),
            allow_auto_topic_creation: true,
            include_cluster_authorized_operations: false,
            include_topic_authorized_operations: false,
        }
    }
}

impl<'a> MetadataRequest<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.topics = reader.array(flexible, version >= 1, 1, |reader| MetadataRequestTopic::decode(reader, version))?;
        if version >= 4 {
            value.allow_auto_topic_creation = reader.bool()?;
        }
        if version >= 8 && version <= 10 {
            value.include_cluster_authorized_operations = reader.bool()?;
        }
        if version >= 8 {
            value.include_topic_authorized_operations = reader.bool()?;
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
        writer.array(flexible, self.topics.as_deref(), |writer, item| item.encode(writer, version));
        if version >= 4 {
            writer.bool(self.allow_auto_topic_creation);
        }
        if version >= 8 && version <= 10 {
            writer.bool(self.include_cluster_authorized_operations);
        }
        if version >= 8 {
            writer.bool(self.include_topic_authorized_operations);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

//! ApiVersionsRequest, versions 0-5 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 18;
pub const VERSIONS: (i16, i16) = (0, 5);
pub const FLEXIBLE_FROM: i16 = 3;

#[derive(Clone, Debug, PartialEq)]
pub struct ApiVersionsRequest<'a> {
    pub client_software_name: &'a str,
    pub client_software_version: &'a str,
    pub cluster_id: Option<&'a str>,
    pub node_id: i32,
}

impl<'a> Default for ApiVersionsRequest<'a> {
    fn default() -> Self {
        Self {
            client_software_name: "",
            client_software_version: "",
            cluster_id: None,
            node_id: -1,
        }
    }
}

impl<'a> ApiVersionsRequest<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 3 {
            value.client_software_name = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 3 {
            value.client_software_version = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 5 {
            value.cluster_id = reader.string(flexible, version >= 5)?;
        }
        if version >= 5 {
            value.node_id = reader.i32()?;
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
            writer.string(flexible, Some(self.client_software_name));
        }
        if version >= 3 {
            writer.string(flexible, Some(self.client_software_version));
        }
        if version >= 5 {
            writer.string(flexible, self.cluster_id);
        }
        if version >= 5 {
            writer.i32(self.node_id);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

//! ApiVersionsRequest, versions 0-5 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Element, Message};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ApiVersionsRequest<'a> {
    pub client_software_name: &'a str,
    pub client_software_version: &'a str,
    pub cluster_id: Option<&'a str>,
    pub node_id: i32,
}

impl Default for ApiVersionsRequest<'_> {
    fn default() -> Self {
        Self {
            client_software_name: "",
            client_software_version: "",
            cluster_id: None,
            node_id: -1,
        }
    }
}

impl<'a> Element<'a> for ApiVersionsRequest<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 3 {
            value.client_software_name = reader.string()?;
        }
        if version >= 3 {
            value.client_software_version = reader.string()?;
        }
        if version >= 5 {
            value.cluster_id = reader.nullable_string(version >= 5)?;
        }
        if version >= 5 {
            value.node_id = reader.i32()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 3 {
            writer.string(self.client_software_name);
        }
        if version >= 3 {
            writer.string(self.client_software_version);
        }
        if version >= 5 {
            writer.nullable_string(self.cluster_id, version >= 5);
        }
        if version >= 5 {
            writer.i32(self.node_id);
        }
        writer.no_tags();
    }
}

impl<'a> Message<'a> for ApiVersionsRequest<'a> {
    const NAME: &'static str = "ApiVersionsRequest";
    const KEY: i16 = 18;
    const VERSIONS: (i16, i16) = (0, 5);
    const FLEXIBLE_FROM: i16 = 3;
}

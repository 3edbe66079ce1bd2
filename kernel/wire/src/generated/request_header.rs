//! RequestHeader, versions 1-2 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Element, Message};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RequestHeader<'a> {
    pub request_api_key: i16,
    pub request_api_version: i16,
    pub correlation_id: i32,
    pub client_id: Option<&'a str>,
}

impl Default for RequestHeader<'_> {
    fn default() -> Self {
        Self {
            request_api_key: 0,
            request_api_version: 0,
            correlation_id: 0,
            client_id: Some(""),
        }
    }
}

impl<'a> Element<'a> for RequestHeader<'a> {
    const BYTES_MIN: usize = 9;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.request_api_key = reader.i16()?;
        value.request_api_version = reader.i16()?;
        value.correlation_id = reader.i32()?;
        value.client_id = reader.classic().nullable_string(true)?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i16(self.request_api_key);
        writer.i16(self.request_api_version);
        writer.i32(self.correlation_id);
        writer.classic().nullable_string(self.client_id, true);
        writer.no_tags();
    }
}

impl<'a> Message<'a> for RequestHeader<'a> {
    const NAME: &'static str = "RequestHeader";
    const KEY: i16 = -1;
    const VERSIONS: (i16, i16) = (1, 2);
    const FLEXIBLE_FROM: i16 = 2;
}

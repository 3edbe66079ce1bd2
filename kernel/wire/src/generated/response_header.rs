//! ResponseHeader, versions 0-1 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Element, Message};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResponseHeader {
    pub correlation_id: i32,
}

impl Default for ResponseHeader {
    fn default() -> Self {
        Self {
            correlation_id: 0,
        }
    }
}

impl<'a> Element<'a> for ResponseHeader {
    const BYTES_MIN: usize = 4;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.correlation_id = reader.i32()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i32(self.correlation_id);
        writer.no_tags();
    }
}

impl<'a> Message<'a> for ResponseHeader {
    const NAME: &'static str = "ResponseHeader";
    const KEY: i16 = -1;
    const VERSIONS: (i16, i16) = (0, 1);
    const FLEXIBLE_FROM: i16 = 1;
}

//! ApiVersionsResponse, versions 0-5 (generated; do not edit).
use crate::error::WireError;
use crate::reader::Reader;
use crate::view::{Array, Element, Message};
use crate::writer::Writer;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ApiVersion {
    pub api_key: i16,
    pub min_version: i16,
    pub max_version: i16,
}

impl Default for ApiVersion {
    fn default() -> Self {
        Self {
            api_key: 0,
            min_version: 0,
            max_version: 0,
        }
    }
}

impl<'a> Element<'a> for ApiVersion {
    const BYTES_MIN: usize = 6;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        value.api_key = reader.i16()?;
        value.min_version = reader.i16()?;
        value.max_version = reader.i16()?;
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.i16(self.api_key);
        writer.i16(self.min_version);
        writer.i16(self.max_version);
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SupportedFeatureKey<'a> {
    pub name: &'a str,
    pub min_version: i16,
    pub max_version: i16,
}

impl Default for SupportedFeatureKey<'_> {
    fn default() -> Self {
        Self {
            name: "",
            min_version: 0,
            max_version: 0,
        }
    }
}

impl<'a> Element<'a> for SupportedFeatureKey<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 3 {
            value.name = reader.string()?;
        }
        if version >= 3 {
            value.min_version = reader.i16()?;
        }
        if version >= 3 {
            value.max_version = reader.i16()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 3 {
            writer.string(self.name);
        }
        if version >= 3 {
            writer.i16(self.min_version);
        }
        if version >= 3 {
            writer.i16(self.max_version);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FinalizedFeatureKey<'a> {
    pub name: &'a str,
    pub max_version_level: i16,
    pub min_version_level: i16,
}

impl Default for FinalizedFeatureKey<'_> {
    fn default() -> Self {
        Self {
            name: "",
            max_version_level: 0,
            min_version_level: 0,
        }
    }
}

impl<'a> Element<'a> for FinalizedFeatureKey<'a> {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        if version >= 3 {
            value.name = reader.string()?;
        }
        if version >= 3 {
            value.max_version_level = reader.i16()?;
        }
        if version >= 3 {
            value.min_version_level = reader.i16()?;
        }
        reader.skip_tags()?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        if version >= 3 {
            writer.string(self.name);
        }
        if version >= 3 {
            writer.i16(self.max_version_level);
        }
        if version >= 3 {
            writer.i16(self.min_version_level);
        }
        writer.no_tags();
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ApiVersionsResponse<'a> {
    pub error_code: i16,
    pub api_keys: Array<'a, ApiVersion>,
    pub throttle_time_ms: i32,
    pub supported_features: Array<'a, SupportedFeatureKey<'a>>,
    pub finalized_features_epoch: i64,
    pub finalized_features: Array<'a, FinalizedFeatureKey<'a>>,
    pub zk_migration_ready: bool,
}

impl Default for ApiVersionsResponse<'_> {
    fn default() -> Self {
        Self {
            error_code: 0,
            api_keys: Array::EMPTY,
            throttle_time_ms: 0,
            supported_features: Array::EMPTY,
            finalized_features_epoch: -1,
            finalized_features: Array::EMPTY,
            zk_migration_ready: false,
        }
    }
}

impl<'a> Element<'a> for ApiVersionsResponse<'a> {
    const BYTES_MIN: usize = 3;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let mut value = Self::default();
        let version = reader.version();
        value.error_code = reader.i16()?;
        value.api_keys = reader.array()?;
        if version >= 1 {
            value.throttle_time_ms = reader.i32()?;
        }
        reader.tags(|tag, reader| {
            match tag {
                0 => value.supported_features = reader.array()?,
                1 => value.finalized_features_epoch = reader.i64()?,
                2 => value.finalized_features = reader.array()?,
                3 => value.zk_migration_ready = reader.bool()?,
                _ => reader.skip_rest(),
            }
            Ok(())
        })?;
        Ok(value)
    }

    fn encode(&self, writer: &mut Writer) {
        let version = writer.version();
        writer.i16(self.error_code);
        writer.array(self.api_keys);
        if version >= 1 {
            writer.i32(self.throttle_time_ms);
        }
        if writer.is_flexible() {
            let mut tags = writer.tags();
            if !self.supported_features.is_empty() {
                tags.add(0, |writer| writer.array(self.supported_features));
            }
            if self.finalized_features_epoch != -1 {
                tags.add(1, |writer| writer.i64(self.finalized_features_epoch));
            }
            if !self.finalized_features.is_empty() {
                tags.add(2, |writer| writer.array(self.finalized_features));
            }
            if self.zk_migration_ready {
                tags.add(3, |writer| writer.bool(self.zk_migration_ready));
            }
            tags.finish(writer);
        }
    }
}

impl<'a> Message<'a> for ApiVersionsResponse<'a> {
    const NAME: &'static str = "ApiVersionsResponse";
    const KEY: i16 = 18;
    const VERSIONS: (i16, i16) = (0, 5);
    const FLEXIBLE_FROM: i16 = 3;
}

//! ApiVersionsResponse, versions 0-5 (generated; do not edit).
#![allow(clippy::all, unused_variables, unused_imports, unused_mut, dead_code)]
use crate::primitives::{Reader, Records, WireError, Writer};

pub const KEY: i16 = 18;
pub const VERSIONS: (i16, i16) = (0, 5);
pub const FLEXIBLE_FROM: i16 = 3;

#[derive(Clone, Debug, PartialEq)]
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

impl ApiVersion {
    pub fn decode(reader: &mut Reader<'_>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.api_key = reader.i16()?;
        value.min_version = reader.i16()?;
        value.max_version = reader.i16()?;
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
        writer.i16(self.api_key);
        writer.i16(self.min_version);
        writer.i16(self.max_version);
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct SupportedFeatureKey<'a> {
    pub name: &'a str,
    pub min_version: i16,
    pub max_version: i16,
}

impl<'a> Default for SupportedFeatureKey<'a> {
    fn default() -> Self {
        Self {
            name: "",
            min_version: 0,
            max_version: 0,
        }
    }
}

impl<'a> SupportedFeatureKey<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 3 {
            value.name = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 3 {
            value.min_version = reader.i16()?;
        }
        if version >= 3 {
            value.max_version = reader.i16()?;
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
            writer.string(flexible, Some(self.name));
        }
        if version >= 3 {
            writer.i16(self.min_version);
        }
        if version >= 3 {
            writer.i16(self.max_version);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct FinalizedFeatureKey<'a> {
    pub name: &'a str,
    pub max_version_level: i16,
    pub min_version_level: i16,
}

impl<'a> Default for FinalizedFeatureKey<'a> {
    fn default() -> Self {
        Self {
            name: "",
            max_version_level: 0,
            min_version_level: 0,
        }
    }
}

impl<'a> FinalizedFeatureKey<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        if version >= 3 {
            value.name = reader.string(flexible, false)?.unwrap_or_default();
        }
        if version >= 3 {
            value.max_version_level = reader.i16()?;
        }
        if version >= 3 {
            value.min_version_level = reader.i16()?;
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
            writer.string(flexible, Some(self.name));
        }
        if version >= 3 {
            writer.i16(self.max_version_level);
        }
        if version >= 3 {
            writer.i16(self.min_version_level);
        }
        if flexible {
            let mut tags = writer.tags();
            tags.finish(writer);
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ApiVersionsResponse<'a> {
    pub error_code: i16,
    pub api_keys: Vec<ApiVersion>,
    pub throttle_time_ms: i32,
    pub supported_features: Vec<SupportedFeatureKey<'a>>,
    pub finalized_features_epoch: i64,
    pub finalized_features: Vec<FinalizedFeatureKey<'a>>,
    pub zk_migration_ready: bool,
}

impl<'a> Default for ApiVersionsResponse<'a> {
    fn default() -> Self {
        Self {
            error_code: 0,
            api_keys: Vec::new(),
            throttle_time_ms: 0,
            supported_features: Vec::new(),
            finalized_features_epoch: -1,
            finalized_features: Vec::new(),
            zk_migration_ready: false,
        }
    }
}

impl<'a> ApiVersionsResponse<'a> {
    pub fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, WireError> {
        let flexible = version >= FLEXIBLE_FROM;
        let mut value = Self::default();
        value.error_code = reader.i16()?;
        value.api_keys = reader.array(flexible, false, 6, |reader| ApiVersion::decode(reader, version))?.unwrap_or_default();
        if version >= 1 {
            value.throttle_time_ms = reader.i32()?;
        }
        if flexible {
            reader.tags(|tag, reader| {
                match tag {
                    0 if version >= 3 => value.supported_features = reader.array(flexible, false, 1, |reader| SupportedFeatureKey::decode(reader, version))?.unwrap_or_default(),
                    1 if version >= 3 => value.finalized_features_epoch = reader.i64()?,
                    2 if version >= 3 => value.finalized_features = reader.array(flexible, false, 1, |reader| FinalizedFeatureKey::decode(reader, version))?.unwrap_or_default(),
                    3 if version >= 3 => value.zk_migration_ready = reader.bool()?,
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
        writer.array(flexible, Some(&self.api_keys[..]), |writer, item| item.encode(writer, version));
        if version >= 1 {
            writer.i32(self.throttle_time_ms);
        }
        if flexible {
            let mut tags = writer.tags();
            if version >= 3 && !self.supported_features.is_empty() {
                tags.add(0, |writer| { writer.array(flexible, Some(&self.supported_features[..]), |writer, item| item.encode(writer, version)); });
            }
            if version >= 3 && self.finalized_features_epoch != -1 {
                tags.add(1, |writer| { writer.i64(self.finalized_features_epoch); });
            }
            if version >= 3 && !self.finalized_features.is_empty() {
                tags.add(2, |writer| { writer.array(flexible, Some(&self.finalized_features[..]), |writer, item| item.encode(writer, version)); });
            }
            if version >= 3 && self.zk_migration_ready != false {
                tags.add(3, |writer| { writer.bool(self.zk_migration_ready); });
            }
            tags.finish(writer);
        }
    }
}

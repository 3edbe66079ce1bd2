//! ApiVersions: what this node serves.

use leftfold_wire::generated::api_versions_response::{ApiVersion, FinalizedFeatureKey, SupportedFeatureKey};
use leftfold_wire::generated::{ApiVersionsRequest, ApiVersionsResponse};
use leftfold_wire::{Array, Element, Message, Writer};

use crate::codes;
use crate::tables::NodeTable;

/// Whether this version of the request can be read at all.
pub fn is_served(version: i16) -> bool {
    (ApiVersionsRequest::VERSIONS.0..=ApiVersionsRequest::VERSIONS.1).contains(&version)
}

/// For a version of the future: an answer in version 0, with the versions of this very API only.
pub fn answer_unsupported(writer: &mut Writer) {
    let (min_version, max_version) = ApiVersionsRequest::VERSIONS;
    let keys = [ApiVersion { api_key: ApiVersionsRequest::KEY, min_version, max_version }];
    writer.switch(0, false);
    let api_keys = Array::of(&keys);
    ApiVersionsResponse { error_code: codes::UNSUPPORTED_VERSION, api_keys, ..Default::default() }.encode(writer);
}

pub fn answer(node: &NodeTable, request: &ApiVersionsRequest<'_>, version: i16, writer: &mut Writer) {
    let error_code = error(node, request, version);
    if error_code != codes::NONE {
        ApiVersionsResponse { error_code, ..Default::default() }.encode(writer);
        return;
    }
    let keys: Vec<_> = node
        .apis
        .iter()
        .map(|api| ApiVersion { api_key: api.key, min_version: api.versions.0, max_version: api.versions.1 })
        .collect();
    // Clients of version 3 reject a feature that begins at 0 (KAFKA-17011).
    let supported: Vec<_> = node
        .features_supported
        .iter()
        .filter(|(_, min, _)| version >= 4 || *min > 0)
        .map(|(name, min, max)| SupportedFeatureKey { name, min_version: *min, max_version: *max })
        .collect();
    let finalized: Vec<_> = node
        .features_finalized
        .iter()
        .map(|(name, max, min)| FinalizedFeatureKey { name, max_version_level: *max, min_version_level: *min })
        .collect();
    ApiVersionsResponse {
        api_keys: Array::of(&keys),
        supported_features: Array::of(&supported),
        finalized_features_epoch: node.features_epoch,
        finalized_features: Array::of(&finalized),
        ..Default::default()
    }
    .encode(writer);
}

fn error(node: &NodeTable, request: &ApiVersionsRequest<'_>, version: i16) -> i16 {
    if version >= 3 && !(is_word(request.client_software_name) && is_word(request.client_software_version)) {
        return codes::INVALID_REQUEST;
    }
    // KIP-1242: the client says both whom it means to talk to, or neither; it may hold metadata of another cluster or node.
    match (request.cluster_id, request.node_id) {
        _ if version < 5 => codes::NONE,
        (None, -1) => codes::NONE,
        (None, _) | (Some(_), -1) => codes::INVALID_REQUEST,
        (Some(id), node_id) if id == node.cluster_id && node_id == node.node_id => codes::NONE,
        _ => codes::REBOOTSTRAP_REQUIRED,
    }
}

/// Letters, digits, and between them dots and hyphens (KIP-511).
fn is_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

//! The requests that the kernel answers itself.

use bytes::Bytes;

use crate::error::{Problem, WireError};
use crate::generated::{
    ApiVersionsRequest, FetchRequest, ListOffsetsRequest, MetadataRequest, OffsetForLeaderEpochRequest, ProduceRequest,
};
use crate::header;
use crate::view::Message;

/// A decoded hot request; all of it borrows from the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Request<'a> {
    Produce(ProduceRequest<'a>),
    Fetch(FetchRequest<'a>),
    ListOffsets(ListOffsetsRequest<'a>),
    Metadata(MetadataRequest<'a>),
    ApiVersions(ApiVersionsRequest<'a>),
    OffsetForLeaderEpoch(OffsetForLeaderEpochRequest<'a>),
}

impl<'a> Request<'a> {
    /// Decodes a body, whatever follows its end; a key that is not hot is an error.
    pub fn parse(key: i16, version: i16, body: &'a [u8]) -> Result<Self, WireError> {
        match key {
            ProduceRequest::KEY => ProduceRequest::parse_leading(body, version).map(Self::Produce),
            FetchRequest::KEY => FetchRequest::parse_leading(body, version).map(Self::Fetch),
            ListOffsetsRequest::KEY => ListOffsetsRequest::parse_leading(body, version).map(Self::ListOffsets),
            MetadataRequest::KEY => MetadataRequest::parse_leading(body, version).map(Self::Metadata),
            ApiVersionsRequest::KEY => ApiVersionsRequest::parse_leading(body, version).map(Self::ApiVersions),
            OffsetForLeaderEpochRequest::KEY => {
                OffsetForLeaderEpochRequest::parse_leading(body, version).map(Self::OffsetForLeaderEpoch)
            }
            key => Err(WireError::at(0, Problem::Key(key))),
        }
    }

    #[must_use]
    pub fn body(&self, version: i16) -> Vec<Bytes> {
        match self {
            Self::Produce(request) => request.body(version),
            Self::Fetch(request) => request.body(version),
            Self::ListOffsets(request) => request.body(version),
            Self::Metadata(request) => request.body(version),
            Self::ApiVersions(request) => request.body(version),
            Self::OffsetForLeaderEpoch(request) => request.body(version),
        }
    }
}

/// Reads any frame as the broker would and writes what it read again: for the fuzzer, which gives it all kinds of bytes.
///
/// Panics where bytes that were accepted do not come out as bytes that mean the same.
pub fn check_any_frame(frame: &[u8]) {
    let Ok(head) = header::request(frame) else { return };
    let Ok(request) = Request::parse(head.key.key, head.version, head.body) else { return };
    let written = request.body(head.version).concat();
    let again = Request::parse(head.key.key, head.version, &written).expect("what was written can be read");
    assert_eq!(written, again.body(head.version).concat(), "what was read twice is written alike");
}

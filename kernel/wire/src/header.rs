//! What stands before a message: request and response headers.
//!
//! A request's header says which API and version its body is; which header version it is itself follows from these (KIP-482):
//! version 2 for flexible bodies, version 1 for the others. A response's header is version 1 for flexible bodies, but for
//! ApiVersions, whose answer an old client must always be able to read (KIP-511).

use crate::error::{Problem, WireError};
use crate::generated::keys::KEYS;
use crate::generated::{RequestHeader, ResponseHeader};
use crate::reader::Reader;
use crate::view::{Element, Message};
use crate::writer::Writer;

/// The API that tells all others.
pub const API_VERSIONS: i16 = 18;

/// One row of the protocol: its versions are those of Kafka 4.4.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub key: i16,
    pub name: &'static str,
    pub versions: (i16, i16),
    /// The first flexible version; 32,767 where there is none.
    pub flexible_from: i16,
}

impl Key {
    #[must_use]
    pub fn is_flexible(&self, version: i16) -> bool {
        version >= self.flexible_from
    }
}

/// The row of a key; None where Kafka 4.4.0 has no such API.
#[must_use]
pub fn key(key: i16) -> Option<&'static Key> {
    KEYS.binary_search_by_key(&key, |row| row.key).ok().map(|index| &KEYS[index])
}

/// A request whose header was read and whose body was not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Head<'a> {
    pub key: &'static Key,
    /// As the client says; it may be one that this API does not have.
    pub version: i16,
    pub correlation_id: i32,
    pub client_id: Option<&'a str>,
    pub body: &'a [u8],
}

/// Reads the header of a frame (without its length prefix). A key that nobody knows is an error, a version is not: the
/// answer to an ApiVersions of the future says which versions there are.
pub fn request(frame: &[u8]) -> Result<Head<'_>, WireError> {
    let mut start = Reader::new(frame, 1, false);
    let (number, version) = (start.i16()?, start.i16()?);
    let key = key(number).ok_or_else(|| WireError::at(0, Problem::Key(number)))?;
    let header_version = if key.is_flexible(version) { 2 } else { 1 };
    let mut reader = Reader::new(frame, header_version, header_version >= RequestHeader::FLEXIBLE_FROM);
    let header = RequestHeader::decode(&mut reader).map_err(|error| error.of(RequestHeader::NAME, header_version))?;
    let RequestHeader { correlation_id, client_id, .. } = header;
    Ok(Head { key, version, correlation_id, client_id, body: reader.rest() })
}

/// The version of the header before a response.
#[must_use]
pub fn response_version(key: &Key, version: i16) -> i16 {
    i16::from(key.is_flexible(version) && key.key != API_VERSIONS)
}

/// Starts the frame of an answer: its header is written, its body is to be encoded next, then [`Writer::finish`].
#[must_use]
pub fn response(key: &Key, version: i16, correlation_id: i32) -> Writer {
    begin(key, version, correlation_id, Writer::frame)
}

/// The same behind what `buffer` holds, to end in [`Writer::into_buffer`].
#[must_use]
pub fn response_on(buffer: Vec<u8>, key: &Key, version: i16, correlation_id: i32) -> Writer {
    begin(key, version, correlation_id, |version, flexible| Writer::frame_on(buffer, version, flexible))
}

fn begin(key: &Key, version: i16, correlation_id: i32, frame: impl FnOnce(i16, bool) -> Writer) -> Writer {
    let header_version = response_version(key, version);
    let mut writer = frame(header_version, header_version >= ResponseHeader::FLEXIBLE_FROM);
    ResponseHeader { correlation_id }.encode(&mut writer);
    writer.switch(version, key.is_flexible(version));
    writer
}

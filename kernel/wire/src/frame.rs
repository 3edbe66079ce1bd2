//! The length before a message; strangers who speak no Kafka.

use crate::error::{Problem, WireError};

/// Bytes of the length prefix, a big-endian int32.
pub const PREFIX_BYTES: usize = 4;
/// Key, version and correlation id: no request is shorter.
pub const BYTES_MIN: usize = 8;

/// How many bytes follow the prefix, if they are to be read at all.
pub fn length(prefix: [u8; PREFIX_BYTES], bytes_max: usize) -> Result<usize, WireError> {
    let bytes = i32::from_be_bytes(prefix);
    match usize::try_from(bytes) {
        Ok(length) if (BYTES_MIN..=bytes_max).contains(&length) => Ok(length),
        _ => Err(WireError::at(0, Problem::FrameBytes { bytes, bytes_max })),
    }
}

/// Somebody who took this port for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    Tls,
    Http,
}

/// Recognises a stranger by the first bytes of a connection. No legal length prefix looks like one: read as a length, they
/// say 370 MB (a TLS handshake record) or more than 1 GB (the letters of an HTTP method).
#[must_use]
pub fn stranger(prefix: [u8; PREFIX_BYTES]) -> Option<Stranger> {
    match &prefix {
        [0x16, 0x03, 0x00..=0x04, _] => Some(Stranger::Tls),
        b"GET " | b"POST" | b"PUT " | b"HEAD" | b"DELE" | b"OPTI" | b"PATC" | b"TRAC" | b"CONN" | b"PRI " => {
            Some(Stranger::Http)
        }
        _ => None,
    }
}

impl Stranger {
    /// What to send before hanging up, in the stranger's own language. `admin` is the URL that speaks HTTP, if there is one.
    #[must_use]
    pub fn answer(self, admin: Option<&str>) -> Vec<u8> {
        match self {
            // A fatal alert, handshake_failure (RFC 8446, section 6), in a TLS 1.2 record as every version reads it.
            Self::Tls => vec![0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28],
            Self::Http => {
                let text = match admin {
                    Some(admin) => {
                        format!("This is the Kafka port: give it to a Kafka client. The admin API is at {admin}\n")
                    }
                    None => "This is the Kafka port: give it to a Kafka client. It speaks no HTTP.\n".to_owned(),
                };
                let length = text.len();
                let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close";
                format!("{head}\r\nContent-Length: {length}\r\n\r\n{text}").into_bytes()
            }
        }
    }

    /// The same for the log.
    #[must_use]
    pub fn why(self) -> &'static str {
        match self {
            Self::Tls => {
                "the client speaks TLS, this listener is plaintext: set security.protocol=PLAINTEXT in the client"
            }
            Self::Http => "the client speaks HTTP, this is the Kafka port: use the admin port",
        }
    }
}

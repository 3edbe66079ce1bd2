//! What can be wrong with bytes from outside.

use std::fmt;

/// Bytes that are not what they claim to be: what is wrong, at which byte, and in which message once that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireError {
    pub problem: Problem,
    pub position: usize,
    /// Name and version of the message.
    pub message: Option<(&'static str, i16)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// More bytes are announced or needed than there are.
    Ended {
        needed: usize,
        left: usize,
    },
    /// An array's count that the bytes left cannot hold.
    Count {
        count: usize,
        left: usize,
    },
    /// A negative length that is not the one of null.
    Length(i32),
    /// Null where a value is needed.
    Null,
    /// A variable-length number of more than 32 bits.
    Varint,
    /// A string longer than 32,767 bytes.
    TextTooLong(usize),
    NotUtf8,
    /// Bytes after the end of the message or of a tagged field.
    Trailing(usize),
    /// The message has no such version.
    Version {
        version: i16,
        versions: (i16, i16),
    },
    /// No API of Kafka 4.4.0 has this key.
    Key(i16),
    /// A frame of this many bytes is not taken.
    FrameBytes {
        bytes: i32,
        bytes_max: usize,
    },
}

impl WireError {
    pub(crate) fn at(position: usize, problem: Problem) -> Self {
        Self { problem, position, message: None }
    }

    pub(crate) fn of(self, name: &'static str, version: i16) -> Self {
        Self { message: Some((name, version)), ..self }
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((name, version)) = self.message {
            write!(out, "{name} v{version}: ")?;
        }
        write!(out, "byte {}: {}", self.position, self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended { needed, left } => write!(out, "{needed} bytes are needed, {left} are left"),
            Self::Count { count, left } => write!(out, "{count} elements are announced, {left} bytes are left"),
            Self::Length(length) => write!(out, "a length of {length} cannot be"),
            Self::Null => out.write_str("null where a value is needed"),
            Self::Varint => out.write_str("a variable-length number has more than 32 bits"),
            Self::TextTooLong(bytes) => write!(out, "a string has {bytes} bytes, 32767 are allowed"),
            Self::NotUtf8 => out.write_str("a string is not UTF-8"),
            Self::Trailing(bytes) => write!(out, "{bytes} bytes follow the end"),
            Self::Version { version, versions: (low, high) } => {
                write!(out, "version {version} is not one of {low}-{high}")
            }
            Self::Key(key) => write!(out, "no API has the key {key}"),
            Self::FrameBytes { bytes, bytes_max } => {
                write!(out, "a frame of {bytes} bytes, up to {bytes_max} are taken")
            }
        }
    }
}

impl std::error::Error for WireError {}

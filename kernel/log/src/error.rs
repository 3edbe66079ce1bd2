//! What the log can fail at.

use std::fmt;
use std::io;

use leftfold_batch::Rejected;

/// The log stopped for good; the outcome of what was under way is unknown to its caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped(pub String);

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why what was appended did not become durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// The disk had no room: it was taken back, nothing of it is left.
    Full,
    /// The outcome is unknown until a restart.
    Stopped(Stopped),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the disk is full, nothing was appended"),
            Self::Stopped(stopped) => stopped.fmt(f),
        }
    }
}

#[derive(Debug)]
pub enum AppendError {
    /// A sequence or epoch that does not fit (see [`Rejected`]).
    Rejected(Rejected),
    /// The disk has no room; nothing was appended.
    Full,
    /// The partition was dropped.
    Gone,
    Stopped(Stopped),
}

#[derive(Debug)]
pub enum ReadError {
    /// Before the first or after the last offset.
    OutOfRange,
    /// The offset lies in a quarantined range.
    Damaged(String),
    Gone,
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Why a folder cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Made by another format version, or not a data folder at all.
    Format(String),
    /// The journal is damaged below its durable mark, and the damage cannot be put down to a partition.
    Journal(String),
    Io(io::Error),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format(what) | Self::Journal(what) => f.write_str(what),
            Self::Io(error) => error.fmt(f),
        }
    }
}

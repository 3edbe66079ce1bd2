//! Values that are views: of the wire, or of a table.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;

use crate::error::{Problem, WireError};
use crate::reader::Reader;
use crate::writer::Writer;

/// 16 bytes, as on the wire (KIP-516).
pub type Uuid = [u8; 16];

/// What can stand in an array: a primitive or a struct.
pub trait Element<'a>: Copy {
    /// The fewest bytes it takes in any version, at least 1: what an announced count is checked against.
    const BYTES_MIN: usize;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError>;
    fn encode(&self, writer: &mut Writer);

    /// Walk over `count` of them and so check them.
    fn skip(reader: &mut Reader<'a>, count: usize) -> Result<(), WireError> {
        for _ in 0..count {
            Self::decode(reader)?;
        }
        Ok(())
    }
}

/// A request, response or header, in all its versions.
pub trait Message<'a>: Element<'a> {
    const NAME: &'static str;
    /// -1 for headers.
    const KEY: i16;
    /// The first and the last version.
    const VERSIONS: (i16, i16);
    const FLEXIBLE_FROM: i16;

    /// The message that `body` holds, to its last byte.
    fn parse(body: &'a [u8], version: i16) -> Result<Self, WireError> {
        let (message, reader) = Self::read(body, version)?;
        reader.finish().map_err(|error| error.of(Self::NAME, version))?;
        Ok(message)
    }

    /// The message that `body` begins with. Requests are read so, as Kafka does: librdkafka leaves three bytes behind the
    /// end of a Metadata request for all topics.
    fn parse_leading(body: &'a [u8], version: i16) -> Result<Self, WireError> {
        Self::read(body, version).map(|(message, _)| message)
    }

    /// The message, and the reader behind its end.
    fn read(body: &'a [u8], version: i16) -> Result<(Self, Reader<'a>), WireError> {
        if version < Self::VERSIONS.0 || version > Self::VERSIONS.1 {
            let problem = Problem::Version { version, versions: Self::VERSIONS };
            return Err(WireError::at(0, problem).of(Self::NAME, version));
        }
        let mut reader = Reader::new(body, version, version >= Self::FLEXIBLE_FROM);
        match Self::decode(&mut reader) {
            Ok(message) => Ok((message, reader)),
            Err(error) => Err(error.of(Self::NAME, version)),
        }
    }

    /// The bytes of the body in pieces: record bytes are pieces of their own, not copies.
    fn body(&self, version: i16) -> Vec<Bytes> {
        let mut writer = Writer::new(version, version >= Self::FLEXIBLE_FROM);
        self.encode(&mut writer);
        writer.finish()
    }
}

macro_rules! fixed {
    ($($type:ty, $method:ident, $bytes:literal;)*) => {$(
        impl<'a> Element<'a> for $type {
            const BYTES_MIN: usize = $bytes;

            fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
                reader.$method()
            }

            fn encode(&self, writer: &mut Writer) {
                writer.$method(*self);
            }

            fn skip(reader: &mut Reader<'a>, count: usize) -> Result<(), WireError> {
                reader.take(count.saturating_mul($bytes)).map(|_| ())
            }
        }
    )*};
}

fixed! {
    bool, bool, 1;
    i8, i8, 1;
    i16, i16, 2;
    u16, u16, 2;
    i32, i32, 4;
    u32, u32, 4;
    i64, i64, 8;
    f64, f64, 8;
    Uuid, uuid, 16;
}

impl<'a> Element<'a> for &'a str {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        reader.string()
    }

    fn encode(&self, writer: &mut Writer) {
        writer.string(self);
    }
}

impl<'a> Element<'a> for &'a [u8] {
    const BYTES_MIN: usize = 1;

    fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        reader.bytes()
    }

    fn encode(&self, writer: &mut Writer) {
        writer.bytes(self);
    }
}

/// A table whose rows can be written as elements of an array, so that an answer needs no copy of the table. Rows may borrow
/// from it, and hold arrays of rows themselves.
pub trait Rows<'a, T>: Sync {
    fn count(&self) -> usize;
    /// The row at `index < count()`.
    fn row(&'a self, index: usize) -> T;
}

/// A slice whose entries become rows by a function.
pub struct Mapped<'a, S, F> {
    entries: &'a [S],
    row: F,
}

impl<'a, S, F> Mapped<'a, S, F> {
    #[must_use]
    pub fn new<T>(entries: &'a [S], row: F) -> Self
    where
        F: Fn(&'a S) -> T,
    {
        Self { entries, row }
    }
}

impl<'a, S: Sync, T, F: Fn(&'a S) -> T + Sync> Rows<'a, T> for Mapped<'a, S, F> {
    fn count(&self) -> usize {
        self.entries.len()
    }

    fn row(&'a self, index: usize) -> T {
        (self.row)(&self.entries[index])
    }
}

/// An array that owns nothing: elements still on the wire, in a slice, or rows of a table.
pub struct Array<'a, T> {
    source: Source<'a, T>,
}

enum Source<'a, T> {
    /// Invariant: `count` elements decode from this reader without error; `any_array` has checked it.
    Wire {
        reader: Reader<'a>,
        count: usize,
        element: PhantomData<T>,
    },
    Slice(&'a [T]),
    Rows(&'a dyn Rows<'a, T>),
}

impl<'a, T> Array<'a, T> {
    pub const EMPTY: Self = Self { source: Source::Slice(&[]) };

    #[must_use]
    pub fn of(elements: &'a [T]) -> Self {
        Self { source: Source::Slice(elements) }
    }

    #[must_use]
    pub fn rows(table: &'a dyn Rows<'a, T>) -> Self {
        Self { source: Source::Rows(table) }
    }

    pub(crate) fn on_the_wire(reader: Reader<'a>, count: usize) -> Self {
        Self { source: Source::Wire { reader, count, element: PhantomData } }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        match self.source {
            Source::Wire { count, .. } => count,
            Source::Slice(elements) => elements.len(),
            Source::Rows(table) => table.count(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, T: Element<'a>> Array<'a, T> {
    /// The elements, by value. Elements on the wire are decoded anew by each iteration.
    #[must_use]
    pub fn iter(&self) -> Items<'a, T> {
        Items { source: self.source, index: 0, count: self.len() }
    }
}

/// Iterates an [`Array`].
pub struct Items<'a, T> {
    source: Source<'a, T>,
    index: usize,
    count: usize,
}

impl<'a, T: Element<'a>> Iterator for Items<'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.index == self.count {
            return None;
        }
        self.index += 1;
        match &mut self.source {
            Source::Wire { reader, .. } => {
                let element = T::decode(reader);
                debug_assert!(element.is_ok(), "an array was checked when its view was made");
                element.ok()
            }
            Source::Slice(elements) => elements.get(self.index - 1).copied(),
            Source::Rows(table) => Some(table.row(self.index - 1)),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count - self.index, Some(self.count - self.index))
    }
}

impl<'a, T: Element<'a>> ExactSizeIterator for Items<'a, T> {}

impl<'a, T: Element<'a>> IntoIterator for Array<'a, T> {
    type Item = T;
    type IntoIter = Items<'a, T>;

    fn into_iter(self) -> Items<'a, T> {
        self.iter()
    }
}

impl<'a, T: Element<'a>> IntoIterator for &Array<'a, T> {
    type Item = T;
    type IntoIter = Items<'a, T>;

    fn into_iter(self) -> Items<'a, T> {
        self.iter()
    }
}

// Derived impls would ask for `T: Clone` and so on where only a reference is copied.
impl<T> Clone for Array<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Array<'_, T> {}

impl<T> Clone for Source<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Source<'_, T> {}

impl<'a, T: Element<'a> + PartialEq> PartialEq for Array<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a, T: Element<'a> + fmt::Debug> fmt::Debug for Array<'a, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

/// Record batches as bytes: borrowed from a request, or pieces of the log that an answer passes on.
#[derive(Clone, Copy)]
pub enum Records<'a> {
    Bytes(&'a [u8]),
    Pieces(&'a [Bytes]),
}

impl<'a> Records<'a> {
    pub const EMPTY: Self = Self::Bytes(&[]);

    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Pieces(pieces) => pieces.iter().map(Bytes::len).sum(),
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of a request. Pieces exist on the way out only, and are not joined.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Pieces(_) => None,
        }
    }

    fn each_byte(&self) -> impl Iterator<Item = u8> + 'a {
        let (bytes, pieces): (&[u8], &[Bytes]) = match self {
            Self::Bytes(bytes) => (bytes, &[]),
            Self::Pieces(pieces) => (&[], pieces),
        };
        bytes.iter().chain(pieces.iter().flatten()).copied()
    }
}

impl PartialEq for Records<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.each_byte().eq(other.each_byte())
    }
}

impl fmt::Debug for Records<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Records({} bytes)", self.len())
    }
}

//! Reads the primitive types; believes no length.

use crate::error::{Problem, WireError};
use crate::view::{Array, Element, Records, Uuid};

const TEXT_BYTES_MAX: usize = 0x7FFF;
const VARINT_BYTES_MAX: usize = 5;

/// A cursor over one body at one version. Invariant: `position <= end <= bytes.len()`.
///
/// In flexible versions lengths are compact and structs end with tagged fields (KIP-482).
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
    end: usize,
    version: i16,
    flexible: bool,
}

impl<'a> Reader<'a> {
    #[must_use]
    pub fn new(bytes: &'a [u8], version: i16, flexible: bool) -> Self {
        Self { bytes, position: 0, end: bytes.len(), version, flexible }
    }

    #[must_use]
    pub fn version(&self) -> i16 {
        self.version
    }

    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }

    #[must_use]
    pub fn left(&self) -> usize {
        self.end - self.position
    }

    /// What has not been read, without reading it.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.position..self.end]
    }

    fn wrong(&self, problem: Problem) -> WireError {
        WireError::at(self.position, problem)
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let left = self.left();
        if count > left {
            return Err(self.wrong(Problem::Ended { needed: count, left }));
        }
        let start = self.position;
        self.position += count;
        Ok(&self.bytes[start..self.position])
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        match self.rest().first_chunk::<N>() {
            Some(bytes) => {
                self.position += N;
                Ok(*bytes)
            }
            None => Err(self.wrong(Problem::Ended { needed: N, left: self.left() })),
        }
    }

    pub fn bool(&mut self) -> Result<bool, WireError> {
        self.fixed::<1>().map(|[byte]| byte != 0)
    }

    pub fn i8(&mut self) -> Result<i8, WireError> {
        self.fixed().map(i8::from_be_bytes)
    }

    pub fn i16(&mut self) -> Result<i16, WireError> {
        self.fixed().map(i16::from_be_bytes)
    }

    pub fn u16(&mut self) -> Result<u16, WireError> {
        self.fixed().map(u16::from_be_bytes)
    }

    pub fn i32(&mut self) -> Result<i32, WireError> {
        self.fixed().map(i32::from_be_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, WireError> {
        self.fixed().map(u32::from_be_bytes)
    }

    pub fn i64(&mut self) -> Result<i64, WireError> {
        self.fixed().map(i64::from_be_bytes)
    }

    pub fn f64(&mut self) -> Result<f64, WireError> {
        self.fixed().map(f64::from_be_bytes)
    }

    pub fn uuid(&mut self) -> Result<Uuid, WireError> {
        self.fixed()
    }

    /// An unsigned number of seven bits a byte, low ones first; at most 32 bits.
    pub fn uvarint(&mut self) -> Result<u32, WireError> {
        let mut value = 0_u64;
        for index in 0..VARINT_BYTES_MAX {
            let [byte] = self.fixed::<1>()?;
            value |= u64::from(byte & 0x7F) << (7 * index);
            if byte < 0x80 {
                return u32::try_from(value).map_err(|_| self.wrong(Problem::Varint));
            }
        }
        Err(self.wrong(Problem::Varint))
    }

    /// The length before bytes and arrays; None is null.
    fn length(&mut self) -> Result<Option<usize>, WireError> {
        if self.flexible {
            return Ok((self.uvarint()? as usize).checked_sub(1));
        }
        match self.i32()? {
            -1 => Ok(None),
            length => usize::try_from(length).map(Some).map_err(|_| self.wrong(Problem::Length(length))),
        }
    }

    /// The length before a string; None is null.
    fn text_length(&mut self) -> Result<Option<usize>, WireError> {
        let length = if self.flexible {
            (self.uvarint()? as usize).checked_sub(1)
        } else {
            match self.i16()? {
                -1 => None,
                length => Some(usize::try_from(length).map_err(|_| self.wrong(Problem::Length(i32::from(length))))?),
            }
        };
        match length {
            Some(bytes) if bytes > TEXT_BYTES_MAX => Err(self.wrong(Problem::TextTooLong(bytes))),
            length => Ok(length),
        }
    }

    /// Null is an error unless this version allows it.
    fn allow<T>(&self, value: Option<T>, nullable: bool) -> Result<Option<T>, WireError> {
        if value.is_none() && !nullable { Err(self.wrong(Problem::Null)) } else { Ok(value) }
    }

    fn need<T>(&self, value: Option<T>) -> Result<T, WireError> {
        value.ok_or_else(|| self.wrong(Problem::Null))
    }

    fn any_string(&mut self) -> Result<Option<&'a str>, WireError> {
        let Some(length) = self.text_length()? else { return Ok(None) };
        let start = self.position;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).map(Some).map_err(|_| WireError::at(start, Problem::NotUtf8))
    }

    pub fn string(&mut self) -> Result<&'a str, WireError> {
        let value = self.any_string()?;
        self.need(value)
    }

    pub fn nullable_string(&mut self, nullable: bool) -> Result<Option<&'a str>, WireError> {
        let value = self.any_string()?;
        self.allow(value, nullable)
    }

    fn any_bytes(&mut self) -> Result<Option<&'a [u8]>, WireError> {
        match self.length()? {
            Some(length) => self.take(length).map(Some),
            None => Ok(None),
        }
    }

    pub fn bytes(&mut self) -> Result<&'a [u8], WireError> {
        let value = self.any_bytes()?;
        self.need(value)
    }

    pub fn nullable_bytes(&mut self, nullable: bool) -> Result<Option<&'a [u8]>, WireError> {
        let value = self.any_bytes()?;
        self.allow(value, nullable)
    }

    pub fn records(&mut self) -> Result<Records<'a>, WireError> {
        self.bytes().map(Records::Bytes)
    }

    pub fn nullable_records(&mut self, nullable: bool) -> Result<Option<Records<'a>>, WireError> {
        Ok(self.nullable_bytes(nullable)?.map(Records::Bytes))
    }

    fn any_array<T: Element<'a>>(&mut self) -> Result<Option<Array<'a, T>>, WireError> {
        let Some(count) = self.length()? else { return Ok(None) };
        let left = self.left();
        if count > left / T::BYTES_MIN {
            return Err(self.wrong(Problem::Count { count, left }));
        }
        let array = Array::on_the_wire(*self, count);
        T::skip(self, count)?;
        Ok(Some(array))
    }

    /// A view of an array, every element of which has been checked.
    pub fn array<T: Element<'a>>(&mut self) -> Result<Array<'a, T>, WireError> {
        let value = self.any_array()?;
        self.need(value)
    }

    pub fn nullable_array<T: Element<'a>>(&mut self, nullable: bool) -> Result<Option<Array<'a, T>>, WireError> {
        let value = self.any_array()?;
        self.allow(value, nullable)
    }

    /// A struct behind a byte that says whether it is there (KIP-893).
    pub fn nullable_struct<T: Element<'a>>(&mut self, nullable: bool) -> Result<Option<T>, WireError> {
        if nullable && self.i8()? < 0 { Ok(None) } else { T::decode(self).map(Some) }
    }

    /// Reads one string as old versions have it, whatever the version is: the header's client id (KIP-482).
    pub fn classic(&mut self) -> Classic<'_, 'a> {
        Classic(self)
    }

    /// Hands each tagged field to `each`, which reads it to its end. The order of tags is not insisted upon: Kafka does not.
    pub fn tags(
        &mut self,
        mut each: impl FnMut(u32, &mut Reader<'a>) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        if !self.flexible {
            return Ok(());
        }
        let (count, left) = (self.uvarint()? as usize, self.left());
        if count > left / 2 {
            return Err(self.wrong(Problem::Count { count, left }));
        }
        for _ in 0..count {
            let tag = self.uvarint()?;
            let bytes = self.uvarint()? as usize;
            let start = self.position;
            self.take(bytes)?;
            let mut field = Reader { position: start, end: self.position, ..*self };
            each(tag, &mut field)?;
            field.finish()?;
        }
        Ok(())
    }

    pub fn skip_tags(&mut self) -> Result<(), WireError> {
        self.tags(|_, field| {
            field.skip_rest();
            Ok(())
        })
    }

    pub fn skip_rest(&mut self) {
        self.position = self.end;
    }

    /// Nothing may follow.
    pub fn finish(&self) -> Result<(), WireError> {
        match self.left() {
            0 => Ok(()),
            left => Err(self.wrong(Problem::Trailing(left))),
        }
    }
}

/// See [`Reader::classic`].
pub struct Classic<'r, 'a>(&'r mut Reader<'a>);

impl<'a> Classic<'_, 'a> {
    pub fn nullable_string(&mut self, nullable: bool) -> Result<Option<&'a str>, WireError> {
        let flexible = std::mem::replace(&mut self.0.flexible, false);
        let value = self.0.nullable_string(nullable);
        self.0.flexible = flexible;
        value
    }
}

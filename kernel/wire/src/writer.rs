//! Writes the primitive types; passes record bytes on uncopied.

use bytes::Bytes;

use crate::view::{Array, Element, Records, Uuid};

const TEXT_BYTES_MAX: usize = 0x7FFF;
const FRAME_PREFIX_BYTES: usize = 4;

/// Grows one body, or one frame with its header, at one version.
///
/// All that is written goes to one buffer; pieces of records are remembered with the place where they belong and joined to
/// the answer as they are. Writing cannot fail: what is written is our own, and a length beyond 2 GiB is a bug.
#[derive(Debug)]
pub struct Writer {
    buffer: Vec<u8>,
    /// (how far into `buffer` it belongs, the piece). Invariant: ascending.
    pieces: Vec<(usize, Bytes)>,
    /// Where the frame begins, if it is one.
    frame_start: Option<usize>,
    version: i16,
    flexible: bool,
}

impl Writer {
    #[must_use]
    pub fn new(version: i16, flexible: bool) -> Self {
        Self::on(Vec::new(), version, flexible)
    }

    /// Writes behind what the buffer holds, so that buffers can be used again.
    #[must_use]
    pub fn on(buffer: Vec<u8>, version: i16, flexible: bool) -> Self {
        Self { buffer, pieces: Vec::new(), frame_start: None, version, flexible }
    }

    /// Starts a frame: its length stands in the first four bytes when it is finished.
    #[must_use]
    pub fn frame(version: i16, flexible: bool) -> Self {
        Self::frame_on(Vec::with_capacity(256), version, flexible)
    }

    /// The same behind what the buffer holds: other frames.
    #[must_use]
    pub fn frame_on(mut buffer: Vec<u8>, version: i16, flexible: bool) -> Self {
        let start = buffer.len();
        buffer.extend_from_slice(&[0; FRAME_PREFIX_BYTES]);
        Self { frame_start: Some(start), ..Self::on(buffer, version, flexible) }
    }

    #[must_use]
    pub fn version(&self) -> i16 {
        self.version
    }

    #[must_use]
    pub fn is_flexible(&self) -> bool {
        self.flexible
    }

    /// What follows is in another message's version: a body after its header.
    pub fn switch(&mut self, version: i16, flexible: bool) {
        self.version = version;
        self.flexible = flexible;
    }

    /// All bytes that were written, those of pieces included.
    #[must_use]
    pub fn bytes_written(&self) -> usize {
        self.buffer.len() + self.pieces.iter().map(|(_, piece)| piece.len()).sum::<usize>()
    }

    /// The bytes in order, as pieces for one vectored write; together they are the body or frame.
    #[must_use]
    pub fn finish(mut self) -> Vec<Bytes> {
        self.end_frame();
        let own = Bytes::from(self.buffer);
        let mut out = Vec::with_capacity(2 * self.pieces.len() + 1);
        let mut start = 0;
        for (place, piece) in self.pieces {
            out.extend([own.slice(start..place), piece].into_iter().filter(|bytes| !bytes.is_empty()));
            start = place;
        }
        if start < own.len() || out.is_empty() {
            out.push(own.slice(start..));
        }
        out
    }

    /// The buffer with all that was written; for what passes no records on.
    #[must_use]
    pub fn into_buffer(mut self) -> Vec<u8> {
        debug_assert!(self.pieces.is_empty(), "pieces are not in the buffer");
        self.end_frame();
        self.buffer
    }

    fn end_frame(&mut self) {
        if let Some(start) = self.frame_start {
            let length = int32(self.bytes_written() - start - FRAME_PREFIX_BYTES);
            self.buffer[start..start + FRAME_PREFIX_BYTES].copy_from_slice(&length.to_be_bytes());
        }
    }

    pub fn bool(&mut self, value: bool) {
        self.buffer.push(u8::from(value));
    }

    pub fn i8(&mut self, value: i8) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    pub fn i16(&mut self, value: i16) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    pub fn u16(&mut self, value: u16) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    pub fn i32(&mut self, value: i32) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    pub fn u32(&mut self, value: u32) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    pub fn i64(&mut self, value: i64) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    pub fn f64(&mut self, value: f64) {
        self.buffer.extend_from_slice(&value.to_be_bytes());
    }

    pub fn uuid(&mut self, value: Uuid) {
        self.buffer.extend_from_slice(&value);
    }

    /// Bytes as they are: a body that was encoded elsewhere.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// A piece that is passed on without being copied.
    pub fn piece(&mut self, piece: Bytes) {
        if !piece.is_empty() {
            self.pieces.push((self.buffer.len(), piece));
        }
    }

    pub fn uvarint(&mut self, mut value: u32) {
        while value > 0x7F {
            self.buffer.push((value & 0x7F) as u8 | 0x80);
            value >>= 7;
        }
        self.buffer.push(value as u8);
    }

    /// The length before bytes and arrays; None is null.
    pub fn length(&mut self, length: Option<usize>) {
        match (self.flexible, length) {
            (true, length) => self.uvarint(length.map_or(0, |length| int32(length) as u32 + 1)),
            (false, length) => self.i32(length.map_or(-1, int32)),
        }
    }

    fn any_string(&mut self, value: Option<&str>) {
        // A text of our own that is too long, a message to a person, is cut: the answer must stay readable.
        let value = value.map(cut);
        match (self.flexible, value) {
            (true, value) => self.length(value.map(str::len)),
            (false, value) => self.i16(value.map_or(-1, |text| text.len() as i16)),
        }
        self.raw(value.unwrap_or_default().as_bytes());
    }

    pub fn string(&mut self, value: &str) {
        self.any_string(Some(value));
    }

    /// Where this version knows no null, an empty string is written.
    pub fn nullable_string(&mut self, value: Option<&str>, nullable: bool) {
        self.any_string(allowed(value, nullable));
    }

    fn any_bytes(&mut self, value: Option<&[u8]>) {
        self.length(value.map(<[u8]>::len));
        self.raw(value.unwrap_or_default());
    }

    pub fn bytes(&mut self, value: &[u8]) {
        self.any_bytes(Some(value));
    }

    pub fn nullable_bytes(&mut self, value: Option<&[u8]>, nullable: bool) {
        self.any_bytes(allowed(value, nullable));
    }

    pub fn records(&mut self, records: Records<'_>) {
        self.length(Some(records.len()));
        match records {
            Records::Bytes(bytes) => self.raw(bytes),
            Records::Pieces(pieces) => pieces.iter().for_each(|piece| self.piece(piece.clone())),
        }
    }

    pub fn nullable_records(&mut self, records: Option<Records<'_>>, nullable: bool) {
        match records {
            None if nullable => self.length(None),
            records => self.records(records.unwrap_or(Records::EMPTY)),
        }
    }

    pub fn array<'a, T: Element<'a>>(&mut self, array: Array<'a, T>) {
        self.length(Some(array.len()));
        for element in array {
            element.encode(self);
        }
    }

    pub fn nullable_array<'a, T: Element<'a>>(&mut self, array: Option<Array<'a, T>>, nullable: bool) {
        match array {
            None if nullable => self.length(None),
            array => self.array(array.unwrap_or(Array::EMPTY)),
        }
    }

    /// A struct behind a byte that says whether it is there (KIP-893).
    pub fn nullable_struct<'a, T: Element<'a> + Default>(&mut self, value: Option<T>, nullable: bool) {
        if nullable {
            self.i8(if value.is_some() { 1 } else { -1 });
        }
        match value {
            None if nullable => {}
            value => value.unwrap_or_default().encode(self),
        }
    }

    /// Writes one string as old versions have it, whatever the version is: the header's client id (KIP-482).
    pub fn classic(&mut self) -> Classic<'_> {
        Classic(self)
    }

    /// The tagged fields of a struct that has none set; nothing before flexible versions.
    pub fn no_tags(&mut self) {
        if self.flexible {
            self.buffer.push(0);
        }
    }

    /// Collects the tagged fields of a struct, lowest tag first.
    #[must_use]
    pub fn tags(&self) -> Tags {
        Tags { count: 0, fields: Self::new(self.version, self.flexible) }
    }
}

/// See [`Writer::classic`].
pub struct Classic<'w>(&'w mut Writer);

impl Classic<'_> {
    pub fn nullable_string(&mut self, value: Option<&str>, nullable: bool) {
        let flexible = std::mem::replace(&mut self.0.flexible, false);
        self.0.nullable_string(value, nullable);
        self.0.flexible = flexible;
    }
}

/// See [`Writer::tags`]. Invariant: no tagged field holds records, so `fields` has no pieces.
pub struct Tags {
    count: u32,
    fields: Writer,
}

impl Tags {
    pub fn add(&mut self, tag: u32, write: impl FnOnce(&mut Writer)) {
        let mut field = Writer::new(self.fields.version, self.fields.flexible);
        write(&mut field);
        debug_assert!(field.pieces.is_empty());
        self.count += 1;
        self.fields.uvarint(tag);
        self.fields.uvarint(int32(field.buffer.len()) as u32);
        self.fields.raw(&field.buffer);
    }

    pub fn finish(self, writer: &mut Writer) {
        writer.uvarint(self.count);
        writer.raw(&self.fields.buffer);
    }
}

fn allowed<T: ?Sized>(value: Option<&T>, nullable: bool) -> Option<&T>
where
    for<'a> &'a T: Default,
{
    if nullable { value } else { Some(value.unwrap_or_default()) }
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn int32(length: usize) -> i32 {
    i32::try_from(length).expect("an answer stays below 2 GiB: fetch sizes are bounded by the request's own int32")
}

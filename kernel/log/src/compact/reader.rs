//! The batches of a segment, one after another, for compaction.

use std::io;

use leftfold_batch::{BatchError, Caps, Entries, Header};

use super::{BREATH_BYTES, Trouble};
use crate::damage::damage_in;
use crate::scan::{Found, Scan};
use crate::segment::Place;

/// A whole batch whose checksum holds.
pub(crate) struct Batch<'a> {
    pub header: Header,
    pub bytes: &'a [u8],
}

impl Batch<'_> {
    pub fn entries(&self) -> Result<Entries<'_>, BatchError> {
        Entries::decode(&self.header, self.bytes, &Caps::default())
    }
}

pub(crate) struct Reader<'a> {
    place: &'a Place,
    scan: Scan<'a>,
    next_offset: i64,
    breathed_at: u64,
    /// Whether bytes were passed over that an operator gave up.
    pub left_out: bool,
}

impl<'a> Reader<'a> {
    pub fn new(place: &'a Place) -> Self {
        Self { place, scan: place.scan(0), next_offset: place.base, breathed_at: 0, left_out: false }
    }

    /// None at the end. `step` is told of what was read: of every mebibyte, and of the rest at the end.
    pub fn next(&mut self, step: &mut dyn FnMut(u64) -> io::Result<()>) -> Result<Option<Batch<'_>>, Trouble> {
        let read = self.scan.position - self.breathed_at;
        if read >= BREATH_BYTES || read > 0 && self.scan.position >= self.place.bytes {
            self.breathed_at = self.scan.position;
            step(read)?;
        }
        let (header, at) = match self.scan.next()? {
            Found::Batch(header, at) => (header, at),
            Found::End => return Ok(None),
            Found::Damage(at) => match self.past_what_was_given_up(at)? {
                Some(found) => found,
                None => return Ok(None),
            },
        };
        self.next_offset = header.last_offset() + 1;
        let bytes = self.scan.batch(&header, at)?;
        Ok(Some(Batch { header, bytes }))
    }

    /// Harm that nobody knew of ends the compaction of its partition.
    fn past_what_was_given_up(&mut self, at: u64) -> Result<Option<(Header, u64)>, Trouble> {
        let (first, after) = (self.next_offset, self.scan.resync(self.next_offset, self.place.end)?);
        let last = after.map_or(self.place.end, |(header, _)| header.base_offset) - 1;
        if !self.place.gaps.known.iter().any(|gap| gap.0 <= first && last <= gap.1) {
            return Err(Trouble::Damaged(damage_in(self.place, at, first, last)));
        }
        self.left_out = true;
        Ok(after)
    }
}

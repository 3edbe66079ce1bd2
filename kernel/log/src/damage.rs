//! Damage: where it is, and how an operator gives it up.
//!
//! What is damaged is quarantined: answered with an error, never served, never cut. Only an operator's explicit word makes
//! a gap of it, and even then its bytes are kept in a file beside the segment.

use std::fmt;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};

use leftfold_ports::{Disk, File, read_file};

use crate::log::Log;
use crate::partition::{Damage, Inner, Partition, PartitionId};
use crate::scan::{Found, behind};
use crate::segment::Place;

/// Bytes are copied in pieces of this size.
const PIECE_BYTES: u64 = 1 << 20;

/// What became of a range that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// The file that keeps the bytes, as people know it.
    pub path: String,
    pub bytes: u64,
}

#[derive(Debug)]
pub enum GiveUpError {
    /// There is no such partition.
    Unknown,
    /// The range is not made of quarantined ranges; says what is quarantined.
    NotDamaged(String),
    Io(io::Error),
}

impl fmt::Display for GiveUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("there is no such partition"),
            Self::NotDamaged(why) => f.write_str(why),
            Self::Io(error) => write!(f, "nothing was given up: {error}"),
        }
    }
}

impl From<io::Error> for GiveUpError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What stands between a reader and its offset.
pub(crate) enum Way {
    /// A whole batch that holds it, or the first one after it, begins here.
    To(u64),
    Damaged(Damage),
}

/// Look for `offset` from the front of the segment, over damage that lies before it.
pub(crate) fn find_damage(place: &Place, offset: i64) -> io::Result<Way> {
    let mut scan = place.scan(0);
    let mut next = place.base;
    loop {
        let (header, position) = match scan.next()? {
            Found::Batch(header, position) => (header, position),
            Found::End => return Ok(Way::To(place.bytes)),
            Found::Damage(at) => {
                let after = scan.resync(next, place.end)?;
                let last = after.map_or(place.end, |(header, _)| header.base_offset) - 1;
                if next <= offset && offset <= last {
                    return Ok(Way::Damaged(damage_in(place, at, next, last)));
                }
                let Some(after) = after else { return Ok(Way::To(place.bytes)) };
                after
            }
        };
        if header.last_offset() >= offset {
            return Ok(Way::To(position));
        }
        next = header.last_offset() + 1;
    }
}

pub(crate) fn damage_in(place: &Place, at: u64, first: i64, last: i64) -> Damage {
    let reason = format!(
        "offsets {first} to {last} are damaged at byte {at} of segment {:020}.log; see leftfold doctor",
        place.base
    );
    Damage { first, last, reason }
}

/// Every damaged range of a segment that is no known gap.
fn all_damage(place: &Place) -> io::Result<Vec<Damage>> {
    let mut found = Vec::new();
    let mut scan = place.scan(0);
    let mut next = place.base;
    loop {
        let (header, harmed_at) = match scan.next()? {
            Found::Batch(header, _) => (Some(header), None),
            Found::End => (None, None),
            Found::Damage(at) => (scan.resync(next, place.end)?.map(|(header, _)| header), Some(at)),
        };
        let follows = header.map_or(place.end, |header| header.base_offset);
        // What is not there at all is told from what a known gap leaves out by where the gap ends.
        let reach = if harmed_at.is_some() { behind(&place.gaps.known, next) } else { place.gaps.reach(next) };
        if reach < follows {
            found.push(damage_in(place, harmed_at.unwrap_or(place.bytes), next, follows - 1));
        }
        let Some(header) = header else { return Ok(found) };
        next = header.last_offset() + 1;
    }
}

/// Where the bytes lie that stand for the offsets `first` to `last`.
fn stretch(place: &Place, first: i64, last: i64) -> io::Result<(u64, u64)> {
    let mut scan = place.scan(0);
    let (mut from, mut next) = (0, place.base);
    loop {
        let (header, position) = match scan.next()? {
            Found::Batch(header, position) => (header, position),
            Found::End => return Ok((from, place.bytes)),
            Found::Damage(_) => match scan.resync(next, place.end)? {
                Some(found) => found,
                None => return Ok((from, place.bytes)),
            },
        };
        if header.base_offset > last {
            return Ok((from, position));
        }
        next = header.last_offset() + 1;
        if header.last_offset() < first {
            from = scan.position;
        }
    }
}

impl Partition {
    /// Read every byte of the segments; returns all quarantined ranges, those found just now among them. Slow, and holds
    /// nobody up: for an operator's own thread.
    pub fn verify(&self) -> io::Result<Vec<Damage>> {
        let places = crate::read::places(&self.inner.lock());
        for timed in places {
            let found = all_damage(&timed.place)?;
            let mut inner = self.inner.lock();
            for damage in found {
                let trimmed = damage.last < inner.log_start;
                if !trimmed && !inner.gone {
                    inner.note_damage(damage);
                }
            }
        }
        Ok(self.damage())
    }
}

impl Log {
    /// The operator gives up the offsets `first` to `last`: they become a gap, for good when this returns. The range must be
    /// made of whole quarantined ranges. Its bytes are kept beside the segments; where, is returned. Blocks.
    pub fn give_up(&self, id: PartitionId, first: i64, last: i64) -> Result<GivenUp, GiveUpError> {
        let partition = self.partition(id).ok_or(GiveUpError::Unknown)?;
        let _one = self.settling.lock();
        let places = {
            let inner = partition.inner.lock();
            check_quarantined(&inner, first, last)?;
            let places = crate::read::places(&inner).into_iter().map(|timed| timed.place);
            places.filter(|place| place.base <= last && first < place.end).collect::<Vec<_>>()
        };
        let kept = {
            let _files = self.folders.lock();
            if partition.inner.lock().gone {
                return Err(GiveUpError::Unknown);
            }
            keep(&*self.shared.disk, &id.folder(), &places, first, last)?
        };
        let given: Vec<Damage> = {
            let mut inner = partition.inner.lock();
            inner.given_up.push((first, last));
            inner.damage.extract_if(.., |damage| first <= damage.first && damage.last <= last).collect()
        };
        if let Err(error) = self.write_checkpoint() {
            let mut inner = partition.inner.lock();
            inner.given_up.retain(|gap| *gap != (first, last));
            inner.damage.extend(given);
            return Err(error.into());
        }
        Ok(kept)
    }
}

fn check_quarantined(inner: &Inner, first: i64, last: i64) -> Result<(), GiveUpError> {
    let mut next = first;
    while let Some(damage) = inner.damage.iter().find(|damage| damage.first == next && damage.last <= last) {
        if damage.last == last {
            return Ok(());
        }
        next = damage.last + 1;
    }
    let ranges: Vec<String> =
        inner.damage.iter().map(|damage| format!("{} to {}", damage.first, damage.last)).collect();
    let known = if ranges.is_empty() { "nothing".to_owned() } else { ranges.join(", ") };
    Err(GiveUpError::NotDamaged(format!(
        "offsets {first} to {last} are not made of quarantined ranges (quarantined: {known}); give up whole ranges"
    )))
}

/// Where the frames that a journal lost are kept: the journal's own file is gone after recovery.
pub(crate) fn lost_path(folder: &Path, first: i64, last: i64) -> PathBuf {
    folder.join(format!("{first:020}-{last}.lost"))
}

/// Copy what stands for a range into a file of its own, durably.
fn keep(disk: &dyn Disk, folder: &Path, places: &[Place], first: i64, last: i64) -> io::Result<GivenUp> {
    let path = folder.join(format!("{first:020}-{last}.given-up"));
    let beside = path.with_extension("new");
    let file = disk.create(&beside)?;
    file.truncate(0)?;
    let mut bytes = 0;
    for place in places {
        let (from, to) = stretch(place, first, last)?;
        bytes += copy(&*place.log, from, to, &*file, bytes)?;
    }
    for name in disk.list(folder)?.iter().filter(|name| is_lost_within(name, first, last)) {
        let lost = read_file(disk, &folder.join(name))?.unwrap_or_default();
        file.write_at(&[IoSlice::new(&lost)], bytes)?;
        bytes += lost.len() as u64;
    }
    file.sync()?;
    disk.rename(&beside, &path)?;
    disk.sync_folder(folder)?;
    Ok(GivenUp { path: disk.show(&path), bytes })
}

fn is_lost_within(name: &str, first: i64, last: i64) -> bool {
    let range = name.strip_suffix(".lost").and_then(|stem| stem.split_once('-'));
    let range = range.and_then(|(from, to)| Some((from.parse::<i64>().ok()?, to.parse::<i64>().ok()?)));
    range.is_some_and(|(from, to)| first <= from && to <= last)
}

fn copy(source: &dyn File, from: u64, to: u64, target: &dyn File, at: u64) -> io::Result<u64> {
    let mut piece = vec![0; PIECE_BYTES.min(to - from) as usize];
    let mut done = 0;
    while from + done < to {
        let wanted = piece.len().min((to - from - done) as usize);
        let count = source.read_at(&mut piece[..wanted], from + done)?;
        if count == 0 {
            break;
        }
        target.write_at(&[IoSlice::new(&piece[..count])], at + done)?;
        done += count as u64;
    }
    Ok(done)
}

//! Reads the journal after a start, and judges it.
//!
//! Frames are chained by their checksums. Where the chain breaks, what lies behind decides: a later frame that was written
//! when the broken one was already durable proves damage; nothing of the kind proves a torn tail, which was never
//! acknowledged and is cut. One flipped bit in a header is mended first: the checksum in the next frame tells which.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use bytes::Bytes;
use leftfold_ports::{Disk, read_file};

use crate::frame::{self, Between, Claim, Decoded, FRAME_BYTES, Kind};
use crate::log::Progress;
use crate::partition::PartitionId;
use crate::{OpenError, journal};

/// One frame that counts, and its payload.
pub(crate) struct Replayed {
    pub decoded: Decoded,
    pub payload: Bytes,
}

/// A frame that was durable and is damaged.
pub(crate) struct Lost {
    /// It stood before this place in `Replay::frames`.
    pub before: usize,
    /// What its header seems to say: partition, first and last offset.
    pub hint: Option<(PartitionId, i64, i64)>,
    /// The frame as it was found, and whatever stood behind it.
    pub bytes: Bytes,
    /// File and byte, to name a file after; and the same for people.
    pub place: String,
    pub text: String,
}

/// The journal as it counts.
pub(crate) struct Replay {
    pub frames: Vec<Replayed>,
    pub lost: Vec<Lost>,
    pub files: Vec<PathBuf>,
    pub sequence: u64,
    pub number: u64,
    pub checksum: u32,
}

impl Replay {
    /// The frame that stands at `at` counts.
    fn take(&mut self, decoded: Decoded, bytes: &Bytes, at: usize) {
        let payload = bytes.slice(at + FRAME_BYTES..at + decoded.total_bytes);
        self.checksum = decoded.checksum;
        self.sequence = self.sequence.max(decoded.frame.sequence);
        self.frames.push(Replayed { decoded, payload });
    }

    /// Whether a frame from place `from` on says that the partition was dropped.
    pub fn is_dropped(&self, id: PartitionId, from: usize) -> bool {
        let mut later = self.frames[from..].iter().map(|replayed| &replayed.decoded.frame);
        later.any(|frame| frame.kind == Kind::Drop && frame.partition == id)
    }

    /// Of each partition: the first offset that the journal still holds.
    pub fn first_offsets(&self) -> HashMap<PartitionId, i64> {
        let mut first = HashMap::new();
        for frame in self.frames.iter().map(|replayed| &replayed.decoded.frame) {
            if frame.kind == Kind::Data {
                first.entry(frame.partition).or_insert(frame.base_offset);
            }
        }
        first
    }
}

/// One file of the journal.
struct Source {
    number: u64,
    path: PathBuf,
    bytes: Bytes,
}

/// Read all files in order. Frames up to the sequence `filled` are in durable segments: harm to them loses nothing.
pub(crate) fn read_journal(
    disk: &dyn Disk,
    filled: u64,
    progress: &Progress,
    notes: &mut Vec<String>,
) -> Result<Replay, OpenError> {
    let sources = load(disk, progress)?;
    let mut replay = Replay {
        frames: Vec::new(),
        lost: Vec::new(),
        number: sources.last().map_or(0, |source| source.number),
        files: sources.iter().map(|source| source.path.clone()).collect(),
        sequence: filled,
        checksum: 0,
    };
    // The last frame that was read: its checksum and its sequence.
    let mut chain: Option<(u32, u64)> = None;
    let mut place = (0, 0);
    while place.0 < sources.len() {
        match step(&sources, place, chain) {
            Step::Frame(decoded) => {
                replay.take(decoded, &sources[place.0].bytes, place.1);
                chain = Some((decoded.checksum, decoded.frame.sequence));
                place.1 += decoded.total_bytes;
            }
            Step::NextFile => place = (place.0 + 1, 0),
            Step::Broken => {
                let known = chain.map_or(filled, |chain| chain.1);
                let next = next_frame(&sources, place, known, filled);
                let bytes = &sources[place.0].bytes;
                if let (Some(next), Some((previous, sequence))) = (&next, chain)
                    && let Some(decoded) = next.mend(&bytes[place.1..], previous, sequence)
                {
                    let file = disk.show(&sources[place.0].path);
                    notes.push(format!("a flipped bit in the frame at byte {} of {file} was mended", place.1));
                    replay.take(decoded, bytes, place.1);
                    chain = Some((decoded.checksum, decoded.frame.sequence));
                    place.1 += decoded.total_bytes;
                    continue;
                }
                let Some(next) = next.filter(|next| next.proves) else {
                    note_torn(disk, &sources[place.0], place.1, known, notes);
                    break;
                };
                // Where only the first frame of a file is harmed, nothing is lost: it holds nothing.
                if next.sequence_before() > known.max(filled) {
                    let file = disk.show(&sources[place.0].path);
                    let meets_next = next.place.0 == place.0;
                    let end = if meets_next { next.place.1 } else { bytes.len() };
                    let before = next.sequence_before();
                    let harmed = Harmed { bytes, from: place.1, end, meets_next, known, before, filled };
                    let number = sources[place.0].number;
                    replay.lost.extend(harmed.name(&file, number, replay.frames.len()));
                }
                chain = Some((next.decoded.previous, next.sequence_before()));
                place = next.place;
            }
        }
        let done: usize = sources[..place.0.min(sources.len())].iter().map(|source| source.bytes.len()).sum();
        progress.done.store((done + place.1) as u64, Ordering::Relaxed);
    }
    Ok(replay)
}

fn load(disk: &dyn Disk, progress: &Progress) -> Result<Vec<Source>, OpenError> {
    let folder = Path::new(journal::FOLDER);
    let mut sources = BTreeMap::new();
    for name in disk.list(folder)? {
        let path = folder.join(&name);
        let Some(number) = name.strip_suffix(".journal").and_then(|stem| u64::from_str_radix(stem, 16).ok()) else {
            disk.remove(&path)?; // A spare: it holds nothing.
            continue;
        };
        let bytes = Bytes::from(read_file(disk, &path)?.unwrap_or_default());
        progress.total.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        sources.insert(number, Source { number, path, bytes });
    }
    Ok(sources.into_values().collect())
}

/// Say so if the frame after `known` was begun; what else stands there is left from the file's earlier use.
fn note_torn(disk: &dyn Disk, source: &Source, at: usize, known: u64, notes: &mut Vec<String>) {
    if Claim::read(&source.bytes[at..]).is_some_and(|claim| claim.sequence() == known + 1) {
        let file = disk.show(&source.path);
        notes.push(format!("a torn tail at byte {at} of {file} was cut: it was never acknowledged"));
    }
}

enum Step {
    Frame(Decoded),
    NextFile,
    Broken,
}

/// What stands at `place`: the next frame of the chain, the way to the next file, or a break.
fn step(sources: &[Source], place: (usize, usize), chain: Option<(u32, u64)>) -> Step {
    let source = &sources[place.0];
    if let Some(decoded) = frame::decode(&source.bytes[place.1..]) {
        let follows = if decoded.frame.kind == Kind::FileStart {
            place.1 == 0 && decoded.frame.index == source.number
        } else {
            chain.is_some_and(|chain| decoded.frame.sequence == chain.1 + 1)
        };
        if follows && chain.is_none_or(|chain| chain.0 == decoded.previous) {
            return Step::Frame(decoded);
        }
    }
    // The chain may go on in the next file: its first frame carries the checksum of the last one here.
    let next = sources.get(place.0 + 1).and_then(|next| Some((next.number, frame::decode(&next.bytes)?)));
    match (next, chain) {
        (Some((number, next)), Some(chain)) if is_start_of(&next, number) && next.previous == chain.0 => Step::NextFile,
        _ => Step::Broken,
    }
}

/// Whether this is the first frame of that very file, and not one left from the file's earlier use.
fn is_start_of(decoded: &Decoded, number: u64) -> bool {
    decoded.frame.kind == Kind::FileStart && decoded.frame.index == number
}

/// Where the journal goes on behind a break.
struct Next {
    place: (usize, usize),
    decoded: Decoded,
    /// A later frame says that the broken one had been durable.
    proves: bool,
}

impl Next {
    /// The sequence of the last frame before it.
    fn sequence_before(&self) -> u64 {
        self.decoded.frame.sequence - u64::from(self.decoded.frame.kind != Kind::FileStart)
    }

    /// The broken frame, if it is the only one before this and one bit of its header is all that is wrong.
    fn mend(&self, bytes: &[u8], previous: u32, sequence: u64) -> Option<Decoded> {
        let between = Between { sequence: sequence + 1, previous, checksum: self.decoded.previous };
        if self.sequence_before() == sequence + 1 { frame::mend(bytes, between) } else { None }
    }
}

/// The first whole frame behind a break at `place`. `sequence` is the last one read.
fn next_frame(sources: &[Source], place: (usize, usize), sequence: u64, filled: u64) -> Option<Next> {
    let mut found: Option<Next> = None;
    for (file, source) in sources.iter().enumerate().skip(place.0) {
        let mut from = if file == place.0 { place.1 + 1 } else { 0 };
        while let Some((at, decoded)) = frame::find(&source.bytes, from) {
            from = at + decoded.total_bytes;
            let newer = match decoded.frame.kind {
                Kind::FileStart => {
                    at == 0
                        && file > place.0
                        && is_start_of(&decoded, source.number)
                        && decoded.frame.sequence >= sequence
                }
                _ => decoded.frame.sequence > sequence,
            };
            if !newer {
                continue; // A stale frame of a recycled file.
            }
            let next = found.get_or_insert(Next { place: (file, at), decoded, proves: false });
            next.proves |= decoded.frame.durable > sequence.max(filled) || decoded.frame.sequence <= filled;
        }
    }
    found
}

/// A stretch of a file whose frames were durable and are damaged.
struct Harmed<'a> {
    bytes: &'a Bytes,
    from: usize,
    end: usize,
    /// Whether the next whole frame begins at `end`, and not in a later file.
    meets_next: bool,
    /// Sequences: of the last frame before the stretch, of the last one in it, and of the last one that segments hold.
    known: u64,
    before: u64,
    filled: u64,
}

impl Harmed<'_> {
    /// One row for each frame whose header still says what it held; one without a hint where that cannot be told.
    fn name(&self, file: &str, number: u64, before: usize) -> Vec<Lost> {
        let lost = |hint, from: usize, end| Lost {
            before,
            hint,
            bytes: self.bytes.slice(from..end),
            place: format!("journal-{number:016x}-{from}"),
            text: format!("{file} is damaged at byte {from} below its durable mark"),
        };
        if self.before == self.known + 1 {
            return vec![lost(self.hint(self.from), self.from, self.end)];
        }
        let (mut found, mut at) = (Vec::new(), self.from);
        for sequence in self.known + 1..=self.before {
            let claim = Claim::read(&self.bytes[at..]).filter(|claim| claim.sequence() == sequence);
            let Some(end) = claim.map(|claim| at + claim.total_bytes).filter(|end| *end <= self.end) else {
                found.push(lost(None, at, self.end));
                return found;
            };
            if sequence > self.filled {
                found.push(lost(self.hint(at), at, end));
            }
            at = end;
        }
        // Lengths that do not lead to the next frame are not believed, and neither is what else their headers say.
        if self.meets_next && at != self.end { vec![lost(None, self.from, self.end)] } else { found }
    }

    /// What the header of a damaged frame seems to say: (partition, first offset, last offset).
    fn hint(&self, at: usize) -> Option<(PartitionId, i64, i64)> {
        let frame = frame::frame_of(self.bytes.get(at..)?.first_chunk()?)?;
        let last = frame.base_offset.checked_add(i64::from(frame.count))?.checked_sub(1)?;
        let names_records = frame.kind == Kind::Data && frame.count > 0 && frame.base_offset >= 0;
        names_records.then_some((frame.partition, frame.base_offset, last))
    }
}

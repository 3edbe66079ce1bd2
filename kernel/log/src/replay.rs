//! Reads the journal after a start, and judges it.
//!
//! Frames are chained by their checksums. Where the chain breaks, what lies behind decides: a later frame that was written
//! when the broken one was already durable proves damage; nothing of the kind proves a torn tail, which was never
//! acknowledged and is cut.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use bytes::Bytes;
use leftfold_ports::{Disk, read_file};

use crate::frame::{self, Decoded, FRAME_BYTES, Kind};
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
                let bytes = &sources[place.0].bytes;
                let payload = bytes.slice(place.1 + FRAME_BYTES..place.1 + decoded.total_bytes);
                chain = Some((decoded.checksum, decoded.frame.sequence));
                replay.checksum = decoded.checksum;
                replay.sequence = replay.sequence.max(decoded.frame.sequence);
                replay.frames.push(Replayed { decoded, payload });
                place.1 += decoded.total_bytes;
            }
            Step::NextFile => place = (place.0 + 1, 0),
            Step::Broken => {
                let known = chain.map_or(filled, |chain| chain.1);
                let Some((at, decoded)) = proof_of_damage(&sources, place, known, filled) else {
                    note_torn(disk, &sources[place.0], place.1, known, notes);
                    break;
                };
                let before = decoded.frame.sequence - u64::from(decoded.frame.kind != Kind::FileStart);
                // Where only the first frame of a file is harmed, nothing is lost: it holds nothing.
                if before > known.max(filled) {
                    let file = disk.show(&sources[place.0].path);
                    let text = format!("{file} is damaged at byte {} below its durable mark", place.1);
                    let source = &sources[place.0].bytes;
                    let end = if at.0 == place.0 { at.1 } else { source.len() };
                    let (hint, bytes) = (hint(source, place.1), source.slice(place.1..end));
                    replay.lost.push(Lost { before: replay.frames.len(), hint, bytes, text });
                }
                chain = Some((decoded.previous, before));
                place = at;
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
    if frame::claims(&source.bytes[at..], known + 1) {
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

/// The first later frame, if some later frame says that the broken one had been durable. `sequence` is the last one read.
fn proof_of_damage(
    sources: &[Source],
    place: (usize, usize),
    sequence: u64,
    filled: u64,
) -> Option<((usize, usize), Decoded)> {
    let mut first = None;
    let mut proven = false;
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
            first.get_or_insert(((file, at), decoded));
            proven |= decoded.frame.durable > sequence.max(filled) || decoded.frame.sequence <= filled;
        }
    }
    first.filter(|_| proven)
}

/// What the header of a damaged frame seems to say: (partition, first offset, last offset).
fn hint(bytes: &[u8], at: usize) -> Option<(PartitionId, i64, i64)> {
    let head = bytes.get(at..at + FRAME_BYTES)?;
    let index = i32::from_le_bytes(head[48..52].try_into().ok()?);
    let base = i64::from_le_bytes(head[64..72].try_into().ok()?);
    let count = u32::from_le_bytes(head[72..76].try_into().ok()?);
    let id = PartitionId { topic: head[32..48].try_into().ok()?, index };
    (head[76] == Kind::Data as u8 && count > 0).then_some((id, base, base + i64::from(count) - 1))
}

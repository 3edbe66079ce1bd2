//! From a folder that a crash may have left to a log that serves.
//!
//! The journal is read in order. Where its chain breaks, what lies behind decides: a later frame that was written when the
//! broken one was already durable proves damage; nothing of the kind proves a torn tail, which was never acknowledged and
//! is cut. Frames whose batches are not in the segments yet are filled into them. What is damaged below the durable mark is
//! quarantined with its range, or, where no range can be named, the folder is not opened.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use leftfold_batch::Header;
use leftfold_ports::{Clock, Disk, read_file, write_file};

use crate::checkpoint::{self, Checkpoint, Row};
use crate::filler::{fill, load_producers};
use crate::frame::{self, Decoded, FRAME_BYTES, Kind};
use crate::journal::{self, Entry, Journal};
use crate::log::{Progress, TOPICS, folders, new_shared};
use crate::partition::{Damage, Inner, Partition, PartitionId, Shared};
use crate::segment::{Found, Scan, Segment};
use crate::{LogSettings, OpenError, TopicConfig};

const VERSION_FILE: &str = "VERSION";
const VERSION: &str = "leftfold data, format 1\n";

pub(crate) struct Recovered {
    pub shared: Arc<Shared>,
    pub partitions: HashMap<PartitionId, Arc<Partition>>,
    /// Journal files that may go once a checkpoint speaks for them.
    pub replayed: Vec<PathBuf>,
    pub notes: Vec<String>,
}

pub(crate) fn recover(
    disk: &Arc<dyn Disk>,
    clock: &Arc<dyn Clock>,
    settings: &LogSettings,
    progress: &Progress,
) -> Result<Recovered, OpenError> {
    check_version(&**disk)?;
    for folder in folders() {
        disk.create_folder(&folder)?;
    }
    let mut notes = Vec::new();
    let (checkpoint, damaged) = checkpoint::load(&**disk)?;
    if damaged {
        notes.push("the checkpoint is damaged: the one before it and the journal say the same".to_owned());
    }
    let replay = read_journal(&**disk, progress, &mut notes)?;
    let journal = Journal::new(disk.clone(), settings.clone(), replay.sequence, replay.number + 1, replay.checksum);
    let shared = new_shared(disk, clock, settings, journal);
    let mut recovered =
        Recovered { shared: shared.clone(), partitions: HashMap::new(), replayed: replay.files.clone(), notes };
    load_partitions(&shared, &checkpoint, &replay, &mut recovered)?;
    apply(&shared, &replay, &mut recovered)?;
    for partition in recovered.partitions.values() {
        finish(partition, checkpoint.get(&partition.id), &mut recovered.notes);
    }
    progress.done.store(progress.total.load(Ordering::Relaxed), Ordering::Relaxed);
    Ok(recovered)
}

fn check_version(disk: &dyn Disk) -> Result<(), OpenError> {
    match read_file(disk, Path::new(VERSION_FILE))? {
        Some(bytes) if bytes == VERSION.as_bytes() => Ok(()),
        Some(bytes) => Err(OpenError::Format(format!(
            "{} says {:?}, this program reads {:?}: use the version that made the folder",
            disk.show(Path::new(VERSION_FILE)),
            String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).trim_end(),
            VERSION.trim_end()
        ))),
        None if !disk.list(Path::new(TOPICS))?.is_empty() => Err(OpenError::Format(format!(
            "{} is missing beside topics: this is no whole data folder",
            disk.show(Path::new(VERSION_FILE))
        ))),
        None => Ok(write_file(disk, Path::new(VERSION_FILE), VERSION.as_bytes())?),
    }
}

/// One frame that counts, and its payload.
struct Replayed {
    decoded: Decoded,
    payload: Bytes,
}

struct Replay {
    frames: Vec<Replayed>,
    /// (position in `frames` before which it was lost, what its header seems to say)
    lost: Vec<(usize, Option<(PartitionId, i64, i64)>, String)>,
    files: Vec<PathBuf>,
    sequence: u64,
    number: u64,
    checksum: u32,
}

fn read_journal(disk: &dyn Disk, progress: &Progress, notes: &mut Vec<String>) -> Result<Replay, OpenError> {
    let folder = Path::new(journal::FOLDER);
    let mut files: BTreeMap<u64, PathBuf> = BTreeMap::new();
    for name in disk.list(folder)? {
        if let Some(number) = name.strip_suffix(".journal").and_then(|stem| u64::from_str_radix(stem, 16).ok()) {
            files.insert(number, folder.join(name));
        } else {
            disk.remove(&folder.join(name))?; // A spare: it holds nothing.
        }
    }
    let mut contents = Vec::new();
    for path in files.values() {
        let bytes = Bytes::from(read_file(disk, path)?.unwrap_or_default());
        progress.total.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        contents.push(bytes);
    }
    let mut replay = Replay {
        frames: Vec::new(),
        lost: Vec::new(),
        number: files.keys().next_back().copied().unwrap_or(0),
        files: files.into_values().collect(),
        sequence: 0,
        checksum: 0,
    };
    let mut chain: Option<u32> = None;
    let mut place = (0, 0);
    while place.0 < contents.len() {
        match step(&contents, place, chain, replay.sequence) {
            Step::Frame(decoded) => {
                let bytes = &contents[place.0];
                let payload = bytes.slice(place.1 + FRAME_BYTES..place.1 + decoded.total_bytes);
                chain = Some(decoded.checksum);
                replay.checksum = decoded.checksum;
                replay.sequence = replay.sequence.max(decoded.frame.sequence);
                replay.frames.push(Replayed { decoded, payload });
                place.1 += decoded.total_bytes;
            }
            Step::NextFile => place = (place.0 + 1, 0),
            Step::Broken => match proof_of_damage(&contents, place, replay.sequence) {
                None => {
                    if looks_written(&contents[place.0], place.1) {
                        let file = disk.show(&replay.files[place.0]);
                        notes.push(format!(
                            "a torn tail at byte {} of {file} was cut: it was never acknowledged",
                            place.1
                        ));
                    }
                    break;
                }
                Some((at, decoded)) => {
                    let text = format!(
                        "{} is damaged at byte {} below its durable mark",
                        disk.show(&replay.files[place.0]),
                        place.1
                    );
                    replay.lost.push((replay.frames.len(), hint(&contents[place.0], place.1), text));
                    chain = Some(decoded.previous);
                    replay.sequence = decoded.frame.sequence - 1;
                    place = at;
                }
            },
        }
        let done: usize = contents[..place.0.min(contents.len())].iter().map(Bytes::len).sum();
        progress.done.store((done + place.1) as u64, Ordering::Relaxed);
    }
    Ok(replay)
}

enum Step {
    Frame(Decoded),
    NextFile,
    Broken,
}

/// What stands at `place`: the next frame of the chain, the way to the next file, or a break.
fn step(contents: &[Bytes], place: (usize, usize), chain: Option<u32>, sequence: u64) -> Step {
    let bytes = &contents[place.0];
    if let Some(decoded) = frame::decode(&bytes[place.1..]) {
        let start = decoded.frame.kind == Kind::FileStart;
        let follows = if start { place.1 == 0 } else { chain.is_none() || decoded.frame.sequence == sequence + 1 };
        if follows && chain.is_none_or(|chain| chain == decoded.previous) {
            return Step::Frame(decoded);
        }
    }
    // The chain may go on in the next file: its first frame carries the checksum of the last one here.
    let goes_on = contents.get(place.0 + 1).and_then(|next| frame::decode(next));
    match (goes_on, chain) {
        (Some(next), Some(chain)) if next.frame.kind == Kind::FileStart && next.previous == chain => Step::NextFile,
        _ => Step::Broken,
    }
}

/// The first later frame, if some later frame says that the broken one had been durable.
fn proof_of_damage(contents: &[Bytes], place: (usize, usize), sequence: u64) -> Option<((usize, usize), Decoded)> {
    let mut first = None;
    let mut proven = false;
    for (file, bytes) in contents.iter().enumerate().skip(place.0) {
        let mut from = if file == place.0 { place.1 + 1 } else { 0 };
        while let Some((at, decoded)) = frame::find(bytes, from) {
            from = at + decoded.total_bytes;
            let newer = decoded.frame.sequence > sequence
                || decoded.frame.kind == Kind::FileStart && decoded.frame.sequence >= sequence && file > place.0;
            if !newer {
                continue; // A stale frame of a recycled file.
            }
            first.get_or_insert(((file, at), decoded));
            proven |= decoded.frame.durable > sequence;
        }
    }
    first.filter(|_| proven)
}

/// Whether there is anything but zeros and stale frames at a break.
fn looks_written(bytes: &[u8], at: usize) -> bool {
    bytes[at..].iter().take(FRAME_BYTES).any(|byte| *byte != 0)
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

pub(crate) fn topic_of(name: &str) -> Option<[u8; 16]> {
    if name.len() != 32 || !name.is_ascii() {
        return None;
    }
    let mut topic = [0; 16];
    for (at, byte) in topic.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&name[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(topic)
}

fn load_partitions(
    shared: &Arc<Shared>,
    checkpoint: &Checkpoint,
    replay: &Replay,
    recovered: &mut Recovered,
) -> Result<(), OpenError> {
    let disk = &*shared.disk;
    for name in disk.list(Path::new(TOPICS))? {
        let Some(topic) = topic_of(&name) else { continue };
        for index in disk.list(&Path::new(TOPICS).join(&name))? {
            let Ok(index) = index.parse::<i32>() else { continue };
            let id = PartitionId { topic, index };
            let in_journal = replay.frames.iter().any(|replayed| replayed.decoded.frame.partition == id);
            let inner = load_partition(shared, id, checkpoint.get(&id), in_journal, &mut recovered.notes)?;
            recovered.partitions.insert(id, Arc::new(Partition::new(id, shared.clone(), inner)));
        }
    }
    Ok(())
}

/// Open the segments, check what no checkpoint vouches for, rebuild the end of the indexes.
fn load_partition(
    shared: &Arc<Shared>,
    id: PartitionId,
    row: Option<&Row>,
    in_journal: bool,
    notes: &mut Vec<String>,
) -> Result<Inner, OpenError> {
    let (disk, folder) = (&*shared.disk, id.folder());
    let mut bases: Vec<i64> =
        disk.list(&folder)?.iter().filter_map(|name| name.strip_suffix(".log")?.parse().ok()).collect();
    bases.sort_unstable();
    let mut inner = Inner::empty(TopicConfig::default(), Vec::new());
    let vouched = row.map_or(0, |row| row.end);
    for (at, base) in bases.iter().enumerate() {
        let mut segment = Segment::open(disk, &folder, *base)?;
        let next_base = bases.get(at + 1).copied();
        let closed = next_base.is_some_and(|next| next <= vouched);
        if closed {
            let last = segment.times.lock().last_time_row()?;
            segment.marks.max_timestamp = last.map_or(-1, |row| row.0);
            segment.marks.max_timestamp_offset = last.map_or(-1, |row| base + i64::from(row.1));
            if last.is_none() && segment.bytes > 0 {
                check_segment(&mut segment, &mut inner, vouched, true, notes, disk, id)?;
            }
            inner.filled_end = next_base.unwrap_or(inner.filled_end);
        } else {
            inner.filled_end = inner.filled_end.max(*base);
            check_segment(&mut segment, &mut inner, vouched, in_journal, notes, disk, id)?;
        }
        inner.segments.push(segment);
    }
    if inner.segments.is_empty() {
        inner.segments.push(Segment::open(disk, &folder, row.map_or(0, |row| row.start))?);
        inner.filled_end = inner.segments[0].base;
    }
    inner.log_start = row.map_or(0, |row| row.start).max(inner.segments[0].base);
    inner.given_up = row.map_or_else(Vec::new, |row| row.given_up.clone());
    for (first, last) in row.map_or(&[][..], |row| &row.damaged[..]) {
        quarantine(&mut inner, *first, *last, "it was found damaged before");
    }
    Ok(inner)
}

/// Walk a segment from the last place that a checkpoint vouches for; cut a torn end, keep damage, index anew.
fn check_segment(
    segment: &mut Segment,
    inner: &mut Inner,
    vouched: i64,
    may_be_torn: bool,
    notes: &mut Vec<String>,
    disk: &dyn Disk,
    id: PartitionId,
) -> io::Result<()> {
    let interval = inner.config.index_interval_bytes;
    segment.offsets.lock().clear()?;
    segment.times.lock().clear()?;
    let (mut offset_rows, mut time_rows) = (Vec::new(), Vec::new());
    let log = segment.log.clone();
    let mut scan = Scan::new(&*log, 0, segment.bytes);
    let mut end = segment.base;
    let mut good = 0;
    loop {
        match scan.next()? {
            Found::Batch(header, at) => {
                let (offset_row, time_row) = segment.marks.note(&header, segment.base, at, interval);
                offset_rows.extend(offset_row);
                time_rows
                    .extend(time_row.filter(|row| time_rows.last().is_none_or(|last: &(i64, u32)| row.0 > last.0)));
                end = header.last_offset() + 1;
                good = scan.position;
            }
            Found::End => break,
            Found::Damage(at) => {
                let after = scan.resync(end, i64::MAX)?;
                if after.is_none() && end >= vouched && may_be_torn {
                    let file = disk.show(&id.folder());
                    notes.push(format!("{} bytes at the end of {file} were torn and are cut", segment.bytes - good));
                    log.truncate(good)?;
                    segment.bytes = good;
                    break;
                }
                let last = after.map_or(vouched, |(header, _)| header.base_offset) - 1;
                quarantine(inner, end, last.max(end), &format!("damaged at byte {at} of {:020}.log", segment.base));
                let Some((header, at)) = after else {
                    end = vouched.max(end);
                    break;
                };
                segment.marks.note(&header, segment.base, at, interval);
                end = header.last_offset() + 1;
                good = scan.position;
            }
        }
    }
    segment.offsets.lock().append_offsets(&offset_rows)?;
    segment.times.lock().append_times(&time_rows)?;
    inner.filled_end = inner.filled_end.max(end);
    Ok(())
}

fn quarantine(inner: &mut Inner, first: i64, last: i64, why: &str) {
    if inner.damage.iter().all(|known| known.first != first || known.last != last) {
        let reason = format!("offsets {first} to {last}: {why}; see leftfold doctor");
        inner.damage.push(Damage { first, last, reason });
    }
}

/// Put the journal's frames where they belong.
fn apply(shared: &Arc<Shared>, replay: &Replay, recovered: &mut Recovered) -> Result<(), OpenError> {
    let mut drops: HashMap<PartitionId, u64> = HashMap::new();
    for replayed in &replay.frames {
        if replayed.decoded.frame.kind == Kind::Drop {
            drops.insert(replayed.decoded.frame.partition, replayed.decoded.frame.sequence);
        }
    }
    let mut lost = replay.lost.iter().peekable();
    for (at, replayed) in replay.frames.iter().enumerate() {
        while let Some((_, hint, text)) = lost.next_if(|lost| lost.0 <= at) {
            lose(recovered, *hint, text)?;
        }
        let frame = &replayed.decoded.frame;
        let dropped = drops.get(&frame.partition).is_some_and(|sequence| frame.sequence < *sequence);
        if dropped {
            continue;
        }
        match frame.kind {
            Kind::FileStart | Kind::Stop => {}
            Kind::Drop => {
                recovered.partitions.remove(&frame.partition);
                shared
                    .disk
                    .remove_folder(&frame.partition.folder())
                    .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
            }
            Kind::Trim => {
                if let Some(partition) = recovered.partitions.get(&frame.partition) {
                    let mut inner = partition.inner.lock();
                    inner.log_start = inner.log_start.max(frame.base_offset);
                }
            }
            Kind::Data => refill(shared, replayed, recovered)?,
        }
    }
    for (_, hint, text) in lost {
        lose(recovered, *hint, text)?;
    }
    Ok(())
}

/// A frame of the journal is gone: whole in the segments already, or a range to be named, or a folder not to be opened.
fn lose(recovered: &mut Recovered, hint: Option<(PartitionId, i64, i64)>, text: &str) -> Result<(), OpenError> {
    let refused =
        || OpenError::Journal(format!("{text}, and what it held cannot be told: restore the folder from a copy"));
    let (id, first, last) = hint.ok_or_else(refused)?;
    let partition = recovered.partitions.get(&id).ok_or_else(refused)?;
    let mut inner = partition.inner.lock();
    if last < inner.filled_end {
        return Ok(());
    }
    if first != inner.filled_end {
        return Err(refused());
    }
    quarantine(&mut inner, first, last, text);
    inner.filled_end = last + 1;
    recovered.notes.push(format!("{text}: offsets {first} to {last} are quarantined"));
    Ok(())
}

fn refill(shared: &Arc<Shared>, replayed: &Replayed, recovered: &mut Recovered) -> Result<(), OpenError> {
    let frame = &replayed.decoded.frame;
    let id = frame.partition;
    if !recovered.partitions.contains_key(&id) {
        shared.disk.create_folder(&id.folder())?;
        let inner = load_partition(shared, id, None, true, &mut recovered.notes)?;
        recovered.partitions.insert(id, Arc::new(Partition::new(id, shared.clone(), inner)));
    }
    let partition = &recovered.partitions[&id];
    let Ok(header) = Header::parse(&replayed.payload) else {
        return Err(OpenError::Journal("a whole frame holds no batch".to_owned()));
    };
    {
        let mut inner = partition.inner.lock();
        if header.base_offset > inner.filled_end && header.last_offset() >= inner.filled_end {
            let (first, last) = (inner.filled_end, header.base_offset - 1);
            if first > 0 || !inner.segments.iter().all(|segment| segment.bytes == 0) {
                quarantine(&mut inner, first, last, "missing from the journal");
            }
            inner.filled_end = header.base_offset;
        }
    }
    let entry = Entry {
        kind: Kind::Data,
        sequence: frame.sequence,
        partition: partition.clone(),
        term: frame.term,
        base_offset: frame.base_offset,
        count: frame.count,
        bytes: replayed.payload.clone(),
        header: Some(header),
    };
    fill(partition, &[&entry])?;
    Ok(())
}

/// Everything that is in the segments now was durable: offsets, epochs and producers follow from it.
fn finish(partition: &Partition, row: Option<&Row>, notes: &mut Vec<String>) {
    let vouched = row.map_or(0, |row| row.end);
    let end = partition.inner.lock().filled_end;
    if end < vouched {
        quarantine(&mut partition.inner.lock(), end, vouched - 1, "the end of the last segment is missing");
        notes.push(format!("{}: offsets {end} to {} are missing", partition.path(), vouched - 1));
    }
    let mut inner = partition.inner.lock();
    inner.filled_end = end.max(vouched);
    inner.log_end = inner.filled_end;
    inner.high_watermark = inner.filled_end;
    inner.log_start = inner.log_start.min(inner.log_end);
    drop(inner);
    if let Err(error) = refold(partition) {
        notes.push(format!("{}: its producers could not be read: {error}", partition.path()));
    }
}

/// Fold producers and epochs from the last snapshot on.
fn refold(partition: &Partition) -> io::Result<()> {
    let mut inner = partition.inner.lock();
    let (mut producers, from) = load_producers(&*partition.shared.disk, partition.id, inner.filled_end)?;
    let mut epochs: Vec<(i32, i64)> = Vec::new();
    for (at, segment) in inner.segments.iter().enumerate() {
        let next = inner.segments.get(at + 1).map_or(i64::MAX, |next| next.base);
        let mut scan = Scan::new(&*segment.log, 0, segment.bytes);
        if next <= from {
            // Only its first batch is looked at, for the epoch.
            if let Found::Batch(header, _) = scan.next()? {
                note_epoch(&mut epochs, &header);
            }
            continue;
        }
        loop {
            match scan.next()? {
                Found::Batch(header, _) => {
                    note_epoch(&mut epochs, &header);
                    if header.has_producer() && header.base_offset >= from {
                        producers.record(&header, header.base_offset);
                    }
                }
                Found::Damage(_) => {
                    if scan.resync(0, i64::MAX)?.is_none() {
                        break;
                    }
                }
                Found::End => break,
            }
        }
    }
    inner.epochs = epochs;
    inner.producers = producers.clone();
    inner.filled_producers = producers;
    Ok(())
}

fn note_epoch(epochs: &mut Vec<(i32, i64)>, header: &Header) {
    if epochs.last().is_none_or(|last| last.0 < header.leader_epoch) {
        epochs.push((header.leader_epoch, header.base_offset));
    }
}

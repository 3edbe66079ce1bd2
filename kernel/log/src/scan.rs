//! Walks a segment, and says where it is damaged.

use std::io;
use std::sync::Arc;

use leftfold_batch::{HEADER_BYTES, Header};
use leftfold_ports::File;

/// Offsets that are not there, both ends included: quarantined or given up.
pub(crate) type Gap = (i64, i64);

/// Where offsets may be missing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gaps {
    /// Quarantined or given up.
    pub known: Vec<Gap>,
    /// Compaction took records out anywhere before this offset.
    pub compacted_end: i64,
}

impl Gaps {
    /// Up to where there may be nothing, if `offset` itself is not there.
    pub fn reach(&self, offset: i64) -> i64 {
        behind(&self.known, offset.max(self.compacted_end))
    }
}

/// (leader epoch, first offset), ascending; empty where they are not known.
pub(crate) type Epochs = Arc<Vec<(i32, i64)>>;

/// Whether a batch has the epoch that its place in the log asks for.
pub(crate) fn epoch_holds(epochs: &Epochs, header: &Header) -> bool {
    let after = epochs.partition_point(|epoch| epoch.1 <= header.base_offset);
    after.checked_sub(1).is_none_or(|at| epochs[at].0 == header.leader_epoch)
}

/// The first offset at or after `offset` that lies in no gap.
pub(crate) fn behind(gaps: &[Gap], mut offset: i64) -> i64 {
    while let Some(gap) = gaps.iter().find(|gap| gap.0 <= offset && offset <= gap.1) {
        offset = gap.1 + 1;
    }
    offset
}

/// Walks the batches of a log file by reading windows of it.
pub(crate) struct Scan<'a> {
    file: &'a dyn File,
    pub position: u64,
    end: u64,
    /// A batch's checksum does not cover its offset: that it follows the one before is its proof. None: the first one is
    /// believed, because an index row agrees with its last offset.
    expected: Option<i64>,
    gaps: Gaps,
    /// Neither does it cover the leader epoch; where the epochs are known for sure, they are compared.
    pub epochs: Epochs,
    window: Vec<u8>,
    window_at: u64,
}

/// What a scan meets.
pub(crate) enum Found {
    /// A batch whose checksum holds and whose offset follows, at the position.
    Batch(Header, u64),
    /// Bytes that are no whole, unharmed batch begin here.
    Damage(u64),
    End,
}

const WINDOW_BYTES: usize = 1 << 20;

impl<'a> Scan<'a> {
    pub fn new(file: &'a dyn File, position: u64, end: u64, expected: Option<i64>, gaps: Gaps) -> Self {
        Self { file, position, end, expected, gaps, epochs: Epochs::default(), window: Vec::new(), window_at: 0 }
    }

    /// `count` bytes at the current position, or fewer at the end.
    fn bytes(&mut self, count: usize) -> io::Result<&[u8]> {
        let count = count.min((self.end - self.position) as usize);
        let inside = self.position >= self.window_at
            && self.position + count as u64 <= self.window_at + self.window.len() as u64;
        if !inside {
            let wanted = count.max(WINDOW_BYTES).min((self.end - self.position) as usize);
            self.window.resize(wanted, 0);
            let got = self.file.read_at(&mut self.window, self.position)?;
            self.window.truncate(got);
            self.window_at = self.position;
        }
        let start = (self.position - self.window_at) as usize;
        Ok(&self.window[start..(start + count).min(self.window.len())])
    }

    pub fn next(&mut self) -> io::Result<Found> {
        if self.position >= self.end {
            return Ok(Found::End);
        }
        let at = self.position;
        let Ok(header) = Header::parse(self.bytes(HEADER_BYTES)?) else { return Ok(Found::Damage(at)) };
        let total = header.total_bytes();
        if total as u64 > self.end - at {
            return Ok(Found::Damage(at));
        }
        let batch = self.bytes(total)?;
        if batch.len() < total
            || header.check_crc(batch).is_err()
            || !epoch_holds(&self.epochs, &header)
            || !self.follows(&header)?
        {
            return Ok(Found::Damage(at));
        }
        self.expected = Some(header.last_offset() + 1);
        self.position += total as u64;
        Ok(Found::Batch(header, at))
    }

    /// Whether the batch at the current position follows the one before, at once or behind a known gap. Behind a gap, the
    /// batch after it must agree.
    fn follows(&mut self, header: &Header) -> io::Result<bool> {
        let Some(expected) = self.expected else { return Ok(true) };
        if header.base_offset <= expected || header.base_offset > self.gaps.reach(expected) {
            return Ok(header.base_offset == expected);
        }
        let at = self.position;
        self.position += header.total_bytes() as u64;
        let agrees = self.position >= self.end
            || Header::parse(self.bytes(HEADER_BYTES)?).is_ok_and(|next| next.base_offset > header.last_offset());
        self.position = at;
        Ok(agrees)
    }

    /// The bytes of the batch that `next` just returned, for as long as nothing else is read.
    pub fn batch(&mut self, header: &Header, at: u64) -> io::Result<&[u8]> {
        let from = at.checked_sub(self.window_at).map(|from| from as usize);
        let inside = from.is_some_and(|from| from + header.total_bytes() <= self.window.len());
        if !inside {
            let after = std::mem::replace(&mut self.position, at);
            self.bytes(header.total_bytes())?;
            self.position = after;
        }
        let from = (at - self.window_at) as usize;
        self.window.get(from..from + header.total_bytes()).ok_or_else(|| io::Error::other("a batch went missing"))
    }

    /// The same bytes, to be kept.
    pub fn last_batch(&mut self, header: &Header, at: u64) -> io::Result<Vec<u8>> {
        let after = std::mem::replace(&mut self.position, at);
        let batch = self.bytes(header.total_bytes())?.to_vec();
        self.position = after;
        Ok(batch)
    }

    /// From damage on: the next whole batch with an offset in [`from`, `below`), by looking at every byte.
    pub fn resync(&mut self, from: i64, below: i64) -> io::Result<Option<(Header, u64)>> {
        self.position += 1;
        while self.position + HEADER_BYTES as u64 <= self.end {
            if let Ok(header) = Header::parse(self.bytes(HEADER_BYTES)?)
                && header.base_offset >= from
                && header.last_offset() < below
                && header.last_offset_delta >= 0
            {
                let at = self.position;
                self.expected = None;
                if let Found::Batch(header, at) = self.next()? {
                    return Ok(Some((header, at)));
                }
                self.position = at;
            }
            self.position += 1;
        }
        Ok(None)
    }
}

//! The journal's files: one is written, some wait to be.

use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::{Journal, Trouble, Writer};
use crate::PartitionId;
use crate::frame::{self, FRAME_BYTES, Frame, Kind};

pub const FOLDER: &str = "journal";
/// Recycled files kept for later. Under load as many are on their way (being written, filled, or waiting for a checkpoint) as
/// the disk is slow: with fewer, files would be removed and zeroed anew all the time, beside the rounds that should be fast.
const SPARES_MAX: usize = 6;
/// Who has written so much, or so often, to a file that grows, soon gets one that does not.
const BUSY_BYTES: u64 = 1 << 20;
const BUSY_ROUNDS: u64 = 256;
const ZEROED_AT_ONCE: usize = 1 << 20;
/// A file that grows reserves room in steps of this, so that a full disk is met before a write and not in it.
const GROW_BYTES_MAX: u64 = 4 << 20;
const CONTROL_BYTES_MAX: u64 = 64 << 10;

fn file_path(number: u64) -> PathBuf {
    Path::new(FOLDER).join(format!("{number:016x}.journal"))
}

impl Journal {
    /// Room that only trims and drops may use.
    pub(super) fn control_bytes(&self) -> u64 {
        CONTROL_BYTES_MAX.min(self.growth() / 8)
    }

    fn growth(&self) -> u64 {
        GROW_BYTES_MAX.min(self.settings.journal_file_bytes / 4)
    }

    pub(super) fn reserve(&self, writer: &mut Writer, need: u64) -> Result<(), Trouble> {
        let Some(file) = &writer.file else { return Ok(()) };
        if writer.position + need > writer.reserved {
            let wanted = writer.position + need + self.growth();
            file.reserve(wanted).map_err(Trouble::of)?;
            writer.reserved = wanted;
        }
        Ok(())
    }

    /// Begin a file: a prepared one if there is one, else one that grows.
    pub(super) fn next_file(&self, writer: &mut Writer, need: u64) -> Result<(), Trouble> {
        let number = writer.number + u64::from(writer.file.is_some());
        let path = file_path(number);
        let grows = writer.spares.is_empty();
        if let Some(spare) = writer.spares.last() {
            self.disk.rename(spare, &path).map_err(Trouble::of)?;
            writer.spares.pop();
        }
        let file = self.disk.create(&path).map_err(Trouble::of)?;
        let reserved = file.bytes().map_err(Trouble::of)?;
        if reserved < need + FRAME_BYTES as u64 {
            file.reserve(need + FRAME_BYTES as u64 + self.growth()).map_err(Trouble::of)?;
        }
        let start = Frame {
            kind: Kind::FileStart,
            sequence: writer.sequence,
            durable: writer.sequence,
            partition: PartitionId { topic: [0; 16], index: 0 },
            term: 0,
            index: number,
            base_offset: 0,
            count: 0,
        };
        // A recycled file must have its new name for good before its contents change: under its old name it may be replayed.
        self.disk.sync_folder(Path::new(FOLDER)).map_err(Trouble::Failed)?;
        let (header, checksum) = frame::encode(&start, &[], writer.previous);
        file.write_at(&[IoSlice::new(&header)], 0).map_err(Trouble::of)?;
        writer.reserved = reserved.max(need + FRAME_BYTES as u64 + self.growth());
        writer.previous = checksum;
        writer.file = Some(file);
        writer.grows = grows;
        writer.number = number;
        writer.position = FRAME_BYTES as u64;
        Ok(())
    }

    /// The file that is being written: those before it may be recycled once filled.
    pub fn current_file(&self) -> u64 {
        self.writer.lock().number
    }

    /// Zero a file ahead of its use, when the current one grows under load or is half full: overwriting costs a sixth of
    /// growing.
    pub fn prepare(&self) -> io::Result<()> {
        let name = {
            let mut writer = self.writer.lock();
            let busy = writer.position >= BUSY_BYTES || self.rounds.load(Ordering::Relaxed) >= BUSY_ROUNDS;
            let soon = writer.position >= self.settings.journal_file_bytes / 2;
            if !writer.spares.is_empty() || !(soon || writer.grows && busy) {
                return Ok(());
            }
            writer.spare_number += 1;
            Path::new(FOLDER).join(format!("{:016x}.spare", writer.spare_number))
        };
        if let Err(error) = self.zero(&name) {
            let _ = self.disk.remove(&name); // It would only take room that is missing.
            return Err(error);
        }
        self.writer.lock().spares.push(name);
        Ok(())
    }

    /// Piece by piece, so that a round never waits for the sync of much more than its own bytes.
    fn zero(&self, name: &Path) -> io::Result<()> {
        let file = self.disk.create(name)?;
        let zeros = vec![0; ZEROED_AT_ONCE];
        let mut position = 0;
        while position < self.settings.journal_file_bytes {
            file.write_at(&[IoSlice::new(&zeros)], position)?;
            file.sync()?;
            position += zeros.len() as u64;
        }
        Ok(())
    }

    /// A file whose frames are all in synced segments: keep it for later, or remove it.
    pub fn recycle(&self, number: u64) -> io::Result<()> {
        let mut writer = self.writer.lock();
        let path = file_path(number);
        if writer.spares.len() >= SPARES_MAX || self.disk.open(&path)?.bytes()? < self.settings.journal_file_bytes {
            return self.disk.remove(&path);
        }
        writer.spare_number += 1;
        let name = Path::new(FOLDER).join(format!("{:016x}.spare", writer.spare_number));
        self.disk.rename(&path, &name)?;
        writer.spares.push(name);
        Ok(())
    }

    /// The last frame of a clean stop, so that the next start knows that nothing is missing.
    pub fn write_stop(&self) -> io::Result<()> {
        let mut writer = self.writer.lock();
        let sequence = writer.sequence + 1;
        let stop = Frame {
            kind: Kind::Stop,
            sequence,
            durable: sequence - 1,
            partition: PartitionId { topic: [0; 16], index: 0 },
            term: 0,
            index: 0,
            base_offset: 0,
            count: 0,
        };
        if writer.file.is_none() {
            match self.next_file(&mut writer, FRAME_BYTES as u64) {
                Ok(()) => {}
                Err(Trouble::Full) => return Ok(()),
                Err(Trouble::Failed(error)) => return Err(error),
            }
        }
        let (header, checksum) = frame::encode(&stop, &[], writer.previous);
        let Some(file) = writer.file.clone() else { return Ok(()) };
        file.write_at(&[IoSlice::new(&header)], writer.position)?;
        file.sync()?;
        writer.previous = checksum;
        writer.sequence = sequence;
        writer.position += FRAME_BYTES as u64;
        Ok(())
    }
}

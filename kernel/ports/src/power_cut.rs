//! What a power cut leaves of the operations of a disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::sim::Chance;

/// A disk writes pieces of this size whole or not at all.
pub const PIECE_BYTES: usize = 512;

pub(crate) type Node = u64;

#[derive(Clone)]
pub(crate) enum Step {
    Write(Node, u64, Vec<u8>),
    Truncate(Node, u64),
    Sync(Node),
    Link(PathBuf, Node),
    Rename(PathBuf, PathBuf),
    Unlink(PathBuf),
    MakeFolder(PathBuf),
    RemoveFolder(PathBuf),
    SyncFolder(PathBuf),
    SyncAll,
}

/// Whether a change of names becomes durable when `folder` is synced.
pub(crate) fn in_folder(change: &Step, folder: &Path) -> bool {
    match change {
        Step::Link(path, _)
        | Step::Unlink(path)
        | Step::Rename(_, path)
        | Step::MakeFolder(path)
        | Step::RemoveFolder(path) => path.parent() == Some(folder),
        _ => false,
    }
}

/// The names on a disk.
pub(crate) struct Tree {
    pub names: BTreeMap<PathBuf, Node>,
    pub folders: BTreeSet<PathBuf>,
}

impl Tree {
    pub fn apply(&mut self, change: &Step) {
        match change {
            Step::Link(path, node) => {
                self.names.insert(path.clone(), *node);
            }
            Step::Rename(from, to) => self.rename(from, to),
            Step::Unlink(path) => {
                self.names.remove(path);
            }
            Step::MakeFolder(path) => {
                self.folders.insert(path.clone());
            }
            Step::RemoveFolder(path) => {
                self.names.retain(|name, _| !name.starts_with(path));
                self.folders.retain(|name| !name.starts_with(path));
            }
            _ => {}
        }
    }

    /// A file, or a folder with all that is below it.
    pub fn rename(&mut self, from: &Path, to: &Path) {
        let moved = |name: &PathBuf| {
            let rest = name.strip_prefix(from).ok()?;
            Some(if rest.as_os_str().is_empty() { to.to_owned() } else { to.join(rest) })
        };
        let names = std::mem::take(&mut self.names);
        // What moves comes last, so that it replaces what had the name before.
        let (going, staying): (Vec<_>, Vec<_>) = names.into_iter().partition(|(name, _)| moved(name).is_some());
        self.names.extend(staying);
        self.names.extend(going.into_iter().filter_map(|(name, node)| Some((moved(&name)?, node))));
        let folders = std::mem::take(&mut self.folders);
        self.folders.extend(folders.into_iter().map(|name| moved(&name).unwrap_or(name)));
    }

    /// A name in a folder that never became durable leads nowhere.
    pub fn forget_the_unreachable(&mut self) {
        let folders = self.folders.clone();
        let reachable =
            |path: &Path| path.ancestors().skip(1).all(|above| above.as_os_str().is_empty() || folders.contains(above));
        self.names.retain(|name, _| reachable(name));
        self.folders.retain(|name| reachable(name));
    }
}

pub(crate) fn apply(contents: &mut BTreeMap<Node, Vec<u8>>, step: &Step, mut chance: Option<&mut Chance>) {
    match step {
        Step::Write(node, position, bytes) => {
            let file = contents.entry(*node).or_default();
            let mut at = *position as usize;
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(rest.len().min(PIECE_BYTES - at % PIECE_BYTES));
                if chance.as_mut().is_none_or(|chance| chance.below(2) == 0) {
                    if file.len() < at + piece.len() {
                        file.resize(at + piece.len(), 0);
                    }
                    file[at..at + piece.len()].copy_from_slice(piece);
                }
                at += piece.len();
                rest = after;
            }
        }
        Step::Truncate(node, bytes) if chance.is_none_or(|chance| chance.below(2) == 0) => {
            contents.entry(*node).or_default().resize(*bytes as usize, 0);
        }
        _ => {}
    }
}

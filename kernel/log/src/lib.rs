//! The journal, and the partitions filled behind it.
//!
//! A record is acknowledged when its frame in the journal is durable; the segments that Kafka's tools can read are filled
//! from there, and a journal file is recycled only after the segments it fed have been synced. One lock guards each
//! partition; nobody holds it while touching the disk.

mod aborted;
mod at_risk;
mod cache;
mod checkpoint;
mod clean;
mod compact;
mod damage;
mod epochs;
mod error;
mod fill_queue;
mod filler;
mod frame;
mod index;
mod inspect;
mod journal;
mod log;
mod partition;
mod pool;
mod read;
mod recovery;
mod refill;
mod replay;
mod scan;
mod segment;
mod settings;
mod settle;
mod tickets;
mod transactions;
mod version;
mod waiters;

pub use aborted::AbortedTransaction;
pub use compact::Breath;
pub use compact::report::{Cause, CompactionFailure, Compactions};
pub use damage::{GiveUpError, GivenUp};
pub use error::{AppendError, Failed, OpenError, ReadError, Stopped};
pub use journal::FOLDER as JOURNAL_FOLDER;
pub use log::{Log, Progress};
pub use partition::{Appended, Damage, Offsets, Partition, PartitionId, ProducerView, WaitPast};
pub use settings::{LogSettings, TopicConfig};
pub use tickets::Ticket;
pub use transactions::{OldestTransaction, Verification};

//! Sockets in front of the log, and the queue to Python.
//!
//! A few worker threads each run one event loop; a connection lives on one of them. Hot requests are answered there, from the
//! tables that Python publishes; everything else is handed over through [`calls::Calls`]. No thread here ever takes the GIL.

mod answer_budget;
mod answers;
mod api_versions;
mod aside;
mod bell;
mod calls;
mod codes;
mod connection;
mod counters;
mod fetch;
mod frame_bytes;
mod gate;
mod intake;
mod jobs;
mod listen;
mod loops;
mod mentions;
mod metadata;
mod offsets;
mod pace;
mod produce;
mod rate;
mod reading;
mod recoding;
mod sessions;
mod settings;
mod shell;
mod tables;
mod under_way;
mod verifying;
mod waker;

pub use calls::{Call, Item, Verify};
pub use counters::{LATENCY_BOUNDS_US, RequestCounts};
pub use loops::Loops;
pub use pace::PaceMin;
pub use settings::{ListenerSettings, ShellSettings};
pub use shell::{ListenError, Shell, ShellCounts};
pub use tables::{Api, Broker, NodeTable, PartitionRow, TopicConfigTable, TopicRow};

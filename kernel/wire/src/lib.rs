//! Kafka frames and the hot requests.
//!
//! Bytes to values and values to bytes; nobody here knows a socket, a clock or a table. The messages in [`generated`] are
//! written by `tools/generate_wire.py` from the facts in `schemas/kafka/messages`; what they stand on is written by hand:
//! [`Reader`] and [`Writer`] for the primitive types (KIP-482), [`Array`] and [`Records`] as views of bytes that stay where
//! they are, [`header`] and [`frame`] for what surrounds a message.
//!
//! Invariants: decoding allocates nothing, however long an array says it is; every length is compared with the bytes that
//! are left before it is used; record bytes are never copied, neither on the way in nor on the way out.
//!
//! ```
//! use leftfold_wire::generated::{metadata_request::MetadataRequestTopic, MetadataRequest};
//! use leftfold_wire::{Array, Message};
//!
//! let topics = [MetadataRequestTopic { name: Some("orders"), ..Default::default() }];
//! let request = MetadataRequest { topics: Some(Array::of(&topics)), ..Default::default() };
//! let body = request.body(12).concat();
//! let read = MetadataRequest::parse(&body, 12)?;
//! let names: Vec<_> = read.topics.into_iter().flatten().map(|topic| topic.name).collect();
//! assert_eq!(names, [Some("orders")]);
//! # Ok::<(), leftfold_wire::WireError>(())
//! ```

mod error;
pub mod frame;
#[rustfmt::skip]
#[allow(clippy::derivable_impls, clippy::field_reassign_with_default, reason = "one shape for every struct")]
pub mod generated;
pub mod header;
pub mod hot;
mod reader;
mod view;
mod writer;

pub use error::{Problem, WireError};
pub use hot::Request;
pub use reader::Reader;
pub use view::{Array, Element, Items, Mapped, Message, Records, Rows, Uuid};
pub use writer::Writer;

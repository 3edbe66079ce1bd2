//! What hostile bytes may do to the kernel, target by target.

mod allocator;
pub mod frame;
pub mod hot_requests;
pub mod record_batch;
pub mod seeds;

pub use allocator::{Counting, allowance, within};

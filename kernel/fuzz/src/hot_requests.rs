//! Any bytes as one of the kernel's own requests.

use crate::{allowance, within};

/// Decode a frame without its length, and hold whatever was decoded to its word.
pub fn run(frame: &[u8]) {
    within(allowance(frame), || leftfold_wire::hot::check_any_frame(frame));
}

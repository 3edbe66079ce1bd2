//! Any bytes as one of the kernel's own requests.
#![no_main]

use leftfold_fuzz::{Counting, allowance, within};
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fuzz_target!(|frame: &[u8]| within(allowance(frame), || leftfold_wire::hot::check_any_frame(frame)));

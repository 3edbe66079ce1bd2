//! Any bytes as one of the kernel's own requests.
#![no_main]

use leftfold_fuzz::{Counting, hot_requests};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hot_requests::run(bytes));

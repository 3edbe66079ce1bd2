//! Any bytes as the stream of one connection.
#![no_main]

use leftfold_fuzz::{Counting, frame};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| frame::run(bytes));

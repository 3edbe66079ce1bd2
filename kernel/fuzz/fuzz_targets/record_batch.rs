//! Any bytes as a produced batch.
#![no_main]

use leftfold_fuzz::{Counting, record_batch};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| record_batch::run(bytes));

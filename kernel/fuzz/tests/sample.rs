//! A sample of fuzzing that needs no fuzzer: every seed, and what a few changes make of it.

use leftfold_fuzz::seeds::{self, Seed};
use leftfold_fuzz::{Counting, frame, hot_requests, record_batch};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Changed copies of each seed: enough to meet every branch of the parsers, few enough for a second or two.
const CHANGED: u64 = 10_000;

/// Numbers of SplitMix64, the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// One to four changes, each of a kind that parsers trip over: a bit, an edge of a number, a piece lost or doubled.
fn change(seed: &[u8], chance: &mut Chance) -> Vec<u8> {
    const EDGES: [&[u8]; 6] = [&[0], &[0xff], &[0x7f, 0xff, 0xff, 0xff], &[0xff; 4], &[0x80, 0, 0, 0], &[0xff; 10]];
    let mut bytes = seed.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len());
        match chance.below(5) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
            1 => {
                let edge = EDGES[chance.below(EDGES.len())];
                let end = (at + edge.len()).min(bytes.len());
                bytes.splice(at..end, edge.iter().copied());
            }
            2 => drop(bytes.drain(at..at + chance.below(bytes.len() - at))),
            3 => {
                let piece = bytes[at..at + chance.below(bytes.len() - at)].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Run every seed, every beginning of it, and changed copies. What panics shows the input that made it.
fn sample(seeds: &[Seed], run: fn(&[u8])) {
    for (number, (name, seed)) in seeds.iter().enumerate() {
        let mut chance = Chance(number as u64);
        let beginnings = (0..=seed.len()).map(|end| seed[..end].to_vec());
        let changed = (0..CHANGED).map(|_| change(seed, &mut chance));
        for input in beginnings.chain(changed) {
            if std::panic::catch_unwind(|| run(&input)).is_err() {
                panic!("the seed {name} became {input:02x?}");
            }
        }
    }
}

#[test]
fn any_bytes_may_come_as_a_stream() {
    sample(&seeds::frames(), frame::run);
}

#[test]
fn any_bytes_may_come_as_a_hot_request() {
    sample(&seeds::hot_requests(), hot_requests::run);
}

#[test]
fn any_bytes_may_come_as_a_batch() {
    sample(&seeds::record_batches(), record_batch::run);
}

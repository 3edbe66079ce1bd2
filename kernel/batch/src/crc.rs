//! CRC-32C (Castagnoli), for batches, snapshots and frames.

use crc_fast::{CrcAlgorithm, Digest, checksum};

#[must_use]
pub fn crc32c(bytes: &[u8]) -> u32 {
    checksum(CrcAlgorithm::Crc32Iscsi, bytes) as u32
}

/// Over several pieces, as if they were one.
#[must_use]
pub fn crc32c_of(pieces: &[&[u8]]) -> u32 {
    let mut digest = Digest::new(CrcAlgorithm::Crc32Iscsi);
    for piece in pieces {
        digest.update(piece);
    }
    digest.finalize() as u32
}

/// Of `first` and then `second`, from the checksums of both; `second_bytes` is the length of what is second.
///
/// A checksum is the remainder of a polynomial: to put bytes behind it is to multiply it by x for each of their bits. That takes
/// less than a microsecond whatever the length; the general way of `crc_fast`, by matrices, takes eight.
#[must_use]
pub fn crc32c_join(first: u32, second: u32, second_bytes: usize) -> u32 {
    let mut moved = first;
    let mut bits = second_bytes as u64;
    for power in &POWERS[BYTE..] {
        if bits & 1 == 1 {
            moved = times(moved, *power);
        }
        bits >>= 1;
        if bits == 0 {
            break;
        }
    }
    moved ^ second
}

/// The polynomial, lowest power first: bit 31 is x^0.
const POLYNOMIAL: u32 = 0x82f6_3b78;
const X: u32 = 1 << 30;
/// A byte is x^8, and that is x^(2^3).
const BYTE: usize = 3;

/// x^(2^n), each the square of the one before.
const POWERS: [u32; BYTE + u64::BITS as usize] = {
    let mut powers = [X; BYTE + u64::BITS as usize];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = times(powers[at - 1], powers[at - 1]);
        at += 1;
    }
    powers
};

/// The product of two remainders.
const fn times(a: u32, mut b: u32) -> u32 {
    let mut product = 0;
    let mut place = u32::BITS;
    while place > 0 {
        place -= 1;
        product ^= b & (a >> place & 1).wrapping_neg();
        b = (b >> 1) ^ (POLYNOMIAL & (b & 1).wrapping_neg());
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_checksums_are_those_of_all_bytes() {
        let bytes: Vec<u8> = (0..70_000u32).map(|place| (place * 31 % 251) as u8).collect();
        for whole in [0, 1, 2, 61, 255, 256, 4097, bytes.len()] {
            for cut in [0, 1, 21, whole / 2, whole] {
                let (first, second) = bytes[..whole].split_at(cut.min(whole));
                let joined = crc32c_join(crc32c(first), crc32c(second), second.len());
                assert_eq!(joined, crc32c(&bytes[..whole]), "{} and {} bytes", first.len(), second.len());
                assert_eq!(joined, crc32c_of(&[first, second]));
            }
        }
    }

    #[test]
    fn a_length_of_any_size_is_as_the_general_way_has_it() {
        for length in [1 << 20, 1 << 30, (1 << 40) + 12_345, usize::MAX] {
            let general = crc_fast::checksum_combine(CrcAlgorithm::Crc32Iscsi, 0x1234_5678, 0x9abc_def0, length as u64);
            assert_eq!(u64::from(crc32c_join(0x1234_5678, 0x9abc_def0, length)), general, "{length} bytes");
        }
    }
}

//! Kafka's `leader-epoch-checkpoint` file, for its tools.
//!
//! A version, a count, and a line for each leader epoch with the offset that it began at (KIP-101). Recovery itself does
//! not read it: the checkpoint and the batches know the epochs.

use std::fmt::Write;

use crate::partition::Inner;

pub(crate) const FILE: &str = "leader-epoch-checkpoint";
const VERSION: u32 = 0;

/// The file's text, unless it says so already; the caller writes it.
pub(crate) fn to_write(inner: &mut Inner) -> Option<String> {
    let epochs = visible(&inner.epochs, inner.log_start, inner.filled_end);
    if epochs == inner.epochs_written {
        return None;
    }
    let mut text = format!("{VERSION}\n{}\n", epochs.len());
    for (epoch, first) in &epochs {
        let _ = writeln!(text, "{epoch} {first}"); // A string takes what it is given.
    }
    inner.epochs_written = epochs;
    Some(text)
}

/// The epochs of the offsets from `start` to `end`, as Kafka keeps them: the one that holds the start begins there.
fn visible(epochs: &[(i32, i64)], start: i64, end: i64) -> Vec<(i32, i64)> {
    let first = epochs.partition_point(|epoch| epoch.1 <= start).saturating_sub(1);
    let kept = epochs[first..].iter().filter(|epoch| epoch.1 < end);
    kept.map(|(epoch, from)| (*epoch, *from.max(&start))).collect()
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn epochs_before_the_start_are_left_out() {
        let epochs = [(0, 0), (2, 10), (5, 20)];
        assert_eq!(visible(&epochs, 0, 30), epochs);
        assert_eq!(visible(&epochs, 10, 30), [(2, 10), (5, 20)]);
        assert_eq!(visible(&epochs, 15, 30), [(2, 15), (5, 20)]);
        assert_eq!(visible(&epochs, 15, 20), [(2, 15)]);
        assert_eq!(visible(&[], 15, 20), []);
    }
}

//! What write.caching puts at risk: 100 ms, or 64 MiB.

mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use leftfold_log::{LogSettings, Partition, TopicConfig};
use leftfold_ports::Clock;
use leftfold_ports::sim::{Chance, SimDisk};
use world::{World, append, batch, config, outcome, read_all, settings};

const WINDOW_MS: i64 = 100;

fn open(settings: LogSettings) -> (World, Arc<Partition>) {
    let world = World::open_with(&SimDisk::new(), settings).unwrap_or_else(|error| panic!("{error}"));
    let partition = world.create(1, TopicConfig { write_caching: true, ..config() });
    (world, partition)
}

fn some(number: usize) -> Vec<u8> {
    batch(&[format!("{number}-{}", "c".repeat(100))], None)
}

/// Whether it was acknowledged at once.
fn at_once(partition: &Arc<Partition>) -> bool {
    append(partition, some(0)).unwrap_or_else(|error| panic!("{error:?}")).ticket.is_none()
}

#[test]
fn the_defaults_are_what_is_promised() {
    let settings = LogSettings::default();
    assert_eq!((settings.at_risk_ms_max, settings.at_risk_bytes_max), (100, 64 << 20));
    assert!(
        settings.caching_delay_ms < settings.at_risk_ms_max && settings.caching_bytes_max < settings.at_risk_bytes_max
    );
}

#[test]
fn what_was_acknowledged_is_written_after_a_delay_and_durable_writes_do_not_wait() {
    let (world, partition) = open(settings());
    assert_eq!(world.log.commit_due_us(), None);
    assert!(at_once(&partition));
    assert_eq!(world.log.commit_due_us(), Some(20_000));
    world.clock.advance(15);
    assert!(at_once(&partition));
    assert_eq!(world.log.commit_due_us(), Some(5_000), "the first one counts");
    world.clock.advance(10);
    assert_eq!(world.log.commit_due_us(), Some(0));
    world.commit();
    assert!(at_once(&partition));
    append(&world.partition(2), some(0)).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(world.log.commit_due_us(), Some(0), "somebody waits for this one");
}

#[test]
fn a_disk_that_does_not_follow_makes_acknowledgements_wait() {
    let (world, partition) = open(settings());
    assert!(at_once(&partition));
    world.clock.advance(WINDOW_MS - 1);
    assert!(at_once(&partition));
    world.clock.advance(1);
    let mut late = append(&partition, some(1)).unwrap_or_else(|error| panic!("{error:?}")).ticket.expect("a ticket");
    assert_eq!(outcome(&mut late), None);
    assert_eq!(read_all(&partition).len(), 2, "nor is it shown");
    assert_eq!(world.log.commit_due_us(), Some(0));
    world.commit();
    assert_eq!(outcome(&mut late), Some(Ok(())));
    assert_eq!(read_all(&partition).len(), 3);
    assert!(at_once(&partition), "once the disk has followed");
}

#[test]
fn bytes_at_risk_are_bounded_too() {
    let (world, partition) = open(LogSettings { at_risk_bytes_max: 2_000, ..settings() });
    let taken = (0..100).take_while(|_| at_once(&partition)).count();
    let size = some(0).len();
    assert_eq!(taken, 2_000 / size);
    world.commit();
    assert!(at_once(&partition));
}

/// Appends, time and rounds in any order; then the power goes, and what is gone of what was acknowledged is looked at.
#[test]
fn a_power_cut_takes_at_most_the_window() {
    let bytes_max = 4_000;
    let mut lost_most = (0, 0);
    for seed in 0..60 {
        let mut chance = Chance::new(seed);
        let (world, partition) = open(LogSettings { at_risk_bytes_max: bytes_max, ..settings() });
        // (when, how large) by offset
        let mut acknowledged: BTreeMap<i64, (i64, usize)> = BTreeMap::new();
        for turn in 0..200 {
            match chance.below(10) {
                0 => world.commit(),
                1 => world.fill(),
                2 | 3 => world.clock.advance(chance.below(60) as i64),
                _ => {
                    let bytes = some(turn);
                    let size = bytes.len();
                    let appended = append(&partition, bytes).unwrap_or_else(|error| panic!("{error:?}"));
                    if appended.ticket.is_none() {
                        acknowledged.insert(appended.base_offset, (world.clock.wall_ms(), size));
                    }
                }
            }
            if turn % 10 != 9 {
                continue;
            }
            let image = world.disk.after_power_cut(world.disk.steps(), &mut chance);
            let again = World::open(&image).unwrap_or_else(|error| panic!("{error}"));
            let end = again.partition(1).offsets().log_end;
            let lost: Vec<_> = acknowledged.range(end..).map(|(_, lost)| *lost).collect();
            let newest = lost.iter().map(|lost| lost.0).max().unwrap_or(0);
            let span = newest - lost.iter().map(|lost| lost.0).min().unwrap_or(0);
            let bytes: usize = lost.iter().map(|lost| lost.1).sum();
            assert!(span < WINDOW_MS && bytes <= bytes_max, "seed {seed}, turn {turn}: {span} ms, {bytes} bytes");
            lost_most = (lost_most.0.max(span), lost_most.1.max(bytes));
        }
    }
    assert!(lost_most.0 > 50 && lost_most.1 > bytes_max / 2, "the bounds were nearly met: {lost_most:?}");
}

//! Power cuts after every step that a log took.
//!
//! One run of a log is recorded by its disk; then the disk is built as a cut after a step would leave it, with unsynced
//! pieces and names dropped by a seeded draw, and the log is opened on it. A sample of the steps is tried unless
//! `LEFTFOLD_IMAGES` says how many draws each step gets.

mod world;

use std::collections::BTreeMap;

use leftfold_log::{Partition, TopicConfig};
use leftfold_ports::sim::{Chance, SimDisk};
use world::{MARKER, World, append, append_transactional, batch, config, end, outcome, read_all};

const PARTITIONS: u8 = 5;
/// This one has write.caching=true: what it acknowledged may be lost, but never torn or out of order.
const CACHED: u8 = 2;
/// DeleteRecords moves the start of this one, and retention by size that of the other.
const TRIMMED: u8 = 1;
const RETAINED: u8 = 3;
/// Three producers write to this one in transactions.
const TRANSACTIONAL: u8 = 4;
/// Topics from here on live for some turns each, and are then dropped or set aside.
const SHORT_LIVED: u8 = 5;
const TURNS_OF_A_LIFE: u64 = 24;
const PRODUCER: i64 = 7;
/// Without LEFTFOLD_IMAGES, one of so many steps is tried.
const SAMPLE: usize = 6;

/// What the run promised, with the step of the disk by which it had promised it.
#[derive(Default)]
struct History {
    /// (partition, first offset, values, sequence), as submitted.
    appended: Vec<(u8, i64, Vec<String>, i32)>,
    /// (base offset, producer, None for its records and whether it commits for its marker) of TRANSACTIONAL, in order.
    transactions: Vec<(i64, i64, Option<bool>)>,
    /// (step, place in `appended`)
    acknowledged: Vec<(usize, usize)>,
    /// (step at which it was asked for, partition, start)
    trims_asked: Vec<(usize, u8, i64)>,
    /// (step, partition, start)
    trims_acknowledged: Vec<(usize, u8, i64)>,
    /// (step at which it was asked for, step by which it was promised, partition)
    drops: Vec<(usize, usize, u8)>,
    /// The same, and where the folder went.
    set_aside: Vec<(usize, usize, u8, String)>,
}

impl History {
    /// Whether somebody had asked by then that the partition should go.
    fn may_be_gone(&self, partition: u8, step: usize) -> bool {
        self.drops.iter().any(|drop| drop.2 == partition && drop.0 <= step)
            || self.set_aside.iter().any(|aside| aside.2 == partition && aside.0 <= step)
    }

    fn value_at(&self, partition: u8, offset: i64) -> Option<&String> {
        self.appended.iter().find_map(|(of, base, values, _)| {
            let place = usize::try_from(offset - base).ok()?;
            (*of == partition).then(|| values.get(place)).flatten()
        })
    }
}

fn config_of(number: u8) -> TopicConfig {
    let retention_bytes = if number == RETAINED { 8 << 10 } else { -1 };
    TopicConfig { write_caching: number == CACHED, retention_bytes, ..config() }
}

/// The next batch of one of the producers: records, or the marker of its open transaction.
fn append_to_transactions(
    world: &World,
    producers: &mut [(i16, i32); 3],
    chance: &mut Chance,
    history: &mut History,
) -> leftfold_log::Appended {
    let partition = world.partition(TRANSACTIONAL);
    let producer = chance.below(3);
    let (epoch, sequence) = &mut producers[producer as usize];
    let id = 100 + producer as i64;
    let (appended, marker) = if *sequence > 0 && chance.below(3) == 0 {
        (*epoch, *sequence) = (*epoch + 1, 0);
        let commit = chance.below(2) == 0;
        (end(&partition, id, *epoch, commit), Some(commit))
    } else {
        let values = vec!["t".repeat(100)];
        *sequence += 1;
        (append_transactional(&partition, &values, (id, *epoch, *sequence - 1)), None)
    };
    let appended = appended.unwrap_or_else(|error| panic!("an append: {error:?}"));
    let value = if marker.is_some() { MARKER.to_owned() } else { "t".repeat(100) };
    history.transactions.push((appended.base_offset, id, marker));
    history.appended.push((TRANSACTIONAL, appended.base_offset, vec![value], 0));
    appended
}

/// What is open and what was aborted follows from the batches that are there.
fn judge_transactions(partition: &Partition, history: &History) {
    let offsets = partition.offsets();
    let (mut open, mut aborted) = (BTreeMap::new(), Vec::new());
    for (base, producer, marker) in history.transactions.iter().filter(|row| row.0 < offsets.log_end) {
        match marker {
            None => drop(open.entry(*producer).or_insert(*base)),
            Some(commit) => {
                let first = open.remove(producer).expect("a marker ends a transaction");
                aborted.extend((!commit).then_some((*producer, first, *base)));
            }
        }
    }
    let stable = open.values().min().copied().unwrap_or(offsets.log_end);
    assert_eq!(offsets.last_stable, stable, "the last stable offset");
    assert_eq!(world::aborted(partition, 0, offsets.log_end), aborted, "what was aborted");
}

/// The short-lived topic of a turn.
fn living(turn: u64) -> u8 {
    SHORT_LIVED + (turn / TURNS_OF_A_LIFE) as u8
}

/// The end of a short life: by turns the topic is dropped, or its folder set aside.
fn end_a_life(world: &World, number: u8, history: &mut History) {
    world.commit();
    let asked = world.disk.steps();
    if number.is_multiple_of(2) {
        world.while_committing(|| world.log.drop_partition(world::id(number))).expect("a drop");
        history.drops.push((asked, world.disk.steps(), number));
    } else {
        let place = world.log.set_aside([number; 16]).expect("a move");
        history.set_aside.push((asked, world.disk.steps(), number, place));
    }
}

/// A log's life: appends of five partitions, rounds, fills, trims, retention, drops, a stop and a start in between.
fn record(seed: u64) -> (SimDisk, History) {
    let mut chance = Chance::new(seed);
    let mut world = World::new();
    let mut history = History::default();
    let mut waiting = Vec::new();
    let mut sequence = 0;
    let mut producers = [(0, 0); 3];
    for number in 0..PARTITIONS {
        world.create(number, config_of(number));
    }
    for turn in 0..160_u64 {
        if turn > 0 && turn.is_multiple_of(TURNS_OF_A_LIFE) {
            end_a_life(&world, living(turn - 1), &mut history);
        }
        for _ in 0..chance.below(5) {
            let drawn = chance.below(u64::from(PARTITIONS) + 1) as u8;
            let number = if drawn == PARTITIONS { living(turn) } else { drawn };
            if number == TRANSACTIONAL {
                let place = history.appended.len();
                let appended = append_to_transactions(&world, &mut producers, &mut chance, &mut history);
                waiting.extend(appended.ticket.map(|ticket| (ticket, place)));
                continue;
            }
            let partition = world.partition(number);
            let values: Vec<_> = (0..=chance.below(5)).map(|at| format!("{turn}-{at}-{}", "x".repeat(100))).collect();
            let producer = (number == 0).then_some((PRODUCER, sequence));
            let appended = append(&partition, batch(&values, producer)).unwrap_or_else(|_| panic!("an append"));
            let first_sequence = sequence;
            sequence += if number == 0 { values.len() as i32 } else { 0 };
            waiting.extend(appended.ticket.map(|ticket| (ticket, history.appended.len())));
            history.appended.push((number, appended.base_offset, values, first_sequence));
        }
        if chance.below(3) > 0 {
            world.commit();
        }
        waiting.retain_mut(|(ticket, place)| {
            let done = outcome(ticket).is_some();
            if done {
                history.acknowledged.push((world.disk.steps(), *place));
            }
            !done
        });
        if chance.below(3) == 0 {
            world.fill();
        }
        if chance.below(16) == 0 {
            let partition = world.partition(TRIMMED);
            let asked = world.disk.steps();
            let (start, mut ticket) =
                partition.trim(partition.offsets().high_watermark / 2).unwrap_or_else(|_| panic!("a trim"));
            history.trims_asked.push((asked, TRIMMED, start));
            world.commit();
            assert!(outcome(&mut ticket).is_some(), "a trim is durable after its round");
            history.trims_acknowledged.push((world.disk.steps(), TRIMMED, start));
        }
        if chance.below(12) == 0 {
            let asked = world.disk.steps();
            world.log.clean_once().expect("a cleaning");
            history.trims_asked.push((asked, RETAINED, world.partition(RETAINED).offsets().log_start));
        }
        if turn == 80 {
            world.settle();
            let disk = world.disk.clone();
            world.log.finish().expect("a stop");
            drop(world);
            world = World::open(&disk).unwrap_or_else(|error| panic!("a start after a stop: {error}"));
            for number in 0..PARTITIONS {
                world.create(number, config_of(number));
            }
            waiting.clear();
        }
    }
    (world.disk, history)
}

/// What must be true of the log that opens on the disk as a cut at `step` left it.
fn judge(world: &World, history: &History, step: usize) {
    for (_, promised, number) in &history.drops {
        assert!(*promised > step || world.log.partition(world::id(*number)).is_none(), "the dropped {number} is back");
    }
    for (_, promised, number, place) in &history.set_aside {
        let kept = world.disk.files().iter().any(|path| path.starts_with(place));
        assert!(*promised > step || kept, "what was set aside of {number} is gone");
    }
    for number in 0..=living(160) {
        let Some(partition) = world.log.partition(world::id(number)) else {
            let promised =
                history.acknowledged.iter().any(|(at, place)| *at <= step && history.appended[*place].0 == number);
            assert!(!promised || history.may_be_gone(number, step), "partition {number} is gone");
            continue;
        };
        if history.set_aside.iter().any(|aside| aside.2 == number && aside.0 <= step) {
            continue; // What the journal still held of it may be back, to be set aside again.
        }
        assert_eq!(partition.damage(), [], "a power cut is no damage");
        judge_partition(&partition, history, number, step);
    }
}

fn judge_partition(partition: &Partition, history: &History, number: u8, step: usize) {
    let offsets = partition.offsets();
    let found = read_all(partition);
    let asked = history.trims_asked.iter().filter(|trim| trim.0 <= step && trim.1 == number).map(|trim| trim.2).max();
    let trimmed =
        history.trims_acknowledged.iter().filter(|trim| trim.0 <= step && trim.1 == number).map(|trim| trim.2).max();
    assert!(offsets.log_start >= trimmed.unwrap_or(0), "partition {number}: a trim was undone");
    assert!(offsets.log_start <= asked.unwrap_or(0), "partition {number}: more was trimmed than asked");
    let expected: Vec<i64> = (offsets.log_start..offsets.log_end).collect();
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), expected, "partition {number}: a gap");
    for (offset, value) in &found {
        assert_eq!(history.value_at(number, *offset), Some(value), "partition {number}: another record at {offset}");
    }
    for (_, place) in
        history.acknowledged.iter().filter(|(at, place)| *at <= step && history.appended[*place].0 == number)
    {
        let (_, base, values, _) = &history.appended[*place];
        let end = base + values.len() as i64;
        assert!(
            offsets.log_end >= end,
            "partition {number}: acknowledged {base}..{end}, the log ends at {}",
            offsets.log_end
        );
    }
    if number == TRANSACTIONAL {
        judge_transactions(partition, history);
    }
    let whole = history.appended.iter().all(|(of, base, values, _)| {
        *of != number || offsets.log_end <= *base || offsets.log_end >= base + values.len() as i64
    });
    assert!(whole, "partition {number}: half a batch");
}

/// The newest five batches of the idempotent producer are known again, and what follows them is taken.
fn judge_producer(world: &World, history: &History) {
    let Some(partition) = world.log.partition(world::id(0)) else { return };
    let end = partition.offsets().log_end;
    let kept: Vec<_> = history.appended.iter().filter(|(of, base, ..)| *of == 0 && *base < end).collect();
    for (_, base, values, sequence) in kept.iter().rev().take(5) {
        let again =
            append(&partition, batch(values, Some((PRODUCER, *sequence)))).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(again.base_offset, *base, "sequence {sequence} was appended twice");
    }
    let next = kept.last().map_or(0, |(_, _, values, sequence)| sequence + values.len() as i32);
    let values = vec!["after".to_owned()];
    let appended =
        append(&partition, batch(&values, Some((PRODUCER, next)))).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(appended.base_offset, end, "an offset is used once");
    world.settle();
    assert_eq!(read_all(&partition).get(&end), Some(&values[0]));
}

/// (one of how many steps, how many draws of each)
fn sample() -> (usize, usize) {
    let draws = std::env::var("LEFTFOLD_IMAGES").ok().and_then(|text| text.parse().ok());
    draws.map_or((SAMPLE, 1), |draws| (1, draws))
}

fn run(seed: u64) {
    let (disk, history) = record(seed);
    assert!(history.acknowledged.len() > 50, "the run acknowledged something");
    assert!(history.drops.len() >= 3 && history.set_aside.len() >= 3, "short lives ended");
    assert!(history.trims_asked.iter().any(|trim| trim.1 == RETAINED && trim.2 > 0), "retention removed something");
    let (stride, draws) = sample();
    println!("seed {seed}: {} steps, {} images, each cut twice", disk.steps(), disk.steps() / stride * draws);
    for step in (seed as usize % stride..=disk.steps()).step_by(stride) {
        for draw in 0..draws {
            let mut chance = Chance::new(seed ^ (step as u64) << 20 ^ (draw as u64) << 48);
            let what = format!("seed {seed}, step {step} of {}, draw {draw}", disk.steps());
            let image = disk.after_power_cut(step, &mut chance);
            let world = World::open(&image).unwrap_or_else(|error| panic!("{what}: {error}"));
            let judged = std::panic::AssertUnwindSafe(|| {
                judge(&world, &history, step);
                judge_producer(&world, &history);
                // The next cut comes while the log that came back is at work, or still recovering.
                let again = image.after_power_cut(chance.below(image.steps() as u64 + 1) as usize, &mut chance);
                let world = World::open(&again).unwrap_or_else(|error| panic!("a second start: {error}"));
                let found =
                    BTreeMap::from_iter((0..PARTITIONS).map(|number| (number, world.log.partition(world::id(number)))));
                for (number, partition) in found {
                    let Some(partition) = partition else { continue };
                    assert_eq!(partition.damage(), [], "a second cut is no damage either");
                    let base = history
                        .acknowledged
                        .iter()
                        .filter(|(at, place)| *at <= step && history.appended[*place].0 == number);
                    let end = base
                        .map(|(_, place)| history.appended[*place].1 + history.appended[*place].2.len() as i64)
                        .max();
                    assert!(
                        partition.offsets().log_end >= end.unwrap_or(0),
                        "partition {number}: lost by the second cut"
                    );
                    read_all(&partition);
                }
            });
            if std::panic::catch_unwind(judged).is_err() {
                panic!("{what}");
            }
        }
    }
}

#[test]
fn a_power_cut_loses_nothing_acknowledged() {
    run(1);
}

#[test]
fn a_power_cut_loses_nothing_acknowledged_in_another_life() {
    run(2);
}

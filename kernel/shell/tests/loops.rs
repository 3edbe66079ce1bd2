//! A thread of the log that ends by a bug.

use std::sync::Arc;
use std::time::Duration;

use leftfold_log::{Log, LogSettings, Progress};
use leftfold_ports::sim::{SimClock, SimDisk, SimRandom};
use leftfold_shell::{Item, Loops, Shell, ShellSettings};

fn node() -> (Arc<Log>, Arc<Shell>) {
    let clock = Arc::new(SimClock::at(1_700_000_000_000));
    let settings = LogSettings { journal_file_bytes: 1 << 20, free_bytes_min: 0, ..LogSettings::default() };
    let log = Log::open(Arc::new(SimDisk::new()), clock.clone(), settings, &Progress::default()).expect("it opens");
    let shell =
        Shell::start(ShellSettings { workers: 1, ..ShellSettings::default() }, clock, Arc::new(SimRandom::new(1)))
            .expect("it starts");
    (log, Arc::new(shell))
}

/// Wait for the news that the log has stopped.
fn fatal(shell: &Shell) -> String {
    loop {
        match shell.drain(1).pop() {
            Some(Item::Fatal(reason)) => return reason,
            Some(other) => panic!("not what was waited for: {other:?}"),
            None => std::thread::yield_now(),
        }
    }
}

#[test]
fn a_loop_that_panics_stops_the_log_and_says_so() {
    let (log, shell) = node();
    let mut loops = Loops::none(log.clone(), shell.clone());
    loops.run("fill", Log::fill_loop).expect("a thread");
    loops.run("commit", |_| panic!("planted in {}", "a test")).expect("a thread");
    let reason = fatal(&shell);
    assert!(reason.contains("leftfold-commit") && reason.contains("planted in a test"), "{reason}");
    assert_eq!(log.failure().expect("nothing is appended any more").0, reason);
    assert!(loops.end().is_err(), "no final mark is written");
    shell.close(Duration::ZERO);
}

#[test]
fn loops_that_end_well_say_nothing() {
    let (log, shell) = node();
    let loops = Loops::start(log, shell.clone(), Duration::from_secs(300)).expect("three threads");
    loops.end().expect("a clean stop");
    assert!(shell.drain(10).is_empty());
    shell.close(Duration::ZERO);
}

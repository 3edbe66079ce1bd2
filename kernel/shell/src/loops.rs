//! The log's own threads, and what comes of one that ends.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use leftfold_log::Log;
use leftfold_ports::give_way;

use crate::shell::Shell;

/// After a failure a thread may hang in the disk for ever: so long it is waited for.
const HANGING_MAX: Duration = Duration::from_secs(2);

/// Commit, fill and clean, each on a thread of its own. When the log has stopped for good, or one of them panics, Python is
/// told: a node that only looks alive would be worse than none.
pub struct Loops {
    log: Arc<Log>,
    shell: Arc<Shell>,
    threads: Vec<JoinHandle<()>>,
}

impl Loops {
    pub fn start(log: Arc<Log>, shell: Arc<Shell>, clean_every: Duration) -> io::Result<Self> {
        let mut loops = Self::none(log, shell);
        loops.run("commit", Log::commit_loop)?;
        // Nobody waits for these two.
        loops.run("fill", |log| {
            give_way();
            log.fill_loop();
        })?;
        let shell = loops.shell.clone();
        loops.run("clean", move |log| {
            give_way();
            log.clean_loop(clean_every, |failure| shell.compaction_failed(failure));
        })?;
        Ok(loops)
    }

    /// No thread yet.
    #[must_use]
    pub fn none(log: Arc<Log>, shell: Arc<Shell>) -> Self {
        Self { log, shell, threads: Vec::new() }
    }

    /// Run one more loop that ends when the log is closed.
    pub fn run(&mut self, name: &str, work: impl FnOnce(&Log) + Send + 'static) -> io::Result<()> {
        let name = format!("leftfold-{name}");
        let (log, shell, thread) = (self.log.clone(), self.shell.clone(), name.clone());
        let started = std::thread::Builder::new().name(name).spawn(move || {
            // What it leaves half done is never used again: the log has failed then.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(&log))) {
                log.fail(&format!("the thread {thread} ended by a bug: {}", words(&*panic)));
            }
            if let Some(stopped) = log.failure() {
                shell.fatal(stopped.0);
            }
        })?;
        self.threads.push(started);
        Ok(())
    }

    #[must_use]
    pub fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// Let everything that was submitted become durable, end the threads, and write the final mark.
    pub fn end(self) -> io::Result<()> {
        self.log.close();
        for thread in self.threads {
            let asked = Instant::now();
            while !thread.is_finished() && (self.log.failure().is_none() || asked.elapsed() < HANGING_MAX) {
                std::thread::sleep(Duration::from_millis(1));
            }
            if thread.is_finished() {
                let _ = thread.join(); // it has caught its panic already
            }
        }
        self.log.finish()
    }
}

/// What a panic said.
fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&str>().copied();
    literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it said nothing")
}

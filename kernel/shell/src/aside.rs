//! Work that may wait for the disk, on a thread of its own.

use tokio::task::{JoinHandle, spawn_blocking};

/// Work that somebody waits for. Dropped before it has begun, it never does.
struct Asked<T>(JoinHandle<T>);

impl<T> Drop for Asked<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Do it beside the thread that serves connections; None when the node stops. What the work owns lives until its end, whether
/// somebody still waits for it or not: the memory that it uses belongs among that.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let mut asked = Asked(spawn_blocking(work));
    (&mut asked.0).await.ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::channel;

    use tokio::runtime::Builder;

    use super::*;

    #[test]
    fn what_nobody_waits_for_any_more_is_not_begun() {
        let runtime = Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        let (release, released) = channel::<()>();
        let begun = Arc::new(AtomicBool::new(false));
        let seen = begun.clone();
        runtime.block_on(async {
            let mut slow = Box::pin(aside(move || released.recv().is_ok()));
            let mut queued = Box::pin(aside(move || seen.store(true, Ordering::SeqCst)));
            tokio::select! {
                biased;
                _ = &mut slow => unreachable!("nothing has released it"),
                _ = &mut queued => unreachable!("the only thread is taken"),
                () = tokio::task::yield_now() => {}
            }
            drop(queued);
            release.send(()).unwrap();
            assert_eq!(slow.await, Some(true));
            assert_eq!(aside(|| 4711).await, Some(4711));
        });
        assert!(!begun.load(Ordering::SeqCst));
    }
}

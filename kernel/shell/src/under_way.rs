//! What one connection has under way, and how much that may be.

use std::cell::Cell;
use std::rc::Rc;

use tokio::sync::Notify;

/// A connection's requests that are not answered yet.
pub struct UnderWay {
    requests: Cell<usize>,
    /// All that ever came.
    begun: Cell<u64>,
    /// Those of them that are not appended at once: what follows them must wait for them.
    ordered: Cell<usize>,
    /// Of frames that are still needed.
    bytes: Cell<usize>,
    bytes_max: usize,
    less: Notify,
}

/// One request until it is answered.
pub struct Request(Rc<UnderWay>);

/// One request that others must wait for.
pub struct Ordered(Rc<UnderWay>);

/// The bytes of one frame.
pub struct Room {
    under_way: Rc<UnderWay>,
    bytes: usize,
}

impl UnderWay {
    pub fn new(bytes_max: usize) -> Rc<Self> {
        let none = || Cell::new(0);
        let begun = Cell::new(0);
        Rc::new(Self { requests: none(), begun, ordered: none(), bytes: none(), bytes_max, less: Notify::new() })
    }

    pub fn is_idle(&self) -> bool {
        self.requests.get() == 0
    }

    pub fn begun(&self) -> u64 {
        self.begun.get()
    }

    pub fn has_ordered(&self) -> bool {
        self.ordered.get() > 0
    }

    pub fn request(self: &Rc<Self>) -> Request {
        self.requests.set(self.requests.get() + 1);
        self.begun.set(self.begun.get() + 1);
        Request(self.clone())
    }

    pub fn ordered(self: &Rc<Self>) -> Ordered {
        self.ordered.set(self.ordered.get() + 1);
        Ordered(self.clone())
    }

    /// Wait until so many bytes more may be held; a frame that is larger than all that may be must be alone.
    pub async fn room(self: &Rc<Self>, bytes: usize) -> Room {
        while self.bytes.get() > 0 && self.bytes.get() + bytes > self.bytes_max {
            self.less.notified().await;
        }
        self.bytes.set(self.bytes.get() + bytes);
        Room { under_way: self.clone(), bytes }
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.0.requests.set(self.0.requests.get() - 1);
    }
}

impl Drop for Ordered {
    fn drop(&mut self) {
        self.0.ordered.set(self.0.ordered.get() - 1);
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.under_way.bytes.set(self.under_way.bytes.get() - self.bytes);
        self.under_way.less.notify_one();
    }
}

//! Sockets around the log: tokio lives here.

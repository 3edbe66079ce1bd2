//! Options of the command line, by name.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

/// What was given; a name that nobody reads is an error of the caller, so that a typing mistake measures nothing.
pub struct Options {
    given: HashMap<String, String>,
}

const KNOWN: &[&str] = &[
    "acks",
    "beat-ms",
    "bootstrap",
    "config",
    "connections",
    "count",
    "create",
    "folder",
    "groups",
    "inflight",
    "keys",
    "members",
    "partition-bytes",
    "pid",
    "protocol",
    "rate",
    "record-bytes",
    "records",
    "rounds",
    "seconds",
    "topic",
    "warmup",
];

impl Options {
    /// `--name value` pairs.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut given = HashMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").ok_or_else(|| format!("{word}: an option begins with --"))?;
            if !KNOWN.contains(&name) {
                return Err(format!("--{name}: no such option"));
            }
            let value = words.next().ok_or_else(|| format!("--{name} needs a value"))?;
            given.insert(name.to_owned(), value);
        }
        Ok(Self { given })
    }

    /// A text that must be there.
    pub fn text(&self, name: &str) -> Result<&str, String> {
        self.optional(name).ok_or_else(|| format!("--{name} is needed"))
    }

    /// A text that may be there.
    pub fn optional(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// A whole number, or its default.
    pub fn number(&self, name: &str, default: usize) -> Result<usize, String> {
        self.optional(name)
            .map_or(Ok(default), |text| text.parse().map_err(|_| format!("--{name} {text}: not a number")))
    }

    /// Seconds, also parts of them, or the default.
    pub fn seconds(&self, name: &str, default: f64) -> Result<Duration, String> {
        let text = self.optional(name);
        let seconds =
            text.map_or(Ok(default), |text| text.parse().map_err(|_| format!("--{name} {text}: not seconds")))?;
        Duration::try_from_secs_f64(seconds).map_err(|why| format!("--{name}: {why}"))
    }

    /// The broker's address; a name is not looked up, the bench is on loopback.
    pub fn bootstrap(&self) -> Result<SocketAddr, String> {
        let text = self.text("bootstrap")?;
        text.parse().map_err(|_| format!("--bootstrap {text}: it must read 127.0.0.1:PORT"))
    }

    /// The configs of a topic that is created.
    pub fn configs(&self) -> Result<Vec<(&str, &str)>, String> {
        let pairs = self.optional("config").unwrap_or_default().split(',').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').ok_or_else(|| format!("--config {pair}: it must read NAME=VALUE")))
            .collect()
    }
}

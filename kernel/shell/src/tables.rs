//! What Python has published: this node and its topics.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use leftfold_log::Partition;
use parking_lot::RwLock;

use crate::codes;
use crate::connection::Peer;

/// One served API, a row of api/kafka/table.py.
#[derive(Debug, Clone)]
pub struct Api {
    pub key: i16,
    pub versions: (i16, i16),
    pub in_kernel: bool,
    /// Whether Python may take minutes to answer.
    pub may_wait: bool,
}

/// A broker as Metadata shows it; without a host, the address that the client reached.
#[derive(Debug, Clone)]
pub struct Broker {
    pub id: i32,
    pub address: Option<(String, i32)>,
    pub rack: Option<String>,
}

/// Who this node is and what it serves.
#[derive(Debug, Clone, Default)]
pub struct NodeTable {
    pub cluster_id: String,
    pub node_id: i32,
    pub controller_id: i32,
    pub brokers: Vec<Broker>,
    /// By listener name.
    pub advertised: HashMap<String, (String, i32)>,
    /// Ascending keys.
    pub apis: Vec<Api>,
    pub features_supported: Vec<(String, i16, i16)>,
    /// (name, max level, min level)
    pub features_finalized: Vec<(String, i16, i16)>,
    pub features_epoch: i64,
    pub auto_create_topics: bool,
    /// Where metrics and health are served over HTTP, as a URL.
    pub admin: Option<String>,
}

impl NodeTable {
    pub fn api(&self, key: i16) -> Option<&Api> {
        self.apis.iter().find(|api| api.key == key)
    }

    /// Where a client that reached us so finds these brokers.
    pub fn places(&self, ids: &BTreeSet<i32>, peer: &Peer) -> Vec<Place> {
        let found = self.brokers.iter().filter(|broker| ids.contains(&broker.id));
        let place = |broker: &Broker| {
            let (host, port) = self.address_of(broker, &peer.listener, &peer.local);
            Place { id: broker.id, host, port, rack: broker.rack.clone() }
        };
        found.map(place).collect()
    }

    /// Where a client on this listener reaches a broker.
    pub fn address_of(&self, broker: &Broker, listener: &str, local: &(String, i32)) -> (String, i32) {
        let advertised = if broker.id == self.node_id { self.advertised.get(listener) } else { None };
        broker.address.as_ref().or(advertised).unwrap_or(local).clone()
    }
}

/// Where a broker is, for one client.
pub struct Place {
    pub id: i32,
    pub host: String,
    pub port: i32,
    pub rack: Option<String>,
}

/// What clients have written to and read from a partition, in record bytes.
#[derive(Debug, Default)]
pub struct Traffic {
    pub produced: AtomicU64,
    pub fetched: AtomicU64,
}

impl Traffic {
    pub fn count_produced(&self, bytes: usize) {
        self.produced.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub fn count_fetched(&self, bytes: usize) {
        self.fetched.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// One partition of a topic: what Python said of it, and its log.
#[derive(Clone)]
pub struct PartitionRow {
    pub index: i32,
    pub leader: i32,
    pub leader_epoch: i32,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub log: Arc<Partition>,
    pub traffic: Arc<Traffic>,
}

/// The configs of a topic that the shell itself looks at.
#[derive(Debug, Clone, Copy)]
pub struct TopicConfigTable {
    pub min_insync_replicas: i64,
}

/// One topic. Invariant: partition i stands at place i.
pub struct TopicRow {
    pub id: [u8; 16],
    pub name: String,
    pub internal: bool,
    pub partitions: Vec<PartitionRow>,
    pub config: TopicConfigTable,
}

impl TopicRow {
    /// The partition, or the code that says why there is none.
    pub fn partition(&self, index: i32) -> Result<&PartitionRow, i16> {
        let place = usize::try_from(index).map_err(|_| codes::UNKNOWN_TOPIC_OR_PARTITION)?;
        self.partitions.get(place).ok_or(codes::UNKNOWN_TOPIC_OR_PARTITION)
    }
}

impl PartitionRow {
    /// The partition, if this node leads it in the epoch that the client knows of.
    pub fn led_by(&self, node_id: i32, current_epoch: i32) -> Result<&Self, i16> {
        self.check_epoch(current_epoch)?;
        if self.leader == node_id { Ok(self) } else { Err(codes::NOT_LEADER_OR_FOLLOWER) }
    }

    /// Fencing by leader epoch (KIP-320): -1 is a client that does not know.
    fn check_epoch(&self, current: i32) -> Result<(), i16> {
        match current {
            -1 => Ok(()),
            epoch if epoch < self.leader_epoch => Err(codes::FENCED_LEADER_EPOCH),
            epoch if epoch > self.leader_epoch => Err(codes::UNKNOWN_LEADER_EPOCH),
            _ => Ok(()),
        }
    }
}

#[derive(Default)]
struct Topics {
    by_id: HashMap<[u8; 16], Arc<TopicRow>>,
    by_name: HashMap<String, Arc<TopicRow>>,
}

/// All tables. Nobody holds a lock over a wait.
#[derive(Default)]
pub struct Tables {
    node: RwLock<Arc<NodeTable>>,
    topics: RwLock<Topics>,
}

impl Tables {
    pub fn node(&self) -> Arc<NodeTable> {
        self.node.read().clone()
    }

    pub fn set_node(&self, node: NodeTable) {
        *self.node.write() = Arc::new(node);
    }

    pub fn put(&self, topic: TopicRow) {
        let topic = Arc::new(topic);
        let mut topics = self.topics.write();
        topics.by_id.insert(topic.id, topic.clone());
        topics.by_name.insert(topic.name.clone(), topic);
    }

    pub fn remove(&self, id: &[u8; 16]) -> Option<Arc<TopicRow>> {
        let mut topics = self.topics.write();
        let topic = topics.by_id.remove(id)?;
        // The name may belong to a newer topic by now.
        if topics.by_name.get(&topic.name).is_some_and(|found| found.id == *id) {
            topics.by_name.remove(&topic.name);
        }
        Some(topic)
    }

    /// Forget all topics, and with them their logs.
    pub fn clear(&self) {
        *self.topics.write() = Topics::default();
    }

    pub fn by_id(&self, id: &[u8; 16]) -> Option<Arc<TopicRow>> {
        self.topics.read().by_id.get(id).cloned()
    }

    pub fn by_name(&self, name: &str) -> Option<Arc<TopicRow>> {
        self.topics.read().by_name.get(name).cloned()
    }

    pub fn all(&self) -> Vec<Arc<TopicRow>> {
        let mut topics: Vec<_> = self.topics.read().by_id.values().cloned().collect();
        topics.sort_by(|one, other| one.name.cmp(&other.name));
        topics
    }

    /// By id where the request speaks of ids, else by name; the code where there is none.
    pub fn find(&self, by_id: bool, id: &[u8; 16], name: &str) -> Result<Arc<TopicRow>, i16> {
        if by_id {
            self.by_id(id).ok_or(codes::UNKNOWN_TOPIC_ID)
        } else {
            self.by_name(name).ok_or(codes::UNKNOWN_TOPIC_OR_PARTITION)
        }
    }
}

/// Whether a topic could be called so (Kafka's rule).
pub fn is_legal_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 249
        && name != "."
        && name != ".."
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

//! A node on a disk in memory, and clients that reach it by sockets.

#![allow(dead_code)] // Each test program uses its own part of it.

mod gated;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::BytesMut;
use leftfold_batch::{EncodeOptions, EndMarker, NewRecord, check, encode};
use leftfold_log::{Log, LogSettings, Partition, PartitionId, Progress, TopicConfig};
use leftfold_ports::sim::{SimClock, SimDisk, SimRandom};
use leftfold_shell::{
    Api, Broker, Call, Item, NodeTable, PartitionRow, Shell, ShellSettings, TopicConfigTable, TopicRow, Verify,
};
use leftfold_wire::header::{key, response_version};
use leftfold_wire::{Message, Writer};

pub use gated::{Gate, GatedDisk};

pub const NOW_MS: i64 = 1_700_000_000_000;
pub const NODE: i32 = 1;
/// The apis that the kernel answers itself, and one that it hands over.
const APIS: [(i16, bool); 7] = [(0, true), (1, true), (2, true), (3, true), (18, true), (23, true), (19, false)];
const END_TXN: i16 = 26;
/// Longer than anything here takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Invariant: the commit loop runs on its own thread; segments are filled by hand.
pub struct World {
    pub clock: Arc<SimClock>,
    pub gate: Arc<Gate>,
    pub log: Arc<Log>,
    pub shell: Shell,
    pub port: u16,
    committer: Option<JoinHandle<()>>,
}

impl World {
    pub fn new() -> Self {
        Self::with(ShellSettings { workers: 1, ..ShellSettings::default() })
    }

    /// One worker, so that whoever blocks it is found out; no cache, so that what is filled is cold.
    pub fn with(settings: ShellSettings) -> Self {
        let clock = Arc::new(SimClock::at(NOW_MS));
        let gate = Arc::new(Gate::default());
        let disk = Arc::new(GatedDisk::new(SimDisk::new(), gate.clone()));
        let log_settings =
            LogSettings { journal_file_bytes: 1 << 20, cache_bytes_max: 0, free_bytes_min: 0, ..Default::default() };
        let log = Log::open(disk, clock.clone(), log_settings, &Progress::default()).expect("an empty disk opens");
        let committer = {
            let log = log.clone();
            std::thread::spawn(move || log.commit_loop())
        };
        let shell = Shell::start(settings, clock.clone(), Arc::new(SimRandom::new(4711))).expect("a shell starts");
        shell.publish_node(node());
        let port = shell.listen("PLAINTEXT", "127.0.0.1", 0).expect("a port is free");
        Self { clock, gate, log, shell, port, committer: Some(committer) }
    }

    /// A topic of one partition that this node leads in `leader_epoch`.
    pub fn topic(&self, number: u8, leader_epoch: i32) -> Arc<Partition> {
        self.topic_with(number, leader_epoch, TopicConfig::default())
    }

    pub fn topic_with(&self, number: u8, leader_epoch: i32, config: TopicConfig) -> Arc<Partition> {
        self.publish(number, NODE, leader_epoch, config)
    }

    /// A topic under a name that is not its own.
    pub fn publish_as(&self, number: u8, name: &str) -> Arc<Partition> {
        self.put(number, name.to_owned(), (NODE, 0), TopicConfig::default())
    }

    pub fn publish(&self, number: u8, leader: i32, leader_epoch: i32, config: TopicConfig) -> Arc<Partition> {
        self.put(number, name(number), (leader, leader_epoch), config)
    }

    fn put(&self, number: u8, name: String, (leader, leader_epoch): (i32, i32), config: TopicConfig) -> Arc<Partition> {
        let place = PartitionId { topic: id(number), index: 0 };
        let log = self.log.create(place, config).expect("a partition can be made");
        self.shell.publish_topic(TopicRow {
            id: id(number),
            name,
            internal: false,
            partitions: vec![PartitionRow {
                index: 0,
                leader,
                leader_epoch,
                replicas: vec![leader],
                isr: vec![leader],
                log: log.clone(),
                traffic: self.shell.traffic(place),
            }],
            config: TopicConfigTable { min_insync_replicas: 1 },
        });
        log
    }

    /// From now on another node is known.
    pub fn meet(&self, id: i32, host: &str, port: i32) {
        let mut table = node();
        table.brokers.push(Broker { id, address: Some((host.to_owned(), port)), rack: None });
        self.shell.publish_node(table);
    }

    /// From now on somebody coordinates transactions.
    pub fn serve_transactions(&self) {
        let mut table = node();
        let versions = key(END_TXN).expect("an API of Kafka").versions;
        table.apis.push(Api { key: END_TXN, versions, in_kernel: false, may_wait: false });
        table.apis.sort_by_key(|api| api.key);
        self.shell.publish_node(table);
    }

    /// Wait for the next question to the coordinator.
    pub fn next_verify(&self) -> Verify {
        loop {
            match self.shell.drain(1).pop() {
                Some(Item::Verify(verify)) => return verify,
                Some(other) => panic!("not a question: {other:?}"),
                None => std::thread::yield_now(),
            }
        }
    }

    /// End a transaction as transaction version 2 does, and wait until the marker is committed.
    pub fn end(&self, partition: &Arc<Partition>, producer: i64, next_epoch: i16, commit: bool) {
        let marker = EndMarker { commit, coordinator_epoch: 0 };
        let appended = partition.append_marker((producer, next_epoch), marker, 2, 0).expect("a marker");
        self.log.commit_soon();
        while partition.offsets().high_watermark <= appended.last_offset {
            std::thread::yield_now();
        }
    }

    /// Append a batch and wait until it is committed.
    pub fn append(&self, partition: &Arc<Partition>, batch: Vec<u8>, epoch: i32) {
        let checked = check(&batch, &partition.config().rules(NOW_MS)).expect("a valid batch");
        let appended = partition.append(BytesMut::from(&*batch), &checked, epoch).expect("there is room");
        self.log.commit_soon();
        while partition.offsets().high_watermark <= appended.last_offset {
            std::thread::yield_now();
        }
    }

    /// Move all that is committed to segments, so that memory no longer has it.
    pub fn fill(&self) {
        // A round is handed to the filler after its readers have heard of it and before the next round: one more follows it.
        let behind = PartitionId { topic: id(u8::MAX), index: 0 };
        let behind = self.log.create(behind, TopicConfig::default()).expect("a partition can be made");
        self.append(&behind, batch(&["behind"]), 0);
        while self.log.fill_once().expect("segments can be filled") {}
    }

    pub fn client(&self) -> Client {
        Client::to(self.port)
    }

    /// Wait for the next call to Python.
    pub fn next_call(&self) -> Call {
        loop {
            match self.shell.drain(1).pop() {
                Some(Item::Call(call)) => return call,
                Some(other) => panic!("not a call: {other:?}"),
                None => std::thread::yield_now(),
            }
        }
    }

    /// Wait until so many fetches wait for records.
    pub fn wait_for_waiting(&self, count: u64) {
        while self.shell.counts().fetch_waiting != count {
            std::thread::yield_now();
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.gate.open();
        self.shell.close(Duration::from_secs(5));
        self.log.close();
        if let Some(thread) = self.committer.take() {
            thread.join().expect("the committer ends well");
        }
    }
}

pub fn id(number: u8) -> [u8; 16] {
    [number; 16]
}

pub fn name(number: u8) -> String {
    format!("topic-{number}")
}

fn node() -> NodeTable {
    let api = |&(number, in_kernel): &(i16, bool)| {
        let versions = key(number).expect("an API of Kafka").versions;
        Api { key: number, versions, in_kernel, may_wait: false }
    };
    let mut apis: Vec<_> = APIS.iter().map(api).collect();
    apis.sort_by_key(|api| api.key);
    NodeTable {
        cluster_id: "world".to_owned(),
        node_id: NODE,
        controller_id: NODE,
        brokers: vec![Broker { id: NODE, address: None, rack: Some("r1".to_owned()) }],
        apis,
        auto_create_topics: true,
        ..NodeTable::default()
    }
}

/// A batch of these values, a millisecond apart.
pub fn batch(values: &[&str]) -> Vec<u8> {
    batch_with(values, NOW_MS, &EncodeOptions::default())
}

pub fn batch_with(values: &[&str], timestamp: i64, options: &EncodeOptions) -> Vec<u8> {
    let new: Vec<NewRecord<'_>> = values
        .iter()
        .zip(timestamp..)
        .map(|(value, timestamp)| NewRecord { timestamp, value: Some(value.as_bytes()), ..NewRecord::default() })
        .collect();
    encode(&new, options).expect("records make a batch")
}

/// One connection that waits for each answer.
pub struct Client {
    stream: TcpStream,
    correlation_id: i32,
}

impl Client {
    fn to(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the node listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket option");
        Self { stream, correlation_id: 0 }
    }

    /// Send a request and read its answer: the body, behind its header.
    pub fn ask<'a, M: Message<'a>>(&mut self, request: &M, version: i16) -> Vec<u8> {
        self.send(request, version);
        self.receive(M::KEY, version)
    }

    pub fn send<'a, M: Message<'a>>(&mut self, request: &M, version: i16) {
        self.correlation_id += 1;
        let mut frame = Vec::new();
        frame.extend_from_slice(&M::KEY.to_be_bytes());
        frame.extend_from_slice(&version.to_be_bytes());
        frame.extend_from_slice(&self.correlation_id.to_be_bytes());
        frame.extend_from_slice(&(-1i16).to_be_bytes());
        if version >= M::FLEXIBLE_FROM {
            frame.push(0);
        }
        let mut writer = Writer::new(version, version >= M::FLEXIBLE_FROM);
        request.encode(&mut writer);
        frame.extend(writer.finish().concat());
        self.stream.write_all(&(frame.len() as i32).to_be_bytes()).expect("the node reads");
        self.stream.write_all(&frame).expect("the node reads");
    }

    /// The answer to the last request that was sent.
    pub fn receive(&mut self, api_key: i16, version: i16) -> Vec<u8> {
        let (correlation_id, body) = self.next(api_key, version);
        assert_eq!(correlation_id, self.correlation_id, "answers come in order");
        body
    }

    /// The next answer: which request it belongs to, and its body.
    pub fn next(&mut self, api_key: i16, version: i16) -> (i32, Vec<u8>) {
        let frame = self.frame();
        let (correlation_id, rest) = frame.split_first_chunk().expect("a header");
        let tags = usize::from(response_version(key(api_key).expect("an API of Kafka"), version) >= 1);
        (i32::from_be_bytes(*correlation_id), rest[tags..].to_vec())
    }

    fn frame(&mut self) -> Vec<u8> {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).expect("an answer comes in time");
        let mut body = vec![0; i32::from_be_bytes(length) as usize];
        self.stream.read_exact(&mut body).expect("an answer comes in time");
        body
    }
}

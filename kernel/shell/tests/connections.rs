//! Clients that send or read badly, and the others beside them.

mod world;

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use leftfold_batch::EncodeOptions;
use leftfold_log::TopicConfig;
use leftfold_shell::{ListenerSettings, PaceMin, ShellSettings};
use leftfold_wire::generated::FetchRequest;
use leftfold_wire::generated::fetch_request::{FetchPartition, FetchTopic};
use leftfold_wire::{Array, Message, Writer};

use world::{NOW_MS, World, batch_with, name};

const MIB: usize = 1 << 20;
/// Longer than anything here takes; a test that waits for it has failed.
const PATIENCE: Duration = Duration::from_secs(20);
const API_VERSIONS: i16 = 18;
const CREATE_TOPICS: i16 = 19;

/// Small memory, so that little takes all of it.
fn settings() -> ShellSettings {
    ShellSettings {
        workers: 1,
        frame_bytes_max: 8 * MIB,
        request_bytes_max: 16 * MIB as u64,
        connection_bytes_max: 2 * MIB,
        ..ShellSettings::default()
    }
}

/// The header of a request without its length, and so many bytes behind it, which an ApiVersions v0 has no use for.
fn request(key: i16, version: i16, correlation_id: i32, bytes: usize) -> Vec<u8> {
    let mut frame = Vec::with_capacity(10 + bytes);
    frame.extend(key.to_be_bytes());
    frame.extend(version.to_be_bytes());
    frame.extend(correlation_id.to_be_bytes());
    frame.extend((-1i16).to_be_bytes());
    frame.resize(10 + bytes, 0);
    frame
}

fn framed(frame: &[u8]) -> Vec<u8> {
    [&(frame.len() as i32).to_be_bytes(), frame].concat()
}

struct Raw(TcpStream);

impl Raw {
    fn to(world: &World) -> Self {
        Self::to_port(world.port)
    }

    fn to_port(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the node listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket option");
        Self(stream)
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("the node reads");
    }

    /// The correlation id of the next answer.
    fn answered(&mut self) -> i32 {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).expect("an answer comes in time");
        let mut body = vec![0; i32::from_be_bytes(length) as usize];
        self.0.read_exact(&mut body).expect("an answer comes in time");
        i32::from_be_bytes(*body.first_chunk().expect("a correlation id"))
    }

    /// Whatever still comes until the node closes.
    fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        match self.0.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "it is closed in time"),
        }
        rest
    }

    fn is_served(&mut self, bytes: usize) {
        self.send(&framed(&request(API_VERSIONS, 0, 7, bytes)));
        assert_eq!(self.answered(), 7);
    }
}

fn until(mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "it never came true");
        std::thread::yield_now();
    }
}

// -- requests that do not come ---------------------------------------------------------------------------------------

#[test]
fn a_claimed_length_takes_no_memory() {
    let world = World::with(settings());
    let silent: Vec<_> = (0..50)
        .map(|_| {
            let mut client = Raw::to(&world);
            client.send(&(8 * MIB as i32).to_be_bytes());
            client
        })
        .collect();
    for bytes in [0, 60_000, 5 * MIB] {
        Raw::to(&world).is_served(bytes);
    }
    until(|| world.shell.counts().permit_bytes_used == 0);
    drop(silent);
}

#[test]
fn memory_follows_what_arrives() {
    let world = World::with(settings());
    let mut slow = Raw::to(&world);
    slow.send(&(8 * MIB as i32).to_be_bytes());
    slow.send(&[0; 50_000]);
    until(|| world.shell.counts().permit_bytes_used > 0);
    Raw::to(&world).is_served(5 * MIB);
    until(|| world.shell.counts().permit_bytes_used <= 4 * 50_000 + 1024);
}

#[test]
fn bodies_that_fill_all_memory_are_finished_one_after_the_other() {
    let world = World::with(settings());
    // Twelve times eight MiB into eight: each has arrived in half before any can be finished.
    let frame = request(API_VERSIONS, 0, 7, 7 * MIB);
    let mut clients: Vec<_> = (0..12).map(|_| Raw::to(&world)).collect();
    std::thread::scope(|scope| {
        for client in &mut clients {
            let frame = &frame;
            scope.spawn(move || {
                client.send(&framed(frame));
                assert_eq!(client.answered(), 7);
            });
        }
    });
    until(|| world.shell.counts().permit_bytes_used == 0);
}

#[test]
fn small_requests_are_served_while_large_ones_wait() {
    let world = World::with(settings());
    let large = framed(&request(CREATE_TOPICS, 2, 1, 2 * MIB));
    let mut waiting: Vec<_> = (0..6).map(|_| Raw::to(&world)).collect();
    // They wait for Python, which does not answer: 6 x 2 MiB into 8, so that some are not even read.
    std::thread::scope(|scope| {
        for client in &mut waiting {
            let large = &large;
            scope.spawn(move || client.0.write_all(large).ok());
        }
        until(|| world.shell.counts().permit_bytes_used >= 7 * MIB as u64);
        for bytes in [0, 1000, 60_000] {
            Raw::to(&world).is_served(bytes);
        }
        for _ in 0..6 {
            let call = world.next_call();
            world.shell.hang_up(call.id);
        }
    });
}

#[test]
fn a_body_that_stops_coming_is_given_up() {
    let pace = PaceMin { window: Duration::from_millis(50), whole: Duration::from_secs(60) };
    let world = World::with(ShellSettings { request_pace: pace, ..settings() });
    for sent in [0, 50_000] {
        let mut client = Raw::to(&world);
        client.send(&[&(8 * MIB as i32).to_be_bytes()[..], &vec![0; sent]].concat()); // at once: it is not waited for long
        assert_eq!(client.rest(), b"");
    }
    until(|| world.shell.counts().permit_bytes_used == 0);
    assert_eq!(world.shell.counts().transfers_stalled, 2);
}

#[test]
fn a_body_that_trickles_is_given_up() {
    let pace = PaceMin { window: Duration::from_millis(300), whole: Duration::from_secs(60) };
    let world = World::with(ShellSettings { request_pace: pace, ..settings() });
    let mut client = Raw::to(&world);
    client.send(&(8 * MIB as i32).to_be_bytes());
    // A byte a millisecond, as long as the node takes them: as fast as it can, a busy machine sends enough not to be slow.
    until(|| {
        std::thread::sleep(Duration::from_millis(1));
        client.0.write_all(&[0]).is_err() || world.shell.counts().transfers_stalled == 1
    });
}

#[test]
fn one_connection_is_not_read_ahead_without_bound() {
    let world = World::with(settings());
    let mut client = Raw::to(&world);
    let mut writer = client.0.try_clone().expect("a second handle");
    let sending = std::thread::spawn(move || {
        for number in 0..40 {
            writer.write_all(&framed(&request(CREATE_TOPICS, 2, number, MIB - 100))).expect("the node reads");
        }
    });
    for number in 0..40 {
        let call = world.next_call();
        assert_eq!(call.correlation_id, number);
        let used = world.shell.counts().permit_bytes_used;
        assert!(used <= 3 * MIB as u64, "{used} bytes of one connection");
        world.shell.answer(call.id, Vec::new());
        assert_eq!(client.answered(), number);
    }
    sending.join().expect("all was sent");
}

// -- calls -----------------------------------------------------------------------------------------------------------

#[test]
fn calls_of_clients_that_hung_up_do_not_pile_up() {
    let world = World::with(ShellSettings { grace: Duration::from_millis(10), ..settings() });
    for _ in 0..20 {
        let mut client = Raw::to(&world);
        client.send(&framed(&request(CREATE_TOPICS, 2, 1, 100_000)));
        until(|| world.shell.counts().calls_queued == 1);
        drop(client);
        until(|| world.shell.counts().calls_queued == 0);
    }
    until(|| world.shell.counts().connections_open == 0);
    until(|| world.shell.counts().permit_bytes_used == 0);
}

#[test]
fn who_waits_for_an_answer_is_not_idle() {
    // A busy machine must not let a second pass before the request is sent.
    let world = World::with(ShellSettings { idle_max: Some(Duration::from_secs(1)), ..settings() });
    let mut waits = Raw::to(&world);
    waits.send(&framed(&request(CREATE_TOPICS, 2, 1, 10)));
    let call = world.next_call();
    assert_eq!(Raw::to(&world).rest(), b"", "who says nothing is closed");
    world.shell.answer(call.id, vec![1, 2, 3]);
    assert_eq!(waits.answered(), 1);
}

// -- answers that are not read ---------------------------------------------------------------------------------------

fn fetch(topic: u8, correlation_id: i32) -> Vec<u8> {
    let part = [FetchPartition { partition_max_bytes: MIB as i32, ..Default::default() }];
    let name = name(topic);
    let topics = [FetchTopic { topic: &name, partitions: Array::of(&part), ..Default::default() }];
    let request = FetchRequest {
        max_wait_ms: 0,
        max_bytes: 8 * MIB as i32,
        session_epoch: -1,
        topics: Array::of(&topics),
        ..Default::default()
    };
    let mut writer = Writer::new(11, false);
    leftfold_wire::Element::encode(&request, &mut writer);
    let mut frame = self::request(FetchRequest::KEY, 11, correlation_id, 0);
    frame.extend(writer.finish().concat());
    framed(&frame)
}

/// A topic whose first batch has about a MiB.
fn large_topic(world: &World) {
    let partition = world.topic_with(1, 0, TopicConfig { max_message_bytes: 4 * MIB, ..TopicConfig::default() });
    let value = "x".repeat(MIB - 1000);
    world.append(&partition, batch_with(&[&value], NOW_MS, &EncodeOptions::default()), 0);
}

#[test]
fn who_pipelines_fetches_and_does_not_read_leaves_room_for_others() {
    let world = World::with(ShellSettings { answer_bytes_max: 16 * MIB as u64, ..settings() });
    large_topic(&world);
    let mut greedy: Vec<_> = (0..20).map(|_| Raw::to(&world)).collect();
    for client in &mut greedy {
        (0..64).for_each(|number| client.send(&fetch(1, number)));
    }
    let mut other = Raw::to(&world);
    for number in 0..20 {
        other.send(&fetch(1, number));
        assert_eq!(other.answered(), number);
    }
}

#[test]
fn who_does_not_read_is_closed() {
    let pace = PaceMin { window: Duration::from_millis(50), whole: Duration::from_secs(60) };
    let world = World::with(ShellSettings { answer_pace: pace, ..settings() });
    large_topic(&world);
    let mut stuck = Raw::to(&world);
    stuck.send(&(0..64).flat_map(|number| fetch(1, number)).collect::<Vec<_>>()); // before it is closed
    until(|| world.shell.counts().transfers_stalled == 1);
    until(|| world.shell.counts().connections_open == 0);
    until(|| matches!(stuck.0.take_error(), Ok(Some(error)) if error.kind() == ErrorKind::ConnectionReset));
}

// -- limits of listeners ---------------------------------------------------------------------------------------------

#[test]
fn a_listener_has_its_own_rate_of_connections_and_its_own_size_of_frames() {
    let none = ListenerSettings { connections_per_second_max: 0, ..ListenerSettings::default() };
    let asks = ListenerSettings { is_open: false, ..ListenerSettings::default() };
    let listeners = HashMap::from([("CLOSED".to_owned(), none), ("ASKS".to_owned(), asks)]);
    let world = World::with(ShellSettings { listeners, ..settings() });
    let closed = world.shell.listen("CLOSED", "127.0.0.1", 0).expect("a port is free");
    let asks = world.shell.listen("ASKS", "127.0.0.1", 0).expect("a port is free");
    let _waits = Raw::to_port(closed);
    Raw::to(&world).is_served(600_000);
    Raw::to_port(asks).is_served(500_000);
    let mut stranger = Raw::to_port(asks);
    stranger.send(&600_000i32.to_be_bytes());
    assert_eq!(stranger.rest(), b"", "it is not known yet");
    assert_eq!(world.shell.counts().connections_total, 3);
}

// -- strangers and what is refused -----------------------------------------------------------------------------------

#[test]
fn strangers_and_refused_frames_are_counted() {
    let world = World::with(settings());
    let mut browser = Raw::to(&world);
    browser.send(&[&b"GET / HTTP/1.1\r\n"[..], &[b'x'; 100_000]].concat()); // what is not read must not destroy the answer
    let answer = String::from_utf8(browser.rest()).expect("text");
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("Kafka port"), "{answer}");
    let mut secure = Raw::to(&world);
    secure.send(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]);
    assert_eq!(secure.rest()[..1], [0x15]);
    let refused: [&[u8]; 5] = [
        &i32::MAX.to_be_bytes(),
        &(-1i32).to_be_bytes(),
        &framed(&request(999, 0, 1, 0)),
        &framed(&request(API_VERSIONS, -1, 1, 0)[..8]),
        &framed(&request(CREATE_TOPICS, 99, 1, 0)),
    ];
    for bytes in refused {
        let mut client = Raw::to(&world);
        client.send(bytes);
        client.rest();
    }
    until(|| {
        let counts = world.shell.counts();
        (counts.strangers_http, counts.strangers_tls, counts.frames_refused) == (1, 1, 5)
    });
}

// -- the end ---------------------------------------------------------------------------------------------------------

#[test]
fn a_stop_closes_listeners_then_answers_then_closes_connections() {
    let world = World::with(settings());
    let mut asked = Raw::to(&world);
    asked.send(&framed(&request(CREATE_TOPICS, 2, 1, 10)));
    let call = world.next_call();
    asked.send(&framed(&request(API_VERSIONS, 0, 2, 500_000))); // read or not, it must not destroy the answer before it
    let mut idle = Raw::to(&world);
    idle.is_served(0);
    std::thread::scope(|scope| {
        let closing = scope.spawn(|| world.shell.close(PATIENCE));
        assert_eq!(idle.rest(), b"", "who waits for nothing is closed at once");
        let error = TcpStream::connect(("127.0.0.1", world.port)).err().map(|error| error.kind());
        assert_eq!(error, Some(ErrorKind::ConnectionRefused), "listeners are closed before connections");
        world.shell.answer(call.id, vec![1, 2, 3]);
        assert_eq!(asked.answered(), 1);
        asked.rest();
        closing.join().expect("it ends");
    });
    assert_eq!(world.shell.counts().connections_open, 0);
}

#[test]
fn a_stop_does_not_wait_longer_than_it_may() {
    let world = World::with(settings());
    let mut asked = Raw::to(&world);
    asked.send(&framed(&request(CREATE_TOPICS, 2, 1, 10)));
    world.next_call(); // and is never answered
    world.shell.close(Duration::from_millis(20));
    assert_eq!(asked.rest(), b"");
}

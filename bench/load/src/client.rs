//! A blocking client for what surrounds a measurement: topics and their ids.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::options::Options;
use crate::wire::{
    Answer, CREATE_TOPICS, DELETE_TOPICS, FIND_COORDINATOR, INIT_PRODUCER_ID, LIST_OFFSETS, METADATA, Request, TopicId,
    Writer,
};

const WAIT_MAX: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20); // shorter, and a broker that makes many partitions is busy answering

/// One connection, one request at a time.
pub struct Client(TcpStream);

/// A topic as Metadata shows it, and where each partition ended when it was first led.
pub struct Topic {
    pub id: TopicId,
    pub partitions: i32,
    pub ends: Vec<i64>,
}

impl Client {
    pub fn connect(options: &Options) -> Result<Self, String> {
        Self::open(options.bootstrap()?)
    }

    pub fn open(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|why| format!("{address}: {why}"))?;
        stream.set_nodelay(true).map_err(|why| why.to_string())?;
        stream.set_read_timeout(Some(WAIT_MAX)).map_err(|why| why.to_string())?;
        Ok(Self(stream))
    }

    /// Exchange one frame.
    pub fn ask(&mut self, request: Vec<u8>) -> Result<Vec<u8>, String> {
        let mut exchange = || -> std::io::Result<Vec<u8>> {
            self.0.write_all(&request)?;
            let mut length = [0; 4];
            self.0.read_exact(&mut length)?;
            let mut frame = vec![0; u32::from_be_bytes(length) as usize];
            self.0.read_exact(&mut frame)?;
            Ok(frame)
        };
        exchange().map_err(|why| format!("asking the broker: {why}"))
    }

    /// How many brokers Metadata names; it asks for no topic.
    pub fn brokers(&mut self) -> Result<usize, String> {
        let mut request = Request::new(METADATA);
        request.compact(0);
        request.i8(0);
        request.i8(0);
        request.tags();
        let frame = self.ask(request.finish())?;
        let mut answer = Answer::new(&frame)?;
        answer.i32()?;
        answer.compact()
    }

    /// The id and epoch of a transactional producer, once its coordinator answers.
    pub fn init_producer(&mut self, id: &str) -> Result<Writer, String> {
        let started = Instant::now();
        loop {
            let mut request = Request::new(INIT_PRODUCER_ID);
            request.string(id);
            request.i32(60_000);
            request.i64(-1);
            request.i16(-1);
            request.tags();
            let frame = self.ask(request.finish())?;
            let mut answer = Answer::new(&frame)?;
            answer.i32()?;
            match answer.i16()? {
                0 => return Ok(Writer { producer_id: answer.i64()?, epoch: answer.i16()? }),
                error if started.elapsed() > WAIT_MAX => return Err(format!("transactional id {id}: error {error}")),
                _ => sleep(PAUSE),
            }
        }
    }

    /// Wait until a group or a transactional id has a coordinator that answers: the first who asks has its topic made.
    pub fn coordinator(&mut self, kind: i8, key: &str) -> Result<(), String> {
        let started = Instant::now();
        loop {
            let mut request = Request::new(FIND_COORDINATOR);
            request.i8(kind);
            request.compact(1);
            request.string(key);
            request.tags();
            let frame = self.ask(request.finish())?;
            let mut answer = Answer::new(&frame)?;
            answer.i32()?;
            answer.compact()?;
            answer.string()?;
            answer.i32()?;
            answer.string()?;
            answer.i32()?;
            match answer.i16()? {
                0 => return Ok(()),
                error if started.elapsed() > WAIT_MAX => return Err(format!("coordinator of {key}: error {error}")),
                _ => sleep(PAUSE),
            }
        }
    }

    /// The topic, once every partition of it has a leader that knows it is one: Kafka names leaders a moment before.
    pub fn topic(&mut self, name: &str) -> Result<Topic, String> {
        let started = Instant::now();
        let mut found = None;
        loop {
            found = match found {
                None => self.topic_now(name)?,
                Some(topic) => Some(topic),
            };
            if let Some(topic) = &mut found {
                self.ask_ends(name, &mut topic.ends)?;
            }
            match found {
                Some(topic) if topic.ends.iter().all(|end| *end >= 0) => return Ok(topic),
                _ if started.elapsed() > WAIT_MAX => return Err(format!("topic {name} has no leader")),
                _ => sleep(PAUSE),
            }
        }
    }

    /// Ask the partitions whose end is not known (-1) for it; those without a leader stay unknown.
    fn ask_ends(&mut self, name: &str, ends: &mut [i64]) -> Result<(), String> {
        let unknown: Vec<usize> = (0..ends.len()).filter(|place| ends[*place] < 0).collect();
        let mut request = Request::new(LIST_OFFSETS);
        request.i32(-1);
        request.i8(0);
        request.compact(1);
        request.string(name);
        request.compact(unknown.len());
        for partition in unknown {
            request.i32(partition as i32);
            request.i32(-1);
            request.i64(-1);
            request.tags();
        }
        request.tags();
        request.tags();
        let frame = self.ask(request.finish())?;
        let mut answer = Answer::new(&frame)?;
        answer.i32()?;
        answer.compact()?;
        answer.string()?;
        for _ in 0..answer.compact()? {
            let partition = usize::try_from(answer.i32()?).map_err(|why| why.to_string())?;
            let error = answer.i16()?;
            answer.i64()?; // timestamp
            let end = answer.i64()?;
            answer.i32()?; // leader epoch
            answer.tags()?;
            if error == 0 {
                *ends.get_mut(partition).ok_or("an answer for a partition that was not asked for")? = end;
            }
        }
        Ok(())
    }

    fn topic_now(&mut self, name: &str) -> Result<Option<Topic>, String> {
        let mut request = Request::new(METADATA);
        request.compact(1);
        request.bytes(&[0; 16]);
        request.string(name);
        request.tags();
        request.i8(0);
        request.i8(0);
        request.tags();
        let frame = self.ask(request.finish())?;
        let mut answer = Answer::new(&frame)?;
        answer.i32()?;
        for _ in 0..answer.compact()? {
            answer.i32()?;
            answer.string()?;
            answer.i32()?;
            answer.string()?;
            answer.tags()?;
        }
        answer.string()?;
        answer.i32()?;
        answer.compact()?;
        let error = answer.i16()?;
        answer.string()?;
        let id = answer.topic_id()?;
        answer.i8()?;
        let partitions = answer.compact()?;
        let mut led = error == 0;
        for _ in 0..partitions {
            led &= answer.i16()? == 0;
            answer.i32()?;
            led &= answer.i32()? >= 0;
            answer.i32()?;
            for _ in 0..3 {
                let replicas = answer.compact()?;
                answer.take(4 * replicas)?;
            }
            answer.tags()?;
        }
        let count = i32::try_from(partitions).map_err(|why| why.to_string())?;
        Ok(led.then(|| Topic { id, partitions: count, ends: vec![-1; partitions] }))
    }

    pub fn create_topic(&mut self, name: &str, partitions: i32, configs: &[(&str, &str)]) -> Result<(), String> {
        let mut request = Request::new(CREATE_TOPICS);
        request.compact(1);
        request.string(name);
        request.i32(partitions);
        request.i16(1);
        request.compact(0);
        request.compact(configs.len());
        for (name, value) in configs {
            request.string(name);
            request.string(value);
            request.tags();
        }
        request.tags();
        request.i32(60_000);
        request.i8(0);
        request.tags();
        let frame = self.ask(request.finish())?;
        let mut answer = Answer::new(&frame)?;
        answer.i32()?;
        answer.compact()?;
        answer.string()?;
        answer.topic_id()?;
        let error = answer.i16()?;
        let message = answer.string()?;
        if error == 0 { Ok(()) } else { Err(format!("topic {name} was not created: error {error} {message}")) }
    }

    pub fn delete_topic(&mut self, name: &str) -> Result<(), String> {
        let mut request = Request::new(DELETE_TOPICS);
        request.compact(1);
        request.string(name);
        request.bytes(&[0; 16]);
        request.tags();
        request.i32(60_000);
        request.tags();
        let frame = self.ask(request.finish())?;
        let mut answer = Answer::new(&frame)?;
        answer.i32()?;
        answer.compact()?;
        answer.string()?;
        answer.topic_id()?;
        let error = answer.i16()?;
        if error == 0 { Ok(()) } else { Err(format!("topic {name} was not deleted: error {error}")) }
    }
}

/// The topic of a measurement, made first if `--create PARTITIONS` says so.
pub fn prepare(options: &Options) -> Result<Topic, String> {
    let name = options.text("topic")?;
    let mut client = Client::connect(options)?;
    let partitions = i32::try_from(options.number("create", 0)?).map_err(|why| why.to_string())?;
    if partitions > 0 {
        client.create_topic(name, partitions, &options.configs()?)?;
    }
    client.topic(name)
}

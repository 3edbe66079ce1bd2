//! Echo: what an exchange over loopback costs a server that does nothing.

// No broker can cost less than this: it is the processor time of the network stack itself, which is charged to who sends.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::options::Options;
use crate::poller::{Poller, now};
use crate::report::{Object, thread_cpu_s};

/// About what a produce request of one record and its answer have.
const REQUEST: [u8; 250] = [b'q'; 250];
const ANSWER: [u8; 60] = [b'a'; 60];

pub fn run(options: &Options) -> Result<String, String> {
    let connections = options.number("connections", 16)?;
    let seconds = options.seconds("seconds", 1.0)?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|why| format!("127.0.0.1: {why}"))?;
    let address = listener.local_addr().map_err(|why| why.to_string())?;
    let server = thread::spawn(move || answer(&listener, connections));
    let mut streams = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).map_err(|why| format!("{address}: {why}"))?;
        stream.set_nodelay(true).map_err(|why| why.to_string())?;
        streams.push(stream);
    }
    ask(&mut streams, now() + seconds.as_nanos() as u64)?;
    drop(streams);
    let (exchanges, cpu_s) = server.join().map_err(|_| "the echo server panicked")??;
    let mut object = Object::default();
    object.count("connections", connections as u64);
    object.number("exchanges_per_s", exchanges as f64 / seconds.as_secs_f64());
    object.number("cpu_us_per_exchange", cpu_s / exchanges.max(1) as f64 * 1e6);
    Ok(object.finish())
}

/// Answer until every connection is closed: how often, and the thread's own processor time for it.
fn answer(listener: &TcpListener, connections: usize) -> Result<(u64, f64), String> {
    let mut poller = Poller::new()?;
    let mut streams = Vec::new();
    for number in 0..connections {
        let (stream, _) = listener.accept().map_err(|why| why.to_string())?;
        stream.set_nodelay(true).map_err(|why| why.to_string())?;
        poller.watch(number, &stream)?;
        streams.push(Some(stream));
    }
    let (mut exchanges, mut open, mut buffer) = (0, connections, [0; 4096]);
    let before = thread_cpu_s();
    while open > 0 {
        for ready in poller.wait(now() + 1_000_000_000)? {
            let Some(stream) = &mut streams[ready.number] else { continue };
            if matches!(stream.read(&mut buffer), Ok(0) | Err(_)) {
                streams[ready.number] = None;
                open -= 1;
                continue;
            }
            exchanges += 1;
            stream.write_all(&ANSWER).map_err(|why| why.to_string())?;
        }
    }
    Ok((exchanges, thread_cpu_s() - before))
}

/// One request in flight on each connection.
fn ask(streams: &mut [TcpStream], until: u64) -> Result<(), String> {
    let mut poller = Poller::new()?;
    let mut buffer = [0; 4096];
    for (number, stream) in streams.iter_mut().enumerate() {
        poller.watch(number, &*stream)?;
        stream.write_all(&REQUEST).map_err(|why| why.to_string())?;
    }
    while now() < until {
        for ready in poller.wait(until)? {
            let stream = &mut streams[ready.number];
            stream.read(&mut buffer).map_err(|why| why.to_string())?;
            stream.write_all(&REQUEST).map_err(|why| why.to_string())?;
        }
    }
    Ok(())
}

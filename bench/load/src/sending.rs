//! Sending: what bytes of a file cost on their way into a socket.

// No broker can serve a log for less: it either hands pages to the network unread, or reads them to look at them.

use std::fs::{File, OpenOptions, remove_file};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;

use crc_fast::{CrcAlgorithm, checksum};

use crate::options::Options;
use crate::report::{Object, thread_cpu_s};

const STRETCH: usize = 1 << 20;
/// More than the processor's caches hold.
const STRETCHES: u64 = 384;
const ROUNDS: usize = 5;

/// One way from the page cache.
struct Way {
    name: &'static str,
    reads: bool,
    checks: bool,
    sends: bool,
}

const WAYS: [Way; 5] = [
    Way { name: "read_us_per_mb", reads: true, checks: false, sends: false },
    Way { name: "read_check_us_per_mb", reads: true, checks: true, sends: false },
    Way { name: "read_send_us_per_mb", reads: true, checks: false, sends: true },
    Way { name: "read_check_send_us_per_mb", reads: true, checks: true, sends: true },
    Way { name: "sendfile_us_per_mb", reads: false, checks: false, sends: true },
];

/// Processor time of the sending thread for a megabyte over loopback, the best of some rounds: a mebibyte at a time read
/// into memory, checked (CRC-32C) and sent, or handed over unread by sendfile(2).
pub fn run(options: &Options) -> Result<String, String> {
    let path = Path::new(options.text("folder")?).join("load-sending");
    let outcome = measure(&path);
    remove_file(&path).map_err(|why| format!("{}: {why}", path.display()))?;
    outcome.map_err(|why| format!("{}: {why}", path.display()))
}

fn measure(path: &Path) -> io::Result<String> {
    let file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(path)?;
    let mut buffer: Vec<u8> = (0..STRETCH).map(|place| ((place * 7919) >> 3) as u8).collect();
    for number in 0..STRETCHES {
        file.write_all_at(&buffer, number * STRETCH as u64)?;
    }
    file.sync_all()?;
    let mut socket = drained()?;
    let mut best = WAYS.map(|_| f64::INFINITY);
    for _ in 0..ROUNDS {
        for (way, best) in WAYS.iter().zip(&mut best) {
            let before = thread_cpu_s();
            for number in 0..STRETCHES {
                way.go(&file, number * STRETCH as u64, &mut buffer, &mut socket)?;
            }
            *best = best.min((thread_cpu_s() - before) / (STRETCHES as usize * STRETCH) as f64 * 1e12);
        }
    }
    let mut object = Object::default();
    for (way, best) in WAYS.iter().zip(best) {
        object.number(way.name, best);
    }
    Ok(object.finish())
}

impl Way {
    fn go(&self, file: &File, position: u64, buffer: &mut [u8], socket: &mut TcpStream) -> io::Result<()> {
        if self.reads {
            file.read_exact_at(buffer, position)?;
        }
        if self.checks {
            std::hint::black_box(checksum(CrcAlgorithm::Crc32Iscsi, buffer));
        }
        match (self.sends, self.reads) {
            (false, _) => Ok(()),
            (true, true) => socket.write_all(buffer),
            (true, false) => hand_over(file, position, socket),
        }
    }
}

fn hand_over(file: &File, position: u64, socket: &TcpStream) -> io::Result<()> {
    let (mut at, end) = (position, position + STRETCH as u64);
    while at < end {
        let left = (end - at) as usize;
        if rustix::fs::sendfile(socket, file, Some(&mut at), left)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// A connection whose other end throws everything away.
fn drained() -> io::Result<TcpStream> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let socket = TcpStream::connect(listener.local_addr()?)?;
    let (mut other, _) = listener.accept()?;
    thread::spawn(move || {
        let mut buffer = vec![0; STRETCH];
        while matches!(other.read(&mut buffer), Ok(1..)) {}
    });
    Ok(socket)
}

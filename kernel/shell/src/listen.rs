//! Listening sockets: accept, admit, hand to a worker.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener, TcpStream as StdStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use crate::connection::Peer;
use crate::gate::{Admitted, Gate};
use crate::rate::Rate;

const KEEPALIVE_AFTER: Duration = Duration::from_secs(60);
/// After an accept that failed (no descriptors left), so that it is not tried in a busy loop.
const PAUSE: Duration = Duration::from_millis(50);

/// A connection on its way to the worker that will serve it.
pub struct Accepted {
    pub stream: StdStream,
    pub peer: Peer,
    pub admitted: Admitted,
}

pub type Workers = Arc<Vec<mpsc::UnboundedSender<Accepted>>>;

/// Bind a socket; `SO_REUSEADDR` lets a restart take the port of connections that are still ending.
pub fn bind(host: &str, port: u16, backlog: i32) -> io::Result<StdListener> {
    let address = (host, port)
        .to_socket_addrs()?
        .next()
        .ok_or_else(|| io::Error::new(io::ErrorKind::AddrNotAvailable, "the name has no address"))?;
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Accepts until told to stop.
pub struct Acceptor {
    pub name: String,
    /// It asks nobody who they are.
    pub is_open: bool,
    pub gate: Arc<Gate>,
    pub workers: Workers,
    pub next_connection: Arc<AtomicU64>,
    pub next_worker: Arc<AtomicUsize>,
    /// Of all listeners together, and of this one.
    pub rates: [Arc<Rate>; 2],
}

impl Acceptor {
    pub async fn run(self, listener: StdListener, mut stop: watch::Receiver<bool>) {
        let Ok(listener) = TcpListener::from_std(listener) else { return };
        tokio::select! {
            () = self.accept(&listener) => {}
            _ = stop.changed() => {}
        }
    }

    async fn accept(&self, listener: &TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, address)) => {
                    self.wait_for_turn().await;
                    if let Ok(stream) = stream.into_std() {
                        self.hand_over(stream, address);
                    }
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Who comes too fast waits, and those behind it wait in the backlog.
    async fn wait_for_turn(&self) {
        let now = Instant::now();
        let turn = self.rates.iter().map(|rate| rate.take(now)).max();
        if let Some(turn) = turn.filter(|turn| *turn > now) {
            tokio::time::sleep_until(turn).await;
        }
    }

    fn hand_over(&self, stream: StdStream, address: SocketAddr) {
        let Some(admitted) = self.gate.admit(address.ip()) else { return };
        let Ok(local) = stream.local_addr() else { return };
        let _ = stream.set_nodelay(true);
        let _ = SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE_AFTER));
        let peer = Peer {
            listener: self.name.clone(),
            authenticated: self.is_open,
            local: shown(local),
            address: shown(address),
            connection: self.next_connection.fetch_add(1, Ordering::Relaxed) + 1,
        };
        let worker = self.next_worker.fetch_add(1, Ordering::Relaxed) % self.workers.len();
        let _ = self.workers[worker].send(Accepted { stream, peer, admitted });
    }
}

/// Host and port; an IPv4 address that came as IPv6 is shown as what it is.
fn shown(address: SocketAddr) -> (String, i32) {
    (address.ip().to_canonical().to_string(), i32::from(address.port()))
}

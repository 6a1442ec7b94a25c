use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Deserialize;

use super::VirtualClock;
use super::virtual_clock::Rest;
use crate::error::Error;

/// A clock's end of the connection to whoever conducts it. Frames are JSON, one a line; the first one says who is
/// there.
pub(super) struct Link {
    frames: mpsc::Sender<String>,
    /// The last order that was obeyed.
    pub(super) heard: u64,
    /// How many waits were told.
    pub(super) told_waits: usize,
}

/// Lets time pass until so much has since the beginning.
#[derive(Deserialize)]
struct Order {
    order: u64,
    now_ns: u64,
}

const PROTOCOL: u32 = 1;
/// In real time.
const LONGEST_GREETING: Duration = Duration::from_secs(5);

impl VirtualClock {
    /// A clock that is moved from another process, or another part of this one: the conductor that listens at an
    /// address of this machine, such as `127.0.0.1:4567/TOKEN`. It is told of every wait and every request, and lets
    /// time pass when nothing else is left to do. Once the conductor is gone, nothing is waited for any more, and calls
    /// fail.
    ///
    /// # Errors
    ///
    /// `configuration` when the address is not one of this machine's, or nobody listens there.
    pub fn conducted(address: &str) -> Result<Self, Error> {
        let (peer, token) = parse(address)?;
        let failed = |error: io::Error| {
            Error::configuration(format!("no conductor answers at {peer}; start it first")).with_source(error)
        };
        let mut stream = TcpStream::connect(peer).map_err(failed)?;
        let _ = stream.set_nodelay(true);
        let mut orders = BufReader::new(stream.try_clone().map_err(failed)?);
        // The first order says that from now on nothing happens without this clock.
        let first = greet(&mut stream, token).and_then(|()| first_order(&mut orders)).map_err(failed)?;
        let clock = Self::new();
        let (frames, outgoing) = mpsc::channel();
        clock.conduct(Link::new(frames));
        // It may be one that others have heard already, and that somebody waits for.
        clock.obey(first.order, Duration::from_nanos(first.now_ns));
        spawn("axiomo-clock-tells", move || tell(stream, &outgoing)).map_err(failed)?;
        let obeying = clock.clone();
        spawn("axiomo-clock-obeys", move || obey(orders, &obeying)).map_err(failed)?;
        Ok(clock)
    }
}

impl Link {
    pub(super) fn new(frames: mpsc::Sender<String>) -> Self {
        Self { frames, heard: 0, told_waits: 0 }
    }

    pub(super) fn tell(&self, rest: &Rest<'_>) {
        if let Ok(frame) = serde_json::to_string(rest) {
            // When it fails, the conductor is gone, which whoever reads notices.
            let _ = self.frames.send(frame);
        }
    }
}

fn parse(address: &str) -> Result<(SocketAddr, &str), Error> {
    let parsed = address.split_once('/').and_then(|(peer, token)| Some((peer.parse().ok()?, token)));
    match parsed {
        Some((peer, token)) if SocketAddr::ip(&peer).is_loopback() && !token.is_empty() => Ok((peer, token)),
        _ => Err(Error::configuration(
            "the conductor's address cannot be used; expected one of this machine with its token, such as \
             127.0.0.1:4567/TOKEN",
        )),
    }
}

fn greet(stream: &mut TcpStream, token: &str) -> io::Result<()> {
    let mut frame = serde_json::json!({"protocol": PROTOCOL, "token": token}).to_string();
    frame.push('\n');
    stream.write_all(frame.as_bytes())
}

fn first_order(orders: &mut BufReader<TcpStream>) -> io::Result<Order> {
    orders.get_ref().set_read_timeout(Some(LONGEST_GREETING))?;
    let mut line = String::new();
    orders.read_line(&mut line)?;
    orders.get_ref().set_read_timeout(None)?;
    Ok(serde_json::from_str(&line)?)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

fn tell(mut stream: TcpStream, frames: &mpsc::Receiver<String>) {
    while let Ok(mut frame) = frames.recv() {
        frame.push('\n');
        if stream.write_all(frame.as_bytes()).is_err() {
            return;
        }
    }
}

fn obey(orders: BufReader<TcpStream>, clock: &VirtualClock) {
    for line in orders.lines().map_while(Result::ok) {
        let Ok(Order { order, now_ns }) = serde_json::from_str(&line) else { break };
        clock.obey(order, Duration::from_nanos(now_ns));
    }
    clock.end();
}

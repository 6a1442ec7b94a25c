use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::clock::within;

/// A port whose queue is full of connections that nobody takes: the system drops whatever else wants to connect, and
/// tells nobody.
pub(crate) struct FullQueue {
    pub(crate) address: SocketAddr,
    _listener: TcpListener,
    _queued: Vec<TcpStream>,
}

/// What has not connected to this machine by then is not going to.
const LONGEST_CONNECT: Duration = Duration::from_millis(100);
/// More than any system queues where it is asked for one.
const MOST_QUEUED: usize = 64;

impl FullQueue {
    pub(crate) async fn at_a_port() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(1)?;
        let address = listener.local_addr()?;
        let mut queued = Vec::new();
        while queued.len() < MOST_QUEUED {
            match within(LONGEST_CONNECT, TcpStream::connect(address)).await {
                Some(connected) => queued.push(connected?),
                None => return Ok(Self { address, _listener: listener, _queued: queued }),
            }
        }
        Err(io::Error::other("the queue of a port does not get full"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn whoever_connects_is_neither_taken_nor_refused() {
        let queue = FullQueue::at_a_port().await.unwrap();
        assert!(within(LONGEST_CONNECT, TcpStream::connect(queue.address)).await.is_none());
    }
}

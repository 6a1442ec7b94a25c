//! A client that sees every byte, and how a connection ends.

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Service, pull};

/// What came over a connection until it ended.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) bytes: Vec<u8>,
    /// Whether it was reset.
    pub(crate) is_reset: bool,
}

impl Seen {
    #[track_caller]
    fn ended_by(error: &std::io::Error) -> Self {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
        Self { bytes: Vec::new(), is_reset: true }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The head and the body.
    #[track_caller]
    pub(crate) fn parts(&self) -> (String, Vec<u8>) {
        let end = self.bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        (String::from_utf8(self.bytes[..end].to_vec()).unwrap(), self.bytes[end..].to_vec())
    }
}

/// `POST /api/analyze` for the pull request.
pub(crate) fn analyze() -> Vec<u8> {
    let body = pull(7);
    let head = "POST /api/analyze HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(crate) async fn connect(service: &Service) -> TcpStream {
    TcpStream::connect(service.server.address()).await.unwrap()
}

/// What comes to a client that says nothing. A reset may be there before the connection is.
pub(crate) async fn connect_and_read(service: &Service) -> Seen {
    match TcpStream::connect(service.server.address()).await {
        Ok(mut stream) => read_to_end(&mut stream).await,
        Err(error) => Seen::ended_by(&error),
    }
}

pub(crate) async fn read_to_end(stream: &mut (impl AsyncRead + Unpin)) -> Seen {
    let mut seen = Seen { bytes: Vec::new(), is_reset: false };
    let mut buffer = [0; 8192];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => return seen,
            Ok(length) => seen.bytes.extend(&buffer[..length]),
            Err(error) => return Seen { bytes: seen.bytes, ..Seen::ended_by(&error) },
        }
    }
}

/// Sends bytes, and reads until the server ends the connection.
pub(crate) async fn exchange(service: &Service, bytes: &[u8]) -> Seen {
    let mut stream = connect(service).await;
    stream.write_all(bytes).await.unwrap();
    read_to_end(&mut stream).await
}

/// Reads so many bytes.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin), length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await.unwrap();
    bytes
}

/// Reads up to and with some bytes.
pub(crate) async fn read_until(stream: &mut (impl AsyncRead + Unpin), end: &[u8]) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(end) {
        bytes.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What the journal says of a connection's end.
#[track_caller]
pub(crate) fn end(entry: &Value) -> (&str, &str) {
    assert_eq!(entry["event"], "closed");
    (entry["by"].as_str().unwrap(), entry["how"].as_str().unwrap())
}

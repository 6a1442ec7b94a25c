//! A service whose first connection fails in a given way, and the way to it.

use std::future::poll_fn;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use axiomo::{Client, ClientBuilder};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::authority::authority;
use crate::support::{ANALYSIS, Action, answer, read_request};

/// What befalls the first connection. Those after it are served well.
#[derive(Clone)]
pub(crate) enum Fault {
    /// The request is read, and these bytes are all that comes.
    Answer(Vec<u8>, End),
    /// The same over TLS, which is not ended as it should be.
    TlsAnswer(Vec<u8>),
    /// In the place of a handshake.
    Handshake(Vec<u8>, End),
    /// With the last message of the handshake, over this protocol, before any request can come.
    Established(&'static [u8], Vec<u8>),
    /// What a stream of HTTP/2 meets.
    Stream(Stream),
    /// In the place of a tunnel.
    Tunnel(Vec<u8>, End),
}

#[derive(Clone, Copy)]
pub(crate) enum End {
    Close,
    Reset,
}

#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Refused,
    Reset,
    ResetAfterItsHead,
}

/// The idempotency keys of the requests that were read, in order; empty where there was none.
#[derive(Clone, Default)]
pub(crate) struct Keys(Arc<Mutex<Vec<String>>>);

impl Keys {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn note(&self, key: Option<&str>) {
        self.0.lock().unwrap().push(key.unwrap_or_default().to_owned());
    }

    async fn read_request(&self, stream: &mut (impl AsyncRead + Unpin)) -> Option<()> {
        let request = read_request(stream).await?;
        self.note(request.lines().find_map(|line| line.strip_prefix("idempotency-key: ")));
        Some(())
    }
}

impl Fault {
    /// Starts the service. Gives a client that knows the way to it, and what is read there.
    pub(crate) async fn start(&self) -> (ClientBuilder, Keys) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (name, base_url) = match self {
            Self::Answer(..) => ("127.0.0.1", format!("http://127.0.0.1:{port}/api")),
            Self::Tunnel(..) => ("axiomo.invalid", "https://axiomo.invalid/api".to_owned()),
            _ => ("localhost", format!("https://localhost:{port}/api")),
        };
        let authority = authority();
        let mut config = authority.server_config(name, None, &[self.protocol()]);
        // So that something can come with the handshake's last message.
        config.send_half_rtt_data = true;
        let mut builder = Client::builder().base_url(base_url).root_certificate(authority.pem);
        if matches!(self, Self::Tunnel(..)) {
            builder = builder.proxy(format!("http://127.0.0.1:{port}"));
        }
        let (acceptor, keys) = (TlsAcceptor::from(Arc::new(config)), Keys::default());
        let (mut is_first, fault, noted) = (true, self.clone(), keys.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (fault, acceptor, keys) = (fault.clone(), acceptor.clone(), noted.clone());
                if std::mem::take(&mut is_first) {
                    tokio::spawn(async move { fault.befall(stream, acceptor, &keys).await });
                } else {
                    tokio::spawn(async move { fault.spare(stream, acceptor, &keys).await });
                }
            }
        });
        (builder, keys)
    }

    fn protocol(&self) -> &'static [u8] {
        match self {
            Self::Established(protocol, _) => protocol,
            Self::Stream(_) => b"h2",
            _ => b"http/1.1",
        }
    }

    async fn befall(self, mut stream: TcpStream, acceptor: TlsAcceptor, keys: &Keys) {
        let (bytes, end) = match self {
            Self::Answer(bytes, end) => {
                keys.read_request(&mut stream).await.unwrap();
                (bytes, end)
            }
            Self::Handshake(bytes, end) | Self::Tunnel(bytes, end) => {
                assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
                (bytes, end)
            }
            Self::TlsAnswer(bytes) => {
                let mut stream = acceptor.accept(stream).await.unwrap();
                keys.read_request(&mut stream).await.unwrap();
                stream.write_all(&bytes).await.unwrap();
                return stream.flush().await.unwrap();
            }
            Self::Established(_, bytes) => return leave_at_once(stream, &acceptor, &bytes).await,
            Self::Stream(fault) => return http2(acceptor.accept(stream).await.unwrap(), Some(fault), keys).await,
        };
        // A client that has seen enough is none of the server's business.
        let _ = stream.write_all(&bytes).await;
        if matches!(end, End::Reset) {
            stream.set_zero_linger().unwrap();
        }
    }

    async fn spare(self, mut stream: TcpStream, acceptor: TlsAcceptor, keys: &Keys) {
        match self {
            Self::Answer(..) => return http1(stream, keys).await,
            Self::Tunnel(..) => {
                read_request(&mut stream).await.unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            }
            _ => {}
        }
        let stream = acceptor.accept(stream).await.unwrap();
        if self.protocol() == b"h2" { http2(stream, None, keys).await } else { http1(stream, keys).await }
    }
}

/// Completes the handshake, and ends the connection in the same breath.
async fn leave_at_once(mut stream: TcpStream, acceptor: &TlsAcceptor, last_words: &[u8]) {
    let mut tls = rustls::ServerConnection::new(Arc::clone(acceptor.config())).unwrap();
    while !tls.wants_write() {
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        assert!(read > 0);
        tls.read_tls(&mut &bytes[..read]).unwrap();
        tls.process_new_packets().unwrap();
    }
    tls.writer().write_all(last_words).unwrap();
    tls.send_close_notify();
    let mut bytes = Vec::new();
    while tls.wants_write() {
        tls.write_tls(&mut bytes).unwrap();
    }
    stream.write_all(&bytes).await.unwrap();
    while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {}
}

/// Answers every request.
async fn http1(mut stream: impl AsyncRead + AsyncWrite + Unpin, keys: &Keys) {
    let Action::Send(answer) = answer(200, &[], ANALYSIS) else { return };
    while keys.read_request(&mut stream).await.is_some() {
        stream.write_all(&answer).await.unwrap();
        stream.flush().await.unwrap();
    }
}

/// Answers every request, but does this with the first.
async fn http2(stream: impl AsyncRead + AsyncWrite + Unpin, mut fault: Option<Stream>, keys: &Keys) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        keys.note(request.headers().get("idempotency-key").map(|key| key.to_str().unwrap()));
        match fault.take() {
            Some(Stream::Refused) => respond.send_reset(h2::Reason::REFUSED_STREAM),
            Some(Stream::Reset) => respond.send_reset(h2::Reason::INTERNAL_ERROR),
            Some(Stream::ResetAfterItsHead) => {
                let mut body = respond.send_response(http::Response::new(()), false).unwrap();
                body.send_data(ANALYSIS.as_bytes().into(), false).unwrap();
                // A reset takes back what is not on its way yet.
                poll_fn(|context| Poll::Ready(connection.poll_accept(context).is_ready())).await;
                body.send_reset(h2::Reason::INTERNAL_ERROR);
            }
            None => {
                let mut body = respond.send_response(http::Response::new(()), false).unwrap();
                body.send_data(ANALYSIS.as_bytes().into(), true).unwrap();
            }
        }
    }
}

//! A server that gives every request the same answer, ready made, so that it weighs as little as can be
//! beside the client that is measured.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use crate::ANSWER;

/// Serves until standard input ends, as it does when whoever started this is gone.
pub(crate) fn run() -> anyhow::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    writeln!(io::stdout(), "http://{}/api", listener.local_addr()?)?;
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // Whoever hangs up has had enough.
            thread::spawn(move || serve(&connection));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

fn serve(mut connection: &TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let answer = answer();
    let mut reader = BufReader::new(connection);
    while pass_over(&mut reader)? {
        connection.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Reads one request to its end; false when there is none.
fn pass_over(reader: &mut impl BufRead) -> io::Result<bool> {
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        if line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    io::copy(&mut reader.take(length), &mut io::sink())?;
    Ok(true)
}

/// The answer with the headers that the service gives, and a limit that holds nobody up.
fn answer() -> String {
    format!(
        "HTTP/1.1 200 OK\r\n\
         content-type: application/json\r\n\
         x-ratelimit-limit: 2147483647\r\n\
         x-ratelimit-remaining: 2147483646\r\n\
         x-ratelimit-reset: 1795449660\r\n\
         x-request-id: req_01jx5w2m8q7v4tr9\r\n\
         cache-control: no-store\r\n\
         content-length: {}\r\n\
         date: Mon, 23 Nov 2026 16:00:00 GMT\r\n\
         \r\n{ANSWER}",
        ANSWER.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_passed_over_one_by_one() {
        let mut requests: &[u8] = b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\n\r\n";
        assert!(pass_over(&mut requests).unwrap());
        assert!(requests.starts_with(b"GET /b"));
        assert!(pass_over(&mut requests).unwrap());
        assert!(!pass_over(&mut requests).unwrap());
    }
}

//! One GET, as a healthcheck would ask.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The status and the body.
///
/// # Errors
/// Nobody answers, or not in HTTP.
pub fn get(address: SocketAddr, path: &str) -> Result<(u16, String), String> {
    let say =
        |what: &str, error: &dyn std::fmt::Display| format!("GET {path} from {address}: {what}: {error}");
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))
        .map_err(|error| say("connect", &error))?;
    stream.set_read_timeout(Some(Duration::from_secs(15))).map_err(|error| say("timeout", &error))?;
    // 1.0: the answer is not chunked and ends with the connection
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\nAccept: */*\r\n\r\n")
        .map_err(|error| say("write", &error))?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(|error| say("read", &error))?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| say("answer", &answer))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or_else(|| say("status", &head))?, body.to_owned()))
}

//! One request, as a healthcheck would ask.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The status and the body.
///
/// # Errors
/// Nobody answers, or not in HTTP.
pub fn get(address: SocketAddr, path: &str) -> Result<(u16, String), String> {
    ask(address, "GET", path, "")
}

/// The same with any method, and a body of JSON.
///
/// # Errors
/// Nobody answers, or not in HTTP.
pub fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Result<(u16, String), String> {
    let say = |what: &str, error: &dyn std::fmt::Display| {
        format!("{method} {path} from {address}: {what}: {error}")
    };
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))
        .map_err(|error| say("connect", &error))?;
    stream.set_read_timeout(Some(Duration::from_secs(15))).map_err(|error| say("timeout", &error))?;
    // 1.0: the answer is not chunked and ends with the connection
    let head = format!("{method} {path} HTTP/1.0\r\nHost: localhost\r\nAccept: */*\r\n");
    let length = body.len();
    let content = match length {
        0 => String::new(),
        _ => format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"),
    };
    write!(stream, "{head}{content}\r\n{body}").map_err(|error| say("write", &error))?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(|error| say("read", &error))?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| say("answer", &answer))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or_else(|| say("status", &head))?, body.to_owned()))
}

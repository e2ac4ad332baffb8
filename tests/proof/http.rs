//! One request to a published port, as a healthcheck would ask.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::certificate;

/// A published port.
#[derive(Clone, Copy)]
pub struct Door {
    pub address: SocketAddr,
    /// Whether it speaks TLS, by the certificate of [`certificate`].
    pub tls: bool,
}

impl Door {
    /// The status and the body.
    ///
    /// # Errors
    /// Nobody answers, or not in HTTP.
    pub fn get(self, path: &str) -> Result<(u16, String), String> {
        self.ask("GET", path, "")
    }

    /// The same with any method, and a body of JSON.
    ///
    /// # Errors
    /// Nobody answers, or not in HTTP.
    pub fn ask(self, method: &str, path: &str, body: &str) -> Result<(u16, String), String> {
        // 1.0: the answer is not chunked and ends with the connection
        let head = format!("{method} {path} HTTP/1.0\r\nHost: localhost\r\nAccept: */*\r\n");
        let length = body.len();
        let content = match length {
            0 => String::new(),
            _ => format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"),
        };
        let request = format!("{head}{content}\r\n{body}");
        let answer = if self.tls { self.exchange_tls(&request) } else { self.exchange(&request) };
        answer
            .and_then(|answer| read(&answer))
            .map_err(|error| format!("{method} {path} from {}: {error}", self.address))
    }

    fn exchange(self, request: &str) -> Result<String, String> {
        let say = |error: std::io::Error| error.to_string();
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(5)).map_err(say)?;
        stream.set_read_timeout(Some(Duration::from_secs(15))).map_err(say)?;
        stream.write_all(request.as_bytes()).map_err(say)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map_err(say)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn exchange_tls(self, request: &str) -> Result<String, String> {
        let authority = certificate::file()?;
        let mut client = Command::new("timeout")
            .args(["15", "openssl", "s_client", "-quiet", "-verify_return_error"])
            .args(["-verify_hostname", "localhost", "-servername", "localhost"])
            .arg("-CAfile")
            .arg(authority)
            .args(["-connect", &self.address.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("openssl: {error}"))?;
        // stays open: its end would be the end of the connection
        let mut input = client.stdin.take().ok_or("openssl has no input")?;
        input.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
        let output = client.wait_with_output().map_err(|error| error.to_string())?;
        match output.stdout.is_empty() {
            true => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
            false => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        }
    }
}

fn read(answer: &str) -> Result<(u16, String), String> {
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| format!("no answer in HTTP: {answer}"))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or_else(|| format!("no status: {head}"))?, body.to_owned()))
}

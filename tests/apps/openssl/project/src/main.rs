//! Answers with the fingerprint of what it is sent, computed by the system's OpenSSL.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use openssl::error::ErrorStack;
use openssl::ssl::{SslConnector, SslMethod};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("0.0.0.0:8080")?;
    for stream in listener.incoming() {
        let stream = stream?;
        std::thread::spawn(move || answer(&stream));
    }
    Ok(())
}

fn answer(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut request = String::new();
    BufReader::new(stream).read_line(&mut request)?;
    let path = request.split_whitespace().nth(1).unwrap_or("/");
    let body = match path {
        "/health" => "ok".to_owned(),
        "/trusted" => trusted().map_or_else(|error| error.to_string(), |count| format!("{count} authorities")),
        _ => fingerprint(path).unwrap_or_else(|error| error.to_string()),
    };
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn fingerprint(text: &str) -> Result<String, ErrorStack> {
    let digest = openssl::hash::hash(openssl::hash::MessageDigest::sha256(), text.as_bytes())?;
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// How many certificate authorities a connection to another server would be checked with.
fn trusted() -> Result<usize, ErrorStack> {
    let connector = SslConnector::builder(SslMethod::tls_client())?.build();
    Ok(connector.context().cert_store().all_certificates().len())
}

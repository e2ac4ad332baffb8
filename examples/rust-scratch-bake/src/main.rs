//! A starter: its front page says which services it reaches.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const NAME: &str = "rust-scratch-bake";
const HEARTBEAT: &str = "/tmp/worker.alive";

fn main() -> ExitCode {
    if let Err(error) = run() {
        log("error", &error.to_string(), &[]);
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn run() -> io::Result<()> {
    match (env::args().nth(1).as_deref(), env::var("PORT")) {
        (None | Some("serve"), Ok(port)) => serve(&port),
        (None | Some("worker"), _) => work(),
        (Some("worker-check"), _) => check_worker(),
        (Some("migrate"), _) => migrate(),
        (Some(other), _) => Err(io::Error::other(format!("unknown command `{other}`"))),
    }
}

fn serve(port: &str) -> io::Result<()> {
    let listener = TcpListener::bind(format!("0.0.0.0:{port}"))?;
    log("info", "listening", &[("port", port.to_owned())]);
    for stream in listener.incoming().flatten() {
        // Without a thread to spare the connection is closed
        let _ = thread::Builder::new().spawn(move || answer(&stream));
    }
    Ok(())
}

fn answer(mut stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream.take(8192)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    // A connection closed with headers unread looks broken to the client
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let mut words = request.split([' ', '?']);
    let method = words.next().unwrap_or_default();
    let (status, body) = match (method, words.next()) {
        ("GET" | "HEAD", Some("/")) => ("200 OK", front_page()),
        ("GET" | "HEAD", Some("/health")) => ("200 OK", object(&[("status", text("ok"))])),
        _ => ("404 Not Found", object(&[("error", text("not found"))])),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    if method == "GET" {
        stream.write_all(body.as_bytes())?;
    }
    Ok(())
}

fn front_page() -> String {
    let mut found = Vec::new();
    for (stem, host, port) in services() {
        let state = match reach(&stem, &host, &port) {
            Ok(()) => "reachable".to_owned(),
            Err(error) => format!("unreachable: {error}"),
        };
        found.push((stem.to_lowercase(), text(&state)));
    }
    object(&[("name", text(NAME)), ("services", object(&found))])
}

fn reach(stem: &str, host: &str, port: &str) -> io::Result<()> {
    dial(host, port)?;
    if let Ok(file) = env::var(format!("{stem}_URL_FILE")) {
        fs::read(file)?;
    }
    Ok(())
}

fn work() -> io::Result<()> {
    log("info", "worker started", &[]);
    loop {
        fs::write(HEARTBEAT, "")?;
        thread::sleep(Duration::from_secs(5));
    }
}

fn check_worker() -> io::Result<()> {
    let beat = fs::metadata(HEARTBEAT)?.modified()?;
    if beat.elapsed().unwrap_or_default() > Duration::from_secs(30) {
        return Err(io::Error::other("the last heartbeat is too old"));
    }
    Ok(())
}

fn migrate() -> io::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(30);
    for (stem, host, port) in services() {
        // One without a secret URL has no data to prepare, and need not even run
        if env::var_os(format!("{stem}_URL_FILE")).is_none() {
            continue;
        }
        while let Err(error) = dial(&host, &port) {
            if Instant::now() > deadline {
                return Err(io::Error::other(format!("{stem}: {error}")));
            }
            thread::sleep(Duration::from_secs(1));
        }
    }
    log("info", "migrated", &[]);
    Ok(())
}

/// Stem, host and port of each `X_HOST` in the environment that has an `X_PORT` beside it.
fn services() -> Vec<(String, String, String)> {
    let mut found: Vec<_> = env::vars()
        .filter_map(|(key, host)| {
            let stem = key.strip_suffix("_HOST")?.to_owned();
            let port = env::var(format!("{stem}_PORT")).ok()?;
            Some((stem, host, port))
        })
        .collect();
    found.sort();
    found
}

fn dial(host: &str, port: &str) -> io::Result<()> {
    let port: u16 = port.parse().map_err(io::Error::other)?;
    let mut result = Err(io::Error::other("the name has no address"));
    for address in (host, port).to_socket_addrs()? {
        result = TcpStream::connect_timeout(&address, Duration::from_secs(1)).map(drop);
        if result.is_ok() {
            break;
        }
    }
    result
}

fn log(level: &str, message: &str, more: &[(&str, String)]) {
    let start = [("level", text(level)), ("message", text(message))];
    println!("{}", object(&[&start, more].concat()));
}

/// A JSON object of values that are JSON already.
fn object<K: AsRef<str>>(fields: &[(K, String)]) -> String {
    let mut json = Vec::new();
    for (key, value) in fields {
        json.push(text(key.as_ref()) + ":" + value);
    }
    "{".to_owned() + &json.join(",") + "}"
}

/// A JSON string.
fn text(value: &str) -> String {
    let mut json = String::from('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c.is_control() => json.push(' '),
            c => json.push(c),
        }
    }
    json + "\""
}

//! One more service in a file of many.

use std::fmt::Write;
use std::process::Command;

use dockgen::compose::{Compose, Gain, Link, Request};

use crate::PROGRAM;
use crate::page::{Page, mb, ms, ratio};
use crate::taken::{in_turn, peak, run};

const FRAGMENT: &str =
    "services:\n  cache:\n    image: redis:8\n    volumes:\n      - cache:/data\n\nvolumes:\n  cache:\n";

pub fn measure(page: &mut Page) {
    page.section(
        "One more service",
        "Text is inserted into a Compose file, with all checks, against reading the same text alone; and \
         `dockgen add redis=cache --yes` on it as a whole process. Wanted is a ratio of 4, at any size: the old \
         text and the new one are each read once by either reader, and their values are compared.",
    );
    let head = [
        "services",
        "size",
        "read, CPU",
        "read and insert, CPU",
        "ratio",
        "process, wall",
        "CPU",
        "peak memory",
    ];
    page.table(&head, &[100, 1_000, 10_000].map(row));
}

fn row(count: usize) -> Vec<String> {
    let text = file(count);
    let request = request();
    let rounds = (20_000 / count).clamp(5, 40);
    let taken = in_turn(
        rounds,
        &mut [&mut || drop(Compose::parse(&text).expect("it can be read")), &mut || {
            drop(Compose::parse(&text).expect("it can be read").insert(&request).expect("it goes in"))
        }],
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("compose.yaml");
    let fresh = || {
        let _ = std::fs::remove_dir_all(folder.path().join(".dockgen"));
        std::fs::write(&path, &text).expect("a file");
    };
    let arguments = ["add", "redis=cache", "--to", "app00001", "--yes"];
    let mut add = || {
        fresh();
        run(Command::new(PROGRAM).args(arguments).current_dir(folder.path()));
    };
    let process = in_turn(rounds.min(10), &mut [&mut add])[0];
    fresh();
    let file = path.to_string_lossy().into_owned();
    let peak = peak(&[&[PROGRAM], &arguments[..], &["--file", &file]].concat());
    let [read, insert] = [taken[0], taken[1]];
    vec![
        count.to_string(),
        mb(text.len() as u64 / 1000),
        ms(read.cpu),
        ms(insert.cpu),
        ratio(insert.times(read)),
        ms(process.wall),
        ms(process.cpu),
        mb(peak),
    ]
}

/// Services as people write them, about 340 bytes each.
fn file(count: usize) -> String {
    let mut text = "services:\n".to_owned();
    for number in 1..=count {
        let _ = write!(
            text,
            "  app{number:05}:\n    build: ./app{number:05}\n    restart: unless-stopped\n    environment:\n      \
             # where it listens\n      PORT: \"8080\"\n      MODE: production\n      NAME: app{number:05}\n    ports:\n      \
             - \"127.0.0.1:{}:8080\"\n    volumes:\n      - data{number:05}:/data\n    healthcheck:\n      \
             test: [\"CMD\", \"/probe\"]\n      interval: 30s\n\n",
            10_000 + number
        );
    }
    text.push_str("volumes:\n");
    (1..=count).for_each(|number| text.push_str(&format!("  data{number:05}:\n")));
    text
}

fn request() -> Request<'static> {
    let gains = [
        Gain::DependsOn { on: "cache".to_owned(), condition: "service_healthy".to_owned() },
        Gain::Environment { key: "CACHE_URL".to_owned(), value: "redis://cache:6379".to_owned() },
    ];
    let links = gains.into_iter().map(|gain| Link { service: "app00001".to_owned(), gain }).collect();
    Request { fragment: Some(FRAGMENT), links, ..Request::default() }
}

//! The laws of the Compose editor on files that people wrote: nothing is lost, it means what was
//! meant, what Compose accepted it accepts after, and taking out again gives the file back.
//!
//! The files are in `$DOCKGEN_CORPUS`, or in `../shared/corpus` beside this repository. With
//! `DOCKGEN_CORPUS_DOCKER=all` every valid file goes through `docker compose config`, otherwise a
//! sample does.
#![expect(clippy::disallowed_methods, reason = "the corpus is read from the disk")]
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure here fails the test")]
#![expect(clippy::print_stderr, reason = "the refusals are listed in the output of the test")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dockgen::compose::{Cause, Compose, Edit, Gain, Link, Piece, Request, Value};

/// A real file.
struct Sample {
    path: PathBuf,
    name: String,
    text: String,
    valid: bool,
}

/// The corpus, or nothing where it is not at hand.
fn corpus() -> Option<Vec<Sample>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("DOCKGEN_CORPUS").map_or(beside, PathBuf::from);
    let Ok(index) = std::fs::read_to_string(folder.join("index.tsv")) else {
        let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
        assert!(
            !(std::env::var("CI").is_ok_and(|ci| ci == "true") && shared.is_dir()),
            "no corpus in {}",
            folder.display()
        );
        eprintln!("not run: no corpus in {}", folder.display());
        return None;
    };
    let samples = index.lines().skip(1).map(|row| {
        let mut cells = row.split('\t');
        let name = cells.next().unwrap().to_owned();
        let valid = cells.nth(1) == Some("valid");
        let path = folder.join("compose").join(&name);
        let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap_or_default();
        Sample { path, name, text, valid }
    });
    Some(samples.collect())
}

/// What is asked of a file.
#[derive(Clone, Copy)]
struct Job {
    name: &'static str,
    fragment: &'static str,
    connected: bool,
}

const CACHE: &str = r#"services:
  dg-cache:
    # in memory only
    image: redis:8-alpine
    command: ["redis-server", "--save", ""]
    volumes:
      - dg-cache-data:/data # kept between runs
    healthcheck:
      test: ["CMD", "redis-cli", "ping"]
      interval: 5s

volumes:
  dg-cache-data:
"#;

const DATABASE: &str = r#"services:
  dg-database:
    image: postgres:18-alpine
    secrets:
      - dg_database_password
    environment:
      POSTGRES_DB: app
      POSTGRES_PASSWORD_FILE: /run/secrets/dg_database_password
    ports:
      - target: 5432
        published: "5432"
        host_ip: 127.0.0.1
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U $$POSTGRES_USER"]

volumes:
  dg-database-data:
    # the data
    driver: local

secrets:
  dg_database_password:
    file: ./secrets/dg_database_password.txt
"#;

const JOBS: [Job; 4] = [
    Job { name: "cache", fragment: CACHE, connected: false },
    Job { name: "cache, connected", fragment: CACHE, connected: true },
    Job { name: "database", fragment: DATABASE, connected: false },
    Job { name: "database, connected", fragment: DATABASE, connected: true },
];

impl Job {
    fn links(self, compose: &Compose) -> Vec<Link> {
        let Some(app) = app(compose).filter(|_| self.connected) else { return Vec::new() };
        let mut gains = vec![
            Gain::DependsOn {
                on: self.fragment.split_whitespace().nth(1).unwrap().trim_end_matches(':').to_owned(),
                condition: "service_healthy".to_owned(),
            },
            Gain::Environment { key: "DG_URL".to_owned(), value: "tcp://dg:6379/0".to_owned() },
            Gain::Environment { key: "DG_PORT".to_owned(), value: "6379".to_owned() },
        ];
        if self.fragment == DATABASE {
            gains.push(Gain::Secret { name: "dg_database_password".to_owned() });
        }
        gains.into_iter().map(|gain| Link { service: app.clone(), gain }).collect()
    }

    fn request(self, compose: &Compose) -> Request<'static> {
        Request { fragment: Some(self.fragment), links: self.links(compose), ..Request::default() }
    }
}

/// The service to connect: the first that is built, or else the first.
fn app(compose: &Compose) -> Option<String> {
    let names = compose.names("services");
    let built = names.iter().find(|name| compose.get(&["services", name, "build"]).is_some());
    built.or(names.first()).cloned()
}

/// Law 1: what is left when the insertions are taken out.
fn taken_out(edit: &Edit) -> String {
    let mut text = String::new();
    let mut done = 0;
    let mut added = 0;
    for insertion in &edit.insertions {
        let start = insertion.at + added;
        text.push_str(&edit.text[done..start]);
        assert_eq!(&edit.text[start..start + insertion.text.len()], insertion.text);
        added += insertion.text.len();
        done = start + insertion.text.len();
    }
    text + &edit.text[done..]
}

/// Law 2 through the front door: what was asked for is there.
fn assert_there(compose: &Compose, job: Job, before: &Compose) {
    let fragment = Compose::parse(job.fragment).unwrap();
    for section in ["services", "volumes", "secrets"] {
        for name in fragment.names(section) {
            let there = compose.get(&[section, &name]).expect("the entry");
            assert!(there.same(&fragment.get(&[section, &name]).unwrap()), "{section}.{name}: {there:?}");
        }
    }
    for link in job.links(before) {
        let value = compose.get(&["services", &link.service, link.gain.attribute()]).expect("the attribute");
        match value {
            Value::Map(_) => assert!(value.get(link.gain.key()).is_some()),
            Value::Seq(items) => assert!(items.iter().any(|i| i.text() == Some(&link.gain.item()))),
            other => panic!("{other:?}"),
        }
    }
}

fn kind(cause: &Cause) -> String {
    format!("{cause:?}").split([' ', '{']).next().unwrap().to_owned()
}

#[test]
fn real_files_keep_every_byte_and_are_served() {
    let Some(samples) = corpus() else { return };
    let mut refusals: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut edits, mut valid, mut served) = (0, 0, 0);
    for sample in &samples {
        let compose = match Compose::parse(&sample.text) {
            Ok(compose) => compose,
            Err(refusal) => {
                assert!(!sample.valid || sample.text.is_empty(), "{}: {refusal}", sample.name);
                refusals.entry(kind(&refusal.cause)).or_default().push(format!("{}: {refusal}", sample.name));
                continue;
            }
        };
        for job in JOBS {
            valid += usize::from(sample.valid);
            let request = job.request(&compose);
            let edit = match compose.insert(&request) {
                Ok(edit) => edit,
                Err(refusal) => {
                    let row = format!("{} ({}): {refusal}", sample.name, job.name);
                    refusals.entry(kind(&refusal.cause)).or_default().push(row);
                    continue;
                }
            };
            served += usize::from(sample.valid);
            edits += 1;
            let place = format!("{} ({})", sample.name, job.name);
            assert_eq!(taken_out(&edit), sample.text, "{place}");
            let after = Compose::parse(&edit.text).unwrap_or_else(|refusal| panic!("{place}: {refusal}"));
            assert_there(&after, job, &compose);
            let pieces: Vec<Piece> = edit.insertions.iter().map(|i| i.piece()).collect();
            let removal = after.remove(&pieces);
            assert!(removal.left.is_empty(), "{place}: {:?}", removal.left);
            assert_eq!(removal.text, sample.text, "{place}");
            assert!(after.insert(&request).expect(&place).insertions.is_empty(), "{place}: twice is once");
        }
    }
    for (cause, rows) in &refusals {
        eprintln!("{cause}: {}", rows.len());
        rows.iter().for_each(|row| eprintln!("  {row}"));
    }
    eprintln!("{edits} edits, all lossless; {served} of {valid} asked of valid files served");
    assert!(served * 1000 >= valid * 995, "{served} of {valid}");
}

/// A file of a project that is not there as a whole is checked alone.
const ALONE: &[&str] = &["--no-consistency", "--no-interpolate", "--no-env-resolution"];

/// What `docker compose config` says about a text that stands where `beside` does.
fn config(text: &str, beside: &Path, options: &[&str]) -> Result<(), String> {
    let mut child = Command::new("docker")
        .args(["compose", "-p", "dockgen-corpus", "--project-directory"])
        .arg(beside.parent().unwrap())
        .args(["-f", "-", "config", "-q"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn compose_is_there() -> bool {
    Command::new("docker").args(["compose", "version"]).output().is_ok_and(|output| output.status.success())
}

#[test]
fn what_compose_accepted_it_accepts_after() {
    let Some(samples) = corpus() else { return };
    if !compose_is_there() {
        eprintln!("not run: no `docker compose` here");
        return;
    }
    let all = std::env::var("DOCKGEN_CORPUS_DOCKER").is_ok_and(|which| which == "all");
    let step = if all { 1 } else { 25 };
    let valid: Vec<&Sample> = samples.iter().filter(|sample| sample.valid).step_by(step).collect();
    let checked = std::thread::scope(|scope| {
        let halves = valid.chunks(valid.len().div_ceil(2).max(1));
        let threads: Vec<_> =
            halves.map(|half| scope.spawn(|| half.iter().map(|s| accepted(s)).sum::<usize>())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    eprintln!("{checked} edited texts of {} files accepted by `docker compose config`", valid.len());
}

/// How many edits of a file were checked.
fn accepted(sample: &Sample) -> usize {
    let compose = Compose::parse(&sample.text).unwrap();
    let mut checked = 0;
    for job in JOBS.into_iter().filter(|job| job.connected) {
        let Ok(edit) = compose.insert(&job.request(&compose)) else { continue };
        let place = format!("{} ({})", sample.name, job.name);
        for options in [&[], ALONE] {
            let Err(message) = config(&edit.text, &sample.path, options) else {
                checked += 1;
                break;
            };
            assert!(config(&sample.text, &sample.path, options).is_err(), "{place}: {message}");
        }
    }
    checked
}

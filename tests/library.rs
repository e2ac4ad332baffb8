//! The example of the crate's documentation does what it says.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[allow(dead_code, reason = "its `main` writes into the system's own folder")]
#[path = "../docs/library.rs"]
mod library;

use std::cell::Cell;
use std::collections::BTreeMap;

use dockgen::answers::{AnswersFile, Manner, Value};
use dockgen::catalog::Catalog;
use dockgen::disk::{Disk, Written};
use dockgen::error::Result;
use dockgen::prompt::{Ask, Asked, Busy, Nobody, Offer, Verdict};
use dockgen::request::{Common, New};

#[test]
fn the_example_writes_a_project_once() {
    let folder = assert_fs::TempDir::new().unwrap();
    let first = library::start(folder.path()).unwrap();
    assert!(first.iter().all(|(_, written)| *written == Written::Created), "{first:?}");
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
    let compose = read("compose.yaml");
    assert!(compose.contains("postgres:17") && compose.contains("\n  cache:\n"), "{compose}");
    assert!(read("Dockerfile").contains("FROM scratch"));
    let again = library::start(folder.path()).unwrap();
    assert!(again.iter().all(|(_, written)| *written != Written::Created), "{again:?}");
}

/// Nobody, who sees what takes long.
#[derive(Default)]
struct Watcher {
    seen: Cell<usize>,
}

impl Ask for Watcher {
    fn busy(&self, words: &'static str) -> Busy {
        assert_eq!(words, "looking at the project");
        self.seen.set(self.seen.get() + 1);
        Busy::default()
    }
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Value> {
        Nobody.ask(asked)
    }
    fn details(&mut self, alias: &str, title: &str, prompts: &[&str]) -> Result<bool> {
        Nobody.details(alias, title, prompts)
    }
    fn pick_one(&mut self, prompt: &str, offers: &[Offer], default: usize) -> Result<usize> {
        Nobody.pick_one(prompt, offers, default)
    }
    fn pick_many(&mut self, prompt: &str, offers: &[Offer], picked: &[usize]) -> Result<Vec<usize>> {
        Nobody.pick_many(prompt, offers, picked)
    }
    fn name(&mut self, prompt: &str, default: &str, check: &dyn Fn(&str) -> Result<()>) -> Result<String> {
        Nobody.name(prompt, default, check)
    }
    fn verdict(&mut self, path: &str, diff: &str) -> Result<Verdict> {
        Nobody.verdict(path, diff)
    }
    fn confirm(&mut self, summary: &str) -> Result<()> {
        Nobody.confirm(summary)
    }
}

#[test]
fn looking_at_a_project_is_said_and_an_empty_folder_is_not_looked_at() {
    let folder = assert_fs::TempDir::new().unwrap();
    let seen = || {
        let common = Common {
            flags: BTreeMap::new(),
            file: AnswersFile::parse("answers", "language = \"go\"").unwrap(),
            manner: Manner::Defaults,
            development: true,
        };
        let request = New { common, name: None, language: None, services: None, starter: true };
        let mut watcher = Watcher::default();
        let disk = Disk::open(folder.path()).unwrap();
        dockgen::new(&request, &Catalog::embedded(), &mut watcher, &disk).unwrap();
        watcher.seen.get()
    };
    assert_eq!(seen(), 0);
    std::fs::write(folder.path().join("go.mod"), "module example.com/shop\n\ngo 1.26\n").unwrap();
    std::fs::write(folder.path().join("main.go"), "package main\n\nfunc main() {}\n").unwrap();
    assert!(seen() > 0);
}

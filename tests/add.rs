//! What `docs/editing.md` promises, a case each: `tests/add/<claim>/in` is a project, `command` what is run
//! there, `out` the project afterwards, `said` what the person is told. Secret values and the record are left out.
//!
//! `BLESS=1 cargo test --test add` accepts what comes out now.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::{Done, Place, Thing, Tree, assert_same, copy, in_parallel, tree};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/add");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// The files that a case shows.
fn shown(mut tree: Tree) -> Tree {
    tree.retain(|path, thing| {
        let hidden = path.starts_with("secrets") || path.starts_with(".dockgen") || path == ".env";
        !hidden && matches!(thing, Thing::File { .. })
    });
    // Git keeps no mode but the executable one.
    for thing in tree.values_mut() {
        if let Thing::File { mode, .. } = thing {
            *mode &= 0o111;
        }
    }
    tree
}

/// What was said, without the list of files.
fn said(done: &Done) -> String {
    let of_files = |line: &str| {
        ["created ", "changed ", "deleted "].iter().any(|word| line.trim_start().starts_with(word))
    };
    done.stderr.lines().filter(|line| !of_files(line)).map(|line| format!("{line}\n")).collect()
}

fn check(case: &Path) {
    let claim = case.file_name().unwrap().to_string_lossy();
    let command =
        fs::read_to_string(case.join("command")).unwrap_or_else(|error| panic!("{claim}/command: {error}"));
    let arguments = shlex::split(command.trim()).expect("a command line");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let place = Place::new();
    copy(&case.join("in"), &place.at("shop"));
    let before = place.tree("shop");
    let done = place.run("shop", &arguments);
    let refused = done.code != 0;
    if refused {
        assert_eq!(done.code, 1, "{claim}: {}", done.stderr);
        assert_same(&claim, &before, &place.tree("shop"));
    }
    let after = shown(place.tree("shop"));
    if std::env::var_os("BLESS").is_some() {
        bless(case, (!refused).then_some(&after), &said(&done));
    }
    let expected = if refused { shown(tree(&case.join("in"))) } else { shown(tree(&case.join("out"))) };
    assert_same(&format!("{claim}: {}", done.stderr), &expected, &after);
    assert_eq!(fs::read_to_string(case.join("said")).unwrap_or_default(), said(&done), "{claim}");
    assert_eq!(refused, !case.join("out").exists(), "{claim}: {}", done.stderr);
    if !refused {
        comes_back(&claim, &place, &arguments, &before);
    }
}

/// Adding again changes nothing, and `remove` gives back the file as it was.
fn comes_back(claim: &str, place: &Place, arguments: &[&str], before: &Tree) {
    let added = place.tree("shop");
    place.run("shop", arguments).idle();
    assert_same(claim, &added, &place.tree("shop"));
    if arguments.contains(&"--depends-on-healthy") {
        return;
    }
    let names: Vec<&str> = arguments[1..].iter().take_while(|name| !name.starts_with('-')).copied().collect();
    let mut remove = vec!["remove"];
    remove.extend(names.iter().map(|name| name.split_once('=').map_or(*name, |(_, alias)| alias)));
    if let Some(at) = arguments.iter().position(|argument| *argument == "--file") {
        remove.extend(&arguments[at..at + 2]);
    }
    place.run("shop", &remove).well();
    let after = place.tree("shop");
    for (path, thing) in before.iter().filter(|(path, _)| path.ends_with(".yaml") || path.ends_with(".yml")) {
        let same = |path: &String, thing: &Thing| Tree::from([(path.clone(), thing.clone())]);
        assert_same(&format!("{claim}, removed again"), &same(path, thing), &same(path, &after[path]));
    }
}

fn bless(case: &Path, after: Option<&Tree>, said: &str) {
    let _ = fs::remove_dir_all(case.join("out"));
    let _ = fs::remove_file(case.join("said"));
    for (path, thing) in after.into_iter().flatten() {
        if let Thing::File { text, .. } = thing {
            let path = case.join("out").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    if !said.is_empty() {
        fs::write(case.join("said"), said).unwrap();
    }
}

#[test]
fn every_promise_is_kept() {
    let cases = cases();
    assert!(cases.len() >= 25, "{} cases", cases.len());
    in_parallel(&cases, |case| check(case));
}

/// What is there already goes where the next application is.
#[test]
fn a_service_joins_a_network_of_an_application_that_comes_later() {
    let place = Place::new();
    let apps = "services:\n  api:\n    build: api\n    networks: [a]\n  web:\n    build: web\n  jobs:\n    build: jobs\n    networks: [a]\n";
    place.write("shop/compose.yaml", &format!("{apps}networks:\n  a: {{}}\n"));
    place.run("shop", &["add", "memcached", "--to", "api", "--yes"]).well();
    let networks = |names: &str| {
        let compose = place.read("shop/compose.yaml");
        let lines: Vec<&str> = names.split(' ').collect();
        let wanted = format!("    networks:\n      - {}\n    command:", lines.join("\n      - "));
        assert!(compose.contains(&wanted), "{names}: {compose}");
    };
    networks("a");
    place.run("shop", &["add", "memcached", "--to", "jobs", "--yes"]).well();
    networks("a");
    place.run("shop", &["add", "memcached", "--to", "web", "--yes"]).well();
    networks("a default");
    place.run("shop", &["add", "memcached", "--to", "web", "--yes"]).idle();
}

//! `examples/` are projects as dockgen writes them, each made by its `command`: what changes in the output of
//! dockgen changes there, to be looked at like code. Secret values are left out, as git leaves them out.
//!
//! `BLESS=1 cargo test --test examples` accepts what comes out now.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dockgen::answers::Value;
use dockgen::catalog::{Catalog, Kind};
use dockgen::record::{self, Added, Record};
use program::{Place, Thing, Tree, assert_same, in_parallel, tree};

const COMMAND: &str = "command";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}

/// Whether what comes out now is accepted; the other tests wait for the next run then.
fn blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

fn examples() -> Vec<String> {
    let folders = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap());
    let folders = folders.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<String> =
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The files of a project that git keeps, with the mode that it keeps.
fn kept(mut tree: Tree) -> Tree {
    tree.retain(|path, thing| {
        let left_out = path == COMMAND || path == ".env" || path.starts_with("secrets/");
        !left_out && matches!(thing, Thing::File { .. })
    });
    for thing in tree.values_mut() {
        if let Thing::File { mode, .. } = thing {
            *mode &= 0o111;
        }
    }
    tree
}

/// Runs the commands of an example in a folder of its name.
fn made(name: &str) -> Tree {
    let commands = fs::read_to_string(root().join(name).join(COMMAND));
    let commands = commands.unwrap_or_else(|error| panic!("examples/{name}/{COMMAND}: {error}"));
    let place = Place::new();
    fs::create_dir(place.at(name)).unwrap();
    for line in commands.lines() {
        let words = shlex::split(line).unwrap_or_else(|| panic!("{name}: {line}"));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["dockgen", arguments @ ..] => drop(place.run(name, arguments).well()),
            ["touch", files @ ..] => files.iter().for_each(|file| place.write(&format!("{name}/{file}"), "")),
            _ => panic!("examples/{name}/{COMMAND}: neither `dockgen` nor `touch`: {line}"),
        }
    }
    kept(place.tree(name))
}

#[test]
fn every_example_is_what_its_command_writes() {
    let examples = examples();
    in_parallel(&examples, |name| {
        let made = made(name);
        let folder = root().join(name);
        if blessing() {
            bless(&folder, &made);
        }
        assert_same(
            &format!(
                "examples/{name} is not what dockgen writes now (BLESS=1 cargo test --test examples accepts it)"
            ),
            &kept(tree(&folder)),
            &made,
        );
    });
}

/// Replaces all files of an example but its command.
fn bless(folder: &Path, made: &Tree) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else if path.file_name().is_some_and(|name| name != COMMAND) {
            fs::remove_file(path).unwrap();
        }
    }
    for (path, thing) in made {
        let Thing::File { mode, text } = thing else { continue };
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        if *mode != 0 {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}

/// Everything that the examples' records say was added.
fn added() -> Vec<(String, Added)> {
    let mut all = Vec::new();
    for name in examples() {
        let text = fs::read_to_string(root().join(&name).join(record::PATH));
        let text = text.unwrap_or_else(|error| panic!("examples/{name}/{}: {error}", record::PATH));
        all.extend(Record::parse(&text).unwrap().entries.into_iter().map(|added| (name.clone(), added)));
    }
    all
}

#[test]
fn every_entry_of_the_catalog_is_in_an_example_with_each_of_its_kinds() {
    if blessing() {
        return;
    }
    let catalog = Catalog::embedded();
    let added = added();
    let mut nowhere = Vec::new();
    for kind in [Kind::Language, Kind::Service] {
        for entry in catalog.of(kind) {
            let from = kind.folder(entry.name());
            let of_it: Vec<&Added> =
                added.iter().map(|(_, added)| added).filter(|added| added.from == from).collect();
            if of_it.is_empty() {
                nowhere.push(from.clone());
            }
            let manifest = entry.manifest().unwrap();
            for question in manifest
                .questions
                .iter()
                .filter(|q| ["variant", "package_manager", "base"].contains(&q.key.as_str()))
            {
                for choice in &question.choices {
                    let value = Value::Text(choice.value.clone());
                    if !of_it.iter().any(|added| *added.given().get(&question.key) == value) {
                        nowhere.push(format!("{from} with {}={}", question.key, choice.value));
                    }
                }
            }
        }
    }
    assert!(nowhere.is_empty(), "in no example: {}", nowhere.join(", "));
}

#[test]
fn what_can_be_asked_for_besides_is_in_an_example() {
    if blessing() {
        return;
    }
    let added = added();
    let is = |key: &str, value: &Value| added.iter().any(|(_, added)| added.given().get(key) == value);
    assert!(is("tls", &Value::Boolean(true)), "TLS");
    assert!(is("port", &Value::None), "no port");
    assert!(is("connect", &Value::Text("env".to_owned())), "plain variables");
    let replicas =
        |added: &Added| matches!(added.given().get("replicas"), Value::Integer(count) if *count > 1);
    assert!(added.iter().any(|(_, added)| replicas(added)), "replicas");
    let mut names = BTreeSet::new();
    let twice = added.iter().filter(|(name, added)| !names.insert((name, &added.from))).count();
    assert!(twice > 0, "two of a kind under other names");
    let second = added.iter().any(|(_, added)| added.path.as_deref().is_some_and(|path| path != "."));
    assert!(second, "a second application");
    let has = |file: &str| examples().iter().any(|name| root().join(name).join(file).exists());
    assert!(has(".github/workflows/docker.yml") && has("docker-bake.hcl"), "workflow and bake");
    let without = examples().iter().any(|name| !root().join(name).join("compose.override.yaml").exists());
    assert!(without, "no development override");
}

#[test]
fn git_keeps_every_file_of_an_example_and_no_secret() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    if blessing() || !repository.join(".git").exists() {
        return;
    }
    for name in examples() {
        let files: Vec<String> = kept(tree(&root().join(&name)))
            .into_keys()
            .map(|path| format!("examples/{name}/{path}"))
            .collect();
        let ignored = Command::new("git")
            .current_dir(repository)
            .args(["check-ignore", "--no-index", "--"])
            .args(&files)
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&ignored.stdout), "", "ignored by git");
        for hidden in ["secrets/x_password.txt", ".env"] {
            let path = format!("examples/{name}/{hidden}");
            let ignored = Command::new("git")
                .current_dir(repository)
                .args(["check-ignore", "--no-index", "-q", "--", &path])
                .status();
            assert!(ignored.unwrap().success(), "{path} would be committed");
        }
    }
}

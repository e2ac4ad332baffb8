//! What is published: the whole catalog, nothing of the tests, and a program that works by itself.
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
use std::path::Path;
use std::process::Command;

use program::{Done, Place};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn cargo(folder: &Path, arguments: &[&str]) -> Done {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(folder);
    // What cargo tells a test about itself is not for another run of it.
    for (key, _) in std::env::vars_os() {
        if key.to_str().is_some_and(|key| {
            key.starts_with("CARGO_PKG") || key.starts_with("CARGO_BIN") || key == "CARGO_MANIFEST_DIR"
        }) {
            command.env_remove(key);
        }
    }
    Done::of(&command.output().expect("cargo runs"))
}

fn below(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, into);
        } else {
            into.insert(path.strip_prefix(ROOT).unwrap().to_string_lossy().into_owned());
        }
    }
}

fn packaged() -> BTreeSet<String> {
    let list = cargo(Path::new(ROOT), &["package", "--list", "--allow-dirty", "--offline"]).well();
    list.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn the_package_holds_the_whole_catalog_and_the_source() {
    let packaged = packaged();
    let mut needed = BTreeSet::new();
    below(&Path::new(ROOT).join("templates"), &mut needed);
    below(&Path::new(ROOT).join("src"), &mut needed);
    assert!(needed.len() > 100);
    let missing: Vec<&String> = needed.difference(&packaged).collect();
    assert!(missing.is_empty(), "not packaged: {missing:?}");
    for file in ["README.md", "CHANGELOG.md", "LICENSE.md", "Cargo.toml", "Cargo.lock"] {
        assert!(packaged.contains(file), "{file} is not packaged");
    }
}

#[test]
fn the_package_holds_nothing_else() {
    let kinds = ["src/", "templates/"];
    let single = [
        "Cargo.toml",
        "Cargo.toml.orig",
        "Cargo.lock",
        ".cargo_vcs_info.json",
        "build.rs",
        "docs/library.rs",
        "README.md",
        "CHANGELOG.md",
        "LICENSE.md",
    ];
    let others: Vec<String> = packaged()
        .into_iter()
        .filter(|file| !single.contains(&file.as_str()) && !kinds.iter().any(|kind| file.starts_with(kind)))
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn the_package_is_named_dockgen_cli_and_the_program_dockgen() {
    let metadata =
        cargo(Path::new(ROOT), &["metadata", "--no-deps", "--format-version", "1", "--offline"]).well();
    let metadata: serde_json::Value = serde_json::from_str(&metadata.stdout).unwrap();
    let package = &metadata["packages"][0];
    assert_eq!(package["name"], "dockgen-cli");
    let targets = package["targets"].as_array().unwrap();
    let named = |kind: &str| -> Vec<&str> {
        let of_kind = targets.iter().filter(|target| target["kind"][0] == kind);
        of_kind.filter_map(|target| target["name"].as_str()).collect()
    };
    assert_eq!(named("bin"), ["dockgen"]);
    assert_eq!(named("example"), ["library"], "examples/ holds generated projects");
    for key in ["description", "license", "readme", "keywords", "categories"] {
        assert!(
            package[key].as_str().is_some_and(|text| !text.is_empty()) || package[key].is_array(),
            "{key}"
        );
    }
    let version = Place::new().run("", &["--version"]).well();
    assert_eq!(version.stdout, format!("dockgen {}\n", package["version"].as_str().unwrap()));
}

#[test]
fn the_packaged_program_builds_and_works_without_the_repository() {
    let place = Place::new();
    // One folder for every run, beside that of the tests: the dependencies are compiled there once.
    let debug = Path::new(env!("CARGO_BIN_EXE_dockgen")).parent().expect("a target folder");
    let own = debug.with_file_name("packaged");
    let target = own.to_str().unwrap();
    cargo(
        Path::new(ROOT),
        &["package", "--no-verify", "--allow-dirty", "--offline", "--quiet", "--target-dir", target],
    )
    .well();
    let name = format!("dockgen-cli-{}", env!("CARGO_PKG_VERSION"));
    let root = own.join(&name);
    let _ = fs::remove_dir_all(&root);
    let archive = own.join("package").join(format!("{name}.crate"));
    let unpacked = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&own).status();
    assert!(unpacked.is_ok_and(|status| status.success()), "{}", archive.display());
    cargo(&root, &["build", "--offline", "--quiet", "--bin", "dockgen", "--target-dir", target]).well();
    fs::remove_dir_all(&root).unwrap();
    let built = own.join("debug/dockgen");
    let run = |arguments: &[&str]| {
        let plain = place.command("");
        let mut command = Command::new(&built);
        command.args(arguments).current_dir(place.path()).env_clear();
        command.envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))));
        Done::of(&command.output().unwrap()).well()
    };
    let commit = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(ROOT).output().unwrap().stdout;
    let commit = String::from_utf8(commit).unwrap();
    let version = run(&["--version"]).stdout;
    if let Some(commit) = commit.get(..12) {
        assert!(
            version.starts_with(concat!("dockgen ", env!("CARGO_PKG_VERSION"), " (commit ")),
            "{version}"
        );
        assert!(version.contains(commit), "{version}: {commit}");
    }
    assert_eq!(run(&["list"]).stdout, place.run("", &["list"]).well().stdout);
    run(&["new", "packaged", "-l", "rust", "-s", "postgres,redis,nginx", "--yes", "--name", "shop"]);
    place
        .run("", &["new", "tested", "-l", "rust", "-s", "postgres,redis,nginx", "--yes", "--name", "shop"])
        .well();
    program::assert_same(
        "the packaged program writes the same",
        &program::without_values(place.tree("packaged")),
        &program::without_values(place.tree("tested")),
    );
}

#[test]
fn the_version_of_rust_that_is_promised_is_the_one_that_is_built_with() {
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    let numbers = |text: &str| -> Vec<u32> { text.split('.').filter_map(|part| part.parse().ok()).collect() };
    let (built, promised) =
        (numbers(said.split([' ', '-']).nth(1).unwrap()), numbers(env!("CARGO_PKG_RUST_VERSION")));
    assert!(built >= promised, "{said}");
    // A promise is only known to hold where it is tried.
    if std::env::var("CI").is_ok_and(|ci| ci == "true") {
        assert_eq!(built[..promised.len()], promised, "set `rust-version`, or build with it: {said}");
    }
}

#[test]
fn no_file_has_unsafe_code() {
    let mut files = BTreeSet::new();
    for folder in ["src", "tests", "benches", "fuzz/src", "fuzz/fuzz_targets"] {
        below(&Path::new(ROOT).join(folder), &mut files);
    }
    files.insert(format!("{ROOT}/build.rs"));
    let word = ["un", "safe"].concat();
    let marks = ["{", "fn", "impl", "trait", "extern"].map(|next| format!("{word} {next}"));
    for file in files.iter().filter(|file| file.ends_with(".rs")) {
        let text = fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
        assert!(!marks.iter().any(|mark| text.contains(mark)), "{file}");
    }
}

//! Every command of README.md is run, and what it shows is what is printed.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The blocks of a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    let mut found = Vec::new();
    let mut rest = readme.as_str();
    let fence = format!("```{language}\n");
    while let Some((_, after)) = rest.split_once(&fence) {
        let (block, tail) = after.split_once("```").expect("a block ends");
        found.push(block.to_owned());
        rest = tail;
    }
    found
}

fn bash(script: &str, folder: &Path) -> Output {
    let binary = PathBuf::from(env!("CARGO_BIN_EXE_dockgen"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).current_dir(folder).env("PATH", path);
    if folder != Path::new(ROOT) {
        // What goes into a home goes into the test's.
        command.env("HOME", folder);
    }
    command.env_remove("COMPOSE_PROJECT_NAME").output().unwrap()
}

fn run(script: &str, folder: &Path) -> String {
    let output = bash(script, folder);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script}\n{said}");
    said
}

/// A block that is run here, rather than by the engine's test or by the run that this test is part of.
fn is_plain(block: &str) -> bool {
    !block.contains("docker compose") && block.trim() != "./scripts/test"
}

#[test]
fn what_is_shown_is_what_is_printed() {
    let shown = blocks("console");
    assert_eq!(shown.len(), 2);
    for block in shown {
        let (command, wanted) = block.strip_prefix("$ ").unwrap().split_once('\n').unwrap();
        let folder = assert_fs::TempDir::new().unwrap();
        let output = bash(command, folder.path());
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(said, wanted, "{command}");
    }
}

#[test]
fn the_stage_that_is_shown_is_the_one_that_is_written() {
    let folder = assert_fs::TempDir::new().unwrap();
    run("dockgen new --language go --base distroless --yes", folder.path());
    let dockerfile = fs::read_to_string(folder.path().join("Dockerfile")).unwrap();
    let shown = blocks("dockerfile");
    assert_eq!(shown.len(), 1);
    assert!(dockerfile.contains(&shown[0]), "{dockerfile}");
}

#[test]
fn every_block_without_an_engine_runs() {
    let blocks: Vec<String> = blocks("sh").into_iter().filter(|block| is_plain(block)).collect();
    assert_eq!(blocks.len(), 5);
    let folder = assert_fs::TempDir::new().unwrap();
    for block in blocks {
        run(&block, folder.path());
    }
    for file in
        [".docker/cli-plugins/docker-dockgen", ".zfunc/_dockgen", ".local/share/man/man1/dockgen-add.1"]
    {
        assert!(folder.path().join(file).exists(), "{file}");
    }
}

#[test]
fn the_tests_are_run_by_the_script_that_is_named() {
    assert!(blocks("sh").iter().any(|block| block.trim() == "./scripts/test"));
    let ci = fs::read_to_string(Path::new(ROOT).join(".ci/run")).unwrap();
    assert!(ci.contains("scripts/test"), "{ci}");
}

#[test]
fn the_main_job_runs_on_the_engine() {
    let engine = Command::new("docker").arg("info").output().is_ok_and(|output| output.status.success());
    if !engine {
        assert!(std::env::var_os("CI").is_none(), "no Docker engine answers");
        eprintln!("not run: no Docker engine answers");
        return;
    }
    let blocks: Vec<String> =
        blocks("sh").into_iter().filter(|block| block.contains("docker compose")).collect();
    let [start, stop] = blocks.as_slice() else { panic!("{blocks:?}") };
    let (make, up) = start.split_once('\n').unwrap();
    let root = Path::new(ROOT);
    let _ = fs::remove_dir_all(root.join("target/shop"));
    run(make, root);
    if let Some(images) = std::env::var_os("DOCKGEN_STANDINS") {
        run(&format!("'{}' --scan target/shop", images.to_string_lossy()), root);
    }
    let ended = bash(&format!("{up}\n{stop}"), root);
    run("docker compose --project-directory target/shop down --volumes", root);
    fs::remove_dir_all(root.join("target/shop")).unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(said.contains(r#""database": "reachable", "redis": "reachable""#), "{said}");
}

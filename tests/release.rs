//! What a release is made with: dockgen's own Dockerfile is what dockgen writes, and the workflow is linted like
//! those that it writes.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::Place;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const WORKFLOW: &str = ".github/workflows/release.yml";

/// The command that gives the Dockerfile: a program without a port has nothing to be checked.
const NEW: &str =
    "new . --name dockgen -b scratch --port none --set app.check=none --service none --no-dev --yes";

fn here(file: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(file)).unwrap()
}

fn tool(name: &str) -> Option<PathBuf> {
    let path = Path::new(ROOT).join("target/tools/bin").join(name);
    if !path.exists() {
        assert!(std::env::var_os("CI").is_none(), "{name} is not here: scripts/tools installs it");
        eprintln!("not run: {name} is not here");
        return None;
    }
    Some(path)
}

#[test]
fn the_dockerfile_of_dockgen_is_what_dockgen_writes() {
    let place = Place::new();
    for file in ["Cargo.toml", "Cargo.lock", "src/main.rs", "src/lib.rs", "build.rs", "README.md"] {
        place.write(file, &here(file));
    }
    let arguments: Vec<&str> = NEW.split(' ').collect();
    place.run(".", &arguments).well();
    for file in ["Dockerfile", ".dockerignore"] {
        if std::env::var_os("BLESS").is_some() {
            fs::write(Path::new(ROOT).join(file), place.read(file)).unwrap();
        }
        assert_eq!(here(file), place.read(file), "BLESS=1 cargo test --test release accepts the new {file}");
    }
}

#[test]
fn the_build_of_the_image_sees_what_the_program_is_made_of() {
    let ignored = here(".dockerignore");
    let lines: Vec<&str> = ignored.lines().map(str::trim).collect();
    for needed in ["src", "templates", "build.rs", "docs", "Cargo.lock", "Cargo.toml", "*.md"] {
        assert!(!lines.contains(&needed), "{needed} is kept from the build");
    }
    assert!(lines.contains(&"target"));
}

#[test]
fn the_workflow_pins_its_actions_and_grants_no_more_than_it_needs() {
    let workflow = here(WORKFLOW);
    let uses: Vec<&str> = workflow.lines().filter_map(|line| line.trim().strip_prefix("uses: ")).collect();
    assert_eq!(uses.len(), 2);
    for action in uses {
        let (commit, version) = action.split_once('@').unwrap().1.split_once(" # v").expect(action);
        assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{action}");
        assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{action}");
    }
    assert!(workflow.contains("\npermissions: {}\n"));
    for target in ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl"] {
        assert!(workflow.contains(&format!("target: {target}\n")), "{target}");
    }
    assert!(
        workflow.contains("scripts/release \"$TARGET\"") && Path::new(ROOT).join("scripts/release").exists()
    );
}

#[test]
fn linters_find_nothing_in_the_workflow_and_the_dockerfile() {
    if let Some(zizmor) = tool("zizmor") {
        let mut command = Command::new(zizmor);
        command.args(["--offline", "--no-progress", "--no-config", "--persona", "pedantic"]).arg(WORKFLOW);
        let output = command.current_dir(ROOT).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    if let Some(checkov) = tool("checkov") {
        let mut command = Command::new(checkov);
        command.args(["--output", "json", "--quiet", "--compact", "--skip-download"]);
        command.args(["--framework", "github_actions", "--file", WORKFLOW]);
        let output = command.current_dir(ROOT).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    if let Some(hadolint) = tool("hadolint") {
        let output = Command::new(hadolint).arg("Dockerfile").current_dir(ROOT).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

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
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

/// A program that says of itself what a release says, and does the rest as this build does.
fn released(place: &Place, version: &str) -> PathBuf {
    let real = env!("CARGO_BIN_EXE_dockgen");
    place.write(
        "dockgen",
        &format!(
            "#!/bin/sh\ncase $1 in\n--version) echo 'dockgen {version}' ;;\n*) exec {real} \"$@\" ;;\nesac\n"
        ),
    );
    let program = place.at("dockgen").to_path_buf();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

fn packed(mask: &str, target: &str, program: &Path) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", "umask $0 && exec scripts/release \"$@\"", mask, target]).arg(program);
    command.current_dir(ROOT).output().unwrap()
}

#[test]
fn what_is_packed_is_whole_and_the_same_each_time() {
    let place = Place::new();
    let program = released(&place, "0.0.0 (commit 0a1b2c3d4e5f, catalog of 2026-11-21)");
    let target = "packed-by-a-test";
    let name = format!("dockgen-{}-{target}", env!("CARGO_PKG_VERSION"));
    let folder = Path::new(ROOT).join("target/dist");
    let archive = folder.join(format!("{name}.tar.gz"));
    let archives = ["022", "077"].map(|mask| {
        let output = packed(mask, target, &program);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read(&archive).unwrap()
    });
    assert!(archives[0] == archives[1], "the same commit makes another archive");
    let run = |command: &mut Command| {
        let output = command.current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run(Command::new("sha256sum").args(["--check", "--strict"]).arg(format!("{name}.tar.gz.sha256")));
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&*place.at(".")));
    let mut files: Vec<String> = place.tree(&name).into_keys().collect();
    files.retain(|file| place.at(&format!("{name}/{file}")).is_file());
    let schemas = fs::read_dir(Path::new(ROOT).join("schemas")).unwrap();
    let schemas = schemas.map(|entry| format!("schemas/{}", entry.unwrap().file_name().display()));
    let pages =
        ["", "-add", "-check-templates", "-completions", "-detect", "-eject", "-list", "-man", "-new"]
            .into_iter()
            .chain(["-remove", "-schema", "-secrets", "-show"])
            .map(|command| format!("man/man1/dockgen{command}.1"));
    let rest = ["CHANGELOG.md", "LICENSE.md", "README.md", "dockgen"].map(str::to_owned);
    let shells = ["_dockgen", "dockgen.bash", "dockgen.fish", "dockgen.ps1"];
    let shells = shells.map(|file| format!("completions/{file}"));
    let mut wanted: Vec<String> = schemas.chain(pages).chain(rest).chain(shells).collect();
    wanted.sort();
    assert_eq!(files, wanted);
    for file in files {
        assert!(!place.read(&format!("{name}/{file}")).is_empty(), "{file} is empty");
    }
    for file in [archive.clone(), archive.with_extension("gz.sha256")] {
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn what_needs_this_system_or_is_no_commit_is_not_packed() {
    let place = Place::new();
    let dirty = released(&place, "0.0.0 (commit 0a1b2c3d4e5f+, catalog of 2026-11-21)");
    for (program, reason) in [
        (Path::new(env!("CARGO_BIN_EXE_dockgen")), "needs libraries of this system"),
        (&dirty, "this is not a clean commit: dockgen 0.0.0 (commit 0a1b2c3d4e5f+, "),
    ] {
        let output = packed("022", "refused-by-a-test", program);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.starts_with("error: ") && said.contains(reason), "{said}");
    }
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

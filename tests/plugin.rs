//! `docker dockgen`: the program as a plugin of Docker's command line, called by the real client.
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
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use program::{Done, Place, assert_same, without_values};

/// A folder in which Docker finds the plugin; `None` where there is no client.
fn docker() -> Option<Docker> {
    if !Command::new("docker").arg("--version").output().is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "there is no Docker client");
        eprintln!("not run: there is no Docker client");
        return None;
    }
    let place = Place::new();
    let plugins = place.at("home/.docker/cli-plugins");
    fs::create_dir_all(&plugins).unwrap();
    symlink(env!("CARGO_BIN_EXE_dockgen"), plugins.join("docker-dockgen")).unwrap();
    Some(Docker { place })
}

struct Docker {
    place: Place,
}

impl Docker {
    fn run(&self, arguments: &[&str]) -> Done {
        let mut command = Command::new("docker");
        command.args(arguments).current_dir(self.place.path()).stdin(Stdio::null());
        command.env("HOME", self.place.at("home")).env_remove("DOCKER_CONFIG");
        Done::of(&command.output().unwrap())
    }
}

#[test]
fn docker_lists_the_plugin_among_its_commands() {
    let Some(docker) = docker() else { return };
    let help = docker.run(&["--help"]).well().stdout;
    let line = help.lines().find(|line| line.trim_start().starts_with("dockgen")).expect(&help);
    assert!(line.contains(env!("CARGO_PKG_DESCRIPTION")), "{line}");
    let info = docker.run(&["info", "--format", "{{json .ClientInfo.Plugins}}"]);
    let plugins: serde_json::Value = serde_json::from_str(&info.stdout).expect(&info.stdout);
    let plugin = plugins.as_array().unwrap().iter().find(|plugin| plugin["Name"] == "dockgen").unwrap();
    assert_eq!(plugin["Version"], concat!("v", env!("CARGO_PKG_VERSION")));
    assert_eq!(plugin["SchemaVersion"], "0.1.0");
    assert!(plugin.get("Err").is_none(), "{plugin}");
}

#[test]
fn a_project_is_the_same_with_docker_before_it() {
    let Some(docker) = docker() else { return };
    let arguments = ["new", "shop", "-l", "go", "-s", "redis", "--yes"];
    docker.run(&[&["dockgen"], &arguments[..]].concat()).well();
    let plain = Place::new();
    plain.run(".", &arguments).well();
    let [by_docker, plain] = [&docker.place, &plain].map(|place| without_values(place.tree("shop")));
    assert_same("docker dockgen new", &by_docker, &plain);
    docker.run(&["--debug", "--log-level", "error", "dockgen", "list"]).well();
}

#[test]
fn help_and_errors_name_the_command_that_was_typed() {
    let Some(docker) = docker() else { return };
    for arguments in [&["dockgen", "add", "--help"][..], &["help", "dockgen", "add"]] {
        let help = docker.run(arguments).well().stdout;
        assert!(help.contains("Usage: docker dockgen add [OPTIONS]"), "{help}");
        assert!(help.contains("\nExamples:\n  docker dockgen add postgres"), "{help}");
        assert!(!help.contains("\n  dockgen"), "{help}");
    }
    let help = docker.run(&["dockgen", "--help"]).well().stdout;
    assert!(help.contains("Usage: docker dockgen <COMMAND>"), "{help}");
    assert!(
        help.contains("\nExamples:\n  docker dockgen new shop") && !help.contains("\n  dockgen"),
        "{help}"
    );
    assert_eq!(docker.run(&["help", "dockgen"]).well().stdout, help);
    let refused = docker.run(&["dockgen", "show", "postgress"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("`docker dockgen list"), "{}", refused.stderr);
    let usage = docker.run(&["dockgen", "new", "--nope"]);
    assert_eq!(usage.code, 2);
    assert!(usage.stderr.contains("Usage: docker dockgen new"), "{}", usage.stderr);
}

#[test]
fn who_wants_a_script_for_the_plugin_is_told_that_docker_has_it() {
    let Some(docker) = docker() else { return };
    let help = docker.run(&["dockgen", "completions", "--help"]).well().stdout;
    assert!(help.contains("\n  docker completion bash > "), "{help}");
    assert!(!help.contains("docker dockgen completions bash >"), "{help}");
    let script = docker.run(&["dockgen", "completions", "bash"]).well();
    assert!(script.stderr.contains("Docker's own, of `docker completion`"), "{}", script.stderr);
    let plain = Place::new().run(".", &["completions", "bash"]).well();
    assert_eq!((script.stdout, ""), (plain.stdout, plain.stderr.as_str()));
}

#[test]
fn docker_completes_it() {
    let Some(docker) = docker() else { return };
    docker.place.write("compose.yaml", "services:\n  web:\n    build: .\n");
    for (typed, wanted) in [
        (&["add", "post"][..], "postgres"),
        (&["add", "redis", "--to", ""], "web"),
        (&["new", "-l", "go", "--base", "sc"], "scratch"),
    ] {
        let done = docker.run(&[&["__complete", "dockgen"], typed].concat()).well();
        let offered: Vec<&str> = done.stdout.lines().map(|line| line.split('\t').next().unwrap()).collect();
        assert_eq!(offered, [wanted, ":4"], "{typed:?}");
    }
}

#[test]
fn the_metadata_is_json_alone_and_the_name_decides() {
    let place = Place::new();
    symlink(env!("CARGO_BIN_EXE_dockgen"), place.at("docker-dockgen")).unwrap();
    let run =
        |program: &Path| Done::of(&Command::new(program).arg("docker-cli-plugin-metadata").output().unwrap());
    let done = run(&place.at("docker-dockgen")).well();
    let metadata: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(metadata["Vendor"], "dockgen");
    assert_eq!(done.stderr, "");
    assert_eq!(run(Path::new(env!("CARGO_BIN_EXE_dockgen"))).code, 2);
}

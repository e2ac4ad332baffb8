//! What shells complete, asked of the shells themselves.
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

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use program::{Done, Place};

/// What is typed, and words that are offered then; `!` before one that is not.
const OFFERED: &[(&str, &[&str])] = &[
    ("dockgen sh", &["show"]),
    ("dockgen new --lang", &["--language", "--language-version"]),
    ("dockgen new -l ", &["python", "go", "!postgres"]),
    ("dockgen new -l go -b ", &["scratch", "distroless"]),
    ("dockgen new -l python -b ", &["slim", "!scratch"]),
    ("dockgen new -l python --package-manager ", &["uv", "pip"]),
    ("dockgen new --service po", &["postgres", "!redis"]),
    ("dockgen new --service redis,po", &["redis,postgres"]),
    ("dockgen add ", &["postgres", "python"]),
    ("dockgen add redis --to w", &["web", "worker", "!redis", "!data"]),
    ("dockgen add redis --file other/compose.yaml --to ", &["far", "!web"]),
    ("dockgen remove ", &["web", "worker", "tool"]),
    ("dockgen show mai", &["mailpit"]),
    ("dockgen add redis --set ", &["redis.version=", "project.bake=", "!postgres.version="]),
    ("dockgen new -s postgres=orders --set orders.v", &["orders.version="]),
    ("dockgen new -l go --set app.po", &["app.port="]),
    ("dockgen add redis --set redis.version=", &["redis.version=8.10"]),
    ("dockgen new --set project.bake=t", &["project.bake=true"]),
    ("dockgen completions ", &["bash", "zsh", "fish", "powershell"]),
];

fn place() -> Place {
    let place = Place::new();
    place.write(
        "compose.yaml",
        "services:\n  web:\n    build: .\n  worker:\n    image: x\nvolumes:\n  data:\n",
    );
    place.write("compose.override.yaml", "services:\n  tool:\n    image: x\n");
    place.write("other/compose.yaml", "services:\n  far:\n    build: .\n");
    place
}

/// A shell that finds the program by its name.
fn shell(place: &Place, shell: &str, arguments: &[&str]) -> Done {
    let mut command = Command::new(shell);
    let program = Path::new(env!("CARGO_BIN_EXE_dockgen")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    command.args(arguments).current_dir(place.path()).env("PATH", path).env("HOME", place.at("home"));
    Done::of(&command.output().unwrap()).well()
}

/// Whether a shell is here; in CI it must be.
fn is_here(name: &str) -> bool {
    let here = Command::new(name).args(["-c", "exit 0"]).output().is_ok();
    if !here {
        assert!(std::env::var_os("CI").is_none(), "{name} is not here: scripts/tools installs it");
        eprintln!("not run: {name} is not here");
    }
    here
}

#[track_caller]
fn assert_offered(typed: &str, wanted: &[&str], offered: &BTreeSet<String>) {
    for word in wanted {
        match word.strip_prefix('!') {
            Some(word) => assert!(!offered.contains(word), "`{typed}`: {word} is in {offered:?}"),
            None => assert!(offered.contains(*word), "`{typed}`: {word} is not in {offered:?}"),
        }
    }
}

/// Words as bash splits a line for completion: `=` is a word of its own.
fn split_by_bash(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in line.split(' ') {
        match word.split_once('=') {
            Some((before, "")) => words.extend([before.to_owned(), "=".to_owned()]),
            Some((before, after)) => words.extend([before.to_owned(), "=".to_owned(), after.to_owned()]),
            None => words.push(word.to_owned()),
        }
    }
    words
}

#[test]
fn bash_completes_the_catalog_and_the_compose_file() {
    let place = place();
    for (typed, wanted) in OFFERED {
        let words = split_by_bash(typed);
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let last = words.last().filter(|word| *word != "=").cloned().unwrap_or_default();
        let script = format!(
            "source <(dockgen completions bash)\nCOMP_WORDS=({})\nCOMP_CWORD={}\nCOMP_TYPE=9\n\
             _clap_complete_dockgen dockgen '{last}' x\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
            quoted.join(" "),
            words.len() - 1,
        );
        let done = shell(&place, "bash", &["--norc", "--noprofile", "-c", &script]);
        // Bash puts what is offered behind the last `=`.
        let kept = typed.rsplit(' ').next().unwrap().rsplit_once('=').map(|(kept, _)| format!("{kept}="));
        let offered = done.stdout.lines().map(|word| format!("{}{word}", kept.clone().unwrap_or_default()));
        assert_offered(typed, wanted, &offered.collect());
    }
}

#[test]
fn bash_itself_puts_what_is_typed_together() {
    use std::io::{Read, Write};
    let place = place();
    let program = Path::new(env!("CARGO_BIN_EXE_dockgen")).parent().unwrap().display().to_string();
    let mut command = Command::new("bash");
    command.args(["--norc", "--noprofile", "-i"]).current_dir(place.path());
    command
        .env("PATH", format!("{program}:{}", std::env::var("PATH").unwrap()))
        .env("TERM", "dumb")
        .env("PS1", "");
    let (pty, pts) = pty_process::blocking::open().unwrap();
    let mut child = pty_process::blocking::Command::from(command).spawn(pts).unwrap();
    (&pty)
        .write_all(
            // Tab twice, then to the line's begin and end: the line is printed instead of run.
            b"source <(dockgen completions bash)\n\
              dockgen add redis --to=we\t--set redis.persistence=a\t\x01printf '<%s>' \x05> said\nexit\n",
        )
        .unwrap();
    let mut said = Vec::new();
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = (&pty).read(&mut bytes) {
        said.extend_from_slice(&bytes[..count]);
    }
    child.wait().unwrap();
    assert!(place.at("said").exists(), "{}", String::from_utf8_lossy(&said));
    assert_eq!(place.read("said"), "<dockgen><add><redis><--to=web><--set><redis.persistence=aof>");
}

#[test]
fn fish_completes_the_catalog_and_the_compose_file() {
    if !is_here("fish") {
        return;
    }
    let place = place();
    for (typed, wanted) in OFFERED {
        let script = format!("dockgen completions fish | source; complete -C '{typed}'");
        let done = shell(&place, "fish", &["--no-config", "-c", &script]);
        let offered = done.stdout.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned());
        assert_offered(typed, wanted, &offered.collect());
    }
}

#[test]
fn zsh_completes_the_catalog_and_the_compose_file() {
    if !is_here("zsh") {
        return;
    }
    let place = place();
    for (typed, wanted) in OFFERED {
        let words: Vec<String> = typed.split(' ').map(|word| format!("'{word}'")).collect();
        // The function as the completion system calls it; what it would show is printed instead.
        let script = format!(
            "compdef() {{ :; }}\n_describe() {{ print -l -- \"${{(@P)${{@[-1]}}}}\"; }}\n\
             source <(dockgen completions zsh)\nwords=({})\nCURRENT={}\n_clap_dynamic_completer_dockgen",
            words.join(" "),
            words.len(),
        );
        let done = shell(&place, "zsh", &["-f", "-c", &script]);
        let offered = done.stdout.lines().map(|line| {
            let (word, _) = line.split_once(':').unwrap_or((line, ""));
            word.to_owned()
        });
        assert_offered(typed, wanted, &offered.collect());
    }
}

#[test]
fn powershell_gets_a_script() {
    let script = Place::new().run(".", &["completions", "powershell"]).well().stdout;
    assert!(script.contains("Register-ArgumentCompleter") && script.contains("DOCKGEN_COMPLETE"), "{script}");
}

#[test]
fn a_compose_file_that_cannot_be_read_offers_nothing_and_says_nothing() {
    let place = Place::new();
    place.write("compose.yaml", "services: [\n");
    for words in [&["remove", ""][..], &["add", "redis", "--to", ""], &["show", "\u{fffd}"]] {
        let mut command = place.command(".");
        command.env("DOCKGEN_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", words.len().to_string());
        let done = Done::of(&command.args(["--", "dockgen"]).args(words).output().unwrap()).well();
        assert_eq!(done.stderr, "", "{words:?}");
        assert!(!done.stdout.contains("redis"), "{words:?}: {}", done.stdout);
    }
}

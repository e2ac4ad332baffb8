//! What `--version` says, and where it knows it from.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[allow(dead_code, clippy::print_stdout, reason = "a build script, of which the functions are tried")]
#[path = "../build.rs"]
mod build;

use std::path::Path;
use std::process::Command;

fn git(folder: &Path, day: &str, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=x", "-c", "user.email=x@example.org"]).args(arguments).current_dir(folder);
    command.env("GIT_COMMITTER_DATE", day).env("GIT_AUTHOR_DATE", day);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_repository_says_its_commit_and_the_day_of_the_catalog() {
    let folder = assert_fs::TempDir::new().unwrap();
    assert_eq!(build::commit(folder.path()), None);
    let write = |file: &str, text: &str| {
        std::fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
        std::fs::write(folder.path().join(file), text).unwrap();
    };
    git(folder.path(), "", &["init", "-q"]);
    for (file, day) in [("templates/x", "2026-03-01T12:00:00Z"), ("src/x", "2026-04-01T12:00:00Z")] {
        write(file, "x");
        git(folder.path(), day, &["add", "."]);
        git(folder.path(), day, &["commit", "-qm", file]);
    }
    assert_eq!(build::catalog_date(folder.path()).as_deref(), Some("2026-03-01"));
    let clean = build::commit(folder.path()).unwrap();
    assert_eq!(clean.len(), 12);
    write("src/x", "y");
    assert_eq!(build::commit(folder.path()), Some(format!("{clean}+")));
}

#[test]
fn a_package_says_what_cargo_and_the_changelog_know() {
    let info = |dirty: &str| {
        format!(
            "{{\n  \"git\": {{\n    \"sha1\": \"0123456789abcdef0123\"{dirty}\n  }},\n  \"path_in_vcs\": \"\"\n}}"
        )
    };
    assert_eq!(build::packaged_commit(&info("")).as_deref(), Some("0123456789ab"));
    assert_eq!(build::packaged_commit(&info(",\n    \"dirty\": true")).as_deref(), Some("0123456789ab+"));
    let changelog = "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-21\n\n## [0.1.0] - 2026-01-01\n";
    assert_eq!(build::released(changelog).as_deref(), Some("2026-11-21"));
    assert_eq!(build::released("# Changelog\n\n## [Unreleased]\n"), None);
}

#[test]
fn what_is_not_known_is_not_said() {
    let known = |text: &str| Some(text.to_owned());
    assert_eq!(build::described("1.0.0", [None, None]), "1.0.0");
    assert_eq!(
        build::described("1.0.0", [known("abc"), known("2026-11-21")]),
        "1.0.0 (commit abc, catalog of 2026-11-21)"
    );
}

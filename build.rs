//! What the binary says about itself: the commit it was built from, and the day of the catalog's last change.
//!
//! Both come from git where a release is built, and are the same for everybody who builds that commit. A crate
//! package names its commit in a file of cargo's, and its day is that of the release in CHANGELOG.md. A debug
//! build says neither: it would have to be made anew after every commit to tell the truth.

#![expect(clippy::disallowed_methods, reason = "a build script reads files and the environment")]

use std::fs;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The binary holds the catalog: a changed template is a changed program.
    println!("cargo:rerun-if-changed=templates");
    let root = Path::new(".");
    let packaged = root.join(".cargo_vcs_info.json");
    let said = match fs::read_to_string(&packaged) {
        Ok(text) => {
            println!("cargo:rerun-if-changed={}", packaged.display());
            [packaged_commit(&text), fs::read_to_string("CHANGELOG.md").ok().and_then(|log| released(&log))]
        }
        Err(_) if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") => {
            if let Some(log) = git(root, &["rev-parse", "--git-path", "logs/HEAD"]) {
                println!("cargo:rerun-if-changed={log}");
            }
            [commit(root), catalog_date(root)]
        }
        Err(_) => [None, None],
    };
    let version = env!("CARGO_PKG_VERSION");
    println!("cargo:rustc-env=DOCKGEN_VERSION={}", described(version, said));
}

/// The version and what is known besides: `0.1.0 (commit 0a1b2c3d4e5f, catalog of 2026-11-21)`.
pub(crate) fn described(version: &str, [commit, catalog]: [Option<String>; 2]) -> String {
    let commit = commit.map(|commit| format!("commit {commit}"));
    let catalog = catalog.map(|day| format!("catalog of {day}"));
    let known: Vec<String> = commit.into_iter().chain(catalog).collect();
    if known.is_empty() { version.to_owned() } else { format!("{version} ({})", known.join(", ")) }
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// The commit; `+` behind it says that files differ from it.
pub(crate) fn commit(root: &Path) -> Option<String> {
    let commit = git(root, &["rev-parse", "--short=12", "HEAD"])?;
    let changed = git(root, &["status", "--porcelain", "--untracked-files=no"]).is_some();
    Some(if changed { format!("{commit}+") } else { commit })
}

pub(crate) fn catalog_date(root: &Path) -> Option<String> {
    git(root, &["log", "-1", "--format=%cs", "--", "templates"])
}

pub(crate) fn packaged_commit(info: &str) -> Option<String> {
    let (_, commit) = info.split_once("\"sha1\": \"")?;
    let changed = if info.contains("\"dirty\": true") { "+" } else { "" };
    Some(format!("{}{changed}", commit.get(..12)?))
}

/// The day of the newest release: `## [0.2.0] - 2026-11-21`.
pub(crate) fn released(changelog: &str) -> Option<String> {
    let headings = changelog.lines().filter(|line| line.starts_with("## ["));
    let day = headings.filter_map(|heading| heading.split_once("] - ")).next()?.1;
    Some(day.trim().to_owned())
}

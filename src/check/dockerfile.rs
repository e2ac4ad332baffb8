//! What a Dockerfile of the catalog owes to everybody: the stages that Compose texts name, pinned images, no secret.

use super::{Finding, compose};
use crate::catalog::Entry;

const FILE: &str = "Dockerfile.j2";
/// The stage of the development override.
const DEVELOPMENT: &str = "dev";
/// The stage of the image.
const PRODUCTION: &str = "runtime";

/// What is wrong with a Dockerfile that the entry makes; `development`: there is an override beside it.
pub fn laws(entry: &Entry, text: &str, development: bool) -> Vec<Finding> {
    let mut findings = stages(entry, text, development);
    findings.extend(text.lines().filter_map(|line| of_line(entry, line)));
    findings
}

/// Development runs one stage, and what is built without a target is the last.
fn stages(entry: &Entry, text: &str, development: bool) -> Vec<Finding> {
    let froms: Vec<&str> = text.lines().filter(|line| line.starts_with("FROM ")).collect();
    let named = |line: &&str, name: &str| line.split_whitespace().next_back() == Some(name);
    let mut findings = Vec::new();
    if development && !froms.iter().any(|line| named(line, DEVELOPMENT)) {
        findings.push(Finding::at(
            entry,
            FILE,
            "FROM ",
            format!("no stage is named `{DEVELOPMENT}`: the development override has nothing to build"),
        ));
    }
    if let Some(last) = froms.last().filter(|line| !named(line, PRODUCTION)) {
        let message = format!("the last stage is not named `{PRODUCTION}`: `FROM IMAGE AS {PRODUCTION}`");
        findings.push(Finding::at(entry, FILE, last, message));
    }
    findings
}

/// An argument of a build is in the history of the image, whether or not it is in its environment.
fn of_line(entry: &Entry, line: &str) -> Option<Finding> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let message = match words.as_slice() {
        ["ARG" | "ENV", rest @ ..] if rest.iter().any(|word| compose::is_secret(word)) => {
            "a secret in ARG or ENV stays in the image: mount it with `RUN --mount=type=secret`"
        }
        ["FROM", rest @ ..] if rest.iter().any(|word| compose::floats(word)) => {
            "the tag of the image moves: pin a version"
        }
        _ => return None,
    };
    Some(Finding::at(entry, FILE, line.trim(), message))
}

//! Where files stand, and the form of Compose templates.

use std::collections::BTreeMap;

use super::Finding;
use crate::catalog::{Entry, Kind};

const COMPOSE: [&str; 2] = ["compose.yaml.j2", "override.yaml.j2"];

/// Files that nothing reads.
pub fn places(files: &BTreeMap<String, String>) -> Vec<Finding> {
    let unread = |path: &String| -> Option<Finding> {
        let parts: Vec<&str> = path.split('/').collect();
        let expected = match parts.as_slice() {
            ["languages", _, "language.toml"]
            | ["services", _, "service.toml"]
            | ["languages" | "services", _, "detect.toml"]
            | ["project", "project.toml"]
            | ["shared", "questions.toml"] => return None,
            ["languages" | "services", _, _, ..] | ["project", _, ..] | ["shared", _] => {
                return (!path.ends_with(".j2")).then(|| {
                    Finding::new(
                        path.clone(),
                        0,
                        "neither a manifest nor a template: a template ends in `.j2`",
                    )
                });
            }
            _ => "languages/NAME/, services/NAME/, project/ or shared/",
        };
        Some(Finding::new(path.clone(), 0, format!("nothing reads it here: entries are in {expected}")))
    };
    files.keys().filter_map(unread).collect()
}

/// What would break a Compose text when it is set into the indentation of another file.
pub fn texts(entry: &Entry) -> Vec<Finding> {
    if entry.kind() == Kind::Project {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for file in COMPOSE {
        for (at, line) in entry.file(file).unwrap_or_default().lines().enumerate() {
            let bare = line.trim_end();
            let wrong = [
                (bare.ends_with(": |") || bare.ends_with(": >"), "a block scalar cannot be indented anew"),
                (bare.contains('\t'), "a tab is no indentation in YAML"),
                (bare != line, "white space at the end of the line"),
            ];
            let here = wrong.iter().filter(|(wrong, _)| *wrong);
            findings.extend(here.map(|(_, message)| Finding::new(entry.path(file), at + 1, *message)));
        }
    }
    findings
}

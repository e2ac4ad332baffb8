//! Where files stand, and the form of Compose templates.

use std::collections::BTreeMap;

use super::Finding;
use crate::catalog::{Entry, Kind};
use crate::request::check_name;

/// Sections whose entries are the service's own. Networks are the project's.
const OWN_SECTIONS: [&str; 4] = ["services", "volumes", "secrets", "configs"];

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

/// Those `folders` of entries that hold no file, or an overlay that holds no file at all.
pub fn empty(folders: &[String], files: &BTreeMap<String, String>) -> Vec<Finding> {
    let is_empty = |path: &&String| !files.keys().any(|file| file.starts_with(&format!("{path}/")));
    let empty = folders.iter().filter(is_empty);
    let mut findings: Vec<Finding> =
        empty.map(|path| Finding::new(path.clone(), 0, "the entry is an empty folder")).collect();
    if findings.is_empty() && files.is_empty() {
        findings.push(Finding::new(".".to_owned(), 0, "there is no entry here"));
    }
    findings
}

/// A name that no Compose service can have: an entry's service is named after it.
pub fn name(entry: &Entry) -> Option<Finding> {
    let error = check_name("service", entry.name()).err()?;
    Some(Finding::new(entry.path(entry.kind().manifest_file()), 0, format!("the folder's name: {error}")))
}

/// What would break a Compose text when it is set into the indentation of another file.
pub fn texts(entry: &Entry) -> Vec<Finding> {
    if entry.kind() == Kind::Project {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for file in COMPOSE {
        findings.extend(fixed_names(entry, file));
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

/// Names in sections that a second service of the entry would have, too.
fn fixed_names(entry: &Entry, file: &str) -> Vec<Finding> {
    let mut section = None;
    let mut findings = Vec::new();
    for (at, line) in entry.file(file).unwrap_or_default().lines().enumerate() {
        if line.starts_with(|first: char| first.is_ascii_lowercase()) {
            section = OWN_SECTIONS.into_iter().find(|section| line.trim_end() == format!("{section}:"));
        }
        let Some(section) = section else { continue };
        let name = line.strip_prefix("  ").and_then(|inner| inner.split_once(':')).map(|(name, _)| name);
        let name =
            name.filter(|name| name.starts_with(|first: char| first.is_alphanumeric() || first == '"'));
        if let Some(name) = name.filter(|name| !name.contains("{{")) {
            let message = format!(
                "`{name}` in `{section}` is the same for every service of the entry: begin it with `{{{{ name }}}}`"
            );
            findings.push(Finding::new(entry.path(file), at + 1, message));
        }
    }
    findings
}

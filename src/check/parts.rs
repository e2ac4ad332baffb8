//! The files that an entry must have.

use super::Finding;
use crate::catalog::{Entry, Kind};
use crate::manifest::Manifest;

/// What a language has to have beside its manifest, and what there would not be without it.
const OF_A_LANGUAGE: [(&str, &str); 3] = [
    ("Dockerfile.j2", "its applications have no image"),
    ("dockerignore.j2", "secrets and caches get into its images"),
    ("compose.yaml.j2", "its applications are no Compose services"),
];

/// Files that are not there, though the kind of the entry or a row of its manifest wants them.
pub fn laws(entry: &Entry, manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    if entry.kind() == Kind::Language {
        let missing = OF_A_LANGUAGE.iter().filter(|(file, _)| entry.file(file).is_none());
        findings.extend(missing.map(|(file, without)| {
            Finding::new(entry.path(file), 0, format!("the file is missing: {without}"))
        }));
    }
    for row in manifest.files.iter().filter(|row| entry.files(&row.from).is_empty()) {
        let message = format!("`from` of [[files]] names the folder `{}`, which holds no file", row.from);
        let words = format!("\"{}\"", row.from);
        findings.push(Finding::at(entry, entry.kind().manifest_file(), &words, message));
    }
    findings
}

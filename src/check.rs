//! The catalog's own laws, held against an overlay, as far as they need no engine.

mod compose;
mod dockerfile;
mod finding;
mod form;
mod keys;
mod manifest;
mod names;
mod pairs;
mod parts;
mod projects;

use std::collections::BTreeMap;

pub use finding::Finding;

use crate::catalog::{Catalog, Entry, Kind};

/// What is wrong with the entries of an overlay; `files` are its files by path relative to it.
#[must_use]
pub fn check(files: &BTreeMap<String, String>) -> Vec<Finding> {
    const ORIGIN: &str = "the folder";
    let mut catalog = Catalog::embedded();
    catalog.overlay(ORIGIN, files.clone());
    let mut findings = form::places(files);
    for kind in [Kind::Project, Kind::Language, Kind::Service] {
        for entry in catalog.of(kind).filter(|entry| entry.origin() == ORIGIN) {
            findings.extend(of_entry(entry, &catalog));
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// Entries of an overlay that are nothing but their `folders`, which [`check`] cannot see in its `files`.
#[must_use]
pub fn check_folders(folders: &[String], files: &BTreeMap<String, String>) -> Vec<Finding> {
    form::empty(folders, files)
}

fn of_entry(entry: &Entry, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = form::texts(entry);
    findings.extend(form::name(entry));
    findings.extend(entry.detection().err().map(|error| Finding::of(entry, &error)));
    match manifest::read(entry) {
        Err(finding) => findings.push(finding),
        Ok(manifest) => {
            findings.extend(manifest::laws(entry, &manifest));
            findings.extend(parts::laws(entry, &manifest));
            findings.extend(names::laws(entry, &manifest, catalog));
            findings.extend(projects::laws(entry, &manifest, catalog));
        }
    }
    findings
}

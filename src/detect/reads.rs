//! The environment variables that a project reads, out of the places that its language's manifest names.

use std::collections::BTreeMap;

use super::dependencies::Purpose;
use super::rules::Folder;
use crate::disk::{fits, matches_name};
use crate::manifest::{Pattern, Reads};

/// How many files of one pattern are looked into.
const FILES: usize = 500;

/// The names, each with the first place that reads it: in the folder itself, then in what it needs.
pub fn all<'r>(folder: &Folder<'_>, rows: impl Iterator<Item = &'r Reads>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for row in rows {
        let dependency =
            folder.dependency(&row.depends, Purpose::Services).map(|dependency| dependency.place.clone());
        if !row.depends.0.is_empty() && dependency.is_none() {
            continue;
        }
        for name in &row.names.0 {
            found.entry(name.clone()).or_insert_with(|| dependency.clone().unwrap_or_default());
        }
        let Some(pattern) = &row.line else { continue };
        in_folder(folder, row, pattern, &mut found);
        if let Some(root) = folder.root().filter(|_| row.workspace) {
            in_folder(root, row, pattern, &mut found);
        }
        // An example is of the folder's own program
        for other in folder.needed().iter().filter(|_| !row.example) {
            in_folder(other, row, pattern, &mut found);
        }
    }
    found
}

fn in_folder(folder: &Folder<'_>, row: &Reads, pattern: &Pattern, found: &mut BTreeMap<String, String>) {
    for file in row.file.0.iter().flat_map(|file| folder.files(file).into_iter().take(FILES)) {
        if !row.except.0.iter().any(|except| fits(except, &file)) {
            in_file(folder, row, &file, pattern, found);
        }
    }
}

fn in_file(
    folder: &Folder<'_>,
    row: &Reads,
    file: &str,
    pattern: &Pattern,
    found: &mut BTreeMap<String, String>,
) {
    let Some(text) = folder.text(file) else { return };
    let prefix = row.prefix.as_ref().and_then(|prefix| Some(prefix.firsts(&text).next()?.1));
    let prefix = prefix.unwrap_or_default();
    for (line, name) in pattern.firsts(&text) {
        let name = format!("{prefix}{name}").to_uppercase();
        if !row.unless.0.iter().any(|unless| matches_name(unless, &name)) {
            found.entry(name).or_insert_with(|| folder.place(file, Some(line)));
        }
    }
}

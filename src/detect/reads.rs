//! The environment variables that a project reads, out of the places that its language's manifest names.

use std::collections::BTreeMap;

use super::dependencies::Purpose;
use super::rules::Folder;
use crate::disk::{fits, matches_name};
use crate::manifest::{Pattern, Reads};

/// How many files of one pattern are looked into.
const FILES: usize = 500;

/// The names, each with the first place that reads it.
pub fn all(folder: &Folder<'_>, rows: &[Reads]) -> BTreeMap<String, String> {
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
        for file in row.file.0.iter().flat_map(|file| folder.files(file).into_iter().take(FILES)) {
            if !row.except.0.iter().any(|except| fits(except, &file)) {
                in_file(folder, row, &file, pattern, &mut found);
            }
        }
    }
    found
}

fn in_file(
    folder: &Folder<'_>,
    row: &Reads,
    file: &str,
    pattern: &Pattern,
    found: &mut BTreeMap<String, String>,
) {
    let Some(text) = folder.text(file) else { return };
    for (line, name) in pattern.firsts(&text) {
        let name = name.to_uppercase();
        if !row.unless.0.iter().any(|unless| matches_name(unless, &name)) {
            found.entry(name).or_insert_with(|| folder.place(file, Some(line)));
        }
    }
}

//! What an existing project says about itself, with the evidence for each answer.
//! The rules are the `[[detect]]` rows of the manifests.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::answers::{Raw, Sourced};
use crate::catalog::{Catalog, Kind};
use crate::error::Result;
use crate::manifest::{Detect, Manifest};

/// Reads a file of the project by its path in the application's folder.
pub type Read<'a> = &'a dyn Fn(&str) -> Result<Option<String>>;

/// The answers that the project's files give to the questions of one language.
///
/// # Errors
/// A file that cannot be read.
pub fn answers(manifest: &Manifest, read: Read<'_>) -> Result<BTreeMap<String, Sourced>> {
    let mut found = BTreeMap::new();
    for row in &manifest.detect {
        let Some(evidence) = evidence(row, read)? else { continue };
        for (key, value) in &row.set {
            // Rows are ranked: the first that speaks is believed.
            found.entry(key.clone()).or_insert_with(|| Sourced {
                raw: with_group(value, evidence.group.as_deref()),
                source: evidence.place.clone(),
            });
        }
    }
    Ok(found)
}

/// The languages that the project is written in, each with the file that shows it, in the catalog's order.
///
/// # Errors
/// A manifest or a file that cannot be read.
pub fn languages(catalog: &Catalog, read: Read<'_>) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in catalog.of(Kind::Language) {
        for row in entry.manifest()?.detect.iter().filter(|row| row.language) {
            if let Some(evidence) = evidence(row, read)? {
                found.push((entry.name().to_owned(), evidence.place));
                break;
            }
        }
    }
    Ok(found)
}

struct Evidence {
    place: String,
    group: Option<String>,
}

fn evidence(row: &Detect, read: Read<'_>) -> Result<Option<Evidence>> {
    let Some(text) = read(&row.file)? else { return Ok(None) };
    let Some(pattern) = &row.line else {
        return Ok(Some(Evidence { place: row.file.clone(), group: None }));
    };
    let Ok(pattern) = Regex::new(pattern) else { return Ok(None) };
    let found = text.lines().enumerate().find_map(|(number, line)| {
        let captures = pattern.captures(line)?;
        Some(Evidence {
            place: format!("{}:{}", row.file, number + 1),
            group: captures.get(1).map(|group| group.as_str().to_owned()),
        })
    });
    Ok(found)
}

fn with_group(value: &toml::Value, group: Option<&str>) -> Raw {
    match value {
        toml::Value::String(text) => Raw::Typed(text.replace("$1", group.unwrap_or_default())),
        other => Raw::Toml(other.clone()),
    }
}

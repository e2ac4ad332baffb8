//! `docs/proof.md`: what a run on the engine showed, one section an entry. Each section names the templates that
//! it speaks of by a checksum, so that a test can tell when it is out of date.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::engine::Notes;
use crate::lint::walk;

#[derive(Clone)]
pub enum Mark {
    /// Not run, or not yet.
    Open,
    Healthy(Notes),
    Impossible(String),
    Failed(String),
}

type Section = (&'static str, String);

/// What became of each row of each section.
pub struct Report {
    rows: BTreeMap<Section, Vec<(Vec<String>, Mark)>>,
    pub head: String,
}

impl Report {
    pub fn new(head: String) -> Self {
        Self { rows: BTreeMap::new(), head }
    }

    pub fn row(&mut self, section: Section, cells: Vec<String>, mark: Mark) {
        let rows = self.rows.entry(section).or_default();
        match rows.iter_mut().find(|(known, _)| *known == cells) {
            Some(row) => row.1 = mark,
            None => rows.push((cells, mark)),
        }
    }

    /// What was covered and what not, in a line.
    pub fn summary(&self) -> String {
        let marks: Vec<_> = self.rows.values().flatten().map(|(_, mark)| mark).collect();
        let count = |of: fn(&Mark) -> bool| marks.iter().filter(|mark| of(mark)).count();
        format!(
            "{} healthy, {} failed, {} impossible here, {} did not run",
            count(|m| matches!(m, Mark::Healthy(_))),
            count(|m| matches!(m, Mark::Failed(_))),
            count(|m| matches!(m, Mark::Impossible(_))),
            count(|m| matches!(m, Mark::Open)),
        )
    }

    /// Writes the sections all of whose rows ran; the others stay as they were.
    pub fn write(&self, path: &Path, templates: &Path) {
        let old = fs::read_to_string(path).unwrap_or_default();
        let mut text = self.head.clone();
        for ((kind, name), rows) in &self.rows {
            let title = format!("\n## {name}\n");
            if rows.iter().any(|(_, mark)| matches!(mark, Mark::Open)) {
                text.push_str(section_of(&old, &title).unwrap_or_default());
                continue;
            }
            let _ = write!(text, "{title}\nTemplates {}, {}.\n\n", checksum(templates, kind, name), today());
            text.push_str(&table(kind, rows));
        }
        fs::write(path, text).unwrap();
    }
}

fn section_of<'t>(text: &'t str, title: &str) -> Option<&'t str> {
    let start = text.find(title)?;
    let end = text[start + title.len()..].find("\n## ").map_or(text.len(), |at| start + title.len() + at);
    Some(&text[start..end])
}

fn table(kind: &str, rows: &[(Vec<String>, Mark)]) -> String {
    let (keys, notes): (&[&str], &[&str]) = match kind {
        "languages" => {
            (&["variant", "package manager", "base", "version"], &["added", "stop", "edit", "rebuild"])
        }
        "services" => (&["version"], &["secret", "data", "root file system", "capabilities", "stop"]),
        _ => (&["services"], &["stop"]),
    };
    let titles: BTreeMap<_, _> = [
        ("added", "added to the base"),
        ("stop", "application stops in"),
        ("edit", "edit in development"),
        ("rebuild", "rebuild after one line"),
        ("secret", "password"),
        ("data", "data after a restart"),
        ("capabilities", "capabilities added"),
    ]
    .into();
    // a column that is empty in every row says nothing
    let used: Vec<usize> =
        (0..keys.len()).filter(|at| rows.iter().any(|(cells, _)| !cells[*at].is_empty())).collect();
    let mut columns: Vec<String> = used.iter().map(|at| keys[*at].to_owned()).collect();
    columns.push("engine".to_owned());
    columns.extend(notes.iter().map(|note| (*titles.get(note).unwrap_or(note)).to_owned()));
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(&columns);
    text.push_str(&line(&vec!["---".to_owned(); columns.len()]));
    for (cells, mark) in rows {
        let mut row: Vec<String> = used.iter().map(|at| cells[*at].clone()).collect();
        let values = match mark {
            Mark::Healthy(values) => {
                row.push("healthy".to_owned());
                values.0.iter().cloned().collect()
            }
            Mark::Impossible(reason) => {
                row.push(format!("linted; impossible because {reason}"));
                BTreeMap::new()
            }
            Mark::Failed(reason) => {
                row.push(format!("**failed**: {}", reason.replace('|', "\\|")));
                BTreeMap::new()
            }
            Mark::Open => {
                row.push("did not run".to_owned());
                BTreeMap::new()
            }
        };
        row.extend(notes.iter().map(|note| values.get(*note).cloned().unwrap_or_default()));
        text.push_str(&line(&row));
    }
    text
}

/// Of all files that the entry's projects are rendered from.
pub fn checksum(templates: &Path, kind: &str, name: &str) -> String {
    let folders = match kind {
        "languages" | "services" => vec![templates.join(kind).join(name), templates.join("shared")],
        _ => vec![templates.to_owned()],
    };
    let mut sum = crc32fast::Hasher::new();
    for folder in folders.iter().filter(|folder| folder.exists()) {
        for path in walk(folder) {
            sum.update(path.strip_prefix(templates).unwrap_or(&path).to_string_lossy().as_bytes());
            sum.update(&fs::read(&path).unwrap_or_default());
        }
    }
    format!("{:08x}", sum.finalize())
}

/// Every entry has a section, and none speaks of other templates than those that are there.
pub fn is_not_older_than(path: &Path, templates: &Path, entries: &[(&str, &str)]) -> Result<(), String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut old = Vec::new();
    for (kind, name) in entries {
        let wanted = format!("Templates {},", checksum(templates, kind, name));
        let section = section_of(&text, &format!("\n## {name}\n"));
        match section {
            Some(section) if section.contains("**failed**") => old.push(format!("{name} (failed)")),
            Some(section) if section.contains(&wanted) => {}
            _ => old.push((*name).to_owned()),
        }
    }
    match old.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "docs/proof.md speaks of other templates of {}: `scripts/test --full` makes it anew",
            old.join(", ")
        )),
    }
}

fn today() -> String {
    let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

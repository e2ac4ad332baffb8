//! `docs/proof.md`: what a run on the engine showed. Each row names the templates that it speaks of by a
//! checksum, so that a test can tell when it is out of date.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::app::App;
use crate::engine::Notes;
use crate::walk::walk;

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
    left_out: Vec<String>,
    pub head: String,
}

impl Report {
    pub fn new(head: String) -> Self {
        Self { rows: BTreeMap::new(), left_out: Vec::new(), head }
    }

    pub fn row(&mut self, section: Section, cells: Vec<String>, mark: Mark) {
        let rows = self.rows.entry(section).or_default();
        match rows.iter_mut().find(|(known, _)| *known == cells) {
            Some(row) => row.1 = mark,
            None => rows.push((cells, mark)),
        }
    }

    /// What only the full set has.
    pub fn left_out(&mut self, titles: impl IntoIterator<Item = String>) {
        self.left_out.extend(titles);
    }

    /// What was covered and what not.
    pub fn summary(&self) -> String {
        let marks: Vec<_> = self.rows.values().flatten().map(|(_, mark)| mark).collect();
        let count = |of: fn(&Mark) -> bool| marks.iter().filter(|mark| of(mark)).count();
        let mut text = format!(
            "{} healthy, {} failed, {} impossible here, {} did not run",
            count(|m| matches!(m, Mark::Healthy(_))),
            count(|m| matches!(m, Mark::Failed(_))),
            count(|m| matches!(m, Mark::Impossible(_))),
            count(|m| matches!(m, Mark::Open)),
        );
        if !self.left_out.is_empty() {
            let (number, titles) = (self.left_out.len(), self.left_out.join("; "));
            let _ = write!(
                text,
                "\nengine: not in the covering set, but in `scripts/test --full`: {number}: {titles}"
            );
        }
        text
    }

    /// Writes what ran. A row that did not run stays as it was, unless it speaks of other templates than those that
    /// are there: so runs of parts add up.
    pub fn write(&self, path: &Path, templates: &Path) {
        let old = fs::read_to_string(path).unwrap_or_default();
        let mut text = self.head.clone();
        let mut heading = "";
        for ((kind, name), rows) in &self.rows {
            let (title, _) = place(kind, name);
            let lines = lines(&old, kind, name, rows, &checksum(templates, kind, name));
            if lines.is_empty() {
                continue;
            }
            if !SHARED.contains(kind) || heading != *kind {
                let _ = write!(text, "\n## {title}\n\n");
                let columns = columns(kind);
                text.push_str(&line(columns.iter().copied()));
                text.push_str(&line(columns.iter().map(|_| "---")));
            }
            heading = kind;
            text.push_str(&lines.concat());
        }
        fs::write(path, text).unwrap();
    }
}

/// The rows of an entry: those of this run in its order, and among and after them those of `old` that still hold.
fn lines(old: &str, kind: &str, name: &str, rows: &[(Vec<String>, Mark)], proven: &str) -> Vec<String> {
    let first = place(kind, name).1;
    let mut before = entry_of(old, kind, name);
    before.retain(|row| row.contains(proven));
    let proven = format!("{} {proven}", today());
    let mut lines = Vec::new();
    for row in rows {
        let start = start(first, &row.0);
        let known = before.iter().position(|line| line.starts_with(&start)).map(|at| before.remove(at));
        match row.1 {
            Mark::Open => lines.extend(known.map(|line| format!("{line}\n"))),
            _ => lines.push(line(cells(kind, first, row, &proven))),
        }
    }
    lines.extend(before.iter().map(|line| format!("{line}\n")));
    lines
}

/// Kinds whose entries share one table.
const SHARED: [&str; 2] = ["applications", "services"];

/// The section that speaks of an entry, and what its rows begin with.
fn place<'n>(kind: &'n str, name: &'n str) -> (&'n str, Option<&'n str>) {
    if SHARED.contains(&kind) { (kind, Some(name)) } else { (name, None) }
}

/// What the row of these keys begins with.
fn start(first: Option<&str>, keys: &[String]) -> String {
    let keys: Vec<_> = first.into_iter().chain(keys.iter().map(String::as_str)).collect();
    format!("| {} | ", keys.join(" | "))
}

/// The rows that a report has of an entry.
fn entry_of<'t>(text: &'t str, kind: &str, name: &str) -> Vec<&'t str> {
    let (title, first) = place(kind, name);
    let mut lines = text.lines().skip_while(|line| *line != format!("## {title}"));
    lines.next();
    let rows =
        lines.take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| ")).skip(2);
    rows.filter(|row| first.is_none_or(|first| row.starts_with(&format!("| {first} |")))).collect()
}

/// What was noted of a row, by the column that it stands in.
fn notes(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "languages" => &[
            ("added", "added to the base"),
            ("stop", "stops in"),
            ("edit", "edit in development"),
            ("rebuild", "rebuild after one line"),
        ],
        "applications" => {
            &[("added", "added to the base"), ("stop", "stops in"), ("rebuild", "rebuild after one line")]
        }
        "services" => &[
            ("secret", "password"),
            ("data", "data after a restart"),
            ("root file system", "root file system"),
            ("capabilities", "capabilities added"),
        ],
        _ => &[("stop", "application stops in")],
    }
}

fn columns(kind: &str) -> Vec<&'static str> {
    let keys: &[&str] = match kind {
        "languages" => &["variant", "package manager", "base", "version", "port"],
        "applications" => &["application", "what it is", "languages", "services found"],
        "services" => &["service", "version"],
        _ => &["services"],
    };
    let mut columns = keys.to_vec();
    columns.push("engine");
    columns.extend(notes(kind).iter().map(|(_, title)| *title));
    columns.push("proven");
    columns
}

fn cells(kind: &str, first: Option<&str>, (keys, mark): &(Vec<String>, Mark), proven: &str) -> Vec<String> {
    let mut cells: Vec<String> = first.map(str::to_owned).into_iter().chain(keys.iter().cloned()).collect();
    let (said, values): (String, BTreeMap<String, String>) = match mark {
        Mark::Healthy(values) => ("healthy".to_owned(), values.0.iter().cloned().collect()),
        Mark::Impossible(reason) => (format!("linted; impossible because {reason}"), BTreeMap::new()),
        Mark::Failed(reason) => (format!("**failed**: {}", reason.replace('|', "\\|")), BTreeMap::new()),
        Mark::Open => ("did not run".to_owned(), BTreeMap::new()),
    };
    cells.push(said);
    cells.extend(notes(kind).iter().map(|(note, _)| values.get(*note).cloned().unwrap_or_default()));
    cells.push(proven.to_owned());
    cells
}

fn line(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let cells: Vec<_> = cells.into_iter().map(|cell| cell.as_ref().to_owned()).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// Of all files that the entry's projects are rendered from: how others are recognised has no part in a starter.
pub fn checksum(templates: &Path, kind: &str, name: &str) -> String {
    let entry = |kind: &str, name: &str| templates.join(kind).join(name);
    let mut folders = vec![templates.join("shared")];
    match kind {
        "languages" | "services" => folders.insert(0, entry(kind, name)),
        "applications" => {
            let app = App::read(templates.join("../tests/apps").join(name));
            folders.extend(app.applications.values().map(|language| entry("languages", language)));
            folders.extend(app.services.iter().map(|service| entry("services", service)));
            folders.push(app.folder);
        }
        _ => folders = vec![templates.to_owned()],
    }
    let detects = kind == "applications";
    let counts = |path: &PathBuf| detects || !path.ends_with("detect.toml");
    let mut sum = crc32fast::Hasher::new();
    for folder in folders.iter().filter(|folder| folder.exists()) {
        for path in walk(folder).into_iter().filter(counts) {
            sum.update(path.strip_prefix(templates).unwrap_or(&path).to_string_lossy().as_bytes());
            sum.update(&fs::read(&path).unwrap_or_default());
        }
    }
    format!("{:08x}", sum.finalize())
}

/// What a row begins with, in which section.
pub type Proven = ((&'static str, String), Vec<String>);

/// Every entry has the rows of the covering set, and none speaks of other templates than those that are there.
///
/// # Errors
/// The entries that have to be proven again.
pub fn is_not_older_than(path: &Path, templates: &Path, covering: &[Proven]) -> Result<(), String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut old = Vec::new();
    for ((kind, name), keys) in covering {
        let sum = checksum(templates, kind, name);
        let rows = entry_of(&text, kind, name);
        let start = start(place(kind, name).1, keys);
        if !rows.iter().any(|row| row.starts_with(&start))
            || rows.iter().any(|row| !row.contains(&sum) || row.contains("**failed**"))
        {
            old.push(format!("{name} {}", keys.join(" ")));
        }
    }
    match old.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "docs/proof.md does not speak of the templates that are there: {}; `scripts/test --proof` makes it anew",
            old.join(", ")
        )),
    }
}

fn today() -> String {
    let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

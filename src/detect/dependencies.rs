//! What a project depends on, out of the places that its language's manifest names.

use super::rules::Folder;
use super::tree::{Node, Value};
use crate::disk::matches_name;
use crate::manifest::{Dependencies, Pattern};

/// One dependency.
#[derive(Debug, Clone)]
pub struct Dependency {
    name: String,
    features: Vec<String>,
    pub place: String,
    scope: Scope,
}

/// What a dependency says something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Both,
    Program,
    Services,
}

/// What a dependency is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What the program is made with.
    Program,
    /// What the program needs when it runs.
    Runtime,
    /// What the program uses.
    Services,
}

impl Dependency {
    fn new(name: &str, features: &str, place: String, scope: Scope) -> Self {
        let features = features.split(',').map(plain).filter(|feature| !feature.is_empty()).collect();
        Self { name: plain(name), features, place, scope }
    }

    /// Whether it counts for a purpose.
    pub fn serves(&self, purpose: Purpose) -> bool {
        match purpose {
            Purpose::Program => self.scope != Scope::Services,
            Purpose::Runtime => self.scope == Scope::Both,
            Purpose::Services => self.scope != Scope::Program,
        }
    }

    /// Whether it is the one that a row means: `name`, with `*` for any text, or `name[feature]`.
    pub fn is(&self, wanted: &str) -> bool {
        let (name, feature) = match wanted.strip_suffix(']').and_then(|wanted| wanted.rsplit_once('[')) {
            Some((name, feature)) => (name, Some(feature)),
            None => (wanted, None),
        };
        matches_name(&plain(name), &self.name)
            && feature.is_none_or(|wanted| {
                self.features.iter().any(|feature| matches_name(&plain(wanted), feature))
            })
    }
}

/// A name as it is compared: registries take `_` and `-`, small and capital letters for one.
pub fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace('_', "-")
}

/// All dependencies that a folder's files name.
pub fn all<'r>(folder: &Folder<'_>, rows: impl Iterator<Item = &'r Dependencies>) -> Vec<Dependency> {
    let mut found = Vec::new();
    for row in rows {
        if !row.beside.0.is_empty() && !row.beside.0.iter().any(|name| folder.has(name)) {
            continue;
        }
        for file in row.file.0.iter().flat_map(|pattern| folder.files(pattern)) {
            match &row.line {
                Some(pattern) => by_line(folder, row, &file, pattern, &mut found),
                None => by_key(folder, row, &file, &mut found),
            }
        }
    }
    found
}

fn by_line(
    folder: &Folder<'_>,
    row: &Dependencies,
    file: &str,
    pattern: &Pattern,
    found: &mut Vec<Dependency>,
) {
    let Some(text) = folder.text(file) else { return };
    for (line, groups) in pattern.lines(&text) {
        let group = |at: usize| groups.get(at).map_or("", |group| &**group);
        found.push(Dependency::new(group(1), group(2), folder.place(file, Some(line)), scope(row)));
    }
}

fn by_key(folder: &Folder<'_>, row: &Dependencies, file: &str, found: &mut Vec<Dependency>) {
    let Some(tree) = folder.tree(file) else { return };
    for node in row.key.0.iter().flat_map(|key| tree.at(key)) {
        match &node.value {
            Value::Table(entries) => {
                for (name, node) in entries {
                    found.push(Dependency::new(
                        name,
                        &features(node),
                        folder.place(file, Some(node.line)),
                        scope(row),
                    ));
                }
            }
            _ => {
                for (line, text) in node.texts() {
                    let (name, rest) = text.split_at(
                        text.find(|c: char| " [<>=!~;(@".contains(c))
                            .filter(|at| *at > 0)
                            .unwrap_or(text.len()),
                    );
                    let inner = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
                    let features = inner.map_or("", |(features, _)| features);
                    found.push(Dependency::new(name, features, folder.place(file, Some(line)), scope(row)));
                }
            }
        }
    }
}

fn scope(row: &Dependencies) -> Scope {
    match (row.dev, row.services) {
        (true, _) => Scope::Program,
        (_, true) => Scope::Services,
        _ => Scope::Both,
    }
}

/// `{ version = "…", features = […] }`, or `extras`.
fn features(node: &Node) -> String {
    let lists = ["features", "extras"].into_iter().flat_map(|key| node.at(key));
    lists.flat_map(Node::texts).map(|(_, text)| text).collect::<Vec<_>>().join(",")
}

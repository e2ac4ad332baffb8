//! The names that templates use: each has to be one that they are given, in every branch.

use std::collections::BTreeSet;

use super::Finding;
use crate::catalog::{Catalog, Entry, Kind};
use crate::manifest::Manifest;
use crate::render::Renderer;

/// Templates that are an entry's by their name.
const TEMPLATES: [&str; 4] = ["compose.yaml.j2", "override.yaml.j2", "Dockerfile.j2", "dockerignore.j2"];

/// What the engine gives to every template.
const OF_THE_ENGINE: [&str; 7] = ["range", "dict", "debug", "loop", "self", "super", "caller"];

/// The names under which templates of a kind see what is no answer to a question.
pub fn given(kind: Kind, manifest: &Manifest) -> impl Iterator<Item = &'static str> {
    let all = ["project", "name", "dev", "facts", "networks", "published"];
    let of_language: &[_] = match kind {
        Kind::Language => &["path", "context", "member", "starter", "api"],
        Kind::Project | Kind::Service => &[],
    };
    let required = [(manifest.requires.app, "app"), (manifest.requires.database, "database")];
    let required = required.into_iter().filter_map(|(needed, name)| needed.then_some(name));
    all.into_iter().chain(of_language.iter().copied()).chain(required)
}

/// Names that nobody defines, in branches that no tried answer reaches as well.
pub fn laws(entry: &Entry, manifest: &Manifest, catalog: &Catalog) -> Vec<Finding> {
    let renderer = Renderer::new(catalog, entry);
    let known = Known::of(entry.kind(), manifest);
    let mut findings = Vec::new();
    for file in templates(entry, manifest) {
        let text = entry.file(&file).unwrap_or_default();
        let unknown = known.missing(renderer.uses(&file), text);
        findings.extend(unknown.into_iter().map(|name| found(entry, &file, &name)));
    }
    for text in texts(manifest) {
        let unknown = known.missing(renderer.text_uses(text), text);
        findings.extend(unknown.into_iter().map(|name| found(entry, entry.kind().manifest_file(), &name)));
    }
    findings
}

/// The templates that are written. What they include may be given further names.
fn templates(entry: &Entry, manifest: &Manifest) -> BTreeSet<String> {
    let written = manifest.files.iter().flat_map(|row| entry.files(&row.from));
    let own = TEMPLATES.iter().filter(|file| entry.file(file).is_some()).map(|file| (*file).to_owned());
    own.chain(written).collect()
}

/// The texts of a manifest that are templates and see what the files see.
fn texts(manifest: &Manifest) -> Vec<&str> {
    let files = manifest.files.iter().map(|row| &row.to);
    let variables = manifest.variables.iter().flat_map(|row| [&row.name, &row.default, &row.comment]);
    let connect = manifest.connect.iter();
    let environment = connect.clone().flat_map(|connect| connect.environment.values());
    let reads = connect.flat_map(|connect| &connect.reads).filter_map(|row| row.value.as_ref());
    let facts = manifest.facts.iter().flat_map(|row| row.set.values()).flat_map(strings);
    let others = files.chain(variables).chain(environment).chain(reads);
    others.map(String::as_str).chain(facts).collect()
}

/// The texts in a value.
fn strings(value: &toml::Value) -> Vec<&str> {
    match value {
        toml::Value::String(text) => vec![text.as_str()],
        toml::Value::Array(items) => items.iter().flat_map(strings).collect(),
        toml::Value::Table(table) => table.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

fn found(entry: &Entry, file: &str, name: &str) -> Finding {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let begins =
        |word: &str| word.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let holds = |line: &str| line.contains('{') && line.split(|c| !is_word(c)).any(begins);
    let text = entry.file(file).unwrap_or_default();
    let line = text.lines().position(holds).map_or(0, |at| at + 1);
    Finding::new(entry.path(file), line, format!("undefined value: `{name}` is undefined"))
}

/// What the templates of an entry see.
struct Known<'m> {
    names: BTreeSet<&'m str>,
    /// What there is to look up in some of these.
    below: [(&'static str, BTreeSet<&'m str>); 3],
}

impl<'m> Known<'m> {
    fn of(kind: Kind, manifest: &'m Manifest) -> Self {
        let questions = manifest.questions.iter().map(|question| question.key.as_str());
        let mut names: BTreeSet<&str> = questions.collect();
        for name in given(kind, manifest).chain(OF_THE_ENGINE) {
            names.insert(name);
        }
        let facts = manifest.facts.iter().flat_map(|row| row.set.keys().map(String::as_str));
        let ports = manifest.publish.iter().map(|port| port.name.as_str());
        Self {
            names,
            below: [
                ("facts", facts.collect()),
                ("published", ports.collect()),
                ("project", BTreeSet::from(["name"])),
            ],
        }
    }

    /// The names that are none of these, unless the text itself asks whether they are there.
    fn missing(&self, used: impl IntoIterator<Item = String>, text: &str) -> BTreeSet<String> {
        let asked = |name: &str| {
            ["is defined", "is undefined", "is not defined", "| default"]
                .iter()
                .any(|test| text.contains(&format!("{name} {test}")))
        };
        used.into_iter().filter_map(|path| self.unknown(&path)).filter(|name| !asked(name)).collect()
    }

    /// The part of a dotted path that is not there.
    fn unknown(&self, path: &str) -> Option<String> {
        let mut parts = path.split('.');
        let name = parts.next()?;
        if !self.names.contains(name) {
            return Some(name.to_owned());
        }
        let (_, keys) = self.below.iter().find(|(above, _)| *above == name)?;
        let key = parts.next().filter(|key| !keys.contains(key))?;
        Some(format!("{name}.{key}"))
    }
}

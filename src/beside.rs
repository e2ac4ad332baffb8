//! The files that Compose reads with those that are edited: what is listed after them, and what is included.
//! Only the names in them count: an addition under one of these would be merged with it, or take its place.
//! Source: the Compose specification, `include`, and what `docker compose config` takes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::compose::{Compose, Value};
use crate::disk::{plain, read_text};

/// The files, as far as they can be read.
#[derive(Debug, Default)]
pub struct Beside {
    root: PathBuf,
    files: Vec<(PathBuf, Compose)>,
    seen: BTreeSet<PathBuf>,
    /// What the person should know, one sentence each.
    pub notes: Vec<String>,
}

impl Beside {
    /// No file so far; `root`: the project's folder.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: plain(root), ..Self::default() }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// A file that is listed after those that are edited. Its own paths start in the project's folder.
    pub fn list(&mut self, path: &Path) {
        let root = self.root.clone();
        if !self.read(path, &root) {
            let name = self.shown(path);
            self.notes.push(format!("the names in `{name}`, which is listed, were not looked at"));
        }
    }

    /// What a file includes that is read whole elsewhere.
    pub fn include(&mut self, compose: &Compose) {
        let root = self.root.clone();
        self.follow(compose, &root);
    }

    /// The file that has a name, as seen from the project, and its line there.
    #[must_use]
    pub fn place(&self, section: &str, name: &str) -> Option<(String, usize)> {
        self.files.iter().find_map(|(path, compose)| Some((self.shown(path), compose.line(section, name)?)))
    }

    /// Reads a file whose includes start in `folder`. Says whether it can be read; if not, Compose may still know how.
    fn read(&mut self, path: &Path, folder: &Path) -> bool {
        let path = plain(path);
        if !self.seen.insert(path.clone()) {
            return true;
        }
        let text = read_text(&path).ok().flatten();
        let Some(compose) = text.and_then(|text| Compose::parse(&text).ok()) else { return false };
        self.follow(&compose, folder);
        self.files.push((path, compose));
        true
    }

    fn follow(&mut self, compose: &Compose, folder: &Path) {
        let Some(Value::Seq(items)) = compose.get(&["include"]) else { return };
        for item in &items {
            let paths = paths(item.get("path").unwrap_or(item));
            let inner = match item.get("project_directory").and_then(Value::text) {
                Some(own) => folder.join(own),
                None => paths.first().map(|first| above(&folder.join(first))).unwrap_or_default(),
            };
            for path in paths {
                if !self.read(&folder.join(path), &inner) {
                    self.notes.push(format!("the names in `{path}`, which is included, were not looked at"));
                }
            }
        }
    }

    /// A path as seen from the project.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// One path, or several whose files are merged.
fn paths(value: &Value) -> Vec<&str> {
    match value {
        Value::Seq(items) => items.iter().filter_map(Value::text).collect(),
        value => value.text().into_iter().collect(),
    }
}

fn above(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

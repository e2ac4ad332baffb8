//! The entries by kind and name, and where each comes from.

mod entry;
mod shared;

use std::collections::BTreeMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

pub(crate) use entry::DETECTION;
pub use entry::{Entry, Kind, Source};
use shared::SharedQuestions;

use crate::answers::nearest;
use crate::error::{Error, Result};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The folder of pieces that several templates include.
pub(crate) const SHARED: &str = "shared";

/// All entries that can be picked.
#[derive(Debug, Clone)]
pub struct Catalog {
    entries: BTreeMap<(Kind, String), Entry>,
    shared: Arc<BTreeMap<String, String>>,
}

impl Catalog {
    /// The catalog inside the binary. Nothing is parsed yet.
    #[must_use]
    pub fn embedded() -> Self {
        // `get_dir` would look through the whole tree
        let top = |name: &str| EMBEDDED.dirs().find(|dir| dir.path().as_os_str() == name);
        let pieces = top(SHARED).into_iter().flat_map(Dir::files);
        let shared = pieces
            .filter_map(|file| Some((file.path().to_str()?.to_owned(), file.contents_utf8()?.to_owned())));
        let mut catalog = Self { entries: BTreeMap::new(), shared: Arc::new(shared.collect()) };
        let folders = [(Kind::Language, "languages"), (Kind::Service, "services")];
        for (kind, folder) in folders {
            for entry in top(folder).into_iter().flat_map(Dir::dirs) {
                let name = entry.path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
                catalog.put(kind, name, Source::BuiltIn(entry));
            }
        }
        if let Some(project) = top("project") {
            catalog.put(Kind::Project, "project", Source::BuiltIn(project));
        }
        catalog.share();
        catalog
    }

    /// Lays the folder of an overlay over the catalog: its entries replace those of the same name, whole.
    ///
    /// `files` are its files by path relative to it, `origin` says where it is.
    pub fn overlay(&mut self, origin: &str, files: BTreeMap<String, String>) {
        let mut entries: BTreeMap<(Kind, String), BTreeMap<String, String>> = BTreeMap::new();
        for (path, text) in files {
            let mut parts = path.splitn(3, '/');
            match (parts.next(), parts.next(), parts.next()) {
                (Some("languages"), Some(name), Some(rest)) => {
                    entries
                        .entry((Kind::Language, name.to_owned()))
                        .or_default()
                        .insert(rest.to_owned(), text);
                }
                (Some("services"), Some(name), Some(rest)) => {
                    entries
                        .entry((Kind::Service, name.to_owned()))
                        .or_default()
                        .insert(rest.to_owned(), text);
                }
                (Some("project"), Some(_), _) => {
                    let rest = path.trim_start_matches("project/").to_owned();
                    entries.entry((Kind::Project, "project".to_owned())).or_default().insert(rest, text);
                }
                (Some(SHARED), Some(_), None) => {
                    Arc::make_mut(&mut self.shared).insert(path, text);
                }
                _ => {}
            }
        }
        for ((kind, name), files) in entries {
            self.put(kind, &name, Source::Overlay { origin: origin.to_owned(), files: Arc::new(files) });
        }
        self.share();
    }

    fn put(&mut self, kind: Kind, name: &str, source: Source) {
        self.entries.insert((kind, name.to_owned()), Entry::new(kind, name, source));
    }

    fn share(&mut self) {
        let text = self.shared.get(shared::FILE).map_or("", String::as_str);
        let questions = Arc::new(SharedQuestions::new(text));
        for entry in self.entries.values_mut() {
            entry.share(Arc::clone(&questions));
        }
    }

    /// The entry of that kind and name.
    ///
    /// # Errors
    /// [`Error::UnknownEntry`] with the nearest name that there is.
    pub fn get(&self, kind: Kind, name: &str) -> Result<&Entry> {
        self.entries.get(&(kind, name.to_owned())).ok_or_else(|| Error::UnknownEntry {
            kind: kind.name(),
            name: name.to_owned(),
            nearest: nearest(name, self.of(kind).map(Entry::name)),
        })
    }

    /// The entry of that name, a service or a language.
    ///
    /// # Errors
    /// [`Error::UnknownEntry`] with the nearest service that there is.
    pub fn find(&self, name: &str) -> Result<&Entry> {
        self.get(Kind::Service, name).or_else(|error| self.get(Kind::Language, name).map_err(|_| error))
    }

    /// The entry of that name, whatever its kind.
    ///
    /// # Errors
    /// [`Error::UnknownName`] with the nearest name that there is.
    pub fn any(&self, name: &str) -> Result<&Entry> {
        let kinds = [Kind::Service, Kind::Language, Kind::Project];
        kinds.iter().find_map(|kind| self.get(*kind, name).ok()).ok_or_else(|| Error::UnknownName {
            name: name.to_owned(),
            nearest: nearest(name, self.entries.values().map(Entry::name)),
        })
    }

    /// The entries of one kind, by name.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.entries.values().filter(move |entry| entry.kind() == kind)
    }

    /// The shared pieces: text by path, e.g. `shared/labels.j2`.
    #[must_use]
    pub fn shared(&self) -> &Arc<BTreeMap<String, String>> {
        &self.shared
    }
}

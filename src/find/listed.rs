//! The Compose files that `COMPOSE_FILE` lists, in the environment or in `.env`.

use std::path::{Path, PathBuf};

use dockgen::disk::{plain, read_text};
use dockgen::dotenv::{self, Assigned};
use dockgen::error::{Error, Result};

use super::{Found, alone};
use crate::cli::Surroundings;

/// The file in which Compose looks for what the environment lacks: that of the folder it is run in.
const DOTENV: &str = ".env";

/// A list of Compose files.
pub struct Listed {
    list: String,
    separator: String,
    /// Where the list stands.
    place: &'static str,
}

impl Listed {
    /// The list; `None` when there is none. The environment wins over `.env`.
    pub fn read(around: &Surroundings) -> Result<Option<Self>> {
        let path = around.folder.join(DOTENV);
        let file = if path.is_file() { read_text(&path)?.unwrap_or_default() } else { String::new() };
        let (list, place) = match &around.compose_file {
            Some(list) => (Some(list.clone()), "the environment"),
            None => (setting(&file, "COMPOSE_FILE")?, "`.env`"),
        };
        let Some(list) = list else { return Ok(None) };
        let separator = match &around.compose_path_separator {
            Some(separator) => Some(separator.clone()),
            None => setting(&file, "COMPOSE_PATH_SEPARATOR")?,
        };
        let separator = separator.filter(|separator| !separator.is_empty());
        Ok(Some(Self { list, separator: separator.unwrap_or_else(|| ":".to_owned()), place }))
    }

    /// The first file is edited, and the second as its override where it is in the project's folder.
    pub fn found(&self, around: &Surroundings) -> Result<Found> {
        let mut files: Vec<PathBuf> = Vec::new();
        for path in self.list.split(&self.separator) {
            let missing = || Error::ListedFile { path: path.to_owned(), place: self.place };
            let file = plain(&around.path(Path::new(path)));
            if path.is_empty() || !file.is_file() {
                return Err(missing());
            }
            if !files.contains(&file) {
                files.push(file);
            }
        }
        let mut files = files.into_iter();
        let first = files.next().and_then(|file| alone(&file));
        let found = first.ok_or_else(|| Error::ListedFile { path: self.list.clone(), place: self.place })?;
        let mut others: Vec<PathBuf> = files.collect();
        let inside =
            others.first().and_then(|file| Some(file.strip_prefix(&found.root).ok()?.to_str()?.to_owned()));
        if inside.is_some() {
            others.remove(0);
        }
        Ok(Found { override_file: inside, others, ..found })
    }
}

/// What `.env` says about a setting of Compose.
fn setting(file: &str, key: &'static str) -> Result<Option<String>> {
    match dotenv::last(file, key) {
        Some(Assigned { computed: true, .. }) => Err(Error::Computed { key, path: DOTENV }),
        assigned => Ok(assigned.map(|assigned| assigned.text)),
    }
}

//! Finds the Compose file that Docker Compose itself would find.
//! Source: the Docker Compose manual, `-f`, `COMPOSE_FILE` and `COMPOSE_PATH_SEPARATOR`, and what
//! `docker compose config` takes.

mod listed;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use dockgen::error::{Error, Result};
use dockgen::names;

use crate::cli::Surroundings;
use listed::Listed;

/// A project's folder, its Compose file and its override, both relative to the folder.
pub struct Found {
    pub root: PathBuf,
    pub file: String,
    pub override_file: Option<String>,
    /// Further files that Compose reads after these.
    pub others: Vec<PathBuf>,
}

/// The Compose file that was named, that `COMPOSE_FILE` names, or that is in the folder or above it.
pub fn compose(named: Option<&Path>, around: &Surroundings) -> Result<Found> {
    if let Some(path) = named {
        let path = around.path(path);
        let found = alone(&path).filter(|_| path.is_file()).ok_or_else(|| missing(&path))?;
        // An override belongs to the file that Compose finds by itself, and to no other.
        let by_itself = discovered(&found.root).filter(|other| other.file == found.file);
        return Ok(by_itself.unwrap_or(found));
    }
    if let Some(listed) = Listed::read(around)? {
        return listed.found(around);
    }
    let found = around.folder.ancestors().find_map(discovered);
    found.ok_or_else(|| Error::NoCompose { folder: around.folder.clone() })
}

fn missing(path: &Path) -> Error {
    let kind = if path.is_dir() { ErrorKind::IsADirectory } else { ErrorKind::NotFound };
    Error::Io { action: "read", path: path.to_owned(), source: kind.into() }
}

/// What Compose finds in a folder by itself.
fn discovered(folder: &Path) -> Option<Found> {
    let is_there = |name: &str| folder.join(name).is_file();
    let found = alone(&folder.join(names::file(is_there)?))?;
    Some(Found { override_file: names::override_file(is_there).map(str::to_owned), ..found })
}

/// A Compose file by itself.
fn alone(path: &Path) -> Option<Found> {
    let root = path.parent()?.to_owned();
    let file = path.file_name()?.to_str()?.to_owned();
    Some(Found { root, file, override_file: None, others: Vec::new() })
}

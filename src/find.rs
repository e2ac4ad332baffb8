//! Finds the Compose file that Docker Compose itself would find.
//! Source: the Compose specification, "Compose file", and the Docker Compose manual, `-f` and `COMPOSE_FILE`.

use std::path::{Path, PathBuf};

use dockgen::error::{Error, Result};

use crate::cli::Surroundings;

const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// A project's folder, its Compose file and its override, both relative to the folder.
pub struct Found {
    pub root: PathBuf,
    pub file: String,
    pub override_file: Option<String>,
}

/// The Compose file that was named, that `COMPOSE_FILE` names, or that is in the folder or above it.
pub fn compose(named: Option<&Path>, around: &Surroundings) -> Result<Found> {
    if let Some(path) = named {
        let path = around.path(path);
        return beside(&path).filter(|_| path.is_file()).ok_or(Error::Io {
            action: "read",
            path,
            source: std::io::ErrorKind::NotFound.into(),
        });
    }
    if let Some(list) = &around.compose_file {
        let mut files = list.split(':');
        let first = around.path(Path::new(files.next().unwrap_or_default()));
        let mut found = beside(&first).ok_or_else(|| Error::NoCompose { folder: around.folder.clone() })?;
        // A list names its own override; without one there is none.
        found.override_file = files.next().map(str::to_owned);
        return Ok(found);
    }
    for folder in around.folder.ancestors() {
        if let Some(name) = NAMES.iter().find(|name| folder.join(name).is_file()) {
            return beside(&folder.join(name)).ok_or_else(|| Error::NoCompose { folder: folder.to_owned() });
        }
    }
    Err(Error::NoCompose { folder: around.folder.clone() })
}

/// A Compose file and the override that Compose reads after it by itself.
fn beside(path: &Path) -> Option<Found> {
    let root = path.parent()?.to_owned();
    let file = path.file_name()?.to_str()?.to_owned();
    let overrides = NAMES.contains(&file.as_str()).then(|| {
        let (stem, ending) = file.rsplit_once('.').unwrap_or((&file, "yaml"));
        let other = if ending == "yaml" { "yml" } else { "yaml" };
        [format!("{stem}.override.{ending}"), format!("{stem}.override.{other}")]
    });
    let override_file = overrides.into_iter().flatten().find(|name| root.join(name).is_file());
    Some(Found { root, file, override_file })
}

//! The applications that are measured, and the forms in which each is built.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// A row of `apps.toml`: an application of `tests/apps`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub name: String,
    pub title: String,
    /// What the application asks of dockgen besides what is detected.
    #[serde(default)]
    pub arguments: Vec<String>,
    pub bases: Vec<String>,
    /// What an image without a Compose file needs to start at all.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// An image in which the two commands below run, in the application's folder.
    pub tools: String,
    /// Changes one line of the source; `$ROUND` differs each time.
    pub source: String,
    /// Changes one line of the manifest, and the lock file with it.
    pub manifest: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    app: Vec<App>,
}

/// Whose Dockerfile it is.
#[derive(Clone)]
pub enum Form {
    /// One that somebody wrote, from this folder of benches/images: `naive`, with which most people begin (one
    /// stage, everything in it), or `careful`, that of somebody who has the time.
    Written(&'static str),
    /// dockgen's, on this base.
    Dockgen(String),
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(by) => f.write_str(by),
            Self::Dockgen(base) => f.write_str(base),
        }
    }
}

impl App {
    /// Those of these names, or all.
    pub fn all(root: &Path, names: &[String]) -> Vec<Self> {
        let text = fs::read_to_string(root.join("benches/images/apps.toml")).unwrap();
        let mut apps = toml::from_str::<File>(&text).unwrap().app;
        apps.retain(|app| names.is_empty() || names.contains(&app.name));
        apps
    }

    pub fn forms(&self) -> impl Iterator<Item = Form> {
        let written = ["naive", "careful"].map(Form::Written).into_iter();
        written.chain(self.bases.iter().cloned().map(Form::Dockgen))
    }
}

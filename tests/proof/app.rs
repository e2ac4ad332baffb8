//! An application as somebody has it before Docker: a folder of `tests/apps`, and what its `case.toml` says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::lint::Project;
use crate::walk::walk;

/// What `case.toml` says; `tests/apps/README.md` explains it.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct App {
    #[serde(skip)]
    pub name: String,
    #[serde(skip)]
    pub folder: PathBuf,
    pub title: String,
    /// Arguments of `dockgen new` beyond `--yes`.
    #[serde(default)]
    arguments: Vec<String>,
    /// Whether a run of the covering set builds and starts it.
    #[serde(default)]
    pub cover: bool,
    /// The applications that are found, each with its language.
    pub applications: BTreeMap<String, String>,
    /// The services that are found, and no others.
    #[serde(default)]
    pub services: BTreeSet<String>,
    /// Why it cannot be built where images are stand-ins.
    pub impossible: Option<String>,
    /// The source file that the rebuild adds a line to.
    pub edit: String,
    #[serde(default, rename = "request")]
    pub requests: Vec<Request>,
}

/// One question to the running application, and its answer.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The Compose service that is asked; the first application when it is left out.
    pub to: Option<String>,
    #[serde(default = "get")]
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub body: String,
    #[serde(default = "ok")]
    pub status: u16,
    /// What the answer's body holds.
    #[serde(default)]
    pub contains: String,
}

fn get() -> String {
    "GET".to_owned()
}

fn ok() -> u16 {
    200
}

#[derive(Deserialize)]
struct Record {
    entry: Vec<Recorded>,
}

#[derive(Deserialize)]
struct Recorded {
    name: String,
    from: String,
}

impl App {
    /// The part of the report that speaks of it.
    pub fn section(&self) -> (&'static str, String) {
        ("applications", self.name.clone())
    }

    /// What its row of the report begins with, after its name.
    pub fn cells(&self) -> Vec<String> {
        let languages: BTreeSet<_> = self.applications.values().cloned().collect();
        let services: Vec<_> = self.services.iter().cloned().collect();
        vec![self.title.clone(), Vec::from_iter(languages).join(", "), services.join(", ")]
    }

    /// All applications, sorted by name.
    pub fn all(root: &Path) -> Vec<Self> {
        let mut folders: Vec<_> =
            fs::read_dir(root).into_iter().flatten().map(|row| row.unwrap().path()).collect();
        // a package manager that was run below may have left a cache of its own
        let hidden =
            |folder: &PathBuf| folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        folders.retain(|folder| folder.is_dir() && !hidden(folder));
        folders.sort();
        folders.into_iter().map(Self::read).collect()
    }

    /// The application of one folder.
    pub fn read(folder: PathBuf) -> Self {
        let path = folder.join("case.toml");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let app: Self = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let app = Self { name: folder.file_name().unwrap().to_string_lossy().into_owned(), folder, ..app };
        assert!(app.source().join(&app.edit).is_file(), "{}: `edit` names no file", path.display());
        app
    }

    fn source(&self) -> PathBuf {
        self.folder.join("project")
    }

    /// What was found is what is there: neither less nor more.
    fn is_found(&self, project: &Path) -> Result<(), String> {
        let path = project.join(".dockgen/answers.toml");
        let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
        let record: Record = toml::from_str(&text).map_err(|error| error.to_string())?;
        let of = |kind: &str| {
            let entries = record.entry.iter();
            entries
                .filter_map(|entry| Some((entry.name.clone(), entry.from.strip_prefix(kind)?.to_owned())))
                .collect::<BTreeMap<_, _>>()
        };
        let (applications, services) = (of("languages/"), of("services/").into_keys().collect());
        if applications != self.applications {
            return Err(format!(
                "the applications {:?} were to be found, not {applications:?}",
                self.applications
            ));
        }
        if self.services != services {
            return Err(format!("the services {:?} were to be found, not {services:?}", self.services));
        }
        Ok(())
    }
}

impl Project for App {
    fn id(&self) -> String {
        format!("app-{}", self.name)
    }

    fn name(&self) -> String {
        format!("app {}", self.name)
    }

    fn command(&self) -> String {
        let words = ["dockgen", "new", "--yes"].into_iter().chain(self.arguments.iter().map(String::as_str));
        format!("in tests/apps/{}/project: {}", self.name, shlex::try_join(words).unwrap_or_default())
    }

    /// Writes what `dockgen` makes of the project into `folder/app-NAME/NAME`, which is made anew.
    fn generate(&self, folder: &Path) -> Result<PathBuf, String> {
        let parent = folder.join(self.id());
        let project = parent.join(&self.name);
        let _ = fs::remove_dir_all(&parent);
        for path in walk(&self.source()) {
            let target = project.join(path.strip_prefix(self.source()).unwrap());
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::copy(&path, target).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
        let output = command.arg("new").arg(&project).arg("--yes").args(&self.arguments).output().unwrap();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}: {}", output.status, said.trim()));
        }
        // A person's folder is a person's: a container in development writes there as the first user of a machine.
        // Only root can give it away, and whoever else runs this has it already.
        let _ = Command::new("chown").args(["-R", "1000:1000"]).arg(&project).output();
        self.is_found(&project).map(|()| project)
    }

    fn wrote(&self, inside: &Path) -> bool {
        !self.source().join(inside).exists()
    }
}

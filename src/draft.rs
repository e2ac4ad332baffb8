//! The project as it will be: every entry is added to it in memory, the disk is only read.

mod context;
mod environment;
mod extension;
mod fault;
mod files;
mod insertion;
pub(crate) mod lines;
mod links;
mod networks;
mod place;
mod ports;
mod secrets;
mod texts;
mod unpassed;

use std::collections::BTreeMap;
use std::rc::Rc;

pub use texts::Texts;

use crate::answers::Answers;
use crate::beside::Beside;
use crate::catalog::{Catalog, Entry, Kind};
use crate::compose::{self, Compose, Gain, Link};
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::plan::{Change, Plan, ProjectPath};
use crate::record::{self, Added, Record};
use crate::render::{Context, Renderer};
use crate::request::are_alike;
use crate::secret::Secret;

/// The file of an application's image.
const DOCKERFILE: &str = "Dockerfile";
/// The file that hides files from the build of its Dockerfile alone: one folder may be the context of several.
const OWN_IGNORE: &str = "Dockerfile.dockerignore";
/// The mode of a secret file: Compose mounts it with its host mode, and the container's user is another.
const SECRET_MODE: u32 = 0o644;

/// A project in memory, to which entries are added one by one.
pub struct Draft<'a> {
    /// The files, as they are and as they will be.
    pub texts: Texts<'a>,
    catalog: &'a Catalog,
    project: String,
    base: ProjectPath,
    development: Option<ProjectPath>,
    record: Record,
    secrets: Vec<(ProjectPath, Secret)>,
    variables: Vec<(String, Secret)>,
    notes: Vec<String>,
    depends_on_healthy: bool,
    ours: bool,
    beside: Beside,
    /// The Compose files as they were read last.
    parsed: BTreeMap<ProjectPath, Rc<Compose>>,
}

/// Of applications that nothing was seen of.
pub const NO_READS: &BTreeMap<String, Vec<String>> = &BTreeMap::new();

/// One entry with everything that is settled about it.
pub struct Addition<'a> {
    /// The catalog entry.
    pub entry: &'a Entry,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// Its Compose service name.
    pub alias: &'a str,
    /// Its answers.
    pub answers: &'a Answers,
    /// The applications that it is connected to.
    pub apps: &'a [String],
    /// The environment variables that these applications read, by their names.
    pub reads: &'a BTreeMap<String, Vec<String>>,
    /// The folder of an application, `.` for the project's.
    pub path: &'a str,
    /// Whether the starter is written.
    pub starter: bool,
}

/// What a draft starts from.
pub struct Start<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// The files.
    pub texts: Texts<'a>,
    /// The project's name.
    pub project: String,
    /// The Compose file for production.
    pub base: ProjectPath,
    /// That file, when it was read already.
    pub compose: Option<Rc<Compose>>,
    /// The override for development, when there is one or is to be one.
    pub development: Option<ProjectPath>,
    /// What was added before.
    pub record: Record,
    /// Whether a list-form `depends_on` may be rewritten.
    pub depends_on_healthy: bool,
    /// Whether the Compose files were begun by dockgen.
    pub ours: bool,
    /// What Compose reads besides these files.
    pub beside: Beside,
}

impl<'a> Draft<'a> {
    /// A draft to which nothing was added yet.
    #[must_use]
    pub fn new(start: Start<'a>) -> Self {
        let parsed = start.compose.map(|compose| (start.base.clone(), compose));
        Self {
            texts: start.texts,
            catalog: start.catalog,
            project: start.project,
            base: start.base,
            development: start.development,
            record: start.record,
            secrets: Vec::new(),
            variables: Vec::new(),
            notes: start.beside.notes.clone(),
            beside: start.beside,
            depends_on_healthy: start.depends_on_healthy,
            ours: start.ours,
            parsed: parsed.into_iter().collect(),
        }
    }

    /// What was added so far.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The Compose text for production as it is now.
    ///
    /// # Errors
    /// [`Error::Compose`] when it cannot be edited.
    pub fn compose(&mut self) -> Result<Rc<Compose>> {
        let base = self.base.clone();
        self.parse(&base)
    }

    fn parse(&mut self, path: &ProjectPath) -> Result<Rc<Compose>> {
        let text = self.texts.get(path)?.unwrap_or_default();
        if let Some(parsed) = self.parsed.get(path).filter(|parsed| parsed.text() == text) {
            return Ok(Rc::clone(parsed));
        }
        let compose = Compose::parse(&text)
            .map_err(|refusal| Error::Compose { path: path.to_string(), refusal: Box::new(refusal) })?;
        let compose = Rc::new(compose);
        self.parsed.insert(path.clone(), Rc::clone(&compose));
        Ok(compose)
    }

    /// Begins the Compose files with the project's own text, which sees nothing of its applications.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn begin(&mut self, addition: &Addition<'_>) -> Result<()> {
        let renderer = Renderer::new(self.catalog, addition.entry);
        let mut context = Context::new();
        // Only these two texts have the name alone, where `name: 123` would be a number, which Compose refuses
        let name = compose::word(&self.project);
        context.insert("project".into(), serde_json::json!({ "name": name }));
        context.insert("dev".into(), self.development.is_some().into());
        self.texts.create(&self.base, renderer.file("compose.yaml.j2", &context)?, 0o644, false);
        if let Some(path) = &self.development {
            self.texts.create(path, renderer.file("override.yaml.j2", &context)?, 0o644, false);
        }
        Ok(())
    }

    /// Adds one entry: its Compose text, its connections, its files, its secrets and its record.
    ///
    /// # Errors
    /// A template that cannot be rendered, a Compose file that cannot be edited, a path that leaves the
    /// project, or a host port that another service has.
    pub fn add(&mut self, addition: &Addition<'_>) -> Result<()> {
        self.refuse_unreachable(addition)?;
        let renderer = Renderer::new(self.catalog, addition.entry);
        let context = self.context(addition, &renderer)?;
        let again = self.is_there(addition)?;
        if !again {
            self.refuse_alike(addition)?;
            self.refuse_secret_twice(addition)?;
        }
        let mut added = Self::added(addition, again);
        self.add_compose(addition, &renderer, &context, &mut added, again)?;
        self.refuse_port_twice(addition.alias)?;
        if !again {
            self.note_moved_ports(addition.alias, &context)?;
            self.note_heirs(addition)?;
            self.note_inherited(addition.alias)?;
            self.add_files(addition, &renderer, &context, &mut added)?;
        }
        self.add_secrets(addition, &renderer, &context, &mut added)?;
        if !again {
            self.add_lines(addition, &renderer, &context, &mut added)?;
        }
        self.add_record(addition, added)
    }

    /// Two names that are the same as variables would have one port, and one line of `.env`.
    fn refuse_alike(&self, addition: &Addition<'_>) -> Result<()> {
        match self.record.entries.iter().find(|added| are_alike(&added.name, addition.alias)) {
            Some(added) => {
                Err(Error::NamesAlike { one: added.name.clone(), other: addition.alias.to_owned() })
            }
            None => Ok(()),
        }
    }

    /// Whether the entry was added before: it is recorded, and in the file that is written last.
    fn is_there(&mut self, addition: &Addition<'_>) -> Result<bool> {
        if self.record.get(addition.alias).is_none() {
            return Ok(false);
        }
        let path = match &self.development {
            Some(path) if addition.entry.file("compose.yaml.j2").is_none() => path.clone(),
            _ => self.base.clone(),
        };
        Ok(self.parse(&path)?.names("services").iter().any(|name| name == addition.alias))
    }

    fn added(addition: &Addition<'_>, again: bool) -> Added {
        Added {
            name: addition.alias.to_owned(),
            from: addition.entry.kind().folder(addition.entry.name()),
            path: (addition.entry.kind() == Kind::Language && !again).then(|| addition.path.to_owned()),
            starter: addition.starter && !again,
            connected: addition.apps.to_vec(),
            answers: if again {
                toml::Table::new()
            } else {
                addition.answers.iter().map(|(key, value)| (key.to_owned(), value.to_toml())).collect()
            },
            variables: Vec::new(),
            inserted: Vec::new(),
            created: Vec::new(),
        }
    }

    fn add_record(&mut self, addition: &Addition<'_>, added: Added) -> Result<()> {
        let mut recorded = self.record.entries.iter().filter(|there| there.name == addition.alias);
        let nothing_new =
            recorded.any(|there| added.inserted.iter().all(|piece| there.inserted.contains(piece)));
        if addition.entry.kind() == Kind::Project || nothing_new {
            return Ok(());
        }
        let path = ProjectPath::new(record::PATH)?;
        let text = Record::text_of(&added);
        match self.texts.get(&path)? {
            None => self.texts.create(&path, format!("{}{text}", Record::header()), 0o644, false),
            Some(there) => self.texts.insert(&path, there.len(), &text)?,
        }
        self.record.entries.push(added);
        Ok(())
    }

    /// The plan that makes the draft true. The record comes first and the Compose file last: of a run that
    /// was killed, the record says what was begun, and only the Compose file says that it was done.
    #[must_use]
    pub fn plan(self) -> Plan {
        let mut changes = Texts::secrets(self.secrets, SECRET_MODE);
        let path = |path: &str| ProjectPath::new(path).ok();
        changes.extend(
            self.variables
                .into_iter()
                .filter_map(|(key, secret)| Some(Change::Variable { path: path(lines::ENV)?, key, secret })),
        );
        let last = [self.development.as_ref().map(ProjectPath::as_str), Some(self.base.as_str())];
        // A Dockerfile comes after what hides files from its build: that it is there says that the other is
        let is_dockerfile = |path: &ProjectPath| path.as_str().rsplit('/').next() == Some(DOCKERFILE);
        let place = |path: &ProjectPath| {
            let last = last.iter().position(|last| *last == Some(path.as_str()));
            last.map_or(usize::from(is_dockerfile(path)), |place| place + 2)
        };
        let mut texts = self.texts.changes();
        texts.sort_by(|a, b| (place(a.path()), a.path()).cmp(&(place(b.path()), b.path())));
        changes.extend(texts);
        changes.sort_by_key(|change| change.path().as_str() != record::PATH);
        Plan { changes, notes: self.notes }
    }
}

/// Whether `new` looks at a file before it is applied: one that is extended by whole lines wherever it is found, or
/// that decides where another is written. Of `.env`, whose lines are no text of a draft, only notes depend.
#[must_use]
pub fn is_looked_at(path: &ProjectPath) -> bool {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    lines::EXTENDED.contains(&name)
        || [lines::DOCKERIGNORE, OWN_IGNORE, DOCKERFILE].contains(&name)
        || path.as_str() == lines::ENV
}

/// The service that a gain is for, and the file's own words for it.
pub(crate) fn link(service: &str, gain: Gain) -> Link {
    Link { service: service.to_owned(), gain }
}

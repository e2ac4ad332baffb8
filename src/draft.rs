//! The project as it will be: every entry is added to it in memory, the disk is only read.

mod context;
mod environment;
mod fault;
pub(crate) mod lines;
mod links;
mod networks;
mod place;
mod ports;
mod texts;
mod unpassed;

use std::collections::BTreeMap;
use std::rc::Rc;

pub use texts::Texts;

use crate::answers::{Answers, Value};
use crate::beside::Beside;
use crate::catalog::{Catalog, Entry, Kind};
use crate::compose::{Cause, Compose, Edit, Gain, Link, Note, Refusal, Request};
use crate::error::{Error, Result};
use crate::manifest::{Condition, Layer, Manifest, SecretFile};
use crate::plan::{Change, Plan, ProjectPath};
use crate::record::{self, Added, Created, Inserted, Record};
use crate::render::{Context, Renderer};
use crate::secret::{Part, Secret};
use place::Place;

/// The file of an application's image.
const DOCKERFILE: &str = "Dockerfile";
/// The file that hides files from the build of its Dockerfile alone: one folder may be the context of several.
const OWN_IGNORE: &str = "Dockerfile.dockerignore";
/// The folder of secret files.
const SECRETS: &str = "secrets";
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
        context.insert("project".into(), serde_json::json!({ "name": self.project }));
        context.insert("dev".into(), self.development.is_some().into());
        self.texts.create(&self.base, renderer.file("compose.yaml.j2", &context)?, 0o644, false);
        if let Some(path) = &self.development {
            self.texts.create(path, renderer.file("override.yaml.j2", &context)?, 0o644, false);
        }
        Ok(())
    }

    /// Makes the secret files of an entry that was added before.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn restore_secrets(&mut self, added: &Added) -> Result<()> {
        let Some((kind, name)) = added.entry() else { return Ok(()) };
        let entry = self.catalog.get(kind, name)?;
        let manifest = entry.manifest()?;
        let answers = added.given();
        let addition = Addition {
            entry,
            manifest: &manifest,
            alias: &added.name,
            answers: &answers,
            apps: &[],
            reads: NO_READS,
            path: ".",
            starter: false,
        };
        let mut context: Context =
            answers.iter().map(|(key, value)| (key.to_owned(), serde_json::json!(value))).collect();
        context.insert("name".into(), added.name.as_str().into());
        let secrets = self.secrets_of(&addition, &Renderer::new(self.catalog, entry), &context)?;
        self.secrets.extend(secrets);
        Ok(())
    }

    /// Makes the lines of `.env` that an entry brought when it was added before.
    pub fn restore_variables(&mut self, added: &Added) {
        for (key, name) in added.variables.iter().filter_map(|pair| pair.split_once('=')) {
            if !self.variables.iter().any(|(there, _)| there == key) {
                let value = Part::Value(secret_file(&added.name, name));
                self.variables.push((key.to_owned(), Secret::Text(vec![value])));
            }
        }
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
        let mut added = Self::added(addition, again);
        self.add_compose(addition, &renderer, &context, &mut added, again)?;
        self.refuse_port_twice(addition.alias)?;
        if !again {
            self.add_files(addition, &renderer, &context, &mut added)?;
        }
        self.add_secrets(addition, &renderer, &context, &mut added)?;
        if !again {
            self.add_lines(addition, &renderer, &context, &mut added)?;
        }
        self.add_record(addition, added)
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

    fn add_compose(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
        again: bool,
    ) -> Result<()> {
        if addition.entry.kind() == Kind::Project {
            return Ok(());
        }
        // What was added before may have been edited since: it is connected further, not written again.
        let fragment = |file: &str| -> Result<Option<Compose>> {
            if again || addition.entry.file(file).is_none() {
                return Ok(None);
            }
            let read = fault::read(addition.entry, file, &renderer.file(file, context)?)?;
            Ok(Some(read).filter(|read| !read.text().trim().is_empty()))
        };
        let mut base = (fragment("compose.yaml.j2")?, Vec::new());
        let mut development = (None, Vec::new());
        if self.development.is_some() {
            development.0 = fragment("override.yaml.j2")?;
        } else if base.0.is_none() {
            // A service for development only, and no file for development: its place is the one file.
            base.0 = fragment("override.yaml.j2")?;
        }
        let links = self.links(addition, renderer, context, added)?;
        match addition.manifest.connect.as_ref().map(|connect| connect.file) {
            Some(Layer::Override) if self.development.is_some() => development.1 = links,
            _ => base.1 = links,
        }
        let further = if again { self.further_networks(addition)? } else { Vec::new() };
        let has_override = development.0.is_some();
        let networks = self.development_networks(addition, context, has_override, &further, again)?;
        base.1.extend(further);
        development.1.extend(networks);
        if !again {
            self.note_external(addition, context)?;
        }
        let path = self.base.clone();
        self.edit(&path, base.0.as_ref(), base.1, added)?;
        if let Some(path) = self.development.clone() {
            self.edit(&path, development.0.as_ref(), development.1, added)?;
        }
        Ok(())
    }

    /// The one place where Compose text is changed.
    fn edit(
        &mut self,
        path: &ProjectPath,
        fragment: Option<&Compose>,
        links: Vec<Link>,
        added: &mut Added,
    ) -> Result<()> {
        if fragment.is_none() && links.is_empty() {
            return Ok(());
        }
        if let (Some(fragment), None) = (fragment, self.texts.get(path)?) {
            self.texts.create(path, fragment.text().to_owned(), 0o644, false);
            if !links.is_empty() {
                return self.edit(path, None, links, added);
            }
            return Ok(());
        }
        let compose = self.parse(path)?;
        let request = Request {
            fragment: fragment.map(Compose::text),
            links,
            depends_on_healthy: self.depends_on_healthy,
            ours: self.ours,
        };
        let edit = compose
            .insert_read(fragment, &request)
            .map_err(|refusal| refused(path, &compose, refusal, added))?;
        self.refuse_taken(&edit, added)?;
        self.note(path, &edit, &request.links)?;
        for insertion in &edit.insertions {
            added.inserted.push(Inserted::from_piece(path.as_str(), &insertion.piece()));
        }
        self.parsed.extend(edit.read.clone().map(|read| (path.clone(), read)));
        self.texts.apply(path, edit)
    }

    /// A name that is new to the file, and that another file has which Compose reads with it, is taken.
    fn refuse_taken(&mut self, edit: &Edit, added: &Added) -> Result<()> {
        if self.beside.is_empty() {
            return Ok(());
        }
        let base = self.compose()?;
        for insertion in &edit.insertions {
            if let [section, name] = insertion.path.as_slice()
                && base.line(section, name).is_none()
                && let Some((path, line)) = self.beside.place(section, name)
            {
                let entry = added.entry().map_or(added.name.as_str(), |(_, entry)| entry).to_owned();
                let free = free_name(&base, &added.name);
                return Err(Error::NameTaken { place: format!("{section}.{name}"), path, line, entry, free });
            }
        }
        Ok(())
    }

    fn note(&mut self, path: &ProjectPath, edit: &Edit, links: &[Link]) -> Result<()> {
        for note in &edit.notes {
            let text = match note {
                Note::StartOnly { service, on } if waits_for_the_end(links, service, on) => {
                    return Err(Error::CannotWait {
                        service: service.clone(),
                        on: on.clone(),
                        path: path.to_string(),
                    });
                }
                Note::StartOnly { service, on } => format!(
                    "`{service}` waits until `{on}` is started, not until it is healthy: its `depends_on` in {path} is a list \
                     (`--depends-on-healthy` turns it into a map)"
                ),
                Note::Rewritten { path: place, .. } => {
                    format!("`{}` in {path} was a list and is a map now", place.join("."))
                }
                Note::Copied { path: place } => format!(
                    "`{}` in {path} had its value through a merge key; the value is copied, since its own hides it",
                    place.join(".")
                ),
            };
            self.notes.push(text);
        }
        Ok(())
    }

    fn add_files(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
    ) -> Result<()> {
        let folder = if addition.entry.kind() == Kind::Language { addition.path } else { "." };
        let ignored = self.ignored(addition, renderer, context, folder)?;
        if addition.entry.file("Dockerfile.j2").is_some() {
            let path = ProjectPath::below(folder, DOCKERFILE)?;
            self.create(path, renderer.file("Dockerfile.j2", context)?, 0o644, false, added);
        }
        if let Some((path, text)) = ignored {
            self.create(path, text, 0o644, false, added);
        }
        for row in addition.manifest.files.iter().filter(|row| addition.answers.meet(&row.when)) {
            if row.starter && !addition.starter {
                continue;
            }
            let to = renderer.text("files.to", &row.to, context)?;
            let to = if to.is_empty() { ".".to_owned() } else { to };
            let mode = if row.executable { 0o755 } else { 0o644 };
            for file in addition.entry.files(&row.from) {
                let inner = file.trim_start_matches(row.from.trim_end_matches('/')).trim_start_matches('/');
                let Some(inner) = inner.strip_suffix(".j2") else {
                    return Err(Error::BadEntry {
                        path: addition.entry.path(&file),
                        message: "a file to be written ends in `.j2`".to_owned(),
                    });
                };
                let inner = renderer.text(&file, inner, context)?;
                let path = ProjectPath::below(folder, &format!("{to}/{inner}"))?;
                self.create(path, renderer.file(&file, context)?, mode, row.starter, added);
            }
        }
        Ok(())
    }

    /// What hides files from the build: where it stands, and its text.
    fn ignored(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        folder: &str,
    ) -> Result<Option<(ProjectPath, String)>> {
        if addition.entry.file("dockerignore.j2").is_none() {
            return Ok(None);
        }
        let text = renderer.file("dockerignore.j2", context)?;
        let path = self.ignore_path(addition, folder, &text)?;
        Ok(Some((path, text)))
    }

    /// Where the file stands that hides files from the build. One that a person wrote is for other builds and stays:
    /// Docker reads the one beside a Dockerfile first (its documentation, build context, filename and location).
    fn ignore_path(&mut self, addition: &Addition<'_>, folder: &str, text: &str) -> Result<ProjectPath> {
        let beside = ProjectPath::below(folder, OWN_IGNORE)?;
        if Place::of(addition.alias, addition.path, addition.answers)?.member != "." {
            return Ok(beside);
        }
        // By a run before, which may have been killed; services add lines at the end
        if self.texts.get(&beside)?.is_some_and(|there| there.starts_with(text)) {
            return Ok(beside);
        }
        let shared = ProjectPath::below(folder, lines::DOCKERIGNORE)?;
        // With a Dockerfile beside it, it is that build's, and would be so no longer
        let is_others = self.texts.get(&shared)?.is_some_and(|there| !there.starts_with(text))
            && self.texts.get(&ProjectPath::below(folder, DOCKERFILE)?)?.is_none();
        if !is_others {
            return Ok(shared);
        }
        self.notes
            .push(format!("`{shared}` stays as it is: the build of `{}` goes by `{beside}`", addition.alias));
        Ok(beside)
    }

    fn create(&mut self, path: ProjectPath, text: String, mode: u32, starter: bool, added: &mut Added) {
        if !starter {
            added.created.push(Created::of(path.as_str(), &text));
        }
        self.texts.create(&path, text, mode, starter);
    }

    fn add_secrets(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
    ) -> Result<()> {
        let secrets = self.secrets_of(addition, renderer, context)?;
        if secrets.is_empty() {
            return Ok(());
        }
        self.secrets.extend(secrets);
        self.add_own(addition, added);
        self.hide_secrets(addition.apps)
    }

    /// The secret files of an entry, in the order of its manifest.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    fn secrets_of(
        &self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
    ) -> Result<Vec<(ProjectPath, Secret)>> {
        let mut secrets = Vec::new();
        for row in secret_rows(addition) {
            let path = ProjectPath::new(&secret_file(addition.alias, &row.name))?;
            let secret = match (&row.random, &row.template) {
                (Some(length), _) => Secret::Random(*length),
                (None, Some(template)) => {
                    let mut context = context.clone();
                    mark_secrets(addition, &mut context);
                    parts(&renderer.text(&format!("secrets.{}", row.name), template, &context)?)
                }
                (None, None) => continue,
            };
            secrets.push((path, secret));
        }
        Ok(secrets)
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
/// that decides where another is written.
#[must_use]
pub fn is_looked_at(path: &ProjectPath) -> bool {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    lines::EXTENDED.contains(&name) || [lines::DOCKERIGNORE, OWN_IGNORE, DOCKERFILE].contains(&name)
}

/// The secrets that an entry has with these answers.
fn secret_rows<'a>(addition: &'a Addition<'_>) -> impl Iterator<Item = &'a SecretFile> {
    let is_read = |row: &&SecretFile| {
        row.variable.as_ref().is_none_or(|key| matches!(addition.answers.get(key), Value::Text(_)))
    };
    addition.manifest.secrets.iter().filter(|row| addition.answers.meet(&row.when)).filter(is_read)
}

/// The file of a Compose secret.
pub(crate) fn secret_file(alias: &str, name: &str) -> String {
    format!("{SECRETS}/{alias}_{name}.txt")
}

const VALUE: char = '\u{E000}';
const ENCODED: char = '\u{E001}';
const END: char = '\u{E002}';

/// In a secret's template, other secrets are marks: their values are not known before the plan is applied.
fn mark_secrets(addition: &Addition<'_>, context: &mut Context) {
    for (name, mark) in [("secret", VALUE), ("urlencoded", ENCODED)] {
        let marks = addition.manifest.secrets.iter().map(|row| {
            let file = secret_file(addition.alias, &row.name);
            (row.name.clone(), serde_json::Value::from(format!("{mark}{file}{END}")))
        });
        context.insert(name.to_owned(), serde_json::Value::Object(marks.collect()));
    }
}

/// A rendered template with marks as the parts of a secret.
fn parts(text: &str) -> Secret {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find([VALUE, ENCODED]) {
        let (plain, marked) = rest.split_at(at);
        let mark = marked.chars().next();
        let inner = marked.trim_start_matches([VALUE, ENCODED]);
        let (file, after) = inner.split_once(END).unwrap_or((inner, ""));
        parts.push(Part::Plain(plain.to_owned()));
        parts.push(if mark == Some(ENCODED) {
            Part::Encoded(file.to_owned())
        } else {
            Part::Value(file.to_owned())
        });
        rest = after;
    }
    parts.push(Part::Plain(rest.to_owned()));
    parts.retain(|part| *part != Part::Plain(String::new()));
    Secret::Text(parts)
}

/// What the file has already under a name that the service needs has a way out: another name.
fn refused(path: &ProjectPath, compose: &Compose, refusal: Refusal, added: &Added) -> Error {
    match (&refusal.cause, added.entry()) {
        (Cause::Conflict { path: place }, Some((_, entry)))
            if place.get(1).is_some_and(|name| name.starts_with(&added.name)) =>
        {
            Error::NameTaken {
                place: place.join("."),
                path: path.to_string(),
                line: refusal.line,
                entry: entry.to_owned(),
                free: free_name(compose, &added.name),
            }
        }
        _ => Error::Compose { path: path.to_string(), refusal: Box::new(refusal) },
    }
}

/// A service name that nobody has.
fn free_name(compose: &Compose, taken: &str) -> String {
    let services = compose.names("services");
    let mut numbered = (2..=services.len() + 2).map(|number| format!("{taken}{number}"));
    numbered.find(|name| !services.contains(name)).unwrap_or_default()
}

fn waits_for_the_end(links: &[Link], service: &str, on: &str) -> bool {
    let end = Condition::ServiceCompletedSuccessfully.name();
    links.iter().any(|link| {
        link.service == service
            && matches!(&link.gain, Gain::DependsOn { on: other, condition } if other == on && condition == end)
    })
}

/// The service that a gain is for, and the file's own words for it.
pub(crate) fn link(service: &str, gain: Gain) -> Link {
    Link { service: service.to_owned(), gain }
}

//! One entry: its kind, its name, its files, its origin.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, File};
use serde::de::DeserializeOwned;
use toml::Table;

use super::shared::SharedQuestions;
use crate::error::{Error, Result};
use crate::manifest::{Detection, Form, HAND_OVER, Manifest, Question};
use crate::record::place;

/// How an entry's projects are recognised.
pub(crate) const DETECTION: &str = "detect.toml";

/// What an entry describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The files that only `new` writes.
    Project,
    /// An application.
    Language,
    /// A service that applications use, or that stands before them.
    Service,
}

impl Kind {
    /// The word for one entry of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Language => "language",
            Self::Service => "service",
        }
    }

    /// The entry's folder in the catalog.
    #[must_use]
    pub fn folder(self, name: &str) -> String {
        match self {
            Self::Project => "project".to_owned(),
            Self::Language => format!("languages/{name}"),
            Self::Service => format!("services/{name}"),
        }
    }

    pub(crate) fn manifest_file(self) -> &'static str {
        match self {
            Self::Project => "project.toml",
            Self::Language => "language.toml",
            Self::Service => "service.toml",
        }
    }
}

/// Where an entry's files are.
#[derive(Clone)]
pub enum Source {
    /// In the binary.
    BuiltIn(&'static Dir<'static>),
    /// In a folder of the user's.
    Overlay {
        /// The folder.
        origin: String,
        /// Its files by path relative to the entry.
        files: Arc<BTreeMap<String, String>>,
    },
}

impl Source {
    /// The text of a file, by path relative to the entry.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&str> {
        match self {
            Self::BuiltIn(dir) => found(dir, dir.path().join(path).as_os_str())?.contents_utf8(),
            Self::Overlay { files, .. } => files.get(path).map(String::as_str),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(_) => write!(f, "BuiltIn"),
            Self::Overlay { origin, .. } => write!(f, "Overlay({origin})"),
        }
    }
}

/// One folder of the catalog. Its manifest and its detection are parsed when they are asked for, once.
#[derive(Debug, Clone)]
pub struct Entry {
    kind: Kind,
    name: String,
    source: Source,
    shared: Arc<SharedQuestions>,
    manifest: OnceLock<Arc<Manifest>>,
    detection: OnceLock<Arc<Detection>>,
}

impl Entry {
    pub(super) fn new(kind: Kind, name: &str, source: Source) -> Self {
        let (shared, manifest, detection) = (Arc::default(), OnceLock::new(), OnceLock::new());
        Self { kind, name: name.to_owned(), source, shared, manifest, detection }
    }

    /// Gives it the questions that it may share with other entries.
    pub(super) fn share(&mut self, questions: Arc<SharedQuestions>) {
        self.shared = questions;
        self.manifest = OnceLock::new();
    }

    /// What it describes.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its name, which is its folder's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `built-in`, or the folder of the overlay.
    #[must_use]
    pub fn origin(&self) -> &str {
        match &self.source {
            Source::BuiltIn(_) => "built-in",
            Source::Overlay { origin, .. } => origin,
        }
    }

    /// The path of one of its files in the catalog, for messages and for templates' names.
    #[must_use]
    pub fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.kind.folder(&self.name))
    }

    /// The text of one of its files, by path relative to the entry.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&str> {
        self.source.file(path)
    }

    /// Where its files are.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The paths of all files below a folder of the entry (`""`: all), sorted, relative to the entry.
    #[must_use]
    pub fn files(&self, folder: &str) -> Vec<String> {
        let mut paths = match &self.source {
            Source::BuiltIn(dir) => below(dir, dir),
            Source::Overlay { files, .. } => files.keys().cloned().collect(),
        };
        if !folder.is_empty() {
            let folder = format!("{}/", folder.trim_end_matches('/'));
            paths.retain(|path| path.starts_with(&folder));
        }
        paths.sort();
        paths
    }

    /// Its manifest.
    ///
    /// # Errors
    /// [`Error::BadToml`] with line and column, or [`Error::BadEntry`] when the manifest contradicts itself.
    pub fn manifest(&self) -> Result<Arc<Manifest>> {
        once(&self.manifest, || self.read_manifest())
    }

    fn read_manifest(&self) -> Result<Manifest> {
        let file = self.kind.manifest_file();
        let text = self.file(file).ok_or_else(|| Error::BadEntry {
            path: self.path(file),
            message: "the manifest is missing".to_owned(),
        })?;
        let mut manifest: Manifest = self.parse(file, text)?;
        manifest.questions = self.questions(&mut manifest, file, text)?;
        // Those in the binary have none: tests/templates.rs reads them as an overlay.
        if let Source::Overlay { .. } = self.source {
            self.refuse_contradictions(&manifest, file)?;
        }
        Ok(manifest)
    }

    fn parse<T: DeserializeOwned>(&self, file: &str, text: &str) -> Result<T> {
        toml::from_str(text).map_err(|error| Error::BadToml {
            path: format!("{} ({})", self.path(file), self.origin()),
            message: crate::record::located(text, &error),
            hint: "docs/catalog.md describes the manifest".to_owned(),
        })
    }

    /// How its projects are recognised: nothing, when it has no file that says so.
    ///
    /// # Errors
    /// [`Error::BadToml`] with line and column, or [`Error::BadEntry`] when a pattern is none.
    pub fn detection(&self) -> Result<Arc<Detection>> {
        once(&self.detection, || self.read_detection())
    }

    fn read_detection(&self) -> Result<Detection> {
        let detection: Detection = match self.file(DETECTION) {
            Some(text) => self.parse(DETECTION, text)?,
            None => Detection::default(),
        };
        // Those in the binary have none: tests/templates.rs reads them as an overlay.
        if let Source::Overlay { .. } = self.source
            && let Some((pattern, error)) = detection.bad_pattern()
        {
            let message = format!("`{pattern}` is no pattern: {error}");
            return Err(Error::BadEntry { path: self.path(DETECTION), message });
        }
        Ok(detection)
    }

    /// The questions of a manifest; every entry that hands secrets over has [`HAND_OVER`] besides.
    fn questions(&self, manifest: &mut Manifest, file: &str, text: &str) -> Result<Vec<Question>> {
        let shared = self.shared.tables()?;
        let mut questions = Vec::new();
        for written in std::mem::take(&mut manifest.written) {
            let start = written.span().start;
            let question = Question::complete(written.into_inner(), shared).map_err(|message| {
                let message = format!("{}: {message}", place(text, start));
                Error::BadEntry { path: self.path(file), message }
            })?;
            questions.push(question);
        }
        if manifest.connect.as_ref().is_some_and(|connect| !connect.secrets.is_empty()) {
            let written =
                Table::from_iter([("key".to_owned(), HAND_OVER.into()), ("shared".to_owned(), true.into())]);
            let question = Question::complete(written, shared)
                .map_err(|message| Error::BadEntry { path: self.path(file), message })?;
            questions.push(question);
        }
        Ok(questions)
    }

    fn refuse_contradictions(&self, manifest: &Manifest, file: &str) -> Result<()> {
        let bad = |message: String| Err(Error::BadEntry { path: self.path(file), message });
        for question in &manifest.questions {
            let key = &question.key;
            let pattern = question.pattern.as_deref().map(|p| regex_lite::Regex::new(&format!("^(?:{p})$")));
            match (question.kind, pattern) {
                (Form::Choice, _) if question.choices.is_empty() => {
                    return bad(format!("question `{key}` is a choice and has no `choices`"));
                }
                (Form::Text, None) => return bad(format!("question `{key}` is a text and has no `pattern`")),
                (Form::Text, Some(Err(error))) => {
                    return bad(format!("question `{key}` has a `pattern` that is none: {error}"));
                }
                (Form::Text, _) if question.allowed.is_none() => {
                    return bad(format!("question `{key}` says in no words what is `allowed`"));
                }
                _ => {}
            }
        }
        for secret in &manifest.secrets {
            if secret.random.is_some() == secret.template.is_some() {
                return bad(format!("secret `{}` needs either `random` or `template`", secret.name));
            }
        }
        Ok(())
    }
}

/// What was read before, or is read now.
fn once<T>(kept: &OnceLock<Arc<T>>, read: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
    if let Some(kept) = kept.get() {
        return Ok(Arc::clone(kept));
    }
    let new = read()?;
    Ok(Arc::clone(kept.get_or_init(|| Arc::new(new))))
}

/// A file by its whole path. Paths are compared as texts, since they would be taken apart for each comparison.
fn found(dir: &'static Dir<'static>, path: &OsStr) -> Option<&'static File<'static>> {
    let above =
        |inner: &&Dir<'_>| path.as_encoded_bytes().starts_with(inner.path().as_os_str().as_encoded_bytes());
    let own = dir.files().find(|file| file.path().as_os_str() == path);
    own.or_else(|| dir.dirs().filter(above).find_map(|inner| found(inner, path)))
}

fn below(root: &Dir<'static>, dir: &Dir<'static>) -> Vec<String> {
    let mut paths: Vec<String> = dir
        .files()
        .filter_map(|file| file.path().strip_prefix(root.path()).ok()?.to_str().map(str::to_owned))
        .collect();
    for inner in dir.dirs() {
        paths.extend(below(root, inner));
    }
    paths
}

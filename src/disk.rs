//! Every touch of the file system: reading, checking all targets, writing all or none.
#![expect(clippy::disallowed_methods, reason = "this is the room that reads and writes files")]

mod looking;
mod writing;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

pub use looking::{Look, Passed};
pub(crate) use looking::{fits, matches_name};
pub use writing::Written;

use crate::error::{Error, Result};
use crate::plan::{Change, Plan, ProjectPath};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;
/// The most files and folders that an overlay may hold, links followed nowhere.
const OVERLAY_FILES: usize = 4096;

/// How the names of certificates and their keys end.
const CERTIFICATES: [&str; 7] = [".cer", ".crt", ".csr", ".key", ".p12", ".pem", ".pfx"];

/// What the names of temporary files start with.
const TEMPORARY: &str = ".dockgen-";
/// What they end with.
const TEMPORARY_END: &str = ".tmp";

/// A project's folder.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
    /// Where it is once links are followed, known as soon as it exists.
    real: OnceLock<PathBuf>,
    /// Files that this run reads its answers from or prints to: they are no part of a project.
    besides: Vec<Identity>,
}

/// The numbers of a device and a file on it.
type Identity = (u64, u64);

/// How a target stands before anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not there.
    Absent,
    /// There with just the text that it is to have.
    Identical,
    /// There with another text.
    Conflict,
}

impl Disk {
    /// The folder `root`, which need not exist yet.
    ///
    /// # Errors
    /// [`Error::NotAFolder`] when something else is there.
    pub fn open(root: &Path) -> Result<Self> {
        let disk = || Self { root: root.to_owned(), real: OnceLock::new(), besides: Vec::new() };
        match fs::metadata(root) {
            Ok(meta) if !meta.is_dir() => Err(Error::NotAFolder { path: root.to_owned() }),
            Ok(_) => Ok(disk()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(disk()),
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                Err(Error::NotAFolder { path: root.to_owned() })
            }
            Err(source) => Err(Error::Io { action: "look at", path: root.to_owned(), source }),
        }
    }

    /// A project folder that must be there.
    ///
    /// # Errors
    /// [`Error::NotAFolder`] when it is not.
    pub fn existing(root: &Path) -> Result<Self> {
        let disk = Self::open(root)?;
        if root.exists() { Ok(disk) } else { Err(Error::NotAFolder { path: root.to_owned() }) }
    }

    /// The same, where these files do not make a folder hold a project: an answers file, or what standard output goes
    /// to.
    #[must_use]
    pub fn besides(mut self, files: impl IntoIterator<Item = Metadata>) -> Self {
        self.besides.extend(files.into_iter().map(|file| identity(&file)));
        self
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text of a file; `None` when it is not there.
    ///
    /// # Errors
    /// A link that leads outside, a file that is too large, no text, or not readable.
    pub fn read(&self, path: &ProjectPath) -> Result<Option<String>> {
        self.refuse_links_outside(path)?;
        read_text(&self.root.join(path.as_str()))
    }

    /// Whether a file is there: a path in the project, or an absolute one.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    /// Whether nothing is there, not even the folder; what git keeps about a repository does not count.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(names(&self.root)?.iter().all(|name| name == ".git"))
    }

    /// Whether a folder of the project holds one: anything besides hidden files and what a new repository has.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn holds_project(&self, folder: &str) -> Result<bool> {
        let folder = self.root.join(folder);
        for found in names(&folder)? {
            let name = found.to_string_lossy().to_lowercase();
            let of_a_new_repository = name.starts_with('.')
                || [
                    "readme",
                    "license",
                    "licence",
                    "copying",
                    "changelog",
                    "code_of_conduct",
                    "contributing",
                ]
                .iter()
                .any(|start| name.starts_with(start));
            let path = folder.join(&found);
            if !of_a_new_repository && !self.is_beside(&path) && holds_file(&path) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_beside(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|file| self.besides.contains(&identity(&file)))
    }

    /// How the target of a change stands.
    ///
    /// # Errors
    /// As [`Disk::read`], and [`Error::Changed`] when the text that a change starts from is not there.
    pub fn state(&self, change: &Change) -> Result<State> {
        let there = match change {
            Change::Variable { path, key, .. } => {
                let there = self.read(path)?.is_some_and(|text| has_variable(&text, key));
                return Ok(if there { State::Identical } else { State::Absent });
            }
            Change::Secret { path, .. } => {
                self.refuse_links_outside(path)?;
                let there = fs::symlink_metadata(self.root.join(path.as_str())).is_ok();
                return Ok(if there { State::Identical } else { State::Absent });
            }
            _ => self.read(change.path())?,
        };
        match (change, there) {
            (Change::Create { .. }, None) => Ok(State::Absent),
            (Change::Create { keep: true, .. }, Some(_)) => Ok(State::Identical),
            (Change::Create { text, .. }, Some(there)) => {
                Ok(if *text == there { State::Identical } else { State::Conflict })
            }
            (
                Change::Insert { before, .. }
                | Change::Rewrite { before, .. }
                | Change::Delete { before, .. },
                there,
            ) => {
                if there.as_ref() == Some(before) {
                    Ok(State::Absent)
                } else {
                    Err(Error::Changed { path: self.root.join(change.path().as_str()) })
                }
            }
            (Change::Secret { .. } | Change::Variable { .. }, _) => Ok(State::Identical),
        }
    }

    /// Carries the plan out: all targets are checked first, then all are written, or none.
    ///
    /// `overwrite` names the files that may be replaced; other files that are in the way are kept.
    ///
    /// # Errors
    /// What is in the way, or what the system refused; whatever this run made is taken back.
    pub fn apply(&self, plan: &Plan, overwrite: &[ProjectPath]) -> Result<Vec<(ProjectPath, Written)>> {
        writing::apply(self, plan, overwrite)
    }

    fn real(&self) -> Option<&Path> {
        match self.real.get() {
            Some(real) => Some(real),
            None => fs::canonicalize(&self.root).ok().map(|real| &**self.real.get_or_init(|| real)),
        }
    }

    /// A target's nearest folder that exists must be inside the project once links are followed.
    fn refuse_links_outside(&self, path: &ProjectPath) -> Result<()> {
        if !self.has_links(path) {
            return Ok(());
        }
        let target = self.root.join(path.as_str());
        let Some(root) = self.real() else { return Ok(()) };
        let mut place = target.as_path();
        loop {
            match fs::canonicalize(place) {
                Ok(real) if real.starts_with(root) => return Ok(()),
                Ok(_) => return Err(Error::LinkOutside { path: place.to_owned() }),
                // A link that leads nowhere would be followed by nobody, but written through by some.
                Err(_) if place.is_symlink() => return Err(Error::LinkOutside { path: place.to_owned() }),
                Err(_) => {}
            }
            match place.parent() {
                Some(parent) if parent.starts_with(&self.root) => place = parent,
                _ => return Ok(()),
            }
        }
    }

    /// Whether a part of the path is a link: without one it leads nowhere else, and no link needs to be followed.
    fn has_links(&self, path: &ProjectPath) -> bool {
        let mut place = self.root.clone();
        for part in Path::new(path.as_str()) {
            place.push(part);
            match fs::symlink_metadata(&place) {
                Ok(meta) if meta.is_symlink() => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
        false
    }
}

fn identity(file: &Metadata) -> Identity {
    (file.dev(), file.ino())
}

/// What is in a folder; nothing where there is none.
fn names(folder: &Path) -> Result<Vec<OsString>> {
    let read = |source| Error::Io { action: "read", path: folder.to_owned(), source };
    match fs::read_dir(folder) {
        Ok(names) => names.map(|name| name.map(|name| name.file_name()).map_err(read)).collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(read(source)),
    }
}

/// Whether anything is there but empty folders, certificates with their keys, and what a run that was killed left.
fn holds_file(path: &Path) -> bool {
    if path.is_symlink() || !path.is_dir() {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        return !name.starts_with(TEMPORARY) && !CERTIFICATES.iter().any(|end| name.ends_with(end));
    }
    fs::read_dir(path)
        .map_or(true, |mut names| names.any(|name| name.map_or(true, |name| holds_file(&name.path()))))
}

/// Whether a `.env` text gives the variable a value.
fn has_variable(text: &str, key: &str) -> bool {
    let value = |line: &str| {
        line.trim_start()
            .trim_start_matches("export ")
            .strip_prefix(key)
            .map(str::trim_start)
            .is_some_and(|rest| rest.starts_with('='))
    };
    text.lines().any(value)
}

/// The text of a file anywhere; `None` when it is not there.
///
/// # Errors
/// A file that is too large, no text, or not readable.
pub fn read_text(path: &Path) -> Result<Option<String>> {
    let io = |action, source| Error::Io { action, path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(source) => return Err(io("read", source)),
    };
    let meta = file.metadata().map_err(|source| io("read", source))?;
    if meta.is_dir() {
        return Err(Error::Io {
            action: "read",
            path: path.to_owned(),
            source: ErrorKind::IsADirectory.into(),
        });
    }
    if meta.len() > LARGEST {
        return Err(Error::TooLarge { path: path.to_owned(), bytes: meta.len() });
    }
    let mut bytes = Vec::new();
    // The size may be 0 for what is no regular file: bound the reading as well.
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|source| io("read", source))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::TooLarge { path: path.to_owned(), bytes: bytes.len() as u64 });
    }
    String::from_utf8(bytes).map(Some).map_err(|_| Error::NotUtf8 { path: path.to_owned() })
}

/// A path without `.` and `..`, as Compose makes it whole: by its text alone.
#[must_use]
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// How much memory the program holds, in bytes; `None` where the system does not say so.
#[must_use]
pub fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// All text files below a folder by relative path with `/`, for an overlay; links are not followed.
///
/// # Errors
/// A folder that is not there, too many files, or one that is no text.
pub fn read_overlay(folder: &Path) -> Result<BTreeMap<String, String>> {
    if !folder.is_dir() {
        return Err(Error::NotAFolder { path: folder.to_owned() });
    }
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    let mut seen = 0;
    while let Some(place) = folders.pop() {
        let io = |source| Error::Io { action: "read", path: place.clone(), source };
        for found in fs::read_dir(&place).map_err(io)? {
            let found = found.map_err(io)?;
            seen += 1;
            if seen > OVERLAY_FILES {
                return Err(Error::TooLarge { path: folder.to_owned(), bytes: LARGEST });
            }
            let kind = found.file_type().map_err(io)?;
            if kind.is_dir() {
                folders.push(found.path());
            } else if kind.is_file()
                && let Ok(relative) = found.path().strip_prefix(folder)
                && let Some(text) = read_text(&found.path())?
            {
                let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
                files.insert(parts.join("/"), text);
            }
        }
    }
    Ok(files)
}

/// The folders right below some folders of an overlay, relative to it; links are not followed. Files say nothing of
/// one that is empty.
///
/// # Errors
/// A folder that cannot be read.
pub fn folders_below(overlay: &Path, above: &[&str]) -> Result<Vec<String>> {
    let mut folders = Vec::new();
    for name in above {
        let place = overlay.join(name);
        let io = |source| Error::Io { action: "read", path: place.clone(), source };
        if !place.is_dir() {
            continue;
        }
        for found in fs::read_dir(&place).map_err(io)? {
            let found = found.map_err(io)?;
            if found.file_type().map_err(io)?.is_dir() {
                folders.push(format!("{name}/{}", found.file_name().to_string_lossy()));
            }
        }
    }
    Ok(folders)
}

//! Writing all files of a plan, or none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::{Disk, State, TEMPORARY, TEMPORARY_END, read_text};
use crate::error::{Error, Result};
use crate::plan::{Change, Plan, ProjectPath};

/// What became of one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It was not there and is now.
    Created,
    /// It was there and was extended or replaced.
    Changed,
    /// It was there just as it is to be.
    Identical,
    /// It was there, differs, and was left as it is.
    Kept,
    /// It was there and is gone.
    Deleted,
}

pub(super) fn apply(
    disk: &Disk,
    plan: &Plan,
    overwrite: &[ProjectPath],
) -> Result<Vec<(ProjectPath, Written)>> {
    let mut undo = Undo::default();
    let done = write_all(disk, plan, overwrite, &mut undo);
    if done.is_err() {
        undo.run();
    }
    done
}

fn write_all(
    disk: &Disk,
    plan: &Plan,
    overwrite: &[ProjectPath],
    undo: &mut Undo,
) -> Result<Vec<(ProjectPath, Written)>> {
    undo.folders(&disk.root, 0o755)?;
    let lock = lock(&disk.root)?;
    let states: Vec<State> = plan.changes.iter().map(|change| disk.state(change)).collect::<Result<_>>()?;
    if lock.is_some() {
        sweep(disk, plan);
    }
    let mut stage = Stage {
        disk,
        overwrite,
        undo,
        secrets: BTreeMap::new(),
        variables: BTreeMap::new(),
        steps: Vec::new(),
    };
    let mut done: Vec<(ProjectPath, Written)> = Vec::new();
    for (change, state) in plan.changes.iter().zip(states) {
        let written = stage.prepare(change, state)?;
        match done.last_mut().filter(|(path, _)| path == change.path()) {
            Some((_, before)) => *before = together(*before, written),
            None => done.push((change.path().clone(), written)),
        }
    }
    let steps = stage.steps;
    steps.into_iter().try_for_each(|step| undo.take(step))?;
    for (path, _) in done.iter().filter(|(_, written)| *written == Written::Deleted) {
        leave(&disk.root, path);
    }
    Ok(done)
}

/// What became of a file by two changes: one that stays does not hide one that was made, and a file that is new stays
/// new when it gets a second line.
fn together(before: Written, next: Written) -> Written {
    if before == Written::Identical { next } else { before }
}

/// Takes away the folders of a deleted file that nothing is left in.
fn leave(root: &Path, path: &ProjectPath) {
    let folders =
        Path::new(path.as_str()).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    // The first one that is not empty keeps those above it
    let _ = folders.map(|folder| fs::remove_dir(root.join(folder))).find(std::io::Result::is_err);
}

/// Everything is written beside its place first: what can fail for want of room or permission fails before
/// anything of the project is different.
struct Stage<'a> {
    disk: &'a Disk,
    overwrite: &'a [ProjectPath],
    undo: &'a mut Undo,
    secrets: BTreeMap<String, String>,
    variables: BTreeMap<ProjectPath, String>,
    steps: Vec<Step>,
}

/// A file that is to take its place, or to go.
enum Step {
    Write { target: PathBuf, whole: TempPath, before: Option<Before> },
    Delete { target: PathBuf, before: Before },
}

/// What stood in a place.
#[derive(Debug, PartialEq, Eq)]
struct Before {
    bytes: Vec<u8>,
    permissions: Permissions,
    owner: Owner,
}

/// The numbers of a user and a group.
type Owner = (u32, u32);

impl Stage<'_> {
    fn prepare(&mut self, change: &Change, state: State) -> Result<Written> {
        let path = change.path();
        let target = self.disk.root.join(path.as_str());
        match (change, state) {
            (Change::Secret { secret, mode, .. }, State::Absent) => {
                let value = secret.draw(&self.secrets)?;
                self.write(&target, &value, 0o700, *mode)?;
                self.secrets.insert(path.to_string(), value);
                Ok(Written::Created)
            }
            (Change::Secret { .. }, _) => {
                self.secrets.insert(path.to_string(), read_text(&target)?.unwrap_or_default());
                Ok(Written::Identical)
            }
            (_, State::Identical) => Ok(Written::Identical),
            (Change::Variable { key, secret, .. }, _) => {
                // Lines of one file follow each other in a plan: the last of them writes it.
                let mut text = match self.variables.remove(path) {
                    Some(text) => self.steps.pop().map_or_else(String::new, |_| text),
                    None => self.disk.read(path)?.unwrap_or_default(),
                };
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(&format!("{key}={}\n", secret.draw(&self.secrets)?));
                let written = self.write(&target, &text, 0o755, 0o600)?;
                self.variables.insert(path.clone(), text);
                Ok(written)
            }
            (Change::Create { .. }, State::Conflict) if !self.overwrite.contains(path) => Ok(Written::Kept),
            (Change::Delete { .. }, _) => {
                let before = look(&target)?.ok_or_else(|| Error::Changed { path: target.clone() })?;
                self.steps.push(Step::Delete { target, before });
                Ok(Written::Deleted)
            }
            _ => {
                let mode = if let Change::Create { mode, .. } = change { *mode } else { 0o644 };
                self.write(&target, &change.after().unwrap_or_default(), 0o755, mode)
            }
        }
    }

    /// Writes a whole file beside its place.
    ///
    /// A link that stays inside the project is followed, so that it remains a link; a file that is there
    /// keeps its mode.
    fn write(&mut self, target: &Path, text: &str, folder_mode: u32, mode: u32) -> Result<Written> {
        self.undo.folders(target.parent().unwrap_or(&self.disk.root), folder_mode)?;
        let link = target.is_symlink().then(|| fs::canonicalize(target).ok()).flatten();
        let target = link.unwrap_or_else(|| target.to_owned());
        let before = look(&target)?;
        let io = |source| Error::Io { action: "write", path: target.clone(), source };
        let (mode, owner) = match &before {
            Some(before) => {
                refuse_read_only(&target, before).map_err(io)?;
                (before.permissions.clone(), Some(before.owner))
            }
            None => (permissions(mode), None),
        };
        let whole = beside(&target, text.as_bytes(), mode, owner).map_err(io)?;
        let written = if before.is_some() { Written::Changed } else { Written::Created };
        self.steps.push(Step::Write { target, whole, before });
        Ok(written)
    }
}

/// A file that may not be written to is not replaced either, though its folder may permit that.
fn refuse_read_only(target: &Path, before: &Before) -> std::io::Result<()> {
    if before.permissions.readonly() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    OpenOptions::new().append(true).open(target).map(drop)
}

/// Takes away what runs that were killed left where this one writes. Nobody else is at work there.
fn sweep(disk: &Disk, plan: &Plan) {
    let target = |change: &Change| disk.root.join(change.path().as_str()).parent().map(Path::to_owned);
    let folders: BTreeSet<PathBuf> = plan.changes.iter().filter_map(target).collect();
    for folder in folders {
        for found in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = found.file_name();
            let name = name.to_string_lossy();
            let is_file = found.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && name.starts_with(TEMPORARY) && name.ends_with(TEMPORARY_END) {
                // What cannot be taken away is in nobody's way.
                let _ = fs::remove_file(found.path());
            }
        }
    }
}

/// One dockgen at a time in one folder: an advisory lock on the folder itself leaves no file behind.
/// `None` where the file system has no locks.
fn lock(root: &Path) -> Result<Option<File>> {
    let folder =
        File::open(root).map_err(|source| Error::Io { action: "open", path: root.to_owned(), source })?;
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path: root.to_owned() }),
        // A file system without locks must not keep anybody from working.
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// What this run made and replaced, to take it back.
#[derive(Debug, Default)]
struct Undo {
    done: Vec<Done>,
}

#[derive(Debug)]
enum Done {
    Made(PathBuf),
    MadeFolder(PathBuf),
    Replaced { path: PathBuf, before: Before },
}

impl Undo {
    /// Makes a folder and those above it that are missing.
    fn folders(&mut self, folder: &Path, mode: u32) -> Result<()> {
        let mut missing = Vec::new();
        let mut place = folder;
        while !place.as_os_str().is_empty() && !place.exists() {
            missing.push(place.to_owned());
            match place.parent() {
                Some(parent) => place = parent,
                None => break,
            }
        }
        for place in missing.into_iter().rev() {
            let io = |action| {
                let path = place.clone();
                move |source| Error::Io { action, path, source }
            };
            // Closed from its first instant where it is to be closed.
            fs::DirBuilder::new().mode(mode).create(&place).map_err(io("create"))?;
            self.done.push(Done::MadeFolder(place.clone()));
            fs::set_permissions(&place, permissions(mode)).map_err(io("set the mode of"))?;
        }
        Ok(())
    }

    /// One file takes its place, or goes. What somebody else wrote there meanwhile is not touched.
    fn take(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Write { target, whole, before: None } => {
                whole.persist_noclobber(&target).map_err(|error| match error.error.kind() {
                    ErrorKind::AlreadyExists => Error::Changed { path: target.clone() },
                    _ => Error::Io { action: "write", path: target.clone(), source: error.error },
                })?;
                self.done.push(Done::Made(target));
            }
            Step::Write { target, whole, before: Some(before) } => {
                refuse_changed(&target, &before)?;
                let io = |source| Error::Io { action: "write", path: target.clone(), source };
                whole.persist(&target).map_err(|error| io(error.error))?;
                self.done.push(Done::Replaced { path: target, before });
            }
            Step::Delete { target, before } => {
                refuse_changed(&target, &before)?;
                fs::remove_file(&target).map_err(|source| Error::Io {
                    action: "delete",
                    path: target.clone(),
                    source,
                })?;
                self.done.push(Done::Replaced { path: target, before });
            }
        }
        Ok(())
    }

    /// Takes everything back, last step first. What cannot be taken back is left: the error that led here
    /// is the one to report.
    fn run(self) {
        for done in self.done.into_iter().rev() {
            match done {
                Done::Made(path) => drop(fs::remove_file(path)),
                Done::MadeFolder(path) => drop(fs::remove_dir(path)),
                Done::Replaced { path, before } => {
                    let owner = Some(before.owner);
                    let whole = beside(&path, &before.bytes, before.permissions, owner);
                    drop(whole.map(|whole| whole.persist(&path)));
                }
            }
        }
    }
}

/// What stands in a place; `None`: nothing.
fn look(path: &Path) -> Result<Option<Before>> {
    let io = |source| Error::Io { action: "read", path: path.to_owned(), source };
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(source) => return Err(io(source)),
    };
    let owner = (meta.uid(), meta.gid());
    Ok(Some(Before { bytes: fs::read(path).map_err(io)?, permissions: meta.permissions(), owner }))
}

fn refuse_changed(path: &Path, before: &Before) -> Result<()> {
    if look(path)?.as_ref() == Some(before) { Ok(()) } else { Err(Error::Changed { path: path.to_owned() }) }
}

/// A whole new file beside its place: who reads meanwhile sees the old one or the new one. It goes by
/// itself when it does not take its place. It belongs to `owner` as far as that may be given away.
fn beside(
    path: &Path,
    bytes: &[u8],
    permissions: Permissions,
    owner: Option<Owner>,
) -> std::io::Result<TempPath> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).suffix(TEMPORARY_END).tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Some((user, group)) = owner {
        let meta = file.as_file().metadata()?;
        if (meta.uid(), meta.gid()) != (user, group)
            && fchown(file.as_file(), Some(user), Some(group)).is_err()
        {
            let _ = fchown(file.as_file(), None, Some(group));
        }
    }
    file.as_file().set_permissions(permissions)?;
    Ok(file.into_temp_path())
}

fn permissions(mode: u32) -> Permissions {
    Permissions::from_mode(mode)
}

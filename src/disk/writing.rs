//! Writing all files of a plan, or none.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Disk, State, read_text};
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

pub(super) fn apply(disk: &Disk, plan: &Plan, overwrite: &[ProjectPath]) -> Result<Vec<(ProjectPath, Written)>> {
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
    let _lock = lock(&disk.root)?;
    let states: Vec<State> = plan.changes.iter().map(|change| disk.state(change)).collect::<Result<_>>()?;
    let mut secrets = BTreeMap::new();
    let mut done = Vec::new();
    for (change, state) in plan.changes.iter().zip(states) {
        let written = write_one(disk, change, state, overwrite, &mut secrets, undo)?;
        done.push((change.path().clone(), written));
    }
    Ok(done)
}

fn write_one(
    disk: &Disk,
    change: &Change,
    state: State,
    overwrite: &[ProjectPath],
    secrets: &mut BTreeMap<String, String>,
    undo: &mut Undo,
) -> Result<Written> {
    let path = change.path();
    let target = disk.root.join(path.as_str());
    match (change, state) {
        (Change::Secret { secret, mode, .. }, State::Absent) => {
            let value = secret.draw(secrets)?;
            undo.folders(target.parent().unwrap_or(&disk.root), 0o700)?;
            undo.write(&target, &value, *mode)?;
            secrets.insert(path.to_string(), value);
            Ok(Written::Created)
        }
        (Change::Secret { .. }, _) => {
            secrets.insert(path.to_string(), read_text(&target)?.unwrap_or_default());
            Ok(Written::Identical)
        }
        (_, State::Identical) => Ok(Written::Identical),
        (Change::Variable { key, secret, .. }, _) => {
            let mut text = disk.read(path)?.unwrap_or_default();
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(&format!("{key}={}\n", secret.draw(secrets)?));
            let was_there = undo.write(&target, &text, 0o600)?;
            Ok(if was_there { Written::Changed } else { Written::Created })
        }
        (Change::Create { .. }, State::Conflict) if !overwrite.contains(path) => Ok(Written::Kept),
        (Change::Delete { .. }, _) => {
            undo.delete(&target)?;
            Ok(Written::Deleted)
        }
        _ => {
            let mode = if let Change::Create { mode, .. } = change { *mode } else { 0o644 };
            undo.folders(target.parent().unwrap_or(&disk.root), 0o755)?;
            let was_there = undo.write(&target, &change.after().unwrap_or_default(), mode)?;
            Ok(if was_there { Written::Changed } else { Written::Created })
        }
    }
}

/// One dockgen at a time in one folder: an advisory lock on the folder itself leaves no file behind.
fn lock(root: &Path) -> Result<File> {
    let folder =
        File::open(root).map_err(|source| Error::Io { action: "open", path: root.to_owned(), source })?;
    match folder.try_lock() {
        Ok(()) => Ok(folder),
        Err(TryLockError::WouldBlock) => Err(Error::Locked { path: root.to_owned() }),
        // A file system without locks must not keep anybody from working.
        Err(TryLockError::Error(_)) => Ok(folder),
    }
}

/// What this run made and replaced, to take it back.
#[derive(Debug, Default)]
struct Undo {
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Made(PathBuf),
    MadeFolder(PathBuf),
    Replaced { path: PathBuf, bytes: Vec<u8>, permissions: Permissions },
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
            fs::create_dir(&place).map_err(|source| Error::Io { action: "create", path: place.clone(), source })?;
            self.steps.push(Step::MadeFolder(place.clone()));
            fs::set_permissions(&place, permissions(mode))
                .map_err(|source| Error::Io { action: "set the mode of", path: place, source })?;
        }
        Ok(())
    }

    /// Writes a whole file beside its place and renames it there; says whether one was there before.
    ///
    /// A link that stays inside the project is followed, so that it remains a link; a file that is there
    /// keeps its mode.
    fn write(&mut self, target: &Path, text: &str, mode: u32) -> Result<bool> {
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let io = |source| Error::Io { action: "write", path: target.clone(), source };
        let before = match fs::metadata(&target) {
            Ok(meta) => {
                refuse_read_only(&target, &meta)?;
                Some((fs::read(&target).map_err(io)?, meta.permissions()))
            }
            Err(_) => None,
        };
        match &before {
            Some((_, permissions)) => replace(&target, text.as_bytes(), permissions.clone()).map_err(io)?,
            None => replace(&target, text.as_bytes(), permissions(mode)).map_err(io)?,
        }
        let was_there = before.is_some();
        self.steps.push(match before {
            Some((bytes, permissions)) => Step::Replaced { path: target, bytes, permissions },
            None => Step::Made(target),
        });
        Ok(was_there)
    }

    fn delete(&mut self, target: &Path) -> Result<()> {
        let io = |source| Error::Io { action: "delete", path: target.to_owned(), source };
        let permissions = fs::metadata(target).map_err(io)?.permissions();
        let bytes = fs::read(target).map_err(io)?;
        fs::remove_file(target).map_err(io)?;
        self.steps.push(Step::Replaced { path: target.to_owned(), bytes, permissions });
        Ok(())
    }

    /// Takes everything back, last step first. What cannot be taken back is left: the error that led here
    /// is the one to report.
    fn run(self) {
        for step in self.steps.into_iter().rev() {
            let _ = match step {
                Step::Made(path) => fs::remove_file(path),
                Step::MadeFolder(path) => fs::remove_dir(path),
                Step::Replaced { path, bytes, permissions } => replace(&path, &bytes, permissions),
            };
        }
    }
}

/// A rename would replace a file that its owner has made read-only.
fn refuse_read_only(path: &Path, meta: &fs::Metadata) -> Result<()> {
    if meta.permissions().readonly() {
        let source = std::io::ErrorKind::PermissionDenied.into();
        return Err(Error::Io { action: "write", path: path.to_owned(), source });
    }
    Ok(())
}

/// A whole new file under the old name: who reads meanwhile sees the old one or the new one.
fn replace(path: &Path, bytes: &[u8], permissions: Permissions) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".dockgen-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(permissions)?;
    file.persist(path).map_err(|error| error.error).map(drop)
}

fn permissions(mode: u32) -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(mode)
}

//! Secret files and lines of `.env` that are made from others, and no longer agree with them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Plan, ProjectPath};
use crate::dotenv::last;
use crate::error::Result;
use crate::secret::Secret;

impl Plan {
    /// Notes each secret file and each line of `.env` that stays as it is, though what it is made from has other values
    /// by now: a password that is drawn anew, another answer. `read` gives the text of a file that is there.
    ///
    /// # Errors
    /// [`crate::error::Error::NoRandomness`], which what is made from other files does not need.
    pub fn note_disagreeing_secrets(&mut self, read: impl Fn(&ProjectPath) -> Option<String>) -> Result<()> {
        let there = self.read_once(read);
        let known = self.known_values(&there)?;
        let mut notes = Vec::new();
        for change in &self.changes {
            let Some(there) = there.get(change.path()) else { continue };
            let note = match change {
                Change::Secret { path, secret, .. } => file(path, secret, there, &known)?,
                Change::Variable { path, key, secret } => line(path, key, secret, there, &known)?,
                _ => None,
            };
            notes.extend(note);
        }
        self.notes.extend(notes);
        Ok(())
    }

    /// The texts of the secret files and of `.env`, as far as they are there.
    fn read_once(&self, read: impl Fn(&ProjectPath) -> Option<String>) -> BTreeMap<ProjectPath, String> {
        let of_secrets = |change: &&Change| matches!(change, Change::Secret { .. } | Change::Variable { .. });
        let paths: BTreeSet<&ProjectPath> =
            self.changes.iter().filter(of_secrets).map(Change::path).collect();
        paths.into_iter().filter_map(|path| Some((path.clone(), read(path)?))).collect()
    }

    /// The values of the secret files, by path, without those that only the run itself draws: what is there, and what
    /// is made from that.
    fn known_values(&self, there: &BTreeMap<ProjectPath, String>) -> Result<BTreeMap<String, String>> {
        let mut known = BTreeMap::new();
        for change in &self.changes {
            let Change::Secret { path, secret, .. } = change else { continue };
            let value = match there.get(path) {
                Some(text) => Some(text.clone()),
                None => made(secret, &known)?,
            };
            known.extend(value.map(|value| (path.to_string(), value)));
        }
        Ok(known)
    }
}

/// What a secret is made to be by others; `None` where that is drawn, or one of them is.
fn made(secret: &Secret, known: &BTreeMap<String, String>) -> Result<Option<String>> {
    let is_known = matches!(secret, Secret::Text(_)) && secret.sources().all(|path| known.contains_key(path));
    if is_known { secret.draw(known).map(Some) } else { Ok(None) }
}

/// The note on a secret file that is there; none where it is as it would be made.
fn file(
    path: &ProjectPath,
    secret: &Secret,
    there: &str,
    known: &BTreeMap<String, String>,
) -> Result<Option<String>> {
    let Some(source) = secret.sources().next() else { return Ok(None) };
    let agrees = made(secret, known)?.is_some_and(|value| value.trim_end() == there.trim_end());
    Ok((!agrees).then(|| {
        format!(
            "{path} stays as it is and does not agree with {source} and the answers: without it, \
             `dockgen secrets` makes it again"
        )
    }))
}

/// The note on a line of `.env`; none where it is missing, or says what it would be made to say.
fn line(
    path: &ProjectPath,
    key: &str,
    secret: &Secret,
    there: &str,
    known: &BTreeMap<String, String>,
) -> Result<Option<String>> {
    let (Some(there), Some(source)) = (last(there, key), secret.sources().next()) else { return Ok(None) };
    let value = made(secret, known)?.map(|value| format!("{key}={value}"));
    // Both as a reader of the file sees them: a password may have quotes of its own
    let agrees = value.is_some_and(|value| last(&value, key).is_some_and(|value| value.text == there.text));
    Ok((!agrees).then(|| {
        format!(
            "{path} has `{key}` already, which stays as it is and does not agree with {source}: without that line \
             `dockgen secrets` makes it again"
        )
    }))
}

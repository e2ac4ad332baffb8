//! Secret files that are made from others, and no longer agree with them.

use std::collections::BTreeMap;

use super::{Change, Plan, ProjectPath};
use crate::error::Result;
use crate::secret::Secret;

impl Plan {
    /// Notes each secret file that stays as it is, though what it is made from has other values by now: a password
    /// that is drawn anew, another answer. `read` gives the text of a file that is there.
    ///
    /// # Errors
    /// [`crate::error::Error::NoRandomness`], which what is made from other files does not need.
    pub fn note_disagreeing_secrets(&mut self, read: impl Fn(&ProjectPath) -> Option<String>) -> Result<()> {
        let secrets: Vec<(&ProjectPath, &Secret)> = self
            .changes
            .iter()
            .filter_map(|change| match change {
                Change::Secret { path, secret, .. } => Some((path, secret)),
                _ => None,
            })
            .collect();
        let there: BTreeMap<String, String> =
            secrets.iter().filter_map(|(path, _)| Some((path.to_string(), read(path)?))).collect();
        let mut notes = Vec::new();
        for (path, secret) in secrets {
            let (Some(text), Some(source)) = (there.get(path.as_str()), secret.sources().next()) else {
                continue;
            };
            let drawn_anew = secret.sources().any(|source| !there.contains_key(source));
            if drawn_anew || secret.draw(&there)?.trim_end() != text.trim_end() {
                notes.push(format!(
                    "{path} stays as it is and does not agree with {source} and the answers: without it, \
                     `dockgen secrets` makes it again"
                ));
            }
        }
        self.notes.extend(notes);
        Ok(())
    }
}

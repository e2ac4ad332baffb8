//! The variables that an example of a `.env` names, and that an application gets from nowhere.

use std::collections::BTreeMap;

use super::{DOCKERFILE, Draft, environment};
use crate::enumeration::quoted;
use crate::error::Result;
use crate::plan::ProjectPath;

/// How many names a note has.
const NAMES: usize = 6;

impl Draft<'_> {
    /// Notes the names of an example, each with its place, that neither the Compose file nor the image passes to an
    /// application. One that has a file of settings gets from there what somebody wants it to get.
    ///
    /// # Errors
    /// A Compose file that cannot be read.
    pub(crate) fn note_unpassed(&mut self, app: &str, examples: &BTreeMap<String, String>) -> Result<()> {
        let compose = self.compose()?;
        if examples.is_empty() || !environment::files(&compose, app).is_empty() {
            return Ok(());
        }
        let passed = environment::of(&compose, app);
        let image = self.image_of(app)?;
        let mut names = Vec::new();
        for name in examples.keys() {
            let is_passed = passed.iter().any(|(passed, _)| passed == name) || is_set(&image, name);
            // What Compose itself reads is no variable of the program
            if !is_passed && !self.reads(name)? {
                names.push(name.as_str());
            }
        }
        if let Some(file) = names.first().and_then(|name| examples.get(*name)) {
            let file = file.rsplit_once(':').map_or(file.as_str(), |(file, _)| file);
            let text = self.unpassed(app, file, &names);
            self.notes.push(text);
        }
        Ok(())
    }

    fn unpassed(&self, app: &str, file: &str, names: &[&str]) -> String {
        let base = &self.base;
        let (first, one) = (names.first().unwrap_or(&""), names.len() == 1);
        let said = quoted(names.iter().take(NAMES).copied());
        let more = match names.len().saturating_sub(NAMES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let them = if one { "it" } else { "them" };
        format!(
            "`{file}` names {said}{more}, and {base} does not pass {them} to `{app}`: under `environment` there, \
             `{first}: ${{{first}}}` takes one out of .env, and `--set {app}.env_file=FILE` passes a whole file"
        )
    }

    /// The text that the image of an application is made by; empty, where nobody knows.
    fn image_of(&mut self, app: &str) -> Result<String> {
        let Some(folder) = self.record.get(app).and_then(|added| added.path.clone()) else {
            return Ok(String::new());
        };
        Ok(self.texts.get(&ProjectPath::below(&folder, DOCKERFILE)?)?.unwrap_or_default())
    }
}

/// Whether a Dockerfile gives the variable a value.
fn is_set(dockerfile: &str, name: &str) -> bool {
    dockerfile.split_whitespace().any(|word| word.split_once('=').is_some_and(|(set, _)| set == name))
}

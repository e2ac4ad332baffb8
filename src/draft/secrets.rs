//! The secret files of an entry, and the values of `.env`.

use super::{Addition, Draft, NO_READS};
use crate::answers::{Answers, Value};
use crate::catalog::Entry;
use crate::error::{Error, Result};
use crate::manifest::{Manifest, SecretFile};
use crate::plan::ProjectPath;
use crate::record::Added;
use crate::render::{Context, Renderer};
use crate::secret::{Part, Secret};

/// The folder of secret files.
pub(super) const SECRETS: &str = "secrets";

const VALUE: char = '\u{E000}';
const ENCODED: char = '\u{E001}';
const END: char = '\u{E002}';

impl Draft<'_> {
    /// Makes the secret files of an entry that was added before.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn restore_secrets(&mut self, added: &Added) -> Result<()> {
        let Some((kind, name)) = added.entry() else { return Ok(()) };
        let entry = self.catalog.get(kind, name)?;
        let manifest = entry.manifest()?;
        let answers = added.given();
        let addition = of_record(entry, &manifest, added, &answers);
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

    /// Makes the secret files of an entry, and hides them.
    pub(super) fn add_secrets(
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

    /// Refuses an entry with a secret file that another one has, too: each would have the other's password.
    ///
    /// # Errors
    /// [`Error::SecretTwice`], or an entry of the catalog that cannot be read.
    pub(super) fn refuse_secret_twice(&self, addition: &Addition<'_>) -> Result<()> {
        let own = files(addition);
        for added in self.record.entries.iter().filter(|added| added.name != addition.alias) {
            let theirs = self.recorded_files(added)?;
            if let Some(path) = own.iter().find(|path| theirs.contains(path)) {
                return Err(Error::SecretTwice {
                    path: path.clone(),
                    holder: added.name.clone(),
                    asker: addition.alias.to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The secret files of an entry that was added before; none where the catalog does not have it any more.
    fn recorded_files(&self, added: &Added) -> Result<Vec<String>> {
        let Some((kind, name)) = added.entry() else { return Ok(Vec::new()) };
        let Ok(entry) = self.catalog.get(kind, name) else { return Ok(Vec::new()) };
        let (manifest, answers) = (entry.manifest()?, added.given());
        Ok(files(&of_record(entry, &manifest, added, &answers)))
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
}

/// An entry that was added before, as far as its secrets go.
fn of_record<'a>(
    entry: &'a Entry,
    manifest: &'a Manifest,
    added: &'a Added,
    answers: &'a Answers,
) -> Addition<'a> {
    Addition {
        entry,
        manifest,
        alias: &added.name,
        answers,
        apps: &[],
        reads: NO_READS,
        path: ".",
        starter: false,
    }
}

/// The paths of the secret files that an entry has with these answers.
fn files(addition: &Addition<'_>) -> Vec<String> {
    secret_rows(addition).map(|row| secret_file(addition.alias, &row.name)).collect()
}

/// The secrets that an entry has with these answers.
pub(super) fn secret_rows<'a>(addition: &'a Addition<'_>) -> impl Iterator<Item = &'a SecretFile> {
    let is_read = |row: &&SecretFile| {
        row.variable.as_ref().is_none_or(|key| matches!(addition.answers.get(key), Value::Text(_)))
    };
    addition.manifest.secrets.iter().filter(|row| addition.answers.meet(&row.when)).filter(is_read)
}

/// The file of a Compose secret.
pub(super) fn secret_file(alias: &str, name: &str) -> String {
    format!("{SECRETS}/{alias}_{name}.txt")
}

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

//! The Compose files at hand: out of others nothing is taken.

use std::collections::BTreeSet;

use crate::compose::Compose;
use crate::draft::Texts;
use crate::error::{Error, Result};
use crate::plan::ProjectPath;
use crate::record::{Added, Inserted, Record};
use crate::request::Remove;

/// The files by their paths in the project.
pub struct Hand {
    files: Vec<String>,
}

impl Hand {
    /// The file that was named or found, and its override.
    pub fn of(request: &Remove) -> Self {
        Self { files: std::iter::once(&request.file).chain(&request.override_file).cloned().collect() }
    }

    /// Takes out of the record what of a service is to go. What stands in other files stays.
    ///
    /// # Errors
    /// [`Error::NotRecorded`] and [`Error::InOtherFiles`] when there is nothing to go.
    pub fn take(&self, name: &str, record: &mut Record, texts: &mut Texts<'_>) -> Result<Vec<Added>> {
        let (mut gone, mut kept) = (Vec::new(), Vec::new());
        for added in std::mem::take(&mut record.entries) {
            if added.name == name {
                let (here, elsewhere) = self.split(added, texts)?;
                gone.extend(here);
                kept.extend(elsewhere);
            } else {
                kept.push(added);
            }
        }
        record.entries = kept;
        let stays = record.entries.iter_mut().filter(|added| added.name == name);
        let mut stays: Vec<&mut Added> = stays.collect();
        if gone.is_empty() {
            let others: BTreeSet<&str> = stays.iter().flat_map(|added| added.compose_files()).collect();
            let name = name.to_owned();
            return Err(match others.is_empty() {
                true => Error::NotRecorded { name },
                false => Error::InOtherFiles {
                    name,
                    hand: self.files.clone(),
                    others: others.into_iter().map(str::to_owned).collect(),
                },
            });
        }
        if let Some(heir) = stays.first_mut() {
            gone.iter_mut().for_each(|added| bequeath(added, heir));
        }
        Ok(gone)
    }

    /// Services in an order in which each goes after those that refer to it.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn in_order(&self, names: &[String], texts: &mut Texts<'_>) -> Result<Vec<String>> {
        let mut dependencies = BTreeSet::new();
        for (_, compose) in self.read(texts)? {
            dependencies.extend(compose.dependencies());
        }
        let mut waiting = names.to_vec();
        let mut ordered = Vec::new();
        while !waiting.is_empty() {
            let is_needed = |name: &String| {
                let is_by = |(by, on): &(String, String)| on == name && by != name && waiting.contains(by);
                dependencies.iter().any(is_by)
            };
            // In a circle somebody has to be the first
            let next = waiting.iter().position(|name| !is_needed(name)).unwrap_or_default();
            ordered.push(waiting.remove(next));
        }
        Ok(ordered)
    }

    /// Who still refers to services that went, one sentence each.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn dependents(&self, gone: &[String], texts: &mut Texts<'_>) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        for (file, compose) in self.read(texts)? {
            let left = compose.dependencies().into_iter().filter(|(by, on)| gone.contains(on) && by != on);
            notes.extend(left.map(|(by, on)| format!("`{by}` in {file} still depends on `{on}`")));
        }
        Ok(notes)
    }

    fn read(&self, texts: &mut Texts<'_>) -> Result<Vec<(&str, Compose)>> {
        let mut all = Vec::new();
        for file in &self.files {
            let text = texts.get(&ProjectPath::new(file)?)?;
            all.extend(text.and_then(|text| Some((file.as_str(), Compose::parse(&text).ok()?))));
        }
        Ok(all)
    }

    /// An entry as far as it is in the files at hand, and as far as it is in others that are there.
    fn split(&self, added: Added, texts: &mut Texts<'_>) -> Result<(Option<Added>, Option<Added>)> {
        let mut others = false;
        for file in added.compose_files() {
            others |= !self.has(file) && texts.get(&ProjectPath::new(file)?)?.is_some();
        }
        let is_here = |piece: &Inserted| piece.is_compose() && self.has(&piece.file);
        let here: Vec<Inserted> = added.inserted.iter().filter(|piece| is_here(piece)).cloned().collect();
        Ok(match (here.is_empty(), others) {
            (_, false) => (Some(added), None),
            (true, true) => (None, Some(added)),
            (false, true) => {
                let mut elsewhere = added.clone();
                elsewhere.inserted.retain(|piece| !is_here(piece));
                (Some(Added { inserted: here, ..added }), Some(elsewhere))
            }
        })
    }

    fn has(&self, file: &str) -> bool {
        self.files.iter().any(|other| other == file)
    }
}

/// The lines, files and answers of a service are for each Compose file that it is in: they go with the last.
fn bequeath(gone: &mut Added, heir: &mut Added) {
    let created = std::mem::take(&mut gone.created);
    let lines: Vec<Inserted> = gone.inserted.extract_if(.., |piece| !piece.is_compose()).collect();
    heir.created.extend(created.into_iter().filter(|made| !heir.created.contains(made)).collect::<Vec<_>>());
    heir.inserted.extend(lines.into_iter().filter(|line| !heir.inserted.contains(line)).collect::<Vec<_>>());
    let variables = gone.variables.iter().filter(|variable| !heir.variables.contains(variable));
    heir.variables.extend(variables.cloned().collect::<Vec<_>>());
    if heir.answers.is_empty() {
        heir.answers = gone.answers.clone();
    }
}

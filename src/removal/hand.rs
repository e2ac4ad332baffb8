//! The Compose files at hand: out of others nothing is taken.

use std::collections::BTreeSet;

use super::cut::Cut;
use crate::compose::Compose;
use crate::draft::Texts;
use crate::error::{Error, Result};
use crate::names::FILES;
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

    /// Who still refers to services that go, one sentence each: these were left for another reason.
    ///
    /// # Errors
    /// [`Error::Needed`] for a service that would go but for another that stays, in whichever of the files that is.
    pub fn dependents(
        &self,
        gone: &[Added],
        cut: &Cut,
        record: &Record,
        texts: &mut Texts<'_>,
    ) -> Result<Vec<String>> {
        let files = self.read(texts, &cut.texts)?;
        let services: BTreeSet<String> =
            files.iter().flat_map(|(_, compose)| compose.names("services")).collect();
        let mut notes = Vec::new();
        for (file, compose) in files {
            let goes = |name: &String| gone.iter().any(|added| added.name == *name);
            for (by, name) in compose.dependencies().into_iter().filter(|(by, on)| goes(on) && by != on) {
                if !services.contains(&name) || cut.is_needed(&name) {
                    let recorded = record.get(&by).is_some();
                    return Err(Error::Needed { name, by, path: file.to_owned(), recorded });
                }
                notes.push(format!("`{by}` in {file} still depends on `{name}`"));
            }
        }
        Ok(notes)
    }

    /// The files as they are, or as they will be.
    fn read(&self, texts: &mut Texts<'_>, new: &[(ProjectPath, String)]) -> Result<Vec<(&str, Compose)>> {
        let mut all = Vec::new();
        for file in &self.files {
            let path = ProjectPath::new(file)?;
            let text = match new.iter().find(|(other, _)| *other == path) {
                Some((_, text)) => Some(text.clone()),
                None => texts.get(&path)?,
            };
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
        let added = if others { added } else { self.renamed(added) };
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

    /// An entry of which no file is left, as one of the files at hand: somebody gave them other names.
    fn renamed(&self, mut added: Added) -> Added {
        if added.compose_files().any(|file| self.has(file)) {
            return added;
        }
        for piece in added.inserted.iter_mut().filter(|piece| piece.is_compose()) {
            let place = usize::from(!FILES.contains(&piece.file.as_str()));
            if let Some(file) = self.files.get(place) {
                piece.file.clone_from(file);
            }
        }
        added
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

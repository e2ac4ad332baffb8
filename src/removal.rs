//! Takes out again what `add` put in: pieces of Compose text, lines, files that were created.

mod cut;
mod hand;

use std::collections::BTreeSet;

use crate::compose::{Piece, Why};
use crate::disk::Disk;
use crate::draft::Texts;
use crate::draft::lines::{ENV, ENV_HEADER};
use crate::enumeration::quoted;
use crate::error::Result;
use crate::plan::{Plan, ProjectPath};
use crate::record::{self, Added, Created, Inserted, Record};
use crate::request::Remove;
use cut::{Cut, Owner};
use hand::Hand;

/// The plan of taking services out. Volumes and secret files stay: data is nobody's to throw away.
///
/// # Errors
/// `NotRecorded` for a service that dockgen did not add, `InOtherFiles` for one that is not in the files at hand,
/// `Needed` for one that another refers to which stays, and a file that cannot be read.
pub fn remove(request: &Remove, disk: &Disk) -> Result<Plan> {
    let path = ProjectPath::new(record::PATH)?;
    let mut texts = Texts::new(Box::new(|path| disk.read(path)));
    let mut record = match texts.get(&path)? {
        Some(text) => Record::parse(&text)?,
        None => Record::default(),
    };
    let hand = Hand::of(request);
    let order: Vec<String> = record.entries.iter().map(|added| added.name.clone()).collect();
    let mut gone = Vec::new();
    for name in &request.names {
        gone.extend(hand.take(name, &mut record, &mut texts)?);
    }
    gone.sort_by_key(|added| order.iter().position(|name| *name == added.name));
    let mut removal = Removing { texts: &mut texts, record: &mut record, notes: Vec::new() };
    request.names.iter().for_each(|name| removal.tell_of_others(name));
    let dependents = removal.take_out(&gone, &hand)?;
    request.names.iter().for_each(|name| removal.tell_of_data(name, &gone));
    let mut notes = removal.notes;
    notes.extend(dependents);
    if record.entries.is_empty() {
        texts.delete(&path)?;
    } else {
        texts.rewrite(&path, record.text())?;
    }
    // The record goes last: a run that was killed is completed by what it still says.
    let mut changes = texts.changes();
    changes.sort_by_key(|change| *change.path() == path);
    Ok(Plan { changes, notes })
}

struct Removing<'a, 'd> {
    texts: &'a mut Texts<'d>,
    record: &'a mut Record,
    notes: Vec<String>,
}

impl Removing<'_, '_> {
    /// Gives what is to be said of services that still refer to those that went.
    fn take_out(&mut self, gone: &[Added], hand: &Hand) -> Result<Vec<String>> {
        let cut = Cut::of(gone, self.record, self.texts)?;
        let dependents = hand.dependents(gone, &cut, self.record, self.texts)?;
        self.forget_links(gone, &cut);
        for (path, text) in &cut.texts {
            self.texts.rewrite(path, text.clone())?;
        }
        for (place, added) in gone.iter().enumerate() {
            let left = self.note_left(&cut, place)?;
            if cut.held.contains(&added.name) {
                self.remember(added, left);
            } else {
                self.take_lines(added)?;
                added.created.iter().try_for_each(|created| self.delete(created))?;
            }
        }
        Ok(dependents)
    }

    /// What other services put into those that went is no more.
    fn forget_links(&mut self, gone: &[Added], cut: &Cut) {
        let is_gone = |app: &String| !cut.held.contains(app) && gone.iter().any(|added| added.name == *app);
        for (place, added) in self.record.entries.iter_mut().enumerate() {
            let links = added.inserted.len();
            added.inserted.retain(|piece| !cut.removed.contains(&(Owner::Staying(place), piece.clone())));
            if added.inserted.len() < links {
                added.connected.retain(|app| !is_gone(app));
            }
        }
    }

    /// Gives the pieces that are left of an entry.
    fn note_left(&mut self, cut: &Cut, place: usize) -> Result<Vec<Inserted>> {
        let mut left = Vec::new();
        for (_, piece, why) in cut.left.iter().filter(|(owner, ..)| *owner == Owner::Going(place)) {
            let path = ProjectPath::new(&piece.file)?;
            match why {
                Why::Gone => continue,
                Why::Used if self.hand_over(&path, &piece.piece()) => continue,
                Why::Used => {}
                Why::Changed => self.left(&path, &piece.piece(), "it was changed since"),
                Why::Needed => self.left(&path, &piece.piece(), "the file would not be valid without it"),
            }
            left.push(piece.clone());
        }
        Ok(left)
    }

    fn take_lines(&mut self, added: &Added) -> Result<()> {
        let mut files: Vec<&str> = added
            .inserted
            .iter()
            .filter(|piece| !piece.is_compose())
            .map(|piece| piece.file.as_str())
            .collect();
        files.dedup();
        for file in files {
            let pieces: Vec<&Inserted> = added.inserted.iter().filter(|piece| piece.file == file).collect();
            let path = ProjectPath::new(file)?;
            let Some(text) = self.texts.get(&path)? else { continue };
            match without_lines(text, &pieces) {
                rest if rest == ENV_HEADER => self.texts.delete(&path)?,
                rest => self.texts.rewrite(&path, rest)?,
            }
        }
        Ok(())
    }

    /// A service that is still there keeps its files and lines, and can be taken out once it may go.
    fn remember(&mut self, added: &Added, mut left: Vec<Inserted>) {
        left.extend(added.inserted.iter().filter(|piece| !piece.is_compose()).cloned());
        self.record.entries.push(Added { inserted: left, ..added.clone() });
    }

    fn left(&mut self, path: &ProjectPath, piece: &Piece, why: &str) {
        self.notes.push(format!("left `{}` in {path}: {why}", piece.path.join(".")));
    }

    /// A key that others have entries under by now goes with the last of them; whether dockgen added one of these.
    fn hand_over(&mut self, path: &ProjectPath, piece: &Piece) -> bool {
        let user = self.record.entries.iter_mut().find(|added| {
            added
                .inserted
                .iter()
                .any(|other| other.file == path.as_str() && other.path.starts_with(piece.makes()))
        });
        let Some(user) = user else { return false };
        user.inserted.insert(0, Inserted::from_piece(path.as_str(), piece));
        true
    }

    fn delete(&mut self, created: &Created) -> Result<()> {
        let path = ProjectPath::new(&created.file)?;
        match self.texts.get(&path)? {
            None => Ok(()),
            Some(text) if Created::of(&created.file, &text) == *created => self.texts.delete(&path),
            Some(_) => {
                self.notes.push(format!("left {path}: it was changed since"));
                Ok(())
            }
        }
    }

    /// Data is nobody's to throw away: say where it still is.
    fn tell_of_data(&mut self, name: &str, gone: &[Added]) {
        let own = || gone.iter().filter(|added| added.name == name);
        let sections = |section: &str| {
            let pieces = own().flat_map(|added| &added.inserted);
            let is_made = |piece: &&Inserted| {
                piece.path.len() == 2
                    && piece.path.first().is_some_and(|s| s == section)
                    && piece.piece().makes().len() == 2
            };
            let made = pieces.filter(is_made);
            made.filter_map(|piece| Some(piece.path.last()?.as_str())).collect::<Vec<_>>()
        };
        let volumes = sections("volumes");
        if !volumes.is_empty() {
            self.notes.push(format!("the data of `{name}` was not touched: volume {}", quoted(volumes)));
        }
        if !sections("secrets").is_empty() {
            self.notes.push(format!("the secret files of `{name}` stay in secrets/"));
        }
        let variables: Vec<&str> = own()
            .flat_map(|added| &added.variables)
            .filter_map(|pair| Some(pair.split_once('=')?.0))
            .collect();
        if !variables.is_empty() {
            let variables = quoted(variables);
            self.notes.push(format!("what `{name}` is reached by stays in {ENV}: {variables}"));
        }
    }

    /// What was not at hand stays.
    fn tell_of_others(&mut self, name: &str) {
        let stays = self.record.entries.iter().filter(|added| added.name == name);
        let files: BTreeSet<&str> = stays.flat_map(Added::compose_files).collect();
        if !files.is_empty() {
            let files = files.into_iter().collect::<Vec<_>>().join(", ");
            self.notes.push(format!("`{name}` stays in {files}: `--file` names another file"));
        }
    }
}

/// The text without those lines that are still as they were added.
fn without_lines(mut text: String, pieces: &[&Inserted]) -> String {
    for piece in pieces {
        let found = text.char_indices().map(|(at, _)| at).find(|at| {
            let end = at + piece.length;
            text.get(*at..end).is_some_and(|slice| Inserted::of(&piece.file, &[], 0, slice) == **piece)
        });
        if let Some(at) = found {
            text.replace_range(at..at + piece.length, "");
        }
    }
    text
}

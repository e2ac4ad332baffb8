//! What of the recorded pieces can go out of the Compose files, all of them looked at together.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{Compose, Piece, Why};
use crate::draft::Texts;
use crate::error::{Error, Result};
use crate::plan::ProjectPath;
use crate::record::{Added, Inserted, Record};

/// Whose a piece is, by the place in its list: of an entry that goes, or of one that stays and is connected to one
/// that goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// In the list of those that go.
    Going(usize),
    /// In the record.
    Staying(usize),
}

/// The Compose files without what goes.
#[derive(Debug, Default)]
pub struct Cut {
    /// The new texts.
    pub texts: Vec<(ProjectPath, String)>,
    /// What is out.
    pub removed: Vec<(Owner, Inserted)>,
    /// What is still there, and why.
    pub left: Vec<(Owner, Inserted, Why)>,
    /// The services of which something is left, in any of the files.
    pub held: BTreeSet<String>,
}

impl Cut {
    /// A service goes out of all files, with what others put into it, or it stays in all of them.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn of(gone: &[Added], record: &Record, texts: &mut Texts<'_>) -> Result<Self> {
        let mut held = BTreeMap::new();
        loop {
            let cut = Self::without(gone, &held, record, texts)?;
            let stays = cut.services(gone);
            if stays.keys().all(|name| held.contains_key(name)) {
                return Ok(Self { held: stays.into_keys().collect(), ..cut });
            }
            held.extend(stays);
        }
    }

    /// Whether a service is left since the file would not be valid without it.
    pub fn is_needed(&self, service: &str) -> bool {
        self.left.iter().any(|(_, piece, why)| {
            *why == Why::Needed && piece.path.len() == 2 && within(piece) == Some(service)
        })
    }

    /// The services of the entries of which something is left, and why.
    fn services(&self, gone: &[Added]) -> BTreeMap<String, Why> {
        let stays = self.left.iter().filter(|(_, piece, why)| *why != Why::Gone && piece.path.len() == 2);
        stays.filter_map(|(owner, piece, why)| Some((own(*owner, piece, gone)?.to_owned(), *why))).collect()
    }

    fn without(
        gone: &[Added],
        held: &BTreeMap<String, Why>,
        record: &Record,
        texts: &mut Texts<'_>,
    ) -> Result<Self> {
        let mut cut = Self::default();
        let mut files: BTreeMap<&str, Vec<(Owner, Piece)>> = BTreeMap::new();
        for (owner, piece) in pieces(gone, held, record) {
            match own(owner, piece, gone).and_then(|name| held.get(name)) {
                Some(why) => cut.left.push((owner, piece.clone(), *why)),
                None => files.entry(&piece.file).or_default().push((owner, piece.piece())),
            }
        }
        for (file, open) in files {
            let path = ProjectPath::new(file)?;
            if let Some(text) = texts.get(&path)? {
                cut.take(&path, text, open)?;
            }
        }
        Ok(cut)
    }

    /// Takes out of one file what can go: the last that came goes first, since then each finds the text as it left it;
    /// then what is left together, until nothing more goes.
    fn take(&mut self, path: &ProjectPath, text: String, open: Vec<(Owner, Piece)>) -> Result<()> {
        let owners: BTreeSet<Owner> = open.iter().map(|(owner, _)| *owner).collect();
        let mut file = Open { path, text, open, left: Vec::new() };
        for owner in owners.into_iter().rev() {
            self.removed.extend(file.pass(|piece| piece.0 == owner)?);
        }
        while !file.open.is_empty() {
            let out = file.pass(|_| true)?;
            if out.is_empty() {
                break;
            }
            self.removed.extend(out);
        }
        self.left.extend(file.left);
        self.texts.push((path.clone(), file.text));
        Ok(())
    }
}

/// A file while pieces are taken out of it.
struct Open<'p> {
    path: &'p ProjectPath,
    text: String,
    /// The pieces that are in it, as far as anybody knows.
    open: Vec<(Owner, Piece)>,
    /// Those of them that the last pass left, and why.
    left: Vec<(Owner, Inserted, Why)>,
}

impl Open<'_> {
    /// Takes out those of some pieces that can go, and gives them.
    fn pass(&mut self, among: impl Fn(&(Owner, Piece)) -> bool) -> Result<Vec<(Owner, Inserted)>> {
        let refused = |refusal| Error::Compose { path: self.path.to_string(), refusal: Box::new(refusal) };
        let compose = Compose::parse(&self.text).map_err(refused)?;
        let (tried, mut rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.open).into_iter().partition(among);
        let pieces: Vec<Piece> = tried.iter().map(|(_, piece)| piece.clone()).collect();
        let removal = compose.remove(&pieces);
        self.left.clear();
        let mut out = Vec::new();
        for (owner, piece) in tried {
            let made = Inserted::from_piece(self.path.as_str(), &piece);
            match removal.left.iter().find(|(left, _)| *left == piece) {
                Some((_, why)) => {
                    self.left.push((owner, made, *why));
                    rest.push((owner, piece));
                }
                None => out.push((owner, made)),
            }
        }
        self.text = removal.text;
        self.open = rest;
        Ok(out)
    }
}

/// The pieces of those that go, and what others put into their services.
fn pieces<'a>(
    gone: &'a [Added],
    held: &'a BTreeMap<String, Why>,
    record: &'a Record,
) -> impl Iterator<Item = (Owner, &'a Inserted)> {
    let own = gone.iter().enumerate().flat_map(|(place, added)| {
        added
            .inserted
            .iter()
            .filter(|piece| piece.is_compose())
            .map(move |piece| (Owner::Going(place), piece))
    });
    let files: BTreeSet<&str> = gone.iter().flat_map(Added::compose_files).collect();
    let is_link = move |added: &Added, piece: &Inserted| {
        let goes = |name: &str| {
            added.name != name && !held.contains_key(name) && gone.iter().any(|gone| gone.name == name)
        };
        files.contains(piece.file.as_str()) && within(piece).is_some_and(goes)
    };
    let of_others = record.entries.iter().enumerate().flat_map(move |(place, added)| {
        let links: Vec<_> = added.inserted.iter().filter(|piece| is_link(added, piece)).collect();
        links.into_iter().map(move |piece| (Owner::Staying(place), piece))
    });
    own.chain(of_others)
}

/// The service that a piece is, or is in, where that is the one of its own entry.
fn own<'a>(owner: Owner, piece: &'a Inserted, gone: &[Added]) -> Option<&'a str> {
    let Owner::Going(place) = owner else { return None };
    within(piece).filter(|name| gone.get(place).is_some_and(|added| added.name == *name))
}

/// The service that a piece is, or is in.
fn within(piece: &Inserted) -> Option<&str> {
    match piece.path.as_slice() {
        [section, name, ..] if section == "services" => Some(name),
        _ => None,
    }
}

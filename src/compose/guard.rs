//! Law 2: the edited text means what was meant, and nothing else.
//!
//! Both texts are read by the second reader and compared as resolved values: what was not asked for
//! has to be the same wherever it can be seen from, what was asked for has to be there.

use std::collections::HashSet;

use super::reader::{Document, Entries, Unread, View};
use super::{Compose, Gain, Link, Request};

mod agreement;
mod gains;
mod sameness;
mod shrinkage;

use agreement::{agreed, edited};
use sameness::tags;

/// Why an edit is not let through.
#[derive(Debug, PartialEq, Eq)]
pub enum Objection {
    /// The second reader does not accept the text as it was.
    Before(Unread),
    /// The two readers differ about the value that ends at `at`.
    Disputed {
        /// The keys that lead to it.
        path: Vec<String>,
        /// Its end, as a byte offset.
        at: usize,
    },
    /// The second reader does not accept the edited text.
    After(String),
    /// The value at this path changed, and nobody asked for that.
    Changed(Vec<String>),
    /// What should be at this path is not, or is something else.
    Missing(Vec<String>),
}

impl Objection {
    /// The keys that lead to what is objected to, from where it was looked at.
    fn path(&mut self) -> Option<&mut Vec<String>> {
        match self {
            Self::Disputed { path, .. } | Self::Changed(path) | Self::Missing(path) => Some(path),
            Self::Before(_) | Self::After(_) => None,
        }
    }

    /// The same, seen from one level above, where it is under `key`.
    fn under(mut self, key: &str) -> Self {
        if let Some(path) = self.path() {
            path.insert(0, key.to_owned());
        }
        self
    }

    /// Of the edited text, whose lines nobody sees, the reason is enough.
    fn unread(unread: Unread) -> Self {
        Self::After(unread.message)
    }

    fn changed() -> Self {
        Self::Changed(Vec::new())
    }

    fn missing() -> Self {
        Self::Missing(Vec::new())
    }
}

type Verdict = Result<(), Objection>;

/// Whether `after` is `file` with what `request` asks for, and nothing else: then it is given as it was read.
/// `fragment` is that of the request.
pub fn check(
    file: &Compose,
    after: &str,
    request: &Request,
    fragment: Option<&Compose>,
) -> Result<Compose, Objection> {
    let old = agreed(file)?;
    let after = edited(after)?;
    let new = after.reread().map_err(Objection::unread)?;
    let asked = fragment.map(Compose::reread).transpose().map_err(Objection::unread)?;
    let mut guard = Guard::new(request);
    guard.file(old.root(), new.root(), asked.and_then(Document::root))?;
    Ok(after)
}

/// Whether `after` means the same as `file` but for the entries at `gone`, which it lacks.
pub fn check_removal(file: &Compose, after: &str, gone: &[Vec<String>]) -> Verdict {
    let old = agreed(file)?;
    let after = edited(after)?;
    let new = after.reread().map_err(Objection::unread)?;
    let nothing = Request::default();
    let gone: Vec<&[String]> = gone.iter().map(Vec::as_slice).collect();
    let mut guard = Guard::new(&nothing);
    match (old.root(), new.root()) {
        (Some(old), Some(new)) => guard.shrunk(old, new, &gone),
        (Some(old), None) => guard.emptied(old, &gone),
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Objection::changed()),
    }
}

struct Guard<'r> {
    request: &'r Request<'r>,
    /// Pairs of nodes with an anchor that were found to be the same.
    equal: HashSet<(usize, usize)>,
}

/// The entries of a mapping; none of what is not there, or null.
fn entries(view: Option<View<'_>>) -> Result<Entries<'_>, Objection> {
    let Some(view) = view.filter(|view| !view.is_null()) else { return Ok(Entries::default()) };
    match view.entries() {
        Ok(Some(entries)) => Ok(entries),
        Ok(None) => Err(Objection::changed()),
        Err(message) => Err(Objection::After(message)),
    }
}

impl<'r> Guard<'r> {
    fn new(request: &'r Request<'r>) -> Self {
        Guard { request, equal: HashSet::new() }
    }

    fn file(&mut self, old: Option<View>, new: Option<View>, asked: Option<View>) -> Verdict {
        let (old, new, asked) = (entries(old)?, entries(new)?, entries(asked)?);
        kept(&old, &new)?;
        let request = self.request;
        let linked = !request.links.is_empty();
        for (key, now) in new.iter() {
            match (old.get(key), asked.get(key)) {
                (Some(was), None) if key != "services" || !linked => self.same(was, now),
                (was, Some(asked)) if asked.text().is_some() => self.same(was.unwrap_or(asked), now),
                (None, None) if key != "services" || !linked => Err(Objection::changed()),
                (was, asked) => self.section(key, was, now, asked),
            }
            .map_err(|objection| objection.under(key))?;
        }
        arrived(&asked, &new)?;
        self.served(&new)
    }

    /// Every service that gains something has to be there.
    fn served(&self, new: &Entries) -> Verdict {
        let services = entries(new.get("services"))?;
        match self.request.links.iter().find(|link| !services.has(&link.service)) {
            Some(link) => Err(Objection::missing().under(&link.service).under("services")),
            None => Ok(()),
        }
    }

    fn section(&mut self, section: &str, old: Option<View>, new: View, asked: Option<View>) -> Verdict {
        tags(old, new)?;
        let (old, new, asked) = (entries(old)?, entries(Some(new))?, entries(asked)?);
        kept(&old, &new)?;
        for (key, now) in new.iter() {
            let links = self.links(section, key);
            match (old.get(key), asked.get(key)) {
                (None, Some(asked)) => self.as_asked(asked, now, &links),
                (was, _) if !links.is_empty() => self.service(was, now, &links),
                (Some(was), _) => self.same(was, now),
                (None, None) => Err(Objection::changed()),
            }
            .map_err(|objection| objection.under(key))?;
        }
        arrived(&asked, &new)
    }

    fn links(&self, section: &str, service: &str) -> Vec<&'r Gain> {
        let links: &'r [Link] = &self.request.links;
        links
            .iter()
            .filter(|link| section == "services" && link.service == service)
            .map(|link| &link.gain)
            .collect()
    }
}

/// Every entry that was there has to be there still.
fn kept(old: &Entries, new: &Entries) -> Verdict {
    match old.iter().find(|(key, _)| !new.has(key)) {
        Some((key, _)) => Err(Objection::changed().under(key)),
        None => Ok(()),
    }
}

/// Every entry that was asked for has to be there now.
fn arrived(asked: &Entries, new: &Entries) -> Verdict {
    match asked.iter().find(|(key, _)| !new.has(key)) {
        Some((key, _)) => Err(Objection::missing().under(key)),
        None => Ok(()),
    }
}

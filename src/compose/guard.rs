//! Law 2: the edited text means what was meant, and nothing else.
//!
//! Both texts are read by the second reader and compared as resolved values: what was not asked for
//! has to be the same wherever it can be seen from, what was asked for has to be there.

use std::collections::{HashMap, HashSet};

use super::reader::{Document, View};
use super::{Compose, Gain, Link, Request};

mod agreement;
mod gains;
mod sameness;
mod shrinkage;

use agreement::{agreed, edited};

/// Why an edit is not let through.
#[derive(Debug, PartialEq, Eq)]
pub enum Objection {
    /// The second reader does not accept the text as it was.
    Before(String),
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

type Found<'d> = HashMap<String, View<'d>>;
type Verdict = Result<(), Objection>;

/// Whether `after` is `file` with what `request` asks for, and nothing else.
pub fn check(file: &Compose, after: &str, request: &Request) -> Verdict {
    let old = agreed(file)?;
    let new = edited(after)?;
    let asked = Document::read(request.fragment.unwrap_or("")).map_err(Objection::After)?;
    let mut guard = Guard::new(request);
    guard.file(old.root(), new.root(), asked.root())
}

/// Whether `after` means the same as `file` but for the entries at `gone`, which it lacks.
pub fn check_removal(file: &Compose, after: &str, gone: &[Vec<String>]) -> Verdict {
    let old = agreed(file)?;
    let new = edited(after)?;
    let nothing = Request::default();
    let gone: Vec<&[String]> = gone.iter().map(Vec::as_slice).collect();
    let mut guard = Guard::new(&nothing);
    match (old.root(), new.root()) {
        (Some(old), Some(new)) => guard.shrunk(old, new, &gone),
        (Some(old), None) => guard.emptied(old, &gone),
        (None, None) => Ok(()),
        (None, Some(_)) => Err(guard.changed()),
    }
}

struct Guard<'r> {
    request: &'r Request<'r>,
    /// Pairs of nodes that were found to be the same.
    equal: HashSet<(usize, usize)>,
    path: Vec<String>,
}

impl<'r> Guard<'r> {
    fn new(request: &'r Request<'r>) -> Self {
        Guard { request, equal: HashSet::new(), path: Vec::new() }
    }

    fn changed(&self) -> Objection {
        Objection::Changed(self.path.clone())
    }

    fn missing(&self) -> Objection {
        Objection::Missing(self.path.clone())
    }

    fn at<T>(
        &mut self,
        key: &str,
        check: impl FnOnce(&mut Self) -> Result<T, Objection>,
    ) -> Result<T, Objection> {
        self.path.push(key.to_owned());
        let verdict = check(self)?;
        self.path.pop();
        Ok(verdict)
    }

    fn entries<'d>(&self, view: Option<View<'d>>) -> Result<Found<'d>, Objection> {
        let Some(view) = view.filter(|view| !view.is_null()) else { return Ok(HashMap::new()) };
        match view.entries() {
            Ok(Some(entries)) => Ok(entries),
            Ok(None) => Err(self.changed()),
            Err(message) => Err(Objection::After(message)),
        }
    }

    fn file(&mut self, old: Option<View>, new: Option<View>, asked: Option<View>) -> Verdict {
        let (old, new, asked) = (self.entries(old)?, self.entries(new)?, self.entries(asked)?);
        self.kept(&old, &new)?;
        let request = self.request;
        let linked = !request.links.is_empty();
        for (key, now) in sorted(&new) {
            let was = old.get(key).copied();
            let asked = asked.get(key).copied();
            self.at(key, |guard| match (was, asked) {
                (Some(was), None) if key != "services" || !linked => guard.same(was, now),
                (was, Some(asked)) if asked.scalar().is_some() => guard.same(was.unwrap_or(asked), now),
                (None, None) if key != "services" || !linked => Err(guard.changed()),
                (was, asked) => guard.section(key, was, now, asked),
            })?;
        }
        self.arrived(&asked, &new)?;
        self.served(&new)
    }

    /// Every entry that was there has to be there still.
    fn kept(&mut self, old: &Found, new: &Found) -> Verdict {
        match sorted(old).into_iter().find(|(key, _)| !new.contains_key(*key)) {
            Some((key, _)) => self.at(key, |guard| Err(guard.changed())),
            None => Ok(()),
        }
    }

    /// Every entry that was asked for has to be there now.
    fn arrived(&mut self, asked: &Found, new: &Found) -> Verdict {
        match sorted(asked).into_iter().find(|(key, _)| !new.contains_key(*key)) {
            Some((key, _)) => self.at(key, |guard| Err(guard.missing())),
            None => Ok(()),
        }
    }

    /// Every service that gains something has to be there.
    fn served(&mut self, new: &Found) -> Verdict {
        let services = self.entries(new.get("services").copied())?;
        match self.request.links.iter().find(|link| !services.contains_key(&link.service)) {
            Some(link) => {
                self.path = vec!["services".to_owned(), link.service.clone()];
                Err(self.missing())
            }
            None => Ok(()),
        }
    }

    fn section(&mut self, section: &str, old: Option<View>, new: View, asked: Option<View>) -> Verdict {
        self.tags(old, new)?;
        let (old, new, asked) = (self.entries(old)?, self.entries(Some(new))?, self.entries(asked)?);
        self.kept(&old, &new)?;
        for (key, now) in sorted(&new) {
            let was = old.get(key).or_else(|| asked.get(key)).copied();
            let links = self.links(section, key);
            let fresh = !old.contains_key(key);
            self.at(key, |guard| match was {
                Some(asked) if fresh => guard.as_asked(asked, now, &links),
                _ if !links.is_empty() => guard.service(was, now, &links),
                Some(was) => guard.same(was, now),
                None => Err(guard.changed()),
            })?;
        }
        self.arrived(&asked, &new)
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

/// The entries in the order of their keys, so that the first difference found is always the same.
fn sorted<'f, 'd>(found: &'f Found<'d>) -> Vec<(&'f str, View<'d>)> {
    let mut entries: Vec<_> = found.iter().map(|(key, view)| (key.as_str(), *view)).collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

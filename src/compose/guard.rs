//! Law 2: the edited text means what was meant, and nothing else.
//!
//! Both texts are read by the second reader and compared as resolved values: what was not asked for
//! has to be the same wherever it can be seen from, what was asked for has to be there.

use std::collections::{HashMap, HashSet};

use super::reader::{Document, View};
use super::tree::{Kind, Node};
use super::{Compose, Gain, Link, Request};

/// Why an edit is not let through.
#[derive(Debug, PartialEq, Eq)]
pub enum Objection {
    /// The second reader does not accept the text as it was.
    Before(String),
    /// The two readers differ about the value that ends at `at`.
    Disputed { path: Vec<String>, at: usize },
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

/// The file as the second reader sees it, if it sees what the first one saw.
fn agreed(file: &Compose) -> Result<Document, Objection> {
    let document = Document::read(file.text()).map_err(Objection::Before)?;
    match (file.root(), document.root()) {
        (Some(one), Some(other)) => agree(one, other, &mut Vec::new())?,
        (None, Some(other)) if !other.is_null() => {
            return Err(Objection::Disputed { path: Vec::new(), at: 0 });
        }
        _ => {}
    }
    Ok(document)
}

/// The edited text as the second reader sees it, once the first one accepts it.
fn edited(text: &str) -> Result<Document, Objection> {
    Compose::parse(text).map_err(|refusal| Objection::After(refusal.to_string()))?;
    Document::read(text).map_err(Objection::After)
}

/// Whether both readers saw the same value. What an alias stands for is compared where it is
/// written.
fn agree(one: &Node, other: View, path: &mut Vec<String>) -> Verdict {
    let disputed = |path: &[String]| Err(Objection::Disputed { path: path.to_vec(), at: one.end });
    match &one.kind {
        Kind::Alias { .. } => Ok(()),
        Kind::Null { .. } if other.is_null() || other.scalar().is_some_and(|(t, _)| t.is_empty()) => Ok(()),
        // The line break that a block scalar at the end of the text lacks counts differently.
        Kind::Scalar { text, .. }
            if other
                .scalar()
                .is_some_and(|(t, _)| t.trim_end_matches('\n') == text.trim_end_matches('\n')) =>
        {
            Ok(())
        }
        Kind::Seq { items, .. } => match other.items() {
            Some(others) if others.len() == items.len() => {
                items.iter().zip(others).try_for_each(|(item, other)| agree(&item.node, other, path))
            }
            _ => disputed(path),
        },
        Kind::Map { entries, .. } => match other.pairs() {
            Some(others) if others.len() == entries.len() => {
                entries.iter().zip(others).try_for_each(|(entry, (key, value))| {
                    let name = key.scalar().map(|(text, _)| text);
                    path.push(name.unwrap_or_default().to_owned());
                    let known = entry.key.as_deref().is_none_or(|key| name.is_none_or(|name| name == key));
                    if !known {
                        return disputed(path);
                    }
                    agree(&entry.node, value, path)?;
                    path.pop();
                    Ok(())
                })
            }
            _ => disputed(path),
        },
        _ => disputed(path),
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

    fn service(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        self.tags(was, now)?;
        let (old, new) = (self.entries(was)?, self.entries(Some(now))?);
        self.kept(&old, &new)?;
        for (key, now) in sorted(&new) {
            let was = old.get(key).copied();
            let gains: Vec<&Gain> = gains.iter().copied().filter(|g| g.attribute() == key).collect();
            self.at(key, |guard| match was {
                _ if !gains.is_empty() => guard.attribute(was, now, &gains),
                Some(was) => guard.same(was, now),
                None => Err(guard.changed()),
            })?;
        }
        match gains.iter().find(|gain| !new.contains_key(gain.attribute())) {
            Some(gain) => self.at(gain.attribute(), |guard| Err(guard.missing())),
            None => Ok(()),
        }
    }

    fn attribute(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        self.tags(was, now)?;
        let was = was.filter(|was| !was.is_null());
        match now.items() {
            Some(items) => {
                let old = match was {
                    Some(was) => was.items().ok_or_else(|| self.changed())?,
                    None => Vec::new(),
                };
                self.list(&old, &items, gains)
            }
            None => match was.and_then(View::items) {
                Some(items) if self.request.depends_on_healthy => self.rewritten(&items, now, gains),
                Some(_) => Err(self.changed()),
                None => self.mapping(was, now, gains),
            },
        }
    }

    /// The old items in their order, and between them only what was asked for.
    fn list(&mut self, old: &[View], new: &[View], gains: &[&Gain]) -> Verdict {
        let mut old = old.iter().peekable();
        for &item in new {
            if old.next_if(|was| self.is_same(**was, item)).is_some() {
                continue;
            }
            let text = item.scalar().map(|(text, _)| text);
            if !gains.iter().any(|gain| text == Some(gain.item().as_str())) {
                return Err(self.changed());
            }
        }
        if old.next().is_some() {
            return Err(self.changed());
        }
        let here = |gain: &&&Gain| new.iter().any(|&item| gain.is_item(item_name(item).as_deref()));
        match gains.iter().find(|gain| !here(gain)) {
            Some(_) => Err(self.missing()),
            None => Ok(()),
        }
    }

    fn mapping(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        let (old, new) = (self.entries(was)?, self.entries(Some(now))?);
        self.kept(&old, &new)?;
        for (key, now) in sorted(&new) {
            let gain = gains.iter().find(|gain| gain.key() == key);
            let was = old.get(key).copied();
            self.at(key, |guard| match (was, gain) {
                (Some(was), _) => guard.same(was, now),
                (None, Some(gain)) if gained(gain, now)? => Ok(()),
                (None, Some(_)) => Err(guard.missing()),
                (None, None) => Err(guard.changed()),
            })?;
        }
        match gains.iter().find(|gain| !new.contains_key(gain.key())) {
            Some(gain) => self.at(gain.key(), |guard| Err(guard.missing())),
            None => Ok(()),
        }
    }

    /// A list of names that became a mapping: each waits for the start, as the list form means
    /// (Compose specification, `depends_on`, short syntax).
    fn rewritten(&mut self, items: &[View], now: View, gains: &[&Gain]) -> Verdict {
        let new = self.entries(Some(now))?;
        let names: Vec<&str> = items.iter().filter_map(|item| item.scalar()).map(|(n, _)| n).collect();
        let started =
            |name: &str| Gain::DependsOn { on: name.to_owned(), condition: "service_started".to_owned() };
        let mut all: Vec<Gain> = names.iter().map(|name| started(name)).collect();
        all.extend(gains.iter().filter(|g| !names.contains(&g.key())).map(|&g| g.clone()));
        if names.len() != items.len() || new.len() != all.len() {
            return Err(self.changed());
        }
        for gain in &all {
            let now = new.get(gain.key()).copied().ok_or_else(|| self.missing())?;
            if !gained(gain, now)? {
                return Err(self.changed());
            }
        }
        Ok(())
    }

    fn tags(&self, was: Option<View>, now: View) -> Verdict {
        match was.and_then(View::tag) == now.tag() {
            true => Ok(()),
            false => Err(self.changed()),
        }
    }

    /// A value from the fragment; it is another document, so its numbers do not count.
    fn as_asked(&mut self, asked: View, now: View, gains: &[&Gain]) -> Verdict {
        let equal = std::mem::take(&mut self.equal);
        let verdict = match gains {
            [] => self.same(asked, now),
            gains => self.service(Some(asked), now, gains),
        };
        self.equal = equal;
        verdict.map_err(|_| self.missing())
    }

    fn is_same(&mut self, was: View, now: View) -> bool {
        let depth = self.path.len();
        let same = self.same(was, now).is_ok();
        self.path.truncate(depth);
        same
    }

    fn same(&mut self, was: View, now: View) -> Verdict {
        let pair = (was.number(), now.number());
        if self.equal.contains(&pair) {
            return Ok(());
        }
        self.tags(Some(was), now)?;
        self.same_shape(was, now)?;
        self.equal.insert(pair);
        Ok(())
    }

    fn same_shape(&mut self, was: View, now: View) -> Verdict {
        if was.is_null() && now.is_null() || was.scalar().is_some() && was.scalar() == now.scalar() {
            return Ok(());
        }
        if let (Some(old), Some(new)) = (was.items(), now.items()) {
            return self.same_items(&old, &new);
        }
        match (was.entries(), now.entries()) {
            (Ok(Some(old)), Ok(Some(new))) => self.same_entries(&old, &new),
            (Err(message), _) => Err(Objection::Before(message)),
            (_, Err(message)) => Err(Objection::After(message)),
            _ => Err(self.changed()),
        }
    }

    fn same_items(&mut self, old: &[View], new: &[View]) -> Verdict {
        if old.len() != new.len() {
            return Err(self.changed());
        }
        old.iter().zip(new).try_for_each(|(&was, &now)| self.same(was, now))
    }

    fn same_entries(&mut self, old: &Found, new: &Found) -> Verdict {
        self.kept(old, new)?;
        for (key, now) in sorted(new) {
            let was = old.get(key).copied();
            self.at(key, |guard| match was {
                Some(was) => guard.same(was, now),
                None => Err(guard.changed()),
            })?;
        }
        Ok(())
    }

    /// `new` is `old` without the entries at `gone`, whose paths begin here.
    fn shrunk(&mut self, old: View, new: View, gone: &[&[String]]) -> Verdict {
        if gone.is_empty() {
            return self.same(old, new);
        }
        self.tags(Some(old), new)?;
        if let Some(items) = old.items() {
            return self.shrunk_items(&items, new, gone);
        }
        let (old, new) = (self.entries(Some(old))?, self.entries(Some(new))?);
        for (key, was) in sorted(&old) {
            let inner = below(gone, key);
            let now = new.get(key).copied();
            // What is taken out may still be seen through a merge key, as it was before.
            let within: Vec<&[String]> = inner.iter().copied().filter(|p| !p.is_empty()).collect();
            self.at(key, |guard| match now {
                Some(now) => guard.shrunk(was, now, &within),
                None if inner.iter().any(|path| path.is_empty()) => Ok(()),
                None => Err(guard.changed()),
            })?;
        }
        self.kept(&new, &old)
    }

    fn shrunk_items(&mut self, old: &[View], new: View, gone: &[&[String]]) -> Verdict {
        let mut new = if new.is_null() { Vec::new() } else { new.items().ok_or_else(|| self.changed())? }
            .into_iter()
            .peekable();
        for &item in old {
            if new.next_if(|now| self.is_same(item, *now)).is_some() {
                continue;
            }
            let text = item.scalar().map(|(text, _)| text);
            if !gone.iter().any(|path| path.first().map(String::as_str) == text) {
                return Err(self.changed());
            }
        }
        if new.next().is_some() { Err(self.changed()) } else { Ok(()) }
    }

    /// Nothing is left of the file: all that stood in it was to go.
    fn emptied(&mut self, old: View, gone: &[&[String]]) -> Verdict {
        let old = self.entries(Some(old))?;
        match sorted(&old).into_iter().find(|(key, _)| !below(gone, key).contains(&[].as_slice())) {
            Some((key, _)) => self.at(key, |guard| Err(guard.changed())),
            None => Ok(()),
        }
    }
}

/// The rest of those paths that begin with `key`.
fn below<'g>(gone: &[&'g [String]], key: &str) -> Vec<&'g [String]> {
    gone.iter()
        .filter_map(|path| path.split_first())
        .filter(|(first, _)| *first == key)
        .map(|(_, rest)| rest)
        .collect()
}

/// The name of a list item: its text, or the `source` of a secret in long form.
fn item_name(item: View) -> Option<String> {
    let source = || item.entries().ok().flatten()?.get("source").copied();
    item.scalar().or_else(|| source()?.scalar()).map(|(text, _)| text.to_owned())
}

/// Whether the value at a gain's key is what the gain says.
fn gained(gain: &Gain, now: View) -> Result<bool, Objection> {
    Ok(match gain {
        Gain::DependsOn { condition, .. } => {
            let entries = now.entries().map_err(Objection::After)?.unwrap_or_default();
            entries.len() == 1
                && entries.get("condition").and_then(|c| c.scalar()) == Some((condition, false))
        }
        Gain::Environment { value, .. } => now.scalar() == Some((value, false)),
        Gain::Secret { .. } | Gain::Network { .. } => now.is_null(),
    })
}

/// The entries in the order of their keys, so that the first difference found is always the same.
fn sorted<'f, 'd>(found: &'f Found<'d>) -> Vec<(&'f str, View<'d>)> {
    let mut entries: Vec<_> = found.iter().map(|(key, view)| (key.as_str(), *view)).collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

//! Entries that are wanted and there: each says it already, or its value takes what it lacks.

use super::{Host, Walk, is_flow, joined};
use crate::compose::fragment::Lines;
use crate::compose::place;
use crate::compose::render::{self, Like};
use crate::compose::tree::{Entry, Kind, Node};
use crate::compose::value;
use crate::compose::want::{self, Body, Made, Role, Want, arranged, form_of};
use crate::compose::{Cause, Refusal, reference, source};

impl Walk<'_> {
    /// An entry that is wanted and there.
    pub(super) fn meet(&mut self, host: &Host, entry: &Entry, want: Want) -> Result<(), Refusal> {
        let path = joined(host.path, &want.name);
        match want.body {
            Body::Made(made) => self.open(host, entry, &path, made),
            body if self.says(&path, &body, &entry.node) => match self.mounted(&path) {
                Some(by) => Err(self.refusal(entry.start, Cause::Mounted { path, by })),
                None => Ok(()),
            },
            _ => Err(self.refusal(entry.start, Cause::Conflict { path })),
        }
    }

    /// The service of the file that mounts the volume at `path`; the new one is none of these.
    fn mounted(&self, path: &[String]) -> Option<String> {
        let [section, name] = path else { return None };
        if section != "volumes" {
            return None;
        }
        let own = self.fragment.map(|fragment| fragment.names("services")).unwrap_or_default();
        let mut mounts = reference::references(self.file)
            .into_iter()
            .filter(|reference| reference.section == "volumes" && reference.name == *name);
        mounts.find(|reference| !own.contains(&reference.service)).map(|reference| reference.service)
    }

    /// Whether a value that is there says what is wanted.
    pub(super) fn says(&self, path: &[String], body: &Body, node: &Node) -> bool {
        match body {
            Body::Gain(gain) => want::says(gain, node),
            Body::Text(_) if path.first().is_some_and(|section| section == "networks") => true,
            Body::Text(excerpt) => {
                let there = value::value(node);
                let wanted = value::value(excerpt.node());
                // A resource without settings has the same defaults with `{}` as with nothing.
                if path.len() == 2 && there.is_empty() && wanted.is_empty() {
                    return true;
                }
                let parts: Vec<&str> = path.iter().map(String::as_str).collect();
                there.same(&wanted)
                    || self.fragment.and_then(|f| f.get(&parts)).is_some_and(|plain| there.same(&plain))
            }
            Body::Made(_) => false,
        }
    }

    /// Puts what is wanted into the value of an entry that is there.
    fn open(&mut self, host: &Host, entry: &Entry, path: &[String], made: Made) -> Result<(), Refusal> {
        let node = &*entry.node;
        if let Some(tag) = node.tag.as_deref().filter(|tag| *tag == "!reset") {
            let cause = Cause::Tag { path: path.to_vec(), tag: tag.to_owned() };
            return Err(self.with_paste(node.start, cause, host, entry, &made));
        }
        match &node.kind {
            Kind::Map { .. } => {
                let inner = self.host(node, made.role, path, entry.colon.unwrap_or(entry.key_end));
                if !is_flow(node) && !leads(self.text(), node) {
                    return Err(self.form(&inner));
                }
                self.put_or_paste(host, entry, &inner, made)
            }
            Kind::Seq { flow, items } if made.role == Role::Attribute => {
                let inner = self.host(node, made.role, path, entry.colon.unwrap_or(entry.key_end));
                self.put_items(host, entry, &inner, *flow, items, made)
            }
            Kind::Null { explicit: false } => self.fill(host, entry, path, made),
            Kind::Null { explicit: true } => {
                let cause = Cause::Null { path: path.to_vec() };
                Err(self.with_paste(node.start, cause, host, entry, &made))
            }
            Kind::Alias { name, target } => self.unalias(host, entry, path, made, (name, target)),
            _ => {
                let cause = Cause::Form { path: path.to_vec() };
                Err(self.with_paste(node.start, cause, host, entry, &made))
            }
        }
    }

    fn put_or_paste(&mut self, host: &Host, entry: &Entry, inner: &Host, made: Made) -> Result<(), Refusal> {
        self.put(inner, made.wants.clone()).map_err(|refusal| match refusal.cause {
            Cause::Form { .. } if refusal.paste.is_none() => {
                Refusal { paste: Some(self.paste(host, entry, &made)), ..refusal }
            }
            _ => refusal,
        })
    }

    /// Gives a key without a value its first entries.
    fn fill(&mut self, host: &Host, entry: &Entry, path: &[String], made: Made) -> Result<(), Refusal> {
        if entry.colon.is_none() || is_flow(host.node) {
            return self.fill_flow(host, entry, path, made);
        }
        self.first_lines(entry, path, made, host.column + self.style.unit, host.column + 1);
        Ok(())
    }

    /// Gives a key without a value in a flow mapping its first entries, between brackets.
    fn fill_flow(&mut self, host: &Host, entry: &Entry, path: &[String], made: Made) -> Result<(), Refusal> {
        if !is_flow(host.node) {
            return Err(self.form(host));
        }
        let like = Like { key: entry.key_style, value: entry.key_style };
        let colon = if entry.colon.is_some() { " " } else { ": " };
        let form = form_of(path.last().map_or("", String::as_str), &made);
        let (open, close) = render::bracket_pair(form);
        let opening = Lines { text: format!("{colon}{open}"), lead: colon.len() };
        let mut parts = vec![(joined(path, open), opening)];
        self.flow_inside(&made, form, path, like, None, &mut parts);
        parts.push((joined(path, close), Lines { text: close.to_owned(), lead: 0 }));
        self.parts(entry.end(), path.len() + 1, parts);
        Ok(())
    }

    /// The first lines of a block mapping below the key of `entry`, at `column`.
    pub(super) fn first_lines(
        &mut self,
        entry: &Entry,
        path: &[String],
        made: Made,
        column: usize,
        floor: usize,
    ) {
        let place = place::behind(self.text(), entry.end(), floor);
        let like = Like { key: entry.key_style, value: entry.key_style };
        for want in arranged(made.wants, made.role.order(true)) {
            let path = joined(path, &want.name);
            self.block(&want, place, column, false, &path, like);
        }
    }
}

/// Whether the first entry of a block mapping begins its line.
fn leads(text: &str, node: &Node) -> bool {
    match &node.kind {
        Kind::Map { entries, .. } => entries.first().is_none_or(|e| source::leads(text, e.start)),
        _ => true,
    }
}

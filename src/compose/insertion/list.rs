//! Gains in an attribute that is a list.

use super::change::{sorted, splice};
use super::{Host, Walk, joined, one_line};
use crate::compose::fragment::Lines;
use crate::compose::place::{self, Place};
use crate::compose::render::{self, Form, Like};
use crate::compose::tree::{self, Entry, Item, Kind, Node};
use crate::compose::value::{self, Value};
use crate::compose::want::{self, Base, Body, Made, Role, Want, placed};
use crate::compose::{Cause, Gain, Note, Refusal, scalar, source, style};

impl Walk<'_> {
    /// Puts gains into a list.
    pub(super) fn put_items(
        &mut self,
        outer: &Host,
        entry: &Entry,
        host: &Host,
        flow: bool,
        items: &[Item],
        made: Made,
    ) -> Result<(), Refusal> {
        let new = self.absent(host.path, host.node, made.wants, entry.start)?;
        if new.is_empty() {
            return Ok(());
        }
        let waits = entry.key.as_deref() == Some("depends_on");
        if waits && self.request.depends_on_healthy {
            return self.rewrite(outer, entry, host, flow, items, new);
        }
        self.note_start_only(host.path, &new);
        let names: Vec<Option<String>> = items.iter().map(|item| item_name(&item.node)).collect();
        let names: Vec<Option<&str>> = names.iter().map(|name| name.as_deref().map(key_of)).collect();
        let like = item_like(items, flow, entry.key_style);
        for (index, want) in placed(&names, new, host.role.order(self.request.ours)) {
            let Body::Gain(gain) = &want.body else { continue };
            let path = joined(host.path, &gain.item());
            if flow {
                let lines = Lines { text: render::flow_gain(gain, Form::List, like), lead: 0 };
                let spots: Vec<_> = items.iter().map(|i| (i.start, i.node.end, false)).collect();
                self.flow_change(host, &spots, index, vec![(path, lines)]);
            } else {
                let lines = render::block_gain(gain, Form::List, host.column, like, &self.style);
                let place = self.item_place(outer, host, items, index)?;
                self.lines(vec![(path, lines)], place, false);
            }
        }
        Ok(())
    }

    /// A comment at the column of the dashes is the list's, unless the keys stand there as well.
    pub(super) fn item_place(
        &self,
        outer: &Host,
        host: &Host,
        items: &[Item],
        index: usize,
    ) -> Result<Place, Refusal> {
        let text = self.text();
        let floor = if host.column > outer.column { host.column } else { host.column + 1 };
        let place = items.last().map(|item| place::behind(text, item.node.end.max(item.start + 1), floor));
        let open = items.last().is_some_and(|item| item.node.ends_open());
        match (place, items.get(index)) {
            (Some(place), None) if !(place.open && open) => Ok(place),
            (_, item) => {
                let index = index.min(items.len().saturating_sub(1));
                let before = index.checked_sub(1).and_then(|i| items.get(i));
                let limit = before.map_or(host.limit, |item| item.node.end);
                let start = item.or(items.last()).map_or(host.node.start, |item| item.start);
                place::in_front(text, start, limit).ok_or_else(|| self.form(host))
            }
        }
    }

    pub(super) fn note_start_only(&mut self, path: &[String], wants: &[Want]) {
        let Some(service) = path.get(1).filter(|_| path.last().is_some_and(|k| k == "depends_on")) else {
            return;
        };
        for want in wants {
            if let Body::Gain(Gain::DependsOn { on, condition }) = &want.body
                && condition != "service_started"
            {
                self.notes.push(Note::StartOnly { service: service.clone(), on: on.clone() });
            }
        }
    }

    /// Turns a list of names into a mapping with conditions: the one edit that is no insertion.
    pub(super) fn rewrite(
        &mut self,
        outer: &Host,
        entry: &Entry,
        host: &Host,
        flow: bool,
        items: &[Item],
        new: Vec<Want>,
    ) -> Result<(), Refusal> {
        let first = self.changes.len();
        let simple = |item: &Item| {
            let node = &item.node;
            matches!(&node.kind, Kind::Scalar { style, .. } if !matches!(style, tree::Style::Block { .. }))
                && node.anchor.is_none()
                && one_line(self.text(), item.start, node.end)
        };
        let fits =
            items.iter().all(simple) && (!flow || one_line(self.text(), host.node.start, host.node.end));
        if !fits {
            let made = Made { role: Role::Attribute, head: None, base: Base::Nothing, wants: new };
            let cause = Cause::Form { path: host.path.to_vec() };
            return Err(self.with_paste(host.node.start, cause, outer, entry, &made));
        }
        let like = item_like(items, flow, entry.key_style);
        let place = if flow {
            self.rewrite_flow(host, items, new, like);
            host.node.end
        } else {
            self.rewrite_block(outer, host, items, new, like)?
        };
        let from = source::line_start(self.text(), entry.start);
        let to = place.max(source::line_end(self.text(), host.node.end));
        let changes = sorted(self.changes.get(first..).unwrap_or(&[]).to_vec());
        let old = source::slice(self.text(), from..to).to_owned();
        let new = splice(self.text(), &changes, from..to);
        self.notes.push(Note::Rewritten { path: host.path.to_vec(), old, new });
        Ok(())
    }

    pub(super) fn rewrite_flow(&mut self, host: &Host, items: &[Item], new: Vec<Want>, like: Like) {
        let depth = host.path.len();
        let started = format!(
            ": {{{}: {}}}",
            render::key("condition", like, true),
            scalar::write("service_started", like.value, true)
        );
        let open = source::skip_to(self.text(), host.node.start, '[');
        self.replace(open, 1, "{", depth);
        for item in items {
            self.replace(item.node.end, 0, &started, depth + 2);
        }
        for want in new {
            let Body::Gain(gain) = &want.body else { continue };
            let lines = Lines { text: render::flow_gain(gain, Form::Map, like), lead: 0 };
            let spots: Vec<_> = items.iter().map(|i| (i.start, i.node.end, false)).collect();
            let parts = vec![(joined(host.path, gain.key()), lines)];
            self.flow_change(host, &spots, items.len(), parts);
        }
        self.replace(host.node.end - 1, 1, "}", depth);
    }

    pub(super) fn rewrite_block(
        &mut self,
        outer: &Host,
        host: &Host,
        items: &[Item],
        new: Vec<Want>,
        like: Like,
    ) -> Result<usize, Refusal> {
        let indentless = host.column <= outer.column;
        let shift = if indentless { self.style.unit } else { 0 };
        let column = host.column + shift;
        let depth = host.path.len() + 2;
        let started =
            format!("{}{}condition: service_started", self.style.eol, " ".repeat(column + self.style.unit));
        for item in items {
            self.replace(item.start, item.node.start - item.start, &" ".repeat(shift), depth);
            self.replace(item.node.end, 0, ":", depth);
            self.replace(source::line_end(self.text(), item.node.end), 0, &started, depth);
        }
        let mut end = host.node.end;
        for want in new {
            let Body::Gain(gain) = &want.body else { continue };
            let path = joined(host.path, gain.key());
            let lines = render::block_gain(gain, Form::Map, column, like, &self.style);
            let place = self.item_place(outer, host, items, items.len())?;
            end = place.at;
            self.lines(vec![(path, lines)], place, false);
        }
        Ok(end)
    }
}

/// Whether a value holds a gain.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Held {
    Same,
    Other,
    Absent,
}

pub(super) fn held(gain: &Gain, node: &Node) -> Held {
    match &node.resolved().kind {
        Kind::Map { .. } => match value::child(node, gain.key()) {
            None => Held::Absent,
            Some(now) if want::says(gain, now) => Held::Same,
            Some(_) => Held::Other,
        },
        Kind::Seq { items, .. } => {
            let names: Vec<String> = items.iter().filter_map(|i| item_name(&i.node)).collect();
            if names.contains(&gain.item()) {
                Held::Same
            } else if names.iter().any(|name| key_of(name) == gain.key()) {
                Held::Other
            } else {
                Held::Absent
            }
        }
        _ => Held::Absent,
    }
}

/// The text of a list item; of a secret in long form its `source`.
pub(super) fn item_name(node: &Node) -> Option<String> {
    match value::value(node) {
        Value::Scalar { text, .. } => Some(text),
        other => other.get("source").and_then(Value::text).map(str::to_owned),
    }
}

/// The name in a list item: of `NAME=value` what stands before the sign.
pub(super) fn key_of(item: &str) -> &str {
    item.split_once('=').map_or(item, |(key, _)| key)
}

/// The style of a new item; one without neighbours is written like the `key` of its list.
pub(super) fn item_like(items: &[Item], flow: bool, key: tree::Style) -> Like {
    let style = style::quotes(items.iter().map(|item| &*item.node), flow).unwrap_or(key);
    Like { key: style, value: style }
}

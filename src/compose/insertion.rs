//! From a request to insertions: the file is walked along what is wanted.

use super::fragment::Lines;
use super::guard::{self, Objection};
use super::order::Order;
use super::place::{self, Place};
use super::render::{self, Like};
use super::source;
use super::style::Style;
use super::tree::{Entry, Kind, Node};
use super::value::{self, Value};
use super::want::{self, Base, Body, Made, Role, Want, arranged, form_of, placed};
use super::{Cause, Compose, Edit, Insertion, Note, Refusal, Request};

mod block;
mod change;
mod flow;
mod list;
mod paste;

use change::{Change, sorted, splice};
use list::{Held, held};

/// Puts a request into a file, and has the result read again.
pub fn insert(file: &Compose, request: &Request) -> Result<Edit, Refusal> {
    let fragment = request.fragment.map(Compose::parse).transpose()?;
    let (united, links) = match &fragment {
        None => (None, request.links.clone()),
        Some(fragment) => {
            let (united, links) = want::united(file, fragment, request)?;
            (Some(united), links)
        }
    };
    let mut walk = Walk {
        file,
        request,
        fragment: fragment.as_ref(),
        style: Style::of(&file.text, &file.tree),
        changes: Vec::new(),
        notes: Vec::new(),
    };
    walk.file(want::wants(united.as_ref(), &links))?;
    walk.finish()
}

/// Texts that follow one another, each with the path of what it makes.
type Parts = Vec<(Vec<String>, Lines)>;

struct Walk<'a> {
    file: &'a Compose,
    request: &'a Request<'a>,
    /// The fragment as given, without the links.
    fragment: Option<&'a Compose>,
    style: Style,
    changes: Vec<Change>,
    notes: Vec<Note>,
}

/// A mapping or list of the file that receives entries.
#[derive(Debug, Clone, Copy)]
struct Host<'h> {
    node: &'h Node,
    role: Role,
    path: &'h [String],
    /// The column of its entries, in block style.
    column: usize,
    /// Where the text before its first entry ends.
    limit: usize,
}

impl Walk<'_> {
    fn text(&self) -> &str {
        &self.file.text
    }

    fn file(&mut self, wants: Vec<Want>) -> Result<(), Refusal> {
        let file = self.file;
        let Some(root) = file.root() else { return self.empty_file(wants) };
        if let Kind::Alias { .. } = root.kind {
            return Err(self.refusal(root.start, Cause::Form { path: Vec::new() }));
        }
        let host = self.host(root, Role::File, &[], file.tree.body.start);
        self.put(&host, wants)
    }

    /// The first entries of a file that has none.
    fn empty_file(&mut self, wants: Vec<Want>) -> Result<(), Refusal> {
        let body = self.file.tree.body.start;
        let text = self.text();
        let alone = text.get(source::bom(text)..).unwrap_or("").trim().is_empty();
        let place = if alone {
            let at = text.len();
            Place { at, open: place::unfinished(text, at), before: false }
        } else {
            place::behind(text, body, 0)
        };
        let comment = source::line(text, source::line_start(text, place.at.saturating_sub(1)));
        let mut gap = comment.trim_start().starts_with('#');
        for want in arranged(wants, Order::Sections) {
            let path = vec![want.name.clone()];
            self.block(&want, place, 0, gap, &path, Like::alone(&self.style));
            gap = true;
        }
        Ok(())
    }

    fn host<'h>(&self, node: &'h Node, role: Role, path: &'h [String], limit: usize) -> Host<'h> {
        let first = match &node.kind {
            Kind::Map { entries, .. } => entries.first().map(|entry| entry.start),
            Kind::Seq { items, .. } => items.first().map(|item| item.start),
            _ => None,
        };
        let column = first.map_or(0, |start| source::column(self.text(), start));
        Host { node, role, path, column, limit }
    }

    /// Puts what is wanted into a mapping.
    fn put(&mut self, host: &Host, wants: Vec<Want>) -> Result<(), Refusal> {
        let Kind::Map { flow, entries } = &host.node.kind else {
            return Err(self.form(host));
        };
        let mut absent = Vec::new();
        for want in wants {
            match value::own(host.node, &want.name) {
                Some(entry) => self.meet(host, entry, want)?,
                None => absent.push(want),
            }
        }
        let new = self.beside(host, host.node, absent)?;
        self.arrange(host, *flow, entries, new)
    }

    /// Places new entries among those of a mapping.
    fn arrange(&mut self, host: &Host, flow: bool, entries: &[Entry], new: Vec<Want>) -> Result<(), Refusal> {
        let names: Vec<_> = entries.iter().map(|entry| entry.key.as_deref()).collect();
        let like = self.like(entries, flow);
        for (index, want) in placed(&names, new, host.role.order(self.request.ours)) {
            let path = joined(host.path, &want.name);
            if flow {
                let spread = self.spread(host.node, entries.last().map(|e| (e.start, &*e.node)), like);
                let mut parts = Vec::new();
                self.flow(&want, like, spread.as_ref(), &path, &mut parts);
                let spots: Vec<_> = entries.iter().map(|e| (e.start, e.end(), is_open(e))).collect();
                self.flow_change(host, &spots, index, parts);
            } else {
                let place = place::among(self.text(), entries, index, host.column, host.limit)
                    .ok_or_else(|| self.form(host))?;
                let kept = entries.last().is_some_and(|entry| entry.node.ends_kept());
                let gap = (place.before || !kept) && self.gap(host, entries);
                self.block(&want, place, host.column, gap, &path, like);
            }
        }
        Ok(())
    }

    /// An entry that is wanted and there.
    fn meet(&mut self, host: &Host, entry: &Entry, want: Want) -> Result<(), Refusal> {
        let path = joined(host.path, &want.name);
        match want.body {
            Body::Made(made) => self.open(host, entry, &path, made),
            body if self.says(&path, &body, &entry.node) => Ok(()),
            _ => Err(self.refusal(entry.start, Cause::Conflict { path })),
        }
    }

    /// Whether a value that is there says what is wanted.
    fn says(&self, path: &[String], body: &Body, node: &Node) -> bool {
        match body {
            Body::Gain(gain) => want::says(gain, node),
            Body::Text(_) if path.first().is_some_and(|section| section == "networks") => true,
            Body::Text(excerpt) => {
                let there = value::value(node);
                let parts: Vec<&str> = path.iter().map(String::as_str).collect();
                there.same(&value::value(excerpt.node()))
                    || self.fragment.and_then(|f| f.get(&parts)).is_some_and(|plain| there.same(&plain))
            }
            Body::Made(_) => false,
        }
    }

    /// An entry that is wanted and there through a merge key: one of the same name would hide it.
    fn inherit<'f>(
        &mut self,
        host: &Host,
        entry: &Entry,
        want: Want<'f>,
    ) -> Result<Option<Want<'f>>, Refusal> {
        let path = joined(host.path, &want.name);
        let Body::Made(mut made) = want.body else {
            return match self.says(&path, &want.body, &entry.node) {
                true => Ok(None),
                false => Err(self.refusal(host.node.start, Cause::Conflict { path })),
            };
        };
        if made.role != Role::Attribute {
            return Err(self.refusal(host.node.start, Cause::Form { path }));
        }
        made.wants = self.absent(&path, &entry.node, made.wants, host.node.start)?;
        if made.wants.is_empty() {
            return Ok(None);
        }
        made.base = self.base(&entry.node, host.node.start);
        if let Base::Copy(value) = &made.base {
            if matches!(value, Value::Seq(_)) {
                self.note_start_only(&path, &made.wants);
            }
            self.notes.push(Note::Copied { path });
        }
        Ok(Some(Want { name: want.name, body: Body::Made(made) }))
    }

    /// Those gains that an inherited value does not hold.
    fn absent<'f>(
        &self,
        path: &[String],
        node: &Node,
        wants: Vec<Want<'f>>,
        at: usize,
    ) -> Result<Vec<Want<'f>>, Refusal> {
        let mut absent = Vec::new();
        for want in wants {
            let Body::Gain(gain) = &want.body else { continue };
            match held(gain, node) {
                Held::Same => {}
                Held::Absent => absent.push(want),
                Held::Other => {
                    let path = joined(path, &want.name);
                    return Err(self.refusal(at, Cause::Conflict { path }));
                }
            }
        }
        Ok(absent)
    }

    /// How a new value keeps what it hides: by its anchor when that is a mapping's and in force at
    /// `at`, or else as a copy.
    fn base(&self, node: &Node, at: usize) -> Base {
        let node = node.resolved();
        match (&node.kind, &node.anchor) {
            (Kind::Map { .. }, Some(name)) if node.end <= at && self.only(name) => Base::Merge(name.clone()),
            (Kind::Null { .. }, _) => Base::Nothing,
            _ => Base::Copy(value::value(node)),
        }
    }

    /// Whether one anchor only has that name.
    fn only(&self, name: &str) -> bool {
        let root = self.file.root();
        root.is_some_and(|root| root.anchors(name) == 1)
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
        let paste = self.paste(host, entry, &made);
        self.put(inner, made.wants).map_err(|refusal| match refusal.cause {
            Cause::Form { .. } if refusal.paste.is_none() => Refusal { paste: Some(paste), ..refusal },
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

    /// An alias to a mapping becomes a mapping that merges it: `key: *a` to `key:`, `<<: *a`.
    fn unalias(
        &mut self,
        host: &Host,
        entry: &Entry,
        path: &[String],
        mut made: Made,
        (name, target): (&str, &Node),
    ) -> Result<(), Refusal> {
        made.wants = match made.role {
            Role::Attribute => self.absent(path, target, made.wants, entry.start)?,
            role => {
                let aliased = Host { node: &entry.node, role, path, column: 0, limit: 0 };
                self.beside(&aliased, target, made.wants)?
            }
        };
        if made.wants.is_empty() {
            return Ok(());
        }
        let map = matches!(target.kind, Kind::Map { .. });
        if is_flow(host.node) || !map || !one_line(self.text(), entry.start, entry.end()) {
            let cause = Cause::Alias { path: path.to_vec(), name: name.to_owned() };
            return Err(self.with_paste(entry.node.start, cause, host, entry, &made));
        }
        let column = host.column + self.style.unit;
        let colon = entry.colon.unwrap_or(entry.key_end) + 1;
        let lead = format!("{}{}", self.style.eol, " ".repeat(column));
        let merge = Lines { text: format!("{lead}<<:"), lead: lead.len() };
        self.parts(colon, path.len() + 1, vec![(joined(path, "<<"), merge)]);
        self.first_lines(entry, path, made, column, column);
        Ok(())
    }

    /// Those entries that are to stand beside the merge of `source`: what it has is inherited.
    fn beside<'f>(
        &mut self,
        host: &Host,
        source: &Node,
        wants: Vec<Want<'f>>,
    ) -> Result<Vec<Want<'f>>, Refusal> {
        let Kind::Map { entries, .. } = &source.kind else { return Ok(wants) };
        let visible = value::visible(entries);
        let mut new = Vec::new();
        for want in wants {
            match visible.iter().find(|entry| entry.key.as_deref() == Some(&want.name)) {
                Some(entry) => new.extend(self.inherit(host, entry, want)?),
                None => new.push(want),
            }
        }
        Ok(new)
    }

    /// The first lines of a block mapping below the key of `entry`, at `column`.
    fn first_lines(&mut self, entry: &Entry, path: &[String], made: Made, column: usize, floor: usize) {
        let place = place::behind(self.text(), entry.end(), floor);
        let like = Like { key: entry.key_style, value: entry.key_style };
        for want in arranged(made.wants, made.role.order(true)) {
            let path = joined(path, &want.name);
            self.block(&want, place, column, false, &path, like);
        }
    }

    fn replace(&mut self, at: usize, gone: usize, text: &str, depth: usize) {
        self.changes.push(Change { at, gone, text: text.to_owned(), makes: None, depth });
    }

    fn refusal(&self, at: usize, cause: Cause) -> Refusal {
        self.file.refusal(at, cause)
    }

    fn form(&self, host: &Host) -> Refusal {
        self.refusal(host.node.start, Cause::Form { path: host.path.to_vec() })
    }

    fn finish(self) -> Result<Edit, Refusal> {
        let changes = sorted(self.changes.clone());
        let old = self.text();
        let text = splice(old, &changes, 0..old.len());
        if !changes.is_empty() {
            guard::check(self.file, &text, self.request)
                .map_err(|objection| self.objected(objection, &changes))?;
        }
        let insertions = changes
            .into_iter()
            .filter_map(|change| {
                let (path, lead) = change.makes?;
                Some(Insertion { at: change.at, text: change.text, path, lead })
            })
            .collect();
        Ok(Edit { text, insertions, notes: self.notes })
    }

    fn objected(&self, objection: Objection, changes: &[Change]) -> Refusal {
        let alone = Compose::parse("").and_then(|empty| empty.insert(self.request));
        let paste = alone.ok().map(|edit| edit.text);
        let reread = |message: String| Cause::Reread { message };
        let (at, cause) = match objection {
            Objection::Before(message) => return self.refusal(0, Cause::Syntax { message }),
            Objection::Disputed { path, at } => return self.refusal(at, Cause::Disputed { path }),
            Objection::After(message) => (0, reread(message)),
            Objection::Missing(path) => (0, reread(format!("`{}` is missing", path.join(".")))),
            Objection::Changed(also) => match self.anchored(changes) {
                Some((path, at)) => (at, Cause::Shared { path, also }),
                None => (0, reread(format!("`{}` is not as before", also.join(".")))),
            },
        };
        Refusal { paste, ..self.refusal(at, cause) }
    }

    /// The innermost anchored part of the file that a change would go into.
    fn anchored(&self, changes: &[Change]) -> Option<(Vec<String>, usize)> {
        let mut found = None;
        for (path, _) in changes.iter().filter_map(|change| change.makes.as_ref()) {
            for length in 1..path.len() {
                let part = path.get(..length)?;
                let parts: Vec<&str> = part.iter().map(String::as_str).collect();
                if let Some(node) = self.file.find(&parts).filter(|node| node.anchor.is_some()) {
                    found = Some((part.to_vec(), node.start));
                }
            }
        }
        found
    }
}

fn joined(path: &[String], name: &str) -> Vec<String> {
    let mut path = path.to_vec();
    path.push(name.to_owned());
    path
}

fn is_flow(node: &Node) -> bool {
    matches!(node.kind, Kind::Map { flow: true, .. } | Kind::Seq { flow: true, .. })
}

/// Whether the first entry of a block mapping begins its line.
fn leads(text: &str, node: &Node) -> bool {
    match &node.kind {
        Kind::Map { entries, .. } => entries.first().is_none_or(|e| source::leads(text, e.start)),
        _ => true,
    }
}

fn one_line(text: &str, from: usize, to: usize) -> bool {
    !source::slice(text, from..to).contains('\n')
}

/// An entry whose value is empty: what follows directly could be taken for part of it.
fn is_open(entry: &Entry) -> bool {
    matches!(entry.node.kind, Kind::Null { explicit: false }) && entry.colon.is_some()
}

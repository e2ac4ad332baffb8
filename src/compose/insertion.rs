//! From a request to insertions: the file is walked along what is wanted.

use super::fragment::Lines;
use super::guard::{self, Objection};
use super::order::Order;
use super::place::{self, Place};
use super::render::{self, Form, Like, Spread};
use super::source;
use super::style::{self, Style};
use super::tree::{self, Entry, Item, Kind, Node};
use super::value::{self, Value};
use super::want::{self, Base, Body, Made, Role, Want};
use super::{Cause, Compose, Edit, Gain, Insertion, Note, Refusal, Request};

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

/// A change of the text: an insertion, or, in the one permitted rewrite, a replacement.
#[derive(Debug, Clone)]
struct Change {
    at: usize,
    /// How many bytes go; 0 for an insertion.
    gone: usize,
    text: String,
    /// What it makes, and the bytes before the key: absent for a replacement.
    makes: Option<(Vec<String>, usize)>,
    /// How deep the part of the file lies that it goes into.
    depth: usize,
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
    fn arrange(
        &mut self,
        host: &Host,
        flow: bool,
        entries: &[Entry],
        new: Vec<Want>,
    ) -> Result<(), Refusal> {
        let names: Vec<_> = entries.iter().map(|entry| entry.key.as_deref()).collect();
        let like = self.like(entries);
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
            (Kind::Map { .. }, Some(name)) if node.end <= at && self.only(name) => {
                Base::Merge(name.clone())
            }
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
    fn open(
        &mut self,
        host: &Host,
        entry: &Entry,
        path: &[String],
        made: Made,
    ) -> Result<(), Refusal> {
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

    fn put_or_paste(
        &mut self,
        host: &Host,
        entry: &Entry,
        inner: &Host,
        made: Made,
    ) -> Result<(), Refusal> {
        let paste = self.paste(host, entry, &made);
        self.put(inner, made.wants).map_err(|refusal| match refusal.cause {
            Cause::Form { .. } if refusal.paste.is_none() => Refusal { paste: Some(paste), ..refusal },
            _ => refusal,
        })
    }

    /// Gives a key without a value its first entries.
    fn fill(
        &mut self,
        host: &Host,
        entry: &Entry,
        path: &[String],
        made: Made,
    ) -> Result<(), Refusal> {
        if entry.colon.is_none() || is_flow(host.node) {
            return self.fill_flow(host, entry, path, made);
        }
        self.first_lines(entry, path, made, host.column + self.style.unit, host.column + 1);
        Ok(())
    }

    /// Gives a key without a value in a flow mapping its first entries, between brackets.
    fn fill_flow(
        &mut self,
        host: &Host,
        entry: &Entry,
        path: &[String],
        made: Made,
    ) -> Result<(), Refusal> {
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

    /// Puts gains into a list.
    fn put_items(
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
        let like = item_like(items);
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
    fn item_place(
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

    fn note_start_only(&mut self, path: &[String], wants: &[Want]) {
        let Some(service) = path.get(1).filter(|_| path.last().is_some_and(|k| k == "depends_on"))
        else {
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
    fn rewrite(
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
        let fits = items.iter().all(simple) && (!flow || one_line(self.text(), host.node.start, host.node.end));
        if !fits {
            let made = Made { role: Role::Attribute, head: None, base: Base::Nothing, wants: new };
            let cause = Cause::Form { path: host.path.to_vec() };
            return Err(self.with_paste(host.node.start, cause, outer, entry, &made));
        }
        let place = if flow {
            self.rewrite_flow(host, items, new);
            host.node.end
        } else {
            self.rewrite_block(outer, host, items, new)?
        };
        let from = source::line_start(self.text(), entry.start);
        let to = place.max(source::line_end(self.text(), host.node.end));
        let changes = sorted(self.changes.get(first..).unwrap_or(&[]).to_vec());
        let old = source::slice(self.text(), from..to).to_owned();
        let new = splice(self.text(), &changes, from..to);
        self.notes.push(Note::Rewritten { path: host.path.to_vec(), old, new });
        Ok(())
    }

    fn rewrite_flow(&mut self, host: &Host, items: &[Item], new: Vec<Want>) {
        let like = item_like(items);
        let depth = host.path.len();
        let started = format!(
            ": {{{}: {}}}",
            render::key("condition", like, true),
            super::scalar::write("service_started", like.value, true)
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

    fn rewrite_block(
        &mut self,
        outer: &Host,
        host: &Host,
        items: &[Item],
        new: Vec<Want>,
    ) -> Result<usize, Refusal> {
        let indentless = host.column <= outer.column;
        let shift = if indentless { self.style.unit } else { 0 };
        let column = host.column + shift;
        let like = item_like(items);
        let depth = host.path.len() + 2;
        let started = format!(
            "{}{}condition: service_started",
            self.style.eol,
            " ".repeat(column + self.style.unit)
        );
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

    // ---- block style

    /// New whole lines for `want` at `place`.
    fn block(&mut self, want: &Want, place: Place, column: usize, gap: bool, path: &[String], like: Like) {
        let mut pieces = Vec::new();
        self.pieces(want, column, path, like, &mut pieces);
        self.lines(pieces, place, gap);
    }

    /// The pieces of `want` in block style: a made mapping is one, each of its entries another.
    fn pieces(
        &self,
        want: &Want,
        column: usize,
        path: &[String],
        like: Like,
        out: &mut Parts,
    ) {
        match &want.body {
            Body::Text(excerpt) => out.push((path.to_vec(), excerpt.lines(column, &self.style))),
            Body::Gain(gain) => {
                let lines = render::block_gain(gain, Form::Map, column, like, &self.style);
                out.push((path.to_vec(), lines));
            }
            Body::Made(made) => {
                out.push((path.to_vec(), self.opening(&want.name, made, column, like)));
                let form = form_of(&want.name, made);
                self.made_pieces(made, form, column, path, like.inside(), out);
            }
        }
    }

    fn made_pieces(
        &self,
        made: &Made,
        form: Form,
        column: usize,
        path: &[String],
        like: Like,
        out: &mut Parts,
    ) {
        let spaced = path == ["services"] && self.service_gap();
        for (index, inner) in arranged(made.wants.clone(), made.role.order(true)).into_iter().enumerate() {
            let first = out.len();
            match (&inner.body, form) {
                (Body::Gain(gain), Form::List) => {
                    let column = column + self.style.dash;
                    let lines = render::block_gain(gain, Form::List, column, like, &self.style);
                    out.push((joined(path, &gain.item()), lines));
                }
                _ => {
                    let path = joined(path, &inner.name);
                    self.pieces(&inner, column + self.style.unit, &path, like, out);
                }
            }
            if let Some((_, lines)) = out.get_mut(first).filter(|_| spaced && index > 0) {
                lines.text.insert_str(0, self.style.eol);
                lines.lead += self.style.eol.len();
            }
        }
    }

    /// The line of a made mapping's key, and what it begins with.
    fn opening(&self, name: &str, made: &Made, column: usize, like: Like) -> Lines {
        if let Some(head) = &made.head {
            return head.head(column, &self.style);
        }
        let margin = " ".repeat(column);
        let mut text = format!("{margin}{}:", render::key(name, like, false));
        match &made.base {
            Base::Nothing => {}
            Base::Merge(anchor) => {
                let inner = " ".repeat(column + self.style.unit);
                text.push_str(&format!("{}{inner}<<: *{anchor}", self.style.eol));
            }
            Base::Copy(value) => {
                for line in render::block_value(value, column, like, &self.style) {
                    text.push_str(self.style.eol);
                    text.push_str(&line);
                }
            }
        }
        Lines { text, lead: column }
    }

    /// Puts pieces of whole lines at a place, with a blank line between them and their neighbour.
    fn lines(&mut self, pieces: Parts, place: Place, gap: bool) {
        let eol = self.style.eol;
        let last = pieces.len().saturating_sub(1);
        let depth = pieces.first().map_or(0, |(path, _)| path.len());
        for (index, (path, lines)) in pieces.into_iter().enumerate() {
            let mut text = String::new();
            if place.open {
                text.push_str(eol);
            }
            if gap && !place.before && index == 0 {
                text.push_str(eol);
            }
            let lead = text.len() + lines.lead;
            text.push_str(&lines.text);
            if !place.open {
                text.push_str(eol);
            }
            if gap && place.before && index == last {
                text.push_str(eol);
            }
            self.changes.push(Change { at: place.at, gone: 0, text, makes: Some((path, lead)), depth });
        }
    }

    fn gap(&self, host: &Host, entries: &[Entry]) -> bool {
        match (style::gaps(self.text(), entries), host.role) {
            (Some(gap), _) => gap,
            (None, Role::File) => true,
            (None, Role::Section) if host.path == ["services"] => self.service_gap(),
            (None, _) => false,
        }
    }

    /// Whether services stand apart in a file that has fewer than two: as its sections do.
    fn service_gap(&self) -> bool {
        match self.file.root().map(|root| &root.kind) {
            Some(Kind::Map { entries, .. }) => style::gaps(self.text(), entries).unwrap_or(true),
            _ => true,
        }
    }

    fn like(&self, entries: &[Entry]) -> Like {
        let key = entries.last().map_or(self.style.key, |entry| entry.key_style);
        let value = entries.iter().rev().find_map(|entry| match entry.node.kind {
            Kind::Scalar { style, .. } => Some(style),
            _ => None,
        });
        Like { key, value: value.unwrap_or(key) }
    }

    // ---- flow style

    /// An entry or item of a flow collection, at `index` of those at `spots`.
    fn flow_change(
        &mut self,
        host: &Host,
        spots: &[(usize, usize, bool)],
        index: usize,
        mut parts: Parts,
    ) {
        let depth = host.path.len() + 1;
        let Some(&(start, end, open)) = spots.last() else {
            let at = host.node.end - 1;
            if self.changes.iter().any(|change| change.at == at && change.depth == depth) {
                prefix(&mut parts, ", ");
            }
            return self.parts(at, depth, parts);
        };
        let break_line = |start: usize| {
            let margin = source::margin(source::line(self.text(), start));
            format!("{}{margin}", self.style.eol)
        };
        if let Some(&(start, ..)) = spots.get(index) {
            let between =
                if source::leads(self.text(), start) { break_line(start) } else { " ".to_owned() };
            if let Some((_, lines)) = parts.last_mut() {
                lines.text.push(',');
                lines.text.push_str(&between);
            }
            return self.parts(start, depth, parts);
        }
        let noted = source::slice(self.text(), end..source::line_end(self.text(), end)).contains('#');
        let lead = match (open, source::leads(self.text(), start) && !noted) {
            (true, _) => " , ".to_owned(),
            (false, true) => format!(",{}", break_line(start)),
            (false, false) => ", ".to_owned(),
        };
        prefix(&mut parts, &lead);
        self.parts(end, depth, parts);
    }

    /// The parts of `want` in flow style: of a made mapping its opening, its entries, its end.
    fn flow(
        &self,
        want: &Want,
        like: Like,
        spread: Option<&Spread>,
        path: &[String],
        parts: &mut Parts,
    ) {
        let name = render::key(&want.name, like, true);
        let whole = |text: String| (path.to_vec(), Lines { text, lead: 0 });
        match &want.body {
            Body::Text(excerpt) => {
                let value = render::flow_node(excerpt.node(), like, spread);
                parts.push(whole(format!("{name}: {value}")));
            }
            Body::Gain(gain) => parts.push(whole(render::flow_gain(gain, Form::Map, like))),
            Body::Made(made) => {
                let form = form_of(&want.name, made);
                let (open, close) = render::bracket_pair(form);
                let like = like.inside();
                parts.push(whole(format!("{name}: {open}")));
                self.flow_inside(made, form, path, like, spread, parts);
                let text = format!("{}{close}", spread.map_or(String::new(), Spread::last));
                let lead = text.len() - close.len();
                parts.push((joined(path, close), Lines { text, lead }));
            }
        }
    }

    fn flow_inside(
        &self,
        made: &Made,
        form: Form,
        path: &[String],
        like: Like,
        spread: Option<&Spread>,
        parts: &mut Parts,
    ) {
        let first = spread.map_or(String::new(), Spread::first);
        let next = spread.map_or(", ".to_owned(), Spread::next);
        let base = render::flow_base(&made.base, like);
        let empty = base.is_empty();
        if let Some((_, lines)) = parts.last_mut().filter(|_| !empty) {
            lines.text.push_str(&first);
            lines.text.push_str(&base.join(&next));
        }
        let deeper = spread.map(Spread::deeper);
        for (index, want) in arranged(made.wants.clone(), made.role.order(true)).into_iter().enumerate() {
            let mut inner = Vec::new();
            match (&want.body, form) {
                (Body::Gain(gain), Form::List) => {
                    let text = render::flow_gain(gain, Form::List, like);
                    inner.push((joined(path, &gain.item()), Lines { text, lead: 0 }));
                }
                _ => self.flow(&want, like, deeper.as_ref(), &joined(path, &want.name), &mut inner),
            }
            prefix(&mut inner, if index == 0 && empty { &first } else { &next });
            parts.append(&mut inner);
        }
    }

    /// Puts parts that follow one another at an offset.
    fn parts(&mut self, at: usize, depth: usize, parts: Parts) {
        for (path, Lines { text, lead }) in parts {
            self.changes.push(Change { at, gone: 0, text, makes: Some((path, lead)), depth });
        }
    }

    /// One entry a line, when the neighbour of a new entry is written so.
    fn spread(&self, node: &Node, last: Option<(usize, &Node)>, like: Like) -> Option<Spread> {
        let (start, value) = last?;
        if !source::leads(self.text(), start) || (like.key != tree::Style::Double && one_line(self.text(), value.start, value.end)) {
            return None;
        }
        let margin = source::margin(source::line(self.text(), start)).to_owned();
        let close = source::margin(source::line(self.text(), node.end.saturating_sub(1)));
        let step = margin.strip_prefix(close).filter(|step| !step.is_empty()).unwrap_or("  ").to_owned();
        Some(Spread { eol: self.style.eol, margin, step })
    }

    // ---- changes and refusals

    fn replace(&mut self, at: usize, gone: usize, text: &str, depth: usize) {
        self.changes.push(Change { at, gone, text: text.to_owned(), makes: None, depth });
    }

    fn refusal(&self, at: usize, cause: Cause) -> Refusal {
        self.file.refusal(at, cause)
    }

    fn form(&self, host: &Host) -> Refusal {
        self.refusal(host.node.start, Cause::Form { path: host.path.to_vec() })
    }

    fn with_paste(
        &self,
        at: usize,
        cause: Cause,
        host: &Host,
        entry: &Entry,
        made: &Made,
    ) -> Refusal {
        Refusal { paste: Some(self.paste(host, entry, made)), ..self.refusal(at, cause) }
    }

    /// The text that would have to stand in place of `entry`.
    fn paste(&self, host: &Host, entry: &Entry, made: &Made) -> String {
        let name = entry.key.as_deref().unwrap_or("");
        let like = self.like(std::slice::from_ref(entry));
        let old = value::value(&entry.node);
        if made.role == Role::Attribute {
            let value = with_gains(old, name, &made.wants);
            let lines = render::block_entry(name, &value, host.column, like, &self.style);
            return lines.join(self.style.eol);
        }
        let mut pieces = Vec::new();
        let mut made = made.clone();
        if !matches!(old, Value::Null) {
            made.head = None;
            made.base = Base::Copy(old);
        }
        let want = Want { name: name.to_owned(), body: Body::Made(made) };
        self.pieces(&want, host.column, &[name.to_owned()], like, &mut pieces);
        let texts: Vec<String> = pieces.into_iter().map(|(_, lines)| lines.text).collect();
        texts.join(self.style.eol)
    }

    fn finish(self) -> Result<Edit, Refusal> {
        let changes = sorted(self.changes.clone());
        let old = self.text();
        let text = splice(old, &changes, 0..old.len());
        if !changes.is_empty() {
            guard::check(self.file, &text, self.request).map_err(|objection| self.objected(objection, &changes))?;
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

/// Whether a value holds a gain.
#[derive(Debug, PartialEq, Eq)]
enum Held {
    Same,
    Other,
    Absent,
}

fn held(gain: &Gain, node: &Node) -> Held {
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
fn item_name(node: &Node) -> Option<String> {
    match value::value(node) {
        Value::Scalar { text, .. } => Some(text),
        other => other.get("source").and_then(Value::text).map(str::to_owned),
    }
}

/// The name in a list item: of `NAME=value` what stands before the sign.
fn key_of(item: &str) -> &str {
    item.split_once('=').map_or(item, |(key, _)| key)
}

fn item_like(items: &[Item]) -> Like {
    let style = items.iter().rev().find_map(|item| match item.node.kind {
        Kind::Scalar { style, .. } => Some(style),
        _ => None,
    });
    let style = style.unwrap_or(tree::Style::Plain);
    Like { key: style, value: style }
}

fn form_of(name: &str, made: &Made) -> Form {
    match (&made.base, made.role) {
        (Base::Copy(Value::Seq(_)), _) => Form::List,
        (Base::Nothing, Role::Attribute) => Form::of_new(name),
        _ => Form::Map,
    }
}

fn with_gains(old: Value, attribute: &str, wants: &[Want]) -> Value {
    let gains = wants.iter().filter_map(|want| match &want.body {
        Body::Gain(gain) => Some(gain),
        _ => None,
    });
    let list = matches!(old, Value::Null) && Form::of_new(attribute) == Form::List;
    match old {
        Value::Seq(mut items) => {
            items.extend(gains.map(want::item));
            Value::Seq(items)
        }
        _ if list => Value::Seq(gains.map(want::item).collect()),
        Value::Map(mut entries) => {
            entries.extend(gains.map(|gain| (gain.key().to_owned(), want::keyed(gain))));
            Value::Map(entries)
        }
        _ => Value::Map(gains.map(|gain| (gain.key().to_owned(), want::keyed(gain))).collect()),
    }
}

/// Each new entry with the index of the old one that it goes in front of.
fn placed<'f>(old: &[Option<&str>], new: Vec<Want<'f>>, order: Order) -> Vec<(usize, Want<'f>)> {
    let mut names: Vec<Option<String>> = old.iter().map(|name| name.map(str::to_owned)).collect();
    let mut slots: Vec<Option<usize>> = (0..old.len()).map(Some).collect();
    let mut wants: Vec<(usize, Want)> = Vec::new();
    for (id, want) in new.into_iter().enumerate() {
        let now: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
        let index = order.place(&now, &want.name);
        names.insert(index, Some(want.name.clone()));
        slots.insert(index, None);
        let id = id + 1;
        let before = slots.iter().take(index).filter(|slot| slot.is_none()).count();
        wants.insert(before, (id, want));
    }
    let mut ends = Vec::new();
    for (index, slot) in slots.iter().enumerate() {
        if slot.is_none() {
            let next = slots.iter().skip(index).find_map(|slot| *slot);
            ends.push(next.unwrap_or(old.len()));
        }
    }
    ends.into_iter().zip(wants.into_iter().map(|(_, want)| want)).collect()
}

/// New entries of a collection that has none yet, in order.
fn arranged(wants: Vec<Want<'_>>, order: Order) -> Vec<Want<'_>> {
    placed(&[], wants, order).into_iter().map(|(_, want)| want).collect()
}

fn joined(path: &[String], name: &str) -> Vec<String> {
    let mut path = path.to_vec();
    path.push(name.to_owned());
    path
}

/// Puts a text in front of the first part.
fn prefix(parts: &mut Parts, text: &str) {
    if let Some((_, lines)) = parts.first_mut() {
        lines.text.insert_str(0, text);
        lines.lead += text.len();
    }
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

/// In the order of the text; at one offset what goes deeper comes first, since it belongs to what
/// stands before.
fn sorted(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by(|a, b| a.at.cmp(&b.at).then(b.depth.cmp(&a.depth)));
    changes
}

/// The part of `text` in `range` with the sorted changes made.
fn splice(text: &str, changes: &[Change], range: std::ops::Range<usize>) -> String {
    let mut out = String::with_capacity(range.len());
    let mut done = range.start;
    for change in changes {
        out.push_str(source::slice(text, done..change.at));
        out.push_str(&change.text);
        done = change.at + change.gone;
    }
    out.push_str(source::slice(text, done..range.end));
    out
}

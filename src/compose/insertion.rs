//! From a request to insertions: the file is walked along what is wanted.

use super::fragment::Lines;
use super::order::Order;
use super::place::{self, Place};
use super::render::Like;
use super::source;
use super::style::Style;
use super::tree::{Entry, Kind, Node};
use super::value;
use super::want::{self, Role, Want, arranged, placed};
use super::{Cause, Compose, Edit, Note, Refusal, Request};

mod block;
mod change;
mod flow;
mod inheritance;
mod list;
mod outcome;
mod paste;
mod present;

use change::Change;

/// Puts a request into a file, and has the result read again. `fragment` is that of the request.
pub fn insert(file: &Compose, fragment: Option<&Compose>, request: &Request) -> Result<Edit, Refusal> {
    let (united, links) = match fragment {
        None => (None, request.links.clone()),
        Some(fragment) => want::united(file, fragment, request)?,
    };
    let mut walk = Walk {
        file,
        request,
        fragment,
        style: Style::of(&file.text, &file.tree),
        changes: Vec::new(),
        notes: Vec::new(),
    };
    walk.file(want::wants(united.as_deref().or(fragment), &links))?;
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

    fn replace(&mut self, at: usize, gone: usize, text: &str, depth: usize) {
        self.changes.push(Change { at, gone, text: text.to_owned(), makes: None, depth });
    }

    fn refusal(&self, at: usize, cause: Cause) -> Refusal {
        self.file.refusal(at, cause)
    }

    fn form(&self, host: &Host) -> Refusal {
        self.refusal(host.node.start, Cause::Form { path: host.path.to_vec() })
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

fn one_line(text: &str, from: usize, to: usize) -> bool {
    !source::slice(text, from..to).contains('\n')
}

/// An entry whose value is empty: what follows directly could be taken for part of it.
fn is_open(entry: &Entry) -> bool {
    matches!(entry.node.kind, Kind::Null { explicit: false }) && entry.colon.is_some()
}

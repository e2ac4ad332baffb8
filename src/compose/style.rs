//! How a file is written: what its existing entries show about those to come.

use super::tree::{self, Entry, Kind, Node, Tree};
use super::{scalar, source};

/// The habits of a file.
#[derive(Debug, Clone)]
pub struct Style {
    /// The line break that most of its lines end with.
    pub eol: &'static str,
    /// How far a mapping stands to the right of its key, in spaces.
    pub unit: usize,
    /// How far the dashes of a list stand to the right of its key; 0 is the indentless form.
    pub dash: usize,
    /// How its keys are quoted.
    pub key: tree::Style,
}

impl Style {
    /// The habits of the file that `text` and its `tree` are.
    pub fn of(text: &str, tree: &Tree) -> Style {
        let mut tally = Tally { text, maps: Vec::new(), lists: Vec::new() };
        if let Some(root) = &tree.root {
            tally.node(root);
        }
        let unit = most(&tally.maps).filter(|unit| *unit > 0).unwrap_or(2);
        let dash = most(&tally.lists).unwrap_or(unit);
        Style { eol: eol(text), unit, dash, key: key_style(tree) }
    }
}

fn eol(text: &str) -> &'static str {
    let windows = text.matches("\r\n").count();
    if windows * 2 > text.matches('\n').count() { "\r\n" } else { "\n" }
}

fn key_style(tree: &Tree) -> tree::Style {
    match tree.root.as_deref().map(|root| &root.kind) {
        Some(Kind::Map { entries, .. }) => entries.last().map_or(tree::Style::Plain, |e| e.key_style),
        _ => tree::Style::Plain,
    }
}

struct Tally<'t> {
    text: &'t str,
    maps: Vec<usize>,
    lists: Vec<usize>,
}

impl Tally<'_> {
    fn node(&mut self, node: &Node) {
        match &node.kind {
            Kind::Map { flow: false, entries } => entries.iter().for_each(|entry| self.entry(entry)),
            Kind::Seq { flow: false, items } => items.iter().for_each(|item| self.node(&item.node)),
            _ => {}
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let column = source::column(self.text, entry.start);
        let first = match &entry.node.kind {
            Kind::Map { flow: false, entries } => entries.first().map(|e| (e.start, true)),
            Kind::Seq { flow: false, items } => items.first().map(|i| (i.start, false)),
            _ => None,
        };
        if let Some((start, map)) = first.filter(|(start, _)| source::leads(self.text, *start)) {
            let step = source::column(self.text, start).saturating_sub(column);
            if map { self.maps.push(step) } else { self.lists.push(step) }
        }
        self.node(&entry.node);
    }
}

/// The value that occurs most often; the smallest of those when several do.
fn most(steps: &[usize]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::new();
    for step in steps {
        *counts.entry(*step).or_insert(0_usize) += 1;
    }
    let best = counts.values().copied().max()?;
    counts.into_iter().find(|(_, count)| *count == best).map(|(step, _)| step)
}

/// How the last of `nodes` is quoted whose text could stand without quotes: one that has to be quoted,
/// and a number, show no habit.
pub fn quotes<'n>(nodes: impl DoubleEndedIterator<Item = &'n Node>, flow: bool) -> Option<tree::Style> {
    nodes.rev().find_map(|node| match &node.kind {
        Kind::Scalar { text, style } if scalar::plain(text, flow) => Some(*style),
        _ => None,
    })
}

/// Whether at least half of the neighbours have a blank line between them; `None` without any.
pub fn gaps(text: &str, entries: &[Entry]) -> Option<bool> {
    let pairs = entries.len().checked_sub(1).filter(|pairs| *pairs > 0)?;
    let apart = entries
        .windows(2)
        .filter_map(|pair| Some((pair.first()?, pair.last()?)))
        .filter(|(one, next)| blank_between(text, one.end(), next.start))
        .count();
    Some(apart * 2 >= pairs)
}

fn blank_between(text: &str, from: usize, to: usize) -> bool {
    let first = source::next_line(text, from);
    let last = source::line_start(text, to);
    source::slice(text, first..last).lines().any(|line| line.trim().is_empty())
}

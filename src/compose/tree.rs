//! The file as a tree whose nodes know the bytes they stand in.

use std::ops::Range;
use std::rc::Rc;

mod block_scalar;
mod builder;

pub use builder::read;

/// One YAML document.
#[derive(Debug)]
pub struct Tree {
    /// Its value, when it has one.
    pub root: Option<Rc<Node>>,
    /// The bytes in which the value may stand: after `---`, before `...`.
    pub body: Range<usize>,
}

/// A value with its place in the text.
#[derive(Debug)]
pub struct Node {
    /// Its content.
    pub kind: Kind,
    /// Where it begins, its anchor and tag included.
    pub start: usize,
    /// Where its content ends; for a block scalar after its last line that counts.
    pub end: usize,
    /// As it is written, `!` included.
    pub tag: Option<String>,
    /// The name, without `&`.
    pub anchor: Option<String>,
    /// How many nodes it stands for, aliases unfolded.
    size: usize,
    /// How many levels they have.
    depth: usize,
}

/// What a [`Node`] is.
#[derive(Debug)]
pub enum Kind {
    /// No value.
    Null {
        /// Whether it is written (`~`, `null`) rather than left out.
        explicit: bool,
    },
    /// A text, number or truth value.
    Scalar {
        /// The text, escapes resolved.
        text: String,
        /// How it is written.
        style: Style,
    },
    /// A list.
    Seq {
        /// Whether it stands between brackets.
        flow: bool,
        /// Its items in their order.
        items: Vec<Item>,
    },
    /// A mapping.
    Map {
        /// Whether it stands between brackets.
        flow: bool,
        /// Its own entries in their order, merge keys included.
        entries: Vec<Entry>,
    },
    /// `*name`.
    Alias {
        /// The name, without `*`.
        name: String,
        /// What it stands for.
        target: Rc<Node>,
    },
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// Between `'`.
    Single,
    /// Between `"`.
    Double,
    /// `|` or `>`.
    Block {
        /// Whether its header has a `+`: blank lines behind it count.
        keep: bool,
        /// Whether its header has a `-`: its last line break does not count.
        strip: bool,
    },
}

/// An item of a sequence.
#[derive(Debug)]
pub struct Item {
    /// The offset of its dash, or where its text begins in flow style.
    pub start: usize,
    /// Its value.
    pub node: Rc<Node>,
}

/// An entry of a mapping.
#[derive(Debug)]
pub struct Entry {
    /// Where its key begins (its `?`, anchor and tag included).
    pub start: usize,
    /// The key when it is a scalar.
    pub key: Option<String>,
    /// How the key is written.
    pub key_style: Style,
    /// Where its key ends.
    pub key_end: usize,
    /// Where its colon stands, when there is one.
    pub colon: Option<usize>,
    /// Its value.
    pub node: Rc<Node>,
}

impl Entry {
    /// Where the entry ends: its value, or its colon when the value is empty.
    pub fn end(&self) -> usize {
        self.node.end.max(self.colon.map_or(self.key_end, |colon| colon + 1))
    }

    /// Whether it is a merge key: a plain `<<`.
    pub fn merges(&self) -> bool {
        self.key.as_deref() == Some("<<") && self.key_style == Style::Plain
    }
}

impl Node {
    /// The node itself, or what an alias stands for.
    pub fn resolved(&self) -> &Node {
        match &self.kind {
            Kind::Alias { target, .. } => target.resolved(),
            _ => self,
        }
    }

    /// How many anchors of that name are in it.
    pub fn anchors(&self, name: &str) -> usize {
        let own = usize::from(self.anchor.as_deref() == Some(name));
        own + match &self.kind {
            Kind::Seq { items, .. } => items.iter().map(|item| item.node.anchors(name)).sum(),
            Kind::Map { entries, .. } => entries.iter().map(|entry| entry.node.anchors(name)).sum(),
            _ => 0,
        }
    }

    /// Whether the last thing in it is a block scalar that a line break behind it would change.
    pub fn ends_open(&self) -> bool {
        matches!(self.last(), Style::Block { strip: false, .. })
    }

    /// Whether the last thing in it is a block scalar that blank lines behind it would change.
    pub fn ends_kept(&self) -> bool {
        matches!(self.last(), Style::Block { keep: true, .. })
    }

    /// The style of the last scalar in it; plain for all that is none.
    fn last(&self) -> Style {
        match &self.kind {
            Kind::Scalar { style, .. } => *style,
            Kind::Seq { flow: false, items } => items.last().map_or(Style::Plain, |item| item.node.last()),
            Kind::Map { flow: false, entries } => {
                entries.last().map_or(Style::Plain, |entry| entry.node.last())
            }
            _ => Style::Plain,
        }
    }
}

/// How many nodes a node stands for, and how deep they go, with aliases unfolded.
fn extent(kind: &Kind) -> (usize, usize) {
    let add = |(size, depth): (usize, usize), node: &Rc<Node>| {
        (size.saturating_add(node.size), depth.max(node.depth.saturating_add(1)))
    };
    match kind {
        Kind::Null { .. } | Kind::Scalar { .. } => (1, 1),
        Kind::Alias { target, .. } => (target.size, target.depth),
        Kind::Seq { items, .. } => items.iter().map(|item| &item.node).fold((1, 1), add),
        Kind::Map { entries, .. } => entries.iter().map(|entry| &entry.node).fold((1, 1), add),
    }
}

/// The spellings of null in YAML 1.2's core schema (section 10.3.2) and in YAML 1.1.
pub fn is_null(text: &str) -> bool {
    matches!(text, "~" | "null" | "Null" | "NULL" | "")
}

//! The fragment: text that is to go into a file, taken apart and set to that file's habits.

use super::source;
use super::style::Style;
use super::tree::{Entry, Kind, Node};

/// An entry of the fragment with the comments that belong to it.
#[derive(Debug, Clone, Copy)]
pub struct Excerpt<'f> {
    text: &'f str,
    entry: &'f Entry,
    /// The offset of the first line, a comment above the entry included.
    from: usize,
    /// The offset behind the last line.
    to: usize,
}

/// Lines set to a file's habits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The lines, without the last line break.
    pub text: String,
    /// The bytes before the key.
    pub lead: usize,
}

impl<'f> Excerpt<'f> {
    /// The excerpt of `entry`, with nothing above `limit`.
    pub fn of(text: &'f str, entry: &'f Entry, limit: usize) -> Excerpt<'f> {
        let column = source::column(text, entry.start);
        let from = super::place::in_front(text, entry.start, limit)
            .map_or_else(|| source::line_start(text, entry.start), |place| place.at);
        let to = super::place::behind(text, entry.end(), column + 1).at;
        Excerpt { text, entry, from, to }
    }

    /// Its key.
    pub fn key(&self) -> &'f str {
        self.entry.key.as_deref().unwrap_or("")
    }

    /// Its value.
    pub fn node(&self) -> &'f Node {
        &self.entry.node
    }

    /// The whole entry, its key at `column`.
    pub fn lines(&self, column: usize, style: &Style) -> Lines {
        self.set(self.to, column, style)
    }

    /// Only the comments above it and the line of its key: a section whose entries go their own way.
    pub fn head(&self, column: usize, style: &Style) -> Lines {
        self.set(source::next_line(self.text, self.entry.start), column, style)
    }

    fn set(&self, to: usize, column: usize, style: &Style) -> Lines {
        let old = source::column(self.text, self.entry.start);
        let mut setter = Setter { style, stack: vec![Level { old, new: column }], opened: false };
        let held = held(self.entry, self.text);
        let mut out: Vec<String> = Vec::new();
        let mut lead = 0;
        let mut at = self.from;
        while at < to {
            let line = source::line(self.text, at);
            let inside = held.iter().any(|span| span.0 < at && at <= span.1);
            let margin = setter.margin(self.text, at, line, inside);
            if at <= self.entry.start && self.entry.start <= source::line_end(self.text, at) {
                lead = out.iter().map(|l| l.len() + style.eol.len()).sum::<usize>() + margin;
            }
            let content = line.trim_start();
            let content = if inside { content } else { content.trim_end() };
            if content.is_empty() {
                out.push(String::new());
            } else {
                out.push(format!("{}{content}", " ".repeat(margin)));
            }
            at = source::next_line(self.text, at);
        }
        Lines { text: out.join(style.eol), lead }
    }
}

/// The multi-line scalars in an entry, as spans: their lines are moved, never re-scaled.
fn held(entry: &Entry, text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    hold(&entry.node, text, &mut spans);
    spans
}

fn hold(node: &Node, text: &str, spans: &mut Vec<(usize, usize)>) {
    match &node.kind {
        Kind::Map { entries, .. } => entries.iter().for_each(|entry| hold(&entry.node, text, spans)),
        Kind::Seq { items, .. } => items.iter().for_each(|item| hold(&item.node, text, spans)),
        _ if source::line_end(text, node.start) < node.end => spans.push((node.start, node.end)),
        _ => {}
    }
}

/// A column of the fragment and what it becomes.
#[derive(Debug, Clone, Copy)]
struct Level {
    old: usize,
    new: usize,
}

struct Setter<'s> {
    style: &'s Style,
    stack: Vec<Level>,
    /// Whether the last line of content opened a mapping or list below it.
    opened: bool,
}

impl Setter<'_> {
    /// The new margin of the line at `at`.
    fn margin(&mut self, text: &str, at: usize, line: &str, inside: bool) -> usize {
        let old = source::margin(line).len();
        let content = line.trim_start();
        if inside {
            return self.shifted(old);
        }
        if content.is_empty() {
            return 0;
        }
        if content.starts_with('#') {
            return self.comment(text, at, old);
        }
        let new = self.level(old, content);
        self.inner(old, new, content);
        self.opened = content.split(" #").next().is_some_and(|code| code.trim_end().ends_with(':'));
        new
    }

    /// A comment stands where the content after it will, or else where its column leads.
    fn comment(&self, text: &str, at: usize, old: usize) -> usize {
        let next = source::skip(text, at);
        let line = source::line(text, next);
        let column = source::margin(line).len();
        let mut ahead = Setter { style: self.style, stack: self.stack.clone(), opened: self.opened };
        if column == old && next < text.len() {
            return ahead.level(old, line.trim_start());
        }
        ahead.level(old, "")
    }

    fn level(&mut self, old: usize, content: &str) -> usize {
        while self.stack.len() > 1 && self.stack.last().is_some_and(|level| level.old > old) {
            self.stack.pop();
        }
        let Some(top) = self.stack.last().copied() else { return old };
        if top.old >= old {
            return top.new;
        }
        let step = match dash(content) {
            Some(_) if self.opened => self.style.dash,
            _ => self.style.unit,
        };
        let new = top.new + step;
        self.stack.push(Level { old, new });
        new
    }

    /// What follows dashes stands as far behind them as before.
    fn inner(&mut self, old: usize, new: usize, content: &str) {
        let mut rest = content;
        let mut moved = 0;
        while let Some(width) = dash(rest) {
            moved += width;
            self.stack.push(Level { old: old + moved, new: new + moved });
            rest = rest.get(width..).unwrap_or("");
        }
    }

    /// The margin of a line inside a scalar: moved as far as the line that the scalar begins in.
    fn shifted(&self, old: usize) -> usize {
        let top = self.stack.last().copied().unwrap_or(Level { old: 0, new: 0 });
        (old + top.new).saturating_sub(top.old)
    }
}

/// The width of a dash and the blanks behind it.
fn dash(content: &str) -> Option<usize> {
    let rest = content.strip_prefix('-')?;
    if !rest.is_empty() && !rest.starts_with(' ') {
        return None;
    }
    Some(1 + rest.len() - rest.trim_start_matches(' ').len())
}

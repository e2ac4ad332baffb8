//! Between which lines an entry goes, so that every comment stays with what it is about.

use super::source;
use super::tree::Entry;

/// A place for whole lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The offset of the line before which the new ones go, or the end of the text.
    pub at: usize,
    /// Whether the line before has no line break, so that the new text has to begin with one.
    pub open: bool,
    /// Whether the new lines stand in front of an entry, rather than behind one.
    pub before: bool,
}

/// Behind content that ends at `end`, and behind the comment lines that follow it and stand at
/// column `floor` or to the right of it. A comment further left belongs to something else.
pub fn behind(text: &str, end: usize, floor: usize) -> Place {
    let mut at = source::next_line(text, end);
    let mut probe = at;
    while probe < text.len() {
        let line = source::line(text, probe);
        let margin = source::margin(line).len();
        let content = line.trim();
        let stays = content.is_empty() || content.starts_with('#') && margin >= floor;
        if !stays {
            break;
        }
        probe = source::next_line(text, probe);
        if !content.is_empty() {
            at = probe;
        }
    }
    Place { at, open: unfinished(text, at), before: false }
}

/// In front of what begins at `start`, and of the comment lines directly above it; `None` when
/// something else stands before it in its line. Nothing above `limit` is looked at.
pub fn in_front(text: &str, start: usize, limit: usize) -> Option<Place> {
    if !source::leads(text, start) {
        return None;
    }
    let column = source::column(text, start);
    let mut at = source::line_start(text, start);
    while at > limit {
        let above = source::line_start(text, at - 1);
        let line = source::line(text, above);
        if above <= limit || !line.trim_start().starts_with('#') || source::margin(line).len() > column {
            break;
        }
        at = above;
    }
    Some(Place { at, open: false, before: true })
}

/// At `index` among `entries` (their number: behind the last), which stand at `column`; `limit` is
/// where what is before them ends. A block scalar that ends with the text has no line break to
/// spare: anything behind it would become part of it, so the new entry goes in front.
pub fn among(text: &str, entries: &[Entry], index: usize, column: usize, limit: usize) -> Option<Place> {
    let last = entries.last()?;
    let place = behind(text, last.end(), column);
    if index >= entries.len() && !(place.open && last.node.ends_open()) {
        return Some(place);
    }
    let index = index.min(entries.len() - 1);
    let limit = index.checked_sub(1).and_then(|i| entries.get(i)).map_or(limit, Entry::end);
    in_front(text, entries.get(index)?.start, limit)
}

/// Whether the text stops at `at` without a line break.
pub fn unfinished(text: &str, at: usize) -> bool {
    at == text.len() && at > source::bom(text) && !text.ends_with('\n')
}

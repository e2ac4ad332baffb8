//! Changes of a text, and the text with them made.

use crate::compose::source;

/// A change of the text: an insertion, or, in the one permitted rewrite, a replacement.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Where, as a byte offset in the old text.
    pub(super) at: usize,
    /// How many bytes go; 0 for an insertion.
    pub(super) gone: usize,
    /// What stands there instead.
    pub(super) text: String,
    /// What it makes, and the bytes before the key: absent for a replacement.
    pub(super) makes: Option<(Vec<String>, usize)>,
    /// How deep the part of the file lies that it goes into.
    pub(super) depth: usize,
}

/// In the order of the text; at one offset what goes deeper comes first, since it belongs to what
/// stands before.
pub(super) fn sorted(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by(|a, b| a.at.cmp(&b.at).then(b.depth.cmp(&a.depth)));
    changes
}

/// The part of `text` in `range` with the sorted changes made.
pub(super) fn splice(text: &str, changes: &[Change], range: std::ops::Range<usize>) -> String {
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

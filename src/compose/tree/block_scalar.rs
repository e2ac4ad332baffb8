//! Where a block scalar ends: its span in the parser's events may run on over lines that do not
//! count, and stop before lines that do.

use std::ops::Range;

use super::Style;
use crate::compose::source;

/// Style and end of the block scalar whose content is at `at`, its header behind `from`.
pub(super) fn measured(text: &str, from: usize, at: &Range<usize>) -> (Style, usize) {
    let header_at = source::skip(text, from);
    let header_end = source::line_end(text, header_at);
    let header = source::slice(text, header_at..header_end);
    let header = header.split([' ', '\t', '#']).next().unwrap_or("");
    let (keep, strip) = (header.contains('+'), header.contains('-'));
    let raw = source::slice(text, at.clone());
    let mut end = header_end.max(at.start + content_end(raw, source::column(text, at.start)));
    if keep {
        end = kept(text, end);
    }
    (Style::Block { keep, strip }, end)
}

/// The end of the blank lines that follow `at`: they belong to a `|+` scalar.
fn kept(text: &str, at: usize) -> usize {
    let rest = source::slice(text, at..text.len());
    let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    let stop = at + blank;
    let last = if stop == text.len() { stop } else { source::line_start(text, stop) };
    let before = source::slice(text, at..last);
    let trimmed = before.strip_suffix('\n').unwrap_or(before);
    at + trimmed.strip_suffix('\r').unwrap_or(trimmed).len()
}

/// Where the content of a block scalar ends, which begins at column `indent`: a line of blanks
/// counts when it has more of them than that (YAML 1.2.2, section 8.1.3).
fn content_end(raw: &str, indent: usize) -> usize {
    let (mut at, mut end) = (0, 0);
    for line in raw.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        if !text.trim().is_empty() || text.len() > indent {
            end = at + text.len();
        }
        at += line.len();
    }
    end
}

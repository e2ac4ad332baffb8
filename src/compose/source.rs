//! A text as lines: where one begins and ends, and what stands in it.
//!
//! All positions are byte offsets. None of these functions can fail: an offset outside of the text
//! counts as its end.

use std::ops::Range;

/// The part of `text` in `range`, or nothing when the range does not fit.
pub fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or("")
}

/// The offset at which the line of `at` begins; a byte order mark is not part of the first line.
pub fn line_start(text: &str, at: usize) -> usize {
    let before = slice(text, 0..at.min(text.len()));
    match before.rfind('\n') {
        Some(newline) => newline + 1,
        None => bom(text).min(at),
    }
}

/// The offset at which the line of `at` ends: its line break, or the end of the text.
pub fn line_end(text: &str, at: usize) -> usize {
    let rest = slice(text, at..text.len());
    let end = rest.find('\n').map_or(text.len(), |newline| at + newline);
    if end > at && slice(text, end - 1..end) == "\r" { end - 1 } else { end }
}

/// The offset at which the line after the one of `at` begins, or the end of the text.
pub fn next_line(text: &str, at: usize) -> usize {
    let rest = slice(text, at..text.len());
    rest.find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// The line of `at`, without its line break.
pub fn line(text: &str, at: usize) -> &str {
    slice(text, line_start(text, at)..line_end(text, at))
}

/// How far `at` stands from the beginning of its line, in bytes.
pub fn column(text: &str, at: usize) -> usize {
    at.saturating_sub(line_start(text, at))
}

/// The white space at the beginning of a line.
pub fn margin(line: &str) -> &str {
    let rest = line.trim_start_matches([' ', '\t']);
    slice(line, 0..line.len() - rest.len())
}

/// Whether only white space stands before `at` in its line.
pub fn leads(text: &str, at: usize) -> bool {
    slice(text, line_start(text, at)..at).trim().is_empty()
}

/// The offset of the first byte from `at` that is neither white space nor part of a comment.
pub fn skip(text: &str, mut at: usize) -> usize {
    loop {
        let rest = slice(text, at..text.len());
        at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        if slice(text, at..text.len()).starts_with('#') {
            at = line_end(text, at);
        } else {
            return at;
        }
    }
}

/// The first carriage return without a line feed: for YAML it ends a line (YAML 1.2.2, section 5.4).
pub fn carriage_return(text: &str) -> Option<usize> {
    text.match_indices('\r').map(|(at, _)| at).find(|at| slice(text, at + 1..at + 2) != "\n")
}

/// The length of the byte order mark that the text begins with: three bytes or none.
pub fn bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

/// Line and column of `at`, both counted from 1, the column in characters.
pub fn position(text: &str, at: usize) -> (usize, usize) {
    let at = at.min(text.len());
    let line = slice(text, 0..at).matches('\n').count() + 1;
    let column = slice(text, line_start(text, at)..at).chars().count() + 1;
    (line, column)
}

/// The offset of the first `wanted` from `at`, or `at` when there is none.
pub fn skip_to(text: &str, at: usize, wanted: char) -> usize {
    slice(text, at..text.len()).find(wanted).map_or(at, |found| at + found)
}

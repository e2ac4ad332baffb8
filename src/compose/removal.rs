//! Insertions taken out again: only those that are still as they were made.

use std::ops::Range;

use super::guard;
use super::source;
use super::tree::{Kind, Node};
use super::value;
use super::{Compose, Piece, Removal, Why};

/// The CRC-32 (IEEE) of a text.
pub fn hash(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}

/// Takes out those of `pieces` that can go; the result is read again before it is given.
pub fn remove(file: &Compose, pieces: &[Piece]) -> Removal {
    let mut found = Vec::new();
    let mut left = Vec::new();
    for piece in pieces {
        match find(file, piece) {
            Ok(spot) => found.push(spot),
            Err(why) => left.push((piece.clone(), why)),
        }
    }
    // What is deeper goes first: a mapping can go when its entries do.
    found.sort_by_key(|spot| std::cmp::Reverse((spot.piece.path.len(), !spot.merge)));
    let mut going: Vec<Spot> = Vec::new();
    for spot in found {
        if empties(&spot, &going) { going.push(spot) } else { left.push((spot.piece.clone(), Why::Used)) }
    }
    let text = match without(file, &going) {
        Some(text) => text,
        None => one_by_one(file, &mut going, &mut left),
    };
    let gone = |piece: &&Piece| going.iter().any(|spot| *spot.piece == **piece);
    Removal { text, removed: pieces.iter().filter(gone).cloned().collect(), left }
}

/// A piece that stands in the text as it was inserted.
#[derive(Debug, Clone)]
struct Spot<'p> {
    piece: &'p Piece,
    range: Range<usize>,
    flow: bool,
    /// The `<<` that took the place of an alias.
    merge: bool,
    /// The paths of what is in its value, beyond its own text.
    inside: Vec<Vec<String>>,
}

/// An entry or item of the file.
struct Place<'n> {
    start: usize,
    node: &'n Node,
    parent: &'n Node,
}

fn find<'p>(file: &Compose, piece: &'p Piece) -> Result<Spot<'p>, Why> {
    let place = locate(file, &piece.path).ok_or(Why::Gone)?;
    let flow = matches!(place.parent.kind, Kind::Map { flow: true, .. } | Kind::Seq { flow: true, .. });
    let range = exact(file.text(), piece, place.start)
        .or_else(|| flow.then(|| moved(file.text(), piece, place.start)).flatten())
        .ok_or(Why::Changed)?;
    let merge = piece.path.last().is_some_and(|key| key == "<<");
    let inside = if merge {
        let beside = piece.path.split_last().map_or(&[][..], |(_, path)| path);
        children(place.parent, beside, usize::MAX).into_iter().filter(|p| *p != piece.path).collect()
    } else {
        children(place.node, &piece.path, range.end)
    };
    Ok(Spot { piece, range, flow, merge, inside })
}

fn locate<'n>(file: &'n Compose, path: &[String]) -> Option<Place<'n>> {
    let mut parent: &Node = file.root()?;
    let (last, above) = path.split_last()?;
    for key in above {
        parent = &value::own(parent, key)?.node;
    }
    match &parent.kind {
        Kind::Map { entries, .. } => {
            let entry = entries.iter().find(|entry| entry.key.as_deref() == Some(last))?;
            Some(Place { start: entry.start, node: &entry.node, parent })
        }
        Kind::Seq { items, .. } => {
            let item = items.iter().find(|item| value::value(&item.node).text() == Some(last))?;
            Some(Place { start: item.start, node: &item.node, parent })
        }
        _ => None,
    }
}

fn exact(text: &str, piece: &Piece, key: usize) -> Option<Range<usize>> {
    let start = key.checked_sub(piece.lead)?;
    let range = start..start + piece.length;
    (hash(text.get(range.clone())?) == piece.hash).then_some(range)
}

/// In a flow collection the comma before or behind an entry goes with a neighbour that is taken
/// out: the entry is looked for without it.
fn moved(text: &str, piece: &Piece, key: usize) -> Option<Range<usize>> {
    let range = key..key + piece.length.checked_sub(2)?;
    let body = text.get(range.clone())?;
    let as_was = if piece.lead == 2 { format!(", {body}") } else { format!("{body}, ") };
    (hash(&as_was) == piece.hash).then_some(range)
}

/// The paths of the entries or items that end behind `end`.
fn children(node: &Node, path: &[String], end: usize) -> Vec<Vec<String>> {
    let named = |name: Option<String>| {
        let mut path = path.to_vec();
        path.push(name.unwrap_or_default());
        path
    };
    let beyond = |last: usize| end == usize::MAX || last > end;
    match &node.kind {
        Kind::Map { entries, .. } => {
            let inside = entries.iter().filter(|entry| beyond(entry.end()));
            inside.map(|entry| named(entry.key.clone())).collect()
        }
        Kind::Seq { items, .. } => {
            let inside = items.iter().filter(|item| beyond(item.node.end));
            inside.map(|item| named(value::value(&item.node).text().map(str::to_owned))).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether nothing is left in a piece once all that is `going` is out.
fn empties(spot: &Spot, going: &[Spot]) -> bool {
    spot.inside.iter().all(|path| going.iter().any(|other| other.piece.path == *path))
}

/// The text without the pieces, if that means the same but for them.
fn without(file: &Compose, going: &[Spot]) -> Option<String> {
    let text = cut(file.text(), going);
    let gone: Vec<Vec<String>> = going.iter().map(|spot| spot.piece.path.clone()).collect();
    guard::check_removal(file.text(), &text, &gone).ok()?;
    Compose::parse(&text).ok().map(|_| text)
}

/// Some piece cannot go: each is tried after the other, those that cannot stay.
fn one_by_one(file: &Compose, going: &mut Vec<Spot>, left: &mut Vec<(Piece, Why)>) -> String {
    let mut text = file.text().to_owned();
    let mut kept: Vec<Spot> = Vec::new();
    for spot in std::mem::take(going) {
        if !empties(&spot, &kept) {
            left.push((spot.piece.clone(), Why::Used));
            continue;
        }
        kept.push(spot.clone());
        match without(file, &kept) {
            Some(shorter) => text = shorter,
            None => {
                kept.pop();
                left.push((spot.piece.clone(), Why::Needed));
            }
        }
    }
    *going = kept;
    text
}

fn cut(text: &str, going: &[Spot]) -> String {
    let mut ranges: Vec<(Range<usize>, bool)> =
        going.iter().map(|spot| (spot.range.clone(), spot.flow)).collect();
    ranges.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (range, flow) in joined(ranges) {
        let range = if flow { with_comma(text, range) } else { range };
        out.push_str(source::slice(text, done..range.start.max(done)));
        done = done.max(range.end);
    }
    out.push_str(source::slice(text, done..text.len()));
    out
}

/// Ranges that touch become one.
fn joined(ranges: Vec<(Range<usize>, bool)>) -> Vec<(Range<usize>, bool)> {
    let mut out: Vec<(Range<usize>, bool)> = Vec::new();
    for (range, flow) in ranges {
        match out.last_mut() {
            Some((last, both)) if last.end >= range.start => {
                last.end = last.end.max(range.end);
                *both |= flow;
            }
            _ => out.push((range, flow)),
        }
    }
    out
}

/// The range with the comma that would be left over.
fn with_comma(text: &str, range: Range<usize>) -> Range<usize> {
    let before = source::slice(text, 0..range.start).trim_end();
    let after = source::slice(text, range.end..text.len());
    let next = after.trim_start();
    let blanks = after.len() - next.len();
    let opens = before.ends_with(['[', '{']) || before.ends_with(',');
    match next.strip_prefix(',') {
        Some(rest) if opens => {
            let more = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            range.start..range.end + blanks + 1 + more
        }
        None if before.ends_with(',') && next.starts_with([']', '}']) => before.len() - 1..range.end,
        _ => range,
    }
}

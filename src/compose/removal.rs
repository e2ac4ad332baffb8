//! Insertions taken out again: only those that are still as they were made.

use std::ops::Range;

use super::guard;
use super::reference;
use super::source;
use super::tree::{Kind, Node};
use super::value;
use super::{Compose, Piece, Removal, Why};

/// More line breaks than these never stand at an end of an insertion, in bytes.
const BREAKS: usize = 4;

/// The CRC-32 (IEEE) of a text without the line breaks around it: the neighbours of an insertion
/// may come to share them.
pub fn hash(text: &str) -> u32 {
    crc32fast::hash(text.trim_matches(['\r', '\n']).as_bytes())
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
    let mut going = emptied(found, &mut left);
    let mut text = taken_out(file, &mut going, &mut left);
    while keep_referred(file, &text, &mut going, &mut left) {
        text = taken_out(file, &mut going, &mut left);
    }
    let gone = |piece: &&Piece| going.iter().any(|spot| *spot.piece == **piece);
    Removal { text, removed: pieces.iter().filter(gone).cloned().collect(), left }
}

/// The pieces of which nothing is left once the others are out.
fn emptied<'p>(mut found: Vec<Spot<'p>>, left: &mut Vec<(Piece, Why)>) -> Vec<Spot<'p>> {
    // What is deeper goes first: a mapping can go when its entries do.
    found.sort_by_key(|spot| std::cmp::Reverse((spot.piece.path.len(), !spot.frame)));
    let mut going = Vec::new();
    for spot in found {
        if empties(&spot, &going) { going.push(spot) } else { left.push((spot.piece.clone(), Why::Used)) }
    }
    going
}

/// The text without what can go; the rest of it is left.
fn taken_out(file: &Compose, going: &mut Vec<Spot>, left: &mut Vec<(Piece, Why)>) -> String {
    match without(file, going) {
        Some(text) => text,
        None => one_by_one(file, going, left),
    }
}

/// Leaves what a service that stays refers to, and what it stands in; whether there was any.
fn keep_referred(file: &Compose, text: &str, going: &mut Vec<Spot>, left: &mut Vec<(Piece, Why)>) -> bool {
    let Ok(rest) = Compose::parse(text) else { return false };
    let before = reference::dangling(file);
    let missed = reference::dangling(&rest);
    let missed: Vec<_> = missed.difference(&before).map(|missed| [missed.section, &missed.name]).collect();
    let referred = |spot: &Spot| missed.iter().any(|path| spot.piece.path.iter().take(2).eq(path.iter()));
    let count = going.len();
    let (kept, rest): (Vec<Spot>, Vec<Spot>) = going.drain(..).partition(referred);
    left.extend(kept.into_iter().map(|spot| (spot.piece.clone(), Why::Needed)));
    *going = emptied(rest, left);
    going.len() < count
}

/// A piece that stands in the text as it was inserted.
#[derive(Debug, Clone)]
struct Spot<'p> {
    piece: &'p Piece,
    range: Range<usize>,
    flow: bool,
    /// It only frames the entries beside it: a bracket, or the `<<` in the place of an alias.
    frame: bool,
    /// The paths of what is in its value, beyond its own text.
    inside: Vec<Vec<String>>,
}

/// Where a piece stands in the file.
struct Place<'n> {
    start: usize,
    node: Part<'n>,
    /// In a flow collection, where commas stand between entries.
    flow: bool,
}

/// What a piece makes: an entry with its value, or something that frames the entries beside it.
enum Part<'n> {
    Value(&'n Node),
    Frame(&'n Node),
}

fn find<'p>(file: &Compose, piece: &'p Piece) -> Result<Spot<'p>, Why> {
    let place = locate(file, &piece.path).ok_or(Why::Gone)?;
    let range = exact(file.text(), piece, place.start)
        .or_else(|| place.flow.then(|| moved(file.text(), piece, place.start)).flatten())
        .ok_or(Why::Changed)?;
    let (_, above) = piece.path.split_last().ok_or(Why::Gone)?;
    let frame = matches!(place.node, Part::Frame(_));
    let mut inside = match place.node {
        Part::Value(node) => children(node, &piece.path, range.end),
        Part::Frame(node) => children(node, above, 0),
    };
    inside.retain(|path| *path != piece.path);
    Ok(Spot { piece, range, flow: place.flow, frame, inside })
}

fn locate<'n>(file: &'n Compose, path: &[String]) -> Option<Place<'n>> {
    let mut parent: &Node = file.root()?;
    let (last, above) = path.split_last()?;
    for key in above {
        parent = &value::own(parent, key)?.node;
    }
    let flow = matches!(parent.kind, Kind::Map { flow: true, .. } | Kind::Seq { flow: true, .. });
    match &parent.kind {
        Kind::Map { entries, .. } if last == "<<" => {
            let entry = entries.iter().find(|entry| entry.merges())?;
            Some(Place { start: entry.start, node: Part::Frame(parent), flow })
        }
        Kind::Map { entries, .. } => match entries.iter().find(|entry| entry.key.as_deref() == Some(last)) {
            Some(entry) => Some(Place { start: entry.start, node: Part::Value(&entry.node), flow }),
            None => bracket(parent, last, flow),
        },
        Kind::Seq { items, .. } => {
            match items.iter().find(|item| value::value(&item.node).text() == Some(last)) {
                Some(item) => Some(Place { start: item.start, node: Part::Value(&item.node), flow }),
                None => bracket(parent, last, flow),
            }
        }
        _ => None,
    }
}

/// A bracket of a flow collection, which is a piece of its own where the collection was made.
fn bracket<'n>(node: &'n Node, name: &str, flow: bool) -> Option<Place<'n>> {
    let start = match name {
        "[" | "{" if flow => node.start,
        "]" | "}" if flow => node.end.checked_sub(1)?,
        _ => return None,
    };
    Some(Place { start, node: Part::Frame(node), flow })
}

/// The piece with its line breaks, or with as many of them as are there still.
fn exact(text: &str, piece: &Piece, key: usize) -> Option<Range<usize>> {
    let fewer =
        (0..=2 * BREAKS).flat_map(|sum| (0..=sum.min(BREAKS)).map(move |before| (before, sum - before)));
    fewer.filter(|(_, after)| *after <= BREAKS).find_map(|(before, after)| {
        let start = key.checked_sub(piece.lead.checked_sub(before)?)?;
        let end = start + piece.length.checked_sub(before + after)?;
        (hash(text.get(start..end)?) == piece.hash).then_some(start..end)
    })
}

/// In a flow collection the comma before or behind an entry goes with a neighbour that is taken
/// out: the entry is looked for without it.
fn moved(text: &str, piece: &Piece, key: usize) -> Option<Range<usize>> {
    let margin = source::slice(text, source::line_start(text, key)..key);
    let commas = [", ".to_owned(), format!(",\n{margin}"), format!(",\r\n{margin}")];
    commas.iter().find_map(|comma| {
        let length = piece.length.checked_sub(comma.len())?;
        let start = if piece.lead == comma.len() { key } else { key.checked_sub(piece.lead)? };
        let range = start..start + length;
        let body = text.get(range.clone())?;
        let fits = |as_was: String| hash(&as_was) == piece.hash;
        (fits(format!("{comma}{body}")) || fits(format!("{body}{comma}"))).then_some(range)
    })
}

/// The paths of the entries or items that end behind `end`, those of a merge key aside.
fn children(node: &Node, path: &[String], end: usize) -> Vec<Vec<String>> {
    let named = |name: Option<String>| {
        let mut path = path.to_vec();
        path.push(name.unwrap_or_default());
        path
    };
    let beyond = |last: usize| last > end;
    match &node.kind {
        Kind::Map { entries, .. } => {
            let inside = entries.iter().filter(|entry| beyond(entry.end()) && !entry.merges());
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
    guard::check_removal(file, &text, &gone).ok().map(|()| text)
}

/// Some piece cannot go: each is tried after the other, with all that it is made of.
fn one_by_one(file: &Compose, going: &mut Vec<Spot>, left: &mut Vec<(Piece, Why)>) -> String {
    let mut text = file.text().to_owned();
    let all = std::mem::take(going);
    let mut groups: Vec<(Vec<String>, Vec<Spot>)> = Vec::new();
    for spot in &all {
        let top = top(spot, &all);
        match groups.iter_mut().find(|(path, _)| *path == top) {
            Some((_, group)) => group.push(spot.clone()),
            None => groups.push((top, vec![spot.clone()])),
        }
    }
    for (_, group) in groups {
        let kept = going.len();
        going.extend(group);
        match without(file, going) {
            Some(shorter) => text = shorter,
            None => left.extend(going.drain(kept..).map(|spot| (spot.piece.clone(), Why::Needed))),
        }
    }
    text
}

/// The path of the outermost piece around a piece, or of what its frame is around.
fn top(spot: &Spot, all: &[Spot]) -> Vec<String> {
    let around = |other: &Spot| {
        let path = &other.piece.path;
        let length = if other.frame { path.len() - 1 } else { path.len() };
        path.get(..length).filter(|path| spot.piece.path.starts_with(path)).map(<[String]>::to_vec)
    };
    all.iter().filter_map(around).min_by_key(Vec::len).unwrap_or_else(|| spot.piece.path.clone())
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
    if !text.ends_with('\n') {
        // No insertion takes a final line break away: there was none before the first of them
        while let Some(rest) = out.strip_suffix("\r\n").or_else(|| out.strip_suffix('\n')) {
            out.truncate(rest.len());
        }
    }
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

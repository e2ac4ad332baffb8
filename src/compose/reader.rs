//! The second reader: what Docker's own YAML reader sees.
//!
//! The only file that knows `libyaml-safer`, a port of libyaml; Compose reads with another port of
//! it, and its lineage is not that of the first reader. Nodes are numbered; an alias is the number
//! of what it names, so that a value stands here once however often it is used.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;

use libyaml_safer::{Event, EventData, Mark, Parser, ScalarStyle};

use super::tree::is_null;
use super::{scalar, source};

/// A document as numbered nodes.
#[derive(Debug, Default)]
pub struct Document {
    nodes: Vec<Node>,
    root: Option<usize>,
}

/// A value: its tag, when one is written, and its shape.
#[derive(Debug)]
pub struct Node {
    /// Its tag, handles resolved.
    pub tag: Option<String>,
    /// Its content.
    pub shape: Shape,
    /// Whether an alias may name it, so that it may be seen more than once.
    anchored: bool,
}

/// What a [`Node`] is; collections hold the numbers of their nodes.
#[derive(Debug)]
pub enum Shape {
    /// A text, or a number, truth value or null as it is written.
    Scalar {
        /// The text, escapes resolved.
        text: String,
        /// Whether it is written without quotes and not as a block.
        plain: bool,
    },
    /// A list of items.
    Seq(Vec<usize>),
    /// Keys and values as they are written, merge keys included.
    Map(Vec<(usize, usize)>),
}

/// A node of a document, to be read through.
#[derive(Debug, Clone, Copy)]
pub struct View<'d> {
    document: &'d Document,
    number: usize,
}

/// The entries of a mapping as seen through its merge keys, in the order of their keys.
#[derive(Debug, Default)]
pub struct Entries<'d>(Vec<(Cow<'d, str>, View<'d>)>);

impl<'d> Entries<'d> {
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, View<'d>)> {
        self.0.iter().map(|(key, view)| (&**key, *view))
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The value under a key.
    pub fn get(&self, key: &str) -> Option<View<'d>> {
        let place = self.0.binary_search_by(|(there, _)| (**there).cmp(key)).ok()?;
        self.0.get(place).map(|(_, view)| *view)
    }

    /// Whether there is such a key.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }
}

impl Document {
    /// Reads one document.
    pub fn read(text: &str) -> Result<Document, Unread> {
        if let Some(at) = fatal_tag(text) {
            let message = "a blank is missing between the tag and the comma".to_owned();
            return Err(Unread { line_and_column: Some(source::position(text, at)), message });
        }
        // The reader takes a first byte of 0xEF for a byte order mark, whatever follows, and fails
        // in a block scalar that the text ends in: a line break on both sides keeps it from that.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut input = b"\n".chain(text.as_bytes()).chain(&b"\n"[..]);
        let mut parser = Parser::new();
        parser.set_input(&mut input);
        let mut document = Document::default();
        let last = text.rsplit('\n').next().unwrap_or("");
        let end = if last.trim().is_empty() { u64::MAX } else { text.len() as u64 };
        let mut open = Open { parser, anchors: HashMap::new(), end, failed: None };
        match open.document(&mut document) {
            Ok(()) => Ok(document),
            Err(message) => Err(Unread { line_and_column: open.failed, message }),
        }
    }

    /// Its value. An empty document has none.
    pub fn root(&self) -> Option<View<'_>> {
        self.root.map(|number| View { document: self, number })
    }

    fn push(&mut self, tag: Option<String>, shape: Shape) -> usize {
        self.nodes.push(Node { tag, shape, anchored: false });
        self.nodes.len() - 1
    }
}

/// Why a text cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where, both counted from 1, when the reader says so.
    pub line_and_column: Option<(usize, usize)>,
    /// The reader's own sentence.
    pub message: String,
}

struct Open<'i, R> {
    parser: Parser<&'i mut R>,
    anchors: HashMap<String, usize>,
    /// Where a text ends whose last line has no line break: the one behind it is not its own.
    end: u64,
    /// Where the parser came to its error.
    failed: Option<(usize, usize)>,
}

/// A tag between brackets with a comma right behind it, at which the library ends the program. The first reader refuses
/// those that are tags for it, too; for this one they also begin right behind a `:` or `?`, which are plain text there.
fn fatal_tag(text: &str) -> Option<usize> {
    text.match_indices('!').map(|(at, _)| at).find(|at| {
        let (before, tag) = (source::slice(text, 0..*at), source::slice(text, *at..text.len()));
        let end = tag.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(tag.len());
        before.ends_with([':', '?']) && source::slice(tag, end..end + 1) == ","
    })
}

/// A place as people count: lines from 1, which the line break that is read before the text makes of the first, and
/// columns from 1.
fn place(mark: Mark) -> Option<(usize, usize)> {
    Some((usize::try_from(mark.line).ok()?, usize::try_from(mark.column + 1).ok()?))
}

impl<R: std::io::BufRead> Open<'_, R> {
    fn take(&mut self) -> Result<Event, String> {
        let failed = &mut self.failed;
        self.parser.parse().map_err(|error| {
            *failed = error.problem_mark().and_then(place);
            match (*failed, error.context()) {
                (None, _) => error.to_string(),
                // Its whole sentence names the place once more, and one line too low
                (Some(_), Some(context)) => format!("{} {context}", error.problem()),
                (Some(_), None) => error.problem().to_owned(),
            }
        })
    }

    fn document(&mut self, document: &mut Document) -> Result<(), String> {
        loop {
            match self.take()?.data {
                EventData::StreamStart { .. } | EventData::DocumentEnd { .. } => {}
                EventData::StreamEnd => return Ok(()),
                EventData::DocumentStart { .. } if document.root.is_some() => {
                    return Err("more than one document".to_owned());
                }
                EventData::DocumentStart { .. } => {
                    let event = self.take()?;
                    document.root = Some(self.node(document, event)?);
                }
                _ => return Err("a value outside of the document".to_owned()),
            }
        }
    }

    fn node(&mut self, document: &mut Document, event: Event) -> Result<usize, String> {
        let last = event.end_mark.index > self.end;
        match event.data {
            EventData::Alias { anchor } => {
                self.anchors.get(&anchor).copied().ok_or_else(|| format!("unknown anchor `{anchor}`"))
            }
            EventData::Scalar { anchor, tag, mut value, style, .. } => {
                if last
                    && matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
                    && value.ends_with('\n')
                {
                    value.pop();
                }
                let plain = style == ScalarStyle::Plain;
                let number = document.push(tag, Shape::Scalar { text: value, plain });
                Ok(self.named(document, anchor, number))
            }
            EventData::SequenceStart { anchor, tag, .. } => {
                let items = self.items(document)?;
                let number = document.push(tag, Shape::Seq(items));
                Ok(self.named(document, anchor, number))
            }
            EventData::MappingStart { anchor, tag, .. } => {
                let entries = self.entries(document)?;
                let number = document.push(tag, Shape::Map(entries));
                Ok(self.named(document, anchor, number))
            }
            _ => Err("a value is missing".to_owned()),
        }
    }

    fn named(&mut self, document: &mut Document, anchor: Option<String>, number: usize) -> usize {
        if let (Some(anchor), Some(node)) = (anchor, document.nodes.get_mut(number)) {
            node.anchored = true;
            self.anchors.insert(anchor, number);
        }
        number
    }

    fn items(&mut self, document: &mut Document) -> Result<Vec<usize>, String> {
        let mut items = Vec::new();
        loop {
            let event = self.take()?;
            if matches!(event.data, EventData::SequenceEnd) {
                return Ok(items);
            }
            items.push(self.node(document, event)?);
        }
    }

    fn entries(&mut self, document: &mut Document) -> Result<Vec<(usize, usize)>, String> {
        let mut entries = Vec::new();
        loop {
            let event = self.take()?;
            if matches!(event.data, EventData::MappingEnd) {
                return Ok(entries);
            }
            let key = self.node(document, event)?;
            let event = self.take()?;
            entries.push((key, self.node(document, event)?));
        }
    }
}

impl<'d> View<'d> {
    /// A number that stands for the node in its document.
    pub fn number(self) -> usize {
        self.number
    }

    /// Its tag, when one is written.
    pub fn tag(self) -> Option<&'d str> {
        self.node().and_then(|node| node.tag.as_deref())
    }

    /// Whether an alias may name it.
    pub fn is_anchored(self) -> bool {
        self.node().is_some_and(|node| node.anchored)
    }

    /// The text of a scalar, and whether it is written without quotes.
    fn written(self) -> Option<(&'d str, bool)> {
        match &self.node()?.shape {
            Shape::Scalar { text, plain } => Some((text, *plain)),
            _ => None,
        }
    }

    /// The text of a scalar.
    pub fn text(self) -> Option<&'d str> {
        self.written().map(|(text, _)| text)
    }

    /// The text of a scalar, and whether a reader could take it for something other than a text.
    pub fn scalar(self) -> Option<(&'d str, bool)> {
        self.written().map(|(text, plain)| (text, plain && scalar::ambiguous(text)))
    }

    /// Whether both are scalars that every reader takes for the same.
    pub fn is_scalar(self, other: View) -> bool {
        match (self.written(), other.written()) {
            (Some((one, plain)), Some((two, also))) => {
                one == two && (plain == also || !scalar::ambiguous(one))
            }
            _ => false,
        }
    }

    /// Whether it is null: nothing, `~` or `null`.
    pub fn is_null(self) -> bool {
        self.tag().is_none() && self.written().is_some_and(|(text, plain)| plain && is_null(text))
    }

    /// The entries of a mapping as they are written.
    pub fn pairs(self) -> Option<impl ExactSizeIterator<Item = (View<'d>, View<'d>)>> {
        match &self.node()?.shape {
            Shape::Map(entries) => {
                Some(entries.iter().map(move |&(key, value)| (self.at(key), self.at(value))))
            }
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(self) -> Option<impl ExactSizeIterator<Item = View<'d>>> {
        match &self.node()?.shape {
            Shape::Seq(items) => Some(items.iter().map(move |&number| self.at(number))),
            _ => None,
        }
    }

    /// The entries of a mapping as seen through its merge keys; its own come first, then an
    /// earlier source wins. A key twice in one mapping is an error.
    pub fn entries(self) -> Result<Option<Entries<'d>>, String> {
        let Some(pairs) = self.pairs() else { return Ok(None) };
        let mut found = Vec::with_capacity(pairs.len());
        let mut merges = Vec::new();
        for (key, value) in pairs {
            if key.merges() { merges.push(value) } else { found.push((key.key(), value)) }
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        let twice = found.windows(2).find_map(|pair| match pair {
            [(one, _), (next, _)] if one == next => Some(&**one),
            _ => None,
        });
        if let Some(name) = twice.or((merges.len() > 1).then_some("<<")) {
            return Err(format!("the key `{name}` twice"));
        }
        for value in &merges {
            match value.items() {
                Some(mut sources) => sources.try_for_each(|source| source.lend(&mut found))?,
                None => value.lend(&mut found)?,
            }
        }
        if !merges.is_empty() {
            // Of one key the first stays, since this sort moves none past its like.
            found.sort_by(|(one, _), (other, _)| one.cmp(other));
            found.dedup_by(|(later, _), (first, _)| later == first);
        }
        Ok(Some(Entries(found)))
    }

    /// Adds what a merge key that names it brings.
    fn lend(self, found: &mut Vec<(Cow<'d, str>, View<'d>)>) -> Result<(), String> {
        found.extend(self.entries()?.unwrap_or_default().0);
        Ok(())
    }

    fn merges(self) -> bool {
        matches!(self.node(), Some(Node { shape: Shape::Scalar { text, plain: true }, .. }) if text == "<<")
    }

    /// The key as one text, collections included.
    fn key(self) -> Cow<'d, str> {
        match self.node().map(|node| &node.shape) {
            Some(Shape::Scalar { text, .. }) => text.into(),
            Some(Shape::Seq(items)) => {
                items.iter().map(|&item| format!("\0[{}", self.at(item).key())).collect()
            }
            Some(Shape::Map(entries)) => entries
                .iter()
                .map(|&(key, value)| format!("\0{{{}\0:{}", self.at(key).key(), self.at(value).key()))
                .collect(),
            None => "".into(),
        }
    }

    fn node(self) -> Option<&'d Node> {
        self.document.nodes.get(self.number)
    }

    fn at(self, number: usize) -> View<'d> {
        View { document: self.document, number }
    }
}

//! The second reader: what Docker's own YAML reader sees.
//!
//! The only file that knows `libyaml-safer`, a port of libyaml; Compose reads with another port of
//! it, and its lineage is not that of the first reader. Nodes are numbered; an alias is the number
//! of what it names, so that a value stands here once however often it is used.

use std::collections::HashMap;
use std::io::Read;

use libyaml_safer::{Event, EventData, Parser, ScalarStyle};

use super::scalar;
use super::tree::is_null;

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

impl Document {
    /// Reads one document; the error is the reader's own sentence.
    pub fn read(text: &str) -> Result<Document, String> {
        // The reader takes a first byte of 0xEF for a byte order mark, whatever follows, and fails
        // in a block scalar that the text ends in: a line break on both sides keeps it from that.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut input = b"\n".chain(text.as_bytes()).chain(&b"\n"[..]);
        let mut parser = Parser::new();
        parser.set_input(&mut input);
        let mut document = Document::default();
        let last = text.rsplit('\n').next().unwrap_or("");
        let end = if last.trim().is_empty() { u64::MAX } else { text.len() as u64 };
        let mut open = Open { parser, anchors: HashMap::new(), end };
        loop {
            match open.take()?.data {
                EventData::StreamStart { .. } | EventData::DocumentEnd { .. } => {}
                EventData::StreamEnd => return Ok(document),
                EventData::DocumentStart { .. } if document.root.is_some() => {
                    return Err("more than one document".to_owned());
                }
                EventData::DocumentStart { .. } => {
                    let event = open.take()?;
                    document.root = Some(open.node(&mut document, event)?);
                }
                _ => return Err("a value outside of the document".to_owned()),
            }
        }
    }

    /// Its value. An empty document has none.
    pub fn root(&self) -> Option<View<'_>> {
        self.root.map(|number| View { document: self, number })
    }

    fn push(&mut self, tag: Option<String>, shape: Shape) -> usize {
        self.nodes.push(Node { tag, shape });
        self.nodes.len() - 1
    }
}

struct Open<'i, R> {
    parser: Parser<&'i mut R>,
    anchors: HashMap<String, usize>,
    /// Where a text ends whose last line has no line break: the one behind it is not its own.
    end: u64,
}

impl<R: std::io::BufRead> Open<'_, R> {
    fn take(&mut self) -> Result<Event, String> {
        self.parser.parse().map_err(|error| error.to_string())
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
                Ok(self.named(anchor, number))
            }
            EventData::SequenceStart { anchor, tag, .. } => {
                let items = self.items(document)?;
                let number = document.push(tag, Shape::Seq(items));
                Ok(self.named(anchor, number))
            }
            EventData::MappingStart { anchor, tag, .. } => {
                let entries = self.entries(document)?;
                let number = document.push(tag, Shape::Map(entries));
                Ok(self.named(anchor, number))
            }
            _ => Err("a value is missing".to_owned()),
        }
    }

    fn named(&mut self, anchor: Option<String>, number: usize) -> usize {
        if let Some(anchor) = anchor {
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

    /// The text of a scalar, and whether a reader could take it for something other than a text.
    pub fn scalar(self) -> Option<(&'d str, bool)> {
        match &self.node()?.shape {
            Shape::Scalar { text, plain } => Some((text, *plain && scalar::ambiguous(text))),
            _ => None,
        }
    }

    /// Whether it is null: nothing, `~` or `null`.
    pub fn is_null(self) -> bool {
        self.tag().is_none() && self.scalar().is_some_and(|(text, other)| other && is_null(text))
    }

    /// The entries of a mapping as they are written.
    pub fn pairs(self) -> Option<Vec<(View<'d>, View<'d>)>> {
        match &self.node()?.shape {
            Shape::Map(entries) => {
                Some(entries.iter().map(|&(key, value)| (self.at(key), self.at(value))).collect())
            }
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(self) -> Option<Vec<View<'d>>> {
        match &self.node()?.shape {
            Shape::Seq(items) => Some(items.iter().map(|&number| self.at(number)).collect()),
            _ => None,
        }
    }

    /// The entries of a mapping as seen through its merge keys; its own come first, then an
    /// earlier source wins. A key twice in one mapping is an error.
    pub fn entries(self) -> Result<Option<HashMap<String, View<'d>>>, String> {
        let mut found = HashMap::new();
        Ok(self.collect(&mut found)?.then_some(found))
    }

    fn collect(self, found: &mut HashMap<String, View<'d>>) -> Result<bool, String> {
        let Some(Node { shape: Shape::Map(entries), .. }) = self.node() else { return Ok(false) };
        let mut own = std::collections::HashSet::new();
        let mut merges = Vec::new();
        for &(key, value) in entries {
            let (key, value) = (self.at(key), self.at(value));
            let name = key.key();
            if !own.insert(name.clone()) {
                return Err(format!("the key `{name}` twice"));
            }
            if key.merges() {
                merges.push(value);
            } else {
                found.entry(name).or_insert(value);
            }
        }
        for value in merges {
            let sources = value.items().unwrap_or_else(|| vec![value]);
            for source in sources {
                source.collect(found)?;
            }
        }
        Ok(true)
    }

    fn merges(self) -> bool {
        matches!(self.node(), Some(Node { shape: Shape::Scalar { text, plain: true }, .. }) if text == "<<")
    }

    /// The key as one text, collections included.
    fn key(self) -> String {
        match self.node().map(|node| &node.shape) {
            Some(Shape::Scalar { text, .. }) => text.clone(),
            Some(Shape::Seq(items)) => {
                items.iter().map(|&item| format!("\0[{}", self.at(item).key())).collect()
            }
            Some(Shape::Map(entries)) => entries
                .iter()
                .map(|&(key, value)| format!("\0{{{}\0:{}", self.at(key).key(), self.at(value).key()))
                .collect(),
            None => String::new(),
        }
    }

    fn node(self) -> Option<&'d Node> {
        self.document.nodes.get(self.number)
    }

    fn at(self, number: usize) -> View<'d> {
        View { document: self.document, number }
    }
}

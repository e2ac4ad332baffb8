//! From the parser's events to the tree.
//!
//! The only file that knows `granit-parser`. Its events say what a node is and where its text is;
//! where an entry begins (a dash, a question mark, the properties before a value) is found by
//! going forward through the text, since an event for a block collection begins at its first item.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StructureStyle, options};

use super::{Entry, Item, Kind, Node, Style, Tree, block_scalar, extent, is_null};
use crate::compose::refusal::{Cause, Refusal};
use crate::compose::source;

/// More nodes than this, aliases unfolded, are refused: what no Compose file comes near.
const MOST_NODES: usize = 2_000_000;
/// Deeper nesting than this, aliases unfolded, is refused, so that recursion is safe.
const DEEPEST: usize = 500;

/// Reads `text`. It is refused when it is not one valid YAML document with unique keys.
pub fn read(text: &str) -> Result<Tree, Refusal> {
    let mut builder = Builder::new(text);
    builder.document().map_err(|stop| builder.refusal(stop))
}

/// What ends the reading: an error of the parser, or a cause at an offset.
enum Stop {
    Parser(ScanError),
    Cause(usize, Cause),
}

struct Builder<'t> {
    text: &'t str,
    parser: Box<dyn Iterator<Item = Result<(Event<'t>, Span), ScanError>> + 't>,
    /// The event that comes next, when somebody has asked.
    next: Option<(Event<'t>, Span)>,
    failed: Option<ScanError>,
    /// Everything before this offset is read.
    cursor: usize,
    /// Finished anchored nodes by the parser's number.
    anchors: HashMap<usize, (String, Rc<Node>)>,
}

/// The properties of a node under construction.
#[derive(Default)]
struct Props {
    tag: Option<String>,
    anchor: Option<(usize, String)>,
    end: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        let options = options! { emit_anchor_events: true, emit_comments: false };
        let parser = Box::new(Parser::new_from_str_with_options(text, options));
        Builder { text, parser, next: None, failed: None, cursor: source::bom(text), anchors: HashMap::new() }
    }

    fn peek(&mut self) -> Option<&(Event<'t>, Span)> {
        if self.next.is_none() && self.failed.is_none() {
            match self.parser.next() {
                Some(Ok(event)) => self.next = Some(event),
                Some(Err(error)) => self.failed = Some(error),
                None => {}
            }
        }
        self.next.as_ref()
    }

    fn take(&mut self) -> Result<(Event<'t>, Span), Stop> {
        self.peek();
        self.next.take().ok_or_else(|| self.end())
    }

    /// Where the collection ends whose last entry was read; `None`: there is one more.
    fn collection_end(&mut self, flow: bool) -> Option<usize> {
        let cursor = self.cursor;
        let (Event::SequenceEnd | Event::MappingEnd, span) = self.peek()? else { return None };
        let end = if flow { bytes(span, cursor).end } else { cursor };
        self.next = None;
        Some(end.max(cursor))
    }

    fn end(&mut self) -> Stop {
        match self.failed.take() {
            Some(error) => Stop::Parser(error),
            None => self.stop(Cause::Syntax { message: "the text ends too early".to_owned() }),
        }
    }

    fn stop(&self, cause: Cause) -> Stop {
        Stop::Cause(self.cursor, cause)
    }

    fn refusal(&self, stop: Stop) -> Refusal {
        let (at, cause) = match stop {
            Stop::Cause(at, cause) => (at, cause),
            Stop::Parser(error) => {
                let at = error.marker().byte_offset().unwrap_or(self.text.len());
                (at, self.syntax(&error))
            }
        };
        let (line, column) = source::position(self.text, at);
        Refusal { line, column, cause, paste: None }
    }

    /// A file that does not parse and holds template marks is a template.
    fn syntax(&self, error: &ScanError) -> Cause {
        if self.text.contains("{{") || self.text.contains("{%") {
            Cause::Template
        } else {
            Cause::Syntax { message: error.info() }
        }
    }

    fn document(&mut self) -> Result<Tree, Stop> {
        let mut tree = Tree { root: None, body: self.cursor..self.text.len() };
        let mut documents = 0;
        loop {
            match self.take()? {
                (Event::StreamStart, _) => {}
                (Event::StreamEnd, _) => return Ok(tree),
                (Event::DocumentStart(explicit, _), span) => {
                    documents += 1;
                    let start = bytes(&span, self.cursor);
                    self.cursor = if explicit { start.end } else { self.cursor };
                    if documents > 1 {
                        self.cursor = start.start;
                        return Err(self.stop(Cause::Documents));
                    }
                    tree.body.start = self.cursor;
                    tree.root = self.root()?;
                    tree.body.end = self.document_end()?;
                }
                _ => return Err(self.stop(Cause::Documents)),
            }
        }
    }

    fn root(&mut self) -> Result<Option<Rc<Node>>, Stop> {
        let node = self.node()?;
        match node.kind {
            Kind::Null { explicit: false } if node.anchor.is_none() => Ok(None),
            _ => Ok(Some(node)),
        }
    }

    /// Where the document's content has to stop: its `...`, or the end of the text.
    fn document_end(&mut self) -> Result<usize, Stop> {
        let (_, span) = self.take()?;
        let mark = bytes(&span, self.text.len());
        if source::slice(self.text, mark.clone()) == "..." {
            self.cursor = mark.end;
            Ok(mark.start)
        } else {
            Ok(self.text.len())
        }
    }

    fn node(&mut self) -> Result<Rc<Node>, Stop> {
        let (event, span) = self.take()?;
        let at = bytes(&span, self.cursor);
        let start = source::skip(self.text, self.cursor);
        let props = self.props(&event, &span)?;
        match event {
            Event::Alias(id) => self.alias(id, at),
            Event::Scalar(text, style, ..) => self.scalar(&text, style, start, at, props),
            Event::SequenceStart(style, ..) => self.sequence(flow(style), start, at, props),
            Event::MappingStart(style, ..) => self.mapping(flow(style), start, at, props),
            _ => Err(self.stop(Cause::Syntax { message: "a value is missing".to_owned() })),
        }
    }

    /// Tag and anchor of the node whose first event was just taken.
    fn props(&mut self, event: &Event<'t>, span: &Span) -> Result<Props, Stop> {
        let mut props = Props::default();
        if let Some(tag) = event.tag() {
            props.tag = Some(tag.original());
            props.end = span.tag_span().map_or(0, |tag| bytes(&tag, 0).end);
            self.check_tag(props.end)?;
        }
        if let Some((Event::Anchor(id, name), span)) = self.peek() {
            props.anchor = Some((*id, name.to_string()));
            props.end = props.end.max(bytes(span, 0).end);
            self.next = None;
        }
        Ok(props)
    }

    /// The second reader ends the program at a tag with a comma right behind it.
    fn check_tag(&self, end: usize) -> Result<(), Stop> {
        if source::slice(self.text, end..end + 1) != "," {
            return Ok(());
        }
        let message = "a blank is missing between the tag and the comma".to_owned();
        Err(Stop::Cause(end, Cause::Syntax { message }))
    }

    fn alias(&mut self, id: usize, at: Range<usize>) -> Result<Rc<Node>, Stop> {
        let Some((name, target)) = self.anchors.get(&id) else {
            let name = source::slice(self.text, at.start + 1..at.end).to_owned();
            self.cursor = at.start;
            return Err(self.stop(Cause::Cycle { anchor: name }));
        };
        let kind = Kind::Alias { name: name.clone(), target: Rc::clone(target) };
        self.finish(kind, at.start, at.end, Props::default())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        start: usize,
        at: Range<usize>,
        props: Props,
    ) -> Result<Rc<Node>, Stop> {
        if style == ScalarStyle::Plain && at.is_empty() {
            let end = props.end.max(self.cursor);
            let start = if props.end > self.cursor { start } else { end };
            return self.finish(Kind::Null { explicit: false }, start, end, props);
        }
        let (style, end) = match style {
            ScalarStyle::Plain => (Style::Plain, at.end),
            ScalarStyle::SingleQuoted => (Style::Single, at.end),
            ScalarStyle::DoubleQuoted => (Style::Double, at.end),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                block_scalar::measured(self.text, start.max(props.end), &at)
            }
        };
        let kind = if style == Style::Plain && props.tag.is_none() && is_null(text) {
            Kind::Null { explicit: true }
        } else {
            Kind::Scalar { text: text.to_owned(), style }
        };
        self.finish(kind, start, end, props)
    }

    fn sequence(
        &mut self,
        flow: bool,
        start: usize,
        at: Range<usize>,
        props: Props,
    ) -> Result<Rc<Node>, Stop> {
        self.enter(flow, &at, &props);
        let mut items = Vec::new();
        loop {
            if let Some(end) = self.collection_end(flow) {
                return self.finish(Kind::Seq { flow, items }, start, end, props);
            }
            let start = self.entry_start(flow);
            if !flow {
                self.cursor = start + 1;
            }
            let node = self.node()?;
            items.push(Item { start, node });
        }
    }

    fn mapping(
        &mut self,
        flow: bool,
        start: usize,
        at: Range<usize>,
        props: Props,
    ) -> Result<Rc<Node>, Stop> {
        self.enter(flow, &at, &props);
        let mut entries = Vec::new();
        let mut seen = HashMap::new();
        loop {
            if let Some(end) = self.collection_end(flow) {
                return self.finish(Kind::Map { flow, entries }, start, end, props);
            }
            let entry = self.entry(flow)?;
            self.unique(&entry, &mut seen)?;
            entries.push(entry);
        }
    }

    /// Steps over what opens a collection.
    fn enter(&mut self, flow: bool, at: &Range<usize>, props: &Props) {
        self.cursor = self.cursor.max(props.end);
        if flow {
            self.cursor = self.cursor.max(at.end);
        }
    }

    fn entry(&mut self, flow: bool) -> Result<Entry, Stop> {
        let start = self.entry_start(flow);
        self.cursor = start;
        let question = source::slice(self.text, start..self.text.len())
            .strip_prefix('?')
            .is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n']));
        if question {
            self.cursor += 1;
        }
        let node = self.node()?;
        let (key, key_style) = match &node.resolved().kind {
            Kind::Scalar { text, style } => (Some(text.clone()), *style),
            Kind::Null { explicit: true } => (Some("null".to_owned()), Style::Plain),
            Kind::Map { flow: true, .. } if self.templated(start) => {
                self.cursor = start;
                return Err(self.stop(Cause::Template));
            }
            _ => (None, Style::Plain),
        };
        let key_end = node.end;
        let colon = source::skip(self.text, key_end);
        let colon = (source::slice(self.text, colon..colon + 1) == ":").then_some(colon);
        self.cursor = colon.map_or(key_end, |colon| colon + 1);
        let node = self.node()?;
        let entry = Entry { start, key, key_style, key_end, colon, node };
        if entry.merges() && !is_merged(&entry.node) {
            return Err(Stop::Cause(start, Cause::Form { path: vec!["<<".to_owned()] }));
        }
        Ok(entry)
    }

    fn templated(&self, at: usize) -> bool {
        source::slice(self.text, at.saturating_sub(1)..at + 1) == "{{"
    }

    /// Where the next item or entry of the collection begins.
    fn entry_start(&self, flow: bool) -> usize {
        let mut at = source::skip(self.text, self.cursor);
        while flow && source::slice(self.text, at..at + 1) == "," {
            at = source::skip(self.text, at + 1);
        }
        at
    }

    fn unique(&self, entry: &Entry, seen: &mut HashMap<String, usize>) -> Result<(), Stop> {
        let Some(key) = &entry.key else { return Ok(()) };
        match seen.insert(key.clone(), entry.start) {
            None => Ok(()),
            Some(first) => {
                let (first, _) = source::position(self.text, first);
                Err(Stop::Cause(entry.start, Cause::DuplicateKey { key: key.clone(), first }))
            }
        }
    }

    fn finish(&mut self, kind: Kind, start: usize, end: usize, props: Props) -> Result<Rc<Node>, Stop> {
        let (size, depth) = extent(&kind);
        if size > MOST_NODES || depth > DEEPEST {
            return Err(Stop::Cause(start, Cause::Aliases));
        }
        self.cursor = self.cursor.max(end);
        let anchor = props.anchor.as_ref().map(|(_, name)| name.clone());
        let node = Rc::new(Node { kind, start, end, tag: props.tag, anchor, size, depth });
        if let Some((id, name)) = props.anchor {
            self.anchors.insert(id, (name, Rc::clone(&node)));
        }
        Ok(node)
    }
}

fn flow(style: StructureStyle) -> bool {
    style == StructureStyle::Flow
}

fn bytes(span: &Span, otherwise: usize) -> Range<usize> {
    span.byte_range().unwrap_or(otherwise..otherwise)
}

/// Whether a merge key takes the value: a mapping, or a list of mappings (YAML 1.1, merge key).
fn is_merged(node: &Node) -> bool {
    let is_map = |node: &Node| matches!(node.resolved().kind, Kind::Map { .. });
    match &node.resolved().kind {
        Kind::Seq { items, .. } => items.iter().all(|item| is_map(&item.node)),
        _ => is_map(node),
    }
}

//! A Compose file as text: what it says, and what can be put into it or taken out again without
//! touching a byte of the rest.
//!
//! Text in, edit out: nothing here knows the catalog, a template or a file. `docs/editing.md` says
//! what is promised.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

mod fragment;
mod guard;
mod insertion;
mod order;
mod place;
mod reader;
mod reference;
mod refusal;
mod removal;
mod render;
mod scalar;
mod source;
mod style;
pub(crate) mod tree;
mod value;
mod want;

pub(crate) use order::Order;
pub use refusal::{Cause, Refusal};
pub use value::Value;

use reader::{Document, Unread};
use tree::{Kind, Node, Style, Tree};

/// A text as a block scalar value: plain where every reader takes it for that text, else in double
/// quotes.
pub fn plain_or_quoted(text: &str) -> String {
    scalar::write(text, Style::Plain, false)
}

/// A plain word as a scalar: between double quotes where a reader could take it for something else than a text, as it
/// is elsewhere.
pub fn word(text: &str) -> String {
    if scalar::ambiguous(text) { scalar::double(text) } else { text.to_owned() }
}

/// A Compose file that was read.
#[derive(Debug)]
pub struct Compose {
    text: String,
    tree: Tree,
    /// The places of the services' own entries by name: there may be very many.
    services: OnceCell<HashMap<String, usize>>,
    /// The file as the second reader sees it, once it was asked.
    document: OnceCell<Document>,
}

/// The same text is the same file.
impl PartialEq for Compose {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Compose {}

/// What is to go into a file.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// Compose text that is valid by itself, set with two spaces and indented lists. Each entry of
    /// its sections goes in: an absent one is inserted, one that says the same is left, another
    /// one is a [`Cause::Conflict`]; a network that exists is kept whatever it says.
    pub fragment: Option<&'a str>,
    /// What services gain. A service that neither the file nor the fragment has is made.
    pub links: Vec<Link>,
    /// Permits turning a list-form `depends_on` into the mapping form: the one edit that is not an
    /// insertion, reported as [`Note::Rewritten`].
    pub depends_on_healthy: bool,
    /// The file was made by dockgen: a single service counts as sorted.
    pub ours: bool,
}

/// What one service gains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its name.
    pub service: String,
    /// The one thing.
    pub gain: Gain,
}

/// One thing that a service gains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gain {
    /// To wait for the service `on`; `condition` as in the Compose specification, for example
    /// `service_healthy`. A list-form `depends_on` cannot hold it and waits for the start only.
    DependsOn {
        /// The other service.
        on: String,
        /// What to wait for.
        condition: String,
    },
    /// A variable. `value` is Compose text: `$$` is a dollar sign, `${NAME}` is interpolated.
    Environment {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// The file secret of that name.
    Secret {
        /// The name under `secrets`.
        name: String,
    },
    /// The network of that name.
    Network {
        /// The name under `networks`.
        name: String,
    },
}

impl Gain {
    /// The key of a service that holds it.
    pub fn attribute(&self) -> &'static str {
        match self {
            Gain::DependsOn { .. } => "depends_on",
            Gain::Environment { .. } => "environment",
            Gain::Secret { .. } => "secrets",
            Gain::Network { .. } => "networks",
        }
    }

    /// Its key in the mapping form of that attribute.
    pub fn key(&self) -> &str {
        match self {
            Gain::DependsOn { on, .. } => on,
            Gain::Environment { key, .. } => key,
            Gain::Secret { name } | Gain::Network { name } => name,
        }
    }

    /// Its item in the list form of that attribute.
    pub fn item(&self) -> String {
        match self {
            Gain::Environment { key, value } => format!("{key}={value}"),
            other => other.key().to_owned(),
        }
    }

    /// Whether the list item is this gain, with the same value.
    fn is_item(&self, item: Option<&str>) -> bool {
        item == Some(self.item().as_str())
    }
}

/// An edit that was checked: the new text, and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The whole new text.
    pub text: String,
    /// What was inserted, in the order of the text. Empty: there is nothing to do.
    pub insertions: Vec<Insertion>,
    /// What the person should know.
    pub notes: Vec<Note>,
    /// The new text as it was read again; `None` when nothing changed.
    pub read: Option<Rc<Compose>>,
}

/// A text that was put into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Where, as a byte offset in the old text. Insertions at one offset stand in their order.
    pub at: usize,
    /// The text.
    pub text: String,
    /// What it makes; the last part is a key, or the text of a list item. A section or attribute
    /// that had to be made is an insertion of its own, followed by those of its entries.
    pub path: Vec<String>,
    /// How many bytes of `text` stand before the key or dash.
    pub lead: usize,
}

impl Insertion {
    /// What has to be kept of it so that it can be taken out again.
    pub fn piece(&self) -> Piece {
        Piece {
            path: self.path.clone(),
            lead: self.lead,
            length: self.text.len(),
            hash: removal::hash(&self.text),
        }
    }
}

/// What a person should know about an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// `depends_on` of `service` is a list: it waits until `on` is started, not until it is healthy.
    StartOnly {
        /// The service that waits.
        service: String,
        /// The service that it waits for.
        on: String,
    },
    /// The list at `path` became a mapping; the bytes of `old` were replaced by `new`.
    Rewritten {
        /// The keys that lead to it.
        path: Vec<String>,
        /// The lines as they were.
        old: String,
        /// The lines as they are.
        new: String,
    },
    /// The value that `path` had through a merge key was copied, since a value of its own hides it.
    Copied {
        /// The keys that lead to it.
        path: Vec<String>,
    },
}

/// An insertion that was made once, in short: enough to find it again in an edited file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Piece {
    /// As in [`Insertion`].
    pub path: Vec<String>,
    /// As in [`Insertion`].
    pub lead: usize,
    /// The length of the text in bytes.
    pub length: usize,
    /// The CRC-32 (IEEE) of the text without the line breaks around it.
    pub hash: u32,
}

impl Piece {
    /// The path of the entry or item that it makes; of the collection, where it only frames one: a bracket, or the
    /// `<<` in the place of an alias.
    pub fn makes(&self) -> &[String] {
        match self.path.split_last() {
            Some((last, above)) if matches!(last.as_str(), "[" | "]" | "{" | "}" | "<<") => above,
            _ => &self.path,
        }
    }
}

/// What came of taking pieces out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The whole new text.
    pub text: String,
    /// The pieces that are out.
    pub removed: Vec<Piece>,
    /// The pieces that are still there, and why.
    pub left: Vec<(Piece, Why)>,
}

/// Why a piece was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is no such entry any more.
    Gone,
    /// The entry is not as it was inserted.
    Changed,
    /// Others have entries in it by now.
    Used,
    /// Without it the file would say something else, or nothing that is valid.
    Needed,
}

impl Compose {
    /// Reads a Compose file. A text without any value is an empty project.
    ///
    /// # Errors
    /// More than one document, a template, invalid YAML, a key twice in one mapping, a carriage return that
    /// ends a line by itself, and a file or a section that is no mapping are refused, each with line and column.
    pub fn parse(text: &str) -> Result<Compose, Refusal> {
        if let Some(at) = source::carriage_return(text) {
            let (line, column) = source::position(text, at);
            return Err(Refusal { line, column, cause: Cause::CarriageReturn, paste: None });
        }
        if text.starts_with("\u{feff}\u{feff}") {
            let cause = Cause::Syntax { message: "the file begins with a second byte order mark".to_owned() };
            return Err(Refusal { line: 1, column: 2, cause, paste: None });
        }
        let tree = tree::read(text)?;
        let text = text.to_owned();
        let compose = Compose { text, tree, services: OnceCell::new(), document: OnceCell::new() };
        compose.check_mappings()?;
        Ok(compose)
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names in a section (`services`, `volumes` …) in the order of the file, those that come
    /// through a merge key last.
    pub fn names(&self, section: &str) -> Vec<String> {
        match self.find(&[section]).map(|node| &node.resolved().kind) {
            Some(Kind::Map { entries, .. }) => {
                value::visible(entries).into_iter().filter_map(|entry| entry.key.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The line of a name in a section.
    pub fn line(&self, section: &str, name: &str) -> Option<usize> {
        let Kind::Map { entries, .. } = &self.find(&[section])?.resolved().kind else { return None };
        let entries = value::visible(entries);
        let entry = entries.into_iter().find(|entry| entry.key.as_deref() == Some(name))?;
        Some(source::position(&self.text, entry.start).0)
    }

    /// The value at a path of keys, aliases and merges resolved; `None` when there is no such key.
    pub fn get(&self, path: &[&str]) -> Option<Value> {
        self.find(path).map(value::value)
    }

    /// The tag at a path of keys as it is written, `!` included.
    pub fn tag(&self, path: &[&str]) -> Option<&str> {
        self.find(path)?.tag.as_deref()
    }

    /// Puts `request` into the file.
    ///
    /// # Errors
    /// A part that says something else already, and a place where an insertion alone cannot give
    /// what was asked without changing anything else. No edit is made then.
    pub fn insert(&self, request: &Request) -> Result<Edit, Refusal> {
        let fragment = request.fragment.map(Compose::parse).transpose()?;
        insertion::insert(self, fragment.as_ref(), request)
    }

    /// As [`Compose::insert`], for a request whose fragment was read before.
    pub(crate) fn insert_read(&self, fragment: Option<&Compose>, request: &Request) -> Result<Edit, Refusal> {
        insertion::insert(self, fragment, request)
    }

    /// Each service that refers to another one of the file, and that one: by `depends_on`, `extends` or `network_mode`.
    pub fn dependencies(&self) -> BTreeSet<(String, String)> {
        let all = reference::references(self).into_iter();
        all.filter(|reference| reference.section == "services").map(|r| (r.service, r.name)).collect()
    }

    /// The service of the same file that one extends.
    pub fn extended(&self, service: &str) -> Option<String> {
        reference::extended(&self.get(&["services", service, "extends"])?)
    }

    /// Takes out those of `pieces` that are still as they were inserted. A section or attribute
    /// goes only when nothing would be left in it.
    pub fn remove(&self, pieces: &[Piece]) -> Removal {
        removal::remove(self, pieces)
    }

    /// What the second reader sees, or its sentence against it.
    fn reread(&self) -> Result<&Document, Unread> {
        if let Some(document) = self.document.get() {
            return Ok(document);
        }
        let document = Document::read(&self.text)?;
        Ok(self.document.get_or_init(|| document))
    }

    fn root(&self) -> Option<&Rc<Node>> {
        self.tree.root.as_ref()
    }

    fn find(&self, path: &[&str]) -> Option<&Node> {
        let (start, rest) = match path {
            ["services", name, rest @ ..] => (self.service(name)?, rest),
            _ => (&**self.root()?, path),
        };
        rest.iter().try_fold(start, |node, key| value::child(node, key))
    }

    fn service(&self, name: &str) -> Option<&Node> {
        let services = value::child(self.root()?, "services")?;
        let Kind::Map { entries, .. } = &services.resolved().kind else { return None };
        let places = self.services.get_or_init(|| {
            let named = entries.iter().enumerate().filter(|(_, entry)| !entry.merges());
            named.filter_map(|(place, entry)| Some((entry.key.clone()?, place))).collect()
        });
        match places.get(name) {
            Some(place) => entries.get(*place).map(|entry| &*entry.node),
            None if entries.iter().any(tree::Entry::merges) => value::child(services, name),
            None => None,
        }
    }

    /// Services stand under `services` (Compose specification); before version 2 of the format they did not.
    fn check_version(&self, root: &Node) -> Result<(), Refusal> {
        let Kind::Map { entries, .. } = &root.kind else { return Ok(()) };
        let is_service = |node: &Node| ["image", "build"].iter().any(|key| value::own(node, key).is_some());
        let service = entries.iter().find_map(|entry| {
            let name = entry.key.as_deref().filter(|name| !name.starts_with("x-"))?;
            is_service(&entry.node).then_some((entry.start, name))
        });
        match service {
            Some((start, name)) => Err(self.refusal(start, Cause::Version1 { service: name.to_owned() })),
            None => Ok(()),
        }
    }

    /// The file, its `services` and each service are mappings (Compose specification).
    fn check_mappings(&self) -> Result<(), Refusal> {
        let Some(root) = self.root() else { return Ok(()) };
        self.check_mapping(root, &[])?;
        let Some(services) = value::child(root, "services") else { return self.check_version(root) };
        self.check_mapping(services, &["services"])?;
        let Kind::Map { entries, .. } = &services.resolved().kind else { return Ok(()) };
        entries.iter().filter(|entry| !entry.merges()).try_for_each(|entry| {
            let name = entry.key.as_deref().unwrap_or("");
            self.check_mapping(&entry.node, &["services", name])
        })
    }

    fn check_mapping(&self, node: &Node, path: &[&str]) -> Result<(), Refusal> {
        match node.resolved().kind {
            Kind::Map { .. } => Ok(()),
            Kind::Null { .. } if !path.is_empty() => Ok(()),
            _ => {
                let path = path.iter().map(|part| (*part).to_owned()).collect();
                Err(self.refusal(node.start, Cause::NotMapping { path }))
            }
        }
    }

    fn refusal(&self, at: usize, cause: Cause) -> Refusal {
        let (line, column) = source::position(&self.text, at);
        Refusal { line, column, cause, paste: None }
    }
}

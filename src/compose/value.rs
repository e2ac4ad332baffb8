//! What a node means once aliases and merge keys are resolved.

use super::scalar;
use super::tree::{Entry, Kind, Node, Style};

/// A value of a Compose file, aliases and `<<` merges resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar as it is written, escapes resolved. A plain one (not `quoted`) may be read as a
    /// number or a truth value.
    Scalar {
        /// The text.
        text: String,
        /// Whether it is written between quotes, or as a block.
        quoted: bool,
    },
    /// A list.
    Seq(Vec<Value>),
    /// A mapping in the order of the file, merged entries after its own.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The value under `key` of a mapping.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Whether it holds nothing: no value, or a mapping without entries.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Map(entries) => entries.is_empty(),
            _ => false,
        }
    }

    /// Whether a variable has this text. A whole number needs no quotes: Compose passes it on as it is written.
    pub fn is_variable(&self, wanted: &str) -> bool {
        match self {
            Value::Scalar { text, quoted: false }
                if text.parse::<u64>().is_ok_and(|n| n.to_string() == *text) =>
            {
                text == wanted
            }
            other => other.same(&Value::Scalar { text: wanted.to_owned(), quoted: true }),
        }
    }

    /// Whether both mean the same: quotes do not count where no reader takes the plain text for
    /// something else, and neither does the order of a mapping.
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Scalar { text: a, quoted: p }, Value::Scalar { text: b, quoted: q }) => {
                a == b && (p == q || !scalar::ambiguous(a))
            }
            (Value::Seq(a), Value::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Value::Map(a), Value::Map(_)) => {
                let Value::Map(b) = other else { return false };
                a.len() == b.len()
                    && a.iter().all(|(key, value)| other.get(key).is_some_and(|o| value.same(o)))
            }
            _ => false,
        }
    }
}

/// The value of a node.
pub fn value(node: &Node) -> Value {
    match &node.resolved().kind {
        Kind::Scalar { text, style } => Value::Scalar { text: text.clone(), quoted: *style != Style::Plain },
        Kind::Seq { items, .. } => Value::Seq(items.iter().map(|item| value(&item.node)).collect()),
        Kind::Map { entries, .. } => Value::Map(merged(entries)),
        Kind::Null { .. } | Kind::Alias { .. } => Value::Null,
    }
}

fn merged(entries: &[Entry]) -> Vec<(String, Value)> {
    visible(entries).into_iter().filter_map(|entry| Some((entry.key.clone()?, value(&entry.node)))).collect()
}

/// The entries of a mapping as seen through its merge keys: its own come first, and an earlier
/// source of `<<: [*a, *b]` wins (the YAML merge key type, <https://yaml.org/type/merge.html>).
pub fn visible(entries: &[Entry]) -> Vec<&Entry> {
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    collect(entries, &mut seen, &mut found);
    found
}

fn collect<'n>(
    entries: &'n [Entry],
    seen: &mut std::collections::HashSet<&'n str>,
    found: &mut Vec<&'n Entry>,
) {
    for entry in entries.iter().filter(|entry| !entry.merges()) {
        if entry.key.as_deref().is_none_or(|key| seen.insert(key)) {
            found.push(entry);
        }
    }
    for source in entries.iter().filter(|entry| entry.merges()).flat_map(|e| sources(&e.node)) {
        collect(source, seen, found);
    }
}

/// The mappings that the value of a merge key names.
fn sources(node: &Node) -> Vec<&[Entry]> {
    match &node.resolved().kind {
        Kind::Map { entries, .. } => vec![entries.as_slice()],
        Kind::Seq { items, .. } => items.iter().flat_map(|item| sources(&item.node)).collect(),
        _ => Vec::new(),
    }
}

/// The entry of `key` that a mapping itself has.
pub fn own<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    match &node.kind {
        Kind::Map { entries, .. } => entries.iter().find(|e| e.key.as_deref() == Some(key)),
        _ => None,
    }
}

/// The node under `key` of a mapping, aliases and merges resolved.
pub fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Kind::Map { entries, .. } = &node.resolved().kind else { return None };
    match entries.iter().find(|e| e.key.as_deref() == Some(key)) {
        Some(entry) => Some(&entry.node),
        None => {
            visible(entries).into_iter().find(|e| e.key.as_deref() == Some(key)).map(|entry| &*entry.node)
        }
    }
}

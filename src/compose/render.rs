//! New entries as text, in block and in flow style.

use super::fragment::Lines;
use super::style::Style;
use super::tree::{self, Kind, Node};
use super::value::{self, Value};
use super::want::Base;
use super::{Gain, scalar};

/// How the neighbours of a new entry write their keys and values.
#[derive(Debug, Clone, Copy)]
pub struct Like {
    /// How keys are quoted.
    pub key: tree::Style,
    /// How values and list items are quoted.
    pub value: tree::Style,
}

impl Like {
    /// The style of a place without neighbours.
    pub fn alone(style: &Style) -> Like {
        Like { key: style.key, value: style.key }
    }

    /// The style inside of a new mapping: where keys stand between quotes, all values do.
    pub fn inside(self) -> Like {
        Like { key: self.key, value: self.key }
    }
}

/// The two forms that an attribute of a service can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Items: `- NAME=value`.
    List,
    /// Entries: `NAME: value`.
    Map,
}

impl Form {
    /// The form of an attribute that has to be made: a mapping, but for the lists of names.
    pub fn of_new(attribute: &str) -> Form {
        match attribute {
            "secrets" | "networks" => Form::List,
            _ => Form::Map,
        }
    }
}

/// A key as it is written.
pub fn key(text: &str, like: Like, flow: bool) -> String {
    scalar::write(text, like.key, flow)
}

/// A gain in block style, its key or dash at `column`.
pub fn block_gain(gain: &Gain, form: Form, column: usize, like: Like, style: &Style) -> Lines {
    let margin = " ".repeat(column);
    let text = match (form, gain) {
        (Form::List, _) => format!("{margin}- {}", scalar::write(&gain.item(), like.value, false)),
        (Form::Map, Gain::DependsOn { on, condition }) => format!(
            "{margin}{}:{}{margin}{}{}: {}",
            key(on, like, false),
            style.eol,
            " ".repeat(style.unit),
            key("condition", like, false),
            scalar::write(condition, like.value, false),
        ),
        (Form::Map, Gain::Environment { key: name, value }) => {
            format!("{margin}{}: {}", key(name, like, false), scalar::write(value, like.value, false))
        }
        (Form::Map, Gain::Secret { name } | Gain::Network { name }) => {
            format!("{margin}{}:", key(name, like, false))
        }
    };
    Lines { text, lead: column }
}

/// A gain in flow style.
pub fn flow_gain(gain: &Gain, form: Form, like: Like) -> String {
    let write = |text: &str| scalar::write(text, like.value, true);
    match (form, gain) {
        (Form::List, _) => write(&gain.item()),
        (Form::Map, Gain::DependsOn { on, condition }) => {
            let inner = key("condition", like, true);
            format!("{}: {{{inner}: {}}}", key(on, like, true), write(condition))
        }
        (Form::Map, Gain::Environment { key: name, value }) => {
            format!("{}: {}", key(name, like, true), write(value))
        }
        (Form::Map, Gain::Secret { name } | Gain::Network { name }) => {
            format!("{}: null", key(name, like, true))
        }
    }
}

/// A node in flow style on one line, or, with a margin, with an entry a line as JSON is written.
pub fn flow_node(node: &Node, like: Like, spread: Option<&Spread>) -> String {
    let deeper = spread.map(Spread::deeper);
    let deeper = deeper.as_ref();
    match &node.resolved().kind {
        Kind::Null { .. } | Kind::Alias { .. } => "null".to_owned(),
        Kind::Scalar { text, style } => flow_scalar(text, *style, like),
        Kind::Seq { items, .. } => {
            let items = items.iter().map(|item| flow_node(&item.node, like, deeper)).collect();
            brackets('[', items, ']', spread)
        }
        Kind::Map { .. } => {
            let entries = match node.resolved().kind {
                Kind::Map { ref entries, .. } => value::visible(entries),
                _ => Vec::new(),
            };
            let entries = entries
                .into_iter()
                .map(|entry| {
                    let name = key(entry.key.as_deref().unwrap_or(""), like, true);
                    format!("{name}: {}", flow_node(&entry.node, like, deeper))
                })
                .collect();
            brackets('{', entries, '}', spread)
        }
    }
}

/// A plain scalar that could be a number stays plain; all others are written like the neighbours.
fn flow_scalar(text: &str, style: tree::Style, like: Like) -> String {
    match style {
        tree::Style::Plain if scalar::ambiguous(text) => text.to_owned(),
        tree::Style::Plain => scalar::write(text, like.value, true),
        tree::Style::Single if like.value != tree::Style::Double => {
            scalar::write(text, tree::Style::Single, true)
        }
        _ => scalar::double(text),
    }
}

/// Where the lines of a flow collection stand that has one entry a line.
#[derive(Debug, Clone)]
pub struct Spread {
    /// The line break of the file.
    pub eol: &'static str,
    /// The blanks before each entry.
    pub margin: String,
    /// The blanks by which the next level stands further right.
    pub step: String,
}

impl Spread {
    /// What stands before the first entry.
    pub fn first(&self) -> String {
        format!("{}{}{}", self.eol, self.margin, self.step)
    }

    /// What stands between two entries.
    pub fn next(&self) -> String {
        format!(",{}", self.first())
    }

    /// What stands behind the last entry.
    pub fn last(&self) -> String {
        format!("{}{}", self.eol, self.margin)
    }

    /// The same one level in.
    pub fn deeper(&self) -> Spread {
        Spread { margin: format!("{}{}", self.margin, self.step), ..self.clone() }
    }
}

/// What a made flow mapping or list begins with.
pub fn flow_base(base: &Base, like: Like) -> Vec<String> {
    match base {
        Base::Nothing => Vec::new(),
        // A comma may be part of an anchor's name: the blank ends it.
        Base::Merge(anchor) => vec![format!("<<: *{anchor} ")],
        Base::Copy(Value::Seq(items)) => items.iter().map(inline).collect(),
        Base::Copy(Value::Map(entries)) => entries
            .iter()
            .map(|(name, value)| format!("{}: {}", key(name, like, true), inline(value)))
            .collect(),
        Base::Copy(other) => vec![inline(other)],
    }
}

/// Entries between brackets.
pub fn brackets(open: char, entries: Vec<String>, close: char, spread: Option<&Spread>) -> String {
    match spread.filter(|_| !entries.is_empty()) {
        None => format!("{open}{}{close}", entries.join(", ")),
        Some(spread) => {
            format!("{open}{}{}{}{close}", spread.first(), entries.join(&spread.next()), spread.last())
        }
    }
}

/// The brackets of a list or mapping.
pub fn bracket_pair(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::List => ("[", "]"),
        Form::Map => ("{", "}"),
    }
}

/// The lines of a value in block style below its key, which stands at `column`.
pub fn block_value(value: &Value, column: usize, like: Like, style: &Style) -> Vec<String> {
    match value {
        Value::Map(entries) => {
            let column = column + style.unit;
            entries.iter().flat_map(|(name, value)| block_entry(name, value, column, like, style)).collect()
        }
        Value::Seq(items) => {
            let margin = " ".repeat(column + style.dash);
            items.iter().map(|item| format!("{margin}- {}", inline(item))).collect()
        }
        _ => Vec::new(),
    }
}

/// The lines of an entry in block style, its key at `column`.
pub fn block_entry(name: &str, value: &Value, column: usize, like: Like, style: &Style) -> Vec<String> {
    let head = format!("{}{}:", " ".repeat(column), key(name, like, false));
    match value {
        Value::Null => vec![head],
        Value::Map(entries) if !entries.is_empty() => {
            let mut lines = vec![head];
            lines.extend(block_value(value, column, like, style));
            lines
        }
        Value::Seq(items) if !items.is_empty() => {
            let mut lines = vec![head];
            lines.extend(block_value(value, column, like, style));
            lines
        }
        _ => vec![format!("{head} {}", inline(value))],
    }
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Scalar { text, quoted: false } if scalar::ambiguous(text) => text.clone(),
        Value::Scalar { text, quoted: false } => scalar::write(text, tree::Style::Plain, true),
        Value::Scalar { text, quoted: true } => scalar::double(text),
        Value::Seq(items) => brackets('[', items.iter().map(inline).collect(), ']', None),
        Value::Map(entries) => {
            let entry = |(name, value): &(String, Value)| {
                format!("{}: {}", scalar::write(name, tree::Style::Plain, true), inline(value))
            };
            brackets('{', entries.iter().map(entry).collect(), '}', None)
        }
    }
}

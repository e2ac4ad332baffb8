//! `.dockgen/answers.toml`: what dockgen added to a project, with which answers, and where.

use serde::{Deserialize, Serialize};

use crate::answers::{Answers, Value};
use crate::catalog::Kind;
use crate::compose::Piece;
use crate::error::{Error, Result};

/// Where the record is, relative to the project.
pub const PATH: &str = ".dockgen/answers.toml";

const HEADER: &str = "# Written by dockgen, read by `dockgen add` and `dockgen remove`. Commit it.\n";

/// The whole record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What was added, in order.
    #[serde(default, rename = "entry")]
    pub entries: Vec<Added>,
}

/// One entry that was added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Added {
    /// The Compose service name.
    pub name: String,
    /// The catalog entry, e.g. `services/postgres`.
    pub from: String,
    /// The folder of an application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether the starter was written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub starter: bool,
    /// The applications that were connected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connected: Vec<String>,
    /// The variables in `.env`, each with the secret whose value it has: `DATABASE_URL=url`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<String>,
    /// The answers by question key.
    #[serde(default)]
    pub answers: toml::Table,
    /// The pieces of text that were inserted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inserted: Vec<Inserted>,
    /// The files that were created.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub created: Vec<Created>,
}

/// A file that was created, as it is recognised again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Created {
    /// The file.
    pub file: String,
    /// CRC-32 of its text.
    pub crc32: u32,
}

impl Created {
    /// The recognisable form of a file.
    #[must_use]
    pub fn of(file: &str, text: &str) -> Self {
        Self { file: file.to_owned(), crc32: crc32fast::hash(text.as_bytes()) }
    }
}

/// A piece of text that was inserted into a file, as it is recognised again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inserted {
    /// The file.
    pub file: String,
    /// What the text makes: a path into the Compose file, or empty for lines of another file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// Bytes of the text before the key or dash.
    #[serde(default)]
    pub lead: usize,
    /// Bytes of the text.
    pub length: usize,
    /// CRC-32 of the text.
    pub crc32: u32,
}

impl Inserted {
    /// The recognisable form of a text.
    #[must_use]
    pub fn of(file: &str, path: &[String], lead: usize, text: &str) -> Self {
        Self {
            file: file.to_owned(),
            path: path.to_vec(),
            lead,
            length: text.len(),
            crc32: crc32fast::hash(text.as_bytes()),
        }
    }
}

impl Inserted {
    /// Whether it is a piece of a Compose file, not lines of another.
    #[must_use]
    pub fn is_compose(&self) -> bool {
        !self.path.is_empty()
    }

    /// The form in which a Compose text finds it again.
    #[must_use]
    pub fn piece(&self) -> Piece {
        Piece { path: self.path.clone(), lead: self.lead, length: self.length, hash: self.crc32 }
    }

    /// A piece of a Compose file.
    #[must_use]
    pub fn from_piece(file: &str, piece: &Piece) -> Self {
        Self {
            file: file.to_owned(),
            path: piece.path.clone(),
            lead: piece.lead,
            length: piece.length,
            crc32: piece.hash,
        }
    }
}

impl Added {
    /// The Compose files that it was put into, each as often as it has pieces there.
    pub fn compose_files(&self) -> impl Iterator<Item = &str> {
        self.inserted.iter().filter(|piece| piece.is_compose()).map(|piece| piece.file.as_str())
    }

    /// The answers as they were given.
    #[must_use]
    pub fn given(&self) -> Answers {
        self.answers
            .iter()
            .filter_map(|(key, value)| {
                let value = match value {
                    toml::Value::String(text) if text == "none" => Value::None,
                    value => Value::from_toml(value)?,
                };
                Some((key.clone(), value))
            })
            .collect()
    }

    /// The kind and the name of its catalog entry.
    #[must_use]
    pub fn entry(&self) -> Option<(Kind, &str)> {
        let (folder, name) = self.from.split_once('/')?;
        match folder {
            "languages" => Some((Kind::Language, name)),
            "services" => Some((Kind::Service, name)),
            _ => None,
        }
    }
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// [`Error::BadToml`] with the line and the key.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Error::BadToml {
            path: PATH.to_owned(),
            message: located(text, &error),
            hint: "mend it, or take it away: without it the Compose file alone is the truth".to_owned(),
        })
    }

    /// The text of one entry, to be put at the end of the record. A record that does not exist yet
    /// starts with [`Record::header`].
    #[must_use]
    pub fn text_of(added: &Added) -> String {
        let mut text =
            format!("\n[[entry]]\nname = {}\nfrom = {}\n", quoted(&added.name), quoted(&added.from));
        if let Some(path) = &added.path {
            text.push_str(&format!("path = {}\n", quoted(path)));
        }
        if added.starter {
            text.push_str("starter = true\n");
        }
        if !added.connected.is_empty() {
            text.push_str(&format!("connected = {}\n", strings(&added.connected)));
        }
        if !added.variables.is_empty() {
            text.push_str(&format!("variables = {}\n", strings(&added.variables)));
        }
        if !added.created.is_empty() {
            text.push_str("created = [\n");
            for made in &added.created {
                text.push_str(&format!("  {{ file = {}, crc32 = {} }},\n", quoted(&made.file), made.crc32));
            }
            text.push_str("]\n");
        }
        if !added.inserted.is_empty() {
            text.push_str("inserted = [\n");
            for piece in &added.inserted {
                text.push_str(&format!(
                    "  {{ file = {}, path = {}, lead = {}, length = {}, crc32 = {} }},\n",
                    quoted(&piece.file),
                    strings(&piece.path),
                    piece.lead,
                    piece.length,
                    piece.crc32
                ));
            }
            text.push_str("]\n");
        }
        if !added.answers.is_empty() {
            text.push_str("\n[entry.answers]\n");
            for (key, value) in &added.answers {
                text.push_str(&format!("{key} = {value}\n"));
            }
        }
        text
    }

    /// The whole record as text.
    #[must_use]
    pub fn text(&self) -> String {
        let entries = self.entries.iter().map(Self::text_of).collect::<String>();
        if entries.is_empty() { String::new() } else { format!("{HEADER}{entries}") }
    }

    /// What a record starts with.
    #[must_use]
    pub fn header() -> &'static str {
        HEADER
    }

    /// The entry of that service name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Added> {
        self.entries.iter().find(|added| added.name == name)
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn strings(list: &[String]) -> String {
    toml::Value::Array(list.iter().cloned().map(toml::Value::String).collect()).to_string()
}

/// A TOML error in one line: where, and what.
pub(crate) fn located(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().trim().replace('\n', ", ");
    match error.span() {
        Some(span) => format!("{}: {message}", place(text, span.start)),
        None => message,
    }
}

/// Line and column of a byte in a text, both from 1.
pub(crate) fn place(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("line {line}, column {column}")
}

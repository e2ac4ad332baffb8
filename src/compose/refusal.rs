//! Why a file is not edited.

use std::fmt;

/// An edit that was not made: where, why, and what a person can paste instead.
///
/// `Display` gives one line in lower case without a full stop; [`Refusal::hint`] says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The line it is about, counted from 1.
    pub line: usize,
    /// The column in that line, counted from 1, in characters.
    pub column: usize,
    /// The reason.
    pub cause: Cause,
    /// The text that would have to stand in the file, where an insertion alone cannot put it there.
    pub paste: Option<String>,
}

/// The reasons for a [`Refusal`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The text is not YAML; what its reader said.
    Syntax {
        /// The sentence of the reader.
        message: String,
    },
    /// A line ends in a carriage return without a line feed.
    CarriageReturn,
    /// The text is a template that something else renders first.
    Template,
    /// More than one YAML document; Compose takes one.
    Documents,
    /// A service beside `services`, where only version 1 of the format has it.
    Version1 {
        /// Its name.
        service: String,
    },
    /// The same key twice in one mapping, first in line `first`.
    DuplicateKey {
        /// The key.
        key: String,
        /// The line of the first one, counted from 1.
        first: usize,
    },
    /// An anchor whose value contains itself.
    Cycle {
        /// Its name, without `&`.
        anchor: String,
    },
    /// Aliases that unfold to more than can be held.
    Aliases,
    /// The file, or one of its parts, has to be a mapping. An empty path is the file.
    NotMapping {
        /// The keys that lead to it.
        path: Vec<String>,
    },
    /// The value has a form into which nothing can be inserted.
    Form {
        /// The keys that lead to it.
        path: Vec<String>,
    },
    /// The value is an explicit `null`, which an insertion cannot take away.
    Null {
        /// The keys that lead to it.
        path: Vec<String>,
    },
    /// The value is an alias whose anchor others use too.
    Alias {
        /// The keys that lead to it.
        path: Vec<String>,
        /// The name of the anchor.
        name: String,
    },
    /// The value carries a tag that would drop what is inserted.
    Tag {
        /// The keys that lead to it.
        path: Vec<String>,
        /// The tag as it is written.
        tag: String,
    },
    /// The file has the entry already, and it says something else.
    Conflict {
        /// The keys that lead to it.
        path: Vec<String>,
    },
    /// The volume is there already, and another service keeps its data in it.
    Mounted {
        /// The keys that lead to it.
        path: Vec<String>,
        /// The service.
        by: String,
    },
    /// The insertion would change another part of the file through an anchor.
    Shared {
        /// The keys that lead to it.
        path: Vec<String>,
        /// What would change as well.
        also: Vec<String>,
    },
    /// YAML readers differ about the value, for example at a line break that only YAML 1.1 knows.
    Disputed {
        /// The keys that lead to it.
        path: Vec<String>,
    },
    /// The edited text did not read as intended.
    Reread {
        /// What was found instead.
        message: String,
    },
}

impl Refusal {
    /// What to do about it, in one line.
    pub fn hint(&self) -> String {
        match self.cause {
            Cause::Shared { .. } => {
                return "`--to none` adds without connecting; what an application gains can be put into \
                        `compose.override.yaml` by hand"
                    .to_owned();
            }
            Cause::Reread { .. } => {
                return "put the text into a file of its own, such as `compose.override.yaml`".to_owned();
            }
            _ => {}
        }
        if self.paste.is_some() {
            return "paste the text by hand, and run the command again".to_owned();
        }
        match &self.cause {
            Cause::Syntax { .. } => "`docker compose config` has to accept the file first".to_owned(),
            Cause::CarriageReturn => "save the file with line feeds".to_owned(),
            Cause::Template => "add to the file that is rendered from it".to_owned(),
            Cause::Documents => "keep one document, and the others in files of their own".to_owned(),
            Cause::Version1 { .. } => "put it under `services:`, where Compose looks for services".to_owned(),
            Cause::DuplicateKey { key, .. } => format!("keep one `{key}`"),
            Cause::Cycle { .. } | Cause::Aliases => "write the value out".to_owned(),
            Cause::NotMapping { path } if path.is_empty() => {
                "a Compose file begins with keys such as `services:`".to_owned()
            }
            Cause::NotMapping { .. } | Cause::Form { .. } => {
                "write it as the Compose specification does".to_owned()
            }
            Cause::Conflict { .. } => "take another name, or make both say the same".to_owned(),
            Cause::Mounted { .. } => {
                "give the new one another name (`NAME=ALIAS`): two servers in one volume destroy its data"
                    .to_owned()
            }
            _ => "edit this part by hand".to_owned(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.cause)
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Syntax { message } => write!(f, "not valid YAML: {message}"),
            Cause::CarriageReturn => write!(f, "the line ends in a carriage return without a line feed"),
            Cause::Template => write!(f, "the file is a template, not a Compose file"),
            Cause::Documents => write!(f, "the file holds more than one YAML document"),
            Cause::Version1 { service } => {
                write!(f, "`{service}` stands outside of `services`, as in version 1 of the format")
            }
            Cause::DuplicateKey { key, first } => {
                write!(f, "`{key}` stands here twice, first in line {first}")
            }
            Cause::Cycle { anchor } => write!(f, "the value of anchor `{anchor}` contains itself"),
            Cause::Aliases => write!(f, "the aliases unfold to more than can be read"),
            Cause::NotMapping { path } if path.is_empty() => write!(f, "the file is not a mapping"),
            Cause::NotMapping { path } => write!(f, "`{}` is not a mapping", path.join(".")),
            Cause::Form { path } => {
                write!(f, "`{}` has a form that takes no entries", path.join("."))
            }
            Cause::Null { path } => write!(f, "`{}` is set to null", path.join(".")),
            Cause::Alias { path, name } => {
                write!(f, "`{}` is the alias `*{name}`, shared with others", path.join("."))
            }
            Cause::Tag { path, tag } => {
                write!(f, "`{}` carries the tag `{tag}`", path.join("."))
            }
            Cause::Conflict { path } => {
                write!(f, "`{}` is there already with other content", path.join("."))
            }
            Cause::Mounted { path, by } => {
                write!(f, "`{}` is there already, and `{by}` keeps its data in it", path.join("."))
            }
            Cause::Shared { path, also } => write!(
                f,
                "an entry in `{}` would change `{}` as well, through an anchor",
                path.join("."),
                also.join(".")
            ),
            Cause::Disputed { path } => {
                write!(f, "YAML readers differ about `{}`", path.join("."))
            }
            Cause::Reread { message } => write!(f, "the edit does not read as intended: {message}"),
        }
    }
}

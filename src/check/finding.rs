//! One thing that is wrong, and where.

use std::fmt;

use serde::Serialize;

use crate::catalog::Entry;
use crate::error::Error;

/// One thing that is wrong with a catalog entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file, relative to the overlay.
    pub file: String,
    /// Its line, counted from 1; 0: the whole file.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Finding {
    pub(super) fn new(file: String, line: usize, message: impl Into<String>) -> Self {
        Self { file, line, message: message.into() }
    }

    /// A finding in the line of an entry's file that holds `words`, else in the file.
    pub(super) fn at(entry: &Entry, file: &str, words: &str, message: impl Into<String>) -> Self {
        let text = entry.file(file).unwrap_or_default();
        let line = text.lines().position(|line| line.contains(words)).map_or(0, |at| at + 1);
        Self::new(entry.path(file), line, message)
    }

    /// What went wrong with an entry, where the error says it.
    pub(super) fn of(entry: &Entry, error: &Error) -> Self {
        match error {
            Error::Template { path, line, message } => {
                Self::new(path.clone(), line.unwrap_or(0), message.clone())
            }
            Error::BadToml { path, message, .. } => {
                let file = path.split(" (").next().unwrap_or(path);
                Self::with_line(file, message)
            }
            Error::BadEntry { path, message } => Self::with_line(path, message),
            other => Self::new(entry.path(entry.kind().manifest_file()), 0, other.to_string()),
        }
    }

    /// A message that begins with its line: `line 3, column 1: …`.
    fn with_line(file: &str, message: &str) -> Self {
        let found = message.strip_prefix("line ").and_then(|rest| {
            let (place, words) = rest.split_once(": ")?;
            Some((place.split(',').next()?.parse().ok()?, words))
        });
        let (line, words) = found.unwrap_or((0, message));
        Self::new(file.to_owned(), line, words)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

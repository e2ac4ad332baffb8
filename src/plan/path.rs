//! A path that cannot leave the project.

use std::fmt;

use serde::Serialize;

use crate::error::{Error, Result};

/// The longest path that is taken: what every file system of today can hold, with room for the folder above.
const LONGEST: usize = 1024;

/// A relative path with `/`, without `.`, `..`, empty parts, control characters or a drive letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ProjectPath(String);

impl ProjectPath {
    /// Checks a path. `./a` and `a/./b` are taken as `a` and `a/b`.
    ///
    /// # Errors
    /// [`Error::BadPath`] when it is absolute, leaves the project, is empty, or names what cannot be a file.
    pub fn new(path: &str) -> Result<Self> {
        let bad = |why| Err(Error::BadPath { path: path.to_owned(), why });
        if path.starts_with('/') {
            return bad("it is absolute");
        }
        if path.contains('\\') || path.contains(':') {
            return bad("`\\` and `:` are no part of a portable name");
        }
        if path.chars().any(char::is_control) {
            return bad("it has a control character");
        }
        if path.len() > LONGEST {
            return bad("it is too long");
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if parts.contains(&"..") {
            return bad("`..` leaves its folder");
        }
        if parts.is_empty() {
            return bad("it is empty");
        }
        if parts.first().is_some_and(|part| part.eq_ignore_ascii_case(".git")) {
            return bad("`.git` belongs to git");
        }
        Ok(Self(parts.join("/")))
    }

    /// The path below a folder of the project; `.` and the empty text are the project itself.
    ///
    /// # Errors
    /// As [`ProjectPath::new`].
    pub fn below(folder: &str, path: &str) -> Result<Self> {
        if path.starts_with('/') {
            return Self::new(path);
        }
        Self::new(&format!("{}/{path}", if folder.is_empty() { "." } else { folder }))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! What will be written: plain data that can be shown, compared and carried out.

mod derived;
mod growth;
mod path;

use serde::Serialize;
use similar::TextDiff;

pub use growth::Growth;
pub use path::ProjectPath;

use crate::secret::Secret;

/// Everything that one command will do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The changes, in the order in which they are carried out.
    pub changes: Vec<Change>,
    /// What the person should know, one sentence each.
    pub notes: Vec<String>,
}

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Change {
    /// A file that is not there yet, or that is to be replaced when the person says so.
    Create {
        /// The file.
        path: ProjectPath,
        /// Its text.
        text: String,
        /// Its mode, as `chmod` takes it.
        #[serde(serialize_with = "octal")]
        mode: u32,
        /// A starter file: what is there already is always kept.
        #[serde(skip)]
        keep: bool,
    },
    /// Text that is put into a file that is there; nothing of it is touched.
    Insert {
        /// The file.
        path: ProjectPath,
        /// The insertions, by offset.
        insertions: Vec<Insertion>,
        /// The text before, which must still be there when the plan is carried out.
        #[serde(skip)]
        before: String,
    },
    /// A rewrite that was asked for by a flag, or a removal.
    Rewrite {
        /// The file.
        path: ProjectPath,
        /// The text before, which must still be there when the plan is carried out.
        #[serde(skip)]
        before: String,
        /// The text after.
        text: String,
    },
    /// A file that dockgen made and that is taken away again.
    Delete {
        /// The file.
        path: ProjectPath,
        /// The text before, which must still be there when the plan is carried out.
        #[serde(skip)]
        before: String,
    },
    /// A line `KEY=value` of `.env`; its value is drawn when the plan is carried out. A line that is
    /// there already stays as it is.
    Variable {
        /// The file.
        path: ProjectPath,
        /// The variable.
        key: String,
        /// What it holds.
        #[serde(skip)]
        secret: Secret,
    },
    /// A secret file; its value is drawn when the plan is carried out.
    Secret {
        /// The file.
        path: ProjectPath,
        /// What it holds.
        #[serde(skip)]
        secret: Secret,
        /// Its mode, as `chmod` takes it.
        #[serde(serialize_with = "octal")]
        mode: u32,
    },
}

/// A text and where it is put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Insertion {
    /// Byte offset in the text before.
    pub at: usize,
    /// The text.
    pub text: String,
}

impl Change {
    /// The file that is changed.
    #[must_use]
    pub fn path(&self) -> &ProjectPath {
        match self {
            Self::Create { path, .. }
            | Self::Insert { path, .. }
            | Self::Rewrite { path, .. }
            | Self::Delete { path, .. }
            | Self::Variable { path, .. }
            | Self::Secret { path, .. } => path,
        }
    }

    /// The text that the file will hold; none for a secret and for a file that goes.
    #[must_use]
    pub fn after(&self) -> Option<String> {
        match self {
            Self::Create { text, .. } | Self::Rewrite { text, .. } => Some(text.clone()),
            Self::Insert { insertions, before, .. } => Some(spliced(before, insertions)),
            Self::Delete { .. } | Self::Variable { .. } | Self::Secret { .. } => None,
        }
    }

    /// The change as a unified diff against `there`, the text that the file holds now.
    #[must_use]
    pub fn diff(&self, there: Option<&str>) -> String {
        match self {
            Self::Secret { path, .. } => format!("{path}: a new secret value, not shown\n"),
            Self::Variable { path, key, .. } => format!("{path}: {key}=a secret value, not shown\n"),
            _ => diff(self.path(), there, self.after().as_deref()),
        }
    }
}

/// A unified diff of one file; `None`: it is not there.
#[must_use]
pub fn diff(path: &ProjectPath, before: Option<&str>, after: Option<&str>) -> String {
    let name = |side: &str, text: Option<&str>| match text {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (old, new) = (name("a", before), name("b", after));
    TextDiff::from_lines(before.unwrap_or(""), after.unwrap_or(""))
        .unified_diff()
        .context_radius(3)
        .header(&old, &new)
        .to_string()
}

/// The text with all insertions in place. Offsets that are no place in the text are taken as its end.
#[must_use]
pub fn spliced(before: &str, insertions: &[Insertion]) -> String {
    let mut text =
        String::with_capacity(before.len() + insertions.iter().map(|i| i.text.len()).sum::<usize>());
    let mut done = 0;
    for insertion in insertions {
        text.push_str(before.get(done..insertion.at).unwrap_or(""));
        text.push_str(&insertion.text);
        done = insertion.at;
    }
    text.push_str(before.get(done..).unwrap_or(""));
    text
}

fn octal<S: serde::Serializer>(mode: &u32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("{mode:04o}"))
}

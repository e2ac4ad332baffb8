//! The files of a project as they are and as they will be.

use std::collections::BTreeMap;

use crate::compose::Edit;
use crate::error::Result;
use crate::plan::{Change, Growth, ProjectPath};
use crate::secret::Secret;

/// Reads a file of the project; `None`: it is not there.
pub type Read<'a> = Box<dyn Fn(&ProjectPath) -> Result<Option<String>> + 'a>;

/// Texts by path. A file is read when it is first looked at.
pub struct Texts<'a> {
    read: Read<'a>,
    known: BTreeMap<ProjectPath, Text>,
}

enum Text {
    Absent,
    There(Growth),
    Rewritten { before: String, text: String },
    Gone { before: String },
    New { text: String, mode: u32, keep: bool },
}

impl<'a> Texts<'a> {
    /// Texts over the files that `read` gives.
    #[must_use]
    pub fn new(read: Read<'a>) -> Self {
        Self { read, known: BTreeMap::new() }
    }

    fn look(&mut self, path: &ProjectPath) -> Result<&mut Text> {
        if !self.known.contains_key(path) {
            let text = match (self.read)(path)? {
                Some(text) => Text::There(Growth::new(text)),
                None => Text::Absent,
            };
            self.known.insert(path.clone(), text);
        }
        Ok(self.known.entry(path.clone()).or_insert(Text::Absent))
    }

    /// The text of a file as it is now.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn get(&mut self, path: &ProjectPath) -> Result<Option<String>> {
        Ok(match self.look(path)? {
            Text::Absent | Text::Gone { .. } => None,
            Text::There(growth) => Some(growth.text()),
            Text::Rewritten { text, .. } | Text::New { text, .. } => Some(text.clone()),
        })
    }

    /// A new file, whatever is on the disk: whether that is in the way is seen when the plan is applied.
    pub fn create(&mut self, path: &ProjectPath, text: String, mode: u32, keep: bool) {
        self.known.insert(path.clone(), Text::New { text, mode, keep });
    }

    /// Inserts text at a byte offset of the file as it is now.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn insert(&mut self, path: &ProjectPath, at: usize, inserted: &str) -> Result<()> {
        match self.look(path)? {
            Text::There(growth) => growth.insert(at, inserted),
            Text::New { text, .. } | Text::Rewritten { text, .. } => {
                if text.is_char_boundary(at) {
                    text.insert_str(at, inserted);
                }
            }
            Text::Absent | Text::Gone { .. } => self.create(path, inserted.to_owned(), 0o644, false),
        }
        Ok(())
    }

    /// Gives a file that is there another text.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn rewrite(&mut self, path: &ProjectPath, after: String) -> Result<()> {
        let known = self.look(path)?;
        match known {
            Text::There(growth) => {
                let before = std::mem::replace(growth, Growth::new(String::new())).into_parts().0;
                *known = Text::Rewritten { before, text: after };
            }
            Text::New { text, .. } | Text::Rewritten { text, .. } => *text = after,
            Text::Absent | Text::Gone { .. } => {}
        }
        Ok(())
    }

    /// Takes a file away.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn delete(&mut self, path: &ProjectPath) -> Result<()> {
        let known = self.look(path)?;
        match known {
            Text::There(growth) => {
                let before = std::mem::replace(growth, Growth::new(String::new())).into_parts().0;
                *known = Text::Gone { before };
            }
            Text::Rewritten { before, .. } => *known = Text::Gone { before: std::mem::take(before) },
            Text::New { .. } | Text::Absent | Text::Gone { .. } => *known = Text::Absent,
        }
        Ok(())
    }

    /// Carries out an edit of a Compose file.
    ///
    /// # Errors
    /// A file that cannot be read, or an edit that does not fit the text it was made for.
    pub fn apply(&mut self, path: &ProjectPath, edit: Edit) -> Result<()> {
        let mut insertions: Vec<_> = edit.insertions.iter().collect();
        insertions.sort_by_key(|insertion| insertion.at);
        let mut grown = 0;
        let mut text = self.get(path)?.unwrap_or_default();
        for insertion in &insertions {
            let at = insertion.at + grown;
            if text.is_char_boundary(at) {
                text.insert_str(at, &insertion.text);
            }
            grown += insertion.text.len();
        }
        if text != edit.text {
            return self.rewrite(path, edit.text);
        }
        grown = 0;
        for insertion in insertions {
            self.insert(path, insertion.at + grown, &insertion.text)?;
            grown += insertion.text.len();
        }
        Ok(())
    }

    /// The changes that make the texts true, without those of files that stay as they are.
    #[must_use]
    pub fn changes(self) -> Vec<Change> {
        let change = |(path, text)| match text {
            Text::Absent => None,
            Text::There(growth) if growth.is_unchanged() => None,
            Text::There(growth) => {
                let (before, insertions) = growth.into_parts();
                Some(Change::Insert { path, insertions, before })
            }
            Text::Rewritten { before, text } if before == text => None,
            Text::Rewritten { before, text } => Some(Change::Rewrite { path, before, text }),
            Text::Gone { before } => Some(Change::Delete { path, before }),
            Text::New { text, mode, keep } => Some(Change::Create { path, text, mode, keep }),
        };
        self.known.into_iter().filter_map(change).collect()
    }

    /// The changes for secret files: in their order, since one may be made from another.
    #[must_use]
    pub fn secrets(secrets: Vec<(ProjectPath, Secret)>, mode: u32) -> Vec<Change> {
        secrets.into_iter().map(|(path, secret)| Change::Secret { path, secret, mode }).collect()
    }
}

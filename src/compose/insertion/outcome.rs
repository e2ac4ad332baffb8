//! The edit that all changes make, or what the guard has against it.

use std::rc::Rc;

use super::Walk;
use super::change::{Change, sorted, splice};
use crate::compose::guard::{self, Objection};
use crate::compose::reader::Unread;
use crate::compose::{Cause, Compose, Edit, Insertion, Refusal};

impl Walk<'_> {
    pub(super) fn finish(self) -> Result<Edit, Refusal> {
        let changes = sorted(self.changes.clone());
        let old = self.text();
        let text = splice(old, &changes, 0..old.len());
        let mut read = None;
        if !changes.is_empty() {
            let checked = guard::check(self.file, &text, self.request, self.fragment)
                .map_err(|objection| self.objected(objection, &changes))?;
            read = Some(Rc::new(checked));
        }
        let insertions = changes
            .into_iter()
            .filter_map(|change| {
                let (path, lead) = change.makes?;
                Some(Insertion { at: change.at, text: change.text, path, lead })
            })
            .collect();
        Ok(Edit { text, insertions, notes: self.notes, read })
    }

    fn objected(&self, objection: Objection, changes: &[Change]) -> Refusal {
        // What cannot be put into an empty file either is no text to paste.
        let elsewhere = !self.text().is_empty();
        let alone = elsewhere.then(|| Compose::parse("").and_then(|empty| empty.insert(self.request)));
        let paste = alone.and_then(Result::ok).map(|edit| edit.text);
        let reread = |message: String| Cause::Reread { message };
        let (at, cause) = match objection {
            Objection::Before(Unread { line_and_column, message }) => {
                let (line, column) = line_and_column.unwrap_or((1, 1));
                return Refusal { line, column, cause: Cause::Syntax { message }, paste: None };
            }
            Objection::Disputed { path, at } => return self.refusal(at, Cause::Disputed { path }),
            Objection::After(message) => (0, reread(message)),
            Objection::Missing(path) => (0, reread(format!("`{}` is missing", path.join(".")))),
            Objection::Changed(also) => match self.anchored(changes) {
                Some((path, at)) => (at, Cause::Shared { path, also }),
                None => (0, reread(format!("`{}` is not as before", also.join(".")))),
            },
        };
        Refusal { paste, ..self.refusal(at, cause) }
    }

    /// The innermost anchored part of the file that a change would go into.
    fn anchored(&self, changes: &[Change]) -> Option<(Vec<String>, usize)> {
        let mut found = None;
        for (path, _) in changes.iter().filter_map(|change| change.makes.as_ref()) {
            for length in 1..path.len() {
                let part = path.get(..length)?;
                let parts: Vec<&str> = part.iter().map(String::as_str).collect();
                if let Some(node) = self.file.find(&parts).filter(|node| node.anchor.is_some()) {
                    found = Some((part.to_vec(), node.start));
                }
            }
        }
        found
    }
}

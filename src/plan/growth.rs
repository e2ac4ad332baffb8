//! A text that only grows: insertions on top of insertions, told as insertions into the first text.

use super::{Insertion, spliced};

/// A text and what was inserted into it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    before: String,
    insertions: Vec<Insertion>,
}

impl Growth {
    /// A text into which nothing was inserted yet.
    #[must_use]
    pub fn new(before: String) -> Self {
        Self { before, insertions: Vec::new() }
    }

    /// The text as it is now.
    #[must_use]
    pub fn text(&self) -> String {
        spliced(&self.before, &self.insertions)
    }

    /// The first text, and all insertions into it by offset.
    #[must_use]
    pub fn into_parts(self) -> (String, Vec<Insertion>) {
        (self.before, self.insertions)
    }

    /// Whether nothing was inserted.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.insertions.is_empty()
    }

    /// Inserts `text` at byte `at` of the text as it is now.
    pub fn insert(&mut self, at: usize, text: &str) {
        let mut grown = 0;
        for (place, insertion) in self.insertions.iter_mut().enumerate() {
            let start = insertion.at + grown;
            let end = start + insertion.text.len();
            if at < start {
                self.insertions.insert(place, Insertion { at: at - grown, text: text.to_owned() });
                return;
            }
            if at <= end {
                insertion.text.insert_str(at - start, text);
                return;
            }
            grown += insertion.text.len();
        }
        self.insertions.push(Insertion { at: at - grown, text: text.to_owned() });
    }
}

//! Who answers a question: a person at the terminal, or nobody.

mod busy;
mod nobody;
mod terminal;
mod theme;
mod words;

pub use busy::Busy;
pub use nobody::Nobody;
pub use terminal::Terminal;

use crate::answers::Value;
use crate::error::Result;
use crate::manifest::{Choice, Question};

/// One question as it is put to somebody.
pub struct Asked<'a> {
    /// The Compose service name of the entry that asks.
    pub alias: &'a str,
    /// The question.
    pub question: &'a Question,
    /// The choices that can run under the answers so far.
    pub choices: &'a [&'a Choice],
    /// The answer that Enter gives.
    pub default: Option<&'a Value>,
    /// Where the default was found, e.g. `.python-version:1`.
    pub evidence: Option<&'a str>,
    /// Reads and checks what was typed.
    pub check: &'a dyn Fn(&str) -> Result<Value>,
}

/// What to do with a file that is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Leave it as it is.
    Keep,
    /// Replace it.
    Overwrite,
}

/// One line of a list to pick from.
#[derive(Debug, Clone)]
pub struct Offer {
    /// What is picked.
    pub name: String,
    /// What it is good for.
    pub note: String,
}

/// Somebody who answers.
pub trait Ask {
    /// Says that something takes long, `words`, until what it gives is dropped.
    fn busy(&self, _words: &'static str) -> Busy {
        Busy::default()
    }

    /// The answer to one question.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] on Ctrl-C.
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Value>;

    /// Whether the details named in `prompts` are to be asked one by one.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] on Ctrl-C.
    fn details(&mut self, alias: &str, title: &str, prompts: &[&str]) -> Result<bool>;

    /// One of `offers`, by its place.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] on Ctrl-C.
    fn pick_one(&mut self, prompt: &str, offers: &[Offer], default: usize) -> Result<usize>;

    /// Any of `offers`, by their places, in order.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] on Ctrl-C.
    fn pick_many(&mut self, prompt: &str, offers: &[Offer], picked: &[usize]) -> Result<Vec<usize>>;

    /// A name, with a default; `check` says what is wrong with one.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] on Ctrl-C.
    fn name(&mut self, prompt: &str, default: &str, check: &dyn Fn(&str) -> Result<()>) -> Result<String>;

    /// What to do with a file that is in the way; `diff` shows what would change.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] on Ctrl-C.
    fn verdict(&mut self, path: &str, diff: &str) -> Result<Verdict>;

    /// Whether the plan shown in `summary` is to be carried out.
    ///
    /// # Errors
    /// [`crate::error::Error::Interrupted`] on Ctrl-C, [`crate::error::Error::Declined`] on a no.
    fn confirm(&mut self, summary: &str) -> Result<()>;
}

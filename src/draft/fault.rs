//! A fragment that is no Compose text is its template's fault, not that of the file it would go into.

use crate::catalog::Entry;
use crate::compose::{Compose, Value};
use crate::error::{Error, Result};

/// Reads what a template renders to; it has to be Compose text with services.
pub fn read(entry: &Entry, file: &str, rendered: &str) -> Result<Compose> {
    let bad = |line: usize, message: String| {
        Err(Error::Template { path: entry.path(file), line: place(entry, file, rendered, line), message })
    };
    match Compose::parse(rendered) {
        Err(refusal) => bad(refusal.line, format!("what it renders to is no Compose text: {refusal}")),
        Ok(compose) => match compose.get(&["services"]) {
            None | Some(Value::Map(_)) => Ok(compose),
            Some(_) => bad(1, "what it renders to has `services` that are no mapping".to_owned()),
        },
    }
}

/// The line of the template that renders to a line: the one that reads the same, or as much of it as is plain.
fn place(entry: &Entry, file: &str, rendered: &str, line: usize) -> Option<usize> {
    let wanted = rendered.lines().nth(line.checked_sub(1)?)?.trim();
    let template = entry.file(file)?;
    let fits = |text: &str| {
        let text = text.trim();
        let start = text.split("{{").next().unwrap_or_default();
        text == wanted || text.contains("{{") && !start.is_empty() && wanted.starts_with(start)
    };
    template.lines().position(fits).map(|at| at + 1)
}

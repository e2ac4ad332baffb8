//! Both readers on one text: they have to see the same before and accept it after, or no verdict on
//! an edit counts.

use super::{Objection, Verdict};
use crate::compose::Compose;
use crate::compose::reader::{Document, View};
use crate::compose::tree::{Kind, Node};

/// The file as the second reader sees it, if it sees what the first one saw.
pub(super) fn agreed(file: &Compose) -> Result<&Document, Objection> {
    let document = file.reread().map_err(Objection::Before)?;
    match (file.root(), document.root()) {
        (Some(one), Some(other)) => agree(one, other)?,
        (Some(one), None) if !matches!(one.resolved().kind, Kind::Null { .. }) => {
            return Err(Objection::Disputed { path: Vec::new(), at: one.start });
        }
        (None, Some(other)) if !other.is_null() => {
            return Err(Objection::Disputed { path: Vec::new(), at: 0 });
        }
        _ => {}
    }
    Ok(document)
}

/// The edited text, once the first reader accepts it.
pub(super) fn edited(text: &str) -> Result<Compose, Objection> {
    Compose::parse(text).map_err(|refusal| Objection::After(refusal.to_string()))
}

/// Whether both readers saw the same value. What an alias stands for is compared where it is
/// written.
fn agree(one: &Node, other: View) -> Verdict {
    let disputed = || Err(Objection::Disputed { path: Vec::new(), at: one.end });
    match &one.kind {
        Kind::Alias { .. } => Ok(()),
        Kind::Null { .. } if other.is_null() || other.text().is_some_and(str::is_empty) => Ok(()),
        // The line break that a block scalar at the end of the text lacks counts differently.
        Kind::Scalar { text, .. }
            if other.text().is_some_and(|t| t.trim_end_matches('\n') == text.trim_end_matches('\n')) =>
        {
            Ok(())
        }
        Kind::Seq { items, .. } => match other.items() {
            Some(others) if others.len() == items.len() => {
                items.iter().zip(others).try_for_each(|(item, other)| agree(&item.node, other))
            }
            _ => disputed(),
        },
        Kind::Map { entries, .. } => match other.pairs() {
            Some(others) if others.len() == entries.len() => {
                entries.iter().zip(others).try_for_each(|(entry, (key, value))| {
                    let name = key.text();
                    let known = entry.key.as_deref().is_none_or(|key| name.is_none_or(|name| name == key));
                    if known { agree(&entry.node, value) } else { disputed() }
                        .map_err(|objection| objection.under(name.unwrap_or_default()))
                })
            }
            _ => disputed(),
        },
        _ => disputed(),
    }
}

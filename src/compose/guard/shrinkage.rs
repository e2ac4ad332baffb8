//! A removal: the values are the same but for the entries that were to go.

use super::{Guard, Verdict, sorted};
use crate::compose::reader::View;

impl Guard<'_> {
    /// `new` is `old` without the entries at `gone`, whose paths begin here.
    pub(super) fn shrunk(&mut self, old: View, new: View, gone: &[&[String]]) -> Verdict {
        if gone.is_empty() {
            return self.same(old, new);
        }
        self.tags(Some(old), new)?;
        if let Some(items) = old.items() {
            return self.shrunk_items(&items, new, gone);
        }
        let (old, new) = (self.entries(Some(old))?, self.entries(Some(new))?);
        for (key, was) in sorted(&old) {
            let inner = below(gone, key);
            let now = new.get(key).copied();
            // What is taken out may still be seen through a merge key, as it was before.
            let within: Vec<&[String]> = inner.iter().copied().filter(|p| !p.is_empty()).collect();
            self.at(key, |guard| match now {
                Some(now) => guard.shrunk(was, now, &within),
                None if inner.iter().any(|path| path.is_empty()) => Ok(()),
                None => Err(guard.changed()),
            })?;
        }
        self.kept(&new, &old)
    }

    fn shrunk_items(&mut self, old: &[View], new: View, gone: &[&[String]]) -> Verdict {
        let mut new = if new.is_null() { Vec::new() } else { new.items().ok_or_else(|| self.changed())? }
            .into_iter()
            .peekable();
        for &item in old {
            if new.next_if(|now| self.is_same(item, *now)).is_some() {
                continue;
            }
            let text = item.scalar().map(|(text, _)| text);
            if !gone.iter().any(|path| path.first().map(String::as_str) == text) {
                return Err(self.changed());
            }
        }
        if new.next().is_some() { Err(self.changed()) } else { Ok(()) }
    }

    /// Nothing is left of the file: all that stood in it was to go.
    pub(super) fn emptied(&mut self, old: View, gone: &[&[String]]) -> Verdict {
        let old = self.entries(Some(old))?;
        match sorted(&old).into_iter().find(|(key, _)| !below(gone, key).contains(&[].as_slice())) {
            Some((key, _)) => self.at(key, |guard| Err(guard.changed())),
            None => Ok(()),
        }
    }
}

/// The rest of those paths that begin with `key`.
fn below<'g>(gone: &[&'g [String]], key: &str) -> Vec<&'g [String]> {
    gone.iter()
        .filter_map(|path| path.split_first())
        .filter(|(first, _)| *first == key)
        .map(|(_, rest)| rest)
        .collect()
}

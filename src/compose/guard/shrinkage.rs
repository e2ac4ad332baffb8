//! A removal: the values are the same but for the entries that were to go.

use super::{Guard, Objection, Verdict, entries, kept, tags};
use crate::compose::reader::View;

impl Guard<'_> {
    /// `new` is `old` without the entries at `gone`, whose paths begin here.
    pub(super) fn shrunk(&mut self, old: View, new: View, gone: &[&[String]]) -> Verdict {
        if gone.is_empty() {
            return self.same(old, new);
        }
        tags(Some(old), new)?;
        if let Some(items) = old.items() {
            return self.shrunk_items(items, new, gone);
        }
        let (old, new) = (entries(Some(old))?, entries(Some(new))?);
        for (key, was) in old.iter() {
            let inner = below(gone, key);
            // What is taken out may still be seen through a merge key, as it was before.
            let within: Vec<&[String]> = inner.iter().copied().filter(|p| !p.is_empty()).collect();
            match new.get(key) {
                Some(now) => self.shrunk(was, now, &within),
                None if inner.iter().any(|path| path.is_empty()) => Ok(()),
                None => Err(Objection::changed()),
            }
            .map_err(|objection| objection.under(key))?;
        }
        kept(&new, &old)
    }

    fn shrunk_items<'d>(
        &mut self,
        old: impl Iterator<Item = View<'d>>,
        new: View,
        gone: &[&[String]],
    ) -> Verdict {
        let items = if new.is_null() { None } else { Some(new.items().ok_or_else(Objection::changed)?) };
        let mut new = items.into_iter().flatten().peekable();
        for item in old {
            if new.next_if(|now| self.is_same(item, *now)).is_some() {
                continue;
            }
            if !gone.iter().any(|path| path.first().map(String::as_str) == item.text()) {
                return Err(Objection::changed());
            }
        }
        if new.next().is_some() { Err(Objection::changed()) } else { Ok(()) }
    }

    /// Nothing is left of the file: all that stood in it was to go.
    pub(super) fn emptied(&mut self, old: View, gone: &[&[String]]) -> Verdict {
        let old = entries(Some(old))?;
        match old.iter().find(|(key, _)| !below(gone, key).contains(&[].as_slice())) {
            Some((key, _)) => Err(Objection::changed().under(key)),
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

//! Whether two values mean the same, aliases and merge keys resolved.

use super::{Guard, Objection, Verdict, kept};
use crate::compose::Gain;
use crate::compose::reader::{Entries, Unread, View};

impl Guard<'_> {
    /// A value from the fragment; it is another document, so its numbers do not count.
    pub(super) fn as_asked(&mut self, asked: View, now: View, gains: &[&Gain]) -> Verdict {
        let equal = std::mem::take(&mut self.equal);
        let verdict = match gains {
            [] => self.same(asked, now),
            gains => self.service(Some(asked), now, gains),
        };
        self.equal = equal;
        verdict.map_err(|mut objection| {
            Objection::Missing(objection.path().map(std::mem::take).unwrap_or_default())
        })
    }

    pub(super) fn is_same(&mut self, was: View, now: View) -> bool {
        self.same(was, now).is_ok()
    }

    pub(super) fn same(&mut self, was: View, now: View) -> Verdict {
        // Only what has an anchor can come again.
        let pair = was.is_anchored().then(|| (was.number(), now.number()));
        if pair.is_some_and(|pair| self.equal.contains(&pair)) {
            return Ok(());
        }
        tags(Some(was), now)?;
        self.same_shape(was, now)?;
        self.equal.extend(pair);
        Ok(())
    }

    fn same_shape(&mut self, was: View, now: View) -> Verdict {
        if was.is_scalar(now) || was.is_null() && now.is_null() {
            return Ok(());
        }
        if let (Some(old), Some(new)) = (was.items(), now.items()) {
            return self.same_items(old, new);
        }
        match (was.entries(), now.entries()) {
            (Ok(Some(old)), Ok(Some(new))) => self.same_entries(&old, &new),
            (Err(message), _) => Err(Objection::Before(Unread { line_and_column: None, message })),
            (_, Err(message)) => Err(Objection::After(message)),
            _ => Err(Objection::changed()),
        }
    }

    fn same_items<'d>(
        &mut self,
        old: impl ExactSizeIterator<Item = View<'d>>,
        new: impl ExactSizeIterator<Item = View<'d>>,
    ) -> Verdict {
        if old.len() != new.len() {
            return Err(Objection::changed());
        }
        old.zip(new).try_for_each(|(was, now)| self.same(was, now))
    }

    fn same_entries(&mut self, old: &Entries, new: &Entries) -> Verdict {
        kept(old, new)?;
        for (key, now) in new.iter() {
            match old.get(key) {
                Some(was) => self.same(was, now),
                None => Err(Objection::changed()),
            }
            .map_err(|objection| objection.under(key))?;
        }
        Ok(())
    }
}

pub(super) fn tags(was: Option<View>, now: View) -> Verdict {
    match was.and_then(View::tag) == now.tag() {
        true => Ok(()),
        false => Err(Objection::changed()),
    }
}

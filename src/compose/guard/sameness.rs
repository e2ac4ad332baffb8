//! Whether two values mean the same, aliases and merge keys resolved.

use super::{Found, Guard, Objection, Verdict, sorted};
use crate::compose::Gain;
use crate::compose::reader::View;

impl Guard<'_> {
    pub(super) fn tags(&self, was: Option<View>, now: View) -> Verdict {
        match was.and_then(View::tag) == now.tag() {
            true => Ok(()),
            false => Err(self.changed()),
        }
    }

    /// A value from the fragment; it is another document, so its numbers do not count.
    pub(super) fn as_asked(&mut self, asked: View, now: View, gains: &[&Gain]) -> Verdict {
        let equal = std::mem::take(&mut self.equal);
        let verdict = match gains {
            [] => self.same(asked, now),
            gains => self.service(Some(asked), now, gains),
        };
        self.equal = equal;
        verdict.map_err(|_| self.missing())
    }

    pub(super) fn is_same(&mut self, was: View, now: View) -> bool {
        let depth = self.path.len();
        let same = self.same(was, now).is_ok();
        self.path.truncate(depth);
        same
    }

    pub(super) fn same(&mut self, was: View, now: View) -> Verdict {
        let pair = (was.number(), now.number());
        if self.equal.contains(&pair) {
            return Ok(());
        }
        self.tags(Some(was), now)?;
        self.same_shape(was, now)?;
        self.equal.insert(pair);
        Ok(())
    }

    fn same_shape(&mut self, was: View, now: View) -> Verdict {
        if was.is_null() && now.is_null() || was.scalar().is_some() && was.scalar() == now.scalar() {
            return Ok(());
        }
        if let (Some(old), Some(new)) = (was.items(), now.items()) {
            return self.same_items(&old, &new);
        }
        match (was.entries(), now.entries()) {
            (Ok(Some(old)), Ok(Some(new))) => self.same_entries(&old, &new),
            (Err(message), _) => Err(Objection::Before(message)),
            (_, Err(message)) => Err(Objection::After(message)),
            _ => Err(self.changed()),
        }
    }

    fn same_items(&mut self, old: &[View], new: &[View]) -> Verdict {
        if old.len() != new.len() {
            return Err(self.changed());
        }
        old.iter().zip(new).try_for_each(|(&was, &now)| self.same(was, now))
    }

    fn same_entries(&mut self, old: &Found, new: &Found) -> Verdict {
        self.kept(old, new)?;
        for (key, now) in sorted(new) {
            let was = old.get(key).copied();
            self.at(key, |guard| match was {
                Some(was) => guard.same(was, now),
                None => Err(guard.changed()),
            })?;
        }
        Ok(())
    }
}

//! A service that gains something: what each form of an attribute may hold afterwards.

use super::{Guard, Objection, Verdict, sorted};
use crate::compose::Gain;
use crate::compose::reader::View;

impl Guard<'_> {
    pub(super) fn service(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        self.tags(was, now)?;
        let (old, new) = (self.entries(was)?, self.entries(Some(now))?);
        self.kept(&old, &new)?;
        for (key, now) in sorted(&new) {
            let was = old.get(key).copied();
            let gains: Vec<&Gain> = gains.iter().copied().filter(|g| g.attribute() == key).collect();
            self.at(key, |guard| match was {
                _ if !gains.is_empty() => guard.attribute(was, now, &gains),
                Some(was) => guard.same(was, now),
                None => Err(guard.changed()),
            })?;
        }
        match gains.iter().find(|gain| !new.contains_key(gain.attribute())) {
            Some(gain) => self.at(gain.attribute(), |guard| Err(guard.missing())),
            None => Ok(()),
        }
    }

    fn attribute(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        self.tags(was, now)?;
        let was = was.filter(|was| !was.is_null());
        match now.items() {
            Some(items) => {
                let old = match was {
                    Some(was) => was.items().ok_or_else(|| self.changed())?,
                    None => Vec::new(),
                };
                self.list(&old, &items, gains)
            }
            None => match was.and_then(View::items) {
                Some(items) if self.request.depends_on_healthy => self.rewritten(&items, now, gains),
                Some(_) => Err(self.changed()),
                None => self.mapping(was, now, gains),
            },
        }
    }

    /// The old items in their order, and between them only what was asked for.
    fn list(&mut self, old: &[View], new: &[View], gains: &[&Gain]) -> Verdict {
        let mut old = old.iter().peekable();
        for &item in new {
            if old.next_if(|was| self.is_same(**was, item)).is_some() {
                continue;
            }
            let text = item.scalar().map(|(text, _)| text);
            if !gains.iter().any(|gain| text == Some(gain.item().as_str())) {
                return Err(self.changed());
            }
        }
        if old.next().is_some() {
            return Err(self.changed());
        }
        let here = |gain: &&&Gain| new.iter().any(|&item| gain.is_item(item_name(item).as_deref()));
        match gains.iter().find(|gain| !here(gain)) {
            Some(_) => Err(self.missing()),
            None => Ok(()),
        }
    }

    fn mapping(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        let (old, new) = (self.entries(was)?, self.entries(Some(now))?);
        self.kept(&old, &new)?;
        for (key, now) in sorted(&new) {
            let gain = gains.iter().find(|gain| gain.key() == key);
            let was = old.get(key).copied();
            self.at(key, |guard| match (was, gain) {
                (Some(was), _) => guard.same(was, now),
                (None, Some(gain)) if gained(gain, now)? => Ok(()),
                (None, Some(_)) => Err(guard.missing()),
                (None, None) => Err(guard.changed()),
            })?;
        }
        match gains.iter().find(|gain| !new.contains_key(gain.key())) {
            Some(gain) => self.at(gain.key(), |guard| Err(guard.missing())),
            None => Ok(()),
        }
    }

    /// A list of names that became a mapping: each waits for the start, as the list form means
    /// (Compose specification, `depends_on`, short syntax).
    fn rewritten(&mut self, items: &[View], now: View, gains: &[&Gain]) -> Verdict {
        let new = self.entries(Some(now))?;
        let names: Vec<&str> = items.iter().filter_map(|item| item.scalar()).map(|(n, _)| n).collect();
        let started =
            |name: &str| Gain::DependsOn { on: name.to_owned(), condition: "service_started".to_owned() };
        let mut all: Vec<Gain> = names.iter().map(|name| started(name)).collect();
        all.extend(gains.iter().filter(|g| !names.contains(&g.key())).map(|&g| g.clone()));
        if names.len() != items.len() || new.len() != all.len() {
            return Err(self.changed());
        }
        for gain in &all {
            let now = new.get(gain.key()).copied().ok_or_else(|| self.missing())?;
            if !gained(gain, now)? {
                return Err(self.changed());
            }
        }
        Ok(())
    }
}

/// The name of a list item: its text, or the `source` of a secret in long form.
fn item_name(item: View) -> Option<String> {
    let source = || item.entries().ok().flatten()?.get("source").copied();
    item.scalar().or_else(|| source()?.scalar()).map(|(text, _)| text.to_owned())
}

/// Whether the value at a gain's key is what the gain says.
fn gained(gain: &Gain, now: View) -> Result<bool, Objection> {
    Ok(match gain {
        Gain::DependsOn { condition, .. } => {
            let entries = now.entries().map_err(Objection::After)?.unwrap_or_default();
            entries.len() == 1
                && entries.get("condition").and_then(|c| c.scalar()) == Some((condition, false))
        }
        Gain::Environment { value, .. } => now.scalar() == Some((value, false)),
        Gain::Secret { .. } | Gain::Network { .. } => now.is_null(),
    })
}

//! A service that gains something: what each form of an attribute may hold afterwards.

use super::{Guard, Objection, Verdict, entries, kept, tags};
use crate::compose::Gain;
use crate::compose::reader::View;

impl Guard<'_> {
    pub(super) fn service(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        tags(was, now)?;
        let (old, new) = (entries(was)?, entries(Some(now))?);
        kept(&old, &new)?;
        for (key, now) in new.iter() {
            let gains: Vec<&Gain> = gains.iter().copied().filter(|g| g.attribute() == key).collect();
            match old.get(key) {
                was if !gains.is_empty() => self.attribute(was, now, &gains),
                Some(was) => self.same(was, now),
                None => Err(Objection::changed()),
            }
            .map_err(|objection| objection.under(key))?;
        }
        match gains.iter().find(|gain| !new.has(gain.attribute())) {
            Some(gain) => Err(Objection::missing().under(gain.attribute())),
            None => Ok(()),
        }
    }

    fn attribute(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        tags(was, now)?;
        let was = was.filter(|was| !was.is_null());
        match now.items() {
            Some(items) => {
                let old = match was {
                    Some(was) => was.items().ok_or_else(Objection::changed)?.collect(),
                    None => Vec::new(),
                };
                self.list(&old, &items.collect::<Vec<_>>(), gains)
            }
            None => match was.and_then(View::items) {
                Some(items) if self.request.depends_on_healthy => {
                    rewritten(&items.collect::<Vec<_>>(), now, gains)
                }
                Some(_) => Err(Objection::changed()),
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
            if !gains.iter().any(|gain| item.text() == Some(gain.item().as_str())) {
                return Err(Objection::changed());
            }
        }
        if old.next().is_some() {
            return Err(Objection::changed());
        }
        let here = |gain: &&&Gain| new.iter().any(|&item| gain.is_item(item_name(item).as_deref()));
        match gains.iter().find(|gain| !here(gain)) {
            Some(_) => Err(Objection::missing()),
            None => Ok(()),
        }
    }

    fn mapping(&mut self, was: Option<View>, now: View, gains: &[&Gain]) -> Verdict {
        let (old, new) = (entries(was)?, entries(Some(now))?);
        kept(&old, &new)?;
        for (key, now) in new.iter() {
            let gain = gains.iter().find(|gain| gain.key() == key);
            match (old.get(key), gain) {
                (Some(was), _) => self.same(was, now),
                (None, Some(gain)) if gained(gain, now)? => Ok(()),
                (None, Some(_)) => Err(Objection::missing()),
                (None, None) => Err(Objection::changed()),
            }
            .map_err(|objection| objection.under(key))?;
        }
        match gains.iter().find(|gain| !new.has(gain.key())) {
            Some(gain) => Err(Objection::missing().under(gain.key())),
            None => Ok(()),
        }
    }
}

/// A list of names that became a mapping: each waits for the start, as the list form means
/// (Compose specification, `depends_on`, short syntax).
fn rewritten(items: &[View], now: View, gains: &[&Gain]) -> Verdict {
    let new = entries(Some(now))?;
    let names: Vec<&str> = items.iter().filter_map(|item| item.text()).collect();
    let started =
        |name: &str| Gain::DependsOn { on: name.to_owned(), condition: "service_started".to_owned() };
    let mut all: Vec<Gain> = names.iter().map(|name| started(name)).collect();
    all.extend(gains.iter().filter(|g| !names.contains(&g.key())).map(|&g| g.clone()));
    if names.len() != items.len() || new.len() != all.len() {
        return Err(Objection::changed());
    }
    for gain in &all {
        let now = new.get(gain.key()).ok_or_else(Objection::missing)?;
        if !gained(gain, now)? {
            return Err(Objection::changed());
        }
    }
    Ok(())
}

/// The name of a list item: its text, or the `source` of a secret in long form.
fn item_name(item: View) -> Option<String> {
    let source = || item.entries().ok().flatten()?.get("source");
    item.text().or_else(|| source()?.text()).map(str::to_owned)
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

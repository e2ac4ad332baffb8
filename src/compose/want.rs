//! A request as a tree: what should be where, before anybody looks at how the file is written.

use std::rc::Rc;

use super::fragment::Excerpt;
use super::order::Order;
use super::render::Form;
use super::source;
use super::tree::{Entry, Kind};
use super::value::{self, Value};
use super::{Compose, Gain, Link, Refusal, Request};

/// An entry that the file should have.
#[derive(Debug, Clone)]
pub struct Want<'f> {
    /// Its key; of a gain in a list, the name in its item.
    pub name: String,
    /// What stands under the key.
    pub body: Body<'f>,
}

/// What that entry holds.
#[derive(Debug, Clone)]
pub enum Body<'f> {
    /// Text of the fragment.
    Text(Excerpt<'f>),
    /// One thing that a service gains.
    Gain(Gain),
    /// A mapping or list that is made when it is not there.
    Made(Made<'f>),
}

/// A mapping or list that holds what is wanted.
#[derive(Debug, Clone)]
pub struct Made<'f> {
    /// What it is in the file: decides the order of its entries.
    pub role: Role,
    /// The fragment's own line of the key, with the comments above it.
    pub head: Option<Excerpt<'f>>,
    /// What it holds already through a merge key, and has to hold still.
    pub base: Base,
    /// Its entries.
    pub wants: Vec<Want<'f>>,
}

/// What a made mapping or list is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The whole file.
    File,
    /// A top-level key: `services`, `volumes` …
    Section,
    /// An entry of `services`.
    Service,
    /// A key of a service that holds gains: `environment`, `depends_on` …
    Attribute,
}

/// What a new mapping or list begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// It hides nothing.
    Nothing,
    /// Everything under the anchor of this name.
    Merge(String),
    /// The same value again.
    Copy(Value),
}

impl Role {
    /// How its entries are ordered; `ours`: the file was made by dockgen.
    pub fn order(self, ours: bool) -> Order {
        match self {
            Role::File => Order::Sections,
            Role::Service => Order::Keys,
            Role::Section => Order::Names { one: ours },
            Role::Attribute => Order::Names { one: true },
        }
    }
}

/// What `links` ask of the services, and `fragment` of all sections.
pub fn wants<'f>(fragment: Option<&'f Compose>, links: &[Link]) -> Vec<Want<'f>> {
    let mut wants: Vec<Want> = fragment.map(sections).unwrap_or_default();
    for link in links {
        let path = [
            ("services", Role::Section),
            (link.service.as_str(), Role::Service),
            (link.gain.attribute(), Role::Attribute),
        ];
        want_gain(&mut wants, &path, &link.gain);
    }
    wants
}

/// Adds a gain to what is wanted at `path`, which is made where it is not wanted yet.
fn want_gain(wants: &mut Vec<Want>, path: &[(&str, Role)], gain: &Gain) {
    let Some(((name, role), below)) = path.split_first() else {
        wants.push(Want { name: gain.key().to_owned(), body: Body::Gain(gain.clone()) });
        return;
    };
    let fits = |want: &Want| want.name == *name && matches!(want.body, Body::Made(_));
    let index = wants.iter().position(fits).unwrap_or(wants.len());
    if index == wants.len() {
        let made = Made { role: *role, head: None, base: Base::Nothing, wants: Vec::new() };
        wants.push(Want { name: (*name).to_owned(), body: Body::Made(made) });
    }
    if let Some(Want { body: Body::Made(made), .. }) = wants.get_mut(index) {
        want_gain(&mut made.wants, below, gain);
    }
}

fn sections(fragment: &Compose) -> Vec<Want<'_>> {
    let Some(Kind::Map { entries, .. }) = fragment.root().map(|root| &root.kind) else {
        return Vec::new();
    };
    let text = fragment.text();
    excerpts(text, entries, source::bom(text))
        .into_iter()
        .filter_map(|(entry, excerpt)| {
            let body = match &entry.node.kind {
                Kind::Null { .. } => return None,
                Kind::Map { entries, .. } => Body::Made(Made {
                    role: Role::Section,
                    head: Some(excerpt),
                    base: Base::Nothing,
                    wants: excerpts(text, entries, entry.key_end)
                        .into_iter()
                        .map(|(_, excerpt)| Want {
                            name: excerpt.key().to_owned(),
                            body: Body::Text(excerpt),
                        })
                        .collect(),
                }),
                _ => Body::Text(excerpt),
            };
            Some(Want { name: excerpt.key().to_owned(), body })
        })
        .collect()
}

fn excerpts<'f>(text: &'f str, entries: &'f [Entry], mut limit: usize) -> Vec<(&'f Entry, Excerpt<'f>)> {
    entries
        .iter()
        .map(|entry| {
            let excerpt = Excerpt::of(text, entry, limit);
            limit = entry.end();
            (entry, excerpt)
        })
        .collect()
}

/// The fragment with those links in it whose service it has (`None`: there are none of these), and the
/// links that are left: those of other services, and those of a service that the file has just as the
/// fragment says it.
pub fn united(
    file: &Compose,
    fragment: &Compose,
    request: &Request,
) -> Result<(Option<Rc<Compose>>, Vec<Link>), Refusal> {
    let names = fragment.names("services");
    let (inner, mut outer): (Vec<Link>, Vec<Link>) =
        request.links.iter().cloned().partition(|link| names.contains(&link.service));
    if inner.is_empty() {
        return Ok((None, outer));
    }
    let links = inner.clone();
    let edit = fragment.insert(&Request { links, ours: true, ..Request::default() })?;
    outer.extend(inner.into_iter().filter(|link| {
        let path = ["services", link.service.as_str()];
        let same = |other: Option<&Compose>| match (file.get(&path), other.and_then(|o| o.get(&path))) {
            (Some(a), Some(b)) => a.same(&b),
            _ => false,
        };
        same(Some(fragment)) && !same(edit.read.as_deref().or(Some(fragment)))
    }));
    Ok((edit.read, outer))
}

/// Whether a value says what a gain says; a network that is there is kept whatever it says.
pub fn says(gain: &Gain, now: &super::tree::Node) -> bool {
    let now = value::value(now);
    match gain {
        Gain::DependsOn { condition, .. } => now.get("condition").and_then(Value::text) == Some(condition),
        Gain::Environment { value, .. } => now.is_variable(value),
        Gain::Secret { .. } | Gain::Network { .. } => true,
    }
}

/// What a gain is as a value: an item of a list, or the value under its key.
pub fn item(gain: &Gain) -> Value {
    Value::Scalar { text: gain.item(), quoted: false }
}

/// See [`item`].
pub fn keyed(gain: &Gain) -> Value {
    match gain {
        Gain::DependsOn { condition, .. } => {
            let condition = Value::Scalar { text: condition.clone(), quoted: false };
            Value::Map(vec![("condition".to_owned(), condition)])
        }
        Gain::Environment { value, .. } => Value::Scalar { text: value.clone(), quoted: true },
        Gain::Secret { .. } | Gain::Network { .. } => Value::Null,
    }
}

pub fn form_of(name: &str, made: &Made) -> Form {
    match (&made.base, made.role) {
        (Base::Copy(Value::Seq(_)), _) => Form::List,
        (Base::Nothing, Role::Attribute) => Form::of_new(name),
        _ => Form::Map,
    }
}

/// Each new entry with the index of the old one that it goes in front of.
pub fn placed<'f>(old: &[Option<&str>], new: Vec<Want<'f>>, order: Order) -> Vec<(usize, Want<'f>)> {
    let mut names: Vec<Option<String>> = old.iter().map(|name| name.map(str::to_owned)).collect();
    let mut slots: Vec<Option<usize>> = (0..old.len()).map(Some).collect();
    let mut wants: Vec<(usize, Want)> = Vec::new();
    for (id, want) in new.into_iter().enumerate() {
        let now: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
        let index = order.place(&now, &want.name);
        names.insert(index, Some(want.name.clone()));
        slots.insert(index, None);
        let id = id + 1;
        let before = slots.iter().take(index).filter(|slot| slot.is_none()).count();
        wants.insert(before, (id, want));
    }
    let mut ends = Vec::new();
    for (index, slot) in slots.iter().enumerate() {
        if slot.is_none() {
            let next = slots.iter().skip(index).find_map(|slot| *slot);
            ends.push(next.unwrap_or(old.len()));
        }
    }
    ends.into_iter().zip(wants.into_iter().map(|(_, want)| want)).collect()
}

/// New entries of a collection that has none yet, in order.
pub fn arranged(wants: Vec<Want<'_>>, order: Order) -> Vec<Want<'_>> {
    placed(&[], wants, order).into_iter().map(|(_, want)| want).collect()
}

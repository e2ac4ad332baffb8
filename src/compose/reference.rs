//! What services refer to: resources of the file, and each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Compose, Value};

/// The sections whose entries are referred to.
const SECTIONS: [&str; 5] = ["services", "volumes", "secrets", "configs", "networks"];

/// An entry of a section that a service refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The service that refers to it.
    pub service: String,
    /// One of [`SECTIONS`].
    pub section: &'static str,
    /// The name there.
    pub name: String,
}

/// Everything that the services of a file refer to by name (Compose specification, `services`), by service.
pub fn references(file: &Compose) -> BTreeSet<Reference> {
    let names = file.names("services");
    names.iter().flat_map(|service| of(file, service)).collect()
}

/// What is referred to and not there.
pub fn dangling(file: &Compose) -> BTreeSet<Reference> {
    let there: BTreeMap<&str, BTreeSet<String>> =
        SECTIONS.iter().map(|section| (*section, file.names(section).into_iter().collect())).collect();
    let mut references = references(file);
    references.retain(|reference| {
        let is_default = reference.section == "networks" && reference.name == "default";
        !is_default && !there.get(reference.section).is_some_and(|names| names.contains(&reference.name))
    });
    references
}

fn of(file: &Compose, service: &str) -> Vec<Reference> {
    let value = |key: &str| file.get(&["services", service, key]).unwrap_or(Value::Null);
    let all = [
        ("volumes", named(&value("volumes"), volume)),
        ("secrets", named(&value("secrets"), source)),
        ("configs", named(&value("configs"), source)),
        ("networks", named(&value("networks"), source)),
        ("services", named(&value("depends_on"), source)),
        ("services", namespace(&value("network_mode")).into_iter().collect()),
        ("services", extended(&value("extends")).into_iter().collect()),
    ];
    let reference =
        |section: &'static str| move |name: String| Reference { service: service.to_owned(), section, name };
    all.into_iter().flat_map(|(section, names)| names.into_iter().map(reference(section))).collect()
}

/// The names in a list, or the keys of a mapping.
fn named(value: &Value, name: fn(&Value) -> Option<String>) -> Vec<String> {
    match value {
        Value::Seq(items) => items.iter().filter_map(name).collect(),
        Value::Map(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
        _ => Vec::new(),
    }
}

/// An item in its short form, or the `source` of the long one.
fn source(item: &Value) -> Option<String> {
    item.text().or_else(|| item.get("source")?.text()).map(str::to_owned)
}

/// The volume that is mounted: a source that is no path.
fn volume(item: &Value) -> Option<String> {
    let name = match item.text() {
        Some(short) => short.split_once(':')?.0,
        None if item.get("type")?.text()? == "volume" => item.get("source")?.text()?,
        None => return None,
    };
    (!name.starts_with(['.', '/', '~', '$'])).then(|| name.to_owned())
}

/// The service whose network is shared.
fn namespace(mode: &Value) -> Option<String> {
    mode.text()?.strip_prefix("service:").map(str::to_owned)
}

/// The service of the same file that is extended.
pub fn extended(value: &Value) -> Option<String> {
    match value {
        Value::Map(_) if value.get("file").is_some() => None,
        Value::Map(_) => value.get("service")?.text().map(str::to_owned),
        name => name.text().map(str::to_owned),
    }
}

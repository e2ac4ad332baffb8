//! The environment that a Compose file gives a service.

use crate::compose::{Compose, Value};

/// A variable by its name, and its value where the file has one.
pub(super) type Variable = (String, Option<String>);

/// The `environment` of a service, whichever of its forms it has.
pub(super) fn of(compose: &Compose, service: &str) -> Vec<Variable> {
    match compose.get(&["services", service, "environment"]) {
        Some(Value::Map(entries)) => {
            entries.into_iter().map(|(name, value)| (name, value.text().map(str::to_owned))).collect()
        }
        Some(Value::Seq(items)) => items
            .iter()
            .filter_map(Value::text)
            .map(|item| match item.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (item.to_owned(), None),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The paths under `env_file`, whichever of its forms it has.
pub(super) fn files(compose: &Compose, service: &str) -> Vec<String> {
    let path = |value: &Value| value.get("path").unwrap_or(value).text().map(str::to_owned);
    match compose.get(&["services", service, "env_file"]) {
        Some(Value::Seq(files)) => files.iter().filter_map(path).collect(),
        Some(file) => path(&file).into_iter().collect(),
        None => Vec::new(),
    }
}

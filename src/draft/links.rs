//! What applications gain by a service: environment, secrets, waiting, networks.

use serde_json::Value as Json;

use super::context::{is_internal, joined};
use super::lines::ENV;
use super::{Addition, Draft, link, secret_file};
use crate::answers::Value;
use crate::compose::{self, Compose, Gain, Link};
use crate::error::Result;
use crate::manifest::{BY_VARIABLE, Connect, HAND_OVER, Layer};
use crate::record::Added;
use crate::render::{Context, Renderer};
use crate::secret::{Part, Secret};

impl Draft<'_> {
    /// The gains of every application that the addition is connected to.
    pub(super) fn links(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
    ) -> Result<Vec<Link>> {
        let Some(connect) = &addition.manifest.connect else { return Ok(Vec::new()) };
        let path = match (connect.file, &self.development) {
            (Layer::Override, Some(path)) => path.clone(),
            _ => self.base.clone(),
        };
        let compose = self.parse(&path)?;
        let by_variable = matches!(addition.answers.get(HAND_OVER), Value::Text(form) if form == BY_VARIABLE);
        let gains = Gains { addition, connect, renderer, context, by_variable };
        let mut links = Vec::new();
        for app in addition.apps {
            links.extend(gains.of(app, &compose)?);
        }
        if by_variable && !links.is_empty() {
            self.add_env(addition.alias, connect, added);
        }
        Ok(links)
    }

    /// The lines of `.env` that hold what applications read as plain variables.
    fn add_env(&mut self, alias: &str, connect: &Connect, added: &mut Added) {
        self.notes.push(format!(
            "`{alias}` is reached by plain values out of {ENV}, readable for you alone, since `connect` is `{BY_VARIABLE}`"
        ));
        for (key, name) in &connect.secrets {
            let variable = variable(alias, key);
            let value = Part::Value(secret_file(alias, name));
            self.variables.push((variable.clone(), Secret::Text(vec![value])));
            added.variables.push(format!("{variable}={name}"));
        }
    }

    /// A port of a service that is only on an internal network is silently never published: where the
    /// override does not open that network, the service joins one that is open, in the override only.
    pub(super) fn outward_network(
        &mut self,
        addition: &Addition<'_>,
        context: &Context,
        has_override: bool,
    ) -> Result<Vec<Link>> {
        let publishes =
            context.get("published").and_then(Json::as_object).is_some_and(|rows| !rows.is_empty());
        let Some(path) = self.development.clone().filter(|_| has_override && publishes) else {
            return Ok(Vec::new());
        };
        let networks: Vec<String> = context
            .get("networks")
            .and_then(Json::as_array)
            .map(|names| names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
            .unwrap_or_default();
        let base = self.compose()?;
        let development = self.parse(&path)?;
        let closed = |network: &String| {
            is_internal(&base, network)
                && development
                    .get(&["networks", network, "internal"])
                    .is_none_or(|value| value.text() != Some("false"))
        };
        if networks.is_empty() || !networks.iter().all(closed) {
            return Ok(Vec::new());
        }
        let open = addition.apps.iter().flat_map(|app| joined(&base, app)).find(|network| !closed(network));
        let name = open.unwrap_or_else(|| "default".to_owned());
        Ok(vec![link(addition.alias, Gain::Network { name })])
    }
}

struct Gains<'a> {
    addition: &'a Addition<'a>,
    connect: &'a Connect,
    renderer: &'a Renderer<'a>,
    context: &'a Context,
    by_variable: bool,
}

impl Gains<'_> {
    fn of(&self, app: &str, compose: &Compose) -> Result<Vec<Link>> {
        let mut links = Vec::new();
        if let Some(condition) = self.connect.depends_on {
            links.push(link(
                app,
                Gain::DependsOn {
                    on: self.addition.alias.to_owned(),
                    condition: condition.name().to_owned(),
                },
            ));
        }
        for name in self.connect.secrets.values().filter(|_| !self.by_variable) {
            links.push(link(app, Gain::Secret { name: format!("{}_{name}", self.addition.alias) }));
        }
        for (key, value) in self.variables(app, compose)? {
            links.push(link(app, Gain::Environment { key, value }));
        }
        Ok(links)
    }

    /// The variables under the names that are free in the application: the first service of a stem has it
    /// plain, a later one behind its own name.
    fn variables(&self, app: &str, compose: &Compose) -> Result<Vec<(String, String)>> {
        let Some(stem) = &self.connect.stem else { return Ok(Vec::new()) };
        let mut values = Vec::new();
        for (key, value) in &self.connect.environment {
            values.push((key.clone(), self.renderer.text("connect.environment", value, self.context)?));
        }
        for (key, name) in &self.connect.secrets {
            values.push(if self.by_variable {
                (
                    key.clone(),
                    format!("${{{}:?dockgen secrets makes it}}", variable(self.addition.alias, key)),
                )
            } else {
                (format!("{key}_FILE"), format!("/run/secrets/{}_{name}", self.addition.alias))
            });
        }
        values.sort();
        let taken = environment(compose, app);
        let clashes = |stem: &str| {
            let plain = self.connect.secrets.keys().filter(|_| !self.by_variable);
            plain.map(|key| format!("{stem}_{key}")).any(|key| taken.iter().any(|(name, _)| *name == key))
                || values.iter().any(|(key, value)| {
                    taken.iter().any(|(name, there)| {
                        *name == format!("{stem}_{key}") && there.as_ref() != Some(value)
                    })
                })
        };
        let stem = if clashes(stem) {
            format!("{}_{stem}", crate::render::upper_snake(self.addition.alias))
        } else {
            stem.clone()
        };
        Ok(values.into_iter().map(|(key, value)| (format!("{stem}_{key}"), value)).collect())
    }
}

/// The name of a value in `.env`: by the service that it leads to, since one file serves all applications.
fn variable(alias: &str, key: &str) -> String {
    format!("{}_{key}", crate::render::upper_snake(alias))
}

/// The environment of a service, whichever of its forms it has.
fn environment(compose: &Compose, service: &str) -> Vec<(String, Option<String>)> {
    match compose.get(&["services", service, "environment"]) {
        Some(compose::Value::Map(entries)) => {
            entries.into_iter().map(|(name, value)| (name, value.text().map(str::to_owned))).collect()
        }
        Some(compose::Value::Seq(items)) => items
            .iter()
            .filter_map(|item| item.text())
            .map(|item| match item.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (item.to_owned(), None),
            })
            .collect(),
        _ => Vec::new(),
    }
}

//! What the templates of one entry see.

use serde_json::{Value as Json, json};

use super::place::Place;
use super::ports::{Published, published};
use super::{Addition, Draft, NO_READS};
use crate::answers::{Answers, Value};
use crate::catalog::Kind;
use crate::compose::{self, Compose};
use crate::error::{Error, Result};
use crate::manifest::{CALLS, PORT, Port, Publish};
use crate::record::Added;
use crate::render::{Context, Renderer};

impl Draft<'_> {
    /// What the templates of an addition see.
    ///
    /// # Errors
    /// A fact that cannot be rendered, or a requirement that is not met.
    pub fn context(&mut self, addition: &Addition<'_>, renderer: &Renderer<'_>) -> Result<Context> {
        let mut context = Context::new();
        context.insert("project".into(), json!({ "name": self.project }));
        context.insert("name".into(), addition.alias.into());
        context.insert("dev".into(), self.development.is_some().into());
        for (key, value) in addition.answers.iter() {
            context.insert(key.to_owned(), json!(value));
        }
        if addition.entry.kind() == Kind::Language {
            let place = Place::of(addition.alias, addition.path, addition.answers)?;
            context.insert("path".into(), addition.path.into());
            context.insert("context".into(), place.context.into());
            context.insert("member".into(), place.member.into());
            context.insert("starter".into(), addition.starter.into());
            context.insert("api".into(), self.called(addition)?);
        }
        context.extend(self.required(addition)?);
        context.insert("networks".into(), self.networks(addition)?.into());
        context.insert("published".into(), self.published(addition)?);
        let facts = renderer.facts(addition.manifest, addition.answers, &context)?;
        context.insert("facts".into(), facts);
        Ok(context)
    }

    /// What the entry requires from others, under the names that its templates use.
    ///
    /// # Errors
    /// [`Error::Requires`] when it is not there.
    pub fn required(&mut self, addition: &Addition<'_>) -> Result<Context> {
        let mut context = Context::new();
        let entry = addition.entry.name();
        let missing = |needs| Error::Requires { entry: entry.to_owned(), needs };
        if addition.manifest.requires.app {
            let app = addition.apps.first().ok_or_else(|| missing("an application"))?;
            context.insert("app".into(), self.app(app)?);
        }
        if addition.manifest.requires.database {
            let database = match (self.database()?, self.of_others()?) {
                (Some(database), _) => database,
                (None, others) if others.is_empty() => return Err(missing("a database")),
                (None, others) => {
                    return Err(Error::RequiresOwn { entry: entry.to_owned(), needs: "a database", others });
                }
            };
            context.insert("database".into(), database);
        }
        Ok(context)
    }

    /// An application as other entries see it: from the record, else from the Compose file alone.
    ///
    /// # Errors
    /// A recorded entry whose facts cannot be rendered, or a Compose file that cannot be read.
    pub fn app(&mut self, name: &str) -> Result<Json> {
        let compose = self.compose()?;
        let keys: Vec<String> = match compose.get(&["services", name]) {
            Some(compose::Value::Map(entries)) => entries.into_iter().map(|(key, _)| key).collect(),
            _ => Vec::new(),
        };
        let in_override = match self.development.clone() {
            Some(path) => self.parse(&path)?.names("services").iter().any(|service| service == name),
            None => false,
        };
        let image =
            compose.get(&["services", name, "image"]).and_then(|image| image.text().map(str::to_owned));
        let recorded = self.record.get(name).filter(|added| added.path.is_some()).cloned();
        let (port, facts, answers, path) = match recorded {
            Some(added) => {
                let facts = self.recorded_facts(&added)?;
                let answers = added.given();
                (json!(answers.get("port")), facts, answers, added.path)
            }
            None => (
                json!(ports_inside(&compose, name).first()),
                Json::Object(serde_json::Map::new()),
                Answers::default(),
                None,
            ),
        };
        let path = path.unwrap_or_else(|| ".".to_owned());
        let place = Place::of(name, &path, &answers)?;
        let answers: serde_json::Map<String, Json> =
            answers.iter().map(|(key, value)| (key.to_owned(), json!(value))).collect();
        Ok(json!({
            "name": name, "port": port, "facts": facts, "answers": answers,
            "path": path, "context": place.context, "member": place.member, "image": image,
            "keys": keys, "in_override": in_override,
        }))
    }

    /// The application that this one calls, or null.
    fn called(&mut self, addition: &Addition<'_>) -> Result<Json> {
        let Value::Text(name) = addition.answers.get(CALLS) else { return Ok(Json::Null) };
        let compose = self.compose()?;
        let services = compose.names("services");
        if !services.contains(name) {
            return Err(Error::NoSuchService { name: name.clone(), services });
        }
        let recorded = self.record.get(name).filter(|added| added.path.is_some());
        let port = match recorded {
            Some(added) => json!(added.given().get(PORT)),
            None => json!(ports_inside(&compose, name).first()),
        };
        if port.is_null() {
            let entry = addition.entry.name().to_owned();
            return Err(Error::Requires { entry, needs: "an application that listens on a port" });
        }
        let checked = compose.get(&["services", name, "healthcheck"]).is_some();
        Ok(json!({ "name": name, "port": port, "checked": checked }))
    }

    fn recorded_facts(&mut self, added: &Added) -> Result<Json> {
        let Some((Kind::Language, name)) = added.entry() else { return Ok(json!({})) };
        let Ok(entry) = self.catalog.get(Kind::Language, name) else { return Ok(json!({})) };
        let manifest = entry.manifest()?;
        let answers = added.given();
        let path = added.path.clone().unwrap_or_else(|| ".".to_owned());
        let renderer = Renderer::new(self.catalog, entry);
        let addition = Addition {
            entry,
            manifest: &manifest,
            alias: &added.name,
            answers: &answers,
            apps: &[],
            reads: NO_READS,
            path: &path,
            starter: added.starter,
        };
        let context = self.context(&addition, &renderer)?;
        Ok(context.get("facts").cloned().unwrap_or_default())
    }

    /// The services with an image from elsewhere that are not recorded: what they are is unknown.
    fn of_others(&mut self) -> Result<Vec<String>> {
        let compose = self.compose()?;
        let has = |name: &str, key| compose.get(&["services", name, key]).is_some();
        let mut services = compose.names("services");
        services.retain(|name| self.record.get(name).is_none() && has(name, "image") && !has(name, "build"));
        Ok(services)
    }

    /// The first recorded service of the kind `database`.
    fn database(&mut self) -> Result<Option<Json>> {
        for added in &self.record.entries {
            let Some((kind, name)) = added.entry() else { continue };
            let Ok(entry) = self.catalog.get(kind, name) else { continue };
            let manifest = entry.manifest()?;
            if manifest.kind.as_deref() == Some("database") {
                let port = manifest.publish.first().map(|row| &row.container);
                let port = port.and_then(|port| number(port, &added.given()));
                return Ok(Some(json!({ "name": added.name, "entry": name, "port": port })));
            }
        }
        Ok(None)
    }

    /// The host ports of the development override: the usual one, or the next that nobody in the project has.
    fn published(&mut self, addition: &Addition<'_>) -> Result<Json> {
        let taken = self.published_ports()?;
        let mut given: Vec<u16> = Vec::new();
        let mut rows = serde_json::Map::new();
        for Publish { name, container, host } in &addition.manifest.publish {
            let (Some(container), Some(usual)) =
                (number(container, addition.answers), number(host, addition.answers))
            else {
                continue;
            };
            let own =
                taken.iter().find(|port| port.service == addition.alias && port.container == Some(container));
            let holder =
                taken.iter().find(|port| port.host.contains(&usual) && port.service != addition.alias);
            let is_free =
                |port: &u16| !given.contains(port) && !taken.iter().any(|taken| taken.host.contains(port));
            let free = match own {
                Some(own) => *own.host.start(),
                None => (usual..=u16::MAX).find(is_free).unwrap_or(usual),
            };
            given.push(free);
            let holder = holder.filter(|_| free != usual).map(|port| port.service.clone());
            rows.insert(
                name.clone(),
                json!({ "host": free, "container": container, "usual": usual, "taken_by": holder }),
            );
        }
        Ok(rows.into())
    }

    fn published_ports(&mut self) -> Result<Vec<Published>> {
        let mut ports = published(&*self.compose()?);
        if let Some(path) = self.development.clone() {
            ports.extend(published(&*self.parse(&path)?));
        }
        Ok(ports)
    }

    /// Notes each host port that is not the usual one, since that is another service's.
    pub(super) fn note_moved_ports(&mut self, alias: &str, context: &Context) -> Result<()> {
        let ports = self.published_ports()?;
        let is_own = |host: u16| ports.iter().any(|port| port.service == alias && port.host.contains(&host));
        for row in
            context.get("published").and_then(Json::as_object).into_iter().flat_map(|rows| rows.values())
        {
            let host = row["host"].as_u64().and_then(|host| u16::try_from(host).ok());
            if let (Some(host), Some(holder)) = (host.filter(|host| is_own(*host)), row["taken_by"].as_str())
            {
                let usual = &row["usual"];
                self.notes
                    .push(format!("`{alias}` has port {host} of this machine: {usual} is `{holder}`'s"));
            }
        }
        Ok(())
    }

    /// # Errors
    /// [`Error::PortTwice`] when a host port of `alias` is another service's too.
    pub(super) fn refuse_port_twice(&mut self, alias: &str) -> Result<()> {
        let ports = self.published_ports()?;
        for own in ports.iter().filter(|port| port.service == alias) {
            let port = *own.host.start();
            let is_holder = |other: &&Published| other.service != alias && other.host.contains(&port);
            if let Some(other) = ports.iter().find(is_holder) {
                return Err(Error::PortTwice {
                    port,
                    holder: other.service.clone(),
                    asker: alias.to_owned(),
                });
            }
        }
        Ok(())
    }
}

fn number(port: &Port, answers: &Answers) -> Option<u16> {
    match port {
        Port::Number(number) => Some(*number),
        Port::Answer(key) => match answers.get(key) {
            Value::Integer(number) => u16::try_from(*number).ok(),
            _ => None,
        },
    }
}

/// The container ports that a service publishes or exposes.
fn ports_inside(compose: &Compose, service: &str) -> Vec<u16> {
    let published =
        published(compose).into_iter().filter(|port| port.service == service).filter_map(|p| p.container);
    let exposed = match compose.get(&["services", service, "expose"]) {
        Some(compose::Value::Seq(ports)) => {
            ports.iter().filter_map(|port| port.text()?.split('/').next()?.parse().ok()).collect()
        }
        _ => Vec::new(),
    };
    published.chain(exposed).collect()
}

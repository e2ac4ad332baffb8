//! The networks that a service joins, so that the applications it serves can reach it and no second topology stands
//! beside the user's.

use serde_json::Value as Json;

use super::{Addition, Draft, link};
use crate::catalog::Kind;
use crate::compose::{self, Compose, Gain, Link};
use crate::error::{Error, Result};
use crate::manifest::Side;
use crate::render::Context;

/// The network of a service that names none.
const DEFAULT: &str = "default";

impl Draft<'_> {
    /// The networks in the file for production, one of every application among them.
    ///
    /// # Errors
    /// A Compose file that cannot be read.
    pub(super) fn networks(&mut self, addition: &Addition<'_>) -> Result<Vec<String>> {
        let side = side(addition);
        if side == Side::None {
            return Ok(Vec::new());
        }
        let compose = self.compose()?;
        let services = compose.names("services");
        let apps = addition.apps.iter().filter(|app| services.contains(app));
        let all: Vec<Vec<String>> = apps.map(|app| joined(&compose, app)).collect();
        if all.is_empty() {
            return Ok(match example(&compose) {
                Some(example) => chosen(&compose, side, &[joined(&compose, &example)]),
                None if addition.entry.kind() == Kind::Language => {
                    vec!["backend".to_owned(), "frontend".to_owned()]
                }
                None => Vec::new(),
            });
        }
        if all.iter().all(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let all: Vec<Vec<String>> = all.into_iter().map(or_default).collect();
        Ok(chosen(&compose, side, &all))
    }

    /// # Errors
    /// [`Error::NoNetwork`] for an application that finds no other service by its name.
    pub(super) fn refuse_unreachable(&mut self, addition: &Addition<'_>) -> Result<()> {
        if side(addition) == Side::None {
            return Ok(());
        }
        for path in [Some(self.base.clone()), self.development.clone()].into_iter().flatten() {
            let compose = self.parse(&path)?;
            for app in addition.apps {
                let mode = compose.get(&["services", app, "network_mode"]);
                if let Some(mode) = mode.as_ref().and_then(compose::Value::text) {
                    return Err(Error::NoNetwork {
                        app: app.clone(),
                        mode: mode.to_owned(),
                        path: path.to_string(),
                        service: addition.alias.to_owned(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Notes who else can reach a service that joins these networks.
    ///
    /// # Errors
    /// A Compose file that cannot be read.
    pub(super) fn note_external(&mut self, addition: &Addition<'_>, context: &Context) -> Result<()> {
        if side(addition) == Side::None {
            return Ok(());
        }
        let compose = self.compose()?;
        for network in or_default(names(context)).iter().filter(|network| is_external(&compose, network)) {
            self.notes.push(format!(
                "`{}` joins `{network}`, an `external` network: what other projects have on it can reach it, too",
                addition.alias
            ));
        }
        Ok(())
    }

    /// What a service that is there joins besides, for applications that it was not connected to before.
    ///
    /// # Errors
    /// A Compose file that cannot be read.
    pub(super) fn further_networks(&mut self, addition: &Addition<'_>) -> Result<Vec<Link>> {
        let compose = self.compose()?;
        if side(addition) == Side::None
            || !compose.names("services").iter().any(|name| name == addition.alias)
        {
            return Ok(Vec::new());
        }
        let there: Vec<Vec<String>> =
            addition.apps.iter().map(|app| or_default(joined(&compose, app))).collect();
        let own = joined(&compose, addition.alias);
        Ok(links(addition, besides(&compose, side(addition), &own, Vec::new(), &there)))
    }

    /// What a service joins in the override only: a network on which its ports are published, and those of
    /// applications that the override puts elsewhere.
    ///
    /// # Errors
    /// A Compose file that cannot be read.
    pub(super) fn development_networks(
        &mut self,
        addition: &Addition<'_>,
        context: &Context,
        has_override: bool,
        further: &[Link],
        again: bool,
    ) -> Result<Vec<Link>> {
        let Some(path) = self.development.clone().filter(|_| side(addition) != Side::None) else {
            return Ok(Vec::new());
        };
        let base = self.compose()?;
        let development = self.parse(&path)?;
        let mut own = names(context);
        let mut new = Vec::new();
        if again {
            own = joined(&base, addition.alias);
            own.extend(joined(&development, addition.alias));
            own.extend(further.iter().map(|link| link.gain.key().to_owned()));
        } else if has_override && publishes(context) {
            new.extend(outward(addition, &base, &development, &own));
        }
        let there: Vec<Vec<String>> =
            addition.apps.iter().map(|app| merged(&base, &development, app)).collect();
        Ok(links(addition, besides(&base, side(addition), &own, new, &there)))
    }
}

fn side(addition: &Addition<'_>) -> Side {
    match addition.entry.kind() {
        Kind::Language => Side::Both,
        Kind::Project => Side::None,
        Kind::Service => addition.manifest.network,
    }
}

fn links(addition: &Addition<'_>, names: Vec<String>) -> Vec<Link> {
    names.into_iter().map(|name| link(addition.alias, Gain::Network { name })).collect()
}

/// The networks that a service gains besides its `own`: those in `new`, and one of every application that is on none
/// of them.
fn besides(
    compose: &Compose,
    side: Side,
    own: &[String],
    mut new: Vec<String>,
    apps: &[Vec<String>],
) -> Vec<String> {
    let mut all = or_default(own.to_vec());
    all.extend(new.iter().cloned());
    for there in apps {
        if !there.iter().any(|network| all.contains(network)) {
            let found = chosen(compose, side, std::slice::from_ref(there));
            all.extend(found.iter().cloned());
            new.extend(found);
        }
    }
    // Who names a network is no longer on the default one
    if own.is_empty() && !new.is_empty() && !new.iter().any(|name| name == DEFAULT) {
        new.push(DEFAULT.to_owned());
    }
    new
}

/// Of networks of every application one, as few as the order of preference leaves.
fn chosen(compose: &Compose, side: Side, apps: &[Vec<String>]) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    for there in apps {
        if there.iter().any(|network| chosen.contains(network)) {
            continue;
        }
        let strange =
            |network: &str| apps.iter().filter(|other| !other.iter().any(|name| name == network)).count();
        let internal = |network: &str| is_internal(compose, network);
        let external = |network: &str| is_external(compose, network);
        let inner = there.iter().min_by_key(|name| (external(name), !internal(name), strange(name)));
        let outer = there.iter().min_by_key(|name| (internal(name), external(name), strange(name)));
        let both = match side {
            Side::Backend => [inner, None],
            Side::Frontend => [outer, None],
            Side::Both => [inner, outer],
            Side::None => [None, None],
        };
        for network in both.into_iter().flatten() {
            if !chosen.contains(network) {
                chosen.push(network.clone());
            }
        }
    }
    chosen
}

/// A port of a service that is only on an internal network is silently never published: where the override does not
/// open that network, the service joins one that is open.
fn outward(
    addition: &Addition<'_>,
    base: &Compose,
    development: &Compose,
    networks: &[String],
) -> Option<String> {
    let closed = |network: &String| {
        is_internal(base, network)
            && development
                .get(&["networks", network, "internal"])
                .is_none_or(|value| value.text() != Some("false"))
    };
    if networks.is_empty() || !networks.iter().all(closed) {
        return None;
    }
    let open = addition.apps.iter().flat_map(|app| joined(base, app)).find(|network| !closed(network));
    Some(open.unwrap_or_else(|| DEFAULT.to_owned()))
}

fn publishes(context: &Context) -> bool {
    context.get("published").and_then(Json::as_object).is_some_and(|rows| !rows.is_empty())
}

/// The networks that an entry's templates write.
fn names(context: &Context) -> Vec<String> {
    let names = context.get("networks").and_then(Json::as_array);
    names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// The service whose networks are taken as an example where there is no application: the first that has any.
fn example(compose: &Compose) -> Option<String> {
    let services = compose.names("services");
    let named = services.iter().find(|name| !joined(compose, name).is_empty());
    named.or(services.first()).cloned()
}

/// The networks of a service in the order of the file.
fn joined(compose: &Compose, service: &str) -> Vec<String> {
    match compose.get(&["services", service, "networks"]) {
        Some(compose::Value::Seq(names)) => {
            names.iter().filter_map(|name| name.text().map(str::to_owned)).collect()
        }
        Some(compose::Value::Map(entries)) => entries.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    }
}

/// The networks of a service once Compose has put the override on top. Source: the Compose specification, "Merge",
/// `!reset` and `!override`.
fn merged(base: &Compose, development: &Compose, service: &str) -> Vec<String> {
    let own = joined(development, service);
    or_default(match development.tag(&["services", service, "networks"]) {
        Some("!reset") => Vec::new(),
        Some("!override") => own,
        _ => joined(base, service).into_iter().chain(own).collect(),
    })
}

fn or_default(networks: Vec<String>) -> Vec<String> {
    if networks.is_empty() { vec![DEFAULT.to_owned()] } else { networks }
}

/// Whether a network has no route to the outside.
fn is_internal(compose: &Compose, network: &str) -> bool {
    compose.get(&["networks", network, "internal"]).is_some_and(|value| value.text() == Some("true"))
}

/// Whether a network is none of the project's own. Once it was written `external: {name: …}`.
fn is_external(compose: &Compose, network: &str) -> bool {
    let external = compose.get(&["networks", network, "external"]);
    external.is_some_and(|value| value.text() == Some("true") || matches!(value, compose::Value::Map(_)))
}

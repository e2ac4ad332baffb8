//! What `extends` brings along: a service has what the one has that it extends.
//! Source: the Compose specification, `extends`.

use super::{Addition, Draft};
use crate::compose::Value;
use crate::enumeration::quoted;
use crate::error::Result;

/// What only one service can have on a network.
const OF_ONE: [&str; 4] = ["aliases", "ipv4_address", "ipv6_address", "mac_address"];

impl Draft<'_> {
    /// Notes the services of a person's own that gain what an application gains.
    pub(super) fn note_heirs(&mut self, addition: &Addition<'_>) -> Result<()> {
        if addition.manifest.connect.is_none() {
            return Ok(());
        }
        let compose = self.compose()?;
        for app in addition.apps {
            let heirs: Vec<String> = compose
                .names("services")
                .into_iter()
                .filter(|name| compose.extended(name).as_ref() == Some(app))
                .filter(|name| !addition.apps.contains(name) && self.record.get(name).is_none())
                .collect();
            if !heirs.is_empty() {
                self.notes.push(format!(
                    "what `{app}` gets, those have too that extend it: {}",
                    quoted(heirs.iter().map(String::as_str))
                ));
            }
        }
        Ok(())
    }

    /// Notes what a new service takes over although only one can have it.
    pub(super) fn note_inherited(&mut self, alias: &str) -> Result<()> {
        let compose = self.compose()?;
        let Some(from) = compose.extended(alias) else { return Ok(()) };
        let Some(Value::Map(networks)) = compose.get(&["services", &from, "networks"]) else { return Ok(()) };
        let taken = networks.iter().flat_map(|(network, settings)| {
            OF_ONE
                .iter()
                .filter(|key| settings.get(key).is_some())
                .map(move |key| format!("networks.{network}.{key}"))
        });
        let taken: Vec<String> = taken.collect();
        if !taken.is_empty() {
            self.notes.push(format!(
                "`{alias}` extends `{from}` and with it has {}, which only one of them can have: `networks: !override` \
                 under `{alias}` gives it networks of its own",
                quoted(taken.iter().map(String::as_str))
            ));
        }
        Ok(())
    }
}

//! The host ports that a Compose file publishes.
//! Source: the Compose specification, `ports`, short and long syntax.

use crate::compose::{Compose, Value};

/// One host port of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Published {
    pub service: String,
    pub host: u16,
    pub container: Option<u16>,
}

/// All host ports that are plain numbers, or variables with a number as the default.
pub(super) fn published(compose: &Compose) -> Vec<Published> {
    let mut all = Vec::new();
    for service in compose.names("services") {
        let Some(Value::Seq(ports)) = compose.get(&["services", &service, "ports"]) else { continue };
        for port in ports {
            let (host, container) = match &port {
                Value::Scalar { text, .. } => short(text),
                Value::Map(entries) => long(entries),
                _ => continue,
            };
            if let Some(host) = host {
                all.push(Published { service: service.clone(), host, container });
            }
        }
    }
    all
}

/// `[ADDRESS:]HOST:CONTAINER[/PROTOCOL]`
fn short(text: &str) -> (Option<u16>, Option<u16>) {
    let text = with_defaults(text);
    let text = text.split('/').next().unwrap_or_default();
    let mut parts = text.rsplit(':');
    let container = parts.next().and_then(|port| port.parse().ok());
    let host = parts.next().and_then(|port| port.parse().ok());
    (host, container)
}

fn long(entries: &[(String, Value)]) -> (Option<u16>, Option<u16>) {
    let number = |key: &str| {
        let (_, value) = entries.iter().find(|(name, _)| name == key)?;
        with_defaults(value.text()?).parse().ok()
    };
    (number("published"), number("target"))
}

/// `${NAME:-8000}` and `${NAME-8000}` become `8000`.
fn with_defaults(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let (inner, tail) = after.split_once('}').unwrap_or((after, ""));
        let default =
            inner.split_once(":-").or_else(|| inner.split_once('-')).map_or("", |(_, default)| default);
        out.push_str(default);
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn short_syntax() {
        for (text, wanted) in [
            ("8080:80", (Some(8080), Some(80))),
            ("127.0.0.1:8080:80/tcp", (Some(8080), Some(80))),
            ("80", (None, Some(80))),
            ("${PORT:-8080}:80", (Some(8080), Some(80))),
            ("${BIND:-127.0.0.1}:${PORT-5432}:5432", (Some(5432), Some(5432))),
            ("[::1]:6001:6000", (Some(6001), Some(6000))),
            ("${PORT}:80", (None, Some(80))),
        ] {
            assert_eq!(short(text), wanted, "{text}");
        }
    }
}

//! The host ports that a Compose file publishes.
//! Source: the Compose specification, `ports`, short and long syntax.

use std::ops::RangeInclusive;

use crate::compose::{Compose, Value};

/// One host port of one service, or several in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Published {
    pub service: String,
    pub host: RangeInclusive<u16>,
    /// Of the first.
    pub container: Option<u16>,
}

/// All host ports that are plain numbers or ranges, or variables with one as the default.
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

type HostAndContainer = (Option<RangeInclusive<u16>>, Option<u16>);

/// `[ADDRESS:]HOST:CONTAINER[/PROTOCOL]`
fn short(text: &str) -> HostAndContainer {
    let text = with_defaults(text);
    let text = text.split('/').next().unwrap_or_default();
    let mut parts = text.rsplit(':');
    let container = parts.next().and_then(range).map(|range| *range.start());
    (parts.next().and_then(range), container)
}

fn long(entries: &[(String, Value)]) -> HostAndContainer {
    let ports = |key: &str| {
        let (_, value) = entries.iter().find(|(name, _)| name == key)?;
        range(&with_defaults(value.text()?))
    };
    (ports("published"), ports("target").map(|range| *range.start()))
}

/// `PORT` or `FIRST-LAST`
fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
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
        for (text, host, container) in [
            ("8080:80", Some(8080..=8080), Some(80)),
            ("127.0.0.1:8080:80/tcp", Some(8080..=8080), Some(80)),
            ("80", None, Some(80)),
            ("${PORT:-8080}:80", Some(8080..=8080), Some(80)),
            ("${BIND:-127.0.0.1}:${PORT-5432}:5432", Some(5432..=5432), Some(5432)),
            ("[::1]:6001:6000", Some(6001..=6001), Some(6000)),
            ("${PORT}:80", None, Some(80)),
            ("9090-9091:8080-8081", Some(9090..=9091), Some(8080)),
            ("127.0.0.1:8000-9000:80/udp", Some(8000..=9000), Some(80)),
            ("3000-3005", None, Some(3000)),
        ] {
            assert_eq!(short(text), (host, container), "{text}");
        }
    }
}

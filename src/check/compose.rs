//! What a Compose service of the catalog owes to everybody: health, limits, a pinned image, no secret in sight.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Finding, keys};
use crate::catalog::{Entry, Kind};
use crate::compose::{Compose, Order, Value};
use crate::request::APP;

const FILES: [(&str, &str); 2] =
    [("compose.yaml", "compose.yaml.j2"), ("compose.override.yaml", "override.yaml.j2")];

/// Keys of a service that say what it runs.
const RUNS: [&str; 4] = ["image", "build", "extends", "provider"];

/// Parts of a variable's name that say that its value is nobody's business.
const SECRET: [&str; 6] = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "CREDENTIAL"];

/// What is wrong with the entry's own service in the Compose files of a project.
pub fn laws(entry: &Entry, texts: &BTreeMap<String, String>) -> Vec<Finding> {
    let name = if entry.kind() == Kind::Language { APP } else { entry.name() };
    let mut findings = Vec::new();
    // The project's own text has no service
    let (mut seen, mut runs) = (entry.kind() == Kind::Project, entry.kind() == Kind::Project);
    for (file, template) in FILES {
        let Some(compose) = texts.get(file).and_then(|text| Compose::parse(text).ok()) else { continue };
        let found = |key: &str, message: String| Finding::at(entry, template, &format!("{key}:"), message);
        findings.extend(keys::wrong(&compose, name).into_iter().map(|(key, message)| found(&key, message)));
        let Some(service) = compose.get(&["services", name]) else { continue };
        seen = true;
        runs |= RUNS.iter().any(|key| service.get(key).is_some());
        findings.extend(out_of_order(&service).map(|(key, message)| found(&key, message)));
        findings.extend(secrets(&service).into_iter().map(|(key, message)| found(&key, message)));
        if let (Kind::Service, Some(image)) = (entry.kind(), service.get("image").and_then(Value::text)) {
            if !image.contains("${") {
                findings.extend(unpinned(image).map(|message| found("image", message)));
            }
            findings.extend(missing(&service).into_iter().map(|message| found("image", message.to_owned())));
        }
    }
    let message = match (seen, runs) {
        (true, true) => return findings,
        (true, false) => "the service runs nothing: it has neither an `image` nor a `build`",
        (false, _) => "no Compose service has the entry's name: it is `{{ name }}`",
    };
    findings.push(Finding::at(entry, "compose.yaml.j2", "services:", message));
    findings
}

/// The first key that stands behind one that it should precede.
fn out_of_order(service: &Value) -> Option<(String, String)> {
    let Value::Map(entries) = service else { return None };
    let keys = entries.windows(2).find_map(|pair| match pair {
        [(one, _), (next, _)] if Order::Keys.compare(one, next) == Ordering::Greater => Some((one, next)),
        _ => None,
    });
    keys.map(|(one, next)| {
        (next.clone(), format!("`{next}` belongs before `{one}`: linters check the order"))
    })
}

fn secrets(service: &Value) -> Vec<(String, String)> {
    let Some(Value::Map(variables)) = service.get("environment") else { return Vec::new() };
    let plain = variables.iter().filter(|(key, value)| {
        is_secret(key) && !key.ends_with("_FILE") && value.text().is_some_and(|text| !text.contains("${"))
    });
    plain
        .map(|(key, _)| {
            (key.clone(), format!("`{key}` holds a secret in plain text: give it as a file, `{key}_FILE`"))
        })
        .collect()
}

/// What a service from somebody else's image must say.
fn missing(service: &Value) -> Vec<&'static str> {
    let has = |path: &[&str]| path.iter().try_fold(service, |value, key| value.get(key)).is_some();
    let drops_all = service.get("cap_drop").is_some_and(|caps| match caps {
        Value::Seq(caps) => caps.iter().any(|cap| cap.text() == Some("ALL")),
        _ => false,
    });
    [
        (
            has(&["healthcheck", "test"]) || has(&["healthcheck", "disable"]),
            "no healthcheck: nobody can wait for it",
        ),
        (drops_all, "no `cap_drop: [ALL]`: add back what the image's entrypoint needs"),
        (has(&["security_opt"]), "no `security_opt: [no-new-privileges:true]`"),
        (has(&["restart"]), "no `restart` policy"),
        (has(&["networks"]), "no `networks`: applications cannot reach it"),
        (has(&["logging"]), "no `logging` limits: logs grow for ever"),
        (has(&["deploy", "resources", "limits", "pids"]), "no limits in `deploy.resources`"),
    ]
    .into_iter()
    .filter_map(|(there, message)| (!there).then_some(message))
    .collect()
}

/// What is wrong with the version of a service's image.
fn unpinned(image: &str) -> Option<String> {
    let name = image.rsplit('/').next().unwrap_or(image);
    if floats(image) {
        return Some(format!("the tag of `{image}` moves: pin a version"));
    }
    // A digest has a colon, too
    (!name.contains(':')).then(|| format!("`{image}` has no tag, and means `latest`: pin a version"))
}

/// Whether an image's tag means something else tomorrow.
pub fn floats(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    match name.split_once(':') {
        None => false,
        Some((_, tag)) => ["latest", "edge", "stable", "lts", "nightly", "main"].contains(&tag),
    }
}

/// Whether a variable's name, or `NAME=value`, says that it holds a secret.
pub fn is_secret(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or(word).to_uppercase();
    SECRET.iter().any(|part| name.contains(part)) && !name.ends_with("_FILE")
}

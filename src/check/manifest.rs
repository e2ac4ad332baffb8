//! What a manifest says, beyond its form.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Finding, names};
use crate::answers::{Raw, Value, allowed, takes};
use crate::catalog::Entry;
use crate::manifest::{Form, Manifest, OneOrMany, Port, Question, When};

const REFUSE: &str = "[[refuse]]";

/// The manifest, or why it is none.
pub fn read(entry: &Entry) -> Result<Arc<Manifest>, Finding> {
    entry.manifest().map_err(|error| Finding::of(entry, &error))
}

/// Names that stand twice or are none, defaults that are no answers, rows that name what is not there.
pub fn laws(entry: &Entry, manifest: &Manifest) -> Vec<Finding> {
    let file = entry.kind().manifest_file();
    let found = |words: &str, message: String| Finding::at(entry, file, words, message);
    let mut findings = Vec::new();
    for (key, text) in [("title", &manifest.title), ("summary", &manifest.summary)] {
        if text.trim().is_empty() {
            findings.push(found(&format!("{key} ="), format!("`{key}` is empty")));
        }
    }
    let keys = manifest.questions.iter().map(|question| question.key.as_str());
    for (what, names) in [
        ("question", keys.clone().collect::<Vec<_>>()),
        ("secret", manifest.secrets.iter().map(|secret| secret.name.as_str()).collect()),
        ("port", manifest.publish.iter().map(|port| port.name.as_str()).collect()),
    ] {
        let twice = |name: &&str| names.iter().filter(|other| *other == name).count() > 1;
        for name in names.iter().collect::<BTreeSet<_>>() {
            let wrong = [
                twice(name).then(|| format!("{what} `{name}` is there twice")),
                (!is_name(name)).then(|| {
                    format!("{what} `{name}` has no name for templates: it is of the form [a-z][a-z0-9_]*")
                }),
            ];
            findings
                .extend(wrong.into_iter().flatten().map(|message| found(&format!("\"{name}\""), message)));
        }
    }
    for question in &manifest.questions {
        let key = format!("\"{}\"", question.key);
        let wrong = [wrong_limits(question), wrong_default(question), reserved(entry, manifest, question)];
        findings.extend(wrong.into_iter().flatten().map(|message| found(&key, message)));
    }
    findings.extend(dangling(manifest).into_iter().map(|(name, message)| found(&name, message)));
    let known: BTreeSet<&str> = keys.collect();
    for (key, place) in conditions(manifest)
        .iter()
        .flat_map(|(when, place)| when.0.keys().map(move |key| (key.as_str(), *place)))
    {
        if !known.contains(key) {
            let message = format!("`when` of {place} names the question `{key}`, which nobody asks");
            findings.push(found(&format!("{key} ="), message));
        }
    }
    // A combination may be refused with its reason before anybody offers it
    for (when, place) in conditions(manifest).into_iter().filter(|(_, place)| *place != REFUSE) {
        for (value, message) in never(manifest, when) {
            findings.push(found(&value, format!("`when` of {place} cannot be met: {message}")));
        }
    }
    findings
}

/// Whether templates can look it up by its name.
fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(is_part)
}

/// A question whose answer would hide what templates see, or be hidden by it.
fn reserved(entry: &Entry, manifest: &Manifest, question: &Question) -> Option<String> {
    let key = &question.key;
    let taken = names::given(entry.kind(), manifest).any(|name| name == key);
    taken.then(|| format!("question `{key}` has a name under which templates see something else"))
}

fn wrong_limits(question: &Question) -> Option<String> {
    let (min, max) = question.min.zip(question.max)?;
    (min > max)
        .then(|| format!("no number is an answer to `{}`: `min` {min} is above `max` {max}", question.key))
}

fn wrong_default(question: &Question) -> Option<String> {
    untaken(question, question.default.as_ref()?, "the default")
}

/// Why a value of the manifest is no answer to a question.
fn untaken(question: &Question, written: &toml::Value, what: &str) -> Option<String> {
    let key = &question.key;
    match Value::read(question, &Raw::Toml(written.clone())) {
        None => Some(format!("{what} of `{key}`, {written}, has another form than its `kind`")),
        Some(value) if takes(question, &value) => None,
        Some(value) if question.kind == Form::Choice => {
            Some(format!("{what} of `{key}`, `{value}`, is none of its choices"))
        }
        Some(value) => {
            Some(format!("{what} of `{key}`, `{value}`, is no answer to it: {}", allowed(question)))
        }
    }
}

/// Rows that name a question or a secret that is not there, each with the words of its line.
fn dangling(manifest: &Manifest) -> Vec<(String, String)> {
    let asked = |key: &str| manifest.questions.iter().find(|question| question.key == key);
    let has_secret = |name: &str| manifest.secrets.iter().any(|secret| secret.name == name);
    let mut found = Vec::new();
    let mut missing = |name: &str, place: &str, what: &str| {
        found.push((format!("\"{name}\""), format!("{place} names the {what} `{name}`, which is not there")));
    };
    for (key, _) in manifest.defaults.iter().flat_map(|row| &row.set).filter(|(key, _)| asked(key).is_none())
    {
        missing(key, "`set` of [[defaults]]", "question");
    }
    for port in &manifest.publish {
        for port in [&port.container, &port.host] {
            if let Port::Answer(key) = port
                && asked(key).is_none_or(|question| question.kind != Form::Integer)
            {
                missing(key, "[[publish]]", "integer question");
            }
        }
    }
    let variables = manifest.secrets.iter().filter_map(|secret| secret.variable.as_deref());
    variables.filter(|key| asked(key).is_none()).for_each(|key| missing(key, "[[secrets]]", "question"));
    let connect = manifest.connect.iter();
    let granted = connect.clone().flat_map(|connect| connect.secrets.values());
    let read = connect.flat_map(|connect| &connect.reads).filter_map(|row| row.secret.as_ref());
    let names: BTreeSet<&String> = granted.chain(read).filter(|name| !has_secret(name)).collect();
    names.into_iter().for_each(|name| missing(name, "[connect]", "secret"));
    let set = manifest.defaults.iter().flat_map(|row| &row.set);
    found.extend(set.filter_map(|(key, value)| {
        let message = untaken(asked(key)?, value, "a value in [[defaults]]")?;
        Some((format!("{key} ="), message))
    }));
    found
}

/// Values in a condition that no answer to their question has, each with the words of its line.
fn never(manifest: &Manifest, when: &When) -> Vec<(String, String)> {
    // What was not asked is `none`, whatever the question takes
    let is_none = |value: &toml::Value| value.as_str() == Some("none");
    let wrong = |(key, wanted): (&String, &OneOrMany)| -> Vec<(String, String)> {
        let question = manifest.questions.iter().find(|question| question.key == *key);
        let values = wanted.values().iter().filter(|value| !is_none(value));
        let message = |value| Some((format!("{value}"), untaken(question?, value, "the value")?));
        values.filter_map(message).collect()
    };
    when.0.iter().flat_map(wrong).collect()
}

fn conditions(manifest: &Manifest) -> Vec<(&When, &'static str)> {
    let questions = manifest.questions.iter().map(|row| (&row.when, "a question"));
    let refuse = manifest.refuse.iter().map(|row| (&row.when, REFUSE));
    let facts = manifest.facts.iter().map(|row| (&row.when, "[[facts]]"));
    let defaults = manifest.defaults.iter().map(|row| (&row.when, "[[defaults]]"));
    let files = manifest.files.iter().map(|row| (&row.when, "[[files]]"));
    let secrets = manifest.secrets.iter().map(|row| (&row.when, "[[secrets]]"));
    let variables = manifest.variables.iter().map(|row| (&row.when, "[[variables]]"));
    questions
        .chain(refuse)
        .chain(facts)
        .chain(defaults)
        .chain(files)
        .chain(secrets)
        .chain(variables)
        .collect()
}

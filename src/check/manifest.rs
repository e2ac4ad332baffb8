//! What a manifest says, beyond its form.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Finding;
use crate::answers::{Raw, Value};
use crate::catalog::Entry;
use crate::manifest::{Form, Manifest, Question, When};

/// The manifest, or why it is none.
pub fn read(entry: &Entry) -> Result<Arc<Manifest>, Finding> {
    entry.manifest().map_err(|error| Finding::of(entry, &error))
}

/// Names that stand twice, defaults that are no answers, conditions on questions that nobody asks.
pub fn laws(entry: &Entry, manifest: &Manifest) -> Vec<Finding> {
    let file = entry.kind().manifest_file();
    let found = |words: &str, message: String| Finding::at(entry, file, words, message);
    let mut findings = Vec::new();
    let keys = manifest.questions.iter().map(|question| question.key.as_str());
    for (what, names) in [
        ("question", keys.clone().collect::<Vec<_>>()),
        ("secret", manifest.secrets.iter().map(|secret| secret.name.as_str()).collect()),
        ("port", manifest.publish.iter().map(|port| port.name.as_str()).collect()),
    ] {
        let twice = |name: &&str| names.iter().filter(|other| *other == name).count() > 1;
        for name in names.iter().filter(|name| twice(name)).collect::<BTreeSet<_>>() {
            findings.push(found(&format!("\"{name}\""), format!("{what} `{name}` is there twice")));
        }
    }
    for question in &manifest.questions {
        findings
            .extend(wrong_default(question).map(|message| found(&format!("\"{}\"", question.key), message)));
    }
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
    findings
}

fn wrong_default(question: &Question) -> Option<String> {
    let default = question.default.as_ref()?;
    let key = &question.key;
    let value = Value::read(question, &Raw::Toml(default.clone()));
    let offered = |text: &str| question.choices.iter().any(|choice| choice.value == text);
    match value {
        None => Some(format!("the default of `{key}`, {default}, has another form than its `kind`")),
        Some(Value::Text(text)) if question.kind == Form::Choice && !offered(&text) => {
            Some(format!("the default of `{key}`, `{text}`, is none of its choices"))
        }
        Some(_) => None,
    }
}

fn conditions(manifest: &Manifest) -> Vec<(&When, &'static str)> {
    let questions = manifest.questions.iter().map(|row| (&row.when, "a question"));
    let refuse = manifest.refuse.iter().map(|row| (&row.when, "[[refuse]]"));
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

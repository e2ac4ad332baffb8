//! An answers file: the same keys as the flags and questions, as TOML.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Answers, Raw, Sourced, Value};
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::record::located;

/// What `--answers FILE` gives.
#[derive(Debug, Clone, Default)]
pub struct AnswersFile {
    /// The project's name.
    pub name: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// The services, each `NAME` or `NAME=ALIAS`.
    pub services: Option<Vec<String>>,
    /// Answers by Compose service name (`app`, `postgres`, … and `project`) and question.
    pub answers: BTreeMap<String, BTreeMap<String, Sourced>>,
}

/// Answers to dockgen's questions; `dockgen new --print-answers` writes such a file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Answers")]
pub(crate) struct Form {
    /// The project's name.
    name: Option<String>,
    /// The language: `dockgen list languages`.
    language: Option<String>,
    /// The services, each `NAME` or `NAME=ALIAS`: `dockgen list services`.
    services: Option<Vec<String>>,
    /// Answers by Compose service name (`app` is the first application) and question: `dockgen show NAME`.
    #[serde(default)]
    #[schemars(schema_with = "answers")]
    answers: BTreeMap<String, BTreeMap<String, Spanned<toml::Value>>>,
}

/// Any answer to any question: which ones there are depends on the catalog.
fn answers(_: &mut SchemaGenerator) -> Schema {
    let answer =
        json_schema!({ "type": ["string", "integer", "boolean", "array"], "items": { "type": "string" } });
    json_schema!({
        "type": "object",
        "additionalProperties": { "type": "object", "additionalProperties": answer },
    })
}

impl AnswersFile {
    /// Reads an answers file; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::BadToml`] with line, column and key.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let form: Form = toml::from_str(text).map_err(|error| Error::BadToml {
            path: path.to_owned(),
            message: located(text, &error),
            hint: "keys are `name`, `language`, `services` and tables `[answers.NAME]`; `--print-answers` writes such a file"
                .to_owned(),
        })?;
        let sourced = |value: Spanned<toml::Value>| {
            let before = text.get(..value.span().start).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            Sourced { raw: Raw::Toml(value.into_inner()), source: format!("{path}:{line}") }
        };
        let answers = form.answers.into_iter().map(|(name, answers)| {
            (name, answers.into_iter().map(|(key, value)| (key, sourced(value))).collect())
        });
        Ok(Self {
            name: form.name,
            language: form.language,
            services: form.services,
            answers: answers.collect(),
        })
    }
}

/// Everything that was settled, in the form that [`AnswersFile::parse`] reads.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Settled {
    /// The project's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The services, each `NAME` or `NAME=ALIAS`.
    pub services: Vec<String>,
    /// Answers by Compose service name and question.
    pub answers: toml::Table,
}

impl Settled {
    /// Notes the answers of one entry; what was not asked has none.
    pub fn note(&mut self, alias: &str, manifest: &Manifest, answers: &Answers) {
        let takes_none =
            |key: &str| manifest.questions.iter().any(|question| question.key == key && question.or_none);
        let asked = answers.iter().filter(|(key, value)| **value != Value::None || takes_none(key));
        let table: toml::Table = asked.map(|(key, value)| (key.to_owned(), value.to_toml())).collect();
        if !table.is_empty() {
            self.answers.insert(alias.to_owned(), toml::Value::Table(table));
        }
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`Error::BadEntry`] when an answer cannot be written as TOML, which no answer of a manifest is.
    pub fn text(&self) -> Result<String> {
        toml::to_string(self)
            .map_err(|error| Error::BadEntry { path: "answers".to_owned(), message: error.to_string() })
    }
}

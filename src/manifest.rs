//! `language.toml`, `service.toml` and `project.toml` as types. The format is described in `docs/catalog.md`.

mod detection;
mod pattern;
mod question;

use std::collections::BTreeMap;
use std::fmt;

pub use detection::{Bare, Dependencies, Detect, Detection, Reads, Workspace};
pub use pattern::Pattern;
pub use question::{
    BY_FILE, BY_VARIABLE, CALLS, Choice, DOOR, Form, HAND_OVER, PACKAGES, PORT, PUBLIC, Question, ROOT,
    STATIC, WORKSPACE,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::{Spanned, Table};

use crate::disk::matches_name;

/// What one catalog entry says about itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name as its makers write it.
    pub title: String,
    /// One line for lists.
    pub summary: String,
    /// Which side of the project a service stands on.
    #[serde(default)]
    pub network: Side,
    /// What the entry is to entries that require one of its kind, e.g. `database`.
    pub kind: Option<String>,
    /// The questions, in the order in which they are asked.
    #[serde(skip)]
    pub questions: Vec<Question>,
    /// The questions as they are written, with their places: what they share stands elsewhere.
    #[serde(default, rename = "questions", skip_serializing)]
    #[schemars(schema_with = "question::written")]
    pub(crate) written: Vec<Spanned<Table>>,
    /// Defaults that replace those of the questions under a condition.
    #[serde(default)]
    pub defaults: Vec<Facts>,
    /// Combinations of answers that cannot run.
    #[serde(default)]
    pub refuse: Vec<Refuse>,
    /// Values that follow from the answers.
    #[serde(default)]
    pub facts: Vec<Facts>,
    /// Folders of the entry whose files are written.
    #[serde(default)]
    pub files: Vec<Files>,
    /// Secret files.
    #[serde(default)]
    pub secrets: Vec<SecretFile>,
    /// What an application gains by using the service.
    pub connect: Option<Connect>,
    /// What the entry needs from another.
    #[serde(default)]
    pub requires: Requires,
    /// Host ports of the development override.
    #[serde(default)]
    pub publish: Vec<Publish>,
    /// Compose variables that the entry's texts read.
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// Whole lines for `.gitignore`.
    #[serde(default)]
    pub gitignore: Vec<String>,
    /// Whole lines for a `.dockerignore` that is there.
    #[serde(default)]
    pub dockerignore: Vec<String>,
}

/// The networks of a project: `frontend` reaches the outside, `backend` is internal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Behind the application.
    #[default]
    Backend,
    /// Before the application.
    Frontend,
    /// On both networks.
    Both,
    /// None of its own: it extends a service and has that one's.
    None,
}

/// Conditions on other answers: all keys must match, a list means any of.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct When(pub BTreeMap<String, OneOrMany>);

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conditions = self.0.iter().map(|(key, values)| {
            let values: Vec<String> = values.values().iter().map(answer_text).collect();
            format!("`{key}={}`", values.join("|"))
        });
        write!(f, "{}", conditions.collect::<Vec<_>>().join(" and "))
    }
}

fn answer_text(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// One value, or several of which any will do.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// Any of these.
    Many(#[schemars(with = "Vec<serde_json::Value>")] Vec<toml::Value>),
    /// This one.
    One(#[schemars(with = "serde_json::Value")] toml::Value),
}

impl OneOrMany {
    /// The values, whether one or many.
    #[must_use]
    pub fn values(&self) -> &[toml::Value] {
        match self {
            Self::Many(values) => values,
            Self::One(value) => std::slice::from_ref(value),
        }
    }
}

/// A combination of answers that cannot run.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// The combination.
    pub when: When,
    /// Why it cannot run.
    pub reason: String,
    /// The nearest that can, as flags.
    pub instead: String,
}

/// Values that hold under a condition; strings in them are templates.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The condition.
    #[serde(default)]
    pub when: When,
    /// The values.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: BTreeMap<String, toml::Value>,
}

/// A folder of the entry whose files are written into the project.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// The folder, relative to the entry.
    pub from: String,
    /// The target folder (a template), relative to the application's or the project's folder.
    #[serde(default)]
    pub to: String,
    /// Written only then.
    #[serde(default)]
    pub when: When,
    /// Part of the starter application: only for a folder that holds no project.
    #[serde(default)]
    pub starter: bool,
    /// Mode 0755 instead of 0644.
    #[serde(default)]
    pub executable: bool,
}

/// A file in `secrets/`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretFile {
    /// The Compose secret is `ALIAS_NAME`, its file `secrets/ALIAS_NAME.txt`.
    pub name: String,
    /// Made only then.
    #[serde(default)]
    pub when: When,
    /// That many random letters and digits.
    pub random: Option<usize>,
    /// A text over other secrets of the entry: `secret.X`, or percent-encoded `urlencoded.X`.
    pub template: Option<String>,
    /// The value is in `.env`, too, as `ALIAS_NAME`: for an application that reads it by the variable that this
    /// question is answered with. It is made only when there is such an answer.
    pub variable: Option<String>,
}

/// What an application gains by using the service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    /// The variables are named `STEM_KEY`; those of a second service of one stem `ALIAS_STEM_KEY`.
    pub stem: Option<String>,
    /// The condition under which the application starts; none: it does not wait.
    pub depends_on: Option<Condition>,
    /// Which Compose file is changed.
    #[serde(default)]
    pub file: Layer,
    /// Environment variables by key; the values are templates.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Granted secrets by key: `STEM_KEY_FILE` is set to where the secret is mounted.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// Names under which programs read one of these: an application that is seen to read some gets those, and
    /// not the ones of the stem.
    #[serde(default)]
    pub reads: Vec<Read>,
}

/// What programs read under any of some names.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The names; `*` is any text.
    pub names: Names,
    /// The value, a template; none: the secret's.
    pub value: Option<String>,
    /// The secret that the application is granted.
    pub secret: Option<String>,
}

impl Read {
    /// Whether a variable is one of these, and whether it is one that holds the path of a secret file.
    #[must_use]
    pub fn is(&self, variable: &str) -> Option<bool> {
        let fits = |variable: &str| self.names.0.iter().any(|name| matches_name(name, variable));
        let by_path = || self.secret.is_some() && variable.strip_suffix("_FILE").is_some_and(fits);
        if fits(variable) { Some(false) } else { by_path().then_some(true) }
    }
}

/// The `condition` of a `depends_on` entry, as the Compose specification names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The container runs.
    ServiceStarted,
    /// The healthcheck passes.
    ServiceHealthy,
    /// It ended with exit code 0.
    ServiceCompletedSuccessfully,
}

impl Condition {
    /// The name in a Compose file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceStarted => "service_started",
            Self::ServiceHealthy => "service_healthy",
            Self::ServiceCompletedSuccessfully => "service_completed_successfully",
        }
    }
}

/// One of the two Compose files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// `compose.yaml`, fit for production.
    #[default]
    Base,
    /// `compose.override.yaml`, for development.
    Override,
}

/// What the entry needs from another entry.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    /// An application.
    #[serde(default)]
    pub app: bool,
    /// A service of kind `database`.
    #[serde(default)]
    pub database: bool,
}

/// A host port of the development override.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// The name under `published` in templates.
    pub name: String,
    /// The port inside the container.
    pub container: Port,
    /// The usual port on the host; the next free one is taken when it is in use in the project.
    pub host: Port,
}

/// A port: a number, or the key of the question that gives it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Port {
    /// The number.
    Number(u16),
    /// The key of an integer question.
    Answer(String),
}

/// A Compose variable, for `.env.example`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name (a template).
    pub name: String,
    /// The value that holds without it (a template).
    pub default: String,
    /// What it does (a template).
    pub comment: String,
    /// Listed only then.
    #[serde(default)]
    pub when: When,
}

/// One name or several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "NameOrNames")]
#[schemars(with = "NameOrNames")]
pub struct Names(pub Vec<String>);

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum NameOrNames {
    One(String),
    Many(Vec<String>),
}

impl From<NameOrNames> for Names {
    fn from(names: NameOrNames) -> Self {
        match names {
            NameOrNames::One(name) => Self(vec![name]),
            NameOrNames::Many(names) => Self(names),
        }
    }
}

//! What is asked about an entry.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::json;
use toml::Table;

use super::When;

/// One thing that is asked about an entry.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The name that flags, answers files and templates use.
    pub key: String,
    /// A short noun phrase.
    pub prompt: String,
    /// One line more.
    pub help: Option<String>,
    /// The form of the answer.
    pub kind: Form,
    /// The answer that `--yes` takes.
    #[schemars(with = "Option<serde_json::Value>")]
    pub default: Option<toml::Value>,
    /// For [`Form::Choice`]: the answers, the first one is offered first.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// For [`Form::Text`]: a regular expression that the whole answer must match.
    pub pattern: Option<String>,
    /// For [`Form::Text`]: the pattern in words.
    pub allowed: Option<String>,
    /// For [`Form::Text`]: the answer is a file of the project, which must be there.
    #[serde(default)]
    pub exists: bool,
    /// For [`Form::Integer`]: the least answer.
    pub min: Option<i64>,
    /// For [`Form::Integer`]: the greatest answer.
    pub max: Option<i64>,
    /// Whether `none` is an answer too.
    #[serde(default)]
    pub or_none: bool,
    /// Asked only when these other answers are given.
    #[serde(default)]
    pub when: When,
    /// A dotted path into what the entry requires, whose value is the default when it is there.
    pub from: Option<String>,
    /// A detail has a default that suits almost everybody: prompts ask for it only on request.
    #[serde(default)]
    pub detail: bool,
    /// Settled by the starter: a detail where one is written, a question where a project is there.
    #[serde(default)]
    pub starter: bool,
}

/// The question of languages that have workspaces: the folder of the one that an application is a member of.
pub const WORKSPACE: &str = "workspace";
/// Their second: the folders of the other members that it needs, relative to the workspace.
pub const PACKAGES: &str = "packages";
/// The question of languages: whether the production form publishes a host port.
pub const PUBLIC: &str = "public";
/// The question of languages whose applications call another one: its Compose service name.
pub const CALLS: &str = "calls";
/// The label of an application that people look at, and not programs: it is the front door of the others.
pub const DOOR: &str = "_door";
/// The label of an application of which nothing runs but a server of files: it uses no service.
pub const STATIC: &str = "_static";
/// The label of a folder that is nothing but the root of the applications below it, whatever it depends on.
pub const ROOT: &str = "_root";
/// The question for the port that an application listens on.
pub const PORT: &str = "port";
/// The question of every entry that hands secrets over: how applications get them.
pub const HAND_OVER: &str = "connect";
/// The answer to [`HAND_OVER`] for programs that read secret files.
pub const BY_FILE: &str = "file";
/// The answer to [`HAND_OVER`] for programs that read plain variables only.
pub const BY_VARIABLE: &str = "env";

impl Question {
    /// A question from its table in a manifest. One that says `shared = true` has what it does not say itself
    /// from the shared question of its key.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn complete(mut written: Table, shared: &BTreeMap<String, Table>) -> Result<Self, String> {
        if written.remove("shared").is_some_and(|value| value != toml::Value::Boolean(false)) {
            let key = written.get("key").and_then(toml::Value::as_str).unwrap_or_default();
            let base = shared.get(key).ok_or_else(|| {
                let keys: Vec<&str> = shared.keys().map(String::as_str).collect();
                format!(
                    "question `{key}` is `shared`, and shared/questions.toml has only {}",
                    keys.join(", ")
                )
            })?;
            let mut whole = base.clone();
            whole.extend(written);
            written = whole;
        }
        let key = written.get("key").and_then(toml::Value::as_str).unwrap_or("without `key`").to_owned();
        Self::deserialize(written).map_err(|error| format!("question `{key}`: {}", error.message().trim()))
    }
}

/// Questions as a manifest has them: whole, or `shared` with what differs.
pub(super) fn written(generator: &mut SchemaGenerator) -> Schema {
    let mut question = Question::json_schema(generator);
    if let Some(properties) = question.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
        let shared =
            "What it does not say itself it has from the question of its key in shared/questions.toml.";
        properties.insert("shared".to_owned(), json!({ "description": shared, "type": "boolean" }));
    }
    question.insert("required".to_owned(), json!(["key"]));
    let shared = json!({ "properties": { "shared": { "const": true } }, "required": ["shared"] });
    question.insert("anyOf".to_owned(), json!([{ "required": ["prompt", "kind"] }, shared]));
    json_schema!({ "type": "array", "items": question })
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// One of the listed values.
    Choice,
    /// A text that matches a pattern.
    Text,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A command: typed as a shell would take it, kept as a list of arguments.
    Command,
}

/// One value of a [`Form::Choice`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The answer.
    pub value: String,
    /// What it is good for.
    #[serde(default)]
    pub note: String,
}

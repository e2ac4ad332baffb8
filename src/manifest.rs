//! `language.toml`, `service.toml` and `project.toml` as types. The format is described in `docs/catalog.md`.

mod question;

use std::collections::BTreeMap;
use std::fmt;

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
    /// What an existing project says about the answers.
    #[serde(default)]
    pub detect: Vec<Detect>,
    /// Where projects of the language name what they depend on.
    #[serde(default)]
    pub dependencies: Vec<Dependencies>,
    /// Where a folder above an application's names it as a member of its workspace.
    #[serde(default)]
    pub workspace: Vec<Workspace>,
    /// Where projects of the language name the environment variables that they read.
    #[serde(default)]
    pub reads: Vec<Reads>,
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

/// What a project that is there says about answers: all that the row names must hold, then it speaks.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// Files in the application's folder, the first that fits counts; `*` is part of a name, `**` any folders.
    #[serde(default)]
    pub file: Names,
    /// Of those, the ones that do not count.
    #[serde(default)]
    pub except: Names,
    /// Files one of which must be in the same folder as that file.
    #[serde(default)]
    pub beside: Names,
    /// A file that must be there, for example one that `line` found: `$1`.
    pub there: Option<String>,
    /// Files that must not be there.
    #[serde(default)]
    pub absent: Names,
    /// Dotted paths in a JSON, TOML, XML or YAML file, one of which must be there.
    #[serde(default)]
    pub key: Names,
    /// A regular expression that a line of the file must match; with `key` the value there.
    pub line: Option<String>,
    /// Dependencies, one of which must be among those of `[[dependencies]]`.
    #[serde(default)]
    pub depends: Names,
    /// Whether dependencies for development do not count.
    #[serde(default)]
    pub runtime: bool,
    /// An answer that an earlier row must have given; its text is what `line` matches.
    pub found: Option<String>,
    /// Answers that earlier rows must have given.
    #[serde(default)]
    pub when: When,
    /// Answers that earlier rows must not have given.
    #[serde(default)]
    pub unless: When,
    /// The answers it gives. A key that no question has is a label for later rows; it is shown, unless it
    /// begins with `_`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: BTreeMap<String, toml::Value>,
    /// The words that it adds to answers of several words; each of such rows is believed.
    #[serde(default)]
    pub add: BTreeMap<String, String>,
    /// What the person should know, one sentence.
    pub note: Option<String>,
    /// Whether it is looked for in the root of the workspace, too, after the member's own folder.
    #[serde(default)]
    pub workspace: bool,
    /// The texts in `set` are versions as a project asks for them: a choice that satisfies is meant.
    pub range: Option<Bare>,
    /// Whether it shows that the project is of this language.
    #[serde(default)]
    pub language: bool,
    /// Whether it shows a program that can be started, not just a library.
    #[serde(default)]
    pub program: bool,
    /// Whether it has the rank of other rows that say so: where they differ, somebody has to decide.
    #[serde(default)]
    pub tie: bool,
    /// Of several languages, or services of one kind, the highest comes first.
    #[serde(default)]
    pub rank: i64,
    /// Services: it tells something about the service, and is no reason to add it.
    #[serde(default)]
    pub aside: bool,
    /// Services: proposed only with one of that kind, e.g. `database`.
    pub needs: Option<String>,
}

/// Where a language's projects name what they depend on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dependencies {
    /// Files in the application's folder.
    pub file: Names,
    /// Files in that folder of which one must be there.
    #[serde(default)]
    pub beside: Names,
    /// Dotted paths to tables whose keys are the names, or to lists of texts that begin with them.
    #[serde(default)]
    pub key: Names,
    /// A regular expression that finds names, as its first group, and features, as its second.
    pub line: Option<String>,
    /// They are there for development only: they say something about the program, nothing about its services.
    #[serde(default)]
    pub dev: bool,
    /// They say something about the services of the program, nothing about what it is: others may need them.
    #[serde(default)]
    pub services: bool,
    /// Whether they are named in the root of the workspace for its members.
    #[serde(default)]
    pub workspace: bool,
}

/// Where a folder above an application's names it as a member of its workspace.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// The file that makes a folder above the root of a workspace.
    pub file: String,
    /// Dotted paths in it to the members' folders: `*` and `**` as in [`Detect::file`], `!` in front for none.
    #[serde(default)]
    pub key: Names,
    /// Instead of `key`: a regular expression whose first group is such a folder.
    pub line: Option<String>,
    /// Instead of both: the folders.
    #[serde(default)]
    pub members: Names,
    /// Instead of all of these: a regular expression that finds, in the file of the application itself, folders
    /// beside its own that it needs, as `../common`. The nearest folder above that holds them is the root.
    pub beside: Option<String>,
    /// Dotted paths to folders that are no members.
    #[serde(default)]
    pub except: Names,
    /// Files of a member's own folder with which it is built by itself: a lock file.
    #[serde(default)]
    pub absent: Names,
    /// What a member calls itself when another depends on it: a file in its folder.
    pub manifest: Option<String>,
    /// Dotted paths to its name there.
    #[serde(default)]
    pub name: Names,
}

/// Where a language's projects name the environment variables that they read.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reads {
    /// Files in the application's folder.
    #[serde(default)]
    pub file: Names,
    /// Of those, the ones that do not count.
    #[serde(default)]
    pub except: Names,
    /// A regular expression that finds names, as its first group.
    pub line: Option<String>,
    /// Names that do not count.
    #[serde(default)]
    pub unless: Names,
    /// Dependencies of which one must be there.
    #[serde(default)]
    pub depends: Names,
    /// Names that programs with such a dependency read.
    #[serde(default)]
    pub names: Names,
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

/// What a version without an operator means, as in `go 1.26`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Bare {
    /// That very one.
    Exact,
    /// The least that will do; the newest is taken.
    Least,
    /// The least that will do, and the oldest is taken: what is newer may break the build.
    Nearest,
}

//! `detect.toml` as a type: how a project that is there is recognised. The format is described in `docs/catalog.md`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Names, Pattern, When};

/// What one catalog entry knows about projects that are there. It is apart from the manifest, since where there is no
/// project nothing reads it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detection {
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
}

impl Detection {
    /// The first pattern that is none, and why.
    pub(crate) fn bad_pattern(&self) -> Option<(&str, regex::Error)> {
        let detect = self.detect.iter().map(|row| &row.line);
        let dependencies = self.dependencies.iter().map(|row| &row.line);
        let workspace = self.workspace.iter().flat_map(|row| [&row.line, &row.beside]);
        let reads = self.reads.iter().flat_map(|row| [&row.line, &row.prefix]);
        let mut patterns = detect.chain(dependencies).chain(workspace).chain(reads).flatten();
        patterns.find_map(|pattern| Some((pattern.text(), pattern.error()?)))
    }
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
    pub line: Option<Pattern>,
    /// Dependencies, one of which must be among those of `[[dependencies]]`.
    #[serde(default)]
    pub depends: Names,
    /// Whether dependencies for development do not count.
    #[serde(default)]
    pub runtime: bool,
    /// An answer that an earlier row must have given; its text is what `line` matches.
    pub found: Option<String>,
    /// Answers that no earlier row may have given, whatever they are.
    #[serde(default)]
    pub lacks: Names,
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
    pub line: Option<Pattern>,
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
    pub line: Option<Pattern>,
    /// Instead of both: the folders.
    #[serde(default)]
    pub members: Names,
    /// Instead of all of these: a regular expression that finds, in the file of the application itself, folders
    /// beside its own that it needs, as `../common`. The nearest folder above that holds them is the root.
    pub beside: Option<Pattern>,
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
    pub line: Option<Pattern>,
    /// A regular expression whose first group stands before each name of the same file.
    pub prefix: Option<Pattern>,
    /// Names that do not count.
    #[serde(default)]
    pub unless: Names,
    /// Whether the files are looked for in the root of the workspace, too.
    #[serde(default)]
    pub workspace: bool,
    /// Whether the file is an example of a `.env`: the names that nothing passes to the program are said.
    #[serde(default)]
    pub example: bool,
    /// Dependencies of which one must be there.
    #[serde(default)]
    pub depends: Names,
    /// Names that programs with such a dependency read.
    #[serde(default)]
    pub names: Names,
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

//! What a command was asked to do, free of the command line's syntax.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::answers::{AnswersFile, Given, Manner, Sourced};
use crate::error::{Error, Result};
use crate::render::upper_snake;

/// The flags that an application's questions have besides `--set`.
pub const APP_FLAGS: &[(&str, &str)] = &[
    ("version", "--language-version"),
    ("package_manager", "--package-manager"),
    ("base", "--base"),
    ("port", "--port"),
];

/// What [`check_name`] calls a project.
pub const PROJECT: &str = "project";

/// The Compose service name of the first application.
pub const APP: &str = "app";

/// What is given as the one service to say that there is to be none.
pub const NO_SERVICE: &str = "none";

/// The names that were given, or none at all where [`NO_SERVICE`] was.
///
/// # Errors
/// [`Error::NoneAndOthers`] when it was given beside a name.
pub fn names_or_none(given: &[String], source: &'static str) -> Result<Vec<String>> {
    let names: Vec<String> = given.iter().filter(|name| *name != NO_SERVICE).cloned().collect();
    if names.is_empty() || names.len() == given.len() {
        return Ok(names);
    }
    Err(Error::NoneAndOthers { others: names, source })
}

/// What `new` and `add` have in common.
#[derive(Debug, Clone)]
pub struct Common {
    /// Answers by flags: by Compose service name and question.
    pub flags: BTreeMap<String, BTreeMap<String, Sourced>>,
    /// The answers file.
    pub file: AnswersFile,
    /// How far questions may be asked and defaults taken.
    pub manner: Manner,
    /// Whether there is to be a development override.
    pub development: bool,
}

impl Common {
    /// What was given for one entry, under its Compose service name or, when that is not used, its own.
    #[must_use]
    pub fn given(&self, alias: &str, entry: &str) -> Given {
        let pick = |answers: &BTreeMap<String, BTreeMap<String, Sourced>>| {
            answers.get(alias).or_else(|| answers.get(entry)).cloned().unwrap_or_default()
        };
        Given { flags: pick(&self.flags), file: pick(&self.file.answers), ..Given::default() }
    }

    /// # Errors
    /// [`Error::UnknownQuestion`] for an answer to an entry that was not picked.
    pub fn refuse_strangers(&self, picked: &[Wanted]) -> Result<()> {
        let known =
            |name: &str| name == "project" || picked.iter().any(|w| w.alias == name || w.entry == name);
        let given = self.flags.iter().chain(&self.file.answers);
        for (name, answers) in given.filter(|(name, _)| !known(name)) {
            if let Some((key, sourced)) = answers.iter().next() {
                let names = picked.iter().map(|wanted| wanted.alias.as_str()).chain(["project"]);
                return Err(Error::UnknownQuestion {
                    key: format!("{name}.{key}"),
                    source: sourced.source.clone(),
                    nearest: crate::answers::nearest(name, names).map(|near| format!("{near}.{key}")),
                });
            }
        }
        Ok(())
    }
}

/// `NAME[=ALIAS]`: a catalog entry and the Compose service name it is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The entry's name in the catalog.
    pub entry: String,
    /// The Compose service name.
    pub alias: String,
}

impl Wanted {
    /// Reads `NAME` or `NAME=ALIAS`.
    ///
    /// # Errors
    /// [`Error::BadName`] when the alias cannot be a Compose service name.
    pub fn parse(text: &str) -> Result<Self> {
        let (entry, alias) = text.split_once('=').unwrap_or((text, text));
        if text.contains('=') {
            check_name("service", alias)?;
        }
        Ok(Self { entry: entry.to_owned(), alias: alias.to_owned() })
    }
}

/// # Errors
/// [`Error::NameIsNoText`] when it would be something else than a text where YAML has it as a key, and
/// [`Error::BadName`] when the text cannot name a Compose project, a service and an image. Sources: the
/// Compose specification, `name` (lower-case letters, digits, `-`, `_`); the distribution project's
/// reference grammar, path component (separators stand between letters and digits, one `_`, two, or any
/// number of `-`); 63 is what a DNS label holds, by which services find each other.
pub fn check_name(what: &'static str, name: &str) -> Result<()> {
    let part =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let separated = name.replace("__", "_");
    let separated = separated.split('_').all(|words| {
        let mut words = words.split('-').peekable();
        words.peek().is_some_and(|first| part(first))
            && words.clone().last().is_some_and(part)
            && words.all(|word| word.is_empty() || part(word))
    });
    if !separated || name.len() > 63 {
        return Err(Error::BadName { what, name: name.to_owned() });
    }
    // A project's name is written between quotes where that is needed; a service's is a key in many places.
    if what != PROJECT && is_no_text(name) {
        return Err(Error::NameIsNoText { what, name: name.to_owned() });
    }
    Ok(())
}

/// Whether a reader of YAML could take such a name for a number, a truth value, a date or nothing. Source: the type
/// repository of YAML 1.1 (<https://yaml.org/type/>) and the core schema of YAML 1.2.2, section 10.3, as far as they
/// go without capitals, signs, dots and colons.
fn is_no_text(name: &str) -> bool {
    let words = ["y", "n", "yes", "no", "true", "false", "on", "off", "null"];
    let all = |text: &str, is: fn(char) -> bool| !text.is_empty() && text.chars().all(is);
    let digits = |text: &str| all(text, |c| c.is_ascii_digit() || c == '_');
    let radix =
        |start: &str, is: fn(char) -> bool| name.strip_prefix(start).is_some_and(|rest| all(rest, is));
    let exponent = name
        .split_once('e')
        .is_some_and(|(number, power)| digits(number) && digits(power.strip_prefix('-').unwrap_or(power)));
    words.contains(&name)
        || all(name, |c| c.is_ascii_digit() || "_-".contains(c))
        || exponent
        || radix("0x", |c| c.is_ascii_hexdigit() || c == '_')
        || radix("0o", |c| c.is_digit(8))
        || radix("0b", |c| "01_".contains(c))
}

/// # Errors
/// [`Error::NameTwice`] when two of them have one name, [`Error::NamesAlike`] when two cannot be told apart as
/// variables.
pub fn refuse_names_twice<'a>(names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.contains(&name) {
            return Err(Error::NameTwice { name: name.to_owned() });
        }
        if let Some(other) = seen.iter().find(|other| are_alike(other, name)) {
            return Err(Error::NamesAlike { one: (*other).to_owned(), other: name.to_owned() });
        }
        seen.push(name);
    }
    Ok(())
}

/// Whether variables that are named after the one, such as that of a published port, are the other's, too.
pub(crate) fn are_alike(one: &str, other: &str) -> bool {
    one != other && upper_snake(one) == upper_snake(other)
}

/// `dockgen new`.
#[derive(Debug, Clone)]
pub struct New {
    /// What it has in common with `add`.
    pub common: Common,
    /// The project's name.
    pub name: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// The services, when any were named.
    pub services: Option<Vec<String>>,
    /// Whether a starter may be written.
    pub starter: bool,
}

/// `dockgen add`.
#[derive(Debug, Clone)]
pub struct Add {
    /// What it has in common with `new`.
    pub common: Common,
    /// What is to be added.
    pub wanted: Vec<String>,
    /// The Compose file, relative to the project.
    pub file: String,
    /// Its override, when there is one.
    pub override_file: Option<String>,
    /// Further files that Compose reads after these, by whole paths: they are not edited.
    pub others: Vec<PathBuf>,
    /// The applications to connect; `None`: those that are built.
    pub to: Option<Vec<String>>,
    /// The folder of an application that is added.
    pub path: Option<String>,
    /// Whether a list-form `depends_on` may be rewritten.
    pub depends_on_healthy: bool,
}

/// `dockgen remove`.
#[derive(Debug, Clone)]
pub struct Remove {
    /// The Compose service names.
    pub names: Vec<String>,
    /// The Compose file, relative to the project.
    pub file: String,
    /// Its override, when there is one.
    pub override_file: Option<String>,
}

/// A folder's name as a project name: its letters and digits, with `-` between the words.
#[must_use]
pub fn project_name(folder: &std::path::Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let words: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(63).collect();
    let name = name.trim_end_matches('-').to_owned();
    if name.is_empty() { APP.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::{check_name, project_name};

    #[test]
    fn names() {
        for good in ["a", "shop", "my-app", "my_app", "my__app", "a--b", "0x", "a1-b2_c3"] {
            assert!(check_name("project", good).is_ok(), "{good}");
        }
        for bad in
            ["", "-a", "a-", "_a", "a_", "a___b", "a-_b", "a_-b", "A", "a.b", "a b", "ä", &"a".repeat(64)]
        {
            assert!(check_name("project", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_that_yaml_reads_as_something_else() {
        for bad in [
            "123",
            "0",
            "1_000",
            "0x1f",
            "0o17",
            "0b1",
            "1e3",
            "1e-3",
            "12e03",
            "2024-01-01",
            "null",
            "true",
            "false",
            "yes",
            "no",
            "on",
            "off",
            "y",
            "n",
        ] {
            assert!(check_name("service", bad).is_err(), "{bad}");
            assert!(check_name("project", bad).is_ok(), "{bad}");
        }
        for good in
            ["a", "2fa", "3d", "0x", "0xg", "1e", "e3", "e-1", "nulls", "on-call", "db-1", "1-a", "0o8"]
        {
            assert!(check_name("service", good).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_folder_gives_a_name_that_is_one() {
        for (folder, name) in [
            ("/x/My Shop", "my-shop"),
            ("/x/my_app--x_", "my-app-x"),
            ("/x/.hidden", "hidden"),
            ("/x/日本", "app"),
            ("/", "app"),
        ] {
            assert_eq!(project_name(std::path::Path::new(folder)), name);
            assert!(check_name("project", name).is_ok());
        }
    }
}

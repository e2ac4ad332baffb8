//! The catalog as the proof sees it: read from `templates/` by itself, so that what the program offers
//! is held against the files and not against the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// All entries, sorted by name.
#[derive(Clone)]
pub struct Catalog {
    pub languages: Vec<Entry>,
    pub services: Vec<Entry>,
    /// What only `dockgen new` writes; its questions are set as `project.KEY`.
    pub project: Option<Entry>,
}

/// What the proof needs of a manifest.
#[derive(Deserialize, Clone)]
pub struct Entry {
    #[serde(skip)]
    pub name: String,
    pub summary: String,
    pub kind: Option<String>,
    pub network: Option<String>,
    #[serde(default)]
    pub questions: Vec<Question>,
    #[serde(default)]
    pub refuse: Vec<Rule>,
    #[serde(default)]
    pub facts: Vec<Facts>,
    pub connect: Option<Connect>,
    #[serde(default)]
    pub requires: Requires,
    #[serde(default)]
    pub secrets: Vec<toml::Table>,
    #[serde(default)]
    pub publish: Vec<toml::Table>,
}

#[derive(Deserialize, Clone)]
pub struct Question {
    pub key: String,
    pub kind: String,
    pub default: Option<toml::Value>,
    #[serde(default)]
    pub choices: Vec<Choice>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    #[serde(default)]
    pub or_none: bool,
    #[serde(default)]
    pub when: When,
    pub from: Option<String>,
}

#[derive(Deserialize, Clone)]
pub struct Choice {
    pub value: String,
}

#[derive(Deserialize, Clone)]
pub struct Rule {
    pub when: When,
}

#[derive(Deserialize, Clone)]
pub struct Facts {
    #[serde(default)]
    pub when: When,
    pub set: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize, Clone)]
pub struct Connect {
    pub stem: Option<String>,
    pub file: Option<String>,
}

#[derive(Deserialize, Clone, Default)]
pub struct Requires {
    #[serde(default)]
    pub database: bool,
}

/// Where the files are that answers without a default name.
pub const CERTIFICATES: &str = "certs/";

/// Answers by question key, as `--set` takes them.
pub type Answers = BTreeMap<String, String>;

/// Conditions on answers: all keys must match, a list means any of.
#[derive(Deserialize, Clone, Default)]
#[serde(transparent)]
pub struct When(pub BTreeMap<String, toml::Value>);

impl When {
    pub fn rows(&self) -> impl Iterator<Item = (&str, Vec<String>)> {
        self.0.iter().map(|(key, value)| {
            let values = match value {
                toml::Value::Array(values) => values.iter().map(as_answer).collect(),
                one => vec![as_answer(one)],
            };
            (key.as_str(), values)
        })
    }

    pub fn met(&self, answers: &Answers) -> bool {
        self.rows().all(|(key, values)| answers.get(key).is_some_and(|answer| values.contains(answer)))
    }
}

/// A manifest's value as `--set` takes it.
pub fn as_answer(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(words) => words.iter().map(as_answer).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

impl Question {
    pub fn default(&self) -> Option<String> {
        self.default.as_ref().map(as_answer)
    }

    /// The answers that a covering set takes up, the default first. None: the default is all there is.
    pub fn levels(&self) -> Vec<String> {
        let mut levels: Vec<String> = self.default().into_iter().collect();
        match self.kind.as_str() {
            "choice" => levels.extend(self.choices.iter().map(|choice| choice.value.clone())),
            "boolean" => levels.extend(["true".to_owned(), "false".to_owned()]),
            "integer" => {
                let default = self.default.as_ref().and_then(toml::Value::as_integer);
                let other = default.map_or(self.min.unwrap_or(1), |n| n + 1);
                if self.max.is_none_or(|max| other <= max) {
                    levels.push(other.to_string());
                }
            }
            _ => {}
        }
        if self.or_none {
            levels.push("none".to_owned());
        }
        let mut seen = Vec::new();
        for level in levels {
            if !seen.contains(&level) {
                seen.push(level);
            }
        }
        seen
    }
}

impl Entry {
    /// A fact under these answers, not rendered.
    pub fn fact(&self, key: &str, answers: &Answers) -> Option<&toml::Value> {
        self.facts.iter().rev().filter(|row| row.when.met(answers)).find_map(|row| row.set.get(key))
    }

    /// The whole set of answers when these are given.
    pub fn with_defaults(&self, given: &Answers) -> Answers {
        let mut answers = self.defaults();
        answers.extend(given.clone());
        answers
    }

    /// All questions by their defaults; of a key that is asked in several forms, the form that is asked.
    pub fn defaults(&self) -> Answers {
        let mut answers = Answers::new();
        for question in &self.questions {
            if let Some(default) = question.default()
                && (question.when.met(&answers) || !answers.contains_key(&question.key))
            {
                answers.insert(question.key.clone(), default);
            }
        }
        answers
    }

    /// Whether it stands before the applications, for everybody to reach.
    pub fn is_front(&self) -> bool {
        self.network.as_deref() == Some("frontend")
    }

    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.key == key)
    }

    /// The answers of the questions that are asked when one has this answer and the others their defaults.
    pub fn settle_with(&self, key: &str, answer: &str) -> Answers {
        let several = self.questions.iter().filter(|question| question.levels().len() > 1);
        let chosen: Vec<_> = several
            .map(|question| {
                let default = question.default().unwrap_or_default();
                (&question.key, if question.key == key { answer.to_owned() } else { default })
            })
            .collect();
        self.settle(&chosen)
    }

    /// The answers of the questions that are asked: of each key the form whose condition holds, with the chosen
    /// answer that belongs to that form. What needs an answer and has no default gets one that suits.
    pub fn settle(&self, chosen: &[(&String, String)]) -> Answers {
        let mut answers = Answers::new();
        let mut given = Answers::new();
        let mut chosen = chosen.iter().peekable();
        for question in &self.questions {
            // the choices stand in the order of the questions, one for each that has more than one level
            let choice = match question.levels().len() > 1 {
                true => chosen.next_if(|(key, _)| **key == question.key).map(|(_, text)| text.clone()),
                false => None,
            };
            let asked = question.when.met(&answers);
            let answer = choice.clone().or_else(|| question.default());
            if let Some(answer) = &answer
                && (asked || !answers.contains_key(&question.key))
            {
                answers.insert(question.key.clone(), answer.clone());
            }
            let needed = answer.is_none() && question.kind == "text";
            let suits = needed.then(|| format!("{CERTIFICATES}{}.pem", question.key));
            // an empty command can be a default and not be typed
            let choice =
                choice.filter(|text| question.kind != "command" || Some(text) != question.default().as_ref());
            if let (true, Some(answer)) = (asked, choice.or(suits)) {
                given.insert(question.key.clone(), answer);
            }
        }
        given
    }
}

fn table(path: &Path) -> Option<toml::Table> {
    let text = fs::read_to_string(path).ok()?;
    Some(toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn questions(manifest: &mut toml::Table) -> Vec<toml::Table> {
    let rows = manifest.remove("questions").and_then(|rows| rows.as_array().cloned()).unwrap_or_default();
    rows.into_iter().filter_map(|row| row.as_table().cloned()).collect()
}

/// A question with what the shared one of its key says besides.
fn complete(own: toml::Table, shared: &[toml::Table]) -> toml::Table {
    let base = shared.iter().find(|base| base["key"] == own["key"] && own.contains_key("shared"));
    base.cloned().unwrap_or_default().into_iter().chain(own).collect()
}

impl Catalog {
    pub fn read(root: &Path) -> Self {
        let shared =
            questions(&mut table(&root.join("shared/questions.toml")).expect("shared/questions.toml"));
        let one = |folder: PathBuf, file: &str| -> Option<Entry> {
            let path = folder.join(file);
            let mut manifest = table(&path)?;
            let whole: Vec<_> =
                questions(&mut manifest).into_iter().map(|own| complete(own, &shared)).collect();
            manifest.insert("questions".to_owned(), whole.into());
            let mut entry: Entry =
                manifest.try_into().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            entry.name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Some(entry)
        };
        let all = |kind: &str, file: &str| -> Vec<Entry> {
            let mut folders: Vec<_> = fs::read_dir(root.join(kind))
                .unwrap_or_else(|error| panic!("{}: {error}", root.join(kind).display()))
                .map(|row| row.unwrap().path())
                .collect();
            folders.sort();
            folders.into_iter().filter_map(|folder| one(folder, file)).collect()
        };
        Self {
            languages: all("languages", "language.toml"),
            services: all("services", "service.toml"),
            project: one(root.join("project"), "project.toml"),
        }
    }
}

//! Questions and their ranked sources (flag > answers file > detected > default) become answers.

mod file;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;

pub(crate) use file::Form as FileForm;
pub use file::{AnswersFile, Settled};
pub use value::Value;

use crate::detect::range;
use crate::error::{Error, Result};
use crate::manifest::{Bare, Form, Manifest, Question, When};
use crate::prompt::Ask;

/// The answers of one entry, by question key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<String, Value>);

impl Answers {
    /// The answer to a question; [`Value::None`] when it was not asked.
    #[must_use]
    pub fn get(&self, key: &str) -> &Value {
        self.0.get(key).unwrap_or(&Value::None)
    }

    /// All answers, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether all conditions of `when` hold.
    #[must_use]
    pub fn meet(&self, when: &When) -> bool {
        when.0.iter().all(|(key, wanted)| {
            // A question that is still open answers nothing, not even `none`.
            self.0.get(key).is_some_and(|there| wanted.values().contains(&there.to_toml()))
        })
    }
}

impl FromIterator<(String, Value)> for Answers {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(answers: I) -> Self {
        Self(answers.into_iter().collect())
    }
}

/// An answer that somebody gave, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced {
    /// The answer, not yet checked against its question.
    pub raw: Raw,
    /// Where it comes from, for messages: `--base`, `answers.toml`, `.python-version:1`.
    pub source: String,
}

/// An answer as it was written.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    /// Typed by a person; its form is the question's.
    Typed(String),
    /// A TOML value; its form must be the question's.
    Toml(toml::Value),
    /// A range of versions: the newest choice in it is meant.
    Range {
        /// The range as a project writes it: `>=3.12`.
        wanted: String,
        /// What a version without an operator means.
        bare: Bare,
    },
}

/// What was given beforehand for one entry, ranked.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// By flags: they win over everything.
    pub flags: BTreeMap<String, Sourced>,
    /// By an answers file.
    pub file: BTreeMap<String, Sourced>,
    /// By the project that is there.
    pub detected: BTreeMap<String, Sourced>,
    /// Those of them that the project contradicts itself about.
    pub ties: BTreeSet<String>,
}

/// How far questions may be answered by defaults and asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Ask at the terminal.
    Interactive,
    /// `--yes`: detected values and defaults, never a question.
    Defaults,
    /// No terminal and no `--yes`: what is neither given nor detected is missing.
    Refuse,
}

/// What is left when questions are settled.
#[derive(Debug, Clone, Default)]
pub struct Open {
    /// The flags of answers that are missing.
    pub missing: Vec<String>,
    /// What the person should know, one sentence each.
    pub notes: Vec<String>,
}

/// Answers all questions of one entry.
pub struct Gather<'a> {
    /// The entry's name in the catalog, for messages.
    pub entry: &'a str,
    /// Its Compose service name, which keys `--set`.
    pub alias: &'a str,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// What was given beforehand.
    pub given: &'a Given,
    /// What it requires, for questions whose default comes from there.
    pub brought: &'a serde_json::Value,
    /// How far defaults go.
    pub manner: Manner,
    /// Whether a starter is written, which settles some questions.
    pub starter: bool,
    /// Whether a file of the project is there.
    pub exists: &'a dyn Fn(&str) -> bool,
    /// The flags that questions have besides `--set`, by key.
    pub flags: &'a [(&'a str, &'a str)],
}

impl Gather<'_> {
    /// Settles every question, asking only through `ask`.
    ///
    /// Flags of answers that are missing are added to `open`, so that the caller can name those of all
    /// entries at once; and what the person should know.
    ///
    /// # Errors
    /// An answer that its question does not take, a combination that cannot run, an answer to a question
    /// that nobody asks, or an interruption.
    pub fn answers(&self, ask: &mut dyn Ask, open: &mut Open) -> Result<Answers> {
        self.refuse_unknown_keys()?;
        let mut answers = self.given_ahead()?;
        self.refuse_combination(&answers)?;
        let details = self.manner == Manner::Interactive && self.wants_details(&answers, ask)?;
        for question in &self.manifest.questions {
            if answers.0.contains_key(&question.key) {
                continue;
            }
            let value = self.settle(question, &answers, details, ask, open)?;
            answers.0.insert(question.key.clone(), value);
        }
        self.refuse_combination(&answers)?;
        open.notes.extend(self.idle(&answers));
        Ok(answers)
    }

    /// What is said to flags whose question the other answers leave no room for.
    fn idle(&self, answers: &Answers) -> Vec<String> {
        let forms = |key: &str| -> Vec<&Question> {
            self.manifest.questions.iter().filter(|question| question.key == key).collect()
        };
        let idle = self.given.flags.keys().filter_map(|key| {
            let forms = forms(key);
            let when = &forms.first()?.when;
            let asked = forms.iter().any(|question| answers.meet(&question.when));
            (!asked).then(|| format!("`{}.{key}` changes nothing: it counts only with {when}", self.alias))
        });
        idle.collect()
    }

    /// Flags and the answers file count for every question, whatever its place in the order: an early
    /// default must not contradict them.
    fn given_ahead(&self) -> Result<Answers> {
        let mut answers = Answers::default();
        for question in &self.manifest.questions {
            let given = self.given.flags.get(&question.key).or_else(|| self.given.file.get(&question.key));
            if let Some(given) = given {
                answers.0.insert(question.key.clone(), self.check(question, given, &answers)?);
            }
        }
        Ok(answers)
    }

    fn settle(
        &self,
        question: &Question,
        answers: &Answers,
        details: bool,
        ask: &mut dyn Ask,
        open: &mut Open,
    ) -> Result<Value> {
        let default = self.default(question, answers)?;
        if !answers.meet(&question.when) {
            return Ok(default.unwrap_or(Value::None));
        }
        let found = self.given.detected.get(&question.key);
        let detected =
            found.and_then(|found| Some((self.detected(question, found, answers)?, found.source.as_str())));
        if let (Some(found), None) = (found, &detected) {
            // What the project says may be older than what the catalog offers: then it is no answer.
            let instead = default.as_ref().map(|default| format!(": {}", taken(default))).unwrap_or_default();
            let wanted = crate::detect::text_of(&found.raw);
            open.notes.push(format!(
                "`{}.{}` cannot be `{wanted}` ({}){instead}",
                self.alias, question.key, found.source
            ));
        }
        let evidence = detected.as_ref().map(|(_, source)| *source);
        let tie = evidence.is_some() && self.given.ties.contains(&question.key);
        let best = detected.map(|(value, _)| value).or(default);
        match self.manner {
            Manner::Interactive if !self.is_detail(question) || details || tie || best.is_none() => {
                let offered = self.offered(question, answers);
                ask.ask(&crate::prompt::Asked {
                    alias: self.alias,
                    question,
                    choices: &offered,
                    default: best.as_ref(),
                    evidence,
                    check: &|typed| {
                        self.check(
                            question,
                            &Sourced { raw: Raw::Typed(typed.to_owned()), source: "prompt".into() },
                            answers,
                        )
                    },
                })
            }
            Manner::Refuse if tie || evidence.is_none() && !self.is_detail(question) => {
                open.missing.push(self.flag(question));
                Ok(best.unwrap_or(Value::None))
            }
            _ => {
                let name = format!("{}.{}", self.alias, question.key);
                match (evidence, &best) {
                    (Some(evidence), Some(best)) if tie => {
                        open.notes.push(format!("`{name}` is `{best}`: {evidence}"));
                    }
                    // The default is the starter's, and this is another program.
                    (None, Some(best)) if question.starter && !self.starter => {
                        open.notes.push(format!(
                            "nothing here says `{name}`: {}, and `{}` gives another",
                            taken(best),
                            self.flag(question).replace('`', "")
                        ));
                    }
                    _ => {}
                }
                Ok(best.unwrap_or_else(|| {
                    open.missing.push(self.flag(question));
                    Value::None
                }))
            }
        }
    }

    /// What the project says, when the question takes it.
    fn detected(&self, question: &Question, found: &Sourced, answers: &Answers) -> Option<Value> {
        let Raw::Range { wanted, bare } = &found.raw else {
            return self.check(question, found, answers).ok();
        };
        let offered = self.offered(question, answers);
        let newest = |choices: &mut dyn Iterator<Item = &'_ str>| {
            range::newest(wanted, *bare, choices).map(str::to_owned)
        };
        // One that cannot run with the other answers is refused with its reason, not replaced in silence.
        newest(&mut offered.iter().map(|choice| choice.value.as_str()))
            .or_else(|| newest(&mut question.choices.iter().map(|choice| choice.value.as_str())))
            .map(Value::Text)
    }

    /// What need not be asked: details, what the starter settles, and what a required entry would bring
    /// if its own answers were not missing.
    fn is_detail(&self, question: &Question) -> bool {
        let brought_later =
            question.from.is_some() && self.brought.is_null() && self.manner == Manner::Refuse;
        question.detail || question.starter && self.starter || brought_later
    }

    fn wants_details(&self, answers: &Answers, ask: &mut dyn Ask) -> Result<bool> {
        let details: Vec<_> = self
            .manifest
            .questions
            .iter()
            .filter(|q| self.is_detail(q) && answers.get(&q.key) == &Value::None)
            .map(|q| q.prompt.as_str())
            .collect();
        if details.is_empty() { Ok(false) } else { ask.details(self.alias, &self.manifest.title, &details) }
    }

    /// The default: what a required entry brings, the declared one when it can run, else the first choice
    /// that can.
    fn default(&self, question: &Question, answers: &Answers) -> Result<Option<Value>> {
        if let Some(brought) = question.from.as_deref().and_then(|path| lookup(self.brought, path)) {
            return Ok(Value::from_json(brought));
        }
        let under = self.manifest.defaults.iter().filter(|row| answers.meet(&row.when));
        let replaced = under.filter_map(|row| row.set.get(&question.key)).next_back();
        let declared = replaced.or(question.default.as_ref()).cloned();
        let declared = declared.and_then(|default| Value::read(question, &Raw::Toml(default)));
        if question.kind != Form::Choice {
            return Ok(declared);
        }
        let offered = self.offered(question, answers);
        let declared_runs = declared
            .as_ref()
            .is_some_and(|value| offered.iter().any(|c| Value::Text(c.value.clone()) == *value));
        if declared_runs || declared.is_none() {
            return Ok(declared);
        }
        Ok(offered.first().map(|choice| Value::Text(choice.value.clone())))
    }

    /// The choices that no rule refuses under the answers so far.
    fn offered<'q>(&self, question: &'q Question, answers: &Answers) -> Vec<&'q crate::manifest::Choice> {
        question
            .choices
            .iter()
            .filter(|choice| {
                let mut with = answers.clone();
                with.0.insert(question.key.clone(), Value::Text(choice.value.clone()));
                !self.manifest.refuse.iter().any(|rule| with.meet(&rule.when))
            })
            .collect()
    }

    fn check(&self, question: &Question, given: &Sourced, answers: &Answers) -> Result<Value> {
        let bad = |nearest: Option<String>| {
            let given_text = match &given.raw {
                Raw::Typed(text) => text.clone(),
                Raw::Toml(value) => value.to_string(),
                Raw::Range { wanted, .. } => wanted.clone(),
            };
            let is_bare = matches!(&given.raw, Raw::Toml(value) if !value.is_str());
            let lacks_quotes = is_bare && matches!(question.kind, Form::Choice | Form::Text);
            let allowed = allowed(question);
            Error::BadAnswer {
                source: given.source.clone(),
                question: format!("{}.{}", self.alias, question.key),
                given: given_text,
                allowed: if lacks_quotes { format!("a text between quotes: {allowed}") } else { allowed },
                nearest,
            }
        };
        let value = Value::read(question, &given.raw).ok_or_else(|| bad(None))?;
        match (&value, question.kind) {
            (Value::None, _) => {}
            (Value::Text(text), Form::Choice) if !question.choices.iter().any(|c| &c.value == text) => {
                let mut with = answers.clone();
                with.0.insert(question.key.clone(), value.clone());
                self.refuse_combination(&with)?;
                return Err(bad(nearest(text, question.choices.iter().map(|c| c.value.as_str()))));
            }
            (Value::Text(_) | Value::Integer(_), Form::Text | Form::Integer) if !takes(question, &value) => {
                return Err(bad(None));
            }
            (Value::Text(path), Form::Text) if question.exists && !(self.exists)(path) => {
                return Err(Error::NoSuchFile {
                    question: format!("{}.{}", self.alias, question.key),
                    path: path.clone(),
                });
            }
            _ => {}
        }
        Ok(value)
    }

    fn refuse_combination(&self, answers: &Answers) -> Result<()> {
        let Some(rule) = self.manifest.refuse.iter().find(|rule| answers.meet(&rule.when)) else {
            return Ok(());
        };
        let combination =
            rule.when.0.keys().map(|key| format!("{key}={}", answers.get(key))).collect::<Vec<_>>().join(" ");
        Err(Error::Refused {
            combination: format!("`{combination}`"),
            entry: self.entry.to_owned(),
            reason: rule.reason.clone(),
            instead: rule.instead.clone(),
        })
    }

    fn refuse_unknown_keys(&self) -> Result<()> {
        let known = |key: &str| self.manifest.questions.iter().any(|question| question.key == key);
        let given = self.given.flags.iter().chain(&self.given.file);
        for (key, sourced) in given {
            if !known(key) {
                return Err(Error::UnknownQuestion {
                    key: format!("{}.{key}", self.alias),
                    source: sourced.source.clone(),
                    nearest: nearest(key, self.manifest.questions.iter().map(|q| q.key.as_str()))
                        .map(|near| format!("{}.{near}", self.alias)),
                });
            }
        }
        Ok(())
    }

    fn flag(&self, question: &Question) -> String {
        match self.flags.iter().find(|(key, _)| *key == question.key) {
            Some((_, flag)) => format!("`{flag}`"),
            None => format!("`--set {}.{}=…`", self.alias, question.key),
        }
    }
}

/// What is said of an answer that nobody gave.
fn taken(default: &Value) -> String {
    if default.is_empty() { "it stays empty".to_owned() } else { format!("`{default}` is taken") }
}

/// What a question allows, in words.
#[must_use]
pub fn allowed(question: &Question) -> String {
    let words = match question.kind {
        Form::Choice => {
            question.choices.iter().map(|c| format!("`{}`", c.value)).collect::<Vec<_>>().join(", ")
        }
        Form::Text => question.allowed.clone().unwrap_or_else(|| "a text".to_owned()),
        Form::Integer => match (question.min, question.max) {
            (Some(min), Some(max)) => format!("a whole number from {min} to {max}"),
            (Some(min), None) => format!("a whole number from {min}"),
            (None, Some(max)) => format!("a whole number up to {max}"),
            (None, None) => "a whole number".to_owned(),
        },
        Form::Boolean => "`true`, `false`".to_owned(),
        Form::Command => "a command line".to_owned(),
    };
    if question.or_none { format!("{words}, or `none`") } else { words }
}

/// Whether a value in the form of a question is one of its choices, fits its pattern, or is within its limits.
pub(crate) fn takes(question: &Question, value: &Value) -> bool {
    match (value, question.kind) {
        (Value::Text(text), Form::Choice) => question.choices.iter().any(|choice| choice.value == *text),
        (Value::Text(text), Form::Text) => matches(question, text),
        (Value::Integer(number), Form::Integer) => {
            question.min.is_none_or(|min| min <= *number) && question.max.is_none_or(|max| *number <= max)
        }
        _ => true,
    }
}

fn matches(question: &Question, text: &str) -> bool {
    let pattern = question.pattern.as_deref().unwrap_or("");
    Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|pattern| pattern.is_match(text))
        && !text.contains(['\n', '\r'])
}

fn lookup<'v>(value: &'v serde_json::Value, path: &str) -> Option<&'v serde_json::Value> {
    path.split('.').try_fold(value, |value, key| value.get(key)).filter(|value| !value.is_null())
}

/// The candidate that is most like `name`, when one is like it at all.
pub(crate) fn nearest<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<String> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}

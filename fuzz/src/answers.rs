//! Whatever somebody answers ends up as data: every project is planned twice, with the answers and with
//! plain words in their place, and both are taken apart as their readers do. But for the words they are the same.

use std::collections::BTreeMap;
use std::path::Path;

use dockgen::answers::{AnswersFile, Manner, Raw, Sourced};
use dockgen::catalog::{Catalog, Kind};
use dockgen::compose::{Compose, Value};
use dockgen::disk::Disk;
use dockgen::error::Result;
use dockgen::manifest::{Form, Question};
use dockgen::plan::Plan;
use dockgen::request::{Common, New};

use crate::{Input, Nobody};

/// What stands for a word that was answered begins and ends so, with a number in between.
const MARK: (&str, &str) = ("zq", "qz");
/// Where one answer ends and the next begins.
const BETWEEN: u8 = 0;
/// Where one argument of a command ends and the next begins.
const ARGUMENTS: char = '\u{1f}';
/// What means nothing to a shell, to nginx, in a URL and in a Dockerfile.
const HARMLESS: &str = "._/@+:=~, -";

type Flags = BTreeMap<String, BTreeMap<String, Sourced>>;

/// Answers and what stands for them.
#[derive(Default)]
struct Given {
    real: Flags,
    plain: Flags,
    /// The words by the number in their marks.
    words: Vec<String>,
}

/// Bytes for the language, two services and the form of commands; then answers, each with a byte for its
/// question.
pub fn check(data: &[u8]) {
    let catalog = crate::catalog();
    let mut input = Input(data);
    let languages: Vec<&str> = catalog.of(Kind::Language).map(|entry| entry.name()).collect();
    let language = *input.one_of(&languages);
    let services: Vec<&str> = catalog.of(Kind::Service).map(|entry| entry.name()).collect();
    let mut picked = vec![*input.one_of(&services), *input.one_of(&services)];
    picked.dedup();
    let typed = input.byte() % 2 == 0;
    let questions = questions(&catalog, language, &picked);
    let mut given = Given::default();
    for answer in input.0.split(|byte| *byte == BETWEEN).take(6) {
        let mut answer = Input(answer);
        let (alias, question) = answer.one_of(&questions);
        given.answer(alias, question, &answer.text(), typed);
    }
    let Ok(real) = plan(&catalog, language, &picked, &given.real) else { return };
    let plain = plan(&catalog, language, &picked, &given.plain).expect("plain words do as well");
    assert_same(&given, &real, &plain);
}

/// Every question that takes words of one's own.
fn questions(catalog: &Catalog, language: &str, services: &[&str]) -> Vec<(String, Question)> {
    let services = services.iter().map(|name| (Kind::Service, *name, *name));
    let entries = [(Kind::Language, language, "app"), (Kind::Project, "project", "project")];
    let mut all = Vec::new();
    for (kind, name, alias) in entries.into_iter().chain(services) {
        let manifest = catalog.get(kind, name).and_then(|entry| entry.manifest()).expect("a manifest");
        all.extend(manifest.questions.iter().map(|question| (alias.to_owned(), question.clone())));
    }
    all
}

impl Given {
    fn answer(&mut self, alias: &str, question: &Question, text: &str, typed: bool) {
        let (real, plain) = match question.kind {
            Form::Command if typed => {
                let Some(words) = shlex::split(text) else { return };
                let marks = words.iter().map(|word| self.mark(word)).collect::<Vec<_>>();
                (Raw::Typed(text.to_owned()), Raw::Typed(marks.join(" ")))
            }
            Form::Command => {
                let words: Vec<&str> = text.split(ARGUMENTS).collect();
                let marks = words.iter().map(|word| self.mark(word).into()).collect();
                let words = words.into_iter().map(Into::into).collect();
                (Raw::Toml(toml::Value::Array(words)), Raw::Toml(toml::Value::Array(marks)))
            }
            Form::Text if !(question.exists || question.or_none && text == "none") => {
                let plain = self.like(question, text).unwrap_or_else(|| text.to_owned());
                (Raw::Typed(text.to_owned()), Raw::Typed(plain))
            }
            _ => (Raw::Typed(text.to_owned()), Raw::Typed(text.to_owned())),
        };
        for (flags, raw) in [(&mut self.real, real), (&mut self.plain, plain)] {
            let source = "`--set`".to_owned();
            flags.entry(alias.to_owned()).or_default().insert(question.key.clone(), Sourced { raw, source });
        }
    }

    fn mark(&mut self, word: &str) -> String {
        self.words.push(word.to_owned());
        format!("{}{}{}", MARK.0, self.words.len() - 1, MARK.1)
    }

    /// A plain word that the question takes, in the place of what follows the same beginning.
    fn like(&mut self, question: &Question, text: &str) -> Option<String> {
        let pattern = regex_lite::Regex::new(&format!("^(?:{})$", question.pattern.as_deref()?)).ok()?;
        let before = ["", "/", "./"].into_iter().find(|before| {
            text.starts_with(before) && pattern.is_match(&format!("{before}{}0{}", MARK.0, MARK.1))
        })?;
        Some(format!("{before}{}", self.mark(text.strip_prefix(before)?)))
    }
}

fn plan(catalog: &Catalog, language: &str, services: &[&str], flags: &Flags) -> Result<Plan> {
    let common = Common {
        flags: flags.clone(),
        file: AnswersFile::default(),
        manner: Manner::Defaults,
        development: true,
    };
    let request = New {
        common,
        name: Some("shop".to_owned()),
        language: Some(language.to_owned()),
        services: Some(services.iter().map(|name| (*name).to_owned()).collect()),
        starter: true,
    };
    let disk = Disk::open(Path::new("/nonexistent/shop")).expect("it can be made");
    dockgen::new(&request, catalog, &mut Nobody, &disk).map(|(plan, _)| plan)
}

fn assert_same(given: &Given, real: &Plan, plain: &Plan) {
    let texts = |plan: &Plan| -> BTreeMap<String, String> {
        let text = |change: &dockgen::plan::Change| Some((change.path().to_string(), change.after()?));
        plan.changes.iter().filter_map(text).collect()
    };
    let (real, plain) = (texts(real), texts(plain));
    assert!(real.keys().eq(plain.keys()), "other files");
    for (path, text) in &real {
        // The record holds checksums.
        if path.starts_with(".dockgen/") {
            toml::from_str::<toml::Table>(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            continue;
        }
        let (is, was) = (parts(path, text), parts(path, &plain[path]));
        assert_eq!(is.len(), was.len(), "{path} has another form\n{text}");
        for (is, was) in is.iter().zip(&was) {
            was.assert_becomes(is.text(), &given.words, path);
        }
    }
}

/// What a reader sees as one thing.
#[derive(Debug)]
enum Part {
    /// A value of its own, quotes gone. In a Compose file `$$` is a dollar sign.
    Value { text: String, compose: bool },
    /// Text for a shell.
    Script(String),
    /// A line that is read as it stands.
    Line(String),
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Self::Value { text, .. } | Self::Script(text) | Self::Line(text) => text,
        }
    }

    /// What the plain word stands in says what the answer has to be there.
    fn assert_becomes(&self, is: &str, words: &[String], path: &str) {
        let doubled = matches!(self, Self::Value { compose: true, .. });
        let written = |word: &str| if doubled { word.replace('$', "$$") } else { word.to_owned() };
        assert_eq!(filled(self.text(), words, written), is, "{path}");
        for (at, word) in marks(self.text(), words) {
            let quoted = quoted(&self.text()[..at]) && !word.contains(['\'', '"', '$', '`', '\\']);
            let is_data = matches!(self, Self::Value { .. }) || quoted || harmless(word);
            assert!(is_data, "{path}: `{word}` in: {is}");
        }
    }
}

fn harmless(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || HARMLESS.contains(c))
}

/// Whether the place behind `script` is between quotes.
fn quoted(script: &str) -> bool {
    let mut open = None;
    for c in script.chars().filter(|c| matches!(c, '\'' | '"')) {
        open = match open {
            None => Some(c),
            Some(quote) if quote == c => None,
            other => other,
        };
    }
    open.is_some()
}

/// The marks in a text: where each stands, and the word that it stands for.
fn marks<'w>(text: &str, words: &'w [String]) -> Vec<(usize, &'w str)> {
    let number = |at: usize| text[at + MARK.0.len()..].split(MARK.1).next()?.parse::<usize>().ok();
    text.match_indices(MARK.0).filter_map(|(at, _)| Some((at, words.get(number(at)?)?.as_str()))).collect()
}

fn filled(text: &str, words: &[String], written: impl Fn(&str) -> String) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(MARK.0) {
        filled.push_str(before);
        match after
            .split_once(MARK.1)
            .and_then(|(number, after)| Some((number.parse::<usize>().ok()?, after)))
        {
            Some((number, after)) if number < words.len() => {
                filled.push_str(&written(&words[number]));
                rest = after;
            }
            _ => {
                filled.push_str(MARK.0);
                rest = after;
            }
        }
    }
    filled + rest
}

fn parts(path: &str, text: &str) -> Vec<Part> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = Vec::new();
    match name.rsplit_once('.').map_or(name, |(_, ending)| ending) {
        "yaml" | "yml" => {
            let compose = name.starts_with("compose");
            let file = Compose::parse(text).unwrap_or_else(|refusal| panic!("{path}: {refusal}\n{text}"));
            yaml(&file.get(&[]).unwrap_or(Value::Null), compose, &mut parts);
        }
        "json" => {
            let value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            json(&value, &mut parts);
        }
        "Dockerfile" => text.lines().for_each(|line| instruction(line, &mut parts)),
        // Prose and programs hold no answer that could say anything there.
        _ => parts.extend(text.split('\n').map(|line| Part::Line(line.to_owned()))),
    }
    parts
}

fn yaml(value: &Value, compose: bool, parts: &mut Vec<Part>) {
    match value {
        Value::Map(entries) => {
            parts.push(Part::Line(format!("a mapping of {}", entries.len())));
            for (key, value) in entries {
                parts.push(Part::Value { text: key.clone(), compose });
                yaml(value, compose, parts);
            }
        }
        Value::Seq(items) => {
            let texts: Vec<Option<&str>> = items.iter().map(Value::text).collect();
            parts.push(Part::Line(format!("a list of {}", items.len())));
            for (place, item) in items.iter().enumerate() {
                match item {
                    Value::Scalar { text, .. } if is_script(&texts[..place]) => {
                        parts.push(Part::Script(text.clone()))
                    }
                    _ => yaml(item, compose, parts),
                }
            }
        }
        Value::Scalar { text, .. } => parts.push(Part::Value { text: text.clone(), compose }),
        Value::Null => parts.push(Part::Line("nothing".to_owned())),
    }
}

/// Whether a shell reads what follows these words.
fn is_script(before: &[Option<&str>]) -> bool {
    matches!(before, [Some("CMD-SHELL")] | [.., Some("sh" | "bash" | "/bin/sh"), Some("-c")])
}

fn json(value: &serde_json::Value, parts: &mut Vec<Part>) {
    match value {
        serde_json::Value::Array(items) => {
            let texts: Vec<Option<&str>> = items.iter().map(serde_json::Value::as_str).collect();
            parts.push(Part::Line(format!("a list of {}", items.len())));
            for (place, item) in items.iter().enumerate() {
                match item {
                    serde_json::Value::String(text) if is_script(&texts[..place]) => {
                        parts.push(Part::Script(text.clone()))
                    }
                    _ => json(item, parts),
                }
            }
        }
        serde_json::Value::Object(entries) => {
            for (key, value) in entries {
                parts.push(Part::Value { text: key.clone(), compose: false });
                json(value, parts);
            }
        }
        serde_json::Value::String(text) => parts.push(Part::Value { text: text.clone(), compose: false }),
        other => parts.push(Part::Line(other.to_string())),
    }
}

/// One line of a Dockerfile: an exec form is JSON.
fn instruction(line: &str, parts: &mut Vec<Part>) {
    let exec = ["CMD ", "ENTRYPOINT "].into_iter().find_map(|word| line.split_once(word));
    match exec.and_then(|(before, rest)| Some((before, serde_json::from_str(rest).ok()?))) {
        Some((before, words)) => {
            parts.push(Part::Line(before.to_owned()));
            json(&words, parts);
        }
        None => parts.push(Part::Line(line.to_owned())),
    }
}

//! A command line that is being typed, and what could stand next in it.

use std::ffi::OsString;
use std::path::Path;

use clap_complete::engine::CompletionCandidate;
use dockgen::catalog::{Catalog, Entry, Kind};
use dockgen::compose::Compose;
use dockgen::disk::read_text;
use dockgen::manifest::{Form, Question};
use dockgen::request::APP;

use crate::cli::{CatalogArgs, Surroundings};
use crate::find;

/// The words that are there, and where they are typed.
pub struct Line {
    around: Option<Surroundings>,
    words: Vec<String>,
}

impl Line {
    pub fn new(around: Option<Surroundings>, words: Vec<OsString>) -> Self {
        Self { around, words: words.iter().map(|word| word.to_string_lossy().into_owned()).collect() }
    }

    pub fn languages(&self) -> Vec<CompletionCandidate> {
        named(self.catalog().of(Kind::Language))
    }

    pub fn services(&self) -> Vec<CompletionCandidate> {
        named(self.catalog().of(Kind::Service))
    }

    pub fn entries(&self) -> Vec<CompletionCandidate> {
        self.services().into_iter().chain(self.languages()).collect()
    }

    /// The services of the Compose file at hand.
    pub fn compose_services(&self) -> Vec<CompletionCandidate> {
        let services = || {
            let named = self.value(&["--file"]).map(Path::new);
            let found = find::compose(named, self.around.as_ref()?).ok()?;
            let files = [Some(found.file), found.override_file];
            let texts =
                files.into_iter().flatten().filter_map(|file| read_text(&found.root.join(file)).ok()?);
            let mut names: Vec<String> = texts
                .filter_map(|text| Some(Compose::parse(&text).ok()?.names("services")))
                .flatten()
                .collect();
            names.sort();
            names.dedup();
            Some(names)
        };
        services().unwrap_or_default().into_iter().map(CompletionCandidate::new).collect()
    }

    /// What a question of a picked entry takes.
    pub fn answers(&self, alias: &str, key: &str) -> Vec<CompletionCandidate> {
        let question = self.questions(alias).into_iter().find(|question| question.key == key);
        question.map(|question| values(&question)).unwrap_or_default()
    }

    /// `NAME.KEY=`, and behind the `=` what the question takes.
    pub fn settings(&self, typed: &str) -> Vec<CompletionCandidate> {
        if let Some((setting, _)) = typed.split_once('=') {
            let Some((alias, key)) = setting.split_once('.') else { return Vec::new() };
            let values = self.answers(alias, key).into_iter();
            return values.map(|value| value.add_prefix(format!("{setting}="))).collect();
        }
        let of = |alias: &String| {
            let questions = self.questions(alias);
            questions
                .into_iter()
                .map(|question| {
                    CompletionCandidate::new(format!("{alias}.{}=", question.key))
                        .help(Some(question.prompt.into()))
                })
                .collect::<Vec<_>>()
        };
        self.picked().iter().map(|(alias, _)| alias).chain([&"project".to_owned()]).flat_map(of).collect()
    }

    /// The entries that the words pick: Compose service name and entry.
    fn picked(&self) -> Vec<(String, String)> {
        let catalog = self.catalog();
        let new = self.words.iter().any(|word| word == "new");
        let language = self.value(&["-l", "--language"]).map(|name| (APP.to_owned(), name.to_owned()));
        let others = self.words.iter().flat_map(|word| word.split(',')).filter_map(|word| {
            let (entry, alias) = word.split_once('=').unwrap_or((word, word));
            let kind = catalog.find(entry).ok()?.kind();
            (!new || kind == Kind::Service).then(|| (alias.to_owned(), entry.to_owned()))
        });
        language.filter(|_| new).into_iter().chain(others).collect()
    }

    fn questions(&self, alias: &str) -> Vec<Question> {
        let catalog = self.catalog();
        let picked = self.picked();
        let entry = picked.iter().find(|(name, _)| name == alias).map_or(alias, |(_, entry)| entry);
        let entry = catalog.find(entry).or_else(|_| catalog.get(Kind::Project, entry));
        entry.and_then(Entry::manifest).map(|manifest| manifest.questions.clone()).unwrap_or_default()
    }

    /// The value behind the last of these flags.
    fn value(&self, flags: &[&str]) -> Option<&str> {
        let at = self.words.iter().rposition(|word| flags.contains(&word.as_str()))?;
        self.words.get(at + 1).map(String::as_str)
    }

    fn catalog(&self) -> Catalog {
        let given =
            CatalogArgs { templates: self.value(&["--templates"]).map(Into::into).into_iter().collect() };
        let found = self.around.as_ref().map(|around| crate::catalog(&given, &around.folder, around));
        found.and_then(Result::ok).unwrap_or_else(Catalog::embedded)
    }
}

fn named<'e>(entries: impl Iterator<Item = &'e Entry>) -> Vec<CompletionCandidate> {
    let help = |entry: &Entry| entry.manifest().ok().map(|manifest| manifest.summary.clone().into());
    entries.map(|entry| CompletionCandidate::new(entry.name()).help(help(entry))).collect()
}

fn values(question: &Question) -> Vec<CompletionCandidate> {
    let choices = question.choices.iter().map(|choice| {
        let note = Some(&choice.note).filter(|note| !note.is_empty()).map(|note| note.clone().into());
        CompletionCandidate::new(&choice.value).help(note)
    });
    let others = match question.kind {
        Form::Boolean => vec!["true", "false"],
        _ => Vec::new(),
    };
    let none = question.or_none.then_some("none");
    choices.chain(others.into_iter().chain(none).map(CompletionCandidate::new)).collect()
}

//! What a project that is there says about itself, with the evidence for each answer.
//! The rules are the rows of each entry's `detect.toml`.

mod dependencies;
pub(crate) mod range;
mod reads;
mod rules;
mod survey;
mod tree;
mod workspace;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use survey::{Application, Proposal, Survey};

use crate::answers::{Raw, Sourced};
use crate::catalog::{Catalog, DETECTION, Entry, Kind};
use crate::disk::{Disk, Look, Passed};
use crate::error::Result;
use crate::manifest::{Detection, Manifest, PACKAGES, Question, STATIC, WORKSPACE};
use dependencies::Purpose;
use rules::{Folder, Rules};
use workspace::Membership;

/// What is being done while a project is looked at, for [`crate::prompt::Ask::busy`].
pub const LOOKING: &str = "looking at the project";

/// What was found out about one application.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Answers and labels by key.
    pub answers: BTreeMap<String, Answer>,
    /// Whether there is a program to start, and not just a library.
    pub program: bool,
    /// The environment variables that it reads, each with the place that shows it.
    pub reads: BTreeMap<String, String>,
    /// Those that an example of a `.env` names, each with its place there.
    pub examples: BTreeMap<String, String>,
    /// What the person should know, and what shows it.
    pub notes: Vec<(String, String)>,
}

impl Found {
    /// Whether there is something to start, or files to be served.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.program || self.is(STATIC)
    }

    /// Whether a label was found that stands for yes.
    #[must_use]
    pub fn is(&self, label: &str) -> bool {
        self.answers.get(label).is_some_and(|answer| answer.text() == "true")
    }
}

/// One answer that was found.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The answer.
    pub raw: Raw,
    /// Where it was found: `pyproject.toml:4`.
    pub place: String,
    /// What says otherwise with equal right: an answer and its place.
    pub also: Vec<(String, String)>,
    /// Whether other rows have the same right.
    tie: bool,
}

impl Answer {
    /// The answer as a text.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(&self.raw)
    }

    /// The place, and what says otherwise.
    #[must_use]
    pub fn evidence(&self) -> String {
        let also = self.also.iter().map(|(value, place)| format!(", but {place} says {value}"));
        format!("{}{}", self.place, also.collect::<String>())
    }

    /// The answer under a question: of a range of versions the newest choice in it. `None` when the
    /// question has no such choice.
    #[must_use]
    pub fn under(&self, question: Option<&Question>) -> Option<String> {
        let text = self.text();
        let choices = question.map(|question| question.choices.iter().map(|choice| choice.value.as_str()));
        match (&self.raw, choices) {
            (Raw::Range { wanted, bare }, Some(choices)) => {
                range::newest(wanted, *bare, choices).map(str::to_owned)
            }
            (_, Some(mut choices)) if choices.len() > 0 => {
                choices.any(|choice| choice == text).then_some(text)
            }
            _ => Some(text),
        }
    }

    /// The answer for a question.
    #[must_use]
    pub fn sourced(&self) -> Sourced {
        Sourced { raw: self.raw.clone(), source: self.evidence() }
    }

    /// Adds words that another place asks for, in the order of the alphabet.
    fn add(&mut self, words: &str, place: &str) {
        let there = self.text();
        let mut all: Vec<&str> = there.split_whitespace().collect();
        let new: Vec<&str> = words.split_whitespace().filter(|word| !all.contains(word)).collect();
        if new.is_empty() {
            return;
        }
        all.extend(new);
        all.sort_unstable();
        self.raw = Raw::Typed(all.join(" "));
        self.place = format!("{}, {place}", self.place);
    }

    /// An answer that has no rival.
    fn plain(text: String, place: &str) -> Self {
        Self { raw: Raw::Typed(text), place: place.to_owned(), also: Vec::new(), tie: false }
    }
}

/// An answer as a person would write it.
#[must_use]
pub fn text_of(raw: &Raw) -> String {
    match raw {
        Raw::Typed(text) | Raw::Range { wanted: text, .. } | Raw::Toml(toml::Value::String(text)) => {
            text.clone()
        }
        Raw::Toml(toml::Value::Array(words)) => {
            let words: Vec<&str> = words.iter().filter_map(toml::Value::as_str).collect();
            shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words.join(" "))
        }
        Raw::Toml(value) => value.to_string(),
    }
}

/// A language that a folder shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Its name in the catalog.
    pub name: String,
    /// What shows it.
    pub place: String,
    /// Its rank: the highest comes first.
    pub rank: i64,
}

/// A project, and the rules by which it is looked at.
pub struct Surveyor {
    look: Look,
    languages: Vec<Known>,
    services: Vec<Known>,
    /// The application in the folder itself, once it was looked for.
    root: OnceCell<Option<Application>>,
    /// The applications in folders below, once they were looked for.
    below: OnceCell<Vec<Application>>,
}

/// An entry of the catalog, as the search knows it.
struct Known {
    name: String,
    manifest: Arc<Manifest>,
    rules: Arc<Detection>,
}

impl Known {
    /// `None` for an entry with a broken manifest, which is an error where it is picked.
    ///
    /// # Errors
    /// As [`Entry::detection`].
    fn of(entry: &Entry) -> Result<Option<Self>> {
        let Ok(manifest) = entry.manifest() else { return Ok(None) };
        Ok(Some(Self { name: entry.name().to_owned(), manifest, rules: entry.detection()? }))
    }
}

impl Surveyor {
    /// Reads the rules; those that are broken are passed over. Of the project nothing is read yet.
    #[must_use]
    pub fn new(catalog: &Catalog, disk: &Disk) -> Self {
        let entries = |kind| catalog.of(kind).collect::<Vec<_>>();
        Self::with(&entries(Kind::Language), &entries(Kind::Service), disk)
    }

    /// Reads the rules of one language alone, where nothing else can be found.
    #[must_use]
    pub fn of_language(language: &Entry, disk: &Disk) -> Self {
        Self::with(&[language], &[], disk)
    }

    fn with(languages: &[&Entry], services: &[&Entry], disk: &Disk) -> Self {
        let mut broken = Vec::new();
        let mut known = |entries: &[&Entry]| -> Vec<Known> {
            let of = |entry: &&Entry| {
                Known::of(entry).unwrap_or_else(|error| {
                    broken.push((entry.path(DETECTION), error));
                    None
                })
            };
            entries.iter().filter_map(of).collect()
        };
        let (languages, services) = (known(languages), known(services));
        let made = languages.iter().flat_map(|language| &language.manifest.gitignore).map(String::as_str);
        let look = Look::at(disk.root(), made);
        for (file, error) in broken {
            look.pass(&file, None, error.to_string());
        }
        Self { look, languages, services, root: OnceCell::new(), below: OnceCell::new() }
    }

    /// What was passed over so far, and why.
    #[must_use]
    pub fn passed(&self) -> Vec<Passed> {
        self.look.passed()
    }

    /// The languages of the folder `path`, the first of rank first, then by name.
    #[must_use]
    pub fn languages(&self, path: &str) -> Vec<Language> {
        let mut found = Vec::new();
        for Known { name, rules: language, .. } in &self.languages {
            let place = Place::of(&self.look, path, language);
            let folder = place.folder(&self.look, language);
            let rules = Rules { folder: &folder, purpose: Purpose::Program };
            let known = place.found();
            let mut best: Option<Language> = None;
            for row in language.detect.iter().filter(|row| row.language) {
                if best.as_ref().is_some_and(|best| best.rank >= row.rank) {
                    continue;
                }
                if let Some(evidence) = rules.evidence(row, &known).into_iter().next() {
                    best = Some(Language { name: name.clone(), place: evidence.place, rank: row.rank });
                }
            }
            found.extend(best);
        }
        found.sort_by_key(|language| std::cmp::Reverse(language.rank));
        found
    }

    /// The answers that the files in the folder `path` give to the questions of a language.
    #[must_use]
    pub fn answers(&self, language: &str, path: &str) -> Found {
        let Some(language) = self.rules_of(language) else { return Found::default() };
        let place = Place::of(&self.look, path, language);
        let folder = place.folder(&self.look, language);
        let mut found = place.found();
        found.answers.extend(place.packages(&self.look, language));
        for row in &language.detect {
            let known = found.clone();
            Rules { folder: &folder, purpose: Purpose::Program }.speak(row, &known, &mut found);
        }
        let needed = survey::needed(&found);
        let folder = match needed.is_empty() {
            true => folder,
            false => place.folder(&self.look, language).needing(&needed, language),
        };
        found.reads = reads::all(&folder, language.reads.iter());
        found.examples = reads::all(&folder, language.reads.iter().filter(|row| row.example));
        found
    }

    fn rules_of(&self, language: &str) -> Option<&Detection> {
        self.languages.iter().find(|known| known.name == language).map(|known| &*known.rules)
    }
}

/// An application's folder, before a row was read.
struct Place<'a> {
    path: &'a str,
    membership: Option<Membership>,
}

impl<'a> Place<'a> {
    fn of(look: &Look, path: &'a str, language: &Detection) -> Self {
        let path = if path == "." { "" } else { path };
        Self { path, membership: workspace::of(look, path, language) }
    }

    fn folder<'f>(&'f self, look: &'f Look, language: &'f Detection) -> Folder<'f> {
        let folder = Folder::at(look, self.path, language);
        match &self.membership {
            Some(membership) => folder.member_of(&membership.root, language),
            None => folder,
        }
    }

    /// What rows can ask about it.
    fn found(&self) -> Found {
        let mut found = Found::default();
        let mut say = |key: &str, text: String, place: &str| {
            found.answers.insert(key.to_owned(), Answer::plain(text, place));
        };
        if let Some(folder) = self.path.rsplit('/').next().filter(|folder| !folder.is_empty()) {
            say("_folder", folder.to_owned(), self.path);
        }
        if let Some(Membership { root, member, place, .. }) = &self.membership {
            let up = vec![".."; member.split('/').count()].join("/");
            say(WORKSPACE, if root.is_empty() { ".".to_owned() } else { root.clone() }, place);
            say("_member", member.clone(), place);
            say("_up", up, place);
        }
        found
    }

    /// The other members that it needs.
    fn packages(&self, look: &Look, language: &Detection) -> Option<(String, Answer)> {
        let membership = self.membership.as_ref()?;
        let packages = Some(membership.packages(look, language)).filter(|packages| !packages.is_empty())?;
        Some((PACKAGES.to_owned(), Answer::plain(packages.join(" "), &membership.place)))
    }
}

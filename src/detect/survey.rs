//! The applications of a project, and the services that they show.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::dependencies::Purpose;
use super::rules::Rules;
use super::{Answer, Found, Known, Language, Place, Surveyor};
use crate::disk::Passed;
use crate::manifest::{PACKAGES, ROOT, STATIC, WORKSPACE};

/// How many folders are looked into for applications.
const FOLDERS: usize = 200;

/// Folders of what shows or tests a project.
const ASIDE: [&str; 15] = [
    "benchmark",
    "benchmarks",
    "demo",
    "demos",
    "e2e",
    "example",
    "examples",
    "fixture",
    "fixtures",
    "playground",
    "playgrounds",
    "sample",
    "samples",
    "test",
    "tests",
];

/// All that a project says about itself.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The application in the folder itself, then those in folders below.
    pub applications: Vec<Application>,
    /// What was passed over, and why.
    pub passed: Vec<Passed>,
}

/// One application.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its folder, `.` for the project's.
    pub path: String,
    /// Its language.
    pub language: Language,
    /// Other languages that its folder shows.
    pub others: Vec<Language>,
    /// What its files say.
    pub found: Found,
    /// The services that they show.
    pub services: Vec<Proposal>,
}

impl Application {
    /// Whether another one is the program that this one names: a member of its workspace.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        let inside = |place: &str| place.strip_prefix(&other.path).is_some_and(|rest| rest.starts_with('/'));
        self.language.name == other.language.name
            && self.found.answers.values().any(|answer| inside(&answer.place))
    }

    /// Whether it is nothing but the root of others: of a workspace with programs, or a manifest for tools.
    fn gives_way(&self, below: &[Self]) -> bool {
        let is_own = |other: &&Self| {
            let workspace = other.found.answers.get(WORKSPACE);
            workspace.is_some_and(|root| root.text() == self.path)
        };
        let members: Vec<&Self> = below.iter().filter(is_own).collect();
        match self.found.program && !self.found.is(ROOT) {
            false => !members.is_empty() || self.language.rank < 0 && !below.is_empty(),
            true => members.len() > 1 && members.iter().any(|member| self.holds(member)),
        }
    }
}

/// A service that an application shows.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Its name in the catalog.
    pub service: String,
    /// What it is to other entries, e.g. `database`.
    pub kind: Option<String>,
    /// What shows it.
    pub place: String,
    /// Whether the application depends on it for sure: a driver, and not just a variable in an example.
    pub certain: bool,
    /// Of several of one kind, the one that is meant.
    pub chosen: bool,
    /// The kind of service that it makes no sense without.
    pub needs: Option<String>,
    /// The environment variables that the application reads it by, each with the place that shows it.
    pub reads: BTreeMap<String, String>,
    /// Answers to its questions.
    pub answers: BTreeMap<String, Answer>,
    rank: i64,
}

impl Surveyor {
    /// Looks at the whole project.
    #[must_use]
    pub fn survey(&self) -> Survey {
        let own = self.own();
        let members = |other: &&Application| own.is_some_and(|own| own.holds(other));
        let others: Vec<_> = self.below().iter().filter(|other| !members(other)).cloned().collect();
        Survey { applications: own.cloned().into_iter().chain(others).collect(), passed: self.passed() }
    }

    /// The application in the folder itself, unless it is nothing but the root of those below.
    #[must_use]
    pub fn own(&self) -> Option<&Application> {
        self.root().filter(|own| !own.gives_way(self.below()))
    }

    /// The application in the folder itself, whatever it is.
    fn root(&self) -> Option<&Application> {
        self.root.get_or_init(|| self.application(".")).as_ref()
    }

    /// The applications in folders below: programs, up to two folders deep.
    #[must_use]
    pub fn below(&self) -> &[Application] {
        self.below.get_or_init(|| self.search())
    }

    fn search(&self) -> Vec<Application> {
        let mut found = Vec::new();
        let mut folders = self.look.folders("");
        let mut left = FOLDERS;
        'search: for depth in 0..2 {
            let mut deeper = Vec::new();
            for folder in folders {
                if left == 0 {
                    self.look.pass(
                        &folder,
                        None,
                        format!("the search for applications ends here, after {FOLDERS} folders"),
                    );
                    break 'search;
                }
                left -= 1;
                match self.application(&folder).filter(|found| !self.is_a_folders(found)) {
                    Some(application) if application.found.program => found.push(application),
                    Some(_) => {}
                    None if depth == 0 => deeper.extend(self.look.folders(&folder)),
                    None => {}
                }
            }
            folders = deeper;
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        self.without_examples(found)
    }

    /// All but examples and tests, unless there is nothing else.
    fn without_examples(&self, found: Vec<Application>) -> Vec<Application> {
        let is_aside = |path: &str| {
            path.split('/').any(|folder| ASIDE.iter().any(|aside| folder.eq_ignore_ascii_case(aside)))
        };
        let own = || self.root().is_some_and(|own| own.found.program);
        if found.iter().all(|application| is_aside(&application.path)) && !own() {
            return found;
        }
        let (examples, programs): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|application| is_aside(&application.path));
        for Application { path, language, .. } in examples {
            let why = format!("an example or a test: `dockgen add {} --path {path}` adds it", language.name);
            self.look.pass(&path, None, why);
        }
        programs
    }

    /// Whether what shows an application is in a folder that holds one of higher rank: `www/index.html`.
    fn is_a_folders(&self, application: &Application) -> bool {
        let Language { place, rank, .. } = &application.language;
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder != application.path
            && folder.starts_with(&format!("{}/", application.path))
            && self.languages(folder).iter().any(|language| language.rank > *rank)
    }

    /// The application in one folder, when there is one.
    #[must_use]
    pub fn application(&self, path: &str) -> Option<Application> {
        let mut all = self.languages(path).into_iter();
        let language = all.next()?;
        let found = self.answers(&language.name, path);
        let services = self.proposals(&language.name, path, &found);
        Some(Application { path: path.to_owned(), language, others: all.collect(), found, services })
    }

    /// The services that an application shows, those that are chosen first.
    #[must_use]
    pub fn proposals(&self, language: &str, path: &str, found: &Found) -> Vec<Proposal> {
        let mut all: Vec<Proposal> = Vec::new();
        let Some(language) = self.rules_of(language) else { return all };
        if found.is(STATIC) {
            return all;
        }
        let place = Place::of(&self.look, path, language);
        let needed = needed(found);
        // A driver may be the dependency of a member that it needs.
        let folder = place.folder(&self.look, language).needing(&needed, language);
        // What is there for development only needs no service.
        let rules = Rules { folder: &folder, purpose: Purpose::Services };
        for Known { name, manifest, rules: service } in &self.services {
            let mut own = Found::default();
            let mut best: Option<Proposal> = None;
            for row in &service.detect {
                let Some(place) = rules.speak(row, found, &mut own) else { continue };
                if row.aside {
                    continue;
                }
                let certain = row.file.0.is_empty() || !row.depends.0.is_empty();
                if best.as_ref().is_some_and(|best| (best.certain, best.rank) >= (certain, row.rank)) {
                    continue;
                }
                best = Some(Proposal {
                    service: name.clone(),
                    kind: manifest.kind.clone(),
                    place,
                    certain,
                    chosen: true,
                    needs: row.needs.clone(),
                    reads: BTreeMap::new(),
                    answers: BTreeMap::new(),
                    rank: row.rank,
                });
            }
            let Some(mut proposal) = best else { continue };
            proposal.answers = own.answers;
            let rows = manifest.connect.as_ref().map_or(&[][..], |connect| connect.reads.as_slice());
            let read = |(name, _): &(&String, &String)| rows.iter().any(|row| row.is(name).is_some());
            proposal.reads =
                found.reads.iter().filter(read).map(|(name, place)| (name.clone(), place.clone())).collect();
            all.push(proposal);
        }
        all.sort_by(|a, b| (b.certain, b.rank).cmp(&(a.certain, a.rank)).then(a.service.cmp(&b.service)));
        choose(&mut all);
        all
    }
}

/// The folders of the other members that an application needs.
pub(super) fn needed(found: &Found) -> Vec<String> {
    let (Some(root), Some(packages)) = (found.answers.get(WORKSPACE), found.answers.get(PACKAGES)) else {
        return Vec::new();
    };
    let root = root.text();
    let path = |folder: &str| if root == "." { folder.to_owned() } else { format!("{root}/{folder}") };
    packages.text().split_whitespace().map(path).collect()
}

/// Whether the application reads a service by nothing but names that another one explains: it uses either.
fn is_explained(all: &[Proposal], place: usize) -> bool {
    let Some(own) = all.get(place).filter(|own| !own.reads.is_empty()) else { return false };
    let weight = |proposal: &Proposal, place| (proposal.certain, proposal.reads.len(), Reverse(place));
    all.iter().enumerate().any(|(other_place, other)| {
        other.chosen
            && own.reads.keys().all(|name| other.reads.contains_key(name))
            && weight(other, other_place) > weight(own, place)
    })
}

/// One of each kind, and one of several that are read by the same names; and nothing that needs a kind which is not
/// there.
fn choose(all: &mut [Proposal]) {
    let mut kinds: Vec<String> = Vec::new();
    for proposal in all.iter_mut() {
        if let Some(kind) = &proposal.kind {
            proposal.chosen = !kinds.contains(kind);
            kinds.push(kind.clone());
        }
    }
    let others: Vec<bool> = (0..all.len()).map(|place| is_explained(all, place)).collect();
    for (proposal, is_explained) in all.iter_mut().zip(others) {
        proposal.chosen &= !is_explained;
    }
    kinds = all.iter().filter(|proposal| proposal.chosen).filter_map(|it| it.kind.clone()).collect();
    for proposal in all.iter_mut() {
        if let Some(needs) = &proposal.needs {
            proposal.chosen &= kinds.contains(needs);
        }
    }
}

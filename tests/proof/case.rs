//! A project that the proof generates: which entries, which answers, and how `dockgen` is asked for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::catalog::{Answers, CERTIFICATES, Catalog, Entry, When};
use crate::certificate;
use crate::cover::{Cover, Covered, Factor, Forbidden, Space};
use crate::lint::Project;

/// The name that the application's service has when nobody says otherwise.
pub const APP: &str = "app";

/// One project.
#[derive(Clone)]
pub struct Case {
    /// Unique: `python-07`.
    pub id: String,
    /// The answers that a reader wants to see: `uv slim 3.14`.
    pub title: String,
    pub language: String,
    pub answers: Answers,
    pub services: Vec<Service>,
    /// Answers to the questions of `templates/project`.
    pub project: Answers,
    pub no_dev: bool,
}

#[derive(Clone)]
pub struct Service {
    pub entry: String,
    pub alias: String,
    pub answers: Answers,
}

impl Case {
    /// The arguments of `dockgen`, without the folder.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--language".to_owned(), self.language.clone()];
        for service in &self.services {
            let value = match service.entry == service.alias {
                true => service.entry.clone(),
                false => format!("{}={}", service.entry, service.alias),
            };
            arguments.extend(["--service".to_owned(), value]);
        }
        let answers = [(APP, &self.answers), ("project", &self.project)];
        let all = answers.into_iter().chain(self.services.iter().map(|s| (s.alias.as_str(), &s.answers)));
        for (alias, answers) in all {
            for (key, value) in answers {
                arguments.extend(["--set".to_owned(), format!("{alias}.{key}={value}")]);
            }
        }
        if self.no_dev {
            arguments.push("--no-dev".to_owned());
        }
        arguments.push("--yes".to_owned());
        arguments
    }
}

impl Project for Case {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn name(&self) -> String {
        format!("{} {}", self.id, self.title)
    }

    fn command(&self) -> String {
        let arguments = self.arguments();
        shlex::try_join(["dockgen", "new", "shop"].into_iter().chain(arguments.iter().map(String::as_str)))
            .unwrap_or_default()
    }

    /// Writes the project into `folder/ID/shop`, which is made anew.
    fn generate(&self, folder: &Path) -> Result<PathBuf, String> {
        let parent = folder.join(&self.id);
        let _ = fs::remove_dir_all(&parent);
        fs::create_dir_all(&parent).unwrap();
        let project = parent.join("shop");
        // files that the answers name must be there before
        for answer in self.services.iter().flat_map(|service| service.answers.values()) {
            if answer.starts_with(CERTIFICATES) {
                let (certificate, key) = certificate::pair()?;
                let path = project.join(answer);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, if answer.contains("key") { key } else { certificate }).unwrap();
            }
        }
        let output = Command::new(env!("CARGO_BIN_EXE_dockgen"))
            .arg("new")
            .arg(&project)
            .args(self.arguments())
            .output()
            .unwrap();
        if output.status.success() {
            Ok(project)
        } else {
            Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()))
        }
    }

    fn wrote(&self, _: &Path) -> bool {
        true
    }
}

/// Where an answer of a row goes.
enum Meaning {
    /// A question of the language.
    Answer(String),
    /// A question of `templates/project`.
    Project(String),
    /// Whether a service is there: not, once, or twice.
    Presence(usize),
    /// A question of a service.
    ServiceAnswer(usize, String),
    NoDev,
}

const ABSENT: usize = 0;
const TWICE: usize = 2;

/// Questions whose answers make another Dockerfile; the rest are options.
pub const SHAPE: [&str; 4] = ["variant", "package_manager", "base", "version"];

/// Levels of several factors, all at once.
type Together = Vec<(usize, BTreeSet<usize>)>;

/// The questions of an entry: a key may be asked in several forms, of which the answers so far pick one.
struct Asked {
    forms: BTreeMap<String, Vec<Asking>>,
}

struct Asking {
    when: When,
    default: Option<String>,
    /// None: it always has its default.
    factor: Option<usize>,
}

impl Asked {
    /// The ways in which the answer to `key` is one of `values`, or with `among` false none of them.
    fn ways(&self, space: &Space, key: &str, values: &[String], among: bool) -> Vec<Together> {
        let forms = self.forms.get(key).map_or(&[][..], Vec::as_slice);
        let mut ways = Vec::new();
        for form in forms {
            let conditions =
                form.when.rows().map(|(key, values)| self.ways(space, key, &values, true)).collect();
            for mut way in product(conditions) {
                match form.factor {
                    Some(factor) => {
                        let levels = space.factors[factor].levels.iter().enumerate();
                        way.push((
                            factor,
                            levels.filter(|(_, l)| values.contains(l) == among).map(|(at, _)| at).collect(),
                        ));
                        ways.push(way);
                    }
                    None if form.default.as_ref().is_some_and(|d| values.contains(d)) == among => {
                        ways.push(way)
                    }
                    None => {}
                }
            }
        }
        ways
    }
}

/// One way out of each list, in all combinations.
fn product(lists: Vec<Vec<Together>>) -> Vec<Together> {
    lists.into_iter().fold(vec![Vec::new()], |all, list| {
        all.iter().flat_map(|one| list.iter().map(move |more| [one.as_slice(), more].concat())).collect()
    })
}

/// The space of one language with every service.
pub struct Matrix<'a> {
    catalog: &'a Catalog,
    language: &'a Entry,
    meanings: Vec<Meaning>,
    pub space: Space,
}

impl<'a> Matrix<'a> {
    pub fn of(catalog: &'a Catalog, language: &'a Entry) -> Self {
        let mut matrix = Self {
            catalog,
            language,
            meanings: Vec::new(),
            space: Space { factors: Vec::new(), forbidden: Vec::new() },
        };
        let app = matrix.questions(language, APP, Meaning::Answer, None);
        let mut presences = Vec::new();
        for (at, entry) in catalog.services.iter().enumerate() {
            let mut levels = vec!["no".to_owned(), "yes".to_owned()];
            // an application can use two of them
            if entry.connect.as_ref().is_some_and(|connect| connect.stem.is_some()) {
                levels.push("twice".to_owned());
            }
            presences.push(matrix.factor(entry.name.clone(), levels, Meaning::Presence(at)));
        }
        for (at, entry) in catalog.services.iter().enumerate() {
            let present = presences[at];
            matrix.questions(entry, &entry.name, |key| Meaning::ServiceAnswer(at, key), Some(present));
            for question in entry.questions.iter().filter(|question| question.default.is_none()) {
                if let Some(fact) = question.from.as_deref().and_then(|from| from.strip_prefix("app.facts."))
                {
                    matrix.needs_fact(&app, present, fact);
                }
            }
            if entry.requires.database {
                let mut rule = vec![(present, [1, TWICE].into())];
                let all = catalog.services.iter().zip(&presences);
                rule.extend(
                    all.filter(|(service, _)| service.kind.as_deref() == Some("database"))
                        .map(|(_, presence)| (*presence, [ABSENT].into())),
                );
                matrix.space.forbidden.push(Forbidden(rule));
            }
        }
        if let Some(project) = &catalog.project {
            matrix.questions(project, "project", Meaning::Project, None);
        }
        matrix.factor("no-dev".to_owned(), vec!["no".to_owned(), "yes".to_owned()], Meaning::NoDev);
        matrix
    }

    fn factor(&mut self, name: String, levels: Vec<String>, meaning: Meaning) -> usize {
        let shared = !matches!(meaning, Meaning::Answer(_));
        self.meanings.push(meaning);
        self.space.factors.push(Factor { name, levels, shared });
        self.space.factors.len() - 1
    }

    /// The questions of an entry, its refusals, and that what is not asked has its default.
    fn questions(
        &mut self,
        entry: &Entry,
        alias: &str,
        meaning: impl Fn(String) -> Meaning,
        presence: Option<usize>,
    ) -> Asked {
        let mut asked = Asked { forms: BTreeMap::new() };
        for question in &entry.questions {
            let levels = question.levels();
            let factor = (levels.len() > 1).then(|| {
                self.factor(format!("{alias}.{}", question.key), levels, meaning(question.key.clone()))
            });
            let form = Asking { when: question.when.clone(), default: question.default(), factor };
            asked.forms.entry(question.key.clone()).or_default().push(form);
        }
        for rule in &entry.refuse {
            let all =
                rule.when.rows().map(|(key, values)| asked.ways(&self.space, key, &values, true)).collect();
            self.space.forbidden.extend(product(all).into_iter().map(Forbidden));
        }
        for form in asked.forms.values().flatten() {
            let Some(factor) = form.factor else { continue };
            let others: BTreeSet<usize> = (1..self.space.factors[factor].levels.len()).collect();
            if let Some(presence) = presence {
                self.space
                    .forbidden
                    .push(Forbidden(vec![(presence, [ABSENT].into()), (factor, others.clone())]));
            }
            for (key, values) in form.when.rows() {
                for mut unasked in asked.ways(&self.space, key, &values, false) {
                    unasked.push((factor, others.clone()));
                    self.space.forbidden.push(Forbidden(unasked));
                }
            }
        }
        asked
    }

    /// The service's default comes from a fact of the application: it cannot be there without it.
    fn needs_fact(&mut self, app: &Asked, present: usize, fact: &str) {
        let without = self
            .language
            .facts
            .iter()
            .filter(|row| row.set.contains_key(fact))
            .map(|row| {
                row.when.rows().flat_map(|(key, values)| app.ways(&self.space, key, &values, false)).collect()
            })
            .collect();
        for mut rule in product(without) {
            rule.push((present, [1, TWICE].into()));
            self.space.forbidden.push(Forbidden(rule));
        }
    }

    /// Every pair; with `full`, every combination that makes another Dockerfile as well.
    pub fn cover(&self, full: bool, covered: &mut Covered) -> Cover {
        // what most people ask for first: all defaults, no service
        let mut seeds = vec![vec![Some(0); self.space.factors.len()]];
        if full {
            let shape: Vec<usize> = self
                .meanings
                .iter()
                .enumerate()
                .filter(
                    |(_, meaning)| matches!(meaning, Meaning::Answer(key) if SHAPE.contains(&key.as_str())),
                )
                .map(|(at, _)| at)
                .collect();
            seeds.extend(self.space.product(&shape));
        }
        self.space.cover(seeds, covered)
    }

    /// The allowed combinations of these answers, whatever the others are.
    pub fn shapes(&self, keys: &[&str]) -> Vec<Answers> {
        let wanted =
            |meaning: &Meaning| matches!(meaning, Meaning::Answer(key) if keys.contains(&key.as_str()));
        let of: Vec<usize> = (0..self.meanings.len()).filter(|at| wanted(&self.meanings[*at])).collect();
        let rows = self.space.product(&of).into_iter();
        rows.map(|row| {
            let chosen: Vec<_> = self
                .meanings
                .iter()
                .enumerate()
                .filter_map(|(at, meaning)| match meaning {
                    Meaning::Answer(key) => {
                        Some((key, self.space.factors[at].levels[row[at].unwrap_or(0)].clone()))
                    }
                    _ => None,
                })
                .collect();
            let mut answers = self.language.settle(&chosen);
            answers.retain(|key, _| keys.contains(&key.as_str()));
            answers
        })
        .collect()
    }

    /// The answers to another question that stand together with these.
    pub fn choices(&self, answers: &Answers, key: &str) -> Vec<String> {
        let factor_of = |wanted: &str| {
            self.meanings.iter().position(|meaning| matches!(meaning, Meaning::Answer(key) if key == wanted))
        };
        let mut row = vec![None; self.space.factors.len()];
        for (key, answer) in answers {
            if let Some(at) = factor_of(key) {
                row[at] = self.space.factors[at].levels.iter().position(|level| level == answer);
            }
        }
        let Some(at) = factor_of(key) else { return Vec::new() };
        let levels = self.space.factors[at].levels.iter().enumerate();
        levels
            .filter(|(level, _)| {
                let mut row = row.clone();
                row[at] = Some(*level);
                self.space.allows(&row)
            })
            .map(|(_, level)| level.clone())
            .collect()
    }

    /// The project that a row means.
    pub fn case(&self, number: usize, row: &[usize]) -> Case {
        let (mut answers, mut project) = (Vec::new(), Vec::new());
        let mut service_answers: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        let mut presences = Vec::new();
        let mut no_dev = false;
        for ((meaning, factor), level) in self.meanings.iter().zip(&self.space.factors).zip(row) {
            let text = factor.levels[*level].clone();
            match meaning {
                Meaning::Answer(key) => answers.push((key, text)),
                Meaning::Project(key) => project.push((key, text)),
                Meaning::Presence(at) => presences.push((*at, *level)),
                Meaning::ServiceAnswer(at, key) => service_answers.entry(*at).or_default().push((key, text)),
                Meaning::NoDev => no_dev = text == "yes",
            }
        }
        let mut services = Vec::new();
        for (at, level) in presences {
            let entry = &self.catalog.services[at];
            if level != ABSENT {
                let answers = entry.settle(&service_answers.remove(&at).unwrap_or_default());
                services.push(Service { entry: entry.name.clone(), alias: entry.name.clone(), answers });
            }
            if level == TWICE {
                let alias = format!("other-{}", entry.name);
                services.push(Service { entry: entry.name.clone(), alias, answers: entry.settle(&[]) });
            }
        }
        let answers = self.language.settle(&answers);
        for service in &mut services {
            let entry = self.catalog.services.iter().find(|entry| entry.name == service.entry);
            let questions = entry.into_iter().flat_map(|entry| &entry.questions);
            // taken from the application, which does not have it
            for question in
                questions.filter(|question| question.default.is_none() && question.kind == "integer")
            {
                let key = question.from.as_deref().and_then(|from| from.strip_prefix("app."));
                if key.is_some_and(|key| answers.get(key).is_some_and(|answer| answer == "none")) {
                    service
                        .answers
                        .insert(question.key.clone(), question.min.unwrap_or(0).max(8080).to_string());
                }
            }
        }
        let title = SHAPE.iter().filter_map(|key| answers.get(*key)).cloned().collect::<Vec<_>>().join(" ");
        Case {
            id: format!("{}-{number:02}", self.language.name),
            title,
            language: self.language.name.clone(),
            answers,
            services,
            project: self.catalog.project.as_ref().map(|entry| entry.settle(&project)).unwrap_or_default(),
            no_dev,
        }
    }
}

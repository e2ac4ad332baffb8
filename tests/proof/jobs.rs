//! What the engine run consists of: every combination of the catalog that makes another image or another stack,
//! and which of them the covering set takes.

use std::collections::BTreeSet;

use crate::case::{Case, Matrix, SHAPE, Service};
use crate::catalog::{Answers, Catalog, Entry};

/// What a case is there to prove.
#[derive(Clone)]
pub enum Aim {
    /// A language's combination; `development`: its development form as well.
    Language { development: bool },
    /// One service of the catalog with the answers that the case gives it.
    Service(String),
    /// Everything at once, behind the front door, with two replicas.
    Together,
}

/// One project to build and start.
#[derive(Clone)]
pub struct Job {
    pub case: Case,
    pub aim: Aim,
    /// Whether the covering set takes it, too.
    pub cover: bool,
}

impl Job {
    pub fn name(&self) -> String {
        format!("engine::{}", self.title())
    }

    pub fn title(&self) -> String {
        match self.aim {
            Aim::Language { .. } => format!("{} {}", self.case.language, self.case.title),
            _ => self.case.title.clone(),
        }
    }

    /// The part of the report that speaks of it.
    pub fn section(&self) -> (&'static str, String) {
        match &self.aim {
            Aim::Language { .. } => ("languages", self.case.language.clone()),
            Aim::Service(name) => ("services", name.clone()),
            Aim::Together => ("together", "every service at once".to_owned()),
        }
    }

    /// What its row of the report begins with.
    pub fn cells(&self) -> Vec<String> {
        let answer = |answers: &Answers, key: &str| answers.get(key).cloned().unwrap_or_default();
        match &self.aim {
            Aim::Language { .. } => {
                SHAPE.iter().chain(&["port"]).map(|key| answer(&self.case.answers, key)).collect()
            }
            Aim::Service(name) => {
                let service = self.case.services.iter().find(|service| service.entry == *name);
                vec![service.map(|service| form(&service.answers)).unwrap_or_default()]
            }
            Aim::Together => {
                vec![self.case.services.iter().map(|s| s.alias.clone()).collect::<Vec<_>>().join(", ")]
            }
        }
    }

    /// Whether the application serves nothing.
    pub fn has_no_port(&self) -> bool {
        self.case.answers.get("port").is_some_and(|port| port == "none")
    }
}

/// Every combination of variant, package manager and base with its first version; every other version and no port
/// with each base. The covering set has each package manager, each base and one without a port. `usable` services
/// are reached by the starter.
pub fn of_languages(catalog: &Catalog, full: bool, usable: &[String]) -> Vec<Job> {
    let connectable: Vec<&Entry> = catalog
        .services
        .iter()
        .filter(|entry| usable.contains(&entry.name))
        .filter(|entry| {
            entry.connect.as_ref().is_some_and(|c| c.stem.is_some() && c.file.as_deref() != Some("override"))
        })
        .collect();
    let mut jobs: Vec<Job> = Vec::new();
    for language in &catalog.languages {
        for (number, (answers, cover, development)) in combinations(catalog, language).into_iter().enumerate()
        {
            let mut services = Vec::new();
            if language.fact("worker", &language.with_defaults(&answers)).is_some() {
                if !connectable.is_empty() {
                    let entry = connectable[jobs.len() % connectable.len()];
                    services.push(service(entry, Answers::new()));
                }
                let own = catalog.services.iter().filter(|entry| entry.network.as_deref() == Some("none"));
                services.extend(own.map(|entry| service(entry, Answers::new())));
            }
            let case = Case {
                id: format!("{}-{number:02}", language.name),
                title: title(&answers),
                language: language.name.clone(),
                answers,
                services,
                project: Answers::new(),
                no_dev: false,
            };
            jobs.push(Job { case, aim: Aim::Language { development: development || full }, cover });
        }
    }
    jobs
}

/// The answers, whether the covering set has them, and whether it looks at their development form.
fn combinations(catalog: &Catalog, language: &Entry) -> Vec<(Answers, bool, bool)> {
    let matrix = Matrix::of(catalog, language);
    let with = |answers: &Answers, key: &str, value: &str| {
        let mut answers = answers.clone();
        answers.insert(key.to_owned(), value.to_owned());
        answers
    };
    let mut managers: BTreeSet<(String, String)> = BTreeSet::new();
    let mut bases = managers.clone();
    let mut without_port = BTreeSet::new();
    let mut all = Vec::new();
    let mut others = Vec::new();
    for answers in matrix.shapes(&["variant", "package_manager", "base"]) {
        let of = |key: &str| answers.get(key).cloned().unwrap_or_default();
        let new_manager = managers.insert((of("variant"), of("package_manager")));
        let new_base = bases.insert((of("variant"), of("base")));
        let versions = matrix.choices(&answers, "version");
        let first =
            versions.first().map_or_else(|| answers.clone(), |version| with(&answers, "version", version));
        if new_base {
            let rest = versions.iter().skip(1);
            others.extend(rest.map(|version| (with(&answers, "version", version), false, false)));
            let program = language.fact("worker", &language.with_defaults(&first)).is_some();
            if program && matrix.choices(&first, "port").iter().any(|port| port == "none") {
                let cover = without_port.insert(of("variant"));
                others.push((with(&first, "port", "none"), cover, false));
            }
        }
        all.push((first, new_manager || new_base, new_manager));
    }
    all.extend(others);
    all
}

/// The application that stands beside a service: the first that is interpreted, so that it builds at once.
fn companion(catalog: &Catalog) -> &Entry {
    let programs = || catalog.languages.iter().filter(|l| l.fact("worker", &l.defaults()).is_some());
    let quick = programs().find(|language| language.summary.contains("interpreted"));
    quick.or(programs().next()).expect("a language whose starter is a program")
}

/// Each service with each version, and the front door with TLS as well; the covering set has the first version.
pub fn of_services(catalog: &Catalog) -> Vec<Job> {
    let mut jobs = Vec::new();
    for entry in catalog.services.iter().filter(|entry| entry.network.as_deref() != Some("none")) {
        let versions = entry.question("version").map(|q| q.levels()).unwrap_or_default();
        let mut forms: Vec<Answers> =
            versions.into_iter().map(|v| Answers::from([("version".to_owned(), v)])).collect();
        if forms.is_empty() {
            forms.push(Answers::new());
        }
        let mut forms: Vec<_> = forms.into_iter().enumerate().map(|(at, form)| (form, at == 0)).collect();
        if entry.is_front() && entry.question(TLS).is_some() {
            forms.insert(1, (entry.settle_with(TLS, "true"), true));
        }
        for (answers, cover) in forms {
            let mut services = Vec::new();
            if entry.requires.database {
                let databases = || catalog.services.iter().filter(|s| s.kind.as_deref() == Some("database"));
                let database = databases().find(|s| s.name == "postgres").or(databases().next());
                services.extend(database.map(|entry| service(entry, Answers::new())));
            }
            let title = format!("{} {}", entry.name, form(&answers)).trim().to_owned();
            services.push(service(entry, answers));
            let case = Case {
                id: title.replace([' ', '.'], "-"),
                title,
                language: companion(catalog).name.clone(),
                answers: Answers::new(),
                services,
                project: Answers::new(),
                no_dev: false,
            };
            jobs.push(Job { case, aim: Aim::Service(entry.name.clone()), cover });
        }
    }
    jobs
}

/// One project with every service that there is an image for.
pub fn together(catalog: &Catalog, usable: &[String]) -> Job {
    let all = catalog.services.iter();
    let services: Vec<Service> = all
        .filter(|entry| usable.contains(&entry.name) || entry.network.as_deref() == Some("none"))
        .map(|entry| service(entry, Answers::new()))
        .collect();
    let case = Case {
        id: "together".to_owned(),
        title: "every service at once".to_owned(),
        language: companion(catalog).name.clone(),
        answers: Answers::from([("replicas".to_owned(), "2".to_owned())]),
        services,
        project: Answers::new(),
        no_dev: false,
    };
    Job { case, aim: Aim::Together, cover: true }
}

const TLS: &str = "tls";

/// `1.30 tls`
fn form(answers: &Answers) -> String {
    let version = answers.get("version").cloned();
    let tls = answers.get(TLS).filter(|answer| *answer == "true").map(|_| TLS.to_owned());
    version.into_iter().chain(tls).collect::<Vec<_>>().join(" ")
}

fn service(entry: &Entry, answers: Answers) -> Service {
    Service { entry: entry.name.clone(), alias: entry.name.clone(), answers }
}

fn title(answers: &Answers) -> String {
    let port = answers.get("port").map(|port| format!("port {port}"));
    SHAPE.iter().filter_map(|key| answers.get(*key)).cloned().chain(port).collect::<Vec<_>>().join(" ")
}

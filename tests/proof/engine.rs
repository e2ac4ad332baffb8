//! The engine run: projects are built, started and looked at, in production form and in development form.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::Value;

use crate::case::{APP, Case, Matrix, SHAPE, Service};
use crate::catalog::{Answers, Catalog, Entry, When};
use crate::checks::{
    Secret, hardened, healthy, image_is_lean, keeps_secrets, published_here_only, read_secrets,
    runs_as_nobody, stops_at_once,
};
use crate::docker::{self, Images};
use crate::edits::{edit_shows, rebuild_reuses, source_of};
use crate::http;
use crate::lint::Project;
use crate::report::{Mark, Report};
use crate::stack::{Container, Stack, images_of};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Impossible {
    language: String,
    when: When,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ImpossibleFile {
    impossible: Vec<Impossible>,
}

/// What `services.toml` says of a service.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Probe {
    names: Vec<String>,
    write: Option<String>,
    read: Option<String>,
    login: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Probes {
    service: Vec<Probe>,
}

/// What a case is there to prove.
#[derive(Clone)]
enum Aim {
    /// A language's combination; `development` and the rebuild are looked at once for each variant.
    Language { development: bool },
    /// One service of the catalog with the answers that the case gives it.
    Service(String),
    /// Everything at once, behind the front door, with two replicas.
    Together,
}

#[derive(Clone)]
struct Job {
    case: Case,
    aim: Aim,
}

/// What all trials share.
pub struct Engine {
    catalog: Catalog,
    images: Images,
    folder: PathBuf,
    probes: Vec<Probe>,
    /// Those of all cases that run: made in one go, which is quicker than one by one.
    all_images: Vec<String>,
    pub report: Arc<Mutex<Report>>,
}

/// The trials, and what is said about them before they run.
pub struct Plan {
    pub trials: Vec<Trial>,
    pub said: Vec<String>,
}

impl Engine {
    pub fn new(catalog: Catalog, images: Images, folder: PathBuf, report: Arc<Mutex<Report>>) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/services.toml");
        let probes: Probes = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        Self { catalog, images, folder, probes: probes.service, all_images: Vec::new(), report }
    }

    /// `list`: only the names are wanted, nothing is generated. `here`: an engine answers.
    /// `here`: an engine answers, and what it cannot do is to be found out; `asked`: whether a test of that name
    /// is to run.
    pub fn plan(mut self, full: bool, here: bool, asked: &dyn Fn(&str) -> bool) -> Plan {
        let mut said = Vec::new();
        let mut trials = Vec::new();
        let services = self.service_jobs(full);
        let wanted = |jobs: &[Job]| jobs.iter().any(|job| asked(&job.name()));
        // language cases take services that can run: which ones is known first
        let look = here
            && (wanted(&services)
                || wanted(&self.language_jobs(full, &[]))
                || asked("engine::every service at once"));
        let mut reasons = if look { self.impossible(&services) } else { BTreeMap::new() };
        let usable: Vec<String> = services
            .iter()
            .filter(|job| !reasons.contains_key(&job.case.id))
            .filter_map(|job| match &job.aim {
                Aim::Service(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        let mut jobs = self.language_jobs(full, &usable);
        jobs.extend(self.together(&usable));
        jobs.retain(|job| asked(&job.name()));
        if look {
            reasons.extend(self.impossible(&jobs));
        }
        jobs.extend(services.into_iter().filter(|job| asked(&job.name())));
        reasons.retain(|id, _| jobs.iter().any(|job| job.case.id == *id));
        if look {
            self.all_images = self.images_of_jobs(&jobs, &reasons);
        }
        for (id, reason) in &reasons {
            let title = jobs.iter().find(|job| job.case.id == *id).map(Job::title).unwrap_or_default();
            said.push(format!("impossible here: {title}: {reason}"));
        }
        let engine = Arc::new(self);
        for job in jobs {
            let reason = reasons.get(&job.case.id).cloned();
            if here && let Some(reason) = &reason {
                engine.note(&job, Mark::Impossible(reason.clone()));
            } else {
                engine.note(&job, Mark::Open);
            }
            let name = job.name();
            let engine = Arc::clone(&engine);
            let run = move || engine.run(&job).map_err(Into::into);
            trials.push(Trial::test(name, run).with_ignored_flag(!here || reason.is_some()));
        }
        Plan { trials, said }
    }

    fn note(&self, job: &Job, mark: Mark) {
        self.report.lock().unwrap().row(job.section(), job.cells(), mark);
    }

    /// Why cases cannot run here, by their id.
    fn impossible(&self, jobs: &[Job]) -> BTreeMap<String, String> {
        let mut reasons = BTreeMap::new();
        if !self.images.are_standins() {
            return reasons;
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/impossible.toml");
        let rows: ImpossibleFile = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for job in jobs {
            let known = rows
                .impossible
                .iter()
                .find(|row| row.language == job.case.language && row.when.met(&job.case.answers));
            if let Some(row) = known {
                reasons.insert(job.case.id.clone(), row.reason.clone());
                continue;
            }
            // a project that cannot be generated is no excuse: its trial runs and says why
            let Ok(folder) = job.case.generate(&self.folder) else { continue };
            let Ok(images) = images_of(&folder) else { continue };
            let missing = self.images.impossible(&images);
            if !missing.is_empty() {
                reasons.insert(job.case.id.clone(), format!("no image {}", missing.join(", ")));
            }
        }
        reasons
    }

    fn images_of_jobs(&self, jobs: &[Job], impossible: &BTreeMap<String, String>) -> Vec<String> {
        let possible = jobs.iter().filter(|job| !impossible.contains_key(&job.case.id));
        let folders = possible.filter_map(|job| job.case.generate(&self.folder).ok());
        let images: BTreeSet<String> =
            folders.filter_map(|folder| images_of(&folder).ok()).flatten().collect();
        images.into_iter().collect()
    }

    /// Each combination of variant, package manager and base (full), or each of these at least once (otherwise),
    /// with a service that the starter has to reach, and the services that run the application's own image.
    fn language_jobs(&self, full: bool, usable: &[String]) -> Vec<Job> {
        let connectable: Vec<&Entry> = self
            .catalog
            .services
            .iter()
            .filter(|entry| usable.contains(&entry.name))
            .filter(|entry| {
                entry
                    .connect
                    .as_ref()
                    .is_some_and(|c| c.stem.is_some() && c.file.as_deref() != Some("override"))
            })
            .collect();
        let mut jobs: Vec<Job> = Vec::new();
        for language in &self.catalog.languages {
            let matrix = Matrix::of(&self.catalog, language);
            let mut combinations = matrix.shapes(&["variant", "package_manager", "base"]);
            if !full {
                let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
                combinations.retain(|answers| {
                    let variant = answers.get("variant").cloned().unwrap_or_default();
                    let parts = ["package_manager", "base"].iter().filter_map(|key| answers.get(*key));
                    let new: Vec<_> =
                        parts.filter(|part| seen.insert((variant.clone(), (*part).clone()))).collect();
                    !new.is_empty()
                });
            }
            let mut variants = BTreeSet::new();
            for (number, mut answers) in combinations.into_iter().enumerate() {
                let versions = matrix.choices(&answers, "version");
                if let Some(version) = versions.get(if full { number % versions.len() } else { 0 }) {
                    answers.insert("version".to_owned(), version.clone());
                }
                let facts = language.with_defaults(&answers);
                let mut services = Vec::new();
                if language.fact("worker", &facts).is_some() {
                    if !connectable.is_empty() {
                        let entry = connectable[jobs.len() % connectable.len()];
                        services.push(service(entry, Answers::new()));
                    }
                    let own = self.catalog.services.iter().filter(|s| s.network.as_deref() == Some("none"));
                    services.extend(own.map(|entry| service(entry, Answers::new())));
                }
                let development = variants.insert(answers.get("variant").cloned()) || full;
                let case = Case {
                    id: format!("{}-{number:02}", language.name),
                    title: title(&answers),
                    language: language.name.clone(),
                    answers,
                    services,
                    project: Answers::new(),
                    no_dev: false,
                };
                jobs.push(Job { case, aim: Aim::Language { development } });
            }
        }
        jobs
    }

    /// The application that stands beside a service: the first that is interpreted, so that it builds at once.
    fn companion(&self) -> &Entry {
        let programs = || self.catalog.languages.iter().filter(|l| l.fact("worker", &l.defaults()).is_some());
        let quick = programs().find(|language| language.summary.contains("interpreted"));
        quick.or(programs().next()).expect("a language whose starter is a program")
    }

    /// Each service, with its first version, or with every version.
    fn service_jobs(&self, full: bool) -> Vec<Job> {
        let mut jobs = Vec::new();
        for entry in self.catalog.services.iter().filter(|entry| entry.network.as_deref() != Some("none")) {
            let versions = entry.question("version").map(|q| q.levels()).unwrap_or_default();
            let mut answers: Vec<Answers> =
                versions.into_iter().map(|v| Answers::from([("version".to_owned(), v)])).collect();
            if answers.is_empty() {
                answers.push(Answers::new());
            }
            if !full {
                answers.truncate(1);
            }
            for answers in answers {
                let mut services = Vec::new();
                if entry.requires.database {
                    let database = self.catalog.services.iter().find(|s| s.name == "postgres");
                    let database = database.or(self
                        .catalog
                        .services
                        .iter()
                        .find(|s| s.kind.as_deref() == Some("database")));
                    services.extend(database.map(|entry| service(entry, Answers::new())));
                }
                let title =
                    format!("{} {}", entry.name, answers.values().cloned().collect::<Vec<_>>().join(" "));
                services.push(service(entry, answers));
                let case = Case {
                    id: title.trim().replace([' ', '.'], "-"),
                    title: title.trim().to_owned(),
                    language: self.companion().name.clone(),
                    answers: Answers::new(),
                    services,
                    project: Answers::new(),
                    no_dev: false,
                };
                jobs.push(Job { case, aim: Aim::Service(entry.name.clone()) });
            }
        }
        jobs
    }

    /// One project with every service that there is an image for.
    fn together(&self, usable: &[String]) -> Option<Job> {
        let language = self.companion();
        let all = self.catalog.services.iter();
        let services: Vec<Service> = all
            .filter(|entry| usable.contains(&entry.name) || entry.network.as_deref() == Some("none"))
            .map(|entry| service(entry, Answers::new()))
            .collect();
        let case = Case {
            id: "together".to_owned(),
            title: "every service at once".to_owned(),
            language: language.name.clone(),
            answers: Answers::from([("replicas".to_owned(), "2".to_owned())]),
            services,
            project: Answers::new(),
            no_dev: false,
        };
        Some(Job { case, aim: Aim::Together })
    }

    fn run(&self, job: &Job) -> Result<(), String> {
        let result = self.prove(job);
        match &result {
            Ok(notes) => self.note(job, Mark::Healthy(notes.clone())),
            Err(error) => self.note(job, Mark::Failed(error.lines().next().unwrap_or_default().to_owned())),
        }
        result.map(drop).map_err(|error| format!("{}\n{error}", job.case.command()))
    }

    fn prove(&self, job: &Job) -> Result<Notes, String> {
        let folder = job.case.generate(&self.folder)?;
        // one that cannot be had fails the cases that need it, below
        let _ = self.images.need(&self.all_images);
        self.images.need(&images_of(&folder)?)?;
        let secrets = read_secrets(&folder);
        let mut notes = Notes::default();
        {
            let stack = Stack::production(&folder, &job.case.id);
            stack.up()?;
            self.production(job, &stack, &secrets, &mut notes)?;
        }
        if !matches!(job.aim, Aim::Language { development: false }) {
            let stack = Stack::development(&folder, &format!("{}-dev", job.case.id));
            stack.up()?;
            self.development(job, &stack)?;
            if matches!(job.aim, Aim::Language { .. }) {
                edit_shows(&stack)?;
                notes.push("edit", "shown");
                drop(stack);
                let stack = Stack::production(&folder, &job.case.id);
                notes.push("rebuild", rebuild_reuses(&stack, &[APP], &source_of(&folder)?)?);
            }
        }
        let _ = fs::remove_dir_all(folder);
        Ok(notes)
    }

    fn production(
        &self,
        job: &Job,
        stack: &Stack,
        secrets: &[Secret],
        notes: &mut Notes,
    ) -> Result<(), String> {
        let containers = stack.containers()?;
        healthy(&containers)?;
        for container in &containers {
            hardened(container)?;
            keeps_secrets(container, secrets)?;
        }
        let fronts: BTreeSet<&str> =
            containers.iter().filter(|c| c.asks_for_ports()).map(Container::service).collect();
        for front in &fronts {
            let frontend =
                job.case.services.iter().any(|s| s.alias == **front && self.entry(&s.entry).is_front());
            if *front != APP && !frontend {
                return Err(format!("{front} is published on the host in production form"));
            }
        }
        self.answers(job, stack, &containers)?;
        let app = stack.service(APP)?;
        runs_as_nobody(&app[0])?;
        match &job.aim {
            Aim::Language { .. } => {
                notes.push("added", image_is_lean(&app[0], &stack.dockerfile_of(APP)?)?);
            }
            Aim::Service(name) => self.service(job, name, stack, secrets, notes)?,
            Aim::Together => {}
        }
        let mut own = stack.containers()?;
        own.retain(|container| container.image() == app[0].image() && container.state().0 == "running");
        notes.push("stop", stops_at_once(&own)?);
        Ok(())
    }

    fn entry(&self, name: &str) -> &Entry {
        self.catalog.services.iter().find(|entry| entry.name == name).expect("an entry of the catalog")
    }

    /// GET / names every service as reachable, GET /health is well: through the application's own port, or the
    /// front door where it has none.
    fn answers(&self, job: &Job, stack: &Stack, containers: &[Container]) -> Result<(), String> {
        let language =
            self.catalog.languages.iter().find(|l| l.name == job.case.language).expect("a language");
        let config = stack.config()?;
        let environment = config["services"][APP]["environment"].as_object().cloned().unwrap_or_default();
        let stems: BTreeSet<String> = environment
            .keys()
            .filter_map(|key| key.strip_suffix("_HOST"))
            .filter(|stem| environment.contains_key(&format!("{stem}_PORT")))
            .map(str::to_lowercase)
            .collect();
        let doors: Vec<_> = containers
            .iter()
            .filter(|c| {
                c.service() == APP
                    || job
                        .case
                        .services
                        .iter()
                        .any(|s| s.alias == c.service() && self.entry(&s.entry).is_front())
            })
            .flat_map(Container::published)
            .collect();
        if doors.is_empty() {
            return Err("nothing is published".to_owned());
        }
        for container in containers.iter().filter(|container| container.service() == APP) {
            published_here_only(container)?;
        }
        let program = language.fact("worker", &language.with_defaults(&job.case.answers)).is_some();
        for door in doors {
            let (status, body) = http::get(door, "/")?;
            if status != 200 {
                return Err(format!("GET /: {status} {body}"));
            }
            if program {
                let answer: Value =
                    serde_json::from_str(&body).map_err(|error| format!("GET /: {error}: {body}"))?;
                let services = answer["services"].as_object().cloned().unwrap_or_default();
                let reached: BTreeSet<String> = services
                    .iter()
                    .filter(|(_, value)| *value == "reachable")
                    .map(|(key, _)| key.clone())
                    .collect();
                if reached != stems || services.len() != stems.len() || answer["name"] != "shop" {
                    return Err(format!("GET / says {body}, and the application was given {stems:?}"));
                }
                let (status, body) = http::get(door, "/nothing-is-there")?;
                if status != 404 {
                    return Err(format!("GET /nothing-is-there: {status} {body}"));
                }
            }
            let (status, body) = http::get(door, "/health")?;
            if status != 200 {
                return Err(format!("GET /health: {status} {body}"));
            }
        }
        Ok(())
    }

    fn service(
        &self,
        job: &Job,
        name: &str,
        stack: &Stack,
        secrets: &[Secret],
        notes: &mut Notes,
    ) -> Result<(), String> {
        let entry = self.entry(name);
        let containers = stack.containers()?;
        if let Some(container) = containers.iter().find(|container| container.service() == name) {
            let read_only = container.0["HostConfig"]["ReadonlyRootfs"] == true;
            notes.push("root file system", if read_only { "read-only" } else { "writable" });
            let added = container.0["HostConfig"]["CapAdd"].as_array().map_or(0, Vec::len);
            notes.push("capabilities", added.to_string());
        }
        let Some(probe) = self.probes.iter().find(|probe| probe.names.iter().any(|n| n == name)) else {
            let stem = entry.connect.as_ref().and_then(|connect| connect.stem.as_ref());
            return match stem {
                Some(_) => Err(format!("`{name}` has no row in tests/proof/services.toml")),
                None => Ok(()),
            };
        };
        let password =
            |which: &str| secrets.iter().find(|one| one.file == which).map(|one| one.value.clone());
        let password = password(&format!("{name}_password")).unwrap_or_default();
        let run = |command: &str, password: &str| -> Result<String, String> {
            let container = stack.service(name)?.remove(0);
            docker::run(&[
                "exec",
                "--env",
                &format!("PASSWORD={password}"),
                container.id(),
                "sh",
                "-c",
                command,
            ])
        };
        if let Some(login) = &probe.login {
            run(login, &password)?;
            if run(login, "wrong").is_ok() {
                return Err(format!("{name} takes a wrong password"));
            }
            notes.push("secret", "needed");
        } else if !entry.secrets.is_empty() {
            return Err(format!("`{name}` has secrets, and no `login` in tests/proof/services.toml"));
        }
        if let (Some(write), Some(read)) = (&probe.write, &probe.read) {
            run(write, &password)?;
            // first the same container again, then a new one on the same volume
            stack.compose(&["restart", name])?;
            stack.compose(&["up", "--wait", "--wait-timeout", "120"])?;
            run(read, &password).map_err(|error| format!("after a restart: {error}"))?;
            stack.compose(&["rm", "--force", "--stop", name])?;
            stack.compose(&["up", "--wait", "--wait-timeout", "120"])?;
            run(read, &password).map_err(|error| format!("in a new container: {error}"))?;
            self.answers(job, stack, &stack.containers()?)?;
            notes.push("data", "kept");
        }
        Ok(())
    }

    fn development(&self, job: &Job, stack: &Stack) -> Result<(), String> {
        let containers = stack.containers()?;
        healthy(&containers)?;
        for container in &containers {
            let name = container.service();
            let front = job.case.services.iter().any(|s| s.alias == name && self.entry(&s.entry).is_front());
            for address in container.published() {
                if !address.ip().is_loopback() && !front {
                    return Err(format!("{name} is published on {address} in development"));
                }
                std::net::TcpStream::connect_timeout(&address, Duration::from_secs(5)).map_err(|error| {
                    format!("{name} does not answer on {address} in development: {error}")
                })?;
            }
            let entry = job.case.services.iter().find(|s| s.alias == name).map(|s| self.entry(&s.entry));
            if entry.is_some_and(|e| !e.publish.is_empty()) && container.published().is_empty() {
                return Err(format!("{name} is published on no port in development"));
            }
        }
        self.answers(job, stack, &containers)
    }
}

impl Job {
    fn name(&self) -> String {
        format!("engine::{}", self.title())
    }

    fn title(&self) -> String {
        match self.aim {
            Aim::Language { .. } => format!("{} {}", self.case.language, self.case.title),
            _ => self.case.title.clone(),
        }
    }

    fn section(&self) -> (&'static str, String) {
        match &self.aim {
            Aim::Language { .. } => ("languages", self.case.language.clone()),
            Aim::Service(name) => ("services", name.clone()),
            Aim::Together => ("together", "every service at once".to_owned()),
        }
    }

    fn cells(&self) -> Vec<String> {
        let of = |answers: &Answers| {
            SHAPE.iter().map(|key| answers.get(*key).cloned().unwrap_or_default()).collect()
        };
        match &self.aim {
            Aim::Language { .. } => of(&self.case.answers),
            Aim::Service(name) => {
                let service = self.case.services.iter().find(|service| service.entry == *name);
                vec![service.and_then(|s| s.answers.get("version").cloned()).unwrap_or_default()]
            }
            Aim::Together => {
                vec![self.case.services.iter().map(|s| s.alias.clone()).collect::<Vec<_>>().join(", ")]
            }
        }
    }
}

/// What was measured, in the order in which it was.
#[derive(Clone, Default)]
pub struct Notes(pub Vec<(String, String)>);

impl Notes {
    pub fn push(&mut self, what: &str, value: impl Into<String>) {
        self.0.push((what.to_owned(), value.into()));
    }
}

fn service(entry: &Entry, answers: Answers) -> Service {
    Service { entry: entry.name.clone(), alias: entry.name.clone(), answers }
}

fn title(answers: &Answers) -> String {
    SHAPE.iter().filter_map(|key| answers.get(*key)).cloned().collect::<Vec<_>>().join(" ")
}

//! The engine run: projects are built, started and looked at, in production form and in development form.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use libtest_mimic::Trial;
use serde::Deserialize;
use serde_json::Value;

use crate::case::APP;
use crate::catalog::{Catalog, Entry, When};
use crate::checks::{
    Secret, hardened, healthy, image_is_lean, keeps_secrets, published_here_only, read_secrets,
    runs_as_nobody, stops_within,
};
use crate::docker::{self, Images};
use crate::edits::{edit_shows, rebuild_reuses, source_of};
use crate::jobs::{self, Aim, Job};
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

impl Impossible {
    fn fits(&self, job: &Job) -> bool {
        self.language == job.case.language && self.when.met(&job.case.answers)
    }
}

fn known_impossible() -> Vec<Impossible> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/impossible.toml");
    let file: ImpossibleFile = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    file.impossible
}

/// Every row of impossible.toml still excuses something.
pub fn impossible_rows_are_needed(catalog: &Catalog) -> Result<(), String> {
    let jobs = jobs::of_languages(catalog, true, &[]);
    match known_impossible().into_iter().find(|row| !jobs.iter().any(|job| row.fits(job))) {
        Some(row) => {
            Err(format!("tests/proof/impossible.toml: no case of {} is one: {}", row.language, row.reason))
        }
        None => Ok(()),
    }
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

/// What all trials share.
pub struct Engine {
    catalog: Catalog,
    images: Images,
    folder: PathBuf,
    probes: Vec<Probe>,
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
        Self { catalog, images, folder, probes: probes.service, report }
    }

    /// `here`: an engine answers, and what it cannot do is to be found out; `asked`: whether a test of that name
    /// is to run.
    pub fn plan(self, full: bool, here: bool, asked: &dyn Fn(&str) -> bool) -> Plan {
        let mut said = Vec::new();
        let mut trials = Vec::new();
        let taken = |job: &Job| full || job.cover;
        let all = [jobs::of_languages(&self.catalog, full, &[]), jobs::of_services(&self.catalog)].concat();
        self.report.lock().unwrap().left_out(all.iter().filter(|job| !taken(job)).map(Job::title));
        // what is not asked for keeps the rows that it has
        all.iter().chain([&jobs::together(&self.catalog, &[])]).for_each(|job| self.note(job, Mark::Open));
        let mut services = jobs::of_services(&self.catalog);
        services.retain(taken);
        // language cases take services that can run: which ones is known first
        let look = here
            && (all.iter().any(|job| taken(job) && asked(&job.name()))
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
        let mut jobs = jobs::of_languages(&self.catalog, full, &usable);
        jobs.push(jobs::together(&self.catalog, &usable));
        jobs.retain(|job| taken(job) && asked(&job.name()));
        if look {
            reasons.extend(self.impossible(&jobs));
        }
        jobs.extend(services.into_iter().filter(|job| asked(&job.name())));
        reasons.retain(|id, _| jobs.iter().any(|job| job.case.id == *id));
        if look {
            self.images.ahead(self.images_of_jobs(&jobs, &reasons));
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
        let rows = known_impossible();
        for job in jobs {
            let known = rows.iter().find(|row| row.fits(job));
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

    fn images_of_jobs(&self, jobs: &[Job], impossible: &BTreeMap<String, String>) -> BTreeSet<String> {
        let possible = jobs.iter().filter(|job| !impossible.contains_key(&job.case.id));
        let folders = possible.filter_map(|job| job.case.generate(&self.folder).ok());
        folders.filter_map(|folder| images_of(&folder).ok()).flatten().collect()
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
            if matches!(job.aim, Aim::Language { .. }) && !job.has_no_port() {
                edit_shows(&stack)?;
                notes.push("edit", "shown");
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
        notes.push("stop", stops_within(2, &own)?);
        // one that serves nothing has no line that shows, and the same build
        if matches!(job.aim, Aim::Language { .. }) && !job.has_no_port() {
            notes.push("rebuild", rebuild_reuses(stack, &[APP], &source_of(&stack.folder)?)?);
        }
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
        let is_door = |container: &&Container| {
            let mut services = job.case.services.iter();
            container.service() == APP
                || services.any(|s| s.alias == container.service() && self.entry(&s.entry).is_front())
        };
        let doors: Vec<Vec<_>> = containers.iter().filter(is_door).map(Container::doors).collect();
        for container in containers.iter().filter(|container| container.service() == APP) {
            published_here_only(container)?;
        }
        match (doors.iter().all(Vec::is_empty), job.has_no_port()) {
            (true, true) => return Ok(()),
            (true, false) => return Err("nothing is published".to_owned()),
            (false, true) => return Err("the application serves nothing, and is published".to_owned()),
            (false, false) => {}
        }
        let program = language.fact("worker", &language.with_defaults(&job.case.answers)).is_some();
        // a door, and whether there is one with TLS beside it
        let doors = doors.iter().flat_map(|all| {
            let secure = all.iter().any(|door| door.tls);
            all.iter().map(move |door| (*door, secure))
        });
        for (door, secure) in doors {
            let (status, body) = door.get("/")?;
            if secure && !door.tls {
                if !matches!(status, 301 | 308) {
                    return Err(format!("GET / without TLS: {status} {body}, and not a way to HTTPS"));
                }
                continue;
            }
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
                let (status, body) = door.get("/nothing-is-there")?;
                if status != 404 {
                    return Err(format!("GET /nothing-is-there: {status} {body}"));
                }
            }
            let (status, body) = door.get("/health")?;
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

/// What was measured, in the order in which it was.
#[derive(Clone, Default)]
pub struct Notes(pub Vec<(String, String)>);

impl Notes {
    pub fn push(&mut self, what: &str, value: impl Into<String>) {
        self.0.push((what.to_owned(), value.into()));
    }
}

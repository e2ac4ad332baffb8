//! Writes the Dockerfile and Compose stack that a container expert would have written by hand.
//!
//! A request and a catalog make answers; answers make a plan; a plan makes files. [`new`], [`add`],
//! [`removal::remove`] and [`secrets`] make plans and write nothing; [`carry_out`] writes one.
//!
//! # Inside another program
//!
//! A [`catalog::Catalog`] says what can be picked, an [`answers::AnswersFile`] or flags in a [`request::New`] settle
//! the questions, and the [`plan::Plan`] is plain data, to be shown or carried out:
//!
//! ```no_run
#![doc = include_str!("../docs/library.rs")]
//! ```

pub mod answers;
pub mod beside;
pub mod catalog;
pub mod check;
pub mod compose;
pub mod detect;
pub mod disk;
pub mod dotenv;
pub mod draft;
pub mod eject;
mod enumeration;
pub mod error;
pub mod manifest;
pub mod names;
pub mod plan;
pub mod prompt;
pub mod record;
pub mod removal;
pub mod render;
pub mod request;
pub mod schema;
pub mod secret;
mod settle;

use std::rc::Rc;

use answers::{Manner, Settled};
use beside::Beside;
use catalog::{Catalog, Kind};
use disk::{Disk, State, Written};
use draft::{Draft, Start, Texts};
use error::{Error, Result};
use plan::{Change, Plan, ProjectPath};
use prompt::{Ask, Verdict};
use record::Record;
use request::{Add, New, Wanted, refuse_names_twice};
use settle::Settle;

/// The Compose file of a new project, where none is there.
const COMPOSE: &str = "compose.yaml";
/// Its development override.
const OVERRIDE: &str = "compose.override.yaml";

/// The plan of a new project, and the answers it is made from.
///
/// # Errors
/// An answer that is missing, not allowed or cannot run; an entry of the catalog that cannot be read.
pub fn new(request: &New, catalog: &Catalog, ask: &mut dyn Ask, disk: &Disk) -> Result<(Plan, Settled)> {
    let mut settle = Settle::new(catalog, &request.common, ask, disk)?;
    let name = settle.project_name(request.name.as_deref(), disk.root())?;
    let starter = request.starter && may_start(disk)?;
    let apps = settle.applications(request.language.as_deref(), starter)?;
    // Beside a file of another name, one of ours would hide it from Compose, or be merged with it.
    let base = names::file(|name| disk.has(name)).unwrap_or(COMPOSE);
    let development = names::override_file(|name| disk.has(name)).unwrap_or(OVERRIDE);
    let mut draft = Draft::new(Start {
        catalog,
        texts: Texts::new(Box::new(
            |path| if draft::is_looked_at(path) { disk.read(path) } else { Ok(None) },
        )),
        project: name,
        base: ProjectPath::new(base)?,
        compose: None,
        development: request.common.development.then(|| ProjectPath::new(development)).transpose()?,
        record: Record::default(),
        depends_on_healthy: false,
        ours: true,
        beside: Beside::default(),
    });
    for (place, (app, path)) in apps.iter().enumerate() {
        match place {
            0 => settle.add_first_application(&mut draft, app, path, starter)?,
            _ => settle.add_application(&mut draft, app, path, starter)?,
        }
    }
    if !starter {
        settle.note_others(&apps);
    }
    let services = in_order(settle.services(request.services.as_deref())?, catalog)?;
    let apps: Vec<Wanted> = apps.into_iter().map(|(app, _)| app).collect();
    let names: Vec<String> = apps.iter().map(|app| app.alias.clone()).collect();
    refuse_names_twice(names.iter().chain(services.iter().map(|wanted| &wanted.alias)).map(String::as_str))?;
    // Nobody can tell what an answer is for while the language is missing
    if !apps.is_empty() {
        settle.refuse_strangers(&[apps, services.clone()].concat())?;
    }
    for wanted in &services {
        let users = settle.users(&wanted.entry, &names);
        settle.add_service(&mut draft, wanted, &users)?;
    }
    settle.note_unpassed(&mut draft, &names)?;
    let (mut plan, settled) = finished(settle, draft, disk)?;
    if base != COMPOSE {
        plan.notes.push(format!("where the texts and their commands name `{COMPOSE}`, it is `{base}` here"));
    }
    Ok((plan, settled))
}

/// The plan of a draft, and the answers that it is made from.
fn finished(settle: Settle<'_>, draft: Draft<'_>, disk: &Disk) -> Result<(Plan, Settled)> {
    let (settled, notes) = settle.done()?;
    let mut plan = draft.plan();
    plan.notes.splice(0..0, notes);
    plan.note_disagreeing_secrets(|path| disk.read(path).ok().flatten())?;
    Ok((plan, settled))
}

/// What requires another comes after it, whatever the order in which they were named.
fn in_order(wanted: Vec<Wanted>, catalog: &Catalog) -> Result<Vec<Wanted>> {
    let mut ranked = Vec::new();
    for wanted in wanted {
        let requires = catalog.find(&wanted.entry)?.manifest()?.requires.database;
        ranked.push((requires, wanted));
    }
    ranked.sort_by_key(|(requires, _)| *requires);
    Ok(ranked.into_iter().map(|(_, wanted)| wanted).collect())
}

/// A starter is for a folder that holds no project; running `new` again finds its own starter there.
fn may_start(disk: &Disk) -> Result<bool> {
    if !disk.holds_project(".")? {
        return Ok(true);
    }
    let record = read_record(disk)?;
    Ok(record.entries.iter().any(|added| added.starter))
}

fn read_record(disk: &Disk) -> Result<Record> {
    match disk.read(&ProjectPath::new(record::PATH)?)? {
        Some(text) => Record::parse(&text),
        None => Ok(Record::default()),
    }
}

/// The plan of adding services or applications to a Compose project, and the answers it is made from.
///
/// # Errors
/// As [`new`], and a Compose file that cannot be edited safely.
pub fn add(request: &Add, catalog: &Catalog, ask: &mut dyn Ask, disk: &Disk) -> Result<(Plan, Settled)> {
    let wanted = request.wanted.iter().map(|text| Wanted::parse(text)).collect::<Result<Vec<_>>>()?;
    refuse_names_twice(wanted.iter().map(|wanted| wanted.alias.as_str()))?;
    request.common.refuse_strangers(&wanted)?;
    let wanted = in_order(wanted, catalog)?;
    let mut draft = draft_of(request, catalog, disk)?;
    let apps = applications(request, catalog, &wanted, &mut draft, ask)?;
    let mut settle = Settle::new(catalog, &request.common, ask, disk)?;
    let mut programs = Vec::new();
    for wanted in &wanted {
        match catalog.find(&wanted.entry)?.kind() {
            Kind::Language => {
                programs.push(wanted.alias.clone());
                let path = request.path.as_deref().unwrap_or(&wanted.alias);
                let starter = !disk.holds_project(path)?;
                settle.add_application(&mut draft, wanted, path, starter)?;
            }
            Kind::Service | Kind::Project => settle.add_service(&mut draft, wanted, &apps)?,
        }
    }
    settle.note_unpassed(&mut draft, &programs)?;
    finished(settle, draft, disk)
}

fn draft_of<'a>(request: &Add, catalog: &'a Catalog, disk: &'a Disk) -> Result<Draft<'a>> {
    let base = ProjectPath::new(&request.file)?;
    let mut texts = Texts::new(Box::new(|path| disk.read(path)));
    let text = texts.get(&base)?.ok_or_else(|| Error::NoCompose { folder: disk.root().to_owned() })?;
    let compose = compose::Compose::parse(&text)
        .map_err(|refusal| Error::Compose { path: base.to_string(), refusal: Box::new(refusal) })?;
    let name = compose.get(&["name"]).and_then(|name| name.text().map(str::to_owned));
    let development = request.override_file.as_deref().filter(|_| request.common.development);
    let mut beside = Beside::new(disk.root());
    beside.include(&compose);
    if let Some(path) = &request.override_file
        && let Some(text) = texts.get(&ProjectPath::new(path)?)?
        && let Ok(compose) = compose::Compose::parse(&text)
    {
        beside.include(&compose);
    }
    request.others.iter().for_each(|path| beside.list(path));
    let record = read_record(disk)?;
    let ours = record.entries.iter().any(|added| added.path.is_some());
    let project = name.unwrap_or_else(|| request::project_name(disk.root()));
    Ok(Draft::new(Start {
        catalog,
        texts,
        project,
        base,
        compose: Some(Rc::new(compose)),
        development: development.map(ProjectPath::new).transpose()?,
        record,
        ours,
        beside,
        depends_on_healthy: request.depends_on_healthy,
    }))
}

/// The applications that services are connected to: those named, else those that are built.
fn applications(
    request: &Add,
    catalog: &Catalog,
    wanted: &[Wanted],
    draft: &mut Draft<'_>,
    ask: &mut dyn Ask,
) -> Result<Vec<String>> {
    let compose = draft.compose()?;
    let services = compose.names("services");
    if let Some(to) = &request.to {
        if let Some(name) = to.iter().find(|name| !services.contains(name)) {
            return Err(Error::NoSuchService { name: name.clone(), services });
        }
        let mut apps: Vec<String> = Vec::new();
        for name in to {
            if !apps.contains(name) {
                apps.push(name.clone());
            }
        }
        return Ok(apps);
    }
    let built: Vec<String> = services.into_iter().filter(|name| is_built(&compose, name)).collect();
    let mut needed = false;
    for wanted in wanted {
        let manifest = catalog.find(&wanted.entry)?.manifest()?;
        needed |= manifest.connect.is_some() || manifest.requires.app;
    }
    match built.len() {
        _ if !needed => Ok(Vec::new()),
        1 => Ok(built),
        0 => Err(Error::WhichApp { apps: built }),
        _ if request.common.manner == Manner::Interactive => {
            let offers: Vec<prompt::Offer> =
                built.iter().map(|name| prompt::Offer { name: name.clone(), note: String::new() }).collect();
            let picked = ask.pick_many("Connect to (space picks, enter goes on)", &offers, &[0])?;
            Ok(picked.into_iter().filter_map(|place| built.get(place).cloned()).collect())
        }
        _ => Err(Error::WhichApp { apps: built }),
    }
}

/// Whether a service has a `build` of its own. With the one of the service that it extends it is the same application
/// once more.
fn is_built(compose: &compose::Compose, name: &str) -> bool {
    let build = compose.get(&["services", name, "build"]);
    let extended = compose.extended(name).and_then(|other| compose.get(&["services", &other, "build"]));
    build.is_some() && build != extended
}

/// The plan of making the secret files that are missing.
///
/// # Errors
/// No record, or a record or an entry of the catalog that cannot be read.
pub fn secrets(catalog: &Catalog, disk: &Disk) -> Result<Plan> {
    let text = disk.read(&ProjectPath::new(record::PATH)?)?;
    let text = text.ok_or_else(|| Error::NoRecord { folder: disk.root().to_owned() })?;
    let record = Record::parse(&text)?;
    let mut draft = Draft::new(Start {
        catalog,
        texts: Texts::new(Box::new(|path| disk.read(path))),
        project: String::new(),
        base: ProjectPath::new(COMPOSE)?,
        compose: None,
        development: None,
        record: record.clone(),
        depends_on_healthy: false,
        ours: true,
        beside: Beside::default(),
    });
    // A service that was connected again is recorded again; its answers and secrets stand in the first.
    let firsts = record.entries.iter().filter(|added| record.get(&added.name) == Some(added));
    for added in firsts {
        draft.restore_secrets(added)?;
    }
    record.entries.iter().for_each(|added| draft.restore_variables(added));
    let mut plan = draft.plan();
    plan.note_disagreeing_secrets(|path| disk.read(path).ok().flatten())?;
    Ok(plan)
}

/// What happens to files that are in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Ask for each, at the terminal.
    Ask,
    /// Refuse, and list them all.
    Refuse,
    /// The same, where no flag settles it.
    Never,
    /// Leave them as they are.
    Keep,
    /// Replace them.
    Overwrite,
}

/// The plan where a Compose file is in the way and stays: without what is nothing beside another Compose file, which is
/// its override, the record, secrets and variables. `overwrite`: the files that may be replaced.
///
/// # Errors
/// A file that cannot be read.
pub fn beside_kept(plan: Plan, overwrite: &[ProjectPath], disk: &Disk) -> Result<Plan> {
    let mut stays = Vec::new();
    for change in &plan.changes {
        let path = change.path();
        let is_compose = names::FILES.contains(&path.as_str()) || names::OVERRIDES.contains(&path.as_str());
        if is_compose && !overwrite.contains(path) && disk.state(change)? == State::Conflict {
            stays.push(path.clone());
        }
    }
    let Some(kept) = stays.iter().find(|path| names::FILES.contains(&path.as_str())) else { return Ok(plan) };
    let Plan { mut changes, mut notes } = plan;
    changes.retain(|change| {
        let path = change.path();
        let is_override = names::OVERRIDES.contains(&path.as_str()) && !stays.contains(path);
        let of_secrets = matches!(change, Change::Secret { .. } | Change::Variable { .. });
        !of_secrets && path.as_str() != record::PATH && !is_override
    });
    notes.push(format!(
        "`{kept}` stays as it is, so what belongs to the one that was not written is not there either: its override, \
         its secrets and dockgen's record; `dockgen add` puts services into the file that stays"
    ));
    Ok(Plan { changes, notes })
}

/// Settles what is in the way of a plan: the files that may be replaced.
///
/// # Errors
/// [`Error::Conflicts`] with all of them, when they are to be refused.
pub fn clear(plan: &Plan, way: Way, ask: &mut dyn Ask, disk: &Disk) -> Result<Vec<ProjectPath>> {
    let mut overwrite = Vec::new();
    let mut conflicts = Vec::new();
    for change in &plan.changes {
        if disk.state(change)? != State::Conflict {
            continue;
        }
        let path = change.path();
        match way {
            Way::Keep => {}
            Way::Overwrite => overwrite.push(path.clone()),
            Way::Refuse | Way::Never => conflicts.push(path.to_string()),
            Way::Ask => {
                let there = disk.read(path)?;
                if ask.verdict(path.as_str(), &change.diff(there.as_deref()))? == Verdict::Overwrite {
                    overwrite.push(path.clone());
                }
            }
        }
    }
    match conflicts.as_slice() {
        [] => Ok(overwrite),
        [one] if names::FILES.contains(&one.as_str()) => Err(Error::ComposeIsThere { path: one.clone() }),
        _ => Err(Error::Conflicts { paths: conflicts, flags: way == Way::Refuse }),
    }
}

/// Carries a plan out: all of it, or nothing. Gives what became of every file.
///
/// # Errors
/// What the system refused; whatever was made is taken back.
pub fn carry_out(plan: &Plan, overwrite: &[ProjectPath], disk: &Disk) -> Result<Vec<(ProjectPath, Written)>> {
    disk.apply(plan, overwrite)
}

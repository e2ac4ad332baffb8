//! Settles what is picked and answered, entry by entry, while the draft grows: an entry's questions may
//! have defaults in what stands before it.

mod applications;
mod built;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::answers::{Answers, Gather, Given, Manner, Open, Raw, Settled, Sourced, Value};
use crate::catalog::{Catalog, Entry, Kind};
use crate::detect::{self, Application, Found, Proposal, Surveyor};
use crate::disk::Disk;
use crate::draft::{Addition, Draft, NO_READS};
use crate::error::{Error, Result};
use crate::manifest::{BY_FILE, BY_VARIABLE, CALLS, HAND_OVER, Manifest, PUBLIC, STATIC};
use crate::prompt::{Ask, Offer};
use crate::request::{
    APP_FLAGS, Common, NO_SERVICE, PROJECT, Wanted, check_name, names_or_none, project_name,
};

/// Picks and answers, and what is still missing.
pub(crate) struct Settle<'a> {
    catalog: &'a Catalog,
    common: &'a Common,
    ask: &'a mut dyn Ask,
    open: Open,
    settled: Settled,
    exists: Box<dyn Fn(&str) -> bool + 'a>,
    disk: &'a Disk,
    /// Made when a project is looked at: it reads the whole catalog.
    surveyor: OnceCell<Surveyor>,
    /// What the applications' files say, by their Compose service names.
    seen: BTreeMap<String, Seen>,
    /// The applications behind others, and which those are.
    inner: Vec<String>,
    door: String,
}

/// What an application's files say.
#[derive(Default)]
struct Seen {
    found: Found,
    services: Vec<Proposal>,
}

impl<'a> Settle<'a> {
    pub(crate) fn new(
        catalog: &'a Catalog,
        common: &'a Common,
        ask: &'a mut dyn Ask,
        disk: &'a Disk,
    ) -> Result<Self> {
        let exists = Box::new(|path: &str| disk.has(path));
        let (open, settled, seen) = (Open::default(), Settled::default(), BTreeMap::new());
        let (inner, door) = (Vec::new(), String::new());
        let surveyor = OnceCell::new();
        Ok(Self { catalog, common, ask, open, settled, exists, disk, surveyor, seen, inner, door })
    }

    fn surveyor(&self) -> &Surveyor {
        self.surveyor.get_or_init(|| Surveyor::new(self.catalog, self.disk))
    }

    /// The project's name: given, or what the folder's name says.
    pub(crate) fn project_name(&mut self, flag: Option<&str>, root: &Path) -> Result<String> {
        let given = flag.or(self.common.file.name.as_deref());
        let name = match given {
            Some(name) => name.to_owned(),
            None => {
                let default = project_name(root);
                let check = |name: &str| check_name(PROJECT, name);
                match self.common.manner {
                    Manner::Interactive => self.ask.name("Project name", &default, &check)?,
                    Manner::Defaults | Manner::Refuse => default,
                }
            }
        };
        check_name(PROJECT, &name)?;
        self.settled.name = Some(name.clone());
        Ok(name)
    }

    /// The services: given, picked from the list, or those that the applications depend on for sure.
    pub(crate) fn services(&mut self, flags: Option<&[String]>) -> Result<Vec<Wanted>> {
        let flags = flags.map(|names| (names, "`--service`"));
        let file = self.common.file.services.as_deref().map(|names| (names, "the answers file"));
        let names: Vec<String> = match flags.or(file) {
            Some((names, source)) => names_or_none(names, source)?,
            None if self.common.manner == Manner::Interactive => self.pick_services()?,
            None => self.certain_services(),
        };
        let wanted = names.iter().map(|name| Wanted::parse(name)).collect::<Result<Vec<_>>>()?;
        for service in &wanted {
            self.catalog.get(Kind::Service, &service.entry)?;
        }
        self.settled.services = names;
        Ok(wanted)
    }

    /// The services that the applications show, each once, with what shows it.
    fn proposed(&self) -> Vec<&Proposal> {
        let mut proposed: Vec<&Proposal> = Vec::new();
        for proposal in self.seen.values().flat_map(|seen| &seen.services) {
            match proposed.iter_mut().find(|there| there.service == proposal.service) {
                Some(there) if there.certain && there.chosen => {}
                Some(there) => *there = proposal,
                None => proposed.push(proposal),
            }
        }
        proposed
    }

    fn pick_services(&mut self) -> Result<Vec<String>> {
        let proposed = self.proposed();
        let mut offers = Vec::new();
        let mut picked = Vec::new();
        for entry in self.catalog.of(Kind::Service) {
            let summary = entry.manifest()?.summary.clone();
            let proposal = proposed.iter().find(|proposal| proposal.service == entry.name());
            if proposal.is_some_and(|proposal| proposal.chosen) {
                picked.push(offers.len());
            }
            let note =
                proposal.map_or(summary.clone(), |proposal| format!("{summary} (found {})", proposal.place));
            offers.push(Offer { name: entry.name().to_owned(), note });
        }
        let picked = self.ask.pick_many("Services (space picks, enter goes on)", &offers, &picked)?;
        Ok(picked.into_iter().filter_map(|place| offers.get(place)).map(|offer| offer.name.clone()).collect())
    }

    /// Without a word: what an application depends on, and nothing that is only likely.
    fn certain_services(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        let mut notes = Vec::new();
        let mut kinds = Vec::new();
        let mut proposed = self.proposed();
        proposed.sort_by_key(|proposal| proposal.needs.is_some());
        for proposal in proposed {
            let Proposal { service, place, .. } = proposal;
            let fits = proposal.needs.as_ref().is_none_or(|needs| kinds.contains(needs));
            if proposal.certain && proposal.chosen && fits {
                names.push(service.clone());
                kinds.extend(proposal.kind.clone());
                notes.push(format!(
                    "`{service}` is added, since {place} asks for it (`--service {NO_SERVICE}` adds none)"
                ));
            } else if proposal.needs.is_none() {
                notes.push(format!(
                    "`{service}` is not added, though {place} may mean it: `dockgen add {service}`"
                ));
            }
        }
        self.open.notes.extend(notes);
        names
    }

    /// Answers the questions of an entry.
    fn gather(
        &mut self,
        entry: &Entry,
        manifest: &Manifest,
        alias: &str,
        given: &Given,
        brought: &Json,
        starter: bool,
    ) -> Result<Answers> {
        let flags = if entry.kind() == Kind::Language { APP_FLAGS } else { &[] };
        let gather = Gather {
            entry: entry.name(),
            alias,
            manifest,
            given,
            brought,
            manner: self.common.manner,
            starter,
            exists: &*self.exists,
            flags,
        };
        let answers = gather.answers(self.ask, &mut self.open)?;
        self.settled.note(alias, manifest, &answers);
        Ok(answers)
    }

    /// The first application of a new project, and with it the project's own files.
    pub(crate) fn add_first_application(
        &mut self,
        draft: &mut Draft<'_>,
        app: &Wanted,
        path: &str,
        starter: bool,
    ) -> Result<()> {
        let project = self.catalog.get(Kind::Project, "project")?;
        let manifest = project.manifest()?;
        let name = Wanted { entry: "project".to_owned(), alias: "project".to_owned() };
        let apps = [app.alias.clone()];
        let none = Answers::default();
        let own = |answers| Addition {
            entry: project,
            manifest: &manifest,
            alias: &name.alias,
            answers,
            apps: &apps,
            reads: NO_READS,
            path: ".",
            starter,
        };
        draft.begin(&own(&none))?;
        self.add_application(draft, app, path, starter)?;
        let brought =
            if self.open.missing.is_empty() { json!({ "app": draft.app(&app.alias)? }) } else { Json::Null };
        let answers = self.gather(
            project,
            &manifest,
            &name.alias,
            &self.common.given("project", "project"),
            &brought,
            starter,
        )?;
        if self.open.missing.is_empty() {
            draft.add(&own(&answers))?;
        }
        Ok(())
    }

    /// An application: its answers come from what its folder says, too.
    pub(crate) fn add_application(
        &mut self,
        draft: &mut Draft<'_>,
        app: &Wanted,
        path: &str,
        starter: bool,
    ) -> Result<()> {
        let entry = self.catalog.get(Kind::Language, &app.entry)?;
        let manifest = entry.manifest()?;
        let mut given = self.common.given(&app.alias, &app.entry);
        if let Some(added) = draft.record().get(&app.alias).cloned() {
            return again(&added, entry, &manifest, &given, app).map(drop);
        }
        if !starter {
            let seen = match self.seen.remove(&app.alias) {
                Some(seen) => seen,
                None => self.look(&app.entry, path),
            };
            fill(&mut given, &seen.found.answers);
            if seen.found.answers.is_empty() && !self.disk.is_empty()? {
                self.open.notes.push(format!(
                    "no starter is written where files are, and none of them shows a program for `{}`",
                    app.entry
                ));
            }
            if seen.is_door() && applications::asks(&manifest, CALLS) {
                self.call(draft, &app.alias, &mut given);
            }
            if self.inner.contains(&app.alias) {
                let raw = Raw::Toml(toml::Value::Boolean(false));
                given.detected.insert(PUBLIC.to_owned(), Sourced { raw, source: self.door.clone() });
            }
            self.open.notes.extend(seen.found.notes.iter().map(|(note, place)| format!("{note} ({place})")));
            self.seen.insert(app.alias.clone(), seen);
        } else if !self.disk.is_empty()? {
            // Beside a starter there are settings at most, such as the version that somebody's tools read.
            let surveyor = Surveyor::of_language(entry, self.disk);
            let mut answers = surveyor.answers(&app.entry, path).answers;
            answers
                .retain(|key, _| applications::asks(&manifest, key) && !settled_by_starter(&manifest, key));
            fill(&mut given, &answers);
        }
        let answers = self.gather(entry, &manifest, &app.alias, &given, &Json::Null, starter)?;
        if !self.open.missing.is_empty() {
            return Ok(());
        }
        draft.add(&Addition {
            entry,
            manifest: &manifest,
            alias: &app.alias,
            answers: &answers,
            apps: &[],
            reads: NO_READS,
            path,
            starter,
        })
    }

    /// What the files in a folder say about an application of that language.
    fn look(&self, language: &str, path: &str) -> Seen {
        let _busy = self.ask.busy(detect::LOOKING);
        let found = self.surveyor().answers(language, path);
        let services = self.surveyor().proposals(language, path, &found);
        Seen { found, services }
    }

    /// What applications that are there say: those that were added before, and those that a person wrote.
    fn look_again(&mut self, draft: &mut Draft<'_>, apps: &[String]) -> Result<()> {
        for app in apps {
            if self.seen.contains_key(app) {
                continue;
            }
            let seen = match draft.record().get(app) {
                Some(added) if added.starter => None,
                Some(added) => match (added.entry(), &added.path) {
                    (Some((Kind::Language, language)), Some(path)) => Some(self.look(language, path)),
                    _ => None,
                },
                None => self.look_where_built(&built::folders(&*draft.compose()?, app)),
            };
            self.seen.extend(seen.map(|seen| (app.clone(), seen)));
        }
        Ok(())
    }

    /// What the first of these folders says that holds an application.
    fn look_where_built(&self, folders: &[String]) -> Option<Seen> {
        if folders.is_empty() {
            return None;
        }
        let _busy = self.ask.busy(detect::LOOKING);
        let Application { found, services, .. } =
            folders.iter().find_map(|folder| self.surveyor().application(folder))?;
        Some(Seen { found, services })
    }

    /// Those applications that a service was found in; all, when it was in none.
    pub(crate) fn users(&self, service: &str, apps: &[String]) -> Vec<String> {
        let shows = |app: &&String| {
            self.seen
                .get(*app)
                .is_some_and(|seen| seen.services.iter().any(|proposal| proposal.service == service))
        };
        let users: Vec<String> = apps.iter().filter(shows).cloned().collect();
        if users.is_empty() { apps.to_vec() } else { users }
    }

    /// The environment variables that applications are seen to read.
    fn reads(&self, apps: &[String]) -> BTreeMap<String, Vec<String>> {
        let names = |seen: &Seen| seen.found.reads.keys().cloned().collect();
        apps.iter().filter_map(|app| Some((app.clone(), names(self.seen.get(app)?)))).collect()
    }

    /// A service, connected to `apps`.
    pub(crate) fn add_service(
        &mut self,
        draft: &mut Draft<'_>,
        wanted: &Wanted,
        apps: &[String],
    ) -> Result<()> {
        let entry = self.catalog.get(Kind::Service, &wanted.entry)?;
        let manifest = entry.manifest()?;
        let mut given = self.common.given(&wanted.alias, &wanted.entry);
        self.look_again(draft, connected(&manifest, apps))?;
        for seen in apps.iter().filter_map(|app| self.seen.get(app)) {
            if let Some(proposal) = seen.services.iter().find(|proposal| proposal.service == wanted.entry) {
                fill(&mut given, &proposal.answers);
            }
            if let Some(form) = seen.found.answers.get(HAND_OVER) {
                given.detected.entry(HAND_OVER.to_owned()).or_insert_with(|| form.sourced());
            }
        }
        let apps = connected(&manifest, apps);
        let reads = self.reads(apps);
        if let Some((form, place)) = handed_over(&manifest, apps.iter().filter_map(|app| self.seen.get(app)))
        {
            let raw = Raw::Typed(form.to_owned());
            given.detected.insert(HAND_OVER.to_owned(), Sourced { raw, source: place });
        }
        let none = Answers::default();
        let addition = |answers| Addition {
            entry,
            manifest: &manifest,
            alias: &wanted.alias,
            answers,
            apps,
            reads: &reads,
            path: ".",
            starter: false,
        };
        let brought = if self.open.missing.is_empty() {
            Json::Object(draft.required(&addition(&none))?.into_iter().collect())
        } else {
            Json::Null
        };
        if let Some(added) = draft.record().get(&wanted.alias).cloned() {
            let answers = again(&added, entry, &manifest, &given, wanted)?;
            return draft.add(&addition(&answers));
        }
        let answers = self.gather(entry, &manifest, &wanted.alias, &given, &brought, false)?;
        if self.open.missing.is_empty() { draft.add(&addition(&answers)) } else { Ok(()) }
    }

    /// Notes what the examples of a `.env` name in these applications' folders, and what nothing passes to them.
    ///
    /// # Errors
    /// A Compose file that cannot be read.
    pub(crate) fn note_unpassed(&self, draft: &mut Draft<'_>, apps: &[String]) -> Result<()> {
        // Of answers that are missing nothing was written, and pages that are served read nothing.
        let is_program = |seen: &&Seen| self.open.missing.is_empty() && !seen.found.is(STATIC);
        for app in apps {
            if let Some(seen) = self.seen.get(app).filter(is_program) {
                draft.note_unpassed(app, &seen.found.examples)?;
            }
        }
        Ok(())
    }

    /// # Errors
    /// [`Error::UnknownQuestion`] for an answer to an entry that was not picked.
    pub(crate) fn refuse_strangers(&self, picked: &[Wanted]) -> Result<()> {
        self.common.refuse_strangers(picked)
    }

    /// Everything that was settled.
    ///
    /// # Errors
    /// [`Error::Missing`] with the flags of all answers that are missing.
    pub(crate) fn done(self) -> Result<(Settled, Vec<String>)> {
        if !self.open.missing.is_empty() {
            return Err(self.lacking());
        }
        let mut notes = self.open.notes;
        for passed in self.surveyor.get().map(Surveyor::passed).unwrap_or_default() {
            let place = passed.line.map_or(passed.file.clone(), |line| format!("{}:{line}", passed.file));
            notes.push(format!("`{place}` is passed over: {}", passed.why));
        }
        Ok((self.settled, notes))
    }

    fn lacking(&self) -> Error {
        Error::Missing { flags: self.open.missing.clone(), yes_helps: self.common.manner == Manner::Refuse }
    }
}

/// Whether the starter settles a question.
fn settled_by_starter(manifest: &Manifest, key: &str) -> bool {
    manifest.questions.iter().any(|question| question.key == key && question.starter)
}

/// What a project says becomes answers of the rank that it has.
fn fill(given: &mut Given, answers: &BTreeMap<String, detect::Answer>) {
    for (key, answer) in answers {
        given.detected.entry(key.clone()).or_insert_with(|| answer.sourced());
        if !answer.also.is_empty() {
            given.ties.insert(key.clone());
        }
    }
}

/// How applications read a service's secrets, and what shows it: a path where one of them reads a path.
fn handed_over<'s>(
    manifest: &Manifest,
    seen: impl Iterator<Item = &'s Seen>,
) -> Option<(&'static str, String)> {
    let rows = &manifest.connect.as_ref()?.reads;
    let secret = |variable: &str| {
        rows.iter().filter(|row| row.secret.is_some() && row.value.is_none()).find_map(|row| row.is(variable))
    };
    let all: Vec<_> = seen
        .flat_map(|seen| &seen.found.reads)
        .filter_map(|(variable, place)| Some((secret(variable)?, format!("{place} reads {variable}"))))
        .collect();
    let by_path = all.iter().find(|(by_path, _)| *by_path).or_else(|| all.first());
    by_path.map(|(by_path, place)| (if *by_path { BY_FILE } else { BY_VARIABLE }, place.clone()))
}

/// Whom a service can be connected to: nobody, when it neither gives nor needs anything.
fn connected<'n>(manifest: &Manifest, apps: &'n [String]) -> &'n [String] {
    if manifest.connect.is_some() || manifest.requires.app { apps } else { &[] }
}

/// The answers of a service that is there already; what is given now must be the same.
fn again(
    added: &crate::record::Added,
    entry: &Entry,
    manifest: &Manifest,
    given: &Given,
    wanted: &Wanted,
) -> Result<Answers> {
    let there = added.given();
    let mut differences = Vec::new();
    if added.from != entry.kind().folder(entry.name()) {
        differences.push(format!("it is `{}`, not `{}`", added.from, entry.kind().folder(entry.name())));
    }
    for question in &manifest.questions {
        let Some(sourced) = given.flags.get(&question.key).or_else(|| given.file.get(&question.key)) else {
            continue;
        };
        let asked = Value::read(question, &sourced.raw);
        if asked.as_ref() != Some(there.get(&question.key)) {
            let shown = |value: &Value| if value.is_empty() { "empty".to_owned() } else { value.to_string() };
            let asked = asked.as_ref().map_or_else(String::new, shown);
            differences.push(format!(
                "`{}` is {}, not {asked}",
                question.key,
                shown(there.get(&question.key))
            ));
        }
    }
    if differences.is_empty() {
        Ok(there)
    } else {
        Err(Error::OtherAnswers { name: wanted.alias.clone(), differences })
    }
}

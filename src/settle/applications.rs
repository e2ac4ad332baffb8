//! Which applications a project has, in which order, and who of them calls whom.

use std::path::Path;

use super::{Seen, Settle};
use crate::answers::{Given, Manner, Raw, Sourced, Value};
use crate::catalog::Kind;
use crate::detect::{self, Application};
use crate::draft::Draft;
use crate::error::Result;
use crate::manifest::{CALLS, DOOR, Manifest, PORT, PUBLIC, Question};
use crate::prompt::Offer;
use crate::record::Added;
use crate::request::{APP, APP_FLAGS, Wanted, are_alike, check_name, project_name};

impl Settle<'_> {
    /// The applications, each with its folder. The first has the project's folder, unless only folders
    /// below hold programs. None where nobody says the language: that is among what is missing then.
    pub(crate) fn applications(
        &mut self,
        language: Option<&str>,
        starter: bool,
    ) -> Result<Vec<(Wanted, String)>> {
        let language = language.or(self.common.file.language.as_deref());
        let mut found = Vec::new();
        if !starter && language.is_none() {
            let busy = self.ask.busy(detect::LOOKING);
            let below = self.surveyor().below();
            let is_root = self.surveyor().own().is_none() && !below.is_empty();
            drop(busy);
            if is_root {
                return self.pick_applications(below.to_vec());
            }
            found = self.surveyor().languages(".");
        }
        let language = match language {
            Some(name) => name.to_owned(),
            None => match self.pick_language(&found)? {
                Some(name) => name,
                None => return Ok(Vec::new()),
            },
        };
        self.settled.language = Some(language.clone());
        Ok(vec![(Wanted { entry: language, alias: APP.to_owned() }, ".".to_owned())])
    }

    /// The programs in folders below, those that somebody wants.
    fn pick_applications(&mut self, found: Vec<Application>) -> Result<Vec<(Wanted, String)>> {
        let mut wanted: Vec<(Wanted, String)> = Vec::new();
        for application in found {
            let alias = alias(&application.path);
            let free = check_name("service", &alias).is_ok()
                && !wanted.iter().any(|(other, _)| other.alias == alias || are_alike(&other.alias, &alias));
            if !free {
                self.open.notes.push(left(&application));
                continue;
            }
            wanted.push((Wanted { entry: application.language.name, alias }, application.path));
        }
        if self.common.manner == Manner::Interactive && wanted.len() > 1 {
            let offer = |(wanted, path): &(Wanted, String)| Offer {
                name: wanted.alias.clone(),
                note: format!("{}, {path}", wanted.entry),
            };
            let offers: Vec<Offer> = wanted.iter().map(offer).collect();
            let all: Vec<usize> = (0..wanted.len()).collect();
            let picked = self.ask.pick_many("Applications (space picks, enter goes on)", &offers, &all)?;
            let mut place = 0..;
            wanted.retain(|_| place.next().is_some_and(|place| picked.contains(&place)));
        }
        // The only one is what flags such as `--port` mean.
        if let [(only, _)] = wanted.as_mut_slice() {
            APP.clone_into(&mut only.alias);
        }
        self.put_doors_last(wanted)
    }

    /// Those applications that people look at come last, since they call the others; then only they are
    /// published.
    fn put_doors_last(&mut self, mut wanted: Vec<(Wanted, String)>) -> Result<Vec<(Wanted, String)>> {
        for (app, path) in &wanted {
            let seen = self.look(&app.entry, path);
            self.seen.insert(app.alias.clone(), seen);
        }
        let is_door = |app: &Wanted| self.seen.get(&app.alias).is_some_and(Seen::is_door);
        wanted.sort_by_key(|(app, _)| is_door(app));
        let (doors, others): (Vec<_>, Vec<_>) =
            wanted.iter().map(|(app, _)| app).partition(|app| is_door(app));
        let mut calling = Vec::new();
        for door in doors {
            let given = self.common.given(&door.alias, &door.entry);
            let said = given.flags.get(CALLS).or_else(|| given.file.get(CALLS));
            let calls_none = said.is_some_and(|said| detect::text_of(&said.raw) == "none");
            if !calls_none && asks(&*self.catalog.get(Kind::Language, &door.entry)?.manifest()?, CALLS) {
                calling.push(door.alias.clone());
            }
        }
        let inner: Vec<String> = others.iter().map(|app| app.alias.clone()).collect();
        if let (Some(first), false) = (inner.first(), calling.is_empty()) {
            self.door = format!("`{}` is the front door", calling.join("`, `"));
            self.open.notes.push(format!(
                "{}: in production only that is published (`--set {first}.{PUBLIC}=true` publishes `{first}`, too)",
                self.door
            ));
            self.inner = inner;
        }
        Ok(wanted)
    }

    /// The language, or none where that is missing, with what every language would ask.
    fn pick_language(&mut self, found: &[detect::Language]) -> Result<Option<String>> {
        if self.common.manner != Manner::Interactive {
            let Some(first) = found.first() else {
                let alone = self.common.manner == Manner::Defaults;
                let flag =
                    if alone { "`--language NAME`" } else { "`--language NAME` (which has no default)" };
                self.open.missing.push(flag.to_owned());
                return self.miss_what_all_ask().map(|()| None);
            };
            if let Some(second) = found.get(1) {
                if self.common.manner == Manner::Refuse && first.rank == second.rank {
                    self.open.missing.push("`--language NAME`".to_owned());
                    return self.miss_what_all_ask().map(|()| None);
                }
                self.open.notes.push(format!(
                    "the language is `{}` ({}); {} would be `{}`",
                    first.name, first.place, second.place, second.name
                ));
            }
            return Ok(Some(first.name.clone()));
        }
        let mut offers = Vec::new();
        for entry in self.catalog.of(Kind::Language) {
            let manifest = entry.manifest()?;
            let evidence = found.iter().find(|language| language.name == entry.name());
            let note = match evidence {
                Some(language) => format!("{} (found {})", manifest.summary, language.place),
                None => manifest.summary.clone(),
            };
            offers.push(Offer { name: entry.name().to_owned(), note });
        }
        let first =
            found.first().and_then(|language| offers.iter().position(|offer| offer.name == language.name));
        let place = self.ask.pick_one("Language", &offers, first.unwrap_or(0))?;
        Ok(offers.get(place).map(|offer| offer.name.clone()))
    }

    /// Adds the flags of questions that every language asks, and nobody answered, to what is missing.
    fn miss_what_all_ask(&mut self) -> Result<()> {
        if self.common.manner != Manner::Refuse {
            return Ok(());
        }
        let given = self.common.given(APP, APP);
        for (key, flag) in APP_FLAGS {
            let mut all = !given.flags.contains_key(*key) && !given.file.contains_key(*key);
            for entry in self.catalog.of(Kind::Language) {
                let manifest = entry.manifest()?;
                let open = |question: &Question| question.key == *key && !question.detail;
                all &= manifest.questions.iter().any(open);
            }
            if all {
                self.open.missing.push(format!("`{flag}`"));
            }
        }
        Ok(())
    }

    /// An application that people look at calls the one that is there and serves, but is none of its kind.
    pub(super) fn call(&mut self, draft: &Draft<'_>, caller: &str, given: &mut Given) {
        let serves = |added: &&Added| {
            added.path.is_some()
                && *added.given().get(PORT) != Value::None
                && !self.seen.get(&added.name).is_some_and(Seen::is_door)
        };
        let served: Vec<&str> =
            draft.record().entries.iter().filter(serves).map(|added| added.name.as_str()).collect();
        let Some((first, others)) = served.split_first() else { return };
        let also: String = others.iter().map(|other| format!(", but `{other}` serves, too")).collect();
        if !others.is_empty() {
            given.ties.insert(CALLS.to_owned());
        }
        let source = format!("`{first}` serves{also}");
        self.open
            .notes
            .push(format!("`{caller}` calls `{first}`: `--set {caller}.{CALLS}=none` if it does not"));
        given.detected.insert(CALLS.to_owned(), Sourced { raw: Raw::Typed((*first).to_owned()), source });
    }

    /// Notes the programs in folders below that the project's own application leaves out.
    pub(crate) fn note_others(&mut self, applications: &[(Wanted, String)]) {
        let _busy = self.ask.busy(detect::LOOKING);
        let own = self.surveyor().own();
        let held = |other: &Application| own.is_some_and(|own| own.holds(other));
        let taken = |other: &Application| applications.iter().any(|(_, path)| *path == other.path);
        let others = self.surveyor().below().iter().filter(|other| !held(other) && !taken(other));
        let notes: Vec<String> = others.map(left).collect();
        self.open.notes.extend(notes);
    }
}

impl Seen {
    /// Whether people look at it, rather than programs.
    pub(super) fn is_door(&self) -> bool {
        self.found.is(DOOR)
    }
}

/// Whether an entry has a question.
pub(super) fn asks(manifest: &Manifest, key: &str) -> bool {
    manifest.questions.iter().any(|question| question.key == key)
}

/// An application's Compose service name: its folder's, behind a word where that alone is no name of a service.
fn alias(path: &str) -> String {
    let name = project_name(Path::new(path));
    if check_name("service", &name).is_ok() { name } else { format!("{APP}-{name}") }
}

fn left(application: &Application) -> String {
    let Application { path, language, .. } = application;
    format!(
        "`{path}` holds another application ({}): `dockgen add {}={} --path {path}`",
        language.place,
        language.name,
        alias(path)
    )
}

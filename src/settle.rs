//! Settles what is picked and answered, entry by entry, while the draft grows: an entry's questions may
//! have defaults in what stands before it.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::answers::{Answers, Gather, Given, Manner, Settled};
use crate::catalog::{Catalog, Entry, Kind};
use crate::detect;
use crate::disk::Disk;
use crate::draft::{Addition, Draft};
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::plan::ProjectPath;
use crate::prompt::{Ask, Offer};
use crate::request::{APP_FLAGS, Common, Wanted, check_name, project_name};

/// Picks and answers, and what is still missing.
pub(crate) struct Settle<'a> {
    catalog: &'a Catalog,
    common: &'a Common,
    ask: &'a mut dyn Ask,
    missing: Vec<String>,
    settled: Settled,
    exists: Box<dyn Fn(&str) -> bool + 'a>,
}

impl<'a> Settle<'a> {
    pub(crate) fn new(catalog: &'a Catalog, common: &'a Common, ask: &'a mut dyn Ask, disk: &'a Disk) -> Self {
        let exists = Box::new(|path: &str| disk.has(path));
        Self { catalog, common, ask, missing: Vec::new(), settled: Settled::default(), exists }
    }

    /// The project's name: given, or what the folder's name says.
    pub(crate) fn project_name(&mut self, flag: Option<&str>, root: &Path) -> Result<String> {
        let given = flag.or(self.common.file.name.as_deref());
        let name = match given {
            Some(name) => name.to_owned(),
            None => {
                let default = project_name(root);
                let check = |name: &str| check_name("project", name);
                match self.common.manner {
                    Manner::Interactive => self.ask.name("Project name", &default, &check)?,
                    Manner::Defaults | Manner::Refuse => default,
                }
            }
        };
        check_name("project", &name)?;
        self.settled.name = Some(name.clone());
        Ok(name)
    }

    /// The language: given, or what the project's files show.
    pub(crate) fn language(&mut self, flag: Option<&str>, disk: &Disk) -> Result<String> {
        let language = match flag.or(self.common.file.language.as_deref()) {
            Some(name) => name.to_owned(),
            None => {
                let found = detect::languages(self.catalog, &|path| disk.read(&ProjectPath::new(path)?))?;
                self.pick_language(&found)?
            }
        };
        self.settled.language = Some(language.clone());
        Ok(language)
    }

    fn pick_language(&mut self, found: &[(String, String)]) -> Result<String> {
        if self.common.manner != Manner::Interactive {
            return match found.first() {
                Some((name, _)) => Ok(name.clone()),
                None => {
                    self.missing.push("`--language NAME`".to_owned());
                    Err(self.lacking())
                }
            };
        }
        let mut offers = Vec::new();
        for entry in self.catalog.of(Kind::Language) {
            let manifest = entry.manifest()?;
            let evidence = found.iter().find(|(name, _)| name == entry.name());
            let note = match evidence {
                Some((_, place)) => format!("{} (found {place})", manifest.summary),
                None => manifest.summary,
            };
            offers.push(Offer { name: entry.name().to_owned(), note });
        }
        let first = found.first().and_then(|(name, _)| offers.iter().position(|offer| offer.name == *name));
        let place = self.ask.pick_one("Language", &offers, first.unwrap_or(0))?;
        Ok(offers.get(place).map(|offer| offer.name.clone()).unwrap_or_default())
    }

    /// The services: given, or picked from the list; without a word there are none.
    pub(crate) fn services(&mut self, flags: Option<&[String]>) -> Result<Vec<Wanted>> {
        let given = flags.or(self.common.file.services.as_deref());
        let names: Vec<String> = match given {
            Some(names) => names.to_vec(),
            None if self.common.manner == Manner::Interactive => self.pick_services()?,
            None => Vec::new(),
        };
        let wanted = names.iter().map(|name| Wanted::parse(name)).collect::<Result<Vec<_>>>()?;
        for service in &wanted {
            self.catalog.get(Kind::Service, &service.entry)?;
        }
        self.settled.services = names;
        Ok(wanted)
    }

    fn pick_services(&mut self) -> Result<Vec<String>> {
        let mut offers = Vec::new();
        for entry in self.catalog.of(Kind::Service) {
            offers.push(Offer { name: entry.name().to_owned(), note: entry.manifest()?.summary });
        }
        let picked = self.ask.pick_many("Services (space picks, enter goes on)", &offers, &[])?;
        Ok(picked.into_iter().filter_map(|place| offers.get(place)).map(|offer| offer.name.clone()).collect())
    }

    /// Answers the questions of an entry.
    fn gather(&mut self, entry: &Entry, manifest: &Manifest, alias: &str, given: &Given, brought: &Json) -> Result<Answers> {
        let flags = if entry.kind() == Kind::Language { APP_FLAGS } else { &[] };
        let gather =
            Gather { entry: entry.name(), alias, manifest, given, brought, manner: self.common.manner, exists: &*self.exists, flags };
        let answers = gather.answers(self.ask, &mut self.missing)?;
        self.settled.note(alias, &answers);
        Ok(answers)
    }

    /// The first application of a new project, and with it the project's own files.
    pub(crate) fn add_first_application(
        &mut self,
        draft: &mut Draft<'_>,
        app: &Wanted,
        starter: bool,
        disk: &Disk,
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
            path: ".",
            starter,
        };
        draft.begin(&own(&none))?;
        self.add_application(draft, app, ".", starter, disk)?;
        let brought = if self.missing.is_empty() { json!({ "app": draft.app(&app.alias)? }) } else { Json::Null };
        let answers = self.gather(project, &manifest, &name.alias, &self.common.given("project", "project"), &brought)?;
        if self.missing.is_empty() {
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
        disk: &Disk,
    ) -> Result<()> {
        let entry = self.catalog.get(Kind::Language, &app.entry)?;
        let manifest = entry.manifest()?;
        let mut given = self.common.given(&app.alias, &app.entry);
        given.detected = detect::answers(&manifest, &|file| disk.read(&ProjectPath::below(path, file)?))?;
        let answers = self.gather(entry, &manifest, &app.alias, &given, &Json::Null)?;
        if !self.missing.is_empty() {
            return Ok(());
        }
        draft.add(&Addition { entry, manifest: &manifest, alias: &app.alias, answers: &answers, apps: &[], path, starter })
    }

    /// A service, connected to `apps`.
    pub(crate) fn add_service(&mut self, draft: &mut Draft<'_>, wanted: &Wanted, apps: &[String]) -> Result<()> {
        let entry = self.catalog.get(Kind::Service, &wanted.entry)?;
        let manifest = entry.manifest()?;
        let given = self.common.given(&wanted.alias, &wanted.entry);
        let apps = connected(&manifest, apps);
        let none = Answers::default();
        let addition = |answers| Addition {
            entry,
            manifest: &manifest,
            alias: &wanted.alias,
            answers,
            apps,
            path: ".",
            starter: false,
        };
        let brought = if self.missing.is_empty() { Json::Object(draft.required(&addition(&none))?.into_iter().collect()) } else { Json::Null };
        if let Some(added) = draft.record().get(&wanted.alias).cloned() {
            let answers = again(&added, entry, &manifest, &given, wanted)?;
            return draft.add(&addition(&answers));
        }
        let answers = self.gather(entry, &manifest, &wanted.alias, &given, &brought)?;
        if self.missing.is_empty() { draft.add(&addition(&answers)) } else { Ok(()) }
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
    pub(crate) fn done(self) -> Result<Settled> {
        if self.missing.is_empty() { Ok(self.settled) } else { Err(self.lacking()) }
    }

    fn lacking(&self) -> Error {
        Error::Missing { flags: self.missing.clone(), yes_helps: self.common.manner == Manner::Refuse }
    }
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
        let Some(sourced) = given.flags.get(&question.key).or_else(|| given.file.get(&question.key)) else { continue };
        let asked = crate::answers::Value::read(question, &sourced.raw);
        if asked.as_ref() != Some(there.get(&question.key)) {
            let asked = asked.map_or_else(String::new, |value| value.to_string());
            differences.push(format!("`{}` is {}, not {asked}", question.key, there.get(&question.key)));
        }
    }
    if differences.is_empty() { Ok(there) } else { Err(Error::OtherAnswers { name: wanted.alias.clone(), differences }) }
}

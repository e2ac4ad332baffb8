//! The projects that an entry makes, planned and not written.

use std::collections::BTreeMap;
use std::path::Path;

use super::pairs::{self, Given};
use super::{Finding, compose, dockerfile};
use crate::answers::{AnswersFile, Manner, Raw, Sourced};
use crate::catalog::{Catalog, Entry, Kind};
use crate::disk::Disk;
use crate::error::{Error, Result};
use crate::manifest::Manifest;
use crate::plan::{Change, Plan};
use crate::prompt::Nobody;
use crate::request::{APP, Common, New};

/// What flags say of a project, rather than answers.
#[derive(Clone, Copy)]
struct Flags {
    development: bool,
    starter: bool,
}

const WHOLE: Flags = Flags { development: true, starter: true };
const BARE: [Flags; 2] = [Flags { development: false, ..WHOLE }, Flags { starter: false, ..WHOLE }];

/// What is wrong with the projects that an entry makes.
pub fn laws(entry: &Entry, manifest: &Manifest, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all = pairs::combinations(manifest);
    // The shortest has the fewest answers that are no defaults
    let defaults = all.iter().min_by_key(|given| given.len());
    let bare = defaults.into_iter().flat_map(|given| BARE.map(|flags| (given, flags)));
    for (given, flags) in all.iter().map(|given| (given, WHOLE)).chain(bare) {
        match planned(entry, manifest, catalog, given, flags) {
            Ok(plan) => findings.extend(of_plan(entry, &plan)),
            // A combination that the manifest refuses is refused; a file of the project cannot be there.
            Err(Error::Refused { .. } | Error::Missing { .. } | Error::NoSuchFile { .. }) => {}
            Err(error) => findings.push(Finding::of(entry, &error)),
        }
    }
    findings
}

fn of_plan(entry: &Entry, plan: &Plan) -> Vec<Finding> {
    let text = |change: &Change| Some((change.path().as_str().to_owned(), change.after()?));
    let texts: BTreeMap<String, String> = plan.changes.iter().filter_map(text).collect();
    let mut findings = compose::laws(entry, &texts);
    if let (Kind::Language, Some(text)) = (entry.kind(), texts.get("Dockerfile")) {
        findings.extend(dockerfile::laws(entry, text, texts.contains_key("compose.override.yaml")));
    }
    findings
}

/// The plan of a new project with the entry in it, under these answers and flags.
fn planned(
    entry: &Entry,
    manifest: &Manifest,
    catalog: &Catalog,
    given: &Given,
    flags: Flags,
) -> Result<Plan> {
    let alias = match entry.kind() {
        Kind::Language => APP,
        _ => entry.name(),
    };
    let typed = |value: &String| Sourced { raw: Raw::Typed(value.clone()), source: "a check".to_owned() };
    let answers = given.iter().map(|(key, value)| (key.clone(), typed(value))).collect();
    let built_in = |kind: Kind, fits: &dyn Fn(&Entry) -> bool| {
        let mut entries = catalog.of(kind).filter(|other| other.origin() == "built-in");
        entries.find(|other| fits(other)).map(|other| other.name().to_owned())
    };
    let is_database =
        |other: &Entry| other.manifest().is_ok_and(|manifest| manifest.kind.as_deref() == Some("database"));
    let database = manifest.requires.database.then(|| built_in(Kind::Service, &is_database)).flatten();
    let own = (entry.kind() == Kind::Service).then(|| entry.name().to_owned());
    let language = match entry.kind() {
        Kind::Language => Some(entry.name().to_owned()),
        _ => built_in(Kind::Language, &|_| true),
    };
    let request = New {
        common: Common {
            flags: BTreeMap::from([(alias.to_owned(), answers)]),
            file: AnswersFile::default(),
            manner: Manner::Defaults,
            development: flags.development,
        },
        name: Some("shop".to_owned()),
        language,
        services: Some(database.into_iter().chain(own).collect()),
        starter: flags.starter,
    };
    // Nothing is there, and nothing is written.
    let disk = Disk::open(Path::new("/nonexistent/dockgen/shop"))?;
    crate::new(&request, catalog, &mut Nobody, &disk).map(|(plan, _)| plan)
}

//! What the tests share: plans without a disk, and every combination of an entry's choices.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a failure here fails the test")]

mod nobody;

use std::collections::BTreeMap;
use std::path::Path;

use dockgen::answers::{AnswersFile, Manner, Raw, Sourced};
use dockgen::catalog::{Catalog, Kind};
use dockgen::disk::Disk;
use dockgen::error::Result;
use dockgen::manifest::{Form, Manifest};
use dockgen::plan::Plan;
use dockgen::request::{Common, New};
pub use nobody::Nobody;

/// Answers as `--set NAME.KEY=VALUE` gives them.
pub fn set(pairs: &[(&str, &str)]) -> BTreeMap<String, BTreeMap<String, Sourced>> {
    let mut flags: BTreeMap<String, BTreeMap<String, Sourced>> = BTreeMap::new();
    for (key, value) in pairs {
        let (name, key) = key.split_once('.').expect("NAME.KEY");
        let given = Sourced { raw: Raw::Typed((*value).to_owned()), source: "`--set`".to_owned() };
        flags.entry(name.to_owned()).or_default().insert(key.to_owned(), given);
    }
    flags
}

/// `dockgen new --yes` in a folder that is not there.
pub fn new_plan(
    catalog: &Catalog,
    language: &str,
    answers: &[(&str, &str)],
    services: &[&str],
    development: bool,
) -> Result<Plan> {
    let request = New {
        common: Common {
            flags: set(answers),
            file: AnswersFile::default(),
            manner: Manner::Defaults,
            development,
        },
        name: Some("shop".to_owned()),
        language: Some(language.to_owned()),
        services: Some(services.iter().map(|name| (*name).to_owned()).collect()),
        starter: true,
    };
    let disk = Disk::open(Path::new("/nonexistent/shop")).expect("a folder that is not there can be made");
    dockgen::new(&request, catalog, &mut Nobody, &disk).map(|(plan, _)| plan)
}

/// The text that the plan gives a file.
pub fn text(plan: &Plan, path: &str) -> Option<String> {
    plan.changes.iter().find(|change| change.path().as_str() == path).and_then(dockgen::plan::Change::after)
}

/// Every combination of the choices of `keys` (those that the manifest has), as `--set` pairs.
pub fn combinations(manifest: &Manifest, alias: &str, keys: &[&str]) -> Vec<Vec<(String, String)>> {
    let mut all = vec![Vec::new()];
    for question in
        manifest.questions.iter().filter(|q| keys.contains(&q.key.as_str()) && q.kind == Form::Choice)
    {
        all = all
            .into_iter()
            .flat_map(|given: Vec<(String, String)>| {
                question.choices.iter().map(move |choice| {
                    let mut given = given.clone();
                    given.push((format!("{alias}.{}", question.key), choice.value.clone()));
                    given
                })
            })
            .collect();
    }
    all
}

/// The names of all entries of a kind.
pub fn names(catalog: &Catalog, kind: Kind) -> Vec<String> {
    catalog.of(kind).map(|entry| entry.name().to_owned()).collect()
}

/// The answers that a service has no default for, so that it can be planned.
pub fn needed(manifest: &Manifest, alias: &str) -> Vec<(String, String)> {
    let open =
        manifest.questions.iter().filter(|q| q.default.is_none() && q.from.is_none() && q.when.0.is_empty());
    open.map(|q| (format!("{alias}.{}", q.key), "x".to_owned())).collect()
}

/// Pairs as [`new_plan`] takes them.
pub fn pairs(owned: &[(String, String)]) -> Vec<(&str, &str)> {
    owned.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

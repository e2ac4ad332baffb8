//! The TOML that a person writes: manifests of an overlay, answers files, the record.

use std::collections::BTreeMap;
use std::path::Path;

use dockgen::answers::{AnswersFile, Manner};
use dockgen::catalog::Kind;
use dockgen::disk::Disk;
use dockgen::record::Record;
use dockgen::request::{Common, New};

use crate::{Input, Nobody};

const FORMS: &[fn(&str)] = &[manifest, answers, record];

/// The first byte says which file it is.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let form = *input.one_of(FORMS);
    form(&input.text());
}

fn manifest(text: &str) {
    let mut catalog = crate::catalog();
    for (kind, file) in
        [(Kind::Language, "languages/thing/language.toml"), (Kind::Service, "services/thing/service.toml")]
    {
        catalog.overlay("here", BTreeMap::from([(file.to_owned(), text.to_owned())]));
        let Ok(manifest) = catalog.get(kind, "thing").expect("the entry").manifest() else { continue };
        assert!(!text.trim().is_empty(), "a title is needed: {manifest:?}");
    }
}

/// What was settled and is read again settles the same.
fn answers(text: &str) {
    let Ok(file) = AnswersFile::parse("answers.toml", text) else { return };
    let catalog = crate::catalog();
    let disk = Disk::open(Path::new("/nonexistent/shop")).expect("it can be made");
    let planned = |file: AnswersFile| {
        let common = Common { flags: BTreeMap::new(), file, manner: Manner::Defaults, development: true };
        let request = New { common, name: None, language: None, services: None, starter: true };
        dockgen::new(&request, &catalog, &mut Nobody, &disk)
    };
    let Ok((plan, settled)) = planned(file) else { return };
    let settled = settled.text().expect("what was settled can be written");
    let again = AnswersFile::parse("settled.toml", &settled).expect("what was written can be read");
    let (same, _) = planned(again).expect("what was settled can be asked for");
    assert_eq!(plan.changes, same.changes, "{settled}");
}

fn record(text: &str) {
    let Ok(record) = Record::parse(text) else { return };
    let written = record.text();
    assert_eq!(Record::parse(&written).expect("what was written can be read"), record, "{written}");
}

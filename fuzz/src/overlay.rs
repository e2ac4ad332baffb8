//! An overlay that somebody else wrote: whatever it says, it ends, and it stays inside of the project.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::fs;

use dockgen::answers::{AnswersFile, Manner};
use dockgen::catalog::Catalog;
use dockgen::compose::Compose;
use dockgen::disk::Disk;
use dockgen::request::{Add, Common};

use crate::{Input, Nobody};

const BETWEEN: &str = "\n====\n";
const FILES: &[&str] = &["service.toml", "compose.yaml.j2", "override.yaml.j2", "files/a.txt.j2"];
const MANIFEST: &str = "title = \"Thing\"\nsummary = \"x\"\n[[files]]\nfrom = \"files\"\n";

thread_local! {
    static PLACE: LazyCell<tempfile::TempDir> = LazyCell::new(|| {
        let place = tempfile::Builder::new().prefix("dockgen-fuzz-").tempdir().expect("a folder");
        let text = "services:\n  app:\n    build: .\n";
        fs::write(place.path().join("compose.yaml"), text).expect("a file");
        place
    });
}

/// The files of a service, one after the other; a first byte below 128 leaves the manifest to a plain one.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let plain = input.byte() < 128;
    let text = input.text();
    // A text that doubles itself is bounded by the program (`src/bounds.rs`), not by the library.
    if text.contains('~') && text.matches("set").count() + text.matches("macro").count() > 0
        || text.matches('~').count() > 8
    {
        return;
    }
    let names = FILES.iter().skip(usize::from(plain));
    let mut files: BTreeMap<String, String> =
        names.zip(text.split(BETWEEN)).map(|(name, text)| (path(name), text.to_owned())).collect();
    files.entry(path(FILES[0])).or_insert_with(|| MANIFEST.to_owned());
    let mut catalog = crate::catalog();
    catalog.overlay("here", files);
    PLACE.with(|place| add(&catalog, &Disk::open(place.path()).expect("a folder")));
}

fn path(name: &str) -> String {
    format!("services/thing/{name}")
}

fn add(catalog: &Catalog, disk: &Disk) {
    let common = Common {
        flags: BTreeMap::new(),
        file: AnswersFile::default(),
        manner: Manner::Defaults,
        development: true,
    };
    let request = Add {
        common,
        wanted: vec!["thing".to_owned()],
        file: "compose.yaml".to_owned(),
        override_file: None,
        others: Vec::new(),
        to: None,
        path: None,
        depends_on_healthy: false,
    };
    let Ok((plan, _)) = dockgen::add(&request, catalog, &mut Nobody, disk) else { return };
    for change in &plan.changes {
        let path = change.path().as_str();
        assert!(!path.starts_with('/') && path.split('/').all(|part| part != ".."), "{path}");
        if path.ends_with("compose.yaml") {
            let text = change.after().expect("a text");
            Compose::parse(&text).unwrap_or_else(|refusal| panic!("{path}: {refusal}\n{text}"));
        }
    }
}

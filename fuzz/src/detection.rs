//! A project whose files say anything at all: it is looked at, and what comes of it is a plan or an error.

use std::cell::RefCell;
use std::fs;

use dockgen::answers::{AnswersFile, Manner};
use dockgen::compose::Compose;
use dockgen::detect::Surveyor;
use dockgen::disk::Disk;
use dockgen::request::{Common, New};

use crate::{Input, Nobody};

pub const FILES: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "Cargo.toml",
    "pom.xml",
    "go.mod",
    "build.gradle.kts",
    "requirements.txt",
    "Procfile",
    ".tool-versions",
    "Pipfile",
    "setup.cfg",
    "main.py",
    "main.go",
    "src/main.rs",
    "server.js",
    "index.html",
    ".env.example",
    "pnpm-workspace.yaml",
    "src/main/resources/application.yml",
    "prisma/schema.prisma",
    ".gitignore",
    "web/package.json",
    "docker/notes.txt",
];
/// Where one file ends and the next begins.
const BETWEEN: &[u8] = b"\0\0";

thread_local! {
    static PLACE: RefCell<tempfile::TempDir> = RefCell::new(folder());
}

fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let above = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("dockgen-fuzz-").tempdir_in(above).expect("a folder")
}

/// Each file: a byte for its name, then its text, to the next two zeros.
pub fn check(data: &[u8]) {
    PLACE.with_borrow(|place| {
        let root = place.path().join("shop");
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).expect("a folder");
        for file in files(data) {
            let mut input = Input(file);
            let path = root.join(input.one_of(FILES));
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, input.0).expect("a file");
        }
        look(&Disk::open(&root).expect("a folder"));
    });
}

/// At most four: more of them only take time.
fn files(data: &[u8]) -> Vec<&[u8]> {
    let mut files = Vec::new();
    let mut rest = data;
    while files.len() < 4 && !rest.is_empty() {
        let end = rest.windows(BETWEEN.len()).position(|two| two == BETWEEN);
        files.push(&rest[..end.unwrap_or(rest.len())]);
        rest = end.map_or(&[], |end| &rest[end + BETWEEN.len()..]);
    }
    files
}

fn look(disk: &Disk) {
    let catalog = crate::catalog();
    let survey = Surveyor::new(&catalog, disk).survey();
    let language = survey.applications.first().map(|application| application.language.name.clone());
    let common = Common {
        flags: Default::default(),
        file: AnswersFile::default(),
        manner: Manner::Defaults,
        development: true,
    };
    let request = New { common, name: Some("shop".to_owned()), language, services: None, starter: false };
    let Ok((plan, _)) = dockgen::new(&request, &catalog, &mut Nobody, disk) else { return };
    for change in &plan.changes {
        let (path, Some(text)) = (change.path().as_str(), change.after()) else { continue };
        if path.ends_with(".yaml") {
            Compose::parse(&text).unwrap_or_else(|refusal| panic!("{path}: {refusal}\n{text}"));
        }
    }
}

//! dockgen inside another program: a catalog, answers, a plan, and files.
#![allow(clippy::print_stdout, reason = "an example that shows what it has")]

use std::collections::BTreeMap;
use std::path::Path;

use dockgen::answers::{AnswersFile, Manner};
use dockgen::catalog::{Catalog, Kind};
use dockgen::disk::{Disk, Written};
use dockgen::error::Result;
use dockgen::plan::ProjectPath;
use dockgen::prompt::Nobody;
use dockgen::request::{Common, New};

/// What the program's own users chose; the keys are those of `dockgen new --answers`.
const ANSWERS: &str = r#"
name = "shop"
language = "go"
services = ["postgres", "redis=cache"]

[answers.app]
base = "scratch"

[answers.postgres]
version = "17"
"#;

/// Writes a project into a folder, and gives what became of each file.
pub fn start(folder: &Path) -> Result<Vec<(ProjectPath, Written)>> {
    let catalog = Catalog::embedded();
    for language in catalog.of(Kind::Language) {
        println!("{}: {}", language.name(), language.manifest()?.title);
    }

    let request = New {
        common: Common {
            flags: BTreeMap::new(),
            file: AnswersFile::parse("our answers", ANSWERS)?,
            manner: Manner::Defaults, // what is not given is detected, or the default; nobody is asked
            development: true,        // with a compose.override.yaml
        },
        name: None,
        language: None,
        services: None,
        starter: true, // a small application, where the folder holds none
    };
    let disk = Disk::open(folder)?;
    let (plan, settled) = dockgen::new(&request, &catalog, &mut Nobody, &disk)?;

    // Nothing is written so far. The plan is data: it can be shown, or sent elsewhere as JSON.
    for change in &plan.changes {
        println!("{}", change.path());
    }
    println!("{}", settled.text()?);

    // All of it, or nothing; a file that is there already is kept.
    dockgen::carry_out(&plan, &[], &disk)
}

fn main() {
    let folder = std::env::temp_dir().join("dockgen-library");
    match start(&folder) {
        Ok(done) => println!("{} files in {}", done.len(), folder.display()),
        // Whatever goes wrong has a reason and, mostly, a way out.
        Err(error) => println!("{error}\n{}", error.hint().unwrap_or_default()),
    }
}

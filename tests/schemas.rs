//! The JSON Schemas say what the program reads: of every manifest, of the examples' answers, of what is wrong.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use dockgen::answers::AnswersFile;
use dockgen::catalog::{Catalog, Kind};
use dockgen::schema::{Subject, text};
use jsonschema::Validator;
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn validator(subject: Subject) -> Validator {
    let schema: Value = serde_json::from_str(&text(subject)).unwrap();
    assert!(jsonschema::draft7::meta::is_valid(&schema), "{}", subject.name());
    jsonschema::draft7::new(&schema).unwrap()
}

fn value(toml: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(toml).unwrap()).unwrap()
}

#[track_caller]
fn assert_valid(what: &str, validator: &Validator, toml: &str) {
    let value = value(toml);
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

/// `BLESS=1 cargo test --test schemas` accepts what is generated now.
#[test]
fn the_files_in_the_repository_are_what_is_printed() {
    for subject in Subject::ALL {
        let file = Path::new(ROOT).join(format!("schemas/{}.schema.json", subject.name()));
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text(subject)).unwrap();
        }
        let there = fs::read_to_string(&file).unwrap_or_default();
        assert!(there == text(subject), "{} is old: BLESS=1 cargo test --test schemas", file.display());
        let said = Command::new(env!("CARGO_BIN_EXE_dockgen")).args(["schema", subject.name()]).output();
        assert_eq!(String::from_utf8(said.unwrap().stdout).unwrap(), there);
    }
}

#[test]
fn every_manifest_is_what_its_schema_says() {
    let catalog = Catalog::embedded();
    let detection = validator(Subject::Detect);
    let mut seen = 0;
    for (kind, subject) in [
        (Kind::Language, Subject::Language),
        (Kind::Service, Subject::Service),
        (Kind::Project, Subject::Project),
    ] {
        let validator = validator(subject);
        for entry in catalog.of(kind) {
            let file = format!("{}.toml", subject.name());
            assert_valid(&entry.path(&file), &validator, entry.file(&file).unwrap());
            if let Some(rows) = entry.file("detect.toml") {
                assert_valid(&entry.path("detect.toml"), &detection, rows);
                seen += 1;
            }
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn the_answers_of_every_example_are_what_the_schema_says() {
    let validator = validator(Subject::Answers);
    let mut seen = 0;
    for example in fs::read_dir(Path::new(ROOT).join("examples")).unwrap() {
        let place = example.unwrap().path();
        let commands = fs::read_to_string(place.join("command")).unwrap();
        let line = commands.lines().find(|line| line.starts_with("dockgen new")).unwrap();
        let words = shlex::split(line).unwrap();
        // An empty folder below a new one: nothing is there to be found.
        let folder = assert_fs::TempDir::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
        command.args(&words[1..]).arg("--print-answers").current_dir(folder.path());
        let answers = String::from_utf8(command.output().unwrap().stdout).unwrap();
        assert!(answers.contains("[answers.app]"), "{line}: {answers}");
        assert_valid(line, &validator, &answers);
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

/// What the program refuses to read, its schema refuses too, and the other way round.
#[test]
fn what_cannot_be_read_is_refused_by_the_schema() {
    let answers = validator(Subject::Answers);
    for (wrong, why) in [
        ("nmae = \"shop\"", "an unknown key"),
        ("services = \"redis\"", "a text for a list"),
        ("answers = [\"x\"]", "a list for a table"),
        ("[answers]\napp = 1", "an answer for its table"),
    ] {
        assert!(!answers.is_valid(&value(wrong)), "{why}");
        assert!(AnswersFile::parse("x", wrong).is_err(), "{why}");
    }
    let service = validator(Subject::Service);
    let start = "title = \"T\"\nsummary = \"s\"\n";
    assert_valid("the least", &service, start);
    for (wrong, why) in [
        ("network = \"middle\"", "no such side"),
        ("questions = [{ key = \"k\", prompt = \"p\", kind = \"number\" }]", "no such kind"),
        ("questions = [{ key = \"k\", prompt = \"p\" }]", "no kind"),
        ("questions = [{ key = \"k\", shared = false }]", "not shared, and not whole"),
        ("secrets = [{ name = \"n\", random = \"32\" }]", "a text for a number"),
        ("connect = { depends_on = \"healthy\" }", "no such condition"),
        ("files = [{ from = \"f\", mode = 1 }]", "an unknown key in a row"),
    ] {
        let toml = format!("{start}{wrong}\n");
        assert!(!service.is_valid(&value(&toml)), "{why}");
        let mut catalog = Catalog::embedded();
        catalog.overlay("given", [("services/mine/service.toml".to_owned(), toml)].into());
        assert!(catalog.find("mine").unwrap().manifest().is_err(), "{why}");
    }
    for key in ["title", "summary"] {
        let without: String = start.lines().filter(|line| !line.starts_with(key)).collect();
        assert!(!service.is_valid(&value(&without)), "{key}");
    }
}

#[test]
fn descriptions_are_in_users_words() {
    for subject in Subject::ALL {
        let text = text(subject);
        assert!(!text.contains("::") && !text.contains("[`"), "{text}");
        assert!(text.contains("\"description\""));
    }
}

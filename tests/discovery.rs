//! Which files are edited: those that Docker Compose reads. Each row was held against `docker compose config`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use program::{Done, Place, Thing, assert_same};

/// Compose files, what is in the environment, and which files `add` edits.
struct Case {
    files: &'static [&'static str],
    dotenv: &'static str,
    environment: &'static [(&'static str, &'static str)],
    /// The folder that it is run in.
    folder: &'static str,
    /// The file of production, and that of development.
    edited: (&'static str, &'static str),
}

const fn case(files: &'static [&'static str], edited: (&'static str, &'static str)) -> Case {
    Case { files, dotenv: "", environment: &[], folder: ".", edited }
}

const LISTED: &[&str] =
    &["compose.yaml", "compose.override.yaml", "deploy/base.yml", "deploy/dev.yml", "c.yml"];

const fn listed(
    dotenv: &'static str,
    environment: &'static [(&'static str, &'static str)],
    edited: (&'static str, &'static str),
) -> Case {
    Case { dotenv, environment, ..case(LISTED, edited) }
}

const CASES: &[Case] = &[
    // The names, and their order
    case(
        &["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"],
        ("compose.yaml", "compose.yaml"),
    ),
    case(&["compose.yml", "docker-compose.yml"], ("compose.yml", "compose.yml")),
    case(&["docker-compose.yml", "docker-compose.yaml"], ("docker-compose.yml", "docker-compose.yml")),
    case(&["docker-compose.yml", "compose.override.yaml"], ("docker-compose.yml", "compose.override.yaml")),
    case(&["compose.yaml", "docker-compose.override.yaml"], ("compose.yaml", "docker-compose.override.yaml")),
    case(
        &["compose.yaml", "compose.override.yaml", "compose.override.yml", "docker-compose.override.yml"],
        ("compose.yaml", "compose.override.yml"),
    ),
    case(
        &["compose.yaml", "docker-compose.override.yaml", "docker-compose.override.yml"],
        ("compose.yaml", "docker-compose.override.yml"),
    ),
    Case {
        folder: "deploy",
        ..case(
            &["compose.yaml", "docker-compose.override.yml", "deploy/c.yml"],
            ("compose.yaml", "docker-compose.override.yml"),
        )
    },
    // COMPOSE_FILE
    listed("", &[("COMPOSE_FILE", "deploy/base.yml:deploy/dev.yml")], ("deploy/base.yml", "deploy/dev.yml")),
    listed("", &[("COMPOSE_FILE", "compose.yaml:deploy/dev.yml")], ("compose.yaml", "deploy/dev.yml")),
    listed("", &[("COMPOSE_FILE", "compose.yaml")], ("compose.yaml", "compose.yaml")),
    // The second is in no folder that dockgen writes to then
    listed("", &[("COMPOSE_FILE", "deploy/base.yml:c.yml")], ("deploy/base.yml", "deploy/base.yml")),
    Case {
        folder: "deploy",
        ..listed("", &[("COMPOSE_FILE", "../c.yml:./dev.yml")], ("c.yml", "deploy/dev.yml"))
    },
    listed(
        "",
        &[("COMPOSE_FILE", "deploy/base.yml;deploy/dev.yml"), ("COMPOSE_PATH_SEPARATOR", ";")],
        ("deploy/base.yml", "deploy/dev.yml"),
    ),
    listed(
        "",
        &[("COMPOSE_FILE", "deploy/base.yml:deploy/dev.yml"), ("COMPOSE_PATH_SEPARATOR", "")],
        ("deploy/base.yml", "deploy/dev.yml"),
    ),
    listed("COMPOSE_FILE=deploy/base.yml:deploy/dev.yml\n", &[], ("deploy/base.yml", "deploy/dev.yml")),
    listed("COMPOSE_FILE=deploy/base.yml\n", &[("COMPOSE_FILE", "c.yml")], ("c.yml", "c.yml")),
    listed(
        "COMPOSE_PATH_SEPARATOR=,\nexport COMPOSE_FILE=\"deploy/base.yml,deploy/dev.yml\" # both\n",
        &[],
        ("deploy/base.yml", "deploy/dev.yml"),
    ),
    // That of a folder above is not read
    Case {
        folder: "deploy",
        ..listed("COMPOSE_FILE=c.yml\n", &[], ("compose.yaml", "compose.override.yaml"))
    },
];

impl Case {
    fn place(&self) -> Place {
        let place = Place::new();
        for file in self.files {
            place.write(file, "services:\n  app:\n    build: .\n");
        }
        if !self.dotenv.is_empty() {
            place.write(".env", self.dotenv);
        }
        place
    }

    fn run(&self, place: &Place, arguments: &[&str]) -> Done {
        let mut command = place.command(self.folder);
        command.envs(self.environment.iter().copied()).args(arguments);
        Done::of(&command.output().unwrap())
    }
}

/// The Compose files that say something else, or are new.
fn changed(place: &Place, before: &program::Tree) -> Vec<String> {
    let is_compose = |path: &str| path.ends_with("yml") || path.ends_with("yaml");
    let after = place.tree(".");
    let differs = |(path, thing): (String, Thing)| (before.get(&path) != Some(&thing)).then_some(path);
    after.into_iter().filter_map(differs).filter(|path| is_compose(path)).collect()
}

#[test]
fn the_files_that_compose_reads_are_edited() {
    for case in CASES {
        let what = format!("{:?} {:?} {:?} {}", case.files, case.dotenv, case.environment, case.folder);
        for (service, file) in [("redis", case.edited.0), ("mailpit", case.edited.1)] {
            let place = case.place();
            let before = place.tree(".");
            case.run(&place, &["add", service, "--to", "none", "--yes"]).well();
            let changed = changed(&place, &before);
            assert!(changed.iter().any(|path| path == file), "{what}: {service} is in {changed:?}");
            let ours = [case.edited.0, case.edited.1];
            assert!(changed.iter().all(|path| ours.contains(&path.as_str())), "{what}: {changed:?}");
            assert!(place.read(file).contains(service), "{what}");
            case.run(&place, &["remove", service]).well();
            assert_eq!(place.read(file), "services:\n  app:\n    build: .\n", "{what}");
        }
    }
}

/// Of a file that is named, the override is that which Compose would read with it by itself.
#[test]
fn a_file_that_is_named_brings_the_override_of_its_folder_only_where_compose_finds_it_by_itself() {
    for (file, edited) in
        [("compose.yml", "compose.override.yml"), ("docker-compose.yml", "docker-compose.yml")]
    {
        let case = case(&["compose.yml", "docker-compose.yml", "compose.override.yml"], ("", ""));
        let place = case.place();
        place.run(".", &["add", "mailpit", "--to", "none", "--file", file, "--yes"]).well();
        assert!(place.read(edited).contains("mailpit"), "{file}");
    }
}

#[test]
fn a_list_with_a_file_that_is_not_there_is_refused_and_nothing_is_written() {
    let hint = |place: &str| {
        format!(
            "hint: correct the list in {place}, whose paths start in the folder where dockgen is run; \
             `--file` names one file instead\n"
        )
    };
    for (list, said) in [
        (
            "deploy/base.yml:deploy/nope.yml",
            "cannot read `deploy/nope.yml`, which `COMPOSE_FILE` lists: no such file",
        ),
        ("nope.yml", "cannot read `nope.yml`, which `COMPOSE_FILE` lists: no such file"),
        ("deploy:c.yml", "cannot read `deploy`, which `COMPOSE_FILE` lists: no such file"),
        ("c.yml:", "`COMPOSE_FILE` lists a file without a name"),
        ("", "`COMPOSE_FILE` lists a file without a name"),
    ] {
        let case = listed("", &[], ("", ""));
        let place = case.place();
        let before = place.tree(".");
        for arguments in [&["add", "mailpit", "--yes"][..], &["remove", "mailpit"]] {
            let mut command = place.command(".");
            command.env("COMPOSE_FILE", list).args(arguments);
            let done = Done::of(&command.output().unwrap()).refused(said);
            assert_eq!(done.stderr, format!("error: {said}\n{}", hint("the environment")));
        }
        assert_same(list, &before, &place.tree("."));
        place.write(".env", &format!("COMPOSE_FILE={list}\n"));
        let done = place.run(".", &["add", "mailpit", "--yes"]).refused(said);
        assert_eq!(done.stderr, format!("error: {said}\n{}", hint("`.env`")));
    }
}

#[test]
fn a_list_with_variables_in_it_is_refused() {
    let place = listed("D=deploy\nCOMPOSE_FILE=${D}/base.yml\n", &[], ("", "")).place();
    let done =
        place.run(".", &["add", "mailpit", "--yes"]).refused("`COMPOSE_FILE` in `.env` has variables in it");
    assert!(done.stderr.contains("\nhint: set `COMPOSE_FILE` in the environment"), "{}", done.stderr);
}

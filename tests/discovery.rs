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
        [("compose.yml", "docker-compose.override.yml"), ("docker-compose.yml", "docker-compose.yml")]
    {
        let case = case(&["compose.yml", "docker-compose.yml", "docker-compose.override.yml"], ("", ""));
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

const TAKEN: &str = "is there already, and says something else\n\
    hint: give the new one another name: `NAME=ALIAS`, such as `redis=redis2`\n";

/// Compose would merge them with what is added, or put it in their place, and say nothing.
#[test]
fn a_name_is_taken_that_another_file_has_which_compose_reads() {
    const REDIS: &str = "services:\n  other:\n    image: x\n  redis:\n    image: x\n";
    const VOLUME: &str = "volumes:\n  redis-data:\n";
    for (compose, file, text, said) in [
        ("include: [infra.yml]", "infra.yml", REDIS, "`infra.yml`, line 4: `services.redis`"),
        (
            "include:\n  - path: sub/infra.yml",
            "sub/infra.yml",
            VOLUME,
            "`sub/infra.yml`, line 2: `volumes.redis-data`",
        ),
        (
            "include:\n  - path: [other.yml, sub/infra.yml]",
            "sub/infra.yml",
            "secrets: {redis_password: {file: ./a}}\n",
            "`sub/infra.yml`, line 1: `secrets.redis_password`",
        ),
        (
            "include: [sub/on.yml]",
            "sub/deep/infra.yml",
            REDIS,
            "`sub/deep/infra.yml`, line 4: `services.redis`",
        ),
        (
            "include: [{path: sub/on.yml, project_directory: apart}]",
            "apart/deep/infra.yml",
            REDIS,
            "`apart/deep/infra.yml`, line 4: `services.redis`",
        ),
        // Listed third, and included by that one: its paths start in the project's folder
        ("name: shop", "third/c.yml", REDIS, "`third/c.yml`, line 4: `services.redis`"),
        ("name: shop", "infra.yml", VOLUME, "`infra.yml`, line 2: `volumes.redis-data`"),
    ] {
        let place = Place::new();
        place.write("compose.yaml", &format!("{compose}\nservices:\n  app:\n    build: .\n"));
        place.write("dev.yml", "services: {}\n");
        place.write("other.yml", "services: {}\n");
        place.write("sub/on.yml", "include: [deep/infra.yml]\n");
        place.write("third/c.yml", "include: [infra.yml]\n");
        place.write(file, text);
        let before = place.tree(".");
        let run = |service: &str| {
            let mut command = place.command(".");
            command.env("COMPOSE_FILE", "compose.yaml:dev.yml:third/c.yml");
            Done::of(&command.args(["add", service, "--to", "none", "--yes"]).output().unwrap())
        };
        assert_eq!(run("redis").refused(said).stderr, format!("error: {said} {TAKEN}"));
        assert_same(compose, &before, &place.tree("."));
        let done = run("redis=cache").well();
        assert!(place.read("compose.yaml").contains("  cache:\n"), "{}", done.stderr);
        run("redis=cache").idle();
    }
}

#[test]
fn a_file_that_is_included_and_cannot_be_read_is_named() {
    for path in ["nope.yml", "https://example.com/infra.git", "${DIR}/infra.yml", "two.yml"] {
        let place = Place::new();
        place.write(
            "compose.yaml",
            &format!("include: ['{path}', compose.yml]\nservices: {{app: {{build: .}}}}\n"),
        );
        place.write("two.yml", "a: 1\n---\nb: 2\n");
        place.write("compose.yml", "include: [a/../compose.yml]\n");
        let done = place.run(".", &["add", "redis", "--to", "none", "--yes"]).well();
        let note = format!("the names in `{path}`, which is included, were not looked at\n");
        assert!(done.stderr.contains(&note), "{}", done.stderr);
        assert_eq!(done.stderr.matches("not looked at").count(), 1, "{}", done.stderr);
    }
}

/// Two Compose files of one folder share its record.
#[test]
fn what_is_taken_out_of_one_file_stays_in_the_others() {
    const FILE: &str = "services:\n  app:\n    build: .\n";
    let place = Place::new();
    for file in ["compose.yaml", "a.yaml", "b.yaml"] {
        place.write(file, FILE);
    }
    let run = |arguments: &[&str]| place.run(".", arguments);
    run(&["add", "redis,mailpit", "--file", "a.yaml", "--yes"]).well();
    let only_a = (place.read("a.yaml"), place.read(".env.example"));
    run(&["add", "redis,mailpit", "--file", "b.yaml", "--yes"]).well();
    let with_b = place.read("b.yaml");

    let both = place.tree(".");
    let done = run(&["remove", "mailpit,redis"])
        .refused("service `mailpit` was not added to `compose.yaml`, but to `a.yaml`, `b.yaml`");
    assert!(
        done.stderr.contains("\nhint: `dockgen remove mailpit --file a.yaml` takes it out there\n"),
        "{}",
        done.stderr
    );
    assert_same("in other files only", &both, &place.tree("."));

    let done = run(&["remove", "mailpit,redis", "--file", "b.yaml"]).well();
    assert!(done.stderr.contains("`mailpit` stays in a.yaml"), "{}", done.stderr);
    assert_eq!(place.read("b.yaml"), FILE);
    assert_eq!((place.read("a.yaml"), place.read(".env.example")), only_a);
    run(&["add", "redis,mailpit", "--file", "a.yaml", "--yes"]).idle();
    // In the other order: what the first brought besides goes with the last
    run(&["add", "redis,mailpit", "--file", "b.yaml", "--yes"]).well();
    run(&["remove", "mailpit,redis", "--file", "a.yaml"]).well();
    assert_eq!((place.read("a.yaml").as_str(), place.read("b.yaml")), (FILE, with_b));
    assert_eq!(place.read(".env.example"), only_a.1);
    std::fs::remove_dir_all(place.at("secrets")).unwrap();
    assert!(run(&["secrets"]).well().stderr.contains("created secrets/redis_password.txt"));
    run(&["remove", "mailpit,redis", "--file", "b.yaml"]).well();
    assert_eq!(place.read("b.yaml"), FILE);
    assert!(!place.at(".env.example").exists() && !place.at(".dockgen/answers.toml").exists());
    run(&["remove", "mailpit,redis"]).refused("service `mailpit` was not added by dockgen here");
}

#[test]
fn what_was_put_into_an_override_that_is_not_listed_stays_there() {
    let place = Place::new();
    for file in ["compose.yaml", "compose.override.yaml"] {
        place.write(file, "services:\n  app:\n    build: .\n");
    }
    place.run(".", &["add", "postgres", "--yes"]).well();
    let there = place.read("compose.override.yaml");
    assert!(there.contains("postgres"));
    let mut command = place.command(".");
    command.env("COMPOSE_FILE", "compose.yaml").args(["remove", "postgres"]);
    let done = Done::of(&command.output().unwrap()).well();
    assert!(done.stderr.contains("`postgres` stays in compose.override.yaml"), "{}", done.stderr);
    assert_eq!(place.read("compose.override.yaml"), there);
    assert!(!place.read("compose.yaml").contains("postgres"));
    place.run(".", &["remove", "postgres"]).well();
    assert_eq!(place.read("compose.override.yaml"), place.read("compose.yaml"));
}

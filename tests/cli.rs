//! The command line: what it prints where, how it ends, and which answer wins.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/person.rs"]
mod person;
#[path = "common/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use person::Person;
use program::{Done, Place, Thing, Tree, assert_same, tree, without_values};
use serde_json::Value;

const NEW: &[&str] = &["new", "shop", "-l", "python", "-s", "postgres,redis", "--yes"];
const ADD: &[&str] = &["add", "rabbitmq", "--yes"];

fn json(done: &Done) -> Value {
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stdout))
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Carries out a plan as `--format json` prints it, secret values excepted.
fn carry_out(plan: &Value, folder: &Path) {
    for change in plan["changes"].as_array().unwrap() {
        let path = folder.join(change["path"].as_str().unwrap());
        let text = |key: &str| change[key].as_str().unwrap();
        if matches!(text("kind"), "create" | "secret") {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        match text("kind") {
            "create" => {
                fs::write(&path, text("text")).unwrap();
                let mode = u32::from_str_radix(text("mode"), 8).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            }
            "rewrite" => fs::write(&path, text("text")).unwrap(),
            "delete" => fs::remove_file(&path).unwrap(),
            "insert" => {
                let mut there = fs::read_to_string(&path).unwrap();
                for insertion in change["insertions"].as_array().unwrap().iter().rev() {
                    let at = usize::try_from(insertion["at"].as_u64().unwrap()).unwrap();
                    there.insert_str(at, insertion["text"].as_str().unwrap());
                }
                fs::write(&path, there).unwrap();
            }
            "secret" => {
                fs::write(&path, "").unwrap();
                let mode = u32::from_str_radix(text("mode"), 8).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
                fs::set_permissions(path.parent().unwrap(), fs::Permissions::from_mode(0o700)).unwrap();
            }
            other => panic!("what is a {other}?"),
        }
    }
}

/// A reader that has gone.
fn nobody_reads() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[test]
fn with_yes_nothing_is_asked_even_at_a_terminal() {
    let place = Place::new();
    let mut command = place.command(".");
    command.env("TERM", "xterm").args(NEW);
    let left = Person::at(command, 50, 100).leaves();
    assert_eq!(left.code, 0, "{}", left.text());
    assert!(!left.raw.contains('?'), "{}", left.raw);
    assert!(place.at("shop/compose.yaml").is_file());
}

#[test]
fn the_exit_code_says_how_it_went() {
    let place = Place::new();
    place.run(".", NEW).well();
    place.run(".", NEW).idle();
    place.run("shop", ADD).well();
    place.run("shop", ADD).idle();
    place.run("shop", &["secrets"]).idle();
    assert_eq!(place.run(".", &["new", "other", "-l", "nope", "--yes"]).code, 1);
    assert_eq!(place.run(".", &["new", "--nope"]).code, 2);
    assert_eq!(place.run(".", &[]).code, 2);
    // 130 is in tests/prompts.rs
}

#[test]
fn standard_output_is_for_data_alone() {
    let place = Place::new();
    for arguments in [
        &["list"][..],
        &["list", "bases"],
        &["list", "--format", "json"],
        &["show", "python"],
        &["show", "redis", "--format", "json"],
        &["detect"],
        &["detect", "--format", "json"],
        &[NEW, &["--dry-run"]].concat(),
        &[NEW, &["--dry-run", "--format", "json"]].concat(),
        &[NEW, &["--print-answers"]].concat(),
    ] {
        let done = place.run(".", arguments).well();
        assert!(!done.stdout.is_empty(), "{arguments:?}");
        assert_eq!(done.stderr, "", "{arguments:?}");
        assert!(!done.stdout.contains('\x1b'), "{arguments:?}");
        assert!(!place.at("shop").exists(), "{arguments:?} wrote something");
    }
    let done = place.run(".", NEW).well();
    assert_eq!(done.stdout, "");
    assert!(!done.stderr.contains('\x1b'));
    assert!(
        done.stderr.ends_with("\nnext:\n  cd shop\n  docker compose up --build --wait\n"),
        "{}",
        done.stderr
    );
    assert_eq!(place.run("shop", ADD).well().stdout, "");
    assert_eq!(place.run("shop", &["remove", "rabbitmq"]).well().stdout, "");
    fs::remove_dir_all(place.at("shop/secrets")).unwrap();
    assert_eq!(place.run("shop", &["secrets"]).well().stdout, "");
    let done = place.run("shop", &[ADD, &["--format", "json"]].concat()).well();
    assert_eq!(done.stderr, "");
    json(&done);
}

#[test]
fn a_dry_run_writes_nothing_and_is_what_is_written_then() {
    let place = Place::new();
    place.write("shop/.gitignore", "*.log");
    place.write("shop/README.md", "# Shop\n");
    for (folder, arguments) in [(".", NEW), ("shop", ADD), ("shop", &["remove", "rabbitmq"][..])] {
        let before = place.tree("shop");
        place.copy("shop", "by-json");
        place.copy("shop", "by-diff");
        let plan = json(&place.run(folder, &[arguments, &["--dry-run", "--format", "json"]].concat()).well());
        let diff = place.run(folder, &[arguments, &["--dry-run"]].concat()).well().stdout;
        assert_same("a dry run writes nothing", &before, &place.tree("shop"));

        place.run(folder, arguments).well();
        let written = without_values(place.tree("shop"));
        carry_out(&plan, &place.at("by-json"));
        assert_same("the plan is what is written", &written, &without_values(place.tree("by-json")));

        place.write("diff", &diff);
        let git = Command::new("git")
            .args(["apply", "--unsafe-paths", "--directory=by-diff", "diff"])
            .current_dir(place.path())
            .output()
            .unwrap();
        assert!(git.status.success(), "{}\n{diff}", String::from_utf8_lossy(&git.stderr));
        let files = |tree: Tree| -> Tree {
            tree.into_iter()
                .filter(|(path, thing)| !path.starts_with("secrets") && matches!(thing, Thing::File { .. }))
                .collect()
        };
        assert_same("the diff is what is written", &files(written), &files(place.tree("by-diff")));
        fs::remove_dir_all(place.at("by-json")).unwrap();
        fs::remove_dir_all(place.at("by-diff")).unwrap();
    }
}

#[test]
fn the_keys_of_the_plan_are_a_promise() {
    let place = Place::new();
    place.write("shop/.gitignore", "*.log\n");
    let mut seen = BTreeSet::new();
    let list =
        "services:\n  db:\n    image: postgres:18\n  web:\n    build: .\n    depends_on:\n      - db\n";
    place.write("user/compose.yaml", list);
    let rewriting = ["add", "redis", "--yes", "--depends-on-healthy", "--dry-run", "--format", "json"];
    for (folder, arguments) in [
        (".", [NEW, &["--format", "json"]].concat()),
        ("shop", [ADD, &["--format", "json"]].concat()),
        ("shop", vec!["remove", "rabbitmq", "--format", "json"]),
        ("user", rewriting.to_vec()),
    ] {
        let plan = json(&place.run(folder, &arguments).well());
        assert_eq!(keys(&plan), ["changes", "notes"].into(), "{arguments:?}");
        assert!(plan["notes"].as_array().unwrap().iter().all(Value::is_string));
        for change in plan["changes"].as_array().unwrap() {
            let kind = change["kind"].as_str().unwrap().to_owned();
            let wanted: &[&str] = match kind.as_str() {
                "create" => &["kind", "mode", "path", "text"],
                "insert" => &["insertions", "kind", "path"],
                "rewrite" => &["kind", "path", "text"],
                "secret" => &["kind", "mode", "path"],
                "delete" => &["kind", "path"],
                other => panic!("what is a {other}?"),
            };
            assert_eq!(keys(change), wanted.iter().copied().chain(["verdict"]).collect(), "{kind}");
            for insertion in change["insertions"].as_array().into_iter().flatten() {
                assert_eq!(keys(insertion), ["at", "text"].into());
            }
            if let Some(mode) = change["mode"].as_str() {
                assert!(["0644", "0755", "0600"].contains(&mode), "{mode}");
            }
            seen.insert(kind);
        }
    }
    assert!(["create", "insert", "rewrite", "secret"].iter().all(|kind| seen.contains(*kind)), "{seen:?}");
}

#[test]
fn the_plan_holds_no_secret_value() {
    let place = Place::new();
    let done = place.run(".", &[NEW, &["--format", "json"]].concat()).well();
    let passwords =
        ["postgres", "redis"].map(|name| place.read(&format!("shop/secrets/{name}_password.txt")));
    for (password, output) in
        passwords.iter().flat_map(|password| [(password, &done.stdout), (password, &done.stderr)])
    {
        assert!(password.len() >= 32 && !output.contains(password.as_str()));
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let place = Place::new();
    for arguments in [
        &["list"][..],
        &["show", "python", "--format", "json"],
        &["detect"],
        &["--help"],
        &["new", "--help"],
        &[NEW, &["--dry-run"]].concat(),
        &[NEW, &["--print-answers"]].concat(),
        &[NEW, &["--format", "json"]].concat(),
    ] {
        let output = place.command(".").args(arguments).stdout(nobody_reads()).output().unwrap();
        let done = Done::of(&output);
        assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{arguments:?}");
    }
    // Nobody may be there for what is said, either.
    let other = Place::new();
    let status = other.command(".").args(NEW).stderr(nobody_reads()).status().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(other.at("shop/compose.yaml").is_file());
}

#[test]
fn an_output_that_is_full_is_a_failure() {
    let place = Place::new();
    for arguments in [&["list"][..], &["--help"], &["--version"], &["new", "--help"], &["schema", "answers"]]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let done = Done::of(&place.command(".").args(arguments).stdout(full).output().unwrap());
        assert_eq!(done.code, 1, "{arguments:?}");
        let wanted = "error: cannot write to `standard output`: no space left on device\n";
        assert!(done.stderr.starts_with(wanted), "{arguments:?}: {}", done.stderr);
    }
    // What is written already is said to be
    for (folder, arguments) in
        [(".", NEW), ("shop", &["add", "redis", "--yes"]), ("shop", &["remove", "redis"])]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = place.command(folder);
        let done = command.args(arguments).args(["--format", "json"]).stdout(full).output().unwrap();
        let done = Done::of(&done);
        let wanted =
            "error: the files are written, but the plan could not be printed: no space left on device\n";
        assert_eq!((done.code, done.stderr.as_str()), (1, wanted), "{arguments:?}");
    }
    assert!(place.at("shop/compose.yaml").is_file());
}

#[test]
fn printed_answers_give_the_same_project_without_a_question() {
    let arguments = [
        NEW,
        &["-b", "alpine", "--port", "9000", "--set", "postgres.database=shopdb", "--set", "app.memory=1g"],
    ]
    .concat();
    let place = Place::new();
    let answers = place.run(".", &[&arguments[..], &["--print-answers"]].concat()).well().stdout;
    place.run(".", &arguments).well();
    let other = Place::new();
    other.write("answers.toml", &answers);
    // No --yes and no terminal: an answer that were not in the file would be missing.
    other.run(".", &["new", "shop", "--answers", "answers.toml"]).well();
    let [by_flags, by_file] = [&place, &other].map(|place| without_values(place.tree("shop")));
    assert_same("answers file and flags", &by_flags, &by_file);
    // These are no answers, and are given again.
    let [by_flags, by_file] = [&arguments[2..], &["--answers", "answers.toml"]].map(|given| {
        let flags = ["new", "bare", "--name", "shop", "--no-dev", "--no-starter"];
        let place = Place::new();
        place.write("answers.toml", &answers);
        place.run(".", &[&flags, given].concat()).well();
        without_values(place.tree("bare"))
    });
    assert_same("answers file and flags, and flags of the run", &by_flags, &by_file);
    assert!(!by_file.keys().any(|path| path.contains("override") || path.ends_with(".py")), "{by_file:?}");
    let again =
        other.run(".", &["new", "shop", "--answers", "answers.toml", "--print-answers"]).well().stdout;
    assert_eq!(again, answers);
}

#[test]
fn the_printed_answers_of_every_service_are_taken() {
    let all = json(&Place::new().run(".", &["list", "--format", "json"]).well());
    let services = all["services"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap());
    for service in services {
        let place = Place::new();
        let services = format!("postgres,{service}=it");
        let arguments =
            ["new", "-l", "go", "-s", &services, "--yes", "--set", "it.command=./it", "--print-answers"];
        let mut done = place.run(".", &arguments);
        if done.code != 0 {
            // Only programs of the application's own have a command.
            done = place.run(".", &[&arguments[..6], &["--print-answers"]].concat());
        }
        place.write("answers.toml", &done.well().stdout);
        place.run(".", &["new", "--answers", "answers.toml", "--yes", "--dry-run"]).well();
    }
}

#[test]
fn the_files_of_the_run_itself_are_no_project() {
    let place = Place::new();
    let into = |name: &str, arguments: &[&str]| {
        let output = fs::File::create(place.at(name)).unwrap();
        assert!(
            place.command(".").args(arguments).stdout(output).status().unwrap().success(),
            "{arguments:?}"
        );
    };
    into("answers.toml", &["new", "-l", "go", "--yes", "--print-answers"]);
    into("plan.json", &["new", "--answers", "answers.toml", "--yes", "--format", "json"]);
    assert!(place.at("main.go").exists(), "{}", place.read("plan.json"));

    // Anything else is somebody's, and then no starter is written; without a program the person hears of it.
    let place = Place::new();
    place.write("notes.txt", "");
    let done = place.run(".", &["new", "-l", "go", "--yes"]).well();
    assert!(!place.at("main.go").exists());
    assert!(done.stderr.contains("no starter is written where files are"), "{}", done.stderr);
}

#[test]
fn a_secret_that_no_longer_agrees_with_what_it_is_made_from_is_said() {
    let said = "does not agree with secrets/postgres_password.txt";
    let place = Place::new();
    place.write("compose.yaml", "services:\n  web:\n    build: .\n");
    let done = place.run(".", &["add", "postgres", "--yes"]).well();
    assert!(!done.stderr.contains(said), "{}", done.stderr);
    let done = place.run(".", &["secrets"]).well();
    assert!(!done.stderr.contains(said), "{}", done.stderr);

    fs::remove_file(place.at("secrets/postgres_password.txt")).unwrap();
    let done = place.run(".", &["secrets"]).well();
    assert!(done.stderr.contains(said), "{}", done.stderr);
    fs::remove_file(place.at("secrets/postgres_url.txt")).unwrap();
    let done = place.run(".", &["secrets"]).well();
    assert!(!done.stderr.contains(said), "{}", done.stderr);

    place.run(".", &["remove", "postgres"]).well();
    let done = place.run(".", &["add", "postgres", "--yes", "--set", "postgres.user=shop"]).well();
    assert!(done.stderr.contains(said), "{}", done.stderr);
}

#[test]
fn a_line_of_env_that_no_longer_agrees_with_its_secret_is_said() {
    let said = "note: .env has `POSTGRES_URL` already, which stays as it is and does not agree with secrets/postgres_url.txt";
    let place = Place::new();
    let new = ["new", "-l", "python", "-s", "postgres", "--set", "postgres.connect=env", "--yes"];
    let silent = |done: Done| assert!(!done.stderr.contains("does not agree"), "{}", done.stderr);
    silent(place.run(".", &new).well());
    silent(place.run(".", &["secrets"]).well());
    let line = place.read(".env");
    // The URL is made again from the password that is there
    fs::remove_file(place.at("secrets/postgres_url.txt")).unwrap();
    silent(place.run(".", &["secrets"]).well());

    fs::remove_dir_all(place.at("secrets")).unwrap();
    let done = place.run(".", &["secrets"]).well();
    assert!(done.stderr.contains(said), "{}", done.stderr);
    assert_eq!(place.read(".env"), line, "a line that is there stays");
    let value = line.trim().split_once('=').unwrap().1;
    let password = place.read("secrets/postgres_password.txt");
    assert!(!done.stderr.contains(value) && !done.stderr.contains(&password), "{}", done.stderr);
    let done = place.run(".", &["secrets"]).well();
    assert!(done.stderr.contains(said), "{}", done.stderr);

    fs::remove_file(place.at(".env")).unwrap();
    silent(place.run(".", &["secrets"]).well());
    // What a person's own password has is no difference
    for password in ["'quoted'", "with # and \"", " ends with blanks "] {
        place.write("secrets/postgres_url.txt", password);
        fs::remove_file(place.at(".env")).unwrap();
        let done = place.run(".", &["secrets"]).well();
        assert!(!done.stderr.contains(".env has"), "{}", done.stderr);
        let done = place.run(".", &["secrets"]).well();
        assert!(!done.stderr.contains(".env has"), "{}", done.stderr);
    }
}

#[test]
fn new_says_of_an_env_file_that_is_there_what_add_says() {
    let place = Place::new();
    place.write(".env", "POSTGRES_URL=mine\n");
    let new = ["new", "-l", "go", "-s", "postgres", "--set", "postgres.connect=env", "--yes"];
    let done = place.run(".", &new).well();
    assert!(!done.stderr.contains("readable for you alone"), "{}", done.stderr);
    assert!(done.stderr.contains(".env has `POSTGRES_URL` already"), "{}", done.stderr);
    assert_eq!(place.read(".env"), "POSTGRES_URL=mine\n");
    let there = tree(&place.at("."));
    place.run(".", &new).idle();
    assert_same("again", &there, &tree(&place.at(".")));

    let place = Place::new();
    let done = place.run(".", &new).well();
    assert!(done.stderr.contains("out of .env, readable for you alone"), "{}", done.stderr);
    let there = tree(&place.at("."));
    let done = place.run(".", &new).idle();
    assert!(!done.stderr.contains("readable for you alone"), "{}", done.stderr);
    assert_same("again", &there, &tree(&place.at(".")));
}

#[test]
fn a_project_name_that_yaml_reads_as_something_else_is_between_quotes() {
    let place = Place::new();
    for name in ["123", "1e3", "0x1f", "2024-01-01", "null", "true", "no", "shop", "2-shops"] {
        place.run(".", &["new", name, "-l", "go", "--yes"]).well();
        let written = if name.ends_with("shop") || name.ends_with("shops") {
            format!("\nname: {name}\n")
        } else {
            format!("\nname: \"{name}\"\n")
        };
        for file in ["compose.yaml", "compose.override.yaml"] {
            let text = place.read(&format!("{name}/{file}"));
            assert!(text.contains(&written), "{file}: {text}");
        }
        place.run(".", &["new", name, "-l", "go", "--yes"]).idle();
        // The name is the same for what is added later
        place.run(name, &["add", "python=api", "--path", "api", "--yes"]).well();
        assert!(place.read(&format!("{name}/compose.yaml")).contains(&format!(":-{name}-api}}")), "{name}");
    }
}

#[test]
fn an_application_in_a_folder_named_by_a_number_is_named_behind_a_word() {
    let place = Place::new();
    for folder in ["2024", "api"] {
        place.write(&format!("{folder}/go.mod"), "module example.com/a\n\ngo 1.26\n");
        place.write(&format!("{folder}/main.go"), "package main\n\nfunc main() {}\n");
    }
    place.run(".", &["new", "--yes"]).well();
    let text = place.read("compose.yaml");
    assert!(text.contains("\n  app-2024:\n") && text.contains("\n  api:\n"), "{text}");
}

#[test]
fn what_a_removed_service_leaves_behind_is_said() {
    let place = Place::new();
    place.write("compose.yaml", "services:\n  web:\n    build: .\n");
    place.run(".", &["add", "postgres", "--set", "postgres.connect=env", "--yes"]).well();
    let variables = place.read(".env");
    let done = place.run(".", &["remove", "postgres"]).well();
    assert_eq!(
        done.stderr.lines().filter_map(|line| line.strip_prefix("note: ")).collect::<Vec<_>>(),
        [
            "the data of `postgres` was not touched: volume `postgres-data`",
            "the secret files of `postgres` stay in secrets/",
            "what `postgres` is reached by stays in .env: `POSTGRES_URL`",
        ]
    );
    assert_eq!(place.read(".env"), variables);

    let env = ["--set", "redis.connect=env", "--set", "mysql.connect=env"];
    place.run(".", &[&["add", "redis", "mysql", "--yes"], &env[..]].concat()).well();
    let done = place.run(".", &["remove", "redis", "mysql"]).well();
    for (service, variable) in [("redis", "REDIS_URL"), ("mysql", "MYSQL_URL")] {
        let note = format!("what `{service}` is reached by stays in .env: `{variable}`\n");
        assert!(done.stderr.contains(&note), "{}", done.stderr);
    }
}

#[test]
fn services_that_refer_to_each_other_go_together_in_whatever_order_they_are_named() {
    let services = ["adminer", "migrate", "postgres", "worker"];
    let settings = ["--set", "migrate.command=a", "--set", "worker.command=b"];
    for by in 0..services.len() {
        let place = Place::new();
        let written = "services:\n  web:\n    build: .\n";
        place.write("compose.yaml", written);
        place.run(".", &[&["add"], &services[..], &settings, &["--yes"]].concat()).well();
        let mut names = services;
        names.rotate_left(by);
        let done = place.run(".", &[&["remove"], &names[..]].concat()).well();
        assert!(!done.stderr.contains("depends on"), "{names:?}: {}", done.stderr);
        assert_eq!(place.read("compose.yaml"), written, "{names:?}: {}", done.stderr);
    }
}

/// What is added, what is taken out after it, and the files that are to be there then beside the first one.
type Gone = (&'static [&'static [&'static str]], &'static [&'static [&'static str]]);

#[test]
fn a_service_goes_with_its_files_and_with_what_others_put_into_it() {
    let cases: &[Gone] = &[
        // What others put into an application goes with it, in one command and in two
        (&[&["node=front"], &["redis", "--to", "front"]], &[&["redis", "front"]]),
        (&[&["node=front"], &["redis", "--to", "front"]], &[&["front"], &["redis"]]),
        (&[&["node=front"], &["redis", "--to", "front"]], &[&["redis"], &["front"]]),
        // One that was connected in two steps is one
        (&[&["redis", "--to", "web"], &["redis", "--to", "api"]], &[&["redis"]]),
        (&[&["python=job"], &["worker=wk", "--to", "job"]], &[&["job", "wk"]]),
    ];
    for (added, removed) in cases {
        let place = Place::new();
        place.write("compose.yaml", "services:\n  web:\n    build: .\n  api:\n    build: api\n");
        let before = place.read("compose.yaml");
        for names in *added {
            place.run(".", &[&["add"], *names, &["--yes"]].concat()).well();
        }
        for names in *removed {
            let done = place.run(".", &[&["remove"], *names].concat()).well();
            assert!(!done.stderr.contains("left"), "{removed:?}: {}", done.stderr);
        }
        assert_eq!(place.read("compose.yaml"), before, "{removed:?}");
        for gone in ["front/Dockerfile", "job/Dockerfile", ".dockgen"] {
            assert!(!place.at(gone).exists(), "{removed:?}: {gone}");
        }
    }
}

#[test]
fn a_service_that_stays_keeps_its_files() {
    let place = Place::new();
    place.write("compose.yaml", "services:\n  web:\n    build: .\n");
    let before = place.tree(".");
    place.run(".", &["add", "nginx", "--set", "nginx.app_port=80", "--yes"]).well();
    let added = place.read("compose.yaml");
    place.write("compose.yaml", &added.replace("image: nginx", "image: mine/nginx"));
    let edited = place.tree(".");
    let done = place.run(".", &["remove", "nginx"]).well();
    assert!(
        done.stderr.contains("left `services.nginx` in compose.yaml: it was changed since"),
        "{}",
        done.stderr
    );
    assert_same("nothing goes", &edited, &place.tree("."));
    place.write("compose.yaml", &added);
    place.run(".", &["remove", "nginx"]).well();
    assert_same("all goes", &before, &place.tree("."));
}

#[test]
fn a_service_that_another_refers_to_in_any_file_stays_in_all() {
    let place = Place::new();
    place.run(".", &["new", "shop", "-l", "go", "-s", "postgres,adminer", "--yes"]).well();
    let before = place.tree("shop");
    let done = place.run("shop", &["remove", "postgres"]);
    assert_eq!(
        (done.code, &*done.stderr),
        (
            1,
            "error: `adminer` in compose.override.yaml depends on `postgres`\n\
             hint: `dockgen remove adminer postgres` takes both out\n"
        )
    );
    assert_same("refused", &before, &place.tree("shop"));
    place.run("shop", &["remove", "postgres", "adminer"]).well();
    for file in ["compose.yaml", "compose.override.yaml"] {
        assert!(!place.read(&format!("shop/{file}")).contains("postgres"), "{file}");
    }
}

#[test]
fn a_compose_file_that_got_another_name_is_the_same_file() {
    let place = Place::new();
    let written = "services:\n  web:\n    build: .\n";
    place.write("docker-compose.yml", written);
    place.run(".", &["add", "redis", "--yes"]).well();
    fs::rename(place.at("docker-compose.yml"), place.at("compose.yaml")).unwrap();
    place.run(".", &["remove", "redis"]).well();
    assert_eq!(place.read("compose.yaml"), written);
}

#[test]
fn folders_go_with_the_last_file_that_dockgen_made_in_them() {
    for stays in [false, true] {
        let place = Place::new();
        place.write("compose.yaml", "services:\n  web:\n    build: .\n");
        if stays {
            place.write("nginx/own.conf", "# mine\n");
        }
        let before = place.tree(".");
        place.run(".", &["add", "nginx", "--set", "nginx.app_port=80", "--yes"]).well();
        assert!(place.at("nginx/nginx.conf").exists());
        place.run(".", &["remove", "nginx"]).well();
        assert_same("without the service", &before, &place.tree("."));
        assert_eq!(place.at("nginx").exists(), stays);
        assert!(!place.at(".dockgen").exists());
    }
}

#[test]
fn a_service_that_was_changed_by_hand_can_be_taken_out_later() {
    let place = Place::new();
    let written = "services:\n  web:\n    build: .\n";
    place.write("compose.yaml", written);
    place.run(".", &["add", "redis", "--yes"]).well();
    let added = place.read("compose.yaml");
    place.write("compose.yaml", &added.replace("maxmemory", "maxmemory-policy noeviction --maxmemory"));
    assert_ne!(added, place.read("compose.yaml"));
    place.run(".", &["remove", "redis"]).well();
    let left = place.read("compose.yaml");
    for kept in ["\n  redis:\n", "\n  redis-data:\n", "\n  redis_password:\n"] {
        assert!(left.contains(kept), "{kept}: {left}");
    }
    place.write("compose.yaml", &left.replace("maxmemory-policy noeviction --maxmemory", "maxmemory"));
    place.run(".", &["remove", "redis"]).well();
    assert_eq!(place.read("compose.yaml"), written);
    place.run(".", &["remove", "redis"]).refused("was not added by dockgen");
}

#[test]
fn a_flag_wins_over_the_answers_file_over_what_is_found_over_the_default() {
    let place = Place::new();
    place.write("default/README.md", "");
    place.write("found/main.py", "");
    place.write("found/.python-version", "3.13\n");
    place.write("answers.toml", "[answers.app]\nversion = \"3.12\"\n");
    let from_file = ["--answers", "../answers.toml"];
    for (folder, more, wanted) in [
        ("default", vec![], "3.14"),
        ("found", vec![], "3.13"),
        ("found", from_file.to_vec(), "3.12"),
        ("found", [&from_file[..], &["--language-version", "3.11"]].concat(), "3.11"),
        ("found", [&from_file[..], &["--set", "app.version=3.11"]].concat(), "3.11"),
        ("default", vec!["--language-version", "3.11"], "3.11"),
    ] {
        let arguments = [&["new", "-l", "python", "--yes", "--print-answers"][..], &more[..]].concat();
        let answers = place.run(folder, &arguments).well().stdout;
        assert!(answers.contains(&format!("\nversion = \"{wanted}\"\n")), "{folder} {more:?}: {answers}");
    }
}

#[test]
fn a_flag_that_the_other_answers_leave_no_room_for_is_said() {
    let place = Place::new();
    let node = ["new", "-l", "node", "--yes", "--dry-run", "--set", "app.yarn_version=1"];
    let idle = "`app.yarn_version` changes nothing: it counts only with `package_manager=yarn`";
    let done = place.run(".", &node).well();
    assert!(done.stderr.contains(idle), "{}", done.stderr);
    let done = place.run(".", &[&node[..], &["--set", "app.package_manager=yarn"]].concat()).well();
    assert!(!done.stderr.contains("changes nothing"), "{}", done.stderr);
}

#[test]
fn a_default_that_is_the_starters_is_said_where_another_program_is() {
    let place = Place::new();
    place.write("shop/package.json", "{ \"name\": \"shop\", \"private\": true }");
    place.write("shop/package-lock.json", "{}");
    let done = place.run(".", &["new", "shop", "-l", "node", "--yes", "--dry-run"]).well();
    let said =
        "nothing here says `app.start`: `node src/main.js` is taken, and `--set app.start=…` gives another";
    assert!(done.stderr.contains(said), "{}", done.stderr);
    let done = place.run(".", &["new", "empty", "-l", "node", "--yes", "--dry-run"]).well();
    assert!(!done.stderr.contains("nothing here says"), "{}", done.stderr);
    // An empty text is said to be one
    place.write("library/Cargo.toml", "[package]\nname = \"library\"\nversion = \"0.1.0\"\n");
    let rust = ["new", "library", "-l", "rust", "--yes"];
    let done = place.run(".", &rust).well();
    let said = "nothing here says `app.binary`: it stays empty, and `--set app.binary=…` gives another";
    assert!(done.stderr.contains(said), "{}", done.stderr);
    let second = ["add", "rust=app", "--path", ".", "--set", "app.binary=shop", "--yes"];
    place.run("library", &second).refused("other answers: `binary` is empty, not shop");
}

#[test]
fn keep_and_overwrite_settle_what_is_in_the_way() {
    for (flag, dockerfile, word) in
        [("--keep", "FROM scratch\n", "kept"), ("--overwrite", "# syntax=", "changed")]
    {
        let place = Place::new();
        place.write("shop/Dockerfile", "FROM scratch\n");
        fs::set_permissions(place.at("shop/Dockerfile"), fs::Permissions::from_mode(0o600)).unwrap();
        let done = place.run(".", &[NEW, &[flag]].concat()).well();
        assert!(place.read("shop/Dockerfile").starts_with(dockerfile), "{flag}");
        assert!(done.stderr.contains(&format!("{word:>9} Dockerfile\n")), "{}", done.stderr);
        assert!(place.at("shop/compose.yaml").is_file());
        let mode = fs::metadata(place.at("shop/Dockerfile")).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode, 0o600, "{flag} keeps the mode");
    }
}

#[test]
fn a_plan_says_what_becomes_of_a_file_that_is_in_the_way() {
    let verdict = |plan: &str, path: &str| {
        let plan: serde_json::Value = serde_json::from_str(plan).unwrap();
        let change = plan["changes"].as_array().unwrap().iter().find(|change| change["path"] == path);
        change.unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    for (flags, wanted) in [(&[][..], "conflict"), (&["--keep"], "keep"), (&["--overwrite"], "overwrite")] {
        let place = Place::new();
        place.write("shop/Dockerfile", "FROM scratch\n");
        place.write("shop/secrets/postgres_password.txt", "mine");
        let arguments = [NEW, flags, &["--format", "json"]].concat();
        let plan = place.run(".", &[&arguments[..], &["--dry-run"]].concat()).well().stdout;
        let done = place.run(".", &arguments);
        assert_eq!(done.code, i32::from(flags.is_empty()), "{}", done.stderr);
        for plan in [plan, done.stdout].iter().filter(|plan| !plan.is_empty()) {
            assert_eq!(verdict(plan, "Dockerfile"), wanted);
            assert_eq!(verdict(plan, "compose.yaml"), "write");
            assert_eq!(verdict(plan, "secrets/postgres_password.txt"), "stay");
        }
        // The diff of a file that would be kept is none of what would happen
        let diff = place.run(".", &[NEW, flags, &["--dry-run"]].concat()).well();
        let kept = flags.contains(&"--keep");
        assert_eq!(diff.stderr.contains("     kept Dockerfile\n"), kept, "{}", diff.stderr);
        let replaced = flags.is_empty();
        assert_eq!(diff.stdout.contains("\n-FROM scratch\n"), replaced, "{flags:?}: {}", diff.stdout);
    }
}

/// A `compose.yaml` beside it would be the one that Compose takes from then on.
#[test]
fn a_compose_file_under_another_name_is_kept_or_overwritten_and_never_hidden() {
    for (flag, word) in [("--keep", "kept"), ("--overwrite", "changed")] {
        let place = Place::new();
        place.write("shop/docker-compose.yml", "services: {}\n");
        place.write("shop/compose.override.yml", "services: {}\n");
        let done = place.run(".", &[NEW, &[flag]].concat()).well();
        for name in ["docker-compose.yml", "compose.override.yml"] {
            assert!(done.stderr.contains(&format!("{word:>9} {name}\n")), "{}", done.stderr);
        }
        let note =
            "where the texts and their commands name `compose.yaml`, it is `docker-compose.yml` here\n";
        assert!(done.stderr.contains(note), "{}", done.stderr);
        assert!(!place.at("shop/compose.yaml").exists() && !place.at("shop/compose.override.yaml").exists());
        let added = place.run("shop", &["add", "mailpit", "--to", "none", "--yes"]).well();
        assert!(!added.stderr.contains("compose.yaml"), "{}", added.stderr);
    }
}

/// Beside another Compose file these would name services that are nowhere.
#[test]
fn beside_a_compose_file_that_is_kept_no_override_secret_or_record_is_written() {
    let place = Place::new();
    let written = "services:\n  web:\n    build: .\n";
    place.write("shop/docker-compose.yml", written);
    let new = ["new", "shop", "-l", "go", "-s", "postgres", "--yes", "--keep"];
    let dry = place.run(".", &[&new[..], &["--dry-run"]].concat()).well();
    let done = place.run(".", &new).well();
    assert!(done.stderr.contains("note: `docker-compose.yml` stays as it is"), "{}", done.stderr);
    assert_eq!(place.read("shop/docker-compose.yml"), written);
    for gone in ["compose.override.yaml", "secrets", ".dockgen"] {
        assert!(!place.at(&format!("shop/{gone}")).exists(), "{gone}");
        assert!(!dry.stdout.contains(&format!("b/{gone}")), "{}", dry.stdout);
    }
    assert!(place.at("shop/Dockerfile").exists());
    place.run("shop", &["add", "postgres", "--yes"]).well();
}

#[test]
fn a_dockerignore_of_a_persons_own_stays_and_the_build_has_another() {
    const OWN: &str = "*\n!target/*.jar\n";
    let fresh = Place::new();
    fresh.run(".", NEW).well();
    let place = Place::new();
    place.write("shop/.dockerignore", OWN);
    let done = place.run(".", NEW).well();
    let note = "note: `.dockerignore` stays as it is: the build of `app` goes by `Dockerfile.dockerignore`\n";
    assert!(done.stderr.contains(note), "{}", done.stderr);
    assert_eq!(place.read("shop/.dockerignore"), OWN);
    assert_eq!(place.read("shop/Dockerfile.dockerignore"), fresh.read("shop/.dockerignore"));
    let before = place.tree("shop");
    place.run(".", NEW).well();
    assert_same("a second run changes nothing", &before, &place.tree("shop"));

    // Beside a Dockerfile of theirs it is that build's, whichever of the two is kept
    let place = Place::new();
    place.write("shop/.dockerignore", OWN);
    place.write("shop/Dockerfile", "FROM scratch\n");
    place.run(".", NEW).refused("2 files are in the way, nothing was written: `.dockerignore`, `Dockerfile`");
    place.run(".", &[NEW, &["--keep"]].concat()).well();
    assert_eq!(place.read("shop/.dockerignore"), OWN);
    assert!(!place.at("shop/Dockerfile.dockerignore").exists());

    // What a run before wrote and a person changed is in the way as any other file
    let text = format!("{}more\n", fresh.read("shop/.dockerignore"));
    fresh.write("shop/.dockerignore", &text);
    fs::remove_file(fresh.at("shop/Dockerfile")).unwrap();
    fs::remove_file(fresh.at("shop/compose.yaml")).unwrap();
    fresh.run(".", NEW).refused("`.dockerignore`");
}

#[test]
fn starter_and_override_can_be_left_out() {
    let place = Place::new();
    place.run(".", NEW).well();
    let whole = place.tree("shop");
    for (flag, without) in [
        ("--no-starter", &["main.py", "pyproject.toml", "uv.lock"][..]),
        ("--no-dev", &["compose.override.yaml"]),
    ] {
        let place = Place::new();
        place.run(".", &[NEW, &[flag]].concat()).well();
        let tree = place.tree("shop");
        let gone: Vec<&str> =
            whole.keys().filter(|path| !tree.contains_key(*path)).map(String::as_str).collect();
        assert_eq!(gone, without, "{flag}");
        assert!(tree.keys().all(|path| whole.contains_key(path)), "{flag}");
    }
}

#[test]
fn an_application_that_is_named_twice_is_connected_once() {
    for to in [&["--to", "web,web"][..], &["--to", "web", "--to", "web"], &["--to", "none,none"]] {
        let place = Place::new();
        place.write("compose.yaml", "services:\n  web:\n    build: .\n");
        place.run(".", &[&["add", "redis", "--yes"], to].concat()).well();
        let times = usize::from(!to.contains(&"none,none"));
        assert_eq!(place.read("compose.yaml").matches("REDIS_HOST: redis").count(), times, "{to:?}");
    }
}

#[test]
fn the_catalog_is_listed_for_people_and_for_programs() {
    let place = Place::new();
    let all = json(&place.run(".", &["list", "--format", "json"]).well());
    assert_eq!(keys(&all), ["bases", "languages", "services"].into());
    let text = place.run(".", &["list"]).well().stdout;
    for kind in ["languages", "services"] {
        let only = json(&place.run(".", &["list", kind, "--format", "json"]).well());
        assert_eq!(keys(&only), [kind].into());
        for entry in only[kind].as_array().unwrap() {
            assert_eq!(keys(entry), ["name", "origin", "summary", "title"].into());
            assert_eq!(entry["origin"], "built-in");
            let (name, summary) = (entry["name"].as_str().unwrap(), entry["summary"].as_str().unwrap());
            assert!(
                text.lines().any(|line| line.starts_with(&format!("  {name} ")) && line.ends_with(summary)),
                "{name}"
            );
            let shown = place.run(".", &["show", name]).well().stdout;
            assert!(
                shown.starts_with(&format!("{name} (")) && shown.contains("\norigin: built-in\n"),
                "{shown}"
            );
            let entry = json(&place.run(".", &["show", name, "--format", "json"]).well());
            assert_eq!(keys(&entry), ["files", "kind", "manifest", "name", "origin"].into());
        }
    }
    for base in
        json(&place.run(".", &["list", "bases", "--format", "json"]).well())["bases"].as_array().unwrap()
    {
        assert_eq!(keys(base), ["base", "language", "note"].into());
        assert!(base["note"].as_str().unwrap().len() > 10, "{base}");
    }
    for wanted in ["postgres", "valkey", "rabbitmq", "python", "distroless"] {
        assert!(text.contains(wanted), "{wanted}");
    }
}

#[test]
fn an_overlay_replaces_an_entry_and_says_so() {
    let place = Place::new();
    let manifest = "title = \"Redis\"\nsummary = \"ours\"\n";
    let origin = |done: Done| json(&done)["origin"].as_str().unwrap().to_owned();
    let asked = &["show", "redis", "--format", "json"];
    assert_eq!(origin(place.run(".", asked)), "built-in");
    place.write("home/.config/dockgen/templates/services/redis/service.toml", manifest);
    assert!(origin(place.run(".", asked)).ends_with("/home/.config/dockgen/templates"));
    place.write(".dockgen/templates/services/redis/service.toml", manifest);
    assert!(origin(place.run(".", asked)).ends_with("/.dockgen/templates"));
    place.write("one/services/redis/service.toml", manifest);
    place.write("two/services/redis/service.toml", manifest);
    let both = [&asked[..], &["--templates", "one", "--templates", "two"]].concat();
    assert!(origin(place.run(".", &both)).ends_with("/two"));
    assert!(place.run(".", &["list", "--templates", "one"]).stdout.contains("ours  ("));
}

#[test]
fn every_command_has_help_with_examples() {
    let place = Place::new();
    let help = place.run(".", &["--help"]).well().stdout;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !matches!(*name, "" | "help"))
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let help = place.run(".", &[command, "--help"]).well();
        assert!(
            help.stdout.contains(&format!("\nExamples:\n  dockgen {command}")),
            "{command}: {}",
            help.stdout
        );
        assert_eq!(help.stderr, "");
        for line in help.stdout.lines() {
            assert!(line.chars().count() <= 100, "{command}: {line}");
        }
    }
}

#[test]
fn every_command_has_a_man_page_with_its_examples() {
    let place = Place::new();
    place.run(".", &["man", "pages"]).refused("cannot write into");
    fs::create_dir(place.at("pages")).unwrap();
    assert_eq!(place.run(".", &["man", "pages"]).well().stdout, "");
    assert!(place.read("pages/dockgen.1").starts_with(".ie"), "no page of its own");
    for command in ["new", "add", "remove", "detect", "secrets", "list", "show", "completions", "man"] {
        let page = place.read(&format!("pages/dockgen-{command}.1"));
        assert!(page.contains(&format!("\n.SH EXAMPLES\n.nf\ndockgen {command}")), "{page}");
        assert!(
            page.contains(&format!("\n.TH dockgen-{command} 1 ")) && page.contains("\"dockgen 0."),
            "{page}"
        );
    }
}

/// The folders of this test and their names are no UTF-8, very long, or without a home.
#[test]
fn strange_surroundings_are_no_obstacle() {
    let place = Place::new();
    let done = Done::of(&place.command(".").env_remove("HOME").args(NEW).output().unwrap()).well();
    assert_eq!(done.stdout, "");
    let expected = without_values(place.tree("shop"));

    let strange = place.path().join(OsStr::from_bytes(b"sh\xffop"));
    let named = [&["new", ".", "--name", "shop"], &NEW[2..]].concat();
    fs::create_dir(&strange).unwrap();
    Done::of(&place.command(".").current_dir(&strange).args(&named).output().unwrap()).well();
    assert_same("in a folder whose name is no UTF-8", &expected, &without_values(tree(&strange)));
    let other = place.path().join(OsStr::from_bytes(b"sh\xfeop"));
    Done::of(&place.command(".").arg("new").arg(&other).args(&NEW[2..]).output().unwrap()).well();
    assert!(other.join("compose.yaml").is_file());

    let mut long = place.path().to_owned();
    while long.as_os_str().len() < 3700 {
        long.push("a-folder-with-a-name-that-is-rather-long".repeat(5));
    }
    Done::of(
        &place.command(".").arg("new").arg(&long).args(["--name", "shop"]).args(&NEW[2..]).output().unwrap(),
    )
    .well();
    assert_same("in a folder far down", &expected, &without_values(tree(&long)));

    let impossible = "a".repeat(300);
    place.run(".", &[&["new", &impossible], &NEW[2..]].concat()).refused("file name too long");
}

#[test]
fn the_commands_that_come_next_can_be_pasted() {
    let place = Place::new();
    let done = place.run("", &["new", "it's ours", "--name", "shop", "-l", "go", "--yes"]).well();
    let (_, next) = done.stderr.split_once("\nnext:\n").unwrap();
    let cd = next.lines().next().unwrap().trim();
    let output = Command::new("sh")
        .args(["-c", &format!("{cd} && ls compose.yaml")])
        .current_dir(place.path())
        .output();
    assert_eq!(String::from_utf8_lossy(&output.unwrap().stdout), "compose.yaml\n", "{cd}");
}

#[test]
fn the_project_is_named_after_its_folder() {
    let place = Place::new();
    for (folder, name) in [("My Shop", "my-shop"), ("_shop.v2-", "shop-v2"), ("日本", "app")] {
        fs::create_dir(place.at(folder)).unwrap();
        let answers = place.run(folder, &["new", "-l", "go", "--yes", "--print-answers"]).well().stdout;
        assert!(answers.starts_with(&format!("name = \"{name}\"\n")), "{folder}: {answers}");
    }
}

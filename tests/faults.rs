//! All or nothing: what a failure half-way, a kill at any instant, and somebody else at work leave behind.
//!
//! Failures and kills are put at each system call that changes a file, by `strace`: between two such calls
//! nothing on the disk is different.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

mod common;
#[path = "common/program.rs"]
mod program;
#[path = "common/strace.rs"]
mod strace;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use common::set;
use dockgen::answers::{AnswersFile, Manner};
use dockgen::carry_out;
use dockgen::catalog::Catalog;
use dockgen::disk::Disk;
use dockgen::error::Error;
use dockgen::request::{Add, Common};
use program::{Done, Place, Thing, Tree, assert_same, in_parallel, tree, without_values};
use strace::strace;

const WRITTEN: &str = "# ours\nservices:\n  web:\n    build: .\n    ports: [\"8000:8000\"]  # the door\n";

/// What makes a place ready.
type Prepare = fn(&Place);

/// A command, and the folder in which it starts.
struct Case {
    name: &'static str,
    prepare: Prepare,
    folder: &'static str,
    arguments: &'static [&'static str],
}

const NEW: &[&str] = &["new", "shop", "-l", "go", "-s", "postgres", "--yes"];
const ADD: &[&str] = &["add", "postgres=db", "--set", "db.connect=env", "--yes"];

fn nothing(_: &Place) {}

fn written(place: &Place) {
    place.write("shop/compose.yaml", WRITTEN);
    place.write("shop/compose.override.yaml", "services:\n  web:\n    environment:\n      DEBUG: \"1\"\n");
    place.write("shop/.gitignore", "dist");
    place.write("shop/.dockerignore", "dist\n");
    place.write("shop/.env", "MODE=on\n");
}

fn added(place: &Place) {
    written(place);
    place.run("shop", ADD).well();
}

fn cloned(place: &Place) {
    place.run("", NEW).well();
    fs::remove_dir_all(place.at("shop/secrets")).unwrap();
}

fn other(place: &Place) {
    place.run("", &["new", "shop", "-l", "python", "--yes"]).well();
}

const CASES: &[Case] = &[
    Case { name: "new in an empty folder", prepare: nothing, folder: "", arguments: NEW },
    Case { name: "add to a file that a person wrote", prepare: written, folder: "shop", arguments: ADD },
    Case { name: "remove", prepare: added, folder: "shop", arguments: &["remove", "db"] },
    Case { name: "secrets in a fresh clone", prepare: cloned, folder: "shop", arguments: &["secrets"] },
    Case {
        name: "new over another project",
        prepare: other,
        folder: "",
        arguments: &["new", "shop", "-l", "go", "--yes", "--overwrite", "--no-starter"],
    },
];

/// The system calls that change files; `openat` does when it creates or empties one.
const CALLS: &str = "openat,open,creat,mkdir,mkdirat,rmdir,write,pwrite64,writev,copy_file_range,sendfile,chmod,fchmod,\
                     fchmodat,fchown,chown,fchownat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,\
                     truncate,ftruncate,fallocate";

/// The program under `strace`; what is traced goes to `log` beside the folder.
fn traced(strace: &Path, place: &Place, case: &Case, options: &[&str]) -> Done {
    let plain = place.command(case.folder);
    let mut command = Command::new(strace);
    command
        .args(["-f", "-qq", "-o"])
        .arg(place.at("log"))
        .args(options)
        .arg(plain.get_program())
        .args(case.arguments);
    command.current_dir(place.at(case.folder)).stdin(Stdio::null()).env_clear();
    command.envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))));
    Done::of(&command.output().expect("strace runs"))
}

/// Each call that changes a file: its name, and how many of that name there were up to it.
fn changing_calls(log: &str) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in log.lines() {
        let Some((name, rest)) = line.split_once(' ').and_then(|(_, call)| call.trim().split_once('('))
        else {
            continue;
        };
        let count = counts.entry(name).or_default();
        *count += 1;
        let reads = name.starts_with("open") && !rest.contains("O_CREAT") && !rest.contains("O_TRUNC");
        let speaks = name == "write" && (rest.starts_with("1,") || rest.starts_with("2,"));
        if !reads && !speaks {
            calls.push((name.to_owned(), *count));
        }
    }
    calls
}

/// The project, without what only says when the test ran.
fn project(place: &Place) -> Tree {
    place.tree("shop")
}

fn is_temporary(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with(".dockgen-"))
}

#[test]
fn a_failure_at_any_system_call_leaves_everything_as_it_was() {
    let Some(strace) = strace() else { return };
    for case in CASES {
        let place = Place::new();
        (case.prepare)(&place);
        assert!(traced(&strace, &place, case, &["-e", &format!("trace={CALLS}")]).code == 0, "{}", case.name);
        let calls = changing_calls(&place.read("log"));
        assert!(calls.len() > 8, "{}: {calls:?}", case.name);
        in_parallel(&calls, |(call, count)| {
            let place = Place::new();
            (case.prepare)(&place);
            let before = place.tree("");
            let error = if call.contains("write") { "ENOSPC" } else { "EACCES" };
            let inject = format!("inject={call}:error={error}:when={count}");
            let done = traced(&strace, &place, case, &["-e", &inject]);
            let what = format!("{}: {call} {count}: {}", case.name, done.stderr);
            let mut after = place.tree("");
            after.remove("log");
            if done.code == 0 {
                // What is not needed may fail: then everything is there.
                assert!(!after.keys().any(|path| is_temporary(path)), "{what}");
                return;
            }
            assert_eq!(done.code, 1, "{what}");
            assert!(done.stderr.starts_with("error: cannot "), "{what}");
            assert!(!done.stderr.contains("os error"), "{what}");
            assert_same(&what, &before, &after);
        });
    }
}

#[test]
fn killed_at_any_system_call_every_file_is_old_or_new_and_the_same_command_completes_it() {
    let Some(strace) = strace() else { return };
    for case in CASES {
        let place = Place::new();
        (case.prepare)(&place);
        let before = without_values(project(&place));
        assert!(traced(&strace, &place, case, &["-e", &format!("trace={CALLS}")]).code == 0, "{}", case.name);
        let complete = without_values(project(&place));
        assert_ne!(before, complete, "{}", case.name);
        let calls = changing_calls(&place.read("log"));
        in_parallel(&calls, |(call, count)| {
            let place = Place::new();
            (case.prepare)(&place);
            let there = project(&place);
            let inject = format!("inject={call}:signal=KILL:when={count}");
            let done = traced(&strace, &place, case, &["-e", &inject]);
            let what = format!("{}: killed at {call} {count}", case.name);
            assert_eq!(done.code, -1, "{what}: {}", done.stderr);
            assert_whole(&what, &before, &complete, &project(&place));
            for (path, thing) in there.iter().filter(|(path, _)| path.starts_with("secrets/")) {
                assert_eq!(project(&place).get(path), Some(thing), "{what}: {path}");
            }
            if call == "rmdir" {
                // Folders go once all is done: one that is left is empty.
                let is_file = |(_, thing): &(&String, &Thing)| matches!(thing, Thing::File { .. });
                let (now, wanted) = (without_values(project(&place)), &complete);
                assert!(now.iter().filter(is_file).eq(wanted.iter().filter(is_file)), "{what}");
                return;
            }
            let again = place.run(case.folder, case.arguments);
            assert_eq!(again.code, 0, "{what}, then: {}", again.stderr);
            assert_same(&what, &complete, &without_values(project(&place)));
        });
    }
}

/// Every file is as it was before, or as it is in the end.
fn assert_whole(what: &str, before: &Tree, complete: &Tree, now: &Tree) {
    for (path, thing) in now.iter().filter(|(path, _)| !is_temporary(path)) {
        if let Thing::File { mode, text } = thing
            && path.starts_with("secrets/")
        {
            assert!(text.len() >= 24 && *mode == 0o644, "{what}: {path}");
            continue;
        }
        let thing = &without_values(Tree::from([(path.clone(), thing.clone())]))[path];
        let is_old = before.get(path) == Some(thing);
        let is_new = complete.get(path) == Some(thing);
        assert!(is_old || is_new, "{what}: {path} is neither old nor new: {thing:?}");
    }
    for path in before.keys().filter(|path| complete.contains_key(*path)) {
        assert!(now.contains_key(path), "{what}: {path} is gone");
    }
}

#[test]
fn what_is_in_the_way_half_way_is_an_error_and_nothing_is_left() {
    let in_the_way: [(&str, Prepare, &str); 8] = [
        ("a file for a folder", |place| place.write("shop/secrets", "mine\n"), "secrets"),
        ("a file for the record's folder", |place| place.write("shop/.dockgen", "mine\n"), ".dockgen"),
        (
            "a folder for a file",
            |place| fs::create_dir_all(place.at("shop/.gitignore")).unwrap(),
            ".gitignore",
        ),
        (
            "a folder for the record",
            |place| fs::create_dir_all(place.at("shop/.dockgen/answers.toml")).unwrap(),
            "answers.toml",
        ),
        ("a read-only file", |place| read_only(&place.at("shop/compose.yaml")), "compose.yaml"),
        (
            "a read-only override",
            |place| read_only(&place.at("shop/compose.override.yaml")),
            "compose.override.yaml",
        ),
        ("no text", |place| fs::write(place.at("shop/.gitignore"), b"\xff\xfe").unwrap(), ".gitignore"),
        (
            "a link that leads nowhere",
            |place| link("nowhere", &place.at("shop/.env.example")),
            ".env.example",
        ),
    ];
    for (what, prepare, named) in in_the_way {
        let place = Place::new();
        written(&place);
        let _ = fs::remove_file(place.at("shop/.gitignore"));
        prepare(&place);
        let before = place.tree("");
        let done = place.run("shop", ADD).refused(named);
        assert!(!done.stderr.contains("os error"), "{what}: {}", done.stderr);
        assert_same(what, &before, &place.tree(""));
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}

fn read_only(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o444)).unwrap();
}

fn link(to: &str, path: &Path) {
    std::os::unix::fs::symlink(to, path).unwrap();
}

#[test]
fn a_folder_that_is_not_writable_is_an_error_and_nothing_is_written() {
    let place = Place::new();
    written(&place);
    fs::remove_file(place.at("shop/.env")).unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.at("shop"), fs::Permissions::from_mode(0o555)).unwrap();
    let before = place.tree("");
    for (folder, arguments) in [
        ("shop", ADD),
        ("", &["new", "shop/inner", "-l", "go", "--yes"]),
        ("shop", &["new", "-l", "go", "--yes", "--keep"]),
    ] {
        let mut command = place.command(folder);
        command.args(arguments);
        // Root may write anywhere: be somebody else.
        if is_root() {
            command.uid(65534).gid(65534);
        }
        let Ok(output) = command.output() else {
            eprintln!("not run: another user cannot start the program");
            break;
        };
        let done = Done::of(&output).refused("permission denied");
        assert!(done.stderr.contains("hint: "), "{}", done.stderr);
        assert_same("not writable", &before, &place.tree(""));
    }
    fs::set_permissions(place.at("shop"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_file_of_another_user_stays_theirs_and_is_not_replaced_without_their_leave() {
    if !is_root() {
        eprintln!("not run: only root gives files away");
        return;
    }
    let owner = |place: &Place, file: &str| {
        let meta = fs::metadata(place.at("shop").join(file)).unwrap();
        (meta.uid(), meta.gid())
    };
    let files = ["compose.yaml", "compose.override.yaml", ".gitignore", ".dockerignore", ".env"];
    let place = Place::new();
    written(&place);
    for file in files {
        std::os::unix::fs::chown(place.at("shop").join(file), Some(1234), Some(4321)).unwrap();
    }
    place.run("shop", ADD).well();
    assert!(place.read("shop/.gitignore").contains("secrets"), "it was extended");
    place.run("shop", &["remove", "db"]).well();
    for file in files {
        assert_eq!(owner(&place, file), (1234, 4321), "{file}");
    }
    // Everybody may write into the folder, nobody into the file of another.
    let place = Place::new();
    written(&place);
    for folder in [place.path().to_owned(), place.at("shop"), place.at("home")] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
    }
    let before = place.tree("");
    let done = place.command("shop").args(ADD).uid(65534).gid(65534).output().unwrap();
    Done::of(&done).refused("permission denied");
    assert_same("a file of another user", &before, &place.tree(""));
}

#[test]
fn what_a_killed_run_left_is_taken_away_by_the_next_and_nothing_else_is() {
    let place = Place::new();
    written(&place);
    let left = ["shop/.dockgen-a1B2c3.tmp", "shop/.dockgen/.dockgen-000000.tmp"];
    let others =
        ["shop/.dockgen-notes", "shop/x.tmp", "shop/sub/.dockgen-a1B2c3.tmp", "shop/.dockgen-d.tmp/x"];
    left.iter().chain(&others).for_each(|path| place.write(path, "half\n"));
    place.run("shop", ADD).well();
    assert!(left.iter().all(|path| !place.at(path).exists()));
    assert!(others.iter().all(|path| place.read(path) == "half\n"));
}

#[test]
fn a_disk_that_gets_full_is_an_error_with_its_reason_and_nothing_is_left() {
    // A file system of its own, in a name space of its own: 24 KiB hold a few of the files.
    let place = Place::new();
    let program = env!("CARGO_BIN_EXE_dockgen");
    let script = "mount -t tmpfs -o size=24k,mode=755 tmpfs \"$1\" || exit 99
        mkdir \"$1/shop\" && printf 'services:\\n  web:\\n    build: .\\n' >\"$1/shop/compose.yaml\"
        before=$(cd \"$1\" && find . | sort; cat \"$1/shop/compose.yaml\")
        \"$2\" new \"$1/other\" -l node -s mysql,redis --yes; echo \"ended $?\" >&2
        dd if=/dev/zero of=\"$1/filler\" bs=4096 2>/dev/null
        \"$2\" add --file \"$1/shop/compose.yaml\" postgres --yes; echo \"ended $?\" >&2
        rm \"$1/filler\"
        after=$(cd \"$1\" && find . | sort; cat \"$1/shop/compose.yaml\")
        [ \"$before\" = \"$after\" ] || { echo \"$after\"; exit 98; }";
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(place.at("home"))
        .arg(program);
    let output = command.env("HOME", "/nonexistent").env_remove("COMPOSE_FILE").stdin(Stdio::null()).output();
    let Some(output) = output.ok().filter(|output| !matches!(output.status.code(), Some(1 | 99))) else {
        eprintln!("not run: no file system of one's own here");
        return;
    };
    let done = Done::of(&output);
    assert_eq!(done.code, 0, "{}\n{}", done.stdout, done.stderr);
    assert_eq!(done.stderr.matches("ended 1").count(), 2, "{}", done.stderr);
    assert_eq!(done.stderr.matches("no space left on device").count(), 2, "{}", done.stderr);
    assert_eq!(done.stderr.matches("hint: make room on the disk").count(), 2, "{}", done.stderr);
}

#[test]
fn many_at_once_on_one_file_each_land_whole_or_say_why_not() {
    let place = Place::new();
    place.write("shop/compose.yaml", WRITTEN);
    let children: Vec<_> = (0..8)
        .map(|number| {
            let mut command = place.command("shop");
            let name = format!("redis=cache{number}");
            (
                number,
                command
                    .args(["add", &name, "--yes"])
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap(),
            )
        })
        .collect();
    let mut landed = 0;
    let ended: Vec<(i32, Done)> = children
        .into_iter()
        .map(|(number, child)| (number, Done::of(&child.wait_with_output().unwrap())))
        .collect();
    let compose = place.read("shop/compose.yaml");
    let record = place.read("shop/.dockgen/answers.toml");
    for (number, done) in &ended {
        let there = |text: &str, what: &str| text.lines().filter(|line| *line == what).count();
        let expected = usize::from(done.code == 0);
        assert_eq!(
            there(&compose, &format!("  cache{number}:")),
            expected,
            "{number}: {}\n{compose}",
            done.stderr
        );
        assert_eq!(
            there(&record, &format!("name = \"cache{number}\"")),
            expected,
            "{number}: {}\n{record}",
            done.stderr
        );
        let why = done.stderr.contains("another dockgen is at work")
            || done.stderr.contains("changed by somebody else");
        assert!(done.code == 0 || (done.code == 1 && why), "{number}: {}", done.stderr);
        landed += expected;
    }
    assert!(landed > 0, "{ended:?}");
    assert!(!place.tree("shop").keys().any(|path| is_temporary(path)));
    for number in 0..8 {
        place.run("shop", &["add", &format!("redis=cache{number}"), "--yes"]).well();
    }
    let compose = place.read("shop/compose.yaml");
    assert!((0..8).all(|number| compose.matches(&format!("\n  cache{number}:\n")).count() == 1), "{compose}");
    assert!(compose.starts_with("# ours\nservices:\n") && compose.contains("# the door\n"), "{compose}");
}

#[test]
fn while_another_is_at_work_in_the_folder_nothing_is_written() {
    let place = Place::new();
    written(&place);
    let before = place.tree("shop");
    let other = fs::File::open(place.at("shop")).unwrap();
    other.lock().unwrap();
    let done = place.run("shop", ADD).refused("another dockgen is at work");
    assert!(done.stderr.contains("hint: "), "{}", done.stderr);
    assert_same("locked", &before, &place.tree("shop"));
    drop(other);
    place.run("shop", ADD).well();
}

fn add_request() -> Add {
    Add {
        common: Common {
            flags: set(&[("db.connect", "env")]),
            file: AnswersFile::default(),
            manner: Manner::Defaults,
            development: true,
        },
        wanted: vec!["postgres=db".to_owned()],
        file: "compose.yaml".to_owned(),
        override_file: Some("compose.override.yaml".to_owned()),
        others: Vec::new(),
        to: None,
        path: None,
        depends_on_healthy: false,
    }
}

#[test]
fn a_file_that_was_changed_between_reading_and_writing_is_not_written() {
    let changes: [(&str, Prepare); 5] = [
        ("edited", |place| place.write("shop/compose.yaml", &format!("{WRITTEN}# more\n"))),
        ("edited without another length", |place| {
            place.write("shop/compose.yaml", &WRITTEN.replace("ours", "OURS"))
        }),
        ("gone", |place| fs::remove_file(place.at("shop/compose.yaml")).unwrap()),
        ("another file edited", |place| place.write("shop/.gitignore", "other\n")),
        ("the override edited", |place| place.write("shop/compose.override.yaml", "services: {}\n")),
    ];
    for (what, change) in changes {
        let place = Place::new();
        written(&place);
        let disk = Disk::open(&place.at("shop")).unwrap();
        let (plan, _) =
            dockgen::add(&add_request(), &Catalog::embedded(), &mut common::Nobody, &disk).unwrap();
        change(&place);
        let before = place.tree("");
        let refused = carry_out(&plan, &[], &disk);
        assert!(matches!(refused, Err(Error::Changed { .. })), "{what}: {refused:?}");
        assert_same(what, &before, &place.tree(""));
    }
}

#[test]
fn a_file_that_appeared_meanwhile_is_kept() {
    let place = Place::new();
    written(&place);
    let disk = Disk::open(&place.at("shop")).unwrap();
    let (plan, _) = dockgen::add(&add_request(), &Catalog::embedded(), &mut common::Nobody, &disk).unwrap();
    place.write("shop/.env.example", "# somebody's\n");
    place.write("shop/secrets/db_password.txt", "somebody's");
    carry_out(&plan, &[], &disk).unwrap();
    assert_eq!(place.read("shop/.env.example"), "# somebody's\n");
    assert_eq!(place.read("shop/secrets/db_password.txt"), "somebody's");
    assert!(place.read("shop/secrets/db_url.txt").contains(":somebody%27s@"));
}

#[test]
fn modes_are_kept_whatever_they_are() {
    let modes = [
        ("compose.yaml", 0o600),
        ("compose.override.yaml", 0o664),
        (".gitignore", 0o755),
        (".dockerignore", 0o640),
        (".env", 0o660),
    ];
    let place = Place::new();
    written(&place);
    for (file, mode) in modes {
        fs::set_permissions(place.at("shop").join(file), fs::Permissions::from_mode(mode)).unwrap();
    }
    let mode = |file: &str| fs::metadata(place.at("shop").join(file)).unwrap().permissions().mode() & 0o7777;
    let before = place.tree("shop");
    place.run("shop", ADD).well();
    for (file, given) in modes {
        assert_ne!(before.get(file), place.tree("shop").get(file), "{file} was to be extended");
        assert_eq!(mode(file), given, "{file}");
    }
    place.run("shop", &["remove", "db"]).well();
    for (file, given) in modes {
        assert_eq!(mode(file), given, "{file}");
    }
}

#[test]
fn new_files_have_their_modes_under_any_umask() {
    for umask in ["000", "077", "022", "777"] {
        let place = Place::new();
        let program = env!("CARGO_BIN_EXE_dockgen");
        let script = format!("umask {umask} && exec \"$0\" new shop -l go -s postgres --yes");
        let mut command = Command::new("sh");
        command.args(["-c", &script, program]).current_dir(place.path()).env("HOME", place.at("home"));
        Done::of(&command.output().unwrap()).well();
        let mode =
            |path: &str| fs::metadata(place.at("shop").join(path)).unwrap().permissions().mode() & 0o7777;
        let modes =
            ["", "secrets", "secrets/postgres_url.txt", "compose.yaml", ".dockgen", "main.go"].map(mode);
        assert_eq!(modes, [0o755, 0o700, 0o644, 0o644, 0o755, 0o644], "umask {umask}");
    }
}

#[test]
fn links_inside_the_project_stay_links_and_what_they_lead_to_is_extended() {
    let place = Place::new();
    place.write("shop/deploy/stack.yaml", WRITTEN);
    place.write("shop/config/ignore", "dist\n");
    fs::create_dir(place.at("shop/hidden")).unwrap();
    for (to, from) in
        [("deploy/stack.yaml", "compose.yaml"), ("config/ignore", ".gitignore"), ("hidden", "secrets")]
    {
        link(to, &place.at("shop").join(from));
    }
    place.run("shop", &["add", "postgres", "--yes"]).well();
    let after = place.tree("shop");
    for (to, from) in
        [("deploy/stack.yaml", "compose.yaml"), ("config/ignore", ".gitignore"), ("hidden", "secrets")]
    {
        assert_eq!(after.get(from), Some(&Thing::Link(to.into())));
    }
    assert!(place.read("shop/deploy/stack.yaml").contains("  postgres:\n"));
    assert!(place.read("shop/config/ignore").starts_with("dist\n"));
    assert!(place.at("shop/hidden/postgres_password.txt").exists());
    place.run("shop", &["add", "postgres", "--yes"]).idle();
    place.run("shop", &["remove", "postgres"]).well();
    assert_eq!(place.read("shop/deploy/stack.yaml"), WRITTEN);
    assert_eq!(tree(&place.at("shop")).get("compose.yaml"), Some(&Thing::Link("deploy/stack.yaml".into())));
}

#[test]
fn a_file_of_a_gigabyte_is_refused_before_it_is_read() {
    let files = [
        "shop/compose.yaml",
        "shop/compose.override.yaml",
        "shop/.gitignore",
        "shop/.env",
        "shop/.dockgen/answers.toml",
        "shop/.dockgen/templates/services/postgres/service.toml",
        "shop/answers.toml",
    ];
    for file in files {
        let place = Place::new();
        written(&place);
        place.write("shop/answers.toml", "");
        place.write(file, "");
        fs::File::options().write(true).open(place.at(file)).unwrap().set_len(1 << 30).unwrap();
        let mut command = Command::new("sh");
        let script =
            "ulimit -v 400000; exec \"$0\" add postgres=db --answers answers.toml --set db.connect=env --yes";
        command.args(["-c", script, env!("CARGO_BIN_EXE_dockgen")]).current_dir(place.at("shop"));
        let output = command.env("HOME", place.at("home")).env_remove("COMPOSE_FILE").output().unwrap();
        let done = Done::of(&output).refused(file.rsplit('/').next().unwrap());
        assert!(
            done.stderr.contains("hint: dockgen reads text files up to 16 MiB"),
            "{file}: {}",
            done.stderr
        );
        assert!(!place.at("shop/secrets").exists(), "{file}");
    }
}

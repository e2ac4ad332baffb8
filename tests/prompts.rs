//! The prompts, as a person at a terminal meets them.
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
#[path = "common/strace.rs"]
mod strace;

use std::io::Read;
use std::process::{Command, Stdio};

use person::{CTRL_C, DOWN, ENTER, Left, Person, UP};
use program::{Place, Tree, assert_same, in_parallel, without_values};
use pty_process::blocking::Command as InTerminal;
use strace::strace;

/// A question, by words in it, and the keys that answer it.
type Step = (&'static str, &'static str);

/// `dockgen new shop` where nothing is: Python, PostgreSQL and Redis.
const NEW: &[Step] = &[
    ("Project name (shop)", ENTER),
    // Down from go: java, node, python
    ("Language", "\x1b[B\x1b[B\x1b[B\r"),
    ("Ask for details too", ENTER),
    ("Package manager", ENTER),
    ("Base image", ENTER),
    ("Python version", ENTER),
    ("Port (8000)", ENTER),
    // Up from adminer: worker, valkey, redis, then rabbitmq, postgres
    ("Services (space picks, enter goes on)", "\x1b[A\x1b[A\x1b[A \x1b[A\x1b[A \r"),
    ("PostgreSQL version", ENTER),
    ("redis: eviction policy", ENTER),
    ("Write these files?", ENTER),
];

/// The same, by flags.
const BY_FLAGS: &[&str] = &["new", "shop", "-l", "python", "-s", "postgres,redis", "--yes"];

/// What settles every question about an application in Python that is not a detail.
const SETTLED: &[&str] = &[
    "--name=shop",
    "--language=python",
    "--package-manager=uv",
    "--base=slim",
    "--language-version=3.14",
    "--port=8000",
    "--set=app.start=python main.py",
    "--set=app.health_path=/health",
];

fn dockgen(place: &Place, folder: &str, arguments: &[&str]) -> Command {
    let mut command = place.command(folder);
    command.env("TERM", "xterm-256color").args(arguments);
    command
}

fn person(place: &Place, folder: &str, arguments: &[&str]) -> Person {
    Person::at(dockgen(place, folder, arguments), 60, 100)
}

fn go(person: &Person, steps: &[Step]) {
    for (question, keys) in steps {
        person.is_asked(question).presses(keys);
    }
}

/// A folder in which two files are in the way.
fn in_the_way() -> Place {
    let place = Place::new();
    place.write("shop/Dockerfile", "FROM scratch\n");
    place.write("shop/DOCKER.md", "mine\n");
    place
}

/// It was left at a prompt: nothing was written, and the terminal is as it was.
#[track_caller]
fn assert_left_without_a_trace(what: &str, left: &Left) {
    let text = left.text();
    assert_eq!(left.code, 130, "{what}: {text}");
    assert_eq!(left.lines.last().unwrap(), "error: interrupted, nothing was written", "{what}: {text}");
    assert!(left.cursor, "{what}: the cursor is hidden");
    assert!(left.raw.rfind("\x1b[?25h") >= left.raw.rfind("\x1b[?25l"), "{what}: the cursor stays hidden");
    assert_eq!(left.column, 0, "{what}: the cursor stands behind something: {text}");
    assert!(!left.raw.contains("^C"), "{what}: {text}");
}

#[test]
fn a_whole_project_takes_few_questions_and_nothing_is_written_before_the_last() {
    let place = Place::new();
    let person = person(&place, ".", &["new", "shop"]);
    go(&person, &NEW[..NEW.len() - 1]);
    person.is_asked("Write these files?");
    assert_eq!(place.tree("shop"), Tree::new());
    let screen = person.screen().join("\n");
    for line in [
        "\n  compose.yaml                            new",
        "\n  secrets/\n    postgres_password.txt                 new secret",
        "\n✔ Project name · shop\n✔ Language · python\n✔ Ask for details too, such as limits and logs? · no\n✔ Package manager · uv\n",
        "\n✔ Services · postgres, redis\n✔ PostgreSQL version · 18\n✔ redis: eviction policy · allkeys-lru\n",
    ] {
        assert!(format!("\n{screen}").contains(line), "`{line}` is not in\n{screen}");
    }
    person.presses(ENTER);
    let left = person.leaves();
    assert_eq!(left.code, 0, "{}", left.text());
    assert!(left.cursor && left.column == 0, "{}", left.text());
    assert!(left.text().contains("  created compose.yaml\n"), "{}", left.text());
    assert!(
        left.text().ends_with("\nnext:\n  cd shop\n  docker compose up --build --wait"),
        "{}",
        left.text()
    );

    let other = Place::new();
    other.run(".", BY_FLAGS).well();
    let [asked, given] = [&place, &other].map(|place| without_values(place.tree("shop")));
    assert_same("prompts and flags give the same project", &asked, &given);
}

#[test]
fn details_are_asked_for_on_request_only() {
    let place = Place::new();
    let arguments = [&["new", "shop", "-s", "postgres=orders"], SETTLED].concat();
    let person = person(&place, ".", &arguments);
    go(
        &person,
        &[
            ("Ask for details too", "y"),
            ("Change details of app (Python)?", "n"),
            ("Change details of project?", "n"),
            ("Change details of orders (PostgreSQL)?", "y"),
            ("orders: PostgreSQL version", "\x1b[B\r"),
            ("orders: database name (app)", "shopdb\r"),
            ("orders: database user (app)", ENTER),
            ("orders: folder for init scripts", "y"),
            ("orders: beginning of the URL", ENTER),
            ("orders: memory limit (1g)", "2g\r"),
            ("orders: CPU limit (1.0)", ENTER),
        ],
    );
    person.accepts_until("Write these files?").presses("y");
    let left = person.leaves();
    assert_eq!(left.code, 0, "{}", left.text());
    let compose = place.read("shop/compose.yaml");
    for text in ["postgres:17.", "POSTGRES_DB: shopdb", "memory: 2g"] {
        assert!(compose.contains(text), "`{text}` is not in\n{compose}");
    }
    assert!(place.at("shop/orders/init").is_dir());
}

#[test]
fn a_wrong_answer_is_explained_and_asked_for_again() {
    let place = Place::new();
    let settled: Vec<&str> =
        SETTLED.iter().filter(|flag| !flag.contains("port") && !flag.contains("name=")).copied().collect();
    let person = person(&place, ".", &[&["new", "shop", "-s", "memcached"], &settled[..]].concat());
    person.is_asked("Project name").presses("My Shop\r");
    person.sees("✘ `My Shop` cannot name a project; a name has lower-case letters and digits");
    person.is_asked("Project name").presses("store\r");
    person.is_asked("Ask for details too").presses("n");
    person
        .is_asked("Port (8000)")
        .sees("  the program listens on it on all addresses; none: it serves nothing");
    person.presses("99999\r");
    person.sees("✘ `99999` is no answer here; allowed: a whole number from 1 to 65535, or `none`");
    person.is_asked("Port (8000)").presses("eight\r");
    person.sees("✘ `eight` is no answer here");
    person.is_asked("Port (8000)").presses("9000\r");
    person.is_asked("memcached: memory for data, in MB (64)").presses("128\r");
    person.is_asked("Write these files?");
    let screen = person.screen();
    assert!(
        !screen.iter().any(|line| line.contains('✘')),
        "what is settled is no longer explained: {screen:?}"
    );
    person.presses("y");
    assert_eq!(person.leaves().code, 0);
    assert!(place.read("shop/compose.yaml").contains("9000"));
    assert!(place.read("shop/compose.yaml").contains("\nname: store\n"));
}

#[test]
fn what_was_found_is_the_default_and_says_where() {
    let place = Place::new();
    place.write("shop/uv.lock", "version = 1\n");
    place.write("shop/pyproject.toml", "[project]\nname = \"shop\"\n");
    place.write("shop/.python-version", "3.12\n");
    let person = person(&place, "shop", &["new"]);
    person.is_asked("Project name").presses(ENTER);
    person.is_asked("Language").sees("❯ python").sees("(found uv.lock)").presses(ENTER);
    person.is_asked("Ask for details too").presses("n");
    person.is_asked("Package manager (found in uv.lock)").sees("❯ uv").presses(ENTER);
    person.is_asked("Base image").presses(ENTER);
    person.is_asked("Python version (found in .python-version:1)").sees("❯ 3.12").presses(ENTER);
    person.is_asked("Port").sees("✔ Python version (found in .python-version:1) · 3.12").presses(CTRL_C);
    assert_left_without_a_trace("port", &person.leaves());
}

#[test]
fn each_file_in_the_way_is_shown_and_asked_about() {
    let place = in_the_way();
    let person = person(
        &place,
        ".",
        &[&["new", "shop", "-s", "memcached", "--set=memcached.cache_size=64"], SETTLED].concat(),
    );
    person.is_asked("Ask for details too").presses("n");
    person
        .is_asked("`DOCKER.md` is there already")
        .sees("--- a/DOCKER.md")
        .sees("-mine")
        .sees("+# ")
        .presses(ENTER);
    person
        .is_asked("`Dockerfile` is there already")
        .sees("-FROM scratch")
        .sees("+# syntax=docker/dockerfile:1");
    person.presses(DOWN).sees("❯ overwrite it").presses(ENTER);
    person.is_asked("Write these files?").sees("✔ `DOCKER.md` is there already · keep it as it is");
    assert_eq!(place.read("shop/Dockerfile"), "FROM scratch\n");
    person.presses("y");
    let left = person.leaves();
    assert_eq!(left.code, 0, "{}", left.text());
    assert!(left.text().contains("     kept DOCKER.md\n"), "{}", left.text());
    assert!(left.text().contains("  changed Dockerfile\n"), "{}", left.text());
    assert_eq!(place.read("shop/DOCKER.md"), "mine\n");
    assert!(place.read("shop/Dockerfile").starts_with("# syntax="));
}

#[test]
fn no_and_stop_write_nothing() {
    let place = in_the_way();
    let before = place.tree(".");
    let arguments = [&["new", "shop", "-s", "memcached", "--set=memcached.cache_size=64"], SETTLED].concat();
    let stopped = person(&place, ".", &arguments);
    go(&stopped, &[("Ask for details too", "n"), ("`DOCKER.md` is there already", "\x1b[A\r")]);
    assert_left_without_a_trace("stop", &stopped.leaves());
    let declined = person(&place, ".", &[&arguments[..], &["--overwrite"]].concat());
    go(&declined, &[("Ask for details too", "n"), ("Write these files?", "n")]);
    let left = declined.leaves();
    assert_eq!((left.code, left.lines.last().map(String::as_str)), (3, Some("nothing was written")));
    assert!(left.cursor && !left.raw.contains("error"), "{}", left.text());
    assert_same("nothing was written", &before, &place.tree("."));
}

#[test]
fn ctrl_c_at_any_prompt_leaves_nothing_behind() {
    let details: &[Step] = &[
        ("Ask for details too", "y"),
        ("Change details of app (Python)?", "y"),
        ("Check command (python main.py worker-check)", ENTER),
    ];
    let settled = [&["new", "shop", "-s", "memcached", "--set=memcached.cache_size=64"], SETTLED].concat();
    let conflict: &[Step] = &[("Ask for details too", "n"), ("`DOCKER.md` is there already", DOWN)];
    let mut places = Vec::new();
    places.extend((0..NEW.len()).map(|step| (Place::new(), vec!["new", "shop"], &NEW[..=step])));
    places.extend((0..details.len()).map(|step| (Place::new(), settled.clone(), &details[..=step])));
    places.push((in_the_way(), settled.clone(), conflict));
    in_parallel(&places, |(place, arguments, steps)| {
        let before = place.tree(".");
        let person = person(place, ".", arguments);
        let (last, done) = steps.split_last().unwrap();
        go(&person, done);
        person.is_asked(last.0).presses(CTRL_C);
        assert_left_without_a_trace(last.0, &person.leaves());
        assert_same(last.0, &before, &place.tree("."));
    });
}

#[test]
fn ctrl_c_in_the_middle_of_an_answer_leaves_nothing_behind() {
    for (question, keys) in [("Project name", "stor"), ("Language", "\x1b[B")] {
        let place = Place::new();
        let before = place.tree(".");
        let person = person(&place, ".", &["new", "shop"]);
        go(&person, &NEW[..NEW.iter().position(|(text, _)| text.contains(question)).unwrap()]);
        person.is_asked(question).presses(keys);
        person.sees(if keys == "stor" { "stor" } else { "❯ java" }).presses(CTRL_C);
        assert_left_without_a_trace(question, &person.leaves());
        assert_same(question, &before, &place.tree("."));
    }
}

#[test]
fn an_end_from_outside_leaves_the_terminal_as_it_was() {
    // A text, a list, a yes or no, a list of several
    for question in ["Project name", "Language", "Ask for details too", "Services"] {
        let place = Place::new();
        let before = place.tree(".");
        let person = person(&place, ".", &["new", "shop"]);
        go(&person, &NEW[..NEW.iter().position(|(text, _)| text.contains(question)).unwrap()]);
        person.is_asked(question).ends_it();
        assert_left_without_a_trace(question, &person.leaves());
        assert_same(question, &before, &place.tree("."));
    }
}

#[test]
fn colour_is_left_out_when_it_is_not_wanted() {
    for (name, value, colour) in [("NO_COLOR", "1", false), ("TERM", "dumb", false), ("NO_COLOR", "", true)] {
        let place = Place::new();
        let mut command = dockgen(&place, ".", &["new", "shop"]);
        command.env(name, value);
        let person = Person::at(command, 60, 100);
        let services = NEW.iter().position(|(question, _)| question.starts_with("Services")).unwrap();
        go(&person, &NEW[..services]);
        person.is_asked("Services").sees("❯ ⬚ adminer").presses(DOWN).sees("❯ ⬚ mailpit").presses(" ");
        person.sees("❯ ✔ mailpit").presses(" ").sees("❯ ⬚ mailpit").presses(UP).sees("  ⬚ mailpit");
        go(&person, &NEW[services..]);
        let left = person.leaves();
        assert_eq!(left.code, 0, "{}", left.text());
        let coloured = left.raw.match_indices("\x1b[").any(|(at, _)| {
            left.raw[at + 2..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m')
        });
        assert_eq!(coloured, colour, "{name}={value}: {:?}", left.raw);
    }
}

#[test]
fn narrow_terminals_show_the_same() {
    let answered = |columns| {
        let place = Place::new();
        let person = Person::at(dockgen(&place, ".", &["new", "shop"]), 60, columns);
        for (question, keys) in NEW {
            person.is_asked(question);
            if *question == "Language" {
                // A list that is drawn anew again and again stands there once.
                for _ in 0..6 {
                    person.presses(DOWN);
                }
                person.sees("❯ go").presses(DOWN).sees("❯ java").presses(UP).sees("❯ go").sees("  static");
                let once = |screen: &[String]| {
                    screen
                        .iter()
                        .filter(|line| line.starts_with("  rust") || line.starts_with("❯ go"))
                        .count()
                        == 2
                };
                // It may be looked at in the middle of a drawing.
                let screens = (0..200).map(|_| {
                    std::thread::sleep(std::time::Duration::from_millis(10));
                    person.screen()
                });
                let screen =
                    screens.into_iter().find(|screen| once(screen)).unwrap_or_else(|| person.screen());
                assert!(once(&screen), "{screen:#?}");
                let widest = screen
                    .iter()
                    .filter(|line| line.starts_with("  "))
                    .map(|line| line.chars().count())
                    .max();
                assert!(widest.unwrap() < usize::from(columns), "{screen:#?}");
            }
            person.presses(keys);
        }
        let left = person.leaves();
        assert_eq!(left.code, 0, "{}", left.text());
        left.lines.into_iter().filter(|line| !line.contains("/shop")).collect::<Vec<_>>()
    };
    let wide = answered(100);
    assert_eq!(answered(40), wide);
    assert_eq!(answered(20), wide);
}

/// The same where no list has room: what is picked is named.
const NEW_BY_WORDS: &[Step] = &[
    ("Project name (shop)", ENTER),
    ("Language (go)", "p\r"),
    ("Ask for details too", ENTER),
    ("Package manager (uv)", ENTER),
    ("Base image (slim)", ENTER),
    ("Python version (3.14)", ENTER),
    ("Port (8000)", ENTER),
    ("Services (none)", "redis, postgres\r"),
    ("PostgreSQL version (18)", ENTER),
    ("redis: eviction policy (allkeys-lru)", ENTER),
    ("Write these files?", ENTER),
];

#[test]
fn where_a_list_has_no_room_its_names_are_typed() {
    let other = Place::new();
    other.run(".", BY_FLAGS).well();
    let given = without_values(other.tree("shop"));
    in_parallel(&[(1, 60), (1, 3), (2, 24), (19, 24)], |&(columns, rows)| {
        let place = Place::new();
        let person = Person::at(dockgen(&place, ".", &["new", "shop"]), rows, columns);
        go(&person, NEW_BY_WORDS);
        let left = person.leaves();
        assert_eq!(left.code, 0, "{columns}: {}", left.text());
        assert!(left.cursor && left.column == 0, "{columns}: {}", left.text());
        for settled in ["✔ Language · python", "✔ Services · postgres, redis", "  created compose.yaml"]
        {
            assert!(left.text().contains(settled), "{columns}: `{settled}` is not in\n{}", left.text());
        }
        assert!(!left.raw.contains('❯'), "{columns}: {}", left.text());
        assert_same("words give the same project", &without_values(place.tree("shop")), &given);
    });
}

#[test]
fn a_name_that_is_not_offered_is_asked_for_again_and_ctrl_c_leaves_no_trace() {
    let place = in_the_way();
    let before = place.tree(".");
    let person = Person::at(dockgen(&place, ".", &["new", "shop"]), 60, 1);
    person.is_asked("Project name").presses(ENTER);
    person.sees("  go, java, node, python, rust, static");
    person.is_asked("Language (go)").presses("cobol\r");
    person.sees("✘ `cobol` is no answer here; allowed: go, java, node, python, rust, static");
    person.presses("rust\r").is_asked("Ask for details too").presses("n");
    person.accepts_until("Services").presses("p\r").sees("✘ `p` is no answer here; allowed: adminer");
    person.presses("memcached\r").accepts_until("`DOCKER.md` is there already");
    person.sees("  keep it as it is, overwrite it, stop, write nothing").presses("overwrite\r");
    person.is_asked("`Dockerfile` is there already").presses(CTRL_C);
    assert_left_without_a_trace("one column", &person.leaves());
    assert_same("nothing was written", &before, &place.tree("."));
}

#[test]
fn a_terminal_without_rows_is_refused() {
    let place = Place::new();
    let left = Person::at(dockgen(&place, ".", &["new", "shop"]), 2, 80).leaves();
    assert_eq!(left.code, 1, "{}", left.text());
    assert!(left.text().contains("it has fewer than three rows"), "{}", left.text());
}

#[test]
fn nobody_is_asked_when_the_keyboard_or_the_screen_is_a_pipe() {
    let place = Place::new();
    let piped: [fn(InTerminal) -> InTerminal; 2] =
        [|command| command.stdin(Stdio::null()), |command| command.stderr(Stdio::null())];
    for apart in piped {
        let left = Person::at(apart(dockgen(&place, ".", &["new", "shop"]).into()), 60, 100).leaves();
        assert_eq!(left.code, 1, "{}", left.text());
        assert!(!left.raw.contains('?'), "{}", left.text());
        assert!(!place.at("shop").exists());
    }
}

#[test]
fn answers_can_be_asked_for_while_standard_output_is_a_file() {
    let place = Place::new();
    let command =
        InTerminal::from(dockgen(&place, ".", &["new", "shop", "--print-answers"])).stdout(Stdio::piped());
    let mut person = Person::at(command, 60, 100);
    let mut stdout = person.stdout();
    go(&person, &NEW[..NEW.len() - 1]);
    let left = person.leaves();
    assert_eq!(left.code, 0, "{}", left.text());
    let mut text = String::new();
    stdout.read_to_string(&mut text).unwrap();
    place.write("answers.toml", &text);
    place.run(".", &["new", "shop", "--answers", "answers.toml", "--yes"]).well();
    let other = Place::new();
    other.run(".", BY_FLAGS).well();
    let [asked, given] = [&place, &other].map(|place| without_values(place.tree("shop")));
    assert_same("the answers give the same project", &asked, &given);
}

#[test]
fn a_line_says_that_looking_takes_long_in_a_terminal_only() {
    let Some(strace) = strace() else { return };
    let place = Place::new();
    place.write("shop/requirements.txt", "fastapi\n");
    let slow = |arguments: &[&str]| {
        let plain = dockgen(&place, "shop", arguments);
        let mut command = Command::new(&strace);
        // The line comes after half a second, and the look at the project takes more than three times that.
        command.args(["-f", "-qq", "-o", "../log", "-e", "trace=open,openat", "-e"]);
        command
            .arg("inject=open,openat:delay_enter=1700000")
            .arg("-P")
            .arg(place.at("shop/requirements.txt"));
        command.arg(plain.get_program()).args(plain.get_args()).current_dir(place.at("shop")).env_clear();
        command.envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))));
        command
    };
    for arguments in [&["detect"][..], &["new", "--yes", "--dry-run"]] {
        let left = Person::at(slow(arguments), 60, 100).leaves();
        assert_eq!(left.code, 0, "{}", left.text());
        let log = place.read("log");
        assert!(log.contains("requirements.txt") && log.contains("DELAYED"), "{log}");
        assert!(left.raw.contains("looking at the project … 1 s"), "{arguments:?}: {:?}", left.raw);
        assert!(!left.text().contains("looking"), "{arguments:?}: {}", left.text());

        let piped = slow(arguments).stdin(Stdio::null()).output().expect("it runs");
        assert!(piped.status.success());
        let said = [piped.stdout, piped.stderr].concat();
        assert!(!String::from_utf8_lossy(&said).contains("looking"), "{arguments:?}");
    }
}

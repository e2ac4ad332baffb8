//! The prompts, as a person at a terminal meets them.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "common/person.rs"]
mod person;
#[path = "common/program.rs"]
mod program;

use std::convert::identity;
use std::process::{Command, Stdio};

use person::{CTRL_C, DOWN, ENTER, Left, Person, SPACE, UP};
use program::{Place, Tree, in_parallel};

fn dockgen(place: &Place, folder: &str, arguments: &[&str]) -> Command {
    let mut command = place.command(folder);
    command.env("TERM", "xterm-256color").args(arguments);
    command
}

fn person(place: &Place, folder: &str, arguments: &[&str]) -> Person {
    Person::at(dockgen(place, folder, arguments), 50, 100, identity)
}

/// A question, by words in it, and the keys that answer it.
type Step = (&'static str, &'static str);

/// `dockgen new shop` in an empty folder: Python, PostgreSQL and Redis.
const NEW: &[Step] = &[
    ("Project name (shop)", ENTER),
    // go, java, node, python
    ("Language", "\x1b[B\x1b[B\x1b[B\r"),
    ("Ask for details too", ENTER),
    ("Package manager", ENTER),
    ("Base image", ENTER),
    ("Python version", ENTER),
    ("Port (8000)", ENTER),
    ("Start command (python main.py)", ENTER),
    ("Health path (/health)", ENTER),
    // up from the first is the last: worker, valkey, redis, rabbitmq, postgres
    ("Services (space picks, enter goes on)", "\x1b[A\x1b[A\x1b[A \x1b[A\x1b[A \r"),
    ("PostgreSQL version", ENTER),
    ("redis: Eviction policy", ENTER),
    ("Write these files?", ENTER),
];

fn go(person: &Person, steps: &[Step]) {
    for (question, keys) in steps {
        person.is_asked(question).presses(keys);
    }
}

/// Nothing of a prompt is left but what was answered, and the cursor is there.
#[track_caller]
fn assert_tidy(left: &Left) {
    let text = left.text();
    assert!(left.cursor, "the cursor is hidden");
    assert!(left.raw.rfind("\x1b[?25h") >= left.raw.rfind("\x1b[?25l"), "the cursor stays hidden");
    assert_eq!(left.column, 0, "the cursor stands behind: {text}");
    for line in &left.lines {
        assert!(!line.contains("^C"), "{text}");
    }
}

#[test]
fn a_whole_project_is_asked_for_in_few_questions() {
    assert!(NEW.len() <= 13, "{} questions", NEW.len());
    let place = Place::new();
    let person = person(&place, ".", &["new", "shop"]);
    go(&person, &NEW[..NEW.len() - 1]);
    person.is_asked("Write these files?");
    assert_eq!(place.tree("shop"), Tree::new(), "written before the last question");
    let summary = person.screen().join("\n");
    for wanted in ["compose.yaml                          new", "postgres_password.txt", "  secrets/\n", "new secret"] {
        assert!(summary.contains(wanted), "`{wanted}` is not in\n{summary}");
    }
    let left = person.presses(ENTER).to_owned_end(person_end);
    assert_eq!(left.code, 0, "{}", left.text());
}

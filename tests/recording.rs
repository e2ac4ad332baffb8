//! docs/dockgen.svg is a picture of a real run: what a person sees at a terminal, in the colours that it gets.
//!
//! `BLESS=1 cargo test --test recording` makes it anew.
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

use std::fmt::Write;
use std::fs;
use std::num::NonZeroU16;
use std::path::Path;

use person::{ENTER, Person};
use program::Place;

const PICTURE: &str = "docs/dockgen.svg";
const COLUMNS: u16 = 92;
const ROWS: u16 = 60;

/// Everything that the terminal got, and the folder's name taken out: it is another at every run.
fn run() -> String {
    let place = Place::new();
    let mut command = place.command(".");
    command.env("TERM", "xterm-256color").args(["new", "shop"]);
    let person = Person::at(command, ROWS, COLUMNS);
    for (question, keys) in [
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
    ] {
        person.is_asked(question).presses(keys);
    }
    person.accepts_until("Write these files?").presses(ENTER);
    let left = person.leaves();
    assert_eq!(left.code, 0, "{}", left.text());
    left.raw.replace(&place.path().display().to_string(), "~")
}

fn colour(colour: vt100::Color, bold: bool) -> &'static str {
    match colour {
        vt100::Color::Idx(1 | 9) => "#ff7b72",
        vt100::Color::Idx(2 | 10) => "#7ee787",
        vt100::Color::Idx(3 | 11) => "#e3b341",
        vt100::Color::Idx(4 | 12) => "#79c0ff",
        vt100::Color::Idx(5 | 13) => "#d2a8ff",
        vt100::Color::Idx(6 | 14) => "#76e3ea",
        vt100::Color::Idx(0 | 8) => "#8b949e",
        _ if bold => "#ffffff",
        _ => "#c9d1d9",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The screen as a picture: one text element for every line, a span for every colour.
fn picture(raw: &str) -> String {
    let size = |number| NonZeroU16::new(number).unwrap();
    let mut parser = vt100::Parser::new(size(200), size(COLUMNS), 0);
    parser.process(format!("\x1b[1m$ dockgen new shop\x1b[0m\r\n{raw}").as_bytes());
    let screen = parser.screen();
    let rows: Vec<String> = screen.rows(0, COLUMNS).collect();
    let used = rows.iter().rposition(|row| !row.trim().is_empty()).unwrap_or_default() + 1;
    let (width, height) = (f64::from(COLUMNS) * 8.4 + 32.0, used as f64 * 19.0 + 32.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
         aria-label=\"dockgen new at a terminal\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, monospace\" font-size=\"14\" xml:space=\"preserve\">\n"
    );
    for row in 0..used {
        let row = u16::try_from(row).unwrap();
        let mut spans: Vec<(&'static str, String)> = Vec::new();
        for column in 0..COLUMNS {
            let Some(cell) = screen.cell(row, column) else { continue };
            let shown = if cell.contents().is_empty() { " " } else { cell.contents() };
            let colour = if shown == " " {
                spans.last().map_or("#c9d1d9", |(colour, _)| colour)
            } else {
                colour(cell.fgcolor(), cell.bold())
            };
            match spans.last_mut() {
                Some((last, text)) if *last == colour => text.push_str(shown),
                _ => spans.push((colour, shown.to_owned())),
            }
        }
        if let Some((_, text)) = spans.last_mut() {
            text.truncate(text.trim_end().len());
        }
        spans.retain(|(_, text)| !text.is_empty());
        if spans.is_empty() {
            continue;
        }
        let _ = write!(svg, "<text x=\"16\" y=\"{}\">", 30 + u32::from(row) * 19);
        for (colour, text) in spans {
            let _ = write!(svg, "<tspan fill=\"{colour}\">{}</tspan>", escaped(&text));
        }
        svg.push_str("</text>\n");
    }
    svg + "</g>\n</svg>\n"
}

#[test]
fn the_picture_shows_what_a_person_sees() {
    let picture = picture(&run());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(PICTURE);
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &picture).unwrap();
    }
    let there = fs::read_to_string(&file).unwrap_or_default();
    assert!(there == picture, "BLESS=1 cargo test --test recording makes {PICTURE} anew:\n{picture}");
}

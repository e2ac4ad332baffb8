//! How soon the program is there.

use std::process::Command;

use crate::PROGRAM;
use crate::page::{Page, mb, ms, ratio};
use crate::taken::{in_turn, peak, run};

const CALLS: &[&[&str]] = &[&["--version"], &["--help"], &["new", "--help"], &["list"]];

pub fn measure(page: &mut Page) {
    let size = std::fs::metadata(PROGRAM).expect("the program").len();
    page.section(
        "Start",
        &format!(
            "The program is one static file of {}, as it is released; it is to stay under 6 MB.",
            mb(size / 1000)
        ),
    );
    let mut works: Vec<Box<dyn FnMut()>> = vec![Box::new(|| run(&mut Command::new("/bin/true")))];
    for arguments in CALLS {
        works.push(Box::new(move || run(Command::new(PROGRAM).args(*arguments))));
    }
    let mut works: Vec<&mut dyn FnMut()> =
        works.iter_mut().map(|work| &mut **work as &mut dyn FnMut()).collect();
    let taken = in_turn(100, &mut works);
    let version = taken[1];
    let names = std::iter::once("/bin/true".to_owned())
        .chain(CALLS.iter().map(|call| format!("dockgen {}", call.join(" "))));
    let rows = names.zip(&taken).enumerate().map(|(place, (name, taken))| {
        let words: Vec<&str> =
            if place == 0 { vec!["/bin/true"] } else { [&[PROGRAM], CALLS[place - 1]].concat() };
        vec![
            format!("`{name}`"),
            ms(taken.wall),
            ms(taken.cpu),
            ratio(taken.times(version)),
            mb(peak(&words)),
        ]
    });
    page.table(&["command", "wall", "CPU", "against `--version`", "peak memory"], &rows.collect::<Vec<_>>());
}

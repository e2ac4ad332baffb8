//! A new project against copying the same files.

use std::path::Path;
use std::process::Command;

use crate::PROGRAM;
use crate::page::{Page, mb, ms, ratio};
use crate::taken::{in_turn, peak, run};

const PROJECTS: &[&[&str]] = &[
    &["-l", "go"],
    &["-l", "static"],
    &["-l", "python", "-s", "postgres", "-s", "redis"],
    &["-l", "java", "-s", "mysql", "-s", "rabbitmq", "-s", "nginx"],
];

pub fn measure(page: &mut Page) {
    page.section(
        "A new project",
        "`dockgen new DIR --yes` as a whole process, against `/bin/true` and then `cp -r` of the same files: \
         nothing that writes them can take less. Wanted are a ratio of 1.5 and a peak under 8 MB. What a copy \
         need not do: read the manifests that are picked, make the templates and render them, and after each \
         entry that joins a Compose file read the new text again by two readers and compare it with the old; \
         so the ratio grows with the services.",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let place = |number: usize| {
        let place = folder.path().join(number.to_string());
        std::fs::create_dir(&place).expect("a folder");
        place
    };
    let rows = PROJECTS.iter().enumerate();
    let rows = rows.map(|(number, arguments)| row(&place(number), arguments)).collect::<Vec<_>>();
    let head = [
        "project",
        "files",
        "`dockgen`, wall",
        "CPU",
        "`true` + `cp -r`, wall",
        "CPU",
        "ratio",
        "wall ratio",
        "peak memory",
    ];
    page.table(&head, &rows);
}

fn row(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let (made, model) = (folder.join("made"), folder.join("model"));
    let gone = |path: &Path| drop(std::fs::remove_dir_all(path));
    gone(&model);
    run(Command::new(PROGRAM).arg("new").arg(&model).args(arguments).args(["--yes", "--name", "shop"]));
    let (mut program, mut copy) = (0, 0);
    let place = |number: &mut usize, what: &str| {
        *number += 1;
        folder.join(format!("{what}{number}"))
    };
    let taken = in_turn(
        60,
        &mut [
            &mut || {
                let target = place(&mut program, "program");
                run(Command::new(PROGRAM)
                    .arg("new")
                    .arg(target)
                    .args(arguments)
                    .args(["--yes", "--name", "shop"]));
            },
            &mut || {
                run(&mut Command::new("/bin/true"));
                run(Command::new("cp").arg("-r").arg(&model).arg(place(&mut copy, "copy")));
            },
        ],
    );
    gone(&made);
    let made = made.to_string_lossy().into_owned();
    let words = [&[PROGRAM, "new", &made], arguments, &["--yes", "--name", "shop"]].concat();
    let peak = peak(&words);
    let [ours, theirs] = [taken[0], taken[1]];
    vec![
        format!("`{}`", arguments.join(" ")),
        count(&model).to_string(),
        ms(ours.wall),
        ms(ours.cpu),
        ms(theirs.wall),
        ms(theirs.cpu),
        ratio(ours.times(theirs)),
        ratio(ours.wall.as_secs_f64() / theirs.wall.as_secs_f64()),
        mb(peak),
    ]
}

fn count(folder: &Path) -> usize {
    let found = std::fs::read_dir(folder).expect("a folder").flatten();
    found.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
}

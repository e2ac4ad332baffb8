//! A look at a project with very many files.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::PROGRAM;
use crate::page::{Page, mb, ms, ratio};
use crate::taken::{in_turn, peak, run};

/// Files in one folder.
const EACH: usize = 100;

pub fn measure(page: &mut Page) {
    page.section(
        "A large project",
        "`dockgen detect` in a repository with a Python program among very many sources, against `git status` and \
         a bare walk (`find`). The search ends at 20,000 entries and six folders deep.",
    );
    let head = [
        "files",
        "`detect`, wall",
        "CPU",
        "`git status`, CPU",
        "`find`, CPU",
        "against `git status`",
        "peak memory",
    ];
    page.table(&head, &[200, 2_000, 20_000, 200_000].map(row));
}

fn row(count: usize) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    project(folder.path(), count);
    let inside = |program: &str, arguments: &[&str]| {
        run(Command::new(program).args(arguments).current_dir(folder.path()));
    };
    let taken = in_turn(
        5,
        &mut [
            &mut || inside(PROGRAM, &["detect"]),
            &mut || inside("git", &["status", "--porcelain"]),
            &mut || inside("find", &[".", "-type", "f"]),
        ],
    );
    let place = folder.path().to_string_lossy().into_owned();
    let peak = peak(&[PROGRAM, "detect", &place]);
    let [detect, status, walk] = [taken[0], taken[1], taken[2]];
    vec![
        count.to_string(),
        ms(detect.wall),
        ms(detect.cpu),
        ms(status.cpu),
        ms(walk.cpu),
        ratio(detect.times(status)),
        mb(peak),
    ]
}

fn project(root: &Path, count: usize) {
    let write = |path: &str, text: &str| fs::write(root.join(path), text).expect("a file");
    write(
        "pyproject.toml",
        "[project]\nname = \"shop\"\nrequires-python = \">=3.12\"\ndependencies = [\"fastapi\", \"psycopg\"]\n",
    );
    write("main.py", "from fastapi import FastAPI\napp = FastAPI()\n");
    for folder in 0..count / EACH {
        let path = root.join(format!("src/part{}/inner{folder}", folder % 20));
        fs::create_dir_all(&path).expect("a folder");
        for file in 0..EACH {
            let ending = ["py", "txt", "json", "md"][file % 4];
            fs::write(path.join(format!("file{file}.{ending}")), "x = 1\n").expect("a file");
        }
    }
    let git = |arguments: &[&str]| run(Command::new("git").args(arguments).current_dir(root));
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "-m", "x"]);
}

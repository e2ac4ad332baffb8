//! The program as a person runs it, and folders before and after.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "a failure here fails the test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder that is gone with the test, and in it a home without any configuration.
pub struct Place {
    folder: TempDir,
}

/// What the program said, and how it ended.
#[derive(Debug, Clone)]
pub struct Done {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    /// The end of a program.
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It did what it was asked.
    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    /// It refused, and said so with these words.
    #[track_caller]
    pub fn refused(self, words: &str) -> Self {
        assert_eq!(self.code, 1, "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        assert!(self.stderr.contains(words), "`{words}` is not in: {}", self.stderr);
        assert_eq!(self.stdout, "");
        self
    }

    /// It had nothing to do.
    #[track_caller]
    pub fn idle(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.contains("nothing to do"), "{}", self.stderr);
        self
    }
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("dockgen-test-").tempdir().expect("a folder");
        fs::create_dir(folder.path().join("home")).expect("a home");
        Self { folder }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path below it.
    pub fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// The program in a folder of the place, with nobody at the terminal.
    pub fn command(&self, folder: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dockgen"));
        command
            .current_dir(self.at(folder))
            .stdin(Stdio::null())
            .env_clear()
            .env("HOME", self.at("home"))
            .env("RUST_BACKTRACE", "0")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Runs the program in a folder of the place.
    #[track_caller]
    pub fn run(&self, folder: &str, arguments: &[&str]) -> Done {
        Done::of(&self.command(folder).args(arguments).output().expect("the program runs"))
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Copies a folder of the place.
    pub fn copy(&self, from: &str, to: &str) {
        copy(&self.at(from), &self.at(to));
    }

    /// Everything in a folder of the place.
    pub fn tree(&self, folder: &str) -> Tree {
        tree(&self.at(folder))
    }
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    Folder { mode: u32 },
    File { mode: u32, text: String },
    Link(PathBuf),
}

/// Everything in a folder, by path.
pub type Tree = BTreeMap<String, Thing>;

/// Everything in a folder, by path; nothing when there is no such folder.
pub fn tree(root: &Path) -> Tree {
    let mut found = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(names) = fs::read_dir(&folder) else { continue };
        for name in names {
            let path = name.expect("an entry").path();
            let meta = fs::symlink_metadata(&path).expect("what stands there");
            let mode = meta.permissions().mode() & 0o7777;
            let thing = if meta.is_symlink() {
                Thing::Link(fs::read_link(&path).expect("a link"))
            } else if meta.is_dir() {
                folders.push(path.clone());
                Thing::Folder { mode }
            } else {
                let bytes = fs::read(&path).expect("a file");
                Thing::File { mode, text: String::from_utf8_lossy(&bytes).into_owned() }
            };
            let path = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            found.insert(path, thing);
        }
    }
    found
}

/// The same tree with the values of secrets left out: they are the one thing that is random.
pub fn without_values(mut tree: Tree) -> Tree {
    for (path, thing) in &mut tree {
        if let Thing::File { text, .. } = thing
            && (path.starts_with("secrets/") || path == ".env")
        {
            text.clear();
        }
    }
    tree
}

/// The trees are the same; says which files differ, and how.
#[track_caller]
pub fn assert_same(what: &str, left: &Tree, right: &Tree) {
    if left == right {
        return;
    }
    let mut said = String::new();
    for path in left.keys().chain(right.keys().filter(|path| !left.contains_key(*path))) {
        match (left.get(path), right.get(path)) {
            (a, b) if a == b => {}
            (Some(Thing::File { mode: a, text: left }), Some(Thing::File { mode: b, text: right })) => {
                let diff = similar::TextDiff::from_lines(left.as_str(), right.as_str());
                said.push_str(&format!("{path} ({a:o}, {b:o})\n{}\n", diff.unified_diff().context_radius(3)));
            }
            (a, b) => {
                let [a, b] = [a, b].map(|thing| format!("{thing:?}").chars().take(200).collect::<String>());
                said.push_str(&format!("{path}: {a} and {b}\n"));
            }
        }
    }
    panic!("{what}\n{said}");
}

/// Copies a folder, modes and links as they are.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    fs::set_permissions(to, fs::metadata(from).expect("a folder").permissions()).expect("its mode");
    for name in fs::read_dir(from).expect("a folder") {
        let name = name.expect("an entry");
        let target = to.join(name.file_name());
        let kind = name.file_type().expect("its kind");
        if kind.is_dir() {
            copy(&name.path(), &target);
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(name.path()).expect("a link"), target).expect("a link");
        } else {
            fs::copy(name.path(), target).expect("a copy");
        }
    }
}

/// Does the work of all items on all processors.
pub fn in_parallel<T: Send + Sync>(items: &[T], work: impl Fn(&T) + Send + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    work(item);
                }
            });
        }
    });
}

//! Looking at a project that is there: bounded, without following links outside, without what git ignores.
#![expect(clippy::disallowed_methods, reason = "part of the room that reads files")]

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use gix_ignore::Search;
use gix_ignore::glob::pattern::Case;

/// The largest file that is looked into, in bytes.
const LARGEST: u64 = 1024 * 1024;
/// The most that is read of all files together, in bytes.
const ALL: u64 = 64 * 1024 * 1024;
/// The most entries of folders that a pattern with `**` makes known.
const ENTRIES: usize = 20_000;
/// How many folders deep such a pattern goes.
const DEPTH: usize = 6;

/// Something that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Passed {
    /// The file or folder.
    pub file: String,
    /// The line, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Why.
    pub why: String,
}

struct Entry {
    name: String,
    folder: bool,
}

/// A project's folder as it is looked at, every file and folder once.
pub struct Look {
    root: PathBuf,
    real: Option<PathBuf>,
    /// What the project's tools make, in addition to what `.gitignore` says.
    made: Search,
    read: Cell<u64>,
    ignores: RefCell<BTreeMap<String, Rc<Search>>>,
    folders: RefCell<BTreeMap<String, Rc<Vec<Entry>>>>,
    all: RefCell<Option<Rc<Vec<String>>>>,
    texts: RefCell<BTreeMap<String, Option<Rc<str>>>>,
    /// Of folders, whether they are ones and no links.
    plain: RefCell<BTreeMap<String, bool>>,
    /// What patterns name: many rows ask the same.
    named: RefCell<BTreeMap<String, Rc<[String]>>>,
    passed: RefCell<Vec<Passed>>,
}

impl Look {
    /// Looks at `root`; `made`: lines as in `.gitignore` for what no search goes into.
    #[must_use]
    pub fn at<'a>(root: &Path, made: impl Iterator<Item = &'a str>) -> Self {
        Self {
            root: root.to_owned(),
            real: fs::canonicalize(root).ok(),
            made: patterns(&made.collect::<Vec<_>>().join("\n")),
            read: Cell::new(0),
            ignores: RefCell::default(),
            folders: RefCell::default(),
            all: RefCell::default(),
            texts: RefCell::default(),
            plain: RefCell::default(),
            named: RefCell::default(),
            passed: RefCell::default(),
        }
    }

    /// Notes that something was passed over, once.
    pub fn pass(&self, file: &str, line: Option<usize>, why: impl Into<String>) {
        let passed = Passed { file: file.to_owned(), line, why: why.into() };
        let mut all = self.passed.borrow_mut();
        if !all.contains(&passed) {
            all.push(passed);
        }
    }

    /// All that was passed over, by file.
    #[must_use]
    pub fn passed(&self) -> Vec<Passed> {
        let mut passed = self.passed.borrow().clone();
        passed.sort();
        passed
    }

    /// Whether a file is there that git does not ignore.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.file(path).is_some()
    }

    /// The text of such a file. What is no UTF-8 in it is replaced.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<Rc<str>> {
        if let Some(text) = self.texts.borrow().get(path) {
            return text.clone();
        }
        let text = self.file(path).and_then(|(place, size)| self.read(path, &place, size));
        self.texts.borrow_mut().insert(path.to_owned(), text.clone());
        text
    }

    fn read(&self, path: &str, place: &Path, size: u64) -> Option<Rc<str>> {
        if size > LARGEST {
            self.pass(path, None, format!("larger than what is looked into: {size} bytes"));
            return None;
        }
        if self.read.get() + size > ALL {
            self.pass(path, None, "enough was read before it");
            return None;
        }
        let mut bytes = Vec::new();
        let read = File::open(place).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
        read.map_err(|error| self.pass(path, None, format!("cannot be read: {error}"))).ok()?;
        self.read.set(self.read.get() + bytes.len() as u64);
        let text = String::from_utf8_lossy(&bytes);
        Some(text.strip_prefix('\u{feff}').unwrap_or(&text).into())
    }

    /// The place on the disk and the size of a file that git does not ignore.
    fn file(&self, path: &str) -> Option<(PathBuf, u64)> {
        let place = self.root.join(path);
        let there = fs::symlink_metadata(&place).ok()?;
        let (place, there) = if !there.is_symlink() && self.is_plain(path) {
            (place, there)
        } else {
            let real = self.inside(path)?;
            let there = fs::metadata(&real).ok()?;
            (real, there)
        };
        (there.is_file() && !self.ignored(path, false)).then_some((place, there.len()))
    }

    /// Whether the folders of a path are in each other: no link and no `..` leads elsewhere.
    fn is_plain(&self, path: &str) -> bool {
        let mut parts = Path::new(path).components();
        let is_folder =
            |folder: &str| fs::symlink_metadata(self.root.join(folder)).is_ok_and(|folder| folder.is_dir());
        let mut plain = self.plain.borrow_mut();
        parts.all(|part| matches!(part, Component::Normal(_)))
            && above(path).all(|folder| match plain.get(folder) {
                Some(plain) => *plain,
                None => *plain.entry(folder.to_owned()).or_insert(is_folder(folder)),
            })
    }

    /// The place on the disk, when it is inside the project once links are followed.
    fn inside(&self, path: &str) -> Option<PathBuf> {
        let root = self.real.as_ref()?;
        let real = fs::canonicalize(self.root.join(path)).ok()?;
        if real.starts_with(root) {
            return Some(real);
        }
        self.pass(path, None, "a link that leads outside the project");
        None
    }

    /// The files that a pattern names, those nearest to the root first, then by name. `*` stands for any
    /// part of one name, `**` for any folders. Without either it is the file itself, when it is there.
    #[must_use]
    pub fn files(&self, pattern: &str) -> Rc<[String]> {
        if let Some(files) = self.named.borrow().get(pattern) {
            return Rc::clone(files);
        }
        let files: Rc<[String]> = self.look_for(pattern).into();
        self.named.borrow_mut().insert(pattern.to_owned(), Rc::clone(&files));
        files
    }

    fn look_for(&self, pattern: &str) -> Vec<String> {
        if !pattern.contains('*') {
            return if self.has(pattern) { vec![pattern.to_owned()] } else { Vec::new() };
        }
        if pattern.split('/').any(|part| part == "**") {
            return self.all().iter().filter(|path| fits(pattern, path)).cloned().collect();
        }
        let mut folders = vec![String::new()];
        let mut parts = pattern.split('/').peekable();
        while let Some(part) = parts.next() {
            let wants_folder = parts.peek().is_some();
            let mut next = Vec::new();
            for folder in &folders {
                if !part.contains('*') {
                    next.push(below(folder, part));
                    continue;
                }
                let entries = self.entries(folder);
                let found = entries
                    .iter()
                    .filter(|entry| entry.folder == wants_folder && matches_name(part, &entry.name));
                next.extend(found.map(|entry| below(folder, &entry.name)));
            }
            folders = next;
        }
        folders.retain(|path| self.has(path));
        folders
    }

    /// The folders in a folder, by name; hidden and ignored ones are not among them.
    #[must_use]
    pub fn folders(&self, folder: &str) -> Vec<String> {
        let entries = self.entries(folder);
        entries.iter().filter(|entry| entry.folder).map(|entry| below(folder, &entry.name)).collect()
    }

    /// Every file up to [`DEPTH`] and [`ENTRIES`], level by level.
    fn all(&self) -> Rc<Vec<String>> {
        if let Some(all) = self.all.borrow().as_ref() {
            return Rc::clone(all);
        }
        let mut files = Vec::new();
        let mut folders = VecDeque::from([(String::new(), 0)]);
        let mut seen = 0;
        while let Some((folder, depth)) = folders.pop_front() {
            let entries = self.entries(&folder);
            seen += entries.len();
            if seen > ENTRIES {
                self.pass(
                    &folder,
                    None,
                    format!("the search for sources ends here, after {ENTRIES} entries"),
                );
                break;
            }
            for entry in entries.iter() {
                let path = below(&folder, &entry.name);
                if !entry.folder {
                    files.push(path);
                } else if depth < DEPTH {
                    folders.push_back((path, depth + 1));
                }
            }
        }
        let files = Rc::new(files);
        *self.all.borrow_mut() = Some(Rc::clone(&files));
        files
    }

    /// What is in a folder, by name, without what is hidden, ignored, made by tools, or a link.
    fn entries(&self, folder: &str) -> Rc<Vec<Entry>> {
        if let Some(entries) = self.folders.borrow().get(folder) {
            return Rc::clone(entries);
        }
        let mut entries = Vec::new();
        if let Ok(found) = fs::read_dir(self.root.join(folder)) {
            for entry in found.flatten() {
                let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else {
                    continue;
                };
                let path = below(folder, &name);
                let hidden = name.starts_with('.') || !(kind.is_dir() || kind.is_file());
                if hidden
                    || ignores(&self.made, &path, kind.is_dir()) == Some(true)
                    || self.ignored_here(&path, kind.is_dir())
                {
                    continue;
                }
                entries.push(Entry { name, folder: kind.is_dir() });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let entries = Rc::new(entries);
        self.folders.borrow_mut().insert(folder.to_owned(), Rc::clone(&entries));
        entries
    }

    /// Whether git ignores a path, or a folder that it is in.
    fn ignored(&self, path: &str, folder: bool) -> bool {
        above(path).any(|above| self.ignored_here(above, true)) || self.ignored_here(path, folder)
    }

    /// Whether a `.gitignore` names a path itself: the nearest that says anything decides.
    fn ignored_here(&self, path: &str, folder: bool) -> bool {
        let mut above = path;
        loop {
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
            let inside = path.get(above.len()..).unwrap_or_default().trim_start_matches('/');
            match ignores(&self.gitignore(above), inside, folder) {
                Some(ignored) => return ignored,
                None if above.is_empty() => return false,
                None => {}
            }
        }
    }

    fn gitignore(&self, folder: &str) -> Rc<Search> {
        if let Some(found) = self.ignores.borrow().get(folder) {
            return Rc::clone(found);
        }
        let file = self.root.join(folder).join(".gitignore");
        let small = fs::symlink_metadata(&file).is_ok_and(|meta| meta.is_file() && meta.len() <= LARGEST);
        let text = small.then(|| fs::read_to_string(&file).ok()).flatten().unwrap_or_default();
        let found = Rc::new(patterns(&text));
        self.ignores.borrow_mut().insert(folder.to_owned(), Rc::clone(&found));
        found
    }
}

/// The patterns of a `.gitignore`. As for git itself, a line that is none ignores nothing.
fn patterns(text: &str) -> Search {
    let mut patterns = Search::default();
    // Only a place that patterns are relative to could be wrong, and these have none.
    let _ = patterns.add_patterns_buffer(text.as_bytes(), "", None, gix_ignore::search::Ignore::default());
    patterns
}

/// Whether patterns ignore a path relative to their folder; `None`: they do not speak of it.
fn ignores(patterns: &Search, path: &str, folder: bool) -> Option<bool> {
    let found = patterns.pattern_matching_relative_path(path.into(), Some(folder), Case::Sensitive)?;
    Some(!found.pattern.is_negative())
}

/// The folders that a path is in, the outermost first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether a path fits a pattern: see [`Look::files`].
pub(crate) fn fits(pattern: &str, path: &str) -> bool {
    matches_name(name_in(pattern), name_in(path)) && matches_parts(pattern.split('/'), path.split('/'))
}

/// The last part of a path.
fn name_in(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn matches_parts<'a>(
    mut pattern: impl Iterator<Item = &'a str> + Clone,
    mut path: impl Iterator<Item = &'a str> + Clone,
) -> bool {
    let whole = pattern.clone();
    match (pattern.next(), path.clone().next()) {
        (None, None) => true,
        (Some("**"), None) => matches_parts(pattern, path),
        (Some("**"), Some(_)) => {
            matches_parts(pattern, path.clone()) || path.next().is_some() && matches_parts(whole, path)
        }
        (Some(name), Some(first)) => {
            matches_name(name, first) && path.next().is_some() && matches_parts(pattern, path)
        }
        _ => false,
    }
}

/// Whether a name fits a pattern in which `*` stands for any text.
pub(crate) fn matches_name(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = name.find(part) else { return false };
        name = name.get(at + part.len()..).unwrap_or_default();
    }
    name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{fits as matches, ignores, matches_name, patterns};

    #[test]
    fn a_star_stands_for_any_text_within_one_name() {
        for (pattern, name) in
            [("*.py", "main.py"), ("requirements*.txt", "requirements.txt"), ("a*b*c", "aXbbYc"), ("*", "x")]
        {
            assert!(matches_name(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.py", "main.pyc"), ("a*b*c", "ac"), ("ab*ba", "aba")] {
            assert!(!matches_name(pattern, name), "{pattern} {name}");
        }
    }

    /// As `git check-ignore` says it.
    #[test]
    fn lines_of_a_gitignore_mean_what_they_mean_to_git() {
        let text = "\u{feff}# a comment\r\n*.log\r\n!kept.log\n/attic\nbuild/\ndoc/*.txt\n**/cache\na/**/z\n\
                    \\#odd\nblank \n[ab].c\n[\nx[!0-9]\n";
        let patterns = patterns(text);
        for (path, folder, wanted) in [
            ("x.log", false, Some(true)),
            ("in/x.log", false, Some(true)),
            ("in/kept.log", false, Some(false)),
            ("attic", true, Some(true)),
            ("in/attic", true, None),
            ("in/build", true, Some(true)),
            ("in/build", false, None),
            ("doc/x.txt", false, Some(true)),
            ("in/doc/x.txt", false, None),
            ("in/deep/cache", true, Some(true)),
            ("a/z", false, Some(true)),
            ("a/b/c/z", false, Some(true)),
            ("#odd", false, Some(true)),
            ("# a comment", false, None),
            ("blank", false, Some(true)),
            ("b.c", false, Some(true)),
            ("c.c", false, None),
            ("xa", false, Some(true)),
            ("x1", false, None),
        ] {
            assert_eq!(ignores(&patterns, path, folder), wanted, "{path}");
        }
    }

    #[test]
    fn two_stars_stand_for_any_folders_also_for_none() {
        assert!(
            matches("**/*.py", "a.py")
                && matches("**/*.py", "x/y/a.py")
                && matches("src/**/main.rs", "src/main.rs")
        );
        assert!(!matches("src/**/*.py", "lib/a.py") && !matches("**/wsgi.py", "x/asgi.py"));
    }
}

//! One row of a language or a service against a folder: whether it speaks, where it found that, and what it says.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::dependencies::{self, Dependency, Purpose};
use super::tree::{self, Node};
use super::{Answer, Found, text_of};
use crate::answers::Raw;
use crate::disk::{Look, fits};
use crate::manifest::{Dependencies, Detect, Detection, Names, Pattern, When};

/// How many files of one pattern are looked into.
const FILES: usize = 500;
/// How many differing answers are kept beside the first.
const ALSO: usize = 3;

/// An application's folder, and what is known about it.
pub struct Folder<'a> {
    look: &'a Look,
    path: &'a str,
    named: &'a [Dependencies],
    dependencies: OnceCell<Vec<Dependency>>,
    trees: RefCell<BTreeMap<String, Option<Rc<Node>>>>,
    /// The root of the workspace that it is a member of.
    workspace: Option<Box<Self>>,
    /// Folders whose dependencies are its own, too.
    needed: Vec<Self>,
}

impl<'a> Folder<'a> {
    pub fn at(look: &'a Look, path: &'a str, language: &'a Detection) -> Self {
        let path = if path == "." { "" } else { path };
        Self {
            look,
            path,
            named: &language.dependencies,
            dependencies: OnceCell::new(),
            trees: RefCell::default(),
            workspace: None,
            needed: Vec::new(),
        }
    }

    /// The same folder, as a member of the workspace in `root`.
    pub fn member_of(mut self, root: &'a str, language: &'a Detection) -> Self {
        self.workspace = Some(Box::new(Self::at(self.look, root, language)));
        self
    }

    /// The same folder, which needs the members in other folders.
    pub fn needing(mut self, others: &'a [String], language: &'a Detection) -> Self {
        self.needed = others.iter().map(|other| Self::at(self.look, other, language)).collect();
        self
    }

    /// The root of the workspace that it is a member of.
    pub fn root(&self) -> Option<&Self> {
        self.workspace.as_deref()
    }

    /// The folders of what it needs.
    pub fn needed(&self) -> &[Self] {
        &self.needed
    }

    /// A path of the project for one in the folder.
    pub fn below(&self, file: &str) -> String {
        if self.path.is_empty() { file.to_owned() } else { format!("{}/{file}", self.path) }
    }

    /// The files that a pattern names, by path in the folder.
    pub fn files(&self, pattern: &str) -> Vec<String> {
        let files = self.look.files(&self.below(pattern));
        let inner = |file: &String| match self.path {
            "" => Some(file.clone()),
            path => Some(file.strip_prefix(path)?.strip_prefix('/')?.to_owned()),
        };
        files.iter().filter_map(inner).collect()
    }

    /// Whether a pattern names any.
    pub fn has(&self, pattern: &str) -> bool {
        !self.look.files(&self.below(pattern)).is_empty()
    }

    pub fn text(&self, file: &str) -> Option<Rc<str>> {
        self.look.text(&self.below(file))
    }

    /// The file's tree; what is broken is noted, and gone on from.
    pub fn tree(&self, file: &str) -> Option<Rc<Node>> {
        if let Some(tree) = self.trees.borrow().get(file) {
            return tree.clone();
        }
        let tree = self.text(file).and_then(|text| match tree::read(file, &text) {
            Ok(tree) => Some(Rc::new(tree)),
            Err(broken) => {
                self.look.pass(&self.below(file), broken.line, broken.why);
                None
            }
        });
        self.trees.borrow_mut().insert(file.to_owned(), tree.clone());
        tree
    }

    /// A place for people: `api/package.json:12`.
    pub fn place(&self, file: &str, line: Option<usize>) -> String {
        let file = self.below(file);
        line.map_or(file.clone(), |line| format!("{file}:{line}"))
    }

    /// Notes that something in the folder was passed over.
    pub fn pass(&self, file: &str, line: Option<usize>, why: String) {
        self.look.pass(&self.below(file), line, why);
    }

    /// All that its files name as dependencies.
    pub fn dependencies(&self) -> &[Dependency] {
        self.dependencies.get_or_init(|| {
            let mut all = dependencies::all(self, self.named.iter());
            if let Some(root) = &self.workspace {
                all.extend(dependencies::all(root, self.named.iter().filter(|row| row.workspace)));
            }
            all.extend(self.needed.iter().flat_map(|other| other.dependencies().to_vec()));
            all
        })
    }

    pub fn dependency(&self, wanted: &Names, purpose: Purpose) -> Option<&Dependency> {
        let all = self.dependencies();
        let of =
            |name: &String| all.iter().find(|dependency| dependency.serves(purpose) && dependency.is(name));
        wanted.0.iter().find_map(of)
    }
}

/// What makes a row speak.
pub struct Evidence {
    /// The place, for people.
    pub place: String,
    groups: Vec<String>,
    path: String,
    fixed: usize,
}

/// How rows are read.
pub struct Rules<'a> {
    pub folder: &'a Folder<'a>,
    /// What its dependencies are looked for.
    pub purpose: Purpose,
}

impl Rules<'_> {
    /// Adds what a row says, when it speaks, and gives its place. The first row that gives an answer is believed.
    pub fn speak(&self, row: &Detect, known: &Found, into: &mut Found) -> Option<String> {
        let evidence = self.evidence(row, known);
        let (first, others) = evidence.split_first()?;
        let mut new = row.set.is_empty();
        for (key, words) in &row.add {
            let Some(words) = filled(words, first, known) else { continue };
            match into.answers.get_mut(key) {
                Some(answer) => answer.add(&words, &first.place),
                None => {
                    into.answers.insert(key.clone(), Answer::plain(words, &first.place));
                }
            }
        }
        for (key, value) in &row.set {
            let Some(raw) = said(row, value, first, known) else { continue };
            let text = text_of(&raw);
            let Some(answer) = into.answers.get_mut(key) else {
                let mut also = Vec::new();
                for other in others {
                    let other =
                        said(row, value, other, known).map(|raw| (text_of(&raw), other.place.clone()));
                    also.extend(other.filter(|(other, _)| *other != text));
                }
                also.truncate(ALSO);
                new = true;
                into.answers
                    .insert(key.clone(), Answer { raw, place: first.place.clone(), also, tie: row.tie });
                continue;
            };
            let said_otherwise = row.tie && answer.tie && answer.text() != text;
            if said_otherwise
                && answer.also.len() < ALSO
                && !answer.also.iter().any(|(other, _)| *other == text)
            {
                answer.also.push((text, first.place.clone()));
            }
        }
        into.program |= row.program;
        if let Some(note) = row.note.as_ref().filter(|_| new).and_then(|note| filled(note, first, known)) {
            into.notes.push((note, first.place.clone()));
        }
        Some(first.place.clone())
    }

    /// Where a row finds what it asks for: nowhere, once, or in several files of one pattern.
    pub fn evidence(&self, row: &Detect, found: &Found) -> Vec<Evidence> {
        let own = self.evidence_here(row, found);
        let Some(root) = self.folder.workspace.as_deref().filter(|_| row.workspace) else { return own };
        let there = Rules { folder: root, ..*self };
        let is_absent = |rules: &Rules<'_>| rules.absent(row);
        if !(is_absent(self) && is_absent(&there)) {
            return Vec::new();
        }
        if own.is_empty() { there.evidence_here(row, found) } else { own }
    }

    fn purpose(&self, row: &Detect) -> Purpose {
        match self.purpose {
            Purpose::Program if row.runtime => Purpose::Runtime,
            purpose => purpose,
        }
    }

    fn absent(&self, row: &Detect) -> bool {
        !row.absent.0.iter().any(|pattern| self.folder.has(pattern))
    }

    fn evidence_here(&self, row: &Detect, found: &Found) -> Vec<Evidence> {
        let holds = |when: &When| !when.0.is_empty() && meets(found, when);
        let is_known = |key: &String| found.answers.contains_key(key);
        if !row.when.0.is_empty() && !holds(&row.when)
            || holds(&row.unless)
            || !row.found.as_ref().is_none_or(is_known)
            || row.lacks.0.iter().any(is_known)
            || !self.absent(row)
        {
            return Vec::new();
        }
        // Reading dependencies and making a pattern take longer than looking for the files that they are for.
        if !row.file.0.is_empty() && !row.file.0.iter().any(|name| self.folder.has(name)) {
            return Vec::new();
        }
        let dependency = self.folder.dependency(&row.depends, self.purpose(row));
        if !row.depends.0.is_empty() && dependency.is_none() {
            return Vec::new();
        }
        let pattern = row.line.as_ref();
        if !row.file.0.is_empty() {
            return self.in_files(row, pattern, found);
        }
        if let Some(key) = &row.found {
            let Some(answer) = found.answers.get(key) else { return Vec::new() };
            let evidence = groups(&answer.text(), pattern).map(|it| Evidence::at(answer.place.clone(), it));
            return evidence
                .filter(|evidence| self.asked_is_there(row, evidence, found))
                .into_iter()
                .collect();
        }
        let place = dependency.map(|dependency| dependency.place.clone());
        let place = place.or_else(|| Some(found.answers.get(row.when.0.keys().next()?)?.place.clone()));
        place.map(|place| Evidence::at(place, Vec::new())).into_iter().collect()
    }

    fn in_files(&self, row: &Detect, pattern: Option<&Pattern>, found: &Found) -> Vec<Evidence> {
        let mut all = Vec::new();
        for name in &row.file.0 {
            let fixed = name
                .find('*')
                .map_or(0, |star| name.get(..star).and_then(|p| p.rfind('/')).map_or(0, |at| at + 1));
            for file in self.folder.files(name).into_iter().take(FILES) {
                let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                let has = |name: &String| {
                    let beside = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                    self.folder.has(&beside)
                };
                if row.except.0.iter().any(|pattern| fits(pattern, &file))
                    || !row.beside.0.is_empty() && !row.beside.0.iter().any(has)
                {
                    continue;
                }
                let Some((line, groups)) = self.in_file(row, &file, pattern) else { continue };
                let evidence = Evidence { place: self.folder.place(&file, line), groups, path: file, fixed };
                if self.asked_is_there(row, &evidence, found) {
                    all.push(evidence);
                }
            }
            // Several candidates are ranked; several files of one pattern are not.
            if !all.is_empty() {
                break;
            }
        }
        all
    }

    /// Whether the file is there that a row asks for. A project itself may name it: no pattern, and nothing outside.
    fn asked_is_there(&self, row: &Detect, evidence: &Evidence, found: &Found) -> bool {
        let Some(there) = &row.there else { return true };
        let Some(path) = filled(there, evidence, found) else { return false };
        let path = path.trim_start_matches("./");
        !path.contains('*') && !path.split('/').any(|part| part == "..") && self.folder.has(path)
    }

    fn in_file(
        &self,
        row: &Detect,
        file: &str,
        pattern: Option<&Pattern>,
    ) -> Option<(Option<usize>, Vec<String>)> {
        if row.key.0.is_empty() {
            let Some(pattern) = pattern else { return Some((None, Vec::new())) };
            let text = self.folder.text(file)?;
            return pattern.lines(&text).next().map(|(line, groups)| (Some(line), owned(groups)));
        }
        let tree = self.folder.tree(file)?;
        row.key.0.iter().flat_map(|key| tree.at(key)).find_map(|node| {
            if pattern.is_none() && node.texts().is_empty() {
                return Some((Some(node.line), Vec::new()));
            }
            node.texts().into_iter().find_map(|(line, text)| Some((Some(line), groups(text, pattern)?)))
        })
    }
}

impl Evidence {
    fn at(place: String, groups: Vec<String>) -> Self {
        Self { place, groups, path: String::new(), fixed: 0 }
    }

    fn word(&self, name: &str) -> Option<String> {
        let folder = self.path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        Some(match name {
            "path" => self.path.clone(),
            "folder" => folder.to_owned(),
            "parent" => folder.rsplit('/').next().unwrap_or_default().to_owned(),
            "stem" => {
                let name = self.path.rsplit('/').next().unwrap_or_default();
                name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
            }
            "module" => {
                let inner = self.path.get(self.fixed..).unwrap_or(&self.path);
                let inner = inner.rsplit_once('.').map_or(inner, |(inner, _)| inner);
                inner.replace('/', ".")
            }
            _ => return None,
        })
    }
}

/// Whether all conditions hold for what was found.
fn meets(found: &Found, when: &When) -> bool {
    when.0.iter().all(|(key, wanted)| {
        let Some(answer) = found.answers.get(key) else { return false };
        wanted.values().iter().any(|wanted| text_of(&Raw::Toml(wanted.clone())) == answer.text())
    })
}

fn owned(groups: Vec<Cow<'_, str>>) -> Vec<String> {
    groups.into_iter().map(Cow::into_owned).collect()
}

/// The groups of a pattern in a whole text; without a pattern the text is the first.
fn groups(text: &str, pattern: Option<&Pattern>) -> Option<Vec<String>> {
    match pattern {
        None => Some(vec![text.to_owned(), text.to_owned()]),
        Some(pattern) => pattern.groups(text).map(owned),
    }
}

/// What a row says under a key.
fn said(row: &Detect, value: &toml::Value, evidence: &Evidence, found: &Found) -> Option<Raw> {
    let toml::Value::String(text) = value else { return Some(Raw::Toml(value.clone())) };
    let text = filled(text, evidence, found)?;
    Some(match row.range {
        Some(bare) => Raw::Range { wanted: text, bare },
        None => Raw::Typed(text),
    })
}

/// `$1`: a group; `$path`, `$folder`, `$parent`, `$stem`, `$module`: of the file; `${key}`: what was found before.
fn filled(text: &str, evidence: &Evidence, found: &Found) -> Option<String> {
    let mut parts = text.split('$');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some((key, rest)) = part.strip_prefix('{').and_then(|part| part.split_once('}')) {
            filled.push_str(&found.answers.get(key)?.text());
            filled.push_str(rest);
            continue;
        }
        if let Some(digit) = part.chars().next().filter(char::is_ascii_digit) {
            let at = digit.to_digit(10).unwrap_or_default() as usize;
            filled.push_str(evidence.groups.get(at).map_or("", String::as_str));
            filled.push_str(part.get(1..).unwrap_or_default());
            continue;
        }
        let (name, rest) = part.split_at(part.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(part.len()));
        match evidence.word(name) {
            Some(word) => filled.push_str(&word),
            None => filled.push_str(&format!("${name}")),
        }
        filled.push_str(rest);
    }
    Some(filled)
}

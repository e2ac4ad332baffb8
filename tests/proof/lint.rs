//! The lint matrix: every project of the covering set under every checker, nothing found but what
//! `lint-exceptions.toml` names.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use regex_lite::Regex;
use serde::Deserialize;

use crate::checkers::{self, Files, Finding, Tools};
use crate::walk::walk;

/// One finding that is known and why it stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    checker: String,
    rule: String,
    /// A regular expression on the path in the project.
    path: String,
    /// A regular expression that the message holds.
    message: Option<String>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    exception: Vec<Exception>,
}

/// Something that `dockgen` writes a project of.
pub trait Project: Send + Sync {
    /// Unique, and the name of a folder.
    fn id(&self) -> String;
    /// What its tests are called.
    fn name(&self) -> String;
    /// The command line that makes it, for messages.
    fn command(&self) -> String;
    /// Writes it below `folder`, two folders deep, and gives its place.
    ///
    /// # Errors
    /// What `dockgen` said.
    fn generate(&self, folder: &Path) -> Result<PathBuf, String>;
    /// Whether the file is one that `dockgen` wrote.
    fn wrote(&self, inside: &Path) -> bool;
}

/// All cases and, once the first test asks, what the checkers say about them.
pub struct Lint {
    pub cases: Vec<Box<dyn Project>>,
    pub tools: Tools,
    folder: PathBuf,
    results: OnceLock<Results>,
}

struct Results {
    /// By case: why it could not be generated, or what was found in it.
    findings: Vec<Vec<String>>,
    unneeded: Vec<String>,
    summary: String,
}

impl Lint {
    pub fn new(cases: Vec<Box<dyn Project>>, folder: PathBuf, tools: Tools) -> Self {
        Self { cases, folder, tools, results: OnceLock::new() }
    }

    fn results(&self) -> &Results {
        self.results.get_or_init(|| self.run())
    }

    /// One case is clean.
    pub fn case(&self, at: usize) -> Result<(), String> {
        let findings = &self.results().findings[at];
        match findings.is_empty() {
            true => Ok(()),
            false => Err(format!("{}\n{}", self.cases[at].command(), findings.join("\n"))),
        }
    }

    /// Every exception still has something to except.
    pub fn exceptions_are_needed(&self) -> Result<(), String> {
        let unneeded = &self.results().unneeded;
        match unneeded.is_empty() {
            true => Ok(()),
            false => Err(format!("these match nothing any more, take them out:\n{}", unneeded.join("\n"))),
        }
    }

    pub fn summary(&self) -> String {
        self.results().summary.clone()
    }

    fn run(&self) -> Results {
        let exceptions = read_exceptions();
        let mut findings: Vec<Vec<String>> = vec![Vec::new(); self.cases.len()];
        let numbers: Vec<usize> = (0..self.cases.len()).collect();
        let generated: HashMap<usize, Result<PathBuf, String>> =
            checkers::each(&numbers, |at| vec![(*at, self.cases[*at].generate(&self.folder))])
                .into_iter()
                .collect();
        let mut projects = Vec::new();
        // a file that is the same in several projects is looked at once: its content, then whose it is
        let mut owners: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
        let mut seen: HashMap<(String, Vec<u8>), PathBuf> = HashMap::new();
        for at in numbers {
            match &generated[&at] {
                Ok(folder) => {
                    let wrote = |inside: &Path| self.cases[at].wrote(inside);
                    projects.push(look(folder, at, &wrote, &mut seen, &mut owners));
                }
                Err(message) => findings[at].push(format!("dockgen refuses: {message}")),
            }
        }
        let count = |of: fn(&Files) -> &Vec<PathBuf>| projects.iter().map(|project| of(project).len()).sum();
        let kinds: [(&str, usize); 5] = [
            ("Dockerfiles", count(|files| &files.dockerfiles)),
            ("shell scripts", count(|files| &files.scripts)),
            ("workflows", count(|files| &files.workflows)),
            ("nginx configurations", count(|files| &files.nginx)),
            ("bake files", count(|files| &files.bakes)),
        ];
        let kinds: Vec<_> = kinds
            .map(|(kind, number)| match number {
                0 => format!("no {kind} (the catalog writes none)"),
                _ => format!("{number} {kind}"),
            })
            .into();
        let mut used = BTreeSet::new();
        let mut found = 0;
        let mut log = String::new();
        for name in checkers::NAMES {
            let started = std::time::Instant::now();
            let report = checkers::run(name, &self.tools, &projects);
            log.push_str(&format!(
                "{name}: {} findings, {:.1} s\n",
                report.len(),
                started.elapsed().as_secs_f64()
            ));
            for finding in report {
                let inside = self.inside(&finding.path);
                if let Some(which) =
                    exceptions.iter().position(|exception| exception.covers(&finding, &inside))
                {
                    used.insert(which);
                    continue;
                }
                found += 1;
                let line = format!(
                    "  {} {inside}:{} {}: {}",
                    finding.checker, finding.line, finding.rule, finding.message
                );
                let mine = owners.get(&finding.path).cloned().unwrap_or_default();
                if mine.is_empty() {
                    // no case is named by the path: nobody's fault must not be nobody's failure
                    findings.iter_mut().for_each(|all| all.push(line.clone()));
                }
                for at in mine {
                    findings[at].push(line.clone());
                }
            }
        }
        let unneeded = exceptions
            .iter()
            .enumerate()
            .filter(|(at, _)| !used.contains(at))
            .map(|(_, e)| {
                format!("  {} {} {} {}", e.checker, e.rule, e.path, e.message.as_deref().unwrap_or(""))
            })
            .collect();
        fs::write(self.folder.join("times.txt"), &log).unwrap();
        let files: usize = seen.len();
        let summary = format!(
            "linted {} projects, {files} different files, of them {}; {} checkers, {found} findings, {} kinds of finding excepted",
            projects.len(),
            kinds.join(", "),
            checkers::NAMES.len(),
            used.len(),
        );
        Results { findings, unneeded, summary }
    }

    /// `target/proof/lint/python-07/shop/compose.yaml` -> `compose.yaml`
    fn inside(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.folder).unwrap_or(path);
        path.components().skip(2).collect::<PathBuf>().to_string_lossy().into_owned()
    }
}

impl Exception {
    fn covers(&self, finding: &Finding, path: &str) -> bool {
        let whole = |pattern: &str, text: &str| {
            Regex::new(&format!("^(?:{pattern})$"))
                .unwrap_or_else(|e| panic!("{pattern}: {e}"))
                .is_match(text)
        };
        self.checker == finding.checker
            && self.rule == finding.rule
            && whole(&self.path, path)
            && self.message.as_ref().is_none_or(|m| Regex::new(m).unwrap().is_match(&finding.message))
    }
}

fn read_exceptions() -> Vec<Exception> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/lint-exceptions.toml");
    let all: Exceptions = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    for exception in &all.exception {
        assert!(exception.reason.len() > 20, "{} {} has no reason", exception.checker, exception.rule);
    }
    all.exception
}

/// The files of a project that `dockgen` wrote, by what looks at them.
fn look(
    folder: &Path,
    at: usize,
    wrote: &dyn Fn(&Path) -> bool,
    seen: &mut HashMap<(String, Vec<u8>), PathBuf>,
    owners: &mut BTreeMap<PathBuf, Vec<usize>>,
) -> Files {
    let mut files = Files {
        folder: folder.to_owned(),
        dockerfiles: Vec::new(),
        scripts: Vec::new(),
        workflows: Vec::new(),
        nginx: Vec::new(),
        bakes: Vec::new(),
        texts: Vec::new(),
    };
    for path in walk(folder) {
        if path.strip_prefix(folder).is_ok_and(|inside| !wrote(inside)) {
            continue;
        }
        let Ok(content) = fs::read(&path) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("compose.") {
            owners.insert(path.clone(), vec![at]);
            files.texts.push(path);
            continue;
        }
        // secrets differ by law; nobody lints them
        if path.strip_prefix(folder).is_ok_and(|inside| inside.starts_with("secrets")) {
            continue;
        }
        let first = seen.entry((name.clone(), content.clone())).or_insert_with(|| path.clone()).clone();
        owners.entry(first.clone()).or_default().push(at);
        if first != path {
            continue;
        }
        let content = String::from_utf8_lossy(&content);
        if name == "Dockerfile" || name.starts_with("Dockerfile.") && !name.ends_with(".dockerignore") {
            files.dockerfiles.push(path.clone());
        } else if name == "docker-bake.hcl" {
            files.bakes.push(path.clone());
        } else if path.components().any(|c| c.as_os_str() == ".github") && name.ends_with(".yml") {
            files.workflows.push(path.clone());
        } else if name.ends_with(".sh")
            || content.starts_with("#!/bin/sh")
            || content.starts_with("#!/bin/bash")
        {
            files.scripts.push(path.clone());
        } else if [".conf", ".conf.template"].iter().any(|end| name.ends_with(end))
            && content.contains("server {")
        {
            files.nginx.push(path.clone());
        }
        files.texts.push(path);
    }
    files
}

/// Each checker finds the fault that was planted for it: a run in which it reports nothing means something.
pub fn checkers_see(tools: &Tools) -> Result<(), String> {
    let folder = tools.scratch.join("planted/faults/shop");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join(".github/workflows")).unwrap();
    let write = |path: &str, text: &str| fs::write(folder.join(path), text).unwrap();
    write(
        "Dockerfile",
        "FROM debian:latest\nRUN cd /tmp && sudo true\ncopy . /app\n# hadolint ignore=DL3007\nCMD run\n",
    );
    write(
        "compose.yaml",
        "services:\n  app:\n    image: shop\n    prots: [80]\n  web:\n    image: nginx\n    privileged: true\n",
    );
    write("docker-bake.hcl", "target \"app\" {\n");
    write(
        ".github/workflows/docker.yml",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo ${{ github.head_ref }}\n",
    );
    write("start.sh", "#!/bin/sh\necho $1\n");
    write("default.conf", "server {\n    lisen 80;\n}\n");
    let project = look(&folder, 0, &|_| true, &mut HashMap::new(), &mut BTreeMap::new());
    let mut blind = Vec::new();
    for name in checkers::NAMES {
        let findings = checkers::run(name, tools, std::slice::from_ref(&project));
        if findings.is_empty() && (tools.engine || name != "docker build --check") {
            blind.push(format!("{name} found nothing in a project full of faults"));
        }
        let own = ["docker compose config", "docker buildx bake"];
        if let Some(error) = findings.iter().find(|f| f.rule == "error" && !own.contains(&name)) {
            blind.push(format!("{name} could not work: {}", error.message));
        }
    }
    if blind.is_empty() { Ok(()) } else { Err(blind.join("\n")) }
}

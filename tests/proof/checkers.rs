//! The checkers: how each is run over many files at once, and how its report is read.
//!
//! A checker that cannot do its work (it does not start, or its report cannot be read) reports that as a
//! finding of its own, so that nothing passes because nothing was looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::certificate;
use crate::docker::{self, Images};

/// Something that a checker says about a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub checker: &'static str,
    pub rule: String,
    pub path: PathBuf,
    pub line: u64,
    pub message: String,
}

/// A project on disk.
pub struct Files {
    pub folder: PathBuf,
    /// Files with the same content in several projects are looked at in the first one only.
    pub dockerfiles: Vec<PathBuf>,
    pub scripts: Vec<PathBuf>,
    pub workflows: Vec<PathBuf>,
    pub nginx: Vec<PathBuf>,
    pub bakes: Vec<PathBuf>,
    pub texts: Vec<PathBuf>,
}

/// Where the checkers are.
pub struct Tools {
    pub bin: PathBuf,
    /// Whether an engine answers: `docker build --check` needs its BuildKit.
    pub engine: bool,
    /// Where it gets the frontends from that the Dockerfiles name.
    pub images: Images,
    pub scratch: PathBuf,
}

pub const NAMES: [&str; 11] = [
    "hadolint",
    "docker build --check",
    "docker compose config",
    "dclint",
    "compose-lint",
    "checkov",
    "shellcheck",
    "zizmor",
    "nginx -t",
    "docker buildx bake",
    "inline exceptions",
];

/// Runs one checker over all projects.
pub fn run(name: &'static str, tools: &Tools, projects: &[Files]) -> Vec<Finding> {
    let all = |of: fn(&Files) -> &Vec<PathBuf>| projects.iter().flat_map(of).cloned().collect::<Vec<_>>();
    match name {
        "hadolint" => hadolint(tools, &all(|p| &p.dockerfiles)),
        "docker build --check" if !tools.engine => Vec::new(),
        "docker build --check" => build_check(tools, &all(|p| &p.dockerfiles)),
        "docker compose config" => compose_config(tools, projects),
        "dclint" => dclint(tools, projects),
        "compose-lint" => compose_lint(tools, projects),
        "checkov" => checkov(tools, &all(|p| &p.dockerfiles), &all(|p| &p.workflows)),
        "shellcheck" => shellcheck(tools, &all(|p| &p.scripts)),
        "zizmor" => zizmor(tools, &all(|p| &p.workflows)),
        "nginx -t" => nginx(tools, &all(|p| &p.nginx)),
        "docker buildx bake" => bake(&all(|p| &p.bakes)),
        "inline exceptions" => inline_exceptions(&all(|p| &p.texts)),
        _ => unreachable!("{name}"),
    }
}

impl Tools {
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        // configuration files of whoever runs this have no say
        command.current_dir(&self.scratch).env("HOME", &self.scratch).env("XDG_CONFIG_HOME", &self.scratch);
        command
    }
}

/// The version that a checker says it has.
pub fn versions(tools: &Tools) -> BTreeMap<String, String> {
    let pinned =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/tools.versions")).unwrap();
    let mut versions: BTreeMap<_, _> = pinned
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            Some(((*words.get(3)?).to_owned(), (*words.get(2)?).to_owned()))
        })
        .collect();
    if let Ok(output) = tools.command("nginx").arg("-v").output() {
        let text = String::from_utf8_lossy(&output.stderr);
        versions.insert("nginx".to_owned(), text.trim().rsplit('/').next().unwrap_or_default().to_owned());
    }
    versions
}

/// Calls `work` for each item on as many threads as there are cores.
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> Vec<R> + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let more = work(item);
                    found.lock().unwrap().extend(more);
                }
            });
        }
    });
    found.into_inner().unwrap()
}

fn broken(checker: &'static str, path: &Path, message: impl std::fmt::Display) -> Finding {
    Finding {
        checker,
        rule: "error".to_owned(),
        path: path.to_owned(),
        line: 0,
        message: message.to_string(),
    }
}

/// The report on stdout as JSON; a finding on each file when there is none.
fn report(checker: &'static str, command: &mut Command, paths: &[PathBuf]) -> Result<Value, Vec<Finding>> {
    let fail = |message: String| Err(paths.iter().map(|path| broken(checker, path, &message)).collect());
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => return fail(format!("does not start: {error}")),
    };
    match serde_json::from_slice(&output.stdout) {
        Ok(value) => Ok(value),
        Err(error) => fail(format!("{}: no report ({error}): {}", output.status, tail(&output.stderr))),
    }
}

fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<_> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn hadolint(tools: &Tools, paths: &[PathBuf]) -> Vec<Finding> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut command = tools.command("hadolint");
    // info and style are findings too: they are in the report whatever the exit code's threshold is
    command.args(["--no-fail", "--disable-ignore-pragma", "--format", "json"]).args(paths);
    let report = match report("hadolint", &mut command, paths) {
        Ok(report) => report,
        Err(findings) => return findings,
    };
    list(&report)
        .iter()
        .map(|row| Finding {
            checker: "hadolint",
            rule: text(&row["code"]),
            path: PathBuf::from(text(&row["file"])),
            line: row["line"].as_u64().unwrap_or(0),
            message: text(&row["message"]),
        })
        .collect()
}

fn build_check(tools: &Tools, paths: &[PathBuf]) -> Vec<Finding> {
    const NAME: &str = "docker build --check";
    let frontend = |path: &PathBuf| docker::frontend_of(&fs::read_to_string(path).unwrap());
    let frontends: BTreeSet<String> = paths.iter().filter_map(frontend).collect();
    let frontends: Vec<String> = frontends.into_iter().collect();
    let empty = match tools.images.need(&frontends).and_then(|()| docker::empty_image()) {
        Ok(image) => image,
        Err(why) => return paths.iter().map(|path| broken(NAME, path, &why)).collect(),
    };
    each(paths, |path| {
        let source = fs::read_to_string(path).unwrap();
        let mut command = Command::new("docker");
        command.args(["build", "--call", "check,format=json", "--progress", "plain"]);
        // the check asks for every base image's configuration and uses none of it
        for image in docker::images_of(&source) {
            command.args(["--build-context", &format!("{image}=docker-image://{empty}")]);
        }
        command.arg("--file").arg(path).arg(path.parent().unwrap());
        let report = match report(NAME, &mut command, std::slice::from_ref(path)) {
            Ok(report) => report,
            Err(findings) => return findings,
        };
        let mut findings: Vec<_> = list(&report["warnings"])
            .iter()
            .map(|row| Finding {
                checker: NAME,
                rule: text(&row["ruleName"]),
                path: path.clone(),
                line: row["location"]["ranges"][0]["start"]["line"].as_u64().unwrap_or(0),
                message: text(&row["detail"]),
            })
            .collect();
        if let Some(error) = report.get("buildError") {
            findings.push(broken(NAME, path, error));
        }
        findings
    })
}

fn compose_files(project: &Files) -> Vec<PathBuf> {
    ["compose.yaml", "compose.override.yaml"]
        .iter()
        .map(|name| project.folder.join(name))
        .filter(|path| path.exists())
        .collect()
}

fn compose_config(tools: &Tools, projects: &[Files]) -> Vec<Finding> {
    const NAME: &str = "docker compose config";
    each(projects, |project| {
        let files = compose_files(project);
        let mut findings = Vec::new();
        for last in 1..=files.len() {
            for profiles in [&[][..], &["--profile", "*"]] {
                let mut command = tools.command("docker-compose");
                command.arg("--project-directory").arg(&project.folder);
                for file in &files[..last] {
                    command.arg("--file").arg(file);
                }
                command.args(profiles).args(["config", "--quiet"]);
                let file = &files[last - 1];
                match command.output() {
                    Err(error) => findings.push(broken(NAME, file, error)),
                    Ok(output) => {
                        let said = tail(&output.stderr);
                        if !output.status.success() || !said.is_empty() {
                            let rule = if output.status.success() { "warning" } else { "error" };
                            let mut finding = broken(NAME, file, format!("{said} {}", profiles.join(" ")));
                            finding.rule = rule.to_owned();
                            findings.push(finding);
                        }
                    }
                }
            }
        }
        if files.is_empty() {
            findings.push(broken(NAME, &project.folder.join("compose.yaml"), "is not there"));
        }
        findings
    })
}

fn dclint(tools: &Tools, projects: &[Files]) -> Vec<Finding> {
    let paths: Vec<_> = projects.iter().flat_map(compose_files).collect();
    let chunks: Vec<_> = paths.chunks(24).collect();
    each(&chunks, |paths| {
        // on a pipe the report ends after 64 KiB
        let file = tools.scratch.join(format!("dclint-{}.json", owner(&paths[0])));
        let _ = fs::remove_file(&file);
        let mut command = tools.command("dclint");
        let output = command.args(["--formatter", "json", "--output-file"]).arg(&file).args(*paths).output();
        let report: Option<Value> =
            fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(report) = report else {
            let said = output.map_or_else(|error| error.to_string(), |output| tail(&output.stderr));
            return paths.iter().map(|path| broken("dclint", path, format!("no report: {said}"))).collect();
        };
        let mut findings = Vec::new();
        for file in list(&report) {
            for row in list(&file["messages"]) {
                findings.push(Finding {
                    checker: "dclint",
                    rule: text(&row["rule"]),
                    path: tools.scratch.join(text(&file["filePath"])),
                    line: row["line"].as_u64().unwrap_or(0),
                    message: text(&row["message"]),
                });
            }
        }
        if list(&report).len() != paths.len() {
            findings.extend(paths.iter().map(|path| broken("dclint", path, "the report leaves files out")));
        }
        findings
    })
}

/// A name of the project that a file is in.
fn owner(path: &Path) -> String {
    let project = path.parent().and_then(Path::parent).and_then(Path::file_name);
    project.unwrap_or_default().to_string_lossy().into_owned()
}

fn compose_lint(tools: &Tools, projects: &[Files]) -> Vec<Finding> {
    const NAME: &str = "compose-lint";
    let bases: Vec<_> = projects.iter().map(|project| project.folder.join("compose.yaml")).collect();
    if bases.is_empty() {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = Vec::new();
    // production form, then with the override, which it merges by itself
    for (file, form) in [("compose.yaml", &["--no-merge-overrides"][..]), ("compose.override.yaml", &[])] {
        let mut command = tools.command(NAME);
        command.args(["check", "--format", "json"]).args(form).args(&bases);
        let output = match command.output() {
            Ok(output) => output,
            Err(error) => return bases.iter().map(|path| broken(NAME, path, &error)).collect(),
        };
        let report: Value = match serde_json::from_slice(&output.stdout) {
            Ok(report) if output.status.code() != Some(2) => report,
            _ => {
                let said = tail(&output.stderr);
                findings.extend(
                    bases.iter().map(|path| broken(NAME, path, format!("{}: {said}", output.status))),
                );
                continue;
            }
        };
        for row in list(&report["findings"]) {
            let base = tools.scratch.join(text(&row["file"]));
            let message = format!("{}: {}", text(&row["service"]), text(&row["message"]));
            let rule = text(&row["rule_id"]);
            let known = findings.iter().any(|f| f.path == base && f.rule == rule && f.message == message);
            // what holds of both forms is said once; the rest is what the override does
            if file == "compose.yaml" || !known {
                let line = if file == "compose.yaml" { row["line"].as_u64().unwrap_or(0) } else { 0 };
                findings.push(Finding {
                    checker: NAME,
                    rule,
                    path: base.with_file_name(file),
                    line,
                    message,
                });
            }
        }
    }
    findings
}

fn checkov(tools: &Tools, dockerfiles: &[PathBuf], workflows: &[PathBuf]) -> Vec<Finding> {
    let paths: Vec<_> = dockerfiles.iter().chain(workflows).cloned().collect();
    if paths.is_empty() {
        return Vec::new();
    }
    let mut command = tools.command("checkov");
    command.args(["--output", "json", "--quiet", "--compact", "--skip-download"]);
    command.args(["--framework", "dockerfile", "github_actions", "--file"]).args(&paths);
    let report = match report("checkov", &mut command, &paths) {
        Ok(report) => report,
        Err(findings) => return findings,
    };
    let frameworks = match &report {
        Value::Array(rows) => rows.clone(),
        one => vec![one.clone()],
    };
    let mut findings = Vec::new();
    let mut looked_at = 0;
    for framework in &frameworks {
        looked_at += framework["summary"]["passed"].as_u64().unwrap_or(0);
        looked_at += framework["summary"]["failed"].as_u64().unwrap_or(0);
        for row in list(&framework["results"]["failed_checks"]) {
            findings.push(Finding {
                checker: "checkov",
                rule: text(&row["check_id"]),
                path: PathBuf::from(text(&row["file_abs_path"])),
                line: row["file_line_range"][0].as_u64().unwrap_or(0),
                message: format!("{} ({})", text(&row["check_name"]), text(&row["resource"])),
            });
        }
        for path in list(&framework["results"]["parsing_errors"]) {
            findings.push(broken("checkov", Path::new(&text(path)), "cannot be parsed"));
        }
    }
    if looked_at == 0 {
        findings.extend(paths.iter().map(|path| broken("checkov", path, "nothing was checked")));
    }
    findings
}

fn shellcheck(tools: &Tools, paths: &[PathBuf]) -> Vec<Finding> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut command = tools.command("shellcheck");
    let report = match report(
        "shellcheck",
        command.args(["--norc", "--severity", "style", "--format", "json"]).args(paths),
        paths,
    ) {
        Ok(report) => report,
        Err(findings) => return findings,
    };
    list(&report)
        .iter()
        .map(|row| Finding {
            checker: "shellcheck",
            rule: format!("SC{}", row["code"]),
            path: PathBuf::from(text(&row["file"])),
            line: row["line"].as_u64().unwrap_or(0),
            message: text(&row["message"]),
        })
        .collect()
}

fn zizmor(tools: &Tools, paths: &[PathBuf]) -> Vec<Finding> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut command = tools.command("zizmor");
    command.args(["--format", "json", "--offline", "--no-progress", "--no-config", "--no-ignores"]);
    command.args(["--persona", "pedantic", "--strict-collection", "--collect=all"]).args(paths);
    let report = match report("zizmor", &mut command, paths) {
        Ok(report) => report,
        Err(findings) => return findings,
    };
    list(&report)
        .iter()
        .map(|row| {
            let places = list(&row["locations"]);
            let place = places.iter().find(|place| place["symbolic"]["kind"] == "Primary").or(places.first());
            let place = place.unwrap_or(&Value::Null);
            Finding {
                checker: "zizmor",
                rule: text(&row["ident"]),
                path: PathBuf::from(text(&place["symbolic"]["key"]["Local"]["verbatim_path"])),
                line: place["concrete"]["location"]["start_point"]["row"].as_u64().unwrap_or(0) + 1,
                message: format!("{}: {}", text(&row["desc"]), text(&place["symbolic"]["annotation"])),
            }
        })
        .collect()
}

/// `nginx -t` on a copy in which the container's paths lead into a scratch folder.
fn nginx(tools: &Tools, paths: &[PathBuf]) -> Vec<Finding> {
    const NAME: &str = "nginx -t";
    let root = tools.scratch.join("nginx");
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).unwrap();
    let (certificate, key) = (root.join("certificate.pem"), root.join("key.pem"));
    match certificate::pair() {
        Ok((public, private)) => {
            fs::write(&certificate, public).unwrap();
            fs::write(&key, private).unwrap();
        }
        Err(why) => return paths.iter().map(|path| broken(NAME, path, &why)).collect(),
    }
    let mime_types = tools.bin.join("../debian/root/etc/nginx/mime.types");
    let statement = |name: &str| regex_lite::Regex::new(&format!(r"(?m)^(\s*{name}\s+)[^;]+;")).unwrap();
    let (public, private) = (statement("ssl_certificate"), statement("ssl_certificate_key"));
    let pid = statement("pid");
    let variable = regex_lite::Regex::new(r"\$\{[A-Z][A-Z0-9_]*\}").unwrap();
    let mut findings = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        let prefix = root.join(number.to_string());
        fs::create_dir_all(prefix.join("conf.d")).unwrap();
        let _ = fs::copy(&mime_types, prefix.join("mime.types"));
        let source = fs::read_to_string(path).unwrap();
        let source = public.replace_all(&source, format!("${{1}}{};", certificate.display()));
        let source = private.replace_all(&source, format!("${{1}}{};", key.display()));
        let source = pid.replace_all(&source, format!("${{1}}{}/pid;", prefix.display()));
        // what the image's entrypoint fills in when the container starts
        let source = variable.replace_all(&source, "8080");
        let source = source.replace("/etc/nginx/", &format!("{}/", prefix.display()));
        let whole = source.contains("http {");
        let config = match whole {
            true => source.clone(),
            false => format!(
                "pid {0}/pid;\nevents {{}}\nhttp {{\ninclude {0}/mime.types;\n{source}\n}}\n",
                prefix.display()
            ),
        };
        fs::write(prefix.join("nginx.conf"), config).unwrap();
        let mut command = tools.command("nginx");
        command
            .arg("-t")
            .arg("-q")
            .arg("-p")
            .arg(&prefix)
            .arg("-e")
            .arg("stderr")
            .arg("-c")
            .arg(prefix.join("nginx.conf"));
        match command.output() {
            Err(error) => findings.push(broken(NAME, path, error)),
            Ok(output) => {
                let said = tail(&output.stderr);
                if !output.status.success() || !said.is_empty() {
                    let mut finding = broken(NAME, path, said.replace(&format!("{}/", prefix.display()), ""));
                    finding.rule = if output.status.success() { "warn" } else { "emerg" }.to_owned();
                    findings.push(finding);
                }
            }
        }
    }
    findings
}

/// `docker buildx bake --print` needs the buildx plug-in and no engine.
fn bake(paths: &[PathBuf]) -> Vec<Finding> {
    const NAME: &str = "docker buildx bake";
    each(paths, |path| {
        let output = Command::new("docker")
            .args(["buildx", "bake", "--print", "--file"])
            .arg(path)
            .current_dir(path.parent().unwrap())
            .output();
        match output {
            Err(error) => vec![broken(NAME, path, error)],
            Ok(output) if !output.status.success() => vec![broken(NAME, path, tail(&output.stderr))],
            Ok(_) => Vec::new(),
        }
    })
}

/// An exception stands in the one file, with its reason, and nowhere in what is generated.
fn inline_exceptions(paths: &[PathBuf]) -> Vec<Finding> {
    let marks = [
        "hadolint ignore",
        "hadolint global",
        "check=skip",
        "checkov:skip",
        "shellcheck disable",
        "zizmor: ignore",
        "dclint disable",
        "compose-lint: ignore",
        "compose-lint: disable",
    ];
    each(paths, |path| {
        let Ok(text) = fs::read_to_string(path) else { return Vec::new() };
        let mut findings = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if let Some(mark) = marks.iter().find(|mark| line.contains(*mark)) {
                findings.push(Finding {
                    checker: "inline exceptions",
                    rule: (*mark).to_owned(),
                    path: path.clone(),
                    line: number as u64 + 1,
                    message: line.trim().to_owned(),
                });
            }
        }
        findings
    })
}

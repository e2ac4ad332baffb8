//! The engine: whether one answers, which images a project needs, and where they come from.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, OnceLock};

use regex_lite::Regex;

/// Whether an engine answers.
pub fn answers() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| run(&["version", "--format", "{{.Server.Version}}"]).is_ok())
}

/// Runs `docker` and gives its stdout.
///
/// # Errors
/// The end of what it said.
pub fn run(arguments: &[&str]) -> Result<String, String> {
    let output =
        Command::new("docker").args(arguments).output().map_err(|error| format!("docker: {error}"))?;
    said(output, arguments)
}

pub fn said(output: Output, arguments: &[&str]) -> Result<String, String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.trim().lines().collect();
    let tail = lines[lines.len().saturating_sub(25)..].join("\n");
    Err(format!("docker {}: {}\n{tail}", arguments.join(" "), output.status))
}

/// An image with nothing in it.
pub fn empty_image() -> Result<&'static str, String> {
    const NAME: &str = "dockgen-proof/empty:1";
    static MADE: OnceLock<Result<(), String>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        if run(&["image", "inspect", NAME]).is_ok() {
            return Ok(());
        }
        // two blocks of zeros are an archive that holds nothing
        let archive = std::env::temp_dir().join(format!("dockgen-proof-{}.tar", std::process::id()));
        fs::write(&archive, [0; 1024]).map_err(|error| error.to_string())?;
        let made =
            run(&["import", "--change", "CMD [\"/none\"]", &archive.to_string_lossy(), NAME]).map(drop);
        let _ = fs::remove_file(&archive);
        made
    });
    made.clone().map(|()| NAME)
}

/// The images that a Dockerfile builds on, its build arguments filled in by their defaults.
pub fn images_of(dockerfile: &str) -> Vec<String> {
    let arguments = arguments_of(dockerfile);
    let mut stages: Vec<String> = vec!["scratch".to_owned()];
    let mut images = Vec::new();
    let from = Regex::new(r"from=([^,\s]+)").unwrap();
    for line in dockerfile.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let mut named = Vec::new();
        match words.first().map(|word| word.to_uppercase()).as_deref() {
            Some("FROM") => {
                let rest: Vec<_> = words[1..].iter().filter(|word| !word.starts_with("--")).collect();
                named.extend(rest.first().map(|image| fill(image, &arguments)));
                if let (Some(word), Some(stage)) = (rest.get(1), rest.get(2))
                    && word.eq_ignore_ascii_case("as")
                {
                    stages.push((**stage).to_owned());
                }
            }
            _ if words.first().is_some_and(|word| word.starts_with('#')) => {}
            _ => named.extend(from.captures_iter(line).map(|found| found[1].to_owned())),
        }
        for image in named {
            let stage = stages.contains(&image) || image.parse::<usize>().is_ok();
            if !stage && !images.contains(&image) {
                images.push(image);
            }
        }
    }
    images
}

/// `${NAME}`, `$NAME` and `${NAME:-default}` by the arguments' defaults; platform arguments are left.
fn fill(text: &str, arguments: &[(String, String)]) -> String {
    let variable = Regex::new(r"\$\{([A-Za-z_0-9]+)(?::-([^}]*))?\}|\$([A-Za-z_0-9]+)").unwrap();
    let value = |found: &regex_lite::Captures<'_>| {
        let name = found.get(1).or(found.get(3)).map_or("", |name| name.as_str());
        let given = arguments.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        given
            .filter(|value| !value.is_empty())
            .or(found.get(2).map(|d| d.as_str().to_owned()))
            .unwrap_or_default()
    };
    variable.replace_all(text, value).into_owned()
}

/// The frontend that a Dockerfile's `# syntax=` line names.
pub fn frontend_of(dockerfile: &str) -> Option<String> {
    dockerfile.lines().next()?.strip_prefix("# syntax=").map(|image| image.trim().to_owned())
}

/// Where images come from that the engine does not have.
#[derive(Clone)]
pub struct Images {
    /// A program that makes stand-ins under the images' own names, where no registry is reached: `PROGRAM
    /// REF...`, and `PROGRAM --plan REF...` says which of them it can make.
    standins: Option<PathBuf>,
    /// Those that are made before any other.
    ahead: Arc<Mutex<BTreeSet<String>>>,
}

impl Images {
    pub fn new(standins: Option<PathBuf>) -> Self {
        Self { standins, ahead: Arc::default() }
    }

    pub fn are_standins(&self) -> bool {
        self.standins.is_some()
    }

    /// Why each of these images cannot be had here.
    pub fn impossible(&self, images: &[String]) -> Vec<String> {
        let Some(program) = &self.standins else { return Vec::new() };
        let output = Command::new(program).arg("--plan").args(images).output().unwrap();
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| {
                let columns: Vec<_> = line.split('\t').collect();
                (columns.get(1) == Some(&"-"))
                    .then(|| format!("`{}`: {}", columns[0], columns.get(2).unwrap_or(&"")))
            })
            .collect()
    }

    /// Has these made before the first case builds: whoever makes an image clears the engine's build cache when it
    /// is done, and what is dropped between two builds is built again as if a Dockerfile had asked for it.
    pub fn ahead(&self, images: impl IntoIterator<Item = String>) {
        self.ahead.lock().unwrap().extend(images);
    }

    /// Makes or pulls what is missing.
    ///
    /// # Errors
    /// The image that cannot be had, and why.
    pub fn need(&self, images: &[String]) -> Result<(), String> {
        // one at a time: two runs would make the same image twice
        let mut ahead = self.ahead.lock().unwrap();
        let first: Vec<String> = std::mem::take(&mut *ahead).into_iter().collect();
        // one that cannot be had fails the cases that need it
        let _ = self.make(&first);
        self.make(images)
    }

    fn make(&self, images: &[String]) -> Result<(), String> {
        let missing: Vec<_> =
            images.iter().filter(|image| run(&["image", "inspect", image]).is_err()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        match &self.standins {
            Some(program) => {
                let output =
                    Command::new(program).args(&missing).output().map_err(|error| error.to_string())?;
                match output.status.success() {
                    true => Ok(()),
                    false => Err(format!("{missing:?}: {}", String::from_utf8_lossy(&output.stderr).trim())),
                }
            }
            None => missing.iter().try_for_each(|image| run(&["pull", "--quiet", image]).map(drop)),
        }
    }
}

/// All images that a project's Dockerfiles and its Compose configuration name, those that it builds left out.
pub fn images_of_project(folder: &Path, config: &serde_json::Value) -> Vec<String> {
    let mut images = Vec::new();
    for path in crate::walk::walk(folder) {
        if path.file_name().is_some_and(|name| name == "Dockerfile") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            images.extend(frontend_of(&text));
            images.extend(images_of(&text));
        }
    }
    let services = config["services"].as_object().into_iter().flat_map(|services| services.values());
    let pulled = services.filter(|service| service.get("build").is_none());
    images.extend(pulled.filter_map(|service| Some(service["image"].as_str()?.to_owned())));
    images.sort();
    images.dedup();
    images
}

/// The image that the last stage stands on, other stages looked through. None: on nothing.
pub fn runtime_base(dockerfile: &str) -> Option<String> {
    let arguments = arguments_of(dockerfile);
    let mut bases: Vec<(Option<String>, String)> = Vec::new();
    for line in dockerfile.lines().filter(|line| line.starts_with("FROM ")) {
        let words: Vec<_> = line.split_whitespace().skip(1).filter(|word| !word.starts_with("--")).collect();
        let image = fill(words.first()?, &arguments);
        let base = bases
            .iter()
            .rev()
            .find(|(stage, _)| stage.as_deref() == Some(&image))
            .map(|(_, base)| base.clone());
        bases.push((words.get(2).map(|stage| (*stage).to_owned()), base.unwrap_or(image)));
    }
    bases.pop().map(|(_, base)| base).filter(|base| base != "scratch")
}

/// The build arguments before the first stage, by their defaults.
fn arguments_of(dockerfile: &str) -> Vec<(String, String)> {
    let mut arguments = Vec::new();
    for line in dockerfile.lines().take_while(|line| !line.starts_with("FROM ")) {
        if let Some((name, value)) = line.strip_prefix("ARG ").and_then(|argument| argument.split_once('=')) {
            let value = fill(value.trim().trim_matches('"'), &arguments);
            arguments.push((name.to_owned(), value));
        }
    }
    arguments
}

/// Every form in which a Dockerfile names an image is seen, and no stage is taken for one.
pub fn reads_dockerfiles() {
    let text = concat!(
        "# syntax=docker/dockerfile:1\n",
        "ARG V=3.14\nARG TAG=\"${V}-slim\"\n",
        "FROM --platform=$BUILDPLATFORM python:${TAG} AS deps\n",
        "COPY --from=example/uv:1 /uv /bin/uv\n",
        "RUN --mount=type=bind,from=example/tool:2,target=/t \\\n    --mount=type=cache,target=/c true\n",
        "# FROM nothing:1\n",
        "FROM deps AS build\nCOPY --from=deps /a /a\n",
        "FROM scratch AS empty\nCOPY --from=0 /a /a\n",
        "FROM gcr.io/distroless/base:${MISSING:-nonroot} AS base\nFROM base AS runtime\n",
    );
    let images = ["python:3.14-slim", "example/uv:1", "example/tool:2", "gcr.io/distroless/base:nonroot"];
    assert_eq!(images_of(text), images);
    assert_eq!(frontend_of(text).as_deref(), Some("docker/dockerfile:1"));
    assert_eq!(runtime_base(text).as_deref(), Some("gcr.io/distroless/base:nonroot"));
    assert_eq!(runtime_base("FROM a:1 AS b\nFROM scratch\n"), None);
}

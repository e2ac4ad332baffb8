//! What must hold of every container and image.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use regex_lite::Regex;
use serde_json::Value;

use crate::docker;
use crate::stack::Container;

/// A secret that was drawn.
pub struct Secret {
    /// Its file's name, without the ending.
    pub file: String,
    pub value: String,
    /// The application reads it from a variable, since it cannot read a file: `docker inspect` shows it then.
    in_environment: bool,
}

/// Every secret of a project.
pub fn read_secrets(folder: &Path) -> Vec<Secret> {
    let Ok(rows) = fs::read_dir(folder.join("secrets")) else { return Vec::new() };
    let environment = fs::read_to_string(folder.join(".env")).unwrap_or_default();
    rows.filter_map(|row| {
        let path = row.ok()?.path();
        let file = path.file_stem()?.to_string_lossy().into_owned();
        let value = fs::read_to_string(&path).ok()?.trim().to_owned();
        let in_environment = environment.contains(&value);
        Some(Secret { file, value, in_environment })
    })
    .collect()
}

pub fn healthy(containers: &[Container]) -> Result<(), String> {
    for container in containers {
        let once = container.0["HostConfig"]["RestartPolicy"]["Name"] == "no";
        match container.state() {
            ("running", Some("healthy"), _) => {}
            // What serves nothing is well as long as it runs, and says so in its Compose file.
            ("running", None, _) if container.0["Config"]["Healthcheck"]["Test"][0] == "NONE" => {}
            ("exited", _, 0) if once => {}
            state => return Err(format!("{} is {state:?}", container.service())),
        }
    }
    Ok(())
}

/// No capability but what was added on purpose, no new privileges, a limit on memory, processors and processes.
pub fn hardened(container: &Container) -> Result<(), String> {
    let name = container.service();
    let host = &container.0["HostConfig"];
    let holds =
        |key: &str, wanted: &str| host[key].as_array().is_some_and(|all| all.iter().any(|one| one == wanted));
    if !holds("CapDrop", "ALL") {
        return Err(format!("{name} keeps capabilities: CapDrop is {}", host["CapDrop"]));
    }
    if !holds("SecurityOpt", "no-new-privileges:true") {
        return Err(format!("{name} may gain privileges: SecurityOpt is {}", host["SecurityOpt"]));
    }
    for limit in ["Memory", "NanoCpus", "PidsLimit"] {
        if host[limit].as_i64().unwrap_or(0) <= 0 {
            return Err(format!("{name} has no limit {limit}"));
        }
    }
    Ok(())
}

/// A numeric user that is not root, no capability, no way to gain one, nothing to write to: as the image says
/// it, as Compose says it, and as the kernel says it of every process.
pub fn runs_as_nobody(container: &Container) -> Result<(), String> {
    let name = container.service();
    let image: Value = serde_json::from_str(&docker::run(&["image", "inspect", container.image()])?)
        .map_err(|e| e.to_string())?;
    let user = image[0]["Config"]["User"].as_str().unwrap_or_default();
    if !Regex::new(r"^[1-9][0-9]*(:[1-9][0-9]*)?$").unwrap().is_match(user) {
        return Err(format!("the image's user is `{user}`, not a number above 0"));
    }
    if container.0["HostConfig"]["ReadonlyRootfs"] != true {
        return Err(format!("{name} can write to its root file system"));
    }
    for process in container.processes()? {
        let of = |key: &str| process.get(key).map_or("", String::as_str);
        let (program, ids, capabilities) = (of("Name"), of("Uid"), of("CapEff"));
        if ids.split_whitespace().any(|id| id == "0") {
            return Err(format!("{name}: `{program}` runs as root"));
        }
        if !capabilities.trim_start_matches('0').is_empty() {
            return Err(format!("{name}: `{program}` has capabilities {capabilities}"));
        }
        if of("NoNewPrivs") != "1" {
            return Err(format!("{name}: `{program}` may gain privileges"));
        }
    }
    Ok(())
}

/// Nobody on another machine reaches it.
pub fn published_here_only(container: &Container) -> Result<(), String> {
    match container.published().iter().find(|address| !address.ip().is_loopback()) {
        Some(address) => {
            let name = container.service();
            Err(format!("{name} is published on {address}, not on the loopback address alone"))
        }
        None => Ok(()),
    }
}

/// Each ends by SIGTERM within so many seconds, with 0 or as one that was asked to: the engine kills it then, which
/// shows in its exit code. Gives the longest time taken.
pub fn stops_within(seconds: u32, containers: &[Container]) -> Result<String, String> {
    let mut slowest = Duration::ZERO;
    for container in containers {
        let started = Instant::now();
        docker::run(&["stop", "--time", &seconds.to_string(), container.id()])?;
        let took = started.elapsed();
        let after: Value =
            serde_json::from_str(&docker::run(&["inspect", container.id()])?).unwrap_or_default();
        let code = after[0]["State"]["ExitCode"].as_i64();
        if !matches!(code, Some(0 | 143)) {
            return Err(format!("{} ends with {code:?} after {took:.1?}", container.service()));
        }
        slowest = slowest.max(took);
    }
    Ok(format!("{:.1} s", slowest.as_secs_f64()))
}

/// No secret in what `docker history` and `docker inspect` show.
pub fn keeps_secrets(container: &Container, secrets: &[Secret]) -> Result<(), String> {
    let history = docker::run(&["history", "--no-trunc", container.image()])?;
    let image = docker::run(&["image", "inspect", container.image()])?;
    let mut without_environment = container.0.clone();
    without_environment["Config"]["Env"] = Value::Null;
    for Secret { file, value, in_environment } in secrets.iter().filter(|secret| secret.value.len() >= 16) {
        let inspected = if *in_environment { &without_environment } else { &container.0 };
        for (place, text) in [
            ("docker history", &history),
            ("docker image inspect", &image),
            ("docker inspect", &inspected.to_string()),
        ] {
            if text.contains(value.as_str()) {
                return Err(format!("{place} of {} shows secrets/{file}", container.service()));
            }
        }
    }
    Ok(())
}

/// What the image adds to its base holds no compiler, no package manager and no cache of one. Gives the
/// megabytes added.
pub fn image_is_lean(container: &Container, dockerfile: &Path) -> Result<String, String> {
    let dockerfile = fs::read_to_string(dockerfile).map_err(|error| error.to_string())?;
    let base = docker::runtime_base(&dockerfile);
    let before = match &base {
        Some(base) => files_of(base)?,
        None => BTreeSet::new(),
    };
    let files = files_of(container.image())?;
    let unwanted = Regex::new(concat!(
        r"(^|/)bin/(pip[0-9.]*|uv|uvx|poetry|pdm|pipenv|npm|npx|pnpm|yarn|yarnpkg|bun|corepack|go|gofmt|cargo|rustc|",
        r"javac|mvn|gradle|gcc|cc|g\+\+|c\+\+|make|ld)$",
        r"|^(root|home/[^/]+)/\.(cache|npm|cargo|m2|gradle|local/share/pnpm|yarn|bun)/.",
        r"|^(go/pkg|usr/local/cargo|usr/local/rustup)/.",
        r"|^var/lib/apt/lists/.*_Packages|^var/cache/apt/.*\.(deb|bin)$|^var/cache/apk/.|^etc/apk/cache/.",
        r"|(^|/)node_modules/(\.cache|typescript|vitest|jest|eslint|vite)/.",
        r"|(^|/)site-packages/(pip|pytest|_pytest)/.",
    ))
    .unwrap();
    let mut found: Vec<_> =
        files.difference(&before).filter(|path| unwanted.is_match(path)).cloned().collect();
    if !found.is_empty() {
        found.truncate(5);
        return Err(format!("the runtime image holds {}", found.join(", ")));
    }
    let size = |image: &str| -> Result<f64, String> {
        let bytes = docker::run(&["image", "inspect", "--format", "{{.Size}}", image])?;
        Ok(bytes.trim().parse::<f64>().map_err(|error| error.to_string())? / 1e6)
    };
    let added = size(container.image())? - base.as_deref().map_or(Ok(0.0), size)?;
    Ok(format!("{added:.1} MB"))
}

fn files_of(image: &str) -> Result<BTreeSet<String>, String> {
    let id = docker::run(&["create", "--entrypoint", "/none", image])?;
    let id = id.trim();
    let list = std::process::Command::new("sh")
        .args(["-c", "docker export \"$1\" | tar -t", "sh", id])
        .output()
        .map_err(|error| error.to_string())?;
    docker::run(&["rm", "--force", id])?;
    Ok(docker::said(list, &["export", image])?.lines().map(str::to_owned).collect())
}

//! A generated project on the engine: started, looked at, and taken away again.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use regex_lite::Regex;
use serde_json::Value;

use crate::docker;
use crate::http::Door;

/// One form of one project.
pub struct Stack {
    pub folder: PathBuf,
    project: String,
    environment: BTreeMap<String, String>,
    files: Vec<String>,
    profiles: bool,
}

impl Stack {
    /// The production form: `compose.yaml` alone.
    pub fn production(folder: &Path, id: &str) -> Self {
        Self::of(folder, id, &["compose.yaml"], false)
    }

    /// The development form, which plain `docker compose up` takes, with all its profiles.
    pub fn development(folder: &Path, id: &str) -> Self {
        Self::of(folder, id, &["compose.yaml", "compose.override.yaml"], true)
    }

    fn of(folder: &Path, id: &str, files: &[&str], profiles: bool) -> Self {
        let project =
            format!("proof-{}", id.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let mut environment = BTreeMap::from([("TAG".to_owned(), project.clone())]);
        let variable = Regex::new(r"\$\{([A-Z0-9_]+_PORT):-").unwrap();
        for file in files {
            let text = fs::read_to_string(folder.join(file)).unwrap_or_default();
            for found in variable.captures_iter(&text) {
                environment.entry(found[1].to_owned()).or_insert_with(free_port);
            }
        }
        let files = files.iter().map(|file| (*file).to_owned()).collect();
        Self { folder: folder.to_owned(), project, environment, files, profiles }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.current_dir(&self.folder).envs(&self.environment);
        command.args(["compose", "--progress", "plain", "--project-name", &self.project]);
        for file in &self.files {
            command.args(["--file", file]);
        }
        if self.profiles {
            command.args(["--profile", "*"]);
        }
        command.args(arguments);
        command
    }

    pub fn compose(&self, arguments: &[&str]) -> Result<String, String> {
        let output = self.command(arguments).output().map_err(|error| error.to_string())?;
        let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        docker::said(output, arguments)?;
        Ok(String::from_utf8_lossy(&both).into_owned())
    }

    /// Builds, starts and waits until all is healthy.
    pub fn up(&self) -> Result<String, String> {
        self.compose(&["up", "--build", "--wait", "--wait-timeout", "240"]).map_err(|error| {
            let logs = self.compose(&["logs", "--no-color", "--tail", "15"]).unwrap_or_default();
            format!("{error}\n{logs}")
        })
    }

    pub fn config(&self) -> Result<Value, String> {
        let output =
            self.command(&["config", "--format", "json"]).output().map_err(|error| error.to_string())?;
        let text = docker::said(output, &["compose", "config"])?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    pub fn containers(&self) -> Result<Vec<Container>, String> {
        let label = format!("label=com.docker.compose.project={}", self.project);
        let ids = docker::run(&["ps", "--all", "--quiet", "--no-trunc", "--filter", &label])?;
        let mut arguments = vec!["inspect"];
        arguments.extend(ids.split_whitespace());
        let all: Vec<Value> =
            serde_json::from_str(&docker::run(&arguments)?).map_err(|error| error.to_string())?;
        Ok(all.into_iter().map(Container).collect())
    }

    /// The Dockerfile that a service's image is built from.
    pub fn dockerfile_of(&self, service: &str) -> Result<PathBuf, String> {
        let build = &self.config()?["services"][service]["build"];
        let context = build["context"].as_str().ok_or_else(|| format!("{service} is not built"))?;
        Ok(Path::new(context).join(build["dockerfile"].as_str().unwrap_or("Dockerfile")))
    }

    /// All containers of a service.
    pub fn service(&self, name: &str) -> Result<Vec<Container>, String> {
        let mut containers = self.containers()?;
        containers.retain(|container| container.service() == name);
        match containers.is_empty() {
            true => Err(format!("service {name} has no container")),
            false => Ok(containers),
        }
    }

    /// Takes containers, networks and volumes away, and the images that were built.
    pub fn down(&self) {
        let images: Vec<String> = self
            .config()
            .ok()
            .and_then(|config| {
                let services = config["services"].as_object()?.values();
                let built = services.filter(|service| service.get("build").is_some());
                Some(built.filter_map(|service| Some(service["image"].as_str()?.to_owned())).collect())
            })
            .unwrap_or_default();
        let _ = self.compose(&["down", "--volumes", "--remove-orphans", "--timeout", "1"]);
        let tag = format!(":{}", self.project);
        for image in images.iter().filter(|image| image.contains(&tag)) {
            let _ = docker::run(&["image", "rm", "--force", image]);
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // kept for whoever wants to look at what failed
        if std::env::var_os("PROOF_KEEP").is_none() {
            self.down();
        }
    }
}

/// The images that a generated project needs, in all its forms.
pub fn images_of(folder: &Path) -> Result<Vec<String>, String> {
    let stack = Stack::development(folder, "images");
    let images = docker::images_of_project(folder, &stack.config()?);
    // nothing was started
    std::mem::forget(stack);
    Ok(images)
}

fn free_port() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port().to_string()
}

/// What `docker inspect` says of a container.
pub struct Container(pub Value);

impl Container {
    pub fn id(&self) -> &str {
        self.0["Id"].as_str().unwrap_or_default()
    }

    pub fn service(&self) -> &str {
        self.0["Config"]["Labels"]["com.docker.compose.service"].as_str().unwrap_or_default()
    }

    pub fn image(&self) -> &str {
        self.0["Config"]["Image"].as_str().unwrap_or_default()
    }

    pub fn state(&self) -> (&str, Option<&str>, i64) {
        let state = &self.0["State"];
        (
            state["Status"].as_str().unwrap_or_default(),
            state["Health"]["Status"].as_str(),
            state["ExitCode"].as_i64().unwrap_or(-1),
        )
    }

    /// The published ports.
    pub fn doors(&self) -> Vec<Door> {
        let ports = self.0["NetworkSettings"]["Ports"].as_object();
        let bindings = ports.into_iter().flatten().flat_map(|(port, bindings)| {
            // 443/tcp, 8443/tcp
            let tls = port.starts_with("443/") || port.starts_with("8443/");
            bindings.as_array().into_iter().flatten().map(move |binding| (tls, binding))
        });
        bindings
            .filter_map(|(tls, binding)| {
                let address = binding["HostIp"].as_str()?.parse().ok()?;
                let address = SocketAddr::new(address, binding["HostPort"].as_str()?.parse().ok()?);
                Some(Door { address, tls })
            })
            .collect()
    }

    /// The host's addresses of the published ports.
    pub fn published(&self) -> Vec<SocketAddr> {
        self.doors().into_iter().map(|door| door.address).collect()
    }

    /// Whether a host port is asked for: on an internal network it is, without a word, not published.
    pub fn asks_for_ports(&self) -> bool {
        self.0["HostConfig"]["PortBindings"].as_object().is_some_and(|ports| !ports.is_empty())
    }

    /// `/proc/PID/status` of every process of the container.
    pub fn processes(&self) -> Result<Vec<BTreeMap<String, String>>, String> {
        let listed = docker::run(&["top", self.id(), "-eo", "pid"])?;
        let statuses: Vec<_> = listed
            .lines()
            .skip(1)
            .filter_map(|pid| fs::read_to_string(format!("/proc/{}/status", pid.trim())).ok())
            .map(|status| {
                let rows = status.lines().filter_map(|line| line.split_once(':'));
                rows.map(|(key, value)| (key.to_owned(), value.trim().to_owned())).collect()
            })
            .collect();
        match statuses.is_empty() {
            true => Err(format!("{} has no process that can be looked at", self.service())),
            false => Ok(statuses),
        }
    }
}

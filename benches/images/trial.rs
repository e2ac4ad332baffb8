//! What is measured, and how.

use std::time::{Duration, Instant};

use crate::app::{App, Form};
use crate::copy::Copy;
use crate::docker;

/// An application in one form: built from nothing once, then changed, built and stopped round by round.
pub struct Trial {
    pub form: Form,
    /// Megabytes, of 10^6 bytes.
    pub added: f64,
    pub cold: f64,
    pub rounds: Vec<Round>,
    copy: Copy,
}

/// Seconds.
pub struct Round {
    pub source: f64,
    pub manifest: f64,
    pub stop: f64,
}

impl Trial {
    pub fn start(app: &App, copy: Copy) -> Result<Self, String> {
        let cold = build(&copy, &["--no-cache"])?;
        let added = added(&copy)?;
        eprintln!("{} {}: {added:.1} MB added, cold {cold:.1} s", app.name, copy.form);
        Ok(Self { form: copy.form.clone(), added, cold, rounds: Vec::new(), copy })
    }

    pub fn round(&mut self, app: &App) -> Result<(), String> {
        let copy = &self.copy;
        copy.restore();
        copy.edit(app, &app.source)?;
        let source = build(copy, &[])?;
        let stop = match self.form {
            Form::Written(_) => stop_alone(app, copy)?,
            Form::Dockgen(_) => stop_in_compose(copy)?,
        };
        copy.edit(app, &app.manifest)?;
        let manifest = build(copy, &[])?;
        let (name, form) = (&app.name, &self.form);
        eprintln!("{name} {form}: source {source:.1} s, manifest {manifest:.1} s, stop {stop:.1} s");
        self.rounds.push(Round { source, manifest, stop });
        Ok(())
    }
}

fn build(copy: &Copy, options: &[&str]) -> Result<f64, String> {
    let folder = copy.folder.to_string_lossy();
    let started = Instant::now();
    docker::run(&[&["build", "--tag", &copy.image()], options, &[&folder]].concat())?;
    Ok(started.elapsed().as_secs_f64())
}

/// What its layers hold beyond those of the image that the last stage stands on, uncompressed.
fn added(copy: &Copy) -> Result<f64, String> {
    let base = docker::runtime_base(&copy.dockerfile());
    Ok(size(&copy.image())? - base.as_deref().map_or(Ok(0.0), size)?)
}

fn size(image: &str) -> Result<f64, String> {
    let bytes = docker::run(&["image", "inspect", "--format", "{{.Size}}", image])?;
    Ok(bytes.trim().parse::<f64>().map_err(|error| error.to_string())? / 1e6)
}

/// As it is run without Compose.
fn stop_alone(app: &App, copy: &Copy) -> Result<f64, String> {
    let image = copy.image();
    let variables: Vec<String> =
        app.environment.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let variables = variables.iter().flat_map(|variable| ["--env", variable]);
    let mut arguments = vec!["run", "--detach"];
    arguments.extend(variables.chain([image.as_str()]));
    let id = docker::run(&arguments)?;
    let id = id.trim();
    let took = runs(id).and_then(|()| stop(id));
    let _ = docker::run(&["rm", "--force", id]);
    took
}

/// As dockgen's compose.yaml runs it.
fn stop_in_compose(copy: &Copy) -> Result<f64, String> {
    let stack = copy.stack();
    stack.up()?;
    stop(stack.service("app")?[0].id())
}

/// The program is there to be stopped, whether or not it finds the services that it asks for.
fn runs(container: &str) -> Result<(), String> {
    std::thread::sleep(Duration::from_secs(5));
    match docker::run(&["inspect", "--format", "{{.State.Running}}", container])?.trim() {
        "true" => Ok(()),
        _ => Err(format!("the image ended by itself:\n{}", docker::run(&["logs", container])?)),
    }
}

fn stop(container: &str) -> Result<f64, String> {
    let started = Instant::now();
    docker::run(&["stop", "--time", "10", container])?;
    Ok(started.elapsed().as_secs_f64())
}

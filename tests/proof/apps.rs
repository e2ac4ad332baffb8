//! The applications of `tests/apps` on the engine: `dockgen new --yes` in each, and what it wrote is built, started,
//! asked and rebuilt after an edit, in production form and in development form.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use libtest_mimic::Trial;

use crate::app::{App, Request};
use crate::checks::{
    hardened, healthy, image_is_lean, keeps_secrets, published_here_only, read_secrets, runs_as_nobody,
    stops_within,
};
use crate::docker::Images;
use crate::edits::rebuild_reuses;
use crate::engine::Notes;
use crate::lint::Project;
use crate::report::{Mark, Report};
use crate::stack::{Container, Stack, images_of};

/// What all trials share.
pub struct Apps {
    images: Images,
    folder: PathBuf,
    report: Arc<Mutex<Report>>,
}

impl Apps {
    pub fn new(images: Images, folder: PathBuf, report: Arc<Mutex<Report>>) -> Self {
        Self { images, folder, report }
    }

    /// A trial for each that this run takes; the others are named in the report. `here` and `asked` as for
    /// [`Engine::plan`](crate::engine::Engine::plan).
    pub fn trials(self, apps: Vec<App>, full: bool, here: bool, asked: &dyn Fn(&str) -> bool) -> Vec<Trial> {
        let shared = Arc::new(self);
        let mut trials = Vec::new();
        for app in apps {
            let reason = app.impossible.clone().filter(|_| shared.images.are_standins());
            shared.note(&app, reason.clone().map_or(Mark::Open, Mark::Impossible));
            if !full && !app.cover {
                shared.report.lock().unwrap().left_out([app.name()]);
                continue;
            }
            let name = format!("engine::{}", app.name());
            if here && reason.is_none() && asked(&name) {
                // a project that cannot be generated fails its trial, which says why
                let images = app.generate(&shared.folder).and_then(|folder| images_of(&folder));
                shared.images.ahead(images.unwrap_or_default());
            }
            let apps = Arc::clone(&shared);
            let run = move || apps.run(&app).map_err(Into::into);
            trials.push(Trial::test(name, run).with_ignored_flag(!here || reason.is_some()));
        }
        trials
    }

    fn note(&self, app: &App, mark: Mark) {
        self.report.lock().unwrap().row(app.section(), app.cells(), mark);
    }

    fn run(&self, app: &App) -> Result<(), String> {
        let result = self.prove(app);
        let mark = match &result {
            Ok(notes) => Mark::Healthy(notes.clone()),
            Err(error) => Mark::Failed(error.lines().next().unwrap_or_default().to_owned()),
        };
        self.note(app, mark);
        result.map(drop).map_err(|error| format!("{}\n{error}", app.command()))
    }

    fn prove(&self, app: &App) -> Result<Notes, String> {
        let folder = app.generate(&self.folder)?;
        self.images.need(&images_of(&folder)?)?;
        let mut notes = Notes::default();
        production(app, &Stack::production(&folder, &app.id()), &folder, &mut notes)?;
        let stack = Stack::development(&folder, &format!("{}-dev", app.id()));
        stack.up()?;
        healthy(&stack.containers()?)?;
        answers(app, &stack).map_err(|error| format!("in development: {error}"))?;
        drop(stack);
        let _ = std::fs::remove_dir_all(folder);
        Ok(notes)
    }
}

fn production(app: &App, stack: &Stack, folder: &Path, notes: &mut Notes) -> Result<(), String> {
    stack.up()?;
    let secrets = read_secrets(folder);
    let containers = stack.containers()?;
    healthy(&containers)?;
    for container in &containers {
        hardened(container)?;
        keeps_secrets(container, &secrets)?;
        published_here_only(container)?;
    }
    answers(app, stack)?;
    let mut added = Vec::new();
    let mut own = Vec::new();
    for name in app.applications.keys() {
        let container = stack.service(name)?.remove(0);
        runs_as_nobody(&container)?;
        added.push(image_is_lean(&container, &stack.dockerfile_of(name)?)?);
        own.push(container);
    }
    notes.push("added", added.join(", "));
    notes.push("stop", stops_within(5, &own)?);
    let names: Vec<_> = app.applications.keys().map(String::as_str).collect();
    notes.push("rebuild", rebuild_reuses(stack, &names, &folder.join(&app.edit))?);
    Ok(())
}

fn answers(app: &App, stack: &Stack) -> Result<(), String> {
    for request in &app.requests {
        let first = app.applications.keys().next().map_or("", String::as_str);
        let service = request.to.as_deref().unwrap_or(first);
        let containers = stack.service(service)?;
        let door = containers.iter().flat_map(Container::doors).next();
        let door = door.ok_or_else(|| format!("{service} is published on no port"))?;
        let Request { method, path, body, status, contains, .. } = request;
        let (answered, said) = door.ask(method, path, body)?;
        if answered != *status || !said.contains(contains.as_str()) {
            return Err(format!(
                "{method} {path} to {service}: {answered} {said}\nand not: {status} with `{contains}`"
            ));
        }
    }
    Ok(())
}

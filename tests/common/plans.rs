//! The projects that the catalog can write: every language and every service in every combination of its
//! choices, and each language in the forms that its other questions give it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use dockgen::catalog::{Catalog, Kind};
use dockgen::compose::{Compose, Value};
use dockgen::error::Error;
use dockgen::manifest::{Form, Manifest};
use dockgen::plan::{Change, Plan};

use crate::common::{combinations, names, needed, new_plan, pairs};
use crate::dockerfile::Dockerfile;

/// One project, not written.
pub struct Project {
    /// The entry and the answers, for messages.
    pub what: String,
    /// The service that it is about; none: its application.
    pub service: Option<String>,
    /// Every file that is written, secrets left out.
    pub texts: BTreeMap<String, String>,
    /// Every service in both Compose files: the file, its name, what it says.
    pub services: Vec<(&'static str, String, Value)>,
    pub dockerfile: Dockerfile,
}

impl Project {
    fn new(what: String, service: Option<&str>, plan: &Plan) -> Self {
        let text = |change: &Change| Some((change.path().as_str().to_owned(), change.after()?));
        let texts: BTreeMap<_, _> = plan.changes.iter().filter_map(text).collect();
        let mut services = Vec::new();
        for file in ["compose.yaml", "compose.override.yaml"] {
            let compose = Compose::parse(&texts[file]).unwrap();
            for name in compose.names("services") {
                let value = compose.get(&["services", &name]).expect("a service");
                services.push((file, name, value));
            }
        }
        let dockerfile = Dockerfile::parse(&texts["Dockerfile"]);
        Self { what, service: service.map(str::to_owned), texts, services, dockerfile }
    }
}

/// Every project.
pub static ALL: LazyLock<Vec<Project>> = LazyLock::new(|| {
    std::thread::scope(|scope| {
        let applications = scope.spawn(applications);
        let services = services();
        applications.join().unwrap().into_iter().chain(services).collect()
    })
});

/// Every line of every file, once, with a project and a file that have it.
pub static LINES: LazyLock<BTreeMap<&str, (&str, &str)>> = LazyLock::new(|| {
    let lines = ALL.iter().flat_map(|project| {
        let texts = project.texts.iter();
        texts.flat_map(|(path, text)| text.lines().map(|line| (line, (project.what.as_str(), path.as_str()))))
    });
    lines.collect()
});

/// All choices of a language with its other questions at their defaults; its other forms on each base.
fn applications() -> Vec<Project> {
    let catalog = Catalog::embedded();
    let mut all = Vec::new();
    for language in names(&catalog, Kind::Language) {
        let manifest = catalog.get(Kind::Language, &language).unwrap().manifest().unwrap();
        let mut wanted = combinations(&manifest, "app", &["variant", "package_manager", "base", "version"]);
        let bases = combinations(&manifest, "app", &["variant", "base"]);
        let formed = |form: Vec<_>| bases.iter().map(move |base| [base.clone(), form.clone()].concat());
        wanted.extend(forms(&manifest).into_iter().flat_map(formed));
        for given in wanted {
            let what = format!("{language} {given:?}");
            match new_plan(&catalog, &language, &pairs(&given), &[], true) {
                Err(Error::Refused { .. }) => {}
                Ok(plan) => all.push(Project::new(what, None, &plan)),
                Err(error) => panic!("{what}: {error}"),
            }
        }
    }
    all
}

/// No port; the port alone as the probe; what a release takes; packages of the system.
fn forms(manifest: &Manifest) -> Vec<Vec<(String, String)>> {
    let asked = |key: &str| manifest.questions.iter().find(|question| question.key == key);
    let given = |key: &str, value: &str| (format!("app.{key}"), value.to_owned());
    let mut forms = Vec::new();
    if asked("port").is_some_and(|port| port.or_none) {
        forms.push(vec![given("port", "none")]);
    }
    if asked("health_path").is_some() {
        forms.push(vec![given("health_path", "none")]);
    }
    let on = |key: &str| (key.to_owned(), "true".to_owned());
    forms.push(vec![given("replicas", "3"), on("project.workflow"), on("project.bake")]);
    let packages = manifest.questions.iter().filter(|question| question.key.ends_with("_packages"));
    let packages: Vec<_> = packages.map(|question| given(&question.key, "a-package")).collect();
    forms.extend((!packages.is_empty()).then_some(packages));
    let yes = manifest.questions.iter().filter(|question| question.kind == Form::Boolean);
    forms.extend(yes.map(|question| vec![given(&question.key, "true")]));
    forms
}

fn services() -> Vec<Project> {
    let catalog = Catalog::embedded();
    let language = names(&catalog, Kind::Language).remove(0);
    let manifest = |name: &str| catalog.get(Kind::Service, name).unwrap().manifest().unwrap();
    let all = names(&catalog, Kind::Service);
    let database =
        all.iter().find(|name| manifest(name).kind.as_deref() == Some("database")).expect("a database");
    let mut projects = Vec::new();
    for service in &all {
        let manifest = manifest(service);
        let keys: Vec<&str> = manifest.questions.iter().map(|question| question.key.as_str()).collect();
        let before = if manifest.requires.database { vec![database.as_str()] } else { vec![] };
        let wanted = [before, vec![service.as_str()]].concat();
        let yes = manifest.questions.iter().filter(|question| question.kind == Form::Boolean);
        let forms = yes.map(|question| vec![(format!("{service}.{}", question.key), "true".to_owned())]);
        for form in std::iter::once(Vec::new()).chain(forms) {
            for chosen in combinations(&manifest, service, &keys) {
                let given = [chosen, form.clone(), needed(&manifest, service)].concat();
                let what = format!("{service} {given:?}");
                let plan = match new_plan(&catalog, &language, &pairs(&given), &wanted, true) {
                    // What it asks for then is a file, and there is no disk
                    Err(Error::Missing { .. }) if !form.is_empty() => continue,
                    plan => plan.unwrap_or_else(|error| panic!("{what}: {error}")),
                };
                projects.push(Project::new(what, Some(service), &plan));
            }
        }
    }
    projects
}

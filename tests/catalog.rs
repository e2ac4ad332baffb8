//! The catalog tests itself: what holds for every entry holds for the next one too.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use common::{combinations, names, needed, new_plan, pairs, text};
use dockgen::catalog::{Catalog, Kind};
use dockgen::compose::{Compose, Value};
use dockgen::error::Error;
use dockgen::plan::{Change, Plan};

const CHOSEN: [&str; 4] = ["variant", "package_manager", "base", "version"];

/// The plan of every language in every combination that is not refused.
static APPLICATIONS: LazyLock<Vec<(String, Plan)>> = LazyLock::new(|| {
    let mut plans = Vec::new();
    let catalog = Catalog::embedded();
    for language in names(&catalog, Kind::Language) {
        let manifest = catalog.get(Kind::Language, &language).unwrap().manifest().unwrap();
        let mut planned = 0;
        for given in combinations(&manifest, "app", &CHOSEN) {
            match new_plan(&catalog, &language, &pairs(&given), &[], true) {
                Ok(plan) => plans.push((format!("{language} {given:?}"), plan)),
                Err(Error::Refused { reason, instead, .. }) => {
                    assert!(!reason.is_empty() && !instead.is_empty(), "{language} {given:?}");
                    continue;
                }
                Err(error) => panic!("{language} {given:?}: {error}"),
            }
            planned += 1;
        }
        assert!(planned > 1, "{language} can run in {planned} combinations");
    }
    plans
});

fn every_application(mut check: impl FnMut(&str, &Plan)) {
    APPLICATIONS.iter().for_each(|(what, plan)| check(what, plan));
}

/// The plan of every service in every combination of its choices.
static SERVICES: LazyLock<Vec<(String, String, Plan)>> = LazyLock::new(|| {
    let mut plans = Vec::new();
    let catalog = Catalog::embedded();
    let language = &names(&catalog, Kind::Language)[0];
    let database = names(&catalog, Kind::Service)
        .into_iter()
        .find(|name| catalog.find(name).unwrap().manifest().unwrap().kind.as_deref() == Some("database"))
        .expect("a service of the kind database");
    for service in names(&catalog, Kind::Service) {
        let manifest = catalog.get(Kind::Service, &service).unwrap().manifest().unwrap();
        let keys: Vec<&str> = manifest.questions.iter().map(|q| q.key.as_str()).collect();
        let services = if manifest.requires.database {
            vec![database.as_str(), &service]
        } else {
            vec![service.as_str()]
        };
        for mut given in combinations(&manifest, &service, &keys) {
            given.extend(needed(&manifest, &service));
            let plan = new_plan(&catalog, language, &pairs(&given), &services, true)
                .unwrap_or_else(|error| panic!("{service} {given:?}: {error}"));
            plans.push((format!("{service} {given:?}"), service.clone(), plan));
        }
    }
    plans
});

fn every_service(mut check: impl FnMut(&str, &str, &Plan)) {
    SERVICES.iter().for_each(|(what, service, plan)| check(what, service, plan));
}

fn images(compose: &Compose) -> Vec<String> {
    let services = compose.names("services");
    let image = |name: &String| compose.get(&["services", name, "image"])?.text().map(str::to_owned);
    services.iter().filter_map(image).collect()
}

/// The images of `FROM` and `COPY --from` that are not build stages, `ARG`s filled in.
fn base_images(dockerfile: &str) -> Vec<String> {
    let mut stages = BTreeSet::new();
    let mut arguments: Vec<(String, String)> = Vec::new();
    let mut found = Vec::new();
    for line in dockerfile.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let filled = |word: &str| {
            arguments
                .iter()
                .fold(word.to_owned(), |word, (key, value)| word.replace(&format!("${{{key}}}"), value))
        };
        match words.as_slice() {
            ["ARG", pair] => {
                if let Some((key, value)) = pair.split_once('=') {
                    arguments.push((key.to_owned(), value.to_owned()));
                }
            }
            ["FROM", rest @ ..] => {
                let rest: Vec<&&str> = rest.iter().filter(|word| !word.starts_with("--")).collect();
                found.push(filled(rest[0]));
                if let [_, "AS", stage] = rest.iter().map(|w| **w).collect::<Vec<_>>().as_slice() {
                    stages.insert((*stage).to_owned());
                }
            }
            ["COPY", from, ..] if from.starts_with("--from=") => found.push(filled(&from["--from=".len()..])),
            _ => {}
        }
    }
    found.retain(|image| !stages.contains(image) && image != "scratch");
    found
}

#[test]
fn the_binary_holds_every_file_of_the_templates_folder() {
    fn below(folder: &Path, into: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, into);
            } else {
                into.push(path.to_string_lossy().into_owned());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut on_disk = Vec::new();
    below(&root, &mut on_disk);
    let catalog = Catalog::embedded();
    let mut held: BTreeSet<String> = catalog.shared().keys().cloned().collect();
    for kind in [Kind::Project, Kind::Language, Kind::Service] {
        for entry in catalog.of(kind) {
            held.extend(entry.files("").iter().map(|file| entry.path(file)));
        }
    }
    let on_disk: BTreeSet<String> = on_disk
        .iter()
        .map(|path| Path::new(path).strip_prefix(&root).unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(held, on_disk);
    let bare =
        on_disk.iter().filter(|path| !path.ends_with(".j2") && !path.ends_with(".toml")).collect::<Vec<_>>();
    assert!(bare.is_empty(), "cargo would drop or mistake {bare:?}: a template ends in .j2");
    let manifests =
        ["/language.toml", "/service.toml", "/detect.toml", "project/project.toml", "shared/questions.toml"];
    let others = on_disk.iter().filter(|p| p.ends_with(".toml") && !manifests.iter().any(|m| p.ends_with(m)));
    assert_eq!(others.count(), 0);
}

#[test]
fn defaults_are_answers() {
    let catalog = Catalog::embedded();
    for kind in [Kind::Project, Kind::Language, Kind::Service] {
        for entry in catalog.of(kind) {
            let manifest = entry.manifest().unwrap();
            for question in &manifest.questions {
                let Some(default) = &question.default else { continue };
                let raw = dockgen::answers::Raw::Toml(default.clone());
                let value = dockgen::answers::Value::read(question, &raw);
                assert!(value.is_some(), "{}.{}: {default} has another form", entry.name(), question.key);
                if !question.choices.is_empty() {
                    let is_choice =
                        question.choices.iter().any(|c| Some(c.value.as_str()) == default.as_str());
                    assert!(is_choice, "{}.{}: {default} is no choice", entry.name(), question.key);
                }
            }
        }
    }
}

#[test]
fn every_combination_can_be_planned() {
    every_application(|what, plan| {
        assert!(text(plan, "compose.yaml").is_some(), "{what}");
        assert!(text(plan, "Dockerfile").is_some(), "{what}");
    });
    every_service(|what, service, plan| {
        let texts = [text(plan, "compose.yaml"), text(plan, "compose.override.yaml")];
        let there = texts
            .iter()
            .flatten()
            .any(|t| Compose::parse(t).unwrap().names("services").iter().any(|n| n == service));
        assert!(there, "{what} is in no Compose file");
    });
}

#[test]
fn languages_have_a_base_question_whose_choices_say_what_they_are_good_for() {
    let catalog = Catalog::embedded();
    for entry in catalog.of(Kind::Language) {
        let manifest = entry.manifest().unwrap();
        let base = manifest.questions.iter().find(|q| q.key == "base").expect("a question `base`");
        for choice in &base.choices {
            assert!(choice.note.contains("MB"), "{} {}: {:?}", entry.name(), choice.value, choice.note);
        }
        for all in ["slim", "alpine", "distroless", "scratch"] {
            let offered = base.choices.iter().any(|choice| choice.value == all);
            let refused = manifest.refuse.iter().any(|rule| {
                rule.when.0.get("base").is_some_and(|v| v.values().iter().any(|v| v.as_str() == Some(all)))
            });
            assert!(
                offered || refused,
                "{}: base {all} is neither offered nor refused with a reason",
                entry.name()
            );
        }
    }
}

#[test]
fn every_image_has_a_pinned_tag_that_exists() {
    let tags = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/tags.tsv");
    let known: Option<BTreeSet<String>> = fs::read_to_string(tags).ok().map(|text| {
        text.lines()
            .filter_map(|line| line.split('\t').next().zip(line.split('\t').nth(1)))
            .map(|(r, t)| format!("{r}:{t}"))
            .collect()
    });
    let mut used = BTreeSet::new();
    every_application(|_, plan| used.extend(base_images(&text(plan, "Dockerfile").unwrap())));
    every_service(|_, service, plan| {
        for file in ["compose.yaml", "compose.override.yaml"] {
            let compose = Compose::parse(&text(plan, file).unwrap()).unwrap();
            if compose.names("services").iter().any(|name| name == service) {
                used.extend(images(&compose).into_iter().filter(|image| !image.contains("${")));
            }
        }
    });
    for image in &used {
        let (_, tag) = image.rsplit_once(':').unwrap_or_else(|| panic!("{image} has no tag"));
        assert!(!tag.contains("latest"), "{image}");
        let by_version = tag.chars().any(|c| c.is_ascii_digit());
        // A Debian release by its name: what `debian` has no smaller version of.
        let by_version = by_version || tag.starts_with("trixie-");
        let by_repository = image.contains("/distroless/") && image.contains("-debian13");
        assert!(by_version || by_repository, "{image} is not pinned");
    }
    match known {
        Some(known) => {
            let unknown: Vec<_> = used.iter().filter(|image| !known.contains(*image)).collect();
            assert!(unknown.is_empty(), "no such tags: {unknown:?}");
        }
        None => assert!(std::env::var_os("CI").is_none(), "the list of tags that exist is not here"),
    }
}

#[test]
fn every_backing_service_has_a_healthcheck_and_hardening() {
    every_service(|what, service, plan| {
        for file in ["compose.yaml", "compose.override.yaml"] {
            let compose = Compose::parse(&text(plan, file).unwrap()).unwrap();
            if compose.get(&["services", service, "image"]).is_none() {
                continue;
            }
            let get = |key: &str| compose.get(&["services", service, key]);
            assert!(
                get("healthcheck").is_some_and(|check| check.get("test").is_some()),
                "{what}: no healthcheck"
            );
            assert_eq!(
                get("cap_drop"),
                Some(Value::Seq(vec![Value::Scalar { text: "ALL".into(), quoted: false }])),
                "{what}"
            );
            assert!(get("security_opt").is_some(), "{what}: privileges can grow");
            assert!(get("restart").is_some(), "{what}: no restart policy");
            assert!(get("logging").is_some(), "{what}: logs grow for ever");
            assert!(
                compose.get(&["services", service, "deploy", "resources", "limits", "pids"]).is_some(),
                "{what}: no limits"
            );
        }
    });
}

#[test]
fn no_secret_value_stands_in_a_text() {
    every_service(|what, _, plan| {
        let secrets: Vec<_> = plan.changes.iter().filter(|c| matches!(c, Change::Secret { .. })).collect();
        for change in &plan.changes {
            let text = change.after().unwrap_or_default();
            assert!(
                !text.contains(['\u{E000}', '\u{E001}', '\u{E002}']),
                "{what}: a mark is left in {}",
                change.path()
            );
            for line in text.lines().filter(|line| line.contains("PASSWORD")) {
                let named =
                    line.contains("_FILE") || line.trim_start().starts_with('#') || !line.contains(": ");
                assert!(named || secrets.is_empty(), "{what}: {line}");
            }
        }
    });
}

#[test]
fn a_compose_text_can_be_set_into_any_file() {
    let catalog = Catalog::embedded();
    for kind in [Kind::Language, Kind::Service] {
        for entry in catalog.of(kind) {
            for file in ["compose.yaml.j2", "override.yaml.j2"] {
                for line in entry.file(file).unwrap_or_default().lines() {
                    let bare = line.trim_end();
                    assert!(
                        !bare.ends_with(": |") && !bare.ends_with(": >"),
                        "{}: block scalar",
                        entry.path(file)
                    );
                    assert!(!bare.contains('\t'), "{}: tab", entry.path(file));
                    assert_eq!(bare, line, "{}: trailing space", entry.path(file));
                }
            }
        }
    }
}

#[test]
fn the_app_waits_for_what_it_uses_and_is_told_where_it_is() {
    every_service(|what, service, plan| {
        let catalog = Catalog::embedded();
        let manifest = catalog.find(service).unwrap().manifest().unwrap();
        let Some(connect) = &manifest.connect else { return };
        let file = match connect.file {
            dockgen::manifest::Layer::Base => "compose.yaml",
            dockgen::manifest::Layer::Override => "compose.override.yaml",
        };
        let compose = Compose::parse(&text(plan, file).unwrap()).unwrap();
        if let Some(condition) = connect.depends_on {
            let there = compose.get(&["services", "app", "depends_on", service, "condition"]);
            assert_eq!(
                there.and_then(|v| v.text().map(str::to_owned)).as_deref(),
                Some(condition.name()),
                "{what}"
            );
        }
        let stem = connect.stem.clone().unwrap_or_default();
        for key in connect.environment.keys() {
            let variable = format!("{stem}_{key}");
            assert!(
                compose.get(&["services", "app", "environment", &variable]).is_some(),
                "{what}: {variable}"
            );
        }
    });
}

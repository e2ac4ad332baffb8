//! docs/output.md names every key that `--format json` prints, and no other.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};

use program::Place;
use serde_json::Value;

/// The keys of each section of the page, by the first command in its heading.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let page = include_str!("../docs/output.md");
    let mut sections: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut command = "";
    for line in page.lines() {
        if line.starts_with("## ") {
            command = line.split('`').nth(1).unwrap();
        } else if let Some(row) = line.strip_prefix("| `") {
            sections.entry(command.to_owned()).or_default().insert(row.split('`').next().unwrap().to_owned());
        }
    }
    sections
}

/// Objects whose keys are names, and one that is described elsewhere.
const NAMES: [&str; 2] = ["answers", "reads"];
const ELSEWHERE: &str = "manifest";

fn keys(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) if path.rsplit('.').next() != Some(ELSEWHERE) => {
            for (key, value) in object {
                let key = if NAMES.iter().any(|names| path.ends_with(names)) { "*" } else { key };
                let below = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                keys(value, &below, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, &format!("{path}[]"), into)),
        _ => drop(into.insert(path.to_owned())),
    }
}

fn printed(place: &Place, folder: &str, arguments: &[&str], into: &mut BTreeSet<String>) {
    let done = place.run(folder, &[arguments, &["--format", "json"]].concat());
    assert!(done.code < 2, "{arguments:?}: {}", done.stderr);
    keys(&serde_json::from_str(&done.stdout).unwrap(), "", into);
}

#[test]
fn the_page_names_what_is_printed() {
    let place = Place::new();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut run = |section: &str, folder: &str, arguments: &[&str]| {
        printed(&place, folder, arguments, found.entry(section.to_owned()).or_default());
    };
    place.write(
        "list/compose.yaml",
        "services:\n  web:\n    build: .\n    depends_on: [web2]\n  web2:\n    build: .\n",
    );
    run(
        "new",
        ".",
        &["new", "shop", "-l", "python", "-s", "postgres", "--set", "postgres.connect=env", "--yes"],
    );
    run("new", "shop", &["add", "redis", "--yes"]);
    run("new", "shop", &["remove", "redis", "--dry-run"]);
    run("new", "list", &["add", "redis", "--to", "web", "--yes"]);
    place.write("there/package.json", "{\"name\":\"x\",\"scripts\":{\"start\":\"node a.js\"},\"dependencies\":{\"pg\":\"8\",\"express\":\"5\"}}");
    place.write("there/a.js", "require('express')().listen(3000)\n");
    place.write("there/go.mod", "module x\n\ngo 1.26\n");
    place.write(
        "there/main.go",
        "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n",
    );
    place.write("python/requirements.txt", "django\npsycopg2\nredis\ncelery\n");
    place.write(
        "python/manage.py",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    );
    place.write("python/shop/wsgi.py", "application = 1\n");
    place.write("python/shop/settings.py", "import os\nHOST = os.environ['REDIS_HOST']\n");
    place.write("python/pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \">=3.12\"\n");
    place.write("python/.python-version", "3.13\n");
    place.write("broken/package.json", "{ \"name\": \n");
    place.write("broken/main.py", "x = 1\n");
    // Two that could be meant
    place.write("tie/requirements.txt", "fastapi\nuvicorn\n");
    for module in ["one", "two"] {
        place.write(&format!("tie/src/x/{module}.py"), "from fastapi import FastAPI\napp = FastAPI()\n");
    }
    for folder in ["there", "python", "broken", "tie", "shop"] {
        run("detect", folder, &["detect"]);
    }
    run("list", ".", &["list"]);
    run("show", ".", &["show", "redis"]);
    place.write("own/services/x/service.toml", "title = 1\n");
    run("check-templates", ".", &["check-templates", "own"]);
    let documented = documented();
    assert_eq!(documented.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    for (section, found) in &found {
        // A list that is empty says nothing of what could be in it.
        let unknown: Vec<&String> = found.difference(&documented[section]).collect();
        assert!(unknown.is_empty(), "{section}: not documented: {unknown:?}");
        // What a service's answer says besides has the form of an application's.
        let unseen =
            documented[section].difference(found).filter(|key| !key.contains("services[].answers.*.also"));
        let unseen: Vec<&String> = unseen.collect();
        assert!(unseen.is_empty(), "{section}: documented, and not printed: {unseen:?}");
    }
}

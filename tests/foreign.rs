//! Services are added to projects that other people wrote, started beside them, and reached from them by the
//! variables that they were given. Runs where the real files and a Docker engine are.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dockgen::catalog::{Catalog, Kind};
use dockgen::compose::{Compose, Value};
use dockgen::manifest::Layer;

/// Real files, and the service of each that is connected.
const PROJECTS: [(&str, &str); 3] = [
    ("docker-library+docs/mariadb/compose.yaml", "adminer"),
    ("docker+compose/pkg/e2e/testdata/TestNetworkAliases/compose.yaml", "container2"),
    ("docker+compose/pkg/e2e/fixtures/wait/compose.yaml", "infinity"),
];

/// Connects to a port, with what a shell's image has.
const REACH: &str = r#"
if command -v bash >/dev/null; then bash -c "exec 3<>/dev/tcp/$1/$2"; else nc -w 3 "$1" "$2" -e true; fi
"#;

fn corpus() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/compose");
    let engine = Command::new("docker").arg("info").output().is_ok_and(|output| output.status.success());
    if folder.is_dir() && engine {
        return Some(folder);
    }
    let must = std::env::var("CI").is_ok_and(|value| value == "true") && folder.is_dir();
    assert!(!must, "no Docker engine answers");
    eprintln!("not run: no Docker engine, or the real Compose files are not here");
    None
}

/// The services that an application connects to in production.
fn connectable() -> Vec<String> {
    let catalog = Catalog::embedded();
    let connects = |name: &str| {
        let manifest = catalog.get(Kind::Service, name).unwrap().manifest().unwrap();
        let connect = manifest.connect.as_ref();
        connect.is_some_and(|connect| connect.stem.is_some() && connect.file == Layer::Base)
    };
    catalog.of(Kind::Service).map(|entry| entry.name().to_owned()).filter(|name| connects(name)).collect()
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_remove("COMPOSE_FILE");
    command.output().unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn well(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = run(folder, program, arguments);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?}\n{said}");
    said
}

/// Whether the engine has, or can be given, the image of every service of the file.
fn has_images(folder: &Path) -> bool {
    if let Some(images) = std::env::var_os("DOCKGEN_STANDINS") {
        let _ = run(folder, &images.to_string_lossy(), &["--scan", "."]);
    }
    let text = fs::read_to_string(folder.join("compose.yaml")).unwrap();
    let compose = Compose::parse(&text).unwrap();
    compose.names("services").iter().all(|service| {
        let image =
            compose.get(&["services", service, "image"]).and_then(|image| image.text().map(str::to_owned));
        let there = |image: &str| run(folder, "docker", &["image", "inspect", image]).status.success();
        image.is_none_or(|image| {
            there(&image) || run(folder, "docker", &["pull", "-q", &image]).status.success()
        })
    })
}

/// Hosts and ports that the application was given, and the secret files.
fn given(folder: &Path, app: &str) -> (Vec<(String, String)>, Vec<String>) {
    let compose = Compose::parse(&fs::read_to_string(folder.join("compose.yaml")).unwrap()).unwrap();
    let Some(Value::Map(environment)) = compose.get(&["services", app, "environment"]) else {
        return Default::default();
    };
    let value = |key: &str| environment.iter().find(|(name, _)| name == key)?.1.text().map(str::to_owned);
    let hosts = environment.iter().filter_map(|(name, _)| {
        let stem = name.strip_suffix("_HOST")?;
        Some((value(name)?, value(&format!("{stem}_PORT"))?))
    });
    let files = environment.iter().filter(|(name, _)| name.ends_with("_FILE"));
    (hosts.collect(), files.filter_map(|(_, value)| value.text().map(str::to_owned)).collect())
}

#[test]
fn services_added_to_a_foreign_project_are_reached_from_it() {
    let Some(corpus) = corpus() else { return };
    let dockgen = env!("CARGO_BIN_EXE_dockgen");
    for (file, app) in PROJECTS {
        let place = assert_fs::TempDir::new().unwrap();
        let folder = place.path().join(format!("dockgen-foreign-{app}"));
        fs::create_dir(&folder).unwrap();
        let compose = folder.join("compose.yaml");
        fs::write(&compose, fs::read(corpus.join(file)).unwrap()).unwrap();
        assert!(has_images(&folder), "{file}: an image is missing");
        let mut added = Vec::new();
        for service in connectable() {
            let before = fs::read(&compose).unwrap();
            let name = format!("{service}=new-{service}");
            well(&folder, dockgen, &["add", &name, "--to", app, "--yes"]);
            if has_images(&folder) {
                added.push(service);
            } else {
                eprintln!("{file}: {service} is impossible here, there is no image of it");
                well(&folder, dockgen, &["remove", &format!("new-{service}")]);
                assert_eq!(fs::read(&compose).unwrap(), before, "{file}: {service}");
            }
        }
        assert!(added.len() > 4, "{added:?}");
        let new: Vec<String> = added.iter().map(|service| format!("new-{service}")).collect();
        let mut up = vec!["compose", "up", "--wait", "--wait-timeout", "240", app];
        up.extend(new.iter().map(String::as_str));
        let started = run(&folder, "docker", &up);
        let (hosts, files) = given(&folder, app);
        let reach = |host: &str, port: &str| {
            let exec = ["compose", "exec", "-T", app, "sh", "-euc", REACH, "sh", host, port];
            run(&folder, "docker", &exec).status.success()
        };
        let unreached: Vec<_> = hosts.iter().filter(|(host, port)| !reach(host, port)).collect();
        let read = |file: &&String| {
            !run(&folder, "docker", &["compose", "exec", "-T", app, "cat", file]).status.success()
        };
        let unread: Vec<_> = files.iter().filter(read).collect();
        well(&folder, "docker", &["compose", "down", "--volumes", "--timeout", "5"]);
        assert!(started.status.success(), "{file}: {}", String::from_utf8_lossy(&started.stderr));
        assert_eq!(hosts.len(), added.len(), "{file}");
        assert!(unreached.is_empty() && unread.is_empty(), "{file}: {unreached:?} {unread:?}");
        eprintln!("{file}: {} reached from {app}", added.join(", "));
    }
}

//! The laws of the house, each a sentence that a test shows. What a law says about a failure half-way is
//! in `faults.rs`, what it says about Compose text as such in `compose_*.rs`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

mod common;
#[path = "common/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use common::{names, needed, set};
use dockgen::answers::{AnswersFile, Manner, Value as Answer};
use dockgen::catalog::{Catalog, Kind};
use dockgen::compose::{Compose, Value};
use dockgen::disk::Disk;
use dockgen::error::Result;
use dockgen::manifest::Form;
use dockgen::plan::{Change, Plan, spliced};
use dockgen::prompt::{Ask, Asked, Offer, Verdict};
use dockgen::request::{Add, Common, New, Wanted};
use dockgen::{Way, carry_out, clear};
use program::{Place, Thing, Tree, assert_same, in_parallel, tree, without_values};

/// A Compose file as a person writes it: nothing in it is as dockgen would have set it.
const WRITTEN: &str = "# our shop \u{2013} handle with care\r
x-common: &common   # shared\r
    restart: always\r
\r
services:\r
    web:   # the site\r
        <<: *common\r
        build: {context: ., target: 'prod'}\r
        environment:\r
        - 'MODE=on'\r
        # - DEBUG=1\r
        depends_on: [ cache ]\r
        command: >-\r
            run \"$$HOME\"\r
            --fast\r
    cache:\r
        image: \"memcached:1.6\"\r
    # legacy:\r
    #   image: old\r
\r
volumes: {}\r
# the end, without a line break";

fn add_request(wanted: &[&str], flags: &[(String, String)], to: Option<&str>) -> Add {
    let flags: Vec<(&str, &str)> = flags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    Add {
        common: Common {
            flags: set(&flags),
            file: AnswersFile::default(),
            manner: Manner::Defaults,
            development: true,
        },
        wanted: wanted.iter().map(|name| (*name).to_owned()).collect(),
        file: "compose.yaml".to_owned(),
        override_file: None,
        others: Vec::new(),
        to: to.map(|to| vec![to.to_owned()]),
        path: None,
        depends_on_healthy: false,
    }
}

/// The services of the catalog, each with those that must be there before it, and the answers that it needs.
fn services() -> Vec<(String, Vec<String>)> {
    let catalog = Catalog::embedded();
    let database = names(&catalog, Kind::Service)
        .into_iter()
        .find(|name| catalog.find(name).unwrap().manifest().unwrap().kind.as_deref() == Some("database"))
        .expect("a database");
    let before = |name: &String| {
        let manifest = catalog.find(name).unwrap().manifest().unwrap();
        let requires = &manifest.requires;
        if requires.database { vec![database.clone()] } else { Vec::new() }
    };
    names(&catalog, Kind::Service).into_iter().map(|name| (name.clone(), before(&name))).collect()
}

/// The answers that have no default.
fn answers(catalog: &Catalog, language: &str, wanted: &[String]) -> Vec<(String, String)> {
    let mut flags = Vec::new();
    for wanted in wanted {
        let wanted = Wanted::parse(wanted).unwrap();
        let manifest = catalog.find(&wanted.entry).unwrap().manifest().unwrap();
        flags.extend(needed(&manifest, &wanted.alias));
        // A language without such a command has no default for it.
        if language == "static" {
            flags.extend(commands(catalog, &wanted));
        }
    }
    flags
}

/// Answers for commands of the application's image, where the application names none.
fn commands(catalog: &Catalog, wanted: &Wanted) -> Vec<(String, String)> {
    let manifest = catalog.find(&wanted.entry).unwrap().manifest().unwrap();
    let open = manifest.questions.iter().filter(|q| q.kind == Form::Command && q.from.is_some());
    open.map(|q| (format!("{}.{}", wanted.alias, q.key), "run --it".to_owned())).collect()
}

/// The same as arguments.
fn settings(language: &str, wanted: &[String]) -> Vec<String> {
    let answers = answers(&Catalog::embedded(), language, wanted);
    answers.into_iter().flat_map(|(key, value)| ["--set".to_owned(), format!("{key}={value}")]).collect()
}

fn new(place: &Place, folder: &str, language: &str, wanted: &[String]) {
    let folder = format!("{folder}/shop");
    let mut arguments = vec!["new", &folder, "-l", language, "--yes"];
    arguments.extend(wanted.iter().flat_map(|name| ["-s", name]));
    let settings = settings(language, wanted);
    arguments.extend(settings.iter().map(String::as_str));
    place.run("", &arguments).well();
}

fn add(place: &Place, folder: &str, language: &str, wanted: &[String]) {
    for name in wanted {
        let settings = settings(language, std::slice::from_ref(name));
        let mut arguments = vec!["add", name, "--yes"];
        arguments.extend(settings.iter().map(String::as_str));
        place.run(&format!("{folder}/shop"), &arguments).well();
    }
}

/// `new L A B C` and `new L`, `add A`, `add B`, `add C` make the same project.
fn assert_same_project(language: &str, wanted: &[String]) {
    let place = Place::new();
    new(&place, "at-once", language, wanted);
    new(&place, "one-by-one", language, &[]);
    add(&place, "one-by-one", language, wanted);
    let [at_once, one_by_one] =
        ["at-once/shop", "one-by-one/shop"].map(|folder| without_values(place.tree(folder)));
    assert_same(&format!("{language} {wanted:?}"), &at_once, &one_by_one);
}

/// The plan of `new`, as it would be in an empty folder.
fn planned(catalog: &Catalog, language: &str, wanted: &[String]) -> Plan {
    let flags = answers(catalog, language, wanted);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    common::new_plan(catalog, language, &common::pairs(&flags), &wanted, true)
        .unwrap_or_else(|error| panic!("{language} {wanted:?}: {error}"))
}

/// The texts that a plan leaves in a folder with these texts; a secret is just there.
fn after(mut texts: BTreeMap<String, String>, plan: &Plan) -> BTreeMap<String, String> {
    for change in &plan.changes {
        texts.insert(change.path().to_string(), change.after().unwrap_or_default());
    }
    texts
}

/// `new L A B` and `new L A`, `add B` make the same project, for each B that may follow.
fn assert_each_follows(language: &str, first: &[String], next: &[String]) {
    let catalog = Catalog::embedded();
    let place = Place::new();
    let disk = Disk::open(&place.at("shop")).unwrap();
    let base = planned(&catalog, language, first);
    carry_out(&base, &[], &disk).unwrap();
    let texts = after(BTreeMap::new(), &base);
    for service in next {
        let flags = answers(&catalog, language, std::slice::from_ref(service));
        let mut request = add_request(&[service], &flags, Some("app"));
        request.override_file = Some("compose.override.yaml".to_owned());
        let (plan, _) = dockgen::add(&request, &catalog, &mut common::Nobody, &disk)
            .unwrap_or_else(|error| panic!("{language} {first:?} {service}: {error}"));
        let wanted: Vec<String> = first.iter().chain([service]).cloned().collect();
        let at_once = after(BTreeMap::new(), &planned(&catalog, language, &wanted));
        for (path, text) in after(texts.clone(), &plan) {
            assert_eq!(Some(&text), at_once.get(&path), "{language} {wanted:?}: {path}");
        }
        assert_eq!(after(texts.clone(), &plan).len(), at_once.len(), "{language} {wanted:?}");
    }
}

#[test]
fn law_1_what_was_there_only_receives_insertions() {
    let catalog = Catalog::embedded();
    for (service, before) in services() {
        if !before.is_empty() {
            continue;
        }
        let place = Place::new();
        place.write("shop/compose.yaml", WRITTEN);
        place.write("shop/.gitignore", "/dist\r\n# no line break at the end");
        place.write("shop/.dockerignore", "*\n!src\n\n");
        place.write("shop/.env.example", "# ours\nMODE=on");
        let there = place.tree("shop");
        let disk = Disk::open(&place.at("shop")).unwrap();
        let mut flags = needed(&catalog.find(&service).unwrap().manifest().unwrap(), &service);
        flags.extend(commands(&catalog, &Wanted::parse(&service).unwrap()));
        if service == "nginx" {
            flags.push(("nginx.app_port".to_owned(), "8000".to_owned()));
        }
        let waits = service != "migrate";
        let mut request = add_request(&[&service], &flags, Some("web"));
        request.depends_on_healthy = !waits;
        let (plan, _) = dockgen::add(&request, &catalog, &mut common::Nobody, &disk).unwrap();
        carry_out(&plan, &[], &disk).unwrap();
        for change in &plan.changes {
            let path = change.path().as_str();
            let old = there.get(path);
            match (change, old, place.tree("shop").get(path)) {
                (
                    Change::Insert { insertions, before, .. },
                    Some(Thing::File { text: old, .. }),
                    Some(Thing::File { text: new, .. }),
                ) => {
                    assert_eq!(before, old, "{service}: {path}");
                    assert_eq!(*new, spliced(old, insertions), "{service}: {path}");
                    assert_eq!(without_insertions(new, insertions), *old, "{service}: {path}");
                }
                (Change::Create { .. } | Change::Secret { .. } | Change::Variable { .. }, None, Some(_)) => {}
                (Change::Rewrite { .. }, ..) if !waits => {}
                (change, old, new) => panic!("{service}: {change:?}\n{old:?}\n{new:?}"),
            }
        }
        let touched: BTreeSet<&str> = plan.changes.iter().map(|change| change.path().as_str()).collect();
        for (path, thing) in there.iter().filter(|(path, _)| !touched.contains(path.as_str())) {
            assert_eq!(place.tree("shop").get(path), Some(thing), "{service}: {path}");
        }
        let text = place.read("shop/compose.yaml");
        assert!(!text.ends_with('\n'), "{service}: {text}");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{service}");
    }
}

fn without_insertions(text: &str, insertions: &[dockgen::plan::Insertion]) -> String {
    let mut text = text.to_owned();
    for insertion in insertions {
        assert_eq!(&text[insertion.at..insertion.at + insertion.text.len()], insertion.text);
        text.replace_range(insertion.at..insertion.at + insertion.text.len(), "");
    }
    text
}

#[test]
fn law_1_the_one_rewrite_is_asked_for_by_a_flag_and_shown_as_a_diff() {
    let place = Place::new();
    place.write("shop/compose.yaml", WRITTEN);
    let there = place.tree("shop");
    let plain = place.run("shop", &["add", "postgres", "--yes", "--dry-run"]).well();
    let removed =
        |text: &str| text.lines().filter(|line| line.starts_with('-') && !line.starts_with("---")).count();
    // A flow list and the last line, which has no line break, gain on their own line.
    assert!(plain.stdout.contains("+        depends_on: [ cache, postgres ]"), "{}", plain.stdout);
    let healthy =
        place.run("shop", &["add", "postgres", "--yes", "--dry-run", "--depends-on-healthy"]).well();
    assert!(
        removed(&healthy.stdout) > 0 && healthy.stdout.contains("-        depends_on: [ cache ]"),
        "{}",
        healthy.stdout
    );
    assert!(healthy.stdout.contains("condition: service_healthy"), "{}", healthy.stdout);
    assert_same("a dry run", &there, &place.tree("shop"));
    let done = place.run("shop", &["add", "postgres", "--yes"]).well();
    assert!(done.stderr.contains("--depends-on-healthy"), "{}", done.stderr);
}

/// Ends and layouts that text can have when a service comes to it, and when it goes.
const LAYOUTS: &[(&str, &str)] = &[
    ("without a final line break", "services:\n  web:\n    build: ."),
    ("without a final line break, in CRLF", "services:\r\n  web:\r\n    build: ."),
    ("with blank lines at its end", "services:\n  web:\n    build: .\n\n\n"),
    ("in flow style", "services: {web: {build: .}}"),
    ("in flow style over several lines", "services: {\n  web: {build: .},\n}\n"),
    ("with a text to its end", "services:\n  web:\n    build: .\n    command: |\n      run\n\n"),
    ("with a comment at its end", "services:\n  web:\n    build: .\n  # worker:\n  #   build: ."),
    (
        "with all sections",
        "services:\n  web:\n    build: .\n    environment:\n      A: b\nvolumes: {}\nsecrets:\n  a:\n    file: a\nnetworks:\n  default:",
    ),
    (
        "with empty collections",
        "services:\n  web:\n    build: .\n    environment: {}\n    depends_on: []\n    secrets: []\n",
    ),
    (
        "with null values",
        "services:\n  web:\n    build: .\n    environment:\n    depends_on:\nvolumes:\nsecrets:\n",
    ),
    ("with an alias", "x-env: &env\n  A: b\nservices:\n  web:\n    build: .\n    environment: *env\n"),
    (
        "with a merge key",
        "x-env: &env {A: b}\nx-web: &web\n  environment:\n    <<: *env\nservices:\n  web:\n    <<: *web\n    build: .",
    ),
    (
        "with short lists",
        "services:\n  web:\n    build: .\n    depends_on: [db]\n    environment: [A=b]\n    networks: [a]\n  db: {image: a/b, networks: [a]}\nnetworks: {a: {}}",
    ),
    ("as a person writes it", WRITTEN),
];

const ORDERS: [[&str; 3]; 6] = [
    ["postgres", "redis", "memcached"],
    ["postgres", "memcached", "redis"],
    ["redis", "postgres", "memcached"],
    ["redis", "memcached", "postgres"],
    ["memcached", "postgres", "redis"],
    ["memcached", "redis", "postgres"],
];

#[test]
fn law_1_services_leave_no_trace_in_whatever_order_they_go() {
    let cases: Vec<_> = LAYOUTS.iter().flat_map(|layout| ORDERS.map(|order| (layout, order))).collect();
    let traces = std::sync::Mutex::new(Vec::new());
    in_parallel(&cases, |((layout, text), order)| {
        for commands in [order.iter().map(std::slice::from_ref).collect(), vec![&order[..]]] {
            let place = Place::new();
            place.write("compose.yaml", text);
            for service in ORDERS[0] {
                place.run(".", &["add", service, "--to", "web", "--yes"]).well();
            }
            for names in &commands {
                place.run(".", &[&["remove"], *names].concat()).well();
            }
            let left = place.read("compose.yaml");
            if left != *text {
                traces.lock().unwrap().push(format!("{layout}, {commands:?}:\n{left}"));
            }
        }
    });
    let traces = traces.into_inner().unwrap();
    assert!(traces.is_empty(), "{}\n{} of {}", traces.join("\n"), traces.len(), cases.len());
}

/// Every value of the old tree is in the new one, and lists are as they were but for what they gained.
fn assert_kept(what: &str, old: &Value, new: &Value) {
    match (old, new) {
        (Value::Map(old), Value::Map(new)) => {
            for (key, value) in old {
                let (_, there) = new
                    .iter()
                    .find(|(name, _)| name == key)
                    .unwrap_or_else(|| panic!("{what}: {key} is gone"));
                assert_kept(&format!("{what}.{key}"), value, there);
            }
        }
        (Value::Seq(old), Value::Seq(new)) => {
            let mut rest = new.iter();
            assert!(old.iter().all(|item| rest.any(|there| there == item)), "{what}: {old:?} and {new:?}");
        }
        (old, new) => assert_eq!(old, new, "{what}"),
    }
}

#[test]
fn law_2_a_file_says_what_it_said_and_what_was_asked_and_nothing_else() {
    let place = Place::new();
    place.write("shop/compose.yaml", WRITTEN);
    place.run("shop", &["add", "postgres=db", "--yes"]).well();
    let old = Compose::parse(WRITTEN).unwrap();
    let text = place.read("shop/compose.yaml");
    let new = Compose::parse(&text).unwrap();
    for section in ["x-common", "services", "volumes"] {
        let (old, new) = (old.get(&[section]).unwrap(), new.get(&[section]).unwrap());
        assert_kept(section, &old, &new);
    }
    assert_eq!(new.names("services"), ["web", "cache", "db"]);
    assert_eq!(new.names("volumes"), ["db-data"]);
    assert_eq!(new.names("secrets"), ["db_password", "db_url"]);
    let gained = |key: &str| match (old.get(&["services", "web", key]), new.get(&["services", "web", key])) {
        (Some(Value::Seq(old)), Some(Value::Seq(new))) => new.len() - old.len(),
        (None, Some(Value::Seq(new))) => new.len(),
        other => panic!("{key}: {other:?}"),
    };
    assert_eq!((gained("depends_on"), gained("environment"), gained("secrets")), (1, 5, 1));
    assert_eq!(new.get(&["services", "cache"]), old.get(&["services", "cache"]));
}

#[test]
fn law_2_what_cannot_be_read_again_as_it_was_meant_is_an_error_and_no_write() {
    let place = Place::new();
    // The anchor's other user would gain the variables, too.
    place.write("shop/compose.yaml", "services:\n  web:\n    build: .\n    environment: &e\n      A: \"1\"\n  other:\n    image: a\n    environment: *e\n");
    let there = place.tree("shop");
    let done = place.run("shop", &["add", "postgres", "--yes"]).refused("compose.yaml");
    assert!(done.stderr.contains("hint: "), "{}", done.stderr);
    assert_same("refused", &there, &place.tree("shop"));
}

#[test]
fn law_3_new_is_add_on_nothing_for_every_language_and_service() {
    let languages = names(&Catalog::embedded(), Kind::Language);
    let (alone, with): (Vec<_>, Vec<_>) = services().into_iter().partition(|(_, before)| before.is_empty());
    let alone: Vec<String> = alone.into_iter().map(|(service, _)| service).collect();
    in_parallel(&languages, |language| {
        assert_each_follows(language, &[], &alone);
        for (service, before) in &with {
            assert_each_follows(language, before, std::slice::from_ref(service));
        }
    });
}

#[test]
fn law_3_new_is_add_on_nothing_for_every_two_services_in_both_orders() {
    let languages = names(&Catalog::embedded(), Kind::Language);
    let services = services();
    let places: Vec<usize> = (0..services.len()).collect();
    in_parallel(&places, |place| {
        let (first, before) = &services[*place];
        // What requires another comes after it, whoever was named first.
        if !before.is_empty() {
            return;
        }
        let may_follow =
            |(name, before): &&(String, Vec<String>)| name != first && before.iter().all(|b| b == first);
        let next: Vec<String> = services.iter().filter(may_follow).map(|(name, _)| name.clone()).collect();
        assert_each_follows(&languages[place % languages.len()], std::slice::from_ref(first), &next);
    });
}

#[test]
fn law_3_new_is_add_on_nothing_for_two_of_a_kind_under_other_names() {
    let languages = names(&Catalog::embedded(), Kind::Language);
    let services = services();
    let places: Vec<usize> = (0..services.len()).collect();
    in_parallel(&places, |place| {
        let (service, before) = &services[*place];
        let language = &languages[place % languages.len()];
        let named = |alias: &str| format!("{service}={alias}");
        let mut first = before.clone();
        first.push(named("orders"));
        assert_each_follows(
            language,
            &first,
            &[named("reports"), named("ant-1"), named("m_2"), service.clone()],
        );
        let mut wanted = before.clone();
        wanted.extend([service.clone(), named("zebra")]);
        assert_same_project(language, &wanted);
    });
}

#[test]
fn law_3_new_is_add_on_nothing_without_a_development_override_and_with_other_answers() {
    let place = Place::new();
    let answers = ["--set", "app.port=9000", "--set", "app.replicas=3"];
    let services = ["postgres=orders", "nginx", "worker", "mailpit", "redis"];
    for options in
        [&["--no-dev"][..], &answers, &["--set", "project.bake=true", "--set", "project.workflow=true"]]
    {
        let (once, one_by_one) = (Place::new(), Place::new());
        let mut arguments = vec!["new", "shop", "-l", "go", "--yes", "--set", "orders.version=17"];
        arguments.extend(options);
        let with: Vec<&str> = services.iter().flat_map(|name| ["-s", name]).collect();
        once.run("", &[&arguments[..], &with].concat()).well();
        arguments.retain(|argument| *argument != "orders.version=17");
        arguments.remove(5);
        one_by_one.run("", &arguments).well();
        for service in services {
            let mut arguments = vec!["add", service, "--yes"];
            if service == "postgres=orders" {
                arguments.extend(["--set", "orders.version=17"]);
            }
            if options.contains(&"--no-dev") {
                arguments.push("--no-dev");
            }
            one_by_one.run("shop", &arguments).well();
        }
        let trees = [&once, &one_by_one].map(|place| without_values(place.tree("shop")));
        assert_same(&format!("{options:?}"), &trees[0], &trees[1]);
    }
    drop(place);
}

/// Answers every question with its default, and looks at the folder each time.
struct Watching {
    folder: PathBuf,
    before: Tree,
    asked: usize,
    agreed: bool,
}

impl Watching {
    fn look(&mut self) {
        assert!(!self.agreed, "a question after the plan was agreed to");
        assert_same("a question after the first change", &self.before, &tree(&self.folder));
        self.asked += 1;
    }
}

impl Ask for Watching {
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Answer> {
        self.look();
        Ok(asked.default.cloned().unwrap_or(Answer::None))
    }
    fn details(&mut self, _: &str, _: &str, _: &[&str]) -> Result<bool> {
        self.look();
        Ok(true)
    }
    fn pick_one(&mut self, _: &str, _: &[Offer], default: usize) -> Result<usize> {
        self.look();
        Ok(default)
    }
    fn pick_many(&mut self, _: &str, offers: &[Offer], _: &[usize]) -> Result<Vec<usize>> {
        self.look();
        let wanted = |name: &str| ["postgres", "redis"].contains(&name);
        Ok((0..offers.len()).filter(|place| wanted(&offers[*place].name)).collect())
    }
    fn name(&mut self, _: &str, default: &str, _: &dyn Fn(&str) -> Result<()>) -> Result<String> {
        self.look();
        Ok(default.to_owned())
    }
    fn verdict(&mut self, _: &str, _: &str) -> Result<Verdict> {
        self.look();
        Ok(Verdict::Overwrite)
    }
    fn confirm(&mut self, _: &str) -> Result<()> {
        self.look();
        self.agreed = true;
        Ok(())
    }
}

#[test]
fn law_5_every_question_comes_before_the_first_change() {
    let place = Place::new();
    place.write("shop/Dockerfile", "FROM scratch\n");
    let mut somebody =
        Watching { folder: place.at("shop"), before: place.tree("shop"), asked: 0, agreed: false };
    let request = New {
        common: Common {
            flags: set(&[]),
            file: AnswersFile::default(),
            manner: Manner::Interactive,
            development: true,
        },
        name: None,
        language: None,
        services: None,
        starter: true,
    };
    let disk = Disk::open(&place.at("shop")).unwrap();
    let (plan, _) = dockgen::new(&request, &Catalog::embedded(), &mut somebody, &disk).unwrap();
    let overwrite = clear(&plan, Way::Ask, &mut somebody, &disk).unwrap();
    somebody.confirm("").unwrap();
    carry_out(&plan, &overwrite, &disk).unwrap();
    assert!(somebody.asked > 10, "{} questions", somebody.asked);
    assert_ne!(place.read("shop/Dockerfile"), "FROM scratch\n");
}

#[test]
fn law_5_without_a_terminal_what_is_missing_is_named_with_its_flags_and_nothing_is_written() {
    let place = Place::new();
    let done =
        place.run("", &["new", "shop", "-l", "python", "-s", "postgres"]).refused("nobody can be asked");
    for flag in ["--base", "--language-version", "--package-manager", "--port", "--set postgres.version"] {
        assert!(done.stderr.contains(flag), "{flag} is not in: {}", done.stderr);
    }
    assert!(done.stderr.contains("hint: ") && done.stderr.contains("--yes"), "{}", done.stderr);
    assert!(!place.at("shop").exists());
    place.run("", &["new", "shop"]).refused("`--language NAME`");
    assert!(!place.at("shop").exists());
}

#[test]
fn law_5_yes_asks_nothing_for_anything_in_the_catalog() {
    let catalog = Catalog::embedded();
    for language in names(&catalog, Kind::Language) {
        common::new_plan(&catalog, &language, &[], &[], true).unwrap();
    }
    for (service, mut before) in services() {
        before.push(service);
        let wanted: Vec<&str> = before.iter().map(String::as_str).collect();
        common::new_plan(&catalog, "python", &[], &wanted, true).unwrap();
    }
}

#[test]
fn law_6_adding_again_changes_nothing_and_says_so() {
    let languages = names(&Catalog::embedded(), Kind::Language);
    let services = services();
    let places: Vec<usize> = (0..services.len()).collect();
    in_parallel(&places, |at| {
        let (service, before) = &services[*at];
        let language = &languages[at % languages.len()];
        let place = Place::new();
        let mut wanted = before.clone();
        wanted.extend([service.clone(), format!("{service}=second")]);
        new(&place, "p", language, &wanted);
        let there = place.tree("");
        let again = place.run("p/shop", &["add", service]).idle();
        assert_eq!(again.stdout, "");
        let settings = settings(language, std::slice::from_ref(service));
        let mut arguments = vec!["add", service, "--yes"];
        arguments.extend(settings.iter().map(String::as_str));
        place.run("p/shop", &arguments).idle();
        let all: Vec<&str> = wanted.iter().map(String::as_str).collect();
        place.run("p/shop", &[&["add", "--yes"], &all[..]].concat()).idle();
        assert_same(service, &there, &place.tree(""));
    });
}

#[test]
fn law_6_adding_again_to_a_file_that_a_person_wrote_changes_nothing() {
    for service in ["postgres", "redis=sessions", "rabbitmq", "mailpit"] {
        let place = Place::new();
        place.write("shop/compose.yaml", WRITTEN);
        place.run("shop", &["add", service, "--yes"]).well();
        let there = place.tree("shop");
        place.run("shop", &["add", service, "--yes"]).idle();
        assert_same(service, &there, &place.tree("shop"));
    }
}

#[test]
fn law_6_new_again_changes_nothing_and_says_so() {
    for language in names(&Catalog::embedded(), Kind::Language) {
        let place = Place::new();
        let answers =
            ["--set", "project.bake=true", "--set", "project.workflow=true", "--set", "app.replicas=2"];
        let arguments = ["new", "shop", "-l", &language, "-s", "postgres,redis=cache,nginx", "--yes"];
        let arguments = [&arguments[..], &answers].concat();
        place.run("", &arguments).well();
        let there = place.tree("");
        place.run("", &arguments).idle();
        assert_same(&language, &there, &place.tree(""));
    }
}

#[test]
fn law_6_new_again_with_other_answers_is_refused_and_writes_nothing() {
    let place = Place::new();
    place.run("", &["new", "shop", "-l", "python", "-s", "postgres", "--yes"]).well();
    let there = place.tree("");
    for other in [
        &["-b", "alpine", "-l", "python", "-s", "postgres"][..],
        &["-l", "go", "-s", "postgres"],
        &["-l", "python", "-s", "redis"],
        &["-l", "python", "-s", "postgres", "--port", "9000"],
    ] {
        place.run("", &[&["new", "shop", "--yes"], other].concat()).refused("nothing was written");
        assert_same(&format!("{other:?}"), &there, &place.tree(""));
    }
}

#[test]
fn law_6_the_same_name_with_another_meaning_is_refused_with_the_alias_as_the_way_out() {
    let place = Place::new();
    place.run("", &["new", "shop", "-l", "python", "-s", "postgres,redis=cache", "--yes"]).well();
    let there = place.tree("");
    for (arguments, words) in [
        (&["add", "postgres", "--set", "postgres.version=17"][..], "`version` is 18, not 17"),
        (&["add", "redis=postgres"], "it is `services/postgres`, not `services/redis`"),
        (&["add", "valkey=cache"], "it is `services/redis`, not `services/valkey`"),
        (&["add", "redis=app"], "`app`"),
        (&["add", "go=postgres", "--path", "api"], "`postgres`"),
        (&["add", "go=app", "--path", "api"], "`app`"),
    ] {
        let done = place.run("shop", &[arguments, &["--yes"]].concat()).refused(words);
        assert!(
            done.stderr.contains("hint: ") && done.stderr.contains("=ALIAS"),
            "{arguments:?}: {}",
            done.stderr
        );
        assert_same(&format!("{arguments:?}"), &there, &place.tree(""));
    }
}

#[test]
fn law_6_a_service_of_that_name_that_a_person_wrote_is_refused_with_the_alias_as_the_way_out() {
    let place = Place::new();
    place.write("shop/compose.yaml", "services:\n  web:\n    build: .\n  postgres:\n    image: mine\n");
    let there = place.tree("shop");
    let done = place.run("shop", &["add", "postgres", "--yes"]).refused("`services.postgres`");
    assert!(done.stderr.contains("=ALIAS"), "{}", done.stderr);
    assert_same("refused", &there, &place.tree("shop"));
    place.run("shop", &["add", "postgres=db", "--yes"]).well();
}

#[test]
fn law_7_the_same_request_gives_the_same_bytes_wherever_and_whenever_it_is_made() {
    let base = Place::new();
    let request = ["-l", "node", "-s", "mysql,rabbitmq=bus,nginx,worker,adminer", "--yes", "--name", "shop"];
    base.run("", &[&["new", "shop"], &request[..]].concat()).well();
    base.run("shop", &["add", "postgres=other", "--yes"]).well();
    let expected = without_values(base.tree("shop"));
    let around: [&[(&str, &str)]; 4] = [
        &[("TZ", "Asia/Kathmandu"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")],
        &[("TZ", "America/St_Johns"), ("LANG", "C"), ("COLUMNS", "20"), ("NO_COLOR", "1")],
        &[
            ("TERM", "xterm-256color"),
            ("CLICOLOR_FORCE", "1"),
            ("USER", "somebody"),
            ("SOURCE_DATE_EPOCH", "1"),
        ],
        &[("XDG_CONFIG_HOME", "/nonexistent"), ("HOME", "/nonexistent"), ("PATH", ""), ("COLUMNS", "300")],
    ];
    for (turn, variables) in around.iter().enumerate() {
        let place = Place::new();
        place.write("deep/er/README.md", "");
        let elsewhere = place.at(&format!("deep/er/{turn} \u{e4}"));
        let run = |folder: &str, arguments: &[&str]| {
            let mut command = place.command(folder);
            let output = command.envs(variables.iter().copied()).args(arguments).output().unwrap();
            program::Done::of(&output).well()
        };
        let first = run("deep", &[&["new", elsewhere.to_str().unwrap()], &request[..]].concat());
        assert!(!first.stderr.contains('\u{1b}'), "{}", first.stderr);
        run(&format!("deep/er/{turn} \u{e4}"), &["add", "postgres=other", "--yes"]);
        assert_same(&format!("{variables:?}"), &expected, &without_values(tree(&elsewhere)));
    }
}

#[test]
fn law_7_a_plan_can_be_made_twice_and_is_the_same() {
    let catalog = Catalog::embedded();
    let plan = |_| -> Plan {
        common::new_plan(&catalog, "java", &[], &["postgres", "redis", "nginx"], true).unwrap()
    };
    let [first, second] = [0, 1].map(plan);
    assert_eq!(first, second);
    let place = Place::new();
    let json = |_| {
        place
            .run("", &["new", "x", "-l", "java", "-s", "postgres", "--yes", "-n", "--format", "json"])
            .well()
            .stdout
    };
    let [first, second] = [0, 1].map(json);
    assert_eq!(first, second);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Services with secrets, by their names, and the files in the project's folder of secrets.
fn secret_files(place: &Place, folder: &str) -> Vec<PathBuf> {
    let names = fs::read_dir(place.at(folder).join("secrets")).unwrap();
    let mut files: Vec<PathBuf> = names.map(|name| name.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn secrets_are_random_and_distinct_and_readable_for_containers_behind_a_closed_folder() {
    let place = Place::new();
    let all = "postgres,pgvector,mysql,mariadb,mongodb,redis,valkey,rabbitmq,postgres=two";
    let mut values = Vec::new();
    for folder in ["a", "b"] {
        place.run("", &["new", folder, "-l", "go", "-s", all, "--yes"]).well();
        assert_eq!(mode(&place.at(folder).join("secrets")), 0o700);
        let files = secret_files(&place, folder);
        assert!(files.len() > 12, "{files:?}");
        for file in files {
            assert_eq!(mode(&file), 0o644, "{}", file.display());
            values.push(fs::read_to_string(&file).unwrap());
        }
    }
    let distinct: BTreeSet<&String> = values.iter().collect();
    assert_eq!(distinct.len(), values.len(), "a value was drawn twice");
    assert!(values.iter().all(|value| value.len() >= 24 && !value.contains('\u{E000}')));
    let used: BTreeSet<char> =
        values.iter().flat_map(|value| value.chars()).filter(char::is_ascii_alphanumeric).collect();
    assert_eq!(used.len(), 62, "characters that are never drawn");
}

#[test]
fn secrets_are_never_printed_and_stand_in_no_other_file() {
    let place = Place::new();
    let services = "postgres,mysql,redis,rabbitmq,mongodb";
    let said = [
        place.run("", &["new", "shop", "-l", "go", "-s", services, "--yes"]).well(),
        place.run("shop", &["add", "postgres=two", "valkey", "--yes", "--format", "json"]).well(),
        place.run("shop", &["add", "postgres", "--yes"]).well(),
        place.run("shop", &["add", "mariadb", "--set", "mariadb.connect=env", "--yes"]).well(),
        place.run("", &["new", "shop", "-l", "go", "-s", services, "--yes", "--dry-run"]),
        place.run(
            "",
            &[
                "new",
                "shop",
                "-l",
                "go",
                "-s",
                services,
                "--yes",
                "--overwrite",
                "--dry-run",
                "--format",
                "json",
            ],
        ),
        place.run("", &["new", "shop", "-l", "go", "-s", services, "--yes"]),
        place.run("shop", &["secrets"]).well(),
        place.run("shop", &["remove", "redis", "mongodb", "--dry-run"]).well(),
        place.run("shop", &["remove", "redis", "--format", "json"]).well(),
    ];
    let said: String = said.iter().map(|done| format!("{}{}", done.stdout, done.stderr)).collect();
    let files = secret_files(&place, "shop");
    assert!(files.len() > 12);
    for file in files {
        let value = fs::read_to_string(&file).unwrap();
        let value = value.trim();
        assert!(!said.contains(value), "{} was printed", file.display());
        for (path, thing) in place.tree("shop") {
            let Thing::File { text, .. } = thing else { continue };
            let hidden = path.starts_with("secrets/") || path == ".env";
            assert!(hidden || !text.contains(value), "{} stands in {path}", file.display());
        }
    }
    assert_eq!(mode(&place.at("shop/.env")), 0o600);
}

#[test]
fn secrets_are_in_no_commit_and_in_no_build_context() {
    let place = Place::new();
    place.run("", &["new", "new", "-l", "go", "-s", "postgres", "--yes"]).well();
    place.write("written/compose.yaml", "services:\n  app:\n    build: .\n");
    place.write("written/.dockerignore", "node_modules");
    place.run("written", &["add", "postgres", "--set", "postgres.connect=env", "--yes"]).well();
    for folder in ["new", "written"] {
        let has = |file: &str, line: &str| {
            let text = place.read(&format!("{folder}/{file}"));
            assert!(text.lines().any(|there| there.trim_matches('/') == line), "{folder}/{file}: {text}");
        };
        has(".gitignore", "secrets");
        has(".gitignore", ".env");
        has(".dockerignore", "secrets");
        has(".dockerignore", ".env");
    }
}

#[test]
fn missing_secrets_of_a_service_that_was_connected_twice_are_made_once() {
    let place = Place::new();
    place.write("shop/compose.yaml", "services:\n  a:\n    build: .\n  b:\n    build: .\n");
    let both =
        ["postgres", "mysql", "redis", "--set=postgres.connect=env", "--set=mysql.connect=env", "--yes"];
    for app in ["--to=none", "--to=a", "--to=b"] {
        place.run("shop", &[&["add", app], &both[..]].concat()).well();
    }
    let before = place.tree("shop");
    fs::remove_dir_all(place.at("shop/secrets")).unwrap();
    fs::remove_file(place.at("shop/.env")).unwrap();
    place.run("shop", &["secrets"]).well();
    assert_same("a fresh clone", &without_values(before), &without_values(place.tree("shop")));
    let read = |path: &str| fs::read_to_string(place.at(path)).unwrap();
    let (url, env) = (read("shop/secrets/postgres_url.txt"), read("shop/.env"));
    assert!(url.contains(&read("shop/secrets/postgres_password.txt")));
    let lines: Vec<&str> = env.lines().collect();
    assert_eq!(lines.len(), 2, "one line for each service");
    assert!(lines.contains(&format!("POSTGRES_URL={url}").as_str()));
}

#[test]
fn missing_secrets_are_made_again_and_those_that_are_there_stay() {
    let place = Place::new();
    place.run("", &["new", "shop", "-l", "go", "-s", "postgres,redis,rabbitmq=bus", "--yes"]).well();
    let before = place.tree("shop");
    place.run("shop", &["secrets"]).idle();
    assert_same("nothing is missing", &before, &place.tree("shop"));
    // As in a fresh clone: git has no `secrets/`.
    fs::remove_dir_all(place.at("shop/secrets")).unwrap();
    place.run("", &["secrets", "shop"]).well();
    assert_same("a fresh clone", &without_values(before.clone()), &without_values(place.tree("shop")));
    fs::remove_dir_all(place.at("shop/secrets")).unwrap();
    place.run("shop", &["add", "postgres", "--yes"]).well();
    assert!(place.at("shop/secrets/postgres_url.txt").exists());
    place.run("shop", &["secrets"]).well();
    assert_same("after adding again", &without_values(before), &without_values(place.tree("shop")));
}

#[test]
fn a_url_follows_the_password_that_is_there_and_is_encoded_as_a_url_needs() {
    let place = Place::new();
    place.run("", &["new", "shop", "-l", "go", "-s", "postgres,redis", "--yes"]).well();
    for (password, encoded) in [
        ("p@ss/w:rd?#[]%&=+ \u{e9}\u{20ac}~", "p%40ss%2Fw%3Ard%3F%23%5B%5D%25%26%3D%2B%20%C3%A9%E2%82%AC~"),
        ("plain-._~", "plain-._~"),
        ("'\"\\$`{}|^<>!*(),;", "%27%22%5C%24%60%7B%7D%7C%5E%3C%3E%21%2A%28%29%2C%3B"),
    ] {
        for end in ["", "\n", "\r\n"] {
            let text = format!("{password}{end}");
            place.write("shop/secrets/postgres_password.txt", &text);
            fs::remove_file(place.at("shop/secrets/postgres_url.txt")).unwrap();
            let done = place.run("shop", &["secrets"]).well();
            assert!(!done.stderr.contains(password) && !done.stderr.contains(encoded), "{}", done.stderr);
            assert_eq!(place.read("shop/secrets/postgres_password.txt"), text);
            assert_eq!(
                place.read("shop/secrets/postgres_url.txt"),
                format!("postgresql://app:{encoded}@postgres:5432/app")
            );
        }
    }
}

#[test]
fn a_variable_in_env_follows_the_secret_that_is_there_and_a_line_that_is_there_stays() {
    let place = Place::new();
    place.write("shop/compose.yaml", "services:\n  app:\n    build: .\n");
    place.write("shop/.env", "# ours\nMODE=on");
    fs::set_permissions(place.at("shop/.env"), fs::Permissions::from_mode(0o640)).unwrap();
    place.run("shop", &["add", "postgres=db", "--set", "db.connect=env", "--yes"]).well();
    let url = place.read("shop/secrets/db_url.txt");
    let line = format!("DB_URL={url}\n");
    assert_eq!(place.read("shop/.env"), format!("# ours\nMODE=on\n{line}"));
    assert_eq!(mode(&place.at("shop/.env")), 0o640, "the mode of a file that is there is its owner's");
    place.write("shop/.env", "DB_URL=elsewhere\n");
    place.run("shop", &["secrets"]).idle();
    assert_eq!(place.read("shop/.env"), "DB_URL=elsewhere\n");
    fs::remove_file(place.at("shop/.env")).unwrap();
    place.run("shop", &["secrets"]).well();
    assert_eq!(place.read("shop/.env"), line);
    assert_eq!(mode(&place.at("shop/.env")), 0o600);
}

#[test]
fn a_line_that_env_lacks_is_written_and_said_whichever_of_its_lines_it_is() {
    let place = Place::new();
    let connect = ["--set", "postgres.connect=env", "--set", "redis.connect=env"];
    let new = ["new", "shop", "-l", "python", "-s", "postgres,redis", "--yes"];
    place.run("", &[&new[..], &connect].concat()).well();
    let whole = place.read("shop/.env");
    for gone in whole.lines() {
        let rest: String =
            whole.lines().filter(|line| *line != gone).map(|line| format!("{line}\n")).collect();
        place.write("shop/.env", &rest);
        let done = place.run("shop", &["secrets"]).well();
        assert!(done.stderr.contains("changed .env"), "{}", done.stderr);
        assert_eq!(place.read("shop/.env"), format!("{rest}{gone}\n"));
    }
    fs::remove_file(place.at("shop/.env")).unwrap();
    let done = place.run("shop", &["secrets"]).well();
    assert!(done.stderr.contains("created .env"), "{}", done.stderr);
}

#[test]
fn a_secret_of_the_programs_own_is_drawn_once_and_only_where_it_is_read() {
    let place = Place::new();
    let new = |folder: &str, further: &[&str]| {
        place.run("", &[&["new", folder, "-l", "python", "--yes"], further].concat()).well()
    };
    new("other", &[]);
    assert!(!place.at("other/secrets").exists() && !place.at("other/.env").exists());
    let done = new("shop", &["--set", "app.secret_variable=SIGNING_KEY"]);
    let value = place.read("shop/secrets/app_secret_key.txt");
    assert!(value.len() == 64 && value.chars().all(|c| c.is_ascii_alphanumeric()));
    assert!(done.stderr.contains("SIGNING_KEY") && !done.stderr.contains(&value), "{}", done.stderr);
    assert!(place.read("shop/compose.yaml").contains("SIGNING_KEY: ${APP_SECRET_KEY:?"));
    let line = format!("APP_SECRET_KEY={value}\n");
    assert_eq!(place.read("shop/.env"), line);
    assert_eq!(mode(&place.at("shop/.env")), 0o600);
    for ignored in [".gitignore", ".dockerignore"] {
        assert!(place.read(&format!("shop/{ignored}")).lines().any(|line| line == ".env"), "{ignored}");
    }
    fs::remove_file(place.at("shop/.env")).unwrap();
    place.run("shop", &["secrets"]).well();
    assert_eq!(place.read("shop/.env"), line, "the value that is there is kept");
}

/// An overlay with one service, whose manifest and files are these.
fn overlay(place: &Place, manifest: &str, files: &[(&str, &str)]) {
    let _ = fs::remove_dir_all(place.at("overlay"));
    place.write(
        "overlay/services/thing/service.toml",
        &format!("title = \"Thing\"\nsummary = \"a thing\"\n{manifest}"),
    );
    for (path, text) in files {
        place.write(&format!("overlay/services/thing/{path}"), text);
    }
}

const FRAGMENT: (&str, &str) = ("compose.yaml.j2", "services:\n  {{ name }}:\n    image: busybox:1.37\n");

/// Adding the service of the overlay is refused with these words, and nothing at all is different afterwards.
#[track_caller]
fn assert_harmless(place: &Place, words: &str) {
    let before = place.tree("");
    let done = place.run("shop", &["add", "thing", "--templates", "../overlay", "--yes"]).refused(words);
    assert!(done.stderr.contains("hint: "), "{}", done.stderr);
    assert_same(words, &before, &place.tree(""));
    let done = place.run("", &["new", "other", "-l", "go", "-s", "thing", "--templates", "overlay", "--yes"]);
    done.refused(words);
    assert_same(words, &before, &place.tree(""));
}

#[test]
fn law_8_no_entry_writes_outside_the_project() {
    let place = Place::new();
    place.write("shop/compose.yaml", "services:\n  app:\n    build: .\n");
    let files = |to: &str| format!("[[files]]\nfrom = \"files\"\nto = '{to}'\n");
    for to in [
        "../x",
        "a/../../x",
        "/tmp/x",
        "//x",
        ".git/hooks",
        ".GIT/hooks",
        "./.git",
        "C:/x",
        "..\\x",
        "a\\b",
        "{{ \"..\" }}/x",
    ] {
        overlay(&place, &files(to), &[FRAGMENT, ("files/pre-commit.j2", "#!/bin/sh\n")]);
        assert_harmless(&place, "is not a path inside the project");
    }
    // The name of a file is a template, too.
    for name in ["{{ '..' }}.j2", "{{ '..' ~ '\\u002f..\\u002fx' }}.j2", "{{ '\\u005cx' }}.j2"] {
        overlay(&place, &files("."), &[FRAGMENT, (&format!("files/{name}"), "x\n")]);
        assert_harmless(&place, "is not a path inside the project");
    }
    for name in ["../../x", "a/../../../x"] {
        overlay(&place, &format!("[[secrets]]\nname = '{name}'\nrandom = 8\n"), &[FRAGMENT]);
        assert_harmless(&place, "is not a path inside the project");
    }
}

#[test]
fn law_8_no_entry_writes_through_a_link_that_leads_outside() {
    let place = Place::new();
    place.write("shop/compose.yaml", "services:\n  app:\n    build: .\n");
    place.write("outside/kept", "kept\n");
    for (link, target) in [("conf", "../outside"), ("conf", "/tmp"), ("conf", "../outside/not-there")] {
        let _ = fs::remove_file(place.at(&format!("shop/{link}")));
        std::os::unix::fs::symlink(target, place.at(&format!("shop/{link}"))).unwrap();
        overlay(&place, "[[files]]\nfrom = \"files\"\nto = \"conf\"\n", &[FRAGMENT, ("files/x.j2", "x\n")]);
        let before = place.tree("");
        let arguments = ["add", "thing", "--templates", "../overlay", "--yes"];
        place.run("shop", &arguments).refused("is a link that leads outside the project");
        assert_same(target, &before, &place.tree(""));
        place
            .run("shop", &[&arguments[..], &["--dry-run"]].concat())
            .refused("is a link that leads outside the project");
    }
    for file in ["secrets", ".gitignore", ".dockgen"] {
        let _ = fs::remove_file(place.at("shop/conf"));
        let link = place.at(&format!("shop/{file}"));
        std::os::unix::fs::symlink("../outside", &link).unwrap();
        let before = place.tree("");
        place.run("shop", &["add", "postgres", "--yes"]).refused("is a link that leads outside the project");
        assert_same(file, &before, &place.tree(""));
        fs::remove_file(link).unwrap();
    }
}

#[test]
fn law_8_a_template_without_an_end_ends_in_an_error() {
    let place = Place::new();
    place.write("shop/compose.yaml", "services:\n  app:\n    build: .\n");
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}\n";
    let recursive = "{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}{{ again(0) }}\n";
    let deep = format!("{}1{}\n", "{% if true %}".repeat(3000), "{% endif %}".repeat(3000));
    let parentheses = format!("{{{{ {}1{} }}}}\n", "(".repeat(30_000), ")".repeat(30_000));
    for text in [
        endless,
        recursive,
        "{% include 'compose.yaml.j2' %}\n",
        "{% extends 'compose.yaml.j2' %}\n",
        &deep,
        &parentheses,
    ] {
        overlay(&place, "", &[("compose.yaml.j2", text)]);
        let shown: String = text.chars().take(60).collect();
        let before = place.tree("");
        let started = std::time::Instant::now();
        let done = place.run("shop", &["add", "thing", "--templates", "../overlay", "--yes"]);
        assert_eq!(done.code, 1, "{shown}: {}", done.stderr);
        assert!(done.stderr.starts_with("error: ") && done.stderr.len() < 4000, "{shown}: {}", done.stderr);
        assert!(started.elapsed().as_secs() < 20, "{shown}");
        assert_same(&shown, &before, &place.tree(""));
    }
}

#[test]
fn law_8_nothing_that_an_entry_says_is_executed() {
    let place = Place::new();
    place.write("shop/compose.yaml", "services:\n  app:\n    build: .\n");
    let manifest = "[[files]]\nfrom = \"files\"\nto = \"hooks\"\nexecutable = true\n";
    overlay(
        &place,
        manifest,
        &[FRAGMENT, ("files/run.sh.j2", "#!/bin/sh\ntouch executed\n"), ("hook.sh", "touch executed")],
    );
    // Whatever could be found is a trap.
    for program in ["sh", "git", "docker", "python3", "node", "cargo"] {
        place.write(
            &format!("trap/{program}"),
            &format!("#!/bin/sh\n: >{}/executed\n", place.path().display()),
        );
        fs::set_permissions(place.at(&format!("trap/{program}")), fs::Permissions::from_mode(0o755)).unwrap();
    }
    for arguments in [
        &["add", "thing", "--templates", "../overlay", "--yes"][..],
        &["list", "--templates", "../overlay"],
        &["add", "go=api", "--yes"],
    ] {
        let output = place.command("shop").env("PATH", place.at("trap")).args(arguments).output().unwrap();
        program::Done::of(&output).well();
    }
    assert!(!place.tree("").keys().any(|path| path.ends_with("executed")));
    assert_eq!(mode(&place.at("shop/hooks/run.sh")), 0o755);
    for key in ["hooks = [\"x\"]", "[[hooks]]\nrun = \"x\"", "command = \"x\"", "[tasks]\nafter = \"x\""] {
        overlay(&place, &format!("{key}\n"), &[FRAGMENT]);
        let done = place.run("shop", &["add", "thing=second", "--templates", "../overlay", "--yes"]);
        done.refused("unknown field");
    }
}

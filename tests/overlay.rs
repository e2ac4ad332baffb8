//! Catalogs of one's own: built-in < the user's configuration < the project's folder < `--templates`.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use std::fs;

use program::{Done, Place};

const USER: &str = "home/.config/dockgen/templates";
const PROJECT: &str = "shop/.dockgen/templates";
const GIVEN: &str = "given";

/// A service that says where it comes from.
fn service(place: &Place, folder: &str, name: &str, word: &str) {
    place.write(
        &format!("{folder}/services/{name}/service.toml"),
        &format!("title = \"{word}\"\nsummary = \"the one of {word}\"\n"),
    );
    let text = format!("services:\n  {{{{ name }}}}:\n    image: example.com/{word}:1.0\n");
    place.write(&format!("{folder}/services/{name}/compose.yaml.j2"), &text);
}

fn shop() -> Place {
    let place = Place::new();
    place.write("shop/compose.yaml", "services:\n  app:\n    build: .\n");
    place
}

/// The line of `list` about an entry.
fn line(done: &Done, name: &str) -> String {
    let line = done.stdout.lines().find(|line| line.split_whitespace().next() == Some(name));
    line.unwrap_or_else(|| panic!("{name} is not in: {}", done.stdout)).to_owned()
}

#[test]
fn the_nearest_catalog_wins_and_the_list_shows_where_an_entry_comes_from() {
    let place = shop();
    let given = place.at(GIVEN);
    let given = given.to_str().unwrap();
    let steps =
        [(USER, "user", vec![]), (PROJECT, "project", vec![]), (GIVEN, "given", vec!["--templates", given])];
    let built_in = place.run("shop", &["list", "services"]).well();
    assert!(!line(&built_in, "redis").contains('('), "{}", built_in.stdout);
    for (folder, word, options) in steps {
        service(&place, folder, "redis", word);
        let list = place.run("shop", &[&["list", "services"], &options[..]].concat()).well();
        let redis = line(&list, "redis");
        assert!(redis.contains(&format!("the one of {word}")), "{redis}");
        assert!(redis.contains(place.at(folder).to_str().unwrap()), "{redis}");
        assert_eq!(line(&list, "postgres"), line(&built_in, "postgres"));
        let json =
            place.run("shop", &[&["list", "services", "--format", "json"], &options[..]].concat()).well();
        let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
        let origin = |name: &str| {
            json["services"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()["origin"]
                .clone()
        };
        assert_eq!(origin("redis"), place.at(folder).to_str().unwrap());
        assert_eq!(origin("postgres"), "built-in");
        let show = place.run("shop", &[&["show", "redis"], &options[..]].concat()).well();
        assert!(
            show.stdout.contains(&format!("origin: {}\n", place.at(folder).display())),
            "{}",
            show.stdout
        );
        let plan =
            place.run("shop", &[&["add", "redis", "--yes", "--dry-run"], &options[..]].concat()).well();
        assert!(plan.stdout.contains(&format!("image: example.com/{word}:1.0")), "{}", plan.stdout);
    }
}

#[test]
fn of_several_given_folders_the_last_wins() {
    let place = shop();
    service(&place, "a", "redis", "a");
    service(&place, "b", "redis", "b");
    for (order, word) in [(["../a", "../b"], "b"), (["../b", "../a"], "a")] {
        let list = place.run("shop", &["list", "--templates", order[0], "--templates", order[1]]).well();
        assert!(line(&list, "redis").contains(&format!("the one of {word}")), "{}", list.stdout);
    }
}

#[test]
fn an_entry_is_replaced_whole() {
    let place = shop();
    service(&place, PROJECT, "postgres", "project");
    let show = place.run("shop", &["show", "postgres"]).well();
    assert!(
        show.stdout.ends_with("files of the entry:\n  compose.yaml.j2\n  service.toml\n"),
        "{}",
        show.stdout
    );
    assert!(!show.stdout.contains("questions"), "{}", show.stdout);
    place.run("shop", &["add", "postgres", "--yes"]).well();
    let compose = place.read("shop/compose.yaml");
    assert_eq!(
        compose,
        "services:\n  app:\n    build: .\n\n  postgres:\n    image: example.com/project:1.0\n"
    );
    assert!(!place.at("shop/secrets").exists() && !place.at("shop/.env.example").exists());
    let done = place.run("shop", &["add", "postgres=other", "--set", "other.version=17", "--yes"]);
    done.refused("nothing asks for `other.version`");
}

#[test]
fn a_language_is_a_folder_and_takes_no_rust() {
    let place = Place::new();
    let folder = "given/languages/shell";
    place.write(
        &format!("{folder}/language.toml"),
        "\
title = \"Shell\"
summary = \"a script\"
gitignore = [\"*.log\"]

[[questions]]
key = \"base\"
prompt = \"Runtime base\"
kind = \"choice\"
default = \"alpine\"
choices = [{ value = \"alpine\", note = \"busybox\" }, { value = \"slim\", note = \"Debian\" }]

[[questions]]
key = \"port\"
prompt = \"Port\"
kind = \"integer\"
default = 8000
min = 1
max = 65535
or_none = true

[[refuse]]
when = { base = \"slim\", port = 80 }
reason = \"the user may not bind it\"
instead = \"--port 8080\"

[[facts]]
set = { health = [\"true\"], user = \"10001:10001\", greeting = \"hello from {{ name }}\" }

[[files]]
from = \"starter\"
starter = true
executable = true

[[variables]]
name = \"{{ name | upper_snake }}_PORT\"
default = \"{{ port }}\"
comment = \"host port of {{ name }}\"
",
    );
    place.write(&format!("{folder}/Dockerfile.j2"), "FROM {{ 'busybox:1.37' if base == 'alpine' else 'debian:13-slim' }}\nCOPY run.sh /\nCMD [\"/run.sh\"]\n");
    place.write(&format!("{folder}/detect.toml"), "[[detect]]\nfile = \"run.sh\"\nlanguage = true\n");
    place.write(&format!("{folder}/dockerignore.j2"), "*.log\n");
    place.write(
        &format!("{folder}/compose.yaml.j2"),
        "\
services:
  {{ name }}:
    build: {{ path }}
{% if port %}
    ports:
      - \"${ {{- name | upper_snake -}} _PORT:-{{ port }}}:{{ port }}\"
{% endif %}
    labels:
      greeting: {{ facts.greeting | yaml }}
",
    );
    place.write(&format!("{folder}/starter/run.sh.j2"), "#!/bin/sh\necho {{ project.name }}\n");
    let list = place.run("", &["list", "--templates", "given"]).well();
    assert!(line(&list, "shell").contains("a script"), "{}", list.stdout);
    assert!(list.stdout.contains("  shell        slim"), "{}", list.stdout);
    let arguments = ["new", "shop", "-l", "shell", "-s", "postgres", "--yes", "--templates", "given"];
    place.run("", &arguments).well();
    place.run("", &arguments).idle();
    assert_eq!(place.read("shop/Dockerfile"), "FROM busybox:1.37\nCOPY run.sh /\nCMD [\"/run.sh\"]\n");
    assert_eq!(place.read("shop/run.sh"), "#!/bin/sh\necho shop\n");
    assert_eq!(place.read("shop/.dockerignore"), "*.log\nsecrets/\n");
    assert!(place.read("shop/.gitignore").lines().any(|line| line == "*.log"));
    assert!(place.read("shop/.env.example").contains("\n# host port of app\nAPP_PORT=8000\n"));
    let compose = place.read("shop/compose.yaml");
    assert!(compose.contains("      greeting: hello from app\n"), "{compose}");
    assert!(compose.contains("      DATABASE_URL_FILE: "), "{compose}");
    // In a project of that language it is found, and no starter is written.
    place.write("there/run.sh", "#!/bin/sh\n");
    let done =
        place.run("", &["new", "there", "--yes", "--templates", "given", "--set", "app.base=slim"]).well();
    assert_eq!(place.read("there/run.sh"), "#!/bin/sh\n", "{}", done.stderr);
    assert!(place.read("there/Dockerfile").starts_with("FROM debian:13-slim\n"));
    let refused = place.run(
        "",
        &["new", "no", "-l", "shell", "-b", "slim", "--port", "80", "--yes", "--templates", "given"],
    );
    let refused = refused.refused("the user may not bind it");
    assert!(refused.stderr.contains("--port 8080"), "{}", refused.stderr);
    place
        .run("", &["new", "no", "-l", "shell", "-b", "scratch", "--yes", "--templates", "given"])
        .refused("`scratch`");
    // Without the folder the language is none.
    place.run("", &["new", "no", "-l", "shell", "--yes"]).refused("language `shell` is not in the catalog");
    let second = ["add", "shell=api", "--path", "api", "--yes", "--templates", "../given"];
    place.run("shop", &second).refused("port 8000 is used twice");
    place.run("shop", &[&second[..], &["--set", "api.port=8001"]].concat()).well();
    assert!(place.read("shop/compose.yaml").contains("  api:\n    build: api\n"));
}

#[test]
fn shared_pieces_can_be_replaced_too() {
    let place = Place::new();
    place.write("given/shared/labels.j2", "LABEL replaced=yes\n");
    place.run("", &["new", "shop", "-l", "go", "--yes", "--templates", "given"]).well();
    assert!(place.read("shop/Dockerfile").contains("LABEL replaced=yes\n"));
}

#[test]
fn a_broken_entry_is_an_error_with_its_place_only_where_it_is_needed() {
    let place = shop();
    place.write(
        &format!("{PROJECT}/services/thing/service.toml"),
        "title = \"Thing\"\nsummary = \"x\"\nwrong = 1\n",
    );
    place.run("shop", &["add", "redis", "--yes"]).well();
    place.run("", &["new", "other", "-l", "go", "--yes"]).well();
    for arguments in [&["add", "thing", "--yes"][..], &["list"], &["show", "thing"]] {
        let done = place.run("shop", arguments).refused("services/thing/service.toml");
        assert!(done.stderr.contains("line 3") && done.stderr.contains("`wrong`"), "{}", done.stderr);
        assert!(done.stderr.contains(place.at(PROJECT).to_str().unwrap()), "{}", done.stderr);
    }
    place.write(&format!("{PROJECT}/services/thing/service.toml"), "title = \"Thing\"\nsummary = \"x\"\n");
    // Broken rules are passed over, and the rest goes on
    place.write("shop/requirements.txt", "fastapi\n");
    let rules = format!("{PROJECT}/services/thing/detect.toml");
    for (text, why) in [
        ("\n[[detect]]\nfiles = 1\n", "line 3, column 1: unknown field `files`"),
        ("[[detect]]\nline = '('\n", "`(` is no pattern"),
    ] {
        place.write(&rules, text);
        let done = place.run("shop", &["detect"]).well();
        let passed =
            done.stdout.lines().find(|line| line.starts_with("passed over services/thing/detect.toml: "));
        assert!(passed.is_some_and(|line| line.contains(why)), "{}", done.stdout);
        assert!(done.stdout.contains(".: python "), "{}", done.stdout);
    }
    std::fs::remove_file(place.at(&rules)).unwrap();
    place.write(
        &format!("{PROJECT}/services/thing/compose.yaml.j2"),
        "services:\n  {{ name }}:\n    image: {{ imgae }}\n",
    );
    let done = place.run("shop", &["add", "thing", "--yes"]).refused("services/thing/compose.yaml.j2");
    assert!(done.stderr.contains("line 3"), "{}", done.stderr);
}

#[test]
fn a_folder_that_is_none_is_an_error_and_links_in_one_lead_nowhere() {
    let place = shop();
    for folder in ["nowhere", "compose.yaml"] {
        place.run("shop", &["list", "--templates", folder]).refused("is not a folder");
    }
    service(&place, GIVEN, "thing", "given");
    place.write("outside/secret.j2", "outside\n");
    fs::create_dir_all(place.at("given/services/thing/files")).unwrap();
    std::os::unix::fs::symlink(
        place.at("outside/secret.j2"),
        place.at("given/services/thing/files/secret.j2"),
    )
    .unwrap();
    std::os::unix::fs::symlink(place.at("outside"), place.at("given/services/linked")).unwrap();
    std::os::unix::fs::symlink(place.at("given"), place.at("given/services/thing/again")).unwrap();
    let manifest = place.read("given/services/thing/service.toml");
    place.write("given/services/thing/service.toml", &format!("{manifest}\n[[files]]\nfrom = \"files\"\n"));
    let list = place.run("shop", &["list", "--templates", "../given"]).well();
    assert!(!list.stdout.contains("linked"), "{}", list.stdout);
    place.run("shop", &["add", "thing", "--yes", "--templates", "../given"]).well();
    assert!(!place.at("shop/secret").exists());
}

#[test]
fn a_question_is_shared_by_its_key_and_differs_only_where_it_says_so() {
    let place = shop();
    let manifest = |questions: &str| {
        let folder = format!("{PROJECT}/services/{}", "cache");
        place.write(
            &format!("{folder}/service.toml"),
            &format!("title = \"Cache\"\nsummary = \"one\"\n\n{questions}"),
        );
        place.write(
            &format!("{folder}/compose.yaml.j2"),
            "services:\n  {{ name }}:\n    image: example.com/c:1.0\n    mem_limit: {{ memory }}\n",
        );
    };
    manifest("[[questions]]\nkey = \"memory\"\nshared = true\ndefault = \"77m\"\n");
    let plan = place.run("shop", &["add", "cache", "--yes", "--dry-run"]).well();
    assert!(plan.stdout.contains("mem_limit: 77m"), "{}", plan.stdout);
    let refused = place.run("shop", &["add", "cache", "--yes", "--dry-run", "--set", "cache.memory=much"]);
    assert!(refused.stderr.contains("a whole number and `m` or `g`"), "{}", refused.stderr);

    let broken = [
        (
            "[[questions]]\nkey = \"memroy\"\nshared = true\n",
            "line 4, column 1: question `memroy` is `shared`, and shared/questions.toml has only",
        ),
        (
            "[[questions]]\nkey = \"memory\"\nshared = true\ndefualt = \"1m\"\n",
            "line 4, column 1: question `memory`: unknown field `defualt`",
        ),
        ("[[questions]]\nkey = \"memory\"\n", "line 4, column 1: question `memory`: missing field `prompt`"),
    ];
    for (questions, said) in broken {
        manifest(questions);
        let done = place.run("shop", &["add", "cache", "--yes", "--dry-run"]);
        assert_ne!(done.code, 0);
        assert!(done.stderr.contains(said), "{}", done.stderr);
    }
}

#[test]
fn a_template_that_grows_without_end_is_refused_in_time_and_memory() {
    let many = |part: &str| part.repeat(200_000);
    let within = "services/thing/compose.yaml.j2`";
    let templates = [
        (
            "{% set x = 'ab' %}".to_owned() + &"{% set x = x ~ x %}".repeat(60),
            "takes more than 1024 MiB of memory",
        ),
        (
            format!("{{% for i in range(100000) %}}{}{{% endfor %}}", "x".repeat(1000)),
            "makes more than 16777216 bytes",
        ),
        ("{% set all = namespace(text='ab') %}{{ all }}".to_owned(), within),
        ("{% include 'compose.yaml.j2' %}".to_owned(), within),
        ("{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}{{ again(0) }}".to_owned(), within),
        ("{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}".to_owned(), within),
        ("{% for i in range(1000000000) %}{{ i }}{% endfor %}".to_owned(), within),
        (format!("{{{{ {}1 }}}}", many("-")), "stand between its braces"),
        (format!("{{{{ 1{} }}}}", many("~1")), "stand between its braces"),
        (format!("{{{{ name{} }}}}", many("|upper")), "stand between its braces"),
        (format!("{{% if name %}}{}{{% endif %}}", many("{% elif name %}")), "stand between its braces"),
        ("{{ ".to_owned() + &many("("), "stand between its braces"),
    ];
    for (template, words) in templates {
        let place = shop();
        service(&place, PROJECT, "thing", "project");
        place.write(&format!("{PROJECT}/services/thing/compose.yaml.j2"), &template);
        let before = place.tree("shop");
        let done = place.run("shop", &["add", "thing", "--yes"]).refused(words);
        assert!(done.stderr.contains("\nhint: "), "{}", done.stderr);
        assert_eq!(before, place.tree("shop"), "{}", done.stderr);
    }
}

#[test]
fn what_stands_between_braces_can_be_as_deep_as_it_may_be_long() {
    for template in [
        format!("{{{{ {}1 }}}}", "-".repeat(8_000)),
        format!("{{{{ 1{} }}}}", "~1".repeat(4_000)),
        format!("{{{{ name{} }}}}", ".a".repeat(4_000)),
        format!("{{{{ name{} }}}}", "|e".repeat(4_000)),
        format!("{{{{ {}1 }}}}", "not ".repeat(2_000)),
        format!("{{% if name %}}{}{{% endif %}}", "{%elif a%}".repeat(1_000)),
        format!("{{% set x = [1] %}}{}{{{{ x }}}}", "{%set x=[x]%}".repeat(800)),
    ] {
        let place = shop();
        service(&place, PROJECT, "thing", "project");
        place.write(&format!("{PROJECT}/services/thing/compose.yaml.j2"), &template);
        let done = place.run("shop", &["add", "thing", "--yes"]);
        assert!(done.code == 0 || done.stderr.starts_with("error: "), "{} {}", done.code, done.stderr);
    }
}

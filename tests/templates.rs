//! Entries of one's own: copied out, changed, and held against the rules of the catalog.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use std::path::Path;

use dockgen::check::check;
use dockgen::disk::read_overlay;
use program::{Place, assert_same, without_values};

const OVERLAY: &str = ".dockgen/templates";

#[test]
fn the_catalog_keeps_its_own_rules() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let files = read_overlay(&templates).unwrap();
    assert!(files.len() > 100);
    let findings: Vec<String> = check(&files).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{findings:#?}");
}

/// A file of the entry, what is replaced there and by what, and the finding that follows.
struct Broken(&'static str, &'static str, &'static str, &'static str);

const BROKEN: &[Broken] = &[
    Broken("service.toml", "title = ", "titel = ", "service.toml:1: unknown field `titel`"),
    Broken(
        "service.toml",
        "default = \"8.10\"",
        "default = \"9\"",
        ": the default of `version`, `9`, is none of its choices",
    ),
    Broken(
        "service.toml",
        "key = \"persistence\"",
        "key = \"version\"",
        ": question `version` is there twice",
    ),
    Broken(
        "service.toml",
        "title = \"Redis\"",
        "refuse = [{ when = { colour = \"red\" }, reason = \"r\", instead = \"i\" }]\ntitle = \"Redis\"",
        "service.toml:1: `when` of [[refuse]] names the question `colour`, which nobody asks",
    ),
    Broken(
        "compose.yaml.j2",
        "  {{ name }}:\n",
        "  {{ nmae }}:\n",
        "compose.yaml.j2:2: undefined value: `nmae` is undefined",
    ),
    // A filter or a loop that gets nothing
    Broken(
        "compose.yaml.j2",
        "{{ memory }}",
        "{{ memroy | yaml }}",
        ": undefined value: `memroy` is undefined",
    ),
    Broken("compose.yaml.j2", " in networks |", " in netwroks |", ":13: undefined value: `netwroks` is"),
    Broken("override.yaml.j2", "(name |", "(nmae |", "override.yaml.j2:1: undefined value: `nmae` is"),
    Broken(
        "compose.yaml.j2",
        "    image: ",
        "    image: \"",
        ": what it renders to is no Compose text: line 4, column 5",
    ),
    Broken(
        "compose.yaml.j2",
        "    image: {{ facts.image }}",
        "    image: example.com:5000/redis",
        "compose.yaml.j2:3: `example.com:5000/redis` has no tag",
    ),
    Broken(
        "compose.yaml.j2",
        "    healthcheck:",
        "    x-healthcheck:",
        "compose.yaml.j2:3: no healthcheck: nobody can wait for it",
    ),
    Broken("compose.yaml.j2", "    restart: ", "    restart:\t", "a tab is no indentation in YAML"),
    Broken("compose.yaml.j2", "    cap_drop:", "    cap_add:", "compose.yaml.j2:3: no `cap_drop: [ALL]`"),
    Broken(
        "compose.yaml.j2",
        "    restart: ",
        "    image_: x \n    restart: ",
        "white space at the end of the line",
    ),
    Broken(
        "compose.yaml.j2",
        "  {{ name }}:\n",
        "  {{ name }}:\n    environment:\n      ADMIN_TOKEN: abc\n",
        "compose.yaml.j2:4: `ADMIN_TOKEN` holds a secret in plain text",
    ),
    Broken("compose.yaml.j2", "    networks:", "    x-networks:", "`networks`: applications cannot reach it"),
    Broken(
        "compose.yaml.j2",
        "  {{ name }}:\n",
        "  {{ name }}:\n    working_dir: /\n",
        "`image` belongs before `working_dir`",
    ),
];

#[test]
fn what_breaks_a_rule_is_named_with_file_and_line() {
    let place = Place::new();
    place.run(".", &["eject", "redis", "good"]).well();
    assert_eq!(place.run(".", &["check-templates", "good"]).well().stdout, "nothing to complain about\n");
    for Broken(file, old, new, wanted) in BROKEN {
        let path = format!("bad/services/redis/{file}");
        place.copy("good", "bad");
        let text = place.read(&path);
        assert!(text.contains(old), "{file} has no {old}");
        place.write(&path, &text.replacen(old, new, 1));
        let done = place.run(".", &["check-templates", "bad"]);
        assert_eq!(done.code, 1, "{new}: {}", done.stdout);
        assert!(
            done.stderr.starts_with("error: ") && done.stderr.contains(" in `bad`\nhint: "),
            "{}",
            done.stderr
        );
        let named =
            done.stdout.lines().any(|line| line.starts_with("bad/services/redis/") && line.contains(wanted));
        assert!(named, "{new}: `{wanted}` is not in\n{}", done.stdout);
        std::fs::remove_dir_all(place.at("bad")).unwrap();
    }
}

/// What is done to an entry of the catalog, and the findings that follow.
struct Fault {
    entry: &'static str,
    /// A file of the entry, what is replaced there, and by what; nothing: the file is taken away.
    change: (&'static str, Option<(&'static str, &'static str)>),
    wanted: &'static str,
}

const fn replaced(
    entry: &'static str,
    file: &'static str,
    old: &'static str,
    new: &'static str,
    wanted: &'static str,
) -> Fault {
    Fault { entry, change: (file, Some((old, new))), wanted }
}

const fn gone(entry: &'static str, file: &'static str, wanted: &'static str) -> Fault {
    Fault { entry, change: (file, None), wanted }
}

/// A service with one more question, of the key `n`.
const fn with_question(question: &'static str, wanted: &'static str) -> Fault {
    Fault { entry: "redis", change: ("service.toml", Some(("\n[[facts]]\n", question))), wanted }
}

const FAULTS: &[Fault] = &[
    gone("go", "Dockerfile.j2", "languages/go/Dockerfile.j2: the file is missing"),
    gone("go", "dockerignore.j2", "languages/go/dockerignore.j2: the file is missing"),
    gone("go", "compose.yaml.j2", "languages/go/compose.yaml.j2: the file is missing"),
    gone("redis", "compose.yaml.j2", "services/redis/compose.yaml.j2: the service runs nothing"),
    replaced(
        "go",
        "Dockerfile.j2",
        " AS dev\n",
        " AS develop\n",
        "Dockerfile.j2:LINE: no stage is named `dev`",
    ),
    replaced("go", "Dockerfile.j2", " AS runtime\n", " AS run\n", "the last stage is not named `runtime`"),
    replaced(
        "redis",
        "service.toml",
        "[connect]\n",
        "[[files]]\nfrom = \"nowhere\"\n\n[connect]\n",
        "`from` of [[files]] names the folder `nowhere`, which holds no file",
    ),
    // A project without a development override, and one without a starter
    replaced(
        "redis",
        "compose.yaml.j2",
        "    restart: ",
        "    {{ \"restart\" if dev else \"restrat\" }}: ",
        "redis/compose.yaml.j2: Compose knows no key `restrat` in `redis`: did you mean `restart`?",
    ),
    replaced(
        "go",
        "Dockerfile.j2",
        " AS dev\n",
        " AS {{ \"dev\" if starter else \"develop\" }}\n",
        "Dockerfile.j2:LINE: no stage is named `dev`",
    ),
    // What a manifest says of its questions
    with_question(
        "kind = \"integer\"\nmin = 9\nmax = 3",
        ": no number is an answer to `n`: `min` 9 is above `max` 3",
    ),
    with_question(
        "kind = \"integer\"\nmin = 9\nmax = 30\ndefault = 5",
        ": the default of `n`, `5`, is no answer to it: a whole number from 9 to 30",
    ),
    with_question(
        "kind = \"text\"\npattern = \"[a-z]\"\nallowed = \"a letter\"\ndefault = \"7\"",
        ": the default of `n`, `7`, is no answer to it: a letter",
    ),
    with_question("kind = \"integer\"\ndefault = \"7\"", ": the default of `n`, \"7\", has another form"),
    with_question(
        "kind = \"integer\"\ndefault = 1\nwhen = { persistence = \"aoff\" }",
        "`when` of a question cannot be met: the value of `persistence`, `aoff`, is none of its choices",
    ),
    replaced(
        "redis",
        "service.toml",
        "key = \"persistence\"",
        "key = \"My-Key\"",
        ": question `My-Key` has no name for templates",
    ),
    replaced(
        "redis",
        "service.toml",
        "key = \"persistence\"",
        "key = \"networks\"",
        ": question `networks` has a name under which",
    ),
    replaced(
        "redis",
        "service.toml",
        "name = \"conf\"",
        "name = \"c-f\"",
        ": secret `c-f` has no name for templates",
    ),
    replaced(
        "redis",
        "service.toml",
        "{ URL = \"url\" }",
        "{ URL = \"uri\" }",
        ": [connect] names the secret `uri`, which is not there",
    ),
    replaced(
        "redis",
        "service.toml",
        "container = 6379",
        "container = \"port\"",
        ": [[publish]] names the integer question `port`",
    ),
    replaced(
        "redis",
        "service.toml",
        "[connect]\n",
        "[[defaults]]\nwhen = { persistence = \"off\" }\nset = { cpu = \"1\" }\n\n[connect]\n",
        ": `set` of [[defaults]] names the question `cpu`, which is not there",
    ),
    // Names in branches that no answer that is tried reaches
    replaced(
        "redis",
        "compose.yaml.j2",
        "      - {{ maxmemory }}\n",
        "      - {{ maxmemory if maxmemory != \"1gb\" else maxmemroy }}\n",
        ":22: undefined value: `maxmemroy` is undefined",
    ),
    replaced(
        "redis",
        "compose.yaml.j2",
        "      - {{ maxmemory }}\n",
        "      - {{ maxmemory if maxmemory != \"1gb\" else facts.imgae }}\n",
        ":22: undefined value: `facts.imgae` is undefined",
    ),
    replaced(
        "redis",
        "service.toml",
        "value = \"redis://{{ name }}:6379\"",
        "value = \"redis://{{ nmae }}:6379\"",
        ": undefined value: `nmae` is undefined",
    ),
];

#[test]
fn what_an_entry_lacks_is_named_with_file_and_line() {
    for Fault { entry, change: (file, change), wanted } in FAULTS {
        let place = Place::new();
        place.run(".", &["eject", entry, "own"]).well();
        let kind = if place.at("own/languages").exists() { "languages" } else { "services" };
        let path = format!("own/{kind}/{entry}/{file}");
        match change {
            None => std::fs::remove_file(place.at(&path)).unwrap(),
            Some((old, new)) => {
                let text = place.read(&path);
                assert!(text.contains(old), "{path} has no {old:?}");
                let question = new.starts_with("kind");
                let new = if question {
                    format!("\n[[questions]]\nkey = \"n\"\nprompt = \"n\"\n{new}\n{old}")
                } else {
                    (*new).to_owned()
                };
                place.write(&path, &text.replacen(old, &new, 1));
            }
        }
        let done = place.run(".", &["check-templates", "own"]);
        assert_eq!(done.code, 1, "{wanted}: {}", done.stdout);
        let (before, after) = wanted.split_once("LINE").unwrap_or((wanted, ""));
        let named = done.stdout.lines().any(|line| line.contains(before) && line.contains(after));
        assert!(named, "{file}, {change:?}: `{wanted}` is not in\n{}", done.stdout);
    }
}

#[test]
fn an_entry_that_is_a_folder_and_nothing_else_is_a_finding() {
    let place = Place::new();
    for folder in ["none", "own/services/hollow/init", "own/languages"] {
        std::fs::create_dir_all(place.at(folder)).unwrap();
    }
    place.run(".", &["eject", "memcached", "own"]).well();
    let done = place.run(".", &["check-templates", "own"]);
    assert_eq!((done.code, done.stdout.as_str()), (1, "own/services/hollow: the entry is an empty folder\n"));
    let done = place.run(".", &["check-templates", "none"]);
    assert_eq!((done.code, done.stdout.as_str()), (1, "none/.: there is no entry here\n"));
    place.write("bare/services/redis/service.toml", "");
    place.write("bare/services/My_Cache/service.toml", "title = \"\"\nsummary = \"one\"\n");
    let done = place.run(".", &["check-templates", "bare"]);
    for wanted in [
        "bare/services/redis/service.toml:1: missing field `title`",
        "bare/services/My_Cache/service.toml:1: `title` is empty",
        "bare/services/My_Cache/service.toml: the folder's name: `My_Cache` cannot name a service",
        "bare/services/My_Cache/compose.yaml.j2: no Compose service has the entry's name",
    ] {
        assert!(done.stdout.contains(wanted), "`{wanted}` is not in\n{}", done.stdout);
    }
}

/// A question that is taken out of a language, and what then says that its templates need it.
const MISSED: &[(&str, &str)] = &[
    ("open_files", "compose.yaml.j2:1: in shared/app-service.yaml.j2:"),
    ("open_files", ": undefined value: `open_files` is undefined\n"),
    ("memory", ": undefined value: `memory` is undefined\n"),
    ("health_path", "Dockerfile.j2:"),
    // It is looked at only where there is no port.
    ("check", "language.toml:LINE: fact `health`: undefined value: `check` is undefined\n"),
];

#[test]
fn a_question_that_templates_miss_is_named_with_its_place() {
    let place = Place::new();
    place.run(".", &["eject", "go", "own"]).well();
    let manifest = place.read("own/languages/go/language.toml");
    for (key, wanted) in MISSED {
        let question = format!("[[questions]]\nkey = \"{key}\"\n");
        let (before, after) = manifest.split_once(&question).unwrap();
        let without = format!("{before}{}", &after[after.find("[[").unwrap()..]);
        place.write("own/languages/go/language.toml", &without);
        let line = 1 + without.lines().position(|line| line.contains("check if port is none")).unwrap();
        let wanted = wanted.replace("LINE", &line.to_string());
        let done = place.run(".", &["check-templates", "own"]);
        assert!(done.stdout.contains(&wanted), "{key}: `{wanted}` is not in\n{}", done.stdout);
    }
    place.write("own/languages/go/language.toml", &manifest);
    place.write("own/shared/app-override.yaml.j2", "services:\n  {{ nmae }}:\n    read_only: false\n");
    let done = place.run(".", &["check-templates", "own"]);
    let wanted =
        "own/languages/go/override.yaml.j2: in shared/app-override.yaml.j2:2: undefined value: `nmae` is";
    assert!(done.stdout.contains(wanted), "`{wanted}` is not in\n{}", done.stdout);
}

#[test]
fn a_tag_that_moves_and_a_secret_in_an_image_are_findings() {
    let place = Place::new();
    place.run(".", &["eject", "go", "own"]).well();
    place.run(".", &["eject", "memcached", "own"]).well();
    let dockerfile = place.read("own/languages/go/Dockerfile.j2");
    place.write("own/languages/go/Dockerfile.j2", &format!("{dockerfile}ARG API_TOKEN\n"));
    let compose = place.read("own/services/memcached/compose.yaml.j2");
    let image = compose.lines().find(|line| line.trim().starts_with("image:")).unwrap();
    place.write(
        "own/services/memcached/compose.yaml.j2",
        &compose.replace(image, "    image: memcached:latest"),
    );
    place.write("own/services/notes.txt", "x");
    place.write("own/services/memcached/notes.txt", "x");
    let done = place.run(".", &["check-templates", "own"]);
    for wanted in [
        "/Dockerfile.j2:",
        ": a secret in ARG or ENV stays in the image",
        "own/services/memcached/compose.yaml.j2:3: the tag of `memcached:latest` moves",
        "own/services/notes.txt: nothing reads it here",
        "own/services/memcached/notes.txt: neither a manifest nor a template",
    ] {
        assert!(done.stdout.contains(wanted), "{wanted}: {}", done.stdout);
    }
    let json = place.run(".", &["check-templates", "own", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let first = &json["findings"][0];
    assert!(first["file"].is_string() && first["line"].is_u64() && first["message"].is_string(), "{json}");
}

#[test]
fn a_pattern_that_is_none_is_a_finding() {
    for row in [
        "[[detect]]\nline",
        "[[reads]]\nfile = \"*.go\"\nline",
        "[[dependencies]]\nfile = \"go.mod\"\nline",
        "[[workspace]]\nfile = \"go.mod\"\nline",
        "[[workspace]]\nfile = \"go.mod\"\nbeside",
    ] {
        let place = Place::new();
        place.run(".", &["eject", "go", "own"]).well();
        let rows = place.read("own/languages/go/detect.toml");
        place.write("own/languages/go/detect.toml", &format!("{rows}\n{row} = '('\n"));
        let done = place.run(".", &["check-templates", "own"]);
        assert_eq!(done.code, 1, "{row}: {}", done.stdout);
        assert!(done.stdout.contains("detect.toml: `(` is no pattern"), "{row}: {}", done.stdout);
    }
}

#[test]
fn an_entry_that_was_copied_out_writes_the_same_until_it_is_changed() {
    let place = Place::new();
    let new = ["new", ".", "-l", "python", "-s", "postgres", "--yes", "--name", "shop"];
    for folder in ["plain", "own"] {
        std::fs::create_dir(place.at(folder)).unwrap();
    }
    place.run("plain", &new).well();
    for name in ["python", "postgres"] {
        place.run("own", &["eject", name]).well();
        place.run("own", &["eject", name]).idle();
    }
    let list = place.run("own", &["list"]).well().stdout;
    assert_eq!(list.lines().filter(|line| line.contains(OVERLAY)).count(), 2, "{list}");
    place.run("own", &new).well();
    let mut own = without_values(place.tree("own"));
    own.retain(|path, _| !path.starts_with(OVERLAY));
    assert_same("an entry that was copied out", &without_values(place.tree("plain")), &own);
    let file = format!("own/{OVERLAY}/services/postgres/compose.yaml.j2");
    place.write(&file, &format!("{}# mine\n", place.read(&file)));
    place.run("own", &["eject", "postgres"]).refused("file is in the way");
    assert!(place.read(&file).ends_with("# mine\n"));
}

#[test]
fn a_template_that_renders_to_no_compose_text_is_at_fault_and_not_the_users_file() {
    let place = Place::new();
    let manifest = "title = \"Thing\"\nsummary = \"x\"\n";
    place.write("own/services/thing/service.toml", manifest);
    let compose = "services:\n  web:\n    build: .\n";
    for (text, line) in [
        ("services:\n  {{ name }}:\n    image: \"x:1\n    restart: always\n", "line "),
        ("services:\n  {{ name }}:\n    image: x:1\n    image: x:2\n", "line 4"),
        ("services: []\n", "line 1"),
        ("- a\n", "line 1"),
    ] {
        place.write("own/services/thing/compose.yaml.j2", text);
        place.write("compose.yaml", compose);
        for arguments in [
            &["add", "thing", "--to", "none", "--yes", "--templates", "own"][..],
            &["new", "shop", "-l", "go", "-s", "thing", "--yes", "--templates", "own"],
        ] {
            let done = place.run(".", arguments).refused("template `services/thing/compose.yaml.j2`");
            assert!(done.stderr.contains(line) && !done.stderr.contains("`compose.yaml`"), "{}", done.stderr);
        }
        assert_eq!(place.read("compose.yaml"), compose);
    }
}

#[test]
fn show_knows_names_of_every_kind_and_says_what_a_number_may_be() {
    let place = Place::new();
    let done = place.run(".", &["show", "pyton"]).refused("`pyton` is neither a language nor a service");
    assert!(done.stderr.contains("did you mean `python`?"), "{}", done.stderr);
    let shown = place.run(".", &["show", "go"]).well().stdout;
    assert!(shown.contains("a whole number from 1 to 65535, or `none`"), "{shown}");
}

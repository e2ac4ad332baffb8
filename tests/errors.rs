//! Bad input, all of it in one table: what is said, how it ends, and that nothing is written.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::process::Command;

use program::{Done, Place, assert_same, in_parallel};

/// One bad input.
struct Bad {
    what: &'static str,
    /// What is there before.
    there: fn(&Place),
    arguments: &'static [&'static str],
    /// How the program is run.
    run: fn(&Place, &[&str]) -> Done,
    code: i32,
    /// All of standard error; `{}` is the place.
    said: &'static str,
}

/// A refusal in an empty folder.
const fn bad(what: &'static str, arguments: &'static [&'static str], said: &'static str) -> Bad {
    Bad { what, there: |_| (), arguments, run: |place, arguments| place.run(".", arguments), code: 1, said }
}

/// A refusal because of what is there.
const fn with(
    what: &'static str,
    there: fn(&Place),
    arguments: &'static [&'static str],
    said: &'static str,
) -> Bad {
    Bad { there, ..bad(what, arguments, said) }
}

/// A command line that is none.
const fn usage(what: &'static str, arguments: &'static [&'static str], said: &'static str) -> Bad {
    Bad { code: 2, ..bad(what, arguments, said) }
}

const ALL: &[Bad] = &[
    // Names that the catalog does not have
    bad(
        "an unknown language",
        &["new", "shop", "-l", "pyhton", "--yes"],
        "error: language `pyhton` is not in the catalog\n\
         hint: did you mean `python`? `dockgen list languages` shows all\n",
    ),
    bad(
        "a language like no other",
        &["new", "shop", "-l", "cobol", "--yes"],
        "error: language `cobol` is not in the catalog\n\
         hint: `dockgen list languages` shows all\n",
    ),
    bad(
        "an unknown service",
        &["new", "shop", "-l", "python", "-s", "redis,postgress", "--yes"],
        "error: service `postgress` is not in the catalog\n\
         hint: did you mean `postgres`? `dockgen list services` shows all\n",
    ),
    bad(
        "an unknown base",
        &["new", "shop", "-l", "python", "-b", "slimm", "--yes"],
        "error: `slimm` is not an answer to `app.base` (given by `--base`)\n\
         hint: did you mean `slim`? allowed: `slim`, `alpine`, `distroless`\n",
    ),
    bad(
        "an unknown version of the language",
        &["new", "shop", "-l", "python", "--language-version", "3.41", "--yes"],
        "error: `3.41` is not an answer to `app.version` (given by `--language-version`)\n\
         hint: did you mean `3.14`? allowed: `3.14`, `3.13`, `3.12`, `3.11`\n",
    ),
    bad(
        "an unknown version of a service",
        &["new", "shop", "-l", "python", "-s", "postgres", "--set", "postgres.version=81", "--yes"],
        "error: `81` is not an answer to `postgres.version` (given by `--set`)\n\
         hint: allowed: `18`, `17`, `16`, `15`\n",
    ),
    bad(
        "an unknown package manager",
        &["new", "shop", "-l", "python", "--package-manager", "poertry", "--yes"],
        "error: `poertry` is not an answer to `app.package_manager` (given by `--package-manager`)\n\
         hint: did you mean `poetry`? allowed: `uv`, `pip`, `poetry`, `pipenv`, `pdm`\n",
    ),
    with(
        "a version without quotes in an answers file",
        |place| place.write("answers.toml", "language = \"python\"\n\n[answers.app]\nversion = 3.14\n"),
        &["new", "shop", "--answers", "answers.toml", "--yes"],
        "error: `3.14` is not an answer to `app.version` (given by answers.toml:4)\n\
         hint: allowed: a text between quotes: `3.14`, `3.13`, `3.12`, `3.11`\n",
    ),
    bad(
        "an unknown question",
        &["new", "shop", "-l", "python", "--set", "app.bases=slim", "--yes"],
        "error: nothing asks for `app.bases` (given by `--set`)\n\
         hint: did you mean `app.base`? `dockgen show NAME` lists an entry's questions\n",
    ),
    bad(
        "an answer to a service that is not picked",
        &["new", "shop", "-l", "python", "-s", "postgres", "--set", "postgrse.version=17", "--yes"],
        "error: nothing asks for `postgrse.version` (given by `--set`)\n\
         hint: did you mean `postgres.version`? `dockgen show NAME` lists an entry's questions\n",
    ),
    bad(
        "an answer without a question",
        &["new", "shop", "-l", "python", "--set", "base=slim", "--yes"],
        "error: `base=slim` gives no answer (given by `--set`)\n\
         hint: write it as NAME.KEY=VALUE; `dockgen show NAME` lists an entry's questions\n",
    ),
    bad(
        "a question without an answer",
        &["new", "shop", "-l", "python", "--set", "app.base", "--yes"],
        "error: `app.base` gives no answer (given by `--set`)\n\
         hint: write it as NAME.KEY=VALUE; `dockgen show NAME` lists an entry's questions\n",
    ),
    // What cannot run
    bad(
        "a base that the language never runs on",
        &["new", "shop", "-l", "python", "-b", "scratch", "--yes"],
        "error: `python` cannot run with `base=scratch`: Python programs need an interpreter with its library and a C library, and scratch is empty\n\
         hint: nearest that works: --base distroless --language-version 3.13\n",
    ),
    bad(
        "a version that the base does not have",
        &["new", "shop", "-l", "python", "-b", "distroless", "--language-version", "3.12", "--yes"],
        "error: `python` cannot run with `base=distroless version=3.12`: distroless Python is the one of Debian 13, which is 3.13\n\
         hint: nearest that works: --language-version 3.13\n",
    ),
    bad(
        "a service that lacks what it needs",
        &["new", "shop", "-l", "python", "-s", "adminer", "--yes"],
        "error: `adminer` needs a database, and there is none\n\
         hint: add a database first, or in the same command\n",
    ),
    with(
        "a service that lacks what it needs from dockgen",
        of_a_person,
        &["add", "adminer", "--yes"],
        "error: `adminer` needs a database, and there is none that was added by dockgen, which cannot tell what the others are: `db`\n\
         hint: add a database first, or in the same command; for one that is there, `dockgen eject adminer` gives the text to write it by hand\n",
    ),
    // Names and numbers
    bad(
        "a bad name for the project",
        &["new", "shop", "-l", "python", "--name", "My Shop", "--yes"],
        "error: `My Shop` cannot name a project\n\
         hint: a name has lower-case letters and digits, with `-` or `_` between them, 63 characters at most\n",
    ),
    bad(
        "a bad alias",
        &["new", "shop", "-l", "python", "-s", "postgres=Orders", "--yes"],
        "error: `Orders` cannot name a service\n\
         hint: a name has lower-case letters and digits, with `-` or `_` between them, 63 characters at most\n",
    ),
    bad(
        "a port that there is not",
        &["new", "shop", "-l", "python", "--port", "99999", "--yes"],
        "error: `99999` is not an answer to `app.port` (given by `--port`)\n\
         hint: allowed: a whole number from 1 to 65535, or `none`\n",
    ),
    bad(
        "a port that is no number",
        &["new", "shop", "-l", "python", "--port", "http", "--yes"],
        "error: `http` is not an answer to `app.port` (given by `--port`)\n\
         hint: allowed: a whole number from 1 to 65535, or `none`\n",
    ),
    bad(
        "two services of one name",
        &["new", "shop", "-l", "python", "-s", "redis,redis", "--yes"],
        "error: two services are named `redis`\n\
         hint: give one of them another name than `redis`: `NAME=ALIAS`\n",
    ),
    with(
        "a service whose name YAML reads as a number",
        |place| place.write("compose.yaml", "services:\n  web:\n    build: .\n"),
        &["add", "redis=123", "--yes"],
        "error: `123` cannot name a service: YAML could read it as a number, a truth value, a date or nothing\n\
         hint: begin it with a word, such as `my-123`\n",
    ),
    bad(
        "a service whose name YAML reads as a truth value",
        &["new", "shop", "-l", "python", "-s", "redis=on", "--yes"],
        "error: `on` cannot name a service: YAML could read it as a number, a truth value, a date or nothing\n\
         hint: begin it with a word, such as `my-on`\n",
    ),
    bad(
        "two services that differ in what no variable has",
        &["new", "shop", "-l", "python", "-s", "postgres=my-db,postgres=my_db", "--yes"],
        "error: `my-db` and `my_db` cannot be told apart in the names of variables: both would be `MY_DB`\n\
         hint: give one of them another name than `my_db`: `NAME=ALIAS`\n",
    ),
    with(
        "a service beside one that differs in what no variable has",
        |place| {
            place.write("compose.yaml", "services:\n  web:\n    build: .\n");
            place.run(".", &["add", "redis=my_db", "--yes"]).well();
        },
        &["add", "postgres=my-db", "--yes"],
        "error: `my_db` and `my-db` cannot be told apart in the names of variables: both would be `MY_DB`\n\
         hint: give one of them another name than `my-db`: `NAME=ALIAS`\n",
    ),
    with(
        "two services with one secret file",
        |place| place.write("compose.yaml", "services:\n  web:\n    build: .\n"),
        &["add", "mysql=a", "postgres=a_root", "--yes"],
        "error: `a` and `a_root` would share one secret: both have `secrets/a_root_password.txt`\n\
         hint: give one of them another name than `a_root`: `NAME=ALIAS`\n",
    ),
    with(
        "a service with the secret file of one that is there",
        |place| {
            place.write("compose.yaml", "services:\n  web:\n    build: .\n");
            place.run(".", &["add", "postgres=a_root", "--yes"]).well();
        },
        &["add", "mysql=a", "--yes"],
        "error: `a_root` and `a` would share one secret: both have `secrets/a_root_password.txt`\n\
         hint: give one of them another name than `a`: `NAME=ALIAS`\n",
    ),
    // What is on the disk
    bad(
        "secrets of a folder that is not there",
        &["secrets", "shop"],
        "error: `{}/shop` is not a folder\n\
         hint: give a folder that is there, or that can be made\n",
    ),
    bad(
        "a project that is not there",
        &["detect", "shop"],
        "error: `{}/shop` is not a folder\n\
         hint: give a folder that is there, or that can be made\n",
    ),
    with(
        "secrets of a folder that dockgen did not make",
        |place| place.write("shop/compose.yaml", "services: {}\n"),
        &["secrets", "shop"],
        "error: nothing in `{}/shop` was made by dockgen: it has no `.dockgen/answers.toml`\n\
         hint: name the project's folder\n",
    ),
    with(
        "a target that is a file",
        |place| place.write("shop", ""),
        &["new", "shop", "-l", "python", "--yes"],
        "error: `{}/shop` is not a folder\n\
         hint: give a folder that is there, or that can be made\n",
    ),
    with(
        "a target below a file",
        |place| place.write("shop", ""),
        &["new", "shop/inner", "-l", "python", "--yes"],
        "error: `{}/shop/inner` is not a folder\n\
         hint: give a folder that is there, or that can be made\n",
    ),
    Bad {
        run: as_nobody,
        ..with(
            "a folder that is not writable",
            |place| fs::create_dir(place.at("theirs")).unwrap(),
            &["new", "theirs/shop", "-l", "python", "--yes"],
            "error: cannot create `{}/theirs/shop`: permission denied\n\
             hint: the folder and its files must be writable for you\n",
        )
    },
    Bad {
        run: |place, arguments| on_a_small_disk(place, "ro", arguments),
        ..with(
            "a disk that is not writable, not even for root",
            |place| fs::create_dir(place.at("disk")).unwrap(),
            &["new", "disk/shop", "-l", "python", "--yes"],
            "error: cannot create `{}/disk/shop`: read-only file system\n",
        )
    },
    Bad {
        run: |place, arguments| on_a_small_disk(place, "size=16k", arguments),
        ..with(
            "a disk that is full",
            |place| fs::create_dir(place.at("disk")).unwrap(),
            &["new", "disk/shop", "-l", "python", "-s", "postgres", "--yes"],
            "error: cannot write `{}/disk/shop/FILE`: no space left on device\n\
             hint: make room on the disk; nothing was left half written\n",
        )
    },
    with(
        "a file that its owner made read-only",
        |place| {
            place.write("shop/.gitignore", "*.log\n");
            fs::set_permissions(place.at("shop/.gitignore"), fs::Permissions::from_mode(0o444)).unwrap();
        },
        &["new", "shop", "-l", "python", "--yes"],
        "error: cannot write `{}/shop/.gitignore`: permission denied\n\
         hint: the folder and its files must be writable for you\n",
    ),
    with(
        "a folder that is a link to the outside",
        |place| {
            fs::create_dir_all(place.at("shop")).unwrap();
            fs::create_dir_all(place.at("outside")).unwrap();
            symlink("../outside", place.at("shop/secrets")).unwrap();
        },
        &["new", "shop", "-l", "python", "-s", "postgres", "--yes"],
        "error: `{}/shop/secrets` is a link that leads outside the project\n\
         hint: replace the link by a folder or a file, or run dockgen where it leads\n",
    ),
    with(
        "a file that is a link to the outside",
        |place| {
            place.write("outside", "theirs\n");
            fs::create_dir_all(place.at("shop")).unwrap();
            symlink("../outside", place.at("shop/Dockerfile")).unwrap();
        },
        &["new", "shop", "-l", "python", "--overwrite", "--yes"],
        "error: `{}/shop/Dockerfile` is a link that leads outside the project\n\
         hint: replace the link by a folder or a file, or run dockgen where it leads\n",
    ),
    with(
        "a link that leads nowhere",
        |place| {
            fs::create_dir_all(place.at("shop")).unwrap();
            symlink("../not-yet", place.at("shop/compose.yaml")).unwrap();
        },
        &["new", "shop", "-l", "python", "--yes"],
        "error: `{}/shop/compose.yaml` is a link that leads outside the project\n\
         hint: replace the link by a folder or a file, or run dockgen where it leads\n",
    ),
    with(
        "files in the way, all of them named",
        |place| {
            place.write("shop/Dockerfile", "FROM scratch\n");
            place.write("shop/DOCKER.md", "mine\n");
        },
        &["new", "shop", "-l", "python", "--yes"],
        "error: 2 files are in the way, nothing was written: `DOCKER.md`, `Dockerfile`\n\
         hint: `--keep` leaves them as they are, `--overwrite` replaces them, `--dry-run` shows the difference\n",
    ),
    with(
        "a Compose file in the way",
        |place| place.write("shop/compose.yaml", "services: {}\n"),
        &["new", "shop", "-l", "python", "--yes"],
        "error: `compose.yaml` is there already, nothing was written\n\
         hint: `dockgen add` puts services into it; `--keep` or `--overwrite` settle it for `new`\n",
    ),
    with(
        "a Compose file in the way under its oldest name",
        |place| place.write("shop/docker-compose.yml", "services: {}\n"),
        &["new", "shop", "-l", "python", "--yes"],
        "error: `docker-compose.yml` is there already, nothing was written\n\
         hint: `dockgen add` puts services into it; `--keep` or `--overwrite` settle it for `new`\n",
    ),
    with(
        "a Compose file in the way under another name",
        |place| place.write("shop/compose.yml", "services: {}\n"),
        &["new", "shop", "-l", "python", "--yes"],
        "error: `compose.yml` is there already, nothing was written\n\
         hint: `dockgen add` puts services into it; `--keep` or `--overwrite` settle it for `new`\n",
    ),
    with(
        "a Compose file in the way under a fourth name, without an override to write",
        |place| place.write("shop/docker-compose.yaml", "services: {}\n"),
        &["new", "shop", "-l", "python", "--no-dev", "--yes"],
        "error: `docker-compose.yaml` is there already, nothing was written\n\
         hint: `dockgen add` puts services into it; `--keep` or `--overwrite` settle it for `new`\n",
    ),
    with(
        "an override in the way under another name",
        |place| place.write("shop/docker-compose.override.yml", "services: {}\n"),
        &["new", "shop", "-l", "python", "--yes"],
        "error: 1 file is in the way, nothing was written: `docker-compose.override.yml`\n\
         hint: `--keep` leaves them as they are, `--overwrite` replaces them, `--dry-run` shows the difference\n",
    ),
    with(
        "a Compose file of version 1",
        |place| place.write("compose.yaml", "web:\n  build: .\n"),
        &["add", "redis", "--to", "none", "--yes"],
        "error: `compose.yaml`: line 1, column 1: `web` stands outside of `services`, as in version 1 of the format\n\
         hint: put it under `services:`, where Compose looks for services\n",
    ),
    with(
        "a folder where the Compose file is to be",
        |place| place.write("sub/compose.yaml", "services: {}\n"),
        &["add", "redis", "--file", "sub", "--yes"],
        "error: cannot read `{}/sub`: is a directory\n\
         hint: name the file in it\n",
    ),
    with(
        "a file in the way of a service that is added, which no flag settles",
        |place| {
            place.write("compose.yaml", "services:\n  web:\n    image: acme/web:1\n");
            place.write("postgres/init/10-init.sql", "SELECT 1;\n");
        },
        &["add", "postgres", "--set", "postgres.init_scripts=true", "--to", "web", "--yes"],
        "error: 1 file is in the way, nothing was written: `postgres/init/10-init.sql`\n\
         hint: move away what is there first; no flag replaces it\n",
    ),
    with(
        "a file in the way of an entry that is ejected, which no flag settles",
        |place| place.write("templates/services/redis/service.toml", "mine = 1\n"),
        &["eject", "redis", "templates"],
        "error: 1 file is in the way, nothing was written: `services/redis/service.toml`\n\
         hint: move away what is there first; no flag replaces it\n",
    ),
    with(
        "a file in the way that is no text",
        |place| {
            place.write("shop/Dockerfile", "");
            fs::write(place.at("shop/Dockerfile"), b"FROM \xff\n").unwrap();
        },
        &["new", "shop", "-l", "python", "--yes"],
        "error: `{}/shop/Dockerfile` is not text in UTF-8\n\
         hint: convert it to UTF-8 first\n",
    ),
    // Answers files
    with(
        "an answers file with an unknown key",
        |place| place.write("answers.toml", "name = \"shop\"\nserivces = []\n"),
        &["new", "shop", "--answers", "answers.toml", "--yes"],
        "error: `answers.toml` cannot be read: line 2, column 1: unknown field `serivces`, expected one of `name`, `language`, `services`, `answers`\n\
         hint: keys are `name`, `language`, `services` and tables `[answers.NAME]`; `--print-answers` writes such a file\n",
    ),
    with(
        "an answers file with an unknown question",
        |place| {
            place
                .write("answers.toml", "language = \"python\"\n\n[answers.app]\nbase = \"slim\"\nprot = 80\n")
        },
        &["new", "shop", "--answers", "answers.toml", "--yes"],
        "error: nothing asks for `app.prot` (given by answers.toml:5)\n\
         hint: did you mean `app.port`? `dockgen show NAME` lists an entry's questions\n",
    ),
    with(
        "an answers file with a wrong type",
        |place| place.write("answers.toml", "name = \"shop\"\nlanguage = 3\n"),
        &["new", "shop", "--answers", "answers.toml", "--yes"],
        "error: `answers.toml` cannot be read: line 2, column 12: invalid type: integer `3`, expected a string\n\
         hint: keys are `name`, `language`, `services` and tables `[answers.NAME]`; `--print-answers` writes such a file\n",
    ),
    with(
        "an answers file with an answer of a wrong type",
        |place| place.write("answers.toml", "language = \"python\"\n\n[answers.app]\nport = \"many\"\n"),
        &["new", "shop", "--answers", "answers.toml", "--yes"],
        "error: `\"many\"` is not an answer to `app.port` (given by answers.toml:4)\n\
         hint: allowed: a whole number from 1 to 65535, or `none`\n",
    ),
    with(
        "an answers file that is no TOML",
        |place| place.write("answers.toml", "language = \"python\"\n[answers.app\n"),
        &["new", "shop", "--answers", "answers.toml", "--yes"],
        "error: `answers.toml` cannot be read: line 2, column 13: unclosed table, expected `]`\n\
         hint: keys are `name`, `language`, `services` and tables `[answers.NAME]`; `--print-answers` writes such a file\n",
    ),
    bad(
        "an answers file that is not there",
        &["new", "shop", "--answers", "answers.toml", "--yes"],
        "error: cannot read `answers.toml`: no such file or directory\n\
         hint: a path that is not whole starts in the folder where dockgen is run\n",
    ),
    // Overlays
    with(
        "a broken entry that is picked",
        broken_entry,
        &["new", "shop", "-l", "python", "-s", "mine", "--templates", "overlay", "--yes"],
        "error: `services/mine/service.toml ({}/overlay)` cannot be read: line 3, column 1: unknown field `colour`, expected one of KEYS\n\
         hint: docs/catalog.md describes the manifest\n",
    ),
    with(
        "a broken entry that is listed",
        broken_entry,
        &["list", "services", "--templates", "overlay"],
        "error: `services/mine/service.toml ({}/overlay)` cannot be read: line 3, column 1: unknown field `colour`, expected one of KEYS\n\
         hint: docs/catalog.md describes the manifest\n",
    ),
    with(
        "a broken entry that is shown",
        broken_entry,
        &["show", "mine", "--templates", "overlay"],
        "error: `services/mine/service.toml ({}/overlay)` cannot be read: line 3, column 1: unknown field `colour`, expected one of KEYS\n\
         hint: docs/catalog.md describes the manifest\n",
    ),
    with(
        "a question that contradicts itself",
        |place| entry(place, "[[questions]]\nkey = \"size\"\nprompt = \"Size\"\nkind = \"choice\"\n", ""),
        &["new", "shop", "-l", "python", "-s", "mine", "--templates", "overlay", "--yes"],
        "error: catalog entry `services/mine/service.toml`: question `size` is a choice and has no `choices`\n\
         hint: `dockgen list` shows where an entry comes from; docs/catalog.md describes the format\n",
    ),
    with(
        "a template that lacks a variable",
        |place| entry(place, "", "services:\n  {{ name }}:\n    image: \"mine:{{ verison }}\"\n"),
        &["new", "shop", "-l", "python", "-s", "mine", "--templates", "overlay", "--yes"],
        "error: template `services/mine/compose.yaml.j2`, line 3: undefined value: `verison` is undefined\n\
         hint: `dockgen list` shows where an entry comes from; docs/catalog.md describes the format\n",
    ),
    with(
        "a template without an end",
        |place| {
            entry(
                place,
                "",
                "{% for a in range(9999) %}{% for b in range(9999) %}#{% endfor %}{% endfor %}\n",
            )
        },
        &["new", "shop", "-l", "python", "-s", "mine", "--templates", "overlay", "--yes"],
        "error: template `services/mine/compose.yaml.j2`, line 1: it does not come to an end\n\
         hint: `dockgen list` shows where an entry comes from; docs/catalog.md describes the format\n",
    ),
    with(
        "an output path that leaves the project",
        |place| {
            entry(place, "[[files]]\nfrom = \"files\"\nto = \"../outside\"\n", "");
            place.write("overlay/services/mine/files/a.j2", "a\n");
        },
        &["new", "shop", "-l", "python", "-s", "mine", "--templates", "overlay", "--yes"],
        "error: `./../outside/a` is not a path inside the project: `..` leaves its folder\n\
         hint: paths are relative, without `..`, and stay in the project's folder\n",
    ),
    with(
        "an output path into git's own folder",
        |place| {
            entry(place, "[[files]]\nfrom = \"files\"\nto = \".git/hooks\"\n", "");
            place.write("overlay/services/mine/files/pre-commit.j2", "a\n");
        },
        &["new", "shop", "-l", "python", "-s", "mine", "--templates", "overlay", "--yes"],
        "error: `./.git/hooks/pre-commit` is not a path inside the project: `.git` belongs to git\n\
         hint: paths are relative, without `..`, and stay in the project's folder\n",
    ),
    // What is missing where nobody can be asked
    bad(
        "all missing answers, named at once",
        &["new", "shop", "-l", "python", "-s", "postgres,redis=cache"],
        "error: 6 answers are missing, and nobody can be asked: `--package-manager`, `--base`, `--language-version`, \
         `--port`, `--set postgres.version=…`, \
         `--set cache.eviction=…`\n\
         hint: give the flags, or `--yes` to accept what was found and the defaults\n",
    ),
    bad(
        "a language that is missing",
        &["new", "shop", "--yes"],
        "error: 1 answer is missing, and nobody can be asked: `--language NAME`\n\
         hint: there is no default for them: give the flags\n",
    ),
    bad(
        "a language that is missing, and all that would be asked besides",
        &["new", "shop", "--port", "8000", "--set", "app.memory=1g", "-s", "postgres"],
        "error: 4 answers are missing, and nobody can be asked: `--language NAME` (which has no default), \
         `--language-version`, `--base`, `--set postgres.version=…`\n\
         hint: give the flags, or `--yes` to accept what was found and the defaults\n",
    ),
    bad(
        "answers without a default",
        &["new", "shop", "-l", "python", "-s", "nginx", "--set", "nginx.tls=true", "--yes"],
        "error: 2 answers are missing, and nobody can be asked: `--set nginx.certificate=…`, `--set nginx.certificate_key=…`\n\
         hint: there is no default for them: give the flags\n",
    ),
    // Usage
    usage(
        "no service and one",
        &["new", "shop", "-l", "python", "-s", "none,redis", "--yes"],
        "error: `none` cannot be combined with `redis` (given by `--service`)\n\
         hint: give `none` alone, or leave it out\n",
    ),
    usage(
        "two services and none",
        &["new", "shop", "-l", "python", "-s", "postgres", "-s", "redis", "-s", "none", "--yes"],
        "error: `none` cannot be combined with `postgres`, `redis` (given by `--service`)\n\
         hint: give `none` alone, or leave it out\n",
    ),
    Bad {
        there: |place| place.write("answers.toml", "services = [\"none\", \"redis\"]\n"),
        ..usage(
            "no service and one, in the answers file",
            &["new", "shop", "-l", "python", "--answers", "answers.toml", "--yes"],
            "error: `none` cannot be combined with `redis` (given by the answers file)\n\
             hint: give `none` alone, or leave it out\n",
        )
    },
    Bad {
        there: of_a_person,
        ..usage(
            "no application and one",
            &["add", "redis", "--to", "none,web", "--yes"],
            "error: `none` cannot be combined with `web` (given by `--to`)\n\
             hint: give `none` alone, or leave it out\n",
        )
    },
    Bad {
        there: of_a_person,
        ..usage(
            "an application without a name",
            &["add", "redis", "--to", "web,", "--yes"],
            "error: a value is required for '--to <APP>' but none was supplied\n\nFor more information, try '--help'.\n",
        )
    },
    usage(
        "a flag without its value",
        &["new", "--language"],
        "error: a value is required for '--language <NAME>' but none was supplied\n\nFor more information, try '--help'.\n",
    ),
    usage(
        "a flag that there is not",
        &["new", "--languages", "python"],
        "error: unexpected argument '--languages' found\n\n  tip: a similar argument exists: '--language'\n\n\
         Usage: dockgen new --language <NAME> [DIR]\n\nFor more information, try '--help'.\n",
    ),
    usage(
        "flags that exclude each other",
        &["new", "--keep", "--overwrite"],
        "error: the argument '--keep' cannot be used with '--overwrite'\n\n\
         Usage: dockgen new --keep [DIR]\n\nFor more information, try '--help'.\n",
    ),
    usage(
        "a command that there is not",
        &["nwe"],
        "error: unrecognized subcommand 'nwe'\n\n\
         Usage: dockgen <COMMAND>\n\nFor more information, try '--help'.\n",
    ),
];

/// An entry of an overlay: lines of its manifest, and its Compose text.
fn entry(place: &Place, manifest: &str, compose: &str) {
    place.write(
        "overlay/services/mine/service.toml",
        &format!("title = \"Mine\"\nsummary = \"mine\"\n{manifest}"),
    );
    if !compose.is_empty() {
        place.write("overlay/services/mine/compose.yaml.j2", compose);
    }
}

/// A project whose Compose file a person wrote.
fn of_a_person(place: &Place) {
    place.write("compose.yaml", "services:\n  web:\n    build: .\n  db:\n    image: \"postgres:18\"\n");
}

fn broken_entry(place: &Place) {
    entry(place, "colour = \"red\"\n", "");
}

/// Runs the program as somebody who may write nowhere in the place: root may write everywhere.
fn as_nobody(place: &Place, arguments: &[&str]) -> Done {
    let mut command = place.command(".");
    if is_root() {
        // The program may stand where only root goes.
        let program = std::env::temp_dir().join(format!("dockgen-{}", std::process::id()));
        fs::copy(command.get_program(), &program).unwrap();
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut other = Command::new(&program);
        other.current_dir(place.path()).env_clear().env("HOME", place.at("home")).uid(65534).gid(65534);
        let done = Done::of(&other.args(arguments).output().unwrap());
        fs::remove_file(&program).unwrap();
        return done;
    }
    fs::set_permissions(place.at("theirs"), fs::Permissions::from_mode(0o555)).unwrap();
    Done::of(&command.args(arguments).output().unwrap())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Runs the program with a small disk of its own at `disk`, on which nothing may be left.
fn on_a_small_disk(place: &Place, options: &str, arguments: &[&str]) -> Done {
    let command = place.command(".");
    let script = format!(
        "mount -t tmpfs -o {options} none disk || exit 99\n\"$@\"\ncode=$?\n[ -z \"$(ls -A disk)\" ] || exit 98\nexit $code"
    );
    let mut apart = Command::new("unshare");
    // Root of a namespace of its own may mount, and what it mounts goes with it.
    apart
        .args(["--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(command.get_program())
        .args(arguments);
    apart.current_dir(place.path()).env("HOME", place.at("home"));
    let mut done = Done::of(&apart.output().unwrap());
    if let Some((before, file)) = done.stderr.split_once("/disk/shop/") {
        // How many files fit is the file system's affair.
        let (_, after) = file.split_once('`').unwrap();
        done.stderr = format!("{before}/disk/shop/FILE`{after}");
    }
    assert_ne!(
        done.code, 99,
        "this test has to mount a small disk, as root or in a user namespace: {}",
        done.stderr
    );
    assert_ne!(done.code, 98, "something was left on the disk: {}", done.stderr);
    done
}

/// What the catalog's format allows changes with it, and is documented elsewhere.
fn without_keys(said: &str) -> String {
    said.lines()
        .map(|line| match line.split_once("unknown field `colour`, expected one of ") {
            Some((before, _)) => format!("{before}unknown field `colour`, expected one of KEYS\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn bad_input_is_refused_in_clear_words_and_writes_nothing() {
    let wrong = std::sync::Mutex::new(Vec::new());
    in_parallel(ALL, |bad| {
        let place = Place::new();
        (bad.there)(&place);
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let before = place.tree(".");
        let done = (bad.run)(&place, bad.arguments);
        let said = without_keys(&done.stderr.replace(&place.path().display().to_string(), "{}"));
        if (done.code, &*said, &*done.stdout) != (bad.code, bad.said, "") {
            wrong.lock().unwrap().push(format!(
                "{}: {:?}\n-- said ({})\n{said}-- wanted ({})\n{}-- stdout\n{}",
                bad.what, bad.arguments, done.code, bad.code, bad.said, done.stdout
            ));
        }
        if bad.what == "a folder that is not writable" {
            fs::set_permissions(place.at("theirs"), fs::Permissions::from_mode(0o755)).unwrap();
        }
        assert_same(bad.what, &before, &place.tree("."));
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}\n\n{} of {}", wrong.join("\n"), wrong.len(), ALL.len());
}

/// Law 7 of errors: every message is one line in lower case without a full stop, its hint another.
#[test]
fn errors_have_one_form() {
    for bad in ALL.iter().filter(|bad| bad.code == 1) {
        let lines: Vec<&str> = bad.said.lines().collect();
        assert!(matches!(lines.len(), 1 | 2), "{}", bad.what);
        let error = lines[0].strip_prefix("error: ").expect(bad.what);
        assert!(!error.starts_with(char::is_uppercase) && !error.ends_with('.'), "{}", bad.what);
        if let Some(hint) = lines.get(1) {
            let hint = hint.strip_prefix("hint: ").expect(bad.what);
            assert!(!hint.starts_with(char::is_uppercase) && !hint.ends_with('.'), "{}", bad.what);
        }
    }
}

/// A broken entry concerns only those who pick it.
#[test]
fn a_broken_entry_that_is_not_picked_is_not_in_the_way() {
    let place = Place::new();
    broken_entry(&place);
    place.run(".", &["new", "shop", "-l", "python", "-s", "redis", "--templates", "overlay", "--yes"]).well();
    place.run(".", &["show", "redis", "--templates", "overlay"]).well();
    place.run(".", &["list", "languages", "--templates", "overlay"]).well();
}

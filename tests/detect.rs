//! What a project says about itself: a case folder for each claim, and what would rather not be looked at.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[path = "common/program.rs"]
mod program;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use program::{Done, Place};

/// `dockgen detect` in a copy of a case.
fn detect(case: &str) -> (Place, Done) {
    let place = Place::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect").join(case).join("in");
    let copied = Command::new("cp").arg("-r").arg(from).arg(place.at("in")).status().expect("cp runs");
    assert!(copied.success());
    let done = place.run("in", &["detect"]);
    (place, done)
}

fn case(case: &str) -> Place {
    detect(case).0
}

/// What was said about the project, without the line that shows where the project is.
fn said(done: &Done, words: &str) -> bool {
    format!("{}{}", done.stdout, done.stderr).contains(words)
}

#[track_caller]
fn says(done: &Done, words: &[&str]) {
    for words in words {
        assert!(said(done, words), "`{words}` is not in:\n{}{}", done.stdout, done.stderr);
    }
}

#[test]
fn every_case_says_what_its_folder_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect");
    let mut wrong = Vec::new();
    let mut cases = 0;
    for folder in fs::read_dir(&root).expect("the cases") {
        let folder = folder.expect("a case").path();
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let (_, done) = detect(&name);
        let out = folder.join("out.txt");
        if std::env::var_os("DETECT_WRITE").is_some() {
            fs::write(&out, &done.stdout).expect("it is written");
        }
        if done.code != 0 || done.stdout != fs::read_to_string(&out).unwrap_or_default() {
            wrong.push(format!("{name}:\n{}{}", done.stdout, done.stderr));
        }
        cases += 1;
    }
    assert!(cases > 25);
    assert!(
        wrong.is_empty(),
        "DETECT_WRITE=1 writes what is said now; look at it before\n{}",
        wrong.join("\n")
    );
}

#[test]
fn what_a_program_reads_has_the_same_answers() {
    let place = case("a_fastapi_program_with_uv_postgres_redis_and_alembic");
    let done = place.run("in", &["detect", "--format", "json"]).well();
    let json: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    let app = &json["applications"][0];
    assert_eq!(app["path"], ".");
    assert_eq!(app["language"]["name"], "python");
    assert_eq!(app["answers"]["version"]["value"], "3.13");
    assert_eq!(app["answers"]["version"]["evidence"], ".python-version:1");
    assert_eq!(app["answers"]["framework"]["asked"], false);
    let services = app["services"].as_array().expect("services");
    let names: Vec<_> = services.iter().map(|service| service["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, ["migrate", "postgres", "redis"]);
    assert!(services.iter().all(|service| service["certain"] == true));
}

#[test]
fn new_builds_the_project_that_is_there_and_says_what_it_took() {
    let place = case("a_fastapi_program_with_uv_postgres_redis_and_alembic");
    let done = place.run("in", &["new", "--yes"]).well();
    says(
        &done,
        &[
            "`postgres` is added, since pyproject.toml:9",
            "`migrate` is added, since alembic.ini",
            "--service none",
        ],
    );
    assert!(
        place
            .read("in/Dockerfile")
            .contains(r#"CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]"#)
    );
    assert!(place.read("in/Dockerfile").contains("PYTHON_VERSION=3.13"));
    let compose = place.read("in/compose.yaml");
    assert!(compose.contains(r#"command: ["alembic", "upgrade", "head"]"#), "{compose}");
    assert!(compose.contains("DATABASE_URL: "), "pydantic-settings reads the plain variable: {compose}");
    assert!(!place.at("in/main.py").exists(), "a starter is for empty folders");
}

#[test]
fn services_that_are_named_are_all_there_are() {
    let place = case("a_django_site_with_its_migrations");
    let done = place.run("in", &["new", "--yes", "--service", "none", "-n"]).well();
    assert!(!done.stdout.contains("postgres:"), "{}", done.stdout);
    let done = place.run("in", &["new", "--yes", "--service", "redis", "-n"]).well();
    assert!(done.stdout.contains("redis:") && !done.stdout.contains("postgres:"), "{}", done.stdout);
}

#[test]
fn the_variables_that_are_wired_are_those_that_the_project_reads() {
    let place = case("variables_that_the_source_reads_are_the_ones_that_are_wired");
    place.run("in", &["new", "--yes"]).well();
    let compose = place.read("in/compose.yaml");
    for line in [
        "DB_HOST: postgres",
        "DB_NAME: app",
        "DB_PASSWORD: ${POSTGRES_PASSWORD:?",
        "DB_USER: app",
        "REDIS_URL: ${REDIS_URL:?",
    ] {
        assert!(compose.contains(&format!("      {line}")), "`{line}`: {compose}");
    }
    for name in ["DATABASE_", "PGHOST", "DB_SCHEMA", "      POSTGRES_PORT", "REDIS_HOST"] {
        assert!(!compose.contains(name), "`{name}`: {compose}");
    }
    assert!(place.read("in/.env").contains("POSTGRES_PASSWORD="));
    let again = place.run("in", &["add", "postgres", "--yes"]).well();
    says(&again, &["nothing to do"]);
    assert_eq!(place.read("in/compose.yaml"), compose);
}

#[test]
fn what_an_example_names_and_nothing_passes_is_said_once() {
    let place = case("an_example_names_variables_that_nothing_passes");
    let done = place.run("in", &["new", "--yes"]).well();
    says(
        &done,
        &["`.env.example` names `S3_BUCKET`, `SMTP_HOST`, `STRIPE_KEY`, and compose.yaml does not pass them"],
    );
    let names = |name: &str| {
        done.stderr.contains(&format!("`{name}`, ")) || done.stdout.contains(&format!("`{name}`, "))
    };
    assert!(!["PORT", "NODE_ENV", "DATABASE_URL"].into_iter().any(names), "the image or a service has them");
    let later = place.run("in", &["add", "redis", "--yes"]).well();
    assert!(!said(&later, "S3_BUCKET"));

    let place = case("an_example_names_variables_that_nothing_passes");
    place.write("in/app.env", "S3_BUCKET=x\n");
    let done = place.run("in", &["new", "--yes", "--set", "app.env_file=app.env"]).well();
    assert!(!said(&done, "S3_BUCKET"), "a file of settings passes what somebody wants");
}

#[test]
fn a_program_that_serves_nothing_is_asked_by_no_port() {
    let place = case("programs_that_serve_nothing_have_no_port");
    place.run("in", &["new", "--yes"]).well();
    for program in ["clock", "discord", "mails", "nights", "rusty", "telegram"] {
        let dockerfile = place.read(&format!("in/{program}/Dockerfile"));
        assert!(dockerfile.contains("HEALTHCHECK NONE") && !dockerfile.contains("EXPOSE"), "{dockerfile}");
    }
    let dockerfile = place.read("in/celery/Dockerfile");
    assert!(dockerfile.contains(r#"CMD ["celery", "-A", "tasks", "inspect", "ping", "--timeout", "5"]"#));
    let compose = place.read("in/compose.yaml");
    assert!(!compose.contains("ports:") && !compose.contains("\n  worker:"), "{compose}");
}

#[test]
fn a_password_that_is_read_from_a_file_is_handed_over_in_one() {
    let place = case("a_password_that_is_read_from_a_file_stays_in_one");
    place.run("in", &["new", "--yes"]).well();
    let compose = place.read("in/compose.yaml");
    assert!(compose.contains("      PGPASSWORD_FILE: /run/secrets/postgres_password"), "{compose}");
    assert!(compose.contains("      PGHOST: postgres") && !compose.contains("DATABASE_"), "{compose}");
    assert!(!place.at("in/.env").exists());
}

#[test]
fn spring_looks_its_password_up_in_the_folder_of_secrets() {
    let place = case("a_spring_boot_program_reads_the_names_of_spring");
    place.run("in", &["new", "--yes"]).well();
    let compose = place.read("in/compose.yaml");
    for line in [
        "SPRING_CONFIG_IMPORT: optional:configtree:/run/secrets/",
        "SPRING_DATASOURCE_PASSWORD: $${postgres_password}",
        "SPRING_DATASOURCE_URL: jdbc:postgresql://postgres:5432/app",
        "SPRING_DATA_REDIS_PASSWORD: $${redis_password}",
    ] {
        assert!(compose.contains(&format!("      {line}")), "`{line}`: {compose}");
    }
    assert!(!place.at("in/.env").exists(), "no password stands in the environment");
}

#[test]
fn a_version_beside_nothing_else_is_the_starters() {
    let place = Place::new();
    place.write("in/.python-version", "3.13\n");
    place.write("in/.editorconfig", "root = true\n");
    place.write("in/certs/site.pem", "");
    place.write("in/LICENSE", "");
    place.run("in", &["new", "--yes", "-l", "python"]).well();
    assert!(place.at("in/main.py").exists(), "settings and certificates are no project");
    assert!(place.read("in/Dockerfile").contains("PYTHON_VERSION=3.13"));
}

#[test]
fn system_packages_have_the_names_of_the_base() {
    for (base, packages) in [("slim", "gcc libc6-dev libpq-dev"), ("alpine", "gcc musl-dev libpq-dev")] {
        let place = case("an_environment_example_that_only_compose_reads");
        place.run("in", &["new", "--yes", "--base", base]).well();
        let dockerfile = place.read("in/Dockerfile");
        assert!(dockerfile.contains(packages), "{dockerfile}");
        assert!(
            place.read("in/compose.yaml").contains("      DATABASE_HOST: postgres"),
            "nothing else is read"
        );
    }
}

#[test]
fn folders_that_a_compiled_program_reads_are_in_its_image() {
    let place = case("a_go_server_reads_folders_that_are_there");
    place.run("in", &["new", "--yes"]).well();
    let dockerfile = place.read("in/Dockerfile");
    assert!(dockerfile.contains("WORKDIR /srv\nCOPY templates ./templates\nUSER"), "{dockerfile}");
    assert!(!dockerfile.contains("COPY static"), "a folder that is not there cannot be copied: {dockerfile}");
}

#[test]
fn what_is_only_likely_is_said_and_not_added() {
    let place = case("a_celery_worker_with_rabbitmq_and_a_variable_in_the_example");
    let done = place.run("in", &["new", "--yes"]).well();
    says(
        &done,
        &[
            "`rabbitmq` is added",
            "`worker` is added",
            "`redis` is not added, though .env.example:2 may mean it: `dockgen add redis`",
        ],
    );
    let compose = place.read("in/compose.yaml");
    assert!(
        compose.contains(r#"command: ["celery", "-A", "jobs.tasks", "worker", "--loglevel=INFO"]"#),
        "{compose}"
    );
    assert!(!compose.contains("\n  redis:"));
}

#[test]
fn a_service_that_is_added_later_gets_what_the_project_says_too() {
    let place = case("a_django_site_with_its_migrations");
    place.run("in", &["new", "--yes", "--service", "none"]).well();
    place.run("in", &["add", "postgres,migrate", "--yes"]).well();
    let compose = place.read("in/compose.yaml");
    assert!(compose.contains(r#"command: ["python", "manage.py", "migrate", "--noinput"]"#), "{compose}");
    assert!(compose.contains("DATABASE_URL: "), "{compose}");
}

#[test]
fn a_compose_file_of_a_persons_own_names_the_folders_of_its_programs() {
    let read = |variable: &str| format!("connect(process.env.{variable})\n");
    for (build, variable) in [
        ("build: .", "DB_HOST"),
        ("build: ./api", "PGHOST"),
        ("build: { context: api }", "PGHOST"),
        ("build: { context: ., dockerfile: api/Dockerfile }", "PGHOST"),
        ("build: { context: api, dockerfile: ../docker/api.Dockerfile }", "PGHOST"),
        ("build: { context: ., dockerfile: docker/Dockerfile }", "DB_HOST"),
        ("build: ../shop/api", "DATABASE_HOST"),
        ("build: https://example.org/api.git", "DATABASE_HOST"),
    ] {
        let place = Place::new();
        place.write("shop/compose.yaml", &format!("services:\n  web:\n    {build}\n"));
        for (folder, variable) in [("shop", "DB_HOST"), ("shop/api", "PGHOST")] {
            place.write(&format!("{folder}/package.json"), r#"{ "dependencies": { "pg": "8.13.1" } }"#);
            place.write(&format!("{folder}/index.js"), &read(variable));
        }
        place.write("shop/docker/Dockerfile", "FROM node\n");
        place.run("shop", &["add", "postgres", "--yes"]).well();
        let compose = place.read("shop/compose.yaml");
        assert!(compose.contains(&format!("      {variable}: postgres\n")), "{build}: {compose}");
    }
}

#[test]
fn a_tie_is_somebodys_to_decide_and_with_yes_it_is_said() {
    let place = case("two_lock_files_are_a_tie");
    let done = place.run("in", &["new", "--yes", "-n"]).well();
    let json = place.run("in", &["new", "--yes", "-n", "--format", "json"]).well();
    assert!(
        json.stdout
            .contains("`app.package_manager` is `pnpm`: pnpm-lock.yaml, but package-lock.json says npm"),
        "{}",
        json.stdout
    );
    assert!(done.stdout.contains("pnpm install"));
    place.run("in", &["new"]).refused("`--package-manager`");
    place.run("in", &["new", "--yes", "--package-manager", "npm"]).well();
    assert!(place.read("in/Dockerfile").contains("npm ci"));

    let place = case("two_languages_of_one_rank_are_a_tie");
    let done = place.run("in", &["new", "--yes"]).well();
    says(&done, &["the language is `go` (go.mod); requirements.txt would be `python`"]);
    let place = case("two_languages_of_one_rank_are_a_tie");
    place.run("in", &["new"]).refused("`--language NAME`");
    place.run("in", &["new", "--yes", "-l", "python"]).well();
    assert!(place.read("in/Dockerfile").contains("FROM python:"));
}

#[test]
fn a_version_that_is_not_offered_is_said_and_the_default_taken() {
    let place = case("a_version_that_is_not_offered_is_said");
    let done = place.run("in", &["new", "--yes"]).well();
    says(&done, &["`app.version` cannot be `3.7.9` (.python-version:1): `3.14` is taken"]);
    assert!(place.read("in/Dockerfile").contains("PYTHON_VERSION=3.14"));
}

#[test]
fn a_range_gives_the_newest_that_runs_on_the_base() {
    let place = Place::new();
    place.write(
        "in/pyproject.toml",
        "[project]\nname = \"x\"\nversion = \"1\"\nrequires-python = \">=3.12\"\n",
    );
    place.write("in/main.py", "if __name__ == \"__main__\":\n    pass\n");
    place.run("in", &["new", "--yes", "--base", "distroless"]).well();
    assert!(place.read("in/Dockerfile").contains("PYTHON_VERSION=3.13"));
    let place = Place::new();
    place.write(
        "in/pyproject.toml",
        "[project]\nname = \"x\"\nversion = \"1\"\nrequires-python = \"==3.12.*\"\n",
    );
    place.run("in", &["new", "--yes", "--base", "distroless"]).refused("distroless");
}

#[test]
fn flags_win_over_what_the_project_says() {
    let place = case("an_express_server_with_npm");
    place.run("in", &["new", "--yes", "--port", "3456", "--language-version", "26"]).well();
    let dockerfile = place.read("in/Dockerfile");
    assert!(dockerfile.contains("PORT=3456") && dockerfile.contains("NODE_VERSION=26"), "{dockerfile}");
}

#[test]
fn what_git_ignores_in_a_folder_of_a_program_is_extended() {
    let place = case("two_programs_in_folders_of_their_own");
    let own = place.at("in/backend/.gitignore");
    fs::write(&own, "*.log\n").expect("it is written");
    place.run("in", &["new", "--yes", "--service", "none"]).well();
    let lines = fs::read_to_string(&own).expect("it is there");
    assert!(lines.starts_with("*.log\n") && lines.lines().count() > 1, "{lines}");
}

#[test]
fn programs_in_folders_of_their_own_become_services_of_one_project() {
    let place = case("two_programs_in_folders_of_their_own");
    place.run("in", &["new", "--yes"]).well();
    let compose = place.read("in/compose.yaml");
    assert!(compose.contains("\n  backend:") && compose.contains("\n  frontend:"), "{compose}");
    assert!(compose.contains("context: backend") && compose.contains("context: frontend"), "{compose}");
    assert!(place.at("in/backend/Dockerfile").exists() && place.at("in/frontend/Dockerfile").exists());
    assert!(!place.at("in/Dockerfile").exists());
}

#[test]
fn members_of_a_workspace_are_built_from_its_root() {
    let place = case("members_of_an_npm_workspace_are_built_from_its_root");
    let done = place.run("in", &["new", "--yes"]).well();
    says(&done, &["`web` calls `api`", "`web` is the front door: in production only that is published"]);
    says(&done, &["`postgres` is added, since packages/database/package.json:1"]);
    let compose = place.read("in/compose.yaml");
    for words in [
        "context: .\n      dockerfile: apps/api/Dockerfile\n",
        "context: .\n      dockerfile: apps/web/Dockerfile\n",
        "published: ${WEB_PORT:-8080}",
    ] {
        assert!(compose.contains(words), "{words}: {compose}");
    }
    assert!(!compose.contains("API_PORT"), "only the front door is published: {compose}");
    let development = place.read("in/compose.override.yaml");
    assert!(development.contains("published: ${API_PORT:-4000}"), "{development}");
    assert!(development.contains("- ./apps/api:/app/apps/api\n"), "{development}");
    assert!(development.contains("API_URL: http://api:4000\n"), "{development}");
    let dockerfile = place.read("in/apps/api/Dockerfile");
    assert!(dockerfile.contains("npm ci --omit=dev --workspace apps/api "), "{dockerfile}");
    let (shapes, database) =
        (dockerfile.find("packages/shapes build"), dockerfile.find("packages/database build"));
    assert!(shapes.is_some() && shapes < database, "what others need is built first: {dockerfile}");
    assert!(place.read("in/apps/web/nginx.conf").contains("set $api http://api:4000;"));
    // Each build hides what it does not need itself; a file at the root would hide it from all.
    assert!(!place.at("in/.dockerignore").exists() && !place.at("in/apps/api/.dockerignore").exists());
    let ignored = place.read("in/apps/api/Dockerfile.dockerignore");
    assert!(ignored.contains("\nsecrets\n") && ignored.contains("\n**/.env\n"), "{ignored}");
}

#[test]
fn who_calls_whom_can_be_said() {
    let place = case("members_of_an_npm_workspace_are_built_from_its_root");
    place.run("in", &["new", "--yes", "--set", "web.calls=none", "--service", "none"]).well();
    let compose = place.read("in/compose.yaml");
    assert!(compose.contains("API_PORT") && !compose.contains("depends_on"), "{compose}");
    assert!(!place.read("in/apps/web/nginx.conf").contains("proxy_pass"));
    let place = case("members_of_an_npm_workspace_are_built_from_its_root");
    place.run("in", &["new", "--yes", "--set", "web.calls=db"]).refused("`db`");

    let place = case("a_manifest_for_tools_beside_folders_of_programs");
    place.run("in", &["new", "--yes"]).well();
    let nginx = place.read("in/frontend/nginx.conf");
    assert!(
        nginx.contains("location /backend/ {") && nginx.contains("rewrite ^/backend/(.*)$ /$1 break;"),
        "{nginx}"
    );
    assert!(place.read("in/compose.override.yaml").contains("BACKEND_URL: http://backend:8000\n"));

    let place = case("members_of_a_pnpm_workspace_are_built_from_its_root");
    place.run("in", &["new", "--yes"]).well();
    let compose = place.read("in/compose.yaml");
    assert!(compose.contains("BACKEND_URL: http://api:3000\n"), "the server of the site calls it: {compose}");
    assert!(compose.contains("${SITE_PORT:-3001}"), "two programs listen on one port: {compose}");
}

#[test]
fn a_workspace_is_above_its_members() {
    let place = case("members_of_an_npm_workspace_are_built_from_its_root");
    place
        .run("in", &["new", "--yes", "--set", "api.workspace=apps/web"])
        .refused("not below its workspace `apps/web`");
    place.run("in", &["new", "--yes", "--set", "api.workspace=../in"]).refused("workspace");
    place.run("in", &["new", "--yes", "--set", "api.workspace=none"]).well();
    let compose = place.read("in/compose.yaml");
    assert!(compose.contains("context: apps/api\n"), "{compose}");
    assert!(place.at("in/apps/api/.dockerignore").exists());
}

#[test]
fn a_program_below_another_is_named_with_the_command_that_adds_it() {
    let place = case("a_python_program_without_a_framework");
    place
        .write("in/web/package.json", "{ \"name\": \"web\", \"scripts\": { \"start\": \"node index.js\" } }");
    place.write("in/web/package-lock.json", "{}");
    place.write("in/web/index.js", "require('http').createServer().listen(3000)\n");
    let done = place.run("in", &["new", "--yes"]).well();
    says(&done, &["`web` holds another application (web/package.json): `dockgen add node=web --path web`"]);
    place.run("in", &["add", "node=web", "--path", "web", "--yes"]).well();
    assert!(place.read("in/web/Dockerfile").contains(r#"CMD ["node", "index.js"]"#));
}

#[test]
fn what_is_there_is_never_written_over() {
    let place = case("an_express_server_with_npm");
    place.write("in/Dockerfile", "FROM scratch\n");
    place.run("in", &["new", "--yes"]).refused("Dockerfile");
    assert_eq!(place.read("in/Dockerfile"), "FROM scratch\n");
    assert!(!place.at("in/compose.yaml").exists());
}

#[test]
fn a_broken_manifest_is_said_with_its_line_and_the_rest_goes_on() {
    let place = case("a_broken_manifest_is_passed_over_and_the_rest_goes_on");
    let done = place.run("in", &["new", "--yes", "-l", "node"]).well();
    says(&done, &["`package.json:3` is passed over: expected comma"]);
    let dockerfile = place.read("in/Dockerfile");
    assert!(dockerfile.contains("NODE_VERSION=24"), ".nvmrc still counts: {dockerfile}");
}

#[test]
fn what_git_ignores_is_no_part_of_the_project() {
    let place = Place::new();
    place.write("in/requirements.txt", "fastapi\nuvicorn\n");
    place.write("in/.gitignore", "/attic/\n.python-version\n");
    place.write("in/.python-version", "3.11\n");
    place.write("in/attic/main.py", "app = FastAPI()\n");
    place.write("in/service/.gitignore", "old_*.py\n!old_but_kept.py\n");
    place.write("in/service/old_web.py", "old = FastAPI()\n");
    place.write("in/service/web.py", "new = FastAPI()\n");
    let done = place.run("in", &["detect"]).well();
    says(&done, &["start uvicorn service.web:new "]);
    assert!(!said(&done, "attic") && !said(&done, "old_web") && !said(&done, "3.11"), "{}", done.stdout);
}

#[test]
fn no_link_is_followed_out_of_the_project() {
    let place = Place::new();
    place.write("secret/requirements.txt", "django\n");
    place.write("secret/main.py", "app = FastAPI()\n");
    place.write("in/pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\"fastapi\"]\n");
    symlink(place.at("secret/requirements.txt"), place.at("in/requirements.txt")).expect("a link");
    symlink(place.at("secret"), place.at("in/app")).expect("a link");
    symlink(place.at("in"), place.at("in/again")).expect("a link");
    symlink("/dev/zero", place.at("in/.python-version")).expect("a link");
    let done = place.run("in", &["detect"]).well();
    says(
        &done,
        &[
            "passed over requirements.txt: a link that leads outside the project",
            "passed over .python-version",
        ],
    );
    assert!(!said(&done, "django") && !said(&done, "start "), "{}", done.stdout);
}

#[test]
fn pipes_and_folders_under_the_names_of_files_are_no_files() {
    let place = Place::new();
    place.write("in/package.json/x", "");
    place.write("in/go.mod", "module x\n\ngo 1.27\n");
    let made = Command::new("mkfifo")
        .arg(place.at("in/main.go"))
        .arg(place.at("in/.nvmrc"))
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    let done = place.run("in", &["detect"]).well();
    says(&done, &[".: go ← go.mod"]);
    assert!(!said(&done, "node"));
}

#[test]
fn files_that_nobody_wrote_by_hand_are_not_looked_into() {
    let place = Place::new();
    place.write("in/package.json", &format!("{{ \"name\": \"{}\" }}", "x".repeat(2_000_000)));
    place.write("in/pyproject.toml", &"[".repeat(300_000));
    fs::write(
        place.at("in/requirements.txt"),
        [0xff, 0xfe, 0, b'f', 0xd8, b'\n', b'f', b'l', b'a', b's', b'k', b'\n'],
    )
    .expect("bytes");
    let done = place.run("in", &["detect"]).well();
    says(
        &done,
        &[
            "passed over package.json: larger than what is looked into",
            "passed over pyproject.toml:1",
            "framework flask ← requirements.txt:2",
        ],
    );
    let place = Place::new();
    place.write("in/pom.xml", &"<a>".repeat(100_000));
    says(&place.run("in", &["detect"]).well(), &["passed over pom.xml:1"]);
    let place = Place::new();
    place.write("in/package.json", &format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)));
    says(&place.run("in", &["detect"]).well(), &["passed over package.json: nested more than"]);
}

#[test]
fn a_file_that_a_manifest_names_is_not_looked_for_outside() {
    let place = Place::new();
    place.write("outside.js", "");
    place.write("in/package.json", "{ \"main\": \"../outside.js\" }");
    let done = place.run("in", &["detect"]).well();
    assert!(!said(&done, "outside"), "{}", done.stdout);
}

#[test]
fn a_search_that_ends_early_passes_examples_over_too() {
    let place = Place::new();
    for folder in ["api", "examples"] {
        place.write(&format!("in/{folder}/requirements.txt"), "fastapi\n");
        place.write(&format!("in/{folder}/main.py"), "app = FastAPI()\n");
    }
    for folder in 0..250 {
        place.write(&format!("in/folder{folder:03}/notes.md"), "");
    }
    let done = place.run("in", &["detect"]).well();
    says(
        &done,
        &[
            "api: python ",
            "the search for applications ends here, after 200 folders",
            "passed over examples: an example or a test",
        ],
    );
    assert!(!said(&done, "examples: python "), "{}", done.stdout);
}

#[test]
fn ten_thousand_files_hide_nothing_and_more_end_the_search() {
    let place = Place::new();
    place.write("in/requirements.txt", "fastapi\n");
    place.write("in/src/shop/web/api.py", "api = FastAPI()\n");
    for folder in 0..100 {
        for file in 0..100 {
            place.write(&format!("in/data/{folder:03}/{file:03}.json"), "");
        }
    }
    says(&place.run("in", &["detect"]).well(), &["start uvicorn --app-dir src shop.web.api:api "]);
    for folder in 0..120 {
        for file in 0..100 {
            place.write(&format!("in/more/{folder:03}/{file:03}.json"), "");
        }
    }
    let started = std::time::Instant::now();
    let done = place.run("in", &["detect"]).well();
    says(&done, &["the search for sources ends here"]);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn an_empty_folder_says_nothing_and_one_that_is_not_there_is_refused() {
    let place = Place::new();
    fs::create_dir(place.at("in")).expect("a folder");
    says(&place.run("in", &["detect"]).well(), &["nothing here shows a language of the catalog"]);
    place.run("in", &["detect", "not-there"]).refused("not-there` is not a folder");
    assert!(!place.at("in/not-there").exists());
}

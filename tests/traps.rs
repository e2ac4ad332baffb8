//! The faults that container files in the field have, each with a test over everything that the catalog can
//! write: the next language or service cannot bring one of them back.
#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a failure here fails the test")]

mod common;
#[path = "common/dockerfile.rs"]
mod dockerfile;
#[path = "common/ignore.rs"]
mod ignore;
#[path = "common/plans.rs"]
mod plans;

use dockerfile::{Dockerfile, Stage, flag};
use dockgen::compose::Value;
use ignore::Ignored;
use plans::{ALL, LINES, Project};
use regex_lite::Regex;

/// The programs that healthchecks run, and the images that have them. What stands at the left of `/` in a
/// path is the image's own.
const TOOLS: &[(&str, &[&str])] = &[
    ("bash", &["debian:", "eclipse-temurin:.*-noble$"]),
    ("curl", &["nginx:.*-trixie$"]),
    ("healthcheck.sh", &["mariadb:"]),
    ("java", &["gcr.io/distroless/java", "eclipse-temurin:"]),
    ("mailpit", &["axllent/mailpit:"]),
    ("mongosh", &["mongo:"]),
    ("mysqladmin", &["mysql:"]),
    ("nc", &["alpine:", "eclipse-temurin:.*-alpine$", "memcached:.*-alpine$"]),
    ("node", &["node:", "gcr.io/distroless/nodejs"]),
    ("pg_isready", &["postgres:", "pgvector/pgvector:"]),
    ("python", &["python:", "gcr.io/distroless/python3"]),
    ("rabbitmq-diagnostics", &["rabbitmq:"]),
    ("redis-cli", &["redis:"]),
    ("valkey-cli", &["valkey/valkey:"]),
    ("wget", &["alpine:", "eclipse-temurin:.*-alpine$", "nginxinc/nginx-unprivileged:.*-alpine", "adminer:"]),
];

fn every(check: impl FnMut(&Project)) {
    ALL.iter().for_each(check);
}

/// The applications, with their Dockerfiles.
fn every_dockerfile(mut check: impl FnMut(&Project, &Dockerfile)) {
    every(|project| {
        if project.service.is_none() {
            check(project, &project.dockerfile);
        }
    });
}

/// Every service in every Compose file, with the project and the name of the file.
fn every_service(mut check: impl FnMut(&Project, &str, &str, &Value)) {
    every(|project| {
        for (file, name, service) in &project.services {
            check(project, file, name, service);
        }
    });
}

fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Seq(words)) => words.iter().filter_map(|word| word.text().map(str::to_owned)).collect(),
        Some(value) => value.text().unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        None => Vec::new(),
    }
}

fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// The words of a Dockerfile's exec form.
fn exec_form(rest: &str) -> Vec<String> {
    serde_json::from_str(rest).unwrap_or_else(|_| panic!("not in exec form: {rest}"))
}

/// The probe of a stage, in exec form.
fn probe(stage: &Stage) -> Option<Vec<String>> {
    let check = stage.of("HEALTHCHECK").last()?;
    let (_, command) = check.rest.split_once("CMD ").expect("a command");
    Some(exec_form(command))
}

/// All probes: the image that they run in, and their words.
fn every_probe(mut check: impl FnMut(&str, &str, &[String])) {
    every_dockerfile(|project, dockerfile| {
        let last = dockerfile.last();
        let words = dockerfile.lineage(last).into_iter().find_map(probe).expect("a healthcheck");
        check(&project.what, &dockerfile.image(last), &words);
        for (file, name, service) in &project.services {
            let words = words_of_test(service);
            if name == "app" && !words.is_empty() {
                let target = at(service, &["build", "target"]).and_then(Value::text).expect("a target");
                let stage = dockerfile.stage(target).expect("the target");
                check(&format!("{} {file}", project.what), &dockerfile.image(stage), &words);
            }
        }
    });
    every_service(|project, file, name, service| {
        // The application's was looked at in its stage
        let image = service.get("image").and_then(Value::text).filter(|_| name != "app");
        if let Some(image) = image {
            check(&format!("{} {file}", project.what), image, &words_of_test(service));
        }
    });
}

fn words_of_test(service: &Value) -> Vec<String> {
    let words = words(at(service, &["healthcheck", "test"]));
    words.into_iter().filter(|word| word != "CMD" && word != "CMD-SHELL").collect()
}

/// Fails when a line of any file of any project matches.
fn nowhere(pattern: &str) {
    let pattern = Regex::new(pattern).unwrap();
    for (line, (project, path)) in LINES.iter() {
        assert!(!pattern.is_match(line), "{project}: {path}: {line}");
    }
}

#[test]
fn no_compose_file_has_a_version() {
    every(|project| {
        for (path, text) in project.texts.iter().filter(|(path, _)| path.starts_with("compose")) {
            assert!(!text.lines().any(|line| line.starts_with("version:")), "{}: {path}", project.what);
        }
    });
}

#[test]
fn a_probe_runs_what_its_image_has() {
    let word = Regex::new(r"[A-Za-z_][A-Za-z0-9_.-]*").unwrap();
    every_probe(|what, image, words| {
        let program = words[0].trim_start_matches('/');
        let in_shell = words.len() == 1 || program == "bash";
        let known = |program: &str| TOOLS.iter().find(|(tool, _)| *tool == program);
        let named: Vec<_> = if in_shell {
            let script = words.last().expect("a script");
            word.find_iter(script).filter_map(|word| known(word.as_str())).collect()
        } else if words[0].starts_with('/') && known(program).is_none() {
            return; // a file of the image: the test below
        } else {
            vec![known(program).unwrap_or_else(|| panic!("{what}: which images have {program}?"))]
        };
        assert!(in_shell || !named.is_empty(), "{what}: {words:?}");
        for (tool, images) in named {
            let has =
                images.iter().any(|pattern| Regex::new(&format!("^{pattern}")).unwrap().is_match(image));
            assert!(has, "{what}: {image} has no {tool}");
        }
    });
}

#[test]
fn a_file_that_a_probe_runs_is_copied_into_the_runtime_stage() {
    every_dockerfile(|project, dockerfile| {
        let last = dockerfile.last();
        let lineage = dockerfile.lineage(last);
        let words = lineage.iter().find_map(|stage| probe(stage)).expect("a healthcheck");
        let copied: Vec<&str> = lineage
            .iter()
            .flat_map(|stage| stage.of("COPY"))
            .flat_map(|step| step.rest.split_whitespace())
            .collect();
        for path in words.iter().filter(|word| word.starts_with('/') && *word != "/dev/null") {
            let there = copied.iter().any(|copied| copied.trim_end_matches('/') == path);
            assert!(there, "{}: {path} is not in the image", project.what);
        }
        // A script of the project comes with the whole of it, or with the folder that it is in
        for script in words.iter().filter(|word| word.ends_with(".js") || word.ends_with(".py")) {
            let folder = script.split('/').next().unwrap_or_default();
            let there =
                copied.iter().any(|copied| matches!(*copied, "." | "/app") || copied.ends_with(folder));
            assert!(there, "{}: {script} is not in the image", project.what);
        }
    });
}

#[test]
fn a_probe_names_an_address_and_no_localhost() {
    every_probe(|what, _, words| {
        assert!(!words.iter().any(|word| word.contains("localhost")), "{what}: {words:?}")
    });
    nowhere(r"(?i)(healthcheck|wget|curl|proxy_pass).*localhost");
}

#[test]
fn pg_isready_asks_over_tcp() {
    let mut asked = 0;
    every_probe(|what, _, words| {
        if words[0] == "pg_isready" {
            asked += 1;
            assert!(words.windows(2).any(|pair| pair == ["-h", "127.0.0.1"]), "{what}: {words:?}");
        }
    });
    assert!(asked > 0);
    nowhere(r"pg_isready ([^-]|-[^h])*$");
}

#[test]
fn the_volume_of_postgres_is_mounted_where_its_version_keeps_data() {
    let mut seen = Vec::new();
    let major = Regex::new(r"^(?:postgres:|pgvector/pgvector:.*-pg)(\d+)").unwrap();
    every_service(|project, _, _, service| {
        let Some(image) = service.get("image").and_then(Value::text) else { return };
        let Some(major) = major.captures(image) else { return };
        let major: u32 = major[1].parse().unwrap();
        let path = if major >= 18 { ":/var/lib/postgresql" } else { ":/var/lib/postgresql/data" };
        assert!(
            words(service.get("volumes")).iter().any(|mount| mount.ends_with(path)),
            "{}: {image}",
            project.what
        );
        seen.push(major >= 18);
    });
    assert!(seen.contains(&true) && seen.contains(&false), "both layouts");
}

#[test]
fn no_option_cancels_a_cache_mount_or_leaves_dependencies_out() {
    nowhere("PIP_NO_CACHE_DIR|--no-cache-dir|--no-deps|npm cache clean");
}

#[test]
fn a_virtual_environment_is_copied_whole_and_outside_of_the_home_of_root() {
    every_dockerfile(|project, dockerfile| {
        for step in dockerfile.all().filter(|step| step.keyword == "COPY") {
            assert!(!step.rest.contains("/root"), "{}: COPY {}", project.what, step.rest);
            assert!(!step.rest.contains("site-packages"), "{}: COPY {}", project.what, step.rest);
            assert!(!step.rest.contains("/usr/local/bin/"), "{}: COPY {}", project.what, step.rest);
        }
        for step in dockerfile.all().filter(|step| step.keyword == "ENV") {
            assert!(!step.rest.contains("/root/.local"), "{}: ENV {}", project.what, step.rest);
        }
    });
    nowhere("pip install.* --user");
}

#[test]
fn a_cross_compiler_is_told_its_target_by_the_build() {
    let mut crossing = 0;
    every_dockerfile(|project, dockerfile| {
        for stage in &dockerfile.stages {
            let environment: String = stage.of("ENV").map(|step| step.rest.as_str()).collect();
            if !environment.contains("GOARCH=") {
                continue;
            }
            crossing += 1;
            assert!(environment.contains("GOARCH=$TARGETARCH"), "{}: {environment}", project.what);
            assert!(stage.of("ARG").any(|step| step.rest == "TARGETARCH"), "{}", project.what);
            let lineage = dockerfile.lineage(stage);
            let first = lineage.last().expect("a stage");
            assert_eq!(first.platform.as_deref(), Some("$BUILDPLATFORM"), "{}", project.what);
        }
    });
    assert!(crossing > 0);
    nowhere("GOARCH=[a-z]|amd64-|-amd64");
}

#[test]
fn spring_boot_starts_as_its_makers_say_today() {
    nowhere(r"JarLauncher|layertools|COPY .*\*\.jar");
    let mut layered = 0;
    every_dockerfile(|project, dockerfile| {
        for step in dockerfile.all().filter(|step| step.rest.contains("jarmode")) {
            assert!(step.rest.contains("-Djarmode=tools"), "{}", project.what);
            assert!(step.rest.contains("extract --layers"), "{}", project.what);
            layered += 1;
        }
    });
    assert!(layered > 0);
}

#[test]
fn options_of_a_jvm_are_in_the_variable_that_it_reads() {
    nowhere(r"\bJAVA_OPTS\b");
    every_dockerfile(|project, dockerfile| {
        let last = dockerfile.last();
        if exec_form(&last.of("CMD").last().map_or("[]".to_owned(), |step| step.rest.clone()))
            .first()
            .is_some_and(|p| p == "java")
        {
            assert!(last.of("ENV").any(|step| step.rest.contains("JAVA_TOOL_OPTIONS=")), "{}", project.what);
        }
    });
}

#[test]
fn no_password_stands_in_an_argument() {
    let option =
        Regex::new(r"(?i)^--?(requirepass|masterauth|primaryauth|pass(word|wd)?|user-password)\b").unwrap();
    every_service(|project, file, name, service| {
        let test = words_of_test(service);
        let arguments =
            [words(service.get("command")), words(service.get("entrypoint")), test.clone()].concat();
        for argument in arguments.iter().flat_map(|argument| argument.split_whitespace()) {
            assert!(!option.is_match(argument), "{}: {file} {name}: {argument}", project.what);
            assert!(!argument.contains("PASSWORD}"), "{}: {file} {name}: {argument}", project.what);
        }
        let script = test.join(" ");
        let client = Regex::new(r"(redis|valkey)-cli\b.* -a\b|mysqladmin\b.* (-p|--password)").unwrap();
        assert!(!client.is_match(&script), "{}: {file} {name}: {script}", project.what);
    });
}

#[test]
fn secrets_are_files_and_no_text_holds_their_value() {
    let secret = Regex::new(r"(?i)(password|passwd|secret|token|api_?key|credential)").unwrap();
    nowhere(r"[a-z]://[^/\s:@]+:[^/\s@{<]+@");
    every(|project| {
        for (file, name, service) in &project.services {
            let Some(Value::Map(variables)) = service.get("environment") else { continue };
            for (key, _) in variables.iter().filter(|(key, _)| secret.is_match(key)) {
                assert!(key.ends_with("_FILE"), "{}: {file} {name}: {key}", project.what);
            }
        }
    });
    // An argument of a build is in the history of the image, whether or not it is in its environment
    every_dockerfile(|project, dockerfile| {
        for step in dockerfile.all().filter(|step| step.keyword == "ARG" || step.keyword == "ENV") {
            assert!(!secret.is_match(&step.rest), "{}: {} {}", project.what, step.keyword, step.rest);
        }
    });
    nowhere(r"(?i)--build-arg [a-z_]*(password|secret|token|key)");
}

#[test]
fn who_waits_says_for_what() {
    every_service(|project, file, name, service| {
        let Some(waits) = service.get("depends_on") else { return };
        let Value::Map(waits) = waits else {
            panic!("{}: {file} {name} waits for starts alone", project.what)
        };
        for (on, how) in waits {
            // A `!reset` takes away what was inherited, and waits for nothing
            assert!(how.get("condition").is_some(), "{}: {file} {name} waits for {on}", project.what);
        }
    });
}

#[test]
fn every_root_file_system_is_read_only_in_production() {
    every_service(|project, file, name, service| {
        if service.get("extends").is_some()
            || (file == "compose.override.yaml" && service.get("image").is_none())
        {
            return;
        }
        let is_dev = service.get("image").and_then(Value::text).is_some_and(|image| image.ends_with("-dev"));
        let read_only = service.get("read_only").and_then(Value::text);
        assert_eq!(read_only, Some(if is_dev { "false" } else { "true" }), "{}: {file} {name}", project.what);
    });
}

#[test]
fn every_image_runs_as_a_numeric_user_who_is_not_root() {
    every_dockerfile(|project, dockerfile| {
        for target in ["dev", "runtime"] {
            let Some(stage) = dockerfile.stage(target) else { continue };
            let lineage = dockerfile.lineage(stage);
            let user = lineage.iter().find_map(|stage| stage.of("USER").last()).expect("a user");
            let ids: Vec<u32> = user.rest.split(':').map(|id| id.parse().unwrap()).collect();
            assert!(
                ids.len() == 2 && ids.iter().all(|id| *id > 0),
                "{}: {target}: {}",
                project.what,
                user.rest
            );
        }
        for image in dockerfile.images().iter().filter(|image| image.contains("/distroless/")) {
            assert!(image.ends_with(":nonroot"), "{}: {image}", project.what);
        }
    });
}

#[test]
fn an_interpreter_of_the_runtime_stage_is_the_one_that_packages_were_built_for() {
    let debian = [("13", "3.13")];
    let python = Regex::new(r"^gcr\.io/distroless/python3-debian(\d+):").unwrap();
    let node = Regex::new(r"^gcr\.io/distroless/nodejs(\d+)-debian").unwrap();
    let mut checked = 0;
    every_dockerfile(|project, dockerfile| {
        let last = &dockerfile.last().from;
        let built_by = dockerfile.image(dockerfile.stage("deps").unwrap_or(&dockerfile.stages[0]));
        if let Some(python) = python.captures(last) {
            let (_, minor) =
                debian.iter().find(|(release, _)| *release == &python[1]).expect("a release that is known");
            assert!(built_by.starts_with(&format!("python:{minor}-")), "{}: {built_by}", project.what);
        } else if let Some(node) = node.captures(last) {
            assert!(built_by.starts_with(&format!("node:{}.", &node[1])), "{}: {built_by}", project.what);
        } else {
            return;
        }
        // The base image's entrypoint is the interpreter: a command that names it too would be its script
        assert!(dockerfile.last().of("ENTRYPOINT").any(|step| step.rest == "[]"), "{}", project.what);
        checked += 1;
    });
    assert!(checked > 0);
}

#[test]
fn npm_is_told_what_to_omit() {
    nowhere("--only[= ]prod|npm (ci|install).*--production");
}

#[test]
fn no_file_that_a_build_needs_is_ignored() {
    every_dockerfile(|project, dockerfile| {
        let ignored = Ignored::parse(&project.texts[".dockerignore"]);
        let mut needed = vec![
            "README.md",
            "LICENSE",
            "LICENSE.txt",
            ".env.example",
            "src/readme.txt",
            "src/index.html",
            "src/lib.rs",
        ];
        // What a bundler for browsers reads
        needed.extend([
            "index.html",
            "vite.config.js",
            "vite.config.ts",
            "public/favicon.ico",
            "tsconfig.json",
        ]);
        let tested = dockerfile.all().any(|step| step.keyword == "RUN" && step.rest.contains("run test"));
        needed.extend(tested.then_some(["test/app.test.js", "tests/app.test.js"]).into_iter().flatten());
        for (path, _) in
            project.texts.iter().filter(|(path, _)| path.starts_with("src/") || path.starts_with("public/"))
        {
            assert!(!ignored.holds(path), "{}: {path}", project.what);
        }
        if ignored.begins_with_everything() {
            return;
        }
        for path in needed {
            assert!(!ignored.holds(path), "{}: {path} is needed by builds", project.what);
        }
        for path in
            ["secrets/password.txt", ".env", ".env.local", ".git/config", "server.key", "compose.yaml"]
        {
            assert!(ignored.holds(path), "{}: {path} is for no image", project.what);
        }
    });
}

#[test]
fn what_is_built_is_built_from_the_whole_source() {
    every_dockerfile(|project, dockerfile| {
        let mut copied =
            dockerfile.all().filter(|step| step.keyword == "COPY" && flag(&step.rest, "--from").is_none());
        let part = copied.find(|step| step.rest.split_whitespace().any(|word| word.starts_with("src")));
        assert!(part.is_none(), "{}: a part of the source lacks what is beside it", project.what);
        if dockerfile.stage("build").is_some() {
            let whole = dockerfile.all().any(|step| step.keyword == "COPY" && step.rest.ends_with(". ."));
            assert!(whole, "{}", project.what);
        }
    });
}

#[test]
fn dependencies_are_installed_before_the_source_is_there() {
    let mut synced = 0;
    every_dockerfile(|project, dockerfile| {
        let Some(build) = dockerfile.stage("build") else { return };
        let steps: Vec<_> =
            dockerfile.lineage(build).into_iter().rev().flat_map(|stage| &stage.steps).collect();
        let sync = |step: &&&dockerfile::Step| step.rest.contains("uv sync");
        let Some(first) = steps.iter().find(sync) else { return };
        let copied = |step: &&dockerfile::Step| step.keyword == "COPY" && step.rest.ends_with(". .");
        // a project that runs from its folder is not installed
        let Some(source) = steps.iter().position(copied) else { return };
        synced += 1;
        let installed = steps.iter().position(|step| step.rest.contains("uv sync")).expect("dependencies");
        assert!(installed < source, "{}", project.what);
        assert!(first.rest.contains("--no-install-project"), "{}: {}", project.what, first.rest);
        assert!(first.rest.contains("--locked"), "{}: {}", project.what, first.rest);
        let last = steps.iter().rfind(|step| step.rest.contains("uv sync")).expect("the project");
        assert!(!last.rest.contains("--no-install-project"), "{}: {}", project.what, last.rest);
    });
    assert!(synced > 0);
}

#[test]
fn nothing_empties_the_cache_mounts_of_apt() {
    let mut installed = 0;
    every_dockerfile(|project, dockerfile| {
        for step in dockerfile.all().filter(|step| step.rest.contains("apt-get install")) {
            installed += 1;
            let what = &project.what;
            assert!(step.rest.contains("rm -f /etc/apt/apt.conf.d/docker-clean"), "{what}: {}", step.rest);
            for folder in ["/var/cache/apt", "/var/lib/apt"] {
                let mount = format!("--mount=type=cache,target={folder},sharing=locked");
                assert!(step.rest.contains(&mount), "{what}: {}", step.rest);
            }
            assert!(step.rest.contains("--no-install-recommends"), "{what}: {}", step.rest);
        }
    });
    assert!(installed > 0);
}

#[test]
fn a_library_that_is_built_with_can_be_there_at_run_time() {
    every_dockerfile(|project, dockerfile| {
        if !project.what.contains("runtime_packages") {
            return;
        }
        let last = dockerfile.last();
        let installs = |stage: &Stage| stage.of("RUN").any(|step| step.rest.contains("a-package"));
        let has_manager = !["/distroless/", "scratch", "nginx"].iter().any(|base| last.from.contains(base));
        let there = dockerfile.lineage(last).into_iter().any(installs);
        assert_eq!(there, has_manager, "{}", project.what);
    });
    let catalog = dockgen::catalog::Catalog::embedded();
    for language in catalog.of(dockgen::catalog::Kind::Language) {
        let manifest = language.manifest().unwrap();
        let asks = |key: &str| manifest.questions.iter().any(|question| question.key == key);
        assert!(asks("runtime_packages") || !asks("build_packages"), "{}", language.name());
    }
}

#[test]
fn several_replicas_share_no_host_port() {
    let mut several = 0;
    every_service(|project, file, name, service| {
        let replicas = at(service, &["deploy", "replicas"]).and_then(Value::text);
        if name == "app" && replicas.is_some_and(|replicas| replicas != "1") {
            several += 1;
            assert!(service.get("ports").is_none(), "{}: {file}", project.what);
        }
        assert!(service.get("container_name").is_none(), "{}: {file} {name}", project.what);
    });
    assert!(several > 0);
}

#[test]
fn ports_are_published_for_this_machine_only() {
    every_service(|project, file, name, service| {
        let Some(Value::Seq(ports)) = service.get("ports") else { return };
        for port in ports {
            let address = port.get("host_ip").and_then(Value::text).unwrap_or_default();
            // The front door is what others are to reach, in production
            let front = project.service.as_deref() == Some(name) && file == "compose.yaml";
            let is_local = address == "127.0.0.1" || address.ends_with(":-127.0.0.1}");
            assert!(
                is_local || (front && address.ends_with("_BIND:-0.0.0.0}")),
                "{}: {file} {name}: {port:?}",
                project.what
            );
        }
    });
}

#[test]
fn package_managers_are_installed_with_their_version() {
    nowhere("corepack");
    let installed =
        Regex::new(r"(npm install --global|npm i -g|pip install|COPY --from=ghcr\.io/astral-sh/uv)").unwrap();
    let pinned = Regex::new(r"==\d|@\d|uv:\d|--requirement|pip install (--editable )?\.$").unwrap();
    every_dockerfile(|project, dockerfile| {
        for step in dockerfile.all() {
            let whole = format!("{} {}", step.keyword, step.rest);
            for part in whole.split(" && ").filter(|part| installed.is_match(part)) {
                assert!(pinned.is_match(part.trim_end()), "{}: {part}", project.what);
            }
        }
    });
}

#[test]
fn every_image_is_pinned_and_none_is_the_latest() {
    nowhere(r"^(FROM|COPY --from=|\s*image:).*(:latest|:edge|:stable|:lts)\b");
    let version = Regex::new(r":[^:/]*\d|-debian\d+:nonroot$|:trixie-slim$").unwrap();
    every_dockerfile(|project, dockerfile| {
        for image in dockerfile.images().iter().filter(|image| *image != "scratch") {
            assert!(version.is_match(image), "{}: {image}", project.what);
        }
    });
    every_service(|project, file, name, service| {
        if let Some(image) = service.get("image").and_then(Value::text).filter(|image| !image.contains("app"))
        {
            assert!(version.is_match(image), "{}: {file} {name}: {image}", project.what);
        }
    });
}

#[test]
fn actions_are_pinned_by_commit_and_critical_findings_fail() {
    let pinned = Regex::new(r"^[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d").unwrap();
    let mut workflows = 0;
    every(|project| {
        let Some(text) = project.texts.get(".github/workflows/docker.yml") else { return };
        workflows += 1;
        for (_, action) in text.lines().filter_map(|line| line.split_once("uses: ")) {
            assert!(pinned.is_match(action), "{}: {action}", project.what);
        }
        assert!(!text.contains("run: trivy"), "{}: nothing installs that program", project.what);
        let (_, gate) = text.split_once("severity: CRITICAL\n").expect("a gate");
        assert!(gate.contains("exit-code: \"1\""), "{}", project.what);
    });
    assert!(workflows > 0);
}

#[test]
fn an_empty_image_still_has_a_user_certificates_time_zones_and_a_tmp() {
    let mut empty = 0;
    every_dockerfile(|project, dockerfile| {
        let last = dockerfile.last();
        if last.from != "scratch" {
            return;
        }
        empty += 1;
        let what = &project.what;
        let copied: String = last.of("COPY").map(|step| step.rest.as_str()).collect();
        assert!(copied.contains("ca-certificates.crt"), "{what}");
        let embedded = dockerfile.all().any(|step| step.rest.contains("-tags timetzdata"));
        assert!(embedded || copied.contains("/usr/share/zoneinfo"), "{what}");
        let (_, _, app) =
            project.services.iter().find(|(_, name, _)| name == "app").expect("the application");
        let mounts = words(app.get("tmpfs"));
        assert!(mounts.iter().any(|mount| mount.starts_with("/tmp")), "{what}");
    });
    assert!(empty > 0);
}

#[test]
fn commands_are_in_exec_form_so_that_signals_arrive() {
    every_dockerfile(|project, dockerfile| {
        for stage in &dockerfile.stages {
            for step in
                stage.steps.iter().filter(|step| step.keyword == "CMD" || step.keyword == "ENTRYPOINT")
            {
                let words = exec_form(&step.rest);
                let first = words.first().map_or("", String::as_str);
                assert!(
                    !["sh", "bash", "/bin/sh", "npm", "yarn", "pnpm"].contains(&first),
                    "{}: {words:?}",
                    project.what
                );
            }
        }
    });
}

//! Generates projects from the whole catalog and proves them: clean under every linter of the field, and,
//! where an engine answers, built, started, healthy and hardened.
//!
//! `PROOF=full` takes the full matrix instead of the covering set, and makes docs/proof.md anew, as `PROOF=write`
//! does from the covering set; `CI=true` makes a missing checker or engine
//! a failure. `scripts/test` sets both up.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test program: it reads and writes files and ends in a panic when it cannot"
)]

mod app;
mod apps;
mod case;
mod catalog;
mod certificate;
mod checkers;
mod checks;
mod cover;
mod docker;
mod edits;
mod engine;
mod http;
mod jobs;
mod lint;
mod report;
mod stack;
mod walk;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Trial};

use app::App;
use apps::Apps;
use case::Matrix;
use catalog::Catalog;
use checkers::Tools;
use cover::Covered;
use docker::Images;
use engine::Engine;
use lint::{Lint, Project};
use report::{Proven, Report};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let proof = std::env::var("PROOF").unwrap_or_default();
    let (full, write) = (proof == "full", proof == "full" || proof == "write");
    let ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let catalog = Catalog::read(&root.join("templates"));
    let apps = App::all(&root.join("tests/apps"));
    let scratch = root.join("target/proof");
    std::fs::create_dir_all(scratch.join("lint")).unwrap();

    let own: [(&str, fn()); 3] = [
        ("cover::covers_what_it_says", cover::covers_what_it_says),
        ("docker::reads_dockerfiles", docker::reads_dockerfiles),
        ("edits::reads_build_logs", edits::reads_build_logs),
    ];
    let mut trials: Vec<Trial> = own
        .into_iter()
        .map(|(name, test)| {
            Trial::test(name, move || {
                test();
                Ok(())
            })
        })
        .collect();
    let here = docker::answers();
    let images = Images::new(standins().map(PathBuf::from));
    let tools = Tools {
        bin: std::env::var_os("DOCKGEN_TOOLS").map_or(root.join("target/tools/bin"), PathBuf::from),
        engine: here,
        images: images.clone(),
        scratch: scratch.clone(),
    };
    let report = Arc::new(Mutex::new(Report::new(head(&tools))));
    trials.extend(lint_trials(&catalog, &apps, &arguments, tools, full, ci));
    let jobs = [jobs::of_languages(&catalog, false, &[]), jobs::of_services(&catalog)].concat();
    let covering = jobs.iter().filter(|job| job.cover).map(|job| (job.section(), job.cells()));
    let real = apps.iter().filter(|app| app.cover).map(|app| (app.section(), app.cells()));
    let covering: Vec<Proven> = covering.chain(real).collect();
    let (proof, templates) = (root.join("docs/proof.md"), root.join("templates"));
    let (path, folder) = (proof.clone(), templates.clone());
    trials.push(Trial::test("proof_is_not_older_than_the_templates", move || {
        // this run makes it anew
        if write { Ok(()) } else { report::is_not_older_than(&path, &folder, &covering).map_err(Into::into) }
    }));

    let of = catalog.clone();
    trials.push(Trial::test("impossible_rows_are_needed", move || {
        engine::impossible_rows_are_needed(&of).map_err(Into::into)
    }));

    let real = Apps::new(images.clone(), scratch.join("engine"), Arc::clone(&report));
    let engine = Engine::new(catalog, images, scratch.join("engine"), Arc::clone(&report));
    let asked = |name: &str| {
        let whole = |text: &str| if arguments.exact { name == text } else { name.contains(text) };
        arguments.filter.as_deref().is_none_or(whole)
            && !arguments.skip.iter().any(|skip| name.contains(skip.as_str()))
    };
    let mut plan = engine.plan(full, here && !arguments.list, &asked);
    plan.trials.extend(real.trials(apps, full, here && !arguments.list, &asked));
    let wanted = plan.trials.iter().any(|trial| asked(trial.name()));
    if !arguments.list && wanted {
        plan.said.iter().for_each(|line| eprintln!("engine: {line}"));
        if !here {
            eprintln!("engine: no engine answers: nothing is built or started, the tests are ignored");
        }
    }
    trials.extend(plan.trials);
    if ci && !here {
        trials.push(Trial::test("engine::is_there", || Err("CI=true, and no engine answers".into())));
    }

    // one that builds while another waits to be healthy
    arguments.test_threads.get_or_insert(2);
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list && wanted && here {
        let report = report.lock().unwrap();
        eprintln!("engine: {}", report.summary());
        report.write(&scratch.join("proof.md"), &templates);
        if write {
            report.write(&proof, &templates);
        }
    }
    conclusion.exit_code()
}

/// The program that makes images where none can be pulled.
fn standins() -> Option<OsString> {
    std::env::var_os("DOCKGEN_STANDINS").filter(|program| !program.is_empty())
}

/// What `docs/proof.md` begins with.
fn head(tools: &Tools) -> String {
    let mut versions: Vec<String> =
        checkers::versions(tools).into_iter().map(|(name, version)| format!("{name} {version}")).collect();
    let mut ask = |name: &str, arguments: &[&str]| {
        if let Ok(version) = docker::run(arguments) {
            versions.push(format!("{name} {}", version.trim()));
        }
    };
    ask("Docker Engine", &["version", "--format", "{{.Server.Version}}"]);
    ask("Docker Compose", &["compose", "version", "--short"]);
    format!(
        "# What is proven\n\n\
         Made by `scripts/test --proof` and `--full`: a row stays until its templates change. Each row is a\n\
         project that `dockgen new` wrote, built and started on an engine. *healthy*: every service became\n\
         healthy with capabilities dropped, no new privileges and limits; the application answered `/`, which\n\
         reaches every service, and `/health`, ran as a numeric user that is not root on a read-only root file\n\
         system with no capability, stopped within two seconds by SIGTERM, its image holds no compiler and no\n\
         package manager beyond the base's, no secret is in the images' history, and in production form nothing\n\
         but the application (on 127.0.0.1) and the front door is published. All projects of the lint matrix,\n\
         which is larger, have no finding but those that\n\
         [lint-exceptions.toml](../tests/proof/lint-exceptions.toml) gives a reason for.\n\n\
         Base images were {}.\n\n\
         With {}.\n",
        match standins() {
            Some(_) => "stand-ins made from Debian, npm and PyPI packages: the same programs, other sizes",
            None => "pulled from their registries",
        },
        versions.join(", "),
    )
}

/// What a lint test does with the results that all share.
type Run = Box<dyn FnOnce(&Lint) -> Result<(), String> + Send>;

fn lint_trials(
    catalog: &Catalog,
    apps: &[App],
    arguments: &Arguments,
    tools: Tools,
    full: bool,
    ci: bool,
) -> Vec<Trial> {
    let mut cases: Vec<Box<dyn Project>> = Vec::new();
    let mut said = Vec::new();
    let mut covered = Covered::new();
    for language in &catalog.languages {
        let matrix = Matrix::of(catalog, language);
        let cover = matrix.cover(full, &mut covered);
        said.push(format!(
            "{}: {} projects hold {} pairs of answers, all that can stand together ({} cannot)",
            language.name,
            cover.rows.len(),
            cover.pairs - cover.impossible.len(),
            cover.impossible.len(),
        ));
        for (number, row) in cover.rows.iter().enumerate() {
            cases.push(Box::new(matrix.case(number, row)));
        }
    }
    for app in apps {
        cases.push(Box::new(app.clone()));
    }
    let name = |case: &dyn Project| format!("lint::{}", case.name());
    // a filter on the command line saves the time of what it leaves out
    if let Some(filter) = &arguments.filter
        && cases.iter().any(|case| name(case.as_ref()).contains(filter.as_str()))
    {
        cases.retain(|case| name(case.as_ref()).contains(filter.as_str()));
    }
    let missing: Vec<_> =
        ["hadolint", "dclint", "compose-lint", "checkov", "shellcheck", "zizmor", "nginx", "docker-compose"]
            .into_iter()
            .filter(|name| !tools.bin.join(name).exists())
            .collect();
    let mut absent = Vec::new();
    if !missing.is_empty() {
        absent.push(format!("{} missing: `scripts/tools` installs them", missing.join(", ")));
    }
    if !tools.engine {
        absent.push("no engine answers: `docker build --check` did not run".to_owned());
    }
    for line in said.iter().chain(&absent) {
        if !arguments.list {
            eprintln!("lint: {line}");
        }
    }
    let ignored = !missing.is_empty() && !ci;
    let lint = Arc::new(Lint::new(cases, tools.scratch.join("lint"), tools));
    let trial = |name: String, run: Run| {
        let lint = Arc::clone(&lint);
        Trial::test(name, move || run(&lint).map_err(Into::into)).with_ignored_flag(ignored)
    };
    let mut trials = vec![
        trial("lint::checkers_see".to_owned(), Box::new(|lint| lint::checkers_see(&lint.tools))),
        trial("lint::exceptions_are_needed".to_owned(), Box::new(Lint::exceptions_are_needed)),
    ];
    if ci && !absent.is_empty() {
        let absent = absent.join("; ");
        trials.push(trial("lint::all_is_there".to_owned(), Box::new(move |_| Err(absent))));
    }
    for at in 0..lint.cases.len() {
        trials.push(trial(name(lint.cases[at].as_ref()), Box::new(move |lint| lint.case(at))));
    }
    trials.push(trial(
        "lint::summary".to_owned(),
        Box::new(|lint| {
            eprintln!("lint: {}", lint.summary());
            Ok(())
        }),
    ));
    trials
}

//! A changed source line: it shows in development, and the next build does not install dependencies again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use regex_lite::Regex;

use crate::case::APP;
use crate::stack::Stack;

/// `"status": "ok"` as the languages write it.
fn answer() -> Regex {
    Regex::new(r#"status\\?["']?\s*[:,=]\s*(\w+\()?\\?["']ok\\?["']"#).unwrap()
}

/// A change of the source, and where it shows.
struct Edit {
    path: PathBuf,
    text: String,
    edited: String,
    url: &'static str,
}

/// A line of the starter's source whose change can be seen from outside, changed.
fn edit(folder: &Path) -> Result<Edit, String> {
    let answer = answer();
    // A page is what a server that is no part of the source shows.
    let mut line = None;
    let skipped = ["secrets/", ".dockgen/", "node_modules/"];
    let configuration = [".md", ".conf", ".yaml", ".toml"];
    for path in crate::walk::walk(folder) {
        let inside = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap_or_default();
        if skipped.iter().any(|start| inside.starts_with(start))
            || configuration.iter().any(|end| inside.ends_with(end))
            || inside.contains("test")
        {
            continue;
        }
        if inside.ends_with("index.html") && text.contains("<title>") {
            let edited = text.replace("<title>", "<title>edited ");
            return Ok(Edit { path, text, edited, url: "/" });
        }
        if let Some(found) = answer.find(&text) {
            let changed = found.as_str().replacen("ok", "edited", 1);
            let edited = [&text[..found.start()], &changed, &text[found.end()..]].concat();
            line = line.or(Some(Edit { path, text, edited, url: "/health" }));
        }
    }
    line.ok_or_else(|| "no source line was found whose change would show".to_owned())
}

/// A change of the source shows in the running container, without a build by hand.
pub fn edit_shows(stack: &Stack) -> Result<(), String> {
    let edit = edit(&stack.folder)?;
    let watched = stack.config()?["services"][APP]["develop"]["watch"].is_array();
    let mut watch = None;
    if watched {
        let log =
            fs::File::create(stack.folder.with_extension("watch.log")).map_err(|error| error.to_string())?;
        let errors = log.try_clone().map_err(|error| error.to_string())?;
        let child =
            stack.command(&["watch", "--no-up", APP]).stdin(Stdio::null()).stdout(log).stderr(errors).spawn();
        watch = Some(child.map_err(|error| error.to_string())?);
        let ready = Instant::now();
        let log = stack.folder.with_extension("watch.log");
        while !fs::read_to_string(&log).unwrap_or_default().contains("Watch enabled") {
            if ready.elapsed() > Duration::from_secs(30) {
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    let result = edit_seen(stack, &edit);
    // what the build tests is the starter as it was written
    let _ = fs::write(&edit.path, &edit.text);
    if let Some(mut child) = watch {
        let _ = child.kill();
        let _ = child.wait();
    }
    result
}

fn edit_seen(stack: &Stack, edit: &Edit) -> Result<(), String> {
    let Edit { path, edited, url, .. } = edit;
    fs::write(path, edited).map_err(|error| error.to_string())?;
    let started = Instant::now();
    let mut last = String::new();
    while started.elapsed() < Duration::from_secs(90) {
        // a rebuilt service is another container, perhaps on its way up
        let door = stack.service(APP).ok().and_then(|app| app[0].doors().first().copied());
        match door.map_or(Err("not published".to_owned()), |door| door.get(url)) {
            Ok((200, body)) if body.contains("edited") => return Ok(()),
            Ok((status, body)) => last = format!("{status} {}", body.chars().take(200).collect::<String>()),
            Err(error) => last = error,
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    let log = fs::read_to_string(stack.folder.with_extension("watch.log")).unwrap_or_default();
    let logs = stack.compose(&["logs", "--no-color", "--tail", "15", APP]).unwrap_or_default();
    Err(format!("90 s after a change in {} GET {url} still gives {last}\n{logs}\n{log}", path.display()))
}

/// The file of a starter whose change can be seen.
pub fn source_of(folder: &Path) -> Result<PathBuf, String> {
    edit(folder).map(|edit| edit.path)
}

/// How often a change is built before what ran again is held against the Dockerfile: that does it each time. An engine
/// that dropped a layer, for room or with an image that was removed, has the steps above it still, and sees what is
/// missing when the first of them is built again.
const TRIES: usize = 3;

/// After one more line in a source file, the steps that install dependencies come from the cache, and no
/// dependency is downloaded or compiled again.
pub fn rebuild_reuses(stack: &Stack, services: &[&str], source: &Path) -> Result<String, String> {
    let build = [&["build"], services].concat();
    stack.compose(&build)?;
    let mut again = Vec::new();
    for _ in 0..TRIES {
        let (log, took) = build_after_a_line(stack, &build, source)?;
        if !steps_of(&log).iter().any(|step| !step.cached) {
            return Err(format!("after a change in {} nothing was built again", source.display()));
        }
        again = again_of(&log);
        if again.is_empty() {
            return Ok(format!("{:.1} s", took.as_secs_f64()));
        }
        eprintln!(
            "engine: the cache lacked a step after a change in {}: {}",
            source.display(),
            again.join("; ")
        );
    }
    Err(format!("after each change in {} this ran again: {}", source.display(), again.join("; ")))
}

/// What the build says of itself after one more line in a source file, and how long it took.
fn build_after_a_line(stack: &Stack, build: &[&str], source: &Path) -> Result<(String, Duration), String> {
    let text = fs::read_to_string(source).map_err(|error| error.to_string())?;
    fs::write(source, format!("{text}\n")).map_err(|error| error.to_string())?;
    let started = Instant::now();
    let log = stack.compose(build)?;
    Ok((log, started.elapsed()))
}

/// What a build did that has nothing to do with the application's own source: commands in stages that do not
/// hold it, and what the tools say of dependencies where they are kept in a cache mount.
fn again_of(log: &str) -> Vec<String> {
    // `manifests` and `packages` look for manifests in the source; what they find decides on what follows
    let own = ["build", "manifests", "packages", "runtime"];
    let steps = steps_of(log).into_iter();
    let ran = steps
        .filter(|step| !step.cached && step.text.starts_with("RUN") && !own.contains(&step.stage.as_str()));
    let said = Regex::new(concat!(
        r"^#\d+ [0-9.]+ +(",
        // Cargo names the folder of what is the application's own
        r"Compiling \S+ v[^ ()]+$|Downloaded |Downloading \S|go: downloading |Collecting [A-Za-z0-9._-]+(?:[\[<>=!~;@]| \(|$))",
    ))
    .unwrap();
    ran.map(|step| step.text)
        .chain(log.lines().filter(|line| said.is_match(line)).map(str::to_owned))
        .collect()
}

struct Step {
    stage: String,
    text: String,
    cached: bool,
}

/// `#9 [app deps 2/3] RUN …` and, further down, `#9 CACHED`.
fn steps_of(log: &str) -> Vec<Step> {
    let head = Regex::new(r"^#(\d+) \[(?:\S+ )?(\S+)\s+\d+/\d+\] (.*)$").unwrap();
    let mark = Regex::new(r"^#(\d+) CACHED$").unwrap();
    let mut steps: BTreeMap<String, Step> = BTreeMap::new();
    for line in log.lines() {
        if let Some(found) = head.captures(line) {
            let step = Step { stage: found[2].to_owned(), text: found[3].to_owned(), cached: false };
            steps.entry(found[1].to_owned()).or_insert(step);
        } else if let Some(found) = mark.captures(line)
            && let Some(step) = steps.get_mut(&found[1])
        {
            step.cached = true;
        }
    }
    steps.into_values().collect()
}

/// A build's own report is read as it is written, and the line that is edited is found in the forms in which
/// starters have it.
pub fn reads_build_logs() {
    let log = concat!(
        "#7 [app deps 1/3] FROM docker.io/library/python:3.14-slim\n#7 DONE 0.0s\n",
        "#8 [app internal] load build context\n#8 DONE 0.0s\n",
        "#9 [app deps 2/3] RUN pip install\n#9 CACHED\n",
        "#10 [build 1/1] COPY . .\n#10 DONE 0.1s\n",
    );
    let steps = steps_of(log);
    let of = |text: &str| {
        steps.iter().find(|step| step.text.starts_with(text)).map(|step| (step.stage.as_str(), step.cached))
    };
    assert_eq!(of("RUN pip"), Some(("deps", true)));
    assert_eq!(of("COPY"), Some(("build", false)));
    assert_eq!(steps.len(), 3);
    let build = "#9 [app build 1/2] COPY . .\n#9 DONE 0.1s\n#10 [app build 2/2] RUN cargo build\n";
    let own = "#10 0.61    Compiling shop v0.1.0 (/src)\n#10 DONE 2.0s\n";
    assert!(again_of(&[build, own].concat()).is_empty());
    for again in [
        "#10 0.52    Compiling tokio v1.47.1\n",
        "#10 0.4  Downloaded tokio v1.47.1\n",
        "#10 0.3 go: downloading golang.org/x/text v0.3.0\n",
        "#11 [app deps 3/3] RUN npm ci\n",
    ] {
        assert_eq!(again_of(&[build, own, again].concat()).len(), 1, "{again}");
    }
    for line in [
        r#"{"status": "ok"}"#,
        r#"json!({"status":"ok"})"#,
        r#"map[string]string{"status": "ok"}"#,
        r#""{\"status\":\"ok\"}""#,
        "{ 'status': 'ok' }",
        "{ status: 'ok' }",
        r#"Map.of("status", "ok")"#,
        r#"("status", text("ok"))"#,
    ] {
        let found = answer().find(line).unwrap_or_else(|| panic!("{line}"));
        assert!(found.as_str().contains("ok"), "{line}");
    }
}

//! What people and programs are shown: plans, results, the catalog.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use dockgen::Way;
use dockgen::catalog::{Catalog, Entry, Kind};
use dockgen::check::Finding;
use dockgen::detect::{Answer, Application, Language, Survey};
use dockgen::disk::{Disk, State, Written};
use dockgen::error::Result;
use dockgen::manifest::{Form, Manifest, Question};
use dockgen::plan::{Change, Plan, ProjectPath};
use serde_json::{Value as Json, json};

use crate::cli::Listed;

/// The plan as a file tree, for a person to agree to.
pub fn summary(plan: &Plan, disk: &Disk) -> Result<String> {
    let mut text = format!("\n{}\n", disk.root().display());
    let mut marks = BTreeMap::new();
    for change in &plan.changes {
        let mark = match (change, disk.state(change)?) {
            (Change::Delete { .. }, _) => "delete",
            (Change::Insert { .. }, _) => "extend",
            (_, State::Identical) => STAYS,
            (Change::Secret { .. }, _) => "new secret",
            (_, State::Conflict) => "in the way",
            _ => "new",
        };
        // Of several changes of one file, those that find everything there say nothing about the others
        let said = marks.entry(change.path().as_str()).or_insert(mark);
        if *said == STAYS {
            *said = mark;
        }
    }
    text.push_str(&tree(&marks));
    text.push_str(&notes(&plan.notes));
    text.push('\n');
    Ok(text)
}

/// The mark of a file that is there just as it is to be.
const STAYS: &str = "as it is";

/// Paths as an indented tree, each with a word behind it.
fn tree(marks: &BTreeMap<&str, &str>) -> String {
    let mut text = String::new();
    let mut above: Vec<&str> = Vec::new();
    for (path, mark) in marks {
        let parts: Vec<&str> = path.split('/').collect();
        let (name, folders) = parts.split_last().map_or((*path, &[][..]), |(name, folders)| (*name, folders));
        let same = above.iter().zip(folders).take_while(|(a, b)| a == b).count();
        for (depth, folder) in folders.iter().enumerate().skip(same) {
            let _ = writeln!(text, "{}{folder}/", "  ".repeat(depth + 1));
        }
        above = folders.to_vec();
        let line = format!("{}{name}", "  ".repeat(folders.len() + 1));
        let _ = writeln!(text, "{line:<40}  {mark}");
    }
    text
}

/// What becomes of each change, in their order, where `overwrite` may be replaced and `way` settles the rest.
pub fn verdicts(plan: &Plan, way: Way, overwrite: &[ProjectPath], disk: &Disk) -> Result<Vec<&'static str>> {
    let verdict = |change: &Change| {
        Ok(match disk.state(change)? {
            State::Absent => "write",
            State::Identical => "stay",
            State::Conflict if overwrite.contains(change.path()) || way == Way::Overwrite => "overwrite",
            State::Conflict if way == Way::Keep => KEEP,
            State::Conflict => "conflict",
        })
    };
    plan.changes.iter().map(verdict).collect()
}

/// The verdict on a file that is in the way, and stays.
const KEEP: &str = "keep";

/// The plan as a program reads it, with the verdict on each change. docs/output.md documents its keys, which are
/// stable.
pub fn plan_json(plan: &Plan, verdicts: &[&str]) -> String {
    let mut changes = json!(plan.changes);
    for (change, verdict) in changes.as_array_mut().into_iter().flatten().zip(verdicts) {
        if let Some(change) = change.as_object_mut() {
            change.insert("verdict".to_owned(), (*verdict).into());
        }
    }
    pretty(&json!({ "changes": changes, "notes": plan.notes }))
}

/// The plan as diffs against the disk, without what stays as it is.
pub fn diffs(plan: &Plan, verdicts: &[&str], disk: &Disk) -> Result<String> {
    let mut text = String::new();
    for (change, verdict) in plan.changes.iter().zip(verdicts) {
        let there = match change {
            Change::Secret { .. } => None,
            _ => disk.read(change.path())?,
        };
        if !["stay", KEEP].contains(verdict) {
            text.push_str(&change.diff(there.as_deref()));
        }
    }
    Ok(text)
}

/// The files that a plan would not replace.
pub fn kept(plan: &Plan, verdicts: &[&str]) -> String {
    let kept = plan.changes.iter().zip(verdicts).filter(|(_, verdict)| **verdict == KEEP);
    kept.map(|(change, _)| format!("{:>9} {}\n", "kept", change.path())).collect()
}

/// What is no insertion is shown before it is made.
pub fn rewrites(plan: &Plan) -> String {
    let diff = |change: &Change| match change {
        Change::Rewrite { before, .. } => Some(change.diff(Some(before))),
        _ => None,
    };
    plan.changes.iter().filter_map(diff).collect()
}

/// What became of the files, and nothing else.
pub fn results(done: &[(ProjectPath, Written)], notes: &[String]) -> String {
    let mut text = String::new();
    for (path, written) in done {
        let word = match written {
            Written::Created => "created",
            Written::Changed => "changed",
            Written::Deleted => "deleted",
            Written::Kept => "kept",
            Written::Identical => continue,
        };
        let _ = writeln!(text, "{word:>9} {path}");
    }
    if text.is_empty() {
        text.push_str("nothing to do: everything is there already\n");
    }
    text + &self::notes(notes)
}

/// What the person should know.
pub fn notes(notes: &[String]) -> String {
    notes.iter().map(|note| format!("note: {note}\n")).collect()
}

/// The commands to run next.
pub fn next(folder: Option<&str>) -> String {
    let mut text = "\nnext:\n".to_owned();
    if let Some(folder) = folder {
        let quoted = shlex::try_quote(folder).unwrap_or(folder.into());
        let _ = writeln!(text, "  cd {quoted}");
    }
    text.push_str("  docker compose up --build --wait\n");
    text
}

/// What a project says about itself: each answer with its evidence.
pub fn survey(survey: &Survey, catalog: &Catalog) -> Result<String> {
    let mut text = String::new();
    for application in &survey.applications {
        let Application { path, language, others, found, services } = application;
        let manifest = catalog.get(Kind::Language, &language.name)?.manifest()?;
        let gap = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{gap}{path}: {} ← {}", language.name, language.place);
        for other in others {
            let _ = writeln!(text, "  or {} ← {}", other.name, other.place);
        }
        if !found.runs() {
            text.push_str("  nothing here shows a program to start: it may be a library\n");
        }
        for (key, answer) in found.answers.iter().filter(|(key, _)| !key.starts_with('_')) {
            let question = manifest.questions.iter().find(|question| question.key == *key);
            let wanted = answer.text();
            let value = match answer.under(question) {
                Some(value) if value == wanted => value,
                Some(value) => format!("{value} ({wanted})"),
                None => format!("{wanted}, which is not offered"),
            };
            let _ = writeln!(text, "  {key} {value} ← {}", answer.place);
            for (value, place) in &answer.also {
                let _ = writeln!(text, "    or {value} ← {place}");
            }
        }
        for (note, place) in &found.notes {
            let _ = writeln!(text, "  note: {note} ← {place}");
        }
        for service in services {
            let doubt = match (service.chosen, service.certain) {
                (true, true) => "",
                (true, false) => ", perhaps",
                (false, _) => ", though another is likelier or is missing",
            };
            let _ = writeln!(text, "  service {}{doubt} ← {}", service.service, service.place);
            for (key, answer) in &service.answers {
                let _ = writeln!(text, "    {key} {} ← {}", answer.text(), answer.place);
            }
            for (name, place) in &service.reads {
                let _ = writeln!(text, "    reads {name} ← {place}");
            }
        }
    }
    if text.is_empty() {
        text.push_str("nothing here shows a language of the catalog\n");
    }
    for passed in &survey.passed {
        let line = passed.line.map(|line| format!(":{line}")).unwrap_or_default();
        let _ = writeln!(text, "passed over {}{line}: {}", passed.file, passed.why);
    }
    Ok(text)
}

/// What a project says about itself, as a program reads it.
pub fn survey_json(survey: &Survey, catalog: &Catalog) -> Result<String> {
    let shown = |language: &Language| json!({ "name": language.name, "evidence": language.place });
    let also = |answer: &Answer| -> Vec<Json> {
        answer.also.iter().map(|(value, place)| json!({ "value": value, "evidence": place })).collect()
    };
    let mut applications = Vec::new();
    for application in &survey.applications {
        let manifest = catalog.get(Kind::Language, &application.language.name)?.manifest()?;
        let shown_answers = application.found.answers.iter().filter(|(key, _)| !key.starts_with('_'));
        let answers = shown_answers.map(|(key, answer)| {
            let question = manifest.questions.iter().find(|question| question.key == *key);
            let answer = json!({
                "value": answer.under(question),
                "found": answer.text(),
                "asked": question.is_some(),
                "evidence": answer.place,
                "also": also(answer),
            });
            (key.clone(), answer)
        });
        let services = application.services.iter().map(|service| {
            let answers = service.answers.iter().map(|(key, answer)| {
                (
                    key.clone(),
                    json!({ "value": answer.text(), "evidence": answer.place, "also": also(answer) }),
                )
            });
            json!({
                "name": service.service,
                "evidence": service.place,
                "certain": service.certain,
                "chosen": service.chosen,
                "reads": service.reads,
                "answers": answers.collect::<serde_json::Map<_, _>>(),
            })
        });
        applications.push(json!({
            "path": application.path,
            "language": shown(&application.language),
            "others": application.others.iter().map(shown).collect::<Vec<_>>(),
            "program": application.found.program,
            "answers": answers.collect::<serde_json::Map<_, _>>(),
            "notes": application.found.notes.iter().map(|(note, place)| json!({ "note": note, "evidence": place })).collect::<Vec<_>>(),
            "services": services.collect::<Vec<_>>(),
        }));
    }
    Ok(pretty(&json!({ "applications": applications, "passed": survey.passed })))
}

/// The catalog as a list.
pub fn list(catalog: &Catalog, what: Option<Listed>) -> Result<String> {
    let mut text = String::new();
    for (listed, kind, heading) in
        [(Listed::Languages, Kind::Language, "languages"), (Listed::Services, Kind::Service, "services")]
    {
        if what.is_some_and(|what| what != listed) {
            continue;
        }
        let _ = writeln!(text, "{heading}:");
        for entry in catalog.of(kind) {
            let origin =
                if entry.origin() == "built-in" { String::new() } else { format!("  ({})", entry.origin()) };
            let _ = writeln!(text, "  {:<12} {}{origin}", entry.name(), entry.manifest()?.summary);
        }
    }
    if what.is_none_or(|what| what == Listed::Bases) {
        text.push_str("bases:\n");
        for entry in catalog.of(Kind::Language) {
            let manifest = entry.manifest()?;
            let Some(base) = base(&manifest) else { continue };
            for choice in &base.choices {
                let _ = writeln!(text, "  {:<12} {:<12} {}", entry.name(), choice.value, choice.note);
            }
        }
    }
    Ok(text)
}

fn base(manifest: &Manifest) -> Option<&Question> {
    manifest.questions.iter().find(|question| question.key == "base")
}

/// The catalog as a program reads it.
pub fn list_json(catalog: &Catalog, what: Option<Listed>) -> Result<String> {
    let mut object = serde_json::Map::new();
    for (listed, kind, key) in
        [(Listed::Languages, Kind::Language, "languages"), (Listed::Services, Kind::Service, "services")]
    {
        if what.is_none_or(|what| what == listed) {
            let entries = catalog.of(kind).map(|entry| {
                let manifest = entry.manifest()?;
                Ok(json!({ "name": entry.name(), "title": manifest.title, "summary": manifest.summary, "origin": entry.origin() }))
            });
            object.insert(key.to_owned(), entries.collect::<Result<Vec<_>>>()?.into());
        }
    }
    if what.is_none_or(|what| what == Listed::Bases) {
        let mut bases = Vec::new();
        for entry in catalog.of(Kind::Language) {
            let manifest = entry.manifest()?;
            for choice in base(&manifest).map(|base| base.choices.as_slice()).unwrap_or_default() {
                bases.push(json!({ "language": entry.name(), "base": choice.value, "note": choice.note }));
            }
        }
        object.insert("bases".to_owned(), bases.into());
    }
    Ok(pretty(&Json::Object(object)))
}

/// One entry as text.
pub fn entry(entry: &Entry) -> Result<String> {
    let manifest = entry.manifest()?;
    let mut text = format!(
        "{} ({}): {}\nkind:   {}\norigin: {}\n",
        entry.name(),
        manifest.title,
        manifest.summary,
        entry.kind().name(),
        entry.origin()
    );
    if !manifest.questions.is_empty() {
        text.push_str("\nquestions (--set NAME.KEY=VALUE, where NAME is the Compose service):\n");
    }
    for question in &manifest.questions {
        let default =
            question.default.as_ref().map(|value| format!(" [{}]", plain(value))).unwrap_or_default();
        let _ = writeln!(text, "  {:<18} {}{default}", question.key, question.prompt);
        if let Some(help) = &question.help {
            let _ = writeln!(text, "{:21}{help}", "");
        }
        let longest = question.choices.iter().map(|choice| choice.value.len()).max().unwrap_or_default();
        for choice in &question.choices {
            let _ = writeln!(text, "{:21}{:<longest$}  {}", "", choice.value, choice.note);
        }
        if matches!(question.kind, Form::Text | Form::Integer) {
            let _ = writeln!(text, "{:21}{}", "", dockgen::answers::allowed(question));
        }
    }
    if !manifest.refuse.is_empty() {
        text.push_str("\ncannot run:\n");
    }
    for rule in &manifest.refuse {
        let _ = writeln!(text, "  {} (instead: {})", rule.reason, rule.instead);
    }
    text.push_str("\nfiles of the entry:\n");
    for file in entry.files("") {
        let _ = writeln!(text, "  {file}");
    }
    Ok(text)
}

fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// One entry as a program reads it: its manifest, origin and files.
pub fn entry_json(entry: &Entry) -> Result<String> {
    Ok(pretty(&json!({
        "name": entry.name(),
        "kind": entry.kind().name(),
        "origin": entry.origin(),
        "files": entry.files(""),
        "manifest": *entry.manifest()?,
    })))
}

/// What is wrong with a folder of entries, a line each.
pub fn findings(findings: &[Finding], folder: &Path) -> String {
    let mut text: String =
        findings.iter().map(|finding| format!("{}\n", folder.join(finding.to_string()).display())).collect();
    if text.is_empty() {
        text.push_str("nothing to complain about\n");
    }
    text
}

/// The same as a program reads it.
pub fn findings_json(findings: &[Finding]) -> String {
    pretty(&json!({ "findings": findings }))
}

fn pretty(value: &Json) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

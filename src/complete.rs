//! What a shell may offer for the word that is being typed: names of the catalog, questions and their answers,
//! and the services of the Compose file at hand.

mod bash;
mod line;

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::{Arg, Command, ValueHint};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{EnvCompleter, Fish, Powershell, Shells, Zsh};

use bash::Bash;
use line::Line;

use crate::cli::{Shell, Surroundings};
use dockgen::error::{Error, Result};
use dockgen::request::{APP, APP_FLAGS};

/// A shell that asks for completions sets it to its own name.
const VARIABLE: &str = "DOCKGEN_COMPLETE";
const PROGRAM: &str = "dockgen";
const SHELLS: Shells<'static> = Shells(&[&Bash, &Zsh, &Fish, &Powershell]);

/// Answers a shell that asks for completions. `false`: none did, and nothing was said.
pub fn answer(command: fn() -> Command, arguments: &[OsString]) -> clap::error::Result<bool> {
    let typed = arguments.iter().skip_while(|word| *word != "--").skip(1);
    let typed: Vec<OsString> = typed.cloned().collect();
    let here = std::path::Path::new(".").canonicalize().ok();
    let arguments = std::iter::once(OsString::from(PROGRAM)).chain(arguments.iter().cloned());
    CompleteEnv::with_factory(|| offering(command(), &typed))
        .var(VARIABLE)
        .completer(PROGRAM)
        .shells(SHELLS)
        .try_complete(arguments, here.as_deref())
}

/// The script that makes a shell ask.
pub fn script(shell: Shell) -> Result<String> {
    let shell: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::Powershell => &Powershell,
    };
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)
        .map_err(|source| Error::Io { action: "write", path: "the script".into(), source })?;
    Ok(String::from_utf8_lossy(&script).into_owned())
}

/// What Docker passes on to the shell: a candidate a line, its help behind a tab, then `:4`, which says that
/// file names are not to be offered besides.
pub fn for_docker(command: Command, mut typed: Vec<OsString>) -> Result<String> {
    typed.insert(0, PROGRAM.into());
    let last = typed.len() - 1;
    let mut command = offering(command, &typed);
    let found = clap_complete::engine::complete(&mut command, typed, last, Some(std::path::Path::new(".")))
        .map_err(|source| Error::Io { action: "complete in", path: ".".into(), source })?;
    let mut text = String::new();
    for candidate in found {
        let help = candidate.get_help().map(|help| format!("\t{help}")).unwrap_or_default();
        text.push_str(&format!("{}{}\n", candidate.get_value().to_string_lossy(), help.replace('\n', " ")));
    }
    text.push_str(":4\n");
    Ok(text)
}

/// The command line with what each argument may be.
fn offering(command: Command, typed: &[OsString]) -> Command {
    let line = Arc::new(Line::new(Surroundings::read().ok(), bash::joined(typed.to_vec(), 0).0));
    command.mut_subcommands(|sub| {
        let name = sub.get_name().to_owned();
        sub.mut_args(|arg| {
            if let Some(key) = question_of(&arg) {
                return arg.add(offers(&line, move |line, _| line.answers(APP, key)));
            }
            match (name.as_str(), arg.get_id().as_str()) {
                (_, "language") => arg.add(offers(&line, |line, _| line.languages())),
                (_, "service") => arg.add(offers(&line, |line, _| line.services())),
                ("add", "names") => arg.add(offers(&line, |line, _| line.entries())),
                ("show" | "eject", "name") => arg.add(offers(&line, |line, _| line.entries())),
                (_, "set") => arg.add(offers(&line, Line::settings)),
                ("add", "to") | ("remove", "names") => {
                    arg.add(offers(&line, |line, _| line.compose_services()))
                }
                (_, "dir" | "templates" | "path") => arg.value_hint(ValueHint::DirPath),
                (_, "file" | "answers") => arg.value_hint(ValueHint::FilePath),
                _ => arg,
            }
        })
    })
}

/// The application's question that a flag answers.
fn question_of(arg: &Arg) -> Option<&'static str> {
    let is_its = |flag: &str| arg.get_long().is_some() && flag.strip_prefix("--") == arg.get_long();
    APP_FLAGS.iter().find(|(_, flag)| is_its(flag)).map(|(key, _)| *key)
}

/// Of what is found in the line, that which begins with what is typed.
fn offers(
    line: &Arc<Line>,
    find: impl Fn(&Line, &str) -> Vec<CompletionCandidate> + Send + Sync + 'static,
) -> ArgValueCompleter {
    let line = Arc::clone(line);
    ArgValueCompleter::new(move |current: &OsStr| match current.to_str() {
        Some(typed) => {
            let mut found = find(&line, typed);
            found.retain(|one| one.get_value().to_str().is_some_and(|value| value.starts_with(typed)));
            found
        }
        None => Vec::new(),
    })
}

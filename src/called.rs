//! How the program was called: by its name, or by Docker as a plugin of its command line.
//! Source: the Docker CLI's plugin specification, `docs/extend/cli_plugins.md` in docker/cli.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use serde_json::json;

/// The file name under which Docker finds the plugin.
const PLUGIN: &str = "docker-dockgen";
/// The word after which a plugin's own arguments begin.
const NAME: &str = "dockgen";

/// Examples of `docker dockgen completions`: Docker passes on to its plugins what is to be completed.
const COMPLETIONS: &str = "\
Examples:
  docker completion bash > ~/.local/share/bash-completion/completions/docker
                                                Docker's own script completes `docker dockgen`, too
  docker dockgen completions bash               the script for `dockgen` under its own name";

/// What is wanted of the program.
#[derive(Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What its arguments say.
    Run,
    /// What Docker asks each plugin.
    Metadata,
    /// What Docker asks when somebody presses the tab key; the last argument is what is typed so far.
    Complete,
}

/// How the program was called.
#[derive(Debug)]
pub struct Called {
    /// What for.
    pub purpose: Purpose,
    /// Whether Docker called it.
    pub by_docker: bool,
    /// Its own arguments.
    pub arguments: Vec<OsString>,
}

impl Called {
    /// Reads the process's arguments, the first of which is the program.
    pub fn with(mut arguments: impl Iterator<Item = OsString>) -> Self {
        let program = arguments.next().unwrap_or_default();
        let arguments: Vec<OsString> = arguments.collect();
        if Path::new(&program).file_stem() == Some(OsStr::new(PLUGIN)) {
            return Self::by_docker(arguments);
        }
        Self { purpose: Purpose::Run, by_docker: false, arguments }
    }

    fn by_docker(mut arguments: Vec<OsString>) -> Self {
        let word = |at: usize| arguments.get(at).and_then(|word| word.to_str()).unwrap_or_default();
        let (purpose, help) = match (word(0), word(1)) {
            ("docker-cli-plugin-metadata", _) => (Purpose::Metadata, false),
            ("__complete" | "__completeNoDesc", NAME) => (Purpose::Complete, false),
            ("help", NAME) => (Purpose::Run, true),
            _ => (Purpose::Run, false),
        };
        // Docker's own options come first: `docker --debug dockgen new`.
        let passed_on = purpose == Purpose::Complete || help || word(0) == NAME || word(0).starts_with('-');
        if passed_on && let Some(at) = arguments.iter().position(|word| word == NAME) {
            arguments.drain(..=at);
        }
        if help {
            arguments.push("--help".into());
        }
        Self { purpose, by_docker: true, arguments }
    }

    /// What a person types to call it.
    pub fn name(&self) -> &'static str {
        if self.by_docker { "docker dockgen" } else { NAME }
    }

    /// A text in which commands are named as this person types them.
    pub fn in_words<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !self.by_docker {
            return Cow::Borrowed(text);
        }
        let typed = |text: &str, before: &str| {
            text.replace(&format!("{before}{NAME} "), &format!("{before}{} ", self.name()))
        };
        Cow::Owned(typed(&typed(text, "`"), "\n  "))
    }

    /// The command line, named as this person types it.
    pub fn command(&self, command: clap::Command) -> clap::Command {
        if !self.by_docker {
            return command;
        }
        let worded = |command: clap::Command| match command.get_after_help() {
            Some(examples) => {
                let examples = self.in_words(&examples.to_string()).into_owned();
                command.after_help(examples)
            }
            None => command,
        };
        let command = worded(command.bin_name(self.name())).mut_subcommands(worded);
        command.mut_subcommand("completions", |completions| completions.after_help(COMPLETIONS))
    }

    /// What somebody should know who wants a script for a shell.
    pub fn of_completions(&self) -> &'static str {
        if !self.by_docker {
            return "";
        }
        "note: the script completes `dockgen` under its own name; Docker's own, of `docker completion`, asks dockgen \
         about `docker dockgen`\n"
    }
}

/// What Docker wants to know of a plugin.
pub fn metadata() -> String {
    let metadata = json!({
        "SchemaVersion": "0.1.0",
        "Vendor": "dockgen",
        "Version": concat!("v", env!("CARGO_PKG_VERSION")),
        "ShortDescription": env!("CARGO_PKG_DESCRIPTION"),
    });
    format!("{metadata}\n")
}

#[cfg(test)]
mod tests {
    use super::{Called, Purpose};

    fn called(line: &str) -> Called {
        Called::with(line.split(' ').map(Into::into))
    }

    #[test]
    fn docker_puts_its_own_options_and_words_before_those_of_the_plugin() {
        for (line, purpose, wanted) in [
            ("/p/docker-dockgen dockgen new shop", Purpose::Run, "new shop"),
            ("/p/docker-dockgen --context far --debug dockgen new dockgen", Purpose::Run, "new dockgen"),
            ("/p/docker-dockgen help dockgen add", Purpose::Run, "add --help"),
            ("/p/docker-dockgen new dockgen", Purpose::Run, "new dockgen"),
            ("/p/docker-dockgen __complete dockgen show po", Purpose::Complete, "show po"),
            ("/p/docker-dockgen docker-cli-plugin-metadata", Purpose::Metadata, "docker-cli-plugin-metadata"),
        ] {
            let called = called(line);
            assert!(called.by_docker, "{line}");
            assert_eq!(called.purpose, purpose, "{line}");
            assert_eq!(called.arguments.join(" ".as_ref()), wanted, "{line}");
        }
    }

    #[test]
    fn under_its_own_name_the_arguments_are_its_own() {
        let called = called("/usr/bin/dockgen dockgen help");
        assert!(!called.by_docker);
        assert_eq!(called.arguments, ["dockgen", "help"]);
        assert_eq!(called.in_words("hint: `dockgen list`"), "hint: `dockgen list`");
    }

    #[test]
    fn a_person_reads_the_command_that_is_typed() {
        let called = called("docker-dockgen dockgen");
        assert_eq!(
            called.in_words("not added by dockgen; `dockgen list` or\n  dockgen new\n"),
            "not added by dockgen; `docker dockgen list` or\n  docker dockgen new\n"
        );
    }
}

//! The ways out of errors.

use super::{Error, names};

impl Error {
    /// The way out, when there is one to name.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownEntry { kind, nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? `dockgen list {kind}s` shows all"),
                None => format!("`dockgen list {kind}s` shows all"),
            },
            Self::UnknownName { nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? `dockgen list` shows all"),
                None => "`dockgen list` shows all".to_owned(),
            },
            Self::Findings { .. } => "docs/catalog.md has the rules; `dockgen show NAME` shows a good entry".to_owned(),
            Self::BadAnswer { allowed, nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? allowed: {allowed}"),
                None => format!("allowed: {allowed}"),
            },
            Self::NoSuchFile { .. } => "put the file there first, or name another".to_owned(),
            Self::NameTaken { entry, free, .. } => {
                format!("give the new one another name: `NAME=ALIAS`, such as `{entry}={free}`")
            }
            Self::CannotWait { .. } => "`--depends-on-healthy` turns the list into a map".to_owned(),
            Self::NoNetwork { app, service, .. } => format!(
                "take `network_mode` out, or add it with `--to none`, publish a port of `{service}` and give `{app}` that address"
            ),
            Self::Refused { instead, .. } => format!("nearest that works: {instead}"),
            Self::UnknownQuestion { nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? `dockgen show NAME` lists an entry's questions"),
                None => "keys are NAME.KEY; `dockgen show NAME` lists an entry's questions".to_owned(),
            },
            Self::BadSetting { .. } => {
                "write it as NAME.KEY=VALUE; `dockgen show NAME` lists an entry's questions".to_owned()
            }
            Self::Missing { yes_helps: true, .. } => {
                "give the flags, or `--yes` to accept what was found and the defaults".to_owned()
            }
            Self::Missing { .. } => "there is no default for them: give the flags".to_owned(),
            Self::BadName { .. } => {
                "a name has lower-case letters and digits, with `-` or `_` between them, 63 characters at most"
                    .to_owned()
            }
            Self::NameIsNoText { name, .. } => format!("begin it with a word, such as `my-{name}`"),
            Self::NameTwice { name } => format!("give one of them another name than `{name}`: `NAME=ALIAS`"),
            Self::NamesAlike { other: name, .. } | Self::SecretTwice { asker: name, .. } => {
                format!("give one of them another name than `{name}`: `NAME=ALIAS`")
            }
            Self::NoneAndOthers { .. } => "give `none` alone, or leave it out".to_owned(),
            Self::NotInWorkspace { name, .. } => {
                format!("`--set {name}.workspace=FOLDER` names one above it, `none` says that it is built by itself")
            }
            Self::PortTwice { asker, .. } => format!("`--set {asker}.port=N` takes another"),
            Self::BadToml { hint, .. } => hint.clone(),
            Self::Template { .. } | Self::BadEntry { .. } => {
                "`dockgen list` shows where an entry comes from; docs/catalog.md describes the format".to_owned()
            }
            Self::BadPath { .. } => "paths are relative, without `..`, and stay in the project's folder".to_owned(),
            Self::Conflicts { flags: false, .. } => {
                "move away what is there first; no flag replaces it".to_owned()
            }
            Self::Conflicts { .. } => {
                "`--keep` leaves them as they are, `--overwrite` replaces them, `--dry-run` shows the difference"
                    .to_owned()
            }
            Self::ComposeIsThere { .. } => {
                "`dockgen add` puts services into it; `--keep` or `--overwrite` settle it for `new`".to_owned()
            }
            Self::Compose { refusal, .. } => refusal.hint(),
            Self::NoCompose { .. } => "`dockgen new` starts a project; `--file` names another Compose file".to_owned(),
            Self::ListedFile { place, .. } => {
                format!("correct the list in {place}, whose paths start in the folder where dockgen is run; `--file` names one file instead")
            }
            Self::Computed { key, .. } => format!("set `{key}` in the environment; `--file` names one file instead"),
            Self::WhichApp { apps } if apps.is_empty() => "`--to SERVICE` names it, `--to none` connects nothing".to_owned(),
            Self::WhichApp { apps } => {
                let one = apps.first().map_or("", String::as_str);
                format!("`--to {one}` names one, `--to {}` all, `--to none` connects nothing", apps.join(","))
            }
            Self::NoSuchService { services, .. } => format!("services that are there: {}", names(services)),
            Self::Requires { needs, .. } => format!("add {needs} first, or in the same command"),
            Self::RequiresOwn { entry, needs, .. } => format!(
                "add {needs} first, or in the same command; for one that is there, `dockgen eject {entry}` gives the text to write it by hand"
            ),
            Self::OtherAnswers { name, .. } => {
                format!("edit it in the file, or take it out first: `dockgen remove {name}`; a second one needs an alias: `NAME=ALIAS`")
            }
            Self::NotRecorded { .. } => "`.dockgen/answers.toml` lists what dockgen added; take the rest out by hand".to_owned(),
            Self::InOtherFiles { name, others, .. } => {
                format!("`dockgen remove {name} --file {}` takes it out there", others.first().map_or("FILE", String::as_str))
            }
            Self::Needed { name, by, recorded: true, .. } => {
                format!("`dockgen remove {by} {name}` takes both out")
            }
            Self::Needed { name, by, .. } => format!("take `{name}` out of `{by}` first"),
            Self::NoRecord { .. } => "name the project's folder".to_owned(),
            Self::NotAFolder { .. } => "give a folder that is there, or that can be made".to_owned(),
            Self::Changed { .. } => "run the command again".to_owned(),
            Self::LinkOutside { .. } => "replace the link by a folder or a file, or run dockgen where it leads".to_owned(),
            Self::Locked { .. } => "wait until it is done".to_owned(),
            Self::NotUtf8 { .. } => "convert it to UTF-8 first".to_owned(),
            Self::TooMuchMemory { .. } => "`dockgen list` shows which entries come from a folder: look for a text that is put together from itself".to_owned(),
            Self::TooLarge { .. } => "dockgen reads text files up to 16 MiB".to_owned(),
            Self::Io { source, .. } => match source.kind() {
                std::io::ErrorKind::StorageFull => "make room on the disk; nothing was left half written".to_owned(),
                std::io::ErrorKind::NotFound => {
                    "a path that is not whole starts in the folder where dockgen is run".to_owned()
                }
                std::io::ErrorKind::IsADirectory => "name the file in it".to_owned(),
                std::io::ErrorKind::PermissionDenied => "the folder and its files must be writable for you".to_owned(),
                _ => return None,
            },
            Self::Unprinted { .. } | Self::NoRandomness { .. } => return None,
            Self::Interrupted | Self::Declined => return None,
        })
    }
}

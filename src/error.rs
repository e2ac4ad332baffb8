//! Everything that can go wrong, in one place: facts as fields, one text, one hint.

mod hint;

use std::fmt;
use std::path::PathBuf;

use crate::enumeration::quoted;
use crate::record;

/// A failure of dockgen. `Display` says what failed and why, [`Error::hint`] the way out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A name that the catalog does not have.
    UnknownEntry {
        /// `language` or `service`.
        kind: &'static str,
        /// What was asked for.
        name: String,
        /// The nearest name that there is.
        nearest: Option<String>,
    },
    /// A name that is neither a language nor a service.
    UnknownName {
        /// What was asked for.
        name: String,
        /// The nearest name that there is.
        nearest: Option<String>,
    },
    /// Catalog entries that break the catalog's laws.
    Findings {
        /// How many laws are broken.
        count: usize,
        /// The folder.
        folder: PathBuf,
    },
    /// An answer that the question does not take.
    BadAnswer {
        /// The flag or the answers file's key.
        source: String,
        /// The question, as `entry.key`.
        question: String,
        /// What was given.
        given: String,
        /// What is allowed.
        allowed: String,
        /// The nearest answer that there is.
        nearest: Option<String>,
    },
    /// An answer that names a file which is not there.
    NoSuchFile {
        /// The question, as `entry.key`.
        question: String,
        /// The file.
        path: String,
    },
    /// A name that the Compose file has already, with another content.
    NameTaken {
        /// What has the name, as `services.postgres`.
        place: String,
        /// The file.
        path: String,
        /// Its line.
        line: usize,
        /// The entry of the catalog that was to be added.
        entry: String,
        /// A name that is free.
        free: String,
    },
    /// A service whose end must be waited for, where only its start can be.
    CannotWait {
        /// The service that would wait.
        service: String,
        /// The one that it would wait for.
        on: String,
        /// The file.
        path: String,
    },
    /// An application that shares no network with other services.
    NoNetwork {
        /// The application.
        app: String,
        /// Its `network_mode`.
        mode: String,
        /// The file.
        path: String,
        /// The service that it would have to reach.
        service: String,
    },
    /// A combination that cannot run.
    Refused {
        /// The combination, as `base=scratch`.
        combination: String,
        /// The entry.
        entry: String,
        /// Why it cannot run.
        reason: String,
        /// The nearest that can.
        instead: String,
    },
    /// `--set` or an answers file names a question that nobody asks.
    UnknownQuestion {
        /// The key as it was given.
        key: String,
        /// Where it was given.
        source: String,
        /// The nearest key that there is.
        nearest: Option<String>,
    },
    /// What follows `--set` is no answer to anything.
    BadSetting {
        /// What was given.
        given: String,
    },
    /// Answers that are missing where nobody can be asked.
    Missing {
        /// The flags that give them.
        flags: Vec<String>,
        /// Whether `--yes` would give some of them.
        yes_helps: bool,
    },
    /// A name that cannot be a project, a service or an alias.
    BadName {
        /// What it would name.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A name that YAML could read as something else than a text.
    NameIsNoText {
        /// What it would name.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Two services of one name.
    NameTwice {
        /// The name.
        name: String,
    },
    /// Two services whose names are the same as variables.
    NamesAlike {
        /// The one that is there, or was named first.
        one: String,
        /// The other.
        other: String,
    },
    /// Two services that would have one secret file.
    SecretTwice {
        /// The file.
        path: String,
        /// The service that has it.
        holder: String,
        /// The service that asks for it.
        asker: String,
    },
    /// `none` beside a name.
    NoneAndOthers {
        /// The names.
        others: Vec<String>,
        /// Where they were given.
        source: &'static str,
    },
    /// An application whose folder is not below that of its workspace.
    NotInWorkspace {
        /// The application.
        name: String,
        /// Its folder.
        path: String,
        /// The workspace's folder.
        workspace: String,
    },
    /// One host port for two services.
    PortTwice {
        /// The port.
        port: u16,
        /// The service that has it.
        holder: String,
        /// The service that asks for it.
        asker: String,
    },
    /// An answers file, a record or a manifest that cannot be read.
    BadToml {
        /// The file, or the entry's file in the catalog.
        path: String,
        /// The parser's message with line, column and key.
        message: String,
        /// The way out.
        hint: String,
    },
    /// A template that cannot be rendered.
    Template {
        /// The template's path in the catalog.
        path: String,
        /// The line, when it is known.
        line: Option<usize>,
        /// The message.
        message: String,
    },
    /// An entry that contradicts itself.
    BadEntry {
        /// The entry's file in the catalog.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// A path that leaves the project or cannot be written portably.
    BadPath {
        /// The path.
        path: String,
        /// Why not.
        why: &'static str,
    },
    /// Files that are in the way.
    Conflicts {
        /// Their paths.
        paths: Vec<String>,
        /// Whether the command has flags that settle it.
        flags: bool,
    },
    /// A Compose file that is there where `new` would write one.
    ComposeIsThere {
        /// Its path.
        path: String,
    },
    /// A Compose file that cannot be edited safely.
    Compose {
        /// The file.
        path: String,
        /// Why not.
        refusal: Box<crate::compose::Refusal>,
    },
    /// No Compose file to add to.
    NoCompose {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// A Compose file that `COMPOSE_FILE` lists, and that is not there.
    ListedFile {
        /// Its path, as it is listed.
        path: String,
        /// Where the list stands.
        place: &'static str,
    },
    /// A setting of Compose that is put together from variables.
    Computed {
        /// Its name.
        key: &'static str,
        /// The file.
        path: &'static str,
    },
    /// Several applications, and no word which to connect.
    WhichApp {
        /// The services that could be meant.
        apps: Vec<String>,
    },
    /// A service that is not in the Compose file.
    NoSuchService {
        /// The name.
        name: String,
        /// The services that are there.
        services: Vec<String>,
    },
    /// The entry requires another that is not there.
    Requires {
        /// The entry.
        entry: String,
        /// What it needs.
        needs: &'static str,
    },
    /// The entry requires another that dockgen added, and there are only those of others.
    RequiresOwn {
        /// The entry.
        entry: String,
        /// What it needs.
        needs: &'static str,
        /// The services that dockgen did not add.
        others: Vec<String>,
    },
    /// A service that is there already with other answers.
    OtherAnswers {
        /// Its name.
        name: String,
        /// The answers that differ, as `version: 17, not 18`.
        differences: Vec<String>,
    },
    /// A service that dockgen did not add.
    NotRecorded {
        /// Its name.
        name: String,
    },
    /// A service that dockgen added, though to none of the files at hand.
    InOtherFiles {
        /// Its name.
        name: String,
        /// The files at hand.
        hand: Vec<String>,
        /// The files that it was added to.
        others: Vec<String>,
    },
    /// A service that is to go, and to which one refers that stays.
    Needed {
        /// Its name.
        name: String,
        /// The service that refers to it.
        by: String,
        /// The file of that.
        path: String,
        /// Whether dockgen added that one.
        recorded: bool,
    },
    /// A folder in which dockgen made nothing.
    NoRecord {
        /// The folder.
        folder: PathBuf,
    },
    /// The target is a file.
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// The file changed between reading and writing.
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A link leads outside the project.
    LinkOutside {
        /// The link.
        path: PathBuf,
    },
    /// Another dockgen works in the folder.
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// Not a text file in UTF-8.
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// A template of an overlay that makes more and more.
    TooMuchMemory {
        /// The most that it may take.
        bytes: u64,
    },
    /// A file larger than dockgen reads.
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
    },
    /// The operating system refused.
    Io {
        /// What was tried, e.g. `write`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// Its reason.
        source: std::io::Error,
    },
    /// A plan was carried out, and standard output did not take it.
    Unprinted {
        /// Its reason.
        source: std::io::Error,
    },
    /// The operating system gave no random bytes.
    NoRandomness {
        /// Its reason.
        message: String,
    },
    /// The person at the terminal pressed Ctrl-C.
    Interrupted,
    /// The person at the terminal said no to the plan.
    Declined,
}

/// A result whose failure is an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownEntry { kind, name, .. } => write!(f, "{kind} `{name}` is not in the catalog"),
            Self::UnknownName { name, .. } => write!(f, "`{name}` is neither a language nor a service"),
            Self::Findings { count, folder } => {
                write!(f, "{} in `{}`", plural(*count, "finding", "findings"), folder.display())
            }
            Self::BadAnswer { source, question, given, .. } => {
                write!(f, "`{given}` is not an answer to `{question}` (given by {source})")
            }
            Self::NoSuchFile { question, path } => {
                write!(f, "`{path}`, the answer to `{question}`, is not there")
            }
            Self::NameTaken { place, path, line, .. } => {
                write!(f, "`{path}`, line {line}: `{place}` is there already, and says something else")
            }
            Self::CannotWait { service, on, path } => write!(
                f,
                "`{service}` cannot wait until `{on}` has ended: its `depends_on` in `{path}` is a list, which waits for starts only"
            ),
            Self::NoNetwork { app, mode, path, service } => write!(
                f,
                "`{app}` cannot reach `{service}` by its name: it has `network_mode: {mode}` in `{path}`, and so no network of its own"
            ),
            Self::Refused { combination, entry, reason, .. } => {
                write!(f, "`{entry}` cannot run with {combination}: {reason}")
            }
            Self::UnknownQuestion { key, source, .. } => {
                write!(f, "nothing asks for `{key}` (given by {source})")
            }
            Self::BadSetting { given } => write!(f, "`{given}` gives no answer (given by `--set`)"),
            Self::Missing { flags, .. } => {
                write!(
                    f,
                    "{} missing, and nobody can be asked: {}",
                    plural(flags.len(), "answer is", "answers are"),
                    flags.join(", ")
                )
            }
            Self::BadName { what, name } => write!(f, "`{name}` cannot name a {what}"),
            Self::NameIsNoText { what, name } => write!(
                f,
                "`{name}` cannot name a {what}: YAML could read it as a number, a truth value, a date or nothing"
            ),
            Self::NameTwice { name } => write!(f, "two services are named `{name}`"),
            Self::NamesAlike { one, other } => write!(
                f,
                "`{one}` and `{other}` cannot be told apart in the names of variables: both would be `{}`",
                crate::render::upper_snake(one)
            ),
            Self::SecretTwice { path, holder, asker } => {
                write!(f, "`{holder}` and `{asker}` would share one secret: both have `{path}`")
            }
            Self::NoneAndOthers { others, source } => {
                write!(f, "`none` cannot be combined with {} (given by {source})", names(others))
            }
            Self::NotInWorkspace { name, path, workspace } => {
                write!(f, "`{name}` is in `{path}`, which is not below its workspace `{workspace}`")
            }
            Self::PortTwice { port, holder, asker } => {
                write!(f, "port {port} is used twice: by `{holder}` and by `{asker}`")
            }
            Self::BadToml { path, message, .. } => write!(f, "`{path}` cannot be read: {message}"),
            Self::Template { path, line, message } => match line {
                Some(line) => write!(f, "template `{path}`, line {line}: {message}"),
                None => write!(f, "template `{path}`: {message}"),
            },
            Self::BadEntry { path, message } => write!(f, "catalog entry `{path}`: {message}"),
            Self::BadPath { path, why } => write!(f, "`{path}` is not a path inside the project: {why}"),
            Self::Conflicts { paths, .. } => write!(
                f,
                "{} in the way, nothing was written: {}",
                plural(paths.len(), "file is", "files are"),
                names(paths)
            ),
            Self::ComposeIsThere { path } => write!(f, "`{path}` is there already, nothing was written"),
            Self::Compose { path, refusal } => write!(f, "`{path}`: {refusal}"),
            Self::NoCompose { folder } => write!(f, "no Compose file in `{}` or above it", folder.display()),
            Self::ListedFile { path, .. } if path.is_empty() => {
                write!(f, "`COMPOSE_FILE` lists a file without a name")
            }
            Self::ListedFile { path, .. } => {
                write!(f, "cannot read `{path}`, which `COMPOSE_FILE` lists: no such file")
            }
            Self::Computed { key, path } => {
                write!(f, "`{key}` in `{path}` has variables in it, which dockgen does not follow")
            }
            Self::WhichApp { apps } if apps.is_empty() => {
                write!(
                    f,
                    "no service of the Compose file has a `build:`, so none is taken for the application"
                )
            }
            Self::WhichApp { apps } => {
                write!(f, "several services could be the application: {}", names(apps))
            }
            Self::NoSuchService { name, .. } => write!(f, "service `{name}` is not in the Compose file"),
            Self::Requires { entry, needs } => write!(f, "`{entry}` needs {needs}, and there is none"),
            Self::RequiresOwn { entry, needs, others } => write!(
                f,
                "`{entry}` needs {needs}, and there is none that was added by dockgen, which cannot tell what the others are: {}",
                names(others)
            ),
            Self::OtherAnswers { name, differences } => {
                write!(f, "service `{name}` is there already with other answers: {}", differences.join("; "))
            }
            Self::NotRecorded { name } => write!(f, "service `{name}` was not added by dockgen here"),
            Self::InOtherFiles { name, hand, others } => {
                write!(f, "service `{name}` was not added to {}, but to {}", names(hand), names(others))
            }
            Self::Needed { name, by, path, .. } => write!(f, "`{by}` in {path} depends on `{name}`"),
            Self::NoRecord { folder } => {
                write!(
                    f,
                    "nothing in `{}` was made by dockgen: it has no `{}`",
                    folder.display(),
                    record::PATH
                )
            }
            Self::NotAFolder { path } => write!(f, "`{}` is not a folder", path.display()),
            Self::Changed { path } => {
                write!(f, "`{}` was changed by somebody else meanwhile, nothing was written", path.display())
            }
            Self::LinkOutside { path } => {
                write!(f, "`{}` is a link that leads outside the project", path.display())
            }
            Self::Locked { path } => write!(f, "another dockgen is at work in `{}`", path.display()),
            Self::NotUtf8 { path } => write!(f, "`{}` is not text in UTF-8", path.display()),
            Self::TooMuchMemory { bytes } => {
                write!(
                    f,
                    "a template takes more than {} MiB of memory, nothing was written",
                    bytes / 1024 / 1024
                )
            }
            Self::TooLarge { path, bytes } => {
                write!(f, "`{}` is larger than dockgen reads: {bytes} bytes", path.display())
            }
            Self::Io { action, path, source } => {
                write!(f, "cannot {action} `{}`: {}", path.display(), reason(source))
            }
            Self::Unprinted { source } => {
                write!(f, "the files are written, but the plan could not be printed: {}", reason(source))
            }
            Self::NoRandomness { message } => write!(f, "the system gave no random bytes: {message}"),
            Self::Interrupted => write!(f, "interrupted, nothing was written"),
            Self::Declined => write!(f, "nothing was written"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } | Self::Unprinted { source } => Some(source),
            _ => None,
        }
    }
}

impl Error {
    /// A text to paste by hand where an insertion alone cannot give what was asked.
    #[must_use]
    pub fn paste(&self) -> Option<&str> {
        match self {
            Self::Compose { refusal, .. } => refusal.paste.as_deref(),
            _ => None,
        }
    }

    /// The process's exit code: 1 refused or failed, 2 usage, 3 declined, 130 interrupted. (Most of usage is clap's.)
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted => 130,
            Self::Declined => 3,
            Self::NoneAndOthers { .. } => 2,
            _ => 1,
        }
    }
}

fn plural<'a>(count: usize, one: &'a str, many: &'a str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn names(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { quoted(list.iter().map(String::as_str)) }
}

/// The system's words without Rust's `(os error 28)`.
fn reason(source: &std::io::Error) -> String {
    // Kinds that carry no system message have Rust's own words, which are no user's.
    if source.kind() == std::io::ErrorKind::NotFound {
        return "no such file or directory".to_owned();
    }
    let text = source.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.to_lowercase()
}

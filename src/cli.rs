//! The command line: arguments become requests.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use dockgen::answers::{AnswersFile, Manner, Raw, Sourced};
use dockgen::disk::read_text;
use dockgen::error::{Error, Result};
use dockgen::request::{APP, Add, Common, New, names_or_none};
use dockgen::schema::Subject;

use crate::find::Found;

/// Writes the Dockerfile and Compose stack that a container expert would have written by hand.
#[derive(Parser)]
#[command(
    name = "dockgen",
    version,
    long_version = env!("DOCKGEN_VERSION"),
    arg_required_else_help = true,
    max_term_width = 100,
    styles = STYLES,
    after_help = "\
Examples:
  dockgen new shop                              asks for everything, then writes a project
  dockgen add postgres                          into the Compose file that is there
  dockgen list"
)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

const STYLES: clap::builder::Styles = clap::builder::Styles::styled();

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Start a project: Dockerfile, Compose files, secrets and, in an empty folder, a starter application
    #[command(after_help = "\
Examples:
  dockgen new                                   asks for everything
  dockgen new shop -l python -b slim -s postgres,redis --yes
  dockgen new -l go -b scratch -s postgres=orders -s postgres=reports --set orders.version=17 --yes
  dockgen new --answers answers.toml --yes --dry-run --format json")]
    New(NewArgs),
    /// Put services, or another application, into a Compose file; not one existing byte changes
    #[command(after_help = "\
Examples:
  dockgen add postgres                          connects it to the service that has a `build:`
  dockgen add redis=cache --to api,worker
  dockgen add node=web --path frontend          a second application with its own Dockerfile")]
    Add(AddArgs),
    /// Take out again what `add` put in; volumes and secret files stay
    #[command(after_help = "\
Examples:
  dockgen remove redis                          out of the Compose files and of .env.example
  dockgen remove redis --dry-run                shows it as a diff")]
    Remove(RemoveArgs),
    /// Show what a project says about itself, and where: languages, versions, commands, services
    #[command(after_help = "\
Examples:
  dockgen detect                                the project in this folder
  dockgen detect shop --format json")]
    Detect(DetectArgs),
    /// Make the secret files that are missing; those that are there stay as they are
    #[command(after_help = "\
Examples:
  dockgen secrets                               after `git clone`, which brings none")]
    Secrets(SecretsArgs),
    /// List what the catalog has
    #[command(after_help = "\
Examples:
  dockgen list
  dockgen list services --format json
  dockgen list bases --templates ../our-templates")]
    List(ListArgs),
    /// Show one entry of the catalog: its questions, bases and files
    #[command(after_help = "\
Examples:
  dockgen show postgres
  dockgen show python --format json")]
    Show(ShowArgs),
    /// Copy an entry of the catalog, and what it includes, out to be changed
    #[command(after_help = "\
Examples:
  dockgen eject postgres                        for this project, in .dockgen/templates
  dockgen eject python ~/.config/dockgen/templates   for all your projects")]
    Eject(EjectArgs),
    /// Hold a folder of catalog entries against the rules that the built-in ones keep
    #[command(after_help = "\
Examples:
  dockgen check-templates .dockgen/templates
  dockgen check-templates our-templates --format json")]
    CheckTemplates(CheckTemplatesArgs),
    /// Print the script that makes a shell complete commands, catalog names and Compose services
    #[command(after_help = "\
Examples:
  dockgen completions bash > ~/.local/share/bash-completion/completions/dockgen
  dockgen completions zsh > ~/.zfunc/_dockgen         with ~/.zfunc in $fpath
  dockgen completions fish > ~/.config/fish/completions/dockgen.fish
  dockgen completions powershell >> $PROFILE")]
    Completions(CompletionsArgs),
    /// Print the JSON Schema of a file that people write, for editors
    #[command(after_help = "\
Examples:
  dockgen schema answers > answers.schema.json
  dockgen schema service > service.schema.json  then, as the first line of a service.toml:
                                                #:schema ./service.schema.json")]
    Schema(SchemaArgs),
    /// Write the man pages into a folder
    #[command(after_help = "\
Examples:
  dockgen man ~/.local/share/man/man1           then: man dockgen-new")]
    Man(ManArgs),
}

/// Where further catalog entries are.
#[derive(Args, Clone)]
pub struct CatalogArgs {
    /// Folder with catalog entries that replace those of the same name; repeatable
    #[arg(long, value_name = "DIR")]
    pub templates: Vec<PathBuf>,
}

/// What `new` and `add` have in common.
#[derive(Args)]
pub struct CommonArgs {
    /// Answer to a question of a picked entry, e.g. postgres.version=17; repeatable
    #[arg(long, value_name = "NAME.KEY=VALUE")]
    set: Vec<String>,
    /// TOML file with answers
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    #[command(flatten)]
    pub catalog: CatalogArgs,
    /// Accept detected values and defaults, ask nothing
    #[arg(short, long)]
    pub yes: bool,
    /// Show what would be written, write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Form of the output; json: the plan on standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Leave out the development override
    #[arg(long)]
    no_dev: bool,
}

/// The form of the output.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Arguments of `dockgen new`.
#[derive(Args)]
pub struct NewArgs {
    /// The project's folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
    /// Language of the application
    #[arg(short, long, value_name = "NAME")]
    language: Option<String>,
    /// Version of the language
    #[arg(long, value_name = "V")]
    language_version: Option<String>,
    /// Package manager
    #[arg(long, value_name = "NAME")]
    package_manager: Option<String>,
    /// Runtime base: slim, alpine, distroless or scratch
    #[arg(short, long, value_name = "NAME")]
    base: Option<String>,
    /// Service, with =ALIAS under another name, or none; repeatable, also as a comma list
    #[arg(short, long, value_name = "NAME[=ALIAS]", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new())]
    service: Option<Vec<String>>,
    /// Name of the project; default: the folder's
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Port that the application listens on, or none
    #[arg(long, value_name = "N|none")]
    port: Option<String>,
    #[command(flatten)]
    pub common: CommonArgs,
    /// Write the settled answers to standard output, nothing else; --no-dev and --no-starter are none
    #[arg(long)]
    pub print_answers: bool,
    /// Replace files that are in the way
    #[arg(long, conflicts_with = "keep")]
    pub overwrite: bool,
    /// Leave files that are in the way as they are
    #[arg(long)]
    pub keep: bool,
    /// Write no starter application
    #[arg(long)]
    no_starter: bool,
}

/// Arguments of `dockgen add`.
#[derive(Args)]
pub struct AddArgs {
    /// Services or languages, with =ALIAS under another name
    #[arg(
        required = true,
        value_name = "NAME[=ALIAS]",
        value_delimiter = ',',
        value_parser = NonEmptyStringValueParser::new()
    )]
    names: Vec<String>,
    /// Compose file; default: the one that Docker Compose finds
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Services to connect it to, or none; default: those that are built
    #[arg(long, value_name = "APP", value_delimiter = ',', value_parser = NonEmptyStringValueParser::new())]
    to: Option<Vec<String>>,
    /// Folder of an application that is added; default: its name
    #[arg(long, value_name = "DIR")]
    path: Option<String>,
    /// Turn a list-form `depends_on` into a map, so that the application waits until the service is healthy
    #[arg(long)]
    depends_on_healthy: bool,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Arguments of `dockgen remove`.
#[derive(Args)]
pub struct RemoveArgs {
    /// Compose service names
    #[arg(required = true, value_name = "NAME", value_delimiter = ',')]
    pub names: Vec<String>,
    /// Compose file; default: the one that Docker Compose finds
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub catalog: CatalogArgs,
    /// Show what would be taken out, write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Form of the output; json: the plan on standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Arguments of `dockgen secrets`.
#[derive(Args)]
pub struct SecretsArgs {
    /// The project's folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub catalog: CatalogArgs,
}

/// Arguments of `dockgen detect`.
#[derive(Args)]
pub struct DetectArgs {
    /// The project's folder
    #[arg(default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub catalog: CatalogArgs,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// What can be listed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// Languages
    Languages,
    /// Services
    Services,
    /// Runtime bases
    Bases,
}

/// Arguments of `dockgen list`.
#[derive(Args)]
pub struct ListArgs {
    /// What to list; default: all
    pub what: Option<Listed>,
    #[command(flatten)]
    pub catalog: CatalogArgs,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Arguments of `dockgen show`.
#[derive(Args)]
pub struct ShowArgs {
    /// Language or service
    pub name: String,
    #[command(flatten)]
    pub catalog: CatalogArgs,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Arguments of `dockgen eject`.
#[derive(Args)]
pub struct EjectArgs {
    /// Language or service
    pub name: String,
    /// The overlay's folder
    #[arg(default_value = ".dockgen/templates", value_name = "DIR")]
    pub dir: PathBuf,
}

/// Arguments of `dockgen check-templates`.
#[derive(Args)]
pub struct CheckTemplatesArgs {
    /// The folder with `languages/`, `services/` …
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// The shells that can be told what to complete.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// Bash
    Bash,
    /// Z shell
    Zsh,
    /// Fish
    Fish,
    /// PowerShell
    Powershell,
}

/// Arguments of `dockgen completions`.
#[derive(Args)]
pub struct CompletionsArgs {
    /// The shell that reads the script
    pub shell: Shell,
}

/// The files that have a schema.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Described {
    /// A file for `--answers`
    Answers,
    /// language.toml of a catalog entry
    Language,
    /// service.toml of a catalog entry
    Service,
    /// project.toml of a catalog
    Project,
    /// detect.toml of a catalog entry
    Detect,
}

impl From<Described> for Subject {
    fn from(described: Described) -> Self {
        match described {
            Described::Answers => Self::Answers,
            Described::Language => Self::Language,
            Described::Service => Self::Service,
            Described::Project => Self::Project,
            Described::Detect => Self::Detect,
        }
    }
}

/// Arguments of `dockgen schema`.
#[derive(Args)]
pub struct SchemaArgs {
    /// The file that is described
    pub name: Described,
}

/// Arguments of `dockgen man`.
#[derive(Args)]
pub struct ManArgs {
    /// The folder, which must be there
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

impl CommonArgs {
    /// The files that the run itself reads or prints to, as in `--print-answers > answers.toml`.
    pub fn own_files(&self) -> impl Iterator<Item = Metadata> {
        let answers = self.answers.as_ref().and_then(|path| std::fs::metadata(path).ok());
        let output = std::io::stdout().as_fd().try_clone_to_owned();
        let output = output.and_then(|output| File::from(output).metadata()).ok();
        answers.into_iter().chain(output).filter(Metadata::is_file)
    }

    fn request(&self, terminal: bool) -> Result<Common> {
        let mut flags: BTreeMap<String, BTreeMap<String, Sourced>> = BTreeMap::new();
        for set in &self.set {
            let bad = || Error::BadSetting { given: set.clone() };
            let (key, value) = set.split_once('=').ok_or_else(bad)?;
            let (name, key) = key.split_once('.').ok_or_else(bad)?;
            flags.entry(name.to_owned()).or_default().insert(key.to_owned(), typed(value, "`--set`"));
        }
        let file = match &self.answers {
            None => AnswersFile::default(),
            Some(path) => {
                let text = read_text(path)?.ok_or_else(|| Error::Io {
                    action: "read",
                    path: path.clone(),
                    source: std::io::Error::new(std::io::ErrorKind::NotFound, "no such file or directory"),
                })?;
                AnswersFile::parse(&path.display().to_string(), &text)?
            }
        };
        let manner = match (self.yes, terminal) {
            (true, _) => Manner::Defaults,
            (false, true) => Manner::Interactive,
            (false, false) => Manner::Refuse,
        };
        Ok(Common { flags, file, manner, development: !self.no_dev })
    }
}

impl NewArgs {
    /// The request; `terminal`: whether somebody can be asked.
    pub fn request(&self, terminal: bool) -> Result<New> {
        let mut common = self.common.request(terminal)?;
        let own = [
            ("version", &self.language_version, "`--language-version`"),
            ("package_manager", &self.package_manager, "`--package-manager`"),
            ("base", &self.base, "`--base`"),
            ("port", &self.port, "`--port`"),
        ];
        for (key, value, flag) in own {
            if let Some(value) = value {
                common.flags.entry(APP.to_owned()).or_default().insert(key.to_owned(), typed(value, flag));
            }
        }
        Ok(New {
            common,
            name: self.name.clone(),
            language: self.language.clone(),
            services: self.service.clone(),
            starter: !self.no_starter,
        })
    }
}

impl AddArgs {
    /// The request; `terminal`: whether somebody can be asked.
    pub fn request(&self, terminal: bool, found: Found) -> Result<Add> {
        let to = self.to.as_ref().map(|to| names_or_none(to, "`--to`")).transpose()?;
        Ok(Add {
            common: self.common.request(terminal)?,
            wanted: self.names.clone(),
            file: found.file,
            override_file: found.override_file,
            others: found.others,
            to,
            path: self.path.clone(),
            depends_on_healthy: self.depends_on_healthy,
        })
    }
}

fn typed(value: &str, flag: &str) -> Sourced {
    Sourced { raw: Raw::Typed(value.to_owned()), source: flag.to_owned() }
}

/// What the process finds around it.
pub struct Surroundings {
    /// The folder it runs in.
    pub folder: PathBuf,
    /// The user's configuration folder, for an overlay.
    pub config: Option<PathBuf>,
    /// `COMPOSE_FILE`, as Compose itself reads it.
    pub compose_file: Option<String>,
    /// `COMPOSE_PATH_SEPARATOR`, as well.
    pub compose_path_separator: Option<String>,
    /// Whether colour is welcome on standard error.
    pub colour: bool,
    /// Whether somebody sits at the terminal.
    pub terminal: bool,
}

impl Surroundings {
    /// Reads the environment, once.
    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
    pub fn read() -> Result<Self> {
        use std::io::IsTerminal;
        let folder = std::env::current_dir().map_err(|source| Error::Io {
            action: "find",
            path: PathBuf::from("."),
            source,
        })?;
        let home = std::env::var("XDG_CONFIG_HOME").ok().filter(|path| !path.is_empty()).map(PathBuf::from);
        let home = home.or_else(|| Some(PathBuf::from(std::env::var("HOME").ok()?).join(".config")));
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let no_colour = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty())
            || std::env::var("TERM").is_ok_and(|term| term == "dumb");
        Ok(Self {
            folder,
            config: home.map(|home| home.join("dockgen/templates")),
            compose_file: std::env::var("COMPOSE_FILE").ok(),
            compose_path_separator: std::env::var("COMPOSE_PATH_SEPARATOR").ok(),
            colour: !no_colour && std::io::stderr().is_terminal(),
            terminal,
        })
    }

    /// A path as the person wrote it, seen from the folder the process runs in.
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        if path == Path::new(".") { self.folder.clone() } else { self.folder.join(path) }
    }
}

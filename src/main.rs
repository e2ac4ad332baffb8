//! The program: arguments in, files and exit code out.

mod bounds;
mod called;
mod cli;
mod complete;
mod find;
mod man;
mod show;

use std::alloc::System;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use called::{Called, Purpose};
use clap::{CommandFactory, FromArgMatches};
use cli::{
    AddArgs, CatalogArgs, CheckTemplatesArgs, Cli, Command, CommonArgs, DetectArgs, EjectArgs, Format,
    ListArgs, ManArgs, NewArgs, RemoveArgs, SecretsArgs, ShowArgs, Surroundings,
};
use dockgen::answers::Settled;
use dockgen::catalog::Catalog;
use dockgen::disk::{Disk, Written, folders_below, read_overlay};
use dockgen::error::Error;
use dockgen::plan::{Plan, ProjectPath};
use dockgen::prompt::{Ask, Terminal};
use dockgen::request::Remove;
use dockgen::{Way, beside_kept, carry_out, clear};
use spinning_top::RawSpinlock;
use talc::TalcLock;
use talc::source::GlobalAllocSource;

/// Memory is taken from the system by the megabyte.
#[global_allocator]
static ALLOCATOR: TalcLock<RawSpinlock, GlobalAllocSource<System>> =
    TalcLock::new(GlobalAllocSource::new(System));

fn main() -> ExitCode {
    let called = Called::with(std::env::args_os());
    let ended = match asked(&called) {
        Err(Ended::Usage(usage)) => printed(&usage),
        Err(Ended::Failed(error)) => Err(error),
        Ok(()) => Ok(ExitCode::SUCCESS),
    };
    ended.unwrap_or_else(|error| {
        say(&called.in_words(&told(&error)));
        ExitCode::from(error.exit_code())
    })
}

/// Prints what clap says. Where that is an error, nobody need be there to read it.
fn printed(usage: &clap::Error) -> Result<ExitCode> {
    let done = usage.print();
    if !usage.use_stderr() {
        written(done.and_then(|()| std::io::stdout().flush()))?;
    }
    Ok(ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2)))
}

/// Why the program ends early.
enum Ended {
    /// Help, the version, or arguments that are none: what clap says.
    Usage(clap::Error),
    /// What a command could not do.
    Failed(Error),
}

impl From<clap::Error> for Ended {
    fn from(usage: clap::Error) -> Self {
        Self::Usage(usage)
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What a command does, or why not.
type Result<T, E = Error> = std::result::Result<T, E>;

/// Does what the program was called for.
fn asked(called: &Called) -> Result<(), Ended> {
    match called.purpose {
        Purpose::Metadata => Ok(out(&called::metadata())?),
        Purpose::Complete => Ok(out(&complete::for_docker(Cli::command(), called.arguments.clone())?)?),
        Purpose::Run if complete::answer(Cli::command, &called.arguments)? => Ok(()),
        Purpose::Run => {
            let words = [&[called.name().into()], called.arguments.as_slice()].concat();
            let matches = called.command(Cli::command()).try_get_matches_from(words)?;
            let cli = Cli::from_arg_matches(&matches)?;
            Ok(run(&cli.command, called)?)
        }
    }
}

/// An error as people read it.
fn told(error: &Error) -> String {
    if matches!(error, Error::Declined) {
        return format!("{error}\n");
    }
    let mut text = format!("error: {error}\n");
    if let Some(hint) = error.hint() {
        text.push_str(&format!("hint: {hint}\n"));
    }
    if let Some(paste) = error.paste() {
        text.push_str(&format!("\n{}\n", paste.trim_end()));
    }
    text
}

fn run(command: &Command, called: &Called) -> Result<()> {
    let around = Surroundings::read()?;
    match command {
        Command::New(args) => new(args, &around, called),
        Command::Add(args) => add(args, &around, called),
        Command::Remove(args) => remove(args, &around, called),
        Command::Detect(args) => detect(args, &around),
        Command::Secrets(args) => secrets(args, &around, called),
        Command::List(args) => list(args, &around),
        Command::Show(args) => show(args, &around),
        Command::Eject(args) => eject(args, &around, called),
        Command::CheckTemplates(args) => check_templates(args, &around),
        Command::Completions(args) => {
            say(called.of_completions());
            out(&complete::script(args.shell)?)
        }
        Command::Schema(args) => out(&dockgen::schema::text(args.name.into())),
        Command::Man(args) => man_pages(args, &around),
    }
}

fn new(args: &NewArgs, around: &Surroundings, called: &Called) -> Result<()> {
    let root = around.path(&args.dir);
    let disk = Disk::open(&root)?.besides(args.common.own_files());
    let catalog = catalog(&args.common.catalog, &root, around)?;
    let mut terminal = Terminal::new(around.colour);
    let asking = around.terminal && !args.common.yes;
    let request = args.request(around.terminal)?;
    let (plan, settled) = dockgen::new(&request, &catalog, &mut terminal, &disk)?;
    if args.print_answers {
        return out(&settled.text()?);
    }
    let way = match (args.keep, args.overwrite) {
        (true, _) => Way::Keep,
        (_, true) => Way::Overwrite,
        _ if asking => Way::Ask,
        _ => Way::Refuse,
    };
    let written = finish(plan, &args.common, way, asking, &mut terminal, &disk, called)?;
    if written && args.common.format == Format::Text {
        let folder = args.dir.to_string_lossy();
        say(&show::next((folder != ".").then_some(&*folder)));
    }
    Ok(())
}

fn add(args: &AddArgs, around: &Surroundings, called: &Called) -> Result<()> {
    let found = find::compose(args.file.as_deref(), around)?;
    let disk = Disk::open(&found.root)?;
    let catalog = catalog(&args.common.catalog, &found.root, around)?;
    let mut terminal = Terminal::new(around.colour);
    let asking = around.terminal && !args.common.yes;
    let request = args.request(around.terminal, found)?;
    let (plan, _): (Plan, Settled) = dockgen::add(&request, &catalog, &mut terminal, &disk)?;
    finish(plan, &args.common, Way::Never, asking, &mut terminal, &disk, called).map(drop)
}

/// Shows the plan, or agrees on it and carries it out. Says whether anything was written.
fn finish(
    plan: Plan,
    args: &CommonArgs,
    way: Way,
    asking: bool,
    ask: &mut dyn Ask,
    disk: &Disk,
    called: &Called,
) -> Result<bool> {
    if args.dry_run {
        let plan = &if way == Way::Keep { beside_kept(plan, &[], disk)? } else { plan };
        return dry_run(plan, way, args.format, disk).map(|()| false);
    }
    let overwrite = clear(&plan, way, ask, disk)?;
    let plan = &beside_kept(plan, &overwrite, disk)?;
    say(&show::rewrites(plan));
    if asking {
        ask.confirm(&show::summary(plan, disk)?)?;
    }
    let done = apply(plan, &overwrite, args.format, disk, called)?;
    Ok(done.iter().any(|(_, written)| !matches!(written, Written::Identical | Written::Kept)))
}

fn dry_run(plan: &Plan, way: Way, format: Format, disk: &Disk) -> Result<()> {
    let verdicts = show::verdicts(plan, way, &[], disk)?;
    match format {
        Format::Json => out(&show::plan_json(plan, &verdicts)),
        Format::Text => diffs(plan, &verdicts, disk),
    }
}

/// Carries a plan out, and says what was done. What is in the way and not to be replaced stays.
fn apply(
    plan: &Plan,
    overwrite: &[ProjectPath],
    format: Format,
    disk: &Disk,
    called: &Called,
) -> Result<Vec<(ProjectPath, Written)>> {
    // Once it is carried out, the disk no longer shows what became of each file
    let json = match format {
        Format::Json => Some(show::plan_json(plan, &show::verdicts(plan, Way::Keep, overwrite, disk)?)),
        Format::Text => None,
    };
    let done = carry_out(plan, overwrite, disk)?;
    match json {
        Some(json) => out_after(&json)?,
        None => say(&called.in_words(&show::results(&done, &plan.notes))),
    }
    Ok(done)
}

/// What a dry run shows: the diff for programs such as `patch`, the notes for a person.
fn diffs(plan: &Plan, verdicts: &[&str], disk: &Disk) -> Result<()> {
    say(&show::kept(plan, verdicts));
    say(&show::notes(&plan.notes));
    out(&show::diffs(plan, verdicts, disk)?)
}

fn remove(args: &RemoveArgs, around: &Surroundings, called: &Called) -> Result<()> {
    let found = find::compose(args.file.as_deref(), around)?;
    let disk = Disk::open(&found.root)?;
    let request = Remove { names: args.names.clone(), file: found.file, override_file: found.override_file };
    let plan = dockgen::removal::remove(&request, &disk)?;
    if args.dry_run {
        return dry_run(&plan, Way::Never, args.format, &disk);
    }
    apply(&plan, &[], args.format, &disk, called).map(drop)
}

fn detect(args: &DetectArgs, around: &Surroundings) -> Result<()> {
    let root = around.path(&args.dir);
    let disk = Disk::existing(&root)?;
    let catalog = catalog(&args.catalog, &root, around)?;
    let busy = Terminal::new(around.colour).busy(dockgen::detect::LOOKING);
    let survey = dockgen::detect::Surveyor::new(&catalog, &disk).survey();
    drop(busy);
    out(&match args.format {
        Format::Text => show::survey(&survey, &catalog)?,
        Format::Json => show::survey_json(&survey, &catalog)?,
    })
}

fn secrets(args: &SecretsArgs, around: &Surroundings, called: &Called) -> Result<()> {
    let root = around.path(&args.dir);
    let disk = Disk::existing(&root)?;
    let plan = dockgen::secrets(&catalog(&args.catalog, &root, around)?, &disk)?;
    let done = carry_out(&plan, &[], &disk)?;
    say(&called.in_words(&show::results(&done, &plan.notes)));
    Ok(())
}

fn list(args: &ListArgs, around: &Surroundings) -> Result<()> {
    let catalog = catalog(&args.catalog, &around.folder, around)?;
    out(&match args.format {
        Format::Text => show::list(&catalog, args.what)?,
        Format::Json => show::list_json(&catalog, args.what)?,
    })
}

fn show(args: &ShowArgs, around: &Surroundings) -> Result<()> {
    let catalog = catalog(&args.catalog, &around.folder, around)?;
    let entry = catalog.any(&args.name)?;
    out(&match args.format {
        Format::Text => show::entry(entry)?,
        Format::Json => show::entry_json(entry)?,
    })
}

fn eject(args: &EjectArgs, around: &Surroundings, called: &Called) -> Result<()> {
    let disk = Disk::open(&around.path(&args.dir))?;
    let plan = dockgen::eject::eject(&args.name, &Catalog::embedded())?;
    clear(&plan, Way::Never, &mut Terminal::new(around.colour), &disk)?;
    let done = carry_out(&plan, &[], &disk)?;
    say(&called.in_words(&show::results(&done, &plan.notes)));
    Ok(())
}

fn check_templates(args: &CheckTemplatesArgs, around: &Surroundings) -> Result<()> {
    let folder = around.path(&args.dir);
    let files = read_overlay(&folder)?;
    let mut findings =
        dockgen::check::check_folders(&folders_below(&folder, &["languages", "services"])?, &files);
    findings.extend(dockgen::check::check(&files));
    out(&match args.format {
        Format::Text => show::findings(&findings, &args.dir),
        Format::Json => show::findings_json(&findings),
    })?;
    match findings.len() {
        0 => Ok(()),
        count => Err(Error::Findings { count, folder: args.dir.clone() }),
    }
}

fn man_pages(args: &ManArgs, around: &Surroundings) -> Result<()> {
    let folder = around.path(&args.dir);
    let failed = |source| Error::Io { action: "write into", path: folder.clone(), source };
    man::write(Cli::command(), env!("DOCKGEN_VERSION"), &folder).map_err(failed)
}

/// Built-in < the user's configuration folder < the project's folder < `--templates`.
fn catalog(args: &CatalogArgs, root: &Path, around: &Surroundings) -> Result<Catalog> {
    let mut catalog = Catalog::embedded();
    let project = root.join(".dockgen/templates");
    let found = around.config.iter().chain([&project]).filter(|folder| folder.is_dir());
    let given = args.templates.iter().map(|folder| around.path(folder));
    let folders: Vec<_> = found.cloned().chain(given).collect();
    if !folders.is_empty() {
        bounds::hold();
    }
    for folder in folders {
        catalog.overlay(&folder.display().to_string(), read_overlay(&folder)?);
    }
    Ok(catalog)
}

/// What people are told goes to standard error. That nobody reads it changes nothing of what was done.
fn say(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Data goes to standard output.
fn out(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    written(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Data about what is done already.
fn out_after(text: &str) -> Result<()> {
    out(text).map_err(|error| match error {
        Error::Io { source, .. } => Error::Unprinted { source },
        other => other,
    })
}

/// Whether standard output took what was for it; a reader that has seen enough is no failure.
fn written(done: std::io::Result<()>) -> Result<()> {
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::Io { action: "write to", path: "standard output".into(), source: error })
        }
        _ => Ok(()),
    }
}

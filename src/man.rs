//! Man pages, one for each command.

use std::fs::File;
use std::io::{Result, Write};
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

/// Writes the page of a command, and of those below it, into a folder. `version`: as `--version` says it.
///
/// # Errors
/// A folder that cannot be written into.
pub fn write(command: Command, version: &str, folder: &Path) -> Result<()> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    page(&command, version, folder)?;
    command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
        .try_for_each(|below| page(below, version, folder))
}

fn page(command: &Command, version: &str, folder: &Path) -> Result<()> {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (number, _) = version.split_once(' ').unwrap_or((version, ""));
    let date = version.rsplit_once("catalog of ").map_or(number, |(_, date)| date.trim_end_matches(')'));
    let man = Man::new(command.clone().after_help(""))
        .date(date)
        .source(format!("dockgen {number}"))
        .manual("dockgen");
    let mut file = File::create(folder.join(man.get_filename()))?;
    man.render_title(&mut file)?;
    man.render_name_section(&mut file)?;
    man.render_synopsis_section(&mut file)?;
    man.render_description_section(&mut file)?;
    man.render_options_section(&mut file)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut file)?;
    }
    as_written("EXAMPLES", examples.trim_start_matches("Examples:\n"), &mut file)?;
    file.flush()
}

/// A section whose lines stay lines.
fn as_written(title: &str, text: &str, file: &mut File) -> Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [title]).control("nf", []);
    for line in text.lines() {
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    roff.control("fi", []);
    roff.to_writer(file)
}

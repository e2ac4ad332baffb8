//! docs/sizes.md: a section for each application.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::app::{App, Form};
use crate::docker;
use crate::trial::{Round, Trial};

/// The page as it is, to be made anew section by section.
pub struct Page {
    path: PathBuf,
    head: String,
    sections: BTreeMap<String, String>,
    rounds: usize,
}

impl Page {
    pub fn read(path: PathBuf, standins: bool, rounds: usize) -> Self {
        let old = fs::read_to_string(&path).unwrap_or_default();
        let sections = old
            .split("\n## ")
            .skip(1)
            .filter_map(|text| Some((text.lines().next()?.to_owned(), text.trim_end().to_owned())))
            .collect();
        Self { path, head: head(standins), sections, rounds }
    }

    /// Written at once: a long run that is ended leaves what it measured.
    pub fn write(&mut self, app: &App, trials: &[Trial]) {
        self.sections.insert(app.title.clone(), section(app, trials, self.rounds));
        let sections: String = self.sections.values().map(|text| format!("\n## {text}\n")).collect();
        fs::write(&self.path, format!("{}{sections}", self.head)).unwrap();
    }
}

fn section(app: &App, trials: &[Trial], rounds: usize) -> String {
    let mut text = format!(
        "{}\n\n[tests/apps/{}](../tests/apps/{}), {}, {rounds} round{}.\n\n\
         | Dockerfile | added to the base | cold build | after one source line | after one manifest line | stops in |\n\
         | --- | --- | --- | --- | --- | --- |\n",
        app.title,
        app.name,
        app.name,
        today(),
        if rounds == 1 { "" } else { "s" },
    );
    let naive = trials.iter().find(|trial| matches!(trial.form, Form::Written("naive")));
    let naive = naive.map(seconds).unwrap_or_default();
    for trial in trials {
        let name = match &trial.form {
            Form::Written(by) => (*by).to_owned(),
            Form::Dockgen(base) => format!("dockgen, {base}"),
        };
        write!(text, "| {name} | {:.1} MB", trial.added).unwrap();
        for (own, naive) in seconds(trial).into_iter().zip(naive) {
            write!(text, " | {own:.1} s").unwrap();
            if !matches!(trial.form, Form::Written("naive")) {
                write!(text, " ({:.2})", own / naive).unwrap();
            }
        }
        text.push_str(" |\n");
    }
    text.trim_end().to_owned()
}

/// In the order of the columns.
fn seconds(trial: &Trial) -> [f64; 4] {
    let median = |of: fn(&Round) -> f64| {
        let mut values: Vec<f64> = trial.rounds.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    [trial.cold, median(|round| round.source), median(|round| round.manifest), median(|round| round.stop)]
}

fn head(standins: bool) -> String {
    let engine = docker::run(&["version", "--format", "{{.Server.Version}}"]).unwrap_or_default();
    format!(
        "# What the images cost\n\n\
         Made by `scripts/bench images`. Each application is built by the Dockerfile that `dockgen new` writes for\n\
         it, on each base, by the naive one of a single stage (benches/images/naive), and by one that a careful\n\
         hand wrote for this application alone, without a healthcheck (benches/images/careful). *Added to the\n\
         base* is what the layers of the image hold, uncompressed, beyond those of the image that the last stage\n\
         stands on (1 MB is 10^6 bytes); the naive images stand on one with a compiler or a package manager,\n\
         whose size is not counted here. *Cold build*: base images are there, no layer is taken from the cache,\n\
         and cache mounts are empty. Then one line of the source is changed and built, and then one line of the\n\
         manifest, with the lock file. *Stops in*: `docker stop`, which kills after 10 s. The cold build is timed\n\
         once, the rest in rounds in which the rows take turns, and the median given; in brackets the part of the\n\
         naive time. The machine has other work at the same time, so compare rows of one table, not seconds.\n\n\
         Base images were {}. Docker Engine {}, {}.\n",
        match standins {
            true => "stand-ins made from Debian, npm and PyPI packages: the same programs, other sizes",
            false => "pulled from their registries",
        },
        engine.trim(),
        machine(),
    )
}

/// Its class, not its name.
fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key));
        line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned())).unwrap_or_default()
    };
    let kilobytes = value(&read("/proc/meminfo"), "MemTotal");
    let gigabytes = kilobytes.trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1e6;
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{processors} processors ({}), {gigabytes:.0} GB", value(&read("/proc/cpuinfo"), "model name"))
}

fn today() -> String {
    let output = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

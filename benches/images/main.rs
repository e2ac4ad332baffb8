//! What dockgen's images cost, against the naive Dockerfile of the same application: megabytes, builds, the stop.
//!
//! `scripts/bench images` measures every application of `apps.toml` on every base, in three rounds, and makes
//! docs/sizes.md. `scripts/bench images NAME... --rounds 1` makes anew what it says of these.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a measurement: it reads and writes files and ends in a panic when it cannot"
)]

mod app;
mod copy;
mod page;
mod trial;

#[path = "../../tests/proof/certificate.rs"]
#[allow(dead_code, reason = "the proof uses it")]
mod certificate;
#[path = "../../tests/proof/docker.rs"]
#[allow(dead_code, reason = "the proof uses the rest")]
mod docker;
#[path = "../../tests/proof/http.rs"]
#[allow(dead_code, reason = "the proof uses the rest")]
mod http;
#[path = "../../tests/proof/stack.rs"]
#[allow(dead_code, reason = "the proof uses the rest")]
mod stack;
#[path = "../../tests/proof/walk.rs"]
mod walk;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use app::App;
use copy::Copy;
use docker::Images;
use page::Page;
use trial::Trial;

#[derive(Parser)]
struct Arguments {
    /// Names of applications in apps.toml; none: all.
    names: Vec<String>,
    /// How often each is built again and stopped; the median is taken.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Set by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let images = Images::new(std::env::var_os("DOCKGEN_STANDINS").map(Into::into));
    let mut page = Page::read(root.join("docs/sizes.md"), images.are_standins(), arguments.rounds);
    let mut failed = false;
    for app in App::all(root, &arguments.names) {
        match measure(&app, root, &images, arguments.rounds) {
            Ok(trials) => page.write(&app, &trials),
            Err(error) => {
                eprintln!("{}: {error}", app.name);
                failed = true;
            }
        }
    }
    ExitCode::from(u8::from(failed))
}

/// Round by round, the naive form and every base in turn: what slows the machine down slows all of them.
fn measure(app: &App, root: &Path, images: &Images, rounds: usize) -> Result<Vec<Trial>, String> {
    let mut trials = Vec::new();
    for form in app.forms() {
        let copy = Copy::make(app, &form, root)?;
        images.need(&copy.images()?)?;
        trials.push(Trial::start(app, copy)?);
    }
    for _ in 0..rounds {
        trials.iter_mut().try_for_each(|trial| trial.round(app))?;
    }
    Ok(trials)
}

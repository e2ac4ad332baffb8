//! What dockgen takes: time, memory, its own size. Ratios within one run say more than the times do, since the
//! machine has its part in those.
//!
//! `scripts/bench speed` measures everything and makes docs/speed.md; `scripts/bench speed NAME...` measures and
//! prints the sections of these names: start, new, add, detect.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a measurement: it reads and writes files and ends in a panic when it cannot"
)]

mod add;
mod detect;
mod new;
mod page;
mod start;
mod taken;

use std::path::Path;

use page::Page;

/// The program that is measured, as it is released: what Cargo builds for a bench has what the libraries of the tests
/// ask of shared ones, too.
const PROGRAM: &str = match option_env!("DOCKGEN_RELEASED") {
    Some(program) => program,
    None => env!("CARGO_BIN_EXE_dockgen"),
};

type Section = fn(&mut Page);

const SECTIONS: &[(&str, Section)] =
    &[("start", start::measure), ("new", new::measure), ("add", add::measure), ("detect", detect::measure)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [first, command @ ..] = arguments.as_slice()
        && first == taken::PEAK
    {
        println!("{}", taken::peak_here(command));
        return;
    }
    let mut page = Page::new();
    for (name, measure) in SECTIONS {
        if arguments.is_empty() || arguments.iter().any(|wanted| wanted == name) {
            measure(&mut page);
        }
    }
    print!("{}", page.text());
    if arguments.is_empty() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/speed.md");
        std::fs::write(path, page.text()).expect("docs/speed.md");
    }
}

//! docs/speed.md.

use std::fmt::Write;
use std::time::Duration;

/// The page, section by section.
pub struct Page {
    text: String,
}

impl Page {
    pub fn new() -> Self {
        let text = "# Speed\n\n\
            Made by `scripts/bench speed`: do not edit. Times are the least of several runs that took turns; \
            \"CPU\" is the time of the processor, which other work on the machine changes least. \
            Ratios are of CPU times.\n";
        Self { text: text.to_owned() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn section(&mut self, title: &str, words: &str) {
        let _ = write!(self.text, "\n## {title}\n\n{words}\n");
    }

    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        let _ = writeln!(self.text, "\n| {} |", head.join(" | "));
        let _ = writeln!(self.text, "|{}", " --- |".repeat(head.len()));
        for row in rows {
            let _ = writeln!(self.text, "| {} |", row.join(" | "));
        }
    }
}

/// A time in milliseconds.
pub fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.2} ms") } else { format!("{ms:.0} ms") }
}

/// How many times as much.
pub fn ratio(times: f64) -> String {
    format!("{times:.2}")
}

/// Kilobytes as megabytes.
pub fn mb(kilobytes: u64) -> String {
    format!("{:.1} MB", kilobytes as f64 / 1000.0)
}

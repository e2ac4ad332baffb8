//! A line that says that something takes long, while it does.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use console::{Term, truncate_str};

/// How long nobody wonders, and how often the line changes.
const PATIENCE: Duration = Duration::from_millis(500);

/// While it is held, a person sees that there is work going on; nobody does when it ends soon, or when output goes
/// elsewhere than to a terminal.
#[derive(Debug, Default)]
#[must_use = "it ends when it is dropped"]
pub struct Busy {
    line: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Busy {
    pub(super) fn at(term: &Term, words: &'static str) -> Self {
        if !(console::user_attended() && console::user_attended_stderr()) {
            return Self::default();
        }
        let (end, ended) = channel();
        let term = term.clone();
        // Without a thread there is no line, and the work goes on
        let line = thread::Builder::new().spawn(move || show(&term, words, &ended, PATIENCE));
        Self { line: line.ok().map(|line| (end, line)) }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some((end, line)) = self.line.take() {
            drop(end);
            let _ = line.join();
        }
    }
}

fn show(term: &Term, words: &str, ended: &Receiver<()>, patience: Duration) {
    let start = Instant::now();
    let mut shown = false;
    while ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
        let line = format!("{words} … {} s", start.elapsed().as_secs());
        let columns = usize::from(term.size().1).saturating_sub(1);
        let _ = term.clear_line();
        let _ = term.write_str(&truncate_str(&line, columns, ""));
        shown = true;
    }
    if shown {
        let _ = term.clear_line();
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use assert_fs::NamedTempFile;
    use console::Term;

    use super::show;

    /// What a terminal got from work that takes as long as `until` says.
    fn shown(patience: Duration, until: impl Fn(&str) -> bool) -> String {
        let screen = NamedTempFile::new("screen").unwrap();
        let term = Term::read_write_pair(io::stdin(), File::create(screen.path()).unwrap());
        let text = || io::read_to_string(File::open(screen.path()).unwrap()).unwrap();
        let (end, ended) = channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || show(&term, "looking", &ended, patience));
            while !until(&text()) {
                std::thread::yield_now();
            }
            drop(end);
        });
        text()
    }

    #[test]
    fn work_that_takes_long_is_shown_and_leaves_no_trace() {
        let text = shown(Duration::from_millis(1), |text| text.matches("looking … 0 s").count() > 1);
        assert!(text.ends_with("looking … 0 s\r\u{1b}[2K"), "{text:?}");
    }

    #[test]
    fn work_that_ends_soon_shows_nothing() {
        assert_eq!(shown(Duration::from_secs(3600), |_| true), "");
    }
}

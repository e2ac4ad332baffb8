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
        let line = thread::Builder::new().spawn(move || show(&term, words, &ended));
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

fn show(term: &Term, words: &str, ended: &Receiver<()>) {
    let start = Instant::now();
    let mut shown = false;
    while ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
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

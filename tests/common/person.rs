//! A person at a terminal: sees a screen, presses keys.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, ChildStdout};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command as InTerminal, Pty};
use rustix::process::{Pid, Signal, kill_process};

pub const ENTER: &str = "\r";
pub const SPACE: &str = " ";
pub const UP: &str = "\x1b[A";
pub const DOWN: &str = "\x1b[B";
pub const CTRL_C: &str = "\x03";

/// How long the program may take to show something.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a question must stand still to be drawn to its end.
const DRAWN: Duration = Duration::from_millis(30);

/// Somebody at a pseudo-terminal in which the program runs.
pub struct Person {
    pty: Arc<Pty>,
    child: Child,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    screen: Option<vt100::Parser>,
    raw: Vec<u8>,
    ended: bool,
}

/// What is left on the screen when the program has ended.
pub struct Left {
    pub code: i32,
    /// The lines of the screen and of what was scrolled out of it, without blanks at their ends.
    pub lines: Vec<String>,
    /// Every byte that the terminal got.
    pub raw: String,
    /// Whether the cursor is visible.
    pub cursor: bool,
    /// The column in which the cursor stands.
    pub column: u16,
}

impl Person {
    /// Starts the program in a terminal of that size.
    pub fn at(command: impl Into<InTerminal>, rows: u16, columns: u16) -> Self {
        let (pty, pts) = pty_process::blocking::open().expect("a pseudo-terminal");
        pty.resize(Size::new(rows, columns)).expect("its size");
        let child = command.into().spawn(pts).expect("the program runs");
        let pty = Arc::new(pty);
        let size = |number| NonZeroU16::new(number).expect("a size");
        let parser = vt100::Parser::new(size(rows), size(columns), 10_000);
        let seen = Arc::new(Seen {
            state: Mutex::new(State { screen: Some(parser), ..State::default() }),
            changed: Condvar::new(),
        });
        let (from, to) = (Arc::clone(&pty), Arc::clone(&seen));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The end of the program is an error here, as Linux has it.
            while let Ok(count) = (&*from).read(&mut bytes) {
                if count == 0 {
                    break;
                }
                let mut state = to.state.lock().expect("a state");
                state.raw.extend_from_slice(&bytes[..count]);
                state.screen.as_mut().expect("a screen").process(&bytes[..count]);
                to.changed.notify_all();
            }
            to.state.lock().expect("a state").ended = true;
            to.changed.notify_all();
        });
        Self { pty, child, seen }
    }

    fn wait(&self, what: &str, mut until: impl FnMut(&mut State) -> bool) -> MutexGuard<'_, State> {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.seen.state.lock().expect("a state");
        while !until(&mut state) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.ended {
                let screen = lines(&mut state).join("\n");
                drop(state);
                panic!("{what} does not come:\n{screen}");
            }
            state = self.seen.changed.wait_timeout(state, left).expect("a state").0;
        }
        state
    }

    /// Waits until the prompt that waits for an answer holds this text.
    ///
    /// The screen belongs to the program from its first prompt on, so a key may come at any time.
    #[track_caller]
    pub fn is_asked(&self, text: &str) -> &Self {
        drop(self.wait(&format!("the question `{text}`"), |state| {
            question(state).is_some_and(|line| line.contains(text))
        }));
        self
    }

    /// Presses Enter at every question until the one with this text comes.
    #[track_caller]
    pub fn accepts_until(&self, text: &str) -> &Self {
        let mut last = String::new();
        loop {
            drop(self.wait("a question", |state| question(state).is_some_and(|line| line != last)));
            let now = self.whole_question();
            if now.contains(text) {
                return self;
            }
            self.presses(ENTER);
            last = now;
        }
    }

    /// The question when it is drawn to its end: half of it would be taken for another one.
    fn whole_question(&self) -> String {
        let mut seen = None;
        for _ in 0..100 {
            std::thread::sleep(DRAWN);
            let now = question(&mut self.seen.state.lock().expect("a state"));
            if now.is_some() && now == seen {
                break;
            }
            seen = now;
        }
        seen.unwrap_or_default()
    }

    /// Waits until a line of the screen holds this text.
    #[track_caller]
    pub fn sees(&self, text: &str) -> &Self {
        drop(self.wait(&format!("`{text}`"), |state| lines(state).iter().any(|line| line.contains(text))));
        self
    }

    /// The lines on the screen now.
    pub fn screen(&self) -> Vec<String> {
        lines(&mut self.seen.state.lock().expect("a state"))
    }

    /// Presses keys.
    pub fn presses(&self, keys: &str) -> &Self {
        (&*self.pty).write_all(keys.as_bytes()).expect("keys");
        self
    }

    /// Tells the program to end, as `kill` does, until it does: a signal while nobody waits for a key is not seen.
    pub fn ends_it(&self) -> &Self {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process");
        let deadline = Instant::now() + PATIENCE;
        while !self.seen.state.lock().expect("a state").ended && Instant::now() < deadline {
            let _ = kill_process(id, Signal::TERM);
            std::thread::sleep(DRAWN);
        }
        self
    }

    /// What the program writes to a standard output that is not the terminal.
    pub fn stdout(&mut self) -> ChildStdout {
        self.child.stdout.take().expect("a pipe")
    }

    /// Waits for the program's end.
    pub fn leaves(mut self) -> Left {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("an end") {
                break status;
            }
            if Instant::now() > deadline {
                let _ = self.child.kill();
                panic!("the program does not end:\n{}", self.screen().join("\n"));
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut state = self.seen.state.lock().expect("a state");
        while !state.ended {
            state = self.seen.changed.wait_timeout(state, PATIENCE).expect("a state").0;
        }
        let lines = lines(&mut state);
        let screen = state.screen.as_ref().expect("a screen").screen();
        Left {
            code: status.code().unwrap_or(-1),
            lines,
            raw: String::from_utf8_lossy(&state.raw).into_owned(),
            cursor: !screen.hide_cursor(),
            column: screen.cursor_position().1,
        }
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        // A test that failed leaves no program behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Left {
    /// The text on the screen.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// The last line that asks something.
fn question(state: &mut State) -> Option<String> {
    lines(state).into_iter().rev().find(|line| line.starts_with("? "))
}

/// All rows, those scrolled out first, rows that only go on with the one before joined to it.
fn lines(state: &mut State) -> Vec<String> {
    let screen = state.screen.as_mut().expect("a screen").screen_mut();
    let (rows, columns) = screen.size();
    let mut text = String::new();
    screen.set_scrollback(usize::MAX);
    let mut above = screen.scrollback();
    while above > 0 {
        screen.set_scrollback(above);
        let row = screen.rows(0, columns.get()).next().unwrap_or_default();
        text.push_str(&row);
        if !screen.row_wrapped(0) {
            text.push('\n');
        }
        above -= 1;
    }
    screen.set_scrollback(0);
    for (number, row) in (0..rows.get()).zip(screen.rows(0, columns.get())) {
        text.push_str(&row);
        if !screen.row_wrapped(number) {
            text.push('\n');
        }
    }
    let mut lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

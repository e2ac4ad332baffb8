//! The prompts that a person sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use console::{Term, measure_text_width};
use dialoguer::{Confirm, Input, MultiSelect, Select};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::theme::Look;
use super::{Ask, Asked, Busy, Offer, Verdict, words};
use crate::answers::Value;
use crate::error::{Error, Result};
use crate::manifest::Form;
use crate::request::APP;

/// Columns kept for what is typed behind a prompt.
const TYPED: usize = 10;
/// Columns of `(y/n) › yes`.
const YES_OR_NO: usize = 11;
/// Columns of ` [Page 1/2] `.
const PAGE: usize = 12;
/// Columns that a list needs: in fewer its names cannot be told apart, and the library draws it anew wrongly.
const LIST: usize = 20;

/// Asks at the terminal, on standard error.
pub struct Terminal {
    term: Term,
    look: Look,
    /// Whether Ctrl-C or SIGTERM ends the process at once, as it does everywhere but at a prompt.
    ends: Arc<AtomicBool>,
    /// Whether SIGTERM came while a key was at work.
    told: Arc<AtomicBool>,
    guarded: bool,
    /// The terminal's modes before a prompt.
    modes: Option<Termios>,
    /// Whether details are asked for at all, once that is settled.
    details: Option<bool>,
}

impl Terminal {
    /// Prompts in colour, or plain.
    #[must_use]
    pub fn new(colour: bool) -> Self {
        console::set_colors_enabled_stderr(colour);
        Self {
            term: Term::stderr(),
            look: Look::default(),
            ends: Arc::new(AtomicBool::new(true)),
            told: Arc::new(AtomicBool::new(false)),
            guarded: false,
            modes: None,
            details: None,
        }
    }

    /// Before a prompt. The library reads key by key, and between two keys the terminal would echo what is
    /// typed and make a signal of Ctrl-C: until the last question is settled, keys are only keys. The
    /// library answers Ctrl-C with SIGINT to its own process: at a prompt that must not end it, since the
    /// cursor is hidden. SIGTERM must not, either: it ends the library's wait for a key, as Ctrl-C does.
    fn begin(&mut self) -> Result<()> {
        if !self.guarded {
            for signal in [SIGINT, SIGTERM] {
                signal_hook::flag::register_conditional_default(signal, Arc::clone(&self.ends))
                    .map_err(failed)?;
            }
            signal_hook::flag::register(SIGTERM, Arc::clone(&self.told)).map_err(failed)?;
            self.guarded = true;
        }
        // A list needs a row for its prompt and two for items; the library panics over less.
        if self.term.size().0 < 3 {
            return Err(failed(std::io::Error::other("it has fewer than three rows")));
        }
        if self.modes.is_none() {
            let modes = tcgetattr(std::io::stdin()).map_err(|error| failed(error.into()))?;
            let mut keys = modes.clone();
            keys.local_modes -= LocalModes::ISIG | LocalModes::ICANON | LocalModes::ECHO;
            tcsetattr(std::io::stdin(), OptionalActions::Now, &keys).map_err(|error| failed(error.into()))?;
            self.modes = Some(modes);
        }
        self.ends.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// After a prompt; `in_line`: the cursor stood behind it.
    fn end<T>(&mut self, answer: dialoguer::Result<T>, in_line: bool) -> Result<T> {
        self.ends.store(true, Ordering::Relaxed);
        let told = self.told.load(Ordering::Relaxed);
        let interrupted = || Err(std::io::Error::from(std::io::ErrorKind::Interrupted).into());
        let answer = if told { interrupted() } else { answer };
        answer.map_err(|dialoguer::Error::IO(error)| {
            // A terminal that is gone can show neither a cursor nor a new line.
            let _ = self.term.show_cursor();
            if in_line {
                let _ = self.term.write_line("");
            }
            match error.kind() {
                std::io::ErrorKind::Interrupted | std::io::ErrorKind::UnexpectedEof => Error::Interrupted,
                _ => failed(error),
            }
        })
    }

    /// Gives the terminal its own modes back.
    fn release(&mut self) {
        if let Some(modes) = self.modes.take() {
            // A terminal that is gone has no modes.
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &modes);
        }
    }

    fn width(&self) -> usize {
        usize::from(self.term.size().1).max(1)
    }

    /// Writes a line; gives the rows that it takes.
    fn line(&self, text: &str) -> Result<usize> {
        self.term.write_line(text).map_err(failed)?;
        Ok(measure_text_width(text).div_ceil(self.width()).max(1))
    }

    /// Writes the help, and the prompt too when it does not fit beside its answer. Gives what the library
    /// is to write before the answer, and the rows to be cleared after it.
    fn above(&self, help: Option<&str>, prompt: &str, answer: usize) -> Result<(String, usize)> {
        let mut rows = match help {
            Some(help) => self.line(&format!("  {help}"))?,
            None => 0,
        };
        // The mark, three blanks and the `›` stand there, too.
        if measure_text_width(prompt) + answer + 5 <= self.width() {
            return Ok((prompt.to_owned(), rows));
        }
        rows += self.line(&self.look.question(prompt))?;
        Ok((String::new(), rows))
    }

    /// In place of a prompt and of all above that belongs to it: the answer.
    fn settled(&self, rows: usize, prompt: &str, answer: &str) -> Result<()> {
        self.term.clear_last_lines(rows).map_err(failed)?;
        self.line(&self.look.answer(prompt, answer)).map(drop)
    }

    /// Items longer than a line break the redrawing of lists: they are shortened to the width.
    fn items(&self, offers: &[Offer]) -> Vec<String> {
        let width = self.width().saturating_sub(6);
        let longest = offers.iter().map(|offer| measure_text_width(&offer.name)).max().unwrap_or(0);
        let shortened = offers.iter().map(|offer| {
            let line = if offer.note.is_empty() {
                offer.name.clone()
            } else {
                format!("{:longest$}  {}", offer.name, offer.note)
            };
            let mut line = console::truncate_str(&line, width, "…").into_owned();
            // The library takes the bytes of a line for its width.
            while line.len() > self.width() {
                line.pop();
            }
            line
        });
        shortened.collect()
    }

    fn one_of(
        &mut self,
        help: Option<&str>,
        prompt: &str,
        offers: &[Offer],
        default: usize,
    ) -> Result<usize> {
        if self.width() < LIST {
            return self.one_by_words(help, prompt, offers, default);
        }
        self.begin()?;
        let items = self.items(offers);
        let (shown, rows) = self.above(help, prompt, PAGE)?;
        let select =
            Select::with_theme(&self.look).with_prompt(shown).items(items).default(default).report(false);
        let picked = select.interact_on(&self.term);
        let picked = self.end(picked, false)?;
        self.settled(rows, prompt, offers.get(picked).map_or("", |offer| &offer.name))?;
        Ok(picked)
    }

    fn one_by_words(
        &mut self,
        help: Option<&str>,
        prompt: &str,
        offers: &[Offer],
        default: usize,
    ) -> Result<usize> {
        let names = words::list(offers);
        let help = help.map_or_else(|| names.clone(), |help| format!("{help}: {names}"));
        let default = words::names(offers, &[default]);
        let check = |typed: &str| words::one(offers, typed);
        let (picked, _, rows) = self.until_right(Some(&help), prompt, Some(&default), &check)?;
        self.settled(rows, prompt, &words::names(offers, &[picked]))?;
        Ok(picked)
    }

    fn some_by_words(&mut self, prompt: &str, offers: &[Offer], picked: &[usize]) -> Result<Vec<usize>> {
        let default = words::names(offers, picked);
        let check = |typed: &str| words::some(offers, typed);
        let (picked, _, rows) =
            self.until_right(Some(&words::list(offers)), prompt, Some(&default), &check)?;
        self.settled(rows, prompt, &words::names(offers, &picked))?;
        Ok(picked)
    }

    fn yes_or_no(&mut self, help: Option<&str>, prompt: &str, default: bool) -> Result<bool> {
        self.begin()?;
        let (shown, rows) = self.above(help, prompt, YES_OR_NO)?;
        let confirm = Confirm::with_theme(&self.look).with_prompt(shown).default(default).report(false);
        let yes = confirm.interact_on(&self.term);
        let yes = self.end(yes, true)?;
        self.settled(rows, prompt, if yes { "yes" } else { "no" })?;
        Ok(yes)
    }

    fn typed<T>(
        &mut self,
        help: Option<&str>,
        prompt: &str,
        default: Option<&str>,
        check: &dyn Fn(&str) -> Result<T>,
    ) -> Result<T> {
        let (value, typed, rows) = self.until_right(help, prompt, default, check)?;
        self.settled(rows, prompt, &typed)?;
        Ok(value)
    }

    /// Asks until `check` takes what was typed, and says each time why it does not. Gives the value, what was
    /// typed, and the rows to be cleared.
    fn until_right<T>(
        &mut self,
        help: Option<&str>,
        prompt: &str,
        default: Option<&str>,
        check: &dyn Fn(&str) -> Result<T>,
    ) -> Result<(T, String, usize)> {
        let with_default = match default {
            Some(default) if !default.is_empty() => format!("{prompt} ({default})"),
            _ => prompt.to_owned(),
        };
        self.begin()?;
        let (shown, mut rows) = self.above(help, &with_default, TYPED)?;
        loop {
            self.begin()?;
            let mut input = Input::<String>::with_theme(&self.look).with_prompt(shown.clone()).report(false);
            if let Some(default) = default {
                input = input.default(default.to_owned()).show_default(false);
            }
            let typed = input.interact_text_on(&self.term);
            let typed = self.end(typed, true)?;
            if default != Some(&typed) {
                // The library clears the last row of what was typed, not those above it.
                let columns = measure_text_width(&shown) + measure_text_width(&typed) + 5;
                self.term.clear_last_lines((columns - 1) / self.width()).map_err(failed)?;
            }
            match check(&typed) {
                Ok(value) => return Ok((value, typed, rows)),
                Err(error) => rows += self.line(&self.look.refusal(&said(&error)))?,
            }
        }
    }
}

impl Ask for Terminal {
    fn busy(&self, words: &'static str) -> Busy {
        Busy::at(&self.term, words)
    }

    fn ask(&mut self, asked: &Asked<'_>) -> Result<Value> {
        let question = asked.question;
        let mut prompt = named(asked.alias, &question.prompt);
        if let Some(evidence) = asked.evidence {
            prompt = format!("{prompt} (found in {evidence})");
        }
        let help = question.help.as_deref();
        let default = asked.default.map(ToString::to_string);
        match question.kind {
            Form::Choice => {
                let mut offers: Vec<Offer> = asked
                    .choices
                    .iter()
                    .map(|c| Offer { name: c.value.clone(), note: c.note.clone() })
                    .collect();
                if question.or_none {
                    offers.push(Offer { name: "none".to_owned(), note: String::new() });
                }
                let place = default.and_then(|name| offers.iter().position(|offer| offer.name == name));
                let picked = self.one_of(help, &prompt, &offers, place.unwrap_or(0))?;
                (asked.check)(offers.get(picked).map_or("", |offer| &offer.name))
            }
            Form::Boolean => {
                let default = matches!(asked.default, Some(Value::Boolean(true)));
                self.yes_or_no(help, &prompt, default).map(Value::Boolean)
            }
            Form::Text | Form::Integer | Form::Command => {
                self.typed(help, &prompt, default.as_deref(), asked.check)
            }
        }
    }

    fn details(&mut self, alias: &str, title: &str, prompts: &[&str]) -> Result<bool> {
        let any = match self.details {
            Some(any) => any,
            None => self.yes_or_no(None, "Ask for details too, such as limits and logs?", false)?,
        };
        self.details = Some(any);
        if !any {
            return Ok(false);
        }
        let of = if alias == title.to_lowercase() { alias.to_owned() } else { format!("{alias} ({title})") };
        self.yes_or_no(Some(&prompts.join(", ")), &format!("Change details of {of}?"), false)
    }

    fn pick_one(&mut self, prompt: &str, offers: &[Offer], default: usize) -> Result<usize> {
        self.one_of(None, prompt, offers, default)
    }

    fn pick_many(&mut self, prompt: &str, offers: &[Offer], picked: &[usize]) -> Result<Vec<usize>> {
        // What stands in parentheses says how to pick: it goes with the list.
        let bare = prompt.split(" (").next().unwrap_or(prompt);
        if self.width() < LIST {
            return self.some_by_words(bare, offers, picked);
        }
        let checked: Vec<bool> = (0..offers.len()).map(|place| picked.contains(&place)).collect();
        self.begin()?;
        let items = self.items(offers);
        let (shown, rows) = self.above(None, prompt, PAGE)?;
        let select = MultiSelect::with_theme(&self.look)
            .with_prompt(shown)
            .items(items)
            .defaults(&checked)
            .report(false);
        let picked = select.interact_on(&self.term);
        let picked = self.end(picked, false)?;
        self.settled(rows, bare, &words::names(offers, &picked))?;
        Ok(picked)
    }

    fn name(&mut self, prompt: &str, default: &str, check: &dyn Fn(&str) -> Result<()>) -> Result<String> {
        self.typed(None, prompt, Some(default), &|typed| check(typed).map(|()| typed.to_owned()))
    }

    fn verdict(&mut self, path: &str, diff: &str) -> Result<Verdict> {
        self.say(diff)?;
        let offers = ["keep it as it is", "overwrite it", "stop, write nothing"]
            .map(|name| Offer { name: name.to_owned(), note: String::new() });
        match self.one_of(None, &format!("`{path}` is there already"), &offers, 0)? {
            0 => Ok(Verdict::Keep),
            1 => Ok(Verdict::Overwrite),
            _ => Err(Error::Interrupted),
        }
    }

    fn confirm(&mut self, summary: &str) -> Result<()> {
        self.say(summary)?;
        let yes = self.yes_or_no(None, "Write these files?", true)?;
        self.release();
        if yes { Ok(()) } else { Err(Error::Declined) }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.release();
    }
}

impl Terminal {
    fn say(&self, text: &str) -> Result<()> {
        self.term.write_str(text).map_err(failed)
    }
}

/// The question, and whose it is when its own words do not say so.
fn named(alias: &str, prompt: &str) -> String {
    if alias == APP || alias == "project" || prompt.to_lowercase().contains(&alias.to_lowercase()) {
        let mut letters = prompt.chars();
        return letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    }
    format!("{alias}: {prompt}")
}

fn failed(source: std::io::Error) -> Error {
    Error::Io { action: "ask at", path: "the terminal".into(), source }
}

/// What was wrong with a typed answer, and what is allowed, in one line.
fn said(error: &Error) -> String {
    match (error, error.hint()) {
        (Error::BadAnswer { given, .. }, Some(hint)) => format!("`{given}` is no answer here; {hint}"),
        (_, Some(hint)) => format!("{error}; {hint}"),
        (_, None) => error.to_string(),
    }
}

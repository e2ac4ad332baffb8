//! The prompts that a person sees.

use console::Term;
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Confirm, Input, MultiSelect, Select};

use super::{Ask, Asked, Offer, Verdict};
use crate::answers::Value;
use crate::error::{Error, Result};
use crate::manifest::Form;

/// Asks at the terminal, on standard error.
pub struct Terminal {
    term: Term,
    theme: Box<dyn Theme>,
}

impl Terminal {
    /// Prompts in colour, or plain.
    #[must_use]
    pub fn new(colour: bool) -> Self {
        let theme: Box<dyn Theme> =
            if colour { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) };
        Self { term: Term::stderr(), theme }
    }

    /// A prompt that ended early leaves the cursor hidden: show it before anything else is said.
    fn settle<T>(&self, answer: dialoguer::Result<T>) -> Result<T> {
        answer.map_err(|dialoguer::Error::IO(error)| {
            // A terminal that is gone cannot show a cursor either.
            let _ = self.term.show_cursor();
            match error.kind() {
                std::io::ErrorKind::Interrupted | std::io::ErrorKind::UnexpectedEof => Error::Interrupted,
                _ => Error::Io { action: "ask at", path: "the terminal".into(), source: error },
            }
        })
    }

    /// Items longer than a line break the redrawing of lists: shorten them to the width.
    fn lines(&self, offers: &[Offer]) -> Vec<String> {
        let width = usize::from(self.term.size().1).saturating_sub(6).max(10);
        let longest = offers.iter().map(|offer| offer.name.chars().count()).max().unwrap_or(0);
        offers
            .iter()
            .map(|offer| {
                let line = if offer.note.is_empty() {
                    offer.name.clone()
                } else {
                    format!("{:longest$}  {}", offer.name, offer.note)
                };
                console::truncate_str(&line, width, "…").into_owned()
            })
            .collect()
    }

    fn choose(&self, asked: &Asked<'_>, prompt: &str) -> Result<Value> {
        let mut offers: Vec<Offer> =
            asked.choices.iter().map(|c| Offer { name: c.value.clone(), note: c.note.clone() }).collect();
        if asked.question.or_none {
            offers.push(Offer { name: "none".to_owned(), note: String::new() });
        }
        let default = asked.default.map(ToString::to_string);
        let place = default.and_then(|name| offers.iter().position(|offer| offer.name == name)).unwrap_or(0);
        let picked = self.settle(
            Select::with_theme(&*self.theme)
                .with_prompt(prompt)
                .items(self.lines(&offers))
                .default(place)
                .max_length(12)
                .interact_on(&self.term),
        )?;
        (asked.check)(offers.get(picked).map_or("", |offer| &offer.name))
    }

    fn type_in(&self, asked: &Asked<'_>, prompt: &str) -> Result<Value> {
        let check = |typed: &String| (asked.check)(typed).map(drop).map_err(|error| said(&error));
        let mut input = Input::<String>::with_theme(&*self.theme).with_prompt(prompt).validate_with(check);
        if let Some(default) = asked.default {
            input = input.default(default.to_string());
        }
        let typed = self.settle(input.interact_text_on(&self.term))?;
        (asked.check)(&typed)
    }
}

impl Ask for Terminal {
    fn ask(&mut self, asked: &Asked<'_>) -> Result<Value> {
        let mut prompt = asked.question.prompt.clone();
        if let Some(evidence) = asked.evidence {
            prompt = format!("{prompt} (found in {evidence})");
        }
        match asked.question.kind {
            Form::Choice => self.choose(asked, &prompt),
            Form::Boolean => {
                let default = matches!(asked.default, Some(Value::Boolean(true)));
                let confirm = Confirm::with_theme(&*self.theme).with_prompt(prompt).default(default);
                Ok(Value::Boolean(self.settle(confirm.interact_on(&self.term))?))
            }
            Form::Text | Form::Integer | Form::Command => self.type_in(asked, &prompt),
        }
    }

    fn details(&mut self, alias: &str, title: &str, prompts: &[&str]) -> Result<bool> {
        let of = if alias == title.to_lowercase() { alias.to_owned() } else { format!("{alias} ({title})") };
        let list = prompts.join(", ").to_lowercase();
        let width = usize::from(self.term.size().1).saturating_sub(12).max(20);
        let prompt = format!("Change details of {of}: {list}?");
        let prompt = console::truncate_str(&prompt, width, "…?").into_owned();
        self.settle(
            Confirm::with_theme(&*self.theme).with_prompt(prompt).default(false).interact_on(&self.term),
        )
    }

    fn pick_one(&mut self, prompt: &str, offers: &[Offer], default: usize) -> Result<usize> {
        let select = Select::with_theme(&*self.theme).with_prompt(prompt).items(self.lines(offers));
        self.settle(select.default(default).max_length(12).interact_on(&self.term))
    }

    fn pick_many(&mut self, prompt: &str, offers: &[Offer], picked: &[usize]) -> Result<Vec<usize>> {
        let checked: Vec<bool> = (0..offers.len()).map(|place| picked.contains(&place)).collect();
        let select = MultiSelect::with_theme(&*self.theme).with_prompt(prompt).items(self.lines(offers));
        self.settle(select.defaults(&checked).max_length(16).interact_on(&self.term))
    }

    fn name(&mut self, prompt: &str, default: &str, check: &dyn Fn(&str) -> Result<()>) -> Result<String> {
        let valid = |typed: &String| check(typed).map_err(|error| said(&error));
        let input = Input::<String>::with_theme(&*self.theme).with_prompt(prompt).validate_with(valid);
        self.settle(input.default(default.to_owned()).interact_text_on(&self.term))
    }

    fn verdict(&mut self, path: &str, diff: &str) -> Result<Verdict> {
        self.say(diff)?;
        let items = ["keep it as it is", "overwrite it", "stop, write nothing"];
        let select = Select::with_theme(&*self.theme).with_prompt(format!("`{path}` is there already"));
        match self.settle(select.items(items).default(0).interact_on(&self.term))? {
            0 => Ok(Verdict::Keep),
            1 => Ok(Verdict::Overwrite),
            _ => Err(Error::Interrupted),
        }
    }

    fn confirm(&mut self, summary: &str) -> Result<()> {
        self.say(summary)?;
        let confirm = Confirm::with_theme(&*self.theme).with_prompt("Write these files?").default(true);
        if self.settle(confirm.interact_on(&self.term))? { Ok(()) } else { Err(Error::Interrupted) }
    }
}

impl Terminal {
    fn say(&self, text: &str) -> Result<()> {
        self.term.write_str(text).map_err(|source| Error::Io {
            action: "write to",
            path: "the terminal".into(),
            source,
        })
    }
}

/// What was wrong with a typed answer, and what is allowed, in one line.
fn said(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}

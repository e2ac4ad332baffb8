//! How prompts look.

use std::fmt;

use dialoguer::theme::{ColorfulTheme, Theme};

/// The library's marks and colours; where one stands in a list is seen without colours, too.
#[derive(Default)]
pub(super) struct Look(ColorfulTheme);

impl Look {
    /// A prompt on a line of its own.
    pub(super) fn question(&self, prompt: &str) -> String {
        format!("{} {prompt}", self.0.prompt_prefix)
    }

    /// Why an answer is not taken.
    pub(super) fn refusal(&self, why: &str) -> String {
        format!("{} {why}", self.0.error_prefix)
    }

    /// An answer that is settled.
    pub(super) fn answer(&self, prompt: &str, answer: &str) -> String {
        let mut line = String::new();
        // Writing into a text cannot fail.
        let _ = self.0.format_input_prompt_selection(&mut line, prompt, answer);
        line
    }
}

impl Theme for Look {
    fn format_prompt(&self, f: &mut dyn fmt::Write, prompt: &str) -> fmt::Result {
        self.0.format_prompt(f, prompt)
    }

    fn format_confirm_prompt(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        default: Option<bool>,
    ) -> fmt::Result {
        self.0.format_confirm_prompt(f, prompt, default)
    }

    fn format_input_prompt(
        &self,
        f: &mut dyn fmt::Write,
        prompt: &str,
        default: Option<&str>,
    ) -> fmt::Result {
        self.0.format_input_prompt(f, prompt, default)
    }

    fn format_select_prompt_item(&self, f: &mut dyn fmt::Write, text: &str, active: bool) -> fmt::Result {
        self.0.format_select_prompt_item(f, text, active)
    }

    fn format_multi_select_prompt_item(
        &self,
        f: &mut dyn fmt::Write,
        text: &str,
        checked: bool,
        active: bool,
    ) -> fmt::Result {
        let place = if active { &self.0.active_item_prefix } else { &self.0.inactive_item_prefix };
        write!(f, "{place} ")?;
        self.0.format_multi_select_prompt_item(f, text, checked, active)
    }
}

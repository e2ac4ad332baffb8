//! A regular expression that the catalog names.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::bytes::{Captures, Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest line that is matched, in bytes: longer ones are nobody's own writing.
const LONGEST: usize = 4096;

/// A regular expression without Unicode classes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Pattern {
    text: String,
    // Made when they are first matched, and once: rows are asked in folder after folder
    in_text: OnceLock<Option<Regex>>,
    in_lines: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

impl Pattern {
    /// As it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why it is none, when it is none.
    pub(crate) fn error(&self) -> Option<regex::Error> {
        made(&self.text, false).err()
    }

    /// The groups of the first match in a text: all that matched, then each, empty when it took no part.
    #[must_use]
    pub fn groups<'t>(&self, text: &'t str) -> Option<Vec<Cow<'t, str>>> {
        let pattern = self.in_text.get_or_init(|| made(&self.text, false).ok()).as_ref()?;
        Some(texts(&pattern.captures(text.as_bytes())?))
    }

    /// The matches in the lines of a text, each with the number of its line, counted from 1, and its groups.
    pub fn lines<'t>(&self, text: &'t str) -> impl Iterator<Item = (usize, Vec<Cow<'t, str>>)> {
        let pattern = self.in_lines.get_or_init(|| made(&self.text, true).ok()).as_ref();
        // A text without a match has no line with one, and is done with much sooner
        let pattern = pattern.filter(|pattern| pattern.is_match(text.as_bytes()));
        let lines = pattern.into_iter().flat_map(|pattern| text.lines().map(move |line| (pattern, line)));
        let lines = lines.enumerate().filter(|(_, (_, line))| line.len() <= LONGEST);
        lines.flat_map(|(number, (pattern, line))| {
            pattern.captures_iter(line.as_bytes()).map(move |groups| (number + 1, texts(&groups)))
        })
    }

    /// What the first group found in the lines of a text, each with the number of its line; nothing where it took no
    /// part.
    pub fn firsts<'t>(&self, text: &'t str) -> impl Iterator<Item = (usize, Cow<'t, str>)> {
        let first = |groups: Vec<Cow<'t, str>>| groups.into_iter().nth(1).filter(|found| !found.is_empty());
        self.lines(text).filter_map(move |(line, groups)| Some((line, first(groups)?)))
    }
}

fn made(text: &str, lines: bool) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).unicode(false).multi_line(lines).crlf(lines).build()
}

fn texts<'t>(groups: &Captures<'t>) -> Vec<Cow<'t, str>> {
    let text = |group: regex::bytes::Match<'t>| String::from_utf8_lossy(group.as_bytes());
    groups.iter().map(|group| group.map_or(Cow::Borrowed(""), text)).collect()
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_match_in_a_line_is_found_however_lines_end() {
        for (pattern, text, found) in [
            ("^b(.)$", "a\nbc\nbd", vec![(2, "c"), (3, "d")]),
            ("^b(.)$", "a\r\nbc\r\nbd\r\n", vec![(2, "c"), (3, "d")]),
            (r"(\w+)=", "x=1 y=2\nz=3", vec![(1, "x"), (1, "y"), (2, "z")]),
            ("a[^x]+b(.?)", "a\nb\nabb a-b\n", vec![(3, "")]),
            ("name: (é+)", "name: éé\n", vec![(1, "éé")]),
            ("(?i)ABC(x)?", "abc", vec![(1, "")]),
        ] {
            let pattern = Pattern::from(pattern.to_owned());
            let lines: Vec<(usize, String)> =
                pattern.lines(text).map(|(line, groups)| (line, groups[1].to_string())).collect();
            let found: Vec<(usize, String)> =
                found.into_iter().map(|(line, it)| (line, it.to_owned())).collect();
            assert_eq!(lines, found, "{} in {text:?}", pattern.text());
        }
    }

    #[test]
    fn a_text_is_matched_as_a_whole() {
        let pattern = Pattern::from("^b(.)$".to_owned());
        assert!(pattern.groups("a\nbc").is_none());
        assert_eq!(pattern.groups("bc").map(|groups| groups.join("|")), Some("bc|c".to_owned()));
        assert!(Pattern::from("(".to_owned()).groups("(").is_none());
        assert!(Pattern::from("(".to_owned()).error().is_some());
    }
}

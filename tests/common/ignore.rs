//! What a `.dockerignore` keeps from a build: the last pattern that a path, or a folder above it, matches counts.

use regex_lite::Regex;

/// The patterns in their order; `true`: ignored.
pub struct Ignored(Vec<(Regex, bool)>, bool);

impl Ignored {
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let patterns: Vec<&str> = lines.collect();
        let compiled = patterns.iter().map(|line| match line.strip_prefix('!') {
            Some(kept) => (pattern(kept), false),
            None => (pattern(line), true),
        });
        Self(compiled.collect(), patterns.first() == Some(&"*"))
    }

    /// Whether it names what is kept instead of what is not.
    pub fn begins_with_everything(&self) -> bool {
        self.1
    }

    pub fn holds(&self, path: &str) -> bool {
        self.0.iter().rfind(|(pattern, _)| pattern.is_match(path)).is_some_and(|(_, ignored)| *ignored)
    }
}

fn pattern(line: &str) -> Regex {
    let mut expression = String::new();
    let mut rest = line.trim_end_matches('/');
    while let Some(c) = rest.chars().next() {
        let (taken, meaning) = match c {
            '*' if rest.starts_with("**/") => (3, "(?:.*/)?".to_owned()),
            '*' if rest.starts_with("**") => (2, ".*".to_owned()),
            '*' => (1, "[^/]*".to_owned()),
            '?' => (1, "[^/]".to_owned()),
            '[' | ']' => (1, c.to_string()),
            _ => (c.len_utf8(), regex_lite::escape(&c.to_string())),
        };
        expression += &meaning;
        rest = &rest[taken..];
    }
    Regex::new(&format!("^{expression}(?:/.*)?$")).expect("a pattern")
}

//! A `.env` file, as Compose reads it: source: compose-go, `dotenv`.

/// What a variable was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// The text.
    pub text: String,
    /// Whether other variables go into it.
    pub computed: bool,
}

/// What the file gives a variable last.
#[must_use]
pub fn last(file: &str, key: &str) -> Option<Assigned> {
    assignments(file).into_iter().rfind(|(name, _)| *name == key).map(|(_, assigned)| assigned)
}

/// The variables in the order of the file, each with what it is given.
#[must_use]
pub fn assignments(file: &str) -> Vec<(&str, Assigned)> {
    let mut rest = file.trim_start_matches('\u{feff}').trim_start();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        // A line with a name alone passes on what the environment has.
        let name = line.split_once(['=', ':']).map(|(name, _)| name).filter(|_| !line.starts_with('#'));
        rest = match name {
            None => below,
            Some(name) => {
                let (assigned, below) = assigned(rest.get(name.len() + 1..).unwrap_or_default());
                found.push((name.strip_prefix("export ").unwrap_or(name).trim(), assigned));
                below
            }
        }
        .trim_start();
    }
    found
}

/// The value at the start of a text, and what follows it.
fn assigned(text: &str) -> (Assigned, &str) {
    let text = text.trim_start_matches([' ', '\t']);
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(text, quote),
        _ => {
            let (line, below) = text.split_once('\n').unwrap_or((text, ""));
            let value = line.split_once(" #").map_or(line, |(value, _)| value).trim_end();
            (Assigned { text: value.to_owned(), computed: value.contains('$') }, below)
        }
    }
}

/// A value between quotes may have several lines.
fn quoted(text: &str, quote: char) -> (Assigned, &str) {
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            let computed = quote == '"' && value.contains('$');
            return (Assigned { text: value, computed }, text.get(at + 1..).unwrap_or_default());
        }
        let escapes = c == '\\' && !escaped;
        if escaped && c != quote {
            value.push('\\');
        }
        if !escapes {
            value.push(c);
        }
        escaped = escapes;
    }
    (Assigned { text: value, computed: false }, "")
}

#[cfg(test)]
mod tests {
    use super::last;

    #[test]
    fn what_a_variable_is_given() {
        for (file, text) in [
            ("A=1", Some("1")),
            ("A=1\nA=2\n", Some("2")),
            ("  export A = \"a;b\" # why\r\n", Some("a;b")),
            ("A: 'it''s'\n", Some("it")),
            ("A=a# b # c\n", Some("a# b")),
            ("# A=1\nB=A=1\nA\n", None),
            ("B=\"\nA=1\n\"\nC='\\'\nA=2'\n", None),
            ("A=\n", Some("")),
            ("\u{feff}A='$B'\r\n", Some("$B")),
        ] {
            let found = last(file, "A");
            assert_eq!(found.as_ref().map(|found| found.text.as_str()), text, "{file}");
            assert!(found.is_none_or(|found| !found.computed), "{file}");
        }
        for file in ["A=${B}/c", "A=\"$B\""] {
            assert!(last(file, "A").unwrap().computed, "{file}");
        }
    }
}

//! How a text is written as a YAML scalar.

use super::tree::{Style, is_null};

/// Whether any YAML version, or Compose, could read the plain text as something other than itself:
/// a number (sexagesimal ones too), a truth value, null, a date, a merge or value key.
///
/// From the type repository of YAML 1.1 (<https://yaml.org/type/>) and the core schema of
/// YAML 1.2.2 (section 10.3).
pub fn ambiguous(text: &str) -> bool {
    is_null(text) || is_truth(text) || is_special(text) || looks_numeric(text)
}

fn is_truth(text: &str) -> bool {
    ["y", "n", "yes", "no", "true", "false", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn is_special(text: &str) -> bool {
    let word = text.trim_start_matches(['+', '-']);
    [".inf", ".nan", "inf", "nan", "infinity", "<<", "="].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Numbers and dates begin with a digit, after a sign or a dot, and hold nothing but digits, the
/// letters of hexadecimal, octal and exponents, and separators.
fn looks_numeric(text: &str) -> bool {
    let body = text.trim_start_matches(['+', '-', '.']);
    body.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_hexdigit() || "+-._:xoXOTtZz, ".contains(c))
}

/// Whether the text may stand without quotes, in block style or inside brackets.
pub fn plain(text: &str, flow: bool) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    let follows = chars.next();
    let starts = first.is_some_and(|c| !"!&*-?:,[]{}#|>@`'\"%= \t".contains(c))
        || (first == Some('-') && follows.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-'));
    starts
        && !ambiguous(text)
        && !text.starts_with("---")
        && !text.ends_with([' ', '\t', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.chars().any(|c| c.is_control() || "\u{85}\u{2028}\u{2029}\u{feff}".contains(c))
        && !(flow && text.contains([',', '[', ']', '{', '}']))
}

/// `text` as a scalar: in the style of its neighbours where that can hold it, and quoted whenever
/// the plain form could be taken for something else.
pub fn write(text: &str, like: Style, flow: bool) -> String {
    let single = !text.chars().any(|c| c.is_control() || "\u{85}\u{2028}\u{2029}\u{feff}".contains(c));
    match like {
        Style::Plain | Style::Block { .. } if plain(text, flow) => text.to_owned(),
        Style::Single if single => format!("'{}'", text.replace('\'', "''")),
        _ => double(text),
    }
}

/// `text` between double quotes; the escapes are those that JSON has too.
pub fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || "\u{2028}\u{2029}\u{feff}".contains(c) => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

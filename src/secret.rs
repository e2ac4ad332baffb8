//! Secret values: what they are made of, and how they are drawn.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{Error, Result};

/// What needs no encoding in a URL's user information, by RFC 3986, section 2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters of a random value: no quoting anywhere, neither in a URL, a shell nor a configuration file.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// What a secret file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// That many random letters and digits.
    Random(usize),
    /// A text over the values of other secret files.
    Text(Vec<Part>),
}

/// A piece of a secret's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As it stands.
    Plain(String),
    /// The value of another secret file, by its path.
    Value(String),
    /// The same, percent-encoded for a URL.
    Encoded(String),
}

impl Secret {
    /// The value, drawn anew or made from `values`, which holds other secret files' values by path.
    ///
    /// # Errors
    /// [`Error::NoRandomness`] when the system gives none.
    pub fn draw(&self, values: &BTreeMap<String, String>) -> Result<String> {
        match self {
            Self::Random(length) => random(*length),
            Self::Text(parts) => Ok(parts.iter().map(|part| part.text(values)).collect()),
        }
    }

    /// The other secret files that it is made from, by path.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        let parts = match self {
            Self::Random(_) => &[][..],
            Self::Text(parts) => parts,
        };
        parts.iter().filter_map(|part| match part {
            Part::Plain(_) => None,
            Part::Value(path) | Part::Encoded(path) => Some(path.as_str()),
        })
    }
}

impl Part {
    fn text(&self, values: &BTreeMap<String, String>) -> String {
        let value = |path: &str| values.get(path).map_or("", |value| value.trim_end_matches(['\n', '\r']));
        match self {
            Self::Plain(text) => text.clone(),
            Self::Value(path) => value(path).to_owned(),
            Self::Encoded(path) => utf8_percent_encode(value(path), UNRESERVED).to_string(),
        }
    }
}

fn random(length: usize) -> Result<String> {
    let mut text = String::with_capacity(length);
    let mut bytes = [0_u8; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes).map_err(|error| Error::NoRandomness { message: error.to_string() })?;
        // Bytes from 248 on would make the first characters likelier than the others.
        let fair =
            bytes.iter().filter(|byte| **byte < 248).filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
        text.extend(fair.take(length - text.len()).map(|byte| char::from(*byte)));
    }
    Ok(text)
}

//! One answer.

use std::fmt;

use serde::{Serialize, Serializer};

use super::Raw;
use crate::manifest::{Form, Question};

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `none`, or a question that was not asked.
    None,
    /// A choice or a text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
    /// A command as its arguments.
    Command(Vec<String>),
}

impl Value {
    /// Reads an answer in the question's form; `None` when it does not have that form.
    #[must_use]
    pub fn read(question: &Question, raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Typed(text) if question.or_none && text == "none" => Some(Self::None),
            Raw::Typed(text) => Self::typed(question.kind, text),
            Raw::Toml(toml::Value::String(text)) if question.or_none && text == "none" => Some(Self::None),
            Raw::Toml(toml::Value::String(text)) if question.kind == Form::Command => {
                Self::typed(Form::Command, text)
            }
            Raw::Toml(value) => Self::from_toml(value).filter(|value| value.has_form(question.kind)),
            Raw::Range { .. } => None,
        }
    }

    fn typed(form: Form, text: &str) -> Option<Self> {
        Some(match form {
            Form::Choice | Form::Text => Self::Text(text.to_owned()),
            Form::Integer => Self::Integer(text.parse().ok()?),
            Form::Boolean => Self::Boolean(match text {
                "true" | "yes" | "y" => true,
                "false" | "no" | "n" => false,
                _ => return None,
            }),
            Form::Command => {
                let words = shlex::split(text).filter(|words| !words.is_empty())?;
                if words.iter().any(|word| word.chars().any(char::is_control)) {
                    return None;
                }
                Self::Command(words)
            }
        })
    }

    /// Whether it is a text of which nothing would be seen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    fn has_form(&self, form: Form) -> bool {
        matches!(
            (self, form),
            (Self::Text(_), Form::Choice | Form::Text)
                | (Self::Integer(_), Form::Integer)
                | (Self::Boolean(_), Form::Boolean)
                | (Self::Command(_), Form::Command)
        )
    }

    /// A TOML value as an answer; `None` for forms that no answer has.
    #[must_use]
    pub fn from_toml(value: &toml::Value) -> Option<Self> {
        Some(match value {
            toml::Value::String(text) => Self::Text(text.clone()),
            toml::Value::Integer(number) => Self::Integer(*number),
            toml::Value::Boolean(yes) => Self::Boolean(*yes),
            toml::Value::Array(words) => Self::Command(
                words.iter().map(|word| word.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()?,
            ),
            _ => return None,
        })
    }

    /// A JSON value as an answer; `None` for forms that no answer has.
    #[must_use]
    pub fn from_json(value: &serde_json::Value) -> Option<Self> {
        Some(match value {
            serde_json::Value::Null => Self::None,
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Number(number) => Self::Integer(number.as_i64()?),
            serde_json::Value::Bool(yes) => Self::Boolean(*yes),
            serde_json::Value::Array(words) => Self::Command(
                words.iter().map(|word| word.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()?,
            ),
            serde_json::Value::Object(_) => return None,
        })
    }

    /// The answer as TOML; `none` is the string, since TOML has no null.
    #[must_use]
    pub fn to_toml(&self) -> toml::Value {
        match self {
            Self::None => toml::Value::String("none".to_owned()),
            Self::Text(text) => toml::Value::String(text.clone()),
            Self::Integer(number) => toml::Value::Integer(*number),
            Self::Boolean(yes) => toml::Value::Boolean(*yes),
            Self::Command(words) => {
                toml::Value::Array(words.iter().cloned().map(toml::Value::String).collect())
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "none"),
            Self::Text(text) => write!(f, "{text}"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Boolean(yes) => write!(f, "{yes}"),
            Self::Command(words) => {
                let line = shlex::try_join(words.iter().map(String::as_str));
                write!(f, "{}", line.unwrap_or_else(|_| words.join(" ")))
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Boolean(yes) => serializer.serialize_bool(*yes),
            Self::Command(words) => words.serialize(serializer),
        }
    }
}

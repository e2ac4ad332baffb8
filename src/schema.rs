//! JSON Schemas of the files that people write, out of the types that read them, for editors.

use regex_lite::{Captures, Regex};
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};

use crate::answers::FileForm;
use crate::manifest::{Detection, Manifest};

/// A file that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// An answers file.
    Answers,
    /// `language.toml`.
    Language,
    /// `service.toml`.
    Service,
    /// `project.toml`.
    Project,
    /// `detect.toml`.
    Detect,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Answers, Self::Language, Self::Service, Self::Project, Self::Detect];

    /// The schema's name: `NAME.schema.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Language => "language",
            Self::Service => "service",
            Self::Project => "project",
            Self::Detect => "detect",
        }
    }

    /// Keys of a manifest that mean nothing in this one.
    fn without(self) -> &'static [&'static str] {
        match self {
            Self::Answers | Self::Detect | Self::Service => &[],
            Self::Language => &["network", "connect", "dockerignore"],
            Self::Project => &["network", "connect", "dockerignore"],
        }
    }
}

/// The JSON Schema of a file, as text.
#[must_use]
pub fn text(subject: Subject) -> String {
    let mut schema = match subject {
        Subject::Answers => of::<FileForm>(),
        Subject::Detect => of::<Detection>(),
        _ => of::<Manifest>(),
    };
    if let Some(properties) = schema.get_mut("properties").and_then(|properties| properties.as_object_mut()) {
        properties.retain(|key, _| !subject.without().contains(&key.as_str()));
    }
    let title = match subject {
        Subject::Answers => "dockgen answers file".to_owned(),
        _ => format!("dockgen {}.toml", subject.name()),
    };
    schema.insert("title".to_owned(), title.into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Draft 7: what editors of TOML understand.
fn of<T: JsonSchema>() -> Schema {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    RecursiveTransform(in_users_words).transform(&mut schema);
    schema
}

/// Comments name Rust's types where a manifest has a word: ``[`Form::Choice`]`` is `choice`.
fn in_users_words(schema: &mut Schema) {
    let Some(serde_json::Value::String(text)) = schema.get_mut("description") else { return };
    if let Ok(link) = Regex::new(r"\[`(?:\w+::)*(\w+)`\]") {
        *text = link
            .replace_all(text, |found: &Captures<'_>| {
                format!("`{}`", found.get(1).map_or("", |word| word.as_str()).to_lowercase())
            })
            .replace('\n', " ");
    }
}

//! A template and its context become text.

mod filters;

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};
use std::io::{Error as IoError, ErrorKind as IoKind, Write};
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, ErrorKind, Output, State, Template, UndefinedBehavior};

use crate::answers::Answers;
use crate::catalog::{Catalog, Entry, SHARED};
use crate::enumeration::quoted;
use crate::error::{Error, Result};
use crate::manifest::Manifest;

pub(crate) use filters::upper_snake;

/// Instructions that one template may take: enough for any real one, an end to an endless loop.
const FUEL: u64 = 1_000_000;
/// The most that one template may make, in bytes: as much as is read of one file.
const LARGEST: usize = 16 * 1024 * 1024;

/// How deep includes and macros may go.
const DEEPEST: usize = 50;
/// The most that may stand between the braces of one template, in bytes: the engine follows each operator of an
/// expression, and each branch of a condition, one call deeper.
const LONGEST: usize = 8 * 1024;

/// What a template sees, by name.
#[derive(Debug, Clone, Default)]
pub struct Context {
    names: BTreeMap<String, serde_json::Value>,
    /// The same for the engine, made when the first template is rendered.
    seen: OnceCell<Value>,
}

impl Context {
    /// One that sees nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a name a value.
    pub fn insert(&mut self, name: String, value: serde_json::Value) {
        self.seen.take();
        self.names.insert(name, value);
    }

    /// Whether a name has a value, or a dotted path into one.
    fn has(&self, path: &str) -> bool {
        let mut keys = path.split('.');
        let mut value = keys.next().and_then(|name| self.names.get(name));
        for key in keys {
            // What is no object has methods at most
            let Some(serde_json::Value::Object(object)) = value else { break };
            value = object.get(key);
        }
        value.is_some()
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&serde_json::Value> {
        self.names.get(name)
    }

    fn value(&self) -> Value {
        self.seen.get_or_init(|| Value::from(Serde(&self.names))).clone()
    }
}

impl Extend<(String, serde_json::Value)> for Context {
    fn extend<I: IntoIterator<Item = (String, serde_json::Value)>>(&mut self, names: I) {
        self.seen.take();
        self.names.extend(names);
    }
}

impl FromIterator<(String, serde_json::Value)> for Context {
    fn from_iter<I: IntoIterator<Item = (String, serde_json::Value)>>(names: I) -> Self {
        Self { names: names.into_iter().collect(), seen: OnceCell::new() }
    }
}

impl IntoIterator for Context {
    type Item = (String, serde_json::Value);
    type IntoIter = std::collections::btree_map::IntoIter<String, serde_json::Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.names.into_iter()
    }
}

/// Renders the templates of one entry. An entry sees its own files and the shared pieces, no other's.
pub struct Renderer<'a> {
    entry: &'a Entry,
    environment: Environment<'a>,
}

impl<'a> Renderer<'a> {
    /// A renderer for the templates of `entry`.
    #[must_use]
    pub fn new(catalog: &'a Catalog, entry: &'a Entry) -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(white_space());
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_formatter(plain);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEEPEST);
        // What outlives a turn of a loop can grow with each of them, or hold itself.
        environment.remove_global("namespace");
        filters::register(&mut environment);
        let (shared, source) = (Arc::clone(catalog.shared()), entry.source().clone());
        environment.set_loader(move |name| {
            let text = shared.get(name).map(String::as_str).or_else(|| source.file(name));
            text.map(bounded).transpose().map(|text| text.map(str::to_owned))
        });
        Self { entry, environment }
    }

    /// The text of one template file, whose path is relative to the entry.
    ///
    /// # Errors
    /// [`Error::Template`] with the path and the line.
    pub fn file(&self, path: &str, context: &Context) -> Result<String> {
        let wrong = |error: minijinja::Error| self.error(path, &error, context);
        let template = self.environment.get_template(path).map_err(wrong)?;
        rendered(&template, context).map_err(wrong)
    }

    /// The text of a template that stands in the manifest; `label` says where, for messages.
    ///
    /// # Errors
    /// [`Error::Template`] with the label.
    pub fn text(&self, label: &str, text: &str, context: &Context) -> Result<String> {
        if !text.contains('{') {
            return Ok(text.to_owned());
        }
        let wrong = |error: &minijinja::Error, used| self.in_manifest(label, text, error, used, context);
        let template =
            self.environment.template_from_str(text).map_err(|error| wrong(&error, Used::new()))?;
        rendered(&template, context).map_err(|error| wrong(&error, template.undeclared_variables(true)))
    }

    /// The names that a template file uses and does not set itself, with what it looks up in them: `facts.image`.
    /// None where it is no template.
    #[must_use]
    pub fn uses(&self, path: &str) -> HashSet<String> {
        let template = self.environment.get_template(path);
        template.map(|template| template.undeclared_variables(true)).unwrap_or_default()
    }

    /// The same for a template that stands in the manifest.
    #[must_use]
    pub fn text_uses(&self, text: &str) -> HashSet<String> {
        let template = self.environment.template_from_str(text);
        template.map(|template| template.undeclared_variables(true)).unwrap_or_default()
    }

    /// The facts that hold under the answers: rows are merged in order, strings in them rendered.
    ///
    /// # Errors
    /// [`Error::Template`] for a string that cannot be rendered.
    pub fn facts(
        &self,
        manifest: &Manifest,
        answers: &Answers,
        context: &Context,
    ) -> Result<serde_json::Value> {
        let mut facts = serde_json::Map::new();
        for row in manifest.facts.iter().filter(|row| answers.meet(&row.when)) {
            for (key, value) in &row.set {
                facts.insert(key.clone(), self.fact(key, value, context)?);
            }
        }
        Ok(serde_json::Value::Object(facts))
    }

    fn fact(&self, key: &str, value: &toml::Value, context: &Context) -> Result<serde_json::Value> {
        Ok(match value {
            toml::Value::String(text) => self.expression_or_text(key, text, context)?,
            toml::Value::Array(items) => {
                items.iter().map(|item| self.fact(key, item, context)).collect::<Result<Vec<_>>>()?.into()
            }
            toml::Value::Table(table) => {
                let mut object = serde_json::Map::new();
                for (name, value) in table {
                    object.insert(name.clone(), self.fact(key, value, context)?);
                }
                object.into()
            }
            toml::Value::Integer(number) => (*number).into(),
            toml::Value::Float(number) => (*number).into(),
            toml::Value::Boolean(yes) => (*yes).into(),
            toml::Value::Datetime(time) => time.to_string().into(),
        })
    }

    /// A string that is one `{{ expression }}` keeps the expression's type: a list stays a list.
    fn expression_or_text(&self, key: &str, text: &str, context: &Context) -> Result<serde_json::Value> {
        let inner = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        let Some(inner) = inner.filter(|inner| !inner.contains("{{")) else {
            return Ok(self.text(key, text, context)?.into());
        };
        let label = format!("fact `{key}`");
        let wrong = |error: &minijinja::Error, used| self.in_manifest(&label, text, error, used, context);
        let expression = bounded(text).and_then(|_| self.environment.compile_expression(inner));
        let expression = expression.map_err(|error| wrong(&error, Used::new()))?;
        let value = expression.eval(context.value()).and_then(as_json);
        value.map_err(|error| wrong(&error, expression.undeclared_variables(true)))
    }

    fn error(&self, path: &str, error: &minijinja::Error, context: &Context) -> Error {
        let said = |error| said(error, &|error| self.absent_at(error, context));
        let name = error.name().unwrap_or(path);
        if name.starts_with(&format!("{SHARED}/")) {
            let line = error.line().unwrap_or(1);
            let message = format!("in {name}:{line}: {}", said(error));
            return Error::Template { path: self.entry.path(path), line: None, message };
        }
        Error::Template { path: self.entry.path(name), line: error.line(), message: said(error) }
    }

    /// The names in the line at which a template failed that nobody gives it.
    fn absent_at(&self, error: &minijinja::Error, context: &Context) -> Vec<String> {
        let template = error.name().and_then(|name| self.environment.get_template(name).ok());
        let Some((template, line)) = template.zip(error.line()) else { return Vec::new() };
        let line = template.source().lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let mut names = absent(template.undeclared_variables(true), context);
        names.retain(|name| line.contains(name.as_str()));
        names
    }

    /// What is wrong with a text of the manifest, which uses these names.
    fn in_manifest(
        &self,
        label: &str,
        text: &str,
        error: &minijinja::Error,
        used: Used,
        context: &Context,
    ) -> Error {
        let names = absent(used, context);
        let file = self.entry.kind().manifest_file();
        let first = text.lines().next().unwrap_or_default();
        let manifest = self.entry.file(file).unwrap_or_default();
        let start = manifest.lines().position(|line| line.contains(first));
        let line = start.map(|at| at + error.line().unwrap_or(1));
        Error::Template {
            path: self.entry.path(file),
            line,
            message: format!("{label}: {}", said(error, &|_| names.clone())),
        }
    }
}

/// The names that a template uses, with what it looks up in them: `facts.image`.
type Used = HashSet<String>;

/// Those of them that have no value, sorted.
fn absent(used: Used, context: &Context) -> Vec<String> {
    let mut names: Vec<String> = used.into_iter().filter(|name| !context.has(name)).collect();
    names.sort();
    names
}

/// A fact that is not defined is no fact: a template could not tell it from one that is nothing.
fn as_json(value: Value) -> std::result::Result<serde_json::Value, minijinja::Error> {
    if value.is_undefined() {
        return Err(minijinja::Error::from(ErrorKind::UndefinedError));
    }
    serde_json::to_value(&value)
        .map_err(|error| minijinja::Error::new(ErrorKind::BadSerialization, error.to_string()))
}

fn rendered(template: &Template<'_, '_>, context: &Context) -> std::result::Result<String, minijinja::Error> {
    let mut bytes = Bounded(Vec::new());
    template.render_captured_to(context.value(), &mut bytes)?;
    String::from_utf8(bytes.0)
        .map_err(|error| minijinja::Error::new(ErrorKind::BadSerialization, error.to_string()))
}

/// What went wrong. What includes a template says only that it failed: the reason stands with the included one.
/// A filter that got nothing cannot say what it should have got: `absent` names it.
fn said(error: &minijinja::Error, absent: &dyn Fn(&minijinja::Error) -> Vec<String>) -> String {
    let inner = std::error::Error::source(error).and_then(|source| source.downcast_ref::<minijinja::Error>());
    if let Some(inner) = inner {
        return match inner.name().zip(inner.line()) {
            Some((name, line)) => format!("in {name}:{line}: {}", said(inner, absent)),
            None => said(inner, &|_| absent(error)),
        };
    }
    let unnamed = match (error.kind(), error.detail()) {
        (ErrorKind::UndefinedError, None) | (ErrorKind::InvalidOperation, _) => absent(error),
        _ => Vec::new(),
    };
    if !unnamed.is_empty() {
        let is = if unnamed.len() == 1 { "is" } else { "are" };
        let names = quoted(unnamed.iter().map(String::as_str));
        return format!("{}: {names} {is} undefined", ErrorKind::UndefinedError);
    }
    match (error.kind(), error.detail(), words(error)) {
        (ErrorKind::OutOfFuel, ..) => "it does not come to an end".to_owned(),
        (ErrorKind::WriteFailure, ..) => format!("it makes more than {LARGEST} bytes"),
        (kind, Some(detail), _) => format!("{kind}: {detail}"),
        (kind, None, Some(words)) => format!("{kind} in `{words}`"),
        (kind, None, None) => kind.to_string(),
    }
}

/// The line of the template at which it failed.
fn words(error: &minijinja::Error) -> Option<&str> {
    error.template_source()?.lines().nth(error.line()?.checked_sub(1)?).map(str::trim)
}

/// A template's text, unless there is too much between its braces.
fn bounded<T: AsRef<str>>(text: T) -> std::result::Result<T, minijinja::Error> {
    if text.as_ref().len() <= LONGEST {
        return Ok(text);
    }
    let marks = [("{{", "}}"), ("{%", "%}")];
    let inside = |(open, close): (&str, &str)| -> usize {
        let parts = text.as_ref().split(open).skip(1);
        parts.map(|part| part.split(close).next().map_or(0, str::len)).sum()
    };
    if marks.into_iter().map(inside).max() <= Some(LONGEST) {
        return Ok(text);
    }
    let message = format!("more than {LONGEST} bytes stand between its braces");
    Err(minijinja::Error::new(ErrorKind::InvalidOperation, message))
}

/// A text that grows up to [`LARGEST`].
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST {
            return Err(IoError::from(IoKind::FileTooLarge));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Blocks eat the white space before them and the newline after them, so that templates read like the
/// files they make.
fn white_space() -> SyntaxConfig {
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    syntax.build().unwrap_or_default()
}

/// Booleans and nothing as YAML, TOML and JSON write them.
fn plain(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), minijinja::Error> {
    if value.is_none() {
        out.write_str("null").map_err(minijinja::Error::from)
    } else if value.kind() == minijinja::value::ValueKind::Bool {
        out.write_str(if value.is_true() { "true" } else { "false" }).map_err(minijinja::Error::from)
    } else {
        minijinja::escape_formatter(out, state, value)
    }
}

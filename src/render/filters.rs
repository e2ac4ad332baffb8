//! The filters that templates have besides minijinja's own.

use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind};

pub(super) fn register(environment: &mut Environment<'_>) {
    environment.add_filter("upper_snake", as_upper_snake);
    environment.add_filter("exec", exec);
    environment.add_filter("exec_compose", exec_compose);
    environment.add_filter("yaml", yaml);
}

/// `my-db.2` -> `MY_DB_2`: a name as environment variables have it.
pub(crate) fn upper_snake(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// The filter of that name.
fn as_upper_snake(name: Value) -> Result<String, Error> {
    let text = defined(&name)?.as_str().map(upper_snake);
    text.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "a name is a text"))
}

/// A list as the exec form of a Dockerfile instruction, which is JSON.
fn exec(words: Value) -> Result<String, Error> {
    let words = list(&words)?;
    let quoted: Vec<String> =
        words.iter().map(|word| serde_json::Value::from(word.as_str()).to_string()).collect();
    Ok(format!("[{}]", quoted.join(", ")))
}

/// The same in a Compose file, where `$` starts an interpolation unless it is doubled.
fn exec_compose(words: Value) -> Result<String, Error> {
    Ok(exec(words)?.replace('$', "$$"))
}

fn list(words: &Value) -> Result<Vec<String>, Error> {
    let words: Vec<Value> = defined(words)?
        .try_iter()
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, "an exec form is made of a list"))?
        .collect();
    Ok(words.iter().map(ToString::to_string).collect())
}

/// A scalar as YAML, quoted whenever a reader of any YAML version could take it for something else.
fn yaml(value: Value) -> Result<String, Error> {
    Ok(crate::compose::plain_or_quoted(&defined(&value)?.to_string()))
}

/// A filter gets a name that nobody defined like any other value; as a text it would be empty.
fn defined(value: &Value) -> Result<&Value, Error> {
    if value.is_undefined() { Err(Error::from(ErrorKind::UndefinedError)) } else { Ok(value) }
}

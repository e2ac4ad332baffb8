//! What applications gain by a service: environment, secrets, waiting, networks.

use super::environment::{self, Variable};
use super::lines::ENV;
use super::secrets::{secret_file, secret_rows};
use super::{Addition, Draft, link};
use crate::answers::Value;
use crate::compose::{Gain, Link};
use crate::dotenv;
use crate::enumeration::quoted;
use crate::error::Result;
use crate::manifest::{BY_VARIABLE, Connect, HAND_OVER, Layer};
use crate::plan::ProjectPath;
use crate::record::Added;
use crate::render::{Context, Renderer};
use crate::secret::{Part, Secret};

impl Draft<'_> {
    /// The gains of every application that the addition is connected to.
    pub(super) fn links(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
    ) -> Result<Vec<Link>> {
        let Some(connect) = &addition.manifest.connect else { return Ok(Vec::new()) };
        let path = match (connect.file, &self.development) {
            (Layer::Override, Some(path)) => path.clone(),
            _ => self.base.clone(),
        };
        let compose = self.parse(&path)?;
        let by_variable = matches!(addition.answers.get(HAND_OVER), Value::Text(form) if form == BY_VARIABLE);
        let gains = Gains { addition, connect, renderer, context, by_variable };
        let mut links = Vec::new();
        for app in addition.apps {
            let taken = environment::of(&compose, app);
            let (gained, kept) = gains.variables(app, &taken)?;
            let new: Vec<&Gained> =
                gained.iter().filter(|gained| !taken.iter().any(|(name, _)| *name == gained.key)).collect();
            self.note_kept(addition.alias, app, &kept, &new);
            self.note_hidden(addition.alias, app, &new)?;
            self.add_env(addition.alias, &gained, added);
            links.extend(gains.links(app, gained));
        }
        if !added.variables.is_empty() {
            // One that is there keeps its mode.
            let mode = match self.texts.get(&ProjectPath::new(ENV)?)? {
                None => ", readable for you alone",
                Some(_) => "",
            };
            self.notes.push(format!(
                "`{}` is reached by plain values out of {ENV}{mode}, since `connect` is `{BY_VARIABLE}`",
                addition.alias
            ));
        }
        Ok(links)
    }

    /// Notes the names that lead elsewhere, and those that lead to the service instead.
    fn note_kept(&mut self, alias: &str, app: &str, kept: &[String], new: &[&Gained]) {
        if kept.is_empty() || new.is_empty() {
            return;
        }
        let new = new.iter().map(|gained| gained.key.as_str());
        self.notes.push(format!(
            "`{app}` has {} already, which stays as it is: `{alias}` is under {}",
            quoted(kept.iter().map(String::as_str)),
            quoted(new)
        ));
    }

    /// Notes what a person set in a file that `environment` goes before.
    fn note_hidden(&mut self, alias: &str, app: &str, new: &[&Gained]) -> Result<()> {
        for path in self.env_files(app)? {
            // A line that the new value is made of counts as before
            let is_source = |gained: &&&Gained| {
                matches!(&gained.hidden, Hidden::InVariable(name)
                    if path.as_str() == ENV && variable(alias, name) == gained.key)
            };
            // What cannot be read is for Compose to say
            let Ok(Some(text)) = self.texts.get(&path) else { continue };
            let lines = dotenv::assignments(&text);
            let hidden = new.iter().filter(|gained| !is_source(gained)).filter(|gained| {
                lines.iter().any(|(name, value)| *name == gained.key && value.text != gained.value)
            });
            let hidden: Vec<&str> = hidden.map(|gained| gained.key.as_str()).collect();
            if !hidden.is_empty() {
                self.notes.push(format!(
                    "{} in `{path}` no longer counts for `{app}`: `environment`, where it is set now, goes before `env_file`",
                    quoted(hidden.into_iter())
                ));
            }
        }
        Ok(())
    }

    /// The files of the project that an application has its environment from.
    fn env_files(&mut self, app: &str) -> Result<Vec<ProjectPath>> {
        let mut files: Vec<ProjectPath> = Vec::new();
        for path in [Some(self.base.clone()), self.development.clone()].into_iter().flatten() {
            let found = environment::files(&*self.parse(&path)?, app);
            files.extend(found.iter().filter_map(|file| ProjectPath::below(".", file).ok()));
        }
        files.dedup();
        Ok(files)
    }

    /// The lines of `.env` that hold what applications read as plain variables.
    fn add_env(&mut self, alias: &str, gained: &[Gained], added: &mut Added) {
        for gained in gained {
            let Hidden::InVariable(name) = &gained.hidden else { continue };
            let variable = variable(alias, name);
            let pair = format!("{variable}={name}");
            if !added.variables.contains(&pair) {
                let value = Part::Value(secret_file(alias, name));
                self.variables.push((variable, Secret::Text(vec![value])));
                added.variables.push(pair);
            }
        }
    }

    /// The lines of `.env` that hold what an application reads of its own.
    pub(super) fn add_own(&mut self, addition: &Addition<'_>, added: &mut Added) {
        for row in secret_rows(addition) {
            let Some(Value::Text(read)) = row.variable.as_ref().map(|key| addition.answers.get(key)) else {
                continue;
            };
            let variable = variable(addition.alias, &row.name);
            let value = Part::Value(secret_file(addition.alias, &row.name));
            self.variables.push((variable.clone(), Secret::Text(vec![value])));
            added.variables.push(format!("{variable}={}", row.name));
            self.notes.push(format!(
                "`{}` reads `{read}`: it is a random value, in {ENV} as `{variable}`",
                addition.alias
            ));
        }
    }
}

/// A variable that an application gains.
struct Gained {
    key: String,
    value: String,
    hidden: Hidden,
}

/// The secret behind a variable, by name.
enum Hidden {
    No,
    /// Granted to the application as a file.
    InFile(String),
    /// A line of `.env`.
    InVariable(String),
}

struct Gains<'a> {
    addition: &'a Addition<'a>,
    connect: &'a Connect,
    renderer: &'a Renderer<'a>,
    context: &'a Context,
    by_variable: bool,
}

impl Gains<'_> {
    fn links(&self, app: &str, gained: Vec<Gained>) -> Vec<Link> {
        let mut links = Vec::new();
        if let Some(condition) = self.connect.depends_on {
            links.push(link(
                app,
                Gain::DependsOn {
                    on: self.addition.alias.to_owned(),
                    condition: condition.name().to_owned(),
                },
            ));
        }
        let mut granted = Vec::new();
        for gained in &gained {
            if let Hidden::InFile(name) = &gained.hidden
                && !granted.contains(&name)
            {
                links.push(link(app, Gain::Secret { name: format!("{}_{name}", self.addition.alias) }));
                granted.push(name);
            }
        }
        let variables = gained.into_iter().map(|gained| (gained.key, gained.value));
        links.extend(variables.map(|(key, value)| link(app, Gain::Environment { key, value })));
        links
    }

    /// The variables that the application is seen to read, else those of the stem. Without a secret among them
    /// the stem's are there, too: somebody has to read one. With them the names that would fit, but lead elsewhere.
    fn variables(&self, app: &str, taken: &[Variable]) -> Result<(Vec<Gained>, Vec<String>)> {
        let (mut gained, mut kept) = self.read(app, taken)?;
        let secret = |gained: &Gained| !matches!(gained.hidden, Hidden::No);
        if gained.is_empty() || !self.connect.secrets.is_empty() && !gained.iter().any(secret) {
            let there: Vec<String> = gained.iter().map(|gained| gained.key.clone()).collect();
            let (of_stem, others) = self.of_stem(taken)?;
            gained.extend(of_stem.into_iter().filter(|gained| !there.contains(&gained.key)));
            kept.extend(others);
        }
        gained.sort_by(|a, b| a.key.cmp(&b.key));
        kept.sort();
        kept.dedup();
        Ok((gained, kept))
    }

    /// What the application is seen to read, under names that are not taken, and those that are.
    fn read(&self, app: &str, taken: &[Variable]) -> Result<(Vec<Gained>, Vec<String>)> {
        let mut gained = Vec::new();
        let mut kept = Vec::new();
        for variable in self.addition.reads.get(app).into_iter().flatten() {
            let row = self.connect.reads.iter().find_map(|row| Some((row, row.is(variable)?)));
            let Some((row, by_path)) = row.filter(|(_, by_path)| !(*by_path && self.by_variable)) else {
                continue;
            };
            let variable = variable.strip_suffix("_FILE").filter(|_| by_path).unwrap_or(variable);
            let found = match (&row.value, &row.secret) {
                (None, Some(name)) => self.secret(variable, name),
                (Some(value), secret) => Gained {
                    key: variable.to_owned(),
                    value: self.renderer.text("connect.reads", value, self.context)?,
                    hidden: secret.clone().map_or(Hidden::No, Hidden::InFile),
                },
                (None, None) => continue,
            };
            let is_taken =
                taken.iter().any(|(name, there)| *name == found.key && there.as_ref() != Some(&found.value));
            if is_taken {
                kept.push(found.key);
            } else if !gained.iter().any(|there: &Gained| there.key == found.key) {
                gained.push(found);
            }
        }
        Ok((gained, kept))
    }

    /// A secret under a name: its value, or behind `_FILE` where it is mounted.
    fn secret(&self, key: &str, name: &str) -> Gained {
        if self.by_variable {
            let value = format!("${{{}:?dockgen secrets makes it}}", variable(self.addition.alias, name));
            Gained { key: key.to_owned(), value, hidden: Hidden::InVariable(name.to_owned()) }
        } else {
            let value = format!("/run/secrets/{}_{name}", self.addition.alias);
            Gained { key: format!("{key}_FILE"), value, hidden: Hidden::InFile(name.to_owned()) }
        }
    }

    /// The variables under the names that are free in the application, and those that are not: the first service of a
    /// stem has it plain, a later one behind its own name.
    fn of_stem(&self, taken: &[Variable]) -> Result<(Vec<Gained>, Vec<String>)> {
        let Some(stem) = &self.connect.stem else { return Ok((Vec::new(), Vec::new())) };
        let mut all = Vec::new();
        for (key, value) in &self.connect.environment {
            let value = self.renderer.text("connect.environment", value, self.context)?;
            all.push(Gained { key: key.clone(), value, hidden: Hidden::No });
        }
        all.extend(self.connect.secrets.iter().map(|(key, name)| self.secret(key, name)));
        let clashes = |gained: &Gained| {
            let by_path = matches!(gained.hidden, Hidden::InFile(_));
            let plain = gained.key.strip_suffix("_FILE").filter(|_| by_path);
            let there = |key: &str| taken.iter().find(|(name, _)| *name == format!("{stem}_{key}"));
            let is_other = |(_, value): &&Variable| value.as_ref() != Some(&gained.value);
            let found = plain.and_then(there).or_else(|| there(&gained.key).filter(is_other));
            found.map(|(name, _)| name.clone())
        };
        let kept: Vec<String> = all.iter().filter_map(clashes).collect();
        let stem = if kept.is_empty() {
            stem.clone()
        } else {
            format!("{}_{stem}", crate::render::upper_snake(self.addition.alias))
        };
        for gained in &mut all {
            gained.key = format!("{stem}_{}", gained.key);
        }
        Ok((all, kept))
    }
}

/// The name of a value in `.env`: by the service that it leads to, since one file serves all applications.
fn variable(alias: &str, secret: &str) -> String {
    crate::render::upper_snake(&format!("{alias}_{secret}"))
}

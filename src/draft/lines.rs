//! Files that are extended by whole lines: `.gitignore`, `.dockerignore`, `.env.example`.

use super::secrets::SECRETS;
use super::{Addition, DOCKERFILE, Draft};
use crate::catalog::Kind;
use crate::error::Result;
use crate::plan::ProjectPath;
use crate::record::{Added, Inserted};
use crate::render::{Context, Renderer};

const GITIGNORE: &str = ".gitignore";
pub(super) const DOCKERIGNORE: &str = ".dockerignore";
pub(crate) const ENV_EXAMPLE: &str = ".env.example";
/// The files that `new` extends, too, when they are there.
pub(super) const EXTENDED: [&str; 2] = [GITIGNORE, ENV_EXAMPLE];
/// Where Compose reads variables from.
pub(crate) const ENV: &str = ".env";
/// What `.env.example` begins with.
pub(crate) const ENV_HEADER: &str =
    "# Copy to .env, which Compose reads by itself; each line shows the value that holds without it.\n";

impl Draft<'_> {
    /// The lines that an entry brings for files of the whole project.
    pub(super) fn add_lines(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
    ) -> Result<()> {
        let folder = if addition.entry.kind() == Kind::Language { addition.path } else { "." };
        let own = self.not_ignored_above(folder, &addition.manifest.gitignore)?;
        self.ignore(&ProjectPath::below(folder, GITIGNORE)?, &own)?;
        self.ignore(&ProjectPath::new(DOCKERIGNORE)?, &addition.manifest.dockerignore)?;
        self.add_variables(addition, renderer, context, added)
    }

    /// The lines that the project's own `.gitignore` does not say for all folders already.
    fn not_ignored_above(&mut self, folder: &str, lines: &[String]) -> Result<Vec<String>> {
        let above = match folder {
            "." => String::new(),
            _ => self.texts.get(&ProjectPath::new(GITIGNORE)?)?.unwrap_or_default(),
        };
        let everywhere = |line: &&String| {
            let name = line.trim_end_matches('/');
            !name.contains('/') && above.lines().any(|have| have.trim().trim_end_matches('/') == name)
        };
        Ok(lines.iter().filter(|line| !everywhere(line)).cloned().collect())
    }

    fn add_variables(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
    ) -> Result<()> {
        let path = ProjectPath::new(ENV_EXAMPLE)?;
        for row in addition.manifest.variables.iter().filter(|row| addition.answers.meet(&row.when)) {
            let name = renderer.text("variables.name", &row.name, context)?;
            let default = renderer.text("variables.default", &row.default, context)?;
            let comment = renderer.text("variables.comment", &row.comment, context)?;
            if !self.reads(&name)? {
                continue;
            }
            let lines = format!("\n# {comment}\n{name}={default}\n");
            let there = self.texts.get(&path)?;
            // What an earlier run put there is recorded again, so that running twice is running once.
            if there.as_ref().is_some_and(|text| text.contains(&lines)) {
                added.inserted.push(Inserted::of(ENV_EXAMPLE, &[], 0, &lines));
                continue;
            }
            let start = format!("{name}=");
            if there.as_ref().is_some_and(|text| {
                text.lines().any(|line| line.trim_start_matches(['#', ' ']).starts_with(&start))
            }) {
                continue;
            }
            if there.is_none() {
                self.texts.create(&path, ENV_HEADER.to_owned(), 0o644, false);
            }
            let text = self.append(&path, &lines)?;
            added.inserted.push(Inserted::of(ENV_EXAMPLE, &[], 0, &text));
        }
        Ok(())
    }

    /// Whether a Compose text of the project reads the variable.
    pub(super) fn reads(&mut self, name: &str) -> Result<bool> {
        for path in [Some(self.base.clone()), self.development.clone()].into_iter().flatten() {
            let text = self.texts.get(&path)?.unwrap_or_default();
            let read = |after: &str| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            if text.split("${").skip(1).any(|rest| rest.strip_prefix(name).is_some_and(read)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Secret files are in no commit and in no build context.
    pub(super) fn hide_secrets(&mut self, apps: &[String]) -> Result<()> {
        let mut hidden = vec![format!("/{SECRETS}/")];
        if !self.variables.is_empty() {
            hidden.push(ENV.to_owned());
        }
        self.ignore(&ProjectPath::new(GITIGNORE)?, &hidden)?;
        let builds = self.builds(apps)?;
        if let Some((above, _)) = builds.iter().find(|(context, _)| context.starts_with("..")) {
            self.notes.push(format!(
                "the build context `{above}` holds {SECRETS}/, too: its .dockerignore, outside of this folder, should name it"
            ));
        }
        hidden.iter_mut().for_each(|line| *line = line.trim_start_matches('/').to_owned());
        for (_, dockerfile) in builds.iter().filter(|(context, _)| context == ".") {
            let file = self.ignore_file(dockerfile)?;
            self.ignore(&file, &hidden)?;
        }
        Ok(())
    }

    /// What hides files from a build in the project's folder: a Dockerfile may have a file of its own.
    fn ignore_file(&mut self, dockerfile: &str) -> Result<ProjectPath> {
        if let Ok(own) = ProjectPath::new(&format!("{dockerfile}{DOCKERIGNORE}"))
            && self.texts.get(&own)?.is_some()
        {
            return Ok(own);
        }
        ProjectPath::new(DOCKERIGNORE)
    }

    /// The build contexts and Dockerfiles of the applications, as the Compose file writes them.
    fn builds(&mut self, apps: &[String]) -> Result<Vec<(String, String)>> {
        let compose = self.compose()?;
        let of = |app: &String| {
            let build = compose.get(&["services", app, "build"])?;
            let key = |key: &str| Some(compose.get(&["services", app, "build", key])?.text()?.to_owned());
            let context = build.text().map(str::to_owned).or_else(|| key("context"))?;
            let context = context.trim_start_matches("./").trim_end_matches('/');
            let context = if context.is_empty() { "." } else { context };
            Some((context.to_owned(), key("dockerfile").unwrap_or_else(|| DOCKERFILE.to_owned())))
        };
        Ok(apps.iter().filter_map(of).collect())
    }

    /// Adds the lines that no line of the file covers yet.
    fn ignore(&mut self, path: &ProjectPath, lines: &[String]) -> Result<()> {
        let there = self.texts.get(path)?.unwrap_or_default();
        let bare = |line: &str| line.trim().trim_start_matches("**/").trim_matches('/').to_owned();
        let missing: Vec<&String> =
            lines.iter().filter(|line| !there.lines().any(|have| bare(have) == bare(line))).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let text: String = missing.into_iter().map(|line| format!("{line}\n")).collect();
        self.append(path, &text).map(drop)
    }

    /// Puts whole lines at the end of a file in its own line ending; gives the text that was put there.
    fn append(&mut self, path: &ProjectPath, lines: &str) -> Result<String> {
        let there = self.texts.get(path)?.unwrap_or_default();
        let ending = if there.contains("\r\n") { "\r\n" } else { "\n" };
        let mut text = lines.replace('\n', ending);
        if !there.is_empty() && !there.ends_with('\n') {
            text.insert_str(0, ending);
        }
        if there.is_empty() {
            text = text.trim_start_matches(['\r', '\n']).to_owned();
        }
        self.texts.insert(path, there.len(), &text)?;
        Ok(text)
    }
}

//! The files that an entry brings, and the one that hides files from its build.

use super::place::Place;
use super::{Addition, DOCKERFILE, Draft, OWN_IGNORE, lines};
use crate::catalog::Kind;
use crate::error::{Error, Result};
use crate::plan::ProjectPath;
use crate::record::{Added, Created};
use crate::render::{Context, Renderer};

impl Draft<'_> {
    /// Creates the files of an entry.
    pub(super) fn add_files(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
    ) -> Result<()> {
        let folder = if addition.entry.kind() == Kind::Language { addition.path } else { "." };
        let ignored = self.ignored(addition, renderer, context, folder)?;
        if addition.entry.file("Dockerfile.j2").is_some() {
            let path = ProjectPath::below(folder, DOCKERFILE)?;
            self.create(path, renderer.file("Dockerfile.j2", context)?, 0o644, false, added);
        }
        if let Some((path, text)) = ignored {
            self.create(path, text, 0o644, false, added);
        }
        for row in addition.manifest.files.iter().filter(|row| addition.answers.meet(&row.when)) {
            if row.starter && !addition.starter {
                continue;
            }
            let to = renderer.text("files.to", &row.to, context)?;
            let to = if to.is_empty() { ".".to_owned() } else { to };
            let mode = if row.executable { 0o755 } else { 0o644 };
            for file in addition.entry.files(&row.from) {
                let inner = file.trim_start_matches(row.from.trim_end_matches('/')).trim_start_matches('/');
                let Some(inner) = inner.strip_suffix(".j2") else {
                    return Err(Error::BadEntry {
                        path: addition.entry.path(&file),
                        message: "a file to be written ends in `.j2`".to_owned(),
                    });
                };
                let inner = renderer.text(&file, inner, context)?;
                let path = ProjectPath::below(folder, &format!("{to}/{inner}"))?;
                self.create(path, renderer.file(&file, context)?, mode, row.starter, added);
            }
        }
        Ok(())
    }

    /// What hides files from the build: where it stands, and its text.
    fn ignored(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        folder: &str,
    ) -> Result<Option<(ProjectPath, String)>> {
        if addition.entry.file("dockerignore.j2").is_none() {
            return Ok(None);
        }
        let text = renderer.file("dockerignore.j2", context)?;
        let path = self.ignore_path(addition, folder, &text)?;
        Ok(Some((path, text)))
    }

    /// Where the file stands that hides files from the build. One that a person wrote is for other builds and stays:
    /// Docker reads the one beside a Dockerfile first (its documentation, build context, filename and location).
    fn ignore_path(&mut self, addition: &Addition<'_>, folder: &str, text: &str) -> Result<ProjectPath> {
        let beside = ProjectPath::below(folder, OWN_IGNORE)?;
        if Place::of(addition.alias, addition.path, addition.answers)?.member != "." {
            return Ok(beside);
        }
        // By a run before, which may have been killed; services add lines at the end
        if self.texts.get(&beside)?.is_some_and(|there| there.starts_with(text)) {
            return Ok(beside);
        }
        let shared = ProjectPath::below(folder, lines::DOCKERIGNORE)?;
        // With a Dockerfile beside it, it is that build's, and would be so no longer
        let is_others = self.texts.get(&shared)?.is_some_and(|there| !there.starts_with(text))
            && self.texts.get(&ProjectPath::below(folder, DOCKERFILE)?)?.is_none();
        if !is_others {
            return Ok(shared);
        }
        self.notes
            .push(format!("`{shared}` stays as it is: the build of `{}` goes by `{beside}`", addition.alias));
        Ok(beside)
    }

    fn create(&mut self, path: ProjectPath, text: String, mode: u32, starter: bool, added: &mut Added) {
        if !starter {
            added.created.push(Created::of(path.as_str(), &text));
        }
        self.texts.create(&path, text, mode, starter);
    }
}

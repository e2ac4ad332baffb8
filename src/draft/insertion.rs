//! What an entry puts into the Compose files.

use super::{Addition, Draft, fault};
use crate::catalog::Kind;
use crate::compose::{Cause, Compose, Edit, Gain, Link, Note, Refusal, Request};
use crate::error::{Error, Result};
use crate::manifest::{Condition, Layer};
use crate::plan::ProjectPath;
use crate::record::{Added, Inserted};
use crate::render::{Context, Renderer};

impl Draft<'_> {
    /// Puts an entry and its connections into the Compose files.
    pub(super) fn add_compose(
        &mut self,
        addition: &Addition<'_>,
        renderer: &Renderer<'_>,
        context: &Context,
        added: &mut Added,
        again: bool,
    ) -> Result<()> {
        if addition.entry.kind() == Kind::Project {
            return Ok(());
        }
        // What was added before may have been edited since: it is connected further, not written again.
        let fragment = |file: &str| -> Result<Option<Compose>> {
            if again || addition.entry.file(file).is_none() {
                return Ok(None);
            }
            let read = fault::read(addition.entry, file, &renderer.file(file, context)?)?;
            Ok(Some(read).filter(|read| !read.text().trim().is_empty()))
        };
        let mut base = (fragment("compose.yaml.j2")?, Vec::new());
        let mut development = (None, Vec::new());
        if self.development.is_some() {
            development.0 = fragment("override.yaml.j2")?;
        } else if base.0.is_none() {
            // A service for development only, and no file for development: its place is the one file.
            base.0 = fragment("override.yaml.j2")?;
        }
        let links = self.links(addition, renderer, context, added)?;
        match addition.manifest.connect.as_ref().map(|connect| connect.file) {
            Some(Layer::Override) if self.development.is_some() => development.1 = links,
            _ => base.1 = links,
        }
        let further = if again { self.further_networks(addition)? } else { Vec::new() };
        let has_override = development.0.is_some();
        let networks = self.development_networks(addition, context, has_override, &further, again)?;
        base.1.extend(further);
        development.1.extend(networks);
        if !again {
            self.note_external(addition, context)?;
        }
        let path = self.base.clone();
        self.edit(&path, base.0.as_ref(), base.1, added)?;
        if let Some(path) = self.development.clone() {
            self.edit(&path, development.0.as_ref(), development.1, added)?;
        }
        Ok(())
    }

    /// The one place where Compose text is changed.
    fn edit(
        &mut self,
        path: &ProjectPath,
        fragment: Option<&Compose>,
        links: Vec<Link>,
        added: &mut Added,
    ) -> Result<()> {
        if fragment.is_none() && links.is_empty() {
            return Ok(());
        }
        if let (Some(fragment), None) = (fragment, self.texts.get(path)?) {
            self.texts.create(path, fragment.text().to_owned(), 0o644, false);
            if !links.is_empty() {
                return self.edit(path, None, links, added);
            }
            return Ok(());
        }
        let compose = self.parse(path)?;
        let request = Request {
            fragment: fragment.map(Compose::text),
            links,
            depends_on_healthy: self.depends_on_healthy,
            ours: self.ours,
        };
        let edit = compose
            .insert_read(fragment, &request)
            .map_err(|refusal| refused(path, &compose, refusal, added))?;
        self.refuse_taken(&edit, added)?;
        self.note(path, &edit, &request.links)?;
        for insertion in &edit.insertions {
            added.inserted.push(Inserted::from_piece(path.as_str(), &insertion.piece()));
        }
        self.parsed.extend(edit.read.clone().map(|read| (path.clone(), read)));
        self.texts.apply(path, edit)
    }

    /// A name that is new to the file, and that another file has which Compose reads with it, is taken.
    fn refuse_taken(&mut self, edit: &Edit, added: &Added) -> Result<()> {
        if self.beside.is_empty() {
            return Ok(());
        }
        let base = self.compose()?;
        for insertion in &edit.insertions {
            if let [section, name] = insertion.path.as_slice()
                && base.line(section, name).is_none()
                && let Some((path, line)) = self.beside.place(section, name)
            {
                let entry = added.entry().map_or(added.name.as_str(), |(_, entry)| entry).to_owned();
                let free = free_name(&base, &added.name);
                return Err(Error::NameTaken { place: format!("{section}.{name}"), path, line, entry, free });
            }
        }
        Ok(())
    }

    fn note(&mut self, path: &ProjectPath, edit: &Edit, links: &[Link]) -> Result<()> {
        for note in &edit.notes {
            let text = match note {
                Note::StartOnly { service, on } if waits_for_the_end(links, service, on) => {
                    return Err(Error::CannotWait {
                        service: service.clone(),
                        on: on.clone(),
                        path: path.to_string(),
                    });
                }
                Note::StartOnly { service, on } => format!(
                    "`{service}` waits until `{on}` is started, not until it is healthy: its `depends_on` in {path} is a list \
                     (`--depends-on-healthy` turns it into a map)"
                ),
                Note::Rewritten { path: place, .. } => {
                    format!("`{}` in {path} was a list and is a map now", place.join("."))
                }
                Note::Copied { path: place } => format!(
                    "`{}` in {path} had its value through a merge key; the value is copied, since its own hides it",
                    place.join(".")
                ),
            };
            self.notes.push(text);
        }
        Ok(())
    }
}

/// What the file has already under a name that the service needs has a way out: another name.
fn refused(path: &ProjectPath, compose: &Compose, refusal: Refusal, added: &Added) -> Error {
    match (&refusal.cause, added.entry()) {
        (Cause::Conflict { path: place }, Some((_, entry)))
            if place.get(1).is_some_and(|name| name.starts_with(&added.name)) =>
        {
            Error::NameTaken {
                place: place.join("."),
                path: path.to_string(),
                line: refusal.line,
                entry: entry.to_owned(),
                free: free_name(compose, &added.name),
            }
        }
        _ => Error::Compose { path: path.to_string(), refusal: Box::new(refusal) },
    }
}

/// A service name that nobody has.
fn free_name(compose: &Compose, taken: &str) -> String {
    let services = compose.names("services");
    let mut numbered = (2..=services.len() + 2).map(|number| format!("{taken}{number}"));
    numbered.find(|name| !services.contains(name)).unwrap_or_default()
}

fn waits_for_the_end(links: &[Link], service: &str, on: &str) -> bool {
    let end = Condition::ServiceCompletedSuccessfully.name();
    links.iter().any(|link| {
        link.service == service
            && matches!(&link.gain, Gain::DependsOn { on: other, condition } if other == on && condition == end)
    })
}

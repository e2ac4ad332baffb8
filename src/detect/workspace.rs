//! Whether a folder above names an application's folder as a member of its workspace, and which other
//! members the application needs.

use std::collections::BTreeMap;

use super::dependencies;
use super::rules::Folder;
use crate::disk::{Look, fits};
use crate::manifest::{Detection, Workspace};

/// An application's place in a workspace.
pub struct Membership {
    /// The workspace's folder, empty for the project's.
    pub root: String,
    /// The application's folder in it.
    pub member: String,
    /// What says so, for people.
    pub place: String,
    row: usize,
}

/// The membership of the folder `path`: in what names it, or else in what holds the folders that it names.
pub fn of(look: &Look, path: &str, language: &Detection) -> Option<Membership> {
    let own = Folder::at(look, path, language);
    named(look, path, language, &own).or_else(|| {
        let holds = |(number, row)| holding(path, number, row, &own);
        language.workspace.iter().enumerate().find_map(holds)
    })
}

/// The nearest folder above that names a folder.
fn named(look: &Look, path: &str, language: &Detection, own: &Folder<'_>) -> Option<Membership> {
    let mut root = path;
    while !root.is_empty() {
        root = root.rsplit_once('/').map_or("", |(above, _)| above);
        let member = path.get(root.len()..)?.trim_start_matches('/');
        let above = Folder::at(look, root, language);
        for (number, row) in language.workspace.iter().enumerate().filter(|(_, row)| row.beside.is_none()) {
            if row.absent.0.iter().any(|pattern| own.has(pattern)) {
                continue;
            }
            let is_one = row.manifest.as_ref().is_none_or(|manifest| own.has(manifest));
            let place = Members::of(row, &above).and_then(|members| members.place_of(member));
            let Some(place) = place.filter(|_| is_one) else { continue };
            let (root, member) = (root.to_owned(), member.to_owned());
            return Some(Membership { root, member, place, row: number });
        }
    }
    None
}

/// The nearest folder above that holds all folders beside its own that a folder needs.
fn holding(path: &str, number: usize, row: &Workspace, own: &Folder<'_>) -> Option<Membership> {
    let (pattern, text) = (row.beside.as_ref()?, own.text(&row.file)?);
    let mut above = 0;
    let mut place = None;
    for (line, folder) in pattern.firsts(&text) {
        let up = folder.split('/').take_while(|part| *part == "..").count();
        if up > path.split('/').filter(|part| !part.is_empty()).count() {
            let why = format!("`{folder}` leads outside of the project");
            own.pass(&row.file, Some(line), why);
            continue;
        }
        above = above.max(up);
        place.get_or_insert_with(|| own.place(&row.file, Some(line)));
    }
    let (place, mut root) = (place.filter(|_| above > 0)?, path);
    for _ in 0..above {
        root = root.rsplit_once('/').map_or("", |(above, _)| above);
    }
    let member = path.get(root.len()..)?.trim_start_matches('/').to_owned();
    Some(Membership { root: root.to_owned(), member, place, row: number })
}

impl Membership {
    /// The folders of the members that it depends on, and of those that they depend on, by the names that
    /// they give themselves; those that others need come first.
    pub fn packages(&self, look: &Look, language: &Detection) -> Vec<String> {
        let root = Folder::at(look, &self.root, language);
        let Some(row) = language.workspace.get(self.row) else { return Vec::new() };
        let names = names(row, &root);
        let needs = |folder: &str| -> Vec<String> {
            let path = root.below(folder);
            let folder = Folder::at(look, &path, language);
            let needed = |name: &str| folder.dependencies().iter().any(|dependency| dependency.is(name));
            names.iter().filter(|(name, _)| needed(name)).map(|(_, folder)| folder.clone()).collect()
        };
        let mut ordered = Vec::new();
        visit(&self.member, &needs, &mut vec![], &mut ordered);
        ordered.retain(|folder| *folder != self.member);
        ordered
    }
}

/// The members' folders by the names that they give themselves.
fn names(row: &Workspace, root: &Folder<'_>) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let Some(manifest) = row.manifest.as_ref().filter(|_| !row.name.0.is_empty()) else { return names };
    let Some(members) = Members::of(row, root) else { return names };
    for file in members.named.iter().flat_map(|(pattern, _)| root.files(&format!("{pattern}/{manifest}"))) {
        let Some(folder) = file.strip_suffix(manifest).map(|folder| folder.trim_end_matches('/')) else {
            continue;
        };
        let Some(tree) = root.tree(&file).filter(|_| members.place_of(folder).is_some()) else { continue };
        let name = row.name.0.iter().flat_map(|key| tree.at(key)).flat_map(|node| node.texts()).next();
        if let Some((_, name)) = name {
            names.entry(dependencies::plain(name)).or_insert_with(|| folder.to_owned());
        }
    }
    names
}

/// The folders that a workspace names.
struct Members {
    named: Vec<(String, String)>,
    except: Vec<String>,
}

impl Members {
    fn of(row: &Workspace, root: &Folder<'_>) -> Option<Self> {
        let mut named = Vec::new();
        let mut except = Vec::new();
        for (line, text) in patterns(row, root)? {
            let place = root.place(&row.file, line);
            let (pattern, into) = match text.strip_prefix('!') {
                Some(pattern) => (pattern, None),
                None => (text.as_str(), Some(place)),
            };
            let pattern = pattern.trim_start_matches("./").trim_end_matches('/').to_owned();
            if pattern.starts_with('/') || pattern.split('/').any(|part| part == "..") {
                root.pass(&row.file, line, format!("the workspace's `{text}` leads outside of its folder"));
                continue;
            }
            match into {
                Some(place) => named.push((pattern, place)),
                None => except.push(pattern),
            }
        }
        if let Some(tree) = (!row.except.0.is_empty()).then(|| root.tree(&row.file)).flatten() {
            let nodes = row.except.0.iter().flat_map(|key| tree.at(key));
            except.extend(nodes.flat_map(|node| node.texts()).map(|(_, text)| text.to_owned()));
        }
        Some(Self { named, except })
    }

    fn place_of(&self, member: &str) -> Option<String> {
        let fits = |pattern: &String| fits(pattern, member);
        let (_, place) = self.named.iter().find(|(pattern, _)| fits(pattern))?;
        (!self.except.iter().any(fits)).then(|| place.clone())
    }
}

/// The members' folders as the workspace writes them, each with its line. `None`: there is no workspace.
fn patterns(row: &Workspace, root: &Folder<'_>) -> Option<Vec<(Option<usize>, String)>> {
    if !row.members.0.is_empty() {
        root.text(&row.file)?;
        return Some(row.members.0.iter().map(|pattern| (None, pattern.clone())).collect());
    }
    if let Some(pattern) = &row.line {
        let text = root.text(&row.file)?;
        let folders = pattern.firsts(&text).map(|(line, folder)| (Some(line), folder.into_owned()));
        return Some(folders.collect());
    }
    let tree = root.tree(&row.file)?;
    let nodes = row.key.0.iter().flat_map(|key| tree.at(key));
    Some(nodes.flat_map(|node| node.texts()).map(|(line, text)| (Some(line), text.to_owned())).collect())
}

/// Depth first, so that what others need comes before them; a circle is entered once.
fn visit(
    folder: &str,
    needs: &dyn Fn(&str) -> Vec<String>,
    entered: &mut Vec<String>,
    into: &mut Vec<String>,
) {
    if entered.iter().any(|there| there == folder) {
        return;
    }
    entered.push(folder.to_owned());
    for next in needs(folder) {
        visit(&next, needs, entered, into);
    }
    into.push(folder.to_owned());
}

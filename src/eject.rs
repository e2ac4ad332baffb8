//! An entry of the catalog as files to change: an overlay that begins as what is built in.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, SHARED};
use crate::error::Result;
use crate::plan::{Change, Plan, ProjectPath};

/// The plan of copying an entry, and what it includes, into the folder of an overlay.
///
/// # Errors
/// A name that the catalog does not have.
pub fn eject(name: &str, catalog: &Catalog) -> Result<Plan> {
    let entry = catalog.any(name)?;
    let own = entry.files("");
    let mut files: Vec<(String, &str)> =
        own.iter().filter_map(|file| Some((entry.path(file), entry.file(file)?))).collect();
    let mut shared = BTreeSet::new();
    let mut next = 0;
    while let Some((_, text)) = files.get(next) {
        let text = *text;
        for (path, piece) in catalog.shared().iter() {
            if text.contains(path.as_str()) && shared.insert(path.clone()) {
                files.push((path.clone(), piece));
            }
        }
        next += 1;
    }
    let create = |(path, text): (String, &str)| {
        Ok(Change::Create { path: ProjectPath::new(&path)?, text: text.to_owned(), mode: 0o644, keep: false })
    };
    let mut notes =
        vec![format!("`{}` replaces the built-in entry wherever this folder is read", entry.name())];
    if !shared.is_empty() {
        notes.push(format!(
            "what stands in `{SHARED}/` replaces that of every entry: delete what you do not change"
        ));
    }
    Ok(Plan { changes: files.into_iter().map(create).collect::<Result<_>>()?, notes })
}

//! Where an application is built: in its own folder, or in that of the workspace that it is a member of.

use crate::answers::{Answers, Value};
use crate::error::{Error, Result};
use crate::manifest::WORKSPACE;

/// The folder that an image is built from, and the application's in it.
pub(super) struct Place {
    /// The build context, `.` for the project.
    pub context: String,
    /// The application's folder in it, `.` when they are one.
    pub member: String,
}

impl Place {
    /// Where the application `name` in the folder `path` is built.
    ///
    /// # Errors
    /// [`Error::NotInWorkspace`] when its folder is not below that of its workspace.
    pub fn of(name: &str, path: &str, answers: &Answers) -> Result<Self> {
        let own = || Self { context: path.to_owned(), member: ".".to_owned() };
        let Value::Text(workspace) = answers.get(WORKSPACE) else { return Ok(own()) };
        let parts = |path: &str| -> Vec<String> {
            path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
        };
        match parts(path).strip_prefix(parts(workspace).as_slice()) {
            Some([]) => Ok(own()),
            Some(member) => Ok(Self { context: workspace.clone(), member: member.join("/") }),
            None => Err(Error::NotInWorkspace {
                name: name.to_owned(),
                path: path.to_owned(),
                workspace: workspace.clone(),
            }),
        }
    }
}

//! A copy of an application with a Dockerfile in it, built from nothing the first time.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use regex_lite::{Captures, Regex};

use crate::app::{App, Form};
use crate::docker;
use crate::stack::Stack;
use crate::walk::walk;

/// Gone with its folder and its image when dropped.
pub struct Copy {
    pub folder: PathBuf,
    pub form: Form,
    /// Names what nothing else has: cache mounts, images.
    pub id: String,
    source: PathBuf,
}

impl Copy {
    pub fn make(app: &App, form: &Form, root: &Path) -> Result<Self, String> {
        let id = format!("{}-{form}-{}", app.name, now());
        let folder = root.join("target/sizes").join(&id).join(&app.name);
        let copy = Self {
            folder,
            form: form.clone(),
            id,
            source: root.join("tests/apps").join(&app.name).join("project"),
        };
        copy.restore();
        match form {
            Form::Written(by) => {
                let written = root.join("benches/images").join(by).join(&app.name);
                fs::copy(written.with_extension("Dockerfile"), copy.path()).unwrap();
            }
            Form::Dockgen(base) => copy.generate(app, base)?,
        }
        copy.empty_caches();
        Ok(copy)
    }

    /// The application as it is in the repository.
    pub fn restore(&self) {
        for path in walk(&self.source) {
            let to = self.folder.join(path.strip_prefix(&self.source).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(path, to).unwrap();
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join("Dockerfile")
    }

    pub fn dockerfile(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    pub fn image(&self) -> String {
        format!("dockgen-sizes:{}", self.id)
    }

    fn generate(&self, app: &App, base: &str) -> Result<(), String> {
        let output = Command::new(env!("CARGO_BIN_EXE_dockgen"))
            .arg("new")
            .arg(&self.folder)
            .args(["--yes", "--base", base])
            .args(&app.arguments)
            .output()
            .unwrap();
        match output.status.success() {
            true => Ok(()),
            false => Err(format!("dockgen: {}", String::from_utf8_lossy(&output.stderr).trim())),
        }
    }

    /// `--no-cache` leaves cache mounts as they are: new names make them empty.
    fn empty_caches(&self) {
        let mount = Regex::new(r"--mount=type=cache,(?:id=([^,\s]+),)?(target=([^,\s]+))").unwrap();
        let text = self.dockerfile();
        let renamed = mount.replace_all(&text, |found: &Captures<'_>| {
            let name = found.get(1).or(found.get(3)).map_or("", |name| name.as_str());
            format!("--mount=type=cache,id={}{name},{}", self.id, &found[2])
        });
        fs::write(self.path(), renamed.as_bytes()).unwrap();
    }

    /// What is built and run starts from these.
    pub fn images(&self) -> Result<Vec<String>, String> {
        match self.form {
            Form::Written(_) => Ok(docker::images_of(&self.dockerfile())),
            Form::Dockgen(_) => Ok(docker::images_of_project(&self.folder, &self.stack().config()?)),
        }
    }

    /// dockgen's production form.
    pub fn stack(&self) -> Stack {
        Stack::production(&self.folder, &self.id)
    }

    /// Runs a command of `apps.toml` in the folder.
    pub fn edit(&self, app: &App, command: &str) -> Result<(), String> {
        let owner = fs::metadata(&self.folder).map_err(|error| error.to_string())?;
        docker::run(&[
            "run",
            "--rm",
            "--user",
            &format!("{}:{}", owner.uid(), owner.gid()),
            "--volume",
            &format!("{}:/app", self.folder.display()),
            "--workdir",
            "/app",
            "--env",
            "HOME=/tmp",
            "--env",
            &format!("ROUND={}", now()),
            &app.tools,
            "sh",
            "-ec",
            command,
        ])
        .map(drop)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = docker::run(&["image", "rm", "--force", &self.image()]);
        let _ = fs::remove_dir_all(self.folder.parent().unwrap());
    }
}

/// A number that no earlier one equals.
fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos()
}

//! Where the program of a service is that a person wrote: in the folder that its image is built from.

use crate::compose::{Compose, Value};

/// The folders to look into, that of the Dockerfile first: a workspace is one build context for several programs.
/// None for a service that is built from nothing in the project.
pub(super) fn folders(compose: &Compose, service: &str) -> Vec<String> {
    let build = compose.get(&["services", service, "build"]);
    let text = |value: &Value| value.text().map(str::to_owned);
    let Some(context) = build.as_ref().and_then(|build| match build {
        Value::Map(_) => build.get("context").map_or_else(|| Some(".".to_owned()), text),
        other => text(other),
    }) else {
        return Vec::new();
    };
    let Some(context) = inside(".", &context) else { return Vec::new() };
    let dockerfile = build.as_ref().and_then(|build| build.get("dockerfile")).and_then(text);
    let own = dockerfile.and_then(|file| {
        let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
        inside(&context, folder)
    });
    let mut folders: Vec<String> = own.into_iter().chain([context]).collect();
    folders.dedup();
    folders
}

/// A path from a folder of the project, where it is known and stays in the project.
fn inside(from: &str, path: &str) -> Option<String> {
    if path.is_empty() || path.starts_with(['/', '~']) || path.contains(['$', '\\', ':']) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

#[cfg(test)]
mod tests {
    use super::folders;
    use crate::compose::Compose;

    #[test]
    fn an_image_is_built_from_a_folder_of_the_project_or_from_elsewhere() {
        for (build, wanted) in [
            ("build: .", &["."][..]),
            ("build: ./api/", &["api"]),
            ("build: { context: apps/../api }", &["api"]),
            ("build: { dockerfile: docker/Dockerfile }", &["docker", "."]),
            ("build: { context: api, dockerfile: ../docker/api.Dockerfile }", &["docker", "api"]),
            ("build: { context: api, dockerfile: /etc/Dockerfile }", &["api"]),
            ("build: { context: api, dockerfile: ../../Dockerfile }", &["api"]),
            ("build: { context: ., dockerfile: Dockerfile }", &["."]),
            ("build: { context: api, dockerfile_inline: FROM scratch }", &["api"]),
            ("build: ../other", &[]),
            ("build: api/../../other", &[]),
            ("build: /srv/api", &[]),
            ("build: ~/api", &[]),
            ("build: ${API:-api}", &[]),
            ("build: https://example.org/api.git#main", &[]),
            ("build: git@example.org:api.git", &[]),
            ("image: api", &[]),
        ] {
            let compose = Compose::parse(&format!("services:\n  api:\n    {build}\n")).unwrap();
            assert_eq!(folders(&compose, "api"), wanted, "{build}");
        }
    }
}

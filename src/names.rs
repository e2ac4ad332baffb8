//! The names under which Docker Compose looks for its files by itself, the first that is there wins.
//! Source: compose-go, `DefaultFileNames` and `DefaultOverrideFileNames`, which `docker compose config` follows.

/// The names of a Compose file.
pub const FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The names of its override, whichever of its names the file itself has.
pub const OVERRIDES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// The Compose file of a folder.
pub fn file(is_there: impl Fn(&str) -> bool) -> Option<&'static str> {
    FILES.into_iter().find(|name| is_there(name))
}

/// The override of a folder, which Compose reads only after a file of one of [`FILES`].
pub fn override_file(is_there: impl Fn(&str) -> bool) -> Option<&'static str> {
    OVERRIDES.into_iter().find(|name| is_there(name))
}

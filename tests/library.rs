//! The example of the crate's documentation does what it says.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure here fails the test"
)]

#[allow(dead_code, reason = "its `main` writes into the system's own folder")]
#[path = "../docs/library.rs"]
mod library;

use dockgen::disk::Written;

#[test]
fn the_example_writes_a_project_once() {
    let folder = assert_fs::TempDir::new().unwrap();
    let first = library::start(folder.path()).unwrap();
    assert!(first.iter().all(|(_, written)| *written == Written::Created), "{first:?}");
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
    let compose = read("compose.yaml");
    assert!(compose.contains("postgres:17") && compose.contains("\n  cache:\n"), "{compose}");
    assert!(read("Dockerfile").contains("FROM scratch"));
    let again = library::start(folder.path()).unwrap();
    assert!(again.iter().all(|(_, written)| *written != Written::Created), "{again:?}");
}

//! System calls seen, held up or failed by `strace`.
#![allow(clippy::print_stderr, reason = "what does not run is said")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where `strace` is; nothing where it cannot trace.
pub fn strace() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/strace");
    let strace = if own.exists() { own } else { PathBuf::from("strace") };
    let works = Command::new(&strace).args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    if works.is_ok_and(|status| status.success()) {
        return Some(strace);
    }
    assert!(
        std::env::var("CI").map_or(true, |ci| ci != "true"),
        "strace is missing: scripts/tools installs it"
    );
    eprintln!("not run: no strace");
    None
}

//! A certificate for localhost, for projects whose front door speaks TLS.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Both in PEM: the certificate and its key.
///
/// # Errors
/// `openssl` is not there or does not do it.
pub fn pair() -> Result<&'static (String, String), String> {
    static PAIR: OnceLock<Result<(String, String), String>> = OnceLock::new();
    PAIR.get_or_init(make).as_ref().map_err(Clone::clone)
}

/// The file of the certificate.
///
/// # Errors
/// As [`pair`].
pub fn file() -> Result<PathBuf, String> {
    pair().map(|_| folder().join("certificate.pem"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/proof/certificate")
}

fn make() -> Result<(String, String), String> {
    let folder = folder();
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let output = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .map_err(|error| format!("openssl: {error}"))?;
    if !output.status.success() {
        return Err(format!("openssl: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let read = |path: &Path| fs::read_to_string(path).map_err(|error| error.to_string());
    Ok((read(&certificate)?, read(&key)?))
}

//! The files of a folder.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder, sorted.
pub fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for row in fs::read_dir(&folder).unwrap() {
            let row = row.unwrap();
            match row.file_type().unwrap().is_dir() {
                true => folders.push(row.path()),
                false => files.push(row.path()),
            }
        }
    }
    files.sort();
    files
}

//! Writes the seeds into `corpus/TARGET` beside this crate.

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    for target in ["compose", "texts", "detection", "overlay", "answers"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        fs::create_dir_all(&folder)?;
        for (number, seed) in dockgen_fuzz::seeds::of(target).iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:03}")), seed)?;
        }
    }
    Ok(())
}

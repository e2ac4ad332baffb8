//! Tells cargo that the binary holds the catalog: a changed template is a changed program.

fn main() {
    println!("cargo:rerun-if-changed=templates");
}

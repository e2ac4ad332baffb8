//! What the fuzz targets check, each over bytes that mean nothing by themselves. `tests/fuzzed.rs` runs the
//! same checks over the seeds without a fuzzer.

pub mod answers;
pub mod compose;
pub mod detection;
pub mod overlay;
pub mod seeds;
pub mod texts;

#[path = "../../tests/common/nobody.rs"]
mod nobody;

use dockgen::catalog::{Catalog, Kind};

pub use nobody::Nobody;

/// The catalog inside the binary, its manifests parsed once.
pub fn catalog() -> Catalog {
    thread_local!(static CATALOG: Catalog = Catalog::embedded());
    CATALOG.with(|catalog| {
        let entries =
            [Kind::Language, Kind::Service, Kind::Project].into_iter().flat_map(|kind| catalog.of(kind));
        entries.for_each(|entry| drop(entry.manifest()));
        catalog.clone()
    })
}

/// Bytes read from the front.
pub struct Input<'d>(pub &'d [u8]);

impl<'d> Input<'d> {
    /// The next byte; 0 when there is none.
    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// One of `all`.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::from(self.byte()) % all.len()]
    }

    /// The rest, what is no UTF-8 replaced.
    pub fn text(self) -> String {
        String::from_utf8_lossy(self.0).into_owned()
    }
}

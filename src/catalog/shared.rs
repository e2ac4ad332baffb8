//! The questions that several manifests have.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use toml::Table;

use crate::error::{Error, Result};
use crate::record::located;

/// Where they stand in the catalog.
pub(super) const FILE: &str = "shared/questions.toml";

/// The questions by their keys, read when the first manifest asks for them.
#[derive(Debug, Default)]
pub(super) struct SharedQuestions {
    text: String,
    tables: OnceLock<BTreeMap<String, Table>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    questions: Vec<Table>,
}

impl SharedQuestions {
    /// Those of a text, of which nothing is read yet.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), tables: OnceLock::new() }
    }

    /// The questions as they are written.
    ///
    /// # Errors
    /// [`Error::BadToml`] with line and column.
    pub fn tables(&self) -> Result<&BTreeMap<String, Table>> {
        if let Some(tables) = self.tables.get() {
            return Ok(tables);
        }
        let written: Written = toml::from_str(&self.text).map_err(|error| Error::BadToml {
            path: FILE.to_owned(),
            message: located(&self.text, &error),
            hint: "docs/catalog.md describes the shared questions".to_owned(),
        })?;
        let key = |table: &Table| table.get("key").and_then(|key| key.as_str().map(str::to_owned));
        let tables = written.questions.into_iter().filter_map(|table| Some((key(&table)?, table))).collect();
        Ok(self.tables.get_or_init(|| tables))
    }
}

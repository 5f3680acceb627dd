//! What can go wrong with the ledger, and what to do.

use super::claims::Holder;
use crate::model::{Diagnostic, Period, Place};

/// Why the ledger could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("the ledger cannot be read or written: {source}")]
    Store {
        path: String,
        #[source]
        source: object_store::Error,
    },
    #[error("this was written before, and nothing in the ledger is overwritten")]
    Exists { path: String },
    #[error("the path is none that a store can hold: {source}")]
    Path {
        path: String,
        #[source]
        source: object_store::path::Error,
    },
    #[error("what stands here is not what the ledger writes: {source}")]
    Content {
        path: String,
        #[source]
        source: serde_json::Error,
    },
    #[error("a table cannot be written: {source}")]
    Table {
        path: String,
        #[source]
        source: crate::data::columns::ColumnsError,
    },
    #[error("this result of an earlier run cannot be read: {what}")]
    Past { path: String, what: String },
    #[error("these are not the bytes that were planned")]
    Changed { path: String },
    #[error("another process has taken {period} over{}", by.as_ref().map_or_else(String::new, |by| format!(": {}", by.words())))]
    TakenOver { period: Period, by: Option<Box<Holder>> },
    #[error("the delivery was asked to end before all mails had left")]
    AskedToEnd,
    #[error("there is no run of {period}{}", version.map_or_else(String::new, |v| format!(" with version {v}")))]
    NoRun { period: Period, version: Option<u32> },
}

impl From<LedgerError> for Diagnostic {
    fn from(why: LedgerError) -> Self {
        let (path, help) = match &why {
            LedgerError::Store { path, .. } => (
                path.clone(),
                "check the ledger's location, its credentials, and that it can be written to",
            ),
            LedgerError::Exists { path } => {
                (path.clone(), "another run may be writing here; begin a new one")
            }
            LedgerError::Path { path, .. } => (path.clone(), "mend the ledger's location"),
            LedgerError::Content { path, .. }
            | LedgerError::Past { path, .. }
            | LedgerError::Changed { path } => {
                (path.clone(), "restore the file from a backup; attain never changes one")
            }
            LedgerError::Table { path, .. } => {
                (path.clone(), "this is a slip in attain: report it with the sentence above")
            }
            LedgerError::TakenOver { .. } => (
                "ledger".to_owned(),
                "this one has stopped; `attain show` tells what was sent, whoever sent it",
            ),
            LedgerError::AskedToEnd => ("delivery".to_owned(), "`attain resume` sends the rest"),
            LedgerError::NoRun { .. } => {
                ("ledger".to_owned(), "`attain runs` lists those there are")
            }
        };
        Self::error(Place::file(path), why.to_string(), help)
    }
}

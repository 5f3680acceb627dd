//! What the operator was told: a record for each cause, so that nobody is told twice.

use object_store::{ObjectStoreExt, PutMode, PutOptions};
use serde::Serialize;

use super::stored::alert_path;
use super::{Ledger, LedgerError};
use crate::model::Period;

impl Ledger {
    /// Whether the operator was told of a cause: in a run, or in a period where there was no run.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn was_told(
        &self,
        period: Option<Period>,
        version: Option<u32>,
        hash: &str,
    ) -> Result<bool, LedgerError> {
        let relative = alert_path(period, version, hash);
        match self.place.store.head(&self.path(&relative)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(self.store_error(&relative, source)),
        }
    }

    /// Records that the operator was told, once; whoever told it at the same time keeps the record.
    ///
    /// # Errors
    /// A store that cannot be written.
    pub async fn put_told(
        &self,
        period: Option<Period>,
        version: Option<u32>,
        hash: &str,
        record: &impl Serialize,
    ) -> Result<(), LedgerError> {
        let relative = alert_path(period, version, hash);
        let path = self.path(&relative)?;
        let mut text = serde_json::to_vec_pretty(record)
            .map_err(|source| LedgerError::Content { path: self.place.show(&relative), source })?;
        text.push(b'\n');
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.place.store.put_opts(&path, text.into(), options).await {
            Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
            Err(source) => Err(self.store_error(&relative, source)),
        }
    }
}

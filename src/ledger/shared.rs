//! What lies in the ledger beside the runs: contents that runs share, and locks of periods.

use std::fmt;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use object_store::{ObjectStoreExt, PutMode, PutOptions};
use serde::{Deserialize, Serialize};

use super::LedgerError;
use super::manifest::sha256;
use super::run::{Ledger, Run};
use super::stored::run_folder;
use crate::model::Period;
use crate::store::Place;

/// A file beside the runs. It is created once, too, and stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// A content, by its SHA-256: of a file of an extract, of the config, of the reports.
    Input(String),
    /// That a period is paid.
    Lock(Period),
}

/// The path below the ledger's place.
impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(sha256) => write!(f, "inputs/{sha256}"),
            Self::Lock(period) => write!(f, "locks/{period}.json"),
        }
    }
}

/// Who locked a period, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    pub by: String,
    pub at: DateTime<Utc>,
}

impl Ledger {
    /// Where it lies.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether a content is kept.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn keeps(&self, sha256: &str) -> Result<bool, LedgerError> {
        let relative = Shared::Input(sha256.to_owned()).to_string();
        match self.place.store.head(&self.path(&relative)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(self.store_error(&relative, source)),
        }
    }

    /// Keeps a content; one that is there already stays.
    ///
    /// # Errors
    /// A store that cannot be written.
    pub async fn keep(&self, content: impl Into<Bytes>) -> Result<(), LedgerError> {
        let content = content.into();
        match self.create(&Shared::Input(sha256(&content)), content).await {
            Ok(()) | Err(LedgerError::Exists { .. }) => Ok(()),
            Err(why) => Err(why),
        }
    }

    /// A content that is kept, held against its hash; none where it is not.
    ///
    /// # Errors
    /// A store that cannot be read, and a content that was changed.
    pub async fn kept(&self, hash: &str) -> Result<Option<Bytes>, LedgerError> {
        let shared = Shared::Input(hash.to_owned());
        let Some(bytes) = self.read_shared(&shared).await? else { return Ok(None) };
        if sha256(&bytes) == hash {
            return Ok(Some(bytes));
        }
        Err(LedgerError::Past {
            path: self.place.show(&shared.to_string()),
            what: "the content was changed: its SHA-256 is another".to_owned(),
        })
    }

    /// Locks a period: its figures are paid, and later ones are adjustments.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] where it is locked, and a store that cannot be written.
    pub async fn lock(&self, period: Period, lock: &Lock) -> Result<(), LedgerError> {
        let shared = Shared::Lock(period);
        let mut text = serde_json::to_vec_pretty(lock)
            .map_err(|source| LedgerError::Content { path: shared.to_string(), source })?;
        text.push(b'\n');
        self.create(&shared, text.into()).await
    }

    /// The lock of a period; none where nobody locked it.
    ///
    /// # Errors
    /// A store that cannot be read, and a text that is no lock.
    pub async fn locked(&self, period: Period) -> Result<Option<Lock>, LedgerError> {
        let shared = Shared::Lock(period);
        let Some(bytes) = self.read_shared(&shared).await? else { return Ok(None) };
        let path = || self.place.show(&shared.to_string());
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|source| LedgerError::Content { path: path(), source })
    }

    async fn create(&self, shared: &Shared, content: Bytes) -> Result<(), LedgerError> {
        let relative = shared.to_string();
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let put = self.place.store.put_opts(&self.path(&relative)?, content.into(), options).await;
        match put {
            Ok(_) => Ok(()),
            Err(object_store::Error::AlreadyExists { .. }) => {
                Err(LedgerError::Exists { path: self.place.show(&relative) })
            }
            Err(source) => Err(self.store_error(&relative, source)),
        }
    }

    async fn read_shared(&self, shared: &Shared) -> Result<Option<Bytes>, LedgerError> {
        let relative = shared.to_string();
        let answer = match self.place.store.get(&self.path(&relative)?).await {
            Ok(answer) => answer.bytes().await,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(why) => Err(why),
        };
        answer.map(Some).map_err(|source| self.store_error(&relative, source))
    }
}

impl Run {
    /// The files in some folders of the run, such as `reports`, by their path below it.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn files(&self, folders: &[&str]) -> Result<Vec<String>, LedgerError> {
        let place = &self.ledger.place;
        let run = run_folder(self.period, self.version);
        let mut files = Vec::new();
        for folder in folders {
            let inside = format!("{run}/{folder}");
            let path = self.ledger.path(&inside)?;
            let listed: Vec<_> = place
                .store
                .list(Some(&path))
                .try_collect()
                .await
                .map_err(|source| self.ledger.store_error(&inside, source))?;
            let root = self.ledger.path(&run)?;
            files.extend(listed.into_iter().filter_map(|file| {
                let below = file.location.prefix_match(&root)?;
                Some(below.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/"))
            }));
        }
        files.sort();
        Ok(files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store;

    fn ledger(folder: &tempfile::TempDir) -> Ledger {
        let location = folder.path().to_str().unwrap();
        Ledger::new(store::open(location, folder.path(), true, &[]).unwrap())
    }

    #[tokio::test]
    async fn a_content_is_kept_once_and_a_changed_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder);
        let hash = sha256("目标".as_bytes());
        assert!(!ledger.keeps(&hash).await.unwrap());
        for _ in 0..2 {
            ledger.keep("目标").await.unwrap();
        }
        assert_eq!(ledger.kept(&hash).await.unwrap().unwrap(), "目标");
        std::fs::write(folder.path().join("inputs").join(&hash), "目的").unwrap();
        let refused = ledger.kept(&hash).await.unwrap_err();
        assert!(refused.to_string().contains("its SHA-256 is another"), "{refused}");
    }

    #[tokio::test]
    async fn a_period_is_locked_once() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = ledger(&folder);
        let month: Period = "2026-10".parse().unwrap();
        let lock = |by: &str| Lock { by: by.to_owned(), at: DateTime::UNIX_EPOCH };
        assert_eq!(ledger.locked(month).await.unwrap(), None);
        ledger.lock(month, &lock("Ms Li")).await.unwrap();
        let again = ledger.lock(month, &lock("Mr Wu")).await;
        assert!(matches!(again, Err(LedgerError::Exists { .. })));
        assert_eq!(ledger.locked(month).await.unwrap(), Some(lock("Ms Li")));
    }
}

//! Runs and their versions: each file is created once and stays.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use object_store::{ListResult, ObjectStoreExt, PutMode, PutOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::LedgerError;
use super::claims::Holder;
use super::manifest::{Finished, Manifest, RunState};
use super::stored::{Stored, run_folder};
use crate::model::Period;
use crate::store::Place;

/// How often a write is repeated whose end nobody knows, and the first pause before that.
const MORE_TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// All runs, in a place of an object store.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub(super) place: Place,
    /// Runs that began then or later are not looked at.
    until: Option<DateTime<Utc>>,
}

/// One run: a version of a period.
#[derive(Clone, Debug)]
pub struct Run {
    pub(super) ledger: Ledger,
    pub period: Period,
    pub version: u32,
}

/// A line of `attain runs`.
#[derive(Clone, Debug, Serialize)]
pub struct RunSummary {
    #[serde(serialize_with = "as_text")]
    pub period: Period,
    pub version: u32,
    pub state: RunState,
    /// None where the run died before it could write one.
    pub manifest: Option<Manifest>,
    pub finished: Option<Finished>,
}

fn as_text<S: serde::Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(period)
}

impl Ledger {
    pub fn new(place: Place) -> Self {
        Self { place, until: None }
    }

    /// The same ledger as it was at a moment, by when its runs began; for reading alone.
    #[must_use]
    pub fn as_it_was(&self, moment: DateTime<Utc>) -> Self {
        Self { until: Some(moment), ..self.clone() }
    }

    /// Where it lies, as the user wrote it.
    pub fn shown(&self) -> &str {
        &self.place.shown
    }

    /// Begins the next version of a period; of runs that begin at once, each gets its own.
    ///
    /// # Errors
    /// A store that cannot be read or written.
    pub async fn begin(&self, period: Period, holder: &Holder) -> Result<Run, LedgerError> {
        let versions = self.versions(period).await?;
        let mut version = versions.last().copied().unwrap_or(0) + 1;
        loop {
            let run = Run { ledger: self.clone(), period, version };
            match run.put_json(&Stored::Claim, holder).await {
                Ok(()) => return Ok(run),
                Err(LedgerError::Exists { .. }) => version += 1,
                Err(why) => return Err(why),
            }
        }
    }

    /// A run that is there; the last one where no version is given.
    ///
    /// # Errors
    /// [`LedgerError::NoRun`], and a store that cannot be read.
    pub async fn open(&self, period: Period, version: Option<u32>) -> Result<Run, LedgerError> {
        let versions = self.versions(period).await?;
        let wanted = version.or(versions.last().copied());
        match wanted.filter(|wanted| versions.contains(wanted)) {
            Some(version) => Ok(Run { ledger: self.clone(), period, version }),
            None => Err(LedgerError::NoRun { period, version }),
        }
    }

    /// All runs, by period and version.
    ///
    /// # Errors
    /// A store that cannot be read, and files that are none of the ledger's.
    pub async fn runs(&self) -> Result<Vec<RunSummary>, LedgerError> {
        let mut runs = Vec::new();
        for period in self.folders("runs").await?.iter().filter_map(|name| name.parse().ok()) {
            for version in self.versions(period).await? {
                let run = Run { ledger: self.clone(), period, version };
                runs.push(run.summary().await?);
            }
        }
        runs.sort_by_key(|run| (run.period, run.version));
        Ok(runs)
    }

    /// The versions of a period, in order.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn versions(&self, period: Period) -> Result<Vec<u32>, LedgerError> {
        let folders = self.folders(&format!("runs/{period}")).await?;
        let number = |name: &String| name.strip_prefix('v').and_then(|number| number.parse().ok());
        let mut versions: Vec<u32> = folders.iter().filter_map(number).collect();
        versions.sort_unstable();
        if let Some(until) = self.until {
            let mut before = Vec::new();
            for version in versions {
                let run = Run { ledger: self.clone(), period, version };
                let manifest: Option<Manifest> = run.read_json(&Stored::Manifest).await?;
                if manifest.is_some_and(|manifest| manifest.started < until) {
                    before.push(version);
                }
            }
            return Ok(before);
        }
        Ok(versions)
    }

    pub(super) async fn folders(&self, inside: &str) -> Result<Vec<String>, LedgerError> {
        let listed = self.list(inside).await?;
        let last = |path: &object_store::path::Path| path.filename().map(str::to_owned);
        Ok(listed.common_prefixes.iter().filter_map(last).collect())
    }

    pub(super) async fn list(&self, inside: &str) -> Result<ListResult, LedgerError> {
        let path = self.path(inside)?;
        let listed = self.place.store.list_with_delimiter(Some(&path)).await;
        listed.map_err(|source| self.store_error(inside, source))
    }

    pub(super) fn path(&self, relative: &str) -> Result<object_store::path::Path, LedgerError> {
        let shown = || self.place.show(relative);
        self.place.at(relative).map_err(|source| LedgerError::Path { path: shown(), source })
    }

    pub(super) fn store_error(&self, relative: &str, source: object_store::Error) -> LedgerError {
        LedgerError::Store { path: self.place.show(relative), source }
    }
}

impl Run {
    /// Where the run's files lie, as a person names it.
    pub fn shown(&self) -> String {
        self.ledger.place.show(&run_folder(self.period, self.version))
    }

    /// Writes a file of the run, once. The same bytes again are no second file: where the answer of a
    /// store was lost, writing is safe to repeat.
    ///
    /// # Errors
    /// [`LedgerError::Exists`] where other bytes are there already.
    pub async fn put(&self, stored: &Stored, bytes: impl Into<Bytes>) -> Result<(), LedgerError> {
        let bytes = bytes.into();
        let mut tries = 0;
        loop {
            match self.create(stored, bytes.clone()).await {
                Err(LedgerError::Exists { .. })
                    if self.read(stored).await?.is_some_and(|there| there == bytes) =>
                {
                    return Ok(());
                }
                Err(why @ LedgerError::Store { .. }) if tries < MORE_TRIES && self.is_remote() => {
                    tracing::warn!(%why, "the ledger is written once more");
                    tokio::time::sleep(FIRST_PAUSE * 4_u32.pow(tries)).await;
                    tries += 1;
                }
                ended => return ended,
            }
        }
    }

    fn is_remote(&self) -> bool {
        self.ledger.place.local.is_none()
    }

    pub(super) async fn create(&self, stored: &Stored, bytes: Bytes) -> Result<(), LedgerError> {
        let relative = stored.path(self.period, self.version);
        let path = self.ledger.path(&relative)?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let put = self.ledger.place.store.put_opts(&path, bytes.into(), options).await;
        match put {
            Ok(_) if stored.is_vital() => {
                self.ledger.place.sync(&relative).await.map_err(|source| {
                    let source =
                        object_store::Error::Generic { store: "folder", source: Box::new(source) };
                    self.ledger.store_error(&relative, source)
                })
            }
            Ok(_) => Ok(()),
            Err(object_store::Error::AlreadyExists { .. }) => {
                Err(LedgerError::Exists { path: self.ledger.place.show(&relative) })
            }
            Err(source) => Err(self.ledger.store_error(&relative, source)),
        }
    }

    /// Writes a record of the run, once.
    ///
    /// # Errors
    /// As [`Run::put`].
    pub async fn put_json(
        &self,
        stored: &Stored,
        record: &impl Serialize,
    ) -> Result<(), LedgerError> {
        let path = || self.ledger.place.show(&stored.path(self.period, self.version));
        let mut text = serde_json::to_vec_pretty(record)
            .map_err(|source| LedgerError::Content { path: path(), source })?;
        text.push(b'\n');
        self.put(stored, text).await
    }

    /// A file of the run; none where it was not written.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn read(&self, stored: &Stored) -> Result<Option<Bytes>, LedgerError> {
        let relative = stored.path(self.period, self.version);
        let path = self.ledger.path(&relative)?;
        let answer = match self.ledger.place.store.get(&path).await {
            Ok(answer) => answer.bytes().await,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(why) => Err(why),
        };
        answer.map(Some).map_err(|source| self.ledger.store_error(&relative, source))
    }

    /// A record of the run; none where it was not written.
    ///
    /// # Errors
    /// As [`Run::read`], and a text that is no such record.
    pub async fn read_json<T: DeserializeOwned>(
        &self,
        stored: &Stored,
    ) -> Result<Option<T>, LedgerError> {
        let path = || self.ledger.place.show(&stored.path(self.period, self.version));
        let Some(bytes) = self.read(stored).await? else { return Ok(None) };
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|source| LedgerError::Content { path: path(), source })
    }

    /// The numbers of the files in a folder of the run, such as `journal`, in order.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn numbers(&self, folder: &str) -> Result<Vec<u32>, LedgerError> {
        let folder = format!("{}/{folder}", run_folder(self.period, self.version));
        let listed = self.ledger.list(&folder).await?;
        let files = listed.objects.iter().filter_map(|file| file.location.filename());
        let mut numbers: Vec<u32> =
            files.filter_map(|name| name.strip_suffix(".json")?.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The number of the next delivery, and of its end.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn next_delivery(&self) -> Result<u32, LedgerError> {
        let (begun, ended) = (self.numbers("delivering").await?, self.numbers("finished").await?);
        Ok(begun.last().max(ended.last()).copied().unwrap_or(0) + 1)
    }

    /// What `attain runs` says of it.
    ///
    /// # Errors
    /// As [`Run::read_json`].
    pub async fn summary(&self) -> Result<RunSummary, LedgerError> {
        let manifest = self.read_json(&Stored::Manifest).await?;
        let (begun, ended) = (self.numbers("delivering").await?, self.numbers("finished").await?);
        let finished: Option<Finished> = match ended.last() {
            Some(number) => self.read_json(&Stored::Finished(*number)).await?,
            None => None,
        };
        let state = match &finished {
            Some(finished) if begun.last() <= ended.last() => finished.state,
            None if begun.is_empty() => RunState::Begun,
            _ => RunState::Delivering,
        };
        let (period, version) = (self.period, self.version);
        Ok(RunSummary { period, version, state, manifest, finished })
    }
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;

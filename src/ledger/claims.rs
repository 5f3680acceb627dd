//! Who has a period. Claims are a chain of epochs, each created once: whoever takes a period over
//! creates the next one, and fences the accounts of its runs against the one before.
//!
//! Silence is measured by the store's own times, those of the last sign of life and of a file that
//! the one who asks has just written: the clocks of two hosts do not have to agree.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use object_store::ObjectStoreExt;
use serde::{Deserialize, Serialize};

use super::journal::fence;
use super::run::{Ledger, Run};
use super::stored::{Stored, epoch_folder};
use super::{LedgerError, sha256};
use crate::model::Period;

/// A process that works on a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub host: String,
    pub process: u32,
    /// Its own, and nobody else's.
    pub token: String,
    pub since: DateTime<Utc>,
    /// The command, such as `run`.
    pub doing: String,
    /// The machine whose processes the number counts among, as it names itself; empty where it does not.
    #[serde(default)]
    pub machine: String,
}

/// Somebody has the period.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    pub holder: Holder,
    /// How long it has given no sign of life.
    pub silent: Duration,
}

/// When a period may be taken from who has it.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// After so long without a sign of life.
    pub silence: Duration,
    /// At once, since a person says so.
    pub take_over: bool,
}

/// The period is this process's own, until it is let go or taken over. It gives signs of life until
/// it is dropped.
#[derive(Debug)]
pub struct Claim {
    ledger: Ledger,
    pub period: Period,
    pub epoch: u32,
    pub holder: Holder,
    lost: Arc<AtomicBool>,
    beats: tokio::task::JoinHandle<()>,
}

/// Signs of life within the silence that would have somebody else take over.
const BEATS_IN_SILENCE: u32 = 5;

impl Ledger {
    /// Claims a period; says who has it where somebody has. Of whom `is_dead` knows, nobody waits for a
    /// sign of life.
    ///
    /// # Errors
    /// A store that cannot be read or written.
    pub async fn claim(
        &self,
        period: Period,
        holder: Holder,
        terms: Terms,
        is_dead: &dyn Fn(&Holder) -> bool,
    ) -> Result<Result<Claim, Held>, LedgerError> {
        let files = self.of_period(period);
        for looks in 0.. {
            let last = self.epochs(period).await?.last().copied();
            let held = match last {
                Some(epoch) => self.held(period, epoch, &holder.token, looks).await?,
                None => None,
            };
            if let Some(held) = &held
                && !terms.take_over
                && held.silent <= terms.silence
                && !is_dead(&held.holder)
            {
                return Ok(Err(held.clone()));
            }
            let epoch = last.unwrap_or(0) + 1;
            match files.put_json(&Stored::Epoch(epoch), &holder).await {
                // Somebody else was faster.
                Err(LedgerError::Exists { .. }) => continue,
                created => created?,
            }
            let claim = Claim::begin(self, period, epoch, holder, terms.silence);
            if let Some(held) = held {
                tracing::warn!(period = %period, epoch, silent_secs = held.silent.as_secs(), "taken over");
                for version in self.versions(period).await? {
                    fence(&Run { version, ..files.clone() }, epoch, &claim.holder.token).await?;
                }
            }
            return Ok(Ok(claim));
        }
        unreachable!("it ends by itself")
    }

    /// Who has the period now, if anybody. Nobody looks: how long it has been silent is not told.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn holder(&self, period: Period) -> Result<Option<Holder>, LedgerError> {
        let Some(epoch) = self.epochs(period).await?.last().copied() else { return Ok(None) };
        let files = self.of_period(period);
        match files.read(&Stored::Released(epoch)).await? {
            Some(_) => Ok(None),
            None => files.read_json(&Stored::Epoch(epoch)).await,
        }
    }

    /// The files of a period that are of no run: they lie beside its runs.
    pub fn of_period(&self, period: Period) -> Run {
        Run { ledger: self.clone(), period, version: 0 }
    }

    async fn epochs(&self, period: Period) -> Result<Vec<u32>, LedgerError> {
        let listed = self.list(&format!("runs/{period}/claims")).await?;
        let names = listed.objects.iter().filter_map(|file| file.location.filename());
        let mut epochs: Vec<u32> =
            names.filter_map(|name| name.strip_suffix(".json")?.parse().ok()).collect();
        epochs.sort_unstable();
        Ok(epochs)
    }

    /// Who has the period by an epoch's claim; nobody where it was let go.
    async fn held(
        &self,
        period: Period,
        epoch: u32,
        token: &str,
        looks: u32,
    ) -> Result<Option<Held>, LedgerError> {
        let files = self.of_period(period);
        let holder: Option<Holder> = files.read_json(&Stored::Epoch(epoch)).await?;
        let claimed = self.time_of(&files, &Stored::Epoch(epoch)).await?;
        let signs = self.list(&epoch_folder(period, epoch)).await?.objects;
        let name = |file: &object_store::ObjectMeta| file.location.filename().map(str::to_owned);
        if signs.iter().filter_map(name).any(|name| name == "released.json") {
            return Ok(None);
        }
        let beats = signs.iter().filter(|it| name(it).is_some_and(|it| it.starts_with("beat-")));
        let last = beats.map(|beat| beat.last_modified).fold(claimed, DateTime::max);
        let look = Stored::Look(epoch, token.to_owned(), looks);
        files.put_json(&look, &token).await?;
        let now = self.time_of(&files, &look).await?;
        let silent = (now - last).to_std().unwrap_or_default();
        Ok(holder.map(|holder| Held { holder, silent }))
    }

    /// When the store says that a file was written.
    async fn time_of(&self, files: &Run, stored: &Stored) -> Result<DateTime<Utc>, LedgerError> {
        let relative = stored.path(files.period, files.version);
        let about = self.place.store.head(&self.path(&relative)?).await;
        about.map(|about| about.last_modified).map_err(|source| self.store_error(&relative, source))
    }
}

impl Holder {
    /// `run on host crm1 (process 4711), since 2026-11-03 01:02:03 UTC`.
    pub fn words(&self) -> String {
        let Self { host, process, doing, .. } = self;
        let since = self.since.format("%Y-%m-%d %H:%M:%S UTC");
        format!("`attain {doing}` on host {host} (process {process}), since {since}")
    }
}

impl Claim {
    fn begin(
        ledger: &Ledger,
        period: Period,
        epoch: u32,
        holder: Holder,
        silence: Duration,
    ) -> Self {
        let lost = Arc::new(AtomicBool::new(false));
        let beats = Beats {
            files: ledger.of_period(period),
            epoch,
            token: holder.token.clone(),
            lost: Arc::clone(&lost),
        };
        let beats = tokio::spawn(beats.go_on(silence / BEATS_IN_SILENCE));
        Self { ledger: ledger.clone(), period, epoch, holder, lost, beats }
    }

    /// Whether it was seen that somebody else has taken over; asks nobody.
    ///
    /// # Errors
    /// [`LedgerError::TakenOver`].
    pub fn check(&self) -> Result<(), LedgerError> {
        match self.lost.load(Ordering::Relaxed) {
            true => Err(self.taken_over(None)),
            false => Ok(()),
        }
    }

    /// Asks the ledger whether the period is still this process's own.
    ///
    /// # Errors
    /// [`LedgerError::TakenOver`], and a store that cannot be read.
    pub async fn confirm(&self) -> Result<(), LedgerError> {
        let next: Option<Holder> =
            self.ledger.of_period(self.period).read_json(&Stored::Epoch(self.epoch + 1)).await?;
        match next {
            Some(by) => {
                self.lost.store(true, Ordering::Relaxed);
                Err(self.taken_over(Some(by)))
            }
            None => Ok(()),
        }
    }

    /// The error that says so.
    pub fn taken_over(&self, by: Option<Holder>) -> LedgerError {
        LedgerError::TakenOver { period: self.period, by: by.map(Box::new) }
    }

    /// Lets the period go. Where the ledger does not take it, the silence will tell.
    pub async fn release(self) {
        self.beats.abort();
        let files = self.ledger.of_period(self.period);
        if let Err(why) = files.put_json(&Stored::Released(self.epoch), &self.holder).await {
            tracing::warn!(%why, "the claim could not be let go");
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.beats.abort();
    }
}

/// Gives signs of life, and sees when they are no longer wanted.
struct Beats {
    files: Run,
    epoch: u32,
    token: String,
    lost: Arc<AtomicBool>,
}

impl Beats {
    async fn go_on(self, pause: Duration) {
        let mut number = 1;
        loop {
            tokio::time::sleep(pause).await;
            match self.files.read(&Stored::Epoch(self.epoch + 1)).await {
                Ok(Some(_)) => return self.lost.store(true, Ordering::Relaxed),
                Ok(None) => {}
                Err(why) => tracing::warn!(%why, "the claim could not be looked at"),
            }
            match self.files.put_json(&Stored::Beat(self.epoch, number), &self.token).await {
                Ok(()) => number += 1,
                // The silence counts from the last one that was written.
                Err(why) => tracing::warn!(%why, "no sign of life could be given"),
            }
        }
    }
}

/// A token that no other process has, from what is told of this one and from chance.
pub fn token(about: &str, chance: &[u8]) -> String {
    sha256(&[about.as_bytes(), chance].concat())[..32].to_owned()
}

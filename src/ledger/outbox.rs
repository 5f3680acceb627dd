//! All mails of a run's plan, as they were before the first one left. What is sent, now or when the
//! run is resumed, are these bytes: nothing is computed anew.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{LedgerError, Run, Stored, sha256};
use crate::model::State;

/// The plan of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    pub period: String,
    pub version: u32,
    /// `folder` or `smtp`.
    pub channel: String,
    /// Who sends them.
    pub from: String,
    /// Whether a check holds the run: these mails tell whoever is responsible for the data, and are no
    /// delivery of the period.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// By number, from 1 and without holes.
    pub mails: Vec<PlannedMail>,
}

/// A mail of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedMail {
    pub number: usize,
    pub message_id: String,
    /// The kind: `person`, `department` …
    pub report: String,
    /// Whom it is about.
    pub unit: String,
    /// The address; empty where nobody is known.
    pub recipient: String,
    /// A name for its file.
    pub file_stem: String,
    /// Of its bytes; both are empty where it is not to leave.
    pub sha256: String,
    pub size: usize,
    /// Why it is not to leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Withheld>,
}

/// A person's word that the mails may leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The name that was given.
    pub by: String,
    pub at: DateTime<Utc>,
    /// Of the outbox that was approved, and no other.
    pub outbox_sha256: String,
    /// Where the command was given.
    pub host: String,
}

/// A mail that was decided before any left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// `suppressed` or `failed`.
    pub state: State,
    pub detail: String,
}

impl Outbox {
    /// The outbox of a run with its hash; none where the run did not come so far.
    ///
    /// # Errors
    /// A store that cannot be read, and a text that is no outbox.
    pub async fn read(run: &Run) -> Result<Option<(Self, String)>, LedgerError> {
        let Some(bytes) = run.read(&Stored::Outbox).await? else { return Ok(None) };
        let outbox: Self = serde_json::from_slice(&bytes).map_err(|source| {
            LedgerError::Content { path: format!("{}/{}", run.shown(), Stored::Outbox), source }
        })?;
        Ok(Some((outbox, sha256(&bytes))))
    }

    /// Writes it once its mails are there, and returns its hash.
    ///
    /// # Errors
    /// A store that refuses.
    pub async fn write(&self, run: &Run) -> Result<String, LedgerError> {
        let text = self.text(run)?;
        let hash = sha256(&text);
        run.put(&Stored::Outbox, text).await?;
        Ok(hash)
    }

    /// As it is written.
    ///
    /// # Errors
    /// Names that are no text.
    pub fn text(&self, run: &Run) -> Result<Vec<u8>, LedgerError> {
        let mut text = serde_json::to_vec(self).map_err(|source| LedgerError::Content {
            path: format!("{}/{}", run.shown(), Stored::Outbox),
            source,
        })?;
        text.push(b'\n');
        Ok(text)
    }

    /// A mail by its number.
    pub fn mail(&self, number: usize) -> Option<&PlannedMail> {
        self.mails.get(number.checked_sub(1)?)
    }
}

impl PlannedMail {
    /// Its bytes, as they were planned.
    ///
    /// # Errors
    /// A store that cannot be read, and bytes that are none or others.
    pub async fn read(&self, run: &Run) -> Result<bytes::Bytes, LedgerError> {
        let stored = Stored::Mail(self.number);
        let bytes = run.read(&stored).await?.unwrap_or_default();
        match sha256(&bytes) == self.sha256 {
            true => Ok(bytes),
            false => Err(LedgerError::Changed { path: format!("{}/{stored}", run.shown()) }),
        }
    }
}

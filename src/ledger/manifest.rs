//! What a run was made from, and how it ended.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Everything that decided the run's results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub period: String,
    pub version: u32,
    pub program_version: String,
    /// The day that counted as today.
    pub as_of: NaiveDate,
    pub started: DateTime<Utc>,
    /// Over all config files, by [`config_hash`].
    pub config_sha256: String,
    pub config: Vec<HashedFile>,
    pub inputs: Vec<Input>,
    /// The units that the run was restricted to; all where empty.
    #[serde(default)]
    pub only: Vec<String>,
    /// The files below `reports` that the project has, by their path below the project.
    #[serde(default)]
    pub reports: Vec<HashedFile>,
    /// The variables `ATTAIN__…` that counted in place of what the config says.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// The time that the mails carry.
    #[serde(default)]
    pub mails_dated: Option<DateTime<Utc>>,
    /// Whether all that it was made from is kept in the ledger, so that it can be computed again.
    #[serde(default)]
    pub inputs_kept: bool,
    /// Set where the run corrects what was delivered before.
    #[serde(default)]
    pub correction: Option<CorrectionRecord>,
    /// Why the run is provisional, one sentence each: what still held it. Empty for any other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provisional: Vec<String>,
}

/// Why a period was delivered once more, to those whose figures had changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionRecord {
    /// In the words of whoever asked for it; empty where nobody gave any.
    pub reason: String,
    /// Whether the period was locked: paid already.
    pub locked: bool,
    /// The month that the adjustments are paid with, such as `2026-11`.
    pub paid_with: String,
}

/// A config file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashedFile {
    pub path: String,
    pub sha256: String,
}

/// A file of an extract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    pub extract: String,
    pub path: String,
    pub size: u64,
    pub sha256: String,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It began and did not end, before any mail left: it is under way, or it died.
    Begun,
    /// Mails began to leave and no end was written: it is under way, or it died.
    Delivering,
    /// A check held it; nothing was mailed.
    Held,
    /// Something outside broke before any mail left.
    Failed,
    /// Its mails are stored, and wait for a person to approve them; nothing was mailed.
    AwaitingApproval,
    /// Some of the first mails were not taken; the others wait.
    Halted,
    /// Every mail of the plan was sent or suppressed with a reason.
    Delivered,
    /// Some mails failed.
    DeliveredInPart,
}

impl RunState {
    /// In words, for a list.
    pub fn words(self) -> &'static str {
        match self {
            Self::Begun => "begun, not finished",
            Self::Delivering => "delivering, not finished",
            Self::Held => "held",
            Self::AwaitingApproval => "waits for approval",
            Self::Halted => "stopped after the first mails",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
            Self::DeliveredInPart => "delivered in part",
        }
    }
}

/// The last thing that a run writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    pub state: RunState,
    pub at: DateTime<Utc>,
    /// How many mails ended in each state; they add up to the plan.
    pub mails: std::collections::BTreeMap<String, usize>,
    /// Why it was held or failed, one sentence each.
    pub stopped_by: Vec<String>,
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a whole config: over the names and hashes of its files, in their order.
pub fn config_hash(files: &[HashedFile]) -> String {
    let lines: Vec<String> =
        files.iter().map(|file| format!("{} {}\n", file.sha256, file.path)).collect();
    sha256(lines.concat().as_bytes())
}

//! What became of each letter.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How a letter ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The channel took it.
    Sent,
    /// The channel refused it for good, or put it off until the time was over.
    Failed,
    /// The connection died after the mail was handed over, before the answer came.
    InDoubt,
    /// It was not to be sent, for a reason.
    Suppressed,
}

impl State {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::Suppressed => "suppressed",
        }
    }
}

/// The record of a letter's end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub message_id: String,
    pub recipient: String,
    pub state: State,
    /// The server's answer, the file, or the reason.
    pub detail: String,
    pub at: DateTime<Utc>,
    /// How often it was tried to hand it over; not counted is what says nothing of the mail, such as
    /// a server that could not be reached.
    #[serde(default)]
    pub attempts: u32,
    /// The server that it was given to; empty for a folder.
    #[serde(default)]
    pub host: String,
    /// Whether a failed one may be tried again: it was put off or given up, and not refused.
    #[serde(default)]
    pub retriable: bool,
}

/// How many letters ended in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally(pub BTreeMap<State, usize>);

impl Tally {
    pub fn of<'a>(receipts: impl IntoIterator<Item = &'a Receipt>) -> Self {
        let mut tally = Self::default();
        for receipt in receipts {
            *tally.0.entry(receipt.state).or_default() += 1;
        }
        tally
    }

    pub fn count(&self, state: State) -> usize {
        self.0.get(&state).copied().unwrap_or(0)
    }

    /// All letters of the plan.
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// Whether some letters did not surely reach the channel.
    pub fn is_partial(&self) -> bool {
        self.count(State::Failed) + self.count(State::InDoubt) > 0
    }
}

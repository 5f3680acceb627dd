//! What becomes of each letter, and the entries that tell of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How far a letter came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The channel took it.
    Sent,
    /// The channel refused it for good, or put it off until the time was over.
    Failed,
    /// It was handed over, or may have been, and no answer is known.
    InDoubt,
    /// It was not to be sent, for a reason.
    Suppressed,
    /// It waits to be handed over.
    Planned,
    /// It is being handed over.
    Claimed,
}

impl State {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::Suppressed => "suppressed",
            Self::Planned => "planned",
            Self::Claimed => "claimed",
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

/// A line of the account of a delivery. Lines count in their order; letters go by their number in
/// the plan, from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// They are about to be handed over: written before.
    Claimed(Vec<usize>),
    /// It was claimed, and surely not handed over.
    Returned(usize),
    /// What became of it.
    Decided { number: usize, receipt: Receipt },
    /// A person wants them sent, whatever became of them before.
    Resend {
        numbers: Vec<usize>,
        reason: String,
        /// Who asked, as far as the machine knows, such as `lin@ops-1`; and when.
        #[serde(default)]
        by: String,
        #[serde(default)]
        at: Option<DateTime<Utc>>,
    },
    /// Another process goes on from here; the one before it writes no more.
    Fence,
}

/// How many letters ended in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally(pub BTreeMap<State, usize>);

impl Tally {
    pub fn of<'a>(receipts: impl IntoIterator<Item = &'a Receipt>) -> Self {
        Self::of_states(receipts.into_iter().map(|receipt| receipt.state))
    }

    pub fn of_states(states: impl IntoIterator<Item = State>) -> Self {
        let mut tally = Self::default();
        for state in states {
            *tally.0.entry(state).or_default() += 1;
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
        self.total() > self.count(State::Sent) + self.count(State::Suppressed)
    }

    /// Whether there were letters, and nobody has one: the addresses are wrong, or the domains.
    pub fn reached_nobody(&self) -> bool {
        self.total() > 0 && self.count(State::Sent) == 0
    }

    /// `3 sent, 1 failed`.
    pub fn words(&self) -> String {
        let states = self.0.iter().map(|(state, count)| format!("{count} {}", state.code()));
        states.collect::<Vec<_>>().join(", ")
    }
}

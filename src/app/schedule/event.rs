//! What happens under the schedule, as it is told.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use crate::ledger::RunState;
use crate::model::{Diagnostic, ExtractId, Period};

/// Something that an extract lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lack {
    /// None where it is a matter of no single extract.
    pub extract: Option<ExtractId>,
    /// Who is responsible for the extract, as its file in `extracts/` says.
    pub responsible: Option<String>,
    /// Whether it has no file yet, so that it is late and not wrong.
    pub missing: bool,
    pub found: Diagnostic,
}

impl Lack {
    /// Something that nobody in particular is to mend.
    pub fn of_nobody(found: Diagnostic) -> Self {
        Self { extract: None, responsible: None, missing: false, found }
    }
}

/// Why somebody is mailed about what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// On a working day, once.
    Day(NaiveDate),
    /// At the end of the window, where nothing was mailed.
    Deadline,
}

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ran {
    pub version: u32,
    pub state: RunState,
    pub provisional: bool,
    /// How many mails were planned, and how many of them were taken.
    pub mails: usize,
    pub sent: usize,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Extracts were looked at, and are not complete; the next look is at `until` at the latest.
    Incomplete {
        #[serde(serialize_with = "as_text")]
        period: Period,
        lacks: Vec<Lack>,
        until: DateTime<FixedOffset>,
    },
    /// Those who are responsible were mailed.
    Reminded {
        #[serde(serialize_with = "as_text")]
        period: Period,
        what: Reminder,
        to: Vec<String>,
    },
    Delivered {
        #[serde(serialize_with = "as_text")]
        period: Period,
        ran: Ran,
    },
    /// The window ended, and nothing was mailed to the owners.
    Held {
        #[serde(serialize_with = "as_text")]
        period: Period,
        found: Vec<Diagnostic>,
    },
    /// The window ended, and the mails wait for a person.
    Waits {
        #[serde(serialize_with = "as_text")]
        period: Period,
        /// Whether some of them are out: the first ones, of which not all were taken.
        halted: bool,
        found: Diagnostic,
    },
    Failed {
        #[serde(serialize_with = "as_text_or_null")]
        period: Option<Period>,
        exit_code: u8,
        found: Vec<Diagnostic>,
    },
    /// Something to know, and to mend in time.
    Noted { note: Diagnostic },
}

impl Event {
    /// As documented for `run`: 0, 1 failed, 2 bad config, 3 held, 4 delivered in part.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failed { exit_code, .. } => *exit_code,
            Self::Held { .. } | Self::Waits { .. } => 3,
            Self::Delivered { ran, .. } => match ran.state {
                RunState::DeliveredInPart | RunState::Halted => 4,
                RunState::AwaitingApproval => 3,
                _ => 0,
            },
            _ => 0,
        }
    }
}

fn as_text<S: serde::Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(period)
}

fn as_text_or_null<S: serde::Serializer>(
    period: &Option<Period>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match period {
        Some(period) => serializer.collect_str(period),
        None => serializer.serialize_none(),
    }
}

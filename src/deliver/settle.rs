//! What follows for the schedule from an attempt that left a letter open.

use std::time::Duration;

use super::schedule::Schedule;
use super::smtp::Attempt;
use crate::model::State;

/// How a letter ends.
pub struct End {
    pub state: State,
    pub detail: String,
    pub retriable: bool,
}

impl End {
    pub fn new(state: State, detail: String) -> Self {
        Self { state, detail, retriable: false }
    }

    /// Not sent, and for no reason of its own.
    pub fn again(detail: String) -> Self {
        Self { retriable: true, ..Self::new(State::Failed, detail) }
    }
}

/// Tells the schedule what became of an attempt, and returns the letters that it gives up.
pub fn settle(
    schedule: &mut Schedule,
    index: usize,
    attempt: Attempt,
    now: Duration,
    seed: u64,
) -> Vec<(usize, End)> {
    let (given_up, why) = match attempt {
        Attempt::Later { why, pause } => match schedule.put_off(index, now, seed, pause) {
            true => (Vec::new(), why),
            false => {
                let why = format!("put off until the time was over: {why}");
                return vec![(index, End::again(why))];
            }
        },
        Attempt::Throttled { why, pause, all } => (schedule.throttled(index, now, pause, all), why),
        Attempt::NoConnection(why) => (schedule.unreachable(index, now, seed), why),
        Attempt::Stop(why) => (schedule.stop(index), why),
        // These are decided where they happen.
        Attempt::Sent(_) | Attempt::Refused(_) | Attempt::InDoubt(_) | Attempt::Unclaimed => {
            return Vec::new();
        }
    };
    if given_up.is_empty() {
        tracing::warn!(reason = why, "mail put off, trying again");
    } else {
        tracing::error!(reason = why, mails = given_up.len(), "mails given up");
    }
    let end = |other: usize| {
        let why = match other == index {
            true => format!("given up: {why}"),
            false => format!("not tried any more: {why}"),
        };
        (other, End::again(why))
    };
    given_up.into_iter().map(end).collect()
}

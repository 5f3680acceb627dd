//! Where each mail of a plan stands: the account of its entries, added up.

use chrono::{DateTime, Utc};

use super::journal::Segment;
use super::outbox::{Outbox, PlannedMail};
use crate::model::{Entry, Receipt, State, Tally};

/// How far a mail came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    /// The last record of its end.
    pub receipt: Option<Receipt>,
    /// How often it was tried to hand it over, over all deliveries.
    pub attempts: u32,
    /// The claim that it is under way by.
    epoch: u32,
}

/// All mails of a plan, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standings {
    mails: Vec<Standing>,
    epoch: u32,
}

impl Standings {
    /// Before anything was sent.
    pub fn new(outbox: &Outbox) -> Self {
        let standing = |mail: &PlannedMail| Standing {
            state: mail.withheld.as_ref().map_or(State::Planned, |withheld| withheld.state),
            receipt: None,
            attempts: 0,
            epoch: 0,
        };
        Self { mails: outbox.mails.iter().map(standing).collect(), epoch: 0 }
    }

    /// After all that is in the account.
    pub fn of(outbox: &Outbox, segments: &[Segment]) -> Self {
        let mut standings = Self::new(outbox);
        for segment in segments {
            standings.begin(segment.epoch);
            standings.add(&segment.entries);
        }
        standings
    }

    /// The holder of a claim goes on. What one before it had claimed and did not decide is in doubt:
    /// it may have been handed over.
    pub fn begin(&mut self, epoch: u32) {
        self.epoch = epoch;
        for mail in &mut self.mails {
            if mail.state == State::Claimed && mail.epoch < epoch {
                mail.state = State::InDoubt;
            }
        }
    }

    /// Adds entries of the present claim.
    pub fn add(&mut self, entries: &[Entry]) {
        let epoch = self.epoch;
        for entry in entries {
            match entry {
                Entry::Claimed(numbers) => self.each(numbers, |mail| {
                    (mail.state, mail.epoch, mail.receipt) = (State::Claimed, epoch, None);
                }),
                Entry::Returned(number) => {
                    self.each(&[*number], |mail| mail.state = State::Planned)
                }
                Entry::Resend { numbers, .. } => {
                    self.each(numbers, |mail| mail.state = State::Planned);
                }
                Entry::Decided { number, receipt } => self.each(&[*number], |mail| {
                    mail.state = receipt.state;
                    mail.attempts += receipt.attempts;
                    mail.receipt = Some(receipt.clone());
                }),
                Entry::Fence => {}
            }
        }
    }

    fn each(&mut self, numbers: &[usize], change: impl Fn(&mut Standing)) {
        for number in numbers {
            let mail = number.checked_sub(1).and_then(|index| self.mails.get_mut(index));
            // A number beyond the plan is none of the program's entries.
            mail.map_or_else(|| tracing::error!(number, "an entry of no mail"), &change);
        }
    }

    /// In the order of the plan.
    pub fn iter(&self) -> impl Iterator<Item = &Standing> {
        self.mails.iter()
    }

    /// The numbers of the mails that stand so.
    pub fn numbers(&self, stands_so: impl Fn(&Standing) -> bool) -> Vec<usize> {
        let numbered = self.mails.iter().enumerate().filter(|(_, mail)| stands_so(mail));
        numbered.map(|(index, _)| index + 1).collect()
    }

    /// How many mails there are in each state; they add up to the plan.
    pub fn tally(&self) -> Tally {
        Tally::of_states(self.mails.iter().map(|mail| mail.state))
    }
}

impl Standing {
    /// Whether it waits: it was not sent, and nothing speaks against trying.
    pub fn waits(&self) -> bool {
        match self.state {
            State::Planned => true,
            State::Failed => self.receipt.as_ref().is_some_and(|receipt| receipt.retriable),
            _ => false,
        }
    }

    /// The last record of the state that it is in.
    fn last(&self) -> Option<&Receipt> {
        self.receipt.as_ref().filter(|receipt| receipt.state == self.state)
    }

    /// When it came to the state that it is in.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.last().map(|receipt| receipt.at)
    }

    /// The server that it was given to last; empty for none.
    pub fn host(&self) -> &str {
        self.receipt.as_ref().map_or("", |receipt| &receipt.host)
    }

    /// Whether nobody has found out yet what became of it.
    pub fn was_cut_off(&self) -> bool {
        self.state == State::InDoubt && self.last().is_none()
    }

    /// The server's answer, the file, or the reason.
    pub fn detail<'a>(&'a self, mail: &'a PlannedMail) -> &'a str {
        match (self.last(), self.state, &mail.withheld) {
            (Some(receipt), ..) => &receipt.detail,
            (None, State::InDoubt, _) => CUT_OFF,
            (None, State::Suppressed | State::Failed, Some(withheld)) => &withheld.detail,
            _ => "",
        }
    }
}

/// The reason of a doubt that a cut-off delivery leaves.
pub const CUT_OFF: &str = "the delivery was cut off while it was under way";

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;

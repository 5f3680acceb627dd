//! How a run ended, for the terminal and for machines.

use std::path::PathBuf;

use serde::Serialize;

use super::checks::RowCount;
use super::earlier::is_provisional;
use super::letters::Planned;
use crate::deliver::{PostReceipt, Receipt, State, Tally};
use crate::ledger::{RunState, RunSummary};
use crate::model::Diagnostic;

/// How the run ended.
#[derive(Clone, Debug, Serialize)]
pub struct RunOutcome {
    pub period: String,
    pub version: u32,
    pub dry_run: bool,
    /// Set where nothing was done, since the period was delivered before.
    pub delivered_before: bool,
    /// Whether checks hold it, so that its mails say that they are provisional.
    pub provisional: bool,
    pub state: RunState,
    pub mails: Tally,
    /// Of a delivery that was resumed: how many of the sent ones left now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_now: Option<usize>,
    /// The hash of the mails that wait for approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_approve: Option<String>,
    /// The one address that a test went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_send: Option<String>,
    pub rows: Vec<RowCount>,
    /// Letters that were not sent, with the reason: `recipient: reason`.
    pub not_sent: Vec<String>,
    /// What to know, and to mend in time.
    pub notes: Vec<Diagnostic>,
    /// What the chats heard.
    pub posts: Vec<PostReceipt>,
    /// Where the results lie.
    pub results: String,
    /// The page that lists the mails, where they are in a folder.
    pub index: Option<PathBuf>,
}

impl RunOutcome {
    /// A run that did nothing, since `run` of the ledger in `place` delivered the period.
    pub fn delivered_before(place: &str, run: &RunSummary, notes: Vec<Diagnostic>) -> Self {
        Self {
            period: run.period.to_string(),
            version: run.version,
            dry_run: false,
            delivered_before: true,
            provisional: is_provisional(run),
            state: run.state,
            mails: Tally::default(),
            sent_now: None,
            to_approve: None,
            test_send: None,
            rows: Vec::new(),
            not_sent: Vec::new(),
            notes,
            posts: Vec::new(),
            results: format!("{place}/runs/{}/v{}", run.period, run.version),
            index: None,
        }
    }

    /// 0; 4 where some mails did not reach the channel, 3 where they wait for a person's word.
    pub fn exit_code(&self) -> u8 {
        match self.state {
            RunState::DeliveredInPart | RunState::Halted => 4,
            RunState::AwaitingApproval => 3,
            _ => 0,
        }
    }
}

/// The state that receipts add up to.
pub fn state_of(receipts: &[Receipt]) -> RunState {
    match Tally::of(receipts).is_partial() {
        true => RunState::DeliveredInPart,
        false => RunState::Delivered,
    }
}

/// The letters that were not sent, with the reason.
pub fn not_sent(planned: &[Planned], receipts: &[Receipt]) -> Vec<String> {
    let letters = planned.iter().flat_map(|plan| &plan.letters);
    letters
        .zip(receipts)
        .filter(|(_, receipt)| !matches!(receipt.state, State::Sent | State::Planned))
        .map(|(letter, receipt)| {
            format!("{} ({}): {}", letter.identity.report, receipt.state.code(), receipt.detail)
        })
        .collect()
}

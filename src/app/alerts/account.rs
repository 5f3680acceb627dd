//! Where the mails of a run stand, as an alert tells it.

use crate::ledger::{
    Ledger, LedgerError, Outbox, PlannedMail, RunState, Standing, Standings, Stored, journal,
};
use crate::model::{Period, State, Tally};

/// The mails of a run, each with its standing.
pub struct Account {
    state: RunState,
    /// Whether a person approved them.
    approved: bool,
    /// Of the outbox.
    pub hash: String,
    mails: Vec<(PlannedMail, Standing)>,
}

impl Account {
    /// None where the run did not come to a plan of its reports: what a held one told the data owner
    /// is none.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub async fn read(
        ledger: &Ledger,
        period: Period,
        version: u32,
    ) -> Result<Option<Self>, LedgerError> {
        let run = ledger.open(period, Some(version)).await?;
        let read = Outbox::read(&run).await?;
        let Some((outbox, hash)) = read.filter(|(outbox, _)| !outbox.held) else { return Ok(None) };
        let mut standings = Standings::of(&outbox, &journal::read(&run).await?);
        if ledger.holder(period).await?.is_none() {
            // Whoever had claimed a mail is no longer there to decide it.
            standings.begin(u32::MAX);
        }
        let state = run.summary().await?.state;
        let approved = run.read(&Stored::Approved).await?.is_some();
        let mails = outbox.mails.into_iter().zip(standings.iter().cloned()).collect();
        Ok(Some(Self { state, approved, hash, mails }))
    }

    /// Whether they need no person's approval, or have it.
    pub fn may_leave(&self) -> bool {
        self.approved || self.state != RunState::AwaitingApproval
    }

    pub fn tally(&self) -> Tally {
        Tally::of_states(self.mails.iter().map(|(_, standing)| standing.state))
    }

    /// The mails that were begun, or were not to be, and did not surely arrive.
    pub fn not_sent(&self) -> impl Iterator<Item = &(PlannedMail, Standing)> {
        let is_told = |state| !matches!(state, State::Sent | State::Planned);
        self.mails.iter().filter(move |(_, standing)| is_told(standing.state))
    }
}

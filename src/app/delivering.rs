//! The delivery of a run's outbox: every mail that waits goes out, and each step is in the ledger.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::{AppError, Station, Surroundings, write};
use crate::deliver::{Books, Channel, Outgoing, dispatch};
use crate::ledger::{
    Claim, Finished, Journal, LedgerError, Outbox, PlannedMail, Run, RunState, Standing, Standings,
    Stored, results,
};
use crate::model::{Entry, Receipt, State, Tally};
use crate::settings::DeliverySettings;

/// A run whose mails are stored, and the claim to deliver them.
pub struct Delivery<'a> {
    pub run: &'a Run,
    pub claim: &'a Claim,
    pub outbox: &'a Outbox,
    pub settings: &'a DeliverySettings,
    /// Of this delivery among those of the run.
    pub number: u32,
    journal: Journal<'a>,
    standings: RefCell<Standings>,
}

impl<'a> Delivery<'a> {
    /// Reads how far the mails came. Nothing is written yet.
    ///
    /// # Errors
    /// Taken over; a ledger that cannot be read.
    pub async fn open(
        run: &'a Run,
        claim: &'a Claim,
        outbox: &'a Outbox,
        settings: &'a DeliverySettings,
    ) -> Result<Self, AppError> {
        let (journal, segments) = Journal::open(run, claim).await?;
        let mut standings = Standings::of(outbox, &segments);
        standings.begin(claim.epoch);
        let number = run.next_delivery().await?;
        let standings = RefCell::new(standings);
        Ok(Self { run, claim, outbox, settings, number, journal, standings })
    }

    /// The numbers of the mails that stand so.
    pub fn numbers(&self, stands_so: impl Fn(&Standing) -> bool) -> Vec<usize> {
        self.standings.borrow().numbers(stands_so)
    }

    /// From here on, mails of the period may be out. What was decided before any of them could leave
    /// is entered.
    ///
    /// # Errors
    /// Taken over; a ledger that refuses.
    pub async fn begin(&self, around: &Surroundings<'_>) -> Result<(), AppError> {
        self.claim.confirm().await?;
        let begins = serde_json::json!({ "at": (around.clock)(), "by": self.claim.holder });
        self.run.put_json(&Stored::Delivering(self.number), &begins).await?;
        self.enter_withheld(around).await
    }

    /// Enters what was decided before any mail could leave. A run that is held says no more than that
    /// before it tells whoever is responsible for the data: it is no delivery, and one that is cut
    /// off there leaves nothing to resume.
    ///
    /// # Errors
    /// Taken over; a ledger that refuses.
    pub async fn enter_withheld(&self, around: &Surroundings<'_>) -> Result<(), AppError> {
        let undecided = self.numbers(|mail| mail.receipt.is_none());
        let mails = undecided.iter().filter_map(|number| self.outbox.mail(*number));
        let entries = mails.filter_map(|mail| withheld(mail, around)).collect::<Vec<_>>();
        Ok(self.write(&entries).await?)
    }

    /// Enters what was found out, or decided by a person.
    ///
    /// # Errors
    /// Taken over; a ledger that refuses.
    pub async fn write(&self, entries: &[Entry]) -> Result<(), LedgerError> {
        if !entries.is_empty() {
            self.journal.append(entries).await?;
            self.standings.borrow_mut().add(entries);
        }
        Ok(())
    }

    /// Sends the mails of these numbers: the first few alone, where that is wanted, and the others only
    /// if all of these were taken. Returns what stops it else.
    ///
    /// # Errors
    /// Taken over; a ledger that refuses.
    pub async fn send_after(
        &self,
        canary: Option<NonZeroUsize>,
        numbers: &[usize],
        channel: &Channel,
        around: &Surroundings<'_>,
    ) -> Result<Vec<String>, AppError> {
        let (first, others) =
            numbers.split_at(canary.map_or(0, NonZeroUsize::get).min(numbers.len()));
        if !first.is_empty() {
            self.send(first, channel, around).await?;
            let not_taken = self.not_taken(first);
            if !not_taken.is_empty() && !others.is_empty() {
                return Ok(not_taken);
            }
        }
        if !others.is_empty() || first.is_empty() {
            self.send(others, channel, around).await?;
        }
        Ok(Vec::new())
    }

    /// Which of the mails were not sent, with the reason.
    fn not_taken(&self, numbers: &[usize]) -> Vec<String> {
        let standings = self.standings.borrow();
        let mails = self.outbox.mails.iter().zip(standings.iter());
        let not_taken = mails.filter(|(mail, standing)| {
            numbers.contains(&mail.number) && standing.state != State::Sent
        });
        not_taken.map(|(mail, standing)| reason(mail, standing)).collect()
    }

    /// Sends the mails of these numbers.
    ///
    /// # Errors
    /// Taken over; a ledger that refuses.
    pub async fn send(
        &self,
        numbers: &[usize],
        channel: &Channel,
        around: &Surroundings<'_>,
    ) -> Result<(), AppError> {
        around.progress.begin(Station::Deliver, Some(numbers.len() as u64));
        let mails: Vec<Outgoing> =
            numbers.iter().filter_map(|number| self.outbox.mail(*number)).map(outgoing).collect();
        let books = LedgerBooks { delivery: self, around };
        let receipts = dispatch(&mails, channel, self.settings, around.clock, &books).await?;
        let tally = Tally::of(&receipts);
        around
            .progress
            .end(Station::Deliver, &format!("{} mails: {}", tally.total(), tally.words()));
        Ok(())
    }

    /// Writes the table of deliveries; the run is not ended yet.
    ///
    /// # Errors
    /// A ledger that refuses.
    pub async fn put_table(&self) -> Result<(), LedgerError> {
        let rows = write::deliveries(self.outbox, &self.standings.borrow());
        results::put_deliveries(self.run, self.number, &results::deliveries(&rows)).await
    }

    /// Writes how the run ended, and returns it; `stopped_by` is what keeps the rest from leaving.
    ///
    /// # Errors
    /// Taken over; a ledger that refuses.
    pub async fn end(
        &self,
        stopped_by: Vec<String>,
        around: &Surroundings<'_>,
    ) -> Result<RunState, AppError> {
        let tally = self.tally();
        let partial = tally.is_partial() || tally.reached_nobody();
        let state = match (stopped_by.is_empty(), partial) {
            (false, _) => RunState::Halted,
            (true, true) => RunState::DeliveredInPart,
            (true, false) => RunState::Delivered,
        };
        self.stop(state, stopped_by, around).await?;
        Ok(state)
    }

    /// Writes that the run ends in a state.
    ///
    /// # Errors
    /// Taken over; a ledger that refuses.
    pub async fn stop(
        &self,
        state: RunState,
        stopped_by: Vec<String>,
        around: &Surroundings<'_>,
    ) -> Result<(), AppError> {
        self.claim.confirm().await?;
        let tally = self.tally();
        let finished = Finished {
            state,
            at: (around.clock)(),
            mails: tally.0.iter().map(|(state, n)| (state.code().to_owned(), *n)).collect(),
            stopped_by,
        };
        self.run.put_json(&Stored::Finished(self.number), &finished).await?;
        tracing::info!(period = %self.run.period, version = self.run.version, ?state, "run finished");
        Ok(())
    }

    pub fn tally(&self) -> Tally {
        self.standings.borrow().tally()
    }

    /// The mails that were not sent, with the reason; those that were not begun have none.
    pub fn not_sent(&self) -> Vec<String> {
        let standings = self.standings.borrow();
        let mails = self.outbox.mails.iter().zip(standings.iter());
        let is_told = |state| !matches!(state, State::Sent | State::Planned);
        let unsent = mails.filter(|(_, standing)| is_told(standing.state));
        unsent.map(|(mail, standing)| reason(mail, standing)).collect()
    }

    /// What became of each mail, in the order of the plan.
    pub fn receipts(&self, around: &Surroundings<'_>) -> Vec<Receipt> {
        let standings = self.standings.borrow();
        let mails = self.outbox.mails.iter().zip(standings.iter());
        mails.map(|(mail, standing)| receipt(mail, standing, around)).collect()
    }
}

/// Keeps a delivery's books in the ledger.
struct LedgerBooks<'a> {
    delivery: &'a Delivery<'a>,
    around: &'a Surroundings<'a>,
}

impl Books for LedgerBooks<'_> {
    type Error = LedgerError;

    async fn mail(&self, number: usize) -> Result<Bytes, LedgerError> {
        let Delivery { claim, outbox, run, .. } = self.delivery;
        if claim.check().is_err() {
            // Says who has it now.
            claim.confirm().await?;
        }
        if self.around.progress.is_asked_to_end() {
            return Err(LedgerError::AskedToEnd);
        }
        match outbox.mail(number) {
            Some(mail) => mail.read(run).await,
            None => Ok(Bytes::new()),
        }
    }

    async fn enter(&self, entries: &[Entry]) -> Result<(), LedgerError> {
        self.delivery.write(entries).await?;
        let decided = entries.iter().filter(|entry| matches!(entry, Entry::Decided { .. }));
        self.around.progress.advance(decided.count() as u64);
        Ok(())
    }
}

/// The folder of a run's own, below that of the folder channel.
pub fn run_folder(run: &Run) -> PathBuf {
    Path::new(&format!("{}-v{}", run.period, run.version)).to_owned()
}

fn reason(mail: &PlannedMail, standing: &Standing) -> String {
    let (state, why) = (standing.state.code(), standing.detail(mail));
    format!("{}/{} ({state}): {why}", mail.report, mail.unit)
}

fn outgoing(mail: &PlannedMail) -> Outgoing {
    Outgoing {
        number: mail.number,
        message_id: mail.message_id.clone(),
        recipient: mail.recipient.clone(),
        file_stem: mail.file_stem.clone(),
    }
}

fn withheld(mail: &PlannedMail, around: &Surroundings<'_>) -> Option<Entry> {
    let why = mail.withheld.as_ref()?;
    let receipt = ending(mail, why.state, &why.detail, around);
    Some(Entry::Decided { number: mail.number, receipt })
}

/// The record of an end that no attempt led to.
pub fn ending(
    mail: &PlannedMail,
    state: State,
    detail: &str,
    around: &Surroundings<'_>,
) -> Receipt {
    Receipt {
        message_id: mail.message_id.clone(),
        recipient: mail.recipient.clone(),
        state,
        detail: detail.to_owned(),
        at: (around.clock)(),
        attempts: 0,
        host: String::new(),
        retriable: false,
    }
}

fn receipt(mail: &PlannedMail, standing: &Standing, around: &Surroundings<'_>) -> Receipt {
    let last = standing.receipt.as_ref().filter(|receipt| receipt.state == standing.state);
    last.cloned().unwrap_or_else(|| ending(mail, standing.state, standing.detail(mail), around))
}

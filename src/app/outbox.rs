//! What a plan leaves in the ledger while it is made: its reports, and its mails, put together and stored
//! before the first one leaves.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};

use super::letters::{Planned, on_all_cores};
use super::write::put_reports;
use crate::deliver::{Channel, Letter, Sealed, seal};
use crate::ledger::{Claim, LedgerError, Outbox, PlannedMail, Run, Stored, Withheld, sha256};
use crate::settings::DeliverySettings;

/// So many mails are on their way into the ledger at once.
const WRITTEN_AT_ONCE: usize = 16;

/// Takes the reports of a plan as they come, in its order.
pub struct Store<'a> {
    pub run: &'a Run,
    pub claim: &'a Claim,
    settings: &'a DeliverySettings,
    mails: Vec<PlannedMail>,
}

impl<'a> Store<'a> {
    pub fn new(run: &'a Run, claim: &'a Claim, settings: &'a DeliverySettings) -> Self {
        Self { run, claim, settings, mails: Vec::new() }
    }

    /// Stores the next reports and their mails. They are light from then on: what is sent comes from the
    /// ledger.
    ///
    /// # Errors
    /// A ledger that refuses.
    pub async fn keep(&mut self, plans: &mut [Planned]) -> Result<(), LedgerError> {
        put_reports(self.run, plans).await?;
        let letters: Vec<(&Planned, &Letter)> =
            plans.iter().flat_map(|plan| plan.letters.iter().map(move |it| (plan, it))).collect();
        let first = self.mails.len() + 1;
        let numbered: Vec<(usize, &Letter)> =
            letters.iter().enumerate().map(|(at, (_, letter))| (first + at, *letter)).collect();
        let settings = self.settings;
        let sealed = on_all_cores(&numbered, |(number, letter)| seal(*number, letter, settings));
        put_all(self.run, &sealed).await?;
        let listed = letters.iter().zip(sealed).map(|((plan, _), sealed)| listed(plan, sealed));
        self.mails.extend(listed);
        plans.iter_mut().for_each(Planned::lighten);
        Ok(())
    }

    /// Writes the list of all mails, and returns it with its hash.
    ///
    /// # Errors
    /// A ledger that refuses.
    pub async fn close(self) -> Result<(Outbox, String), LedgerError> {
        self.close_as(false).await
    }

    /// The same, of a run that a check holds.
    ///
    /// # Errors
    /// A ledger that refuses.
    pub async fn close_held(self) -> Result<Outbox, LedgerError> {
        Ok(self.close_as(true).await?.0)
    }

    async fn close_as(self, held: bool) -> Result<(Outbox, String), LedgerError> {
        let outbox = Outbox { held, ..list(self.run, self.mails, self.settings) };
        let hash = outbox.write(self.run).await?;
        Ok((outbox, hash))
    }
}

/// Every file that a [`Store`] keeps of a plan's mails; `held` as in the outbox.
///
/// # Errors
/// Names that are no text.
pub fn files(
    run: &Run,
    planned: &[Planned],
    settings: &DeliverySettings,
    held: bool,
) -> Result<Vec<(Stored, Bytes)>, LedgerError> {
    let letters: Vec<(usize, &Planned, &Letter)> = planned
        .iter()
        .flat_map(|plan| plan.letters.iter().map(move |letter| (plan, letter)))
        .enumerate()
        .map(|(at, (plan, letter))| (at + 1, plan, letter))
        .collect();
    let sealed = on_all_cores(&letters, |(number, _, letter)| seal(*number, letter, settings));
    let (mut files, mut mails) = (Vec::new(), Vec::new());
    for ((number, plan, _), sealed) in letters.iter().zip(sealed) {
        if let Ok(bytes) = &sealed.mail {
            files.push((Stored::Mail(*number), bytes.clone()));
        }
        mails.push(listed(plan, sealed));
    }
    let outbox = Outbox { held, ..list(run, mails, settings) };
    files.push((Stored::Outbox, outbox.text(run)?.into()));
    Ok(files)
}

fn list(run: &Run, mails: Vec<PlannedMail>, settings: &DeliverySettings) -> Outbox {
    Outbox {
        period: run.period.to_string(),
        version: run.version,
        channel: Channel::name(settings).to_owned(),
        from: settings.from.clone(),
        held: false,
        mails,
    }
}

async fn put_all(run: &Run, sealed: &[Sealed]) -> Result<(), LedgerError> {
    let bytes = |sealed: &Sealed| sealed.mail.as_ref().ok().cloned();
    let mails: Vec<(usize, Bytes)> =
        sealed.iter().filter_map(|it| Some((it.outgoing.number, bytes(it)?))).collect();
    let put = async |(number, bytes): (usize, Bytes)| run.put(&Stored::Mail(number), bytes).await;
    futures::stream::iter(mails).map(put).buffer_unordered(WRITTEN_AT_ONCE).try_collect().await
}

fn listed(plan: &Planned, sealed: Sealed) -> PlannedMail {
    let Sealed { outgoing, mail } = sealed;
    let (bytes, withheld) = match mail {
        Ok(bytes) => (Some(bytes), None),
        Err((state, detail)) => (None, Some(Withheld { state, detail })),
    };
    PlannedMail {
        number: outgoing.number,
        message_id: outgoing.message_id,
        report: plan.recipient.report.code().to_owned(),
        unit: plan.recipient.unit.to_string(),
        recipient: outgoing.recipient,
        file_stem: outgoing.file_stem,
        sha256: bytes.as_ref().map_or_else(String::new, |bytes| sha256(bytes)),
        size: bytes.as_ref().map_or(0, Bytes::len),
        withheld,
    }
}

//! The mails of a plan, put together and stored before the first one leaves.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};

use super::letters::{Planned, on_all_cores};
use super::{AppError, Station, Surroundings};
use crate::deliver::{Channel, Letter, Sealed, seal};
use crate::ledger::{LedgerError, Outbox, PlannedMail, Run, Stored, Withheld, sha256};
use crate::settings::DeliverySettings;

/// The mails of so many reports are in memory, and on their way into the ledger, at once.
const AT_ONCE: usize = 64;
const WRITTEN_AT_ONCE: usize = 16;

/// Stores every mail and then the list of them. The letters are light from then on: what is sent
/// comes from the ledger. Returns the outbox with its hash.
///
/// # Errors
/// A ledger that refuses.
pub async fn store(
    run: &Run,
    planned: &mut [Planned],
    settings: &DeliverySettings,
    around: &Surroundings<'_>,
) -> Result<(Outbox, String), AppError> {
    let total: usize = planned.iter().map(|plan| plan.letters.len()).sum();
    around.progress.begin(Station::Seal, Some(total as u64));
    let mut mails = Vec::with_capacity(total);
    for plans in planned.chunks_mut(AT_ONCE) {
        let letters: Vec<(&Planned, &Letter)> =
            plans.iter().flat_map(|plan| plan.letters.iter().map(move |it| (plan, it))).collect();
        let first = mails.len() + 1;
        let numbered: Vec<(usize, &Letter)> =
            letters.iter().enumerate().map(|(at, (_, letter))| (first + at, *letter)).collect();
        let sealed = on_all_cores(&numbered, |(number, letter)| seal(*number, letter, settings));
        put_all(run, &sealed).await?;
        around.progress.advance(letters.len() as u64);
        let listed = letters.iter().zip(sealed).map(|((plan, _), sealed)| listed(plan, sealed));
        mails.extend(listed);
        plans.iter_mut().for_each(Planned::lighten);
    }
    let bytes: usize = mails.iter().map(|mail| mail.size).sum();
    let outbox = list(run, mails, settings);
    let hash = outbox.write(run).await?;
    around.progress.end(Station::Seal, &format!("{total} mails, {bytes} bytes"));
    Ok((outbox, hash))
}

/// Every file that [`store`] writes for a plan.
///
/// # Errors
/// Names that are no text.
pub fn files(
    run: &Run,
    planned: &[Planned],
    settings: &DeliverySettings,
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
    files.push((Stored::Outbox, list(run, mails, settings).text(run)?.into()));
    Ok(files)
}

fn list(run: &Run, mails: Vec<PlannedMail>, settings: &DeliverySettings) -> Outbox {
    Outbox {
        period: run.period.to_string(),
        version: run.version,
        channel: Channel::name(settings).to_owned(),
        from: settings.from.clone(),
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

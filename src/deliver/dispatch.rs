//! All letters of a plan through a channel: each ends in exactly one receipt.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::StreamExt;

use super::address;
use super::channel::Channel;
use super::letter::Letter;
use super::mime::to_mime;
use super::receipt::{Receipt, State};
use super::smtp::{Attempt, Smtp};
use crate::settings::DeliverySettings;

/// Sends every letter and returns the receipts in the order of the letters. `decided` hears of each
/// as soon as it is decided, with its place in the plan. Once it fails, no further letter is begun;
/// those under way come to their end, and it hears of them, too.
///
/// # Errors
/// The first failure of `decided`.
pub async fn dispatch<E>(
    letters: &[Letter],
    channel: &Channel,
    settings: &DeliverySettings,
    clock: &(dyn Fn() -> DateTime<Utc> + Sync),
    mut decided: impl AsyncFnMut(usize, &Receipt) -> Result<(), E>,
) -> Result<Vec<Receipt>, E> {
    let at_once = match channel {
        Channel::Folder(_) => 1,
        Channel::Smtp(smtp) => smtp.connections(),
    };
    let stopped = AtomicBool::new(false);
    let mut under_way = futures::stream::iter(letters.iter().enumerate())
        .take_while(|_| std::future::ready(!stopped.load(Ordering::Relaxed)))
        .map(|(number, letter)| async move {
            let (state, detail) = send(letter, channel, settings).await;
            let receipt = Receipt {
                message_id: message_id(letter, settings),
                recipient: letter.identity.recipient.clone(),
                state,
                detail,
                at: clock(),
            };
            // The Message-ID names the mail, and nobody's address.
            tracing::info!(message_id = receipt.message_id, state = state.code(), "mail decided");
            (number, receipt)
        })
        .buffer_unordered(at_once);
    let mut failure = None;
    let mut receipts: Vec<(usize, Receipt)> = Vec::with_capacity(letters.len());
    while let Some((number, receipt)) = under_way.next().await {
        if let Err(why) = decided(number, &receipt).await {
            stopped.store(true, Ordering::Relaxed);
            failure.get_or_insert(why);
        }
        receipts.push((number, receipt));
    }
    if let Some(why) = failure {
        return Err(why);
    }
    receipts.sort_by_key(|(number, _)| *number);
    Ok(receipts.into_iter().map(|(_, receipt)| receipt).collect())
}

fn message_id(letter: &Letter, settings: &DeliverySettings) -> String {
    let domain = address::mailbox(&settings.from)
        .map_or_else(|_| "attain".to_owned(), |from| from.email.domain().to_owned());
    letter.identity.message_id(&domain)
}

async fn send(letter: &Letter, channel: &Channel, settings: &DeliverySettings) -> (State, String) {
    let recipient = &letter.identity.recipient;
    if let Some(why) = address::refusal(recipient, &settings.allowed_domains) {
        return (State::Suppressed, why);
    }
    let mime = match to_mime(letter, settings) {
        Ok(mime) => mime,
        Err(why) => return (State::Failed, why.to_string()),
    };
    match channel {
        Channel::Folder(folder) => match folder.put(letter, &mime) {
            Ok(name) => (State::Sent, name),
            Err(why) => (State::Failed, format!("the file cannot be written: {why}")),
        },
        Channel::Smtp(smtp) => {
            let from = address::mailbox(&settings.from);
            match (from, address::named("", recipient)) {
                (Ok(from), Ok(to)) => {
                    let digest = letter.identity.digest();
                    send_with_retries(smtp, &from.email, &to.email, &mime, &digest).await
                }
                (Err(why), _) | (_, Err(why)) => (State::Failed, why),
            }
        }
    }
}

/// Tries again while the server puts the mail off: after 1, 2, 4 … seconds, each a little longer
/// for the one mail than for the other, within the time budget.
async fn send_with_retries(
    smtp: &Smtp,
    from: &lettre::Address,
    to: &lettre::Address,
    mime: &[u8],
    digest: &str,
) -> (State, String) {
    const LONGEST: Duration = Duration::from_secs(60);
    let jitter = digest.bytes().map(u64::from).sum::<u64>() % 500;
    let mut pause = Duration::from_millis(1000 + jitter);
    let mut left = smtp.retry_budget();
    loop {
        match smtp.send(from, to, mime).await {
            Attempt::Sent(answer) => return (State::Sent, answer),
            Attempt::Refused(why) => return (State::Failed, why),
            Attempt::InDoubt(why) => return (State::InDoubt, why),
            Attempt::Later(why) if pause > left => {
                return (State::Failed, format!("put off until the time was over: {why}"));
            }
            Attempt::Later(why) => tracing::warn!(reason = why, "mail put off, trying again"),
        }
        tokio::time::sleep(pause).await;
        left = left.saturating_sub(pause);
        pause = (pause * 2).min(LONGEST);
    }
}

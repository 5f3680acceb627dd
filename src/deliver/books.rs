//! What a delivery goes by: the mails that are to leave, and the books that it is entered in.

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::address;
use super::channel::Channel;
use super::dispatch::dispatch;
use super::letter::Letter;
use super::mime::to_mime;
use crate::model::{Entry, Receipt, State};
use crate::settings::DeliverySettings;

/// A mail that is to leave; its bytes come from the books when it is its turn.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its number in the plan, from 1.
    pub number: usize,
    pub message_id: String,
    /// The address it goes to.
    pub recipient: String,
    /// A name for its file, of letters, digits, `-` and `_`.
    pub file_stem: String,
}

/// Keeps the mails, and the account of what became of them.
pub trait Books {
    /// Why they cannot be kept.
    type Error;

    /// The bytes of a mail.
    fn mail(&self, number: usize) -> impl Future<Output = Result<Bytes, Self::Error>>;

    /// Writes the entries down, all of them or none. No mail leaves before its claim was.
    fn enter(&self, entries: &[Entry]) -> impl Future<Output = Result<(), Self::Error>>;
}

/// A letter as a mail, or why it can be none.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub outgoing: Outgoing,
    pub mail: Result<Bytes, (State, String)>,
}

/// Makes the mail of a letter. One to an address that no mail may go to is suppressed.
pub fn seal(number: usize, letter: &Letter, settings: &DeliverySettings) -> Sealed {
    let recipient = letter.identity.recipient.clone();
    let mail = match address::refusal(&recipient, &settings.allowed_domains) {
        Some(why) => Err((State::Suppressed, why)),
        None => to_mime(letter, settings)
            .map(Bytes::from)
            .map_err(|why| (State::Failed, why.to_string())),
    };
    let message_id = letter.identity.message_id(&address::own_domain(settings));
    let file_stem = letter.file_stem.clone();
    Sealed { outgoing: Outgoing { number, message_id, recipient, file_stem }, mail }
}

impl Sealed {
    /// The receipt of one that can be no mail.
    pub fn withheld(&self, at: DateTime<Utc>) -> Option<Receipt> {
        let (state, detail) = self.mail.as_ref().err()?;
        Some(Receipt {
            message_id: self.outgoing.message_id.clone(),
            recipient: self.outgoing.recipient.clone(),
            state: *state,
            detail: detail.clone(),
            at,
            attempts: 0,
            host: String::new(),
            retriable: false,
        })
    }
}

/// Sends letters of which no account is kept, such as those of a dry run. `decided` hears how many
/// more were decided.
pub async fn send_unrecorded(
    letters: &[Letter],
    channel: &Channel,
    settings: &DeliverySettings,
    clock: &(dyn Fn() -> DateTime<Utc> + Sync),
    decided: &dyn Fn(u64),
) -> Vec<Receipt> {
    let sealed: Vec<Sealed> =
        letters.iter().enumerate().map(|(at, letter)| seal(at + 1, letter, settings)).collect();
    let leaving = sealed.iter().filter(|sealed| sealed.mail.is_ok());
    let leaving: Vec<Outgoing> = leaving.map(|sealed| sealed.outgoing.clone()).collect();
    decided((sealed.len() - leaving.len()) as u64);
    let books = InMemory { sealed: &sealed, decided };
    let Ok(receipts) = dispatch(&leaving, channel, settings, clock, &books).await;
    let mut receipts = receipts.into_iter();
    sealed.iter().filter_map(|it| it.withheld(clock()).or_else(|| receipts.next())).collect()
}

struct InMemory<'a> {
    sealed: &'a [Sealed],
    decided: &'a dyn Fn(u64),
}

impl Books for InMemory<'_> {
    type Error = std::convert::Infallible;

    async fn mail(&self, number: usize) -> Result<Bytes, Self::Error> {
        let mail = self.sealed.get(number - 1).and_then(|sealed| sealed.mail.clone().ok());
        Ok(mail.unwrap_or_else(|| unreachable!("only mails leave")))
    }

    async fn enter(&self, entries: &[Entry]) -> Result<(), Self::Error> {
        let decided = entries.iter().filter(|entry| matches!(entry, Entry::Decided { .. }));
        (self.decided)(decided.count() as u64);
        Ok(())
    }
}

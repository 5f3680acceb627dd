//! All mails of a plan through a channel: each ends in exactly one receipt, and none leaves before
//! its claim is in the books.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::{Instant, sleep};

use super::address;
use super::books::{Books, Outgoing};
use super::channel::Channel;
use super::schedule::{Next, Schedule, Terms};
use super::settle::{End, settle};
use super::smtp::{Attempt, Parcel, Smtp};
use crate::model::{Entry, Receipt, State};
use crate::settings::DeliverySettings;

/// A folder takes mails as fast as they come; that many are entered at once, which saves writes.
const AT_ONCE_INTO_A_FOLDER: usize = 16;

/// Sends every mail and returns the receipts in the order of the mails. A mail is claimed in the books
/// before it leaves and decided in them after; whatever waits to be entered while they are being
/// written goes into them next, all at once. When the books fail, no further mail is begun; those under
/// way come to their end, and the books are offered what became of them.
///
/// # Errors
/// The first failure of the books.
pub async fn dispatch<B: Books>(
    mails: &[Outgoing],
    channel: &Channel,
    settings: &DeliverySettings,
    clock: &(dyn Fn() -> DateTime<Utc> + Sync),
    books: &B,
) -> Result<Vec<Receipt>, B::Error> {
    let desk = Desk { mails, channel, settings, clock, books };
    let mut delivery = desk.begin();
    let start = Instant::now();
    let mut steps = FuturesUnordered::new();
    // At most one.
    let mut writing = FuturesUnordered::new();
    loop {
        let (next, wait) = delivery.next(start.elapsed());
        steps.extend(next.into_iter().map(|index| desk.perform(Step::Read(index))));
        if writing.is_empty() && delivery.is_page_full() {
            writing.push(desk.write(std::mem::take(&mut delivery.page)));
        }
        if steps.is_empty() && writing.is_empty() && wait.is_none() {
            break;
        }
        tokio::select! {
            Some((page, written)) = writing.next(), if !writing.is_empty() => {
                let claimed = delivery.written(&desk, page, written);
                let sending = claimed.into_iter().map(|(at, mail)| Step::Send(at, mail));
                steps.extend(sending.map(|step| desk.perform(step)));
            }
            Some(done) = steps.next(), if !steps.is_empty() => {
                delivery.done(&desk, done, start.elapsed());
            }
            () = sleep(wait.unwrap_or_default()), if wait.is_some() => {}
        }
    }
    match delivery.failure {
        Some(why) => Err(why),
        None => Ok(delivery.receipts.into_iter().flatten().collect()),
    }
}

/// What waits to be entered: the entries first, then the claims with the mails that may leave then.
#[derive(Default)]
struct Page {
    entries: Vec<Entry>,
    claims: Vec<(usize, Bytes)>,
}

/// How far the delivery is. Mails go by their index here, and by their number in the books.
struct Delivery<E> {
    schedule: Schedule,
    page: Page,
    /// How many mails are being read.
    reading: usize,
    receipts: Vec<Option<Receipt>>,
    failure: Option<E>,
}

impl<E> Delivery<E> {
    /// Whether to write: the claim of a mail that is on its way into memory goes with what is there.
    fn is_page_full(&self) -> bool {
        let Page { entries, claims } = &self.page;
        !claims.is_empty() || (!entries.is_empty() && self.reading == 0)
    }

    /// The mails to begin with now; else until when there is nothing to do.
    fn next(&mut self, now: Duration) -> (Vec<usize>, Option<Duration>) {
        let mut begun = Vec::new();
        while self.failure.is_none() {
            match self.schedule.next(now) {
                Next::Send(index) => {
                    self.reading += 1;
                    begun.push(index);
                }
                Next::Wait(until) => return (begun, Some(until.saturating_sub(now))),
                Next::Busy | Next::Ended => break,
            }
        }
        (begun, None)
    }

    /// The page was written, or not: the mails that may leave now.
    fn written<B: Books<Error = E>>(
        &mut self,
        desk: &Desk<'_, B>,
        page: Page,
        written: Result<(), E>,
    ) -> Vec<(usize, Bytes)> {
        let Err(why) = written else { return page.claims };
        if self.failure.is_none() {
            // Whether or not the claims came to be written: these mails were not sent.
            let kept = page.claims.iter().map(|(at, _)| Entry::Returned(desk.mails[*at].number));
            self.page.entries.extend(kept);
            self.failure = Some(why);
        }
        Vec::new()
    }

    fn done<B: Books<Error = E>>(&mut self, desk: &Desk<'_, B>, done: Done<E>, now: Duration) {
        let (index, sent) = match done {
            Done::Read(index, Ok(mail)) => {
                self.reading -= 1;
                if self.failure.is_none() {
                    self.page.claims.push((index, mail));
                }
                return;
            }
            Done::Read(_, Err(why)) => {
                self.reading -= 1;
                self.failure.get_or_insert(why);
                return;
            }
            Done::Sent(index, sent) => (index, sent),
        };
        let ends = match sent {
            Ok(end) => {
                self.schedule.decided(index, end.state == State::Sent);
                vec![(index, end)]
            }
            Err(attempt) => settle(&mut self.schedule, index, attempt, now, desk.seed(index)),
        };
        if ends.iter().all(|(ended, _)| *ended != index) {
            self.page.entries.push(Entry::Returned(desk.mails[index].number));
        }
        for (index, end) in ends {
            self.decide(desk, index, end);
        }
    }

    fn decide<B: Books<Error = E>>(&mut self, desk: &Desk<'_, B>, index: usize, end: End) {
        let receipt = desk.receipt(index, end, self.schedule.attempts(index));
        // The Message-ID names the mail, and nobody's address.
        let (message_id, state) = (&receipt.message_id, receipt.state.code());
        tracing::info!(message_id, state, "mail decided");
        let number = desk.mails[index].number;
        self.page.entries.push(Entry::Decided { number, receipt: receipt.clone() });
        self.receipts[index] = Some(receipt);
    }
}

enum Step {
    Read(usize),
    Send(usize, Bytes),
}

enum Done<E> {
    Read(usize, Result<Bytes, E>),
    /// How the mail ends, or the attempt that leaves it open.
    Sent(usize, Result<End, Attempt>),
}

struct Desk<'a, B> {
    mails: &'a [Outgoing],
    channel: &'a Channel,
    settings: &'a DeliverySettings,
    clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    books: &'a B,
}

impl<B: Books> Desk<'_, B> {
    /// Everything waits, but for what may not leave: the domains of a delivery that is resumed may
    /// have changed since it was planned.
    fn begin(&self) -> Delivery<B::Error> {
        let mut refused = Vec::new();
        let mut waiting = Vec::with_capacity(self.mails.len());
        for (index, mail) in self.mails.iter().enumerate() {
            match address::refusal(&mail.recipient, &self.settings.allowed_domains) {
                Some(why) => refused.push((index, End::new(State::Suppressed, why))),
                None => waiting.push((index, address::domain(&mail.recipient))),
            }
        }
        let waiting = waiting.iter().map(|(index, domain)| (*index, domain.as_str()));
        let mut delivery = Delivery {
            schedule: Schedule::new(waiting, &self.terms()),
            page: Page::default(),
            reading: 0,
            receipts: vec![None; self.mails.len()],
            failure: None,
        };
        for (index, end) in refused {
            delivery.decide(self, index, end);
        }
        delivery
    }

    fn terms(&self) -> Terms<'_> {
        match self.channel {
            Channel::Folder(_) => Terms {
                connections: AT_ONCE_INTO_A_FOLDER,
                per_minute: None,
                limits: &[],
                retry: Duration::ZERO,
                run_retry: Duration::ZERO,
            },
            Channel::Smtp(smtp) => Terms {
                connections: smtp.settings().connections,
                per_minute: smtp.settings().per_minute,
                limits: &self.settings.limits,
                retry: Duration::from_secs(smtp.settings().retry_secs),
                run_retry: Duration::from_secs(smtp.settings().run_retry_secs),
            },
        }
    }

    async fn write(&self, page: Page) -> (Page, Result<(), B::Error>) {
        let mut entries = page.entries;
        if !page.claims.is_empty() {
            let numbers = page.claims.iter().map(|(index, _)| self.mails[*index].number);
            entries.push(Entry::Claimed(numbers.collect()));
        }
        let written = self.books.enter(&entries).await;
        (Page { entries, claims: page.claims }, written)
    }

    async fn perform(&self, step: Step) -> Done<B::Error> {
        match step {
            Step::Read(index) => Done::Read(index, self.books.mail(self.mails[index].number).await),
            Step::Send(index, mail) => Done::Sent(index, self.send(index, &mail).await),
        }
    }

    async fn send(&self, index: usize, mail: &[u8]) -> Result<End, Attempt> {
        let outgoing = &self.mails[index];
        match self.channel {
            Channel::Folder(folder) => Ok(match folder.put(&outgoing.file_stem, mail) {
                Ok(name) => End::new(State::Sent, name),
                Err(why) => End::new(State::Failed, format!("the file cannot be written: {why}")),
            }),
            Channel::Smtp(smtp) => self.send_by_smtp(smtp, outgoing, mail).await,
        }
    }

    async fn send_by_smtp(
        &self,
        smtp: &Smtp,
        outgoing: &Outgoing,
        mail: &[u8],
    ) -> Result<End, Attempt> {
        let from = address::mailbox(&self.settings.from);
        let (from, to) = match (from, address::named("", &outgoing.recipient)) {
            (Ok(from), Ok(to)) => (from.email, to.email),
            (Err(why), _) | (_, Err(why)) => return Ok(End::new(State::Failed, why)),
        };
        match smtp.send(&Parcel { from: &from, to: &to, mail }).await {
            Attempt::Sent(answer) => Ok(End::new(State::Sent, answer)),
            Attempt::Refused(why) => Ok(End::new(State::Failed, why)),
            Attempt::InDoubt(why) => Ok(End::new(State::InDoubt, why)),
            open => Err(open),
        }
    }

    fn receipt(&self, index: usize, end: End, attempts: u32) -> Receipt {
        let Outgoing { message_id, recipient, .. } = self.mails[index].clone();
        Receipt {
            message_id,
            recipient,
            state: end.state,
            detail: end.detail,
            at: (self.clock)(),
            attempts,
            host: self.channel.host().unwrap_or_default().to_owned(),
            retriable: end.retriable,
        }
    }

    /// What scatters the pauses of this mail.
    fn seed(&self, index: usize) -> u64 {
        let id = &self.mails[index].message_id;
        id.bytes().fold(0, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)))
    }
}

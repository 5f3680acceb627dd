//! All mails of a plan through a channel: each ends in exactly one receipt, and none leaves before
//! its claim is in the books.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
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

/// So many mails in a row that a server does not answer for are taken for a server that answers for
/// none.
const MOST_UNANSWERED: usize = 10;

/// Sends every mail and returns the receipts in the order of the mails. A mail is claimed in the books
/// at the last moment, when the server waits for its text, and decided in them after; whatever waits
/// to be entered while they are being written goes into them next, all at once. When the books fail, no
/// further mail is begun and none is claimed; those that were claimed come to their end, and the books
/// are offered what became of them.
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
    let (claims, mut claimed) = unbounded_channel();
    let desk = Desk { mails, channel, settings, clock, books, claims };
    let mut delivery = desk.begin();
    let start = Instant::now();
    let mut under_way = FuturesUnordered::new();
    // At most one.
    let mut writing = FuturesUnordered::new();
    loop {
        // Whatever is ready goes onto one page.
        while let Some(Some(done)) = under_way.next().now_or_never() {
            delivery.done(&desk, done, start.elapsed());
        }
        while let Ok(claim) = claimed.try_recv() {
            delivery.claim(claim);
        }
        let (next, wait) = delivery.next(start.elapsed());
        under_way.extend(next.into_iter().map(|index| desk.hand_over(index)));
        if writing.is_empty() && !delivery.page.is_empty() {
            writing.push(desk.write(std::mem::take(&mut delivery.page)));
        }
        if under_way.is_empty() && writing.is_empty() && wait.is_none() {
            break;
        }
        tokio::select! {
            Some((page, written)) = writing.next(), if !writing.is_empty() => {
                delivery.written(&desk, page, written);
            }
            Some(claim) = claimed.recv(), if !under_way.is_empty() => delivery.claim(claim),
            Some(done) = under_way.next(), if !under_way.is_empty() => {
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

/// A mail that is about to be handed over; once its claim is in the books, it may be.
struct Claim {
    index: usize,
    entered: oneshot::Sender<()>,
}

/// What waits to be entered: the entries first, then the claims.
#[derive(Default)]
struct Page {
    entries: Vec<Entry>,
    claims: Vec<Claim>,
}

impl Page {
    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.claims.is_empty()
    }
}

/// How far the delivery is. Mails go by their index here, and by their number in the books.
struct Delivery<E> {
    schedule: Schedule,
    page: Page,
    receipts: Vec<Option<Receipt>>,
    /// How many mails in a row the server did not answer for.
    unanswered: usize,
    failure: Option<E>,
}

impl<E> Delivery<E> {
    /// The mails to begin with now; else until when there is nothing to do.
    fn next(&mut self, now: Duration) -> (Vec<usize>, Option<Duration>) {
        let mut begun = Vec::new();
        while self.failure.is_none() {
            match self.schedule.next(now) {
                Next::Send(index) => begun.push(index),
                Next::Wait(until) => return (begun, Some(until.saturating_sub(now))),
                Next::Busy | Next::Ended => break,
            }
        }
        (begun, None)
    }

    /// A mail that nobody answers is not handed over.
    fn claim(&mut self, claim: Claim) {
        if self.failure.is_none() {
            self.page.claims.push(claim);
        }
    }

    /// The page was written, or not; where it was, its mails may leave.
    fn written<B: Books<Error = E>>(
        &mut self,
        desk: &Desk<'_, B>,
        page: Page,
        written: Result<(), E>,
    ) {
        match written {
            Ok(()) => {
                for claim in page.claims {
                    // One that waits no longer was not handed over, and tells so itself.
                    let _ = claim.entered.send(());
                }
            }
            Err(why) if self.failure.is_none() => {
                // Whether or not the claims came to be written: these mails were not sent.
                let number = |claim: &Claim| Entry::Returned(desk.mails[claim.index].number);
                self.page.entries.extend(page.claims.iter().map(number));
                self.fail(why);
            }
            Err(_) => {}
        }
    }

    /// From here on nothing is begun, and what is about to be claimed is not.
    fn fail(&mut self, why: E) {
        self.page.claims.clear();
        self.failure.get_or_insert(why);
    }

    fn done<B: Books<Error = E>>(&mut self, desk: &Desk<'_, B>, done: Done<E>, now: Duration) {
        let Done { index, claimed, end } = done;
        let ends = match end {
            Ok(Ok(end)) => {
                self.schedule.decided(index, end.state == State::Sent);
                let mut ends = self.spare_the_rest(&end);
                ends.push((index, end));
                ends
            }
            // The books have failed, and tell of the claim what there is to tell.
            Ok(Err(Attempt::Unclaimed)) => return,
            Ok(Err(attempt)) => settle(&mut self.schedule, index, attempt, now, desk.seed(index)),
            Err(why) => return self.fail(why),
        };
        if claimed && ends.iter().all(|(ended, _)| *ended != index) {
            self.page.entries.push(Entry::Returned(desk.mails[index].number));
        }
        for (index, end) in ends {
            self.decide(desk, index, end);
        }
    }

    /// A server that takes mails and does not say what became of them would put all in doubt: the
    /// others are kept for later.
    fn spare_the_rest(&mut self, end: &End) -> Vec<(usize, End)> {
        self.unanswered = if end.state == State::InDoubt { self.unanswered + 1 } else { 0 };
        if self.unanswered < MOST_UNANSWERED {
            return Vec::new();
        }
        let spared = self.schedule.give_up();
        let why = format!(
            "not tried any more: the server left {} mails in a row in doubt: {}",
            self.unanswered, end.detail
        );
        spared.into_iter().map(|index| (index, End::again(why.clone()))).collect()
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

/// What came of a mail that was begun.
struct Done<E> {
    index: usize,
    /// Whether its claim is in the books.
    claimed: bool,
    /// How it ends, or the attempt that leaves it open; else why it could not be read.
    end: Result<Result<End, Attempt>, E>,
}

struct Desk<'a, B> {
    mails: &'a [Outgoing],
    channel: &'a Channel,
    settings: &'a DeliverySettings,
    clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    books: &'a B,
    claims: UnboundedSender<Claim>,
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
            receipts: vec![None; self.mails.len()],
            unanswered: 0,
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
            let numbers = page.claims.iter().map(|claim| self.mails[claim.index].number);
            entries.push(Entry::Claimed(numbers.collect()));
        }
        let written = self.books.enter(&entries).await;
        (Page { entries, claims: page.claims }, written)
    }

    async fn hand_over(&self, index: usize) -> Done<B::Error> {
        let claimed = AtomicBool::new(false);
        let claim = async || {
            let (entered, is_entered) = oneshot::channel();
            let asked = self.claims.send(Claim { index, entered });
            let entered = asked.is_ok() && is_entered.await.is_ok();
            claimed.store(entered, Ordering::Relaxed);
            entered
        };
        let end = match self.books.mail(self.mails[index].number).await {
            Ok(mail) => Ok(self.send(index, &mail, &claim).await),
            Err(why) => Err(why),
        };
        Done { index, claimed: claimed.load(Ordering::Relaxed), end }
    }

    async fn send(
        &self,
        index: usize,
        mail: &[u8],
        claim: &impl AsyncFn() -> bool,
    ) -> Result<End, Attempt> {
        let outgoing = &self.mails[index];
        match self.channel {
            Channel::Folder(_) if !claim().await => Err(Attempt::Unclaimed),
            Channel::Folder(folder) => Ok(match folder.put(&outgoing.file_stem, mail) {
                Ok(name) => End::new(State::Sent, name),
                Err(why) => End::new(State::Failed, format!("the file cannot be written: {why}")),
            }),
            Channel::Smtp(smtp) => self.send_by_smtp(smtp, outgoing, mail, claim).await,
        }
    }

    async fn send_by_smtp(
        &self,
        smtp: &Smtp,
        outgoing: &Outgoing,
        mail: &[u8],
        claim: &impl AsyncFn() -> bool,
    ) -> Result<End, Attempt> {
        let from = address::mailbox(&self.settings.from);
        let (from, to) = match (from, address::named("", &outgoing.recipient)) {
            (Ok(from), Ok(to)) => (from.email, to.email),
            (Err(why), _) | (_, Err(why)) => return Ok(End::new(State::Failed, why)),
        };
        match smtp.send(&Parcel { from: &from, to: &to, mail }, claim).await {
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

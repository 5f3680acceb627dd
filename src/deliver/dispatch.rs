//! All letters of a plan through a channel: each ends in exactly one receipt.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::{Instant, sleep};

use super::address;
use super::channel::Channel;
use super::letter::Letter;
use super::mime::to_mime;
use super::receipt::{Receipt, State};
use super::schedule::{Next, Schedule, Terms};
use super::smtp::{Attempt, Parcel, Smtp};
use crate::settings::DeliverySettings;

/// Sends every letter and returns the receipts in the order of the letters. `decided` hears of each
/// as soon as it is decided, with its place in the plan, and of several at once. Once it fails, no
/// further letter is begun; those under way come to their end, and it hears of them, too.
///
/// # Errors
/// The first failure of `decided`.
pub async fn dispatch<E>(
    letters: &[Letter],
    channel: &Channel,
    settings: &DeliverySettings,
    clock: &(dyn Fn() -> DateTime<Utc> + Sync),
    decided: impl AsyncFn(usize, &Receipt) -> Result<(), E>,
) -> Result<Vec<Receipt>, E> {
    let terms = match channel {
        Channel::Folder(_) => Terms {
            connections: 1,
            per_minute: None,
            limits: &[],
            retry: Duration::ZERO,
            run_retry: Duration::ZERO,
        },
        Channel::Smtp(smtp) => Terms {
            connections: smtp.settings().connections,
            per_minute: smtp.settings().per_minute,
            limits: &settings.limits,
            retry: Duration::from_secs(smtp.settings().retry_secs),
            run_retry: Duration::from_secs(smtp.settings().run_retry_secs),
        },
    };
    let desk = Desk { letters, channel, settings, clock, decided: &decided };
    let mut to_record = VecDeque::new();
    let mut domains = Vec::with_capacity(letters.len());
    for (number, letter) in letters.iter().enumerate() {
        let recipient = &letter.identity.recipient;
        match address::refusal(recipient, &settings.allowed_domains) {
            Some(why) => to_record.push_back((number, End::new(State::Suppressed, why))),
            None => domains.push((number, address::domain(recipient))),
        }
    }
    let named = domains.iter().map(|(number, domain)| (*number, domain.as_str()));
    let mut schedule = Schedule::new(named, &terms);
    let start = Instant::now();
    let mut under_way = FuturesUnordered::new();
    let mut failure = None;
    let mut receipts: Vec<(usize, Receipt)> = Vec::with_capacity(letters.len());
    loop {
        let mut wait = None;
        while failure.is_none() && under_way.len() < terms.connections {
            if let Some((number, end)) = to_record.pop_front() {
                under_way.push(desk.work(Task::Record { number, end }));
                continue;
            }
            match schedule.next(start.elapsed()) {
                Next::Send(number) => {
                    let attempts = schedule.attempts(number);
                    under_way.push(desk.work(Task::Send { number, attempts }));
                }
                Next::Wait(until) => {
                    wait = Some(until.saturating_sub(start.elapsed()));
                    break;
                }
                Next::Busy | Next::Ended => break,
            }
        }
        if under_way.is_empty() && wait.is_none() {
            break;
        }
        let done = tokio::select! {
            Some(done) = under_way.next(), if !under_way.is_empty() => done,
            () = sleep(wait.unwrap_or_default()), if wait.is_some() => continue,
        };
        match done {
            Done::Decided { number, receipt, recorded, was_sent } => {
                if was_sent {
                    schedule.decided(number, receipt.state == State::Sent);
                }
                receipts.push((number, receipt));
                if let Err(why) = recorded {
                    failure.get_or_insert(why);
                }
            }
            Done::Back { number, attempt } => {
                let seed = desk.seed(number);
                to_record.extend(settle(&mut schedule, number, attempt, start.elapsed(), seed));
            }
        }
    }
    if let Some(why) = failure {
        return Err(why);
    }
    receipts.sort_by_key(|(number, _)| *number);
    Ok(receipts.into_iter().map(|(_, receipt)| receipt).collect())
}

/// Tells the schedule what became of an attempt, and returns the letters that it gives up.
fn settle(
    schedule: &mut Schedule,
    number: usize,
    attempt: Attempt,
    now: Duration,
    seed: u64,
) -> Vec<(usize, End)> {
    let (given_up, why) = match attempt {
        Attempt::Later { why, pause } => {
            let attempts = schedule.attempts(number);
            match schedule.put_off(number, now, seed, pause) {
                true => (Vec::new(), why),
                false => {
                    let why = format!("put off until the time was over: {why}");
                    return vec![(number, End { attempts, ..End::again(why) })];
                }
            }
        }
        Attempt::Throttled { why, pause, all } => {
            (schedule.throttled(number, now, pause, all), why)
        }
        Attempt::NoConnection(why) => (schedule.unreachable(number, now, seed), why),
        Attempt::Stop(why) => (schedule.stop(number), why),
        // These are decided where they happen.
        Attempt::Sent(_) | Attempt::Refused(_) | Attempt::InDoubt(_) => return Vec::new(),
    };
    if given_up.is_empty() {
        tracing::warn!(reason = why, "mail put off, trying again");
    } else {
        tracing::error!(reason = why, mails = given_up.len(), "mails given up");
    }
    let end = |other: usize| {
        let why = match other == number {
            true => format!("given up: {why}"),
            false => format!("not tried any more: {why}"),
        };
        (other, End { attempts: schedule.attempts(other), ..End::again(why) })
    };
    given_up.into_iter().map(end).collect()
}

/// How a letter ends.
struct End {
    state: State,
    detail: String,
    attempts: u32,
    retriable: bool,
}

impl End {
    fn new(state: State, detail: String) -> Self {
        Self { state, detail, attempts: 0, retriable: false }
    }

    /// Not sent, and for no reason of its own.
    fn again(detail: String) -> Self {
        Self { retriable: true, ..Self::new(State::Failed, detail) }
    }
}

enum Task {
    Send { number: usize, attempts: u32 },
    Record { number: usize, end: End },
}

enum Done<E> {
    Decided {
        number: usize,
        receipt: Receipt,
        recorded: Result<(), E>,
        was_sent: bool,
    },
    /// Not decided yet.
    Back {
        number: usize,
        attempt: Attempt,
    },
}

struct Desk<'a, F> {
    letters: &'a [Letter],
    channel: &'a Channel,
    settings: &'a DeliverySettings,
    clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    decided: &'a F,
}

impl<F> Desk<'_, F> {
    async fn work<E>(&self, task: Task) -> Done<E>
    where
        F: AsyncFn(usize, &Receipt) -> Result<(), E>,
    {
        let (number, end, was_sent) = match task {
            Task::Record { number, end } => (number, end, false),
            Task::Send { number, attempts } => match self.send(number).await {
                Ok(end) => (number, End { attempts, ..end }, true),
                Err(attempt) => return Done::Back { number, attempt },
            },
        };
        let letter = &self.letters[number];
        let receipt = Receipt {
            message_id: message_id(letter, self.settings),
            recipient: letter.identity.recipient.clone(),
            state: end.state,
            detail: end.detail,
            at: (self.clock)(),
            attempts: end.attempts,
            host: self.channel.host().unwrap_or_default().to_owned(),
            retriable: end.retriable,
        };
        // The Message-ID names the mail, and nobody's address.
        tracing::info!(
            message_id = receipt.message_id,
            state = receipt.state.code(),
            "mail decided"
        );
        let recorded = (self.decided)(number, &receipt).await;
        Done::Decided { number, receipt, recorded, was_sent }
    }

    /// How the letter ends, or the attempt that leaves it open.
    async fn send(&self, number: usize) -> Result<End, Attempt> {
        let letter = &self.letters[number];
        let mime = match to_mime(letter, self.settings) {
            Ok(mime) => mime,
            Err(why) => return Ok(End::new(State::Failed, why.to_string())),
        };
        match self.channel {
            Channel::Folder(folder) => Ok(match folder.put(letter, &mime) {
                Ok(name) => End::new(State::Sent, name),
                Err(why) => End::new(State::Failed, format!("the file cannot be written: {why}")),
            }),
            Channel::Smtp(smtp) => self.send_by_smtp(smtp, letter, &mime).await,
        }
    }

    async fn send_by_smtp(
        &self,
        smtp: &Smtp,
        letter: &Letter,
        mime: &[u8],
    ) -> Result<End, Attempt> {
        let from = address::mailbox(&self.settings.from);
        let (from, to) = match (from, address::named("", &letter.identity.recipient)) {
            (Ok(from), Ok(to)) => (from.email, to.email),
            (Err(why), _) | (_, Err(why)) => return Ok(End::new(State::Failed, why)),
        };
        match smtp.send(&Parcel { from: &from, to: &to, mail: mime }).await {
            Attempt::Sent(answer) => Ok(End::new(State::Sent, answer)),
            Attempt::Refused(why) => Ok(End::new(State::Failed, why)),
            Attempt::InDoubt(why) => Ok(End::new(State::InDoubt, why)),
            open => Err(open),
        }
    }

    /// What scatters the pauses of this letter.
    fn seed(&self, number: usize) -> u64 {
        let digest = self.letters[number].identity.digest();
        digest.bytes().fold(0, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)))
    }
}

fn message_id(letter: &Letter, settings: &DeliverySettings) -> String {
    let domain = address::mailbox(&settings.from)
        .map_or_else(|_| "attain".to_owned(), |from| from.email.domain().to_owned());
    letter.identity.message_id(&domain)
}

//! One post after the other, each within its time; what becomes of it is a receipt.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};
use url::Url;

use super::{Answer, Message, Outgoing, answer, outgoing, per_minute};
use crate::deliver::State;
use crate::deliver::http::{self, without_secrets};
use crate::deliver::pause::{Pace, back_off};
use crate::settings::ChatSettings;

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostReceipt {
    pub chat: String,
    /// `summary`, `warnings` or `alert`.
    pub what: String,
    pub state: State,
    /// The answer, or the reason, without anything secret.
    pub detail: String,
    pub at: DateTime<Utc>,
    pub attempts: u32,
    /// Whether a failed one may be tried again: it was put off, and not refused.
    pub retriable: bool,
    /// How many lines did not fit.
    #[serde(default)]
    pub lines_left_out: usize,
}

/// Posts, no faster than each robot takes them.
pub struct Poster<'a> {
    clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    start: Instant,
    /// By address: several chats of the config may share a robot.
    paces: BTreeMap<String, Pace>,
}

impl<'a> Poster<'a> {
    pub fn new(clock: &'a (dyn Fn() -> DateTime<Utc> + Sync)) -> Self {
        Self { clock, start: Instant::now(), paces: BTreeMap::new() }
    }

    /// The time of a receipt.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Posts a message; what the robot puts off is tried again within the chat's time.
    pub async fn post(&mut self, chat: &ChatSettings, message: &Message) -> PostReceipt {
        let mut receipt = PostReceipt {
            chat: chat.id.clone(),
            what: message.about.what.clone(),
            state: State::Failed,
            detail: String::new(),
            at: (self.clock)(),
            attempts: 0,
            retriable: false,
            lines_left_out: 0,
        };
        self.try_to_post(chat, message, &mut receipt).await;
        let secrets = [Some(&chat.url), chat.secret.as_ref()];
        let secrets: Vec<&str> =
            secrets.into_iter().flatten().map(|it| it.reveal().trim()).collect();
        receipt.detail = without_secrets(&receipt.detail, &secrets);
        receipt.at = (self.clock)();
        let (chat, state, what) = (&receipt.chat, receipt.state.code(), &receipt.what);
        tracing::info!(chat, what, state, attempts = receipt.attempts, "post decided");
        receipt
    }

    async fn try_to_post(
        &mut self,
        chat: &ChatSettings,
        message: &Message,
        receipt: &mut PostReceipt,
    ) {
        let timeout = Duration::from_secs(chat.timeout_secs);
        let ready = Url::parse(chat.url.reveal().trim())
            .map_err(|_| "its address is no URL".to_owned())
            .and_then(|url| Ok((url, http::client(timeout)?)));
        let (url, client) = match ready {
            Ok(ready) => ready,
            Err(why) => {
                receipt.detail = why;
                return;
            }
        };
        let began = Instant::now();
        let budget = Duration::from_secs(chat.retry_secs);
        loop {
            self.wait_for_turn(chat).await;
            // Signed anew each time: a signature is good for an hour, and a pause may be long.
            let (request, left_out) = match outgoing(chat, &url, message, (self.clock)()) {
                Ok(built) => built,
                Err(why) => {
                    receipt.detail = why;
                    return;
                }
            };
            receipt.lines_left_out = left_out;
            receipt.attempts += 1;
            let (why, pause) = match http::ask(prepared(&client, request)).await {
                Ok(heard) => match answer(chat.kind, &heard) {
                    Answer::Taken(words) => {
                        (receipt.state, receipt.detail, receipt.retriable) =
                            (State::Sent, words, false);
                        return;
                    }
                    Answer::Refused(why) => {
                        (receipt.detail, receipt.retriable) = (why, false);
                        return;
                    }
                    Answer::Later { why, pause } => (why, pause),
                },
                Err(unheard) if unheard.in_doubt => {
                    (receipt.state, receipt.detail) = (State::InDoubt, unheard.why);
                    return;
                }
                Err(unheard) => (unheard.why, None),
            };
            let seed =
                chat.id.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
            let pause = pause.unwrap_or_else(|| back_off(receipt.attempts, seed));
            if began.elapsed() + pause > budget {
                receipt.retriable = true;
                receipt.detail = format!("put off until the time was over: {why}");
                return;
            }
            tracing::warn!(chat = chat.id, "post put off, trying again");
            sleep(pause).await;
        }
    }

    async fn wait_for_turn(&mut self, chat: &ChatSettings) {
        let pace = self.paces.entry(chat.url.reveal().to_owned());
        let pace = pace.or_insert_with(|| Pace::new(per_minute(chat.kind)));
        let now = self.start.elapsed();
        let wait = pace.free_at().saturating_sub(now);
        pace.take(now.max(pace.free_at()));
        sleep(wait).await;
    }
}

fn prepared(client: &reqwest::Client, request: Outgoing) -> reqwest::RequestBuilder {
    let json = ("Content-Type", "application/json; charset=utf-8".to_owned());
    std::iter::once(json)
        .chain(request.headers)
        .fold(client.post(request.url), |builder, (name, value)| builder.header(name, value))
        .body(request.body)
}

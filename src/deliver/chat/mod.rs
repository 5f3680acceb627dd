//! Posts to group chats, each by its robot's webhook: as long, as fast and signed as the kind of chat
//! wants it.

mod dingtalk;
mod feishu;
mod message;
mod post;
mod slack;
mod webhook;
mod wecom;

use std::time::Duration;

use chrono::{DateTime, Utc};
use ring::hmac;
use serde_json::Value;
use url::Url;

use super::http::Heard;
use crate::settings::{ChatKind, ChatSettings};

pub use message::{About, Message};
pub use post::{PostReceipt, Poster};

/// A request that is ready to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outgoing {
    url: Url,
    /// Beside the type of the content.
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Taken(String),
    /// It may go later; after the pause, where the answer names one.
    Later {
        why: String,
        pause: Option<Duration>,
    },
    Refused(String),
}

/// The request that carries a message, cut to what the kind takes; and how many lines were left out.
fn outgoing(
    chat: &ChatSettings,
    url: &Url,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<(Outgoing, usize), String> {
    let message = &with_keyword(chat, message);
    let build = |message: &Message| match chat.kind {
        ChatKind::Wecom => wecom::outgoing(url, message),
        ChatKind::Dingtalk => dingtalk::outgoing(chat, url, message, now),
        ChatKind::Feishu => feishu::outgoing(chat, url, message, now),
        ChatKind::Slack => slack::outgoing(url, message),
        ChatKind::Webhook => webhook::outgoing(chat, url, message),
    };
    let fits = |message: &Message| match chat.kind {
        ChatKind::Wecom => wecom::text(message).len() <= wecom::MOST_BYTES,
        ChatKind::Dingtalk => build(message).body.len() <= dingtalk::MOST_BYTES,
        ChatKind::Feishu => build(message).body.len() <= feishu::MOST_BYTES,
        ChatKind::Slack => slack::text(message).chars().count() <= slack::MOST_LETTERS,
        ChatKind::Webhook => build(message).body.len() <= webhook::MOST_BYTES,
    };
    let (fitted, left_out) = message.fitted(fits)?;
    Ok((build(&fitted), left_out))
}

fn answer(kind: ChatKind, heard: &Heard) -> Answer {
    let waits = seconds(heard, "retry-after").or_else(|| seconds(heard, "x-ogw-ratelimit-reset"));
    if heard.status == 429 || matches!(heard.status, 500..=599) {
        let why = format!("{} {}", heard.status, shortened(&heard.body));
        return Answer::Later { why, pause: waits };
    }
    match kind {
        ChatKind::Wecom => wecom::answer(heard),
        ChatKind::Dingtalk => dingtalk::answer(heard),
        ChatKind::Feishu => feishu::answer(heard, waits),
        ChatKind::Slack | ChatKind::Webhook => match heard.status {
            200..=299 => Answer::Taken(shortened(&heard.body)),
            status => Answer::Refused(format!("{status} {}", shortened(&heard.body))),
        },
    }
}

/// How many posts a robot takes in a minute, evenly spread; none where nobody says.
fn per_minute(kind: ChatKind) -> Option<u32> {
    match kind {
        ChatKind::Wecom => Some(wecom::PER_MINUTE),
        ChatKind::Dingtalk => Some(dingtalk::PER_MINUTE),
        ChatKind::Feishu => Some(feishu::PER_MINUTE),
        ChatKind::Slack => Some(slack::PER_MINUTE),
        ChatKind::Webhook => None,
    }
}

/// A robot that wants to see a word sees it, where it does not stand there already.
fn with_keyword(chat: &ChatSettings, message: &Message) -> Message {
    let mut message = message.clone();
    if let Some(word) = chat.keyword.as_ref().filter(|word| !message.title.contains(*word)) {
        message.title = format!("{}（{word}）", message.title);
    }
    message
}

/// A whole number of seconds of a header.
fn seconds(heard: &Heard, header: &str) -> Option<Duration> {
    let text = heard.headers.get(header)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// The number in the answer's JSON that says how it went, and its words.
fn code(heard: &Heard, names: [&str; 2], words: &str) -> Option<(i64, String)> {
    let json: Value = serde_json::from_str(&heard.body).ok()?;
    let code = names.iter().find_map(|name| json.get(name)?.as_i64())?;
    let words = json.get(words).and_then(Value::as_str).unwrap_or_default();
    Some((code, shortened(words)))
}

/// An answer that is none of the robot's, such as a page of a proxy.
fn strange(heard: &Heard) -> Answer {
    let help = "this is no answer of such a robot: check the address";
    Answer::Refused(format!("{} {} ({help})", heard.status, shortened(&heard.body)))
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    let clean = super::address::without_marks(text);
    match clean.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean,
    }
}

fn hmac_sha256(key: &str, text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), text.as_bytes())
}

#[cfg(test)]
mod tests;

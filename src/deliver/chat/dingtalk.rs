//! 钉钉 group robots. Limits and signature:
//! <https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages>; the codes of answers
//! as their users report them.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::json;
use url::Url;

use super::message::{Message, markdown, without_markdown};
use super::{Answer, Outgoing, code, hmac_sha256, strange};
use crate::deliver::http::Heard;
use crate::settings::ChatSettings;

/// Of the whole post; a longer one is answered with 460101.
pub(super) const MOST_BYTES: usize = 20_000;
pub(super) const PER_MINUTE: u32 = 20;

pub(super) fn outgoing(
    chat: &ChatSettings,
    url: &Url,
    message: &Message,
    now: DateTime<Utc>,
) -> Outgoing {
    let mut url = url.clone();
    if let Some(secret) = &chat.secret {
        let (time, sign) = signature(secret.reveal(), now.timestamp_millis());
        url.query_pairs_mut().append_pair("timestamp", &time).append_pair("sign", &sign);
    }
    let body = json!({
        "msgtype": "markdown",
        "markdown": {
            "title": without_markdown(&message.title),
            "text": markdown(message, "\n\n"),
        },
    });
    Outgoing { url, headers: Vec::new(), body: body.to_string() }
}

/// The time in milliseconds, and what proves that whoever knows the secret said it.
pub(super) fn signature(secret: &str, millis: i64) -> (String, String) {
    let tag = hmac_sha256(secret, &format!("{millis}\n{secret}"));
    (millis.to_string(), STANDARD.encode(tag))
}

pub(super) fn answer(heard: &Heard) -> Answer {
    match code(heard, ["errcode", "errcode"], "errmsg") {
        Some((0, words)) => Answer::Taken(words),
        // More than 20 in a minute: nothing is taken for ten.
        Some((code @ (130101 | 410100), words)) => {
            Answer::Later { why: format!("{code} {words}"), pause: Some(Duration::from_secs(600)) }
        }
        Some((-1, words)) => Answer::Later { why: format!("-1 {words}"), pause: None },
        Some((310000, words)) => Answer::Refused(format!(
            "310000 {words} (check keyword and secret_env against the robot's security settings)"
        )),
        Some((code, words)) => Answer::Refused(format!("{code} {words}")),
        None => strange(heard),
    }
}

//! 飞书 group robots. Limits, signature and answers:
//! <https://open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN>.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use url::Url;

use super::message::Message;
use super::{Answer, Outgoing, code, hmac_sha256, strange};
use crate::deliver::http::Heard;
use crate::settings::ChatSettings;

/// Of the request's body.
pub(super) const MOST_BYTES: usize = 20_000;
/// It takes five in a second, too.
pub(super) const PER_MINUTE: u32 = 100;

pub(super) fn outgoing(
    chat: &ChatSettings,
    url: &Url,
    message: &Message,
    now: DateTime<Utc>,
) -> Outgoing {
    // These are plain texts: no mark in them means anything.
    let mut lines: Vec<Value> =
        message.lines.iter().map(|line| json!([{ "tag": "text", "text": line }])).collect();
    lines.extend(
        message.link.iter().map(|(label, url)| json!([{ "tag": "a", "text": label, "href": url }])),
    );
    let mut body = json!({
        "msg_type": "post",
        "content": { "post": { "zh_cn": { "title": message.title, "content": lines } } },
    });
    if let Some(secret) = &chat.secret {
        let (time, sign) = signature(secret.reveal(), now.timestamp());
        body["timestamp"] = time.into();
        body["sign"] = sign.into();
    }
    Outgoing { url: url.clone(), headers: Vec::new(), body: body.to_string() }
}

/// The time in seconds, and its signature: here time and secret are the key, of no text.
pub(super) fn signature(secret: &str, seconds: i64) -> (String, String) {
    let tag = hmac_sha256(&format!("{seconds}\n{secret}"), "");
    (seconds.to_string(), STANDARD.encode(tag))
}

pub(super) fn answer(heard: &Heard, waits: Option<Duration>) -> Answer {
    let Some((code, words)) = code(heard, ["code", "StatusCode"], "msg") else {
        return strange(heard);
    };
    let slow = words.contains("frequency") || words.contains("too many");
    match code {
        0 => Answer::Taken(words),
        11232 | 11233 | 99991400 => Answer::Later { why: format!("{code} {words}"), pause: waits },
        // The code of a body that cannot be read, and in old gateways of a limit.
        9499 if slow => Answer::Later { why: format!("{code} {words}"), pause: waits },
        19021 => {
            Answer::Refused(format!("{code} {words} (check secret_env, and this machine's clock)"))
        }
        19024 => Answer::Refused(format!("{code} {words} (give the robot's keyword)")),
        _ => Answer::Refused(format!("{code} {words}")),
    }
}

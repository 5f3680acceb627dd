//! 企业微信 group robots. Limits and answers: <https://developer.work.weixin.qq.com/document/path/91770>.

use std::time::Duration;

use serde_json::json;
use url::Url;

use super::message::{Message, markdown};
use super::{Answer, Outgoing, code, strange};
use crate::deliver::http::Heard;

/// Of `markdown.content`, in UTF-8; a longer one is answered with 40058.
pub(super) const MOST_BYTES: usize = 4096;
pub(super) const PER_MINUTE: u32 = 20;

pub(super) fn text(message: &Message) -> String {
    markdown(message, "\n")
}

pub(super) fn outgoing(url: &Url, message: &Message) -> Outgoing {
    let body = json!({ "msgtype": "markdown", "markdown": { "content": text(message) } });
    Outgoing { url: url.clone(), headers: Vec::new(), body: body.to_string() }
}

pub(super) fn answer(heard: &Heard) -> Answer {
    match code(heard, ["errcode", "errcode"], "errmsg") {
        Some((0, words)) => Answer::Taken(words),
        // Too many in a minute, too many at once.
        Some((code @ (45009 | 45033), words)) => {
            Answer::Later { why: format!("{code} {words}"), pause: Some(Duration::from_secs(60)) }
        }
        // The system is busy.
        Some((-1, words)) => Answer::Later { why: format!("-1 {words}"), pause: None },
        Some((code, words)) => Answer::Refused(format!("{code} {words}")),
        None => strange(heard),
    }
}

//! A webhook of one's own: JSON of the user's form, signed where there is a secret.

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use url::Url;

use super::message::Message;
use super::{Outgoing, hmac_sha256};
use crate::settings::ChatSettings;

/// What servers take at the very least.
pub(super) const MOST_BYTES: usize = 60_000;

pub(super) fn outgoing(chat: &ChatSettings, url: &Url, message: &Message) -> Outgoing {
    let usual = || json!({ "title": "{title}", "text": "{text}", "link": "{link}" });
    let body = filled(chat.body.as_ref().unwrap_or(&usual()), message).to_string();
    let about = &message.about;
    let key = [&*chat.id, &about.what, &about.period, &about.version, &message.title].join("\n");
    let mut headers = vec![("Idempotency-Key", hex(digest(&SHA256, key.as_bytes()).as_ref()))];
    if let Some(secret) = &chat.secret {
        let tag = hmac_sha256(secret.reveal(), &body);
        headers.push(("X-Attain-Signature", format!("sha256={}", hex(tag.as_ref()))));
    }
    Outgoing { url: url.clone(), headers, body }
}

/// The form with the gaps of its texts filled in one pass.
fn filled(form: &Value, message: &Message) -> Value {
    match form {
        Value::String(text) => Value::String(fill(text, message)),
        Value::Array(items) => items.iter().map(|item| filled(item, message)).collect(),
        Value::Object(fields) => {
            let filled = |(name, it): (&String, &Value)| (name.clone(), filled(it, message));
            Value::Object(fields.iter().map(filled).collect())
        }
        other => other.clone(),
    }
}

fn fill(text: &str, message: &Message) -> String {
    let value = |gap: &str| match gap {
        "title" => Some(message.title.clone()),
        "text" => Some(message.lines.join("\n")),
        "link" => Some(message.link.as_ref().map_or(String::new(), |(_, url)| url.clone())),
        "what" => Some(message.about.what.clone()),
        "period" => Some(message.about.period.clone()),
        "version" => Some(message.about.version.clone()),
        "company" => Some(message.about.company.clone()),
        _ => None,
    };
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        filled.push_str(before);
        match from.split_once('}').and_then(|(gap, after)| Some((value(gap)?, after))) {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = from;
            }
        }
    }
    filled + rest
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! Slack's incoming webhooks: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>,
//! and one post in a second: <https://docs.slack.dev/apis/web-api/rate-limits>.

use serde_json::json;
use url::Url;

use super::Outgoing;
use super::message::Message;

/// What Slack recommends; it cuts at ten times as many.
pub(super) const MOST_LETTERS: usize = 4000;
pub(super) const PER_MINUTE: u32 = 60;

pub(super) fn text(message: &Message) -> String {
    let mut lines = vec![format!("*{}*", escaped(&message.title).replace('*', "＊"))];
    lines.extend(message.lines.iter().map(|line| escaped(line)));
    lines.extend(message.link.iter().map(|(label, url)| {
        format!("<{}|{}>", escaped(url).replace('|', "%7C"), escaped(label).replace('|', "/"))
    }));
    lines.join("\n")
}

pub(super) fn outgoing(url: &Url, message: &Message) -> Outgoing {
    let body = json!({ "text": text(message) });
    Outgoing { url: url.clone(), headers: Vec::new(), body: body.to_string() }
}

/// The three marks that begin a mention or a link.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

//! An alert as a mail, by the way that reports go.

use std::path::Path;

use super::{Alert, Told};
use crate::app::Surroundings;
use crate::deliver::{Channel, Identity, Letter, Message, State, send_unrecorded};
use crate::render::plain_page;
use crate::settings::{ChannelSettings, DeliverySettings, Project};

/// How long an alert is tried: who waits for it has other ways.
const PATIENCE_SECS: u64 = 60;

/// Below the folder of the mails, where these are files.
const FOLDER: &str = "alerts";

/// Mails an alert to each address of the operator.
pub async fn mail_alert(
    project: &Project,
    alert: &Alert,
    text: &Message,
    around: &Surroundings<'_>,
) -> Vec<Told> {
    let addresses = &project.operator.mail;
    let told =
        |mail: &str, state, detail: String| Told { way: format!("mail {mail}"), state, detail };
    if addresses.is_empty() {
        return Vec::new();
    }
    let settings = hurried(&project.delivery);
    let channel = match Channel::open(&settings, Path::new(FOLDER)).await {
        Ok(channel) => channel,
        Err(why) => {
            let refused = |mail: &String| told(mail, State::Failed, why.what.clone());
            return addresses.iter().map(refused).collect();
        }
    };
    let letters: Vec<Letter> = addresses
        .iter()
        .enumerate()
        .map(|(index, mail)| letter(project, alert, text, (index, mail), around))
        .collect();
    let receipts = send_unrecorded(&letters, &channel, &settings, around.clock, &|_| {}).await;
    channel.close().await;
    let receipts = receipts.into_iter();
    receipts.map(|receipt| told(&receipt.recipient, receipt.state, receipt.detail)).collect()
}

fn hurried(delivery: &DeliverySettings) -> DeliverySettings {
    let mut settings = delivery.clone();
    if let ChannelSettings::Smtp(smtp) = &mut settings.channel {
        smtp.retry_secs = smtp.retry_secs.min(PATIENCE_SECS);
        smtp.run_retry_secs = smtp.run_retry_secs.min(PATIENCE_SECS);
        smtp.data_timeout_secs = smtp.data_timeout_secs.min(PATIENCE_SECS);
    }
    settings
}

fn letter(
    project: &Project,
    alert: &Alert,
    text: &Message,
    (index, mail): (usize, &String),
    around: &Surroundings<'_>,
) -> Letter {
    let hash = alert.hash();
    let language = project.operator.language.unwrap_or(project.language);
    Letter {
        identity: Identity {
            period: alert.period.map_or(String::new(), |period| period.to_string()),
            version: alert.version.unwrap_or(0),
            report: format!("alert/{hash}"),
            recipient: mail.clone(),
            channel: Channel::name(&project.delivery).to_owned(),
        },
        to: (String::new(), mail.clone()),
        copies: Vec::new(),
        language: language.tag(),
        subject: text.title.clone(),
        html: plain_page(&text.lines),
        text: text.lines.join("\n"),
        pictures: Vec::new(),
        attachments: Vec::new(),
        in_reply_to: None,
        date: around.now,
        file_stem: format!("{}-{}-{}", alert.name(), &hash[..8], index + 1),
    }
}

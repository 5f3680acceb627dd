//! Mails to those who are responsible for what is missing, through the configured channel.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::arrivals::shortfall;
use super::event::{Lack, Reminder};
use super::window::Rules;
use crate::app::targets::load::gather_targets;
use crate::app::wording::read_reports;
use crate::app::{AppError, Surroundings};
use crate::deliver::{Channel, Identity, Letter, Receipt, State, send_unrecorded};
use crate::ledger::{Ledger, Told};
use crate::model::{Diagnostic, Period, Place, UnitId};
use crate::render::Font;
use crate::report::{ReminderFacts, ReminderKind, Shortfall, compose_reminder};
use crate::settings::Project;

/// What a reminder is made from.
pub struct Reminding<'a> {
    pub project: &'a Project,
    pub ledger: &'a Ledger,
    pub rules: &'a Rules,
    pub period: Period,
    pub what: Reminder,
    /// Whether a provisional report is out.
    pub provisional: bool,
    pub lacks: &'a [Lack],
}

/// Mails each address once, unless that was done before; gives the addresses that were reached.
///
/// # Errors
/// A channel or a ledger that refuses; and, once all were tried, addresses that were not reached.
pub async fn remind(
    of: &Reminding<'_>,
    around: &Surroundings<'_>,
) -> Result<Vec<String>, AppError> {
    let project = of.project;
    let by_address = addresses(of, around).await;
    let today = of.rules.day_of(around.now);
    let (told, name) = match of.what {
        Reminder::Day(day) => (Told::Reminded(day), format!("reminder-{day}")),
        Reminder::Deadline => (Told::Deadline, "deadline".to_owned()),
    };
    let letters = letters(of, &by_address, &name, around)?;
    // What cannot be sent now is not taken as told.
    let folder = PathBuf::from(format!("{}-{name}", of.period));
    let channel = Channel::open(&project.delivery, &folder).await.map_err(AppError::Failed)?;
    let to: Vec<&str> = by_address.keys().map(String::as_str).collect();
    let record = serde_json::json!({ "at": around.now, "day": today, "to": to, "lacks": of.lacks });
    if !of.ledger.begin_to_tell(of.period, told, &record).await? {
        channel.close().await;
        return Ok(Vec::new());
    }
    let delivery = &project.delivery;
    let receipts = send_unrecorded(&letters, &channel, delivery, around.clock, &|_| {}).await;
    channel.close().await;
    let recorded = of.ledger.put_told_mails(of.period, told, &receipts).await;
    if let Some(why) = not_sent((of.period, &name), &receipts) {
        return Err(AppError::Failed(why));
    }
    recorded?;
    Ok(receipts.into_iter().map(|receipt| receipt.recipient).collect())
}

/// The reminders that were not sent. Nobody is reminded twice on a day, so the operator has to hear of
/// each day's: what is said of two days is never the same.
fn not_sent((period, name): (Period, &str), receipts: &[Receipt]) -> Option<Diagnostic> {
    let lost = receipts.iter().filter(|receipt| receipt.state != State::Sent);
    let told = lost.map(|receipt| {
        format!("{} ({}): {}", receipt.recipient, receipt.state.code(), receipt.detail)
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        return None;
    }
    let what = format!(
        "{} of {} mails of {name} were not sent: {}",
        told.len(),
        receipts.len(),
        told.join("; ")
    );
    let help = "check the addresses, and [delivery] with its allowed_domains; tell them yourself, since nobody is reminded twice on a day";
    Some(Diagnostic::error(Place::file(format!("reminder of {period}")), what, help))
}

/// Who is told what: the data owner everything, and who is responsible for an extract that.
async fn addresses(
    of: &Reminding<'_>,
    around: &Surroundings<'_>,
) -> BTreeMap<String, Vec<Shortfall>> {
    let project = of.project;
    let all: Vec<Shortfall> = of.lacks.iter().map(shortfall).collect();
    let mut told: BTreeMap<String, Vec<Shortfall>> = BTreeMap::new();
    for owner in data_owners(project) {
        told.insert(owner, all.clone());
    }
    let people = people(of, around).await;
    for (lack, one) in of.lacks.iter().zip(&all) {
        let Some(responsible) = &lack.responsible else { continue };
        let address =
            if responsible.contains('@') { Some(responsible) } else { people.get(responsible) };
        let Some(address) = address else { continue };
        let list = told.entry(bare(address)).or_default();
        if !list.contains(one) {
            list.push(one.clone());
        }
    }
    told
}

/// Those of `[schedule]`, else the address that mails are answered to.
fn data_owners(project: &Project) -> Vec<String> {
    match project.schedule.data_owner.as_slice() {
        [] => {
            let delivery = &project.delivery;
            vec![bare(delivery.reply_to.as_ref().unwrap_or(&delivery.from))]
        }
        owners => owners.to_vec(),
    }
}

/// The address of `Name <name@example.com>`.
fn bare(mailbox: &str) -> String {
    let inside = mailbox.rsplit_once('<').map(|(_, rest)| rest.trim_end().trim_end_matches('>'));
    inside.unwrap_or(mailbox).trim().to_owned()
}

/// Addresses by id, where an extract names a person; nobody where the people are what is missing.
async fn people(of: &Reminding<'_>, around: &Surroundings<'_>) -> BTreeMap<String, String> {
    let names_people =
        of.lacks.iter().filter_map(|lack| lack.responsible.as_ref()).any(|who| !who.contains('@'));
    if !names_people {
        return BTreeMap::new();
    }
    let month = of.period.last_month(of.project.fiscal);
    match gather_targets(of.project, month, around).await {
        Ok(gathered) => {
            let people = gathered.org.people.into_iter();
            people.filter_map(|(id, person)| Some((id.to_string(), person.mail?))).collect()
        }
        Err(why) => {
            tracing::info!(?why, "people cannot be read; the data owner alone is reminded");
            BTreeMap::new()
        }
    }
}

fn letters(
    of: &Reminding<'_>,
    by_address: &BTreeMap<String, Vec<Shortfall>>,
    name: &str,
    around: &Surroundings<'_>,
) -> Result<Vec<Letter>, AppError> {
    let project = of.project;
    let (words, templates) = read_reports(&project.dir)?;
    let font =
        Font::load(around.variable("ATTAIN_FONT").map(Path::new)).map_err(AppError::Failed)?;
    let closes = of.rules.window(of.period).closes.with_timezone(&of.rules.zone);
    let deadline = closes.format("%Y-%m-%d %H:%M").to_string();
    let kind = match (of.what, of.provisional, around.now >= closes) {
        (Reminder::Deadline, ..) => ReminderKind::Held,
        (_, true, _) => ReminderKind::AfterProvisional,
        (_, false, true) => ReminderKind::Held,
        (_, false, false) => ReminderKind::Waiting,
    };
    let company_id = UnitId::from(project.org.company.as_str());
    let letter = |(number, (address, shortfalls)): (usize, (&String, &Vec<Shortfall>))| {
        let document = compose_reminder(&ReminderFacts {
            words: &words,
            company: &project.company,
            company_id: &company_id,
            period: of.period,
            fiscal: project.fiscal,
            language: project.language,
            kind,
            deadline: &deadline,
            shortfalls,
        });
        let rendered = templates.render(&document, &font).map_err(|why| {
            let help = "mend the template; the embedded one shows what there is";
            AppError::Usage(Diagnostic::error(Place::file("reports"), why.to_string(), help).into())
        })?;
        Ok(Letter {
            identity: Identity {
                period: of.period.to_string(),
                version: 0,
                report: format!("{name}/{}", project.org.company),
                recipient: address.clone(),
                channel: Channel::name(&project.delivery).to_owned(),
            },
            to: (String::new(), address.clone()),
            copies: Vec::new(),
            language: project.language.tag(),
            subject: rendered.subject,
            html: rendered.html,
            text: rendered.text,
            pictures: Vec::new(),
            attachments: Vec::new(),
            in_reply_to: None,
            date: around.now,
            file_stem: format!("{:03}-{name}", number + 1),
        })
    };
    by_address.iter().enumerate().map(letter).collect()
}

/// The last day of which the ledger has a reminder.
pub fn last_reminded(told: &[Told]) -> Option<NaiveDate> {
    told.iter()
        .filter_map(|told| match told {
            Told::Reminded(day) => Some(*day),
            Told::Deadline => None,
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_sent_is_told_for_each_day_and_whom_it_did_not_reach() {
        let receipt = |recipient: &str, state, detail: &str| Receipt {
            message_id: String::new(),
            recipient: recipient.to_owned(),
            state,
            detail: detail.to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            attempts: 1,
            host: String::new(),
            retriable: false,
        };
        let receipts = [
            receipt("a@x.example", State::Sent, "250 taken"),
            receipt("b@x.example", State::Failed, "550 nobody"),
            receipt("c@x.example", State::InDoubt, "hung up"),
        ];
        let month: Period = "2026-10".parse().unwrap();
        let told = |name| not_sent((month, name), &receipts).unwrap();
        assert_eq!(
            told("reminder-2026-11-03").what,
            "2 of 3 mails of reminder-2026-11-03 were not sent: b@x.example (failed): 550 nobody; c@x.example (in_doubt): hung up"
        );
        assert_ne!(told("reminder-2026-11-03").what, told("reminder-2026-11-04").what);
        assert_eq!(not_sent((month, "deadline"), &receipts[..1]), None);
    }
}

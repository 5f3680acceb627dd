//! Telling the operator: whatever goes wrong reaches each place that `[operator]` names, once for
//! each cause, and a watching service hears of every run.

use std::path::Path;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::alert_mail::mail_alert;
use super::claim::is_busy;
use super::outcome::RunOutcome;
use super::{AppError, Surroundings, chat, due, load_project};
use crate::deliver::chat::About;
use crate::deliver::{Message, Poster, State, ping};
use crate::ledger::{Ledger, RunState};
use crate::model::{Diagnostic, Language, Period, Place};
use crate::report::notice::{NoticeWords, notice_words};
use crate::report::page::fill;
use crate::settings::Project;
use crate::store;

/// How many findings an alert has; all of them are in the ledger and on the terminal.
const MOST_FINDINGS: usize = 20;

/// Why the operator is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Failed,
    Held,
    CutOff,
    BadConfig,
    InPart,
    Bounced,
    /// The job was due and did not run.
    Missed,
    ChatFailed,
}

impl Cause {
    fn code(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Held => "held",
            Self::CutOff => "cut-off",
            Self::BadConfig => "bad-config",
            Self::InPart => "in-part",
            Self::Bounced => "bounced",
            Self::Missed => "missed",
            Self::ChatFailed => "chat-failed",
        }
    }

    fn words(self, words: &NoticeWords) -> &str {
        match self {
            Self::Failed => &words.failed_run,
            Self::Held => &words.held_run,
            Self::CutOff => &words.cut_off,
            Self::BadConfig => &words.bad_config,
            Self::InPart => &words.in_part,
            Self::Bounced => &words.bounced,
            Self::Missed => &words.missed,
            Self::ChatFailed => &words.chat_failed,
        }
    }

    /// Of a command that stopped.
    fn of(why: &AppError) -> Self {
        match why {
            AppError::Usage(_) => Self::BadConfig,
            AppError::Held(_) => Self::Held,
            AppError::Failed(_) => Self::Failed,
            AppError::CutOff(_) | AppError::TakenOver(_) => Self::CutOff,
        }
    }
}

/// What the operator is told.
#[derive(Clone, Debug)]
pub struct Alert {
    pub cause: Cause,
    pub period: Option<Period>,
    /// None where there was no run.
    pub version: Option<u32>,
    /// What was found, and what to do about it.
    pub found: Vec<Diagnostic>,
}

impl Alert {
    /// 16 hexadecimal digits: the same cause with the same findings again has the same.
    pub fn hash(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(self.cause.code());
        for found in &self.found {
            digest.update(format!("\n{}\n{}\n{:?}", found.place, found.what, found.value));
        }
        digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// A name for files: `2026-10-v1-held`.
    pub(super) fn name(&self) -> String {
        let period = self.period.map(|period| period.to_string());
        let version = self.version.map(|version| format!("v{version}"));
        let parts = [period, version, Some(self.cause.code().to_owned())];
        parts.into_iter().flatten().collect::<Vec<_>>().join("-")
    }
}

/// Where the operator was told, as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// `mail ops@example.com` or `chat ops`.
    pub way: String,
    pub state: State,
    pub detail: String,
}

#[derive(Serialize)]
struct Record<'a> {
    cause: Cause,
    at: DateTime<Utc>,
    found: &'a [Diagnostic],
    told: &'a [Told],
}

/// Tells the operator of something, by every way of `[operator]`, unless it was told before. A way
/// that is broken costs the others nothing; a ledger that is broken costs the memory alone: the
/// operator is told, and told that it may come again. What comes back is whom it did not reach.
pub async fn alert(
    project: &Project,
    ledger: Option<&Ledger>,
    alert: &Alert,
    around: &Surroundings<'_>,
) -> Vec<Diagnostic> {
    let operator = &project.operator;
    if operator.mail.is_empty() && operator.chat.is_empty() {
        return Vec::new();
    }
    let hash = alert.hash();
    let (period, version) = (alert.period, alert.version);
    let known = match ledger {
        None => None,
        Some(ledger) => ledger.was_told(period, version, &hash).await.map_err(log_ledger).ok(),
    };
    if known == Some(true) {
        return Vec::new();
    }
    let text = text_of(project, ledger, alert, known.is_none());
    let mut told = mail_alert(project, alert, &text, around).await;
    let mut poster = Poster::new(around.clock);
    for chat in project.chats.iter().filter(|chat| operator.chat.contains(&chat.id)) {
        let receipt = poster.post(chat, &text).await;
        let way = format!("chat {}", chat.id);
        told.push(Told { way, state: receipt.state, detail: receipt.detail });
    }
    // Whom nobody told is told again next time.
    let reached = told.iter().any(|told| told.state == State::Sent);
    if let (true, Some(ledger)) = (reached, ledger) {
        let at = (around.clock)();
        let record = Record { cause: alert.cause, at, found: &alert.found, told: &told };
        let recorded = ledger.put_told(period, version, &hash, &record).await;
        recorded.unwrap_or_else(|why| _ = log_ledger(why));
    }
    not_told(&told)
}

fn log_ledger(why: crate::ledger::LedgerError) {
    tracing::warn!(%why, "the ledger does not know what the operator was told");
}

fn not_told(told: &[Told]) -> Vec<Diagnostic> {
    let lost = told.iter().filter(|told| told.state != State::Sent);
    lost.map(|told| {
        Diagnostic::warning(
            Place::file(format!("operator, {}", told.way)),
            format!("the operator was not told by this way: {}", told.detail),
            "mend it in [operator], [[chat]] or [delivery]",
        )
    })
    .collect()
}

/// The alert in words: the cause, what was found with what to do, and where the run lies.
fn text_of(
    project: &Project,
    ledger: Option<&Ledger>,
    alert: &Alert,
    may_come_again: bool,
) -> Message {
    let language: Language = project.operator.language.unwrap_or(project.language);
    let words = notice_words(language);
    let company = project.company.get(language).to_owned();
    let period = alert.period.map_or(String::new(), |period| period.to_string());
    let version = alert.version.map_or(String::new(), |version| version.to_string());
    let run = match alert.version {
        Some(_) => {
            let gaps = [("period", period.clone()), ("version", version.clone())];
            fill(&words.alert_run, &gaps)
        }
        None => period.clone(),
    };
    let cause = alert.cause.words(words).to_owned();
    let gaps = [("company", company.clone()), ("period", run), ("cause", cause)];
    let mut lines = vec![words.to_mend.clone()];
    for found in alert.found.iter().take(MOST_FINDINGS) {
        lines.extend(found.to_string().lines().map(|line| line.trim().to_owned()));
    }
    if let Some(rest) = alert.found.len().checked_sub(MOST_FINDINGS).filter(|rest| *rest > 0) {
        lines.push(words.more.replace("{rest}", &rest.to_string()));
    }
    if let (Some(ledger), Some(period), Some(version)) = (ledger, alert.period, alert.version) {
        let place = format!("{}/runs/{period}/v{version}", ledger.shown());
        lines.push(fill(&words.place, &[("place", place)]));
    }
    if may_come_again {
        lines.push(words.no_ledger.clone());
    }
    let about = About { what: "alert".to_owned(), period, version, company };
    let title = fill(&words.alert_subject, &gaps);
    Message { title, lines, more: words.more.clone(), link: None, about }.clean()
}

/// The same, once the operator was told of it: whom that did not reach is among the notes, or in the
/// log.
///
/// # Errors
/// Those of `ended`.
pub async fn told_after(
    dir: &Path,
    asked: (Option<Period>, Option<NaiveDate>),
    mut ended: Result<RunOutcome, AppError>,
    around: &Surroundings<'_>,
) -> Result<RunOutcome, AppError> {
    let lost = after_run(dir, asked, &ended, around).await;
    match &mut ended {
        Ok(outcome) => outcome.notes.extend(lost),
        Err(_) => lost.iter().for_each(|lost| tracing::error!("{lost}")),
    }
    ended
}

/// Tells the operator how a run ended, where that is to be known, and the watching service in any
/// case. What comes back is whom it did not reach.
async fn after_run(
    dir: &Path,
    (period, as_of): (Option<Period>, Option<NaiveDate>),
    ended: &Result<RunOutcome, AppError>,
    around: &Surroundings<'_>,
) -> Vec<Diagnostic> {
    let quiet =
        |why: &AppError| was_mistyped(why) || is_busy(why) || matches!(why, AppError::TakenOver(_));
    // Who has the period tells of it.
    if ended.as_ref().is_err_and(quiet) {
        return Vec::new();
    }
    let project = match load_project(dir, around) {
        Ok(project) => project,
        // Who is to be told stands in the config that cannot be read.
        Err(_) => {
            tracing::debug!("the operator cannot be told: the config cannot be read");
            return Vec::new();
        }
    };
    let today = due::today(&project, as_of, around);
    let period = due::judged_period(period, today, project.fiscal).ok();
    let place = store::open(&project.ledger, &project.dir, false, around.env);
    let ledger = place.map(Ledger::new).ok();
    let mut lost = Vec::new();
    for found in alerts_of(period, ledger.as_ref(), ended).await {
        lost.extend(alert(&project, ledger.as_ref(), &found, around).await);
    }
    let went_well = ended.as_ref().is_ok_and(|outcome| outcome.exit_code() == 0);
    if let Some(address) = &project.operator.ping
        && let Err(why) = ping::ping(address, went_well, &spoken(ended)).await
    {
        let what = format!("the watching service was not reached: {why}");
        let help = "check ping_env of [operator]; it will call somebody, since it heard nothing";
        lost.push(Diagnostic::warning(Place::file("operator, ping"), what, help));
    }
    lost
}

/// Whether somebody sits at a terminal and wrote an argument that cannot be: they know by now.
fn was_mistyped(why: &AppError) -> bool {
    let argument =
        |found: &Diagnostic| found.place.file == "PERIOD" || found.place.file.starts_with("--");
    matches!(why, AppError::Usage(found) if found.iter().all(argument))
}

async fn alerts_of(
    period: Option<Period>,
    ledger: Option<&Ledger>,
    ended: &Result<RunOutcome, AppError>,
) -> Vec<Alert> {
    let outcome = match ended {
        Ok(outcome) if outcome.delivered_before => return Vec::new(),
        Ok(outcome) => outcome,
        Err(why) => {
            let version = match (ledger, period, why) {
                (Some(ledger), Some(period), AppError::Held(_) | AppError::CutOff(_))
                | (Some(ledger), Some(period), AppError::Failed(_)) => {
                    ledger.open(period, None).await.ok().map(|run| run.version)
                }
                _ => None,
            };
            let found = why.diagnostics().into_iter().cloned().collect();
            return vec![Alert { cause: Cause::of(why), period, version, found }];
        }
    };
    let alert = |cause, found| Alert { cause, period, version: Some(outcome.version), found };
    let mut alerts = Vec::new();
    if outcome.state == RunState::AwaitingApproval {
        let (period, version) = (&outcome.period, outcome.version);
        let what = format!("the mails of v{version} of {period} wait for approval");
        let hash = outcome.to_approve.as_deref().unwrap_or("HASH");
        let help = format!("`attain approve {period} --hash {hash}` sends exactly these mails");
        let found = Diagnostic::error(Place::file("ledger"), what, help);
        alerts.push(alert(Cause::Held, vec![found]));
    }
    if matches!(outcome.state, RunState::DeliveredInPart | RunState::Halted) {
        let help = format!("`attain show {} v{}` lists them", outcome.period, outcome.version);
        let lines = outcome.not_sent.iter();
        let found = lines.map(|line| Diagnostic::error(Place::file("mails"), line, &*help));
        alerts.push(alert(Cause::InPart, found.collect()));
    }
    let posts = chat::notes(&outcome.posts);
    if !posts.is_empty() {
        alerts.push(alert(Cause::ChatFailed, posts));
    }
    alerts
}

/// A few lines for the watching service.
fn spoken(ended: &Result<RunOutcome, AppError>) -> String {
    match ended {
        Ok(outcome) => format!("{} v{} {}", outcome.period, outcome.version, outcome.state.words()),
        Err(why) => {
            let found = why.diagnostics().into_iter().take(MOST_FINDINGS);
            found.map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_cause_is_the_same_and_another_finding_another() {
        let alert = |what: &str| Alert {
            cause: Cause::Held,
            period: "2026-10".parse().ok(),
            version: Some(1),
            found: vec![Diagnostic::error(Place::file("orders"), what, "mend it")],
        };
        assert_eq!(alert("a").hash(), alert("a").hash());
        assert_ne!(alert("a").hash(), alert("b").hash());
        let failed = Alert { cause: Cause::Failed, ..alert("a") };
        assert_ne!(alert("a").hash(), failed.hash());
        assert_eq!(alert("a").name(), "2026-10-v1-held");
        let usage = |place: &str| {
            AppError::Usage(Diagnostic::error(Place::file(place), "no", "another").into())
        };
        assert!(was_mistyped(&usage("PERIOD")) && was_mistyped(&usage("--only")));
        assert!(!was_mistyped(&usage("attain.toml")));
    }
}

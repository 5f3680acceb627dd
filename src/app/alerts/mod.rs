//! Telling the operator: whatever goes wrong reaches each place that `[operator]` names, once for
//! each cause, and a watching service hears of every run.

mod account;
mod cause;
mod commands;
mod ended;
mod mail;
mod text;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use self::account::Account;
use self::mail::mail_alert;
use self::text::text_of;
use super::Surroundings;
use crate::deliver::{Poster, State};
use crate::ledger::{Ledger, LedgerError};
use crate::model::{Diagnostic, Period, Place};
use crate::settings::Project;

pub use cause::Cause;
pub use ended::{missed, schedule_failed, told_after};

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
    let account = account_of(ledger, alert).await;
    let text = text_of(project, ledger, account.as_ref(), alert, known.is_none());
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

fn log_ledger(why: LedgerError) {
    tracing::warn!(%why, "the ledger does not know what the operator was told");
}

/// Where the mails of the run stand, as far as the ledger tells.
async fn account_of(ledger: Option<&Ledger>, alert: &Alert) -> Option<Account> {
    let (ledger, period, version) = (ledger?, alert.period?, alert.version?);
    match Account::read(ledger, period, version).await {
        Ok(account) => account,
        Err(why) => {
            tracing::warn!(%why, "the operator is not told how the mails stand");
            None
        }
    }
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
    }
}

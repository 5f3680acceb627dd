//! One process at a time works on a period: claiming it, and saying who has it.

use std::time::Duration;

use super::plan::Prepared;
use super::{AppError, Surroundings};
use crate::ledger::claims::{Terms, token};
use crate::ledger::{Claim, Held, Holder, Ledger};
use crate::model::{Diagnostic, Period, Place};
use crate::settings::Project;

/// Claims the period for a command.
///
/// # Errors
/// Held, where somebody has it and gives signs of life; a ledger that refuses.
pub async fn claim(
    ledger: &Ledger,
    project: &Project,
    period: Period,
    (doing, take_over): (&str, bool),
    around: &Surroundings<'_>,
) -> Result<Claim, AppError> {
    let silence = Duration::from_secs(u64::from(project.silence_secs));
    let terms = Terms { silence, take_over };
    match ledger.claim(period, holder(doing, around), terms).await? {
        Ok(claim) => {
            tracing::info!(period = %period, epoch = claim.epoch, "claimed");
            Ok(claim)
        }
        Err(held) => Err(AppError::Held(refuse(period, &held, silence).into())),
    }
}

/// The same, for the period of a run.
///
/// # Errors
/// As [`claim`].
pub async fn claim_for_run(
    prepared: &Prepared,
    take_over: bool,
    around: &Surroundings<'_>,
) -> Result<Claim, AppError> {
    let Prepared { ledger, project, period, .. } = prepared;
    claim(ledger, project, *period, ("run", take_over), around).await
}

impl Claim {
    /// Lets the period go after `outcome`, unless it is somebody else's by now.
    pub async fn end<T>(self, outcome: &Result<T, AppError>) {
        if !matches!(outcome, Err(AppError::TakenOver(_))) {
            self.release().await;
        }
    }
}

fn holder(doing: &str, around: &Surroundings<'_>) -> Holder {
    let host = hostname::get()
        .map_or_else(|_| "unknown".to_owned(), |name| name.to_string_lossy().into_owned());
    let process = std::process::id();
    let mut chance = [0; 16];
    // Without chance, host, process and time keep two apart.
    let filled = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut chance);
    if filled.is_err() {
        tracing::warn!("the system gives no random bytes");
    }
    let about = format!("{host} {process} {}", around.now.to_rfc3339());
    Holder {
        token: token(&about, &chance),
        host,
        process,
        since: around.now,
        doing: doing.to_owned(),
    }
}

/// How it is said that another process has a period.
const BUSY: &str = "is being worked on by";

/// Whether another process works on the period, so that nothing is wrong.
pub fn is_busy(why: &AppError) -> bool {
    matches!(why, AppError::Held(found) if found.iter().all(|found| found.what.contains(BUSY)))
}

fn refuse(period: Period, held: &Held, silence: Duration) -> Diagnostic {
    let what = format!(
        "{period} {BUSY} {}; its last sign of life is {} s old",
        held.holder.words(),
        held.silent.as_secs()
    );
    let help = format!(
        "wait for it; after {} s of silence (silence_secs of [ledger]) the next `attain run {period}` or `attain resume {period}` takes over, and with --take-over at once",
        silence.as_secs()
    );
    Diagnostic::error(Place::file("ledger"), what, help)
}

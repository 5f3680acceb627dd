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
    let machine = machine();
    let is_dead = |holder: &Holder| holder.machine == machine && !lives(&machine, holder.process);
    match ledger.claim(period, holder(doing, &machine, around), terms, &is_dead).await? {
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

/// This machine since it was started, and the table of processes that this one sees: the same number
/// means another process on another machine, and in another container. Empty where it is not told.
fn machine() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    let table = std::fs::read_link("/proc/self/ns/pid");
    match (boot, table) {
        (Ok(boot), Ok(table)) => format!("{} {}", boot.trim(), table.display()),
        _ => String::new(),
    }
}

/// Whether a process of this machine may still do something: surely not where there is none of that
/// number, or one that has ended and was not fetched yet.
fn lives(machine: &str, process: u32) -> bool {
    if machine.is_empty() {
        return true;
    }
    match std::fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => {
            let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            !after_name.starts_with(['Z', 'X'])
        }
        Err(why) => why.kind() != std::io::ErrorKind::NotFound,
    }
}

/// The name of this machine.
pub fn host() -> String {
    hostname::get()
        .map_or_else(|_| "unknown".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn holder(doing: &str, machine: &str, around: &Surroundings<'_>) -> Holder {
    let host = host();
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
        machine: machine.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_has_ended_does_not_live_fetched_or_not() {
        let machine = machine();
        assert!(lives(&machine, std::process::id()));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let number = child.id();
        while lives(&machine, number) {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(!lives(&machine, number));
        assert!(lives("", number), "of another machine nothing is known");
    }
}

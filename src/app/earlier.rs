//! What the ledger holds of a period already, and what follows from it for the next run.

use crate::ledger::{Ledger, LedgerError, RunState, RunSummary};
use crate::model::{Diagnostic, FiscalYear, Period, Place};

/// The runs of a period, by version.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn earlier_runs(ledger: &Ledger, period: Period) -> Result<Vec<RunSummary>, LedgerError> {
    let mut found = Vec::new();
    for version in ledger.versions(period).await? {
        found.push(ledger.open(period, Some(version)).await?.summary().await?);
    }
    Ok(found)
}

/// The last run that mailed everybody, or may have mailed somebody. A run that was restricted to some
/// units and came to its end leaves the period's delivery still to do.
pub fn last_that_mailed(runs: &[RunSummary]) -> Option<&RunSummary> {
    runs.iter().rev().find(|run| is_open(run) || mailed_everybody(run))
}

/// Whether mails of it may be out, and others still have to leave.
pub fn is_open(run: &RunSummary) -> bool {
    matches!(run.state, RunState::Delivering | RunState::Halted)
}

/// The run whose mails wait for approval, where it is the last.
pub fn awaiting_approval(runs: &[RunSummary]) -> Option<&RunSummary> {
    runs.last().filter(|run| run.state == RunState::AwaitingApproval)
}

/// The mails of a run wait for a person's word.
pub fn refuse_unapproved(run: &RunSummary) -> Diagnostic {
    let RunSummary { period, version, .. } = run;
    let what = format!("v{version} of {period} waits for approval, and nothing of it was mailed");
    let help = format!(
        "`attain show {period} --deliveries` lists its mails, `attain approve {period}` sends them, and `attain run {period} --again` makes others"
    );
    Diagnostic::error(Place::file("ledger"), what, help)
}

/// The last run that mailed everybody and came to its end.
pub fn last_delivered(runs: &[RunSummary]) -> Option<&RunSummary> {
    runs.iter().rev().find(|run| mailed_everybody(run))
}

/// The last run that mailed, after which nobody is mailed again unasked. A provisional one is none for
/// the final run that follows it.
pub fn last_to_respect(runs: &[RunSummary], provisional: bool) -> Option<&RunSummary> {
    last_that_mailed(runs).filter(|run| provisional || !is_provisional(run))
}

/// Whether a run was sent as provisional and came to its end, so that the final one is still to be
/// sent.
pub fn is_provisional(run: &RunSummary) -> bool {
    let marked = run.manifest.as_ref().is_some_and(|manifest| !manifest.provisional.is_empty());
    marked && mailed_everybody(run)
}

fn mailed_everybody(run: &RunSummary) -> bool {
    let everybody = run.manifest.as_ref().is_none_or(|manifest| manifest.only.is_empty());
    matches!(run.state, RunState::Delivered | RunState::DeliveredInPart) && everybody
}

/// Mails of an earlier run may have gone out: a person has to look first.
pub fn refuse_after(run: &RunSummary) -> Diagnostic {
    let RunSummary { period, version, .. } = run;
    let how = match run.state {
        RunState::Halted => "stopped, since some of the first mails were not taken: these are out",
        _ => "began to deliver and did not finish: some of its mails may have gone out",
    };
    let what = format!("v{version} of {period} {how}");
    let help = format!(
        "`attain resume {period} v{version}` sends the rest, `attain show {period} v{version} --deliveries` lists what went out, and `attain run {period} --again` mails everybody again"
    );
    Diagnostic::error(Place::file("ledger"), what, help)
}

/// That the quarter which ends with a month has not had its pack delivered yet; none of another
/// period.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn pack_to_deliver(
    ledger: &Ledger,
    month: Period,
    fiscal: FiscalYear,
) -> Result<Option<Diagnostic>, LedgerError> {
    let dates = month.dates(fiscal);
    let quarter = Period::quarter_of(dates.start, fiscal);
    if quarter == month || quarter.dates(fiscal).end != dates.end {
        return Ok(None);
    }
    if last_that_mailed(&earlier_runs(ledger, quarter).await?).is_some() {
        return Ok(None);
    }
    let what = format!("{quarter} ends with {month}, and its pack has not been delivered");
    let help = format!("`attain run {quarter}` delivers it");
    Ok(Some(Diagnostic::warning(Place::file("ledger"), what, help)))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::*;
    use crate::ledger::Manifest;

    #[test]
    fn a_repetition_that_was_cut_off_counts_more_than_the_delivery_before_it() {
        let run = |version: u32, state| RunSummary {
            period: Period::Month { year: 2026, month: 10 },
            version,
            state,
            manifest: None,
            finished: None,
        };
        let delivered = run(1, RunState::Delivered);
        let last = |runs: &[RunSummary]| last_that_mailed(runs).map(|run| run.version);
        assert_eq!(last(&[delivered.clone(), run(2, RunState::Delivering)]), Some(2));
        assert_eq!(last(&[run(1, RunState::Delivering), run(2, RunState::Delivered)]), Some(2));
        assert_eq!(last(&[delivered, run(2, RunState::Held), run(3, RunState::Failed)]), Some(1));
        assert_eq!(last(&[run(1, RunState::Begun)]), None);
        let ended = [run(1, RunState::Delivered), run(2, RunState::Delivering)];
        assert_eq!(last_delivered(&ended).map(|run| run.version), Some(1));

        let restricted = |state| RunSummary { manifest: Some(only("D30")), ..run(1, state) };
        assert_eq!(last(&[restricted(RunState::Delivered)]), None);
        assert_eq!(last(&[restricted(RunState::Delivering)]), Some(1));
    }

    fn only(unit: &str) -> Manifest {
        Manifest {
            period: "2026-10".into(),
            version: 1,
            program_version: String::new(),
            as_of: NaiveDate::MIN,
            started: DateTime::UNIX_EPOCH,
            config_sha256: String::new(),
            config: Vec::new(),
            inputs: Vec::new(),
            only: vec![unit.into()],
            reports: Vec::new(),
            variables: std::collections::BTreeMap::new(),
            mails_dated: None,
            inputs_kept: true,
            correction: None,
            provisional: Vec::new(),
        }
    }
}

//! What a command says at its end: to a person on the terminal, or as JSON to a machine.

use std::path::Path;

use serde::Serialize;

use crate::app::AppError;
use crate::app::check::Checked;
use crate::app::outcome::RunOutcome;
use crate::app::simulate::Simulated;
use crate::ledger::{RunState, RunSummary};
use crate::model::round;
use crate::render::text;

/// A line on standard output. A reader that has gone away, such as `head`, needs no more of them.
macro_rules! say {
    ($($line:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($line)*);
    }};
}

/// How many lines of one kind a person is shown; `--json` and the ledger have them all.
pub const SHOWN: usize = 20;

/// A line on standard output.
pub fn line(text: &str) {
    say!("{text}");
}

/// The whole outcome for a machine.
pub fn json(what: &impl Serialize) {
    match serde_json::to_string_pretty(what) {
        Ok(text) => say!("{text}"),
        Err(why) => eprintln!("error: the outcome cannot be written as JSON: {why}"),
    }
}

/// One line for a machine that reads along.
pub fn json_line(what: &impl Serialize) {
    match serde_json::to_string(what) {
        Ok(text) => say!("{text}"),
        Err(why) => eprintln!("error: the event cannot be written as JSON: {why}"),
    }
}

/// Why the command stopped.
pub fn error(why: &AppError, as_json: bool) {
    let found = why.diagnostics();
    if as_json {
        json(&serde_json::json!({ "exit_code": why.exit_code(), "found": found }));
    }
    for diagnostic in found.iter().take(SHOWN) {
        eprintln!("{diagnostic}");
    }
    if found.len() > SHOWN {
        eprintln!("… and {} more; --json lists them all", found.len() - SHOWN);
    }
}

/// What a command that mails has to add: whether it did.
pub fn whether_mailed(why: &AppError) {
    match why {
        AppError::Held(_) => eprintln!("held: this run mailed no report"),
        AppError::Usage(_) | AppError::Failed(_) => eprintln!("stopped: this run mailed nothing"),
        AppError::CutOff(_) => eprintln!(
            "cut off: some mails may have gone out; `attain show` tells which, `attain resume` sends the rest"
        ),
        AppError::TakenOver(_) => {
            eprintln!("stopped: whoever took over goes on; `attain show` tells what was sent");
        }
    }
}

/// A project was laid out.
pub fn initialized(dir: &Path) {
    let dir = dir.display();
    say!("The project lies in {dir}. Next:");
    say!("  attain check --config {dir} --as-of 2026-11-03");
    say!("  attain run --config {dir} --as-of 2026-11-03 --dry-run");
}

/// Where to look after a demo.
pub fn demo(dir: &Path, outcome: &RunOutcome) {
    self::outcome(outcome, false);
    say!();
    if let Some(index) = &outcome.index {
        let index = std::path::absolute(index).unwrap_or_else(|_| index.clone());
        say!("All mails, listed:  file://{}", index.display());
    }
    say!(
        "Results as tables:  {}/ledger/runs/{}/v{}/results",
        dir.display(),
        outcome.period,
        outcome.version
    );
    say!("The config:         {}/attain.toml, metrics.toml, plan.toml, extracts/", dir.display());
}

/// What a check found.
pub fn checked(checked: &Checked, as_json: bool) {
    if as_json {
        return json(checked);
    }
    for diagnostic in checked.found.iter().take(SHOWN) {
        say!("{diagnostic}");
    }
    if checked.found.len() > SHOWN {
        say!("… and {} more; --json lists them all", checked.found.len() - SHOWN);
    }
    for count in &checked.rows {
        let source = checked.sources.iter().find(|of| of.extract == count.extract.as_str());
        let dated = source.and_then(|of| Some((of.in_period?, of.last)));
        let dated = dated.map_or_else(String::new, |(rows, last)| {
            let last = last.map_or_else(String::new, |day| format!(", the last of {day}"));
            format!("; {rows} of {}{last}", checked.period)
        });
        say!(
            "{:<16} {:>9} rows, {:>5} set aside{dated}",
            count.extract,
            count.rows,
            count.rejected
        );
    }
    reconciled(checked);
    say!("{} people, {} targets", checked.people, checked.targets);
    say!("{} of {} reports reach their owner", checked.reached, checked.reports);
    for name in &checked.own_templates {
        say!("reports/{name}: the project's own");
    }
    for own in &checked.own_words {
        say!("{}: the project's own: {}", own.file, shortened(&own.phrases));
    }
    match checked.holds {
        true => say!("{}: a run would be held", checked.period),
        false => say!("{}: ready to run", checked.period),
    }
}

/// Where the rows of the period went: one line for each metric that left rows outside, and whether
/// all of them add up.
fn reconciled(checked: &Checked) {
    for one in &checked.reconciliation {
        let parts = [("nobody's", &one.unassigned), ("set aside", &one.rejected)];
        let outside: Vec<String> = parts
            .iter()
            .filter(|(_, part)| !part.is_zero())
            .map(|(word, part)| format!("{word} {}", round::to_plain(part)))
            .collect();
        if !outside.is_empty() || !one.difference.is_zero() {
            say!(
                "{:<16} {} = credited {} + {}; left over {}",
                one.metric,
                round::to_plain(&one.total),
                round::to_plain(&one.credited),
                if outside.is_empty() { "0".to_owned() } else { outside.join(" + ") },
                round::to_plain(&one.difference),
            );
        }
    }
    let off = checked.reconciliation.iter().filter(|one| !one.difference.is_zero()).count();
    match off {
        0 => say!("{} metrics add up to the cent", checked.reconciliation.len()),
        off => say!("{off} of {} metrics do not add up", checked.reconciliation.len()),
    }
}

/// A list that stays on a line.
fn shortened(names: &[String]) -> String {
    const NAMED: usize = 6;
    match names.len() {
        0..=NAMED => names.join(", "),
        many => format!("{} and {} more", names[..NAMED].join(", "), many - NAMED),
    }
}

/// How a run ended.
pub fn outcome(outcome: &RunOutcome, as_json: bool) {
    if as_json {
        return json(outcome);
    }
    let RunOutcome { period, version, .. } = outcome;
    for note in &outcome.notes {
        say!("{note}");
    }
    if outcome.delivered_before {
        say!("{period} was {} before, as v{version}: {}", outcome.state.words(), outcome.results);
        say!(
            "Nothing was done. `attain run {period} --again` mails everybody again, as a new version."
        );
        return;
    }
    for line in outcome.not_sent.iter().take(SHOWN) {
        say!("not sent: {line}");
    }
    if outcome.not_sent.len() > SHOWN {
        say!(
            "… and {} more; results/deliveries.csv lists them all",
            outcome.not_sent.len() - SHOWN
        );
    }
    let rejected: u64 = outcome.rows.iter().map(|count| count.rejected).sum();
    let what = match (outcome.dry_run, &outcome.test_send) {
        (true, _) => "dry run, written to files only".to_owned(),
        (false, Some(to)) => format!("test, sent to {to} only, and nothing counts as delivered"),
        (false, None) if outcome.provisional && outcome.state == RunState::Delivered => {
            "delivered as provisional".to_owned()
        }
        (false, None) => outcome.state.words().to_owned(),
    };
    say!("{period} v{version} {what}: {} mails ({})", outcome.mails.total(), outcome.mails.words());
    if outcome.state == RunState::Halted {
        say!("`attain resume {period}` sends the others, once what is wrong is mended.");
    }
    match outcome.sent_now {
        Some(0) => say!("Nothing was left to send; results: {}", outcome.results),
        Some(now) => say!("{now} of them left now; results: {}", outcome.results),
        None if outcome.results.is_empty() => say!("{rejected} rows were set aside"),
        None => say!("{rejected} rows were set aside; results: {}", outcome.results),
    }
    if let Some(index) = &outcome.index {
        say!("mails: {}", index.display());
    }
    if let Some(hash) = &outcome.to_approve {
        say!("`attain approve {period} --hash {hash}` sends exactly these mails.");
    }
}

/// What another plan would have paid.
pub fn simulated(simulated: &Simulated, as_json: bool) {
    for note in &simulated.notes {
        eprintln!("{note}");
    }
    if as_json {
        return json(&simulated.outcome);
    }
    for line in &simulated.text.lines {
        say!("{line}");
    }
    for table in &simulated.text.tables {
        say!();
        say!("{}", table.title);
        for line in text::lines(table).iter().chain(&table.notes) {
            say!("{line}");
        }
    }
}

/// The ledger's runs.
pub fn runs(runs: &[RunSummary], as_json: bool) {
    if as_json {
        return json(&runs);
    }
    if runs.is_empty() {
        say!("The ledger holds no run yet.");
    }
    for run in runs {
        let as_of = run.manifest.as_ref().map_or("–".to_owned(), |m| m.as_of.to_string());
        let marked = run.manifest.as_ref().is_some_and(|m| !m.provisional.is_empty());
        let state = format!("{}{}", run.state.words(), if marked { ", provisional" } else { "" });
        say!(
            "{:<8} v{:<3} {:<20} as of {as_of}  {}{}",
            run.period.to_string(),
            run.version,
            state,
            mails(run),
            correction(run)
        );
    }
}

/// `  correction: REASON`, of a run that is one.
fn correction(run: &RunSummary) -> String {
    let record = run.manifest.as_ref().and_then(|manifest| manifest.correction.as_ref());
    match record.map(|record| record.reason.as_str()) {
        None => String::new(),
        Some("") => "  correction".to_owned(),
        Some(reason) => format!("  correction: {reason}"),
    }
}

fn mails(run: &RunSummary) -> String {
    let finished = run.finished.as_ref();
    let states = finished.into_iter().flat_map(|finished| &finished.mails);
    states.map(|(state, count)| format!("{count} {state}")).collect::<Vec<_>>().join(", ")
}

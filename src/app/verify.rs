//! `attain verify`: a past run computed again from its recorded inputs, and compared byte for byte
//! with what it left in the ledger.

use std::collections::BTreeSet;
use std::path::Path;

use bytes::Bytes;
use serde::Serialize;

use super::letters::Planned;
use super::plan::{compose, weigh};
use super::progress::Silent;
use super::quality::plan_held;
use super::recorded::recall;
use super::run::RunOptions;
use super::runs::open_ledger;
use super::{AppError, Surroundings, outbox, write};
use crate::ledger::{
    LedgerError, Outbox, ReportFormat, Run, Standings, Stored, Table, TableFormat, config_hash,
    journal, results,
};
use crate::model::{Diagnostic, Diagnostics, Period, UnitId};

/// What the comparison came to.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    pub period: String,
    pub version: u32,
    pub same: bool,
    /// How many files were computed again.
    pub files: usize,
    pub differing: Vec<Differing>,
    /// The version of the program that ran it, where it is another than this one's.
    pub other_program: Option<String>,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// Below the run's folder.
    pub file: String,
    /// Where first, and how.
    pub how: String,
}

/// Computes a run again; the last one of the period where no version is given.
///
/// # Errors
/// Usage, where there is no such run; failed, where its inputs were not kept, or changed since.
pub async fn verify(
    dir: &Path,
    period: Period,
    version: Option<u32>,
    around: &Surroundings<'_>,
) -> Result<Verified, AppError> {
    let ledger = open_ledger(dir, around)?;
    let run = match ledger.open(period, version).await {
        Err(why @ LedgerError::NoRun { .. }) => {
            return Err(AppError::Usage(Diagnostics::from(Diagnostic::from(why))));
        }
        other => other?,
    };
    let past = recall(&ledger, &run, dir, around).await?;
    let options = RunOptions {
        dir: dir.to_owned(),
        period: Some(period),
        only: past.manifest.only.iter().map(|unit| UnitId::from(unit.as_str())).collect(),
        as_of: Some(past.manifest.as_of),
        correction: past.manifest.correction.clone(),
        provisional: !past.manifest.provisional.is_empty(),
        ..RunOptions::default()
    };
    let then = past.surroundings(around);
    let mut differing = Vec::new();
    let computed = match compute(&options, &past.prepared, &run, &then).await {
        // Kept inputs that are not what the run read.
        Err(AppError::Held(found)) => {
            differing.extend(
                found
                    .iter()
                    .map(|why| Differing { file: why.place.file.clone(), how: why.what.clone() }),
            );
            Files::new()
        }
        computed => computed?,
    };
    let hash = config_hash(&past.manifest.config);
    if hash != past.manifest.config_sha256 {
        let how = format!("config_sha256 is not that of its config files, {hash}");
        differing.push(Differing { file: Stored::Manifest.to_string(), how });
    }
    for (stored, again) in computed.iter().chain(&account(&run).await?) {
        let how = match run.read(stored).await? {
            Some(there) => difference(&there, again),
            None => Some("the ledger does not have it".to_owned()),
        };
        differing.extend(how.map(|how| Differing { file: stored.to_string(), how }));
    }
    let names: BTreeSet<String> = computed.iter().map(|(stored, _)| stored.to_string()).collect();
    // A run that was held and told nobody has but the tables of its rows.
    let is_whole = names.contains(&Stored::Outbox.to_string());
    let stored = match is_whole {
        true => run.files(&["results", "reports", "mails"]).await?,
        false => Vec::new(),
    };
    for file in stored {
        // Deliveries tell what happened; the last table of them was held against the account.
        if !names.contains(&file) && !file.starts_with("results/deliveries") {
            let how = "it does not come out again".to_owned();
            differing.push(Differing { file, how });
        }
    }
    let ours = env!("CARGO_PKG_VERSION");
    Ok(Verified {
        period: period.to_string(),
        version: run.version,
        same: differing.is_empty(),
        files: computed.len(),
        differing,
        other_program: Some(past.manifest.program_version).filter(|theirs| theirs != ours),
    })
}

/// The last table of what became of the mails, as it follows from the account of them; nothing while
/// they are leaving.
async fn account(run: &Run) -> Result<Files, AppError> {
    let ended = run.summary().await?.finished.is_some();
    let Some((outbox, _)) = Outbox::read(run).await?.filter(|_| ended) else {
        return Ok(Files::new());
    };
    let standings = Standings::of(&outbox, &journal::read(run).await?);
    let columns = results::deliveries(&write::deliveries(&outbox, &standings));
    let number = |name: &String| {
        let rest = name.strip_prefix("results/deliveries-")?;
        rest.strip_suffix(".csv")?.parse::<u32>().ok()
    };
    let last = run.files(&["results"]).await?.iter().filter_map(number).max();
    let mut files = Files::new();
    for format in [TableFormat::Parquet, TableFormat::Csv] {
        let stored = match last {
            Some(number) => Stored::LaterDeliveries(number, format),
            None => Stored::Result(Table::Deliveries, format),
        };
        files.push((stored, results::bytes(Table::Deliveries, &columns, format)?.into()));
    }
    Ok(files)
}

type Files = Vec<(Stored, Bytes)>;

/// Every file that the run makes before anything is delivered.
async fn compute(
    options: &RunOptions,
    prepared: &super::plan::Prepared,
    run: &Run,
    around: &Surroundings<'_>,
) -> Result<Files, AppError> {
    let weighed = weigh(options, prepared, run.version, None, around).await?;
    if weighed.is_held(options) {
        let kept = |table: &Table| matches!(table, Table::Rejects | Table::Reconciliation);
        let told = match Outbox::read(run).await? {
            Some(_) => plan_held(options, prepared, &weighed)?,
            // Nobody was told, or none of it left.
            None => Vec::new(),
        };
        let tables = weighed.tables.into_iter().filter(|(table, _)| kept(table)).collect();
        let mut files = tables_of(&tables)?;
        if !told.is_empty() {
            files.extend(reports_of(&told));
            files.extend(outbox::files(run, &told, &prepared.project.delivery, true)?);
        }
        return Ok(files);
    }
    let quiet = Surroundings { progress: &Silent, ..*around };
    let plan = compose(options, prepared, weighed, None, &quiet).await?;
    let mut files = tables_of(&plan.tables)?;
    files.extend(reports_of(&plan.planned));
    files.extend(outbox::files(run, &plan.planned, &prepared.project.delivery, false)?);
    Ok(files)
}

fn reports_of(planned: &[Planned]) -> Files {
    let mut files = Files::new();
    for planned in planned {
        let about = &planned.recipient;
        let report =
            |format| Stored::Report(about.report, about.unit.clone(), about.language, format);
        files.push((report(ReportFormat::Html), planned.rendered.html.clone().into()));
        files.push((report(ReportFormat::Text), planned.rendered.text.clone().into()));
        for file in &planned.attachments {
            let stored = Stored::attachment(&about.unit, about.language, &file.name);
            files.push((stored, file.bytes.clone().into()));
        }
    }
    files
}

fn tables_of(tables: &super::write::Tables) -> Result<Files, AppError> {
    let mut files = Files::new();
    for (table, columns) in tables {
        for format in [TableFormat::Parquet, TableFormat::Csv] {
            let bytes = results::bytes(*table, columns, format)?;
            files.push((Stored::Result(*table, format), bytes.into()));
        }
    }
    Ok(files)
}

/// Where two contents differ first; none where they are the same.
fn difference(there: &[u8], again: &[u8]) -> Option<String> {
    if there == again {
        return None;
    }
    let (Ok(there_text), Ok(again_text)) = (std::str::from_utf8(there), std::str::from_utf8(again))
    else {
        let same = there.iter().zip(again).take_while(|(a, b)| a == b).count();
        return Some(format!(
            "from byte {same} on; {} bytes in the ledger, {} now",
            there.len(),
            again.len()
        ));
    };
    let mut lines = there_text.lines().zip(again_text.lines()).enumerate();
    let found = lines.find(|(_, (there, again))| there != again);
    Some(match found {
        Some((at, (there, again))) => format!(
            "line {}: “{}” in the ledger, “{}” now",
            at + 1,
            shortened(there, again),
            shortened(again, there)
        ),
        None => {
            let (there, again) = (there_text.lines().count(), again_text.lines().count());
            format!("{there} lines in the ledger, {again} now")
        }
    })
}

/// So much of a line that what differs from the other one can be seen.
fn shortened(line: &str, other: &str) -> String {
    const AROUND: usize = 30;
    let same = line.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(AROUND);
    let part: String = line.chars().skip(from).take(2 * AROUND).collect();
    let before = if from > 0 { "…" } else { "" };
    let after = if line.chars().count() > from + 2 * AROUND { "…" } else { "" };
    format!("{before}{part}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_told_with_its_place() {
        assert_eq!(difference(b"a\nb", b"a\nb"), None);
        let told = |there: &str, again: &str| difference(there.as_bytes(), again.as_bytes());
        assert_eq!(
            told("unit,sum\nA,1\n", "unit,sum\nA,2\n").as_deref(),
            Some("line 2: “A,1” in the ledger, “A,2” now")
        );
        assert_eq!(told("a\n", "a\nb\n").as_deref(), Some("1 lines in the ledger, 2 now"));
        let long = format!("{}x{}", "销".repeat(50), "y".repeat(50));
        let other = long.replace('x', "z");
        let told = told(&long, &other).unwrap();
        assert!(told.contains("…") && told.contains('x') && told.chars().count() < 170, "{told}");
        assert_eq!(
            difference(&[0, 255, 1], &[0, 255, 2, 3]).as_deref(),
            Some("from byte 2 on; 3 bytes in the ledger, 4 now")
        );
    }
}

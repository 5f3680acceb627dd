//! What a run leaves behind: in the ledger, or, for a dry run, in a folder.

use std::path::Path;

use futures::{StreamExt, TryStreamExt};

use super::gather::Judged;
use super::letters::Planned;
use super::{AppError, Surroundings, recorded};
use crate::data::Frames;
use crate::data::columns::Column;
use crate::ledger::results::{self, Delivery};
use crate::ledger::{
    HashedFile, Input, LedgerError, Manifest, Outbox, ReportFormat, Run, Standings, Stored, Table,
    TableFormat, config_hash, sha256,
};
use crate::model::{Diagnostic, Org, Period, Place};
use crate::report::InputFacts;
use crate::settings::Project;

/// So many reports are on their way into the ledger at once.
const AT_ONCE: usize = 16;

/// Tables of results, with their names.
pub type Tables = Vec<(Table, Vec<Column>)>;

/// What decided the run's results, as far as its files tell.
pub fn manifest(
    project: &Project,
    frames: Option<&Frames>,
    period: Period,
    version: u32,
    as_of: chrono::NaiveDate,
    around: &Surroundings<'_>,
) -> Manifest {
    let config: Vec<HashedFile> = project
        .files
        .iter()
        .map(|(path, text)| HashedFile { path: path.clone(), sha256: sha256(text.as_bytes()) })
        .collect();
    let inputs = frames.into_iter().flat_map(Frames::iter).flat_map(|frame| &frame.inputs);
    Manifest {
        period: period.to_string(),
        version,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        as_of,
        started: around.now,
        config_sha256: config_hash(&config),
        config,
        inputs: inputs
            .map(|input| Input {
                extract: input.extract.to_string(),
                path: input.path.clone(),
                size: input.size,
                sha256: input.sha256.clone(),
            })
            .collect(),
        only: Vec::new(),
        reports: Vec::new(),
        variables: recorded::overriding(around),
        mails_dated: None,
        inputs_kept: false,
        correction: None,
        provisional: Vec::new(),
    }
}

/// The files that a run was made from, as reports list them.
pub fn input_facts(manifest: &Manifest) -> Vec<InputFacts> {
    let fact = |input: &Input| InputFacts {
        path: input.path.clone(),
        size: input.size,
        sha256: input.sha256.clone(),
    };
    manifest.inputs.iter().map(fact).collect()
}

/// The tables that are known before anything is delivered.
///
/// # Errors
/// A number that fits no column.
pub fn tables(judged: &Judged, org: &Org) -> Result<Tables, LedgerError> {
    Ok(vec![
        (Table::Scores, results::scores(&judged.cards, org)),
        (Table::Composites, results::composites(&judged.cards)),
        (Table::Coefficients, results::coefficients(&judged.cards)),
        (Table::Pace, results::pace(&judged.cards)),
        (Table::Flags, results::flags(&judged.cards)),
        (Table::Tilt, results::tilt(&judged.cards)),
        (Table::Drivers, results::drivers(&judged.cards)),
        (Table::Parts, results::parts(&judged.cards)),
        (Table::Actions, results::actions(&judged.cards)),
        (Table::Rejects, results::rejects(&judged.rejects)),
        (Table::Reconciliation, results::reconciliation(&judged.found.totals)),
        (
            Table::TargetReconciliation,
            results::target_reconciliation(&judged.cards.reconciliation, org),
        ),
    ])
}

/// Writes tables into the run.
///
/// # Errors
/// A ledger that refuses.
pub async fn put_tables(run: &Run, tables: &[(Table, Vec<Column>)]) -> Result<(), LedgerError> {
    for (table, columns) in tables {
        results::put_table(run, *table, columns).await?;
    }
    Ok(())
}

/// Writes reports and their attachments into the run, several at once.
///
/// # Errors
/// A ledger that refuses.
pub async fn put_reports(run: &Run, planned: &[Planned]) -> Result<(), LedgerError> {
    let put = async |plan: &Planned| put_report(run, plan).await;
    futures::stream::iter(planned).map(put).buffer_unordered(AT_ONCE).try_collect().await
}

async fn put_report(run: &Run, plan: &Planned) -> Result<(), LedgerError> {
    let about = &plan.recipient;
    let report = |format| Stored::Report(about.report, about.unit.clone(), about.language, format);
    run.put(&report(ReportFormat::Html), plan.rendered.html.clone()).await?;
    run.put(&report(ReportFormat::Text), plan.rendered.text.clone()).await?;
    for file in &plan.attachments {
        let stored = Stored::attachment(&about.unit, about.language, &file.name);
        run.put(&stored, file.bytes.clone()).await?;
    }
    Ok(())
}

/// What a held run was made from, and where its rows went.
///
/// # Errors
/// A ledger that refuses.
pub async fn put_held(
    run: &Run,
    manifest: &Manifest,
    tables: &[(Table, Vec<Column>)],
) -> Result<(), LedgerError> {
    run.put_json(&Stored::Manifest, manifest).await?;
    for (table, columns) in tables {
        if matches!(table, Table::Rejects | Table::Reconciliation) {
            results::put_table(run, *table, columns).await?;
        }
    }
    Ok(())
}

/// Writes tables into a folder.
///
/// # Errors
/// A disk that refuses.
pub fn write_results(dir: &Path, tables: &[(Table, Vec<Column>)]) -> Result<(), AppError> {
    let folder = dir.join("results");
    std::fs::create_dir_all(&folder).map_err(|why| AppError::write(&folder, &why))?;
    for (table, columns) in tables {
        for (format, ending) in [(TableFormat::Parquet, "parquet"), (TableFormat::Csv, "csv")] {
            let path = folder.join(format!("{}.{ending}", table.name()));
            let bytes = results::bytes(*table, columns, format)?;
            std::fs::write(&path, bytes).map_err(|why| AppError::write(&path, &why))?;
        }
    }
    Ok(())
}

/// The `deliveries` table's rows: each mail of the plan, and where it stands.
pub fn deliveries(outbox: &Outbox, standings: &Standings) -> Vec<Delivery> {
    let mails = outbox.mails.iter().zip(standings.iter());
    mails
        .map(|(mail, standing)| Delivery {
            period: outbox.period.clone(),
            version: outbox.version,
            report: mail.report.clone(),
            unit_id: mail.unit.clone(),
            recipient: Some(mail.recipient.clone()).filter(|mail| !mail.is_empty()),
            channel: outbox.channel.clone(),
            message_id: mail.message_id.clone(),
            state: standing.state.code().to_owned(),
            detail: standing.detail(mail).to_owned(),
            at: standing.at().map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
            attempts: standing.attempts,
            host: Some(standing.host().to_owned()).filter(|host| !host.is_empty()),
        })
        .collect()
}

/// Takes away the files of an earlier dry run, known by its page.
pub fn clear_earlier(dir: &Path) -> Result<(), AppError> {
    if !dir.exists() {
        return Ok(());
    }
    if !dir.join("index.html").exists() {
        let what = "the folder for the dry run holds something else";
        let found = Diagnostic::error(
            Place::file(dir.display().to_string()),
            what,
            "move it away: only an earlier dry run is replaced",
        );
        return Err(AppError::Failed(found));
    }
    std::fs::remove_dir_all(dir).map_err(|why| AppError::write(dir, &why))
}

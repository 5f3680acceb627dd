//! The packs of a quarter: what they tell beside the judgements, and the files that go with them.

use std::collections::BTreeMap;

use super::AppError;
use super::gather::Judged;
use super::letters::Stamp;
use super::recipients::Recipient;
use crate::calc::restatement::{Delivered, Version, changes};
use crate::data::Reject;
use crate::deliver::{Attachment, PDF};
use crate::ledger::past::read_table;
use crate::ledger::{Ledger, LedgerError, RunState, RunSummary, Table};
use crate::model::{Exact, ExtractId, Grain, Period, RejectKind, Total};
use crate::render::templates::RenderError;
use crate::render::{Font, Rendered, Templates};
use crate::report::{PackFacts, RejectCount, Restatement, Seen, compose_pack, pack_file};
use crate::settings::{Attached, Project};

/// What the packs of a quarter tell beside the judgements; nothing for a month, which has no packs.
///
/// # Errors
/// A ledger that cannot be read.
pub async fn facts(
    project: &Project,
    ledger: &Ledger,
    judged: &Judged,
    period: Period,
) -> Result<PackFacts, AppError> {
    if period.grain() != Grain::Quarter {
        return Ok(PackFacts::default());
    }
    Ok(PackFacts {
        with_workbook: project.statement.goes_with(Attached::Pack),
        totals: Total::over_all(&judged.found.totals),
        rejects: count_rejects(&judged.rejects),
        restatements: restatements(project, ledger, period).await?,
    })
}

/// The rows that were set aside, counted; they come by extract, file and row.
fn count_rejects(rejects: &[Reject]) -> Vec<RejectCount> {
    let mut counts: BTreeMap<(&ExtractId, RejectKind, &str), RejectCount> = BTreeMap::new();
    for reject in rejects {
        let place = (&reject.extract, reject.kind, reject.column.as_str());
        let count = counts.entry(place).or_insert_with(|| RejectCount {
            extract: reject.extract.clone(),
            kind: reject.kind,
            column: reject.column.clone(),
            rows: 0,
            first: (reject.file.clone(), reject.row, reject.value.clone()),
        });
        count.rows += 1;
    }
    counts.into_values().collect()
}

/// The months up to the quarter's end that were delivered once more since the quarter began, version
/// by version; by the day that each run took as today.
async fn restatements(
    project: &Project,
    ledger: &Ledger,
    quarter: Period,
) -> Result<Vec<Restatement>, LedgerError> {
    let fiscal = project.fiscal;
    let dates = quarter.dates(fiscal);
    let mut months: BTreeMap<Period, Vec<RunSummary>> = BTreeMap::new();
    for run in ledger.runs().await? {
        let told = run.period.grain() == Grain::Month && run.period.dates(fiscal).end <= dates.end;
        if told && matches!(run.state, RunState::Delivered | RunState::DeliveredInPart) {
            months.entry(run.period).or_default().push(run);
        }
    }
    let mut found = Vec::new();
    for (period, runs) in months {
        for pair in runs.windows(2) {
            let [before, after] = [&pair[0], &pair[1]];
            let Some(day) = after.manifest.as_ref().map(|manifest| manifest.as_of) else {
                continue;
            };
            if day < dates.start {
                continue;
            }
            let old = delivered(ledger, period, before.version).await?;
            let new = delivered(ledger, period, after.version).await?;
            found.push(Restatement {
                period,
                before: before.version,
                version: after.version,
                day,
                changes: changes(&old, &new),
            });
        }
    }
    Ok(found)
}

/// The figures of a month as a version delivered them.
async fn delivered(ledger: &Ledger, month: Period, version: u32) -> Result<Version, LedgerError> {
    let run = ledger.open(month, Some(version)).await?;
    let Some(table) = read_table(&run, Table::Scores).await? else { return Ok(Version::new()) };
    let names = ["period", "grain", "unit_id", "metric", "actual", "target"];
    let wanted = [&month.to_string(), Grain::Month.code()];
    let figure = |cell: &str| Exact::parse(cell).ok().filter(|_| !cell.is_empty());
    let rows = table.columns(names)?.into_iter();
    let of_month = rows.filter(|[period, grain, ..]| [*period, *grain] == wanted);
    Ok(of_month
        .map(|[_, _, unit, metric, actual, target]| {
            let figures = Delivered { actual: figure(actual), target: figure(target) };
            ((unit.into(), metric.into()), figures)
        })
        .collect())
}

/// The mail of a pack with its files: the booklet as PDF.
///
/// # Errors
/// A template that asks for what is not there, a character that the font does not have.
pub fn render_pack(
    seen: &Seen<'_>,
    stamp: &Stamp<'_>,
    to: &Recipient,
    (templates, font): (&Templates, &Font),
) -> Result<(Rendered, Vec<Attachment>), RenderError> {
    let mut pack = compose_pack(seen, stamp.pack, to.language);
    stamp.mark(&mut pack.document, seen, to);
    let rendered = templates.render(&pack.document, font)?;
    let name = pack_file(seen, to.language);
    let bytes = templates.pdf(&pack, font)?;
    let booklet = Attachment { name: format!("{name}.pdf"), mime: PDF, bytes };
    Ok((rendered, vec![booklet]))
}

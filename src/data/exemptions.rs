//! Who is not judged, from the table of exemptions.

use super::Frames;
use super::rows::{TextRow, read_rows};
use super::targets::metric_named;
use crate::model::{Diagnostic, Diagnostics, Exemption, Org, Period, TargetOrigin, UnitId};
use crate::settings::{ExemptionColumns, Project};

/// Reads the exemptions; none where the project has no table.
///
/// # Errors
/// Every row that does not fit, or that gives no reason.
pub fn read_exemptions(
    project: &Project,
    frames: &Frames,
    org: &Org,
) -> Result<Vec<Exemption>, Diagnostics> {
    let Some(settings) = &project.exemptions else { return Ok(Vec::new()) };
    let Some(frame) = frames.get(&settings.extract) else { return Ok(Vec::new()) };
    let optional = [&settings.metric, &settings.period, &settings.from, &settings.to];
    let columns: Vec<&str> = [&settings.unit, &settings.reason]
        .into_iter()
        .chain(optional.into_iter().flatten())
        .map(String::as_str)
        .collect();
    let mut found = Diagnostics::default();
    let mut exemptions = Vec::new();
    for row in read_rows(frame, &columns)? {
        match read_one(settings, project, org, &row) {
            Ok(exemption) => exemptions.push(exemption),
            Err(why) => found.push(why),
        }
    }
    if found.has_errors() { Err(found) } else { Ok(exemptions) }
}

fn read_one(
    settings: &ExemptionColumns,
    project: &Project,
    org: &Org,
    row: &TextRow,
) -> Result<Exemption, Diagnostic> {
    let unit = UnitId::from(row.get(&settings.unit).unwrap_or_default());
    if org.level(&unit).is_none() {
        return Err(row.refuse(
            &settings.unit,
            "nobody and no unit has this id",
            "mend the id, or add the unit",
        ));
    }
    let Some(reason) = row.get(&settings.reason) else {
        let help = "write why: it stands in the reports";
        return Err(row.refuse(&settings.reason, "an exemption without a reason", help));
    };
    let metric = match settings.metric.as_ref().filter(|column| row.get(column).is_some()) {
        Some(column) => Some(metric_named(project, row, column)?),
        None => None,
    };
    let (from, to) = days_of(settings, project, row)?;
    if let (Some(first), Some(end), Some(column)) = (from, to, &settings.to) {
        if end <= first {
            let help = "the day after the last one must be later than the first";
            return Err(row.refuse(column, "the exemption ends before it begins", help));
        }
    }
    let origin = TargetOrigin { file: row.file.clone(), row: row.row };
    Ok(Exemption { unit, metric, from, to, reason: reason.to_owned(), origin })
}

type Day = Option<chrono::NaiveDate>;

fn days_of(
    settings: &ExemptionColumns,
    project: &Project,
    row: &TextRow,
) -> Result<(Day, Day), Diagnostic> {
    if let Some(column) = &settings.period {
        let period: Period = row.get(column).unwrap_or_default().parse().map_err(|_| {
            let help = "write a year 2026, a quarter 2026-Q4 or a month 2026-10";
            row.refuse(column, "not a period", help)
        })?;
        let dates = period.dates(project.fiscal);
        return Ok((Some(dates.start), Some(dates.end)));
    }
    let to = row.date(settings.to.as_ref())?;
    let to = if settings.to_is_last_day { to.and_then(|day| day.succ_opt()) } else { to };
    Ok((row.date(settings.from.as_ref())?, to))
}

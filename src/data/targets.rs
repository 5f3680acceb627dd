//! The target table, checked against org and metrics.

use super::Frames;
use super::rows::{TextRow, read_rows};
use crate::model::target::{IncompleteTarget, TargetField};
use crate::model::{
    DateRange, Diagnostic, Diagnostics, DimensionId, DimensionTarget, Metric, MetricId, Org,
    Period, Target, TargetOrigin, UnitId,
};
use crate::settings::{Project, TargetKind, TargetSettings};

/// What the target tables hold.
#[derive(Debug, Default)]
pub struct TargetTables {
    /// The units' own targets.
    pub targets: Vec<Target>,
    /// Those of a product line, a region or a customer type, beside them.
    pub by_dimension: Vec<DimensionTarget>,
    /// Rows that say whose target they are, and not of which metric or how much: no targets.
    pub incomplete: Vec<IncompleteTarget>,
}

enum Row {
    Own(Target),
    OfDimension(DimensionTarget),
    Incomplete(IncompleteTarget),
    Blank,
}

/// Reads the targets of all target tables; none where the project has no table.
///
/// # Errors
/// Every row that does not fit.
pub fn read_targets(
    project: &Project,
    frames: &Frames,
    org: &Org,
) -> Result<TargetTables, Diagnostics> {
    read_kind(TargetKind::Target, project, frames, org)
}

/// Reads what people and departments submitted.
///
/// # Errors
/// Every row that does not fit.
pub fn read_submissions(
    project: &Project,
    frames: &Frames,
    org: &Org,
) -> Result<Vec<Target>, Diagnostics> {
    Ok(read_kind(TargetKind::Submission, project, frames, org)?.targets)
}

fn read_kind(
    kind: TargetKind,
    project: &Project,
    frames: &Frames,
    org: &Org,
) -> Result<TargetTables, Diagnostics> {
    let mut found = Diagnostics::default();
    let mut tables = TargetTables::default();
    for settings in &project.targets {
        let other = settings.kind_column.is_none() && settings.kind.unwrap_or_default() != kind;
        let Some(frame) = frames.get(&settings.extract).filter(|_| !other) else { continue };
        let rows = read_rows(frame, &columns_of(settings))?;
        for row in &rows {
            let told = match kind_of(settings, row) {
                Ok(told) => told,
                Err(why) => {
                    found.push(why);
                    continue;
                }
            };
            if told.is_some_and(|told| told != kind) {
                continue;
            }
            match read_one(settings, project, org, row) {
                Ok(Row::Own(target)) => tables.targets.push(target),
                Ok(Row::OfDimension(target)) => tables.by_dimension.push(target),
                Ok(Row::Incomplete(row)) => tables.incomplete.push(row),
                Ok(Row::Blank) => {}
                Err(why) => found.push(why),
            }
        }
    }
    refuse_doubles(&tables, &mut found);
    if found.has_errors() { Err(found) } else { Ok(tables) }
}

fn columns_of(settings: &TargetSettings) -> Vec<&str> {
    let optional = [
        &settings.metric,
        &settings.period,
        &settings.from,
        &settings.to,
        &settings.owner,
        &settings.due,
        &settings.source,
        &settings.note,
        &settings.kind_column,
    ];
    let always = [&settings.unit, &settings.value];
    let named = always.into_iter().chain(optional.into_iter().flatten());
    named.chain(settings.dimensions.values()).map(String::as_str).collect()
}

/// What the row says that it is; none where the table has no column for it. An empty cell is a
/// target.
fn kind_of(settings: &TargetSettings, row: &TextRow) -> Result<Option<TargetKind>, Diagnostic> {
    let Some(column) = &settings.kind_column else { return Ok(None) };
    let Some(text) = row.get(column) else { return Ok(Some(TargetKind::Target)) };
    TargetKind::parse(text).map(Some).ok_or_else(|| {
        row.refuse(
            column,
            "neither a target nor a submission",
            "write target (下达) or submission (上报)",
        )
    })
}

fn read_one(
    settings: &TargetSettings,
    project: &Project,
    org: &Org,
    row: &TextRow,
) -> Result<Row, Diagnostic> {
    let metric = settings.metric.as_ref();
    let lacks: Vec<TargetField> = [
        (TargetField::Metric, metric.is_some_and(|column| row.get(column).is_none())),
        (TargetField::Value, row.get(&settings.value).is_none()),
    ]
    .into_iter()
    .filter_map(|(field, is_empty)| is_empty.then_some(field))
    .collect();
    let unit = row.get(&settings.unit).map(UnitId::from);
    let Some(value) = row.number(&settings.value)?.filter(|_| lacks.is_empty()) else {
        let origin = TargetOrigin { file: row.file.clone(), row: row.row };
        return Ok(match unit {
            Some(unit) => Row::Incomplete(IncompleteTarget {
                unit,
                metric: row.get_opt(metric).map(str::to_owned),
                period: row.get_opt(settings.period.as_ref()).map(str::to_owned),
                lacks,
                origin,
            }),
            None => Row::Blank,
        });
    };
    let unit = unit.unwrap_or_else(|| UnitId::from(""));
    if org.level(&unit).is_none() {
        return Err(row.refuse(
            &settings.unit,
            "nobody and no unit has this id",
            "mend the id, or add the unit",
        ));
    }
    let target = Target {
        metric: metric_of(settings, project, row)?,
        period: period_of(settings, row)?,
        value,
        owner: row.get_opt(settings.owner.as_ref()).map(str::to_owned),
        due: row.date(settings.due.as_ref())?,
        source: row.get_opt(settings.source.as_ref()).map(str::to_owned),
        note: row.get_opt(settings.note.as_ref()).map(str::to_owned),
        origin: TargetOrigin { file: row.file.clone(), row: row.row },
        unit,
    };
    Ok(match dimension_of(settings, row)? {
        Some((dimension, value)) => Row::OfDimension(DimensionTarget { dimension, value, target }),
        None => Row::Own(target),
    })
}

/// The one dimension that a row is a target of.
fn dimension_of(
    settings: &TargetSettings,
    row: &TextRow,
) -> Result<Option<(DimensionId, String)>, Diagnostic> {
    let mut named = settings
        .dimensions
        .iter()
        .filter_map(|(dimension, column)| Some((dimension, column, row.get(column)?)));
    let Some((dimension, column, value)) = named.next() else { return Ok(None) };
    if let Some((other, _, second)) = named.next() {
        return Err(row.refuse(
            column,
            &format!("a target of both {dimension} and {other} (“{second}”)"),
            "give a row for each, with one of the two cells empty",
        ));
    }
    Ok(Some((dimension.clone(), value.to_owned())))
}

fn metric_of(
    settings: &TargetSettings,
    project: &Project,
    row: &TextRow,
) -> Result<MetricId, Diagnostic> {
    let Some(column) = &settings.metric else {
        return Ok(settings.fixed_metric.as_deref().unwrap_or_default().into());
    };
    metric_named(project, row, column)
}

/// The shown metric that a cell names, by its id or its label in either language.
pub(super) fn metric_named(
    project: &Project,
    row: &TextRow,
    column: &str,
) -> Result<MetricId, Diagnostic> {
    let word = row.get(column).unwrap_or_default();
    let named = |metric: &&Metric| {
        !metric.hidden
            && (metric.id.as_str() == word || metric.label.zh == word || metric.label.en == word)
    };
    project.metrics.iter().find(named).map(|metric| metric.id.clone()).ok_or_else(|| {
        let names: Vec<_> =
            project.metrics.iter().filter(|m| !m.hidden).map(|m| m.label.zh.as_str()).collect();
        row.refuse(column, "no metric has this name", format!("use one of: {}", names.join(", ")))
    })
}

fn period_of(settings: &TargetSettings, row: &TextRow) -> Result<Period, Diagnostic> {
    if let Some(column) = &settings.period {
        let text = row.get(column).unwrap_or_default();
        return text.parse().map_err(|_| {
            row.refuse(
                column,
                "not a period",
                "write a year 2026, a quarter 2026-Q4 or a month 2026-10",
            )
        });
    }
    let start = row.date(settings.from.as_ref())?;
    let end = row.date(settings.to.as_ref())?;
    let column = settings.from.as_deref().unwrap_or_default();
    start
        .zip(end)
        .and_then(|(start, end)| DateRange::new(start, end))
        .map(Period::Range)
        .ok_or_else(|| {
            row.refuse(
                column,
                "not a range of dates",
                "give the first day, and a later day after the last",
            )
        })
}

fn refuse_doubles(tables: &TargetTables, found: &mut Diagnostics) {
    let own = tables.targets.iter().map(|target| (target, None));
    let parts = tables.by_dimension.iter().map(|part| (&part.target, Some(part)));
    let mut seen = std::collections::BTreeMap::new();
    for (target, part) in own.chain(parts) {
        let part = part.map(|part| (&part.dimension, part.value.as_str()));
        let place = (&target.unit, &target.metric, target.period, part);
        if let Some(first) = seen.insert(place, &target.origin) {
            let here = crate::model::Place::file(&target.origin.file).row(target.origin.row);
            let of = part.map_or_else(String::new, |(_, value)| format!(" and “{value}”"));
            found.push(Diagnostic::error(
                here,
                format!(
                    "the target of {}{of} for {} in {} is there twice",
                    target.unit, target.metric, target.period
                ),
                format!("keep one; the other is row {} of {}", first.row, first.file),
            ));
        }
    }
}

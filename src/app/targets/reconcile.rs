//! `attain targets reconcile`: each target beside the sum of those below it, and beside what was
//! submitted; and beside the sum over a dimension's values.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;

use super::load::gather_targets;
use crate::app::gather::Gathered;
use crate::app::wording::read_words;
use crate::app::{AppError, Surroundings, due, load_project};
use crate::calc::{
    self, Attendance, Comparison, DimensionBooks, ReconcileCase, ReconcileState, Reconciliation,
    Seasons, TargetBook,
};
use crate::ledger::reasons;
use crate::model::{
    Diagnostic, Diagnostics, DimensionId, Exact, MetricId, Org, Period, Place, Target,
};
use crate::render::workbook;
use crate::report::target_sheet::{ComparisonRow, TargetSheet, target_sheet};
use crate::settings::Project;

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct ReconcileOptions {
    pub dir: PathBuf,
    /// The year of today where none is given.
    pub period: Option<Period>,
    pub as_of: Option<NaiveDate>,
    /// Where the comparisons are written as a workbook.
    pub xlsx: Option<PathBuf>,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Reconciled {
    pub period: String,
    pub targets: usize,
    pub submissions: usize,
    /// Undeclared mismatches.
    pub mismatches: usize,
    pub within_buffer: usize,
    pub matches: usize,
    pub rows: Vec<Row>,
    /// Labels of metrics whose targets do not add up.
    pub not_additive: Vec<String>,
    /// Labels of metrics whose longer targets were spread evenly, though the config asks for last
    /// year's months.
    pub spread_evenly: Vec<String>,
    pub xlsx: Option<PathBuf>,
}

/// One comparison, with names.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub metric: String,
    pub label: String,
    pub period: String,
    pub grain: &'static str,
    pub unit_id: String,
    pub unit_name: String,
    pub level: &'static str,
    #[serde(skip)]
    pub depth: usize,
    /// Digits after the point of the metric.
    #[serde(skip)]
    pub decimals: usize,
    pub target: Option<Exact>,
    /// Σ of those below.
    pub below: Option<Exact>,
    pub counted: usize,
    pub without: Vec<String>,
    pub difference: Option<Exact>,
    pub buffer_under: Option<Exact>,
    pub buffer_over: Option<Exact>,
    pub submitted: Option<Exact>,
    pub below_submitted: Option<Exact>,
    pub submitters: usize,
    pub state: ReconcileState,
    pub reason: String,
    /// Whose values `below` is the sum of; none for the units and people below.
    pub dimension: Option<String>,
    pub dimension_label: Option<String>,
}

impl Reconciled {
    /// 3 where a mismatch is not declared.
    pub fn exit_code(&self) -> u8 {
        if self.mismatches > 0 { 3 } else { 0 }
    }
}

/// Reconciles a year's targets, or those inside a shorter period.
///
/// # Errors
/// Usage or held, where config or tables cannot be used; failed, where the workbook cannot be
/// written.
pub async fn reconcile(
    options: &ReconcileOptions,
    around: &Surroundings<'_>,
) -> Result<Reconciled, AppError> {
    let project = load_project(&options.dir, around)?;
    let today = due::today(&project, options.as_of, around);
    let asked = options.period.unwrap_or(Period::Year(project.fiscal.year_of(today)));
    let gathered = gather_targets(&project, Period::month_of(today), around).await?;
    let found = compare(&project, &gathered, asked);
    let mut reconciled = tell(&project, &gathered, asked, &found);
    if let Some(path) = &options.xlsx {
        write(path, &reconciled, &project)?;
        reconciled.xlsx = Some(path.clone());
    }
    Ok(reconciled)
}

/// The comparisons of a project's targets.
pub fn compare(project: &Project, gathered: &Gathered, asked: Period) -> Reconciliation {
    let seasons = Seasons::new(&project.seasonality());
    let book = |rows: Vec<&Target>| {
        let (seasons, attendance) = (seasons.clone(), Attendance::default());
        TargetBook::build(rows, seasons, attendance, &project.metrics, project.fiscal)
    };
    let case = ReconcileCase {
        org: &gathered.org,
        metrics: &project.metrics,
        targets: &book(gathered.targets.iter().collect()),
        by_dimension: &DimensionBooks::all(&gathered.by_dimension, book),
        submissions: &book(gathered.submissions.iter().collect()),
        rule: &project.plan.reconcile,
        fiscal: project.fiscal,
    };
    calc::reconcile(&case, asked)
}

/// The config cannot know which units there are.
///
/// # Errors
/// Usage, with each buffer of an unknown unit.
pub fn refuse_unknown_buffers(project: &Project, org: &Org) -> Result<(), AppError> {
    let mut found = Diagnostics::default();
    let units = project.plan.reconcile.buffers.iter().filter_map(|buffer| buffer.unit.as_ref());
    for unit in units.filter(|unit| !org.units.contains_key(*unit)) {
        let what = "a buffer of [reconcile] names a unit that is not there";
        let help = "name the company or a department by its id";
        found.push(Diagnostic::error(Place::file("plan.toml"), what, help).value(unit.as_str()));
    }
    if found.has_errors() { Err(AppError::Usage(found)) } else { Ok(()) }
}

fn tell(
    project: &Project,
    gathered: &Gathered,
    asked: Period,
    found: &Reconciliation,
) -> Reconciled {
    let label = |id: &MetricId| {
        let metric = project.metric(id);
        metric.map_or_else(String::new, |metric| metric.label.get(project.language).to_owned())
    };
    let dimension_label = |id: &DimensionId| {
        let dimension = project.dimensions.iter().find(|dimension| dimension.id == *id);
        dimension.map(|dimension| dimension.label.get(project.language).to_owned())
    };
    let row = |one: &Comparison| Row {
        metric: one.metric.to_string(),
        label: label(&one.metric),
        period: one.period.to_string(),
        grain: one.period.grain().code(),
        unit_id: one.unit.to_string(),
        unit_name: gathered.org.name(&one.unit, project.language),
        level: one.level.code(),
        depth: one.depth,
        decimals: project.metric(&one.metric).map_or(2, |metric| metric.decimals),
        target: one.target.clone(),
        below: one.below.clone(),
        counted: one.counted,
        without: one.without.iter().map(ToString::to_string).collect(),
        difference: one.difference.clone(),
        buffer_under: one.buffer.as_ref().map(|(under, _)| under.clone()),
        buffer_over: one.buffer.as_ref().map(|(_, over)| over.clone()),
        submitted: one.submitted.clone(),
        below_submitted: one.below_submitted.clone(),
        submitters: one.submitters,
        state: one.state,
        reason: reasons::of_comparison(one),
        dimension: one.dimension.as_ref().map(ToString::to_string),
        dimension_label: one.dimension.as_ref().and_then(dimension_label),
    };
    let metrics = project.metrics.iter().map(|metric| &metric.id);
    let is_even =
        |id: &&MetricId| found.comparisons.iter().any(|one| one.is_even && one.metric == **id);
    let even: Vec<&MetricId> = metrics.filter(is_even).collect();
    Reconciled {
        period: asked.to_string(),
        targets: gathered.targets.len() + gathered.by_dimension.len(),
        submissions: gathered.submissions.len(),
        mismatches: found.count(ReconcileState::Mismatch),
        within_buffer: found.count(ReconcileState::WithinBuffer),
        matches: found.count(ReconcileState::Matches),
        rows: found.comparisons.iter().map(row).collect(),
        not_additive: found.not_additive.iter().map(label).collect(),
        spread_evenly: even.into_iter().map(label).collect(),
        xlsx: None,
    }
}

/// A comparison as the sheet lists it.
fn listed(row: &Row) -> ComparisonRow<'_> {
    ComparisonRow {
        state: row.state,
        metric: &row.label,
        period: &row.period,
        unit_id: &row.unit_id,
        unit_name: &row.unit_name,
        target: row.target.as_ref(),
        below: row.below.as_ref(),
        counted: row.counted,
        difference: row.difference.as_ref(),
        buffer_under: row.buffer_under.as_ref(),
        buffer_over: row.buffer_over.as_ref(),
        submitted: row.submitted.as_ref(),
        below_submitted: row.below_submitted.as_ref(),
        submitters: row.submitters,
        dimension: row.dimension_label.as_deref(),
    }
}

fn write(path: &Path, reconciled: &Reconciled, project: &Project) -> Result<(), AppError> {
    let words = read_words(&project.dir)?;
    let of = TargetSheet {
        company: project.company.get(project.language),
        period: &reconciled.period,
        rows: reconciled.rows.iter().map(listed).collect(),
        not_additive: &reconciled.not_additive,
        spread_evenly: &reconciled.spread_evenly,
    };
    let bytes = workbook(&[target_sheet(&words, project.language, &of)]).map_err(|why| {
        let place = Place::file(path.display().to_string());
        AppError::Failed(Diagnostic::error(place, why.to_string(), "reconcile a shorter period"))
    })?;
    std::fs::write(path, bytes).map_err(|why| AppError::write(path, &why))
}

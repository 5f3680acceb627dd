//! From a project's files to its judgements: extracts, org, targets, facts, scorecards.

use chrono::NaiveDate;

use super::causes::explain;
use super::checks::{self, RowCount};
use super::quality::{self, QualityFacts};
use super::recipients::{Audience, Recipient};
use super::targets::reconcile;
use super::{AppError, Station, Surroundings, aims, talent};
use crate::calc::actions::{FollowUpCase, follow_up, months_needed};
use crate::calc::{self, Case, Figures, Scorecards, TargetBook};
use crate::data::actions::read_actions;
use crate::data::calendar::read_calendar;
use crate::data::exemptions::read_exemptions;
use crate::data::facts::{FactRequest, FactsFound, find_facts, find_misfits};
use crate::data::load::{LoadRequest, finish, load_raw};
use crate::data::org::build_org;
use crate::data::targets::{TargetTables, read_submissions, read_targets};
use crate::data::{Frames, Reject};
use crate::model::plan::Plan;
use crate::model::target::IncompleteTarget;
use crate::model::{
    Action, Diagnostic, Diagnostics, DimensionTarget, Exemption, Facts, Org, Period, Severity,
    Target, WorkCalendar,
};
use crate::settings::{ExtractSettings, Project};

/// Extracts, checked, with the org and the targets that they hold.
pub struct Gathered {
    pub frames: Frames,
    /// The same rows before anything was joined, derived or filtered.
    pub raw: Frames,
    pub org: Org,
    pub targets: Vec<Target>,
    /// What people and departments submitted; nothing is judged against it.
    pub submissions: Vec<Target>,
    /// Those of product lines and the like.
    pub by_dimension: Vec<DimensionTarget>,
    /// Rows of the target tables that are no targets yet.
    pub incomplete: Vec<IncompleteTarget>,
    pub exemptions: Vec<Exemption>,
    pub actions: Vec<Action>,
    /// Rows of tables that fit no unit, metric or person.
    pub misfits: Vec<Reject>,
    pub calendar: WorkCalendar,
}

/// Judgements, and how they came about.
pub struct Judged {
    pub cards: Scorecards,
    pub found: FactsFound,
    /// All rows that were set aside, by extract, file and row.
    pub rejects: Vec<Reject>,
    pub counts: Vec<RowCount>,
    /// What holds the run; it may be empty.
    pub held: Diagnostics,
    /// What to know, and to mend in time: it holds nothing.
    pub notes: Vec<Diagnostic>,
    /// What the checks of the extracts' contracts found.
    pub quality: QualityFacts,
    /// How many reports the period has.
    pub reports: usize,
}

/// How far the judging goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// As far as reports need it: earlier periods, causes, what follows.
    Report,
    /// The judged period alone, for a check.
    Check,
}

/// Loads and checks the extracts for a period, up to its last month.
///
/// # Errors
/// Held, with all that is wrong in any extract, the org or the target tables.
pub async fn gather(
    project: &Project,
    period: Period,
    around: &Surroundings<'_>,
) -> Result<Gathered, AppError> {
    gather_extracts(project, &project.extracts, period, false, around).await
}

/// The same of some extracts, which must be those of the org at least; the last months of each may
/// have no file yet where that is allowed.
///
/// # Errors
/// As [`gather`].
pub async fn gather_extracts(
    project: &Project,
    extracts: &[ExtractSettings],
    period: Period,
    late_allowed: bool,
    around: &Surroundings<'_>,
) -> Result<Gathered, AppError> {
    around.progress.begin(Station::Load, Some(extracts.len() as u64));
    let raw = load_some(project, extracts, period, late_allowed, around).await?;
    let gathered = settle(project, extracts, raw)?;
    let rows: u64 = gathered.frames.iter().map(|frame| frame.rows).sum();
    let files: usize = gathered.frames.iter().map(|frame| frame.inputs.len()).sum();
    let people = gathered.org.people.len();
    let count = gathered.targets.len() + gathered.by_dimension.len();
    around.progress.end(
        Station::Load,
        &format!("{rows} rows from {files} files; {people} people, {count} targets"),
    );
    Ok(gathered)
}

/// Loads all extracts of a project: nothing is joined or filtered yet.
///
/// # Errors
/// As [`gather_extracts`].
pub async fn load_of(
    project: &Project,
    period: Period,
    late_allowed: bool,
    around: &Surroundings<'_>,
) -> Result<Frames, AppError> {
    load_some(project, &project.extracts, period, late_allowed, around).await
}

async fn load_some(
    project: &Project,
    extracts: &[ExtractSettings],
    period: Period,
    late_allowed: bool,
    around: &Surroundings<'_>,
) -> Result<Frames, AppError> {
    let request = LoadRequest {
        extracts,
        root: &project.data,
        base: &project.dir,
        through: period.last_month(project.fiscal),
        late_allowed,
        env: around.env,
        kept: around.kept,
    };
    let loaded = load_raw(&request, &mut |_| around.progress.advance(1)).await;
    loaded.map_err(|found| stop(project, found))
}

/// Joins and filters rows that were loaded, and reads the org and the tables from them.
///
/// # Errors
/// As [`gather`].
pub fn settle(
    project: &Project,
    extracts: &[ExtractSettings],
    raw: Frames,
) -> Result<Gathered, AppError> {
    let frames = finish(extracts, raw.clone()).map_err(|found| stop(project, found))?;
    refuse_misfits(project, &frames)?;
    let org = build_org(project, &frames).map_err(|found| stop(project, found))?;
    checks::refuse_unknown_readers(project, &org).map_err(AppError::Usage)?;
    quality::refuse_unknown_responsible(project, &org).map_err(AppError::Usage)?;
    let tables = read_targets(project, &frames, &org).map_err(|found| stop(project, found))?;
    let submissions =
        read_submissions(project, &frames, &org).map_err(|found| stop(project, found))?;
    reconcile::refuse_unknown_buffers(project, &org)?;
    let exemptions =
        read_exemptions(project, &frames, &org).map_err(|found| stop(project, found))?;
    let (actions, misfits) =
        read_actions(project, &frames, &org).map_err(|found| stop(project, found))?;
    let calendar = read_calendar(project, &frames).map_err(|found| stop(project, found))?;
    let TargetTables { targets, by_dimension, incomplete } = tables;
    Ok(Gathered {
        frames,
        raw,
        org,
        targets,
        submissions,
        by_dimension,
        incomplete,
        exemptions,
        actions,
        misfits,
        calendar,
    })
}

/// What is to be mended in the config is no matter of the data.
fn stop(project: &Project, found: Diagnostics) -> AppError {
    let in_config = found.iter().any(|one| project.is_config(&one.place));
    if in_config { AppError::Usage(found) } else { AppError::Held(found) }
}

fn refuse_misfits(project: &Project, frames: &Frames) -> Result<(), AppError> {
    let mut found = Diagnostics::default();
    for misfit in find_misfits(frames, &project.metrics) {
        let place = project.place_of_metric(&misfit.metric, misfit.key);
        let what = format!("metric “{}”: {}", misfit.metric, misfit.what);
        found.push(Diagnostic::error(place, what, misfit.help));
    }
    if found.has_errors() { Err(AppError::Usage(found)) } else { Ok(()) }
}

/// Finds the facts and judges them.
///
/// # Errors
/// Expressions that do not fit the extracts.
pub fn judge(
    project: &Project,
    gathered: &Gathered,
    (period, today): (Period, NaiveDate),
    depth: Depth,
    around: &Surroundings<'_>,
) -> Result<Judged, AppError> {
    let given = gathered.targets.iter().map(|target| target.period);
    let month = period.last_month(project.fiscal);
    let mut judged = vec![period];
    if depth == Depth::Report {
        judged = calc::judged_periods(period, project.history_months, given, project.fiscal);
        talent::extend(project, period, &mut judged);
    }
    let mut known = calc::known_periods(&judged, project.fiscal);
    // Targets are looked up of the next quarter as well.
    let next = period.next_quarter();
    let aimed: Vec<Period> = judged.iter().copied().chain(next).collect();
    known.extend(aims::periods(project, &aimed, period));
    known.extend(months_needed(&gathered.actions, month, today, project.fiscal));
    known.sort_unstable();
    known.dedup();

    let found = find(project, gathered, &known, around)?;
    let counts = checks::count_rows(&gathered.frames, &found.rejects);
    let mut quality = quality::examine(project, gathered, &found, &counts, (period, today))?;
    let Found { facts: found, rejects } = found;
    let mut held = checks::hold_on_rejects(project, (&gathered.frames, period), &counts, &rejects);

    around.progress.begin(Station::Judge, None);
    let through = period.dates(project.fiscal).end;
    let figures =
        Figures::new(&project.metrics, &found.facts, &gathered.org, project.fiscal, through);
    let aims = aims::find(project, gathered, &figures, &aimed);
    let case = case_of(project, gathered, &project.plan, (&found.facts, &aims.book), period);
    let mut cards = calc::judge(&case, &judged);
    aims.judge(project, gathered, &figures, (period, &judged), &mut cards)?;
    cards.outlook = next.map(|quarter| case.outlook(&figures, quarter));
    cards.actions = follow_up(&FollowUpCase {
        actions: &gathered.actions,
        metrics: &project.metrics,
        facts: &found.facts,
        org: &gathered.org,
        fiscal: project.fiscal,
        month,
        today,
        due_soon_days: project.playbook.due_soon_days,
    });
    let year = Period::Year(project.fiscal.year_of(period.dates(project.fiscal).start));
    cards.reconciliation = reconcile::compare(project, gathered, year);
    if let Some(rule) = project.plan.tilt.as_ref().filter(|_| depth == Depth::Report) {
        cards.tilt = calc::tilt::tilt(rule, month, &gathered.org, &cards, project.fiscal);
    }
    let unknown = checks::unknown_years(project, &gathered.calendar, period);
    let recipients = recipients_of(project, gathered, &cards, period, today);
    quality.unreached = quality::unreached(project, &gathered.org, &recipients);
    let (holding, warnings): (Vec<_>, Vec<_>) =
        quality::diagnostics(project, &gathered.org, &quality)
            .into_iter()
            .partition(|one| one.severity == Severity::Error);
    held.extend(holding);
    let notes = project
        .notes
        .iter()
        .cloned()
        .chain(checks::unknown_in_plan(project, &gathered.org))
        .chain(unknown)
        .chain(checks::rows_of_no_month(project, &found.totals))
        .chain(found.warnings.iter().cloned())
        .chain(warnings)
        .collect();
    if depth == Depth::Report {
        cards.causes = explain(&case, project, &gathered.frames, &cards, period)?;
    }
    let (judgements, explained) = (cards.scores.len(), cards.causes.len());
    let words = format!("{judgements} judgements, {explained} explained");
    around.progress.end(Station::Judge, &words);
    let reports = recipients.len();
    Ok(Judged { cards, found, rejects, counts, held, notes, quality, reports })
}

/// All reports that the period would have.
fn recipients_of(
    project: &Project,
    gathered: &Gathered,
    cards: &Scorecards,
    period: Period,
    today: NaiveDate,
) -> Vec<Recipient> {
    let audience = Audience {
        org: &gathered.org,
        cards,
        judged: period,
        dates: period.dates(project.fiscal),
        today,
        language: project.language,
        only: &[],
        hr: &project.hr,
    };
    audience.recipients()
}

/// Facts, and all rows that were set aside, by extract, file and row.
pub struct Found {
    pub facts: FactsFound,
    pub rejects: Vec<Reject>,
}

/// Finds the facts of some periods.
///
/// # Errors
/// Expressions that do not fit the extracts.
pub fn find(
    project: &Project,
    gathered: &Gathered,
    periods: &[Period],
    around: &Surroundings<'_>,
) -> Result<Found, AppError> {
    around.progress.begin(Station::Find, None);
    let request = FactRequest {
        metrics: &project.metrics,
        periods,
        org: &gathered.org,
        fiscal: project.fiscal,
    };
    let found = find_facts(&gathered.frames, &request).map_err(AppError::Usage)?;
    around.progress.end(Station::Find, &format!("{} figures", found.facts.count()));

    let mut rejects: Vec<Reject> =
        gathered.frames.iter().flat_map(|frame| frame.rejects.iter().cloned()).collect();
    rejects.extend(found.rejects.iter().cloned());
    rejects.extend(gathered.misfits.iter().cloned());
    rejects.sort();
    Ok(Found { facts: found, rejects })
}

/// What judgements by a plan are made from.
pub fn case_of<'a>(
    project: &'a Project,
    gathered: &'a Gathered,
    plan: &'a Plan,
    (facts, targets): (&'a Facts, &'a TargetBook),
    period: Period,
) -> Case<'a> {
    Case {
        org: &gathered.org,
        metrics: &project.metrics,
        facts,
        targets,
        plan,
        calendar: &gathered.calendar,
        fiscal: project.fiscal,
        through: period.dates(project.fiscal).end,
    }
}

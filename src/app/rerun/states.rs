//! The states between what was sent and what holds now. One class of inputs is put in place of the
//! old one after the other, in a fixed order: rows that came, went and changed, then targets, org,
//! and last the rules; each state is judged anew.

use std::collections::BTreeSet;

use crate::app::gather::{self, Gathered};
use crate::app::progress::Silent;
use crate::app::{AppError, Surroundings, aims};
use crate::calc::correction::{Cause, RowCounts, ToldFigures, Way, told_figures};
use crate::calc::{self, Figures};
use crate::data::mixed::{RowDifference, by_rules_of, compare};
use crate::data::{Frame, Frames};
use crate::model::{Diagnostic, ExtractId, Grain, Period};
use crate::settings::Project;

/// The periods whose figures a correction looks at: the judged one, its year to date, and the
/// quarter that ends with it.
pub fn periods_told(project: &Project, period: Period) -> Vec<Period> {
    let fiscal = project.fiscal;
    let mut periods = vec![period];
    if let Period::Month { year, month } = period.last_month(fiscal) {
        periods.push(Period::Ytd { year, month });
    }
    let dates = period.dates(fiscal);
    let quarter = Period::quarter_of(dates.start, fiscal);
    if period.grain() == Grain::Month && quarter.dates(fiscal).end == dates.end {
        periods.push(quarter);
    }
    periods
}

/// What rows were judged by.
pub struct Side<'a> {
    pub project: &'a Project,
    pub raw: &'a Frames,
}

/// The way, and how many rows of each extract differ.
pub struct Walked {
    pub way: Way,
    pub rows: Vec<RowCounts>,
}

/// Walks from the old inputs to the new ones. `now` is what the new ones were judged to.
///
/// # Errors
/// Old inputs that cannot be judged any more.
pub fn walk(
    old: &Side<'_>,
    new: &Side<'_>,
    sent: ToldFigures,
    now: ToldFigures,
    period: Period,
    around: &Surroundings<'_>,
) -> Result<Walked, AppError> {
    let quiet = Surroundings { progress: &Silent, ..*around };
    let told = periods_told(old.project, period);
    let judge = |raw: &Frames| figures(old.project, raw.clone(), period, &told, &quiet);
    let again = judge(old.raw)?;
    let mut walker =
        Walker { judge: &judge, raw: old.raw.clone(), steps: Vec::new(), missed: false };
    let classes = Classes::of(old.project, new.project);
    let differences = differences(old, new, &classes).map_err(|why| AppError::Failed(*why))?;
    walker.rows(old, new, &differences);
    for (cause, extracts) in [(Cause::Target, &classes.target), (Cause::Org, &classes.org)] {
        walker.replace(cause, extracts, old, new);
    }
    let mut steps = walker.steps;
    steps.push((if walker.missed { Cause::Unsplit } else { Cause::Rule }, now));
    let counts = differences.into_iter().map(|difference| difference.counts);
    let rows = counts.filter(|rows| rows.added + rows.removed + rows.changed > 0).collect();
    Ok(Walked { way: Way { sent, again: Some(again), steps }, rows })
}

/// Which extracts belong to which cause; the others are data.
struct Classes {
    target: BTreeSet<ExtractId>,
    org: BTreeSet<ExtractId>,
    data: BTreeSet<ExtractId>,
}

impl Classes {
    fn of(old: &Project, new: &Project) -> Self {
        let (mut target, mut org, mut all) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for project in [old, new] {
            let columns = &project.org;
            org.insert(columns.people.extract.clone());
            org.extend(columns.units.iter().map(|units| units.extract.clone()));
            org.extend(columns.memberships.iter().map(|stays| stays.extract.clone()));
            target.extend(project.targets.iter().map(|table| table.extract.clone()));
            target.extend(project.exemptions.iter().map(|table| table.extract.clone()));
            target.extend(project.calendar.iter().filter_map(|table| table.extract().cloned()));
            all.extend(project.extracts.iter().map(|extract| extract.id.clone()));
        }
        target.retain(|extract| !org.contains(extract));
        let of_table = |extract: &ExtractId| org.contains(extract) || target.contains(extract);
        all.retain(|extract| !of_table(extract));
        Self { target, org, data: all }
    }
}

/// How the rows differ, of each extract of data that both sides have.
fn differences(
    old: &Side<'_>,
    new: &Side<'_>,
    classes: &Classes,
) -> Result<Vec<RowDifference>, Box<Diagnostic>> {
    let mut found = Vec::new();
    for extract in &classes.data {
        if let (Some(before), Some(after)) = (old.raw.get(extract), new.raw.get(extract)) {
            found.extend(compare(before, after).map_err(Box::new)?);
        }
    }
    Ok(found)
}

struct Walker<'a> {
    judge: &'a dyn Fn(&Frames) -> Result<ToldFigures, AppError>,
    raw: Frames,
    steps: Vec<(Cause, ToldFigures)>,
    /// Whether a state before could not be judged: the next one differs by its cause, too.
    missed: bool,
}

impl Walker<'_> {
    fn rows(&mut self, old: &Side<'_>, new: &Side<'_>, differences: &[RowDifference]) {
        let some = |is: fn(&RowCounts) -> u64| {
            differences.iter().any(|one| !one.whole && is(&one.counts) > 0)
        };
        let (added, removed) = (some(|rows| rows.added), some(|rows| rows.removed));
        let put = |walker: &mut Self, cause, frame: &dyn Fn(&RowDifference, &Frame) -> Made| {
            let mut raw = walker.raw.clone();
            for difference in differences.iter().filter(|one| !one.whole) {
                let Some(before) = walker.raw.get(&difference.counts.extract) else { continue };
                match frame(difference, before) {
                    Ok(made) => raw.insert(made),
                    Err(why) => {
                        tracing::warn!(%why, "rows cannot be told apart");
                        walker.missed = true;
                        return;
                    }
                }
            }
            walker.raw = raw;
            walker.step(cause);
        };
        if added {
            put(self, Cause::RowsAdded, &|difference, frame| difference.with_added(frame));
        }
        if removed {
            put(self, Cause::RowsRemoved, &|difference, frame| difference.without_removed(frame));
        }
        let ids: BTreeSet<ExtractId> =
            differences.iter().map(|one| one.counts.extract.clone()).collect();
        self.replace(Cause::RowsChanged, &ids, old, new);
    }

    /// Puts the new rows of some extracts in place of the old ones.
    fn replace(
        &mut self,
        cause: Cause,
        extracts: &BTreeSet<ExtractId>,
        old: &Side<'_>,
        new: &Side<'_>,
    ) {
        let mut differs = false;
        for extract in extracts {
            let (Some(before), Some(after)) = (old.raw.get(extract), new.raw.get(extract)) else {
                continue;
            };
            let hashes = |frame: &Frame| -> Vec<String> {
                frame.inputs.iter().map(|input| input.sha256.clone()).collect()
            };
            if hashes(before) != hashes(after) {
                self.raw.insert(by_rules_of(before, after));
                differs = true;
            }
        }
        if differs {
            self.step(cause);
        }
    }

    fn step(&mut self, cause: Cause) {
        match (self.judge)(&self.raw) {
            Ok(figures) => {
                let cause = if self.missed { Cause::Unsplit } else { cause };
                self.steps.push((cause, figures));
                self.missed = false;
            }
            Err(why) => {
                for found in why.diagnostics() {
                    tracing::warn!(why = %found, cause = cause.code(), "a state cannot be judged");
                }
                self.missed = true;
            }
        }
    }
}

type Made = Result<Frame, Diagnostic>;

/// Judges rows by a project, as far as a correction looks.
fn figures(
    project: &Project,
    raw: Frames,
    period: Period,
    told: &[Period],
    around: &Surroundings<'_>,
) -> Result<ToldFigures, AppError> {
    let gathered: Gathered = gather::settle(project, &project.extracts, raw)?;
    let mut judged = told.to_vec();
    judged.sort_unstable();
    let mut known = calc::known_periods(&judged, project.fiscal);
    known.extend(aims::periods(project, &judged, period));
    known.sort_unstable();
    known.dedup();
    let found = gather::find(project, &gathered, &known, around)?;
    let facts = &found.facts.facts;
    let through = period.dates(project.fiscal).end;
    let figures = Figures::new(&project.metrics, facts, &gathered.org, project.fiscal, through);
    let aims = aims::find(project, &gathered, &figures, &judged);
    let case = gather::case_of(project, &gathered, &project.plan, (facts, &aims.book), period);
    Ok(told_figures(&calc::judge(&case, &judged), told))
}

//! What explanations stand on: the extracts of a run, loaded and judged again.

use super::inputs::{Inputs, of_run};
use crate::app::gather::{self, Found, Gathered};
use crate::app::{AppError, Station, Surroundings, aims, talent};
use crate::calc::explain::{Step, steps};
use crate::calc::{self, Figures, Scorecards, TargetBook};
use crate::data::facts::{CreditedRequest, LeftOutRequest, Whose, find_credited, find_left_out};
use crate::ledger::Manifest;
use crate::model::{
    CreditedRows, Diagnostics, Exact, Figure, Grain, LeftOut, Metric, MetricId, Period, UnitId,
};
use crate::settings::Project;

/// A unit with more rows of a table has sums by day.
const MOST_ROWS: usize = 200_000;

/// A run's figures, with the rows that they are made from still at hand.
pub struct Ground {
    pub project: Project,
    /// The run's own period.
    pub run: Period,
    pub inputs: Inputs,
    pub cards: Scorecards,
    pub book: TargetBook,
    pub found: Found,
}

/// Which of the run's periods are judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every one.
    All,
    /// One, with the months before it where a warning counts them, and the years to date where
    /// the warning follows these.
    Of { period: Period, months: bool, to_date: bool },
}

impl Ground {
    /// Loads what the run read, and judges it again.
    ///
    /// # Errors
    /// As a run's.
    pub async fn lay(
        project: Project,
        run: Period,
        recorded: Option<&Manifest>,
        reach: Reach,
        around: &Surroundings<'_>,
    ) -> Result<Self, AppError> {
        let inputs = of_run(&project, run, recorded, around).await?;
        let gathered = &inputs.gathered;
        let judged = periods(&project, gathered, run, reach);
        let mut known = judged.clone();
        known.extend(aims::periods(&project, &judged, run));
        known.sort_unstable();
        known.dedup();
        let found = gather::find(&project, gathered, &known, around)?;
        around.progress.begin(Station::Judge, None);
        let through = run.dates(project.fiscal).end;
        let facts = &found.facts.facts;
        let figures = Figures::new(&project.metrics, facts, &gathered.org, project.fiscal, through);
        let book = aims::find(&project, gathered, &figures, &judged).book;
        let case = gather::case_of(&project, gathered, &project.plan, (facts, &book), run);
        let cards = calc::judge(&case, &judged);
        around.progress.end(Station::Judge, &format!("{} judgements", cards.scores.len()));
        Ok(Self { project, run, inputs, cards, book, found })
    }

    fn gathered(&self) -> &Gathered {
        &self.inputs.gathered
    }

    pub fn figures(&self) -> Figures<'_> {
        let (project, gathered) = (&self.project, self.gathered());
        let through = self.run.dates(project.fiscal).end;
        let facts = &self.found.facts.facts;
        Figures::new(&project.metrics, facts, &gathered.org, project.fiscal, through)
    }

    /// The rows behind some metrics of a period.
    ///
    /// # Errors
    /// Expressions that do not fit the extracts.
    pub fn rows(
        &self,
        of: &[MetricId],
        period: Period,
        whose: Whose<'_>,
    ) -> Result<CreditedRows, AppError> {
        let request = CreditedRequest {
            metrics: &self.project.metrics,
            of,
            period,
            org: &self.gathered().org,
            fiscal: self.project.fiscal,
            extracts: &self.project.extracts,
            most_rows: MOST_ROWS,
            whose,
            trailing: true,
        };
        find_credited(&self.gathered().frames, &request).map_err(AppError::Usage)
    }

    /// A figure put together again from its rows, step by step. What the extracts do not cover
    /// stays absent, and a distinct count of more rows than are listed is as it was found.
    pub fn steps(
        &self,
        rows: &CreditedRows,
        figures: &Figures<'_>,
        unit: &UnitId,
        metric: &MetricId,
    ) -> Vec<Step<'_>> {
        let mut of_rows = |simple: &MetricId| {
            let found = figures.figure(simple, unit, rows.period);
            let Figure::Known(value) = found else { return found };
            let of_unit = rows.table_of(simple).and_then(|(table, place)| {
                let table = &rows.tables[table];
                Some((table, table.units.get(unit)?, place))
            });
            let Some((table, of_unit, place)) = of_unit else {
                return Figure::Known(Exact::zero());
            };
            Figure::Known(table.sum(of_unit, place).unwrap_or(value))
        };
        let months = figures.months_begun(rows.period);
        steps(&self.project.metrics, metric, &months, &mut of_rows)
    }

    /// The rows that are not in a unit's figure.
    ///
    /// # Errors
    /// Expressions that do not fit the extracts.
    pub fn left_out(
        &self,
        metric: &Metric,
        unit: &UnitId,
        period: Period,
        most_rows: usize,
    ) -> Result<Vec<LeftOut>, AppError> {
        let (org, fiscal) = (&self.gathered().org, self.project.fiscal);
        let request = LeftOutRequest { metric, unit, period, org, fiscal, most_rows };
        find_left_out(&self.gathered().frames, &request)
            .map_err(|why| AppError::Usage(Diagnostics::from(why)))
    }
}

/// The periods that are judged, of those that the run judged.
fn periods(project: &Project, gathered: &Gathered, run: Period, reach: Reach) -> Vec<Period> {
    let fiscal = project.fiscal;
    let given = gathered.targets.iter().map(|target| target.period);
    let mut judged = calc::judged_periods(run, project.history_months, given, fiscal);
    talent::extend(project, run, &mut judged);
    if let Reach::Of { period, months, to_date } = reach {
        let end = period.dates(fiscal).end;
        judged.retain(|other| {
            let ends = other.dates(fiscal).end;
            match other.grain() {
                Grain::Month => months && period.grain() == Grain::Month && ends <= end,
                Grain::Ytd => to_date && (ends == end || (months && ends < end)),
                _ => false,
            }
        });
        judged.push(period);
    }
    judged.sort_unstable();
    judged.dedup();
    judged
}

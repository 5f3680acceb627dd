//! `attain simulate`: another plan over past periods. Reads what a run reads, and writes nothing but
//! the workbook that was asked for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::NaiveDate;
use serde::Serialize;

use super::{AppError, Station, Surroundings, aims, checks, due, gather, load_project, wording};
use crate::calc::simulate::{
    BandCount, Compared, Fares, Given, Simulation, compare, periods_to_judge,
};
use crate::calc::{self, Figures, Scorecards};
use crate::ledger::award_reasons;
use crate::model::plan::Plan;
use crate::model::{Diagnostic, Diagnostics, Exact, Grain, Language, Org, Period, Place};
use crate::render::workbook;
use crate::report::simulation::{SimulationBriefing, SimulationText, simulation_text};
use crate::settings::Project;

/// One period, or all from a first to a last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods(pub Vec<Period>);

/// As the user writes them: `2026-10`, `2026-Q3`, `2026-01..2026-10`.
impl FromStr for Periods {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let one = |text: &str| -> Result<Period, String> {
            let period: Period = text.parse().map_err(|why| format!("{why}"))?;
            match period.grain() {
                Grain::Month | Grain::Quarter => Ok(period),
                _ => Err("name months or quarters, such as 2026-10, 2026-Q3 or 2026-01..2026-10"
                    .to_owned()),
            }
        };
        let Some((first, last)) = text.split_once("..") else { return Ok(Self(vec![one(text)?])) };
        let (first, last) = (one(first)?, one(last)?);
        if first.grain() != last.grain() || first > last {
            return Err(
                "a range goes from an earlier month to a later one, or from quarter to quarter"
                    .to_owned(),
            );
        }
        let back = std::iter::successors(Some(last), Period::previous);
        let mut all: Vec<Period> = back.take_while(|period| *period >= first).collect();
        all.reverse();
        Ok(Self(all))
    }
}

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct SimulateOptions {
    /// The folder of the project.
    pub dir: PathBuf,
    pub periods: Vec<Period>,
    /// The other plan.
    pub plan: PathBuf,
    pub as_of: Option<NaiveDate>,
    /// Where to write the workbook.
    pub xlsx: Option<PathBuf>,
}

/// What was found.
pub struct Simulated {
    pub outcome: Outcome,
    pub text: SimulationText,
    pub notes: Vec<Diagnostic>,
}

/// As JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub plan: String,
    pub periods: Vec<String>,
    pub currency: String,
    /// `amount`, or `coefficient` where no amounts are known: what decides who gains.
    pub by: &'static str,
    pub old_cost: Exact,
    pub new_cost: Exact,
    pub difference: Exact,
    pub gain: usize,
    pub lose: usize,
    pub unchanged: usize,
    pub people: Vec<Person>,
    pub awards: Vec<Award>,
    pub bands: Vec<Band>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub unit_id: String,
    pub name: String,
    pub old: Exact,
    pub new: Exact,
    pub difference: Exact,
    pub fares: Fares,
}

#[derive(Clone, Debug, Serialize)]
pub struct Award {
    pub period: String,
    pub unit_id: String,
    pub old: Side,
    pub new: Side,
}

#[derive(Clone, Debug, Serialize)]
pub struct Side {
    pub plan: Option<String>,
    pub coefficient: Option<Exact>,
    /// Why there is no coefficient.
    pub state: Option<&'static str>,
    pub band: Option<String>,
    pub amount: Option<Exact>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Band {
    pub band: Option<String>,
    pub old: usize,
    pub new: usize,
}

/// Judges the periods by the project's plan and by the other one.
///
/// # Errors
/// Usage: config, plan or periods that cannot be used; held: extracts that hold a run; failed: a
/// workbook that cannot be written.
pub async fn simulate(
    options: &SimulateOptions,
    around: &Surroundings<'_>,
) -> Result<Simulated, AppError> {
    let project = load_project(&options.dir, around)?;
    let (plan, notes) = project.read_plan(&options.plan).map_err(AppError::Usage)?;
    let words = wording::read_words(&project.dir)?;
    let today = due::today(&project, options.as_of, around);
    let periods: BTreeSet<Period> = options.periods.iter().copied().collect();
    let periods: Vec<Period> = periods.into_iter().collect();
    let month = last_month(&project, &periods, today)?;
    let gathered = gather::gather(&project, month, around).await?;
    let judged = periods_to_judge(&periods, project.fiscal);
    let mut known = judged.clone();
    known.extend(aims::periods(&project, &judged, month));
    known.sort_unstable();
    known.dedup();
    let found = gather::find(&project, &gathered, &known, around)?;
    let counts = checks::count_rows(&gathered.frames, &found.rejects);
    let held =
        checks::hold_on_rejects(&project, (&gathered.frames, month), &counts, &found.rejects);
    if held.has_errors() {
        return Err(AppError::Held(held));
    }
    around.progress.begin(Station::Judge, None);
    let (facts, fiscal, org) = (&found.facts.facts, project.fiscal, &gathered.org);
    let through = month.dates(fiscal).end;
    let figures = Figures::new(&project.metrics, facts, org, fiscal, through);
    let aims = aims::find(&project, &gathered, &figures, &judged);
    let cards = |plan: &Plan| -> Scorecards {
        let case = gather::case_of(&project, &gathered, plan, (facts, &aims.book), month);
        calc::judge(&case, &judged)
    };
    let (old, new) = (cards(&project.plan), cards(&plan));
    let is_person = |unit: &_| org.people.contains_key(unit);
    let simulation = compare(&old, &new, is_person, &periods, fiscal);
    around.progress.end(Station::Judge, &format!("{} awards compared", simulation.rows.len()));
    let text = simulation_text(&SimulationBriefing {
        simulation: &simulation,
        periods: &periods,
        org,
        plan: &plan,
        words: &words,
        language: project.language,
        currency: &project.currency,
        fiscal,
    });
    if let Some(path) = &options.xlsx {
        write_workbook(path, &text)?;
    }
    let outcome = outcome(&project, options, &periods, &simulation, org);
    Ok(Simulated { outcome, text, notes: notes.into_iter().collect() })
}

/// The month that the last period ends with; it must have begun.
fn last_month(project: &Project, periods: &[Period], today: NaiveDate) -> Result<Period, AppError> {
    let last_day = |period: &Period| period.dates(project.fiscal).last_day();
    let this = Period::month_of(today);
    let mut found = Diagnostics::default();
    for period in periods.iter().filter(|period| Period::month_of(last_day(period)) > this) {
        let help = format!("today is {today}; name periods that end by {this}, or give --as-of");
        let what = "the period is not over";
        found.push(Diagnostic::error(Place::file("PERIOD"), what, help).value(period.to_string()));
    }
    if found.has_errors() {
        return Err(AppError::Usage(found));
    }
    let last = periods.iter().map(last_day).max();
    Ok(Period::month_of(last.unwrap_or(today)))
}

fn write_workbook(path: &Path, text: &SimulationText) -> Result<(), AppError> {
    let bytes = workbook(&text.sheet.sheets).map_err(|why| {
        let place = Place::file(path.display().to_string());
        AppError::Failed(Diagnostic::error(place, why.to_string(), "name fewer periods"))
    })?;
    std::fs::write(path, bytes).map_err(|why| AppError::write(path, &why))
}

fn outcome(
    project: &Project,
    options: &SimulateOptions,
    periods: &[Period],
    simulation: &Simulation,
    org: &Org,
) -> Outcome {
    let (old_cost, new_cost) = (simulation.old_cost(), simulation.new_cost());
    Outcome {
        plan: options.plan.display().to_string(),
        periods: periods.iter().map(ToString::to_string).collect(),
        currency: project.currency.clone(),
        by: if simulation.by_amount { "amount" } else { "coefficient" },
        difference: &new_cost - &old_cost,
        old_cost,
        new_cost,
        gain: simulation.count(Fares::Gains),
        lose: simulation.count(Fares::Loses),
        unchanged: simulation.count(Fares::Unchanged),
        people: simulation
            .people
            .iter()
            .map(|person| Person {
                unit_id: person.unit.to_string(),
                name: org.name(&person.unit, Language::Zh),
                old: person.old.clone(),
                new: person.new.clone(),
                difference: person.difference.clone(),
                fares: person.fares,
            })
            .collect(),
        awards: simulation.rows.iter().map(award).collect(),
        bands: simulation.bands.iter().map(band).collect(),
    }
}

fn award(row: &Compared) -> Award {
    let side = |given: &Given| Side {
        plan: given.plan.clone(),
        coefficient: given.coefficient().cloned(),
        state: given.coefficient.as_ref().and_then(|one| one.as_ref().err()).map(|why| why.code()),
        band: given.band.as_ref().map(award_reasons::band),
        amount: given.amount.clone(),
    };
    Award {
        period: row.period.to_string(),
        unit_id: row.unit.to_string(),
        old: side(&row.old),
        new: side(&row.new),
    }
}

fn band(count: &BandCount) -> Band {
    Band { band: count.band.as_ref().map(award_reasons::band), old: count.old, new: count.new }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_written_singly_or_as_a_range() {
        let read = |text: &str| {
            let periods = text.parse::<Periods>().ok()?;
            Some(periods.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(read("2026-10").as_deref(), Some("2026-10"));
        assert_eq!(read("2025-11..2026-01").as_deref(), Some("2025-11 2025-12 2026-01"));
        assert_eq!(read("2025-Q4..2026-Q1").as_deref(), Some("2025-Q4 2026-Q1"));
        for wrong in ["2026", "2026-Q1..2026-05", "2026-05..2026-04", "2026-13", ".."] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}

//! `attain targets propose`: a company's target for a year, split down to departments, people and
//! months, as a target table to edit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;

use super::load::gather_targets;
use super::table::{ProposedTable, write};
use super::weights::weights;
use crate::app::gather::{Gathered, gather};
use crate::app::wording::read_words;
use crate::app::{AppError, Surroundings, due, load_project};
use crate::calc::Figures;
use crate::calc::propose::{Infeasible, ProposeCase, propose as split};
use crate::data::facts::{FactRequest, find_facts};
use crate::model::{
    Diagnostic, Diagnostics, Exact, Figure, Metric, Period, Place, Seasonality, UnitId, round,
};
use crate::settings::Project;

/// What the target is split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitBy {
    /// Shares of the unit above, as given; who has none has an equal part of what is left.
    Shares,
    /// What everybody reached the year before.
    LastYear,
    /// Heads, or weights as given.
    Capacity,
}

/// What the months weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Months {
    /// As the project's target tables say.
    #[default]
    Config,
    LastYear,
    Even,
}

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct ProposeOptions {
    pub dir: PathBuf,
    pub year: i32,
    pub metric: String,
    pub value: Exact,
    pub by: SplitBy,
    /// A table with an id and a share or weight in each row.
    pub given: Option<PathBuf>,
    pub months: Months,
    /// Of a person's last year.
    pub max_growth: Option<Exact>,
    pub min_growth: Option<Exact>,
    /// Of a person, for the year.
    pub least: Option<Exact>,
    pub most: Option<Exact>,
    pub out: PathBuf,
    pub as_of: Option<NaiveDate>,
}

/// What was proposed.
#[derive(Clone, Debug, Serialize)]
pub struct Proposal {
    pub year: i32,
    pub metric: String,
    pub label: String,
    pub value: Exact,
    /// Year by unit, in the order of the tree, people last.
    pub units: Vec<ProposedUnit>,
    pub rows: usize,
    /// Actuals of a year that is not over, or not covered.
    pub notes: Vec<String>,
    pub out: PathBuf,
}

/// The year of one unit or person.
#[derive(Clone, Debug, Serialize)]
pub struct ProposedUnit {
    pub id: String,
    pub name: String,
    pub level: &'static str,
    #[serde(skip)]
    pub depth: usize,
    #[serde(skip)]
    pub decimals: usize,
    pub value: Exact,
    pub last_year: Option<Exact>,
    /// Against last year: 0.1 is ten percent more.
    pub growth: Option<Exact>,
}

/// Proposes, and writes the table.
///
/// # Errors
/// Usage, where the constraints cannot hold or arguments do not fit; held, where extracts cannot be
/// used; failed, where the table cannot be written.
pub async fn propose(
    options: &ProposeOptions,
    around: &Surroundings<'_>,
) -> Result<Proposal, AppError> {
    let project = load_project(&options.dir, around)?;
    let words = read_words(&project.dir)?;
    let metric = metric_of(&project, options)?.clone();
    let today = due::today(&project, options.as_of, around);
    let month = Period::month_of(today);
    let month = if needs_actuals(&project, options, &metric) {
        month.previous().unwrap_or(month)
    } else {
        month
    };
    let gathered = match needs_actuals(&project, options, &metric) {
        true => gather(&project, month, around).await?,
        false => gather_targets(&project, month, around).await?,
    };
    let before = Before::find(&project, &gathered, &metric, options, month)?;
    let weights = weights(&project, &gathered, options, &before)?;
    let people = weights.iter().filter(|(id, _)| gathered.org.people.contains_key(*id));
    let base = |id: &UnitId, weight: &Exact| match options.by {
        // Who was not there yet is held against what the others reached on average.
        SplitBy::LastYear => Some(weight.clone()),
        SplitBy::Shares | SplitBy::Capacity => before.year(id).cloned(),
    };
    let bounds = people
        .map(|(id, weight)| (id.clone(), bounds_of(options, base(id, weight).as_ref())))
        .collect();
    let case = ProposeCase {
        org: &gathered.org,
        fiscal: project.fiscal,
        year: options.year,
        value: options.value.clone(),
        decimals: metric.decimals,
        weights,
        bounds,
        seasons: seasons(&project, options, &metric, &before),
    };
    let proposed = split(&case).map_err(|why| infeasible(options, &why))?;
    let table =
        ProposedTable { project: &project, gathered: &gathered, metric: &metric, words: &words };
    let rows = write(&table, &proposed, &options.out)?;
    let order = gathered.org.units_in_order().into_iter().map(|unit| &unit.id);
    let units = order
        .chain(gathered.org.people.keys())
        .filter_map(|id| {
            let value: Exact = proposed.get(id)?.values().sum();
            let last_year = before.year(id).cloned();
            let growth = last_year
                .as_ref()
                .filter(|last| last.is_positive())
                .and_then(|last| (&value - last).over(last));
            Some(ProposedUnit {
                id: id.to_string(),
                name: gathered.org.name(id, project.language),
                level: gathered.org.level(id)?.code(),
                depth: gathered
                    .org
                    .units
                    .get(id)
                    .map_or(0, |_| gathered.org.and_above(id).count() - 1),
                decimals: metric.decimals,
                value,
                last_year,
                growth,
            })
        })
        .collect();
    Ok(Proposal {
        year: options.year,
        metric: metric.id.to_string(),
        label: metric.label.get(project.language).to_owned(),
        value: options.value.clone(),
        units,
        rows,
        notes: before.notes,
        out: options.out.clone(),
    })
}

/// What is wrong with the arguments.
pub(super) fn usage(what: impl Into<String>, help: impl Into<String>) -> AppError {
    let found = Diagnostic::error(Place::file("targets propose"), what, help);
    AppError::Usage(Diagnostics::from(found))
}

fn metric_of<'a>(project: &'a Project, options: &ProposeOptions) -> Result<&'a Metric, AppError> {
    let word = options.metric.as_str();
    let named = |metric: &&Metric| {
        !metric.hidden
            && (metric.id.as_str() == word || metric.label.zh == word || metric.label.en == word)
    };
    let metric = project.metrics.iter().find(named);
    let adds = |metric: &&Metric| !metric.hidden && metric.target_spreads();
    let names: Vec<&str> =
        project.metrics.iter().filter(adds).map(|metric| metric.id.as_str()).collect();
    let help = format!("name one whose targets add up: {}", names.join(", "));
    let Some(metric) = metric else {
        return Err(usage(format!("no metric is called “{word}”"), help));
    };
    if !metric.target_spreads() {
        return Err(usage(format!("the targets of “{word}” do not add up"), help));
    }
    if round::floor(&options.value, metric.decimals) != options.value {
        let places = metric.decimals;
        return Err(usage(
            format!("--value has more digits after the point than the metric’s {places}"),
            "round it",
        ));
    }
    if options.value.is_negative() {
        return Err(usage("--value is below zero", "give zero or more"));
    }
    Ok(metric)
}

fn needs_actuals(project: &Project, options: &ProposeOptions, metric: &Metric) -> bool {
    let by_config = options.months == Months::Config
        && project.seasonality().get(&metric.id) == Some(&Seasonality::LastYear);
    options.by == SplitBy::LastYear
        || options.months == Months::LastYear
        || by_config
        || options.max_growth.is_some()
        || options.min_growth.is_some()
}

/// What was reached the year before: of the year, and of the company's months.
#[derive(Default)]
pub(super) struct Before {
    years: BTreeMap<UnitId, Exact>,
    months: Vec<Exact>,
    notes: Vec<String>,
}

impl Before {
    fn find(
        project: &Project,
        gathered: &Gathered,
        metric: &Metric,
        options: &ProposeOptions,
        month: Period,
    ) -> Result<Self, AppError> {
        let mut before = Self::default();
        if !needs_actuals(project, options, metric) {
            return Ok(before);
        }
        let (org, fiscal) = (&gathered.org, project.fiscal);
        let last = Period::Year(options.year - 1);
        let months = last.months(fiscal);
        let periods: Vec<Period> = [last].into_iter().chain(months.iter().copied()).collect();
        let request = FactRequest { metrics: &project.metrics, periods: &periods, org, fiscal };
        let found = find_facts(&gathered.frames, &request).map_err(AppError::Usage)?;
        let through = month.dates(fiscal).end;
        let figures = Figures::new(&project.metrics, &found.facts, org, fiscal, through);
        for unit in org.units.keys().chain(org.people.keys()) {
            if let Figure::Known(value) = figures.figure(&metric.id, unit, last) {
                before.years.insert(unit.clone(), value);
            }
        }
        before.months = months
            .iter()
            .map(|month| match figures.figure(&metric.id, &org.company, *month) {
                Figure::Known(value) => value.max(Exact::zero()),
                Figure::Absent(_) => Exact::zero(),
            })
            .collect();
        if through < last.dates(fiscal).end {
            before.notes.push(format!("{last} is not over: its figures are those up to {month}"));
        }
        if !before.years.contains_key(&org.company) {
            return Err(usage(
                format!("there are no figures of {} for {last}", metric.id),
                "split by shares or by capacity, without bounds of growth",
            ));
        }
        Ok(before)
    }

    pub(super) fn year(&self, id: &UnitId) -> Option<&Exact> {
        self.years.get(id)
    }
}

fn bounds_of(options: &ProposeOptions, last_year: Option<&Exact>) -> (Exact, Option<Exact>) {
    let grown = |growth: &Option<Exact>| {
        let base = last_year.filter(|last| last.is_positive())?;
        Some(base * &(&Exact::one() + growth.as_ref()?))
    };
    let least = [options.least.clone(), grown(&options.min_growth)].into_iter().flatten().max();
    let most = [options.most.clone(), grown(&options.max_growth)].into_iter().flatten().min();
    (least.unwrap_or_else(Exact::zero), most)
}

fn seasons(
    project: &Project,
    options: &ProposeOptions,
    metric: &Metric,
    before: &Before,
) -> Vec<Exact> {
    let even = vec![Exact::one(); 12];
    let last_year = || match before.months.iter().any(Exact::is_positive) {
        true => before.months.clone(),
        false => vec![Exact::one(); 12],
    };
    match (options.months, project.seasonality().get(&metric.id)) {
        (Months::LastYear, _) | (Months::Config, Some(Seasonality::LastYear)) => last_year(),
        (Months::Config, Some(Seasonality::Given(shares))) => shares.clone(),
        (Months::Even, _) | (Months::Config, Some(Seasonality::Even) | None) => even,
    }
}

fn infeasible(options: &ProposeOptions, why: &Infeasible) -> AppError {
    let plain = round::to_plain;
    let value = plain(&options.value);
    match why {
        Infeasible::TooMuch { most, over } => usage(
            format!(
                "the most that everybody may get is {} in all: {} of {value} would be left over",
                plain(most),
                plain(over)
            ),
            "raise --max-growth or --max-person, or lower --value",
        ),
        Infeasible::TooLittle { least, missing } => usage(
            format!(
                "the least that everybody must get is {} in all: {} more than {value}",
                plain(least),
                plain(missing)
            ),
            "lower --min-growth or --min-person, or raise --value",
        ),
    }
}

/// A path as a place of a diagnostic.
pub(super) fn place(path: &Path) -> Place {
    Place::file(path.display().to_string())
}

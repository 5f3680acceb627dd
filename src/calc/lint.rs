//! What is to be asked about the targets themselves: those that do not say all that a target must,
//! and those out of reach. Nothing is held for it.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::Figures;
use crate::model::target::{IncompleteTarget, TargetField};
use crate::model::{
    DimensionId, DimensionTarget, Direction, Exact, FiscalYear, Grain, Metric, MetricId,
    MetricUnit, Org, Parts, Period, Target, TargetOrigin, TargetRules, UnitId,
};

/// Things that are counted are questioned from so many on.
const LEAST_COUNT: i64 = 10;

/// One thing to ask about targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetQuestion {
    pub about: TargetAbout,
    pub doubt: TargetDoubt,
}

/// Which target, or which table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetAbout {
    /// All targets of a file.
    Table { file: String, targets: usize },
    /// A row that is no target yet, as far as it says something.
    Row { unit: UnitId, metric: Option<String>, period: Option<String>, origin: TargetOrigin },
    /// A target; of a value of a dimension, or of the unit itself.
    Target {
        unit: UnitId,
        metric: MetricId,
        period: Period,
        value: Option<String>,
        origin: TargetOrigin,
    },
}

/// What is in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetDoubt {
    /// It does not say these.
    Lacks(Vec<TargetField>),
    /// It asks for more than `reach` times the best of last year.
    OutOfReach { target: Exact, best: Exact, best_in: Period, reach: Exact },
    /// No row of the metric has the value of the dimension, in this year or in the last one.
    UnknownValue { dimension: DimensionId },
}

/// What the targets are held against.
pub struct Lint<'a> {
    pub org: &'a Org,
    pub metrics: &'a [Metric],
    pub figures: &'a Figures<'a>,
    pub rules: &'a TargetRules,
    pub fiscal: FiscalYear,
    /// The fiscal year of the judged month: the targets of other years are left alone.
    pub year: i32,
}

impl Lint<'_> {
    /// All questions: tables first, then rows in the order of files and rows.
    pub fn questions(
        &self,
        targets: &[Target],
        by_dimension: &[DimensionTarget],
        incomplete: &[IncompleteTarget],
    ) -> Vec<TargetQuestion> {
        let own = targets.iter().map(|target| (target, None));
        let parts = by_dimension.iter().map(|part| (&part.target, Some(part.value.as_str())));
        let all: Vec<(&Target, Option<&str>)> =
            own.chain(parts).filter(|(target, _)| self.is_of_the_year(target)).collect();
        let (mut questions, everywhere) = tables_without(&all, self.org);
        let mut rows: Vec<(TargetOrigin, TargetQuestion)> = incomplete
            .iter()
            .map(|row| {
                let about = TargetAbout::Row {
                    unit: row.unit.clone(),
                    metric: row.metric.clone(),
                    period: row.period.clone(),
                    origin: row.origin.clone(),
                };
                let doubt = TargetDoubt::Lacks(row.lacks.clone());
                (row.origin.clone(), TargetQuestion { about, doubt })
            })
            .collect();
        for (target, value) in all {
            let lacks: Vec<TargetField> = lacking(target, self.org)
                .into_iter()
                .filter(|field| !everywhere.contains(&(target.origin.file.as_str(), *field)))
                .collect();
            let lacks = (!lacks.is_empty()).then_some(TargetDoubt::Lacks(lacks));
            // A part's best is not known; it is asked about as a part of the unit's own.
            let reach = value.is_none().then(|| self.out_of_reach(target)).flatten();
            rows.extend([lacks, reach].into_iter().flatten().map(|doubt| {
                let about = about(target, value);
                (target.origin.clone(), TargetQuestion { about, doubt })
            }));
        }
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        questions.extend(rows.into_iter().map(|(_, question)| question));
        questions
    }

    fn is_of_the_year(&self, target: &Target) -> bool {
        self.fiscal.year_of(target.period.dates(self.fiscal).last_day()) == self.year
    }

    /// Whether a target asks for more than the rules' multiple of the best month, quarter or year
    /// of the year before, among those that the unit was there for on all days.
    fn out_of_reach(&self, target: &Target) -> Option<TargetDoubt> {
        let reach = self.rules.reach.as_ref()?;
        let metric = self.metrics.iter().find(|metric| metric.id == target.metric)?;
        // With so few of them, chance decides more than anybody's effort.
        let few = metric.unit == MetricUnit::Count && target.value < Exact::from(LEAST_COUNT);
        if few {
            return None;
        }
        let lower = metric.direction == Direction::Lower;
        let known =
            last_year(target.period, self.year, self.fiscal).into_iter().filter_map(|period| {
                let dates = period.dates(self.fiscal);
                if !self.org.is_there_on_all(&target.unit, &dates) {
                    return None;
                }
                let figure = self.figures.figure(&target.metric, &target.unit, period);
                figure.known().cloned().map(|value| (value, period))
            });
        let best = known.reduce(|best, next| {
            let better = if lower { next.0 < best.0 } else { next.0 > best.0 };
            if better { next } else { best }
        });
        let (best, best_in) = best.filter(|(best, _)| best.is_positive())?;
        let asks_more =
            if lower { &target.value * reach < best } else { target.value > &best * reach };
        asks_more.then(|| TargetDoubt::OutOfReach {
            target: target.value.clone(),
            best,
            best_in,
            reach: reach.clone(),
        })
    }

    /// Targets of a value that no row has, in the periods that were looked at.
    pub fn unknown_values(
        &self,
        targets: &[DimensionTarget],
        parts: &Parts,
        periods: &[Period],
    ) -> Vec<TargetQuestion> {
        let is_unknown = |target: &DimensionTarget| {
            let of = &target.target;
            let values = periods
                .iter()
                .filter_map(|period| parts.of(&of.metric, &target.dimension, *period, &of.unit));
            // Where nothing is known of the unit at all, nothing is known of the value.
            let mut values = values.peekable();
            values.peek().is_some() && !values.any(|values| values.contains_key(&target.value))
        };
        let mut seen = BTreeSet::new();
        let mut questions = Vec::new();
        for target in targets.iter().filter(|target| self.is_of_the_year(&target.target)) {
            let of = &target.target;
            if is_unknown(target)
                && seen.insert((&of.unit, &of.metric, &target.dimension, &target.value))
            {
                questions.push(TargetQuestion {
                    about: about(of, Some(&target.value)),
                    doubt: TargetDoubt::UnknownValue { dimension: target.dimension.clone() },
                });
            }
        }
        questions
    }
}

fn about(target: &Target, value: Option<&str>) -> TargetAbout {
    TargetAbout::Target {
        unit: target.unit.clone(),
        metric: target.metric.clone(),
        period: target.period,
        value: value.map(str::to_owned),
        origin: target.origin.clone(),
    }
}

/// What a target does not say. Who is responsible for a person is the person, and for a unit its
/// owner, where the row names nobody.
fn lacking(target: &Target, org: &Org) -> Vec<TargetField> {
    let has_owner = match org.units.get(&target.unit) {
        Some(unit) => unit.owner.is_some(),
        None => true,
    };
    [
        (TargetField::Owner, target.owner.is_some() || has_owner),
        (TargetField::Due, target.due.is_some()),
        (TargetField::Source, target.source.is_some()),
    ]
    .into_iter()
    .filter_map(|(field, is_said)| (!is_said).then_some(field))
    .collect()
}

type Everywhere<'a> = BTreeSet<(&'a str, TargetField)>;

/// The files none of whose targets say something: one question each, in place of one for each row.
fn tables_without<'a>(
    all: &[(&'a Target, Option<&str>)],
    org: &Org,
) -> (Vec<TargetQuestion>, Everywhere<'a>) {
    let mut files: BTreeMap<&str, (BTreeSet<&TargetOrigin>, Vec<TargetField>)> = BTreeMap::new();
    for (target, _) in all {
        let lacks = lacking(target, org);
        let (rows, everywhere) = files
            .entry(target.origin.file.as_str())
            .or_insert_with(|| (BTreeSet::new(), lacks.clone()));
        rows.insert(&target.origin);
        everywhere.retain(|field| lacks.contains(field));
    }
    files.retain(|_, (rows, everywhere)| rows.len() > 1 && !everywhere.is_empty());
    let everywhere = files
        .iter()
        .flat_map(|(file, (_, fields))| fields.iter().map(|field| (*file, *field)))
        .collect();
    let question = |(file, (rows, fields)): (&str, (BTreeSet<&TargetOrigin>, Vec<TargetField>))| {
        let about = TargetAbout::Table { file: file.to_owned(), targets: rows.len() };
        TargetQuestion { about, doubt: TargetDoubt::Lacks(fields) }
    };
    (files.into_iter().map(question).collect(), everywhere)
}

/// The periods of the year before that are as long as a target's.
fn last_year(period: Period, year: i32, fiscal: FiscalYear) -> Vec<Period> {
    let before = year - 1;
    match period.grain() {
        Grain::Month => Period::Year(before).months(fiscal),
        Grain::Quarter => {
            (1..=4).map(|quarter| Period::Quarter { year: before, quarter }).collect()
        }
        Grain::Year => vec![Period::Year(before)],
        Grain::Ytd | Grain::Range => Vec::new(),
    }
}

//! The target of a unit for any period, from the rows that somebody wrote for some periods.
//!
//! A row for just the period wins. Else an amount (money, a count) is put together from months: a
//! month's own row, or its part of what is left of the quarter, or of the year, after the shorter
//! periods' rows inside it. A level (a share, a duration, an average) of a longer period holds for
//! each of its parts.

use std::collections::BTreeMap;

use super::score::TargetBasis;
use super::spread::spread;
use crate::model::{
    DateRange, Exact, FiscalYear, Metric, MetricId, Period, Target, TargetOrigin, UnitId,
};

type Part = (Exact, TargetOrigin);

/// All targets, ready to be asked.
pub struct TargetBook {
    fiscal: FiscalYear,
    rows: BTreeMap<(UnitId, MetricId), Rows>,
}

struct Rows {
    given: BTreeMap<Period, Part>,
    /// Of an amount: what each month comes to.
    months: BTreeMap<Period, Part>,
    /// Of a level: the rows from short to long.
    levels: Vec<(DateRange, Part)>,
}

impl TargetBook {
    /// `seasonality` holds twelve shares by month of the fiscal year, for the metrics that have
    /// some; the others are spread evenly.
    pub fn new(
        targets: &[Target],
        seasonality: &BTreeMap<MetricId, Vec<Exact>>,
        metrics: &[Metric],
        fiscal: FiscalYear,
    ) -> Self {
        let mut given: BTreeMap<(UnitId, MetricId), BTreeMap<Period, Part>> = BTreeMap::new();
        for target in targets {
            let place = (target.unit.clone(), target.metric.clone());
            let part = (target.value.clone(), target.origin.clone());
            given.entry(place).or_default().insert(target.period, part);
        }
        let rows = given
            .into_iter()
            .filter_map(|(place, given)| {
                let metric = metrics.iter().find(|metric| metric.id == place.1)?;
                let spreads = metric.target_spreads();
                let shares = seasonality.get(&place.1).map(Vec::as_slice);
                let months = if spreads {
                    months_of(&given, shares, metric.decimals.max(2), fiscal)
                } else {
                    BTreeMap::new()
                };
                let levels = if spreads { Vec::new() } else { levels_of(&given, fiscal) };
                Some((place, Rows { given, months, levels }))
            })
            .collect();
        Self { fiscal, rows }
    }

    /// The unit's own target for the period, and where it comes from; none where nobody set one.
    pub fn own(
        &self,
        unit: &UnitId,
        metric: &MetricId,
        period: Period,
    ) -> Option<(Exact, TargetBasis)> {
        let rows = self.rows.get(&(unit.clone(), metric.clone()))?;
        if let Some((value, origin)) = rows.given.get(&period) {
            return Some((value.clone(), TargetBasis::Given(origin.clone())));
        }
        if matches!(period, Period::Range(_)) {
            return None;
        }
        let dates = period.dates(self.fiscal);
        let holds = |range: &DateRange| range.start <= dates.start && dates.end <= range.end;
        if let Some((_, (value, origin))) = rows.levels.iter().find(|(range, _)| holds(range)) {
            return Some((value.clone(), TargetBasis::Carried(origin.clone())));
        }
        let months = period.months(self.fiscal);
        let parts: Vec<&Part> =
            months.iter().map(|month| rows.months.get(month)).collect::<Option<_>>()?;
        let sum = parts.iter().map(|(value, _)| value).sum();
        let mut origins: Vec<TargetOrigin> =
            parts.iter().map(|(_, origin)| origin.clone()).collect();
        origins.sort();
        origins.dedup();
        (!parts.is_empty()).then_some((sum, TargetBasis::Spread(origins)))
    }
}

/// What a month comes to, or explicit dates, and the period of the row that it is a part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetPiece {
    pub period: Period,
    pub value: Exact,
    pub row: Period,
}

impl TargetBook {
    /// Of an amount: the months and explicit dates that the unit's own rows come to, in order.
    pub fn pieces(&self, unit: &UnitId, metric: &MetricId) -> Vec<TargetPiece> {
        let Some(rows) = self.rows.get(&(unit.clone(), metric.clone())) else { return Vec::new() };
        let row_of = |origin: &TargetOrigin| {
            rows.given.iter().find(|(_, (_, other))| other == origin).map(|(period, _)| *period)
        };
        let months = rows.months.iter().map(|(month, (value, origin))| TargetPiece {
            period: *month,
            value: value.clone(),
            row: row_of(origin).unwrap_or(*month),
        });
        let is_range = |period: &Period| matches!(period, Period::Range(_));
        let ranges = rows.given.iter().filter(|(period, _)| is_range(period));
        let ranges = ranges.map(|(range, (value, _))| TargetPiece {
            period: *range,
            value: value.clone(),
            row: *range,
        });
        months.chain(ranges).collect()
    }

    /// The periods that somebody wrote a row for.
    pub fn given(&self, unit: &UnitId, metric: &MetricId) -> impl Iterator<Item = Period> + '_ {
        let rows = self.rows.get(&(unit.clone(), metric.clone()));
        rows.into_iter().flat_map(|rows| rows.given.keys().copied())
    }
}

fn levels_of(given: &BTreeMap<Period, Part>, fiscal: FiscalYear) -> Vec<(DateRange, Part)> {
    let mut levels: Vec<(DateRange, Part)> = given
        .iter()
        .filter(|(period, _)| !matches!(period, Period::Range(_)))
        .map(|(period, part)| (period.dates(fiscal), part.clone()))
        .collect();
    levels.sort_by_key(|(dates, _)| (dates.days(), dates.start));
    levels
}

/// What each month comes to: its own row, else its part of a quarter's, else of a year's.
fn months_of(
    given: &BTreeMap<Period, Part>,
    shares: Option<&[Exact]>,
    decimals: usize,
    fiscal: FiscalYear,
) -> BTreeMap<Period, Part> {
    let is = |wanted: fn(&Period) -> bool| given.iter().filter(move |(period, _)| wanted(period));
    let mut months: BTreeMap<Period, Part> = is(|p| matches!(p, Period::Month { .. }))
        .map(|(period, part)| (*period, part.clone()))
        .collect();
    let quarters = is(|p| matches!(p, Period::Quarter { .. }));
    for (whole, (value, origin)) in quarters.chain(is(|p| matches!(p, Period::Year(_)))) {
        let (set, open): (Vec<Period>, Vec<Period>) =
            whole.months(fiscal).into_iter().partition(|month| months.contains_key(month));
        let taken: Exact =
            set.iter().filter_map(|month| months.get(month)).map(|(value, _)| value).sum();
        let weights: Vec<Exact> =
            open.iter().map(|month| weight_of(*month, shares, fiscal)).collect();
        let parts = spread(&(value - &taken), &weights, decimals);
        months.extend(open.into_iter().zip(parts.into_iter().map(|part| (part, origin.clone()))));
    }
    months
}

fn weight_of(month: Period, shares: Option<&[Exact]>, fiscal: FiscalYear) -> Exact {
    let place = match month {
        Period::Month { year, month } => Period::Ytd { year, month }.months(fiscal).len() - 1,
        _ => 0,
    };
    shares.and_then(|shares| shares.get(place)).cloned().unwrap_or_else(Exact::one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Aggregate, Bilingual, Direction, MetricKind, MetricUnit};

    fn metric(unit: MetricUnit) -> Metric {
        let words = Bilingual { zh: String::new(), en: String::new() };
        let simple = crate::model::metric::Simple {
            extract: "orders".into(),
            value: None,
            aggregate: Aggregate::Count,
            filter: None,
            date: "day".into(),
            credit_to: crate::model::metric::CreditTo::Person("person".into()),
            trailing_months: None,
        };
        Metric {
            id: "m".into(),
            label: words.clone(),
            definition: words,
            kind: MetricKind::Simple(simple),
            unit,
            direction: Direction::Higher,
            decimals: 2,
            hidden: false,
        }
    }

    fn book(unit: MetricUnit, rows: &[(&str, &str)]) -> TargetBook {
        let targets: Vec<Target> = rows
            .iter()
            .enumerate()
            .map(|(row, (period, value))| Target {
                unit: "u".into(),
                metric: "m".into(),
                period: period.parse().unwrap(),
                value: Exact::parse(value).unwrap(),
                owner: None,
                due: None,
                source: None,
                note: None,
                origin: TargetOrigin { file: "t".into(), row: row as u64 + 2 },
            })
            .collect();
        TargetBook::new(&targets, &BTreeMap::new(), &[metric(unit)], FiscalYear::default())
    }

    fn value(book: &TargetBook, period: Period) -> Option<Exact> {
        book.own(&"u".into(), &"m".into(), period).map(|(value, _)| value)
    }

    #[test]
    fn shorter_rows_win_and_the_rest_shares_what_is_left() {
        let rows = [("2026", "1200"), ("2026-Q1", "400"), ("2026-02", "300")];
        let book = book(MetricUnit::Money, &rows);
        let month = |month| value(&book, Period::Month { year: 2026, month }).unwrap();
        assert_eq!([month(1), month(2), month(3)], [50, 300, 50].map(Exact::from));
        assert_eq!(month(4), Exact::parse("88.89").unwrap());
        assert_eq!(value(&book, Period::Ytd { year: 2026, month: 12 }), Some(Exact::from(1200)));
        assert_eq!(value(&book, "2026-Q1".parse().unwrap()), Some(Exact::from(400)));
        assert_eq!(value(&book, "2027-01".parse().unwrap()), None);
    }

    #[test]
    fn a_level_holds_for_every_part_of_its_period() {
        let book = book(MetricUnit::Percent, &[("2026", "95%"), ("2026-Q4", "97%")]);
        assert_eq!(value(&book, "2026-03".parse().unwrap()), Some(Exact::parse("95%").unwrap()));
        assert_eq!(value(&book, "2026-11".parse().unwrap()), Some(Exact::parse("97%").unwrap()));
        assert_eq!(value(&book, "2025-11".parse().unwrap()), None);
    }
}

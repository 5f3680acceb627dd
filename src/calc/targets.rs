//! The target of a unit for any period, from the rows that somebody wrote for some periods.
//!
//! A row for just the period wins. Else an amount (money, a count) is put together from months: a
//! month's own row, or its part of what is left of the quarter, or of the year, after the shorter
//! periods' rows inside it. A level (a share, a duration, an average) of a longer period holds for
//! each of its parts.

mod steps;

use std::collections::BTreeMap;

pub use self::steps::TargetStep;
use super::proration::Attendance;
use super::score::{Reason, TargetBasis};
use super::seasons::{SeasonSource, Seasons};
use super::spread::spread;
use crate::model::{
    DateRange, Exact, FiscalYear, Grain, Metric, MetricId, Period, Seasonality, Target,
    TargetOrigin, UnitId,
};

type Part = (Exact, TargetOrigin);

/// All targets, ready to be asked.
pub struct TargetBook {
    fiscal: FiscalYear,
    seasons: Seasons,
    attendance: Attendance,
    rows: BTreeMap<(UnitId, MetricId), Rows>,
}

struct Rows {
    given: BTreeMap<Period, Part>,
    /// Of an amount: what each month comes to.
    months: BTreeMap<Period, MonthPart>,
    /// Of a level: the rows from short to long.
    levels: Vec<(DateRange, Part)>,
    spreads: bool,
}

/// A month's part of an amount.
struct MonthPart {
    /// As it was set.
    full: Exact,
    /// What is left of it for the days that count.
    value: Exact,
    /// Whether that is less because the person was not there all the time.
    is_prorated: bool,
    origin: TargetOrigin,
    /// How long the row is that it comes from.
    row: Grain,
}

impl TargetBook {
    /// Targets as they were set: nobody's is shortened, and where last year's months are to be the
    /// weights, months weigh the same.
    pub fn new(
        targets: &[Target],
        seasonality: &BTreeMap<MetricId, Seasonality>,
        metrics: &[Metric],
        fiscal: FiscalYear,
    ) -> Self {
        let seasons = Seasons::new(seasonality);
        Self::build(targets, seasons, Attendance::default(), metrics, fiscal)
    }

    /// Targets spread by `seasons`, and shortened by `attendance`.
    pub fn build<'a>(
        targets: impl IntoIterator<Item = &'a Target>,
        seasons: Seasons,
        attendance: Attendance,
        metrics: &[Metric],
        fiscal: FiscalYear,
    ) -> Self {
        let mut given: BTreeMap<(UnitId, MetricId), BTreeMap<Period, Part>> = BTreeMap::new();
        for target in targets {
            let place = (target.unit.clone(), target.metric.clone());
            let part = (target.value.clone(), target.origin.clone());
            given.entry(place).or_default().insert(target.period, part);
        }
        let mut book = Self { fiscal, seasons, attendance, rows: BTreeMap::new() };
        for (place, given) in given {
            let Some(metric) = metrics.iter().find(|metric| metric.id == place.1) else { continue };
            let spreads = metric.target_spreads();
            let months = if spreads {
                book.months_of(&place, &given, metric.decimals.max(2))
            } else {
                BTreeMap::new()
            };
            let levels = if spreads { Vec::new() } else { levels_of(&given, fiscal) };
            book.rows.insert(place, Rows { given, months, levels, spreads });
        }
        book
    }

    /// The unit's own target for the period, shortened for the days that count, and where it comes
    /// from; none where nobody set one.
    pub fn own(
        &self,
        unit: &UnitId,
        metric: &MetricId,
        period: Period,
    ) -> Option<(Exact, TargetBasis)> {
        let rows = self.rows.get(&(unit.clone(), metric.clone()))?;
        if let Some((full, origin)) = rows.given.get(&period) {
            let value = self.left_of(full, rows, (unit, metric), period);
            return Some((value, TargetBasis::Given(origin.clone())));
        }
        if matches!(period, Period::Range(_)) {
            return None;
        }
        let dates = period.dates(self.fiscal);
        let holds = |range: &DateRange| range.start <= dates.start && dates.end <= range.end;
        if let Some((_, (value, origin))) = rows.levels.iter().find(|(range, _)| holds(range)) {
            return Some((value.clone(), TargetBasis::Carried(origin.clone())));
        }
        let parts = self.parts(rows, (unit, metric), period)?;
        let sum = parts.iter().map(|part| &part.value).sum();
        let mut origins: Vec<TargetOrigin> = parts.iter().map(|part| part.origin.clone()).collect();
        origins.sort();
        origins.dedup();
        Some((sum, TargetBasis::Spread(origins)))
    }

    /// Whether months weigh the same though last year's weights are asked for: they are not known.
    pub fn lacks_last_year(&self, metric: &MetricId) -> bool {
        self.seasons.lacks_last_year(metric)
    }

    /// Whether the unit is taken out of all judgements of the metric in the period.
    pub fn is_exempt(&self, unit: &UnitId, metric: &MetricId, period: Period) -> bool {
        self.attendance.is_exempt(unit, metric, &period.dates(self.fiscal))
    }

    /// What made the unit's own target other than its rows say: whose last year it was spread by,
    /// and the days that it was shortened for; and why the unit is exempt.
    pub fn reasons(&self, unit: &UnitId, metric: &MetricId, period: Period) -> Vec<Reason> {
        let dates = period.dates(self.fiscal);
        let why: Vec<String> = self.attendance.reasons(unit, metric, &dates);
        if self.is_exempt(unit, metric, period) {
            return vec![Reason::Exempt { why }];
        }
        let mut reasons = Vec::new();
        let rows = self.rows.get(&(unit.clone(), metric.clone()));
        let Some(rows) = rows.filter(|rows| rows.spreads) else { return reasons };
        reasons.extend(self.season(rows, (unit, metric), period).map(Reason::Season));
        if self.is_prorated(rows, (unit, metric), period) {
            let working = self.attendance.by_working_days();
            let days = self.attendance.days_there(unit, &dates);
            reasons.push(Reason::Prorated { days, working });
        }
        if !why.is_empty() && self.own(unit, metric, period).is_some() {
            let days = self.attendance.days_judged(unit, metric, &dates);
            let working = self.attendance.by_working_days();
            reasons.push(Reason::ExemptDays { days, working, why });
        }
        reasons
    }

    /// The parts of somebody's own target that fall to the units they were in, by days, adding up
    /// to it; none where days do not count, for somebody in a single unit, or without a target.
    pub fn by_unit(
        &self,
        person: &UnitId,
        metric: &MetricId,
        period: Period,
    ) -> Option<BTreeMap<UnitId, Exact>> {
        if !self.attendance.moves(person, &period.dates(self.fiscal)) {
            return None;
        }
        let rows = self.rows.get(&(person.clone(), metric.clone())).filter(|rows| rows.spreads)?;
        let (whole, _) = self.own(person, metric, period)?;
        let known = self.parts(rows, (person, metric), period).is_some();
        let months = if known { period.months(self.fiscal) } else { Vec::new() };
        let mut parts: BTreeMap<UnitId, Exact> = BTreeMap::new();
        let mut left = whole;
        for month in months {
            let Some(part) = rows.months.get(&month) else { continue };
            let dates = month.dates(self.fiscal);
            if let Some(shares) = self.attendance.by_unit(person, metric, &dates) {
                add_shares(&mut parts, &part.value, &shares);
                left = &left - &part.value;
            }
        }
        // Of a row that is more or less than its months, and of one with explicit dates.
        if !left.is_zero() || parts.is_empty() {
            let shares = self.attendance.by_unit(person, metric, &period.dates(self.fiscal))?;
            add_shares(&mut parts, &left, &shares);
        }
        Some(parts)
    }

    /// The months that make up a period, but for those without a row that nothing is expected of; none where any other month has no part, or there are none.
    fn parts<'a>(
        &self,
        rows: &'a Rows,
        (unit, metric): (&UnitId, &MetricId),
        period: Period,
    ) -> Option<Vec<&'a MonthPart>> {
        let months = period.months(self.fiscal).into_iter();
        let parts: Vec<_> = months
            .map(|month| (month, rows.months.get(&month)))
            .filter(|(month, part)| {
                let dates = month.dates(self.fiscal);
                part.is_some() || !self.attendance.expects_nothing(unit, metric, &dates)
            })
            .map(|(_, part)| part)
            .collect::<Option<_>>()?;
        (!parts.is_empty() && !matches!(period, Period::Range(_))).then_some(parts)
    }

    /// A row's value for just the period, without what the months inside lose.
    fn left_of(
        &self,
        full: &Exact,
        rows: &Rows,
        (unit, metric): (&UnitId, &MetricId),
        period: Period,
    ) -> Exact {
        if !rows.spreads {
            return full.clone();
        }
        match self.parts(rows, (unit, metric), period) {
            Some(parts) => {
                let lost: Exact = parts.iter().map(|part| &part.full - &part.value).sum();
                full - &lost
            }
            None => {
                let dates = period.dates(self.fiscal);
                full * &self.attendance.share(unit, metric, &dates, Grain::Range)
            }
        }
    }

    fn is_prorated(
        &self,
        rows: &Rows,
        (unit, metric): (&UnitId, &MetricId),
        period: Period,
    ) -> bool {
        match self.parts(rows, (unit, metric), period) {
            Some(parts) => parts.iter().any(|part| part.is_prorated),
            None => {
                let dates = period.dates(self.fiscal);
                rows.given.contains_key(&period)
                    && self.attendance.prorates(unit, &dates, Grain::Range)
            }
        }
    }

    /// Whose last year the period's months were weighed by, where any is a part of a longer row.
    fn season(
        &self,
        rows: &Rows,
        (unit, metric): (&UnitId, &MetricId),
        period: Period,
    ) -> Option<SeasonSource> {
        let given = rows.given.contains_key(&period);
        let parts = self.parts(rows, (unit, metric), period).filter(|_| !given)?;
        let year = self.fiscal.year_of(period.dates(self.fiscal).last_day());
        let is_part = parts.iter().any(|part| part.row != Grain::Month);
        self.seasons.of(unit, metric, year).1.filter(|_| is_part)
    }

    /// What each month comes to: its own row, else its part of a quarter's, else of a year's.
    fn months_of(
        &self,
        (unit, metric): &(UnitId, MetricId),
        given: &BTreeMap<Period, Part>,
        decimals: usize,
    ) -> BTreeMap<Period, MonthPart> {
        let part = |month: Period, full: Exact, origin: &TargetOrigin, row: Grain| {
            let dates = month.dates(self.fiscal);
            let value = &full * &self.attendance.share(unit, metric, &dates, row);
            let is_prorated = self.attendance.prorates(unit, &dates, row);
            MonthPart { full, value, is_prorated, origin: origin.clone(), row }
        };
        let of = |grain: Grain| given.iter().filter(move |(period, _)| period.grain() == grain);
        let mut months: BTreeMap<Period, MonthPart> = of(Grain::Month)
            .map(|(month, (full, origin))| {
                (*month, part(*month, full.clone(), origin, Grain::Month))
            })
            .collect();
        for (whole, (value, origin)) in of(Grain::Quarter).chain(of(Grain::Year)) {
            let (set, open): (Vec<Period>, Vec<Period>) =
                whole.months(self.fiscal).into_iter().partition(|month| months.contains_key(month));
            let taken: Exact =
                set.iter().filter_map(|month| months.get(month)).map(|part| &part.full).sum();
            let year = self.fiscal.year_of(whole.dates(self.fiscal).start);
            let season = self.seasons.of(unit, metric, year).0;
            let weights: Vec<Exact> =
                open.iter().map(|month| weight_of(*month, season, self.fiscal)).collect();
            let parts = spread(&(value - &taken), &weights, decimals);
            months.extend(
                open.into_iter()
                    .zip(parts)
                    .map(|(month, full)| (month, part(month, full, origin, whole.grain()))),
            );
        }
        months
    }
}

fn add_shares(
    parts: &mut BTreeMap<UnitId, Exact>,
    value: &Exact,
    shares: &BTreeMap<UnitId, Exact>,
) {
    for (unit, share) in shares {
        let part = parts.entry(unit.clone()).or_insert_with(Exact::zero);
        *part = &*part + &(value * share);
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
        let months = rows.months.iter().map(|(month, part)| TargetPiece {
            period: *month,
            value: part.full.clone(),
            row: row_of(&part.origin).unwrap_or(*month),
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

fn weight_of(month: Period, shares: Option<&[Exact]>, fiscal: FiscalYear) -> Exact {
    let place = match month {
        Period::Month { year, month } => Period::Ytd { year, month }.months(fiscal).len() - 1,
        _ => 0,
    };
    shares.and_then(|shares| shares.get(place)).cloned().unwrap_or_else(Exact::one)
}

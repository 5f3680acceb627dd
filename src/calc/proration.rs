//! Who is there on which days, and so which part of a target is theirs: joiners, leavers,
//! transfers and exemptions.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::{
    DateRange, Exact, Exemption, Grain, MetricId, Org, Person, Prorate, TargetRules, UnitId,
    WorkCalendar,
};

/// Days that count, out of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub counted: i64,
    pub of: i64,
}

impl Days {
    fn share(self) -> Exact {
        Exact::from(self.counted).over(&Exact::from(self.of)).unwrap_or_else(Exact::one)
    }
}

/// Everybody's time with the company, cut by unit, and what is taken out of it.
#[derive(Clone, Debug, Default)]
pub struct Attendance {
    rules: TargetRules,
    calendar: WorkCalendar,
    time: BTreeMap<UnitId, Vec<Stretch>>,
    exemptions: BTreeMap<UnitId, Vec<Exemption>>,
}

/// Days without a gap in one unit.
#[derive(Clone, Debug)]
struct Stretch {
    dates: DateRange,
    unit: UnitId,
}

impl Attendance {
    /// Everybody's time, as the org tells it.
    pub fn new(
        rules: &TargetRules,
        org: &Org,
        calendar: &WorkCalendar,
        exemptions: &[Exemption],
    ) -> Self {
        let time = org.people.values().map(|person| (person.id.clone(), time_of(org, person)));
        let mut by_unit: BTreeMap<UnitId, Vec<Exemption>> = BTreeMap::new();
        for exemption in exemptions {
            by_unit.entry(exemption.unit.clone()).or_default().push(exemption.clone());
        }
        for of_unit in by_unit.values_mut() {
            of_unit.sort_by_key(|exemption| (exemption.from, exemption.origin.clone()));
        }
        Self {
            rules: rules.clone(),
            calendar: calendar.clone(),
            time: time.collect(),
            exemptions: by_unit,
        }
    }

    /// Whether days are counted by the working calendar.
    pub fn by_working_days(&self) -> bool {
        self.rules.prorate == Prorate::Working
    }

    /// The days that somebody is there, out of all; all of them for a unit that is nobody's.
    pub fn days_there(&self, unit: &UnitId, dates: &DateRange) -> Days {
        let measure = self.measure(dates);
        let there = self.there(unit, dates);
        let counted = there.iter().map(|stretch| measure.count(&stretch.dates)).sum();
        Days { counted, of: measure.count(dates) }
    }

    /// The days that no exemption takes out, out of all those that the unit is there.
    pub fn days_judged(&self, unit: &UnitId, metric: &MetricId, dates: &DateRange) -> Days {
        let measure = self.measure(dates);
        let sum = |stretches: &[Stretch]| -> i64 {
            stretches.iter().map(|stretch| measure.count(&stretch.dates)).sum()
        };
        let there = self.there(unit, dates);
        let judged = self.without_exempt(unit, metric, there.clone());
        Days { counted: sum(&judged), of: sum(&there) }
    }

    /// Whether every day that the unit is there is taken out.
    pub fn is_exempt(&self, unit: &UnitId, metric: &MetricId, dates: &DateRange) -> bool {
        if !self.exemptions.contains_key(unit) {
            return false;
        }
        let there = self.there(unit, dates);
        !there.is_empty() && self.without_exempt(unit, metric, there).is_empty()
    }

    /// Why any of the days are taken out, by the exemptions' first day.
    pub fn reasons(&self, unit: &UnitId, metric: &MetricId, dates: &DateRange) -> Vec<String> {
        let of_unit = self.exemptions.get(unit).into_iter().flatten();
        let mut reasons: Vec<String> = of_unit
            .filter(|one| one.holds_for(metric) && one.days_in(dates).is_some())
            .map(|one| one.reason.clone())
            .collect();
        reasons.dedup();
        reasons
    }

    /// Whether days count, and somebody is not there on any of them; or all of them are exempt.
    pub fn expects_nothing(&self, unit: &UnitId, metric: &MetricId, dates: &DateRange) -> bool {
        let away = self.rules.prorate != Prorate::None && self.there(unit, dates).is_empty();
        away || self.is_exempt(unit, metric, dates)
    }

    /// Whether a row of this length is shortened because somebody is not there all the time: it
    /// was set for a whole seat, or they are not there on any day of it.
    pub fn prorates(&self, unit: &UnitId, dates: &DateRange, row: Grain) -> bool {
        let there = self.there(unit, dates);
        let all = there.iter().map(|stretch| stretch.dates.days()).sum::<i64>() == dates.days();
        let set_for_seat = self.rules.prorate_rows.contains(&row) || there.is_empty();
        self.rules.prorate != Prorate::None && set_for_seat && !all
    }

    /// The share that is left of a row's target: for the days that count, which are those that the
    /// unit is there where the row is shortened, without those that are exempt.
    pub fn share(&self, unit: &UnitId, metric: &MetricId, dates: &DateRange, row: Grain) -> Exact {
        let base = if self.prorates(unit, dates, row) {
            self.there(unit, dates)
        } else {
            vec![Stretch { dates: *dates, unit: unit.clone() }]
        };
        let measure = self.measure(dates);
        let judged = self.without_exempt(unit, metric, base);
        let counted = judged.iter().map(|stretch| measure.count(&stretch.dates)).sum();
        Days { counted, of: measure.count(dates) }.share()
    }

    /// Whether days count, and somebody is in more than one unit on them.
    pub fn moves(&self, person: &UnitId, dates: &DateRange) -> bool {
        let there = || {
            let time = self.time.get(person).into_iter().flatten();
            time.filter(|stretch| stretch.dates.meet(dates).is_some())
        };
        let first = there().next();
        self.rules.prorate != Prorate::None
            && first.is_some_and(|first| there().any(|stretch| stretch.unit != first.unit))
    }

    /// The shares of `dates` that somebody spends in each unit, adding up to 1; none where no day
    /// counts.
    pub fn by_unit(
        &self,
        person: &UnitId,
        metric: &MetricId,
        dates: &DateRange,
    ) -> Option<BTreeMap<UnitId, Exact>> {
        let there = self.without_exempt(person, metric, self.there(person, dates));
        let by_days = |measure: Measure<'_>| {
            let mut days: BTreeMap<UnitId, i64> = BTreeMap::new();
            for stretch in &there {
                *days.entry(stretch.unit.clone()).or_default() += measure.count(&stretch.dates);
            }
            let all = Exact::from(days.values().sum::<i64>());
            days.into_iter()
                .map(|(unit, days)| Some((unit, Exact::from(days).over(&all)?)))
                .collect::<Option<BTreeMap<UnitId, Exact>>>()
                .filter(|shares| !shares.is_empty())
        };
        // Somebody who is there on free days alone is so by the days of the calendar.
        by_days(self.measure(dates)).or_else(|| by_days(Measure { calendar: None }))
    }

    /// Counts working days where the rules say so and the dates have any.
    fn measure(&self, dates: &DateRange) -> Measure<'_> {
        let works = self.by_working_days() && self.calendar.working_days(dates) > 0;
        Measure { calendar: works.then_some(&self.calendar) }
    }

    fn there(&self, unit: &UnitId, dates: &DateRange) -> Vec<Stretch> {
        let Some(time) = self.time.get(unit) else {
            return vec![Stretch { dates: *dates, unit: unit.clone() }];
        };
        time.iter()
            .filter_map(|stretch| {
                let dates = stretch.dates.meet(dates)?;
                Some(Stretch { dates, unit: stretch.unit.clone() })
            })
            .collect()
    }

    fn without_exempt(
        &self,
        unit: &UnitId,
        metric: &MetricId,
        mut stretches: Vec<Stretch>,
    ) -> Vec<Stretch> {
        let of_unit = self.exemptions.get(unit).into_iter().flatten();
        for exemption in of_unit.filter(|one| one.holds_for(metric)) {
            stretches = stretches.into_iter().flat_map(|stretch| cut(stretch, exemption)).collect();
        }
        stretches
    }
}

#[derive(Clone, Copy)]
struct Measure<'a> {
    calendar: Option<&'a WorkCalendar>,
}

impl Measure<'_> {
    fn count(&self, dates: &DateRange) -> i64 {
        self.calendar.map_or_else(|| dates.days(), |calendar| calendar.working_days(dates))
    }
}

/// What an exemption leaves of a stretch: nothing, one end, or both.
fn cut(stretch: Stretch, exemption: &Exemption) -> Vec<Stretch> {
    let Some(out) = exemption.days_in(&stretch.dates) else { return vec![stretch] };
    let before = DateRange::new(stretch.dates.start, out.start);
    let after = DateRange::new(out.end, stretch.dates.end);
    [before, after]
        .into_iter()
        .flatten()
        .map(|dates| Stretch { dates, unit: stretch.unit.clone() })
        .collect()
}

/// Somebody's time by the dates of joining and leaving, in the units of the stays; days without a
/// stay are the company's. Where neither date is known, the stays alone tell; where there are none
/// either, it is always.
fn time_of(org: &Org, person: &Person) -> Vec<Stretch> {
    let range = |from: Option<NaiveDate>, to: Option<NaiveDate>| {
        DateRange::new(from.unwrap_or(NaiveDate::MIN), to.unwrap_or(NaiveDate::MAX))
    };
    let stays: Vec<Stretch> = org
        .stays(&person.id)
        .iter()
        .filter_map(|stay| {
            Some(Stretch { dates: range(stay.from, stay.to)?, unit: stay.unit.clone() })
        })
        .collect();
    let dated = person.joined.is_some() || person.left.is_some();
    if !dated && !stays.is_empty() {
        return stays;
    }
    let Some(there) = range(person.joined, person.left) else { return Vec::new() };
    let mut time = Vec::new();
    let mut reached = there.start;
    let fill = |from: NaiveDate, to: NaiveDate, time: &mut Vec<Stretch>| {
        let gap = DateRange::new(from, to);
        time.extend(gap.map(|dates| Stretch { dates, unit: org.company.clone() }));
    };
    for stay in stays {
        let Some(dates) = stay.dates.meet(&there) else { continue };
        fill(reached, dates.start, &mut time);
        reached = dates.end;
        time.push(Stretch { dates, unit: stay.unit });
    }
    fill(reached, there.end, &mut time);
    time
}

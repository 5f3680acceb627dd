//! 销售目标分解与责任分配表: the year's targets of the unit, and the headline's of those right below
//! it, with who is responsible for them.

use chrono::NaiveDate;

use super::desk::{Desk, plain, strong};
use super::document::{Cell, ReportKind, Table};
use super::units::{left, right, table};
use super::words::Phrase;
use crate::model::{DimensionId, Exact, Grain, Level, Metric, Period, Target, UnitId};

/// The table; none where nobody set a target for the year.
pub(super) fn decomposition(desk: &Desk<'_>) -> Option<Table> {
    let words = &desk.words.column;
    let columns = vec![
        left(&words.level),
        left(&words.item).under(),
        right(&words.value),
        left(&words.owner),
        left(&words.due).under(),
        left(&words.note),
        left(&words.source).under(),
    ];
    let year = Period::Year(desk.briefing.fiscal.year_of(desk.dates.last_day()));
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    // How the main target comes apart is read first.
    let mut first: Vec<Vec<Cell>> = Vec::new();
    for unit in units(desk) {
        let all = unit == desk.unit;
        let is_unit = desk.briefing.org.units.contains_key(unit);
        let main = desk.main().map(|metric| &metric.id);
        let shown = |metric: &&Metric| {
            all || Some(&metric.id) == main
                || is_unit && desk.briefing.headline.contains(&metric.id)
        };
        for metric in desk.metrics().filter(shown) {
            let own = desk.briefing.targets.iter().filter(|target| is_of(target, unit, metric));
            let own = row(desk, (unit, metric, None), own, &year);
            if Some(&metric.id) == main { &mut first } else { &mut rows }.extend(own);
            for value in values(desk, unit, metric) {
                let of_value = desk.briefing.by_dimension.iter();
                let of_value =
                    of_value.filter(|part| part.value == value.1 && part.dimension == *value.0);
                let own = of_value.map(|part| &part.target).filter(|t| is_of(t, unit, metric));
                rows.extend(row(desk, (unit, metric, Some(value.1)), own, &year));
            }
        }
    }
    first.append(&mut rows);
    let title = desk.words.table.targets.fill(&[("year", &desk.period_text(year))]);
    table(desk, "targets", &title, columns, first)
}

/// The unit, and for a manager the departments and people right below it.
fn units<'a>(desk: &Desk<'a>) -> Vec<&'a UnitId> {
    let org = desk.briefing.org;
    let mut units = vec![desk.unit];
    if desk.kind != ReportKind::Person {
        units.extend(org.children(desk.unit).map(|unit| &unit.id));
        units.extend(org.members(desk.unit, desk.dates).map(|person| &person.id));
    }
    units
}

fn is_of(target: &Target, unit: &UnitId, metric: &Metric) -> bool {
    target.unit == *unit && target.metric == metric.id
}

/// The values of dimensions that a unit has targets for, in the order of the target tables.
fn values<'a>(desk: &Desk<'a>, unit: &UnitId, metric: &Metric) -> Vec<(&'a DimensionId, &'a str)> {
    let mut values = Vec::new();
    for part in desk.briefing.by_dimension.iter().filter(|part| is_of(&part.target, unit, metric)) {
        let value = (&part.dimension, part.value.as_str());
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

fn row<'a>(
    desk: &Desk<'a>,
    (unit, metric, part): (&UnitId, &Metric, Option<&str>),
    targets: impl Iterator<Item = &'a Target>,
    year: &Period,
) -> Option<Vec<Cell>> {
    let set = longest(desk, targets, year);
    let first = *set.first()?;
    let words = &desk.words.targets;
    let (level, name) = match desk.briefing.org.level(unit)? {
        Level::Company => (&words.company, desk.name(unit)),
        Level::Department => (&words.department, desk.name(unit)),
        Level::Person => (&words.person, desk.name(unit)),
    };
    let (mut item, value) = item_and_value(desk, metric, &set);
    if let Some(part) = part {
        item = words.part.fill(&[("item", &item), ("value", part)]);
    }
    let due = set.iter().filter_map(|target| target.due).max();
    let text = |pick: fn(&Target) -> Option<&String>| -> Cell {
        set.iter().copied().find_map(pick).map_or_else(|| desk.nothing(), plain)
    };
    Some(vec![
        strong(words.level.fill(&[("level", level.text()), ("name", &name)])),
        plain(item),
        plain(value),
        plain(first.owner.clone().unwrap_or_else(|| responsible(desk, unit))),
        due.map_or_else(|| desk.nothing(), |day: NaiveDate| plain(day.to_string())),
        text(|target| target.note.as_ref()),
        text(|target| target.source.as_ref()),
    ])
}

/// The targets of the longest grain that were set inside the year, by their first day.
fn longest<'a>(
    desk: &Desk<'a>,
    targets: impl Iterator<Item = &'a Target>,
    year: &Period,
) -> Vec<&'a Target> {
    let fiscal = desk.briefing.fiscal;
    let dates = year.dates(fiscal);
    let start = |target: &Target| target.period.dates(fiscal).start;
    let mut set: Vec<&Target> =
        targets.filter(|target| target.period.dates(fiscal).meet(&dates).is_some()).collect();
    let longest = set.iter().map(|target| length(target.period.grain())).max();
    set.retain(|target| Some(length(target.period.grain())) == longest);
    set.sort_by_key(|target| (start(target), target.origin.clone()));
    set
}

fn length(grain: Grain) -> u8 {
    match grain {
        Grain::Range => 0,
        Grain::Month => 1,
        Grain::Quarter => 2,
        Grain::Ytd => 3,
        Grain::Year => 4,
    }
}

/// What is aimed at: one target as it stands; several summed where they add up, else their span.
fn item_and_value(desk: &Desk<'_>, metric: &Metric, set: &[&Target]) -> (String, String) {
    let words = &desk.words.targets;
    let label = desk.label(metric);
    let goal = |value: &Exact| desk.numbers.goal(metric, value);
    let item = |phrase: &Phrase| phrase.fill(&[("metric", label)]);
    let grain = set.first().map(|target| target.period.grain());
    if let [one] = set {
        let period = desk.period_text(one.period);
        let text = match grain {
            Some(Grain::Year) => item(&words.year),
            _ => words.range.fill(&[("metric", label), ("period", &period)]),
        };
        return (text, goal(&one.value));
    }
    let count = set.len().to_string();
    let sum = |phrase: &Phrase| {
        let total: Exact = set.iter().map(|target| &target.value).sum();
        (phrase.fill(&[("metric", label), ("count", &count)]), goal(&total))
    };
    match grain {
        Some(Grain::Quarter) if metric.target_spreads() => sum(&words.sum_of_quarters),
        Some(Grain::Month) if metric.target_spreads() => sum(&words.sum_of_months),
        Some(Grain::Quarter) => (item(&words.quarters), span(desk, metric, set)),
        Some(Grain::Month) => (item(&words.months), span(desk, metric, set)),
        _ => (label.to_owned(), span(desk, metric, set)),
    }
}

/// One value where all are the same, else from the lowest to the highest.
fn span(desk: &Desk<'_>, metric: &Metric, set: &[&Target]) -> String {
    let values = || set.iter().map(|target| &target.value);
    match (values().min(), values().max()) {
        (Some(low), Some(high)) if low == high => desk.numbers.goal(metric, low),
        (Some(low), Some(high)) => desk.words.targets.from_to.fill(&[
            ("low", &desk.numbers.target(metric, low)),
            ("high", &desk.numbers.target(metric, high)),
        ]),
        _ => String::new(),
    }
}

/// Who is responsible where the target does not say: the unit's owner, or the person.
fn responsible(desk: &Desk<'_>, unit: &UnitId) -> String {
    match desk.briefing.org.units.get(unit) {
        Some(known) => known.owner.as_ref().map_or_else(String::new, |owner| desk.name(owner)),
        None => desk.name(unit),
    }
}

//! By product line, by region, by customer type: the targets of a dimension's values.

use super::desk::{Desk, filled_percent, muted, plain, reach, strong, without_bar};
use super::document::{Cell, Column, ReportKind, Table, Tone};
use super::shortened;
use super::units::{left, right, table};
use crate::calc::PartScore;
use crate::model::{Dimension, Exact, Figure, Metric, Period};

/// One table for each dimension that the unit has targets for.
pub(super) fn tables(desk: &Desk<'_>) -> Vec<Table> {
    if desk.kind == ReportKind::Person {
        return Vec::new();
    }
    desk.briefing.dimensions.iter().filter_map(|dimension| by_dimension(desk, dimension)).collect()
}

fn by_dimension(desk: &Desk<'_>, dimension: &Dimension) -> Option<Table> {
    let words = &desk.words;
    let label = dimension.label.get(desk.language);
    let columns = vec![
        left(&words.column.metric),
        Column { label: label.to_owned(), ..Column::default() }.under(),
        right(&words.column.actual),
        right(&words.column.target).under(),
        right(&words.column.attainment),
        right(&words.column.gap).under(),
        right(&words.column.to_date_attainment),
    ];
    let mut rows = Vec::new();
    let mut shown: Vec<&PartScore> = Vec::new();
    for metric in desk.metrics() {
        let now = scores(desk, dimension, metric, desk.briefing.judged);
        let to_date = scores(desk, dimension, metric, desk.to_date);
        for value in values(desk, dimension, metric) {
            let (now, to_date) = (of_value(&now, value), of_value(&to_date, value));
            if now.is_none() && to_date.is_none() {
                continue;
            }
            let mut row = vec![strong(desk.label(metric)), plain(value)];
            row.extend(figures(desk, metric, now));
            row.push(
                to_date.map_or_else(|| desk.nothing(), |part| without_bar(attainment(desk, part))),
            );
            rows.push(row);
            shown.extend(now);
        }
    }
    let title = words.parts.title.fill(&[("dimension", label)]);
    let mut table = table(desk, "parts", &title, columns, rows)?;
    table.notes.push(words.parts.note.text().to_owned());
    let of_parts =
        shown.iter().filter_map(|part| Some((desk.metric(&part.metric)?, &part.reasons[..])));
    table.notes.extend(shortened::notes(desk, of_parts));
    Some(table)
}

/// The values that the unit has targets for, in the order of the target tables.
fn values<'a>(desk: &Desk<'a>, dimension: &Dimension, metric: &Metric) -> Vec<&'a str> {
    let mut values = Vec::new();
    for part in desk.briefing.by_dimension {
        let of = &part.target;
        let is_here = of.unit == *desk.unit && of.metric == metric.id;
        if is_here && part.dimension == dimension.id && !values.contains(&part.value.as_str()) {
            values.push(part.value.as_str());
        }
    }
    values
}

fn scores<'a>(
    desk: &Desk<'a>,
    dimension: &Dimension,
    metric: &Metric,
    period: Period,
) -> Vec<&'a PartScore> {
    let is_here = |part: &&PartScore| {
        part.period == period
            && part.unit == *desk.unit
            && part.metric == metric.id
            && part.dimension == dimension.id
    };
    desk.briefing.cards.parts.iter().filter(is_here).collect()
}

fn of_value<'a>(parts: &[&'a PartScore], value: &str) -> Option<&'a PartScore> {
    parts.iter().find(|part| part.value == value).copied()
}

fn figures(desk: &Desk<'_>, metric: &Metric, part: Option<&PartScore>) -> [Cell; 4] {
    let Some(part) = part else { return [(); 4].map(|()| desk.nothing()) };
    let gap = part.gap.as_ref().map(|gap| plain(desk.numbers.difference(metric, gap)));
    [
        desk.figure(metric, &part.actual, part.target.known()),
        desk.figure(metric, &part.target, None),
        attainment(desk, part),
        gap.unwrap_or_else(|| desk.nothing()),
    ]
}

fn attainment(desk: &Desk<'_>, part: &PartScore) -> Cell {
    match &part.attainment {
        Figure::Known(share) => Cell {
            text: desk.numbers.attainment(share),
            tone: if *share >= Exact::one() { Tone::Good } else { Tone::Plain },
            bar_percent: Some(filled_percent(share)),
            reach: Some(reach(share)),
            ..Cell::default()
        },
        absent if *absent == part.target || *absent == part.actual => desk.nothing(),
        Figure::Absent(why) => muted(desk.absence(*why)),
    }
}

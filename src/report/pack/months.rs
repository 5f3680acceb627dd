//! Month by month: the unit itself, and what those below it came to in each.

use super::rows::{
    below, bold, headline, labelled, months, period_columns, period_row, score_in, section, tables,
};
use crate::calc::Score;
use crate::model::{Metric, Period, UnitId};
use crate::report::desk::{Desk, plain, strong};
use crate::report::document::{Block, Cell, Column, Section, Table};
use crate::report::units::{left, table};
use crate::report::waterfall;

/// The unit's months, then those of the units below.
pub(super) fn sections(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let metrics = headline(desk);
    let own = metrics.iter().filter_map(|metric| own(desk, metric));
    // What the months make of the gap, where there is one to explain.
    let gap = waterfall::charts(desk).into_iter().filter(|chart| chart.key == "months");
    let own: Vec<Block> = tables(own).into_iter().chain(gap.map(Block::Chart)).collect();
    let of_units = metrics.iter().flat_map(|metric| {
        let is_main = desk.main().is_some_and(|main| main.id == metric.id);
        let actuals = is_main.then(|| by_month(desk, metric, Shown::Actual)).flatten();
        [by_month(desk, metric, Shown::Attainment), actuals]
    });
    vec![
        section("months", &words.own_months, own),
        section("units", &words.units_by_month, tables(of_units.flatten())),
    ]
}

/// The unit's months and the quarter that they make.
fn own(desk: &Desk<'_>, metric: &Metric) -> Option<Table> {
    let of = |period| score_in(desk, period, desk.unit, &metric.id);
    let row = |month| {
        let score: &Score = of(month)?;
        Some(period_row(desk, metric, plain(desk.period_text(month)), Some(score)))
    };
    let rows: Vec<Vec<Cell>> = months(desk).into_iter().filter_map(row).collect();
    let columns = period_columns(desk, left(&desk.words.pack.month));
    let title = desk.words.pack.month_table.fill(&[("metric", desk.label(metric))]);
    let mut table = table(desk, "months", &title, columns, rows)?;
    let quarter = strong(desk.words.pack.quarter.text());
    let mut total = period_row(desk, metric, quarter, of(desk.briefing.judged));
    bold(&mut total);
    table.rows.push(total);
    Some(table)
}

/// What the cells of a table of units by month hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Attainment,
    Actual,
}

/// The units below, one column for each month and one for the quarter; none where nobody has such
/// a figure.
fn by_month(desk: &Desk<'_>, metric: &Metric, shown: Shown) -> Option<Table> {
    let periods: Vec<Period> = months(desk).into_iter().chain([desk.briefing.judged]).collect();
    let has = |score: &Score| match shown {
        Shown::Attainment => score.attainment.known().is_some(),
        Shown::Actual => score.actual.known().is_some(),
    };
    let scores = |unit: &UnitId| -> Vec<Option<&Score>> {
        periods.iter().map(|period| score_in(desk, *period, unit, &metric.id)).collect()
    };
    let cells = |unit: &UnitId| -> Vec<Cell> {
        let cell = |score: Option<&Score>| match (score, shown) {
            (None, _) => desk.nothing(),
            (Some(score), Shown::Actual) => {
                desk.figure(metric, &score.actual, score.target.known())
            }
            (Some(score), Shown::Attainment) => attained(desk, score),
        };
        scores(unit).into_iter().map(cell).collect()
    };
    let rows: Vec<Vec<Cell>> = below(desk)
        .into_iter()
        .filter(|one| scores(one.id).into_iter().flatten().any(has))
        .map(|one| std::iter::once(plain(one.name)).chain(cells(one.id)).collect())
        .collect();
    let words = &desk.words.pack;
    let mut columns = vec![left(&desk.words.column.unit)];
    columns.extend(periods.iter().map(|period| month_column(desk, *period)));
    let title = match shown {
        Shown::Attainment => &words.shares_by_month,
        Shown::Actual => &words.actuals_by_month,
    };
    let title = title.fill(&[("metric", desk.label(metric))]);
    let mut table = table(desk, "units_by_month", &title, columns, rows)?;
    let name = strong(desk.words.table.total.text());
    let mut total: Vec<Cell> = std::iter::once(name).chain(cells(desk.unit)).collect();
    bold(&mut total);
    table.rows.push(total);
    Some(table)
}

/// An attainment in the tone of its score; the absence where there is none.
fn attained(desk: &Desk<'_>, score: &Score) -> Cell {
    match score.attainment.known() {
        Some(share) => Cell {
            text: desk.numbers.attainment(share),
            tone: desk.tone(score).0,
            ..Cell::default()
        },
        None => desk.attainment(score),
    }
}

/// The head of a column: “7月”, and the quarter in a word.
pub(super) fn month_column(desk: &Desk<'_>, period: Period) -> Column {
    labelled(match period {
        Period::Month { .. } => desk.month_text(period),
        _ => desk.words.pack.quarter.text().to_owned(),
    })
}

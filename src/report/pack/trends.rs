//! Where the figures come from and where they go: twelve months, the quarters before, a year ago.

use super::rows::{headline, period_columns, period_row, score_in, section, sentence, tables};
use crate::calc::Score;
use crate::model::{Metric, Period};
use crate::report::desk::{Desk, plain};
use crate::report::document::{Block, Cell, Section, Table};
use crate::report::units::{left, table};
use crate::report::{chart, figures};

/// Quarters that are set beside each other, the judged one among them.
const QUARTERS: usize = 5;

/// Lines, quarters, and the changes against the quarter before and a year ago.
pub(super) fn sections(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let metrics = headline(desk);
    let lines = metrics.iter().filter_map(|metric| chart::trend_of(desk, metric));
    let quarters: Vec<Table> =
        metrics.iter().filter_map(|metric| by_quarter(desk, metric)).collect();
    let quarters = match quarters.is_empty() {
        true => vec![sentence(words.no_earlier.text())],
        false => tables(quarters),
    };
    let changes = figures::of_period(desk).filter(|table| table.key == "changes");
    let changes = tables(changes.chain(figures::over_time(desk)));
    vec![
        section("lines", &words.lines, lines.map(Block::Chart).collect()),
        section("quarters", &words.quarters, quarters),
        section("changes", &words.changes, changes),
    ]
}

/// The last quarters that were judged, early to late; none where there is but one.
fn by_quarter(desk: &Desk<'_>, metric: &Metric) -> Option<Table> {
    let back = std::iter::successors(Some(desk.briefing.judged), Period::previous);
    let known = |period: Period| {
        let score = score_in(desk, period, desk.unit, &metric.id);
        score.filter(|score| score.actual.known().is_some())
    };
    let mut quarters: Vec<(Period, &Score)> =
        back.take(QUARTERS).filter_map(|period| Some((period, known(period)?))).collect();
    quarters.reverse();
    if quarters.len() < 2 {
        return None;
    }
    let rows: Vec<Vec<Cell>> = quarters
        .into_iter()
        .map(|(quarter, score)| {
            period_row(desk, metric, plain(desk.period_text(quarter)), Some(score))
        })
        .collect();
    let columns = period_columns(desk, left(&desk.words.pack.quarter_column));
    let title = desk.words.pack.quarter_table.fill(&[("metric", desk.label(metric))]);
    table(desk, "quarters", &title, columns, rows)
}

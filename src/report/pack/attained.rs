//! What was to be reached and what was: the quarter at a glance, then by unit and by dimension.

use super::rows::{below, bold, headline as headline_metrics, period_columns, period_row};
use super::rows::{section, sentence, tables};
use crate::calc::Score;
use crate::model::{Level, Metric};
use crate::report::desk::{Desk, plain, strong};
use crate::report::document::{Block, Section, Table};
use crate::report::units::{left, table};
use crate::report::{composite, figures, notices, pace, parts, questions, reconcile, targets};

/// The quarter at a glance: every metric against its target, and what is warned.
pub(super) fn headline(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.section;
    let first = figures::of_period(desk).find(|table| table.key == "metrics");
    let mut standing = tables(first);
    standing.extend(tables(composite::table(desk)));
    standing.extend(notices::absences(desk).map(Block::Notice));
    let warned = notices::warnings(desk).into_iter().chain(pace::notice(desk));
    vec![
        section("standing", &words.standing, standing),
        section("warnings", &words.warnings, warned.map(Block::Notice).collect()),
    ]
}

/// How the year's targets come apart, and how far each part of the quarter's was attained.
pub(super) fn targets(desk: &Desk<'_>) -> Vec<Section> {
    let words = &desk.words.pack;
    let metrics = headline_metrics(desk);
    let mut by_unit: Vec<Block> =
        metrics.iter().filter_map(|metric| by_unit(desk, metric)).map(Block::Table).collect();
    let own = |metric: &&Metric| desk.score(desk.unit, &metric.id);
    let has_target = |score: &Score| score.target.known().is_some();
    if !metrics.iter().filter_map(own).any(has_target) {
        by_unit.insert(0, sentence(words.no_targets.text()));
    }
    let checks = reconcile::reconciliation(desk).into_iter().chain(questions::questions(desk));
    vec![
        section("units", &words.by_unit, by_unit),
        section("dimensions", &words.by_dimension, tables(parts::tables(desk))),
        section("decomposition", &words.decomposition, tables(targets::decomposition(desk))),
        section("reconciled", &words.reconciled, tables(checks)),
    ]
}

/// The units below with the unit itself as their total; none where nobody has a figure.
fn by_unit(desk: &Desk<'_>, metric: &Metric) -> Option<Table> {
    let units = below(desk);
    let people = units.iter().any(|one| desk.briefing.org.level(one.id) == Some(Level::Person));
    let first = if people { &desk.words.column.person } else { &desk.words.column.department };
    let known = |score: &&Score| score.actual.known().is_some() || score.target.known().is_some();
    let rows: Vec<_> = units
        .iter()
        .filter_map(|one| {
            let score = desk.score(one.id, &metric.id).filter(known)?;
            Some(period_row(desk, metric, plain(&one.name), Some(score)))
        })
        .collect();
    let title = desk.words.pack.unit_table.fill(&[("metric", desk.label(metric))]);
    let mut table = table(desk, "units", &title, period_columns(desk, left(first)), rows)?;
    let total = strong(desk.words.table.total.text());
    let mut total = period_row(desk, metric, total, desk.score(desk.unit, &metric.id));
    bold(&mut total);
    table.rows.push(total);
    Some(table)
}

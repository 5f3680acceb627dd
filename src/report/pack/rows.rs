//! The pieces that chapters are put together from.

use crate::calc::{Score, Warning};
use crate::model::{Metric, MetricId, Period, UnitId};
use crate::report::desk::{Desk, plain};
use crate::report::document::{Block, Cell, Column, Section, Table, Tone};
use crate::report::units::{departments_below, is_row, left, right};
use crate::report::words::Phrase;

/// A row of a table of units.
pub(super) struct Below<'a> {
    pub(super) id: &'a UnitId,
    /// The name, indented by the place in the tree.
    pub(super) name: String,
}

/// The departments below, in the order of the tree; where there is none, the people who stand in
/// the unit and have figures.
pub(super) fn below<'a>(desk: &Desk<'a>) -> Vec<Below<'a>> {
    let org = desk.briefing.org;
    let depth = |id: &UnitId| org.and_above(id).count();
    let departments = departments_below(desk);
    let top = departments.iter().map(|unit| depth(&unit.id)).min().unwrap_or(0);
    if !departments.is_empty() {
        let of = departments.into_iter().map(|unit| Below {
            id: &unit.id,
            name: "\u{3000}".repeat(depth(&unit.id) - top) + &desk.name(&unit.id),
        });
        return of.collect();
    }
    members(desk).into_iter().map(|id| Below { id, name: desk.name(id) }).collect()
}

/// The people who stand in the unit itself and have figures of the main metric, by id.
pub(super) fn members<'a>(desk: &Desk<'a>) -> Vec<&'a UnitId> {
    let Some(metric) = desk.main() else { return Vec::new() };
    let members = desk.briefing.org.members(desk.unit, desk.dates).map(|person| &person.id);
    members.filter(|id| desk.score(id, &metric.id).is_some_and(is_row)).collect()
}

/// The metrics of the headline.
pub(super) fn headline<'a>(desk: &Desk<'a>) -> Vec<&'a Metric> {
    desk.briefing.headline.iter().filter_map(|id| desk.metric(id)).collect()
}

/// The months of the judged quarter.
pub(super) fn months(desk: &Desk<'_>) -> Vec<Period> {
    desk.briefing.judged.months(desk.briefing.fiscal)
}

pub(super) fn score_in<'a>(
    desk: &Desk<'a>,
    period: Period,
    unit: &UnitId,
    metric: &MetricId,
) -> Option<&'a Score> {
    desk.briefing.cards.score(period, unit, metric)
}

/// What a row is about, then actual, target, attainment, gap, both changes and the warning.
pub(super) fn period_columns(desk: &Desk<'_>, first: Column) -> Vec<Column> {
    let words = &desk.words.column;
    vec![
        first,
        right(&words.actual),
        right(&words.target),
        right(&words.attainment),
        right(&words.gap),
        right(&words.mom),
        right(&words.yoy),
        left(&words.warning),
    ]
}

/// A row of these columns.
pub(super) fn period_row(
    desk: &Desk<'_>,
    metric: &Metric,
    first: Cell,
    score: Option<&Score>,
) -> Vec<Cell> {
    let mut row = vec![first];
    match score {
        Some(score) => row.extend([
            desk.figure(metric, &score.actual, score.target.known()),
            desk.figure(metric, &score.target, None),
            desk.attainment(score),
            desk.gap_cell(metric, score),
            plain(desk.change(metric, &score.mom)),
            plain(desk.change(metric, &score.yoy)),
            warning(desk, score.warning),
        ]),
        None => row.extend((1..8).map(|_| desk.nothing())),
    }
    row
}

/// A warning in a word.
pub(super) fn warning(desk: &Desk<'_>, warning: Warning) -> Cell {
    let words = &desk.words.tone;
    let (word, tone) = match warning {
        Warning::None => return desk.nothing(),
        Warning::Yellow => (&words.yellow_short, Tone::Watch),
        Warning::Red => (&words.red_short, Tone::Bad),
    };
    Cell { text: word.text().to_owned(), tone, ..Cell::default() }
}

pub(super) fn bold(row: &mut [Cell]) {
    row.iter_mut().for_each(|cell| cell.strong = true);
}

pub(super) fn section(key: &'static str, title: &Phrase, blocks: Vec<Block>) -> Section {
    titled(key, title.text().to_owned(), blocks)
}

pub(super) fn titled(key: &'static str, title: String, blocks: Vec<Block>) -> Section {
    Section { key, title, blocks }
}

/// The only section of a chapter, whose title says it all.
pub(super) fn untitled(key: &'static str, blocks: Vec<Block>) -> Section {
    titled(key, String::new(), blocks)
}

/// Tables as blocks.
pub(super) fn tables(tables: impl IntoIterator<Item = Table>) -> Vec<Block> {
    tables.into_iter().map(Block::Table).collect()
}

/// One sentence as a block.
pub(super) fn sentence(text: impl Into<String>) -> Block {
    Block::Text { lines: vec![text.into()] }
}

/// A column with a label that is no phrase.
pub(super) fn labelled(label: String) -> Column {
    use crate::report::document::Align;
    Column { label, align: Align::Right, under: false }
}

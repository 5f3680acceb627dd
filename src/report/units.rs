//! The units below a manager's: departments and people.

use super::composite;
use super::desk::{Breadth, Desk, plain, strong, without_bar};
use super::document::{Align, Cell, Column, ReportKind, Table, Tone};
use super::pace;
use super::words::Phrase;
use super::{shortened, spark};
use crate::calc::score::{Reason, Score, Warning};
use crate::model::{Level, Metric, Unit, UnitId};

/// Rows of one table in a booklet; its workbook has all. A mail is shortened as a whole.
const MOST_ROWS_OF_BOOKLET: usize = 200;

/// Departments and people below, at any depth.
pub(super) fn below<'a>(desk: &Desk<'a>) -> Vec<&'a UnitId> {
    let departments = departments_below(desk).into_iter().map(|unit| &unit.id);
    departments.chain(people_below(desk)).collect()
}

/// The departments below, at any depth, in the order of the tree.
pub(super) fn departments_below<'a>(desk: &Desk<'a>) -> Vec<&'a Unit> {
    let org = desk.briefing.org;
    let in_order = org.units_in_order().into_iter();
    in_order
        .filter(|unit| unit.id != *desk.unit && org.and_above(&unit.id).any(|id| id == desk.unit))
        .collect()
}

/// The people who are reported under the unit or below it, by id, whether they were judged or not.
pub(super) fn people_below<'a>(desk: &Desk<'a>) -> Vec<&'a UnitId> {
    let org = desk.briefing.org;
    org.people
        .keys()
        .filter(|id| org.and_above(org.home(id, &desk.dates)).any(|above| above == desk.unit))
        .collect()
}

/// The unit that a unit stands in: a person's home, a department's parent.
pub(super) fn home_name(desk: &Desk<'_>, unit: &UnitId) -> String {
    let org = desk.briefing.org;
    let above = match org.units.get(unit) {
        Some(known) => known.parent.as_ref(),
        None => Some(org.home(unit, &desk.dates)),
    };
    above.map_or_else(String::new, |id| desk.name(id))
}

/// The departments below a manager's unit, and the unit itself as their total.
pub(super) fn departments(desk: &Desk<'_>) -> Option<Table> {
    let metric = desk.main()?;
    let units: Vec<&Unit> = match desk.kind {
        ReportKind::Company => departments_below(desk),
        _ => desk.briefing.org.children(desk.unit).collect(),
    };
    let words = &desk.words.column;
    let mut columns = vec![left(&words.department), left(&words.warning).under()];
    columns.extend(figure_columns(desk, metric));
    columns.push(right(&words.to_date_attainment).under());
    columns.push(left(&desk.words.pace.state));
    columns.push(right(&desk.words.composite.name).under());
    columns.push(right(&words.coefficient).under());
    let row = |id: &UnitId, name: Cell| {
        let mut row = vec![name, worst_warning(desk, id)];
        row.extend(figures(desk, metric, id));
        row.push(match desk.score_to_date(id, &metric.id) {
            Some(score) => without_bar(desk.attainment(score)),
            None => desk.nothing(),
        });
        row.push(pace::state_of(desk, id, metric));
        row.extend([composite::cell(desk, id), desk.coefficient(id)]);
        row
    };
    let depth = |unit: &Unit| desk.briefing.org.and_above(&unit.id).count();
    let top = units.iter().map(|unit| depth(unit)).min().unwrap_or(0);
    let rows: Vec<Vec<Cell>> = units
        .iter()
        .map(|unit| {
            let indent = "\u{3000}".repeat(depth(unit) - top);
            row(&unit.id, strong(format!("{indent}{}", desk.name(&unit.id))))
        })
        .collect();
    let mut total = row(desk.unit, strong(desk.words.table.total.text()));
    total.iter_mut().for_each(|cell| cell.strong = true);
    let mut table = table(desk, "departments", desk.words.table.departments.text(), columns, rows)?;
    table.rows.push(total);
    let stands_here = |id: &&UnitId| desk.briefing.org.home(id, &desk.dates) == desk.unit;
    let is_row = |id: &UnitId| desk.score(id, &metric.id).is_some_and(is_row);
    if people_below(desk).iter().filter(|id| stands_here(id)).any(|id| is_row(id)) {
        table.notes.push(desk.words.table.total_note.text().to_owned());
    }
    Some(table)
}

/// The people below a manager's unit, by rank.
pub(super) fn people(desk: &Desk<'_>) -> Option<Table> {
    if desk.kind == ReportKind::Person {
        return None;
    }
    let metric = desk.main()?;
    let mut people: Vec<&UnitId> = people_below(desk);
    people.sort_by_key(|id| {
        let score = desk.score(id, &metric.id);
        let standing = score.and_then(|score| desk.leading_standing(score));
        (standing.map_or(usize::MAX, |standing| standing.rank), (*id).clone())
    });
    let words = &desk.words.column;
    let mut columns = vec![left(&words.person), left(&words.department).under()];
    columns.extend(figure_columns(desk, metric));
    columns.extend([left(&words.warning).under(), right(&words.rank)]);
    columns.push(right(&desk.words.composite.name).under());
    columns.push(right(&words.coefficient).under());
    people.retain(|id| desk.score(id, &metric.id).is_some_and(is_row));
    let rows = people
        .iter()
        .map(|&id| {
            let rank = match desk.score(id, &metric.id) {
                Some(score) => desk.rank(desk.leading_standing(score)),
                None => desk.nothing(),
            };
            let mut row = vec![strong(desk.name(id)), plain(home_name(desk, id))];
            row.extend(figures(desk, metric, id));
            row.extend([worst_warning(desk, id), rank]);
            row.extend([composite::cell(desk, id), desk.coefficient(id)]);
            row
        })
        .collect();
    let mut table = table(desk, "people", desk.words.table.people.text(), columns, rows)?;
    table.notes.extend(shortened::notes_on_people(desk, &people, &metric.id));
    Some(table)
}

/// Whether somebody has rows or a target: who neither sells nor is meant to is no row.
pub(super) fn is_row(score: &Score) -> bool {
    score.target.known().is_some() || !score.reasons.contains(&Reason::NoRows)
}

fn figure_columns(desk: &Desk<'_>, metric: &Metric) -> [Column; 4] {
    let words = &desk.words.column;
    [
        Column { label: metric.label.get(desk.language).to_owned(), ..right(&words.actual) },
        right(&words.target).under(),
        spark::column(desk).under(),
        right(&words.attainment),
    ]
}

/// Actual, target, the last months and attainment of the main metric.
fn figures(desk: &Desk<'_>, metric: &Metric, unit: &UnitId) -> [Cell; 4] {
    match desk.score(unit, &metric.id) {
        Some(score) => [
            desk.figure(metric, &score.actual, score.target.known()),
            desk.figure(metric, &score.target, None),
            match (desk.kind, desk.briefing.org.level(unit)) {
                // A company has too many people to read the months of each.
                (ReportKind::Company, Some(Level::Person)) => desk.nothing(),
                _ => spark::cell(desk, unit, metric),
            },
            desk.attainment(score),
        ],
        None => [(); 4].map(|()| desk.nothing()),
    }
}

/// “红色：回款率”: the worst warning of a unit, and the metrics that have it.
fn worst_warning(desk: &Desk<'_>, unit: &UnitId) -> Cell {
    let scores: Vec<(&Metric, &Score)> =
        desk.metrics().filter_map(|metric| Some((metric, desk.score(unit, &metric.id)?))).collect();
    let words = &desk.words.tone;
    let worst = scores.iter().map(|(_, score)| score.warning).max();
    let (tone, word) = match worst.unwrap_or(Warning::None) {
        Warning::None => return desk.nothing(),
        Warning::Yellow => (Tone::Watch, words.yellow_short.text()),
        Warning::Red => (Tone::Bad, words.red_short.text()),
    };
    let metrics: Vec<&Metric> = scores
        .iter()
        .filter(|(_, score)| Some(score.warning) == worst)
        .map(|(metric, _)| *metric)
        .collect();
    let labels = desk.labels(&metrics);
    let text = desk.words.list.label.fill(&[("label", word), ("text", &labels)]);
    Cell { text, tone, ..Cell::default() }
}

pub(super) fn left(label: &Phrase) -> Column {
    Column { label: label.text().to_owned(), ..Column::default() }
}

pub(super) fn right(label: &Phrase) -> Column {
    Column { align: Align::Right, ..left(label) }
}

/// A table with as many rows as a booklet takes and a note of how many more there are, or with all
/// of them for a mail; none where it would be empty.
pub(super) fn table(
    desk: &Desk<'_>,
    key: &'static str,
    title: &str,
    columns: Vec<Column>,
    mut rows: Vec<Vec<Cell>>,
) -> Option<Table> {
    let most = match desk.breadth {
        Breadth::Mail => usize::MAX,
        Breadth::Booklet => MOST_ROWS_OF_BOOKLET,
    };
    let rest = rows.len().saturating_sub(most);
    rows.truncate(most);
    let more = || desk.words.pack.more_rows.fill(&[("rest", &rest.to_string())]);
    let notes = if rest > 0 { vec![more()] } else { Vec::new() };
    (!rows.is_empty()).then(|| Table { key, title: title.to_owned(), columns, rows, notes })
}

//! Everybody on one sheet: how far each headline figure came, and what follows from it.

use super::places::{ACTUAL, ATTAINMENT, Places};
use crate::calc::score::{Score, Warning};
use crate::model::{Figure, Level, Metric, UnitId};
use crate::report::desk::Desk;
use crate::report::document::Tone;
use crate::report::sheet::{
    ColumnKind, Formula, Sheet, SheetCell, SheetColumn, SheetTable, Term, width_of,
};
use crate::report::statement::cells::{self, like, nothing};

pub(super) fn overview(desk: &Desk<'_>, places: &Places<'_>) -> Sheet {
    let org = desk.briefing.org;
    let judged = places.metrics.iter().map(|metric| is_judged(desk, places, metric));
    let judged: Vec<bool> = judged.collect();
    let mut rows = Vec::new();
    for unit in &places.units {
        rows.push(row(desk, places, unit, &judged));
        let here = places.people.iter().filter(|id| org.home(id, &desk.dates) == *unit);
        rows.extend(here.map(|id| row(desk, places, id, &judged)));
    }
    let notes = vec![desk.words.workbook.overview_note.text().to_owned()];
    let columns = columns(desk, places);
    let table = SheetTable { columns, rows, notes, fixed_columns: 1, ..SheetTable::default() };
    Sheet { key: "overview".to_owned(), tables: vec![table], ..Sheet::default() }
}

fn columns(desk: &Desk<'_>, places: &Places<'_>) -> Vec<SheetColumn> {
    let (words, column) = (&desk.words.workbook, &desk.words.column);
    let of = |label: &str, width, kind| SheetColumn::new(label, width, kind);
    let mut columns = vec![of(column.unit.text(), 30, ColumnKind::Text)];
    columns.extend(places.metrics.iter().map(|metric| {
        let label = desk.label(metric);
        of(label, (width_of(label) + 4).clamp(12, 20), ColumnKind::Percent)
    }));
    columns.push(of(words.most_severe.text(), 14, ColumnKind::Text));
    if has_composite(desk) {
        columns.push(of(desk.words.composite.name.text(), 12, ColumnKind::Percent));
    }
    columns.push(of(column.rank.text(), 10, ColumnKind::Text));
    columns.push(of(column.coefficient.text(), 14, ColumnKind::Amount));
    columns
}

fn has_composite(desk: &Desk<'_>) -> bool {
    desk.briefing.plan.composite.is_some()
}

fn row(desk: &Desk<'_>, places: &Places<'_>, id: &UnitId, judged: &[bool]) -> Vec<SheetCell> {
    let org = desk.briefing.org;
    let is_person = org.level(id) == Some(Level::Person);
    let above = if is_person { org.home(id, &desk.dates) } else { id };
    let top = org.and_above(desk.unit).count();
    let depth = org.and_above(above).count().saturating_sub(top) + usize::from(is_person);
    let name = SheetCell::text(desk.name(id)).indented(depth);
    let mut cells = vec![if is_person { name } else { name.strong() }];
    for (at, metric) in places.metrics.iter().enumerate() {
        cells.push(figure(desk, places, (at, metric), id, is_person, judged[at]));
    }
    cells.push(most_severe(desk, id));
    if has_composite(desk) {
        cells.push(match desk.composite(id).map(|composite| &composite.value) {
            Some(Figure::Known(share)) => cells::share_cell(desk, share),
            _ => nothing(desk),
        });
    }
    let main = desk.main().and_then(|metric| desk.score(id, &metric.id));
    let standing = main.and_then(|score| desk.leading_standing(score));
    cells.push(SheetCell::Text(desk.rank(standing).text));
    cells.push(match desk.award(id).and_then(|award| award.coefficient()) {
        Some(value) => cells::coefficient(desk, value),
        None => SheetCell::Text(desk.coefficient(id).text).toned(Tone::Muted),
    });
    cells
}

/// Whether anybody has an attainment of a metric: then its column shows nothing else.
fn is_judged(desk: &Desk<'_>, places: &Places<'_>, metric: &Metric) -> bool {
    let mut scores = places.everybody().filter_map(|id| desk.score(id, &metric.id));
    scores.any(|score| score.attainment.known().is_some())
}

/// The attainment, or, of a metric that nobody has one of, the actual; as the other sheets have it.
fn figure(
    desk: &Desk<'_>,
    places: &Places<'_>,
    (at, metric): (usize, &Metric),
    id: &UnitId,
    is_person: bool,
    judged: bool,
) -> SheetCell {
    let Some(score) = desk.score(id, &metric.id) else { return nothing(desk) };
    let (column, result) = match (&score.attainment, &score.actual) {
        (Figure::Known(share), _) => {
            (ATTAINMENT, cells::share_cell(desk, share).toned(desk.tone(score).0))
        }
        (_, Figure::Known(_)) if !judged => (ACTUAL, cells::actual(desk, metric, score)),
        _ => return nothing(desk),
    };
    let place = match is_person {
        true => places.person(at, id, column),
        false => places.unit(at, id, column),
    };
    match place {
        Some(cell) => like(Formula::cell(vec![Term::Cell(cell)], result.clone()), &result),
        None => result,
    }
}

/// The worst warning over all metrics.
fn most_severe(desk: &Desk<'_>, id: &UnitId) -> SheetCell {
    let scores = desk.metrics().filter_map(|metric| desk.score(id, &metric.id));
    let worst: Option<&Score> = scores.max_by_key(|score| score.warning);
    match worst {
        Some(score) if score.warning != Warning::None => cells::state(desk, score),
        _ => nothing(desk),
    }
}

//! Departments and people, a row for each headline metric: to be filtered by any column.

use super::places::{ACTUAL, PersonRow, Places, TARGET, adds_up};
use crate::calc::score::{Change, Score};
use crate::model::{Figure, Metric, UnitId};
use crate::report::desk::Desk;
use crate::report::document::Tone;
use crate::report::sheet::{
    CellRef, ColumnKind, Formula, Sheet, SheetCell, SheetColumn, SheetTable, Term,
};
use crate::report::statement::cells::{self, like, nothing};
use crate::report::units::home_name;

/// The departments, and the unit itself as their sum.
pub(super) fn units(desk: &Desk<'_>, places: &Places<'_>) -> Sheet {
    let org = desk.briefing.org;
    let depth = |id: &UnitId| org.and_above(id).count();
    let top = depth(desk.unit);
    let mut rows = Vec::new();
    for (at, metric) in places.metrics.iter().enumerate() {
        for id in &places.units {
            let name = SheetCell::text(desk.name(id)).indented(depth(id).saturating_sub(top));
            let name = if *id == desk.unit { name.strong() } else { name };
            let mut row = begin(desk, metric, id, name);
            let owner = org.units.get(*id).and_then(|unit| unit.owner.as_ref());
            row.push(owner.map_or(SheetCell::Empty, |id| SheetCell::Text(desk.name(id))));
            let line = Line { desk, metric, sheet: "units", row: rows.len() };
            let score = desk.score(id, &metric.id);
            let sum = score.and_then(|score| places.sum(desk, at, score));
            row.extend(line.figures(score, sum));
            rows.push(row);
        }
    }
    sheet(desk, places, "units", rows, sums(desk, places))
}

/// The people, and under each unit what it has beside them.
pub(super) fn people(desk: &Desk<'_>, places: &Places<'_>) -> Sheet {
    let mut rows = Vec::new();
    for (metric, people) in places.metrics.iter().zip(&places.rows) {
        for person in people {
            let line = Line { desk, metric, sheet: "people", row: rows.len() };
            let row = match person {
                PersonRow::Person(id) => {
                    let mut row = begin(desk, metric, id, SheetCell::text(desk.name(id)));
                    let known = desk.briefing.org.people.get(*id);
                    let role = known.and_then(|person| person.role.clone());
                    row.push(role.map_or(SheetCell::Empty, SheetCell::Text));
                    row.extend(line.figures(desk.score(id, &metric.id), None));
                    row
                }
                PersonRow::Rest(unit, rest) => {
                    let words = &desk.words.workbook;
                    let has_people = desk.briefing.org.company != **unit;
                    let text = if has_people { &words.rest } else { &words.rest_of_units };
                    let mut row = vec![
                        SheetCell::text(desk.label(metric)),
                        SheetCell::text(text.text()).toned(Tone::Muted),
                        SheetCell::Empty,
                        SheetCell::text(desk.name(unit)),
                        SheetCell::Empty,
                        cells::value(desk, metric, rest, None),
                    ];
                    row.resize(columns(desk).len(), SheetCell::Empty);
                    row
                }
            };
            rows.push(row);
        }
    }
    sheet(desk, places, "people", rows, Vec::new())
}

fn begin(desk: &Desk<'_>, metric: &Metric, id: &UnitId, name: SheetCell) -> Vec<SheetCell> {
    vec![
        SheetCell::text(desk.label(metric)),
        name,
        SheetCell::text(id.as_str()),
        SheetCell::text(home_name(desk, id)),
    ]
}

/// Which metrics are sums, and which are not.
fn sums(desk: &Desk<'_>, places: &Places<'_>) -> Vec<String> {
    let words = &desk.words.workbook;
    let (added, others): (Vec<&Metric>, Vec<&Metric>) =
        places.metrics.iter().copied().partition(|metric| adds_up(desk, metric));
    [(&words.adds, added), (&words.does_not_add, others)]
        .into_iter()
        .filter(|(_, metrics)| !metrics.is_empty())
        .map(|(phrase, metrics)| phrase.fill(&[("metrics", &desk.labels(&metrics))]))
        .collect()
}

fn sheet(
    desk: &Desk<'_>,
    places: &Places<'_>,
    key: &str,
    rows: Vec<Vec<SheetCell>>,
    mut notes: Vec<String>,
) -> Sheet {
    let currency = desk.numbers.currency_name();
    notes.push(desk.words.table.amounts.fill(&[("currency", currency)]));
    let mut columns = columns(desk);
    if key == "units" {
        columns[4].label = desk.words.column.owner.text().to_owned();
    }
    let names = places.everybody().map(|id| crate::report::sheet::width_of(&desk.name(id)));
    let widest = names.max().unwrap_or(0) + 4;
    columns[1].width = columns[1].width.max(widest.min(40));
    let table = SheetTable { columns, rows, notes, fixed_columns: 2, ..SheetTable::default() };
    Sheet { key: key.to_owned(), tables: vec![table], ..Sheet::default() }
}

fn columns(desk: &Desk<'_>) -> Vec<SheetColumn> {
    let (words, column) = (&desk.words.workbook, &desk.words.column);
    let of = |label: &str, width, kind| SheetColumn::new(label, width, kind);
    vec![
        of(column.metric.text(), 14, ColumnKind::Text),
        of(column.unit.text(), 14, ColumnKind::Text),
        of(words.unit_id.text(), 8, ColumnKind::Text),
        of(words.above.text(), 16, ColumnKind::Text),
        of(words.role.text(), 14, ColumnKind::Text),
        of(column.actual.text(), 18, ColumnKind::Amount),
        of(column.target.text(), 18, ColumnKind::Amount),
        of(column.attainment.text(), 12, ColumnKind::Percent),
        of(column.gap.text(), 18, ColumnKind::Amount),
        of(column.warning.text(), 14, ColumnKind::Text),
        of(words.streak.text(), 12, ColumnKind::Whole),
        of(column.rank.text(), 8, ColumnKind::Whole),
        of(words.peers.text(), 10, ColumnKind::Whole),
        of(column.mom.text(), 12, ColumnKind::Percent),
        of(column.yoy.text(), 12, ColumnKind::Percent),
        of(column.to_date_attainment.text(), 14, ColumnKind::Percent),
    ]
}

/// The row that is being written.
struct Line<'a> {
    desk: &'a Desk<'a>,
    metric: &'a Metric,
    sheet: &'a str,
    row: usize,
}

impl Line<'_> {
    /// The figures of a score, from the actual on; `sum` is the formula of the actual.
    fn figures(&self, score: Option<&Score>, sum: Option<Vec<Term>>) -> Vec<SheetCell> {
        let (desk, metric) = (self.desk, self.metric);
        let Some(score) = score else { return (0..11).map(|_| nothing(desk)).collect() };
        let at = |column| CellRef::new(self.sheet, 0, self.row, column);
        let number = cells::actual(desk, metric, score);
        let actual = match sum {
            Some(terms) => like(Formula::cell(terms, number.clone()), &number),
            None => number,
        };
        let standing = score.standing.as_ref();
        let whole = |count: usize| SheetCell::Whole(i64::try_from(count).unwrap_or(i64::MAX));
        vec![
            actual,
            cells::target(desk, metric, score),
            cells::attainment(desk, metric, score, &at(ACTUAL), &at(TARGET)),
            cells::gap(desk, metric, score, &at(ACTUAL), &at(TARGET)),
            cells::state(desk, score),
            match score.streak {
                0 => SheetCell::Empty,
                months => SheetCell::Whole(i64::from(months)),
            },
            standing.map_or_else(|| nothing(desk), |standing| whole(standing.rank)),
            standing.map_or_else(|| nothing(desk), |standing| whole(standing.peers)),
            self.change(&score.mom),
            self.change(&score.yoy),
            match desk.score_to_date(&score.unit, &metric.id).map(|score| &score.attainment) {
                Some(Figure::Known(share)) => cells::share_cell(desk, share),
                _ => nothing(desk),
            },
        ]
    }

    /// A relative change as a share; that of a share in points, as its words have it.
    fn change(&self, change: &Change) -> SheetCell {
        match change {
            Change::Relative(share) => SheetCell::Percent(share.clone()),
            Change::Points(_) => SheetCell::Text(self.desk.change(self.metric, change)),
            Change::Absent(_) => nothing(self.desk),
        }
    }
}

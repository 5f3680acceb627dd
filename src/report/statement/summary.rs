//! The first sheet: each headline figure, what it is made of, and the coefficient.

use super::bands::AwardSheet;
use super::cells::{self, absent, like, nothing};
use super::letterhead::Letterhead;
use super::parts::Parts;
use crate::calc::score::Score;
use crate::model::{Absence, Metric};
use crate::report::desk::Desk;
use crate::report::document::Tone;
use crate::report::sheet::{
    CellRef, ColumnKind, Formula, Sheet, SheetCell, SheetColumn, SheetTable, Term,
};

/// The table of parts, and the column of their sums.
pub(super) const PARTS: (usize, usize) = (1, 1);

/// Where a headline figure stands: its row in the first table.
pub(super) fn place(row: usize, column: usize) -> CellRef {
    CellRef::new("summary", 0, row, column)
}

pub(super) const ACTUAL: usize = 1;
pub(super) const TARGET: usize = 2;
pub(super) const ATTAINMENT: usize = 3;

/// The headline metrics, each with its score where it was judged.
pub(super) fn headline<'a>(desk: &Desk<'a>) -> Vec<(&'a Metric, Option<&'a Score>)> {
    let metrics = desk.briefing.headline.iter().filter_map(|id| desk.metric(id));
    metrics.map(|metric| (metric, desk.score(desk.unit, &metric.id))).collect()
}

/// Where the actual of a metric is read from, if not from rows.
pub(super) type From<'a> = &'a dyn Fn(&Metric, &Score) -> Option<Vec<Term>>;

/// `from` gives the formula of an actual; `parts` are listed where rows are.
pub(super) fn sheet(
    desk: &Desk<'_>,
    head: &Letterhead,
    parts: Option<&Parts<'_>>,
    from: From<'_>,
    awards: &[AwardSheet],
    more: Vec<String>,
) -> Sheet {
    let words = &desk.words.statement;
    let mut as_number: Vec<&Metric> = Vec::new();
    let rows = headline(desk)
        .into_iter()
        .enumerate()
        .map(|(row, (metric, score))| line(desk, row, metric, score, from, &mut as_number))
        .collect();
    let mut notes = Vec::new();
    if parts.is_some() {
        notes.push(words.check.text().to_owned());
    }
    if parts.is_some() && !as_number.is_empty() {
        let labels = desk.labels(&as_number);
        notes.push(words.as_number.fill(&[("metrics", &labels)]));
    }
    let currency = desk.numbers.currency_name();
    notes.push(desk.words.table.amounts.fill(&[("currency", currency)]));
    let table = SheetTable {
        caption: words.headline.text().to_owned(),
        columns: columns(desk),
        rows,
        notes,
        ..SheetTable::default()
    };
    let mut tables = vec![table];
    tables.extend(parts.map(|parts| parts_table(desk, parts)));
    tables.extend((!awards.is_empty()).then(|| awards_table(desk, awards)));
    let key = "summary".to_owned();
    let mut sheet = Sheet { key, tables, notes: more, ..Sheet::default() };
    head.dress(&mut sheet, words.tab_summary.text());
    sheet
}

fn columns(desk: &Desk<'_>) -> Vec<SheetColumn> {
    let (words, column) = (&desk.words.statement, &desk.words.column);
    let of = |label: &str, width, kind| SheetColumn::new(label, width, kind);
    vec![
        of(column.metric.text(), 20, ColumnKind::Text),
        of(column.actual.text(), 18, ColumnKind::Amount),
        of(column.target.text(), 18, ColumnKind::Amount),
        of(column.attainment.text(), 16, ColumnKind::Percent),
        of(column.gap.text(), 18, ColumnKind::Amount),
        of(column.warning.text(), 16, ColumnKind::Text),
        of(column.rank.text(), 10, ColumnKind::Text),
        of(words.definition.text(), 58, ColumnKind::Text),
    ]
}

fn line<'a>(
    desk: &Desk<'a>,
    row: usize,
    metric: &'a Metric,
    score: Option<&Score>,
    from: From<'_>,
    as_number: &mut Vec<&'a Metric>,
) -> Vec<SheetCell> {
    let label = SheetCell::text(desk.label(metric)).strong();
    let definition = SheetCell::text(metric.definition.get(desk.language)).toned(Tone::Muted);
    let Some(score) = score else {
        let mut cells = vec![label, absent(desk, Absence::NoData)];
        cells.extend((0..5).map(|_| nothing(desk)));
        cells.push(definition);
        return cells;
    };
    let number = cells::actual(desk, metric, score);
    let actual = match from(metric, score) {
        Some(terms) => like(Formula::cell(terms, number.clone()), &number),
        None => {
            as_number.push(metric);
            number
        }
    };
    let (actual_at, target_at) = (place(row, ACTUAL), place(row, TARGET));
    let rank = desk.rank(score.standing.as_ref());
    vec![
        label,
        actual,
        cells::target(desk, metric, score),
        cells::attainment(desk, metric, score, &actual_at, &target_at),
        cells::gap(desk, metric, score, &actual_at, &target_at),
        cells::state(desk, score),
        SheetCell::text(rank.text),
        definition,
    ]
}

fn parts_table(desk: &Desk<'_>, parts: &Parts<'_>) -> SheetTable {
    let words = &desk.words.statement;
    let of = |label: &str, width, kind| SheetColumn::new(label, width, kind);
    let columns = vec![
        of(words.part.text(), 20, ColumnKind::Text),
        of(words.sum.text(), 18, ColumnKind::Amount),
        of(words.rows.text(), 18, ColumnKind::Whole),
        of(words.sheet.text(), 16, ColumnKind::Text),
    ];
    let rows = parts.parts.iter().map(|part| {
        let number = cells::value(desk, part.metric, &part.sum, None);
        let (sum, link) = match &part.from {
            Some((sheet, terms)) => (
                like(Formula::cell(terms.clone(), number.clone()), &number),
                SheetCell::Link { text: desk.label(part.metric).to_owned(), sheet: sheet.clone() },
            ),
            None => (number, nothing(desk)),
        };
        let rows = SheetCell::Whole(i64::try_from(part.rows).unwrap_or(i64::MAX));
        vec![SheetCell::text(desk.label(part.metric)).strong(), sum, rows, link]
    });
    let caption = words.parts.text().to_owned();
    SheetTable { caption, columns, rows: rows.collect(), ..SheetTable::default() }
}

/// One line for each award, which its own sheet explains.
fn awards_table(desk: &Desk<'_>, awards: &[AwardSheet]) -> SheetTable {
    let words = &desk.words.statement;
    let of = |label: &str, width, kind| SheetColumn::new(label, width, kind);
    let mut columns = vec![
        of(words.period.text(), 20, ColumnKind::Text),
        of(words.last.text(), 18, ColumnKind::Amount),
    ];
    let paid = awards.iter().any(|award| award.amount.is_some());
    if paid {
        columns.push(of(words.amount.text(), 18, ColumnKind::Amount));
    }
    columns.push(of(words.sheet.text(), 16, ColumnKind::Text));
    let read = |cell: &Option<(CellRef, SheetCell)>| match cell {
        Some((at, result)) => {
            like(Formula::cell(vec![Term::Cell(at.clone())], result.clone()), result)
        }
        None => nothing(desk),
    };
    let rows = awards.iter().map(|award| {
        let mut cells = vec![SheetCell::text(desk.period_text(award.period)).strong()];
        cells.push(match (&award.coefficient, &award.absent) {
            (None, Some(why)) => SheetCell::text(why).toned(Tone::Muted),
            (cell, _) => read(cell),
        });
        if paid {
            cells.push(read(&award.amount));
        }
        let text = award.sheet.name.clone();
        cells.push(SheetCell::Link { text, sheet: award.sheet.key.clone() });
        cells
    });
    let caption = words.awards.text().to_owned();
    SheetTable { caption, columns, rows: rows.collect(), ..SheetTable::default() }
}

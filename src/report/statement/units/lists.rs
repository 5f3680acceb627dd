//! Everybody who is warned, and everybody's coefficient.

use crate::calc::CoefficientAward;
use crate::model::{Figure, Period, UnitId};
use crate::report::attention::concerns;
use crate::report::coefficient;
use crate::report::desk::Desk;
use crate::report::document::Tone;
use crate::report::sheet::{
    CellRef, ColumnKind, Formula, Sheet, SheetCell, SheetColumn, SheetTable, Term,
};
use crate::report::statement::cells::{self, like, nothing};
use crate::report::units::home_name;
use crate::report::warned;

/// A row for each warned metric of somebody below, the most severe first; none without one.
pub(super) fn warnings(desk: &Desk<'_>) -> Option<Sheet> {
    const COLUMNS: (usize, usize) = (5, 6);
    let (words, column) = (&desk.words.workbook, &desk.words.column);
    let of = |label: &str, width, kind| SheetColumn::new(label, width, kind);
    let columns = vec![
        of(column.unit.text(), 18, ColumnKind::Text),
        of(words.unit_id.text(), 8, ColumnKind::Text),
        of(words.above.text(), 16, ColumnKind::Text),
        of(column.metric.text(), 16, ColumnKind::Text),
        of(column.warning.text(), 14, ColumnKind::Text),
        of(column.actual.text(), 18, ColumnKind::Amount),
        of(column.target.text(), 18, ColumnKind::Amount),
        of(column.attainment.text(), 12, ColumnKind::Percent),
        of(column.gap.text(), 18, ColumnKind::Amount),
        of(words.streak.text(), 12, ColumnKind::Whole),
        of(desk.words.hr.remark.text(), 24, ColumnKind::Text),
    ];
    let mut rows = Vec::new();
    for concern in concerns(desk) {
        let (metric, score) = (concern.metric, concern.score);
        let judged = warned::judged(desk, score);
        let at = |column| CellRef::new("warnings", 0, rows.len(), column);
        let (actual, target) = (at(COLUMNS.0), at(COLUMNS.1));
        let tone = desk.tone(score).0;
        let to_date = warned::is_to_date(score);
        rows.push(vec![
            SheetCell::text(desk.name(&score.unit)).strong(),
            SheetCell::text(score.unit.as_str()),
            SheetCell::text(home_name(desk, &score.unit)),
            SheetCell::text(desk.label(metric)),
            cells::state(desk, score),
            cells::actual(desk, metric, judged),
            cells::target(desk, metric, judged),
            cells::attainment(desk, metric, judged, &actual, &target).toned(tone),
            cells::gap(desk, metric, judged, &actual, &target).toned(tone),
            match score.streak {
                0 => SheetCell::Empty,
                months => SheetCell::Whole(i64::from(months)),
            },
            if to_date { SheetCell::text(warned::since(desk)) } else { SheetCell::Empty },
        ]);
    }
    let table = SheetTable { columns, rows, fixed_columns: 1, ..SheetTable::default() };
    let sheet = Sheet { key: "warnings".to_owned(), tables: vec![table], ..Sheet::default() };
    (!sheet.tables[0].rows.is_empty()).then_some(sheet)
}

/// The coefficients of a period, and what they pay where its readers may know; none without one.
pub(in crate::report::statement) fn coefficients<'a>(
    desk: &Desk<'_>,
    period: Period,
    units: impl Iterator<Item = &'a UnitId>,
    paid: bool,
) -> Option<Sheet> {
    let words = &desk.words.workbook;
    let column = &desk.words.column;
    let awards: Vec<&CoefficientAward> =
        units.filter_map(|id| desk.briefing.cards.coefficient(period, id)).collect();
    let of = |label: &str, width, kind| SheetColumn::new(label, width, kind);
    let mut columns = vec![
        of(column.unit.text(), 18, ColumnKind::Text),
        of(words.unit_id.text(), 8, ColumnKind::Text),
        of(words.above.text(), 16, ColumnKind::Text),
        of(words.plan.text(), 30, ColumnKind::Text),
        of(desk.words.hr.basis.text(), 18, ColumnKind::Text),
        of(column.attainment.text(), 12, ColumnKind::Percent),
        of(words.band.text(), 24, ColumnKind::Text),
        of(column.coefficient.text(), 12, ColumnKind::Amount),
    ];
    let amounts = columns.len();
    if paid {
        columns.push(of(desk.words.hr.amount.text(), 18, ColumnKind::Amount));
    }
    columns.push(of(column.reason.text(), 40, ColumnKind::Text));
    let rows: Vec<Vec<SheetCell>> = awards.iter().map(|award| row(desk, award, paid)).collect();
    let mut total = Vec::new();
    if paid && !rows.is_empty() {
        total = vec![SheetCell::Empty; columns.len()];
        total[0] = SheetCell::text(desk.words.table.total.text());
        let key = key_of(desk, period);
        let cells = CellRef::new(&key, 0, 0, amounts).down(rows.len());
        let sum = awards.iter().filter_map(|award| Some(&award.payout()?.amount)).sum();
        let result = SheetCell::Amount(sum).decimals(2);
        let terms = vec![Term::code("SUBTOTAL(109,"), cells, Term::code(")")];
        total[amounts] = like(Formula::cell(cells::rounded(terms, 2), result.clone()), &result);
    }
    let table = SheetTable { columns, rows, total, fixed_columns: 1, ..SheetTable::default() };
    let sheet = Sheet { key: key_of(desk, period), tables: vec![table], ..Sheet::default() };
    (!sheet.tables[0].rows.is_empty()).then_some(sheet)
}

fn key_of(desk: &Desk<'_>, period: Period) -> String {
    match period == desk.briefing.judged {
        true => "coefficients".to_owned(),
        false => format!("coefficients {period}"),
    }
}

fn row(desk: &Desk<'_>, award: &CoefficientAward, paid: bool) -> Vec<SheetCell> {
    let basis = coefficient::basis(desk, award);
    let plan = award.plan.as_ref();
    let name = plan.and_then(|plan| plan.shown(desk.language));
    let band = award
        .band
        .as_ref()
        .map(|edges| coefficient::band_text(desk.words, edges, &|value| desk.numbers.share(value)));
    let text = |text: Option<String>| text.map_or_else(|| nothing(desk), SheetCell::Text);
    let mut cells = vec![
        SheetCell::text(desk.name(&award.unit)).strong(),
        SheetCell::text(award.unit.as_str()),
        SheetCell::text(home_name(desk, &award.unit)),
        text(name.map(str::to_owned)),
        text(plan.map(|_| basis.clone())),
        match award.value.as_ref().and_then(Figure::known) {
            Some(value) => cells::share_cell(desk, value),
            None => nothing(desk),
        },
        text(band),
        match award.coefficient() {
            Some(value) => cells::coefficient(desk, value),
            None => nothing(desk),
        },
    ];
    if paid {
        cells.push(match award.payout() {
            Some(payout) => SheetCell::Amount(payout.amount.clone()).decimals(2),
            None => nothing(desk),
        });
    }
    cells.push(match &award.coefficient {
        Ok(_) => SheetCell::Empty,
        Err(why) => SheetCell::Text(coefficient::none(desk, award, &basis, why)).toned(Tone::Muted),
    });
    cells
}

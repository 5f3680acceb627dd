//! The plan's bands, which of them applies, and the reckoning from there to what is paid.

use super::cells::{self, like, word};
use super::letterhead::Letterhead;
use super::summary::{self, ATTAINMENT};
use crate::calc::{BandEdges, CoefficientAward};
use crate::model::plan::{CoefficientMode, CoefficientPlan, SecondAxis, SecondOf};
use crate::model::{Exact, Figure, MetricId, MetricUnit, Period};
use crate::report::coefficient;
use crate::report::desk::Desk;
use crate::report::document::Tone;
use crate::report::sheet::{
    CellRef, ColumnKind, Formula, Sheet, SheetCell, SheetColumn, SheetTable, Term,
};
use crate::report::words::Phrase;

/// An award's sheet, and where its results stand.
pub(super) struct AwardSheet {
    pub period: Period,
    pub sheet: Sheet,
    pub coefficient: Option<(CellRef, SheetCell)>,
    pub amount: Option<(CellRef, SheetCell)>,
    /// Why there is no coefficient, in a word.
    pub absent: Option<String>,
}

/// The sheets of the month's award, and of that of the quarter that ends with it.
pub(super) fn sheets(desk: &Desk<'_>, head: &Letterhead) -> Vec<AwardSheet> {
    let now = desk.award(desk.unit);
    let quarter = desk.award_of_quarter(desk.unit);
    let both = [("bands", now), ("bands_of_quarter", quarter)];
    both.into_iter()
        .filter_map(|(key, award)| Some(sheet(desk, head, key, award?)))
        .filter(|award| !award.sheet.tables.is_empty())
        .collect()
}

fn sheet(
    desk: &Desk<'_>,
    head: &Letterhead,
    key: &'static str,
    award: &CoefficientAward,
) -> AwardSheet {
    let words = &desk.words.statement;
    let name = match award.period == desk.briefing.judged {
        true => words.tab_bands.text().to_owned(),
        false => words.tab_bands_of.fill(&[("period", &desk.period_text(award.period))]),
    };
    let mut found = AwardSheet {
        period: award.period,
        sheet: Sheet { key: key.to_owned(), ..Sheet::default() },
        coefficient: None,
        amount: None,
        absent: award.coefficient.is_err().then(|| desk.coefficient_of(Some(award)).text),
    };
    if let Some(plan) = &award.plan {
        found.sheet.tables.push(bands(desk, plan, award));
        let axis = plan.second.as_ref();
        found.sheet.tables.extend(axis.map(|axis| factors(desk, axis, award)));
        if award.coefficient.is_ok() {
            reckon(desk, plan, award, &mut found);
        }
    }
    found.sheet.notes = coefficient::notice(desk, award).lines;
    head.dress(&mut found.sheet, &name);
    found
}

const WIDTHS: [u16; 5] = [34, 18, 16, 16, 16];

fn column(at: usize, label: &Phrase, kind: ColumnKind) -> SheetColumn {
    SheetColumn::new(label.text(), WIDTHS[at], kind)
}

/// An edge, a factor beside it, and whether it is the one that applies.
fn band_row(
    desk: &Desk<'_>,
    (from, to): (&Exact, Option<&Exact>),
    value: &Exact,
    (show, say): (&dyn Fn(&Exact) -> SheetCell, &dyn Fn(&Exact) -> String),
    hit: Option<&BandEdges>,
) -> Vec<SheetCell> {
    let applies = hit.is_some_and(|(begin, _)| begin == from);
    let edges = (from.clone(), to.cloned());
    let cells = vec![
        SheetCell::text(coefficient::band_text(desk.words, &edges, say)),
        show(from),
        to.map_or(SheetCell::Empty, show),
        cells::coefficient(desk, value),
        if applies { word(&desk.words.statement.here) } else { SheetCell::Empty },
    ];
    match applies {
        true => cells.into_iter().map(|cell| cell.strong().toned(Tone::Good)).collect(),
        false => cells,
    }
}

fn edge(value: &Exact) -> SheetCell {
    let decimals = cells::round_digits(value).unwrap_or(9).saturating_sub(2);
    SheetCell::Percent(value.clone()).decimals(decimals)
}

fn bands(desk: &Desk<'_>, plan: &CoefficientPlan, award: &CoefficientAward) -> SheetTable {
    let words = &desk.words.statement;
    let columns = vec![
        column(0, &words.band, ColumnKind::Text),
        column(1, &words.from, ColumnKind::Percent),
        column(2, &words.to, ColumnKind::Percent),
        column(3, &desk.words.column.coefficient, ColumnKind::Amount),
        column(4, &words.applies, ColumnKind::Text),
    ];
    let share = |value: &Exact| desk.numbers.share(value);
    let rows = plan.bands.iter().map(|band| {
        let edges = (&band.from, band.to.as_ref());
        band_row(desk, edges, &band.coefficient, (&edge, &share), award.band.as_ref())
    });
    let caption = match plan.shown(desk.language) {
        Some(name) => {
            let gaps = [("name", name), ("value", words.bands.text())];
            desk.words.list.named_value.fill(&gaps)
        }
        None => words.bands.text().to_owned(),
    };
    SheetTable { caption, columns, rows: rows.collect(), ..SheetTable::default() }
}

fn factors(desk: &Desk<'_>, axis: &SecondAxis, award: &CoefficientAward) -> SheetTable {
    let words = &desk.words.statement;
    let shown = desk.metric(&axis.metric).filter(|_| axis.of == SecondOf::Actual);
    let show = |value: &Exact| match shown {
        Some(metric) if metric.unit != MetricUnit::Percent => {
            cells::value(desk, metric, value, None)
        }
        _ => edge(value),
    };
    let columns = vec![
        column(0, &words.band, ColumnKind::Text),
        column(1, &words.from, ColumnKind::Percent),
        column(2, &words.to, ColumnKind::Percent),
        column(3, &words.factor, ColumnKind::Amount),
        column(4, &words.applies, ColumnKind::Text),
    ];
    let say = |value: &Exact| match shown {
        Some(metric) => coefficient::edge(desk, metric, value),
        None => desk.numbers.share(value),
    };
    let hit = award.second.as_ref().and_then(|step| step.band.as_ref());
    let rows = axis.bands.iter().map(|band| {
        band_row(desk, (&band.from, band.to.as_ref()), &band.factor, (&show, &say), hit)
    });
    let basis = coefficient::second_basis(desk, axis);
    let caption = words.factors.fill(&[("basis", &basis)]);
    SheetTable { caption, columns, rows: rows.collect(), ..SheetTable::default() }
}

/// The cell of the summary that holds a figure, where it does.
fn in_summary(
    desk: &Desk<'_>,
    award: &CoefficientAward,
    id: &MetricId,
    column: usize,
) -> Option<Term> {
    let row = desk.briefing.headline.iter().position(|other| other == id)?;
    let fits = award.period == desk.briefing.judged && desk.score(desk.unit, id).is_some();
    fits.then(|| Term::Cell(summary::place(row, column)))
}

/// The lines of the reckoning as they are written, and the row that each came to.
struct Lines<'a> {
    key: &'a str,
    table: usize,
    rows: Vec<Vec<SheetCell>>,
}

impl Lines<'_> {
    fn push(&mut self, label: SheetCell, cell: SheetCell) -> Term {
        self.rows.push(vec![label, cell]);
        Term::Cell(self.last())
    }

    fn last(&self) -> CellRef {
        CellRef::new(self.key, self.table, self.rows.len() - 1, 1)
    }
}

fn reckon(
    desk: &Desk<'_>,
    plan: &CoefficientPlan,
    award: &CoefficientAward,
    found: &mut AwardSheet,
) -> Option<()> {
    let words = &desk.words.statement;
    let key = found.sheet.key.clone();
    let table = found.sheet.tables.len();
    let mut lines = Lines { key: &key, table, rows: Vec::new() };
    let value = award.value.as_ref().and_then(Figure::known)?;
    let earned = award.earned.as_ref()?;

    let basis = SheetCell::text(coefficient::basis(desk, award));
    let at = award.metric().and_then(|id| {
        let score = desk.score(desk.unit, id)?;
        (score.attainment.known() == Some(value))
            .then(|| in_summary(desk, award, id, ATTAINMENT))?
    });
    let value_at = lines.push(basis, from_cell(at, cells::share_cell(desk, value)));
    let shown = cells::coefficient(desk, earned);
    let edges: Vec<&Exact> = plan.bands.iter().map(|band| &band.from).collect();
    let earned_cell = match plan.mode {
        CoefficientMode::Flat if is_clear(value, &edges) => {
            let terms = look_up(&key, 0, plan.bands.len(), value_at);
            like(Formula::cell(terms, shown.clone()), &shown)
        }
        _ => shown,
    };
    let mut product = vec![lines.push(word(&words.earned), earned_cell)];
    if let (Some(axis), Some(step)) = (&plan.second, &award.second)
        && let Some(factor) = &step.factor
    {
        product.extend(second(desk, axis, award, step.figure.known(), factor, &mut lines));
    }
    let coefficient = award.coefficient()?;
    let result = cells::coefficient(desk, coefficient);
    if let Some(cap) = &plan.cap {
        let cap = lines.push(word(&words.cap), cells::coefficient(desk, cap));
        product = [vec![Term::code("MIN(")], product, vec![Term::code(","), cap, Term::code(")")]]
            .concat();
    }
    let label = word(&words.last).strong();
    let total = lines.push(label, like(Formula::cell(product, result.clone()), &result).strong());
    found.coefficient = Some((lines.last(), result));
    if let Some(paid) = award.payout() {
        let amount = |value: &Exact| SheetCell::Amount(value.clone()).decimals(2);
        let base = lines.push(word(&words.base), amount(&paid.base));
        let months = i64::try_from(paid.months).unwrap_or(i64::MAX);
        let months = lines.push(word(&words.months), SheetCell::Whole(months));
        let times = || Term::code("*");
        let terms = vec![base, times(), months, times(), total];
        let result = amount(&paid.amount);
        let cell = like(Formula::cell(cells::rounded(terms, 2), result.clone()), &result);
        lines.push(word(&words.amount).strong(), cell.strong());
        found.amount = Some((lines.last(), result));
    }
    let columns = vec![
        column(0, &words.step, ColumnKind::Text),
        column(1, &words.result, ColumnKind::Amount),
    ];
    let caption = words.reckoning.text().to_owned();
    found.sheet.tables.push(SheetTable {
        caption,
        columns,
        rows: lines.rows,
        ..SheetTable::default()
    });
    Some(())
}

/// The second figure and its factor; what the product goes on with.
fn second(
    desk: &Desk<'_>,
    axis: &SecondAxis,
    award: &CoefficientAward,
    figure: Option<&Exact>,
    factor: &Exact,
    lines: &mut Lines<'_>,
) -> Vec<Term> {
    let metric = desk.metric(&axis.metric);
    let shown = cells::coefficient(desk, factor);
    let mut cell = shown.clone();
    if let Some(figure) = figure {
        // With as many digits as tell it from the edges.
        let limits: Vec<Exact> = axis.bands.iter().map(|band| band.from.clone()).collect();
        let (column, number) = match (axis.of, metric) {
            (SecondOf::Actual, Some(metric)) if metric.unit != MetricUnit::Percent => {
                (summary::ACTUAL, cells::value(desk, metric, figure, None))
            }
            (of, _) => {
                let shown = desk.numbers.share_against(figure, &limits);
                let cell = SheetCell::Percent(figure.clone()).decimals(cells::decimals_in(&shown));
                (if of == SecondOf::Actual { summary::ACTUAL } else { ATTAINMENT }, cell)
            }
        };
        let score = desk.score(desk.unit, &axis.metric);
        let stands = score.is_some_and(|score| {
            let there = if axis.of == SecondOf::Actual { &score.actual } else { &score.attainment };
            there.known() == Some(figure)
        });
        let at = stands.then(|| in_summary(desk, award, &axis.metric, column)).flatten();
        let label = SheetCell::text(coefficient::second_basis(desk, axis));
        let value_at = lines.push(label, from_cell(at, number));
        let edges: Vec<&Exact> = axis.bands.iter().map(|band| &band.from).collect();
        if is_clear(figure, &edges) {
            let terms = look_up(lines.key, 1, axis.bands.len(), value_at);
            cell = like(Formula::cell(terms, shown.clone()), &shown);
        }
    }
    vec![Term::code("*"), lines.push(word(&desk.words.statement.factor), cell)]
}

fn from_cell(at: Option<Term>, number: SheetCell) -> SheetCell {
    match at {
        Some(cell) => like(Formula::cell(vec![cell], number.clone()), &number),
        None => number,
    }
}

/// The value beside the last edge that is not above; what is below 0 lies in the lowest band.
fn look_up(key: &str, table: usize, bands: usize, value: Term) -> Vec<Term> {
    let column = |at| CellRef::new(key, table, 0, at).down(bands);
    vec![
        Term::code("LOOKUP(MAX(0,ROUND("),
        value,
        Term::code(format!(",{PLACES})),")),
        column(1),
        Term::code(","),
        column(3),
        Term::code(")"),
    ]
}

/// Digits after the point that a figure is looked up by: more would be noise of binary fractions.
const PLACES: usize = 9;

/// Whether a figure lies on an edge, or so far from each that the rounded one lies in the same band.
fn is_clear(value: &Exact, edges: &[&Exact]) -> bool {
    let near = Exact::from_minor(1, PLACES);
    edges.iter().all(|edge| value == *edge || (value - *edge).abs() > near)
}

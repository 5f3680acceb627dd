//! The rows themselves, a sheet for each table; where there are too many, their sums by person and
//! day.

mod by_day;
mod listed;

use super::cells::{like, round_digits, rounded};
use super::letterhead::Letterhead;
use crate::model::credited::{CreditedRows, RowTable, UnitRows};
use crate::model::{Aggregate, Exact, Level, Metric, MetricUnit};
use crate::report::desk::Desk;
use crate::report::sheet::{
    CellRef, ColumnKind, Formula, Sheet, SheetCell, SheetColumn, SheetTable, Term, width_of,
};

/// A sheet of rows, and the column of each of its metrics that adds up to the figure.
pub(super) struct RowSheet {
    pub table: usize,
    pub sheet: Sheet,
    sums: Vec<Option<usize>>,
    height: usize,
}

impl RowSheet {
    /// The sum of a metric's column; none where it has no such column.
    pub fn sum(&self, metric: usize, function: &str) -> Option<Vec<Term>> {
        let column = self.sums.get(metric).copied().flatten()?;
        let cells = CellRef::new(&self.sheet.key, 0, 0, column).down(self.height);
        Some(vec![Term::code(format!("{function}(")), cells, Term::code(")")])
    }
}

/// A sheet for each table that the unit has rows of.
pub(super) fn sheets(desk: &Desk<'_>, head: &Letterhead, rows: &CreditedRows) -> Vec<RowSheet> {
    let of = |(at, table): (usize, &RowTable)| {
        let unit = table.units.get(desk.unit).filter(|unit| unit.count > 0)?;
        let writer = Writer::new(desk, table, unit);
        let sheet =
            if rows.lists(unit) { writer.listed(at) } else { writer.by_day(at, rows.most_rows) };
        Some(writer.finish(head, sheet))
    };
    rows.tables.iter().enumerate().filter_map(of).collect()
}

struct Writer<'a> {
    desk: &'a Desk<'a>,
    table: &'a RowTable,
    unit: &'a UnitRows,
    metrics: Vec<Option<&'a Metric>>,
    /// A person's sheet does not say on each row whose it is.
    says_who: bool,
    shared: bool,
    overlay: bool,
}

impl<'a> Writer<'a> {
    fn new(desk: &'a Desk<'a>, table: &'a RowTable, unit: &'a UnitRows) -> Self {
        let rows = || unit.rows.iter().map(|&at| &table.rows[at]);
        let says_who = desk.briefing.org.level(desk.unit) != Some(Level::Person);
        let metrics = table.metrics.iter().map(|metric| desk.metric(&metric.id)).collect();
        let (shared, overlay) =
            (rows().any(|row| row.share.is_some()), rows().any(|row| row.overlay));
        Self { desk, table, unit, metrics, says_who, shared, overlay }
    }

    fn label(&self, metric: usize) -> &'a str {
        self.metrics[metric].map_or(self.table.metrics[metric].id.as_str(), |metric| {
            metric.label.get(self.desk.language)
        })
    }

    fn is_counted(&self, metric: usize) -> bool {
        self.table.metrics[metric].aggregate == Aggregate::CountDistinct
    }

    /// A sheet of these rows, without its head.
    fn sheet(&self, table: usize, sums: Vec<Option<usize>>, rows: SheetTable) -> RowSheet {
        let height = rows.rows.len();
        let sheet = Sheet { key: key_of(table), tables: vec![rows], ..Sheet::default() };
        RowSheet { table, sheet, sums, height }
    }

    /// An amount as the extract has it, or a number of rows.
    fn amount(&self, metric: usize, value: Exact, more_digits: usize) -> SheetCell {
        let digits = self.table.metrics[metric].scale + more_digits;
        let unit = self.metrics[metric].map(|metric| metric.unit);
        match (unit, digits) {
            (_, 0) => SheetCell::Amount(value).decimals(0),
            (Some(MetricUnit::Money), digits) => SheetCell::Amount(value).decimals(digits.max(2)),
            (_, digits) => SheetCell::Amount(value).decimals(digits),
        }
    }

    fn name(&self, owner: usize) -> String {
        self.desk.name(&self.table.owners[owner])
    }

    fn who(&self) -> SheetColumn {
        SheetColumn::new(self.desk.words.column.person.text(), 12, ColumnKind::Text)
    }

    fn day(&self) -> SheetColumn {
        SheetColumn::new(self.desk.words.statement.date.text(), 12, ColumnKind::Date)
    }

    fn column_label(&self, at: usize) -> String {
        column_label(self.desk, self.table, at)
    }

    fn of_kind(&self, wanted: impl Fn(usize) -> bool) -> Vec<&'a Metric> {
        (0..self.metrics.len()).filter(|at| wanted(*at)).filter_map(|at| self.metrics[at]).collect()
    }

    /// Names the sheet, gives it its total and fits the widths to what stands in it.
    fn finish(&self, head: &Letterhead, mut of: RowSheet) -> RowSheet {
        let labels: Vec<&str> = (0..self.metrics.len())
            .filter(|at| of.sums[*at].is_some())
            .map(|at| self.label(at))
            .collect();
        let name = labels.join(self.desk.words.list.comma.text());
        let mut total = vec![SheetCell::Empty; of.sheet.tables[0].columns.len()];
        total[0] = SheetCell::text(self.desk.words.table.total.text());
        for at in 0..self.metrics.len() {
            let (Some(column), Some(terms)) = (of.sums[at], of.sum(at, "SUBTOTAL")) else {
                continue;
            };
            let Some(sum) = self.table.sum(self.unit, at) else { continue };
            let digits = round_digits(&sum).unwrap_or(9);
            let more = digits.saturating_sub(self.table.metrics[at].scale);
            let result = self.amount(at, sum, more);
            // 109 adds what a filter leaves in sight.
            let terms = [&[Term::code("SUBTOTAL(109,")], &terms[1..]].concat();
            let digits = self.table.metrics[at].scale.max(digits);
            let terms = rounded(terms, digits);
            total[column] = like(Formula::cell(terms, result.clone()), &result);
        }
        let table = &mut of.sheet.tables[0];
        table.total = total;
        table.fixed_columns = 1 + u16::from(self.says_who);
        fit(table);
        head.dress(&mut of.sheet, &name);
        of
    }
}

/// What a column of an extract is called: by its dimension, or as the file does.
pub(in crate::report) fn column_label(desk: &Desk<'_>, table: &RowTable, at: usize) -> String {
    let column = &table.columns[at];
    let of_dimension = column.dimension.as_ref().and_then(|id| {
        let all = desk.briefing.dimensions.iter();
        all.into_iter().find(|dimension| dimension.id == *id)
    });
    // The values of a dimension that has names are numbers, which the file has a word for.
    let is_named = table
        .columns
        .iter()
        .any(|other| other.is_name && !column.is_name && other.dimension == column.dimension);
    match of_dimension {
        Some(dimension) if !is_named => dimension.label.get(desk.language).to_owned(),
        _ => column.header.clone(),
    }
}

fn key_of(table: usize) -> String {
    format!("rows{table}")
}

/// Columns without a width are as wide as what stands in their first rows.
fn fit(table: &mut SheetTable) {
    const LOOKED_AT: usize = 200;
    const NARROW: u16 = 10;
    const WIDE: u16 = 34;
    for (at, column) in table.columns.iter_mut().enumerate().filter(|(_, column)| column.width == 0)
    {
        let widths = table.rows.iter().take(LOOKED_AT).map(|row| match row[at].content() {
            SheetCell::Text(text) => width_of(text),
            SheetCell::Empty => 0,
            _ => NARROW,
        });
        let widest = widths.chain([width_of(&column.label)]).max().unwrap_or(NARROW);
        column.width = (widest + 2).clamp(NARROW, WIDE);
    }
}

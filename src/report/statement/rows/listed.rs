//! Rows one by one: who, when, which row it is, what it counts, and where it stands.

use std::collections::HashSet;

use super::{RowSheet, Writer, key_of};
use crate::model::credited::{CreditedRow, RowCell, RowValue};
use crate::model::{Exact, MetricId};
use crate::report::sheet::{
    CellRef, ColumnKind, Formula, SheetCell, SheetColumn, SheetTable, Term, width_of,
};
use crate::report::statement::cells::{like, round_digits};

/// A column with what stands in it on a row.
type Filled<'a> = (SheetColumn, Box<dyn Fn(&Writer<'_>, usize, &CreditedRow) -> SheetCell + 'a>);

impl<'a> Writer<'a> {
    /// All rows, one by one.
    pub(super) fn listed(&self, table: usize) -> RowSheet {
        let key = key_of(table);
        let (columns, sums) = self.columns();
        let mut rows: Vec<Vec<SheetCell>> = Vec::with_capacity(self.unit.rows.len());
        for (line, &at) in self.unit.rows.iter().enumerate() {
            let row = &self.table.rows[at];
            let cells = columns.iter().map(|(_, fill)| placed(fill(self, at, row), &key, line));
            rows.push(cells.collect());
        }
        let columns = columns.into_iter().map(|(column, _)| column).collect();
        let mut notes = vec![self.desk.words.statement.visible.text().to_owned()];
        if self.shared {
            notes.push(self.desk.words.statement.shared.text().to_owned());
        }
        let counted = self.of_kind(|at| self.is_counted(at));
        if !counted.is_empty() {
            let labels = self.desk.labels(&counted);
            notes.push(self.desk.words.statement.counted.fill(&[("metrics", &labels)]));
        }
        self.sheet(table, sums, SheetTable { columns, rows, notes, ..SheetTable::default() })
    }

    /// The columns of a listed row, and that of each metric that is added up.
    fn columns(&self) -> (Vec<Filled<'a>>, Vec<Option<usize>>) {
        let words = &self.desk.words.statement;
        let mut columns: Vec<Filled<'a>> = Vec::new();
        if self.says_who {
            columns.push((self.who(), Box::new(|w, _, row| SheetCell::Text(w.name(row.owner)))));
        }
        columns.push((self.day(), Box::new(|_, _, row| SheetCell::Date(row.day))));
        let shows = |id: &MetricId| self.desk.metric(id).is_some();
        let told = |at: &usize| self.table.columns[*at].is_told(&shows);
        for at in (0..self.table.columns.len()).filter(told) {
            let label = self.column_label(at);
            let column = SheetColumn { label, width: 0, kind: self.kind(at) };
            columns.push((column, Box::new(move |w, _, row| w.read(&row.cells[at]))));
        }
        if self.overlay {
            let column = SheetColumn::new(words.overlay.text(), 10, ColumnKind::Text);
            let said = words.overlay_yes.text();
            columns.push((
                column,
                Box::new(move |_, _, row| match row.overlay {
                    true => SheetCell::text(said),
                    false => SheetCell::Empty,
                }),
            ));
        }
        let sums = self.values(&mut columns);
        let file = SheetColumn::new(words.file_column.text(), 0, ColumnKind::Text);
        columns.push((
            file,
            Box::new(|w, _, row| {
                w.table.files.get(row.file).map_or(SheetCell::Empty, SheetCell::text)
            }),
        ));
        let row = SheetColumn::new(words.row_column.text(), 8, ColumnKind::Whole);
        let number = |row: &CreditedRow| i64::try_from(row.row).unwrap_or(i64::MAX);
        columns.push((row, Box::new(move |_, _, row| SheetCell::Whole(number(row)))));
        (columns, sums)
    }

    /// What the rows count: the value itself, or, where some are shared out, value, share and what
    /// is credited.
    fn values(&self, columns: &mut Vec<Filled<'a>>) -> Vec<Option<usize>> {
        let words = &self.desk.words.statement;
        let column = |label: String| SheetColumn::new(label, 16, ColumnKind::Amount);
        let mut whole = vec![None; self.metrics.len()];
        if self.shared {
            for at in (0..self.metrics.len()).filter(|at| !self.is_counted(*at)) {
                whole[at] = Some(columns.len());
                let label = words.value_of.fill(&[("metric", self.label(at))]);
                columns.push((column(label), Box::new(move |w, _, row| w.value(row, at))));
            }
            let share = SheetColumn::new(words.share.text(), 10, ColumnKind::Percent);
            columns.push((share, Box::new(|w, _, row| w.share(row))));
        }
        let share_at = columns.len().saturating_sub(1);
        let mut sums = Vec::new();
        for (at, whole) in whole.into_iter().enumerate() {
            sums.push(Some(columns.len()));
            let label = self.label(at).to_owned();
            match whole {
                _ if self.is_counted(at) => {
                    let label = words.counted_of.fill(&[("metric", &label)]);
                    let first = self.table.first_of_each_key(self.unit, at);
                    let width = (width_of(&label) + 3).clamp(12, 22);
                    let column = SheetColumn::new(label, width, ColumnKind::Whole);
                    columns.push((
                        column,
                        Box::new(move |_, place, row| counted(row, at, &first, place)),
                    ));
                }
                None => {
                    columns.push((column(label), Box::new(move |w, _, row| w.value(row, at))));
                }
                Some(whole) => {
                    let label = words.credited_of.fill(&[("metric", &label)]);
                    // The row of the sheet is put in when it is known.
                    columns.push((
                        column(label),
                        Box::new(move |w, _, row| w.credited(row, at, (whole, share_at))),
                    ));
                }
            }
        }
        sums
    }

    fn kind(&self, column: usize) -> ColumnKind {
        let mut cells = self.unit.rows.iter().map(|&at| &self.table.rows[at].cells[column]);
        match cells.find(|cell| **cell != RowCell::Empty) {
            Some(RowCell::Number { scale: 0, .. }) => ColumnKind::Whole,
            Some(RowCell::Number { .. }) => ColumnKind::Amount,
            Some(RowCell::Day(_)) => ColumnKind::Date,
            _ => ColumnKind::Text,
        }
    }

    fn read(&self, cell: &RowCell) -> SheetCell {
        let words = &self.desk.words.statement;
        match cell {
            RowCell::Empty => SheetCell::Empty,
            RowCell::Text(text) => SheetCell::text(&**text),
            RowCell::Number { minor, scale } => {
                let scale = usize::from(*scale);
                SheetCell::Amount(Exact::from_minor(i128::from(*minor), scale)).decimals(scale)
            }
            RowCell::Day(day) => SheetCell::Date(*day),
            RowCell::Flag(true) => SheetCell::text(words.yes.text()),
            RowCell::Flag(false) => SheetCell::text(words.no.text()),
        }
    }

    fn value(&self, row: &CreditedRow, metric: usize) -> SheetCell {
        let value = self.table.value(row, metric);
        value.map_or(SheetCell::Empty, |value| self.amount(metric, value, 0))
    }

    fn share(&self, row: &CreditedRow) -> SheetCell {
        let share = row.share.map_or_else(Exact::one, |share| self.table.share(share));
        let decimals = round_digits(&share).unwrap_or(9).saturating_sub(2);
        SheetCell::Percent(share).decimals(decimals)
    }

    /// Value × share; `columns` are theirs, and the row is the sheet's own.
    fn credited(
        &self,
        row: &CreditedRow,
        metric: usize,
        (value, share): (usize, usize),
    ) -> SheetCell {
        let Some(credited) = self.table.credited(row, metric) else { return SheetCell::Empty };
        let more = round_digits(&credited).unwrap_or(0);
        let more = more.saturating_sub(self.table.metrics[metric].scale);
        let result = self.amount(metric, credited, more);
        let cell = |column| Term::Cell(CellRef::new("", 0, 0, column));
        let terms = vec![cell(value), Term::code("*"), cell(share)];
        like(Formula::cell(terms, result.clone()), &result)
    }
}

/// 1 for the first row of its key, 0 for the others.
fn counted(row: &CreditedRow, metric: usize, first: &HashSet<usize>, place: usize) -> SheetCell {
    match row.values[metric] {
        RowValue::Key(_) => SheetCell::Whole(i64::from(first.contains(&place))),
        _ => SheetCell::Empty,
    }
}

/// Gives the cells of a formula the sheet and the row that it stands on.
fn placed(cell: SheetCell, key: &str, line: usize) -> SheetCell {
    match cell {
        SheetCell::Formula(mut formula) => {
            for term in &mut formula.terms {
                if let Term::Cell(cell) = term {
                    *cell = CellRef::new(key, 0, line, cell.column);
                }
            }
            SheetCell::Formula(formula)
        }
        SheetCell::Shown(cell, look) => SheetCell::Shown(Box::new(placed(*cell, key, line)), look),
        other => other,
    }
}

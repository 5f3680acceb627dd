//! Rows added up by day and person, where a sheet would be too long.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{RowSheet, Writer};
use crate::model::Exact;
use crate::report::sheet::{ColumnKind, SheetCell, SheetColumn, SheetTable};
use crate::report::statement::cells::round_digits;

impl Writer<'_> {
    /// The rows added up by day and person, where a sheet would be too long.
    pub(super) fn by_day(&self, table: usize, most_rows: usize) -> RowSheet {
        let words = &self.desk.words.statement;
        let added: Vec<usize> =
            (0..self.metrics.len()).filter(|at| !self.is_counted(*at)).collect();
        let mut columns = Vec::new();
        if self.says_who {
            columns.push(self.who());
        }
        columns.push(self.day());
        columns.push(SheetColumn::new(words.rows.text(), 10, ColumnKind::Whole));
        let mut sums = vec![None; self.metrics.len()];
        for &at in &added {
            sums[at] = Some(columns.len());
            columns.push(SheetColumn::new(self.label(at), 16, ColumnKind::Amount));
        }
        let mut rows = Vec::new();
        for ((day, owner), (count, values)) in self.days() {
            let mut cells = Vec::with_capacity(columns.len());
            if self.says_who {
                cells.push(SheetCell::Text(self.name(owner)));
            }
            cells.push(SheetCell::Date(day));
            cells.push(SheetCell::Whole(i64::try_from(count).unwrap_or(i64::MAX)));
            cells.extend(added.iter().map(|&at| match &values[at] {
                Some(value) => {
                    let digits = round_digits(value).unwrap_or(9);
                    let more = digits.saturating_sub(self.table.metrics[at].scale);
                    self.amount(at, value.clone(), more)
                }
                None => SheetCell::Empty,
            }));
            rows.push(cells);
        }
        let mut notes = vec![self.too_many(most_rows)];
        let counted = self.of_kind(|at| self.is_counted(at));
        if !counted.is_empty() {
            let labels = self.desk.labels(&counted);
            notes.push(words.by_day_counted.fill(&[("metrics", &labels)]));
        }
        self.sheet(table, sums, SheetTable { columns, rows, notes, ..SheetTable::default() })
    }

    /// By day and owner: how many rows, and each metric's sum.
    fn days(&self) -> BTreeMap<(NaiveDate, usize), (u64, Vec<Option<Exact>>)> {
        let mut days: BTreeMap<(NaiveDate, usize), (u64, Vec<Option<Exact>>)> = BTreeMap::new();
        let mut add = |place, rows: u64, values: Vec<Option<Exact>>| {
            let nothing = || (0, vec![None; values.len()]);
            let (count, sums) = days.entry(place).or_insert_with(nothing);
            *count += rows;
            for (sum, value) in sums.iter_mut().zip(values) {
                if let Some(value) = value {
                    *sum = Some(sum.take().map_or(value.clone(), |sum| sum + value));
                }
            }
        };
        let metrics = 0..self.metrics.len();
        for &at in &self.unit.rows {
            let row = &self.table.rows[at];
            let values = metrics.clone().map(|metric| self.table.credited(row, metric));
            add((row.day, row.owner), 1, values.collect());
        }
        for &at in &self.unit.days {
            let day = &self.table.days[at];
            let values = metrics.clone().map(|metric| self.table.day_sum(day, metric));
            add((day.day, day.owner), day.rows, values.collect());
        }
        days
    }

    fn too_many(&self, most_rows: usize) -> String {
        const NAMED: usize = 3;
        let rows = self.unit.rows.iter().map(|&at| self.table.rows[at].file);
        let days = self.unit.days.iter().flat_map(|&at| self.table.days[at].files);
        let files: BTreeSet<&str> = rows
            .chain(days)
            .filter_map(|file| self.table.files.get(file).map(String::as_str))
            .collect();
        let comma = self.desk.words.list.comma.text();
        let named: Vec<&str> = files.iter().copied().take(NAMED).collect();
        let named = match files.len().saturating_sub(NAMED) {
            0 => named.join(comma),
            rest => self
                .desk
                .words
                .list
                .more
                .fill(&[("names", &named.join(comma)), ("rest", &rest.to_string())]),
        };
        self.desk.words.statement.by_day.fill(&[
            ("count", &self.desk.numbers.whole(self.unit.count)),
            ("most", &self.desk.numbers.whole(most_rows as u64)),
            ("files", &named),
        ])
    }
}

//! Sums by person and by day, where the rows are too many to be read one by one.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::{Listing, Writer};
use crate::model::{Aggregate, Exact, Level, Metric, UnitId};
use crate::report::desk::plain;
use crate::report::document::{Cell, Table};
use crate::report::units::{left, right};

const MOST_PEOPLE: usize = 15;
/// Sums stand beside each other.
const SUMS_IN_A_LINE: usize = 3;

impl Writer<'_> {
    /// The largest sums by person, of a unit that has people.
    pub(super) fn by_person(&self, of: Listing<'_>) -> Option<Table> {
        if self.of.briefing.org.level(self.of.unit) == Some(Level::Person) {
            return None;
        }
        let (at, metric) = self.adding(of)?;
        let mut sums: BTreeMap<usize, (u64, Exact)> = BTreeMap::new();
        for entry in of.entries(at) {
            let sum = sums.entry(entry.owner).or_insert_with(|| (0, Exact::zero()));
            *sum = (sum.0 + entry.rows, &sum.1 + &entry.sum);
        }
        let mut sums: Vec<(&UnitId, u64, Exact)> = sums
            .into_iter()
            .map(|(owner, (rows, sum))| (&of.table.owners[owner], rows, sum))
            .collect();
        sums.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(b.0)));
        let row = |name: String, rows: u64, sum: &Exact| {
            vec![plain(name), plain(self.count(rows)), plain(self.exact(metric, sum))]
        };
        let mut rows: Vec<Vec<Cell>> = sums
            .iter()
            .take(MOST_PEOPLE)
            .map(|(owner, rows, sum)| row(self.desk.name(owner), *rows, sum))
            .collect();
        if let Some(rest) = sums.get(MOST_PEOPLE..).filter(|rest| !rest.is_empty()) {
            let more = self.words.more.fill(&[("rest", &rest.len().to_string())]);
            let (count, sum) =
                (rest.iter().map(|one| one.1).sum(), rest.iter().map(|o| &o.2).sum());
            rows.push(row(more, count, &sum));
        }
        let columns = vec![
            left(&self.desk.words.column.person),
            right(&self.words.rows_count),
            right(&self.desk.words.statement.sum),
        ];
        let title = self.words.by_person_title.fill(&[("metric", self.desk.label(metric))]);
        Some(Table { key: "by_person", title, columns, rows, notes: Vec::new() })
    }

    /// Sums by day; of more than a month, by month.
    pub(super) fn by_day(&self, of: Listing<'_>) -> Option<Table> {
        let (at, metric) = self.adding(of)?;
        let entries = of.entries(at);
        let month = |day: NaiveDate| (day.year(), day.month());
        let (first, last) =
            (entries.iter().map(|e| e.day).min()?, entries.iter().map(|e| e.day).max()?);
        let by_month = month(first) != month(last);
        let mut sums: BTreeMap<String, (u64, Exact)> = BTreeMap::new();
        for entry in entries {
            let format = if by_month { "%Y-%m" } else { "%m-%d" };
            let key = entry.day.format(format).to_string();
            let sum = sums.entry(key).or_insert_with(|| (0, Exact::zero()));
            *sum = (sum.0 + entry.rows, &sum.1 + &entry.sum);
        }
        let cells: Vec<[Cell; 3]> = sums
            .iter()
            .map(|(day, (rows, sum))| {
                [plain(day.clone()), plain(self.count(*rows)), plain(self.exact(metric, sum))]
            })
            .collect();
        let height = cells.len().div_ceil(SUMS_IN_A_LINE);
        let beside = cells.len().div_ceil(height);
        let heads = [
            left(if by_month { &self.words.month } else { &self.words.day }),
            right(&self.words.rows_count),
            right(&self.desk.words.statement.sum),
        ];
        let columns = (0..beside).flat_map(|_| heads.clone()).collect();
        let row = |line: usize| {
            let of_line = (0..beside).map(|at| cells.get(at * height + line));
            of_line
                .flat_map(|cells| {
                    cells.cloned().unwrap_or_else(|| [(); 3].map(|()| Cell::default()))
                })
                .collect()
        };
        let phrase = if by_month { &self.words.by_month } else { &self.words.by_day };
        let title = phrase.fill(&[("metric", self.desk.label(metric))]);
        let rows = (0..height).map(row).collect();
        Some(Table { key: "by_day", title, columns, rows, notes: Vec::new() })
    }

    /// The first metric of a table whose rows add up.
    fn adding(&self, of: Listing<'_>) -> Option<(usize, &Metric)> {
        let mut metrics = of.table.metrics.iter().enumerate();
        let (at, metric) =
            metrics.find(|(_, metric)| metric.aggregate != Aggregate::CountDistinct)?;
        Some((at, self.desk.metric(&metric.id)?))
    }

    pub(super) fn sums_alone(&self, of: Listing<'_>) -> String {
        let days = of.unit.days.iter().map(|&at| &of.table.days[at]);
        let (count, mut files) = (days.clone().map(|day| day.rows).sum(), Vec::new());
        let first = days.clone().map(|day| day.files[0]).min();
        let last = days.map(|day| day.files[1]).max();
        files
            .extend(first.into_iter().chain(last).filter_map(|at| of.table.files.get(at).cloned()));
        files.dedup();
        let files = files.join(self.desk.words.list.comma.text());
        self.words.sums_alone.fill(&[("count", &self.count(count)), ("files", &files)])
    }
}

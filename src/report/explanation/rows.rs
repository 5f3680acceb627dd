//! The rows behind the figure, in few lines: all of them where they are few, else the largest, and
//! sums by day and by person.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::words::ExplainWords;
use super::{FigureFound, Writer, section, text};
use crate::model::credited::{CreditedRow, RowCell, RowTable, UnitRows};
use crate::model::{Aggregate, Exact, Figure, Level, Metric, MetricKind, UnitId};
use crate::report::desk::plain;
use crate::report::document::{Align, Block, Cell, Column, Section, Table};
use crate::report::sheet::width_of;
use crate::report::statement::column_label;
use crate::report::units::{left, right};
use crate::report::words::Phrase;

/// So many rows are shown; where a figure has rows of several tables, so many of each.
const MOST_ROWS: usize = 20;
const MOST_OF_SEVERAL: usize = 8;
const MOST_PEOPLE: usize = 15;
/// The widest line of a listing.
const WIDEST: u16 = 96;
const WIDEST_CELL: u16 = 24;
/// Sums stand beside each other.
const SUMS_IN_A_LINE: usize = 3;

/// What is counted on a day, for somebody.
struct Entry {
    owner: usize,
    day: NaiveDate,
    rows: u64,
    sum: Exact,
}

/// The rows of a unit in one table.
#[derive(Clone, Copy)]
struct Listing<'a> {
    table: &'a RowTable,
    unit: &'a UnitRows,
}

impl Writer<'_> {
    pub(super) fn rows<'r>(&self, found: &'r FigureFound<'_>) -> Section {
        let mut lines = Vec::new();
        let mut blocks = Vec::new();
        for step in found.steps.iter().filter(|step| step.from.is_empty()) {
            lines.push(self.count_of(found, step.metric, &step.figure));
        }
        let of_unit = |table: &'r RowTable| {
            let unit = table.units.get(self.of.unit)?;
            (unit.count > 0).then_some(Listing { table, unit })
        };
        let listings: Vec<Listing<'_>> = found.rows.tables.iter().filter_map(of_unit).collect();
        lines.extend(listings.iter().flat_map(|of| self.moved_units(*of)));
        blocks.push(text(lines));
        let most = if listings.len() > 1 { MOST_OF_SEVERAL } else { MOST_ROWS };
        for of in &listings {
            blocks.extend(self.listed(*of, most).map(Block::Table));
            let sums = of.unit.count > most as u64;
            blocks.extend(self.by_person(*of).map(Block::Table));
            blocks.extend(sums.then(|| self.by_day(*of)).flatten().map(Block::Table));
            if !of.unit.days.is_empty() {
                blocks.push(text(vec![self.sums_alone(*of)]));
            }
        }
        section("rows", self.words.rows.text().to_owned(), blocks)
    }

    /// How many rows there are and what they come to, or why there is none.
    fn count_of(&self, found: &FigureFound<'_>, metric: &Metric, figure: &Figure) -> String {
        let (words, label) = (self.words, self.desk.label(metric));
        let count = self.rows_of(found, &metric.id);
        match figure {
            Figure::Known(_) if count == 0 => words.no_rows.fill(&[("metric", label)]),
            Figure::Known(value) => words.rows_of.fill(&[
                ("metric", label),
                ("count", &self.count(count)),
                ("sum", &self.exact(metric, value)),
            ]),
            Figure::Absent(_) => match found.covered.get(&metric.id).copied().flatten() {
                None => words.no_data_at_all.fill(&[("metric", label)]),
                Some(covered) if self.lies_within(metric, &covered) => {
                    words.no_person.fill(&[("metric", label)])
                }
                Some(covered) => words.no_data.fill(&[
                    ("metric", label),
                    ("from", &covered.start.to_string()),
                    ("to", &covered.last_day().to_string()),
                ]),
            },
        }
    }

    /// Whether the days of a metric lie in what its extract covers, up to the run's last day.
    fn lies_within(&self, metric: &Metric, covered: &crate::model::DateRange) -> bool {
        let (briefing, run) = (self.of.briefing, self.of.run);
        let MetricKind::Simple(simple) = &metric.kind else { return false };
        let dates = simple.span(&briefing.judged, briefing.fiscal);
        let through = run.period.dates(briefing.fiscal).end;
        covered.start <= dates.start && dates.end.min(through) <= covered.end
    }

    /// Of a person who moved: which unit has which rows, and which have none.
    fn moved_units(&self, of: Listing<'_>) -> Vec<String> {
        let org = self.of.briefing.org;
        let metric = self.desk.metric(&of.table.metrics[0].id);
        let (Some(metric), Some(Level::Person)) = (metric, org.level(self.of.unit)) else {
            return Vec::new();
        };
        let mut units: BTreeMap<&UnitId, (u64, Exact)> = BTreeMap::new();
        for entry in of.entries(0) {
            let unit = org.unit_on(self.of.unit, entry.day);
            let sums = units.entry(unit).or_insert_with(|| (0, Exact::zero()));
            *sums = (sums.0 + entry.rows, &sums.1 + &entry.sum);
        }
        let mut lines = Vec::new();
        let outside = units.get(&org.company).filter(|_| !org.stays(self.of.unit).is_empty());
        lines.extend(outside.map(|(rows, sum)| {
            let gaps = [("count", self.count(*rows)), ("sum", self.exact(metric, sum))];
            self.words.outside.fill(&gaps.each_ref().map(|(key, text)| (*key, text.as_str())))
        }));
        if units.len() < 2 {
            return lines;
        }
        let said: Vec<String> = units
            .iter()
            .map(|(unit, (rows, sum))| {
                self.words.at_unit.fill(&[
                    ("unit", &self.desk.name_before_number(unit)),
                    ("count", &self.count(*rows)),
                    ("sum", &self.exact(metric, sum)),
                ])
            })
            .collect();
        let units = said.join(self.desk.words.list.clause.text());
        lines.insert(0, self.words.at_units.fill(&[("units", &units)]));
        lines
    }

    /// The labels of a table's metrics.
    fn labels(&self, of: Listing<'_>) -> String {
        let metrics: Vec<&Metric> =
            of.table.metrics.iter().filter_map(|one| self.desk.metric(&one.id)).collect();
        self.desk.labels(&metrics)
    }

    /// The rows one by one, or the largest of them; none where only sums were read.
    fn listed(&self, of: Listing<'_>, most: usize) -> Option<Table> {
        if of.unit.rows.is_empty() {
            return None;
        }
        let shown = of.largest(most);
        let rest = of.unit.rows.len() - shown.len();
        let metric = self.labels(of);
        let title = match rest {
            0 => self.words.listed.fill(&[("metric", &metric)]),
            rest => of.shortened_as(self.words).fill(&[
                ("metric", &metric),
                ("shown", &shown.len().to_string()),
                ("rest", &self.count(rest as u64)),
            ]),
        };
        let (columns, notes) = self.columns(of, &shown);
        let rows = (0..shown.len())
            .map(|at| columns.iter().map(|(_, cells)| cells[at].clone()).collect())
            .collect();
        let columns = columns.into_iter().map(|(column, _)| column).collect();
        Some(Table { key: "rows", title, columns, rows, notes })
    }

    /// Who and when, as much of which row it is as fits, what it counts, and where it stands.
    fn columns(
        &self,
        of: Listing<'_>,
        shown: &[&CreditedRow],
    ) -> (Vec<(Column, Vec<Cell>)>, Vec<String>) {
        let words = &self.desk.words.statement;
        let filled = |column: Column, cell: &dyn Fn(&CreditedRow) -> String| {
            (column, shown.iter().map(|row| plain(cell(row))).collect::<Vec<Cell>>())
        };
        let mut first = vec![filled(left(&self.words.day), &|row| row.day.to_string())];
        if self.of.briefing.org.level(self.of.unit) != Some(Level::Person) {
            let name = |row: &CreditedRow| self.desk.name(&of.table.owners[row.owner]);
            first.push(filled(left(&self.desk.words.column.person), &name));
        }
        let mut last = Vec::new();
        for (at, metric) in of.table.metrics.iter().enumerate() {
            let label = right_of(self.label_of(metric.id.as_str()));
            last.push(filled(label, &|row| self.credited(of, row, at)));
        }
        if shown.iter().any(|row| row.share.is_some()) {
            let share = |row: &CreditedRow| match row.share {
                Some(share) => self.exact_share(&of.table.share(share), 0),
                None => String::new(),
            };
            last.push(filled(right(&words.share), &share));
        }
        if shown.iter().any(|row| row.overlay) {
            let said = |row: &CreditedRow| match row.overlay {
                true => words.overlay_yes.text().to_owned(),
                false => String::new(),
            };
            last.push(filled(left(&words.overlay), &said));
        }
        let (place, note) = self.places(of, shown);
        last.push(place);
        let width = |columns: &[(Column, Vec<Cell>)]| -> u16 { columns.iter().map(wide).sum() };
        let mut left_over = WIDEST.saturating_sub(width(&first) + width(&last));
        for (at, column) in of.table.columns.iter().enumerate() {
            let is_named = of.table.columns.iter().any(|other| {
                other.is_name && !column.is_name && other.dimension == column.dimension
            });
            if is_named {
                continue;
            }
            let cell = |row: &CreditedRow| shortened(&self.read(&row.cells[at]));
            let filled = filled(left_of(&column_label(&self.desk, of.table, at)), &cell);
            if wide(&filled) > left_over {
                break;
            }
            left_over -= wide(&filled);
            first.push(filled);
        }
        first.extend(last);
        (first, vec![note])
    }

    fn credited(&self, of: Listing<'_>, row: &CreditedRow, at: usize) -> String {
        let metric = self.desk.metric(&of.table.metrics[at].id);
        let value = of.table.credited(row, at).zip(metric);
        value.map_or_else(String::new, |(value, metric)| self.exact(metric, &value))
    }

    /// File and row: what all files begin with is said once, below the table.
    fn places(&self, of: Listing<'_>, shown: &[&CreditedRow]) -> ((Column, Vec<Cell>), String) {
        let words = &self.desk.words.statement;
        let file = |row: &CreditedRow| of.table.files.get(row.file).map_or("", String::as_str);
        let one = shown.iter().all(|row| row.file == shown[0].file);
        let begins = match (one, shown.first()) {
            (true, Some(first)) => file(first).to_owned(),
            _ => common_folder(shown.iter().map(|row| file(row))),
        };
        let place = |row: &CreditedRow| match one {
            true => row.row.to_string(),
            false => format!("{}:{}", &file(row)[begins.len()..], row.row),
        };
        let column = if one { right(&words.row_column) } else { left(&words.file_column) };
        let cells = shown.iter().map(|row| plain(place(row))).collect();
        let label = words.file_column.text();
        let note = self.desk.words.list.label.fill(&[("label", label), ("text", &begins)]);
        ((column, cells), note)
    }

    fn read(&self, cell: &RowCell) -> String {
        let words = &self.desk.words.statement;
        match cell {
            RowCell::Empty => String::new(),
            RowCell::Text(text) => text.to_string(),
            RowCell::Number { minor, scale } => {
                let number = Exact::from_minor(i128::from(*minor), usize::from(*scale));
                crate::model::round::to_plain(&number)
            }
            RowCell::Day(day) => day.to_string(),
            RowCell::Flag(true) => words.yes.text().to_owned(),
            RowCell::Flag(false) => words.no.text().to_owned(),
        }
    }

    /// The largest sums by person, of a unit that has people.
    fn by_person(&self, of: Listing<'_>) -> Option<Table> {
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
    fn by_day(&self, of: Listing<'_>) -> Option<Table> {
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

    fn sums_alone(&self, of: Listing<'_>) -> String {
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

impl<'a> Listing<'a> {
    /// What is said above a list that does not have all.
    fn shortened_as(self, words: &ExplainWords) -> &Phrase {
        match self.table.metrics[0].aggregate {
            Aggregate::Sum => &words.largest,
            Aggregate::Count | Aggregate::CountDistinct => &words.first,
        }
    }

    /// What counts for a metric, row by row and day by day; of a distinct count, nothing is added.
    fn entries(&self, metric: usize) -> Vec<Entry> {
        let rows = self.unit.rows.iter().filter_map(|&at| {
            let row = &self.table.rows[at];
            let sum = self.table.credited(row, metric)?;
            Some(Entry { owner: row.owner, day: row.day, rows: 1, sum })
        });
        let days = self.unit.days.iter().filter_map(|&at| {
            let day = &self.table.days[at];
            let sum = self.table.day_sum(day, metric)?;
            Some(Entry { owner: day.owner, day: day.day, rows: day.rows, sum })
        });
        rows.chain(days).collect()
    }

    /// All rows by day where they are no more than `most`; else the largest, from the top.
    fn largest(&self, most: usize) -> Vec<&'a CreditedRow> {
        let mut rows: Vec<&CreditedRow> =
            self.unit.rows.iter().map(|&at| &self.table.rows[at]).collect();
        if rows.len() > most {
            let size = |row: &&CreditedRow| {
                let value = self.table.credited(row, 0).map(|value| value.abs());
                std::cmp::Reverse(value.unwrap_or_else(Exact::zero))
            };
            rows.sort_by_cached_key(size);
            rows.truncate(most);
        }
        rows
    }
}

fn left_of(label: &str) -> Column {
    Column { label: label.to_owned(), ..Column::default() }
}

fn right_of(label: &str) -> Column {
    Column { align: Align::Right, ..left_of(label) }
}

/// How wide a column is, with the blanks beside it.
fn wide((column, cells): &(Column, Vec<Cell>)) -> u16 {
    let cells = cells.iter().map(|cell| width_of(&cell.text));
    cells.chain([width_of(&column.label)]).max().unwrap_or(0) + 2
}

/// A text that stays on its line.
fn shortened(text: &str) -> String {
    if width_of(text) <= WIDEST_CELL {
        return text.to_owned();
    }
    let mut cut = String::new();
    for letter in text.chars() {
        if width_of(&cut) + 3 > WIDEST_CELL {
            break;
        }
        cut.push(letter);
    }
    cut + "…"
}

/// The folder that all files lie in, with its slash; empty where they share none.
fn common_folder<'a>(mut files: impl Iterator<Item = &'a str>) -> String {
    let Some(first) = files.next() else { return String::new() };
    let mut shared = first.rfind('/').map_or("", |end| &first[..=end]);
    for file in files {
        while !file.starts_with(shared) {
            let inside = shared.strip_suffix('/').unwrap_or(shared);
            shared = inside.rfind('/').map_or("", |end| &inside[..=end]);
        }
    }
    shared.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_share_the_folders_that_they_share() {
        let shared = |files: &[&str]| common_folder(files.iter().copied());
        assert_eq!(shared(&["a/b/1.csv", "a/b/2.csv"]), "a/b/");
        assert_eq!(shared(&["a/b/1.csv", "a/c/2.csv"]), "a/");
        assert_eq!(shared(&["a/1.csv", "b.csv"]), "");
    }

    #[test]
    fn a_long_cell_is_cut_to_its_width() {
        assert_eq!(shortened("short"), "short");
        let cut = shortened("一二三四五六七八九十一二三四五");
        assert!(cut.ends_with('…') && width_of(&cut) <= WIDEST_CELL, "{cut}");
    }
}

//! The rows behind the figure, in few lines: all of them where they are few, else the largest, and
//! sums by day and by person.

mod listed;
mod sums;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::words::ExplainWords;
use super::{FigureFound, Writer, section, text};
use crate::model::credited::{CreditedRow, RowTable, UnitRows};
use crate::model::{Aggregate, DateRange, Exact, Figure, Level, Metric, MetricKind, UnitId};
use crate::report::document::{Block, Section};
use crate::report::words::Phrase;

/// So many rows are shown; where a figure has rows of several tables, so many of each.
const MOST_ROWS: usize = 20;
const MOST_OF_SEVERAL: usize = 8;

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
        let listings = if self.of.entitled.rows { listings } else { Vec::new() };
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
    fn lies_within(&self, metric: &Metric, covered: &DateRange) -> bool {
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

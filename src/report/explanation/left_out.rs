//! The rows that are not in the figure, and why.

use super::facts::SetAside;
use super::{FigureFound, Writer, section, text};
use crate::model::{LeftOut, WhyLeftOut};
use crate::report::desk::plain;
use crate::report::document::{Block, Cell, Column, Section, Table};
use crate::report::pack::kind;
use crate::report::units::{left, right};
use crate::report::words::Phrase;

impl Writer<'_> {
    pub(super) fn left_out(&self, found: &FigureFound<'_>) -> Section {
        let mut blocks = Vec::new();
        match found.left_out.is_empty() {
            true => blocks.push(text(vec![self.words.nothing_left_out.text().to_owned()])),
            false => blocks.push(Block::Table(self.left_out_table(&found.left_out))),
        }
        let set_aside: Vec<String> =
            found.set_aside.iter().filter_map(|one| self.set_aside(one)).collect();
        if !set_aside.is_empty() {
            blocks.push(text(set_aside));
        }
        section("left_out", self.words.left_out.text().to_owned(), blocks)
    }

    fn left_out_table(&self, found: &[LeftOut]) -> Table {
        let several = found.iter().any(|one| one.metric != found[0].metric);
        let mut columns: Vec<Column> = Vec::new();
        if several {
            columns.push(left(&self.desk.words.column.metric));
        }
        columns.extend([
            left(&self.words.reason),
            right(&self.words.rows_count),
            right(&self.desk.words.statement.sum),
            left(&self.words.example),
        ]);
        let row = |one: &LeftOut| {
            let metric = self.desk.metric(&one.metric);
            let mut cells: Vec<Cell> = Vec::new();
            if several {
                cells.push(plain(self.label_of(one.metric.as_str())));
            }
            let counts = self.of.entitled.counts(one.why);
            let sum = one.sum.as_ref().zip(metric).filter(|_| counts);
            let first = one.places.first().filter(|_| self.may_see(one.why));
            cells.extend([
                plain(self.why(one.why).text()),
                plain(if counts { self.count(one.rows) } else { String::new() }),
                plain(sum.map_or_else(String::new, |(sum, metric)| self.exact(metric, sum))),
                plain(first.map_or_else(String::new, |at| format!("{}:{}", at.file, at.row))),
            ]);
            cells
        };
        let rows = found.iter().map(row).collect();
        Table { key: "left_out", title: String::new(), columns, rows, notes: Vec::new() }
    }

    /// A row that is nobody's may be anybody's: only who sees everything sees where it stands.
    pub(super) fn may_see(&self, why: WhyLeftOut) -> bool {
        self.of.entitled.everything || (self.of.entitled.rows && !why.is_nobodys())
    }

    pub(super) fn why(&self, why: WhyLeftOut) -> &Phrase {
        let words = self.words;
        match why {
            WhyLeftOut::Filter => &words.filtered,
            WhyLeftOut::NoValue => &words.no_value,
            WhyLeftOut::OthersShare => &words.others_share,
            WhyLeftOut::Elsewhere => &words.elsewhere,
            WhyLeftOut::Overlay => &words.overlay,
            WhyLeftOut::OtherDay => &words.other_day,
            WhyLeftOut::NoDate => &words.no_date,
            WhyLeftOut::Shares => &words.shares,
            WhyLeftOut::NoOwner => &words.no_owner,
            WhyLeftOut::Unknown => &words.unknown,
        }
    }

    /// The rows of an extract that no check let pass, with one of them.
    fn set_aside(&self, one: &SetAside) -> Option<String> {
        let first = one.first.first()?;
        let (extract, rows) = (("extract", one.extract.as_str()), self.count(one.rows));
        if !self.of.entitled.everything {
            return Some(self.words.set_aside_count.fill(&[extract, ("rows", &rows)]));
        }
        let at = self.row_at(&first.file, first.row);
        let why = kind(&self.desk.words.pack, first.kind);
        let cell = format!("{} “{}”", first.column, first.value);
        let cell = if first.column.is_empty() { String::new() } else { cell };
        let said = [cell.as_str(), why].into_iter().filter(|text| !text.is_empty());
        let said = said.collect::<Vec<_>>().join(self.desk.words.list.comma.text());
        let example = self.desk.words.list.label.fill(&[("label", &at), ("text", &said)]);
        Some(self.words.set_aside.fill(&[extract, ("rows", &rows), ("example", &example)]))
    }
}

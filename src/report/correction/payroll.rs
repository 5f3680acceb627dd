//! Everybody who is paid otherwise.

use std::collections::BTreeSet;

use super::Sheet;
use crate::calc::correction::{Adjustment, Paid};
use crate::calc::talent::Segment;
use crate::model::{Exact, UnitId, round};
use crate::report::desk::{plain, strong};
use crate::report::digits::signed;
use crate::report::document::{Cell, Table};
use crate::report::units::{home_name, left, right};

impl Sheet<'_> {
    /// Everybody who is paid otherwise, with the sum.
    pub(super) fn payroll(&self) -> Option<Table> {
        let (words, column) = (&self.desk.words.correction, &self.desk.words.column);
        let columns = vec![
            left(&column.person),
            left(&column.department).under(),
            left(&words.period),
            right(&words.old_coefficient),
            right(&words.new_coefficient),
            right(&words.old_amount),
            right(&words.new_amount).under(),
            right(&words.difference),
        ];
        let amount = |value: &Option<Exact>| match value {
            Some(value) => plain(self.desk.numbers.plain_cents(value)),
            None => self.desk.nothing(),
        };
        let coefficient = |paid: &Paid| match &paid.coefficient {
            Some(value) => plain(self.desk.numbers.coefficient(value)),
            None => self.desk.nothing(),
        };
        let rows = self.facts.adjustments.iter().map(|one| {
            vec![
                strong(self.desk.name(&one.unit)),
                self.home(&one.unit),
                plain(self.desk.period_text(one.period)),
                coefficient(&one.old),
                coefficient(&one.new),
                amount(&one.old.amount),
                amount(&one.new.amount),
                match (&one.old.amount, &one.new.amount) {
                    (None, None) => self.desk.nothing(),
                    _ => plain(signed(&round::to_fixed(&one.difference(), 2))),
                },
            ]
        });
        let title = words.adjustments.fill(&[("month", &self.paid_with())]);
        let mut table = self.table("adjustments", &title, columns, rows.collect())?;
        let sum = self.signed_cents(&self.owed());
        table.notes.push(words.adjustments_sum.fill(&[("sum", &sum)]));
        Some(table)
    }

    pub(super) fn owed(&self) -> Exact {
        self.facts.adjustments.iter().map(Adjustment::difference).sum()
    }

    pub(super) fn people(&self) -> usize {
        let units: BTreeSet<&UnitId> = self.facts.adjustments.iter().map(|one| &one.unit).collect();
        units.len()
    }

    /// Whoever is on another talent list.
    pub(super) fn talent(&self) -> Option<Table> {
        let (words, column) = (&self.desk.words.correction, &self.desk.words.column);
        let columns = vec![
            left(&column.person),
            left(&column.department).under(),
            left(&words.old),
            left(&words.new_value),
        ];
        let on = |list: Option<Segment>| match list {
            Some(Segment::Top) => plain(self.desk.words.hr.promotion.text()),
            Some(Segment::Bottom) => plain(self.desk.words.hr.coaching.text()),
            Some(Segment::Middle) | None => self.desk.nothing(),
        };
        let rows = self.facts.relisted.iter().map(|one| {
            let name = strong(self.desk.name(&one.unit));
            vec![name, self.home(&one.unit), on(one.old), on(one.new)]
        });
        self.table("relisted", words.relisted.text(), columns, rows.collect())
    }

    /// The department of somebody who is still there.
    fn home(&self, unit: &UnitId) -> Cell {
        match self.desk.briefing.org.people.contains_key(unit) {
            true => plain(home_name(&self.desk, unit)),
            false => self.desk.nothing(),
        }
    }
}

//! What a correction puts in front of a report: old and new, why, and what it changes of the pay.

mod payroll;
mod values;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::brevity::shorten;
use super::briefing::Briefing;
use super::compose::drop_empty_columns;
use super::desk::{Desk, plain, strong};
use super::document::{Block, Cell, Column, Document, Notice, ReportKind, Section, Table, Tone};
use super::lead::one_line;
use super::seen::Seen;
use super::units::{left, right};
use crate::calc::correction::{Adjustment, Corrected, Relisted, RowCounts, Told};
use crate::model::{Exact, Period, UnitId};

/// What a correction says about a unit.
#[derive(Clone, Debug)]
pub struct CorrectionFacts<'a> {
    pub version: u32,
    /// The version that its reader was last sent.
    pub base: u32,
    /// The day that counted as today for it.
    pub base_day: Option<NaiveDate>,
    /// In the words of whoever asked for the correction; may be empty.
    pub reason: &'a str,
    /// Whether the period was paid before.
    pub locked: bool,
    /// The month that a difference is paid with.
    pub paid_with: Option<Period>,
    pub own: Vec<&'a Corrected>,
    /// Of the units below.
    pub below: Vec<&'a Corrected>,
    /// How many rows of which extract differ.
    pub rows: &'a [RowCounts],
    /// For the list of bonuses: everybody who is paid otherwise.
    pub adjustments: &'a [Adjustment],
    /// For the same: whoever is on another talent list.
    pub relisted: &'a [Relisted],
}

impl CorrectionFacts<'_> {
    /// Without what the report's readers are not to see.
    fn seen_in(mut self, briefing: &Briefing<'_>, is_payroll: bool) -> Self {
        let cards = briefing.cards;
        let shows = |one: &&Corrected| {
            let award = || cards.coefficient(one.period, &one.unit);
            match &one.told {
                Told::Coefficient => award().is_some(),
                Told::Amount => award().is_some_and(|award| award.payout().is_some()),
                told => told
                    .metric()
                    .is_some_and(|metric| cards.score(one.period, &one.unit, metric).is_some()),
            }
        };
        self.own.retain(shows);
        self.below.retain(shows);
        // What payroll is told of those who have left stands nowhere else in its list.
        if is_payroll && cards.coefficients.is_empty() {
            self.adjustments = &[];
        }
        if cards.talent.is_none() {
            self.relisted = &[];
        }
        self
    }
}

/// Marks a report as a correction: in its subject, in its first sentence, and by a section before
/// all others. It tells no more of anybody than the report does.
pub fn mark_correction(document: &mut Document, seen: &Seen<'_>, facts: CorrectionFacts<'_>) {
    let unit = document.unit.clone();
    let briefing = &seen.briefing();
    let is_payroll = document.kind == ReportKind::Hr;
    let facts = &facts.seen_in(briefing, is_payroll);
    let desk = Desk::new(briefing, &unit, document.language);
    let sheet = Sheet { desk, is_payroll, facts };
    let words = &sheet.desk.words.correction;
    let version = facts.version.to_string();
    let subject = words.subject.fill(&[("version", &version), ("subject", &document.subject)]);
    document.subject = one_line(&subject);
    let lead = sheet.lead();
    document.preheader.clone_from(&lead);
    document.lead.insert(0, lead);
    let section =
        Section { key: "correction", title: words.title.text().to_owned(), blocks: sheet.blocks() };
    document.sections.insert(0, section);
}

struct Sheet<'a> {
    desk: Desk<'a>,
    /// Whether it is the list that pays.
    is_payroll: bool,
    facts: &'a CorrectionFacts<'a>,
}

impl Sheet<'_> {
    fn blocks(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Notice(self.notice())];
        let own = self.own();
        let below = self.below();
        let tables = [own, below, self.payroll(), self.talent()].into_iter().flatten();
        blocks.extend(tables.map(|mut table| {
            drop_empty_columns(&mut table, &self.desk.nothing().text);
            // Whoever is to pay needs every line.
            if table.key != "adjustments" {
                shorten(&self.desk, &mut table);
            }
            Block::Table(table)
        }));
        blocks
    }

    /// The change that matters most, in one sentence.
    fn lead(&self) -> String {
        let words = &self.desk.words.correction;
        let version = self.facts.version.to_string();
        if !self.facts.adjustments.is_empty() {
            return words.lead_payroll.fill(&[
                ("version", &version),
                ("count", &self.people().to_string()),
                ("sum", &self.signed_cents(&self.owed())),
            ]);
        }
        if !self.facts.relisted.is_empty() {
            let count = self.facts.relisted.len().to_string();
            return words.lead_talent.fill(&[("version", &version), ("count", &count)]);
        }
        let mut own = self.sorted(&self.facts.own);
        own.sort_by_key(|one| one.period != self.desk.briefing.judged);
        match own.first() {
            Some(first) => words.lead.fill(&[
                ("version", &version),
                ("item", &self.item(first)),
                ("old", &self.value(first, first.old.as_ref()).text),
                ("new", &self.value(first, first.new.as_ref()).text),
            ]),
            None => {
                let units: BTreeSet<&UnitId> =
                    self.facts.below.iter().map(|one| &one.unit).collect();
                words.lead_below.fill(&[("version", &version), ("count", &units.len().to_string())])
            }
        }
    }

    fn notice(&self) -> Notice {
        let words = &self.desk.words.correction;
        let (version, base) = (self.facts.version.to_string(), self.facts.base.to_string());
        let day = self.facts.base_day.map_or_else(String::new, |day| day.to_string());
        let gaps = [("version", version.as_str()), ("base", &base), ("day", &day)];
        let mut lines = Vec::new();
        if !self.facts.reason.is_empty() {
            lines.push(words.reason.fill(&[("reason", &one_line(self.facts.reason))]));
        }
        if self.desk.unit == &self.desk.briefing.org.company {
            lines.extend(self.rows());
        }
        lines.extend(self.pay());
        let locked = self.facts.locked && self.facts.paid_with.is_some() && self.concerns_pay();
        if locked {
            let period = self.desk.period_text(self.desk.briefing.judged);
            lines.push(words.locked.fill(&[("period", &period), ("month", &self.paid_with())]));
        }
        let rest = if self.is_payroll { &words.rest_payroll } else { &words.rest };
        lines.push(rest.fill(&[("base", &base)]));
        Notice { tone: Tone::Plain, title: words.replaces.fill(&gaps), lines }
    }

    /// “订单（orders）：新增2行，修改1行。”
    fn rows(&self) -> Option<String> {
        let words = &self.desk.words.correction;
        let of = |rows: &RowCounts| {
            let counts = [
                (&words.rows_added, rows.added),
                (&words.rows_removed, rows.removed),
                (&words.rows_changed, rows.changed),
            ];
            let said: Vec<String> = counts
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(phrase, count)| phrase.fill(&[("count", &self.desk.numbers.whole(count))]))
                .collect();
            let said = said.join(self.desk.words.list.comma.text());
            words.rows_of.fill(&[("extract", rows.extract.as_str()), ("rows", &said)])
        };
        let all: Vec<String> = self.facts.rows.iter().map(of).collect();
        let list = all.join(self.desk.words.list.clause.text());
        (!all.is_empty()).then(|| words.rows.fill(&[("list", &list)]))
    }

    /// What the correction changes of the unit's own pay.
    fn pay(&self) -> Vec<String> {
        let words = &self.desk.words.correction;
        let mut lines = Vec::new();
        let periods = [Some(self.desk.briefing.judged), self.desk.quarter_that_ends()];
        for period in periods.into_iter().flatten() {
            let find = |told: &Told| {
                self.facts.own.iter().find(|one| one.period == period && one.told == *told)
            };
            let said = |one: &Corrected| {
                let gaps = [
                    ("item", self.item(one)),
                    ("old", self.value(one, one.old.as_ref()).text),
                    ("new", self.value(one, one.new.as_ref()).text),
                ];
                words.becomes.fill(&gaps.each_ref().map(|(key, text)| (*key, text.as_str())))
            };
            if let Some(coefficient) = find(&Told::Coefficient) {
                lines.push(words.pays.fill(&[("said", &said(coefficient))]));
            }
            if let Some(amount) = find(&Told::Amount) {
                let zero = Exact::zero();
                let side = |value: &Option<Exact>| value.clone().unwrap_or_else(|| zero.clone());
                let difference = side(&amount.new) - side(&amount.old);
                lines.push(words.pays_with.fill(&[
                    ("said", &said(amount)),
                    ("difference", &self.signed_cents(&difference)),
                    ("month", &self.paid_with()),
                ]));
            }
        }
        let has_award =
            self.desk.award(self.desk.unit).is_some_and(|award| award.coefficient().is_some());
        if lines.is_empty() && has_award && !self.is_payroll {
            lines.push(words.pay_stays.text().to_owned());
        }
        lines
    }

    fn concerns_pay(&self) -> bool {
        let is_paid = |one: &&&Corrected| matches!(one.told, Told::Coefficient | Told::Amount);
        let mut all = self.facts.own.iter().chain(&self.facts.below);
        !self.facts.adjustments.is_empty() || all.any(|one| is_paid(&one))
    }

    fn paid_with(&self) -> String {
        self.facts.paid_with.map_or_else(String::new, |month| self.desk.period_text(month))
    }

    fn own(&self) -> Option<Table> {
        let words = &self.desk.words.correction;
        // Of the longer periods, what follows from the rest is left to the tables below.
        let headline = &self.desk.briefing.headline;
        let shown: Vec<&Corrected> = self
            .facts
            .own
            .iter()
            .filter(|one| match &one.told {
                _ if one.period == self.desk.briefing.judged => true,
                Told::Actual(metric) | Told::Target(metric) => headline.contains(metric),
                Told::Attainment(_) | Told::Warning(_) => false,
                Told::Coefficient | Told::Amount => true,
            })
            .copied()
            .collect();
        let mut rows = self.sorted(if shown.is_empty() { &self.facts.own } else { &shown });
        rows.sort_by_key(|one| one.period != self.desk.briefing.judged);
        let rows = rows.into_iter().map(|one| self.row(one, strong(self.item(one)))).collect();
        self.table("corrected", words.own.text(), self.columns(left(&words.item)), rows)
    }

    /// The units below: their headline figures and what they are paid.
    fn below(&self) -> Option<Table> {
        let (words, column) = (&self.desk.words.correction, &self.desk.words.column);
        let judged = self.desk.briefing.judged;
        let plainly = |one: &&&Corrected| {
            let headline = |metric| self.desk.briefing.headline.contains(metric);
            one.period == judged
                && match &one.told {
                    Told::Actual(metric) | Told::Target(metric) => headline(metric),
                    Told::Attainment(_) | Told::Warning(_) => false,
                    Told::Coefficient | Told::Amount => true,
                }
        };
        let mut shown: Vec<&Corrected> = self.facts.below.iter().filter(plainly).copied().collect();
        if shown.is_empty() {
            shown.clone_from(&self.facts.below);
        }
        let rows = self.sorted(&shown).into_iter().map(|one| {
            let mut row = self.row(one, plain(self.item(one)));
            row.insert(0, strong(self.desk.name(&one.unit)));
            row
        });
        let mut columns = self.columns(left(&words.item).under());
        columns.insert(0, left(&column.unit));
        self.table("corrected_below", words.below.text(), columns, rows.collect())
    }

    fn columns(&self, item: Column) -> Vec<Column> {
        let words = &self.desk.words.correction;
        vec![
            item,
            right(&words.old),
            right(&words.new_value),
            right(&words.difference),
            left(&self.desk.words.column.reason),
        ]
    }

    fn row(&self, one: &Corrected, item: Cell) -> Vec<Cell> {
        let difference = match one.difference() {
            Some(difference) => plain(self.difference(one, &difference)),
            None => self.desk.nothing(),
        };
        vec![
            item,
            self.value(one, one.old.as_ref()),
            self.value(one, one.new.as_ref()),
            difference,
            plain(self.causes(one)),
        ]
    }

    fn table(
        &self,
        key: &'static str,
        title: &str,
        columns: Vec<Column>,
        rows: Vec<Vec<Cell>>,
    ) -> Option<Table> {
        let title = title.to_owned();
        (!rows.is_empty()).then(|| Table { key, title, columns, rows, notes: Vec::new() })
    }

    /// Units in the order of the tree, then people; of each, the figures in the order of reports.
    fn sorted<'f>(&self, figures: &[&'f Corrected]) -> Vec<&'f Corrected> {
        let org = self.desk.briefing.org;
        let order: Vec<&UnitId> = org.units_in_order().into_iter().map(|unit| &unit.id).collect();
        let metrics: Vec<_> = self.desk.metrics().map(|metric| &metric.id).collect();
        let headline = &self.desk.briefing.headline;
        let kind = |told: &Told| match told {
            Told::Actual(_) => 0,
            Told::Target(_) => 1,
            Told::Attainment(_) => 2,
            Told::Warning(_) => 3,
            Told::Coefficient => 4,
            Told::Amount => 5,
        };
        let mut sorted = figures.to_vec();
        sorted.sort_by_cached_key(|one| {
            let unit = order.iter().position(|unit| **unit == one.unit).unwrap_or(order.len());
            let first = |metric| headline.iter().position(|id| id == metric);
            let metric = one.told.metric().map_or((usize::MAX, 0), |metric| {
                let at = metrics.iter().position(|id| *id == metric).unwrap_or(metrics.len());
                (first(metric).unwrap_or(headline.len()), at)
            });
            (unit, one.unit.clone(), one.period, metric, kind(&one.told))
        });
        sorted
    }
}

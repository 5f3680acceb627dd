//! The figures of a correction, and their causes, in words.

use super::Sheet;
use crate::calc::correction::{Cause, Corrected, Told};
use crate::model::{Exact, Grain, Metric, round};
use crate::report::desk::{muted, plain};
use crate::report::digits::{grouped, signed};
use crate::report::document::{Cell, Tone};
use crate::report::words::Phrase;

impl Sheet<'_> {
    /// “销售额目标”, “年初至今销售额”, “2026年第3季度奖金系数”.
    pub(super) fn item(&self, one: &Corrected) -> String {
        let words = &self.desk.words.correction;
        let label = one.told.metric().and_then(|id| self.desk.metric(id));
        let label = label.map_or("", |metric| self.desk.label(metric));
        let of = |phrase: &Phrase| phrase.fill(&[("metric", label)]);
        let item = match &one.told {
            Told::Actual(_) => label.to_owned(),
            Told::Target(_) => of(&words.target_of),
            Told::Attainment(_) => of(&words.attainment_of),
            Told::Warning(_) => of(&words.warning_of),
            Told::Coefficient => self.desk.words.column.coefficient.text().to_owned(),
            Told::Amount => words.amount.text().to_owned(),
        };
        if one.period == self.desk.briefing.judged {
            return item;
        }
        match one.period.grain() {
            Grain::Ytd if self.desk.has_calendar_year() => words.to_date.fill(&[("item", &item)]),
            Grain::Ytd => words.fiscal_to_date.fill(&[("item", &item)]),
            _ => {
                let period = self.desk.period_text(one.period);
                words.of_period.fill(&[("period", &period), ("item", &item)])
            }
        }
    }

    pub(super) fn value(&self, one: &Corrected, value: Option<&Exact>) -> Cell {
        let Some(value) = value else { return self.desk.nothing() };
        let numbers = &self.desk.numbers;
        match &one.told {
            Told::Actual(metric) | Told::Target(metric) => match self.desk.metric(metric) {
                Some(metric) => plain(self.digits(metric, one, value)),
                None => plain(round::to_plain(value)),
            },
            Told::Attainment(_) => plain(self.attainment(one, value)),
            Told::Warning(_) => self.warning(value),
            Told::Coefficient => plain(numbers.coefficient(value)),
            Told::Amount => plain(numbers.cents(value)),
        }
    }

    fn digits(&self, metric: &Metric, one: &Corrected, value: &Exact) -> String {
        let numbers = &self.desk.numbers;
        match (&one.old, &one.new) {
            (Some(old), Some(new)) => {
                let [old, new] = numbers.told_apart(metric, old, new);
                if Some(value) == one.old.as_ref() { old } else { new }
            }
            _ => numbers.full(metric, value, None),
        }
    }

    /// With so many digits that old and new can be told apart.
    pub(super) fn attainment(&self, one: &Corrected, value: &Exact) -> String {
        let shown = self.desk.numbers.attainment(value);
        let (Some(old), Some(new)) = (&one.old, &one.new) else { return shown };
        if self.desk.numbers.attainment(old) != self.desk.numbers.attainment(new) {
            return shown;
        }
        let digits = |value: &Exact, places| round::to_fixed(&(value * &Exact::from(100)), places);
        let places = (2..8).find(|&places| digits(old, places) != digits(new, places));
        places.map_or(shown, |places| format!("{}%", grouped(&digits(value, places))))
    }

    pub(super) fn warning(&self, level: &Exact) -> Cell {
        let words = &self.desk.words.tone;
        match (level.is_zero(), *level == Exact::one()) {
            (true, _) => muted(self.desk.words.correction.no_warning.text()),
            (_, true) => Cell { tone: Tone::Watch, ..plain(words.yellow_short.text()) },
            _ => Cell { tone: Tone::Bad, ..plain(words.red_short.text()) },
        }
    }

    pub(super) fn difference(&self, one: &Corrected, difference: &Exact) -> String {
        match &one.told {
            Told::Actual(metric) | Told::Target(metric) => match self.desk.metric(metric) {
                Some(metric) => self.desk.numbers.difference(metric, difference),
                None => round::to_plain(difference),
            },
            Told::Attainment(_) => {
                let points = difference * &Exact::from(100);
                let one_place = signed(&round::to_fixed(&points, 1));
                let number = match round::half_up(&points, 1).is_zero() {
                    true => signed(&round::to_honest(&points, 1, &[Exact::zero()])),
                    false => one_place,
                };
                self.desk.words.number.points.fill(&[("number", &number)])
            }
            // A level is no amount.
            Told::Warning(_) => self.desk.words.absence.nothing.text().to_owned(),
            Told::Coefficient => signed(&self.desk.numbers.coefficient(difference)),
            Told::Amount => signed(&round::to_fixed(difference, 2)),
        }
    }

    /// What each cause changed; a single one needs no number.
    pub(super) fn causes(&self, one: &Corrected) -> String {
        let told: Vec<String> = one
            .causes
            .iter()
            .map(|cause| {
                let word = self.cause(*cause).text();
                match one.parts.get(cause) {
                    Some(part) if one.causes.len() > 1 && !matches!(one.told, Told::Warning(_)) => {
                        let part = self.difference(one, part);
                        self.desk.words.list.named_value.fill(&[("name", word), ("value", &part)])
                    }
                    _ => word.to_owned(),
                }
            })
            .collect();
        told.join(self.desk.words.list.comma.text())
    }

    pub(super) fn cause(&self, cause: Cause) -> &Phrase {
        let words = &self.desk.words.correction;
        match cause {
            Cause::RowsAdded => &words.by_rows_added,
            Cause::RowsRemoved => &words.by_rows_removed,
            Cause::RowsChanged => &words.by_rows_changed,
            Cause::Target => &words.by_target,
            Cause::Org => &words.by_org,
            Cause::Rule => &words.by_rule,
            Cause::Program => &words.by_program,
            Cause::Unsplit => &words.by_unsplit,
        }
    }

    /// “+¥1,600.00”.
    pub(super) fn signed_cents(&self, amount: &Exact) -> String {
        let sign = match (amount.is_zero(), amount.is_negative()) {
            (true, _) => "",
            (_, true) => "−",
            _ => "+",
        };
        format!("{sign}{}", self.desk.numbers.cents(&amount.abs()))
    }
}

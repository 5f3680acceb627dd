//! Numbers with every digit that they have, as an arithmetic needs them.

use super::Writer;
use crate::model::{Exact, Metric, MetricUnit, Period, TargetOrigin, round};
use crate::report::calendar;
use crate::report::digits::{MINUS, grouped, hundredfold};

/// A number without an end is cut off after so many digits.
const MOST_DIGITS: usize = 6;

impl Writer<'_> {
    /// The figure that the rows come to.
    pub(super) fn figure_of_steps(&self) -> Option<&Exact> {
        self.of.figure?.steps.last()?.figure.known()
    }

    /// A figure with all its digits: “823,500.40”, “0.714285…”.
    pub(super) fn exact(&self, metric: &Metric, value: &Exact) -> String {
        match metric.unit {
            MetricUnit::Percent => self.exact_share(value, metric.decimals),
            MetricUnit::Days => {
                let number = cut(value, metric.decimals);
                self.desk.words.number.days.fill(&[("number", &number)])
            }
            MetricUnit::Money | MetricUnit::Count => cut(value, metric.decimals),
        }
    }

    /// A share with all its digits: “91.5%”, “66.666666…%”.
    pub(super) fn exact_share(&self, value: &Exact, decimals: usize) -> String {
        format!("{}%", cut(&hundredfold(value), decimals))
    }

    /// A period as people call it; a year to date by its days.
    pub(super) fn period(&self, period: Period) -> String {
        let fiscal = self.of.briefing.fiscal;
        match period {
            Period::Ytd { .. } => {
                let dates = Period::Range(period.dates(fiscal));
                calendar::in_words(self.desk.words, dates, fiscal)
            }
            other => self.desk.period_text(other),
        }
    }

    /// “targets.xlsx 第17行”.
    pub(super) fn row_at(&self, file: &str, row: u64) -> String {
        self.words.row_at.fill(&[("file", file), ("row", &row.to_string())])
    }

    pub(super) fn origin(&self, origin: &TargetOrigin) -> String {
        self.row_at(&origin.file, origin.row)
    }

    pub(super) fn count(&self, rows: u64) -> String {
        self.desk.numbers.whole(rows)
    }
}

/// At least `decimals` digits after the point, all of them where there are a few more, else cut
/// off with a mark.
fn cut(value: &Exact, decimals: usize) -> String {
    let most = decimals + MOST_DIGITS;
    match (decimals..=most).find(|&places| round::half_up(value, places) == *value) {
        Some(places) => grouped(&round::to_fixed(value, places)),
        None => {
            let size = grouped(&round::to_fixed(&round::floor(&value.abs(), most), most));
            let sign = if value.is_negative() { MINUS.to_string() } else { String::new() };
            format!("{sign}{size}…")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_an_end_is_cut_off_and_marked() {
        let shown = |text: &str, by: i64| cut(&(&Exact::parse(text).unwrap() / by), 2);
        assert_eq!(shown("1234.5", 1), "1,234.50");
        assert_eq!(shown("0.1234567", 1), "0.1234567");
        assert_eq!(shown("2000", 3), "666.66666666…");
        assert_eq!(shown("-2", 3), "−0.66666666…");
    }
}

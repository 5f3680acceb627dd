//! Periods in words: “2026年10月”, “Q3 2026”, “FY2027”.

use chrono::{Datelike, NaiveDate};

use super::words::{Phrase, WordBook, Words};
use crate::model::{FiscalYear, Language, Period};

/// A period as its readers call it; a year that does not begin in January is a fiscal one.
pub(super) fn in_words(words: &Words, period: Period, fiscal: FiscalYear) -> String {
    let say = |phrase: &Phrase, year: i32, quarter: &str| {
        phrase.fill(&[("year", &year.to_string()), ("quarter", quarter)])
    };
    let calendar_year = fiscal == FiscalYear::default();
    match period {
        Period::Month { year, month } | Period::Ytd { year, month } => {
            let name = month_name(&words.calendar.months, month);
            words.period.month.fill(&[("year", &year.to_string()), ("month", name)])
        }
        Period::Quarter { year, quarter } => {
            let phrases = &words.period;
            let phrase = if calendar_year { &phrases.quarter } else { &phrases.fiscal_quarter };
            say(phrase, year, &quarter.to_string())
        }
        Period::Year(year) => {
            let phrases = &words.period;
            say(if calendar_year { &phrases.year } else { &phrases.fiscal_year }, year, "")
        }
        Period::Range(dates) => {
            let (from, to) = (dates.start.to_string(), dates.last_day().to_string());
            words.period.range.fill(&[("from", &from), ("to", &to)])
        }
    }
}

/// A period as a page in a language calls it.
pub fn period_text(
    words: &WordBook,
    language: Language,
    period: Period,
    fiscal: FiscalYear,
) -> String {
    in_words(words.of(language), period, fiscal)
}

/// A month without its year: “3月”; another period as it is written.
pub(super) fn month_in_words(words: &Words, month: Period) -> String {
    match month {
        Period::Month { month, .. } => month_name(&words.calendar.months, month).to_owned(),
        other => other.to_string(),
    }
}

/// The label of a month below a chart; the first one and each January say their year.
pub(super) fn chart_label(words: &Words, month: &Period, first: bool) -> String {
    let Period::Month { year, month } = *month else { return month.to_string() };
    let name = month_name(&words.calendar.months_short, month);
    if first || month == 1 {
        let year = format!("{:02}", year.rem_euclid(100));
        words.period.chart_year.fill(&[("year", &year), ("month", name)])
    } else {
        name.to_owned()
    }
}

/// A month of a span that has been named.
pub(super) fn short_month(words: &Words, month: &Period) -> String {
    match *month {
        Period::Month { month, .. } => month_name(&words.calendar.months_short, month).to_owned(),
        other => other.to_string(),
    }
}

/// The fiscal year from its beginning to the end of the month that a day lies in.
pub(super) fn to_date(last_day: NaiveDate) -> Period {
    Period::Ytd { year: last_day.year(), month: last_day.month() }
}

fn month_name(names: &[String; 12], month: u32) -> &str {
    &names[(month as usize + 11) % 12]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(period: &str, start_month: u32) -> [String; 2] {
        let fiscal = FiscalYear::starting(start_month).unwrap();
        let period: Period = period.parse().unwrap();
        [Language::Zh, Language::En]
            .map(|language| in_words(WordBook::built_in().of(language), period, fiscal))
    }

    #[test]
    fn periods_are_called_as_people_call_them() {
        assert_eq!(said("2026-10", 1), ["2026年10月", "October 2026"]);
        assert_eq!(said("2026-Q3", 1), ["2026年第3季度", "Q3 2026"]);
        assert_eq!(said("2026", 1), ["2026年度", "2026"]);
        assert_eq!(said("2027-Q1", 7), ["2027财年第1季度", "Q1 FY2027"]);
        assert_eq!(said("2027", 7), ["2027财年", "FY2027"]);
    }

    #[test]
    fn the_axis_says_the_year_where_it_begins() {
        let label = |month: &str, first| {
            chart_label(WordBook::built_in().of(Language::En), &month.parse().unwrap(), first)
        };
        assert_eq!(label("2025-11", true), "Nov ’25");
        assert_eq!(label("2025-12", false), "Dec");
        assert_eq!(label("2026-01", false), "Jan ’26");
    }
}

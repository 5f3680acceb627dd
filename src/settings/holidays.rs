//! The public holidays that come with the program, by country and year.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

/// A country whose holidays are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Country {
    /// Mainland China: holidays and make-up days after the State Council's yearly notices.
    #[serde(rename = "CN")]
    China,
}

impl Country {
    /// Every day that differs from Monday to Friday, in order: the day, whether it is worked.
    pub fn days(self) -> impl Iterator<Item = (NaiveDate, bool)> {
        match self {
            Self::China => CHINA.year.iter().flat_map(Year::days),
        }
    }

    /// As the config and the reports of a problem call it.
    pub fn code(self) -> &'static str {
        match self {
            Self::China => "CN",
        }
    }
}

static CHINA: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("calendar_cn.toml"))
        .unwrap_or_else(|slip| unreachable!("a built-in calendar: {slip}"))
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    year: Vec<Year>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "it heads the year for whoever reads the file")
    )]
    year: i32,
    #[cfg_attr(not(test), expect(dead_code, reason = "it is the source of the year's days"))]
    notice: String,
    off: Vec<Holiday>,
    works: Vec<NaiveDate>,
}

/// First and last day off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "it names the days for whoever reads the file")
    )]
    name: String,
    from: NaiveDate,
    to: NaiveDate,
}

impl Year {
    fn days(&self) -> impl Iterator<Item = (NaiveDate, bool)> {
        let of = |holiday: &Holiday| {
            let last = holiday.to;
            holiday.from.iter_days().take_while(move |day| *day <= last)
        };
        let off = self.off.iter().flat_map(of).map(|day| (day, false));
        off.chain(self.works.iter().map(|day| (*day, true)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::Datelike;

    use super::*;
    use crate::model::{DateRange, WorkCalendar};

    #[test]
    fn each_year_has_the_working_days_of_the_law() {
        let calendar = WorkCalendar::with_exceptions(Country::China.days());
        let first = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        // 11 public holidays by law, 13 since 2025; 2020 had its Spring Festival lengthened.
        let by_year = [
            (2020, 249),
            (2021, 250),
            (2022, 249),
            (2023, 249),
            (2024, 251),
            (2025, 248),
            (2026, 248),
        ];
        for (year, expected) in by_year {
            let dates = DateRange::new(first(year), first(year + 1)).unwrap();
            assert_eq!(calendar.working_days(&dates), expected, "{year}");
        }
        let beyond = DateRange::new(first(2026), first(2028)).unwrap();
        assert_eq!(calendar.unknown_years(&beyond), [2027]);
    }

    #[test]
    fn a_year_holds_its_own_days_once_and_makes_up_at_weekends_alone() {
        let weekdays = WorkCalendar::weekdays();
        let mut seen = BTreeSet::new();
        for year in &CHINA.year {
            assert!(!year.notice.is_empty() && year.off.iter().all(|off| !off.name.is_empty()));
            for (day, works) in year.days() {
                assert_eq!(day.year(), year.year, "{day}");
                assert!(seen.insert(day), "{day} twice");
                assert!(!works || !weekdays.works(day), "{day} is worked anyway");
            }
        }
    }
}

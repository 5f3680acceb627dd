//! `[payroll]`: from when on a month counts as paid.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::problem::{Problem, Problems};
use crate::model::{FiscalYear, Period};

/// When months are locked by the calendar; never where nothing is configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payroll {
    /// The day of the following month on which a period is locked, 1 to 28.
    lock_day: Option<u32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PayrollTable {
    lock_day: Option<u32>,
}

impl PayrollTable {
    pub(super) fn check(&self, problems: &mut Problems) -> Payroll {
        if let Some(day) = self.lock_day.filter(|day| !(1..=28).contains(day)) {
            problems.push(Problem::new(
                "payroll.lock_day",
                format!("{day} is no day that every month has"),
                "use 1 to 28, or leave it out and lock months by `attain lock`",
            ));
        }
        Payroll { lock_day: self.lock_day }
    }
}

impl Payroll {
    /// The first day on which a period is locked by the calendar.
    pub fn locked_from(&self, period: Period, fiscal: FiscalYear) -> Option<NaiveDate> {
        period.dates(fiscal).end.with_day(self.lock_day?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_locked_on_a_day_of_the_month_after_it() {
        let check = |text: &str| {
            let mut problems = Problems::new();
            let table: PayrollTable = toml::from_str(text).unwrap();
            (table.check(&mut problems), problems.len())
        };
        let day = |payroll: Payroll, period: &str| {
            let day = payroll.locked_from(period.parse().unwrap(), FiscalYear::default());
            day.map(|day| day.to_string())
        };
        let (payroll, problems) = check("lock_day = 10");
        assert_eq!(problems, 0);
        assert_eq!(day(payroll, "2026-12").as_deref(), Some("2027-01-10"));
        assert_eq!(day(payroll, "2026-Q3").as_deref(), Some("2026-10-10"));
        assert_eq!(day(check("").0, "2026-12"), None);
        assert_eq!(check("lock_day = 29").1, 1);
    }
}

//! The working calendar of the demo company: public holidays in mainland China and the days that
//! make up for them, after the State Council's yearly notices on them.

use std::path::Path;

use chrono::NaiveDate;

use super::SampleError;
use super::calendar::date;
use super::paper::{Form, Paper};

/// A holiday: first and last day off, and the days at weekends that are worked for it.
struct Holiday {
    name: &'static str,
    first: NaiveDate,
    last: NaiveDate,
    make_up: &'static [NaiveDate],
}

const fn holiday(
    name: &'static str,
    first: NaiveDate,
    last: NaiveDate,
    make_up: &'static [NaiveDate],
) -> Holiday {
    Holiday { name, first, last, make_up }
}

const HOLIDAYS: [Holiday; 20] = [
    holiday("元旦", date(2024, 1, 1), date(2024, 1, 1), &[]),
    holiday("春节", date(2024, 2, 10), date(2024, 2, 17), &[date(2024, 2, 4), date(2024, 2, 18)]),
    holiday("清明节", date(2024, 4, 4), date(2024, 4, 6), &[date(2024, 4, 7)]),
    holiday("劳动节", date(2024, 5, 1), date(2024, 5, 5), &[date(2024, 4, 28), date(2024, 5, 11)]),
    holiday("端午节", date(2024, 6, 10), date(2024, 6, 10), &[]),
    holiday("中秋节", date(2024, 9, 15), date(2024, 9, 17), &[date(2024, 9, 14)]),
    holiday(
        "国庆节",
        date(2024, 10, 1),
        date(2024, 10, 7),
        &[date(2024, 9, 29), date(2024, 10, 12)],
    ),
    holiday("元旦", date(2025, 1, 1), date(2025, 1, 1), &[]),
    holiday("春节", date(2025, 1, 28), date(2025, 2, 4), &[date(2025, 1, 26), date(2025, 2, 8)]),
    holiday("清明节", date(2025, 4, 4), date(2025, 4, 6), &[]),
    holiday("劳动节", date(2025, 5, 1), date(2025, 5, 5), &[date(2025, 4, 27)]),
    holiday("端午节", date(2025, 5, 31), date(2025, 6, 2), &[]),
    holiday(
        "国庆节、中秋节",
        date(2025, 10, 1),
        date(2025, 10, 8),
        &[date(2025, 9, 28), date(2025, 10, 11)],
    ),
    holiday("元旦", date(2026, 1, 1), date(2026, 1, 3), &[date(2026, 1, 4)]),
    holiday("春节", date(2026, 2, 15), date(2026, 2, 23), &[date(2026, 2, 14), date(2026, 2, 28)]),
    holiday("清明节", date(2026, 4, 4), date(2026, 4, 6), &[]),
    holiday("劳动节", date(2026, 5, 1), date(2026, 5, 5), &[date(2026, 5, 9)]),
    holiday("端午节", date(2026, 6, 19), date(2026, 6, 21), &[]),
    holiday("中秋节", date(2026, 9, 25), date(2026, 9, 27), &[]),
    holiday(
        "国庆节",
        date(2026, 10, 1),
        date(2026, 10, 7),
        &[date(2026, 9, 20), date(2026, 10, 10)],
    ),
];

/// Writes `calendar.csv`: each day that is off, and each that makes up for one.
pub fn write_holidays(dir: &Path) -> Result<(), SampleError> {
    let header = ["日期", "是否上班", "说明"];
    let mut paper = Paper::create(&dir.join("calendar.csv"), Form::Plain, &header)?;
    for (day, works, name) in days() {
        paper.row(&[&day.to_string(), if works { "是" } else { "否" }, &name])?;
    }
    paper.finish()
}

fn days() -> Vec<(NaiveDate, bool, String)> {
    let mut days = Vec::new();
    for holiday in &HOLIDAYS {
        let off = holiday.first.iter_days().take_while(|day| *day <= holiday.last);
        days.extend(off.map(|day| (day, false, holiday.name.to_owned())));
        let made_up = holiday.make_up.iter();
        days.extend(made_up.map(|&day| (day, true, format!("{}调休上班", holiday.name))));
    }
    days.sort();
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DateRange, WorkCalendar};

    #[test]
    fn each_year_has_the_working_days_of_the_law() {
        let calendar =
            WorkCalendar::with_exceptions(days().into_iter().map(|(day, works, _)| (day, works)));
        // 2024 had 11 public holidays by law; since 2025 there are 13.
        for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
            let dates = DateRange::new(date(year, 1, 1), date(year + 1, 1, 1)).unwrap();
            assert_eq!(calendar.working_days(&dates), expected, "{year}");
        }
    }

    #[test]
    fn only_weekends_are_made_up_with() {
        let weekdays = WorkCalendar::weekdays();
        for (day, works, name) in days() {
            assert!(!works || !weekdays.works(day), "{day} {name}");
        }
    }
}

//! The calendar that comes with the program, day by day against another project's table of the
//! State Council's notices.

use attain::model::WorkCalendar;
use attain::settings::Country;
use chrono::NaiveDate;

use crate::testbed;

const ASK: &str = "
import chinese_calendar, datetime
day = datetime.date(2020, 1, 1)
while day.year < 2027:
    print(day, chinese_calendar.is_workday(day))
    day += datetime.timedelta(days=1)";

#[test]
fn every_day_of_the_chinese_calendar_is_as_another_table_has_it() {
    let Some(mut python) = testbed::python_with("chinese_calendar") else { return };
    let output = python.args(["-c", ASK]).output().expect("Python starts");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let calendar = WorkCalendar::with_exceptions(Country::China.days());
    let mut days = 0;
    for line in said.lines() {
        let (day, works) = line.split_once(' ').expect("a day and a word");
        let day: NaiveDate = day.parse().expect("a day");
        assert_eq!(calendar.works(day), works == "True", "{day}");
        days += 1;
    }
    assert_eq!(days, 7 * 365 + 2, "{}", String::from_utf8_lossy(&output.stderr));
}

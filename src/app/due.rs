//! Which day counts as today, and which period is judged on it.

use std::path::Path;

use chrono::{DateTime, Days, Duration, FixedOffset, NaiveDate, NaiveTime, TimeZone, Utc};
use serde::Serialize;

use super::runs::open_ledger;
use super::schedule::window::Rules;
use super::{AppError, Surroundings, load_project};
use crate::model::{Diagnostic, Diagnostics, FiscalYear, Period, Place, WorkCalendar};
use crate::settings::Project;

/// The day that counts as today: as the user says, else by the clock in the company's time zone.
pub fn today(project: &Project, as_of: Option<NaiveDate>, around: &Surroundings<'_>) -> NaiveDate {
    as_of.unwrap_or_else(|| around.now.with_timezone(&project.time_zone).date_naive())
}

/// The time that mails carry: now; or, where the user says which day is today, nine in the morning
/// of that day, so that the same run gives the same bytes.
pub fn mail_time(
    project: &Project,
    as_of: Option<NaiveDate>,
    around: &Surroundings<'_>,
) -> DateTime<Utc> {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or(NaiveTime::MIN);
    as_of
        .and_then(|day| project.time_zone.from_local_datetime(&day.and_time(nine)).earliest())
        .map_or(around.now, |time| time.with_timezone(&Utc))
}

/// That nothing is due, and when something will be.
#[derive(Clone, Debug, Serialize)]
pub struct NotDue {
    /// The month before today.
    pub period: String,
    /// Whether its window is over, or has not opened yet.
    pub over: bool,
    /// Of the next window, by the company's clocks.
    pub next_period: String,
    pub from: DateTime<FixedOffset>,
    pub until: DateTime<FixedOffset>,
}

/// Whether a run without a period has anything to do: the window of the month before today is open,
/// or it is over and the ledger knows of this month or an earlier one, so that it is late. A day
/// that the user gives as today counts from its beginning to its end.
///
/// # Errors
/// A config or a ledger that cannot be used.
pub async fn nothing_due(
    dir: &Path,
    as_of: Option<NaiveDate>,
    around: &Surroundings<'_>,
) -> Result<Option<NotDue>, AppError> {
    let project = load_project(dir, around)?;
    let day = today(&project, as_of, around);
    let month = judged_period(None, day, project.fiscal)?;
    // Whether a window is open is no matter of working days.
    let rules = Rules::of(&project, WorkCalendar::weekdays());
    let [first, last] = match as_of {
        None => [around.now, around.now],
        Some(day) => {
            let midnight = |day| rules.at(day, NaiveTime::MIN);
            [midnight(day), midnight(day + Days::new(1)) - Duration::seconds(1)]
        }
    };
    let window = rules.window(month);
    let over = first >= window.closes;
    if over {
        let periods = open_ledger(dir, around)?.periods().await?;
        let end = |of: &Period| of.dates(project.fiscal).end;
        if periods.iter().any(|of| end(of) <= end(&month)) {
            return Ok(None);
        }
    } else if last >= window.opens {
        return Ok(None);
    }
    let next = if over { rules.next(last)[0] } else { window };
    let local = |moment: DateTime<Utc>| moment.with_timezone(&project.time_zone).fixed_offset();
    Ok(Some(NotDue {
        period: month.to_string(),
        over,
        next_period: next.period.to_string(),
        from: local(next.opens),
        until: local(next.closes),
    }))
}

/// The period to judge: as the user says, a month or a quarter; else the last month that is over.
///
/// # Errors
/// A period that is neither, a month that has not begun, and a quarter that is not over.
pub fn judged_period(
    asked: Option<Period>,
    today: NaiveDate,
    fiscal: FiscalYear,
) -> Result<Period, AppError> {
    let this = Period::month_of(today);
    match asked {
        None => Ok(this.previous().unwrap_or(this)),
        Some(month @ Period::Month { .. }) if month > this => Err(refuse(
            month,
            "this month has not begun",
            format!("today is {today}; name a month up to {this}, or give --as-of"),
        )),
        Some(month @ Period::Month { .. }) => Ok(month),
        Some(quarter @ Period::Quarter { .. }) => {
            let dates = quarter.dates(fiscal);
            if today < dates.end {
                let (last, end) = (dates.last_day(), dates.end);
                let help = format!(
                    "today is {today}, and its last day is {last}: run it from {end} on, or give --as-of"
                );
                return Err(refuse(quarter, "this quarter is not over", help));
            }
            Ok(quarter)
        }
        Some(other) => Err(refuse(
            other,
            "a run judges a month or a quarter",
            "write a month such as 2026-10, or a quarter such as 2026-Q3",
        )),
    }
}

fn refuse(period: Period, what: &str, help: impl Into<String>) -> AppError {
    let found = Diagnostic::error(Place::file("PERIOD"), what, help).value(period.to_string());
    AppError::Usage(Diagnostics::from(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// What is judged on a day where years begin in `start_month`; an exit code where it is refused.
    fn judged(asked: &str, today: &str, start_month: u32) -> Result<String, u8> {
        let asked = (!asked.is_empty()).then(|| asked.parse().unwrap());
        let fiscal = FiscalYear::starting(start_month).unwrap();
        let period = judged_period(asked, day(today), fiscal);
        period.map(|period| period.to_string()).map_err(|why| why.exit_code())
    }

    #[test]
    fn the_month_before_today_is_due() {
        assert_eq!(judged("", "2026-11-03", 1), Ok("2026-10".into()));
        assert_eq!(judged("", "2027-01-31", 1), Ok("2026-12".into()));
        // At a quarter's end as well: its pack is asked for by name.
        assert_eq!(judged("", "2026-10-03", 1), Ok("2026-09".into()));
    }

    #[test]
    fn a_month_to_come_and_a_year_are_refused() {
        for wrong in ["2026-12", "2026", "2025"] {
            assert_eq!(judged(wrong, "2026-11-03", 1), Err(2), "{wrong}");
        }
    }

    #[test]
    fn a_quarter_is_judged_from_the_day_after_its_last_one() {
        assert_eq!(judged("2026-Q3", "2026-10-01", 1), Ok("2026-Q3".into()));
        assert_eq!(judged("2026-Q3", "2026-09-30", 1), Err(2));
        assert_eq!(judged("2027-Q1", "2026-09-30", 1), Err(2));
        // A year from April to March: its second quarter ends in September.
        assert_eq!(judged("2027-Q2", "2026-10-01", 4), Ok("2027-Q2".into()));
        assert_eq!(judged("2027-Q3", "2026-10-01", 4), Err(2));
    }
}

//! Which day counts as today, and which month is due on it.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};

use super::{AppError, Surroundings};
use crate::model::{Diagnostic, Diagnostics, Period, Place};
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

/// The month to judge: as the user says, else the last one that is over.
///
/// # Errors
/// A period that is no month, or one that has not begun.
pub fn judged_month(asked: Option<Period>, today: NaiveDate) -> Result<Period, AppError> {
    let this = Period::month_of(today);
    let month = match asked {
        None => this.previous().unwrap_or(this),
        Some(month @ Period::Month { .. }) => month,
        Some(other) => {
            return Err(refuse(
                other,
                "the monthly job takes a month",
                "write a month such as 2026-10; the run of a quarter's last month judges the quarter, too",
            ));
        }
    };
    if month > this {
        return Err(refuse(
            month,
            "this month has not begun",
            format!("today is {today}; name a month up to {this}, or give --as-of"),
        ));
    }
    Ok(month)
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

    #[test]
    fn the_month_before_today_is_due() {
        assert_eq!(judged_month(None, day("2026-11-03")).unwrap().to_string(), "2026-10");
        assert_eq!(judged_month(None, day("2027-01-31")).unwrap().to_string(), "2026-12");
    }

    #[test]
    fn a_month_to_come_and_a_quarter_are_refused() {
        for wrong in ["2026-12", "2026-Q3", "2026"] {
            let refused = judged_month(Some(wrong.parse().unwrap()), day("2026-11-03"));
            assert_eq!(refused.unwrap_err().exit_code(), 2, "{wrong}");
        }
    }
}

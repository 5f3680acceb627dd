//! Where the year is heading, in plain words: each estimate with its formula, or why there is none.

use super::reasons::percent;
use crate::calc::pace::{Estimate, Forecast, Pace, Unpaced};
use crate::calc::{Recovery, RecoveryState};
use crate::model::{Exact, round};

/// The formulas with their numbers, and the reason of the recovery state.
pub fn of_pace(pace: &Pace) -> String {
    let estimates = [
        ("working days", &pace.rate_by_days),
        ("targets", &pace.rate_by_targets),
        ("last year's course", &pace.by_last_year),
    ];
    let mut words = match &pace.recovery {
        Ok(recovery) => vec![of_recovery(pace, recovery)],
        Err(why) => vec![none(*why).to_owned()],
    };
    if pace.recovery != Err(Unpaced::DoesNotAdd) {
        words.extend(estimates.map(|(by, estimate)| of_forecast(pace, by, estimate)));
    }
    words.join("; ")
}

fn of_forecast(pace: &Pace, by: &str, estimate: &Estimate<Forecast>) -> String {
    match (estimate, pace.to_date.known()) {
        (Ok(forecast), Some(to_date)) => format!(
            "by {by}: {} ÷ ({} ÷ {}) = {}",
            round::to_plain(to_date),
            round::to_plain(&forecast.course.passed),
            round::to_plain(&forecast.course.whole),
            number(&forecast.value)
        ),
        (Err(why), _) => format!("by {by}: {}", none(*why)),
        (Ok(_), None) => format!("by {by}: {}", none(Unpaced::NoData)),
    }
}

pub(super) fn of_recovery(pace: &Pace, recovery: &Recovery) -> String {
    let behind = number(&recovery.behind);
    let before = recovery.behind_before.as_ref().map(number);
    let before = before.map_or_else(String::new, |before| format!(", {before} a month before"));
    let stands = match recovery.state {
        RecoveryState::OnPlan | RecoveryState::BackOnPlan => {
            format!("reaches the targets to date{before}")
        }
        _ => format!("behind the targets to date by {behind}{before}"),
    };
    let needs = match (&pace.required, &recovery.of_best) {
        (Ok(required), Some(of_best)) if required.is_positive() => format!(
            "; {} needed in each of {} months, {} of the best of 12",
            number(required),
            pace.months_left,
            percent(of_best)
        ),
        (Ok(required), None) if required.is_positive() => {
            format!("; {} needed in each of {} months", number(required), pace.months_left)
        }
        (Ok(_), _) => "; the year's target is reached".to_owned(),
        (Err(why), _) => format!("; {}", none(*why)),
    };
    format!("{stands}{needs}")
}

/// Exact where it is a short decimal, else rounded to six digits after the point.
fn number(value: &Exact) -> String {
    let shown = round::half_up(value, 6);
    let mark = if shown == *value { "" } else { "…" };
    format!("{}{mark}", round::to_plain(&shown))
}

fn none(why: Unpaced) -> &'static str {
    match why {
        Unpaced::DoesNotAdd => "does not add up over the year, so there is no pace",
        Unpaced::NoTarget => "no target for the whole year",
        Unpaced::ZeroTarget => "the target is zero or below",
        Unpaced::NoData => "the figure to date is not known",
        Unpaced::NoBase => "last year is not known whole, or came to nothing or less",
        Unpaced::UnknownCalendar => "the working calendar does not know the year",
        Unpaced::NothingPassed => "nothing of the year has passed by this measure",
        Unpaced::YearOver => "no month of the year is left",
    }
}

//! `attain schedule --dry-run`: the next windows, and what would happen in each.

use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use super::job::{rules, standing};
use super::plan::Standing;
use super::window::Rules;
use crate::app::runs::open_ledger;
use crate::app::{AppError, Surroundings, load_project};
use crate::model::{Diagnostic, FiscalYear, Grain, Period};
use crate::settings::Deadline;

/// A window to come, or one that is open.
#[derive(Clone, Debug, Serialize)]
pub struct Forecast {
    pub period: String,
    pub from: DateTime<FixedOffset>,
    pub until: DateTime<FixedOffset>,
    /// The days on which extracts are looked at.
    pub tries_on: Vec<NaiveDate>,
    /// Whether the window has a working day; without one all of its days count.
    pub has_working_day: bool,
    /// What is done at its end where checks still hold the run: `hold` or `provisional`.
    pub deadline: &'static str,
    /// `open`, or none where it is still to come.
    pub open: bool,
    /// Such as `delivered`; none where nothing was sent yet.
    pub standing: Option<&'static str>,
}

/// The windows, and what to know of the calendar.
#[derive(Clone, Debug, Serialize)]
pub struct Forecasts {
    pub time_zone: String,
    pub every_minutes: u32,
    pub windows: Vec<Forecast>,
    pub notes: Vec<Diagnostic>,
}

/// How many windows are told.
const WINDOWS: usize = 12;

/// The windows that are open, and those that open next, by the time that they open at.
///
/// # Errors
/// A config or a ledger that cannot be used.
pub async fn forecast(dir: &Path, around: &Surroundings<'_>) -> Result<Forecasts, AppError> {
    let project = load_project(dir, around)?;
    let ledger = open_ledger(dir, around)?;
    let (rules, notes) = rules(&project, around).await;
    let now = around.now;
    let mut windows = Vec::new();
    for period in rules.current(now) {
        let standing = standing(&ledger, period).await?;
        // One that is over, and whose reports are out, is of no interest.
        if rules.window(period).closes > now || matches!(standing, Standing::Provisional) {
            windows.push(of(&rules, period, true, standing));
        }
    }
    let mut ahead: Vec<Period> = rules
        .next(now)
        .into_iter()
        .flat_map(|window| successors(window.period, project.fiscal).take(WINDOWS))
        .collect();
    ahead.sort_by_key(|period| (rules.window(*period).opens, *period));
    let room = WINDOWS.saturating_sub(windows.len());
    let ahead = ahead.into_iter().take(room);
    windows.extend(ahead.map(|period| of(&rules, period, false, Standing::Nothing)));
    Ok(Forecasts {
        time_zone: project.time_zone.to_string(),
        every_minutes: project.schedule.every_minutes,
        windows,
        notes,
    })
}

/// A month and those after it, or a quarter and those after it.
fn successors(first: Period, fiscal: FiscalYear) -> impl Iterator<Item = Period> {
    std::iter::successors(Some(first), move |period| {
        let after = period.dates(fiscal).end;
        Some(match period.grain() {
            Grain::Quarter => Period::quarter_of(after, fiscal),
            _ => Period::month_of(after),
        })
    })
}

fn of(rules: &Rules, period: Period, open: bool, standing: Standing) -> Forecast {
    let window = rules.window(period);
    let local = |moment: DateTime<chrono::Utc>| moment.with_timezone(&rules.zone).fixed_offset();
    Forecast {
        period: period.to_string(),
        from: local(window.opens),
        until: local(window.closes),
        tries_on: window.days().filter(|day| rules.tries_on(*day, &window)).collect(),
        has_working_day: window.days().any(|day| rules.calendar.works(day)),
        deadline: match rules.settings.deadline {
            Deadline::Hold => "hold",
            Deadline::Provisional => "provisional",
        },
        open,
        standing: match standing {
            Standing::Nothing => None,
            Standing::CutOff => Some("cut off while delivering"),
            Standing::Waits => Some("waits for approval"),
            Standing::Halted => Some("stopped after the first mails, and waits for a person"),
            Standing::PutOff(_) => Some("delivered but for mails that were put off"),
            Standing::Provisional => Some("sent as provisional"),
            Standing::Delivered => Some("delivered"),
        },
    }
}
